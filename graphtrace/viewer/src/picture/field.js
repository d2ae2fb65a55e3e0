// Which things lie in a rectangle: a grid of cells over the picture, each with the things that touch it.

import { clamp } from "../dom.js";

/** @typedef {[left: number, top: number, right: number, bottom: number]} Edges */

const A_CELL = 6; // things that a cell holds on average
const MOST_CELLS = 60_000;
const SPREAD = 400; // a thing over more cells than that is looked at every time

export class Field {
  /**
   * @param {Float32Array} rects Four numbers a thing: left, top, right, bottom.
   * @param {number} width
   * @param {number} height
   */
  constructor(rects, width, height) {
    this.rects = rects;
    this.count = rects.length / 4;
    const cells = clamp(this.count / A_CELL, 1, MOST_CELLS);
    this.side = Math.max(1, Math.sqrt((Math.max(1, width) * Math.max(1, height)) / cells));
    this.cols = Math.max(1, Math.ceil(width / this.side));
    this.rows = Math.max(1, Math.ceil(height / this.side));
    this.seen = new Uint32Array(this.count);
    this.stamp = 0;
    /** @type {number[]} Things over many cells. */
    this.wide = [];
    this.starts = this.counted();
    this.things = this.sorted();
  }

  /** Where the things of each cell start in `things`. */
  counted() {
    const starts = new Uint32Array(this.cols * this.rows + 1);
    for (let i = 0; i < this.count; i += 1) {
      const counts = this.each(i, (cell) => {
        starts[cell + 1] += 1;
      });
      if (!counts) this.wide.push(i);
    }
    for (let cell = 1; cell < starts.length; cell += 1) starts[cell] += starts[cell - 1];
    return starts;
  }

  sorted() {
    const things = new Uint32Array(this.starts[this.starts.length - 1]);
    const next = this.starts.slice();
    for (let i = 0; i < this.count; i += 1)
      this.each(i, (cell) => {
        things[next[cell]] = i;
        next[cell] += 1;
      });
    return things;
  }

  /**
   * Call `run` with every cell of a thing.
   * @param {number} i
   * @param {(cell: number) => void} run
   * @returns {boolean} Whether it is not a wide one.
   */
  each(i, run) {
    const { rects } = this;
    const [left, top, right, bottom] = this.cells(rects[4 * i], rects[4 * i + 1], rects[4 * i + 2], rects[4 * i + 3]);
    if ((right - left + 1) * (bottom - top + 1) > SPREAD) return false;
    for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) run(y * this.cols + x);
    return true;
  }

  /** Columns and rows that a rectangle touches. @param {...number} edges Left, top, right, bottom. @returns {Edges} */
  cells(...[left, top, right, bottom]) {
    const col = (/** @type {number} */ x) => clamp(Math.floor(x / this.side), 0, this.cols - 1);
    const row = (/** @type {number} */ y) => clamp(Math.floor(y / this.side), 0, this.rows - 1);
    return [col(left), row(top), col(right), row(bottom)];
  }

  /**
   * The things that touch a rectangle, each once.
   * @param {...number} edges Left, top, right, bottom.
   * @returns {number[]}
   */
  within(...[left, top, right, bottom]) {
    /** @type {number[]} */
    const found = [];
    const [c0, r0, c1, r1] = this.cells(left, top, right, bottom);
    const { rects, seen, starts, things } = this;
    this.stamp += 1;
    const take = (/** @type {number} */ i) => {
      if (seen[i] === this.stamp) return;
      seen[i] = this.stamp;
      if (rects[4 * i] <= right && rects[4 * i + 2] >= left && rects[4 * i + 1] <= bottom && rects[4 * i + 3] >= top)
        found.push(i);
    };
    for (let row = r0; row <= r1; row += 1)
      for (let at = starts[row * this.cols + c0], end = starts[row * this.cols + c1 + 1]; at < end; at += 1)
        take(things[at]);
    this.wide.forEach(take);
    return found;
  }
}

/** @param {{ x: number, y: number, w: number, h: number }[]} boxes */
export function boxRects(boxes) {
  const rects = new Float32Array(4 * boxes.length);
  boxes.forEach((box, i) => rects.set([box.x, box.y, box.x + box.w, box.y + box.h], 4 * i));
  return rects;
}

/** @param {{ points: ArrayLike<number> }[]} links */
export function linkRects(links) {
  const rects = new Float32Array(4 * links.length);
  links.forEach(({ points }, i) => {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let p = 0; p < points.length; p += 2) {
      left = Math.min(left, points[p]);
      right = Math.max(right, points[p]);
      top = Math.min(top, points[p + 1]);
      bottom = Math.max(bottom, points[p + 1]);
    }
    rects.set([left, top, right, bottom], 4 * i);
  });
  return rects;
}
