// The loss as a function of one number: the curve, its tangent by autograd, and where the hand is.

import { element } from "../draw/tree.js";
import { real } from "../tensors.js";
import { finite, mark, scaleOf } from "./scale.js";

/** @typedef {import("./types.js").Amount} Amount */
/** @typedef {import("./types.js").Size} Size */

/**
 * @typedef {object} Probe See graphtrace/lab/showing/probes.py.
 * @property {string} name
 * @property {number[]} index
 * @property {number} value
 * @property {number[]} values
 * @property {Amount[]} losses
 * @property {Amount} loss
 * @property {number} step
 * @property {Amount} below
 * @property {Amount} above
 * @property {Amount} difference
 * @property {Amount} gradient
 * @property {string} dtype
 */

const EDGE = 8;
const LABEL = 18;

/** @param {Amount | undefined} amount */
const number = (amount) => Number(real(amount ?? NaN));

/**
 * @param {Probe} probe
 * @param {number} at Which of the values the hand holds.
 * @param {Size} size
 * @returns {import("../draw/tree.js").Element[]}
 */
export function drawProbe(probe, at, { width, height }) {
  const { values, value, losses } = probe;
  const { at: share, low, high } = scaleOf(finite(losses));
  const [first, last] = [values[0], values[values.length - 1]];
  const x = (/** @type {number} */ w) => tenth(EDGE + ((w - first) / (last - first)) * (width - 2 * EDGE));
  const y = (/** @type {number} */ loss) => tenth(LABEL + (1 - share(loss)) * (height - 2 * LABEL));
  const known = values.map((w, i) => [w, number(losses[i])]).filter(([, loss]) => Number.isFinite(loss));
  const curve = known.map(([w, loss], i) => `${i ? "L" : "M"}${x(w)} ${y(loss)}`).join("");
  const text = (
    /** @type {string} */ words,
    /** @type {number} */ left,
    /** @type {number} */ foot,
    anchor = "start",
  ) => element("text", { class: "tick", x: left, y: foot, "text-anchor": anchor }, [words]);
  return [
    element("path", { class: "axis", d: `M${EDGE} ${LABEL}V${height - LABEL}H${width - EDGE}` }),
    element("path", { class: "tangent", d: tangent(probe, { x, y, low, high }) }),
    element("path", { class: "loss", d: curve }),
    ...dot("origin", x(value), y(number(probe.loss)), 3.5),
    ...dot("here", x(values[at]), y(number(losses[at])), 5),
    text(mark(high), EDGE + 4, LABEL - 5),
    ...[first, last].map((w, i) => text(mark(w), i ? width - EDGE : EDGE, height - 4, i ? "end" : "start")),
  ];
}

/**
 * The line whose slope is that of autograd, as far as it lies in the picture.
 * @param {Probe} probe
 * @param {{ x: (w: number) => number, y: (loss: number) => number, low: number, high: number }} frame
 */
function tangent({ gradient, value, loss, values }, { x, y, low, high }) {
  const slope = number(gradient);
  const here = number(loss);
  if (!Number.isFinite(slope) || !Number.isFinite(here)) return "";
  const reach = Math.abs(values[values.length - 1] - value) * 0.7;
  const rise = slope ? Math.min((high - here) / Math.abs(slope), (here - low) / Math.abs(slope)) : reach;
  const run = Math.max(reach * 0.15, Math.min(reach, rise));
  const end = (/** @type {number} */ by) => `${x(value + by)} ${y(here + slope * by)}`;
  return `M${end(-run)}L${end(run)}`;
}

/** @param {string} name @param {number} cx @param {number} cy @param {number} r */
const dot = (name, cx, cy, r) => (Number.isFinite(cy) ? [element("circle", { class: name, cx, cy, r })] : []);

/** @param {number} pixels */
const tenth = (pixels) => Math.round(pixels * 10) / 10;
