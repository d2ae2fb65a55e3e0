import { afterEach, expect, test, vi } from "vitest";
import { isDark } from "../../../../graphtrace/viewer/src/picture/theme.js";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["#000000", true],
  [" #0e1117", true],
  ["#ffffff", false],
  ["#FFFF00", false],
  ["#0000ff", true],
])("a page of the colour %s is dark: %s", (colour, dark) => {
  expect(isDark(colour)).toBe(dark);
});

test("of a page without a plain colour the machine knows", () => {
  for (const matches of [true, false]) {
    vi.stubGlobal("matchMedia", () => ({ matches }));
    expect(isDark("rgb(0 0 0)")).toBe(matches);
  }
});
