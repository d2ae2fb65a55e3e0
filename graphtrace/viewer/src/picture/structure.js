// What a picture is made of, and who is joined with whom: known before anything is drawn.

import { unpacked } from "../draw/dense.js";
import { keysOf } from "../draw/card.js";
import { EMPTY } from "../draw/playback.js";

/** @typedef {import("../draw/types.js").Geometry} Geometry */
/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").OpenModule} OpenModule */
/** @typedef {{ cards: Set<number>, links: Set<number> }} Lit Boxes by id, links by number. */

const SMALL = 150; // boxes up to which everything is in the document
const USUAL_TYPE = 14; // px
const LINKED = 0.2; // how far away a joined card seems, for the arrow keys

export class Structure {
  /**
   * @param {string} id Equal ids are equal pictures.
   * @param {Geometry} geo
   */
  constructor(id, geo) {
    this.id = id;
    this.geo = unpacked(geo);
    this.large = this.boxes.length > SMALL;
    this.smallest = this.large ? USUAL_TYPE : smallestOf(this.boxes);
    /** Equal shapes look the same, whatever plays in them. */
    this.shape = this.large ? id : shapeOf(this.geo);
    /** @type {[link: number, far: number][][]} Per box its links, each with the box at its other end. */
    this.joins = this.boxes.map(() => []);
    this.geo.links.forEach(({ s, t }, i) => {
      this.joins[s].push([i, t]);
      this.joins[t].push([i, s]);
    });
    /** @type {Map<number, Box[]>} */
    this.twins = new Map();
    for (const box of this.boxes)
      if (box.twin !== null) this.twins.set(box.twin, [...(this.twins.get(box.twin) ?? []), box]);
    this.byNode = boxesByNode(this.boxes);
  }

  get boxes() {
    return this.geo.boxes;
  }

  /** Another pass over the same picture: the boxes stay, what they stand for changes. @param {Geometry} geo */
  adopt(geo) {
    this.boxes.forEach((box, i) => {
      box.nodes = geo.boxes[i].nodes;
    });
    this.byNode = boxesByNode(this.boxes);
  }

  /** The box that has the focus first: that of the root. @returns {Box | undefined} */
  first() {
    return this.byNode.get(this.geo.roots[0]) ?? this.boxes[0];
  }

  /**
   * The first operation of the forward pass: ids count in the order of the backward pass.
   *
   * @returns {Box}
   */
  earliest() {
    const later = (/** @type {Box} */ best, /** @type {Box} */ box) =>
      box.kind !== "leaf" && box.ids?.length && !(box.ids[0] < (best.ids?.[0] ?? NaN)) ? box : best;
    return this.boxes.reduce(later, this.boxes[0]);
  }

  /** @param {string} key Of a node. @returns {Box | undefined} */
  withKey(key) {
    return this.boxes.find((box) => keysOf(box).includes(key));
  }

  /** Where a module is: open, or closed in a box. @param {string} path @returns {OpenModule | Box | undefined} */
  spot(path) {
    const open = this.geo.frames.find((frame) => frame.path === path);
    return open ?? this.boxes.find((box) => box.openable && box.path === path);
  }

  /** All cards of one shared leaf. @param {Box} box @returns {Box[]} */
  copies(box) {
    return box.twin === null ? [box] : (this.twins.get(box.twin) ?? [box]);
  }

  /**
   * What is lit with some boxes: their links, what lies at the far ends, and the other cards of a shared leaf.
   *
   * @param {Box[]} boxes
   * @returns {Lit}
   */
  near(boxes) {
    /** @type {Lit} */
    const lit = { cards: new Set(), links: new Set() };
    for (const box of boxes)
      for (const copy of this.copies(box)) {
        if (copy !== box) lit.cards.add(copy.id);
        for (const [link, far] of this.joins[copy.id]) {
          lit.links.add(link);
          lit.cards.add(far);
        }
      }
    return lit;
  }

  /** Boxes with a text in their title, subtitle or keys. @param {string} text @returns {Box[]} */
  find(text) {
    const wanted = text.trim().toLowerCase();
    const has = (/** @type {Box} */ box) =>
      [box.title, box.subtitle, ...keysOf(box)].some((one) => one.toLowerCase().includes(wanted));
    return wanted ? this.boxes.filter((box) => box.kind !== "stub" && has(box)) : [];
  }

  /**
   * The nearest card in a direction; one that a link joins counts as much nearer.
   *
   * @param {Box} box Where to start.
   * @param {readonly [number, number]} way Of x and y: -1, 0 or 1.
   * @returns {Box | null}
   */
  neighbour(box, [dx, dy]) {
    const linked = new Set(this.joins[box.id].map(([, far]) => far));
    let best = null;
    let least = Infinity;
    for (const other of this.boxes) {
      const x = other.x + other.w / 2 - box.x - box.w / 2;
      const y = other.y + other.h / 2 - box.y - box.h / 2;
      const ahead = x * dx + y * dy;
      if (other === box || other.kind === "stub" || ahead <= 1) continue;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      const cost = (ahead + 2 * aside) * (linked.has(other.id) ? LINKED : 1);
      if (cost < least) [least, best] = [cost, other];
    }
    return best;
  }
}

/** Before there is a picture. */
export const NOTHING = new Structure("", EMPTY);

/** The size of the smallest letters. @param {Box[]} boxes */
function smallestOf(boxes) {
  const sizes = boxes.flatMap(({ lines = [], blocks = [] }) => [
    ...lines.map(({ size }) => size),
    ...blocks.map(({ small }) => small),
  ]);
  return Math.min(USUAL_TYPE, ...sizes);
}

/** @param {Geometry} geo */
function shapeOf({ view, width, height, boxes }) {
  return JSON.stringify([view, width, height, ...boxes.map(({ title, x, y, w, h }) => [title, x, y, w, h])]);
}

/** @param {Box[]} boxes @returns {Map<number, Box>} By the ids of their nodes; the first box of a node counts. */
function boxesByNode(boxes) {
  /** @type {Map<number, Box>} */
  const found = new Map();
  for (const box of boxes)
    for (const id of box.ids ?? box.nodes.map((node) => node.id)) if (!found.has(id)) found.set(id, box);
  return found;
}
