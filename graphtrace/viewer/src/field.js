// Which things lie in a rectangle: a grid of cells over the picture, each with the things that touch it.

import { clamp } from "./dom.js";

const A_CELL = 6; // things that a cell holds on average
const MOST_BUCKETS = 60_000;
const SPREAD = 400; // a thing over more cells than that is looked at every time

export class Field {
  // `rects` holds four numbers a thing: left, top, right, bottom.
  constructor(rects, width, height) {
    this.rects = rects;
    this.count = rects.length / 4;
    const cells = clamp(this.count / A_CELL, 1, MOST_BUCKETS);
    this.side = Math.max(1, Math.sqrt((Math.max(1, width) * Math.max(1, height)) / cells));
    this.cols = Math.max(1, Math.ceil(width / this.side));
    this.rows = Math.max(1, Math.ceil(height / this.side));
    this.seen = new Uint32Array(this.count);
    this.stamp = 0;
    this.sort();
  }

  sort() {
    const starts = new Uint32Array(this.cols * this.rows + 1);
    this.wide = [];
    for (let i = 0; i < this.count; i += 1)
      if (
        !this.each(i, (cell) => {
          starts[cell + 1] += 1;
        })
      )
        this.wide.push(i);
    for (let cell = 1; cell < starts.length; cell += 1) starts[cell] += starts[cell - 1];
    this.starts = starts;
    this.things = new Uint32Array(starts.at(-1));
    const next = starts.slice();
    for (let i = 0; i < this.count; i += 1)
      this.each(i, (cell) => {
        this.things[next[cell]] = i;
        next[cell] += 1;
      });
  }

  // Calls `run` with every cell of a thing; returns whether it is not a wide one.
  each(i, run) {
    const [left, top, right, bottom] = this.cells(
      this.rects[4 * i],
      this.rects[4 * i + 1],
      this.rects[4 * i + 2],
      this.rects[4 * i + 3],
    );
    if ((right - left + 1) * (bottom - top + 1) > SPREAD) return false;
    for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) run(y * this.cols + x);
    return true;
  }

  cells(left, top, right, bottom) {
    const col = (x) => clamp(Math.floor(x / this.side), 0, this.cols - 1);
    const row = (y) => clamp(Math.floor(y / this.side), 0, this.rows - 1);
    return [col(left), row(top), col(right), row(bottom)];
  }

  // The things that touch a rectangle, each once.
  within(left, top, right, bottom) {
    const found = [];
    const [c0, r0, c1, r1] = this.cells(left, top, right, bottom);
    const { rects, seen, starts, things } = this;
    this.stamp += 1;
    const take = (i) => {
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

export function boxRects(boxes) {
  const rects = new Float32Array(4 * boxes.length);
  boxes.forEach((box, i) => rects.set([box.x, box.y, box.x + box.w, box.y + box.h], 4 * i));
  return rects;
}

export function linkRects(links) {
  const rects = new Float32Array(4 * links.length);
  links.forEach(({ points }, i) => {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
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
