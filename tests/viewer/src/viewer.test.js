// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { Viewer } from "../../../graphtrace/viewer/src/viewer.js";
import { box, link, picture } from "./picture/graphs.js";

const facts = (id) => ({
  id,
  key: `Op:${id}`,
  type: `Op${id}Backward0`,
  kind: "op",
  module: "net",
  metas: [{ shape: "2×3", dtype: "float32", device: "cpu", layout: "strided" }],
  none: [],
  saved: [{ name: "self", alias: null, meta: { shape: "2×3" }, bytes: 24, state: "held" }],
  out: id < 2 ? [{ node: id + 1, key: `Op:${id + 1}`, type: "Next", slot: 0, input_nr: 0 }] : [],
  out_more: 0,
  in: [],
  in_more: 0,
});
const cards = [0, 1, 2].map((id) => box(id, 200 * id, 0, { nodes: [facts(id)] }));
const module = box(3, 600, 0, { kind: "module", title: "head", openable: true, path: "head", nodes: [facts(3)] });
const TEXTS = { languages: { en: { counts: "{n} nodes, {m} edges" }, zh: { counts: "{n} 个节点" } }, language: "en" };
let root;
let viewer;
let told;

beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
  viewer = new Viewer(root);
  told = [];
  viewer.emit = (name, value) => told.push([name, value]);
  viewer.patch({ ...TEXTS, title: "LeNet" });
  viewer.show("a", picture([...cards, module], [link(0, 1), link(1, 2)], { nodes: 1234, edges: 5 }));
});

const card = (id) => root.querySelector(`.card[data-id="${id}"]`);
const panel = () => root.querySelector(".panel");
const click = (node, more = {}) => node.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1, ...more }));
const press = (node, key) => node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const marked = (name) => [...root.querySelectorAll(`.card.${name}`)].map(({ dataset }) => Number(dataset.id));

test("a graph is drawn, and said how large it is", () => {
  expect(root.querySelectorAll(".card")).toHaveLength(4);
  expect(root.querySelectorAll(".link")).toHaveLength(2);
  expect(root.querySelector(".about").textContent).toBe("1,234 nodes, 5 edges");
  expect(root.dataset.ready).toBe("a");
  expect([...root.querySelectorAll('.card[tabindex="0"]')].map(({ dataset }) => dataset.id)).toEqual(["0"]);
});

test("a card that is pressed is chosen, explained and told; × lets go of it", () => {
  click(card(1));
  expect([marked("selected"), panel().hidden, told]).toEqual([[1], false, [["picked", "Op:1"]]]);
  expect(panel().querySelector("h2").textContent).toBe("Op1");
  expect(panel().textContent).toContain("2×3 · float32 · cpu");
  expect(marked("lit")).toEqual([0, 2]);
  click(panel().querySelector(".close"));
  expect([marked("selected"), panel().hidden, told.at(-1)]).toEqual([[], true, ["picked", null]]);
});

test("in the inspector one goes along an edge to the next card", () => {
  click(card(0));
  click(panel().querySelector(".jump"));
  expect([marked("selected"), panel().querySelector("h2").textContent]).toEqual([[1], "Op1"]);
});

test("what is pointed at lights its neighbours", () => {
  card(0).dispatchEvent(new MouseEvent("pointerover", { bubbles: true }));
  expect(marked("lit")).toEqual([1]);
  card(0).dispatchEvent(new MouseEvent("pointerout", { bubbles: true }));
  expect(marked("lit")).toEqual([]);
});

test("arrows walk with the focus, enter chooses, escape lets go", () => {
  card(0).focus();
  press(card(0), "ArrowRight");
  expect([document.activeElement, card(0).getAttribute("tabindex")]).toEqual([card(1), "-1"]);
  press(card(1), "Enter");
  expect(marked("selected")).toEqual([1]);
  press(card(1), "Escape");
  expect(marked("selected")).toEqual([]);
});

test("a search marks what it finds, enter goes through it, escape ends it", () => {
  const field = root.querySelector(".search");
  field.value = "op";
  field.dispatchEvent(new Event("input"));
  expect(marked("hit")).toEqual([0, 1, 2, 3]);
  field.value = "op1";
  field.dispatchEvent(new Event("input"));
  expect([marked("hit"), marked("dim")]).toEqual([[1], [0, 2, 3]]);
  press(field, "Enter");
  expect(marked("selected")).toEqual([1]);
  press(field, "Escape");
  expect([field.value, marked("hit"), marked("dim")]).toEqual(["", [], []]);
});

test("a module is opened by its sign, with two clicks, or with the key o", () => {
  click(card(3).querySelector(".switch"));
  click(card(3), { detail: 2 });
  press(card(3), "o");
  expect(told).toEqual(Array(3).fill(["opened", { of: undefined, paths: ["head"] }]));
});

test("one click on a module waits whether a second one comes", () => {
  vi.useFakeTimers();
  click(card(3));
  expect(marked("selected")).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(marked("selected")).toEqual([3]);
  vi.useRealTimers();
});

test("the same picture again changes nothing; another keeps what was chosen", () => {
  click(card(2));
  const before = card(2);
  viewer.show("a", picture([]));
  expect(card(2)).toBe(before);
  viewer.show("b", picture([box(0, 0, 0, { nodes: [facts(2)] }), box(1, 200, 0, { nodes: [facts(0)] })]));
  expect([marked("selected"), told.length]).toEqual([[0], 1]);
});

test("another language changes the words, and nothing else", () => {
  click(card(1));
  viewer.speakIn("zh");
  expect(root.querySelector(".about").textContent).toBe("1,234 个节点");
  expect([marked("selected"), panel().hidden]).toEqual([[1], false]);
});

test("nothing is left behind", () => {
  viewer.destroy();
  expect(root.childElementCount).toBe(0);
  expect(() => window.dispatchEvent(new Event("resize"))).not.toThrow();
});

test("a name from a user's program is never markup", () => {
  const title = '<img src=x onerror="window.pwned = 1">';
  viewer.show("c", picture([box(0, 0, 0, { title, nodes: [{ ...facts(0), key: title, type: title }] })]));
  click(card(0));
  expect([root.querySelector("img"), panel().querySelector("h2").textContent]).toEqual([null, title]);
});
