// The host's actions in one row: a press answers at once, is told to the host, and stays lit while what it did plays.

import { button, el } from "../dom.js";
import { icon } from "../playing/icons.js";
import { loadAhead } from "./ahead.js";

/** @typedef {import("../viewer.js").Viewer} Viewer */

/**
 * @typedef {object} Tools What the host offers now.
 * @property {boolean} undo
 * @property {boolean} redo
 * @property {boolean} trains Whether the net trains, until it is paused.
 * @property {number} count How many iterations Run does.
 * @property {number} most
 * @property {string} part Which part of the page is shown.
 * @property {boolean} unhide Whether there is something hidden that can be shown.
 * @property {string} [plots] Where the page's chart library is.
 * @property {import("./story.js").Story} story The line of time.
 * @property {string} answered Serial of the latest press that was carried out.
 */

/** @typedef {{ do: string, serial: string, n: number, part?: string, to?: number, place?: unknown }} Press */

/** @type {[name: string, key: string][]} Actions of torch, and their keys. */
const ACTIONS = [
  ["forward", "f"],
  ["backward", "b"],
  ["step", "s"],
  ["zero", "z"],
  ["iterate", "i"],
];
/** @type {[name: "undo" | "redo" | "again", key: string][]} */
const HISTORY = [
  ["undo", "u"],
  ["redo", "y"],
  ["again", ""],
];
const RUN_KEY = "t";
const TRAIN_KEY = "g";
const PARTS = ["graph", "charts", "code"];
const MOST_WAITING = 20; // presses that wait for the one before them
const PATIENCE_MS = 20_000; // then a press counts as lost, as when the server went away

let made = 0;

export class Toolbar {
  /**
   * @param {Viewer} viewer
   * @param {(press: Press) => void} tell
   * @param {() => unknown} place Where the player is.
   */
  constructor(viewer, tell, place) {
    this.viewer = viewer;
    this.tell = tell;
    this.place = place;
    /** @type {Tools | null} */
    this.tools = null;
    /** @type {Press[]} Presses without an answer; the first has been told. */
    this.waiting = [];
    this.playing = ""; // the press that plays now
    this.timer = 0;
    this.known = 0; // the count that the host told last
    this.language = "";
    /** @type {Map<string, HTMLButtonElement>} */
    this.buttons = new Map();
    this.field = el("input", { type: "number", class: "count", min: 1, step: 1 });
  }

  destroy() {
    clearTimeout(this.timer);
  }

  // ---- what the host says ------------------------------------------------------------------------

  /** @param {Tools | null} tools */
  take(tools) {
    const { shell, words } = this.viewer;
    this.tools = tools;
    shell.actions.hidden = !tools;
    if (!tools) return;
    if (this.language !== words.language) this.draw();
    this.language = words.language;
    this.field.max = String(tools.most);
    if (tools.count !== this.known) this.field.value = String(tools.count); // what is typed since then stays
    this.known = tools.count;
    const [first] = this.waiting;
    if (first?.serial === tools.answered) this.answered();
    else if (first) this.tell(first); // a host that is new here has not heard of it; the same press again does nothing
    this.refresh();
  }

  /** The first press that waits has been carried out: the next one's turn. */
  answered() {
    clearTimeout(this.timer);
    this.playing = this.waiting.shift()?.do ?? "";
    this.send();
  }

  send() {
    const [press] = this.waiting;
    if (!press) return;
    this.timer = setTimeout(() => this.giveUp(), PATIENCE_MS);
    this.tell(press);
  }

  giveUp() {
    this.waiting = [];
    this.refresh();
  }

  // ---- what is pressed ---------------------------------------------------------------------------

  /** @param {string} name @param {string} [part] @param {number} [to] Where to go in time. */
  press(name, part, to) {
    if (!this.tools || this.waiting.length >= MOST_WAITING || this.buttons.get(part ?? name)?.disabled) return;
    made += 1;
    const serial = `${Date.now().toString(36)}.${made}`;
    const { search: address } = location; // a server that was started again knows only the one that the page had first
    const press = { do: name, serial, n: this.count, place: this.place(), to, address };
    this.waiting.push(part ? { ...press, part } : press);
    if (part) this.tools.part = part;
    this.refresh();
    if (this.waiting.length === 1) this.send();
  }

  get count() {
    return Math.round(Number(this.field.value)) || (this.tools?.count ?? 1);
  }

  /** @param {KeyboardEvent} event @returns {boolean} Whether the key was an action's. */
  key(event) {
    const key = event.key.toLowerCase();
    const train = this.tools?.trains ? "pause" : "train";
    const other = { [RUN_KEY]: "run", [TRAIN_KEY]: train }[key] ?? "";
    const named = [...ACTIONS, ...HISTORY].find(([, own]) => own === key)?.[0] ?? other;
    if (!this.tools || !named || event.shiftKey || event.repeat) return false;
    event.preventDefault();
    event.stopPropagation();
    this.press(named);
    return true;
  }

