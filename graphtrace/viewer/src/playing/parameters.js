// The table of parameters: what each is, its gradient, and its last update.

import { button, el } from "../dom.js";
import { gradState } from "../draw/blocks.js";
import { brief, short } from "../tensors.js";
import { reveal } from "./reveal.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Tensor} Tensor */

const HEADS = ["parameter", "norm_value", "norm_grad", "state", "last_update"];
const STATE = 2; // column of the state among the cells

/**
 * @typedef {object} ParametersParts
 * @property {import("../draw/playback.js").Playback} playback
 * @property {() => import("../draw/moment.js").Moment | null} moment
 * @property {import("../draw/types.js").Say} say
 * @property {(box: Box | null) => void} select
 * @property {(box: Box | null) => void} point
 */

export class Parameters {
  /** @param {ParametersParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.rows = namesOf(parts.playback).map((name) => this.row(name));
    const heads = HEADS.map((name, i) => el("th", { class: i ? "num" : null, text: parts.say(name) }));
    const body = el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...this.rows.map(({ row }) => row)),
    );
    const names = { role: "region", "aria-label": parts.say("parameters") };
    this.root = el("div", { class: "params", tabindex: 0, ...names }, body);
  }

  /** @param {string} name */
  row(name) {
    const { select, point } = this.parts;
    const first = () => this.parts.moment()?.index.leaves.get(name)?.[0] ?? null;
    const cells = HEADS.slice(1).map(() => el("td", { class: "num" }));
    const label = button({ class: "jump", title: name }, () => select(first()), el("bdi", { text: name }));
    const row = el("tr", { "data-param": name }, el("td", {}, label), ...cells);
    row.addEventListener("pointerenter", () => point(first()));
    row.addEventListener("pointerleave", () => point(null));
    return { name, row, cells };
  }

  /** Only what the step changes. */
  refresh() {
    const { event } = this.parts.playback.state;
    for (const { name, row, cells } of this.rows) {
      const { texts, kind } = this.facts(name);
      texts.forEach((text, i) => {
        if (cells[i].textContent !== text) cells[i].replaceChildren(...(i === STATE ? stateOf(text) : [text]));
      });
      cells[STATE].className = `num pillcell ${kind}`;
      row.classList.toggle("here", event?.leaf === name);
      if (event?.leaf === name) reveal(this.root, row);
    }
  }

  /** The texts of a row, and whether its gradient is none, zero or full. @param {string} name */
  facts(name) {
    const { playback, say } = this.parts;
    const { state } = playback;
    const grad = state.grad(name);
    const update = state.param(name);
    const leaf = state.leaf(name);
    const amount = gradState(grad);
    const kind = amount.startsWith("×") ? "full" : amount === "zero" ? "zero" : "none";
    const word = {
      full: `${say("accumulated")} ${amount}`,
      zero: say("zero"),
      none: state.skipped(name) ? `${amount} · ${say("skipped")}` : amount,
    }[kind];
    const skipped = state.skipped(name);
    const last = skipped
      ? say(skipped === "frozen" ? "skipped_frozen" : "skipped_none")
      : update
        ? changed(update)
        : "–";
    const veiled = (/** @type {"value" | "grad"} */ what, /** @type {Tensor | null | undefined} */ known) =>
      this.parts.moment()?.veils(what, known, { leaf: name });
    const value = veiled("value", leaf) ? "?" : norm(leaf);
    const arrived = veiled("grad", grad?.value) ? "?" : norm(grad?.value);
    return { texts: [value, arrived, word, update && veiled("value", leaf) ? "?" : last], kind };
  }

  /** Rows light up with their cards. @param {Box[]} boxes */
  light(boxes) {
    const names = new Set(boxes.flatMap(({ blocks }) => (blocks ?? []).map(({ name }) => name).filter(Boolean)));
    for (const { name, row } of this.rows) row.classList.toggle("lit", names.has(name));
  }
}

/**
 * Leaves in the order of the forward pass, then what only an optimizer changed.
 * @param {import("../draw/playback.js").Playback} playback
 * @returns {string[]}
 */
export function namesOf({ player, views }) {
  const leaves = views
    .flatMap(({ details }) => details.flat(2))
    .filter(({ kind }) => kind === "accumulate")
    .map(({ name, key }) => name ?? key);
  const named = player.events.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf]));
  return [...new Set([...leaves.reverse(), ...named])];
}

/**
 * A state whose last word tells it also where there is no room for the others.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function stateOf(text) {
  const at = text.lastIndexOf(" ") + 1;
  return at ? [el("span", { class: "word", text: text.slice(0, at) }), text.slice(at)] : [text];
}

/** @param {Tensor | null | undefined} tensor */
const norm = (tensor) => (tensor ? short(tensor.norm) : "–");

/** @param {{ before: Tensor | null, after: Tensor | null }} update */
const changed = ({ before, after }) => `${before ? brief(before) : "–"} → ${after ? brief(after) : "–"}`;

/** The module that owns a parameter; "" where none does. @param {string} name */
export const moduleOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** The layer of a parameter; one that no module owns stands for itself. @param {string} name */
export const layerOf = (name) => moduleOf(name) || name;
