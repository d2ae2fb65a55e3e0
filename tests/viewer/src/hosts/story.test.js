import { expect, test } from "vitest";
import { partAt, placeOf, placeParts } from "../../../../graphtrace/viewer/src/hosts/story.js";

/** Parts as the host sends them: last position, kind, words, forward passes, whether torch raised. */
const PARTS = [
  [1, "forward", "Forward", 1, false],
  [2, "backward", "Backward", 0, false],
  [3, "step", "Step", 0, true],
  [5, "many", "run 100", 100, false],
  [6, "design", "new design", 0, false],
];
const EDGE = 16;
const right = ({ left, width }) => left + width;

test("parts lie side by side from edge to edge, and never leave a narrow line", () => {
  for (const width of [2000, 300, 90, 40]) {
    const placed = placeParts(PARTS, width);
    expect(placed[0].left).toBe(EDGE);
    for (let i = 1; i < placed.length; i += 1) expect(placed[i].left).toBeCloseTo(right(placed[i - 1]), 9);
    expect(right(placed.at(-1))).toBeLessThanOrEqual(Math.max(EDGE, width - EDGE) + 1e-9);
  }
  expect(placeParts([], 300)).toEqual([]);
});

test("a run is longer than a press, but not as much longer as it has iterations", () => {
  const [press, , , run] = placeParts(PARTS, 2000);
  expect(run.width).toBeGreaterThan(3 * press.width);
  expect(run.width).toBeLessThan(100 * press.width);
  const longer = placeParts([[1000, "many", "run", 100_000, false]], 2000)[0];
  expect(longer.width).toBeLessThan(3 * run.width);
});

test("each part knows what was before it", () => {
  const placed = placeParts(PARTS, 500);
  expect(placed.map(({ first }) => first)).toEqual([0, 1, 2, 3, 5]);
  expect(placed.map(({ passes }) => passes)).toEqual([0, 1, 1, 1, 101]);
});

test("a place on a press leads behind it, one in a run to one of its iterations", () => {
  const placed = placeParts(PARTS, 900);
  const middle = ({ left, width }) => left + width / 2;
  for (const [i, part] of placed.entries()) {
    if (i !== 3) expect(partAt(placed, middle(part))).toEqual({ placed: part, pass: null });
  }
  const run = placed[3];
  expect(partAt(placed, run.left + 0.01)?.pass).toBe(2);
  expect(partAt(placed, middle(run) + 0.01)?.pass).toBe(52);
  expect(partAt(placed, right(run) - 0.01)?.pass).toBe(101);
});

test("every iteration of a run that has a pixel of its own is found by it, in order", () => {
  const placed = placeParts([[2, "many", "run 5", 5, false]], 400);
  const found = new Set();
  for (let x = placed[0].left; x < right(placed[0]); x += 0.5) found.add(partAt(placed, x)?.pass);
  expect([...found]).toEqual([1, 2, 3, 4, 5]);
});

test("left of the first part and right of the last one the nearest is meant", () => {
  const placed = placeParts(PARTS, 900);
  expect(partAt(placed, 0)?.placed).toBe(placed[0]);
  expect(partAt(placed, 899)?.placed).toBe(placed[4]);
  expect(partAt([], 5)).toBe(null);
});

test("a position of the history is at the end of its part, or inside a folded one", () => {
  const placed = placeParts(PARTS, 900);
  for (const part of placed) expect(placeOf(placed, part.part[0])).toBeCloseTo(right(part), 9);
  expect(placeOf(placed, 4)).toBeCloseTo(placed[3].left + placed[3].width / 2, 9);
  expect(placeOf(placed, 99)).toBeCloseTo(right(placed[4]), 9);
  expect(placeOf([], 3)).toBe(EDGE);
});
