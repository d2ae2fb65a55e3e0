// From amounts to pixels.

import { real, shorter } from "../tensors.js";

const STEEP = 300; // times the least that the most is, from which an axis counts powers

/** The finite ones of some amounts. @param {import("./types.js").Amount[]} amounts @returns {number[]} */
export const finite = (amounts) =>
  amounts.map((amount) => Number(real(amount ?? NaN))).filter((number) => Number.isFinite(number));

/**
 * @typedef {object} Scale
 * @property {boolean} log
 * @property {number} low
 * @property {number} high
 * @property {(amount: number) => number} at From 0, at the low end, to 1; NaN for what is not finite.
 */

/**
 * An axis that holds some amounts; positive ones that differ much by their powers.
 * @param {number[]} amounts Finite.
 * @returns {Scale}
 */
export function scaleOf(amounts) {
  const most = Math.max(...amounts, -Infinity);
  const least = Math.min(...amounts, Infinity);
  if (!amounts.length) return { log: false, low: 0, high: 1, at: () => NaN };
  const log = least > 0 && most / least > STEEP;
  const low = log ? least : Math.min(0, least);
  const high = most > low ? most : low + 1;
  const turn = log ? Math.log : (/** @type {number} */ amount) => amount;
  const at = (/** @type {number} */ amount) => (turn(amount) - turn(low)) / (turn(high) - turn(low));
  return { log, low, high, at };
}

/** A number on an axis. @param {number} amount @returns {string} */
export const mark = (amount) => shorter(amount);
