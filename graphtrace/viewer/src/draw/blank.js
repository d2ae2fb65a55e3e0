// Worksheets: which numbers are left out.

/** Kinds of numbers by the blocks that have them. @type {Record<string, string[]>} */
const KINDS = {
  value: ["value"],
  mini: ["value"],
  grad: ["gradient"],
  sum: ["sum"],
  bucket: ["grad"],
  row: ["grad", "value"],
};
// A number by itself: no part of a name, a shape or a count.
const NUMBER = /(?<![\w.×]|· )[−-]?(?:\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![\w×]|\.[A-Za-z_])/;
const EVERY_NUMBER = new RegExp(NUMBER, "g");
const GAP = "____";

/** The kinds of numbers in blocks of a role. @param {unknown} role @returns {string[]} */
export const blankKinds = (role) => KINDS[String(role)] ?? [];

/** @param {string} text @returns {string} */
export const withoutNumbers = (text) => text.replace(EVERY_NUMBER, GAP);

/** @param {string} text @returns {boolean} */
export const hasNumbers = (text) => NUMBER.test(text);
