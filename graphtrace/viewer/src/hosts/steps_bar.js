// The steps of a run above the player: the loss of each, and which of them can be played.

import { button, el, svg } from "../dom.js";
import { finite, scaleOf } from "../live/scale.js";
import { icon } from "../playing/icons.js";
import { real, shorter } from "../tensors.js";

/** @typedef {number | string | null} Amount */

/**
 * @typedef {object} RunStep A step of a run.
 * @property {number} step Its number.
 * @property {Amount} loss
 * @property {Amount} grad_norm
 * @property {Amount} lr
 * @property {number} seconds
 * @property {[recording: number, views: number] | null} blocks Where it lies in the page; null where it left its
 *   numbers alone.
 */

const WIDE = 1000;
const HIGH = 34;

export class StepsBar {
  /**
   * @param {HTMLElement} root
   * @param {RunStep[]} steps
   * @param {() => import("../draw/types.js").Say} say
   * @param {(place: number) => void} go To a place in `steps`.
   */
  constructor(root, steps, say, go) {
    this.steps = steps;
    this.whole = steps.flatMap(({ blocks }, place) => (blocks ? [place] : []));
    this.say = say;
    this.place = this.whole[0] ?? 0;
    const by = (/** @type {number} */ n) => () => go(this.beside(n));
    this.back = button({ class: "sign" }, by(-1), icon("back"));
    this.next = button({ class: "sign" }, by(1), icon("next"));
    this.told = el("strong", { role: "status", "aria-live": "polite" });
    this.numbers = el("span", { class: "numbers" });
    this.here = el("i", { class: "here" });
    this.curve = el("div", { class: "curve" }, this.draw(), this.here);
    this.curve.addEventListener("click", ({ clientX }) => {
      const { left, width } = this.curve.getBoundingClientRect();
      go(this.nearest(((clientX - left) / Math.max(1, width)) * (steps.length - 1)));
    });
    root.hidden = false;
    root.classList.add("steps");
    root.setAttribute("role", "group");
    root.replaceChildren(el("div", { class: "group" }, this.back, this.next), this.told, this.numbers, this.curve);
    this.root = root;
  }

  /** The whole step before or after the one that is shown. @param {number} by @returns {number} */
  beside(by) {
    const at = this.whole.indexOf(this.place) + by;
    return this.whole[Math.min(this.whole.length - 1, Math.max(0, at))];
  }

  /** @param {number} place @returns {number} */
  nearest(place) {
    const far = (/** @type {number} */ other) => Math.abs(other - place);
    return this.whole.reduce((best, other) => (far(other) < far(best) ? other : best), this.whole[0]);
  }

  /** Where a step stands, from 0 to 1. @param {number} place */
  share(place) {
    return place / Math.max(1, this.steps.length - 1);
  }

  /** The losses as a line, and a stroke below for each step that is whole. */
  draw() {
    const losses = this.steps.map(({ loss }) => loss);
    const scale = scaleOf(finite(losses));
    const points = losses.flatMap((loss, place) => {
      const y = scale.at(Number(real(loss ?? NaN)));
      return Number.isFinite(y) ? [`${this.share(place) * WIDE},${(1 - y) * (HIGH - 12) + 3}`] : [];
    });
    const strokes = this.whole.map((place) => `M${this.share(place) * WIDE} ${HIGH - 6}v6`);
    const box = { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    const line = svg("polyline", { points: points.join(" ") });
    return svg("svg", box, line, svg("path", { d: strokes.join("") }));
  }

  /** A step is shown. @param {number} place */
  show(place) {
    this.place = place;
    this.refresh();
  }

  refresh() {
    const { say, steps, place, whole } = this;
    const { step, loss, grad_norm: norm, lr, seconds } = steps[place];
    const words = say();
    this.told.textContent = words("run_step").replace("{n}", count(step)).replace("{m}", count(steps.length));
    const rest = [
      ["loss", loss],
      ["grad_norm", norm],
      ["lr", lr],
    ].flatMap(([name, amount]) => (amount === null ? [] : [`${words(`run_${name}`)} ${shorter(amount)}`]));
    this.numbers.textContent = [...rest, `${shorter(seconds * 1000)} ms`].join(" · ");
    this.numbers.title = `${this.told.textContent}: ${this.numbers.textContent}`;
    this.here.style.left = `${this.share(place) * 100}%`;
    this.back.disabled = place === whole[0];
    this.next.disabled = place === whole.at(-1);
    for (const [made, name, key] of /** @type {[HTMLElement, string, string][]} */ ([
      [this.back, "run_back", "["],
      [this.next, "run_next", "]"],
    ])) {
      made.title = `${words(name)} (${key})`;
      made.setAttribute("aria-label", words(name));
    }
    this.root.setAttribute("aria-label", words("run_steps"));
    this.curve.title = words("run_curve");
  }
}

const count = (/** @type {number} */ number) => number.toLocaleString("en-US");
