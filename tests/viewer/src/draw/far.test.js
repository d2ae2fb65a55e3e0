import { expect, test } from "vitest";
import { drawFar, farType } from "../../../../graphtrace/viewer/src/draw/far.js";
import { textOf } from "../../../../graphtrace/viewer/src/draw/tree.js";

const box = { id: 0, kind: "op", title: "Linear · attention.query", x: 0, y: 0, w: 200, h: 150 };
const tensor = { shape: [], dtype: "float32", device: "cpu", norm: 0.2987, min: 0, max: 0, mean: 0 };

const texts = (trees) =>
  trees.flatMap((tree) => (tree.tag === "text" ? [tree] : texts(tree.children.filter((child) => child.tag))));

test("near, cards are read; from far away letters grow as the picture shrinks, in steps", () => {
  expect([farType(1, 14), farType(0.7, 14)]).toEqual([0, 0]);
  const sizes = [0.6, 0.5, 0.3, 0.1].map((k) => farType(k, 14) * k);
  for (const size of sizes) expect(Math.abs(size - 15)).toBeLessThan(2);
  expect(farType(0.5, 14)).toBe(farType(0.51, 14)); // not with every move
});

test("a card from far away tells its name and one number, in letters that fit", () => {
  const [title, number] = texts(drawFar(box, { tensor, hue: "grad" }, 40));
  expect(textOf(title)).toBe("Linear");
  expect(textOf(number)).toBe("‖·‖ .30");
  for (const { attrs } of [title, number]) expect(attrs["font-size"]).toBeLessThanOrEqual(40);
});

test("what nothing is known of has its name alone", () => {
  expect(texts(drawFar(box, null, 12)).map(textOf)).toEqual(["Linear · attention.query"]);
});
