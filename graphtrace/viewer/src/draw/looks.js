// How the parts of a picture look: the one table. The stylesheet of the page is written from it (`looksCss`), and so
// are the attributes of a file (`Looks`).
//
// A row: where the part lies, what it is, its look. Both are class names, or tags; all of one side's must be at one
// element. A later row wins over an earlier one. Colours are names of the palette (graphtrace/style/theme.py).

/** @typedef {Record<string, string | number>} Look */

/** @type {[within: string, part: string, look: Look][]} */
export const LOOKS = [
  // Cards.
  ["card", "body", { fill: "surface", stroke: "hairline", "stroke-width": 1 }],
  ["card", "accent", { fill: "constant" }],
  ["card op", "accent", { fill: "forward" }],
  ["card module", "accent", { fill: "forward" }],
  ["card leaf", "accent", { fill: "leaf" }],
  ["card data", "body", { fill: "frame" }],
  ["card", "under", { fill: "surface", stroke: "hairline" }],
  ["card", "shade", { fill: "shadow", "fill-opacity": "shadow_opacity" }],
  ["card cut", "body", { "stroke-dasharray": "5 4", stroke: "line" }],
  ["card stub", "body", { fill: "constant", stroke: "none" }],
  ["twin", "circle", { fill: "surface", stroke: "leaf", "stroke-width": 1.4 }],
  ["twin", "path", { fill: "none", stroke: "leaf", "stroke-width": 1.4 }],
  // Cards that are pointed at, found, chosen, running.
  ["card:hover", "body", { stroke: "line", "stroke-width": 1.5 }],
  ["card lit", "body", { stroke: "forward", "stroke-width": 1.5 }],
  ["card hit", "body", { stroke: "warning", "stroke-width": 3 }],
  ["card selected", "body", { stroke: "ink" }],
  ["card:focus-visible", "body", { stroke: "forward", "stroke-width": 3.5 }],
  ["card now", "body", { "stroke-width": 3 }],
  ["card selected", "body", { "stroke-width": 3.5 }],
  ["card pointed", "body", { stroke: "warning", "stroke-width": 3 }],
  ["card now forward", "body", { stroke: "forward" }],
  ["card now backward", "body", { stroke: "gradient" }],
  ["card now leafy", "body", { stroke: "leaf" }],
  ["card odd", "body", { stroke: "warning", "stroke-width": 3 }],
  ["card wrong", "body", { stroke: "warning", "stroke-width": 5 }],
  ["wrongmark", "rect", { fill: "surface", stroke: "warning", "stroke-width": 2.5 }],
  ["card now warning", "body", { stroke: "warning" }],
  ["", "card dim", { opacity: 0.45 }],
  // Lines, and the gradients on them.
  ["link", "line", { fill: "none", stroke: "line", "stroke-width": 1.3 }],
  ["link", "tip", { fill: "line", stroke: "none" }],
  ["link lit", "line", { stroke: "forward", "stroke-width": 2.5 }],
  ["link lit", "tip", { fill: "forward" }],
  ["link now", "line", { stroke: "ink", "stroke-width": 2 }],
  ["", "stream", { fill: "none", stroke: "gradient", "stroke-dasharray": "7 4" }],
  ["", "streamtip", { fill: "gradient" }],
  ["flow odd", "stream", { stroke: "warning", "stroke-dasharray": "2 3" }],
  ["flow odd", "streamtip", { fill: "warning" }],
  ["flow none", "circle", { fill: "surface", stroke: "line", "stroke-width": 1.6 }],
  ["link now", "stream", { "stroke-dasharray": "10 3" }],
  // Open modules.
  ["frame", "rect", { fill: "frame", stroke: "frame_line", "stroke-width": 1 }],
  ["frame fresh", "rect", { stroke: "forward", "stroke-width": 2 }],
  // Texts.
  ["", "text", { fill: "muted" }],
  ["frame", "text", { fill: "muted", "font-weight": 600 }],
  ["card", "title", { fill: "ink", "font-weight": 600 }],
  ["blocks", "text", { fill: "ink" }],
  ["wrongmark", "text", { fill: "ink", "font-weight": 700 }],
  ["blocks", "label", { "font-weight": 700 }],
  ["blocks", "stat", { fill: "muted" }],
  ["blocks", "faint", { fill: "muted" }],
  ["blocks", "strong", { fill: "ink" }],
  ["blocks", "loud", { "font-weight": 700 }],
  // Lessons: a number that is asked for, the guess beside the true one.
  ["", "veil", { fill: "frame", stroke: "gradient", "stroke-width": 1.6, "stroke-dasharray": "4 3" }],
  ["", "ghost", { fill: "surface", stroke: "line", "stroke-width": 1.2, "stroke-dasharray": "3 3" }],
  // Numbers: cells, heatmaps, buckets, sums, saved tensors.
  ["", "cell empty", { fill: "none", stroke: "hairline" }],
  ["", "cell odd", { fill: "warning", "fill-opacity": 0.45, stroke: "ink", "stroke-dasharray": "2 2" }],
  ["", "cell value pos", { fill: "forward" }],
  ["", "cell value neg", { fill: "minus" }],
  ["", "cell grad pos", { fill: "gradient" }],
  ["", "cell grad neg", { fill: "gradient_minus" }],
  ["", "cell empty waiting", { fill: "frame", stroke: "none" }],
  ["", "heat", { fill: "surface", stroke: "hairline" }],
  ["", "heat empty", { fill: "frame", stroke: "none" }],
  ["", "bucket", { fill: "none", stroke: "gradient", "stroke-width": 1.8, "stroke-linecap": "round" }],
  ["", "bucket none", { stroke: "line", "stroke-dasharray": "3 4", "stroke-width": 1.1 }],
  ["", "bucket zero", { stroke: "line" }],
  ["", "layer", { fill: "gradient" }],
  ["", "circle plus", { fill: "surface", stroke: "line", "stroke-width": 1.4 }],
  ["", "path plus", { fill: "none", stroke: "ink", "stroke-width": 1.6, "stroke-linecap": "round" }],
  ["", "book", { fill: "none", stroke: "line" }],
  ["", "book held", { fill: "forward", stroke: "forward" }],
  ["", "book stale", { fill: "warning", stroke: "ink" }],
  ["", "book empty", { stroke: "hairline", "stroke-dasharray": "2 2" }],
];

