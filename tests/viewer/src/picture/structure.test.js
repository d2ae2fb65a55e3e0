import { expect, test } from "vitest";
import { NOTHING, Structure } from "../../../../graphtrace/viewer/src/picture/structure.js";
import { box, link, picture } from "./graphs.js";

// 0 ── 1 ── 2      3 is a stub under 1; 4 and 5 are cards of one leaf
const structure = () =>
  new Structure(
    "a",
    picture(
      [
        box(0, 0, 0, { title: "Loss", ids: [0, 7] }),
        box(1, 200, 0, { title: "Linear", subtitle: "AddmmBackward0" }),
        box(2, 400, 0),
        box(3, 200, 100, { kind: "stub", title: "" }),
        box(4, 600, 0, { kind: "leaf", title: "weight", twin: 3 }),
        box(5, 600, 200, { kind: "leaf", title: "weight", twin: 3, ids: [4], nodes: [{ id: 4, key: "weight" }] }),
      ],
      [link(0, 1), link(1, 2), link(2, 4), link(0, 5)],
      { frames: [{ path: "net", title: "net", x: 0, y: 0, w: 9, h: 9 }] },
    ),
  );

test("a node's box is the first that stands for it", () => {
  const { byNode, boxes } = structure();
  expect([byNode.get(7), byNode.get(4), byNode.get(99)]).toEqual([boxes[0], boxes[4], undefined]);
});

test("the focus begins at the root; without one at the first card", () => {
  expect(structure().first().id).toBe(0);
  expect(new Structure("b", picture([box(3, 0, 0)], [], { roots: [] })).first().id).toBe(3);
  expect(NOTHING.first()).toBeUndefined();
});

test("the story begins at the operation that is last in the backward pass", () => {
  const boxes = [box(0, 0, 0, { ids: [2] }), box(1, 0, 0, { ids: [5] }), box(2, 0, 0, { kind: "leaf", ids: [0] })];
  expect(new Structure("c", picture(boxes)).earliest().id).toBe(1);
});

test("what is near: links, far ends and the other cards of a shared leaf", () => {
  const found = structure();
  const lit = found.near([found.boxes[4]]);
  expect([...lit.cards].sort()).toEqual([0, 2, 5]);
  expect([...lit.links].sort()).toEqual([2, 3]);
  expect(structure().near([])).toEqual({ cards: new Set(), links: new Set() });
});

test("a search finds titles, subtitles and keys, whatever the case, and no stubs", () => {
  const ids = (text) =>
    structure()
      .find(text)
      .map(({ id }) => id);
  expect(ids("ADDMM")).toEqual([1]);
  expect(ids(" weight ")).toEqual([4, 5]);
  expect(ids("op:2")).toEqual([2]);
  expect(ids("  ")).toEqual([]);
  expect(ids("nothing of the kind")).toEqual([]);
});

test("an arrow goes to the nearest card in its direction, rather to a joined one", () => {
  const found = structure();
  const go = (from, way) => found.neighbour(found.boxes[from], way)?.id ?? null;
  expect(go(0, [1, 0])).toBe(1);
  expect(go(1, [0, 1])).toBe(5); // not the stub below it
  expect(go(2, [-1, 0])).toBe(1);
  expect(go(0, [-1, 0])).toBeNull();
  const near = [box(0, 0, 0), box(1, 150, 0), box(2, 300, 0)];
  expect(new Structure("d", picture(near)).neighbour(near[0], [1, 0]).id).toBe(1);
  expect(new Structure("d", picture(near, [link(0, 2)])).neighbour(near[0], [1, 0]).id).toBe(2);
});

test("a module is where it is open, or the box that it is closed in", () => {
  const closed = box(6, 0, 300, { openable: true, path: "net.head" });
  const found = new Structure("e", picture([closed], [], { frames: [{ path: "net", x: 1, y: 2, w: 3, h: 4 }] }));
  expect(found.spot("net")).toMatchObject({ x: 1, y: 2 });
  expect(found.spot("net.head")).toBe(closed);
  expect(found.spot("other")).toBeUndefined();
});

test("another pass changes what the boxes stand for, and nothing else", () => {
  const found = structure();
  const { boxes } = found;
  found.adopt(picture(boxes.map((one) => ({ ...one, x: -1, nodes: [{ id: one.id, key: `again:${one.id}` }] }))));
  expect(found.boxes).toBe(boxes);
  expect(boxes[2]).toMatchObject({ x: 400, nodes: [{ key: "again:2" }] });
  expect(found.withKey("again:2")).toBe(boxes[2]);
});

test("from 151 cards on a picture is large", () => {
  const many = (count) => picture(Array.from({ length: count }, (_, i) => box(i, i * 10, 0)));
  expect([150, 151].map((count) => new Structure("f", many(count)).large)).toEqual([false, true]);
});
