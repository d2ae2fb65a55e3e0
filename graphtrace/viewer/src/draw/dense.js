// A large graph's geometry arrives in columns (graphtrace/viewer/dense.py): cards and nodes are put together when they
// are looked at.

import { KIT } from "../generated/kit.js";

/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").FarEnd} FarEnd */
/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Meta} Meta */
/** @typedef {import("./types.js").NodeFacts} NodeFacts */
/** @typedef {import("./types.js").SavedFacts} SavedFacts */
/** @typedef {[place: number, alias: string | null, version: number | null]} SavedRow Place among `kept`. */
/**
 * @typedef {[key: string, type: number, metas: number, saved: SavedRow[], none: number, name?: string]} NodeRow Places.
 */

/**
 * @typedef {object} Dense
 * @property {Omit<Box, "id" | "x" | "y" | "twin" | "nodes">[]} cards Each once.
 * @property {number[]} spots Four numbers a box: its card, x, y, and its twins or -1.
 * @property {(number | number[])[]} boxNodes Per box.
 * @property {string[]} labels Of lines, each once.
 * @property {number[]} ends Four numbers a line: its source, its target, how many edges, its label.
 * @property {number[][]} points Per line: x, y of the first, then the way from each to the next.
 * @property {NodeRow[]} nodeRows
 * @property {[type: string, kind: string, module: string, slots: number][]} types
 * @property {Meta[][]} metas
 * @property {SavedFacts[]} kept
 * @property {number[][]} nones Slots without an edge.
 * @property {Record<number, NodeFacts["param"]>} params By node.
 * @property {number[]} edgeRows Four numbers an edge: its source, slot, target, input_nr.
 */

const { detailed: DETAILED, ends: ENDS } = KIT; // nodes of a box and edges of a node that are listed

/** Boxes and links that are put together when they are looked at. @param {Geometry} geo @returns {Geometry} */
export function unpacked(geo) {
  if (!geo.dense) return geo;
  const pack = new Pack(geo.dense);
  const { spots, ends } = geo.dense;
  const boxes = Array.from({ length: spots.length / 4 }, (_, id) => new PackedBox(pack, id));
  const links = Array.from({ length: ends.length / 4 }, (_, i) => pack.link(i));
  return { ...geo, boxes, links, dense: null };
}

/** @implements {Box} */
class PackedBox {
  /** @param {Pack} pack @param {number} id */
  constructor(pack, id) {
    const [card, x, y, twin] = pack.sent.spots.slice(4 * id, 4 * id + 4);
    this.id = id;
    this.x = x;
    this.y = y;
    /** @type {number | null} */
    this.twin = twin < 0 ? null : twin;
    this.card = pack.sent.cards[card];
    this.pack = pack;
  }

  get kind() {
    return this.card.kind;
  }

  get title() {
    return this.card.title;
  }

  get subtitle() {
    return this.card.subtitle;
  }

  get text() {
    return this.card.text;
  }

  get group() {
    return this.card.group;
  }

  get openable() {
    return this.card.openable;
  }

  get path() {
    return this.card.path;
  }

  get w() {
    return this.card.w;
  }

  get h() {
    return this.card.h;
  }

  get lines() {
    return this.card.lines;
  }

  get details() {
    return this.card.details;
  }

  /** @returns {number[]} */
  get ids() {
    const ids = this.pack.sent.boxNodes[this.id];
    return Array.isArray(ids) ? ids : [ids];
  }

  get keys() {
    return this.ids.slice(0, DETAILED).map((id) => this.pack.sent.nodeRows[id][0]);
  }

  get nodes() {
    return this.ids.slice(0, DETAILED).map((id) => this.pack.node(id));
  }

  get more() {
    return Math.max(0, this.ids.length - DETAILED);
  }
}

class Pack {
  /** @param {Dense} sent */
  constructor(sent) {
    this.sent = sent;
  }

  /** @param {number} i @returns {Link} */
  link(i) {
    const { ends, labels, points } = this.sent;
    const [s, t, count, label] = ends.slice(4 * i, 4 * i + 4);
    const path = Float32Array.from(points[i]);
    for (let p = 2; p < path.length; p += 1) path[p] += path[p - 2];
    return { s, t, count, label: labels[label], points: path };
  }

  /** @param {number} id @returns {NodeFacts} */
  node(id) {
    const { nodeRows, types, metas, kept, nones, params } = this.sent;
    const [key, place, outputs, saved, none, name = null] = nodeRows[id];
    const [type, kind, module, slots] = types[place];
    const [out, into] = this.ends(id);
    return {
      ...{ id, key, type, kind, module, slots, name },
      param: params[id] ?? null,
      metas: metas[outputs],
      none: nones[none],
      saved: saved.map(([tensor, alias, version]) => ({ ...kept[tensor], alias, version })),
      out: out.slice(0, ENDS),
      out_more: Math.max(0, out.length - ENDS),
      in: into.slice(0, ENDS),
      in_more: Math.max(0, into.length - ENDS),
    };
  }

  /**
   * The edges of one node, with their far ends: one sweep over all edges, when a node is looked at.
   * @param {number} id
   */
  ends(id) {
    const { edgeRows } = this.sent;
    /** @type {FarEnd[]} */
    const out = [];
    /** @type {FarEnd[]} */
    const into = [];
    for (let at = 0; at < edgeRows.length; at += 4) {
      if (edgeRows[at] === id) out.push(this.end(edgeRows[at + 2], at));
      if (edgeRows[at + 2] === id) into.push(this.end(edgeRows[at], at));
    }
    return [out, into];
  }

  /** @param {number} node The far end. @param {number} at Of the edge. @returns {FarEnd} */
  end(node, at) {
    const { edgeRows, nodeRows, types } = this.sent;
    const [key, place] = nodeRows[node];
    return { node, key, type: types[place][0], slot: edgeRows[at + 1], input_nr: edgeRows[at + 3] };
  }
}
