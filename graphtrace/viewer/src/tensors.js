// The content of a tensor: its numbers from base64, how they are written, and the grid they are drawn in.

import { fromBase64 } from "./base64.js";

/** @typedef {import("./wire.js").WireTensor} Tensor */
/** @typedef {(view: DataView, at: number) => number} Reader */

/** Bytes of a number, and how it is read. @type {Record<string, [size: number, read: Reader]>} */
const READERS = {
  float64: [8, (view, at) => view.getFloat64(at, true)],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  bfloat16: [2, (view, at) => upper(view.getUint16(at, true))],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  bool: [1, (view, at) => view.getUint8(at)],
};

/** A float16. @param {number} word @returns {number} */
function half(word) {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

/** A bfloat16: the upper half of a float32. @param {number} word @returns {number} */
function upper(word) {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, word * 65536);
  return view.getFloat32(0);
}

/** @type {WeakMap<Tensor, number[] | null>} */
const decoded = new WeakMap();

/**
 * The kept numbers, flat; null where none were kept or they are complex. Decoded once.
 * @param {Tensor} tensor
 * @returns {number[] | null}
 */
export function numbers(tensor) {
  let flat = decoded.get(tensor);
  if (flat === undefined) {
    flat = decode(tensor);
    decoded.set(tensor, flat);
  }
  return flat;
}

/** @param {Tensor} tensor @returns {number[] | null} */
function decode({ dtype, data }) {
  const reader = READERS[dtype];
  if (!reader || data === undefined) return null;
  const bytes = fromBase64(data);
  const view = new DataView(bytes.buffer);
  const [size, read] = reader;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => read(view, i * size));
}

/** Numbers that JSON lacks travel as words. @type {Record<string, number>} */
const WORDS = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/**
 * A number as it was sent.
 *
 * @template {number | string | null | undefined} T
 * @param {T} value
 * @returns {T extends string ? number : T}
 */
export const real = (value) => /** @type {any} */ (typeof value === "string" ? WORDS[value] : value);

/** How many numbers a tensor has. @param {Tensor} tensor */
export const size = (tensor) => tensor.shape.reduce((product, length) => product * length, 1);

/** @param {Tensor} tensor @returns {string} */
export const shapeText = (tensor) => tensor.shape.join("×") || "scalar";

const DIGITS = 4;
const EXACT = 25; // digits that tell a number halfway between two others from one that is not
const HALF = /^-?(\d\.\d{3})50*e/;

/**
 * A number with 4 significant digits, as `number` in graphtrace/explain writes it: of two that are as near, the even
 * one.
 *
 * @param {number | string | null | undefined} value
 * @returns {string}
 */
export function short(value) {
  const x = real(value);
  if (x === null || x === undefined) return "–";
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "−inf";
  if (x === 0) return "0";
  const [mantissa, power] = rounded(x).split("e");
  const exponent = Number(power);
  const text =
    exponent < -4 || exponent >= DIGITS
      ? `${trimmed(mantissa)}e${exponent}`
      : trimmed(Number(`${mantissa}e${power}`).toFixed(Math.max(0, DIGITS - 1 - exponent)));
  return text.replaceAll("-", "−");
}

/** Mantissa and power of 4 digits: "1.234e+5". @param {number} x @returns {string} */
function rounded(x) {
  const halfway = HALF.exec(x.toExponential(EXACT));
  const even = halfway && Number(halfway[1].at(-1)) % 2 === 0; // JavaScript would round it up
  return even ? x.toExponential(EXACT).replace(/0*e/, "e").replace("5e", "e") : x.toExponential(DIGITS - 1);
}

/** Without zeros at the end. @param {string} text @returns {string} */
const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/**
 * Two digits, without the zero before the point: for a cell in large type. All digits stand in the inspector.
 *
 * @param {number | string | null | undefined} value
 * @returns {string}
 */
