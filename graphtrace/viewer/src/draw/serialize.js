// A tree as the text of an XML file. Whatever a text says, it stays a text.

/** @typedef {import("./tree.js").Tree} Tree */

/** @type {Record<string, string>} */
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const SPACES = /[\t\n\r]/g;
// What XML has no way to write: control characters, halves of pairs, two that are no characters.
const UNWRITABLE = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu;
const NAME = /^[A-Za-z_][\w.:-]*$/;

/** @type {Set<string>} */
const known = new Set();

/** @param {string} text @returns {string} The text between tags. */
const escaped = (text) => text.replace(/[&<>"]/g, (char) => ESCAPED[char]).replace(UNWRITABLE, "\ufffd");

/** @param {unknown} value @returns {string} The text between quotes; a reader keeps its line feeds. */
const quoted = (value) => escaped(String(value)).replace(SPACES, (char) => `&#${char.charCodeAt(0)};`);

/**
 * Names are ours, never a user's: one that is none would end its tag.
 *
 * @param {string} name
 * @returns {string}
 */
function checked(name) {
  if (known.has(name)) return name;
  if (!NAME.test(name)) throw new Error(`not a name: ${JSON.stringify(name)} (use letters, digits and dashes)`);
  known.add(name);
  return name;
}

/**
 * Write a tree as XML. Attributes that are null, undefined or empty are left out.
 *
 * @param {Tree} tree
 * @returns {string}
 */
export function serialize(tree) {
  if (typeof tree === "string") return escaped(tree);
  const name = checked(tree.tag);
  let head = `<${name}`;
  for (const [key, value] of Object.entries(tree.attrs))
    if (value !== null && value !== undefined && value !== "") head += ` ${checked(key)}="${quoted(value)}"`;
  const inside = tree.children.map(serialize).join("");
  return inside ? `${head}>${inside}</${name}>` : `${head}/>`;
}
