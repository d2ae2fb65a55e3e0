// Zoom and pan: where a picture opens, what of it the window shows, and moves that the eye can follow.

import { clamp, still } from "../dom.js";
import { NOTHING } from "./structure.js";
import { openedAt } from "./opening.js";
import { clearest, covered, fitted, roomOf, zoomed } from "./placing.js";

/** @typedef {import("./placing.js").At} At */
/** @typedef {import("./placing.js").Rectangle} Rectangle */
/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").OpenModule} OpenModule */

/**
 * @type {Map<string, At>} Where a reader has put a picture, by its shape: it stays there through actions and remounts.
 */
const KEPT = new Map();
const MIN_ZOOM = 0.03;
const MAX_ZOOM = 6;
const READ_OPENED = 0.6; // after a module was opened
const LOW = 300; // px: a picture above another one, in a low window
const FOOT = 44; // px below, for the buttons, the map and the legend
const LARGE_FOOT = 92; // of a picture whose map must be large
const PAD = 16;
const NARROW = 2; // px around a picture that may lie below the buttons
const NEAR = 6; // px around the buttons
const GLIDE_MS = 300;

/**
 * @typedef {object} CameraParts
 * @property {SVGSVGElement} svg What is moved.
 * @property {HTMLElement} canvas The window.
 * @property {HTMLElement} tools Float over its lower edge.
 * @property {() => boolean} whole Whether all of the picture is always shown, as above charts.
 * @property {() => boolean} playing Whether a recording plays.
 * @property {() => number} head Pixels above the cards, for a label on one of them.
 * @property {() => number} type Pixels that the smallest letters of a recording must have.
 * @property {(at: At, soon: boolean) => void} onMove Told after each move; `soon`: the hand is still on it.
 */

