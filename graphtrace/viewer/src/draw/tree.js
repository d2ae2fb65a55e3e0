// A picture as plain data: elements with a tag, attributes and children. A mount puts it on a page, a serializer
// writes it as text; neither ever parses a text as markup.

/**
 * @typedef {string | Element} Tree A text, or an element.
 * @typedef {Record<string, string | number | null | undefined>} Attributes Those that are null or undefined are absent.
 * @typedef {object} Element
 * @property {string} tag
 * @property {Attributes} attrs
 * @property {Tree[]} children
 * @property {string | number} [key] What it is known by among its siblings, when they come, go and move.
 */

/**
 * An element.
 *
 * @param {string} tag Its name.
 * @param {Attributes} [attrs] Its attributes, in the order in which a file has them.
 * @param {Tree[]} [children] What is in it.
 * @returns {Element}
 */
export const element = (tag, attrs = {}, children = []) => ({ tag, attrs, children });

/**
 * An element that keeps its identity among siblings that come and go.
 *
 * @param {string | number} key What it is known by.
 * @param {string} tag
 * @param {Attributes} attrs
 * @param {Tree[]} children
 * @returns {Element}
 */
export const keyed = (key, tag, attrs, children) => ({ tag, attrs, children, key });

/** @param {Tree} tree @returns {string} All text in it, as `textContent` has it. */
export const textOf = (tree) => (typeof tree === "string" ? tree : tree.children.map(textOf).join(""));

/** @param {(string | false | null | undefined)[]} words @returns {string} Class names in one text. */
export const classes = (...words) => words.filter(Boolean).join(" ");
