// What changes on a card: numbers in cells, heatmaps, buckets, sums, shelves. Places come from Python (card_slots.py).

import { svg } from "./dom.js";
import { brief, grid, numbers, real, scale, shapeText, short, size } from "./tensors.js";

const CELL_W = 46;
const CELL_H = 18;
const HEAT_W = 92;
const HEAT_H = 44;
const LABEL = 15;
const PAD = 5;

const words = (cls, x, y, text, room, more = {}) => {
  const node = svg("text", { class: cls, x, y, "font-size": 11, text, ...more });
  node.room = room;
  return node;
};
const rect = (cls, x, y, w, h, more = {}) => svg("rect", { class: cls, x, y, width: w, height: h, ...more });

// A tensor under its label. `tensor` undefined: nothing yet; null: torch says None.
export function tensorBlock(block, tensor, hue, label) {
  const top = block.y + LABEL;
  return [words(`label ${hue}`, block.x, block.y + 10, label, block.w), ...body(block, tensor, hue, block.x, top)];
}

function body(block, tensor, hue, x, y) {
  if (!block.rows) return heat(tensor, hue, x, y);
  const flat = tensor ? numbers(tensor) : null;
  const most = tensor ? scale(tensor) : 0;
  const parts = [];
  for (let r = 0; r < block.rows; r += 1)
    for (let c = 0; c < block.cols; c += 1)
      parts.push(
        ...cell(flat?.[r * block.cols + c], tensor, most, hue, x + c * CELL_W, y + r * CELL_H, block.rows > 1),
      );
  return parts;
}

// Numbers below one another end at one line.
function cell(value, tensor, most, hue, x, y, column) {
  const frame = (cls, opacity) =>
    rect(`cell ${cls}`, x + 0.5, y + 0.5, CELL_W - 1.5, CELL_H - 1.5, { rx: 3, "fill-opacity": opacity });
  const said = (text, cls = "") =>
    words(`number ${cls}`, x + (column ? CELL_W - 4 : CELL_W / 2), y + 13, text, CELL_W - 6, {
      "font-size": 12,
      "text-anchor": column ? "end" : "middle",
    });
  if (!tensor || value === undefined)
    return [
      frame("empty waiting", 1),
      words("number faint", x + CELL_W / 2, y + 12.7, tensor === null ? "None" : "·", CELL_W - 4, {
        "text-anchor": "middle",
      }),
    ];
  const odd = !Number.isFinite(value);
  const strength = odd || !most ? 0 : Math.abs(value) / most;
  return [
    frame(odd ? "odd" : `${hue} ${value < 0 ? "neg" : "pos"}`, odd ? 1 : 0.06 + 0.44 * strength),
    said(short(value), odd ? "loud" : ""),
  ];
}

// One path per sign and strength: a thousand cells are at most twelve elements. Negative cells are smaller squares.
function heat(tensor, hue, x, y) {
  const frame = rect(`heat ${tensor ? "" : "empty"}`, x, y, HEAT_W, HEAT_H, { rx: 3 });
  const found = tensor ? grid(tensor) : null;
  if (!tensor)
    return [
      frame,
      words("number faint", x + HEAT_W / 2, y + HEAT_H / 2 + 4, tensor === null ? "None" : "·", HEAT_W, {
        "text-anchor": "middle",
      }),
    ];
  const parts = [frame];
  if (found) {
    const most = scale(tensor);
    const w = HEAT_W / found.cols;
    const h = HEAT_H / found.lines.length;
    const paths = new Map();
    found.lines.forEach((line, r) =>
      line.forEach((value, c) => {
        const odd = !Number.isFinite(value);
        const level = odd ? 6 : most ? Math.ceil((Math.abs(value) / most) * 5) : 0;
        if (!level) return;
        const key = odd ? "odd" : `${value < 0 ? "neg" : "pos"} ${level}`;
        const inset = value < 0 ? 0.16 : 0;
        const at = [x + (c + inset) * w, y + (r + inset) * h, w * (1 - 2 * inset), h * (1 - 2 * inset)].map((n) =>
          Number(n.toFixed(2)),
        );
        paths.set(key, `${paths.get(key) ?? ""}M${at[0]} ${at[1]}h${at[2]}v${at[3]}h${-at[2]}z`);
      }),
    );
    for (const [key, d] of paths)
      parts.push(
        svg("path", {
          class: `cell ${hue} ${key.split(" ")[0]}`,
          d,
          "fill-opacity": 0.12 + 0.16 * Number(key.split(" ")[1] ?? 5),
        }),
      );
  }
  return [...parts, ...stats(tensor, x, y + HEAT_H)];
}

function stats(tensor, x, y) {
  const rows =
    tensor.min === null
      ? [`norm ${short(tensor.norm)}`, shapeText(tensor)]
      : [`${short(tensor.min)} … ${short(tensor.max)}`, `mean ${short(tensor.mean)}`];
  return rows.map((text, i) => words("stat", x, y + 12 + i * 13, text, HEAT_W));
}

export const gradState = (grad) =>
  !grad || grad.value === null
    ? "None"
    : grad.zero && !grad.layers.length
      ? "zero"
      : `×${Math.max(1, grad.layers.length)}`;

