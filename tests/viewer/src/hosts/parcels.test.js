// Parts of a message that the page keeps.

import { expect, test } from "vitest";

import { unpack } from "../../../../graphtrace/viewer/src/hosts/parcels.js";

/** @param {object} message */
const sent = (message) => new TextEncoder().encode(JSON.stringify(message));
const patch = { texts: { $: "words" }, palette: { $: "colours" }, title: "t" };

test("a parcel travels once, and stands where its name does", () => {
  const parcels = { words: { a: "A" }, colours: { light: {} }, picture: { width: 3 }, detail: [[]] };
  const view = { name: "concept", pictures: [{ $: "picture" }], details: [{ $: "detail" }], of: [[0, 0]] };
  const first = unpack(sent({ parcels, data: { id: "1", patch, play: { recording: {}, views: [view] } } }));
  const second = unpack(sent({ parcels: {}, data: { id: "2", patch, geo: { $: "picture" } } }));
  expect(first?.patch).toEqual({ texts: { a: "A" }, palette: { light: {} }, title: "t" });
  expect(first?.play.views[0].pictures).toEqual([{ width: 3 }]);
  expect(first?.play.views[0].details).toEqual([[[]]]);
  expect([second?.geo, second?.id]).toEqual([{ width: 3 }, "2"]);
});

test("both sides of a pair are filled", () => {
  const found = unpack(sent({ parcels: {}, data: { own: 1, sides: [{ patch }, { patch }] } }));
  expect(found?.sides.map((side) => side.patch.texts)).toEqual([{ a: "A" }, { a: "A" }]);
});

test("a message that lacks a parcel shows nothing: it is asked for", () => {
  expect(unpack(sent({ parcels: {}, data: { patch: { ...patch, texts: { $: "lost" } } } }))).toBe(null);
});
