import { expect, test } from "vitest";
import { openedAt } from "../../../../graphtrace/viewer/src/picture/opening.js";
import { wholeIn } from "../../../../graphtrace/viewer/src/picture/placing.js";

const room = { x: 0, y: 0, w: 500, h: 200 };
const card = (x, y) => ({ x, y, w: 200, h: 180 });
const boxes = [card(1800, 0), card(1550, 0), card(1200, 0), card(0, 600)]; // from the loss to a lone first card
const structure = { geo: { boxes, width: 2000, height: 780 }, boxes, large: false, earliest: () => boxes[3] };
const seen = (at, box) => wholeIn([box], room, at) === 1;

test("a large picture opens around what runs", () => {
  for (const box of boxes) expect(seen(openedAt(structure, room, 1, box, null), box)).toBe(true);
});

test("without it, at the first card that is not alone there", () => {
  const at = openedAt(structure, room, 1, undefined, null);
  expect(wholeIn(boxes, room, at)).toBe(2);
  const together = { ...structure, boxes: [...boxes, card(250, 600)] };
  together.geo = { ...structure.geo, boxes: together.boxes };
  expect(seen(openedAt(together, room, 1, undefined, null), boxes[3])).toBe(true);
});

test("what was seen before stays in sight", () => {
  const before = { k: 1, x: -1510, y: 3 };
  expect(seen(openedAt(structure, room, 1, undefined, before), boxes[0])).toBe(true);
});
