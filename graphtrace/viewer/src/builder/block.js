// Layers one after the other, with a plus before each of them and one at the end.

import { el } from "../dom.js";
import { makeGap, RowView, titleOf } from "./row.js";
import { filled, keyOf } from "./types.js";

/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Actions} Actions */
/** @typedef {() => BlockView} Nest */

export class BlockView {
  /** @param {Actions} actions */
  constructor(actions) {
    this.actions = actions;
    /** @type {RowView[]} */
    this.rows = [];
    this.end = makeGap(actions);
    this.title = el("p", { class: "branch" });
    this.list = el("ol", {});
    this.last = el("li", { class: "end" }, this.end);
    this.list.append(this.last);
    this.root = el("div", { class: "block" }, this.title, this.list);
  }

  /** @param {Block} block @param {string} endLabel */
  update(block, endLabel) {
    const { rows, list, end } = this;
    this.title.textContent = block.title;
    this.title.hidden = !block.title;
    this.root.dataset.nests = String(block.nests);
    while (rows.length > block.rows.length) rows.pop()?.root.remove();
    while (rows.length < block.rows.length) {
      const made = new RowView(this.actions, () => new BlockView(this.actions));
      rows.push(made);
      list.insertBefore(made.root, this.last);
    }
    const before = this.actions.words().add_before;
    block.rows.forEach((row, i) => rows[i].update(row, filled(before, { layer: titleOf(row) })));
    end.dataset.to = keyOf([...block.path, block.rows.length]);
    end.setAttribute("aria-label", endLabel);
    end.title = endLabel;
  }
}
