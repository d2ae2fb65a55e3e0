// Tables, and lines of code with a part marked.

import { el } from "../dom.js";

/** @typedef {string | Node} Cell */

/**
 * @param {Cell[]} heads
 * @param {Cell[][]} rows
 * @param {number[]} right Columns of numbers.
 */
export function table(heads, rows, right) {
  const row = (/** @type {"th" | "td"} */ tag, /** @type {Cell[]} */ cells) =>
    el("tr", {}, ...cells.map((cell, i) => el(tag, right.includes(i) ? { class: "num" } : {}, cell)));
  return el("table", {}, el("thead", {}, row("th", heads)), el("tbody", {}, ...rows.map((cells) => row("td", cells))));
}

/**
 * A line of code with its columns `from` to `to` marked; all of it where they are not known.
 * @param {string} text
 * @param {number | null} [from]
 * @param {number | null} [to]
 * @returns {Cell[]}
 */
export function marked(text, from = null, to = null) {
  if (from === null || to === null || to <= from) return [el("mark", { text: text.trimStart() })];
  return [text.slice(0, from), el("mark", { text: text.slice(from, to) }), text.slice(to)];
}

/**
 * Columns of a line whose indentation is left out.
 * @param {string} text
 * @param {number | null} [from]
 * @param {number | null} [to]
 * @returns {[number | null, number | null]}
 */
export function trimmed(text, from = null, to = null) {
  const cut = text.length - text.trimStart().length;
  return from === null || to === null ? [null, null] : [from - cut, to - cut];
}
