// What a host offers to do to the selected card, below its name. The buttons are code, as torch has it.

import { button, el } from "../dom.js";
import { moduleOf } from "../playing/parameters.js";

/** @typedef {import("../draw/types.js").Box} Box */

/**
 * @typedef {object} Actions What the host offers.
 * @property {Record<string, [learns: boolean, graded: boolean]>} params By name.
 * @property {string[]} modules
 * @property {Record<string, string>} hooks What is hooked to a module's output.
 * @property {Record<string, string>} words
 */

/** @typedef {{ do: string, name?: string, on?: boolean }} Action */

/** The parameters of a card. @param {Box} box @param {string[]} names Of all. @returns {string[]} */
export function parametersOf(box, names) {
  const modules = modulesOf(box);
  const inModule = (/** @type {string} */ name) => box.kind !== "leaf" && modules.includes(moduleOf(name));
  return names.filter((name) => inModule(name) || box.blocks?.some((block) => block.name === name));
}

export class ActionList {
  /** @param {(action: Action) => void} act */
  constructor(act) {
    this.act = act;
    /** @type {Actions | null} */
    this.actions = null;
    /** Once unfolded it stays so for the next card. */
    this.open = false;
  }

  /**
   * Folded, so that what the card computes comes first.
   * @param {Box} box
   * @param {number[]} roots Nodes that a pass starts from.
   * @returns {HTMLElement[]}
   */
  draw(box, roots) {
    const { actions } = this;
    if (!actions) return [];
    const rows = [...this.parameters(box, actions), ...this.output(box, actions), ...this.backward(box, roots)];
    if (!rows.length) return [];
    const { title, what } = actions.words;
    const head = el("summary", {}, el("h3", { text: title }), el("span", { text: what }));
    const list = el("details", { class: "acts", ...(this.open ? { open: "" } : {}) }, head, ...rows);
    list.addEventListener("toggle", () => {
      this.open = list.open;
    });
    return [list];
  }

  /** @param {string} text @param {Action} action @param {boolean} [pressed] */
  button(text, action, pressed) {
    const state = pressed === undefined ? {} : { "aria-pressed": String(pressed) };
    return button({ class: "act", text, ...state }, () => this.act(action));
  }

  /** @param {Box} box @param {Actions} actions */
  parameters(box, { params, words }) {
    const own = parametersOf(box, Object.keys(params));
    return Object.entries(params)
      .filter(([name]) => own.includes(name))
      .map(([name, [learns, graded]]) =>
        el(
          "p",
          {},
          el("strong", { text: name }),
          this.button("requires_grad_(False)", { do: "freeze", name, on: learns }, !learns),
          this.button(words.numbers, { do: "numbers", name }),
          graded ? this.button(words.grad, { do: "numbers", name: `${name}.grad` }) : null,
        ),
      );
  }

  /** @param {Box} box @param {Actions} actions */
  output(box, { modules, hooks, words }) {
    const path = modulesOf(box).findLast((name) => modules.includes(name));
    if (!path || box.kind === "leaf") return [];
    const buttons = ["detach", "retain_grad"].map((name) => {
      const hooked = hooks[path] === name;
      return this.button(`${name}()`, { do: name, name: path, on: !hooked }, hooked);
    });
    return [el("p", {}, el("strong", { text: `${words.output} ${path}` }), ...buttons)];
  }

  /** @param {Box} box @param {number[]} roots */
  backward(box, roots) {
    if (!box.nodes.some(({ id }) => roots.includes(id))) return [];
    return [el("p", {}, this.button("backward(retain_graph=True)", { do: "keep" }))];
  }
}

/** @param {Box} box @returns {string[]} */
const modulesOf = ({ nodes }) => [...new Set(nodes.map(({ module }) => module).filter(Boolean))];
