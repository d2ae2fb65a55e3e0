// The content of a tensor: its numbers from base64, how they are written, and the grid they are drawn in.

import { fromBase64 } from "./base64.js";

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

function half(word) {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

function upper(word) {
  // bfloat16 is the upper half of a float32
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, word * 65536);
  return view.getFloat32(0);
}

// The kept numbers, flat; null where none were kept or they are complex. Decoded once.
export function numbers(tensor) {
  if (tensor.flat !== undefined) return tensor.flat;
  const reader = READERS[tensor.dtype];
  if (!reader || tensor.data === undefined) return (tensor.flat = null);
  const raw = fromBase64(tensor.data);
  const view = new DataView(raw.buffer);
  const [size, read] = reader;
  return (tensor.flat = Array.from({ length: Math.floor(raw.length / size) }, (_, i) => read(view, i * size)));
}

export const real = (value) =>
  typeof value === "string" ? { nan: NaN, inf: Infinity, "-inf": -Infinity }[value] : value;
export const size = (tensor) => tensor.shape.reduce((product, length) => product * length, 1);
export const shapeText = (tensor) => tensor.shape.join("×") || "scalar";

// 4 significant digits, as graphtrace/explain.py writes them.
export function short(value) {
  const x = real(value);
  if (x === null || x === undefined) return "–";
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "−inf";
  if (x === 0) return "0";
  const [mantissa, power] = x.toExponential(3).split("e");
  const exponent = Number(power);
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const text =
    exponent < -4 || exponent >= 4
      ? `${trim(mantissa)}e${exponent}`
      : trim(Number(`${mantissa}e${power}`).toFixed(Math.max(0, 3 - exponent)));
  return text.replaceAll("-", "−");
}

// Two digits, without the zero before the point: for a cell in large type. All digits stand in the inspector.
export function shorter(value) {
  const x = real(value);
  if (typeof x !== "number" || !Number.isFinite(x) || x === 0) return short(x);
  const size = Math.abs(x);
  if (size >= 9.95 && size < 9999.5) return String(Math.round(x)).replace("-", "−");
  if (size >= 0.995 && size < 9.95) return String(Number(x.toFixed(1))).replace("-", "−");
  if (size >= 0.00095 && size < 0.995) return pointed(x, size < 0.0995 ? 3 : 2);
  const [mantissa, power] = x.toExponential(0).split("e");
  return `${mantissa}e${Number(power)}`.replaceAll("-", "−");
}

function pointed(x, places) {
  const text = Math.abs(x).toFixed(places).replace(/0+$/, "").replace(/^0/, "");
  return x < 0 ? `−${text}` : text;
}

// One number, or the norm: what fits in half a line.
export function brief(tensor) {
  const flat = numbers(tensor);
  return flat && flat.length === 1 && size(tensor) === 1 ? short(flat[0]) : `‖·‖ ${short(tensor.norm)}`;
}

const MOST_COLS = 32;
const MOST_ROWS = 16;

// Rows and columns of a heatmap: the last two dimensions; vectors and stacks wrap like lines of text.
export function grid(tensor) {
  const flat = numbers(tensor);
  if (!flat?.length) return null;
  const shape = (tensor.sample ?? tensor.shape).filter((length, i, all) => length !== 1 || i >= all.length - 2);
  let [rows, cols] = shape.length === 2 && shape[0] > 1 && shape[1] > 1 ? shape : [1, flat.length];
  if (rows === 1) {
    cols = Math.min(flat.length, Math.ceil(Math.sqrt(flat.length * 2.1)));
    rows = Math.ceil(flat.length / cols);
  }
  const down = Math.ceil(rows / MOST_ROWS);
  const along = Math.ceil(cols / MOST_COLS);
  const found = [];
  for (let r = 0; r < rows; r += down) {
    const line = [];
    for (let c = 0; c < cols; c += along) if (r * cols + c < flat.length) line.push(flat[r * cols + c]);
    found.push(line);
  }
  return { lines: found, cols: Math.ceil(cols / along), thinned: down > 1 || along > 1 || Boolean(tensor.sample) };
}

// Largest absolute value that is finite: what full colour stands for.
export function scale(tensor) {
  const ends = [real(tensor.min), real(tensor.max)].filter((x) => Number.isFinite(x)).map(Math.abs);
  if (ends.length) return Math.max(...ends);
  return Math.max(0, ...(numbers(tensor) ?? []).filter(Number.isFinite).map(Math.abs));
}