// An open-topped outline: dashed when .grad is None, empty when it is zero, one bar per backward pass in it.
export function bucketBlock(block, grad, t) {
  const state = gradState(grad);
  const none = state === "None";
  const y = block.y + LABEL;
  const h = block.h - LABEL;
  const label = `.grad ${none ? "None" : state === "zero" ? t("zero") : state}`;
  const inner = { ...block, x: block.x + PAD, w: block.w - 2 * PAD };
  return [
    words(
      `label grad`,
      block.x,
      block.y + 10,
      label,
      block.w - 8 - 6 * (grad?.value ? Math.min(6, grad.layers.length) : 0),
    ),
    ...tally(block.x + block.w - 2, block.y + 1, grad),
    svg("path", {
      class: `bucket ${none ? "none" : state === "zero" ? "zero" : "full"}`,
      d: pail(block.x, y, block.w, h),
    }),
    ...(none ? [] : body(inner, grad.value, "grad", inner.x, y + PAD)),
  ];
}

const pail = (x, y, w, h) => `M${x} ${y}v${h - 4}q0 4 4 4h${w - 8}q4 0 4 -4v${4 - h}`;

function tally(right, y, grad) {
  const count = grad && grad.value ? Math.min(6, grad.layers.length) : 0;
  return Array.from({ length: count }, (_, i) => rect("layer", right - 5 - i * 6, y, 4, 10, { rx: 1 }));
}

// The same in one line, for a leaf that is folded into the card.
export function rowBlock(block, grad, label, t) {
  const state = gradState(grad);
  const y = block.y;
  const none = state === "None";
  const said = none ? "None" : state === "zero" ? t("zero") : `${state} ${brief(grad.value)}`;
  const right = block.w * 0.56;
  return [
    svg("path", {
      class: `bucket ${none ? "none" : state === "zero" ? "zero" : "full"}`,
      d: pail(block.x + 1, y + 2, 15, 12),
    }),
    ...(state.startsWith("×") ? [rect("layer", block.x + 3.5, y + 6, 10, 6)] : []),
    words("stat strong", block.x + 22, y + 12.5, label, block.w - 22 - right),
    words("stat", block.x + block.w, y + 12.5, said, right - 6, { "text-anchor": "end" }),
  ];
}

// Contributions as they come: a literal + and the sum so far.
export function sumBlock(block, parts, sum, expected, t) {
  const said = parts.length === 0 ? t("awaits").replace("{m}", expected) : phrase(parts, sum);
  return [
    svg("circle", { class: `plus ${parts.length > 1 ? "now" : ""}`, cx: block.x + 8, cy: block.y + 8, r: 7 }),
    svg("path", { class: "plus sign", d: `M${block.x + 4} ${block.y + 8}h8M${block.x + 8} ${block.y + 4}v8` }),
    words(
      "stat strong",
      block.x + 21,
      block.y + 12.5,
      `${said}${parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : ""}`,
      block.w - 21,
    ),
  ];
}

function phrase(parts, sum) {
  const small = (one) => one === null || size(one) === 1;
  const said = (one) =>
    one === null ? "None" : size(one) === 1 ? short(numbers(one)?.[0] ?? one.norm) : `‖·‖ ${short(one.norm)}`;
  if (parts.length > 3 || !parts.every(small))
    return `${parts.length > 1 ? `${parts.length}× → ` : ""}${said(sum ?? null)}`;
  return parts.length > 1 ? `${parts.map(said).join(" + ")} = ${said(sum ?? null)}` : said(parts[0]);
}

// Books: full while held, hollow when freed, crossed out when changed in place since.
export function shelfBlock(block, states, t) {
  const count = Math.min(6, block.cols);
  const word = worst(states);
  const books = Array.from({ length: count }, (_, i) =>
    rect(`book ${word}`, block.x + 46 + i * 8, block.y + 3, 6, 11, { rx: 1 }),
  );
  return [
    words("stat", block.x, block.y + 12.5, t("shelf"), 44),
    ...books,
    words(
      "stat strong",
      block.x + 50 + count * 8,
      block.y + 12.5,
      word === "empty" ? "" : `${t(`saved_${word}`)}`,
      block.w - 50 - count * 8,
    ),
  ];
}

const worst = (states) => ["stale", "held", "freed"].find((state) => states.includes(state)) ?? "empty";

export function miniBlock(block, value, grad, t) {
  const said = [value && `${t("value")} ${brief(value)}`, grad && `${t("gradient")} ${brief(grad)}`]
    .filter(Boolean)
    .join("  ");
  return [words("stat", block.x, block.y + 12.5, said, block.w)];
}

export const moreBlock = (block, t) => [
  words("stat", block.x, block.y + 12.5, t("more_leaves").replace("{n}", block.cols - 3), block.w),
];

// Width of a gradient's line: by the order of magnitude of its norm.
export function breadth(tensor) {
  const norm = real(tensor?.norm ?? 0); // NaN and infinity are as wide as can be
  if (!Number.isFinite(norm)) return 6;
  if (norm === 0) return 1;
  return Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm)));
}
