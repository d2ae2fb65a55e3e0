// Per layer the norm of its gradients, as bars: their lengths count powers of ten, as the widths of gradients do.

import { element } from "../draw/tree.js";
import { real, shorter } from "../tensors.js";

/** @typedef {import("./types.js").LivePicture} LivePicture */
/** @typedef {import("./types.js").Size} Size */

const ROW = 20; // pixels
const LETTER = 7; // pixels
const LEAST = -8; // powers of ten
const MOST = 2;

/** How long a norm's bar is, from 0 to 1. @param {number} norm */
export const share = (norm) =>
  norm > 0 ? Math.min(1, Math.max(0.02, (Math.log10(norm) - LEAST) / (MOST - LEAST))) : 0;

/**
 * Bars from the first layer to the last; of too many layers, some.
 *
 * @param {LivePicture["norms"]} norms
 * @param {Size} size
 * @returns {import("../draw/tree.js").Element[]}
 */
export function drawNorms(norms, { width, height }) {
  const rows = Math.max(1, Math.floor(height / ROW));
  const step = Math.ceil(norms.length / rows);
  const shown = norms.filter((_, i) => i % step === 0 || i === norms.length - 1).slice(0, rows);
  const most = Math.max(5, Math.floor((width * 0.5) / LETTER));
  const names = shown.map(([layer]) => lastPart(layer, most));
  const name = 6 + LETTER * Math.max(1, ...names.map((text) => text.length));
  return shown.flatMap(([, amount], i) => bar(names[i], amount, i * ROW, { name, width }));
}

/**
 * The end of a name of more than so many letters, from a point where one is near.
 * @param {string} layer
 * @param {number} most
 */
function lastPart(layer, most) {
  if (layer.length <= most) return layer;
  const end = layer.slice(1 - most);
  const point = end.indexOf(".") + 1;
  return `…${end.length - point >= 3 ? end.slice(point) : end}`;
}

/**
 * @param {string} layer
 * @param {import("./types.js").Amount} amount
 * @param {number} top
 * @param {{ name: number, width: number }} room
 */
function bar(layer, amount, top, { name, width }) {
  const norm = Number(real(amount ?? NaN));
  const room = Math.max(4, width - name - 46);
  const length = Number.isFinite(norm) ? share(norm) * room : 0;
  const foot = top + ROW / 2 + 5;
  const text = amount === null ? "None" : shorter(amount);
  return [
    element("text", { class: "tick", x: 0, y: foot }, [layer]),
    element("rect", { class: "norm-room", x: name, y: top + 4, width: room, height: ROW - 8, rx: 2 }),
    element("rect", {
      class: "norm",
      x: name,
      y: top + 4,
      width: Math.round(length * 10) / 10,
      height: ROW - 8,
      rx: 2,
    }),
    element("text", { class: "tick strong", x: width, y: foot, "text-anchor": "end" }, [text]),
  ];
}
