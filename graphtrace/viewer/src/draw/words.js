// Texts of a picture. A text knows its room: nothing that is written leaves its card. On a page only those are squeezed
// that do not fit in the page's own font; a file, which may meet any font, is more careful.

import { isBold } from "./looks.js";
import { limited } from "./text.js";
import { element } from "./tree.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {{ x: number, y: number, size: number, room: number, anchor?: string }} Spot */

/**
 * Texts inside of elements with these class names, from the outside.
 *
 * @param {...string} within
 * @returns {(name: string | undefined, text: string, spot: Spot) => TreeElement}
 */
export function writer(...within) {
  return (name, text, { x, y, size, room, anchor }) => {
    const attrs = { class: name, x, y, "font-size": size, "text-anchor": anchor };
    const bold = isBold(name ?? "", within);
    return element("text", { ...attrs, "data-room": room, ...limited(text, size, bold, room) }, text ? [text] : []);
  };
}
