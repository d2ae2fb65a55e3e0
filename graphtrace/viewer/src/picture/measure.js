// How wide texts are in the font of the page: only those that are too wide are squeezed.

import { el } from "../dom.js";
import { typicalWidth } from "../draw/text.js";

const MOST_KNOWN = 5000;

/**
 * A measure of texts in the font of an element.
 *
 * @param {Element} element
 * @returns {import("../draw/text.js").Measure}
 */
export function measureIn(element) {
  const context = /** @type {HTMLCanvasElement} */ (el("canvas")).getContext("2d");
  /** @type {Map<string, number>} */
  const known = new Map();
  return (text, size, bold) => {
    if (!context) return typicalWidth(text, size, bold);
    const family = getComputedStyle(element).fontFamily || "sans-serif";
    const key = `${bold} ${size} ${family} ${text}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    context.font = `${bold ? 700 : 400} ${size}px ${family}`;
    const width = context.measureText(text).width;
    if (known.size > MOST_KNOWN) known.clear();
    if (document.fonts.status === "loaded") known.set(key, width); // before, it is that of another font
    return width;
  };
}
