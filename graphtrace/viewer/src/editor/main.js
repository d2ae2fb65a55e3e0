// The page for code: the editor, what can be done with the program, and what it printed. Streamlit calls `mount`.

import { button, el } from "../dom.js";
import { saveFile } from "../files/save.js";
import { EDITOR, PLAYER } from "../hosts/editor_link.js";
import { isDark } from "../picture/theme.js";
import { CodeEditor, NO_MARKS } from "./editing.js";
import { Output } from "./output.js";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("../hosts/editor_link.js").Told} Told */
/** @typedef {import("../hosts/editor_link.js").Wish} Wish */

/**
 * @typedef {object} Host
 * @property {Data} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

const PAUSE_MS = 600; // of typing, after which the server hears of it
const LARGEST = 200_000; // bytes of a file

/** @type {WeakMap<HTMLElement, Page>} By root. */
const mounted = new WeakMap();

/** @param {Host} host @returns {() => void} Takes it off the page. */
export function mount(host) {
  const root = /** @type {HTMLElement} */ (host.parentElement.querySelector(".gt-code"));
  const page = mounted.get(root) ?? new Page(root, host.data.texts);
  mounted.set(root, page);
  page.take(host);
  return () => {
    page.destroy();
    mounted.delete(root);
  };
}

/** @param {Wish} detail */
const wish = (detail) => document.dispatchEvent(new CustomEvent(EDITOR, { detail }));

class Page {
  /** @param {HTMLElement} root @param {Record<string, string>} texts */
  constructor(root, texts) {
    this.root = root;
    /** @type {Host | null} */
    this.host = null;
    this.serial = "";
    this.asked = 0; // how often Run was pressed
    this.timer = 0;
    this.pointed = 0;
    /** @type {Told | null} */
    this.told = null;
    this.abort = new AbortController();
    const hear = (/** @type {Event} */ event) => event instanceof CustomEvent && this.hear(event.detail);
    document.addEventListener(PLAYER, hear, { signal: this.abort.signal });
    document.addEventListener("keydown", (event) => this.key(event), { signal: this.abort.signal });
    this.bar = el("div", { class: "bar" });
    this.run = button({ class: "run" }, () => this.press());
    this.output = new Output((cursor) => wish({ do: "go", cursor }));
    const frame = el("div", { class: "frame" });
    root.replaceChildren(this.bar, frame, this.output.root);
    this.editor = new CodeEditor(frame, this.habits(), texts.editor);
  }

  habits() {
    return {
      run: () => this.press(),
      change: () => this.changed(),
      point: (/** @type {number} */ line) => {
        if (line === this.pointed) return;
        this.pointed = line;
        if (this.fresh || !line) wish({ do: "point", line });
      },
      select: (/** @type {number} */ line) => this.fresh && wish({ do: "select", line }),
    };
  }

  /** Ctrl+Enter runs from everywhere on the page; in the editor it has done so already. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    this.press();
  }

  destroy() {
    clearTimeout(this.timer);
    this.abort.abort();
    this.editor.view.destroy();
    this.root.replaceChildren();
  }

  /** @param {Host} host */
  take(host) {
    const { data } = host;
    const before = this.host?.data;
    this.host = host;
    this.root.dataset.theme = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color"))
      ? "dark"
      : "light";
    if (data.given.serial !== this.serial) {
      this.serial = data.given.serial;
      this.editor.text = data.given.text;
      clearTimeout(this.timer);
    }
    this.asked = Math.max(this.asked, data.answered);
    this.drawBar(data);
    if (before?.ran?.id !== data.ran?.id || before?.texts !== data.texts) this.output.show(data.ran, data.texts);
    if (this.told?.id === data.ran?.id) this.output.at(this.told?.cursor ?? 0);
    this.mark();
  }

  /** @param {Data} data */
  drawBar(data) {
    const { texts, starters, chosen } = data;
    const runs = this.asked > (this.host?.data.answered ?? 0);
    this.run.textContent = runs ? texts.running : texts.run;
    this.run.title = "Ctrl+Enter";
    this.run.disabled = !this.may(data) || runs;
    this.root.classList.toggle("busy", runs);
    const menu = el("select", { "aria-label": chosen }, el("option", { value: "", text: chosen }));
    starters.forEach(({ title }, i) => menu.append(el("option", { value: i, text: title })));
    menu.addEventListener("change", () => this.start(starters[Number(menu.value)].text));
    const open = el("input", { type: "file", accept: ".py,text/x-python,text/plain", hidden: "" });
    open.addEventListener("change", () => this.open(open.files?.[0]));
    const save = () => saveFile(new Blob([this.editor.text], { type: "text/x-python" }), "your_code.py");
    this.bar.replaceChildren(
      ...[this.run, menu, button({ text: texts.open }, () => open.click()), button({ text: texts.save }, save), open],
    );
  }

  /** Another program. @param {string} text */
  start(text) {
    this.editor.text = text;
    this.send();
  }

  /** @param {File | undefined} file */
  async open(file) {
    if (file && file.size <= LARGEST) this.start(await file.text());
  }

  /** Whether the program may be run: programs of ours may everywhere. @param {Data} data */
  may({ may, ours, starters }) {
    const text = this.editor.text.trim();
    return may || (ours && starters.some((one) => one.text.trim() === text));
  }

  press() {
    const { data } = this.host ?? {};
    if (!data || !this.may(data) || this.asked > data.answered) return;
    clearTimeout(this.timer);
    this.asked = data.answered + 1;
    this.drawBar(data);
    const { asked: n, editor } = this;
    // A state, since a press that comes while the page is drawn would be lost as a trigger.
    this.host?.setStateValue("run", { code: editor.text, n, visit: data.visit });
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE_MS);
    const { data } = this.host ?? {};
    if (data) this.run.disabled = !this.may(data) || this.asked > data.answered;
    this.mark();
  }

  send() {
    clearTimeout(this.timer);
    this.host?.setStateValue("code", this.editor.text);
  }

  /** Whether the program is still the one that ran. */
  get fresh() {
    const { ran } = this.host?.data ?? {};
    return Boolean(ran) && ran?.code === this.editor.text;
  }

  /** @param {Told} told */
  hear(told) {
    this.told = told;
    this.output.at(told.cursor);
    this.mark();
  }

  mark() {
    const { ran } = this.host?.data ?? {};
    this.editor.mark(ran && this.fresh ? marksOf(ran, this.told?.id === ran.id ? this.told : null) : NO_MARKS);
  }
}

/**
 * The lines that the player shows; the one that failed once the player is at the end.
 * @param {import("./types.js").Ran} ran
 * @param {Told | null} told
 */
function marksOf(ran, told) {
  if (!told) return { ...NO_MARKS, error: ran.well ? 0 : ran.line };
  const { line: here, backward, lit, cursor } = told;
  return { here, backward, lit, error: ran.well || cursor < ran.end ? 0 : ran.line };
}
