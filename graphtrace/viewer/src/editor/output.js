// What a program printed, as a terminal shows it: what has not been printed yet at the player's place is pale.

import { button, el } from "../dom.js";

/** @typedef {import("./types.js").Ran} Ran */

const MOST = 2_000; // pieces that are drawn

export class Output {
  /** @param {(cursor: number) => void} go */
  constructor(go) {
    this.go = go;
    this.root = el("div", { class: "output", tabindex: 0, role: "log" });
    /** @type {{ cursor: number, row: HTMLElement }[]} */
    this.rows = [];
  }

  /** @param {Ran | null} ran @param {Record<string, string>} texts */
  show(ran, texts) {
    this.root.setAttribute("aria-label", texts.output);
    this.rows = (ran?.printed ?? []).slice(0, MOST).map(([cursor, stream, text]) => ({
      cursor,
      row: this.piece(stream, cursor, text, texts),
    }));
    const end = ran && el("p", { class: ran.well ? "end" : "end failed" }, el("b", { text: ran.word }));
    const error = ran?.error ? el("pre", { class: "error", text: ran.error }) : null;
    this.root.replaceChildren(...this.rows.map(({ row }) => row), ...[error, end].filter((part) => part !== null));
    if (!ran) this.root.append(el("p", { class: "hint", text: texts.hint }));
  }

  /** @param {string} stream @param {number} cursor @param {string} text @param {Record<string, string>} texts */
  piece(stream, cursor, text, texts) {
    const title = texts.printed_at.replace("{n}", String(cursor));
    return button({ class: `piece ${stream}`, title, text: text.replace(/\n$/, "") }, () => this.go(cursor));
  }

  /** @param {number} cursor Where the player is. */
  at(cursor) {
    /** @type {HTMLElement | null} */
    let last = null;
    for (const { cursor: printed, row } of this.rows) {
      row.classList.toggle("later", printed > cursor);
      if (printed <= cursor) last = row;
    }
    last?.scrollIntoView({ block: "nearest" });
  }
}
