// The drawing of a moment: shapes that name their colours, as elements of a page and as the text of a file.

import { serialize } from "../draw/serialize.js";
import { element } from "../draw/tree.js";

/** @typedef {import("../draw/tree.js").Tree} Tree */
/** @typedef {import("../draw/tree.js").Element} TreeElement */
/** @typedef {Record<string, string | number>} Colours */
/** @typedef {[string, Record<string, string | number>, (Plain | string)[]]} Plain Tag, attributes, children. */

const PAINTED = ["fill", "stroke"];
const FOOT = 56; // height of title and sentence in a file, as in graphtrace/sights/shapes.py

/** A shape in the colours of a theme. @param {Plain} plain @param {Colours} colours @returns {TreeElement} */
export function painted([tag, attrs, children], colours) {
  const dressed = { ...attrs };
  for (const name of PAINTED) if (dressed[name] in colours) dressed[name] = colours[dressed[name]];
  return element(
    tag,
    dressed,
    children.map((child) => (typeof child === "string" ? child : painted(child, colours))),
  );
}

/**
 * A moment as the text of an SVG file, with its title and sentence below.
 *
 * @param {{ size: number[], title: string, font: string }} sight
 * @param {Plain[]} shapes
 * @param {string} sentence
 * @param {Colours} colours
 * @returns {string}
 */
export function fileOf({ size: [width, height], title, font }, shapes, sentence, colours) {
  const high = height + FOOT;
  const line = (/** @type {number} */ y, /** @type {string} */ words, /** @type {Record<string, string>} */ look) =>
    element("text", { x: 24, y, "font-size": 16, ...look }, [words]);
  const attrs = { width, height: high, viewBox: `0 0 ${width} ${high}`, "font-family": font };
  return serialize(
    element("svg", { xmlns: "http://www.w3.org/2000/svg", ...attrs }, [
      element("title", {}, [`${title}. ${sentence}`]),
      element("rect", { width, height: high, fill: colours.background }),
      ...shapes.map((shape) => painted(shape, colours)),
      line(height + 16, title, { fill: String(colours.ink), "font-weight": "bold" }),
      line(height + 40, sentence, { fill: String(colours.muted) }),
    ]),
  );
}
