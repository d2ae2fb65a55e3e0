// Shapes: cards, signs, arrow heads.

import { textWidth } from "./text.js";
import { element } from "./tree.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {ArrayLike<number>} Points Of cubic segments: x, y, x, y, …; the first point, then three a segment. */
/** @typedef {{ x: number, y: number }} Way */

// The shapes of graphtrace/export/marks.py.
const CHAIN = "M-4 0A2 2 0 0 1 0 0A2 2 0 0 0 4 0M4 0A2 2 0 0 0 0 0A2 2 0 0 1 -4 0";
const RADIUS = 7;

/** The accent along the left side of a card. @param {number} h */
const bar = (h) => `M4 0.68A7 7 0 0 0 0 7V${h - 7}A7 7 0 0 0 4 ${h - 0.68}Z`;

/**
 * The sheet of a card, with its shadow; of a closed module a stack of sheets.
 *
 * @param {{ kind: string, w: number, h: number }} box
 * @returns {TreeElement[]}
 */
export function sheet({ kind, w, h }) {
  const size = { width: w, height: h, rx: RADIUS };
  const rect = (/** @type {string} */ name, /** @type {number} */ by) =>
    element("rect", { class: name, x: by, y: by, ...size });
  const stack = kind === "module" ? [rect("under", 5), rect("under", 2.5)] : [];
  const accent = kind === "cut" ? [] : [element("path", { class: "accent", d: bar(h) })];
  return [element("rect", { class: "shade", y: 2, ...size }), ...stack, rect("body", 0), ...accent];
}

/**
 * The word at a card where something went wrong, on its upper edge, or the lower.
 * @param {{ w: number, h: number }} box
 * @param {string} text
 * @param {boolean} below
 */
export function wrongMark({ w, h }, text, below) {
  const size = 14;
  const width = textWidth(text, size, true) + 18;
  return element("g", { class: "wrongmark", transform: `translate(${(w / 2).toFixed(2)} ${below ? h - 4 : -14})` }, [
    element("rect", { x: -width / 2, y: 0, width, height: 22, rx: 11 }),
    element("text", { x: 0, y: 15.5, "font-size": size, "text-anchor": "middle", "data-room": width }, [text]),
  ]);
}

/** What stands for an edge that is not there. @param {{ w: number, h: number }} box */
export const dot = ({ w, h }) => element("circle", { class: "body", cx: w / 2, cy: h / 2, r: Math.min(4, w / 2) });

/** The sign of a leaf that is drawn several times. @param {{ w: number }} box */
export const twin = ({ w }) =>
  element("g", { class: "twin", transform: `translate(${w - 3} 2)` }, [
    element("circle", { r: 7 }),
    element("path", { d: CHAIN }),
  ]);

/**
 * The + or − that opens or closes a module; its area is larger than it looks.
 *
 * @param {number} x
 * @param {number} y
 * @param {"+" | "−"} kind
 * @param {string} [label] What it does, where it can be pressed by itself.
 */
export function opener(x, y, kind, label) {
  const access = label ? { role: "button", tabindex: 0, "aria-label": label } : { "aria-hidden": "true" };
  return element("g", { class: "switch", transform: `translate(${x} ${y})`, ...access }, [
    element("circle", { class: "reach", r: 13 }),
    element("circle", { r: 8 }),
    element("path", { d: kind === "−" ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" }),
  ]);
}

/**
 * The unit vector in which a route arrives: control points may coincide with its end.
 *
 * @param {Points} p
 * @returns {Way}
 */
export function direction(p) {
  const x = p[p.length - 2];
  const y = p[p.length - 1];
  for (let i = p.length - 4; i >= 0; i -= 2) {
    const length = Math.hypot(x - p[i], y - p[i + 1]);
    if (length > 0.5) return { x: (x - p[i]) / length, y: (y - p[i + 1]) / length };
  }
  return { x: 0, y: 0 };
}

/** The points of a route from its end to its start. @param {Points} p @returns {number[]} */
export function reversed(p) {
  const points = [];
  for (let i = p.length - 2; i >= 0; i -= 2) points.push(p[i], p[i + 1]);
  return points;
}

/** An arrow head. @param {number} x @param {number} y @param {Way} way */
export function arrowHead(x, y, way) {
  const corner = (/** @type {number} */ side) =>
    `${(x - way.x * 7 - side * way.y).toFixed(1)} ${(y - way.y * 7 + side * way.x).toFixed(1)}`;
  return `M${x} ${y}L${corner(3.2)}L${corner(-3.2)}Z`;
}

/** A curve from a first point along the segments of a route. @param {string} start @param {Points} p */
export function curve(start, p) {
  let path = `M${start}`;
  for (let i = 2; i + 5 < p.length; i += 6)
    path += `C${Array.from(p)
      .slice(i, i + 6)
      .join(" ")}`;
  return path;
}
