// The panels of a net that trains: pure pictures of what the host tells.

import { describe, expect, it } from "vitest";

import { overlaid } from "../../../../graphtrace/viewer/src/draw/live.js";
import { textOf } from "../../../../graphtrace/viewer/src/draw/tree.js";
import { curveFrame, drawCurve } from "../../../../graphtrace/viewer/src/live/curve.js";
import { drawNorms, share } from "../../../../graphtrace/viewer/src/live/norms.js";
import { drawProbe } from "../../../../graphtrace/viewer/src/live/probe.js";
import { scaleOf } from "../../../../graphtrace/viewer/src/live/scale.js";
import { drawSurface, planeOutputs, rangeOf } from "../../../../graphtrace/viewer/src/live/surface.js";

const SIZE = { width: 200, height: 120 };
const picture = (losses, iteration = losses.length) => ({
  ...{ iteration, losses, pace: 100, norms: [], surface: null, overlay: null, loss: losses.at(-1) ?? null },
  passes: losses.map((_, i) => i + 1),
});
const named = (trees, name) => trees.filter(({ attrs }) => String(attrs.class).split(" ").includes(name));
const pathOf = (trees, name) => named(trees, name)[0].attrs.d;
const points = (path) => path.split(/[ML]/).filter(Boolean);
const pairs = (path) => points(path).map((at) => at.split(" ").map(Number));

describe("the loss curve", () => {
  it("has a point for every iteration, a lower loss lower down", () => {
    const found = pairs(pathOf(drawCurve(picture([4, 2, 1]), SIZE), "loss"));
    expect(found).toHaveLength(3);
    expect(found[0][0]).toBeLessThan(found[2][0]);
    expect(found[0][1]).toBeLessThan(found[2][1]);
  });

  it("has a gap where a loss is no number, and no broken path", () => {
    const path = pathOf(drawCurve(picture([4, "nan", 2, "inf", 1]), SIZE), "loss");
    expect(path).not.toMatch(/NaN|Infinity/);
    expect(path.match(/M/g)).toHaveLength(3);
  });

  it("counts powers of ten where losses differ much, and says so", () => {
    const steep = drawCurve(picture([1, 0.001, 0.000001]), SIZE);
    expect(steep.map(textOf)).toContain("log");
    const [first, second, third] = pairs(pathOf(steep, "loss")).map(([, y]) => y);
    expect(second - first).toBeCloseTo(third - second, 0);
    for (const losses of [
      [1, 0.5],
      [1, 0],
      [1, -1],
    ])
      // prettier-ignore
      expect(drawCurve(picture(losses), SIZE).map(textOf)).not.toContain("log");
  });

  it("draws what is undone apart from what is done", () => {
    const trees = drawCurve(picture([4, 3, 2, 1], 2), SIZE);
    expect(points(pathOf(trees, "loss"))).toHaveLength(2);
    expect(points(pathOf(trees, "undone"))).toHaveLength(3);
    const [ring] = named(trees, "here");
    expect(`${ring.attrs.cx} ${ring.attrs.cy}`).toBe(points(pathOf(trees, "loss"))[1]);
  });

  it("gives back the iteration that a click is at", () => {
    const shown = picture(Array.from({ length: 190 }, (_, i) => 1 / (i + 1)));
    const frame = curveFrame(shown, SIZE);
    for (const pass of [1, 2, 95, 189, 190]) expect(frame.pass(frame.x(pass))).toBe(pass);
    expect([frame.pass(-50), frame.pass(900)]).toEqual([1, 190]);
  });

  it("is there before the first loss", () => {
    expect(named(drawCurve(picture([]), SIZE), "here")).toEqual([]);
    expect(named(drawCurve(picture([2]), SIZE), "here")).toHaveLength(1);
  });
});

describe("an axis", () => {
  it("ends at the least and the most", () => {
    const { at, low, high } = scaleOf([3, 5]);
    expect([low, high, at(0), at(5)]).toEqual([0, 5, 0, 1]);
    expect(scaleOf([-2, 4]).at(-2)).toBe(0);
  });
});

describe("gradient norms", () => {
  it("are as long as their powers of ten", () => {
    expect(share(1) - share(0.1)).toBeCloseTo(share(0.1) - share(0.01));
    expect([share(0), share(1e9)]).toEqual([0, 1]);
  });

  it("say None where there is no gradient", () => {
    const trees = drawNorms([["0", null], ["2", 0.5], ["3", "nan"]], SIZE); // prettier-ignore
    expect(trees.map(textOf)).toEqual(expect.arrayContaining(["0", "None", "2", ".5", "nan"]));
    expect(named(trees, "norm").map(({ attrs }) => attrs.width > 0)).toEqual([false, true, false]);
  });

  it("leave layers out where there are too many", () => {
    const many = Array.from({ length: 40 }, (_, i) => [`l${i}`, 1]);
    const trees = drawNorms(many, SIZE);
    expect(named(trees, "norm").length).toBeLessThanOrEqual(6);
    expect(trees.map(textOf)).toContain("l0");
  });
});