export class Camera {
  /** @param {CameraParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.structure = NOTHING;
    /** @type {At} */
    this.at = { k: 1, x: 0, y: 0 };
    /** Whether a picture has its place. */
    this.placed = false;
    /** Whether the picture was seen before, so that it stays about where it is. */
    this.stays = false;
    /** Whether all of the picture is shown and stays so when the window changes. */
    this.fitted = false;
    /** Whether the reader has put the picture where it is. */
    this.own = false;
    /** @type {number | null} The zoom to come back to, while two cards far apart are shown. */
    this.wanted = null;
    /** @type {(At & { path: string }) | null} The module to keep in place when the structure changes; its middle. */
    this.anchor = null;
    this.calm = 0;
  }

  /** A new picture: nothing moves before `settle`. @param {Structure} structure */
  load(structure) {
    this.keep();
    this.stays = this.placed && !this.fitted && this.structure.shape === structure.shape;
    this.structure = structure;
  }

  destroy() {
    clearTimeout(this.calm);
  }

  keep() {
    if (!this.placed || this.parts.whole()) return;
    if (this.own) KEPT.set(this.structure.shape, { ...this.at });
    else KEPT.delete(this.structure.shape);
  }

  get window() {
    return { width: this.parts.canvas.clientWidth, height: this.parts.canvas.clientHeight };
  }

  /** Height of what lies below a picture that is not seen whole. */
  get foot() {
    if (this.window.height < LOW && this.parts.canvas.closest(".stacked")) return PAD; // every line counts there
    return this.structure.large ? LARGE_FOOT : FOOT;
  }

  /** The part of the window that no legend covers. @param {number} pad @param {number} bottom */
  room(pad = PAD, bottom = this.foot) {
    return roomOf(this.window, Math.max(pad, this.parts.head()), pad, bottom);
  }

  // ---- where a new picture lies ------------------------------------------------------------

  /**
   * The first place of a new structure: where it was, or the opened module in place, or the whole of it.
   *
   * @param {Box | undefined} active What runs.
   * @returns {Box | OpenModule | null} The module that stayed in place.
   */
  settle(active) {
    const known = KEPT.get(this.structure.shape);
    const anchor = this.anchor;
    const spot = anchor ? this.structure.spot(anchor.path) : undefined;
    this.anchor = null;
    if (anchor && spot) this.settleOn(spot, anchor);
    else if (known && !this.parts.whole()) this.put(known);
    else this.arrange(active);
    return spot ?? null;
  }

  /**
   * All of it, where that can be read; else where the story is, large enough, and the map shows the rest.
   * @param {Box | undefined} active
   * @param {boolean} slow Whether the eye shall follow.
   */
  arrange(active, slow = false) {
    const { large } = this.structure;
    const small = this.parts.playing() && !large && this.fitScale() < this.readable;
    if (!small || this.parts.whole()) {
      this.fit(slow);
      return;
    }
    this.fitted = this.own = false;
    this.wanted = null;
    const at = openedAt(this.structure, this.room(), this.readable, active, this.stays ? this.at : null);
    this.stays = true;
    if (slow) this.glide(at);
    else this.move(at);
  }

  /**
   * As many cards as can be are whole, and few are cut.
   * @param {At} at
   * @param {Rectangle} spot What is seen in any case.
   */
  tidy(at, spot) {
    return this.structure.large ? at : clearest(at, this.structure.geo, this.room(), spot);
  }

  /** The zoom from which every letter can be read. */
  get readable() {
    return this.parts.type() / this.structure.smallest;
  }

  /** @param {Box | OpenModule} spot @param {At} anchor */
  settleOn(spot, { x, y, k }) {
    if (this.fitted && this.fitScale() > READ_OPENED) {
      this.fit(); // all of it is readable: show all of it
      return;
    }
    this.put({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k });
  }

  /**
   * Keep the middle of a module where it is, when the next structure comes.
   * @param {string} path
   * @param {Rectangle} spot
   */
  hold(path, spot) {
    const { k, x, y } = this.at;
    this.anchor = { path, k, x: (spot.x + spot.w / 2) * k + x, y: (spot.y + spot.h / 2) * k + y };
  }

  // ---- moving --------------------------------------------------------------------------------

  /** @param {At} at */
  move(at) {
    const { svg, canvas, onMove } = this.parts;
    this.at = { k: at.k, x: at.x, y: at.y };
    this.placed = true;
    svg.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.k})`;
    canvas.style.setProperty("--gt-dot", `${clamp(at.k, 0.5, 2) * 20}px`);
    canvas.style.setProperty("--gt-x", `${at.x}px`);
    canvas.style.setProperty("--gt-y", `${at.y}px`);
    onMove(this.at, svg.classList.contains("moving"));
    this.keep();
  }

  /** A move by hand: from now on the picture stays as it was put. @param {At} at */
  put(at) {
    this.fitted = false;
    this.own = true;
    this.wanted = null;
    this.move(at);
  }

  /** A move that the eye can follow. @param {At} at */
  glide(at) {
    this.parts.svg.classList.toggle("glide", !still());
    this.move(at);
    this.later("glide", GLIDE_MS);
  }

  /** While a hand moves the picture it follows at once. */
  hurry() {
    this.parts.svg.classList.remove("glide");
    this.parts.svg.classList.add("moving");
  }

  rest() {
    this.parts.svg.classList.remove("moving");
  }

  /** Take a class name away, later. @param {string} name @param {number} ms */
  later(name, ms) {
    clearTimeout(this.calm);
    this.calm = setTimeout(() => this.parts.svg.classList.remove(name), ms);
  }

  /** Show all of it. @param {boolean} slow Whether the eye shall follow. */
  fit(slow = false) {
    if (this.structure === NOTHING) return;
    const at = this.fitting();
    this.fitted = true;
    this.own = false;
    this.wanted = null;
    if (slow) this.glide(at);
    else this.move(at);
  }

  /** Where all of it is largest: in the middle, above or left, where no card lies below the buttons. @returns {At} */
  fitting() {
    const { geo, large } = this.structure;
    if (this.parts.playing() && !large && this.window.height) {
      const room = this.room(NARROW, NARROW);
      const { k, x, y } = fitted(geo, room);
      const places = [x, room.x].flatMap((left) => [y, room.y].map((top) => ({ k, x: left, y: top })));
      const free = places.find((at) => !this.covers(this.parts.tools, at));
      if (free) return free;
    }
    return fitted(geo, this.room());
  }

  fitScale() {
    return this.fitting().k;
  }

  /** Whether a card lies below something that floats over the picture. @param {HTMLElement} part @param {At} at */
  covers({ offsetLeft, offsetTop, offsetWidth }, at) {
    const part = { left: offsetLeft - NEAR, top: offsetTop - NEAR, right: offsetLeft + offsetWidth + NEAR };
    return covered(this.structure.boxes, part, at);
  }

  /** @param {number} factor @param {number} x Of the point that stays. @param {number} y */
  zoomBy(factor, x = this.window.width / 2, y = this.window.height / 2) {
    const k = clamp(this.at.k * factor, Math.min(MIN_ZOOM, this.fitScale()), MAX_ZOOM);
    this.put(zoomed(this.at, k, x, y));
  }
}
