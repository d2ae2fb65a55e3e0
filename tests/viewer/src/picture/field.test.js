import { expect, test } from "vitest";
import { boxRects, Field, linkRects } from "../../../../graphtrace/viewer/src/picture/field.js";

let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

function scattered(count) {
  const rects = [];
  for (let i = 0; i < count; i += 1) {
    const x = random() * 4000;
    const y = random() * 900;
    rects.push(x, y, x + (i % 90 ? 60 : 3500), y + 40 * random()); // some are wide
  }
  return Float32Array.from(rects);
}

test("a grid finds what a look at everything finds", () => {
  const rects = scattered(900);
  const field = new Field(rects, 4000, 900);
  let hits = 0;
  for (let i = 0; i < 100; i += 1) {
    const left = random() * 4200 - 100;
    const top = random() * 1000 - 50;
    const right = left + random() * 900;
    const bottom = top + random() * 300;
    const touches = (k) => rects[k] <= right && rects[k + 2] >= left && rects[k + 1] <= bottom && rects[k + 3] >= top;
    const all = Array.from({ length: 900 }, (_, k) => k).filter((k) => touches(4 * k));
    expect(field.within(left, top, right, bottom).sort((a, b) => a - b)).toEqual(all);
    hits += all.length;
  }
  expect(hits).toBeGreaterThan(1000);
});

test("nothing is found in an empty picture, or beside a picture", () => {
  expect(new Field(new Float32Array(0), 1, 1).within(-9, -9, 9, 9)).toEqual([]);
  expect(new Field(Float32Array.of(0, 0, 5, 5), 5, 5).within(6, 0, 9, 9)).toEqual([]);
  expect(new Field(Float32Array.of(0, 0, 5, 5), 5, 5).within(5, 5, 9, 9)).toEqual([0]);
});

test("rectangles enclose boxes, and lines with their control points", () => {
  expect([...boxRects([{ x: 1, y: 2, w: 3, h: 4 }])]).toEqual([1, 2, 4, 6]);
  expect([...linkRects([{ points: [5, 5, 0, 9, 7, -1, 6, 6] }])]).toEqual([0, -1, 7, 9]);
});
