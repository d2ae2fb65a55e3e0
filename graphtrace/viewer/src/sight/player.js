// Plays a sight. Its moments are drawn in Python; here is only which of them is seen, and what was predicted.

import { button, clamp, el, svg } from "../dom.js";
import { Mount } from "../draw/mount.js";
import { pngBlob, saveFile, svgBlob } from "../files/save.js";
import { applyTheme } from "../picture/theme.js";
import { icon } from "../playing/icons.js";
import { fileOf, painted } from "./drawing.js";

/** @typedef {import("./drawing.js").Plain} Plain */

/**
 * @typedef {object} Sent
 * @property {string} name
 * @property {string} title
 * @property {number[]} size
 * @property {string} font
 * @property {Plain[]} ground
 * @property {{ shapes: Plain[], sentence: string }[]} moments
 * @property {{ text: string, options: string[], right: number }} prediction
 * @property {number} pace
 * @property {Record<string, Record<string, string | number>>} palette
 * @property {Record<string, string>} texts
 */

const SCALE = 2; // pixels of a PNG per pixel
const TYPED_IN = "input:not([type=range]), textarea, select, [contenteditable]";

export class SightPlayer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Sent | null} */
    this.sent = null;
    this.now = 0;
    this.guess = -1;
    this.seen = false; // whether the end was seen: then the answer is told
    this.timer = 0;
    this.stage = svg("svg", { role: "img" });
    this.mount = new Mount(this.stage);
    this.sentence = el("p", { class: "sentence", "aria-live": "polite" });
    this.ask = el("div", { class: "ask", role: "group" });
    this.bar = el("div", { class: "bar" });
    this.title = el("h2");
    this.range = el("input", { type: "range", min: 0, step: 1 });
    this.range.addEventListener("input", () => this.goTo(Number(this.range.value)));
    root.replaceChildren(this.title, this.ask, this.stage, this.sentence, this.bar);
    this.abort = new AbortController();
    document.addEventListener("keydown", (event) => this.key(event), { signal: this.abort.signal });
  }

  destroy() {
    this.pause();
    this.abort.abort();
  }

  /** @param {Sent} sent */
  take(sent) {
    const other = this.sent?.name !== sent.name;
    this.sent = sent;
    applyTheme(this.root, sent.palette, null);
    if (other) {
      this.pause();
      Object.assign(this, { now: 0, guess: -1, seen: false });
    }
    this.title.textContent = sent.title;
    this.range.max = String(sent.moments.length - 1);
    this.stage.setAttribute("viewBox", `0 0 ${sent.size.join(" ")}`);
    this.drawBar(sent);
    this.draw();
  }

  /** @param {Sent} sent */
  drawBar({ texts, moments }) {
    const press = (/** @type {import("../playing/icons.js").Icon} */ name, /** @type {() => void} */ run) =>
      button({ class: name, "aria-label": texts[name], title: texts[name] }, run, icon(name));
    const last = moments.length - 1;
    this.range.setAttribute("aria-label", texts.time);
    this.play = press("play", () => this.toggle());
    this.bar.replaceChildren(
      ...[press("first", () => this.goTo(0)), press("back", () => this.goTo(this.now - 1)), this.play],
      ...[press("next", () => this.goTo(this.now + 1)), press("last", () => this.goTo(last)), this.range],
      button({ class: "file", title: texts.svg, "aria-label": texts.svg, text: "SVG" }, () => this.save("svg")),
      button({ class: "file", title: texts.png, "aria-label": texts.png, text: "PNG" }, () => this.save("png")),
    );
  }

  colours() {
    return this.sent?.palette[this.root.dataset.theme ?? "light"] ?? {};
  }

  draw() {
    const { sent } = this;
    if (!sent) return;
    const moment = sent.moments[this.now];
    const shapes = [...sent.ground, ...moment.shapes];
    this.mount.draw(shapes.map((shape) => painted(shape, this.colours())));
    this.stage.setAttribute("aria-label", moment.sentence);
    this.sentence.textContent = moment.sentence;
    this.range.value = String(this.now);
    this.root.dataset.moment = String(this.now);
    this.drawAsk(sent);
  }

  /** The question and its answers; which was right is told when the end has been seen. @param {Sent} sent */
  drawAsk({ prediction, texts }) {
    const told = `${prediction.text}|${this.guess}|${this.seen}`;
    if (this.ask.dataset.told === told) return;
    this.ask.dataset.told = told;
    const options = prediction.options.map((option, i) => {
      const mine = i === this.guess;
      const right = this.seen && i === prediction.right;
      const words = `${right ? "✓ " : ""}${option}${mine && this.seen && !right ? ` · ${texts.guess}` : ""}`;
      const looks = [right && "right", mine && "mine"].filter(Boolean).join(" ");
      return button({ class: looks, "aria-pressed": String(mine), text: words }, () => this.predict(i));
    });
    this.ask.replaceChildren(el("span", { text: prediction.text }), ...options);
  }

  /** @param {number} option */
  predict(option) {
    if (!this.seen) this.guess = option;
    this.draw();
  }

  /** @param {number} moment */
  goTo(moment) {
    const last = (this.sent?.moments.length ?? 1) - 1;
    this.now = clamp(moment, 0, last);
    if (this.now === last) {
      this.seen = true;
      this.pause();
    }
    this.draw();
  }

  toggle() {
    if (this.timer || !this.sent) return this.pause();
    if (this.now === this.sent.moments.length - 1) this.goTo(0);
    this.timer = window.setInterval(() => this.goTo(this.now + 1), this.sent.pace);
    this.showPlay("pause");
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.showPlay("play");
  }

  /** @param {"play" | "pause"} name */
  showPlay(name) {
    this.play?.replaceChildren(icon(name));
    this.play?.setAttribute("aria-label", this.sent?.texts[name] ?? name);
  }

  /** @param {"svg" | "png"} kind */
  async save(kind) {
    const { sent } = this;
    if (!sent) return;
    const { shapes, sentence } = sent.moments[this.now];
    const text = fileOf(sent, [...sent.ground, ...shapes], sentence, this.colours());
    const name = `${sent.name}_${String(this.now).padStart(2, "0")}.${kind}`;
    saveFile(kind === "svg" ? svgBlob(text) : await pngBlob(text, SCALE), name);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const from = event.composedPath()[0];
    const typing = from instanceof Element && from.closest(TYPED_IN);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !this.sent) return;
    const last = this.sent.moments.length - 1;
    const places = { ArrowLeft: this.now - 1, ArrowRight: this.now + 1, PageUp: this.now - 1, PageDown: this.now + 1 };
    const to = { ...places, Home: 0, End: last }[event.key];
    const plays = event.key === " " && !(from instanceof HTMLButtonElement);
    if (to === undefined && !plays) return;
    event.preventDefault();
    if (plays) this.toggle();
    else this.goTo(to ?? 0);
  }
}