  // ---- how it looks ------------------------------------------------------------------------------

  /** In the language of now. */
  draw() {
    const { say } = this.viewer.words;
    this.buttons.clear();
    this.field.setAttribute("aria-label", say("iterations"));
    this.field.title = say("iterations");
    this.field.onkeydown = ({ key }) => key === "Enter" && this.field.blur();
    this.field.onchange = () => this.tools?.part === "charts" && this.press("count");
    const run = el("div", { class: "group run" }, this.action("run", RUN_KEY), this.field);
    const train = el("div", { class: "group" }, this.trainer());
    const parts = el("div", { class: "group parts-of-page", role: "group", "aria-label": say("part") });
    parts.append(...PARTS.map((part) => this.add(part, { text: say(`part_${part}`) }, () => this.press("part", part))));
    loadAhead(() => this.tools?.plots, parts);
    this.viewer.shell.actions.setAttribute("aria-label", say("actions"));
    this.viewer.shell.actions.replaceChildren(
      el("div", { class: "group" }, ...ACTIONS.map(([name, key]) => this.action(name, key))),
      run,
      train,
      el("div", { class: "group" }, ...HISTORY.map(([name, key]) => this.sign(name, key)), this.sign("unhide", "")),
      parts,
    );
  }

  /**
   * @param {string} name
   * @param {Record<string, string>} attrs
   * @param {() => void} run
   * @param {...(Node | null)} children
   */
  add(name, attrs, run, ...children) {
    const made = button({ "data-do": name, ...attrs }, run, ...children);
    this.buttons.set(name, made);
    return made;
  }

  /** @param {string} name @param {string} key */
  action(name, key) {
    const label = this.viewer.words.say(`do_${name}`);
    const names = { class: `act-${name}`, "aria-keyshortcuts": key, title: `${label} (${key.toUpperCase()})` };
    const shown = el("kbd", { text: key.toUpperCase(), "aria-hidden": "true" });
    return this.add(
      name,
      { ...names, "aria-label": label },
      () => this.press(name),
      el("span", { text: label }),
      shown,
    );
  }

  /** Trains until it is pressed again. */
  trainer() {
    const text = el("span", { class: "word" });
    const shown = el("kbd", { text: TRAIN_KEY.toUpperCase(), "aria-hidden": "true" });
    const sign = el("span", { class: "sign-of-train", "aria-hidden": "true" });
    return this.add(
      "train",
      { class: "act-train", "aria-keyshortcuts": TRAIN_KEY },
      () => this.press(this.tools?.trains ? "pause" : "train"),
      ...[sign, text, shown],
    );
  }

  /** @param {"undo" | "redo" | "again" | "unhide"} name @param {string} key */
  sign(name, key) {
    const label = this.viewer.words.say(`do_${name}`);
    const title = key ? `${label} (${key.toUpperCase()})` : label;
    const names = { class: "sign", "aria-label": label, title, "aria-keyshortcuts": key };
    return this.add(name, names, () => this.press(name), icon(name));
  }

  /** What can be pressed, what waits for its answer, what plays. */
  refresh() {
    const { tools, buttons } = this;
    if (!tools) return;
    const played = this.played();
    for (const [name, made] of buttons) {
      const waits = this.waiting.some((press) => (press.part ?? press.do) === name);
      made.classList.toggle("lit", waits || played.includes(name));
      made.setAttribute("aria-busy", String(waits));
      if (PARTS.includes(name)) made.setAttribute("aria-pressed", String(name === tools.part));
    }
    this.refreshTrain(tools.trains);
    this.able("undo", tools.undo);
    this.able("redo", tools.redo);
    const unhide = buttons.get("unhide");
    if (unhide) unhide.hidden = !tools.unhide;
  }

  /** @param {boolean} trains */
  refreshTrain(trains) {
    const made = this.buttons.get("train");
    if (!made) return;
    const label = this.viewer.words.say(trains ? "do_pause" : "do_train");
    made.children[0].textContent = trains ? "❚❚" : "▶";
    made.children[1].textContent = label;
    made.setAttribute("aria-label", label);
    made.title = `${label} (${TRAIN_KEY.toUpperCase()})`;
  }

  /** What plays now: the phase, and what was pressed for it. */
  played() {
    const { recording } = this.viewer;
    if (recording?.control.plays) return [recording.playback.state.phase, this.playing];
    if (!this.waiting.length) this.playing = "";
    return [];
  }

  /** Presses that wait may still make it possible. @param {string} name @param {boolean} able */
  able(name, able) {
    const found = this.buttons.get(name);
    if (found) found.disabled = !able && !this.waiting.length;
  }
}
