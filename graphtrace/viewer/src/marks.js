// Shapes: cards, signs, arrow heads.

import { svg } from "./dom.js";

// The shapes of graphtrace/export/marks.py.
export const CHAIN = "M-4 0A2 2 0 0 1 0 0A2 2 0 0 0 4 0M4 0A2 2 0 0 0 0 0A2 2 0 0 1 -4 0";
export const BAR = (h) => `M4 0.68A7 7 0 0 0 0 7V${h - 7}A7 7 0 0 0 4 ${h - 0.68}Z`;

export function sheet(box) {
  const rect = (name, by) => svg("rect", { class: name, x: by, y: by, width: box.w, height: box.h, rx: 7 });
  const stack = box.kind === "module" ? [rect("under", 5), rect("under", 2.5)] : [];
  const bar = box.kind === "cut" ? [] : [svg("path", { class: "accent", d: BAR(box.h) })];
  return [svg("rect", { class: "shade", y: 2, width: box.w, height: box.h, rx: 7 }), ...stack, rect("body", 0), ...bar];
}

export const dot = (box) => svg("circle", { class: "body", cx: box.w / 2, cy: box.h / 2, r: Math.min(4, box.w / 2) });

// The + or − that opens or closes a module; its area is larger than it looks.
export function sign(x, y, kind, label) {
  const access = label ? { role: "button", tabindex: 0, "aria-label": label } : { "aria-hidden": "true" };
  return svg(
    "g",
    { class: "switch", transform: `translate(${x} ${y})`, ...access },
    svg("circle", { class: "reach", r: 13 }),
    svg("circle", { r: 8 }),
    svg("path", { d: kind === "−" ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" }),
  );
}

// Unit vector in which a route arrives: control points may coincide with its end.
export function direction(p) {
  const n = p.length;
  const x = p[n - 2];
  const y = p[n - 1];
  for (let i = n - 4; i >= 0; i -= 2) {
    const length = Math.hypot(x - p[i], y - p[i + 1]);
    if (length > 0.5) return { x: (x - p[i]) / length, y: (y - p[i + 1]) / length };
  }
  return { x: 0, y: 0 };
}

export function tip(x, y, way) {
  const at = (side) => `${(x - way.x * 7 - side * way.y).toFixed(1)} ${(y - way.y * 7 + side * way.x).toFixed(1)}`;
  return `M${x} ${y}L${at(3.2)}L${at(-3.2)}Z`;
}
