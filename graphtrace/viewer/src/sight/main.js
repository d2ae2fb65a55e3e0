// A sight on a page of the app: its drawing at a moment, time to step, drag and play, and what to predict before.

import { SightPlayer } from "./player.js";

/** @typedef {import("./player.js").Sent} Sent */

/** @type {WeakMap<HTMLElement, SightPlayer>} */
const players = new WeakMap();

/**
 * Streamlit's entry point.
 *
 * @param {{ data: Sent, parentElement: HTMLElement }} host
 * @returns {() => void} Takes it off the page.
 */
export function mount({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".gt-sight"));
  const player = players.get(root) ?? new SightPlayer(root);
  players.set(root, player);
  player.take(data);
  return () => {
    player.destroy();
    players.delete(root);
  };
}