export function shorter(value) {
  const x = real(value);
  if (typeof x !== "number" || !Number.isFinite(x) || x === 0) return short(x);
  const most = Math.abs(x);
  if (most >= 9.95 && most < 9999.5) return String(Math.round(x)).replace("-", "−");
  if (most >= 0.995 && most < 9.95) return pointed(x, 1);
  if (most >= 0.00095 && most < 0.995) return pointed(x, most < 0.0995 ? 3 : 2);
  const [mantissa, power] = x.toExponential(0).split("e");
  return `${mantissa}e${Number(power)}`.replaceAll("-", "−");
}

/**
 * With so many places, without the zero before the point: ".25". Zeros at the end go only where nothing is rounded.
 * @param {number} x
 * @param {number} places
 * @returns {string}
 */
function pointed(x, places) {
  const most = Math.abs(x);
  const all = most.toFixed(places);
  const text = (Number(all) === most ? trimmed(all) : all).replace(/^0\./, ".");
  return x < 0 ? `−${text}` : text;
}

/**
 * One number, or the norm: what fits in half a line.
 * @param {Tensor} tensor
 * @param {number} digits Two in large type.
 * @returns {string}
 */
export function brief(tensor, digits = DIGITS) {
  const flat = numbers(tensor);
  const write = digits < DIGITS ? shorter : short;
  return flat && flat.length === 1 && size(tensor) === 1 ? write(flat[0]) : `‖·‖ ${write(tensor.norm)}`;
}

const EXACT_DIGITS = 9; // that tell any two numbers of float32 apart
const MOST_EXACT = 64;

/** A number with all its digits. @param {number} value @param {string} dtype */
const exact = (value, dtype) =>
  String(dtype === "float64" ? value : Number(value.toPrecision(EXACT_DIGITS))).replace("-", "−");

/** All digits of a small tensor, a row a line; nothing of a large one. @param {Tensor} tensor @returns {string} */
export function digitsOf(tensor) {
  const flat = numbers(tensor);
  if (!flat || tensor.sample || flat.length > MOST_EXACT) return "";
  const cols = Math.max(1, tensor.shape.at(-1) ?? 1);
  const rows = Array.from({ length: Math.ceil(flat.length / cols) }, (_, i) => flat.slice(i * cols, (i + 1) * cols));
  return rows.map((row) => row.map((value) => exact(value, tensor.dtype)).join("  ")).join("\n");
}

const MOST_COLS = 32;
const MOST_ROWS = 16;
const SHAPE = 2.1; // width by height of the grid of a vector

/**
 * Rows and columns of a heatmap: the last two dimensions; vectors and stacks wrap like lines of text. Of many, some.
 *
 * @param {Tensor} tensor
 * @returns {{ lines: number[][], cols: number, thinned: boolean } | null}
 */
export function grid(tensor) {
  const flat = numbers(tensor);
  if (!flat?.length) return null;
  const [rows, cols] = gridSize(tensor, flat.length);
  const down = Math.ceil(rows / MOST_ROWS);
  const along = Math.ceil(cols / MOST_COLS);
  const lines = [];
  for (let row = 0; row < rows; row += down) {
    const line = [];
    for (let col = 0; col < cols && row * cols + col < flat.length; col += along) line.push(flat[row * cols + col]);
    lines.push(line);
  }
  return { lines, cols: Math.ceil(cols / along), thinned: down > 1 || along > 1 || Boolean(tensor.sample) };
}

/** @param {Tensor} tensor @param {number} count Of its numbers. @returns {[rows: number, cols: number]} */
function gridSize({ sample, shape }, count) {
  const lengths = (sample ?? shape).filter((length, i, all) => length !== 1 || i >= all.length - 2);
  const [rows, cols] = lengths;
  if (lengths.length === 2 && rows > 1 && cols > 1) return [rows, cols];
  const wide = Math.min(count, Math.ceil(Math.sqrt(count * SHAPE)));
  return [Math.ceil(count / wide), wide];
}

/** The largest absolute value that is finite: what full colour stands for. @param {Tensor} tensor @returns {number} */
export function scale(tensor) {
  const ends = [real(tensor.min), real(tensor.max)].filter((end) => end !== null && Number.isFinite(end));
  const values = ends.length ? ends : (numbers(tensor) ?? []).filter(Number.isFinite);
  return values.reduce((/** @type {number} */ most, value) => Math.max(most, Math.abs(Number(value))), 0);
}
