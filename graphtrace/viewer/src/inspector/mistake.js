// What went wrong, as a card beside the picture: the cause, the evidence, the repair, and what torch said.

import { button, el } from "../dom.js";

/** @typedef {import("../draw/types.js").Say} Say */
/** @typedef {import("../wire.js").WireDiagnosis} Diagnosis */
/** @typedef {import("../wire.js").WireDiagnosed} Diagnosed */

const SCENES = "Errors"; // the app's page with the scene of every mistake

/** @typedef {{ text: string, act: unknown }} Repair What a host can do about it. */
/** @typedef {[sign: string, line: number, text: string]} Row */

/**
 * @typedef {object} MistakeParts
 * @property {HTMLElement} panel Where the card goes.
 * @property {HTMLElement} slip One line, while the card is folded.
 * @property {Say} say
 * @property {() => void} onAppear An error is told from now on.
 */

export class MistakeCard {
  /** @param {MistakeParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {import("../draw/playback.js").Playback | null} */
    this.playback = null;
    /** Once it was told it stays, also when one goes back to look at the cause. */
    this.told = false;
    this.open = false;
    /** @type {Repair[]} */
    this.repairs = [];
    /** @type {(act: unknown) => void} Tells the host. */
    this.act = () => {};
    /** Whether a mistake that raised nothing is told at length, too. */
    this.insists = false;
    /** Address of the page with the scene of every mistake; empty where there is none. */
    this.scenes = "";
  }

  /** @returns {Diagnosis | null} */
  get diagnosis() {
    return this.playback?.wire.diagnosis ?? null;
  }

  /** In the app: on the page of its own scene, or on another, from which a link leads there. @param {boolean} scene */
  stand(scene) {
    this.insists = scene;
    this.scenes = scene ? "" : SCENES;
  }

  /** Another recording. @param {import("../draw/playback.js").Playback} playback */
  take(playback) {
    this.playback = playback;
    this.told = false;
    this.open = this.insists || this.diagnosis?.error !== null;
    this.draw();
  }

  /** What the host can do. @param {Repair[]} repairs */
  offer(repairs) {
    if (JSON.stringify(repairs) === JSON.stringify(this.repairs)) return;
    this.repairs = repairs;
    this.draw();
  }

  /** The cursor is somewhere else. */
  refresh() {
    const { diagnosis, playback } = this;
    if (!diagnosis || this.told || !playback || playback.cursor < diagnosis.cursor) return;
    this.told = true;
    this.draw();
    if (this.open) this.parts.onAppear();
  }

  /** @param {boolean} open */
  fold(open) {
    this.open = open;
    this.draw();
    const { panel, slip } = this.parts;
    (open ? panel : slip).querySelector("button")?.focus({ preventScroll: true });
  }

  /** All of it, in the language of now. */
  draw() {
    const { panel, slip } = this.parts;
    const { diagnosis } = this;
    const shown = this.told && diagnosis ? diagnosis : null;
    panel.hidden = !shown || !this.open;
    slip.hidden = !shown || this.open;
    panel.replaceChildren(...(shown && this.open ? this.card(shown) : []));
    slip.replaceChildren(...(shown && !this.open ? this.line(shown) : []));
  }

  /** @param {Diagnosis} diagnosis @returns {Diagnosed} */
  words({ words }) {
    return words[this.parts.say("lang")] ?? Object.values(words)[0];
  }

  /** @param {Diagnosis} diagnosis @returns {HTMLElement[]} */
  card(diagnosis) {
    const { say, panel } = this.parts;
    const { title, cause, evidence } = this.words(diagnosis);
    const close = button({ class: "close", "aria-label": say("mistake_close"), text: "×" }, () => this.fold(false));
    panel.setAttribute("aria-label", title);
    panel.classList.toggle("quiet", diagnosis.error === null);
    return [
      el("div", { class: "head" }, el("p", { class: "kicker", text: `⚠ ${title}` }), close),
      el("h2", { text: cause }),
      ...evidence.map((text) => el("p", { text })),
      ...this.repair(diagnosis),
      ...this.buttons(),
      ...this.said(diagnosis),
      ...this.scene(diagnosis),
    ];
  }

  /** A page of its own, so that what is open here stays. @param {Diagnosis} diagnosis @returns {HTMLElement[]} */
  scene({ mistake }) {
    if (!this.scenes || !mistake) return [];
    const { say } = this.parts;
    const href = `${this.scenes}?scene=${mistake}&lang=${say("lang")}`;
    return [el("a", { class: "scene-link", href, target: "_blank", rel: "noopener", text: say("mistake_scene") })];
  }

  /** @param {Diagnosis} diagnosis @returns {HTMLElement[]} */
  line(diagnosis) {
    const { say } = this.parts;
    const text = el("span", { text: `⚠ ${this.words(diagnosis).cause}` });
    const why = button({ class: "why", text: say("mistake_why"), "aria-expanded": "false" }, () => this.fold(true));
    return [text, why, ...this.buttons()];
  }

  /** @returns {HTMLElement[]} */
  buttons() {
    if (!this.repairs.length) return [];
    const made = this.repairs.map(({ text, act }, i) =>
      button({ class: i ? "repairing" : "repairing first", text }, () => this.act(act)),
    );
    return [el("div", { class: "repairs" }, ...made)];
  }

  /** The lines that go and the lines that come. @param {Diagnosis} diagnosis @returns {HTMLElement[]} */
  repair(diagnosis) {
    const { repair } = this.words(diagnosis);
    if (!repair) return [];
    const lines = rows(diagnosis, repair).map(([sign, line, text]) =>
      el(
        "div",
        { class: sign === "−" ? "gone" : sign === "+" ? "come" : "stays-line" },
        el("span", { class: "sign", text: sign }),
        line ? el("span", { class: "at", text: line }) : null,
        el("code", {}, ...breakable(text)),
      ),
    );
    return [el("h3", { text: this.parts.say("mistake_repair") }), el("div", { class: "diff" }, ...lines)];
  }

  /** @param {Diagnosis} diagnosis @returns {HTMLElement[]} */
  said({ error, mistake }) {
    if (error === null) return [];
    const whole = el("pre", { text: error });
    const head = el("summary", {}, el("span", { text: `${this.parts.say("mistake_said")}: ${error}` }));
    return [el("details", { class: "torch", ...(mistake === null ? { open: "" } : {}) }, head, whole)];
  }
}

/** Code that may be broken behind brackets and commas, not inside of names. @param {string} text */
const breakable = (text) => text.split(/(?<=[([{,])/).flatMap((part, i) => (i ? [el("wbr"), part] : [part]));

/** @param {Diagnosis} diagnosis @param {string} repair @returns {Row[]} */
export function rows({ place, line, text, diff }, repair) {
  if (diff) return diff.map(([sign, at, code]) => /** @type {Row} */ ([sign, at, code.trim()]));
  const old = text.trim();
  const plus = /** @type {Row} */ (["+", place === "elsewhere" ? 0 : line, repair.trim()]);
  if (place === "elsewhere" || !old) return [plus];
  if (place === "instead") return [["−", line, old], plus];
  if (place === "before")
    return [
      ["+", line, repair.trim()],
      [" ", line && line + 1, old],
    ];
  return [
    [" ", line, old],
    ["+", line && line + 1, repair.trim()],
  ];
}
