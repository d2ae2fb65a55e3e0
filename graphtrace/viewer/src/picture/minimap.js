// A small picture of a large one, with the window's frame in it: drag it, or go with the arrow keys.

import { clamp, contextOf, el } from "../dom.js";
import { sketch } from "./sketch.js";
import { NOTHING } from "./structure.js";

/** @typedef {import("./camera.js").Camera} Camera */
/** @typedef {import("./placing.js").At} At */
/** @typedef {import("./structure.js").Structure} Structure */

const MAP_W = 300;
const MAP_H = { usual: 34, large: 82 };
const LEAST_W = 24;
const LEAST_H = 16;
const LEAST_FRAME = 10;
const SHARP = 2;
const STEP = 0.4; // of the window that an arrow key moves
const REST_MS = 150;
/** @type {Record<string, readonly [number, number]>} */
const WAYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @typedef {object} MinimapParts
 * @property {HTMLElement} root
 * @property {HTMLElement} band What it lies on: the picture ends there.
 * @property {HTMLElement} window_ What it is a map of.
 * @property {HTMLElement} legend What may cover cards, as the map may.
 * @property {Camera} camera
 * @property {import("./scene.js").Scene} scene Knows the colours, and what lies where.
 */

export class Minimap {
  /** @param {MinimapParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.canvas = /** @type {HTMLCanvasElement} */ (el("canvas"));
    this.frame = el("div", { class: "mapframe" });
    this.structure = NOTHING;
    this.k = 1;
    this.size = { width: LEAST_W, height: LEAST_H };
    this.stale = true;
    this.held = false;
    this.rest = 0;
    parts.root.append(this.canvas, this.frame);
    this.listen(parts.root);
  }

  /** @param {HTMLElement} root */
  listen(root) {
    root.addEventListener("pointerdown", (event) => this.grab(event));
    root.addEventListener("pointermove", (event) => {
      if (this.held) this.go(event);
    });
    for (const end of ["pointerup", "pointercancel"])
      root.addEventListener(end, () => {
        this.held = false;
      });
    root.addEventListener("keydown", (event) => this.key(event));
  }

  destroy() {
    clearTimeout(this.rest);
  }

  /** @param {Structure} structure */
  load(structure) {
    const { width, height } = structure.geo;
    this.structure = structure;
    this.k = Math.min(MAP_W / width, (structure.large ? MAP_H.large : MAP_H.usual) / height);
    this.size = { width: Math.max(LEAST_W, width * this.k), height: Math.max(LEAST_H, height * this.k) };
    Object.assign(this.canvas.style, { width: `${this.size.width}px`, height: `${this.size.height}px` });
    this.canvas.width = Math.round(this.size.width * SHARP);
    this.canvas.height = Math.round(this.size.height * SHARP);
    this.stale = true;
  }

  /** Shown only where there is something that the window does not show. */
  refresh() {
    const { band, camera, root, window_, legend } = this.parts;
    const { at, placed } = camera;
    const { large } = this.structure;
    const needed = placed && window_.clientWidth > 0 && !this.fits(at);
    const crowded = placed && !large && camera.covers(legend, at);
    root.hidden = band.hidden = !needed;
    band.style.height = `${camera.foot}px`;
    window_.classList.toggle("near", needed || crowded); // the legend would cover cards
    if (!needed) return;
    if (this.stale) this.draw();
    this.place(at);
  }

  /** Whether the window shows all of the picture. @param {At} at */
  fits({ k, x, y }) {
    const { width, height } = this.structure.geo;
    const { clientWidth, clientHeight } = this.parts.window_;
    return x >= -1 && y >= -1 && width * k + x <= clientWidth + 1 && height * k + y <= clientHeight + 1;
  }

  /** Put the frame where the window is. @param {At} at */
  place({ k, x, y }) {
    const { clientWidth, clientHeight } = this.parts.window_;
    const { width, height } = this.size;
    const left = clamp((-x / k) * this.k, 0, width - LEAST_FRAME);
    const top = clamp((-y / k) * this.k, 0, height - LEAST_FRAME);
    const w = clamp(((clientWidth - x) / k) * this.k - left, LEAST_FRAME, width - left);
    const seen = clientHeight - this.parts.camera.foot;
    const h = clamp(((seen - y) / k) * this.k - top, LEAST_FRAME, height - top);
    Object.assign(this.frame.style, { transform: `translate(${left}px, ${top}px)`, width: `${w}px`, height: `${h}px` });
  }

  draw() {
    const context = contextOf(this.canvas);
    this.stale = false;
    context.setTransform(SHARP, 0, 0, SHARP, 0, 0);
    context.clearRect(0, 0, this.size.width, this.size.height);
    const { scene } = this.parts;
    sketch(context, scene, { k: this.k, x: 0, y: 0 }, this.size.width, this.size.height, scene.paint());
  }

  /** The colours have changed: drawn again when the steps come to rest. */
  renew() {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.stale = true;
      this.refresh();
    }, REST_MS);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    event.stopPropagation();
    this.held = true;
    this.parts.root.setPointerCapture(event.pointerId);
    this.go(event);
  }

  /** @param {PointerEvent} event */
  go(event) {
    const { camera, window_ } = this.parts;
    const box = this.canvas.getBoundingClientRect();
    const { k } = camera.at;
    const x = (event.clientX - box.left) / this.k;
    const y = (event.clientY - box.top) / this.k;
    camera.put({ k, x: window_.clientWidth / 2 - x * k, y: window_.clientHeight / 2 - y * k });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { camera, window_ } = this.parts;
    const { k, x, y } = camera.at;
    camera.put({ k, x: x + way[0] * window_.clientWidth * STEP, y: y + way[1] * window_.clientHeight * STEP });
  }
}
