// What floats over a picture: the buttons that zoom, and the legend.

import { button, el } from "../dom.js";

/** @typedef {import("../draw/types.js").Say} Say */

const ZOOM = 1.25;
const KINDS = ["op", "leaf", "module", "stub", "arrow"];

/** @param {HTMLElement} root @param {import("./camera.js").Camera} camera @param {Say} say */
export function drawTools(root, camera, say) {
  const tool = (/** @type {string} */ text, /** @type {string} */ label, /** @type {string} */ key, run = () => {}) =>
    button({ title: `${label} (${key})`, "aria-label": label, text }, run);
  root.setAttribute("aria-label", say("zoom"));
  root.replaceChildren(
    tool("−", say("zoom_out"), "-", () => camera.zoomBy(1 / ZOOM)),
    tool("+", say("zoom_in"), "+", () => camera.zoomBy(ZOOM)),
    tool(say("fit"), say("fit_long"), "0", () => camera.fit(true)),
  );
}

/** @param {HTMLElement} root @param {boolean} playing Whether gradients are drawn, too. @param {Say} say */
export function drawLegend(root, playing, say) {
  const kinds = playing ? [...KINDS.map((kind) => (kind === "stub" ? "data" : kind)), "gradient"] : KINDS;
  const item = (/** @type {string} */ kind) =>
    el("span", { class: "item" }, el("i", { class: `mark ${kind}` }), say(`legend_${kind}`));
  root.replaceChildren(...kinds.map(item));
}

/**
 * What a picture leaves out, and why.
 * @param {HTMLElement} root
 * @param {import("../draw/types.js").Geometry} geo
 * @param {Say} say
 */
export function drawNotes(root, { notes, why }, say) {
  const texts = why ? [say(`why_${why}`), ...notes] : notes;
  root.replaceChildren(...texts.map((text) => el("p", { text })));
}

/** Pixels above the cards: for the label of a mistake on the edge of one, or the line of time. @param {Element} root */
export const headOf = ({ classList }) => (classList.contains("scene") ? 20 : classList.contains("acting") ? 9 : 0);
