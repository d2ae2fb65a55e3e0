import { expect, test } from "vitest";
import {
  centered,
  clearest,
  covered,
  filled,
  fitted,
  inside,
  nearest,
  opening,
  roomOf,
  shift,
  visible,
  wholeIn,
  zoomed,
} from "../../../../graphtrace/viewer/src/picture/placing.js";

const room = { x: 10, y: 20, w: 400, h: 200 };
const random = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;

test("the room is what nothing covers, and never less than it takes to see something", () => {
  expect(roomOf({ width: 500, height: 300 }, 30, 16, 44)).toEqual({ x: 16, y: 30, w: 468, h: 226 });
  expect(roomOf({ width: 20, height: 20 }, 30, 16, 44)).toEqual({ x: 16, y: 30, w: 80, h: 80 });
});

test("all of a picture is fitted into the middle and not blown up", () => {
  expect(fitted({ width: 800, height: 100 }, room)).toEqual({ k: 0.5, x: 10, y: 95 });
  expect(fitted({ width: 10, height: 10 }, room)).toEqual({ k: 1.6, x: 202, y: 112 });
});

test("a point of the window stays where it is when the picture is zoomed about it", () => {
  const next = random(3);
  for (let i = 0; i < 200; i += 1) {
    const at = { k: 0.1 + next(), x: 900 * next() - 450, y: 900 * next() - 450 };
    const [x, y, k] = [500 * next(), 300 * next(), 0.05 + 4 * next()];
    const to = zoomed(at, k, x, y);
    expect((x - to.x) / to.k).toBeCloseTo((x - at.x) / at.k, 6);
    expect((y - to.y) / to.k).toBeCloseTo((y - at.y) / at.k, 6);
  }
});

test("a box in the middle has as much room on its left as on its right", () => {
  const box = { x: 30, y: 40, w: 50, h: 60 };
  const { k, x, y } = centered(box, room, 2);
  expect([x + k * (box.x + box.w / 2), y + k * (box.y + box.h / 2)]).toEqual([210, 120]);
});

test("a picture larger than its room leaves no gap; a smaller one stays in it", () => {
  const size = { width: 1000, height: 1000 };
  expect(filled({ k: 1, x: 100, y: 100 }, size, room)).toEqual({ k: 1, x: 10, y: 20 });
  expect(filled({ k: 1, x: -5000, y: -5000 }, size, room)).toEqual({ k: 1, x: -590, y: -780 });
  expect(filled({ k: 1, x: -300, y: -300 }, size, room)).toEqual({ k: 1, x: -300, y: -300 });
  expect(filled({ k: 0.1, x: 77, y: 99 }, size, room)).toEqual({ k: 0.1, x: 77, y: 99 });
  expect(filled({ k: 0.1, x: 77, y: -30 }, size, room)).toEqual({ k: 0.1, x: 77, y: room.y });
});

test("of a row that is moved into sight no card is cut, where there is room for it", () => {
  const row = { x: 20, y: 100, w: 100, h: 100 };
  const above = { x: 130, y: 10, w: 60, h: 80 };
  const below = { x: 20, y: 230, w: 60, h: 180 };
  const boxes = [row, above, below];
  expect(clearest({ k: 1, x: 0, y: -60 }, { boxes, width: 400, height: 500 }, room, row)).toEqual({
    k: 1,
    x: 0,
    y: 10,
  });
  expect(clearest({ k: 1, x: 0, y: 10 }, { boxes, width: 400, height: 500 }, room, row)).toEqual({ k: 1, x: 0, y: 10 });
});

test("as many cards as can be are whole beside the one that runs", () => {
  const spot = { x: 600, y: 0, w: 150, h: 100 };
  const left = { x: 400, y: 0, w: 150, h: 100 };
  const boxes = [spot, left, { x: 800, y: 0, w: 150, h: 100 }, { x: 400, y: 300, w: 500, h: 100 }];
  const picture = { boxes, width: 1200, height: 400 };
  const cut = { k: 1, x: -465, y: 20 }; // the cards beside it are cut on both sides
  const clear = { k: 1, x: -390, y: 20 };
  expect(wholeIn(boxes, room, cut)).toBe(1);
  expect(wholeIn(boxes, room, clear)).toBe(2);
  expect(clearest(cut, picture, room, spot)).toEqual(clear);
  expect(clearest(clear, picture, room, spot)).toEqual(clear);
  expect(nearest(boxes, room, cut)).toBe(spot);
  expect(nearest(boxes, room, { k: 1, x: 0, y: 20 })).toBe(left);
});

test("where a story opens, its box is in sight and no room is empty", () => {
  const size = { width: 4000, height: 250 };
  const box = { x: 3900, y: 100, w: 80, h: 40 };
  const at = opening(size, room, box, 0.8);
  expect(at.k).toBe(0.8);
  expect(box.x * at.k + at.x).toBeGreaterThanOrEqual(room.x);
  expect((box.x + box.w) * at.k + at.x).toBeLessThanOrEqual(room.x + room.w);
  expect(size.width * at.k + at.x).toBeCloseTo(room.x + room.w);
});

test("what is in sight is not moved; else by as little as needed", () => {
  expect(shift(50, 20, 0, 100, 0)).toBe(0);
  expect(shift(-30, 20, 0, 100, 0)).toBe(30);
  expect(shift(95, 20, 0, 100, 0)).toBe(-15);
  expect(shift(95, 20, 0, 100, 0.2)).toBe(-35); // farther in
  expect(shift(40, 500, 0, 100, 0)).toBe(-40); // its start, where it is too long
});

test("a box below something that floats over the lower edge is covered", () => {
  const part = { left: 0, top: 150, right: 50 };
  const at = { k: 1, x: 0, y: 0 };
  expect(covered([{ x: 40, y: 140, w: 20, h: 20 }], part, at)).toBe(true);
  expect(covered([{ x: 60, y: 140, w: 20, h: 20 }], part, at)).toBe(false);
  expect(covered([{ x: 40, y: 100, w: 20, h: 20 }], part, at)).toBe(false);
  expect(covered([{ x: 40, y: 100, w: 20, h: 20 }], part, { k: 2, x: 0, y: 0 })).toBe(false);
  expect(covered([{ x: 0, y: 70, w: 20, h: 20 }], part, { k: 2, x: 0, y: 0 })).toBe(true);
  expect(covered([], part, at)).toBe(false);
});

test("what a window shows is its corners in the picture", () => {
  expect(visible({ k: 2, x: 10, y: -20 }, { width: 100, height: 60 }, 0)).toEqual([-5, 10, 45, 40]);
  expect(visible({ k: 1, x: 0, y: 0 }, { width: 100, height: 60 }, 0.5)).toEqual([-50, -30, 150, 90]);
  expect(inside([0, 0, 1, 1], [0, 0, 1, 1])).toBe(true);
  expect(inside([0, 0, 1, 2], [0, 0, 1, 1])).toBe(false);
});
