// The list of layers as a component of Streamlit, which calls `mount` for every change of data and of theme.

import { LayerList } from "./list.js";

/**
 * @typedef {object} BuilderHost
 * @property {import("./types.js").ListData} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/** @type {WeakMap<HTMLElement, LayerList>} By root. */
const mounted = new WeakMap();

/** @param {BuilderHost} host @returns {() => void} Takes it off the page. */
export function mount({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".builder"));
  const list = mounted.get(root) ?? new LayerList(root);
  mounted.set(root, list);
  list.send = (queue) => setTriggerValue("edit", { queue });
  list.take(data);
  return () => {
    mounted.delete(root);
    root.replaceChildren();
  };
}
