import { expect, test } from "vitest";
import { isBold, LOOKS, Looks, looksCss } from "../../../../graphtrace/viewer/src/draw/looks.js";

const palette = {
  surface: "#fff",
  hairline: "#ddd",
  ink: "#111",
  forward: "#00f",
  gradient: "#f00",
  shadow_opacity: 0.1,
};
const looks = new Looks({ ...palette, shadow: "#000" });

test("a part looks as all of its rows say, the last one first", () => {
  expect(looks.of("rect", "body", ["card op"])).toEqual({ fill: "#fff", stroke: "#ddd", "stroke-width": 1 });
  expect(looks.of("rect", "body", ["cards", "card op now backward"])).toEqual({
    fill: "#fff",
    stroke: "#f00",
    "stroke-width": 3,
  });
  expect(looks.of("rect", "body", ["card op selected now forward"])).toMatchObject({
    stroke: "#00f",
    "stroke-width": 3.5,
  });
});

test("all words of a row must be at one element", () => {
  expect(looks.of("rect", "body", ["card", "now backward"]).stroke).toBe("#ddd");
  expect(looks.of("path", "plus", [])["stroke-linecap"]).toBe("round");
  expect(looks.of("circle", "plus", [])["stroke-linecap"]).toBeUndefined();
});

test("numbers of the palette are no colours", () => {
  expect(looks.of("rect", "shade", ["card"])).toEqual({ fill: "#000", "fill-opacity": 0.1 });
});

test("a colour that the palette lacks is none, and never the name of the token", () => {
  expect(new Looks({}).of("rect", "body", ["card"]).fill).toBe("none");
});

test("titles and labels are bold", () => {
  expect(["title", "subtitle"].map((name) => isBold(name, ["card op"]))).toEqual([true, false]);
  expect(["label grad", "number", "number loud"].map((name) => isBold(name, ["card", "blocks"]))).toEqual([
    true,
    false,
    true,
  ]);
});

test("the stylesheet has a rule for each row, in the same order and of one weight", () => {
  const rules = looksCss().trim().split("\n");
  expect(rules.length).toBe(LOOKS.length);
  for (const rule of rules) expect(rule).toMatch(/^\.gt-root svg:where\([^)]*\)( :where\([^)]*\)){1,2} \{ [^{}]* \}$/);
  expect(rules[0]).toContain(
    ":where(.card) :where(.body) { fill: var(--gt-surface); stroke: var(--gt-hairline); stroke-width: 1; }",
  );
  expect(looksCss()).toContain(
    ":where(.card) :where(.shade) { fill: var(--gt-shadow); fill-opacity: var(--gt-shadow-opacity); }",
  );
});
