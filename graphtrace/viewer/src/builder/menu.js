// The menu of a plus: common layers first, the others below, all of them found by typing.

import { el } from "../dom.js";

/** @typedef {import("./types.js").ListData} ListData */

const BLOCKS = new Set(["Residual", "Parallel", "Repeat"]);

/**
 * Kinds that a text finds, by name or by what they do; those whose name begins with it first.
 * @param {string[]} kinds
 * @param {string} typed
 * @param {Record<string, string>} words
 */
export function matching(kinds, typed, words) {
  const text = typed.trim().toLowerCase();
  if (!text) return kinds;
  const rank = (/** @type {string} */ kind) => {
    const name = kind.toLowerCase();
    if (name.startsWith(text)) return 0;
    if (name.includes(text)) return 1;
    return words[kind]?.toLowerCase().includes(text) ? 2 : 3;
  };
  return kinds.filter((kind) => rank(kind) < 3).sort((a, b) => rank(a) - rank(b));
}

export class LayerMenu {
  /** @param {(kind: string, gap: HTMLElement) => void} choose */
  constructor(choose) {
    this.choose = choose;
    /** @type {ListData["kinds"]} */
    this.kinds = [[], []];
    /** @type {Record<string, string>} */
    this.words = {};
    /** @type {HTMLElement | null} */
    this.gap = null;
    this.nests = true;
    this.active = 0;
    this.search = el("input", { type: "text", role: "combobox", "aria-expanded": "true", autocomplete: "off" });
    this.list = el("div", { class: "options", role: "listbox", id: "lb-options" });
    this.search.setAttribute("aria-controls", "lb-options");
    this.root = el("div", { class: "menu", popover: "auto" }, this.search, this.list);
    this.search.addEventListener("input", () => this.draw());
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("toggle", (event) => this.toggled(/** @type {ToggleEvent} */ (event)));
  }

  /** @param {ToggleEvent} event */
  toggled({ newState }) {
    this.gap?.classList.toggle("asked", newState === "open");
    if (newState !== "open" && this.root.contains(/** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement)) {
      this.gap?.focus();
    }
  }

  /** @param {HTMLElement} gap @param {boolean} nests Whether blocks fit there. */
  open(gap, nests) {
    this.gap = gap;
    this.nests = nests;
    this.search.value = "";
    this.search.placeholder = this.words.search;
    this.search.setAttribute("aria-label", this.words.search);
    this.list.setAttribute("aria-label", this.words.add);
    this.draw();
    this.root.showPopover();
    this.place(gap.getBoundingClientRect());
    this.search.focus();
  }

  /** Below the plus, or above it where there is more room. @param {DOMRect} at */
  place(at) {
    const below = innerHeight - at.bottom - 12;
    const above = at.top - 12;
    const under = below >= 320 || below >= above;
    const { style } = this.root;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - 328))}px`;
    style.maxHeight = `${Math.min(520, under ? below : above)}px`;
    style.top = under ? `${at.bottom + 4}px` : "auto";
    style.bottom = under ? "auto" : `${innerHeight - at.top + 4}px`;
  }

  /** @returns {HTMLElement[]} */
  get options() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.list.querySelectorAll("[role=option]"))];
  }

  draw() {
    const { words, search, nests } = this;
    const parts = this.kinds.map((kinds) =>
      matching(kinds, search.value, words).filter((kind) => nests || !BLOCKS.has(kind)),
    );
    let count = 0;
    const option = (/** @type {string} */ kind) => {
      const about = el("span", { text: words[kind] });
      const made = el(
        "div",
        { role: "option", id: `lb-${kind}`, "data-kind": kind, "data-at": count++ },
        el("b", { text: kind }),
        about,
      );
      made.setAttribute("aria-label", `${kind}: ${words[kind]}`);
      made.addEventListener("click", () => this.take(kind));
      return made;
    };
    const titled = search.value ? [] : [words.common, words.other];
    this.list.replaceChildren(
      ...parts.flatMap((kinds, i) => [
        titled[i] ? el("p", { text: titled[i], "aria-hidden": "true" }) : "",
        ...kinds.map(option),
      ]),
      count ? "" : el("p", { text: words.none_found }),
    );
    this.activate(0);
  }

  /** @param {number} at */
  activate(at) {
    const { options } = this;
    this.active = options.length ? (at + options.length) % options.length : 0;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.active)));
    const chosen = options[this.active];
    this.search.setAttribute("aria-activedescendant", chosen?.id ?? "");
    chosen?.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { options, active } = this;
    if (event.key === "ArrowDown") this.activate(active + 1);
    else if (event.key === "ArrowUp") this.activate(active - 1);
    else if (event.key === "Enter" && options[active]) this.take(String(options[active].dataset.kind));
    else return;
    event.preventDefault();
  }

  /** @param {string} kind */
  take(kind) {
    const { gap } = this;
    this.root.hidePopover();
    if (gap) this.choose(kind, gap);
  }
}