describe("what the net gives for other inputs", () => {
  const plane = (bytes, more = {}) => ({
    ...{ kind: "plane", low: 0, high: 1, outputs: [], least: -1, most: 1, classes: 0, middle: 0, points: [] },
    ...{ bytes: btoa(String.fromCharCode(...bytes)), ...more },
  });

  it("is read from bytes", () => {
    expect(planeOutputs(plane([0, 127, 254, 255]))).toEqual([-1, 0, 1, NaN]);
  });

  it("has its smallest inputs in the lower left corner", () => {
    const [cells] = drawSurface(plane([0, 254, 254, 254]), SIZE);
    const [low] = cells.children.filter(({ attrs }) => attrs.class === "low");
    const ys = cells.children.map(({ attrs }) => attrs.y);
    expect([low.attrs.x, low.attrs.y]).toEqual([0, Math.max(...ys)]);
  });

  it("marks outputs that are no number", () => {
    const [cells] = drawSurface(plane([255, 0, 0, 0]), SIZE);
    expect(cells.children[0].attrs.class).toBe("odd");
  });

  it("tells samples apart by their shape, not by colour alone", () => {
    const two = drawSurface(plane([0, 0, 0, 0], { points: [[0, 0, -1], [1, 1, 1]] }), SIZE)[1]; // prettier-ignore
    expect(two.children.map(({ attrs }) => attrs.class)).toEqual(["hollow", "full"]);
    const three = drawSurface(plane([0, 0, 0, 0], { classes: 3, points: [[0, 0, 0], [1, 1, 1], [1, 0, 2]] }), SIZE)[1]; // prettier-ignore
    expect(new Set(three.children.map(({ attrs }) => attrs.d.replace(/[\d.-]+/g, ""))).size).toBe(3);
  });

  it("draws a line through finite outputs only", () => {
    const line = { ...plane([]), kind: "line", outputs: [0, "nan", 1], points: [[0.5, 2]] };
    expect(points(pathOf(drawSurface(line, SIZE), "output"))).toHaveLength(2);
    expect(rangeOf(line)).toBe("0 … 1");
  });

  it("counts right answers", () => {
    const classes = { ...plane([]), kind: "classes", outputs: [1, 0.5, "nan"] };
    expect(rangeOf(classes)).toBe("75 %");
    const bars = named(drawSurface(classes, SIZE), "share");
    expect(bars.map(({ attrs }) => attrs.height > 0)).toEqual([true, true, false]);
  });
});

describe("the cards of a net that trains", () => {
  const tensors = [{ shape: [] }, { shape: [2] }, { shape: [3] }];
  const overlay = {
    ...{ nodes: 2, edges: 1, tensors, values: { 1: 0 }, incoming: { "1:0": 1 }, delivered: { 0: 2 } },
    ...{ leaves: { w: 1 }, grads: { w: 2, b: -1 }, saved: { 1: "freed" } },
  };
  const state = { leaf: () => "old", grad: () => "old", output: () => ["old"], edge: () => "old", event: {} };
  const graph = { edges: [[1, 0, 0, 0]], values: new Map([[1, 7]]) };

  it("show the numbers of the iteration, and no others", () => {
    const shown = overlaid(state, overlay, graph);
    expect(shown.output(7)).toEqual([tensors[0]]);
    expect(shown.output(8)).toBeUndefined();
    expect(shown.incoming(1, 0)).toBe(tensors[1]);
    expect(shown.edge(0)).toBe(tensors[2]);
    expect(shown.leaf("w")).toBe(tensors[1]);
    expect(shown.grad("w").value).toBe(tensors[2]);
    expect([shown.grad("b"), shown.leaf("gone"), shown.saved(1), shown.event]).toEqual([null, null, "freed", null]);
  });

  it("show parameters alone where another graph hangs", () => {
    const shown = overlaid(state, { ...overlay, edges: 5 }, graph);
    expect(shown.output(7)).toEqual(["old"]);
    expect(shown.leaf("w")).toBe(tensors[1]);
  });
});

describe("a hand on a number", () => {
  const probe = {
    ...{
      name: "w",
      index: [0],
      value: 1,
      values: [0, 1, 2],
      losses: [4, 1, 0],
      loss: 1,
      step: 1e-5,
      below: 1,
      above: 1,
    },
    ...{ difference: -2, gradient: -2, dtype: "float64" },
  };

  it("has its tangent through the present loss, with the slope of autograd", () => {
    const trees = drawProbe(probe, 2, SIZE);
    const [[x1, y1], [x2, y2]] = pairs(pathOf(trees, "tangent"));
    const [origin] = named(trees, "origin");
    expect((x1 + x2) / 2).toBeCloseTo(origin.attrs.cx, 0);
    expect((y1 + y2) / 2).toBeCloseTo(origin.attrs.cy, 0);
    expect(y2).toBeGreaterThan(y1); // the loss falls
  });

  it("has none where autograd gives None", () => {
    expect(pathOf(drawProbe({ ...probe, gradient: null }, 1, SIZE), "tangent")).toBe("");
  });

  it("holds the value that is asked for", () => {
    const at = (i) => named(drawProbe(probe, i, SIZE), "here")[0].attrs.cx;
    expect(at(0)).toBeLessThan(at(1));
    expect(at(1)).toBeLessThan(at(2));
  });
});
