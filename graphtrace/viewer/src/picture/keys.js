// What the keyboard does in the picture: arrows walk from card to card, signs zoom, a stroke searches.

import { around } from "../dom.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {(() => void) | null | undefined | false} Command */

const ZOOM = 1.25;
/** @type {Record<string, readonly [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} KeysParts
 * @property {import("./camera.js").Camera} camera
 * @property {import("./modules.js").Modules} modules
 * @property {import("./pointer.js").Pointer} pointer
 * @property {import("./search.js").Search} search
 * @property {import("./selection.js").Selection} selection
 * @property {() => boolean} playing Whether a recording plays: arrows are its own then, unless with shift.
 * @property {(event: KeyboardEvent) => boolean} player Takes the keys of the player.
 * @property {(box: Box) => void} walk Go to a card with the focus.
 * @property {() => void} focus The focus goes to the card in the tab order.
 */

export class Keys {
  /** @param {KeysParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target === this.parts.search.field;
    if (!typing && this.parts.player(event)) return;
    const run = typing ? this.typed(event) : this.command(event);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  /** In the search field. @param {KeyboardEvent} event @returns {Command} */
  typed({ key }) {
    const { search, selection, focus } = this.parts;
    if (key === "Enter")
      return () => {
        const hit = search.after(selection.selected);
        if (hit) selection.select(hit);
      };
    if (key !== "Escape") return null;
    return () => {
      search.clear();
      focus();
    };
  }

  /** @param {KeyboardEvent} event @returns {Command} */
  command(event) {
    const way = WAYS[event.key];
    const box = this.parts.pointer.boxAt(event);
    if (way && box && (!this.parts.playing() || event.shiftKey)) return () => this.walk(box, way);
    return this.onCard(event, box) || this.anywhere(event.key);
  }

  /** @param {KeyboardEvent} event @param {Box | null} box @returns {Command} */
  onCard(event, box) {
    const { modules, pointer, selection } = this.parts;
    if (event.key === "o") return box?.openable && (() => modules.open(box));
    if (event.key !== "Enter" && event.key !== " ") return null;
    if (around(event, ".switch")) return () => pointer.press(event);
    return box && (() => selection.select(box));
  }

  /** @param {string} key @returns {Command} */
  anywhere(key) {
    const { camera, search, selection } = this.parts;
    /** @type {Record<string, () => void>} */
    const commands = {
      "+": () => camera.zoomBy(ZOOM),
      "=": () => camera.zoomBy(ZOOM),
      "-": () => camera.zoomBy(0.8),
      0: () => camera.fit(true),
      Escape: () => selection.select(null),
      "/": () => search.field.focus(),
    };
    return commands[key];
  }

  /** @param {Box} box @param {readonly [number, number]} way */
  walk(box, way) {
    const best = this.parts.selection.structure.neighbour(box, way);
    if (best) this.parts.walk(best);
  }
}
