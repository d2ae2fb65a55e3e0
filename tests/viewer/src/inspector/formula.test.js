import { expect, test } from "vitest";
import { lastName, symbolOf, tokensOf } from "../../../../graphtrace/viewer/src/inspector/formula.js";
import { binned, rangeOf } from "../../../../graphtrace/viewer/src/inspector/histogram.js";
import { cellsOf, isListed } from "../../../../graphtrace/viewer/src/inspector/matrix.js";
import { trimmed } from "../../../../graphtrace/viewer/src/inspector/table.js";

test("a formula is letters and signs", () => {
  expect(tokensOf("{dx} = {g} · 2{x}")).toEqual([
    { text: "{dx}", letter: "dx" },
    { text: " = ", letter: null },
    { text: "{g}", letter: "g" },
    { text: " · 2", letter: null },
    { text: "{x}", letter: "x" },
  ]);
  expect(tokensOf("")).toEqual([]);
});

test("letters of gradients are written as derivatives", () => {
  expect(["x", "z", "g", "dx", "dw"].map(symbolOf)).toEqual(["x", "z", "∂L/∂z", "∂L/∂x", "∂L/∂w"]);
  expect(["x", "net.0.weight"].map(lastName)).toEqual(["x", "weight"]);
});

test("what is written out has at most four rows and columns", () => {
  const cells = (...shape) => cellsOf({ shape });
  expect([cells(), cells(3), cells(2, 4)]).toEqual([
    { rows: 1, cols: 1 },
    { rows: 1, cols: 3 },
    { rows: 2, cols: 4 },
  ]);
  expect(cells(1, 1, 2, 2)).toEqual({ rows: 2, cols: 2 });
  expect([cells(5), cells(5, 1), cells(2, 2, 2), cells(0)]).toEqual([null, null, null, null]);
  expect([isListed(null), isListed(undefined), isListed({ shape: [1], dtype: "float32" })]).toEqual([
    false,
    false,
    false,
  ]);
});

test("a histogram counts every number once, the greatest too", () => {
  expect(binned([0, 1, 2, 3, 4], 0, 4, 4)).toEqual([1, 1, 1, 2]);
  const all = binned(
    Array.from({ length: 1000 }, (_, i) => Math.sin(i)),
    -1,
    1,
  );
  expect(all).toHaveLength(24);
  expect(all.reduce((sum, count) => sum + count, 0)).toBe(1000);
});

test("its ends are those of the whole tensor, unless only a part was kept or they are not finite", () => {
  expect(rangeOf({ min: -5, max: 5 }, [1, 2])).toEqual([-5, 5]);
  expect(rangeOf({ min: -5, max: 5, sample: [2] }, [1, 2])).toEqual([1, 2]);
  expect(rangeOf({ min: "-inf", max: 5 }, [1, 2])).toEqual([1, 2]);
});

test("columns of a line without its indentation", () => {
  expect(trimmed("    y = x * 2", 8, 13)).toEqual([4, 9]);
  expect(trimmed("    y = x * 2")).toEqual([null, null]);
});
