// The search field: which cards have a text, one after the other.

import { NOTHING } from "./structure.js";

/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").Box} Box */

export class Search {
  /**
   * @param {HTMLInputElement} field
   * @param {HTMLElement} count Says how many were found.
   * @param {(name: string) => string} say
   * @param {() => void} onFind
   */
  constructor(field, count, say, onFind) {
    this.field = field;
    this.count = count;
    this.say = say;
    this.onFind = onFind;
    this.structure = NOTHING;
    /** @type {Box[]} */
    this.hits = [];
  }

  /** @param {Structure} structure */
  load(structure) {
    this.structure = structure;
    this.hits = [];
  }

  /** Ids of what was found; nothing: nothing is searched. @returns {Set<number> | null} */
  get ids() {
    return this.active ? new Set(this.hits.map(({ id }) => id)) : null;
  }

  get active() {
    return Boolean(this.field.value.trim());
  }

  find() {
    this.hits = this.structure.find(this.field.value);
    this.count.textContent = this.active ? this.say("found").replace("{n}", String(this.hits.length)) : "";
    this.onFind();
  }

  clear() {
    this.field.value = "";
    this.find();
  }

  /** The hit after a box. @param {Box | null} box @returns {Box | undefined} */
  after(box) {
    return this.hits[(this.hits.findIndex((hit) => hit === box) + 1) % this.hits.length];
  }
}
