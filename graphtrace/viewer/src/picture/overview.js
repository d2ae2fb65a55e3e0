// The picture from far away, on a canvas over the window: cards are coloured bars, lines are thin.

import { contextOf, el } from "../dom.js";
import { ring, sketch } from "./sketch.js";

/** @typedef {import("./placing.js").At} At */

const QUICK = 7; // ms that a sketch may take to be drawn anew for every frame of a gesture
const REST_MS = 120;
const SHARPEST = 2; // pixels of the canvas per pixel of the window, at most

/**
 * @typedef {{ box: import("../draw/types.js").Box, colour: string, wide?: number }} Ring An outline seen at any zoom.
 */
/**
 * @typedef {{ things: import("./sketch.js").Things, at: At, paint: import("./sketch.js").Paint, rings: Ring[] }} Seen
 */

export class Overview {
  /**
   * @param {HTMLElement} window_ What it fills.
   * @param {() => Seen | null} seen What there is to see now.
   */
  constructor(window_, seen) {
    this.window = window_;
    this.seen = seen;
    this.canvas = el("canvas", { class: "overview", "aria-hidden": "true" });
    this.cost = 0;
    this.rest = 0;
    /** @type {At | null} */
    this.sketched = null;
  }

  destroy() {
    clearTimeout(this.rest);
  }

  /**
   * Follow a move. While a gesture lasts, a sketch that takes long to draw is moved as it is, and drawn anew when the
   * hand rests.
   *
   * @param {At} at
   * @param {boolean} soon Whether a gesture lasts.
   */
  follow(at, soon) {
    const { sketched } = this;
    if (!soon || this.cost < QUICK || !sketched) {
      this.draw();
      return;
    }
    const ratio = at.k / sketched.k;
    const x = at.x - sketched.x * ratio;
    const y = at.y - sketched.y * ratio;
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${ratio})`;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.draw(), REST_MS);
  }

  draw() {
    clearTimeout(this.rest);
    const started = performance.now();
    const seen = this.seen();
    const { clientWidth: width, clientHeight: height } = this.window;
    if (!seen || !width) return;
    const { things, at, paint, rings } = seen;
    const context = this.cleared(width, height);
    sketch(context, things, at, width, height, paint);
    for (const { box, colour, wide } of rings) ring(context, box, at, colour, wide);
    this.canvas.style.transform = "";
    this.sketched = { ...at };
    this.cost = performance.now() - started;
  }

  /** An empty canvas of the window's size. @param {number} width @param {number} height */
  cleared(width, height) {
    const { canvas } = this;
    const sharp = Math.min(SHARPEST, devicePixelRatio || 1);
    const pixels = [Math.round(width * sharp), Math.round(height * sharp)];
    if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
      [canvas.width, canvas.height] = pixels;
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    const context = contextOf(canvas);
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }
}
