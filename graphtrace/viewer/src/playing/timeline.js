// The timeline: the phases of a recording as a bar, and a slider on it.

import { el } from "../dom.js";

/** @typedef {import("../draw/playback.js").Playback} Playback */

export class Timeline {
  /**
   * @param {Playback} playback
   * @param {string} label
   * @param {(cursor: number) => void} goTo
   */
  constructor(playback, label, goTo) {
    this.playback = playback;
    this.range = el("input", {
      type: "range",
      min: 0,
      max: playback.length,
      step: 1,
      class: "scrub",
      "aria-label": label,
    });
    this.range.addEventListener("input", () => goTo(Number(this.range.value)));
    this.done = el("i", { class: "done" });
    const parts = playback.player.runs.map(({ phase, start, end }) => {
      const part = el("i", { class: `part ${phase}` });
      part.style.left = this.percent(start);
      part.style.width = this.percent(end - start);
      return part;
    });
    const bar = el("div", { class: "parts", "aria-hidden": "true" }, ...parts, this.done);
    this.root = el("div", { class: "timeline" }, bar, this.range);
  }

  /** @param {number} events */
  percent(events) {
    return `${(100 * events) / Math.max(1, this.playback.length)}%`;
  }

  /** @param {string} words Where the cursor is, for a screen reader. */
  refresh(words) {
    this.range.value = String(this.playback.cursor);
    this.range.setAttribute("aria-valuetext", words);
    this.done.style.left = this.percent(this.playback.cursor);
  }
}
