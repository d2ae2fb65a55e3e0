// How wide a text is, and where it breaks. Widths are those of graphtrace/layout/text_width.py, and so is the rule of
// wrapping; no font is asked, so that a page and Python write the same file.

import { KIT } from "../generated/kit.js";

/** @typedef {0 | 2} Fonts Where the widths of wide fonts are in the table, and those of typical ones. */

const WIDE = 0;
const TYPICAL = 2;
const ELLIPSIS = "…";
const JOINERS = /[\u200c\u200d]+$/;
const WORD = /[^\s\u2e80-\uffef]+|[\u2e80-\uffef]|\s+/gu; // Chinese may break after any character
const NEARLY = 0.9; // of its room, from which a text is told its length
const PLAIN = 128; // characters whose widths are looked up at once

/** By their names, what widths there are. @type {Map<string, number[]>} */
const WIDTHS = new Map(KIT.widths.split(" ").map((kind) => [kind[0], kind.slice(1).split(",").map(Number)]));

/** Runs of characters that have the same widths: where they start, and which those are. @type {number[]} */
const starts = [];
/** @type {number[][]} */
const kinds = [];
for (const [, step, kind] of KIT.runs.matchAll(/(\d+)(\D)/g)) {
  starts.push((starts.at(-1) ?? 0) + Number(step));
  kinds.push(/** @type {number[]} */ (WIDTHS.get(kind)));
}

/** The widths of a character in thousandths of its size. @param {number} code @returns {number[]} */
function widthsOf(code) {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= code) low = middle;
    else high = middle;
  }
  return kinds[low];
}

const plain = Array.from({ length: PLAIN }, (_, code) => widthsOf(code));

/** @param {string} text @param {number} size @param {boolean} bold @param {Fonts} fonts @returns {number} */
function measured(text, size, bold, fonts) {
  const at = fonts + Number(bold);
  let sum = 0;
  for (const char of text) {
    const code = /** @type {number} */ (char.codePointAt(0));
    sum += (plain[code] ?? widthsOf(code))[at];
  }
  return (sum * size) / 1000;
}

/**
 * How wide a text is at most, in pixels.
 *
 * @param {string} text
 * @param {number} size Of the font, in pixels.
 * @param {boolean} [bold]
 */
export const textWidth = (text, size, bold = false) => measured(text, size, bold, WIDE);

/** How wide a text is in most fonts, in pixels. @param {string} text @param {number} size @param {boolean} [bold] */
export const typicalWidth = (text, size, bold = false) => measured(text, size, bold, TYPICAL);

/** @typedef {(text: string, size: number, bold: boolean) => number} Measure */

/** @type {Measure | null} How wide a text is in the font of the page; null where there is no page. */
let onPage = null;

/** Measure texts on the page in its own font. @param {Measure | null} measure */
export function measureWith(measure) {
  onPage = measure;
}

/**
 * The length of a text that may be too long for its room; on a page only of one that is.
 *
 * @param {string} text
 * @param {number} size
 * @param {boolean} bold
 * @param {number} room
 * @returns {import("./tree.js").Attributes}
 */
export function limited(text, size, bold, room) {
  if (textWidth(text, size, bold) <= room) return {};
  if (!onPage) return squeezed(text, size, bold, room);
  if (onPage(text, size, bold) <= room) return {};
  return { textLength: twoPlaces(room), lengthAdjust: "spacingAndGlyphs" };
}

/**
 * A text that nearly fills its room is told its length: no font may carry it out.
 *
 * @param {string} text
 * @param {number} size
 * @param {boolean} bold
 * @param {number} room In pixels; nothing where there is no limit.
 * @returns {import("./tree.js").Attributes}
 */
export function squeezed(text, size, bold, room) {
  if (!(room > 0) || textWidth(text, size, bold) < NEARLY * room) return {};
  return { textLength: twoPlaces(Math.min(typicalWidth(text, size, bold), room)), lengthAdjust: "spacingAndGlyphs" };
}

/**
 * A text broken into lines; a word or a last line that is too long ends in an ellipsis.
 *
 * @param {string} text
 * @param {number} size Of the font, in pixels.
 * @param {boolean} bold
 * @param {number} room How wide a line may be, in pixels.
 * @param {number} most How many lines there may be.
 * @returns {string[]}
 */
export function wrapped(text, size, bold, room, most) {
  const fits = (/** @type {string} */ line) => typicalWidth(line, size, bold) <= room;
  const lines = [];
  let line = "";
  for (const word of text.match(WORD) ?? []) {
    if (line && !fits(line + word.trimEnd())) {
      lines.push(line);
      line = "";
    }
    if (line || word.trim()) line += fits(word) ? word : shortened(word, size, bold, room);
  }
  const written = [...lines, line].filter(Boolean).map((one) => one.trimEnd());
  if (written.length <= most) return written;
  const last = written[most - 1] + ELLIPSIS;
  return [...written.slice(0, most - 1), fits(last) ? last : shortened(last, size, bold, room)];
}

/** A text cut at its end. @param {string} text @param {number} size @param {boolean} bold @param {number} room */
function shortened(text, size, bold, room) {
  const spare = Math.max(0, room - typicalWidth(ELLIPSIS, size, bold));
  let head = "";
  let total = 0;
  for (const char of text) {
    total += typicalWidth(char, size, bold);
    if (total > spare) break;
    head += char;
  }
  return head.replace(JOINERS, "").trimEnd() + ELLIPSIS;
}

/** A number for a file: two decimals at most. @param {number} value */
export const twoPlaces = (value) => String(Math.round(value * 100) / 100);
