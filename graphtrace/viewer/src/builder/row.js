// One layer as a row: its name, its sizes, what does not fit, and its form while it is open.

import { button, el, svg } from "../dom.js";
import { Fields } from "./form.js";
import { showProblems } from "./problems.js";
import { filled, keyOf } from "./types.js";

/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./types.js").Actions} Actions */
/** @typedef {import("./types.js").Field} Field */

const COPY = "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7";
const CROSS = "M4 4l8 8M12 4l-8 8";
const HOOKS = ["–", "detach()", "retain_grad()"];
const DOES = ["nothing", "detach", "retain_grad"];

/** @param {string} path Lines in a square of 16. */
function icon(path) {
  const line = svg("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": 1.5 });
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, line);
}

/** A row's name for who does not see it. @param {Row} row */
export const titleOf = ({ kind, name }) => `${kind} ${name}`;

/** The button with a plus before a row. @param {Actions} actions */
export function makeGap(actions) {
  const gap = button({ class: "gap", text: "+", "aria-haspopup": "listbox" }, () => actions.add(gap));
  return gap;
}

export class RowView {
  /** @param {Actions} actions @param {import("./block.js").Nest} nest Makes the blocks inside. */
  constructor(actions, nest) {
    this.actions = actions;
    this.nest = nest;
    /** @type {Row | null} */
    this.row = null;
    /** @type {import("./block.js").BlockView[]} */
    this.blocks = [];
    this.gap = makeGap(actions);
    this.kind = el("span", { class: "kind" });
    this.own = el("span", { class: "own" });
    this.detail = el("span", { class: "detail" });
    this.name = button({ class: "name lb-name" }, () => this.toggle(), this.kind, this.own, this.detail);
    this.copy = button({ class: "tool" }, () => this.ask("duplicate"), icon(COPY));
    this.remove = button({ class: "tool" }, () => this.ask("remove"), icon(CROSS));
    this.head = el(
      "div",
      { class: "row" },
      el("span", { class: "grip", "aria-hidden": "true" }),
      this.name,
      this.copy,
      this.remove,
    );
    this.problems = el("div", { class: "problems" });
    this.form = el("div", { class: "form", role: "group" });
    this.inner = el("div", { class: "inside" });
    this.root = el("li", {}, this.gap, this.head, this.problems, this.form, this.inner);
    this.shapes = el("p", { class: "shapes" });
    const label = (/** @type {string} */ name) => ({ name: this.words.name, frozen: this.words.frozen })[name] ?? name;
    this.fields = new Fields((field, value) => this.set(field, value), label);
    this.branches = el("p", { class: "branches" });
    this.form.append(this.shapes, this.fields.root, this.branches);
  }

  get words() {
    return this.actions.words();
  }

  get path() {
    return this.row?.path ?? [];
  }

  toggle() {
    if (this.name.dataset.dragged) delete this.name.dataset.dragged;
    else this.actions.toggle(keyOf(this.path));
  }

  /** @param {string} what */
  ask(what) {
    this.actions.edit({ do: what, path: this.path });
  }

  /** @param {string} field @param {string | number | boolean} value */
  set(field, value) {
    if (field === this.words.output) {
      this.actions.edit({ do: "hook", name: this.row?.name, value: DOES[HOOKS.indexOf(String(value))] });
    } else this.actions.edit({ do: "set", path: this.path, field, value });
  }

  /** @param {Row} row @param {string} gapLabel */
  update(row, gapLabel) {
    this.row = row;
    const key = keyOf(row.path);
    const open = this.actions.open() === key;
    this.root.dataset.path = key;
    this.gap.dataset.to = key;
    this.gap.setAttribute("aria-label", gapLabel);
    this.gap.title = gapLabel;
    this.head.classList.toggle("misfit", row.problems.length > 0);
    this.head.classList.toggle("open", open);
    this.head.classList.toggle("followed", Boolean(row.followed));
    this.updateName(row, open);
    showProblems(this.problems, row.problems, () => this.ask("repair"));
    this.form.hidden = !open;
    if (open) this.updateForm(row);
    this.updateBlocks(row);
  }

  /** @param {Row} row @param {boolean} open */
  updateName(row, open) {
    const { name, words } = this;
    const hooked = row.hook && row.hook !== "nothing" ? `${row.hook}()` : "";
    this.kind.textContent = row.kind;
    this.own.textContent = [row.own, row.frozen ? "❄" : "", hooked].filter(Boolean).join(" ");
    this.detail.textContent = row.detail;
    name.title = `${row.kind} · ${row.name}\n${row.shapes}`;
    name.setAttribute("aria-expanded", String(open));
    const marks = [row.frozen ? words.frozen : "", hooked, ...row.problems.map(({ text }) => text)].filter(Boolean);
    name.setAttribute("aria-label", [titleOf(row), row.detail, row.shapes, ...marks].filter(Boolean).join(", "));
    for (const [tool, word] of /** @type {[HTMLElement, string][]} */ ([
      [this.copy, words.duplicate],
      [this.remove, words.remove],
    ])) {
      tool.title = word;
      tool.setAttribute("aria-label", `${word} ${titleOf(row)}`);
    }
  }

  /** @param {Row} row */
  updateForm(row) {
    this.form.setAttribute("aria-label", titleOf(row));
    this.shapes.textContent = row.shapes;
    const { words } = this;
    /** @type {Field[]} */
    const own = [{ name: "name", type: "text", value: row.own, low: null, high: null, choices: [] }];
    if (row.hook !== null) {
      const value = HOOKS[DOES.indexOf(row.hook)];
      own.push({ name: words.output, type: "choice", value, low: null, high: null, choices: HOOKS });
    }
    own.push({ name: "frozen", type: "flag", value: row.frozen, low: null, high: null, choices: [] });
    this.fields.update([...row.fields, ...own]);
    this.branches.hidden = !row.branches;
    if (row.branches) this.updateBranches(row.branches);
  }

  /** @param {number} count */
  updateBranches(count) {
    const change = (/** @type {boolean} */ more) => () => this.actions.edit({ do: "branches", path: this.path, more });
    const more = button({ class: "plain", text: this.words.more_branches }, change(true));
    const fewer = button({ class: "plain", text: this.words.fewer_branches }, change(false));
    more.disabled = count >= 8;
    fewer.disabled = count < 2;
    this.branches.replaceChildren(more, fewer);
  }

  /** @param {Row} row */
  updateBlocks(row) {
    for (const left of this.blocks.splice(row.blocks.length)) left.root.remove();
    row.blocks.forEach((block, i) => {
      const view = this.blocks[i] ?? this.nest();
      if (i === this.blocks.length) {
        this.blocks.push(view);
        this.inner.append(view.root);
      }
      view.update(block, filled(this.words.add_inside, { layer: titleOf(row) }));
    });
    this.inner.hidden = !row.blocks.length;
  }
}
