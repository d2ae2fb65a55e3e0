// The list of layers: what is pressed goes to the server, and what the server says is drawn.

import { around, el } from "../dom.js";
import { BlockView } from "./block.js";
import { Dragging } from "./drag.js";
import { Devices, EndRows } from "./ends.js";
import { pressed } from "./keys.js";
import { LayerMenu } from "./menu.js";
import { followed } from "./paths.js";
import { keyOf, pathOf } from "./types.js";

/** @typedef {import("./types.js").ListData} ListData */
/** @typedef {import("./types.js").Edit} Edit */
/** @typedef {import("./types.js").Path} Path */
/** @typedef {import("./types.js").Row} Row */
/** @typedef {Edit & { serial: number }} Sent */

export class LayerList {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {ListData | null} */
    this.data = null;
    /** @type {(queue: Sent[]) => void} */
    this.send = () => {};
    /** @type {Sent[]} What the server has not answered yet. */
    this.queue = [];
    this.serial = 0;
    this.open = ""; // key of the row whose form is open: a path, "loss", or empty
    this.current = ""; // key of the row that Tab goes to
    this.said = "";
    /** @type {import("./types.js").Actions} */
    const actions = {
      edit: (edit) => this.edit(edit),
      toggle: (key) => this.toggle(key),
      add: (gap) => this.menu.open(gap, gap.closest(".block")?.getAttribute("data-nests") === "true"),
      tell: (text) => this.tell(text),
      words: () => this.words,
      open: () => this.open,
    };
    this.menu = new LayerMenu((kind, gap) => this.add(kind, pathOf(gap.dataset.to ?? "")));
    this.block = new BlockView(actions);
    this.devices = new Devices(actions);
    this.ends = new EndRows(actions);
    this.status = el("p", { class: "note", role: "status" });
    this.hint = el("p", { id: "lb-keys", hidden: "" });
    this.block.list.prepend(this.ends.x);
    this.block.list.append(this.ends.loss);
    this.block.list.setAttribute("aria-describedby", "lb-keys");
    root.replaceChildren(this.devices.root, this.block.root, this.status, this.hint, this.menu.root);
    this.listen();
    new Dragging(root, (path, to) => this.edit({ do: "move", path, to }));
  }

  listen() {
    this.root.addEventListener("keydown", (event) => pressed(this, event));
    this.root.addEventListener("focusin", (event) => {
      const key = around(event, "li[data-path]")?.dataset.path;
      if (key && key !== this.current) this.goTo(key);
    });
  }

  get words() {
    return this.data?.words ?? {};
  }

  // ---- what is pressed ---------------------------------------------------------------------------

  /** @param {Edit} edit */
  edit(edit) {
    this.serial = Math.max(this.serial + 1, Date.now());
    const last = this.queue.at(-1);
    const same = last?.do === "set" && edit.do === "set" && last.field === edit.field;
    if (same && keyOf(last.path ?? []) === keyOf(edit.path ?? [])) this.queue.pop();
    this.queue.push({ ...edit, serial: this.serial });
    this.send(this.queue);
  }

  /** @param {string} kind @param {Path} path */
  add(kind, path) {
    this.edit({ do: "add", kind, path });
  }

  /** @param {string} key */
  toggle(key) {
    this.open = this.open === key ? "" : key;
    this.draw();
  }

  /** @param {string} text */
  tell(text) {
    this.said = text;
    this.drawNote();
  }

  // ---- what the server says ----------------------------------------------------------------------

  /** @param {ListData} data */
  take(data) {
    const before = this.data;
    this.data = data;
    const done = this.queue.filter(({ serial }) => serial <= data.done);
    this.queue = this.queue.filter(({ serial }) => serial > data.done);
    if (before && kindsIn(before.net) !== kindsIn(data.net)) for (const edit of done) this.followEdit(edit);
    if (before) this.said = "";
    this.menu.kinds = data.kinds;
    this.menu.words = data.words;
    this.draw();
  }

  /** The open row and the keyboard stay with their layers. @param {Edit} edit */
  followEdit(edit) {
    const { open, current } = this;
    const moved = (/** @type {string} */ key) => (/^\d/.test(key) ? keyOf(followed(pathOf(key), edit) ?? []) : key);
    const focused = Boolean(/** @type {ShadowRoot} */ (this.root.getRootNode()).activeElement);
    this.open = moved(open);
    this.current = moved(current);
    if (edit.do === "add" || edit.do === "duplicate") {
      const path = edit.path ?? [];
      this.current = keyOf(edit.do === "add" ? path : path.with(-1, path[path.length - 1] + 1));
      this.open = this.current;
    }
    if (edit.do === "remove") this.current ||= current;
    if (focused) queueMicrotask(() => this.focusRow(this.current));
  }

  draw() {
    const { data } = this;
    if (!data) return;
    const { words } = data;
    this.devices.update(data, words);
    this.block.update(data.net, words.add_end);
    this.block.list.setAttribute("aria-label", words.list);
    this.ends.update(data, words, this.open === "loss");
    this.hint.textContent = words.keys;
    this.drawNote();
    this.goTo(this.keys.includes(this.current) ? this.current : (this.nearest() ?? "x"));
  }

  /** Whether the row that is gone had one in its place, or before it. */
  nearest() {
    const path = pathOf(this.current);
    if (!path.length || Number.isNaN(path[0])) return null;
    const before = path.with(-1, Math.max(0, path[path.length - 1] - 1));
    return [keyOf(before), keyOf(path.slice(0, -1))].find((key) => key && this.keys.includes(key)) ?? null;
  }

  drawNote() {
    const { data, status } = this;
    if (!data) return;
    const stops = this.root.querySelector(".problem") && blocks(data);
    const parts = [...data.general, stops ? data.words.last_good : "", this.said || data.note].filter(Boolean);
    status.classList.toggle("stops", Boolean(stops || data.general.length));
    status.replaceChildren(...parts.map((text) => el("span", { text })));
  }

  // ---- rows ------------------------------------------------------------------------------------

  /** @returns {HTMLElement[]} Rows from top to bottom. */
  get items() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("li[data-path]"))];
  }

  get keys() {
    return this.items.map((item) => item.dataset.path ?? "");
  }

  /** Tab comes to this row and what belongs to it, and to no other. @param {string} key */
  goTo(key) {
    this.current = key;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (
      this.root.querySelectorAll("li .lb-name, li .tool, li .gap")
    )) {
      const own = part.closest("li[data-path]")?.getAttribute("data-path") ?? "loss";
      part.tabIndex = own === key ? 0 : -1;
    }
  }

  /** @param {string} key */
  focusRow(key) {
    const name = this.items.find((item) => item.dataset.path === key)?.querySelector(".lb-name");
    if (name instanceof HTMLElement) name.focus();
  }

  /** @param {number} by */
  step(by) {
    const { keys } = this;
    const at = keys.indexOf(this.current) + by;
    this.focusRow(keys[Math.min(keys.length - 1, Math.max(0, at))]);
  }

  /** @param {string} key The row that the new layer comes before. */
  openMenu(key) {
    const item = this.items.find(({ dataset }) => dataset.path === key);
    const gap =
      key === "loss" ? this.block.end : key === "x" ? this.root.querySelector(".gap") : item?.querySelector(".gap");
    if (gap instanceof HTMLElement) gap.click();
  }

  /** @param {Path} path @returns {Row | null} */
  rowAt(path) {
    return rowsOf(this.data).find((row) => keyOf(row.path) === keyOf(path)) ?? null;
  }

  /** How many layers are in the block of one. @param {Path} path */
  neighbours(path) {
    const block = keyOf(path.slice(0, -1));
    return rowsOf(this.data).filter((row) => keyOf(row.path.slice(0, -1)) === block).length;
  }
}

/** Every row, also those inside others. @param {ListData | null} data @returns {Row[]} */
function rowsOf(data) {
  const found = data ? [...data.net.rows] : [];
  for (const row of found) for (const block of row.blocks) found.push(...block.rows);
  return found;
}

/** @param {import("./types.js").Block} block @returns {string} */
function kindsIn(block) {
  return JSON.stringify(block.rows, (name, value) =>
    ["kind", "blocks", "rows", ""].includes(name) || !Number.isNaN(Number(name)) ? value : undefined,
  );
}

/** Whether something keeps the net from running. @param {ListData} data */
function blocks(data) {
  return [data.loss, ...rowsOf(data)].some(({ problems }) => problems.some((problem) => problem.blocks));
}
