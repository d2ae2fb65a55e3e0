// The little of a browser's document that the viewer asks for, so that Python draws with the viewer's own modules.
// Nothing is laid out and nothing is listened to: a frame reads elements, attributes and texts only.

import { cssSelector, splitOutside } from "../style.js";

class GtTexts {
  constructor(node) {
    this.node = node;
  }
  get all() {
    return (this.node.attrs.get("class") ?? "").split(/\s+/).filter(Boolean);
  }
  set all(names) {
    this.node.attrs.set("class", [...new Set(names)].join(" "));
  }
  contains(name) {
    return this.all.includes(name);
  }
  add(...names) {
    this.all = [...this.all, ...names];
  }
  remove(...names) {
    this.all = this.all.filter((name) => !names.includes(name));
  }
  toggle(name, force = !this.contains(name)) {
    if (force) this.add(name);
    else this.remove(name);
    return force;
  }
  [Symbol.iterator]() {
    return this.all[Symbol.iterator]();
  }
}

const gtNothing = () => {};
const GT_DRAWING = new Proxy(
  {},
  { get: (_, name) => (name === "measureText" ? () => ({ width: 0 }) : gtNothing), set: () => true },
);

class GtNode {
  constructor(type, name) {
    this.nodeType = type;
    this.localName = name;
    this.parentNode = null;
    this.kids = [];
    this.attrs = new Map();
    this.style = {
      setProperty(key, value) {
        this[key] = value;
      },
      getPropertyValue(key) {
        return this[key] ?? "";
      },
      removeProperty(key) {
        delete this[key];
      },
    };
    this.dataset = new Proxy(this, DATA);
    this.classList = new GtTexts(this);
    this.data = "";
    this.value = "";
  }

  // ---- attributes
  get attributes() {
    return [...this.attrs].map(([name, value]) => ({ name, value }));
  }
  getAttribute(name) {
    return this.attrs.get(name) ?? null;
  }
  hasAttribute(name) {
    return this.attrs.has(name);
  }
  setAttribute(name, value) {
    this.attrs.set(name, String(value));
  }
  removeAttribute(name) {
    this.attrs.delete(name);
  }
  toggleAttribute(name, force = !this.attrs.has(name)) {
    if (force) this.attrs.set(name, "");
    else this.attrs.delete(name);
    return force;
  }
  get className() {
    return this.attrs.get("class") ?? "";
  }
  set className(value) {
    this.attrs.set("class", String(value));
  }
  get id() {
    return this.attrs.get("id") ?? "";
  }
  get hidden() {
    return this.attrs.has("hidden");
  }
  set hidden(value) {
    this.toggleAttribute("hidden", Boolean(value));
  }
  get tagName() {
    return this.localName;
  }

