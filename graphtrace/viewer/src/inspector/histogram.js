// How the numbers of a tensor are spread.

import { el, svg } from "../dom.js";
import { numbers, real, short, size } from "../tensors.js";

/** @typedef {import("../draw/types.js").Tensor} Tensor */

const BINS = 24;
const FEWEST = 8;
const HEIGHT = 40;
const FOOT = 44;
const BAR = 12;

/**
 * Counts of equal ranges between two numbers.
 *
 * @param {number[]} values
 * @param {number} low
 * @param {number} high
 * @param {number} [count] Of ranges.
 */
export function binned(values, low, high, count = BINS) {
  /** @type {number[]} */
  const bins = new Array(count).fill(0);
  for (const value of values) bins[Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count))] += 1;
  return bins;
}

/**
 * Least and greatest number: those of the whole tensor, else those of the numbers that were kept.
 * @param {Tensor} tensor
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function rangeOf(tensor, values) {
  const low = real(tensor.min) ?? NaN;
  const high = real(tensor.max) ?? NaN;
  return tensor.sample || !Number.isFinite(low) || !Number.isFinite(high)
    ? [Math.min(...values), Math.max(...values)]
    : [low, high];
}

/**
 * Nothing where there are too few numbers, or all are equal.
 *
 * @param {Tensor} tensor
 * @param {string} hue
 * @param {import("../draw/types.js").Say} say
 */
export function histogram(tensor, hue, say) {
  const values = numbers(tensor)?.filter(Number.isFinite);
  if (!values || values.length < FEWEST) return null;
  const [low, high] = rangeOf(tensor, values);
  if (!(high > low)) return null;
  const counted = say("histogram_sample")
    .replace("{n}", String(values.length))
    .replace("{m}", String(size(tensor)));
  const text = tensor.sample ? counted : `${say("histogram")} (${values.length})`;
  return el(
    "details",
    { class: "chart" },
    el("summary", { text }),
    drawBins(binned(values, low, high), low, high, hue, say),
  );
}

/**
 * @param {number[]} bins
 * @param {number} low
 * @param {number} high
 * @param {string} hue
 * @param {import("../draw/types.js").Say} say
 */
function drawBins(bins, low, high, hue, say) {
  const most = Math.max(...bins);
  const width = BINS * BAR;
  const bars = bins.map((count, i) => {
    const height = (HEIGHT * count) / most;
    const place = { x: i * BAR + 1, y: FOOT - height, width: BAR - 2, height };
    return svg("rect", { class: `cell ${hue} pos`, ...place, "fill-opacity": 0.7 });
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${width} 60`, class: "histogram", role: "img", "aria-label": say("histogram") },
    ...bars,
    svg("text", { x: 0, y: 57, "font-size": 11, text: short(low) }),
    svg("text", { x: width, y: 57, "font-size": 11, "text-anchor": "end", text: short(high) }),
  );
}
