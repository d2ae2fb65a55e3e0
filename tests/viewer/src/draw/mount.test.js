// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { Mount } from "../../../../graphtrace/viewer/src/draw/mount.js";
import { element, keyed } from "../../../../graphtrace/viewer/src/draw/tree.js";

const SVG = "http://www.w3.org/2000/svg";
let root;
let mount;

beforeEach(() => {
  root = document.createElementNS(SVG, "svg");
  document.body.replaceChildren(root);
  mount = new Mount(root);
});

const cards = (...keys) => keys.map((key) => keyed(key, "g", { id: `c${key}`, tabindex: 0 }, [`card ${key}`]));
const names = () => [...root.children].map((node) => node.id);

test("an element has its attributes, its texts and the namespace of what it is in", () => {
  mount.draw([element("g", { class: "card", x: 0, gone: null, none: undefined }, ["a", element("text", {}, ["b"])])]);
  const [g] = root.children;
  expect([g.namespaceURI, g.firstElementChild.namespaceURI]).toEqual([SVG, SVG]);
  expect(g.getAttributeNames()).toEqual(["class", "x"]);
  expect(g.getAttribute("x")).toBe("0");
  expect(g.textContent).toBe("ab");
});

test("an attribute that is gone, or null now, is removed; one that is the same is not set again", () => {
  mount.draw([element("g", { a: 1, b: 2, c: 3 })]);
  const [g] = root.children;
  const set = [];
  const setAttribute = g.setAttribute.bind(g);
  g.setAttribute = (name, value) => (set.push(name), setAttribute(name, value));
  mount.draw([element("g", { a: 1, b: null, d: "4" })]);
  expect(root.children[0]).toBe(g);
  expect(set).toEqual(["d"]);
  expect(g.getAttributeNames().sort()).toEqual(["a", "d"]);
});

test("a text changes in place", () => {
  mount.draw([element("text", {}, ["one"])]);
  const [text] = root.firstElementChild.childNodes;
  mount.draw([element("text", {}, ["two"])]);
  expect(root.firstElementChild.firstChild).toBe(text);
  expect(text.data).toBe("two");
});

test("a text may become an element, an element another one, and anything nothing", () => {
  mount.draw(["a", element("g", {}, ["b"])]);
  mount.draw([element("path", { d: "M0 0" }), element("rect")]);
  expect([...root.childNodes].map((node) => node.nodeName.toLowerCase())).toEqual(["path", "rect"]);
  mount.draw([]);
  expect(root.childNodes.length).toBe(0);
});

test.each([
  [
    [1, 2, 3],
    [3, 2, 1],
  ],
  [
    [1, 2, 3],
    [2, 3],
  ],
  [
    [1, 3],
    [1, 2, 3],
  ],
  [
    [1, 2, 3, 4, 5],
    [5, 1, 6, 3],
  ],
  [[], [1, 2]],
  [[1, 2], []],
])("keyed elements %j become %j and keep their nodes", (before, after) => {
  mount.draw(cards(...before));
  const nodes = new Map([...root.children].map((node) => [node.id, node]));
  mount.draw(cards(...after));
  expect(names()).toEqual(after.map((key) => `c${key}`));
  for (const node of root.children) if (nodes.has(node.id)) expect(node).toBe(nodes.get(node.id));
});

test("any order becomes any other: shuffles of cards that come and go", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let turn = 0; turn < 300; turn += 1) {
    const keys = [...Array(8).keys()].filter(() => random() < 0.6).sort(() => random() - 0.5);
    mount.draw(cards(...keys));
    expect(names()).toEqual(keys.map((key) => `c${key}`));
  }
});

test("cards that come and go around the one with the focus leave it the focus", () => {
  mount.draw(cards(2, 4));
  root.children[1].focus();
  mount.draw(cards(1, 2, 3, 4, 5));
  mount.draw(cards(4, 5));
  expect(document.activeElement.id).toBe("c4");
});

test("two things of one key are both drawn, and both go", () => {
  mount.draw(cards(1, 1, 2));
  expect(names()).toEqual(["c1", "c1", "c2"]);
  mount.draw(cards(2));
  expect(names()).toEqual(["c2"]);
});

test("a tree that is the same object as before is not looked into", () => {
  const [card] = cards(1);
  mount.draw([card, element("g")]);
  root.firstElementChild.textContent = "changed by another";
  mount.draw([card, element("path")]);
  expect(root.firstElementChild.textContent).toBe("changed by another");
});

test("another key is another element: what appears may move gently", () => {
  mount.draw([keyed("1", "g", {}, ["a"])]);
  const before = root.firstElementChild;
  mount.draw([keyed("2", "g", {}, ["a"])]);
  expect(root.children.length).toBe(1);
  expect(root.firstElementChild).not.toBe(before);
});

test("a text of a user is never markup", () => {
  const hostile = `<img src=x onerror="alert(1)">&lt;`;
  mount.draw([element("text", { "aria-label": hostile }, [hostile])]);
  expect(root.querySelector("img")).toBeNull();
  expect(root.firstElementChild.textContent).toBe(hostile);
  expect(root.firstElementChild.getAttribute("aria-label")).toBe(hostile);
});
