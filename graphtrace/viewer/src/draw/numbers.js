// The numbers of one tensor on a card: up to four by four they are printed, else they are a heatmap.

import { digitsOf, grid, numbers, scale, shapeText, short, shorter } from "../tensors.js";
import { classes, element } from "./tree.js";
import { writer } from "./words.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Tensor} Tensor */
/** @typedef {"value" | "grad"} Hue */
/** @typedef {{ x: number, y: number, w: number, h: number }} Spot */

export const write = writer("card", "blocks");
const LEVELS = 5; // strengths of a heatmap's colour
const INSET = 0.16; // of a negative number's square: it is smaller

/** A rectangle. @param {string} name @param {Spot} spot @param {import("./tree.js").Attributes} more */
export const rect = (name, { x, y, w, h }, more = {}) =>
  element("rect", { class: name, x, y, width: w, height: h, ...more });

/**
 * What is in a tensor.
 *
 * @param {Block} block
 * @param {Tensor | null | undefined} tensor Undefined: nothing yet; null: torch says None.
 * @param {Hue} hue
 * @returns {TreeElement[]}
 */
export function drawNumbers(block, tensor, hue) {
  const drawn = block.rows ? printed(block, tensor, hue) : heatmap(block, tensor, hue);
  const digits = tensor && block.digits < 4 ? digitsOf(tensor) : "";
  return digits ? [element("g", { class: "exact" }, [element("title", {}, [digits]), ...drawn])] : drawn;
}

/** @param {Block} block @param {Tensor | null | undefined} tensor @param {Hue} hue */
function printed({ rows, cols, size, digits, body: [x, y, width, height] }, tensor, hue) {
  const flat = tensor ? numbers(tensor) : null;
  const most = tensor ? scale(tensor) : 0;
  const w = width / cols;
  const h = height / rows;
  return Array.from({ length: rows * cols }, (_, i) => {
    const spot = { x: x + (i % cols) * w, y: y + Math.floor(i / cols) * h, w, h };
    const value = tensor ? flat?.[i] : undefined;
    const look = { most, hue, size, digits, column: rows > 1 };
    return value === undefined ? waiting(spot, tensor === null, size) : cell(spot, value, look);
  }).flat();
}

/** @param {string} name @param {Spot} spot @param {number} opacity */
const frame = (name, { x, y, w, h }, opacity) =>
  rect(classes("cell", name), { x: x + 0.5, y: y + 0.5, w: w - 1.5, h: h - 1.5 }, { rx: 3, "fill-opacity": opacity });

/** Where the letters of a cell stand. @param {Spot} spot @param {number} size */
const foot = ({ y, h }, size) => y + (h + (size * 2) / 3) / 2;

/** A cell without a number. @param {Spot} spot @param {boolean} none @param {number} size */
function waiting(spot, none, size) {
  const at = { x: spot.x + spot.w / 2, y: foot(spot, size) - 0.3, size, room: spot.w - 4, anchor: "middle" };
  return [frame("empty waiting", spot, 1), write("number faint", none ? "None" : "·", at)];
}

/**
 * A number, its cell as strong as it is large. Numbers below one another end at one line.
 *
 * @param {Spot} spot
 * @param {number} value
 * @param {{ most: number, hue: Hue, size: number, digits: number, column: boolean }} look
 */
function cell(spot, value, { most, hue, size, digits, column }) {
  const odd = !Number.isFinite(value);
  const strength = odd || !most ? 0 : Math.abs(value) / most;
  const close = digits < 4; // large type in narrow cells
  const x = spot.x + (column ? spot.w - (close ? 2.5 : 4) : spot.w / 2);
  const at = { x, y: foot(spot, size), size, room: spot.w - (close ? 3 : 6), anchor: column ? "end" : "middle" };
  const name = odd ? "odd" : `${hue} ${value < 0 ? "neg" : "pos"}`;
  return [
    frame(name, spot, odd ? 1 : 0.06 + 0.44 * strength),
    write(classes("number", odd && "loud"), close ? shorter(value) : short(value), at),
  ];
}

/** @param {Block} block @param {Tensor | null | undefined} tensor @param {Hue} hue */
function heatmap({ small, digits, body: [x, y, w, h] }, tensor, hue) {
  const spot = { x, y, w, h };
  const ground = rect(classes("heat", !tensor && "empty"), spot, { rx: 3 });
  if (tensor)
    return [
      ground,
      ...squares(spot, tensor, hue),
      ...stats(tensor, { x, y: y + h, w, h: small }, digits < 4 ? shorter : short),
    ];
  const at = { x: x + w / 2, y: y + h / 2 + 4, size: small, room: w, anchor: "middle" };
  return [ground, write("number faint", tensor === null ? "None" : "·", at)];
}

/**
 * One path per sign and strength: a thousand cells are at most twelve elements.
 * @param {Spot} spot
 * @param {Tensor} tensor
 * @param {Hue} hue
 */
function squares({ x, y, w, h }, tensor, hue) {
  const found = grid(tensor);
  if (!found) return [];
  const most = scale(tensor);
  const wide = w / found.cols;
  const high = h / found.lines.length;
  /** @type {Map<string, string>} */
  const paths = new Map();
  found.lines.forEach((line, row) =>
    line.forEach((/** @type {number} */ value, /** @type {number} */ col) => {
      const strength = level(value, most);
      if (!strength) return;
      const inset = value < 0 ? INSET : 0;
      const left = x + (col + inset) * wide;
      const top = y + (row + inset) * high;
      paths.set(
        strength,
        (paths.get(strength) ?? "") + square(left, top, wide * (1 - 2 * inset), high * (1 - 2 * inset)),
      );
    }),
  );
  return [...paths].map(([key, path]) => {
    const [sign, strength = LEVELS] = key.split(" ");
    return element("path", { class: `cell ${hue} ${sign}`, d: path, "fill-opacity": 0.12 + 0.16 * Number(strength) });
  });
}

/** Sign and strength of a number, nothing for zero. @param {number} value @param {number} most */
function level(value, most) {
  if (!Number.isFinite(value)) return "odd";
  const strength = most ? Math.ceil((Math.abs(value) / most) * LEVELS) : 0;
  return strength ? `${value < 0 ? "neg" : "pos"} ${strength}` : "";
}

/** @param {number[]} spot @returns {string} */
function square(...spot) {
  const [x, y, w, h] = spot.map((length) => Number(length.toFixed(2)));
  return `M${x} ${y}h${w}v${h}h${-w}z`;
}

/**
 * Two lines of the height `h` of their letters.
 * @param {Tensor} tensor
 * @param {Spot} spot
 * @param {(value: import("../tensors.js").Tensor["norm"]) => string} written How a number is written.
 */
function stats(tensor, { x, y, w, h }, written) {
  const lines =
    tensor.min === null
      ? [`norm ${written(tensor.norm)}`, shapeText(tensor)]
      : [`${written(tensor.min)} … ${written(tensor.max)}`, `mean ${written(tensor.mean)}`];
  return lines.map((text, i) => write("stat", text, { x, y: y + h + 1 + i * (h + 2), size: h, room: w }));
}
