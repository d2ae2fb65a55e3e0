// The inspector: what a card stands for, in words and tables.

import { button, el } from "../dom.js";
import { NOTHING } from "../picture/structure.js";
import { drawNode } from "./node.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../picture/structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").NodeFacts} NodeFacts */

const FEW = 9; // nodes, of which the first is unfolded

/**
 * @typedef {object} InspectorParts
 * @property {HTMLElement} panel
 * @property {import("../draw/types.js").Say} say
 * @property {(box: Box | null) => void} select
 * @property {(box: Box) => void} open Open a module.
 */

export class Inspector {
  /** @param {InspectorParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.structure = NOTHING;
    /** @type {import("./step.js").StepFacts | null} What a recording shows at its step; none: nothing plays. */
    this.step = null;
    /** @type {((box: Box) => HTMLElement[])} What a host offers to do, below the name. */
    this.offers = () => [];
    /** @type {Box | null} */
    this.box = null;
  }

  /** @param {Structure} structure */
  load(structure) {
    this.structure = structure;
    this.box = null;
  }

  get hidden() {
    return this.parts.panel.hidden;
  }

  hide() {
    this.box = null;
    this.parts.panel.hidden = true;
  }

  /** @param {Box} box */
  show(box) {
    const { panel } = this.parts;
    this.box = box;
    panel.replaceChildren(...this.head(box), ...this.notes(box));
    if (this.step && (box.nodes.length || box.kind === "data")) panel.append(this.step.explain(box));
    panel.append(...this.nodes(box));
    this.refreshStates();
    panel.hidden = false;
    panel.scrollTop = 0;
  }

  /** The step has changed. */
  refresh() {
    this.refreshStates();
    if (this.box && this.step?.section?.isConnected) this.step.section.replaceWith(this.step.explain(this.box));
  }

  /** A saved tensor's state is that of this step. */
  refreshStates() {
    const { panel, say } = this.parts;
    for (const shelf of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-shelf]"))) {
      const state = this.step?.savedState(Number(shelf.dataset.shelf)) ?? "none";
      shelf.className = `state ${state}`;
      shelf.textContent = say(state === "none" ? "not_yet" : `saved_${state}`);
    }
  }

  /** @param {Box} box */
  head(box) {
    const { say, select } = this.parts;
    const close = button({ class: "close", "aria-label": say("close_panel"), text: "×" }, () => select(null));
    const kind = el("p", { class: "kicker", text: say(`kind_${box.kind}`) });
    return [
      el("div", { class: "head" }, kind, close),
      el("h2", { text: box.title || say("stub") }),
      ...this.offers(box),
    ];
  }

  /** @param {Box} box */
  notes(box) {
    const { say, open } = this.parts;
    const notes = [];
    if (box.kind === "stub") notes.push(el("p", { text: say("stub_long") }));
    if (box.openable) notes.push(button({ class: "wide", text: say("open") }, () => open(box)));
    if (box.twin !== null) {
      const count = this.structure.copies(box).length;
      notes.push(el("p", { class: "hint", text: say("twins").replace("{n}", String(count)) }));
    }
    return notes;
  }

  /** @param {Box} box */
  nodes(box) {
    const context = {
      say: this.parts.say,
      boxOf: (/** @type {number} */ node) => this.structure.byNode.get(node),
      select: this.parts.select,
      playing: this.step !== null,
    };
    const { nodes, more = 0 } = box;
    const parts =
      nodes.length === 1
        ? drawNode(nodes[0], context)
        : nodes.map((node, i) => folded(node, i === 0 && nodes.length < FEW, drawNode(node, context, true)));
    if (more > 0) parts.push(el("p", { class: "hint", text: this.parts.say("more").replace("{n}", String(more)) }));
    return parts;
  }
}

/** @param {NodeFacts} node @param {boolean} open @param {HTMLElement[]} parts */
const folded = (node, open, parts) =>
  el(
    "details",
    open ? { open: "" } : {},
    el("summary", {}, el("code", { text: node.type }), el("span", { text: node.name ?? "" })),
    ...parts,
  );
