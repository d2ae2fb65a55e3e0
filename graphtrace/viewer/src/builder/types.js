// What the list of layers is sent and what it reports: the JSON of graphtrace/app/lab/layer_list.py.

/** @typedef {number[]} Path Positions from the outside in. */

/**
 * @typedef {object} Field One field of a form.
 * @property {string} name
 * @property {"integer" | "real" | "flag" | "choice" | "text"} type
 * @property {string | number | boolean} value
 * @property {number | null} low
 * @property {number | null} high
 * @property {string[]} choices
 */

/** @typedef {{ text: string, repair: string, blocks: boolean }} Problem */

/**
 * @typedef {object} Row One layer.
 * @property {Path} path
 * @property {string} name
 * @property {string} own
 * @property {string} kind
 * @property {string} detail
 * @property {string} shapes
 * @property {boolean} frozen
 * @property {string | null} hook
 * @property {Field[]} fields
 * @property {number} branches
 * @property {Problem[]} problems
 * @property {string} followed
 * @property {Block[]} blocks
 */

/** @typedef {{ path: Path, title: string, nests: boolean, rows: Row[] }} Block */

/**
 * @typedef {object} ListData
 * @property {Block} net
 * @property {string} x
 * @property {{ name: string, shape: string, fields: Field[], problems: Problem[] }} loss
 * @property {{ options: [name: string, title: string][], chosen: string }} devices
 * @property {string[]} general
 * @property {string} note
 * @property {number} done
 * @property {[common: string[], other: string[]]} kinds
 * @property {Record<string, string>} words
 */

/** @typedef {{ do: string, path?: Path, to?: Path, [value: string]: unknown }} Edit */

/**
 * @typedef {object} Actions What the parts of the list may ask for.
 * @property {(edit: Edit) => void} edit
 * @property {(key: string) => void} toggle Open or close a row.
 * @property {(gap: HTMLElement) => void} add Open the menu of layers.
 * @property {(text: string) => void} tell
 * @property {() => Record<string, string>} words
 * @property {() => string} open The key of the open row.
 */

/** A path as a key of the page. @param {Path} path */
export const keyOf = (path) => path.join("-");

/** @param {string} key @returns {Path} */
export const pathOf = (key) => (key ? key.split("-").map(Number) : []);

/** A text of the catalogue with its values. @param {string} text @param {Record<string, string | number>} values */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
