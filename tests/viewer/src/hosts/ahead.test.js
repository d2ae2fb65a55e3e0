// @vitest-environment happy-dom

import { expect, test } from "vitest";

import { loadAhead } from "../../../../graphtrace/viewer/src/hosts/ahead.js";

test("a library is loaded once, when the pointer comes near or the keyboard does", async () => {
  const near = document.createElement("div");
  const loads = (globalThis.__loads = []);
  loadAhead(() => "data:text/javascript,globalThis.__loads.push(1)", near);
  expect(loads).toEqual([]);
  near.dispatchEvent(new Event("pointerenter"));
  near.dispatchEvent(new Event("focusin"));
  await expect.poll(() => loads.length).toBe(1);
});

test("no address, nothing to load", () => {
  const near = document.createElement("div");
  loadAhead(() => "", near);
  expect(() => near.dispatchEvent(new Event("pointerenter"))).not.toThrow();
});
