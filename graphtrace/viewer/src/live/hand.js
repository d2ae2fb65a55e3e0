// A hand on a number: take one of a card's parameters or inputs, move it, and see what the loss would be. Every loss
// shown is
// one that torch computed; letting go sets the number.

import { button, clamp, el, svg } from "../dom.js";
import { Mount } from "../draw/mount.js";
import { cellsOf } from "../inspector/matrix.js";
import { numbers, scale, short } from "../tensors.js";
import { drawProbe } from "./probe.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Tensor} Tensor */
/** @typedef {import("./probe.js").Probe} Probe */
/** @typedef {{ do: string, name?: string, index?: number[], value?: number }} Act */

const PIXELS = 7; // of a drag for one value further
const SIZE = { width: 268, height: 130 };
const MOST = 64; // numbers of one tensor that can be taken here

/**
 * @typedef {object} HandParts
 * @property {import("../draw/types.js").Say} say
 * @property {(act: Act) => void} act
 * @property {(box: Box) => [name: string, tensor: Tensor][]} tensors What a card has that can be moved.
 */

export class Hand {
  /** @param {HandParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Probe | null} */
    this.probe = null;
    this.at = 0; // which of the values is held
    this.drag = 0; // by how many values a drag has moved before the host answered
    this.held = false;
    this.open = false; // once unfolded it stays so for the next card
    this.svg = svg("svg", { class: "live-picture probe", role: "img" });
    this.mount = new Mount(this.svg);
    this.slider = el("input", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => this.move(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.letGo());
    this.now = el("p", { class: "hand-now", "aria-live": "polite" });
    this.slopes = el("dl", { class: "hand-slopes" });
    this.panel = el("div", { class: "hand-panel" }, this.now, this.svg, this.slider, this.slopes);
  }

  /** The host's answer. @param {Probe | null} probe */
  take(probe) {
    const same = probe && this.probe && JSON.stringify(probe) === JSON.stringify(this.probe);
    this.probe = probe;
    if (!probe || same) return;
    this.slider.max = String(probe.values.length - 1);
    this.slider.setAttribute("aria-label", labelOf(probe));
    this.svg.setAttribute("aria-label", this.parts.say("hand_curve"));
    this.drawSlopes(probe);
    this.move(this.middle + (this.held ? this.drag : 0));
  }

  get middle() {
    return this.probe ? Math.floor(this.probe.values.length / 2) : 0;
  }

  // ---- on the page -------------------------------------------------------------------------------

  /** @param {Box} box @returns {HTMLElement[]} */
  draw(box) {
    const { say, tensors, act } = this.parts;
    const known = tensors(box).filter(([, tensor]) => (numbers(tensor)?.length ?? 0) > 0 && !tensor.sample);
    const mine = known.some(([name]) => name === this.probe?.name);
    const rows = known.map(([name, tensor]) => this.row(name, tensor)).filter((row) => row !== null);
    if (!rows.length) return [];
    const close = button({ class: "act", text: say("hand_close") }, () => act({ do: "probe" }));
    const parts = mine ? [this.panel, close] : [];
    const head = el("summary", {}, el("h3", { text: say("hand") }), el("span", { text: say("hand_what") }));
    const list = el(
      "details",
      { class: "acts hand", ...(mine || this.open ? { open: "" } : {}) },
      head,
      ...rows,
      ...parts,
    );
    list.addEventListener("toggle", () => {
      this.open = list.open;
    });
    return [list];
  }

  /** The numbers of a tensor, each to be taken. @param {string} name @param {Tensor} tensor */
  row(name, tensor) {
    const flat = numbers(tensor) ?? [];
    const columns = cellsOf(tensor)?.cols ?? Math.min(8, /** @type {number} */ (tensor.shape.at(-1) ?? 1));
    const most = scale(tensor);
    const cells = flat.slice(0, MOST).map((number, i) => this.cell(name, tensor, i, number, most));
    const grid = el("div", { class: "hand-cells" }, ...cells);
    grid.style.setProperty("--columns", String(columns));
    return el("div", { class: "hand-row" }, el("strong", { text: name }), grid);
  }

