// A tensor written out: a number on its own, or a small matrix in brackets.

import { el } from "../dom.js";
import { numbers, scale, shapeText, short, size } from "../tensors.js";

/** @typedef {import("../draw/types.js").Tensor} Tensor */

const MOST = 4; // rows and columns up to which a matrix is written out
const FAINTEST = 6; // per cent of colour
const STRONGEST = 50;

/** Rows and columns of a tensor that is written out; null: it is too large. @param {{ shape: number[] }} tensor */
export function cellsOf(tensor) {
  const shape = [...tensor.shape];
  while (shape.length > 2 && shape[0] === 1) shape.shift();
  if (shape.length > 2) return null;
  const [rows, cols] = [1, 1, ...shape].slice(-2);
  return rows <= MOST && cols <= MOST && rows * cols > 0 ? { rows, cols } : null;
}

/** Whether a tensor is written out. @param {Tensor | null | undefined} tensor @returns {tensor is Tensor} */
export const isListed = (tensor) => Boolean(tensor && numbers(tensor) && !tensor.sample && cellsOf(tensor));

/**
 * @param {Tensor} tensor
 * @param {string} hue
 * @param {boolean} [factor] Whether it may stand in a product: a negative number is then in brackets.
 */
export function matrix(tensor, hue, factor = true) {
  const cells = isListed(tensor) ? cellsOf(tensor) : null;
  const flat = numbers(tensor);
  if (!cells || !flat) return el("span", { class: "big", text: `${shapeText(tensor)}, ‖·‖ ${short(tensor.norm)}` });
  if (size(tensor) === 1) {
    const text = short(flat[0]);
    return el("span", { class: `scalar ${hue}`, text: factor && flat[0] < 0 ? `(${text})` : text });
  }
  const most = scale(tensor);
  const rows = Array.from({ length: cells.rows }, (_, r) =>
    el("tr", {}, ...flat.slice(r * cells.cols, (r + 1) * cells.cols).map((number) => cell(number, most, hue))),
  );
  return el("table", { class: "matrix" }, el("tbody", {}, ...rows));
}

/**
 * @param {number} number
 * @param {number} most The greatest of all, which has the strongest colour.
 * @param {string} hue
 */
function cell(number, most, hue) {
  const strength = Number.isFinite(number) && most ? Math.abs(number) / most : 0;
  const made = el("td", { class: `${hue} ${number < 0 ? "neg" : "pos"}`, text: short(number) });
  made.style.setProperty("--full", `${Math.round(FAINTEST + (STRONGEST - FAINTEST) * strength)}%`);
  return made;
}
