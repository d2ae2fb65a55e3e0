import { expect, test, vi } from "vitest";
import { Selection } from "../../../../graphtrace/viewer/src/picture/selection.js";
import { Structure } from "../../../../graphtrace/viewer/src/picture/structure.js";
import { box, link, picture } from "./graphs.js";

function made(playing = false) {
  const onSelect = vi.fn();
  const onLight = vi.fn();
  const selection = new Selection({ playing: () => playing, onSelect, onLight });
  const structure = new Structure("a", picture([box(0, 0, 0), box(1, 200, 0), box(2, 400, 0)], [link(0, 1)]));
  selection.load(structure);
  return { selection, structure, boxes: structure.boxes, onSelect, onLight };
}

test("the chosen card has the tab stop, lights what is near, and is told once", () => {
  const { selection, boxes, onSelect, onLight } = made();
  expect(selection.tab).toBe(boxes[0]);
  selection.select(boxes[1]);
  expect([selection.selected, selection.tab, selection.picked]).toEqual([boxes[1], boxes[1], "Op:1"]);
  expect(selection.lit).toEqual({ cards: new Set([0]), links: new Set([0]) });
  expect(onLight).toHaveBeenCalledWith([boxes[1]]);
  expect(onSelect.mock.calls).toEqual([[boxes[1], false, false]]);
});

test("what is pointed at is lit beside what is chosen; itself only while a recording plays", () => {
  const { selection, boxes } = made();
  selection.select(boxes[2]);
  selection.point(boxes[1]);
  expect(selection.lit.cards).toEqual(new Set([0]));
  const other = made(true);
  other.selection.select(other.boxes[2]);
  other.selection.point(other.boxes[1]);
  expect(other.selection.lit.cards).toEqual(new Set([0, 1, 2]));
  other.selection.point(null);
  expect(other.selection.lit.cards).toEqual(new Set([2]));
});

test("nothing is chosen any more, and the tab stop stays", () => {
  const { selection, boxes, onSelect } = made();
  selection.select(boxes[1]);
  selection.select(null);
  expect([selection.selected, selection.picked, selection.tab]).toEqual([null, null, boxes[1]]);
  expect(onSelect).toHaveBeenLastCalledWith(null, false, false);
});

test("a choice survives a change of view by the key of its node", () => {
  const { selection, onSelect } = made();
  selection.select(selection.structure.boxes[1]);
  const folded = box(0, 0, 0, { nodes: [{ id: 0, key: "Op:0" }, { id: 1, key: "Op:1" }] }); // prettier-ignore
  selection.load(new Structure("b", picture([folded])));
  expect(selection.selected).toBeNull();
  selection.reselect();
  expect([selection.selected, selection.picked]).toEqual([folded, "Op:1"]);
  expect(onSelect).toHaveBeenLastCalledWith(folded, true, false);
  selection.load(new Structure("c", picture([box(5, 0, 0)])));
  selection.reselect();
  expect(onSelect).toHaveBeenLastCalledWith(null, true, false);
  expect(selection.picked).toBe("Op:1"); // it may come back
});