  // ---- the tree
  get childNodes() {
    return this.kids;
  }
  get children() {
    return this.kids.filter(({ nodeType }) => nodeType === 1);
  }
  get childElementCount() {
    return this.children.length;
  }
  get firstChild() {
    return this.kids[0] ?? null;
  }
  get lastChild() {
    return this.kids.at(-1) ?? null;
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get parentElement() {
    return this.parentNode;
  }
  get nextSibling() {
    return this.beside(1);
  }
  get previousSibling() {
    return this.beside(-1);
  }
  get isConnected() {
    return false;
  }
  get ownerDocument() {
    return document;
  }
  beside(by) {
    return this.parentNode?.kids[this.parentNode.kids.indexOf(this) + by] ?? null;
  }
  put(at, nodes) {
    const real = nodes.flatMap((node) =>
      node instanceof GtNode ? (node.nodeType === 11 ? [...node.kids] : [node]) : [document.createTextNode(node)],
    );
    for (const node of real) {
      node.remove();
      node.parentNode = this;
    }
    this.kids.splice(Math.min(at, this.kids.length), 0, ...real);
  }
  append(...nodes) {
    this.put(this.kids.length, nodes);
  }
  prepend(...nodes) {
    this.put(0, nodes);
  }
  appendChild(node) {
    this.append(node);
    return node;
  }
  removeChild(node) {
    node.remove();
    return node;
  }
  insertBefore(node, mark) {
    node.remove?.();
    this.put(mark ? this.kids.indexOf(mark) : this.kids.length, [node]);
    return node;
  }
  before(...nodes) {
    for (const node of nodes) this.parentNode?.insertBefore(node, this);
  }
  after(...nodes) {
    const mark = this.nextSibling;
    for (const node of nodes) this.parentNode?.insertBefore(node, mark);
  }
  replaceChildren(...nodes) {
    for (const kid of this.kids) kid.parentNode = null;
    this.kids = [];
    this.append(...nodes);
  }
  replaceWith(...nodes) {
    const mark = this.nextSibling;
    const home = this.parentNode;
    this.remove();
    for (const node of nodes) home?.insertBefore(node, mark);
  }
  remove() {
    if (!this.parentNode) return;
    this.parentNode.kids.splice(this.parentNode.kids.indexOf(this), 1);
    this.parentNode = null;
  }
  contains(node) {
    for (let at = node; at; at = at.parentNode) if (at === this) return true;
    return false;
  }
  get textContent() {
    return this.nodeType === 3
      ? this.data
      : this.below()
          .filter(({ nodeType }) => nodeType === 3)
          .map(({ data }) => data)
          .join("");
  }
  set textContent(text) {
    if (this.nodeType === 3) this.data = String(text);
    else this.replaceChildren(...(text === "" || text === null ? [] : [document.createTextNode(text)]));
  }
  get nodeValue() {
    return this.nodeType === 3 ? this.data : null;
  }
  cloneNode(deep = false) {
    const copy = new GtNode(this.nodeType, this.localName);
    copy.attrs = new Map(this.attrs);
    copy.data = this.data;
    if (deep) copy.append(...this.kids.map((kid) => kid.cloneNode(true)));
    return copy;
  }

  // ---- looking for elements, as ../style.js reads selectors
  get tag() {
    return this.localName;
  }
  get up() {
    return this.parentNode;
  }
  has(name) {
    return this.classList.contains(name);
  }
  attr(name) {
    return this.getAttribute(name);
  }
  below() {
    const found = [];
    const open = [...this.kids].reverse();
    while (open.length) {
      const node = open.pop();
      found.push(node);
      for (let i = node.kids.length - 1; i >= 0; i -= 1) open.push(node.kids[i]);
    }
    return found;
  }
  matches(text) {
    return this.nodeType === 1 && gtSelectors(text).some((one) => one.matches(this));
  }
  closest(text) {
    for (let at = this; at; at = at.parentNode) if (at.matches(text)) return at;
    return null;
  }
  querySelectorAll(text) {
    const wanted = gtSelectors(text);
    return this.below().filter((node) => node.nodeType === 1 && wanted.some((one) => one.matches(node)));
  }
  querySelector(text) {
    return this.querySelectorAll(text)[0] ?? null;
  }

  // ---- what has no place here: size, focus, pointer, pixels
  get clientWidth() {
    return 0;
  }
  get clientHeight() {
    return 0;
  }
  get offsetWidth() {
    return 0;
  }
  get offsetHeight() {
    return 0;
  }
  get offsetTop() {
    return 0;
  }
  get offsetLeft() {
    return 0;
  }
  get scrollHeight() {
    return 0;
  }
  get scrollWidth() {
    return 0;
  }
  getBoundingClientRect() {
    return { x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  }
  getBBox() {
    return this.getBoundingClientRect();
  }
  getComputedTextLength() {
    return 0;
  } // the frame measures by table
  getContext() {
    return GT_DRAWING;
  }
  getRootNode() {
    return document;
  }
}
for (const name of [
  "addEventListener",
  "removeEventListener",
  "dispatchEvent",
  "focus",
  "blur",
  "click",
  "scrollIntoView",
  "scrollTo",
  "setPointerCapture",
  "releasePointerCapture",
  "animate",
])
  GtNode.prototype[name] = gtNothing;

const DATA = {
  get: (node, name) => node.attrs.get(gtDashed(name)),
  set: (node, name, value) => {
    node.attrs.set(gtDashed(name), String(value));
    return true;
  },
  deleteProperty: (node, name) => node.attrs.delete(gtDashed(name)),
};
const gtDashed = (name) => `data-${String(name).replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`)}`;
const GT_SELECTORS = new Map();

function gtSelectors(text) {
  if (!GT_SELECTORS.has(text)) GT_SELECTORS.set(text, splitOutside(text.replaceAll("'", '"'), /,/).map(cssSelector));
  return GT_SELECTORS.get(text);
}

class GtObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
class GtAbort {
  constructor() {
    this.signal = {};
  }
  abort() {}
}

const document = new GtNode(9, "#document");
Object.assign(document, {
  createElement: (name) => new GtNode(1, name),
  createElementNS: (_, name) => new GtNode(1, name),
  createTextNode: (text) => Object.assign(new GtNode(3, "#text"), { data: String(text) }),
  createDocumentFragment: () => new GtNode(11, "#fragment"),
  activeElement: null,
  body: new GtNode(1, "body"),
  documentElement: new GtNode(1, "html"),
  fonts: { ready: Promise.resolve() },
});

const GT_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function atob(text) {
  let bits = 0;
  let held = 0;
  let found = "";
  for (const char of text.replace(/=+$/, "")) {
    held = ((held << 6) | GT_BASE64.indexOf(char)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      found += String.fromCharCode((held >> bits) & 255);
    }
  }
  return found;
}

Object.assign(globalThis, {
  document,
  window: globalThis,
  atob,
  innerWidth: 1600,
  innerHeight: 1000,
  devicePixelRatio: 1,
  scrollX: 0,
  scrollY: 0,
  ResizeObserver: GtObserver,
  IntersectionObserver: GtObserver,
  MutationObserver: GtObserver,
  AbortController: GtAbort,
  addEventListener: gtNothing,
  removeEventListener: gtNothing,
  requestAnimationFrame: () => 0,
  cancelAnimationFrame: gtNothing,
  setTimeout: () => 0,
  clearTimeout: gtNothing,
  setInterval: () => 0,
  clearInterval: gtNothing, // a frame waits for nothing
  matchMedia: () => ({ matches: true, addEventListener: gtNothing }), // motion is reduced: to nothing
  getComputedStyle: (node) => node.style,
  performance: { now: () => 0 },
  Path2D: class {},
  Node: GtNode,
  Element: GtNode,
  HTMLElement: GtNode,
  SVGElement: GtNode,
  CSS: { escape: (text) => text },
});
