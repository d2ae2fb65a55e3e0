// The list with the keyboard: one stop for Tab, arrows from row to row, Alt with an arrow moves a layer.

import { filled, pathOf } from "./types.js";

/** @typedef {import("./list.js").LayerList} LayerList */
/** @typedef {import("./types.js").Path} Path */

const TYPING = "input, select, .menu";

/** @param {LayerList} list @param {KeyboardEvent} event */
export function pressed(list, event) {
  const { target } = event;
  if (!(target instanceof Element) || event.ctrlKey || event.metaKey) return;
  if (target.matches(TYPING) || target.closest(".menu")) {
    event.stopPropagation(); // a key that is typed presses no button of the page
    if (event.key === "Escape" && !target.closest(".menu")) list.focusRow(ownerOf(target));
    return;
  }
  const taken = target.matches(".lb-name") ? onRow(list, event, ownerOf(target)) : false;
  if (taken) event.preventDefault();
  if (taken || ["Enter", " ", "Escape"].includes(event.key)) event.stopPropagation();
}

/** The row that an element is of. @param {Element} node */
const ownerOf = (node) => /** @type {HTMLElement | null} */ (node.closest("li[data-path]"))?.dataset.path ?? "";

/**
 * @param {LayerList} list
 * @param {KeyboardEvent} event
 * @param {string} key
 * @returns {boolean} Whether the key was ours.
 */
function onRow(list, event, key) {
  const layer = key !== "x" && key !== "loss";
  if (event.altKey) return layer && moved(list, event.key, pathOf(key));
  const steps = { ArrowUp: -1, ArrowDown: 1, Home: -1e3, End: 1e3 }[event.key];
  if (steps) {
    list.step(steps);
    return true;
  }
  switch (event.key) {
    case "Delete":
      if (layer) list.edit({ do: "remove", path: pathOf(key) });
      return layer;
    case "Insert":
    case "+":
      list.openMenu(key);
      return true;
    case "Escape":
      if (list.open) list.toggle(list.open);
      return true;
  }
  return false;
}

/** @param {LayerList} list @param {string} key @param {Path} path @returns {boolean} */
function moved(list, key, path) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (by) {
    const row = list.rowAt(path);
    const at = path[path.length - 1] + by;
    const inside = at >= 0 && at < list.neighbours(path);
    if (inside) list.edit({ do: "shift", path, by });
    else if (row) list.tell(filled(list.words.at_end, { layer: `${row.kind} ${row.name}` }));
    return true;
  }
  const to = key === "ArrowLeft" ? outside(list, path) : key === "ArrowRight" ? into(list, path) : null;
  if (to) list.edit({ do: "move", path, to });
  return key === "ArrowLeft" || key === "ArrowRight";
}

/** The place behind the block that a layer is in. @param {LayerList} list @param {Path} path @returns {Path | null} */
function outside(list, path) {
  for (let length = path.length - 1; length > 0; length -= 1) {
    const above = path.slice(0, length);
    if (list.rowAt(above)) return above.with(-1, above[length - 1] + 1);
  }
  return null;
}

/** The end of the last block of the layer before. @param {LayerList} list @param {Path} path @returns {Path | null} */
function into(list, path) {
  const last = path[path.length - 1];
  const before = last ? list.rowAt(path.with(-1, last - 1)) : null;
  const block = before?.blocks.at(-1);
  return block ? [...block.path, block.rows.length] : null;
}
