// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { serialize } from "../../../../graphtrace/viewer/src/draw/serialize.js";
import { element } from "../../../../graphtrace/viewer/src/draw/tree.js";

test("an element is its tag, its attributes in order, and what is in it", () => {
  const tree = element("g", { b: 1, a: "x" }, [element("rect"), "text"]);
  expect(serialize(tree)).toBe('<g b="1" a="x"><rect/>text</g>');
});

test("what is null, undefined or empty is left out; zero is not", () => {
  expect(serialize(element("g", { a: null, b: undefined, c: "", d: 0 }, [""]))).toBe('<g d="0"/>');
});

const HOSTILE = [
  `<script>alert(1)</script>`,
  `</text><img src=x onerror="alert(1)">`,
  `" onload="alert(1)`,
  `]]> <!-- & &amp; &#60; '`,
  `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "y">]>&x;`,
];

test.each(HOSTILE)("a hostile name stays a text: %s", (name) => {
  const text = serialize(element("text", { "data-name": name }, [name]));
  expect(text.match(/[<>]/g)).toEqual(["<", ">", "<", ">"]);
  const read = new DOMParser().parseFromString(text, "text/html").querySelector("text");
  expect(read.textContent).toBe(name);
  expect(read.getAttribute("data-name")).toBe(name);
  expect(read.getAttributeNames()).toEqual(["data-name"]);
});

test.each(["\u0000", "\u0007", "\u000b", "\u001f", "\u0085", "\ufffe", "\uffff", "\ud800", "\udc00"])(
  "what XML cannot write is shown as missing: %j",
  (char) => {
    expect(serialize(element("text", { a: `a${char}` }, [`${char}b`]))).toBe('<text a="a\ufffd">\ufffdb</text>');
  },
);

test("line feeds of an attribute are kept by a reader; pairs of a large character stay", () => {
  expect(serialize(element("g", { a: "x\ny\tz" }, ["\n🙂"]))).toBe('<g a="x&#10;y&#9;z">\n🙂</g>');
});

test.each(["a b", "a=", "1", "", "g/", 'x"', "on\n"])("a tag or attribute that is no name is refused: %j", (name) => {
  expect(() => serialize(element(name))).toThrow(/not a name/);
  expect(() => serialize(element("g", { [name]: 1 }))).toThrow(/not a name/);
});
