// The chosen card, the one that the tab key reaches, the one that is pointed at, and what is lit with them.

import { keysOf } from "../draw/card.js";
import { NOTHING } from "./structure.js";

/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").Box} Box */

/**
 * @typedef {object} SelectionParts
 * @property {() => boolean} playing Whether a recording plays: what is pointed at is lit itself then.
 * @property {(box: Box | null, quiet: boolean, pressed: boolean) => void} onSelect `quiet`: nobody asked for it;
 *   `pressed`: the card itself was.
 * @property {(boxes: Box[]) => void} onLight Told of the boxes that are pointed at and chosen.
 */

export class Selection {
  /** @param {SelectionParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.structure = NOTHING;
    /** @type {Box | null} */
    this.selected = null;
    /** @type {string | null} Key of a node of the selected box: it survives a change of view. */
    this.picked = null;
    /** @type {Box | null} Only one card is in the tab order: arrows walk from it. */
    this.tab = null;
    /** @type {import("./structure.js").Lit} */
    this.lit = { cards: new Set(), links: new Set() };
  }

  /** @param {Structure} structure */
  load(structure) {
    this.structure = structure;
    this.selected = null;
    this.tab = structure.first() ?? null;
    this.lit = { cards: new Set(), links: new Set() };
  }

  /** @param {Box | null} box @param {boolean} quiet @param {boolean} pressed */
  select(box, quiet = false, pressed = false) {
    this.selected = box;
    this.picked = (box && keysOf(box)[0]) ?? null;
    if (box) this.tab = box;
    this.point(null);
    this.parts.onSelect(box, quiet, pressed);
  }

  /** In a new structure: what was chosen in the one before. */
  reselect() {
    const { picked } = this;
    const box = picked === null ? null : (this.structure.withKey(picked) ?? null);
    if (!box) {
      this.parts.onSelect(null, true, false);
      return;
    }
    this.select(box, true);
    this.picked = picked;
  }

  /** Light a box, what it is joined with, and the other cards of a shared leaf. @param {Box | null} box */
  point(box) {
    const boxes = [...new Set([box, this.selected])].filter((one) => one !== null);
    this.lit = this.structure.near(boxes);
    if (this.parts.playing()) for (const { id } of boxes) this.lit.cards.add(id);
    this.parts.onLight(boxes);
  }

  /** @param {Box} box */
  rove(box) {
    this.tab = box;
  }
}
