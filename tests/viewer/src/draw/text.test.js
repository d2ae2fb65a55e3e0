import { expect, test } from "vitest";
import { squeezed, textWidth, typicalWidth, twoPlaces, wrapped } from "../../../../graphtrace/viewer/src/draw/text.js";

test("a text is as wide as its letters, bold ones wider; marks and joiners have no width", () => {
  expect(textWidth("AA", 10)).toBeCloseTo(2 * textWidth("A", 10));
  expect(textWidth("A", 10, true)).toBeGreaterThan(textWidth("A", 10));
  expect(textWidth("e\u0301", 10)).toBe(textWidth("e", 10));
  expect(textWidth("梯", 10)).toBe(10);
  expect(typicalWidth("A", 10)).toBeCloseTo(0.9 * textWidth("A", 10));
  expect(typicalWidth("梯", 10)).toBe(10);
});

test("a text is told its length where it nearly fills its room, and never more than the room", () => {
  const wide = textWidth("0.1234", 12);
  expect(squeezed("0.1234", 12, false, wide / 0.89)).toEqual({});
  const told = squeezed("0.1234", 12, false, wide / 0.91);
  expect(Number(told.textLength)).toBeCloseTo(0.9 * wide, 1);
  expect(squeezed("0.1234", 12, false, 20)).toEqual({ textLength: "20", lengthAdjust: "spacingAndGlyphs" });
  expect(squeezed("anything", 12, false, 0)).toEqual({});
});

test("lines break between words, none is wider than the room, nothing is lost", () => {
  const text = "the gradient of conv2.weight is complete and has a norm of 0.275";
  const lines = wrapped(text, 15, true, 160, 9);
  expect(lines.join(" ")).toBe(text);
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect(typicalWidth(line, 15, true)).toBeLessThanOrEqual(160);
});

test("Chinese breaks after any character", () => {
  const lines = wrapped("没有保存的张量没有保存的张量", 10, false, 45, 9);
  expect(lines).toEqual(["没有保存", "的张量没", "有保存的", "张量"]);
});

test("a word and a last line that are too long end in an ellipsis", () => {
  expect(wrapped("x".repeat(99), 10, false, 60, 3)).toEqual([expect.stringMatching(/^x{4,12}…$/)]);
  const lines = wrapped("one two three four five six", 10, false, 40, 2);
  expect(lines.length).toBe(2);
  expect(lines[1]).toMatch(/…$/);
});

test("nothing is no line", () => {
  expect(wrapped("", 10, false, 60, 3)).toEqual([]);
  expect(wrapped("  ", 10, false, 60, 3)).toEqual([]);
});

test.each([
  [1, "1"],
  [1.005, "1"],
  [-0.004, "0"],
  [12.345, "12.35"],
])("%d is written %s", (value, text) => expect(twoPlaces(value)).toBe(text));
