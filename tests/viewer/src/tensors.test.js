import { expect, test } from "vitest";
import { brief, grid, numbers, real, shapeText, short, size } from "../../../graphtrace/viewer/src/tensors.js";

const packed = (bytes, dtype, shape, more = {}) => ({
  dtype,
  shape,
  data: Buffer.from(bytes).toString("base64"),
  ...more,
});
const floats = (values, shape = [values.length]) =>
  packed(new Uint8Array(Float32Array.from(values).buffer), "float32", shape);

test.each([
  [0, "0"],
  [1, "1"],
  [-0.5, "−0.5"],
  [1234.4, "1234"],
  [12340.6, "1.234e4"],
  [0.0001, "0.0001"],
  [0.00001234, "1.234e−5"],
  ["nan", "nan"],
  ["inf", "inf"],
  ["-inf", "−inf"],
  [null, "–"],
])("%s is written as %s", (value, text) => {
  expect(short(value)).toBe(text);
});

test("numbers are read in every width", () => {
  expect(numbers(floats([1.5, -2]))).toEqual([1.5, -2]);
  expect(numbers(packed([0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c], "float16", [4]))).toEqual([
    1,
    -2,
    2 ** -24,
    Infinity,
  ]);
  expect(numbers(packed([0x80, 0x3f], "bfloat16", [1]))).toEqual([1]);
  expect(numbers(packed([255, 255, 255, 255, 255, 255, 255, 255], "int64", [1]))).toEqual([-1]);
  expect(numbers(packed([1, 0], "bool", [2]))).toEqual([1, 0]);
});

test("what was not kept, or is complex, has no numbers", () => {
  expect(numbers({ dtype: "float32", shape: [1] })).toBeNull();
  expect(numbers(packed([0, 0, 0, 0, 0, 0, 0, 0], "complex64", [1]))).toBeNull();
});

test("one number is written out, more are their norm", () => {
  expect(brief(floats([2.5], []))).toBe("2.5");
  expect(brief({ ...floats([3, 4]), norm: 5 })).toBe("‖·‖ 5");
});

test("a heatmap's grid is the last two dimensions, a vector wraps", () => {
  expect(grid(floats([1, 2, 3, 4, 5, 6], [1, 2, 3])).lines).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(grid(floats([1, 2, 3, 4])).lines.flat()).toEqual([1, 2, 3, 4]);
  expect(grid(floats([1, 2, 3, 4])).cols).toBe(3);
});

test("shapes are read", () => {
  expect([size({ shape: [2, 3] }), size({ shape: [] })]).toEqual([6, 1]);
  expect([shapeText({ shape: [2, 3] }), shapeText({ shape: [] })]).toEqual(["2×3", "scalar"]);
  expect([real("nan"), real("-inf"), real(2)]).toEqual([NaN, -Infinity, 2]);
});