const ROOT = ".gt-root svg:where(.picture, .histogram)"; // weighs more than a rule of the page around it
const TAGS = new Set(["rect", "circle", "path", "text"]);
const OF_THE_PALETTE = new Set(["fill", "stroke", "fill-opacity"]);

/** Whether a value is the name of a colour. @param {string} property @param {string | number} value */
const isToken = (property, value) => OF_THE_PALETTE.has(property) && typeof value === "string" && value !== "none";

/** @typedef {{ within: string[], part: string[], look: Look }} Row */
/** @type {Row[]} */
const ROWS = LOOKS.map(([within, part, look]) => ({ within: wordsOf(within), part: wordsOf(part), look }));

/** @param {string} text @returns {string[]} */
function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/**
 * The looks of a part, names of colours not yet replaced.
 *
 * @param {string} tag
 * @param {string} name Its class names.
 * @param {string[]} within Class names of each element around it, from the outside.
 * @returns {Look}
 */
function rawLook(tag, name, within) {
  const own = new Set([tag, ...wordsOf(name)]);
  const around = within.map((names) => new Set(wordsOf(names)));
  const lies = (/** @type {string[]} */ words) =>
    !words.length || around.some((names) => words.every((word) => names.has(word)));
  const rows = ROWS.filter((row) => row.part.every((word) => own.has(word)) && lies(row.within));
  return Object.assign({}, ...rows.map((row) => row.look));
}

/** Looks as attributes, in the colours of one palette. */
export class Looks {
  /** @param {Record<string, string | number>} palette */
  constructor(palette) {
    this.palette = palette;
    /** @type {Map<string, Look>} */
    this.known = new Map();
  }

  /**
   * @param {string} tag
   * @param {string} name Its class names.
   * @param {string[]} within Class names of each element around it, from the outside.
   * @returns {Look}
   */
  of(tag, name, within) {
    const key = `${within.join(">")}>${tag}.${name}`;
    let look = this.known.get(key);
    if (!look) {
      const entries = Object.entries(rawLook(tag, name, within));
      look = Object.fromEntries(entries.map(([property, value]) => [property, this.value(property, value)]));
      this.known.set(key, look);
    }
    return look;
  }

  /** @param {string} property @param {string | number} value */
  value(property, value) {
    return isToken(property, value) ? (this.palette[value] ?? "none") : value;
  }
}

const plain = new Looks({});

/**
 * Whether a text is written in bold.
 *
 * @param {string} name Its class names.
 * @param {string[]} within Class names of each element around it, from the outside.
 */
export const isBold = (name, within) => Number(plain.of("text", name, within)["font-weight"] ?? 400) >= 600;

/**
 * The table as a stylesheet. All rows weigh the same, so that here too a later one wins.
 *
 * @returns {string}
 */
export function looksCss() {
  const said = (/** @type {[string, string | number]} */ [property, value]) =>
    `${property}: ${isToken(property, value) ? `var(--gt-${String(value).replaceAll("_", "-")})` : value}`;
  const rules = ROWS.map(({ within, part, look }) => {
    const around = within.length ? ` :where(${selector(within)})` : "";
    return `${ROOT}${around} :where(${selector(part)}) { ${Object.entries(look).map(said).join("; ")}; }`;
  });
  return `${rules.join("\n")}\n`;
}

/** @param {string[]} words @returns {string} */
function selector(words) {
  const [tag, ...names] = TAGS.has(words[0]) ? words : ["", ...words];
  return tag + names.map((name) => `.${name}`).join("");
}