  /** @param {string} name @param {Tensor} tensor @param {number} place @param {number} number @param {number} most */
  cell(name, tensor, place, number, most) {
    const index = indexOf(/** @type {number[]} */ (tensor.shape), place);
    const held = this.probe?.name === name && String(this.probe.index) === String(index);
    const label = `${name}[${index.join(", ")}] = ${short(number)}`;
    const names = { class: `hand-cell ${number < 0 ? "neg" : "pos"}`, "aria-label": label, title: label };
    const made = button({ ...names, "aria-pressed": String(held), text: short(number) }, () => {});
    made.style.setProperty("--full", `${Math.round(6 + 44 * (most ? Math.abs(number) / most : 0))}%`);
    made.addEventListener("pointerdown", (event) => this.grasp(event, name, index));
    made.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") this.parts.act({ do: "probe", name, index });
    });
    return made;
  }

  // ---- what the hand does --------------------------------------------------------------------------

  /**
   * The position of a card's number in a tensor of so many; nothing where it cannot be moved.
   * @param {Box} box
   * @param {string} name
   * @param {number} place
   * @param {number} count
   * @returns {number[] | null}
   */
  indexIn(box, name, place, count) {
    const found = this.parts.tensors(box).find(([known]) => known === name);
    if (!found || place < 0 || numbers(found[1])?.length !== count) return null;
    return indexOf(/** @type {number[]} */ (found[1].shape), place);
  }

  /**
   * Take a number and drag it. The page may be drawn anew meanwhile, so the window is listened to.
   * @param {PointerEvent} event
   * @param {string} name
   * @param {number[]} index
   */
  grasp(event, name, index) {
    event.preventDefault();
    const from = event.clientX;
    this.held = true;
    this.drag = 0;
    const known = this.probe?.name === name && String(this.probe.index) === String(index);
    if (!known) this.parts.act({ do: "probe", name, index });
    const end = new AbortController();
    const move = (/** @type {PointerEvent} */ { clientX }) => {
      this.drag = Math.round((clientX - from) / PIXELS);
      if (this.probe?.name === name && String(this.probe.index) === String(index)) this.move(this.middle + this.drag);
    };
    const drop = () => {
      end.abort();
      this.held = false;
      if (this.drag) this.letGo();
    };
    window.addEventListener("pointermove", move, { signal: end.signal });
    window.addEventListener("pointerup", drop, { signal: end.signal });
    window.addEventListener("pointercancel", () => end.abort(), { signal: end.signal });
  }

  /** Hold another value. @param {number} at */
  move(at) {
    const { probe } = this;
    if (!probe) return;
    this.at = clamp(at, 0, probe.values.length - 1);
    this.slider.value = String(this.at);
    const { say } = this.parts;
    const moved = this.at !== this.middle;
    const value = `${short(probe.value)}${moved ? ` → ${short(probe.values[this.at])}` : ""}`;
    const loss = `${short(probe.loss)}${moved ? ` → ${short(probe.losses[this.at])}` : ""}`;
    this.now.replaceChildren(
      el("span", {}, el("code", { text: labelOf(probe) }), ` ${value}`),
      el("strong", { text: `${say("live_loss")} ${loss}` }),
    );
    this.mount.draw(drawProbe(probe, this.at, SIZE));
  }

  /** Set the number, for real. */
  letGo() {
    const { probe } = this;
    if (!probe || this.at === this.middle) return;
    this.parts.act({ do: "edit", name: probe.name, index: probe.index, value: probe.values[this.at] });
  }

  /** Both slopes, with the numbers of the difference. @param {Probe} probe */
  drawSlopes(probe) {
    const { say } = this.parts;
    const { step, above, below, difference, gradient, dtype } = probe;
    const h = short(step);
    const quotient = `(${exact(above)} − ${exact(below)}) / (2 · ${h})`;
    this.slopes.replaceChildren(
      el("dt", { text: say("hand_autograd") }),
      el("dd", { class: "grad", text: `∂L/∂w = ${gradient === null ? "None" : short(gradient)}` }),
      el("dt", { text: say("hand_difference") }),
      el("dd", {}, el("span", { text: `${short(difference)} = ` }), el("span", { class: "quotient", text: quotient })),
      el("dt", { text: "" }),
      el("dd", { class: "hint", text: say("hand_note").replace("{dtype}", dtype) }),
    );
  }
}

/** @param {Probe} probe */
const labelOf = ({ name, index }) => (index.length ? `${name}[${index.join(", ")}]` : name);

/** With as many digits as the difference needs. @param {import("./types.js").Amount} amount */
const exact = (amount) => (typeof amount === "number" ? amount.toPrecision(9).replace("-", "−") : String(amount));

/** The position of a number in its tensor. @param {number[]} shape @param {number} place */
function indexOf(shape, place) {
  const index = [];
  let rest = place;
  for (const length of [...shape].reverse()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
