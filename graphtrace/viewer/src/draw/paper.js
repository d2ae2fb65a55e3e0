// A tree as a file has it: the looks of the stylesheet as attributes, nothing that only a page needs, and on a
// worksheet numbers left out or marked.

import { blankKinds, withoutNumbers, hasNumbers } from "./blank.js";
import { squeezed, textWidth, twoPlaces } from "./text.js";
import { element, textOf } from "./tree.js";

/** @typedef {import("./tree.js").Tree} Tree */
/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./tree.js").Attributes} Attributes */

const KEPT = new Set(
  "x y width height rx ry r cx cy d points transform fill fill-opacity stroke stroke-width stroke-dasharray opacity font-size font-weight text-anchor".split(
    " ",
  ),
);
const LEAST = 0.5; // of its own width, to which a text may be squeezed where a font is wide

/**
 * @typedef {{ within: string[], kind: string }} Place Class names around an element, and the kind of number that is
 *   left out there.
 */

export class Paper {
  /**
   * @param {import("./looks.js").Looks} looks
   * @param {string[]} [blank] Kinds of numbers to leave out.
   * @param {boolean} [key] Whether to write and mark them instead.
   */
  constructor(looks, blank = [], key = false) {
    this.looks = looks;
    this.blank = new Set(blank);
    this.key = key;
    /** @type {WeakMap<TreeElement, TreeElement | null>} */
    this.known = new WeakMap();
  }

  /** @param {Tree[]} trees @param {Place} [place] @returns {TreeElement[]} */
  all(trees, place = { within: [], kind: "" }) {
    return trees.flatMap((tree) => (typeof tree === "string" ? [] : this.one(tree, place)));
  }

  /**
   * What has a key comes again, often unchanged.
   * @param {TreeElement} tree
   * @param {Place} place
   * @returns {TreeElement[]}
   */
  one(tree, place) {
    if (tree.key === undefined) return this.drawn(tree, place);
    const known = this.known.get(tree);
    if (known !== undefined) return known ? [known] : [];
    const [drawn] = this.drawn(tree, place);
    this.known.set(tree, drawn ?? null);
    return drawn ? [drawn] : [];
  }

  /** @param {TreeElement} tree @param {Place} place @returns {TreeElement[]} */
  drawn(tree, { within, kind }) {
    if (tree.tag === "title") return this.blank.size ? [] : [tree];
    const name = String(tree.attrs.class ?? "");
    const words = name.split(" ");
    if (words.includes("exact")) return this.all(tree.children.slice(1), { within, kind }); // a file has no hovering
    if (words.includes("switch")) return []; // what opens a module is of no use on paper
    const emptied = kind && !this.key && tree.tag === "rect" && words.includes("cell");
    const look = this.looks.of(tree.tag, emptied ? "cell empty" : name, within);
    const attrs = { ...kept(tree.attrs), ...look, ...(emptied ? { "fill-opacity": 1 } : {}) };
    if (tree.tag === "text") return this.text(tree, attrs, { kind, words });
    const inner = { within: [...within, name], kind: words.includes("block") ? this.kindOf(tree) : kind };
    const children = this.all(tree.children, inner);
    return tree.tag === "g" && !children.length ? [] : [{ ...tree, attrs, children }];
  }

  /** The kind of number in a block, where that is asked for. @param {TreeElement} block */
  kindOf({ attrs }) {
    return blankKinds(attrs["data-role"]).find((kind) => this.blank.has(kind)) ?? "";
  }

  /** @param {TreeElement} tree @param {Attributes} attrs @param {{ kind: string, words: string[] }} place */
  text(tree, attrs, { kind, words }) {
    const whole = textOf(tree);
    const asked = kind && !words.includes("label") && !(kind === "grad" && words.includes("strong"));
    const cell = words.includes("number");
    const text = !asked || this.key ? whole : cell ? "" : withoutNumbers(whole);
    if (!text) return [];
    const marked = asked && this.key && (cell ? whole !== "·" : hasNumbers(whole));
    const look = marked ? { ...attrs, "font-weight": 700 } : attrs;
    const room = Number(tree.attrs["data-room"]);
    return [...(marked ? [underline(look, text, room)] : []), written(look, text, room)];
  }
}

/** @param {Attributes} attrs */
const kept = (attrs) => Object.fromEntries(Object.entries(attrs).filter(([name]) => KEPT.has(name)));

/** @param {Attributes} attrs @returns {[size: number, bold: boolean]} */
const font = (attrs) => [Number(attrs["font-size"] ?? 11), Number(attrs["font-weight"] ?? 400) >= 600];

/** @param {Attributes} attrs @param {string} text @param {number} room */
function written(attrs, text, room) {
  const limits = room ? { "data-room": twoPlaces(room), "data-least": LEAST } : {};
  return element("text", { ...attrs, ...limits, ...squeezed(text, ...font(attrs), room) }, [text]);
}

/**
 * A line below an answer, in its own ink: greyscale and colour-blind eyes find it too.
 * @param {Attributes} attrs
 * @param {string} text
 * @param {number} room
 */
function underline({ x, y, fill, ...look }, text, room) {
  const natural = textWidth(text, ...font(look));
  const width = Math.min(0.84 * natural, room || natural);
  const share = { middle: 0.5, end: 1 }[String(look["text-anchor"])] ?? 0;
  const path = `M${twoPlaces(Number(x) - width * share)} ${twoPlaces(Number(y) + 2.5)}h${twoPlaces(width)}`;
  return element("path", { d: path, stroke: fill, "stroke-width": 1.2, fill: "none" });
}
