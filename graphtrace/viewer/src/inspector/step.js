// In the inspector: what a card computes and the numbers at this step of the recording.

import { button, el } from "../dom.js";
import { brief, digitsOf, numbers, shapeText, short, size } from "../tensors.js";
import { Formulas } from "./formula.js";
import { histogram } from "./histogram.js";
import { marked, table, trimmed } from "./table.js";
import { Updates } from "./update.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Tensor} Tensor */

const MOST_SENT = 20;
const FEW_NODES = 3;

/** @typedef {[name: string, tensor: Tensor | null | undefined, hue: string]} Row Undefined: a lesson asks for it. */
/**
 * @typedef {object} StepParts
 * @property {import("../draw/playback.js").Playback} playback
 * @property {() => import("../draw/moment.js").Moment | null} moment What the picture shows now.
 * @property {import("../draw/types.js").Say} say
 * @property {(box: Box | null) => void} select
 * @property {(box: Box | null) => void} point Light a box.
 * @property {(cursor: number) => void} goTo
 */

export class StepFacts {
  /** @param {StepParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.formulas = new Formulas(parts);
    this.updates = new Updates(parts.playback, parts.say);
    /** @type {HTMLElement | null} */
    this.section = null;
  }

  /** What a node saved: held, freed, stale; nothing before its operation ran. @param {number} node */
  savedState(node) {
    return this.parts.moment()?.savedOf(node);
  }

  /** @param {Box} box */
  explain(box) {
    const { say, moment } = this.parts;
    const now = moment();
    const facts = now ? this.tensors(box, now).flatMap((row) => this.facts(...row)) : [];
    this.section = el(
      "section",
      { class: "atstep" },
      ...(now ? this.rules(box, now) : []),
      ...(now ? [...this.formulas.draw(box, now), ...this.source(box, now)] : []),
      ...(now && !this.steps(now) ? this.updated(box, now) : []),
      el("h3", { text: say("at_this_step") }),
      ...(now ? this.jump(box, now) : []),
      ...facts,
      ...(now ? this.sent(box, now) : []),
    );
    return this.section;
  }

  /** While a step runs its rules come first. @param {Box} box @param {import("../draw/moment.js").Moment} now */
  rules(box, now) {
    return this.steps(now) ? this.updated(box, now) : [];
  }

  /** The rules of what was updated. @param {Box} box @param {import("../draw/moment.js").Moment} now */
  updated(box, now) {
    return now.secret ? [] : this.updates.draw(namesIn(box));
  }

  /** @param {import("../draw/moment.js").Moment} now */
  steps(now) {
    return now.state.phase === "step";
  }

  /** Letters of formulas light up with the cards that they stand for. @param {Box[]} boxes */
  light(boxes) {
    const ids = new Set(boxes.map(({ id }) => String(id)));
    const letters = /** @type {NodeListOf<HTMLElement> | undefined} */ (this.section?.querySelectorAll("[data-box]"));
    for (const letter of letters ?? []) letter.classList.toggle("lit", ids.has(letter.dataset.box ?? ""));
  }

  /**
   * What there is to say something of: name, tensor, hue.
   * @param {Box} box
   * @param {import("../draw/moment.js").Moment} now
   * @returns {Row[]}
   */
  tensors(box, now) {
    const { say, playback } = this.parts;
    const node = box.ids?.[0] ?? -1;
    /** @type {Row[]} */
    const rows = [];
    const value = box.kind === "leaf" ? undefined : now.valueOf(node);
    if (value) rows.push([say("value"), now.veils("value", value, { node }) ? undefined : value, "value"]);
    rows.push(...this.given(box, now), ...this.leaves(box, now));
    const grad = playback.state.incoming(node, now.inputOf(node));
    if (grad !== undefined) rows.push([say("gradient"), now.veils("grad", grad, { node }) ? undefined : grad, "grad"]);
    return rows;
  }

  /**
   * Tensors without gradient.
   * @param {Box} box
   * @param {import("../draw/moment.js").Moment} now
   * @returns {Row[]}
   */
  given(box, now) {
    const blocks = box.blocks?.filter(({ data }) => data >= 0) ?? [];
    return blocks.map(({ data, name }) => [name || box.title, now.given(data) ?? null, "value"]);
  }

  /**
   * Leaves with their .grad.
   * @param {Box} box
   * @param {import("../draw/moment.js").Moment} now
   * @returns {Row[]}
   */
  leaves(box, now) {
    const names = box.blocks?.filter(({ data }) => data < 0).map(({ name }) => name);
    return [...new Set(names?.filter(Boolean))].flatMap((name) => {
      const leaf = now.leaf(name);
      const held = this.parts.playback.state.grad(name)?.value ?? null;
      /** @type {Row} */
      const grad = [`${name}.grad`, now.veils("grad", held, { leaf: name }) ? undefined : held, "grad"];
      return leaf ? [[name, now.veils("value", leaf, { leaf: name }) ? undefined : leaf, "value"], grad] : [grad];
    });
  }

  /** The line of code that made it. @param {Box} box @param {import("../draw/moment.js").Moment} now */
  source(box, now) {
    const { wire } = this.parts.playback;
    const at = wire.ops[now.graph.ops.get(box.ids?.[0] ?? -1) ?? -1]?.at;
    const line = at && wire.code.find(({ file, line: number }) => file === at[0] && number === at[1]);
    if (!line) return [];
    const code = el("code", {}, ...marked(line.text.trim(), ...trimmed(line.text, at[2], at[3])));
    return [
      el("h3", { text: this.parts.say("source") }),
      el("p", { class: "source" }, el("span", { text: `${line.file}:${line.line}` }), code),
    ];
  }

  /** To where the node is entered. @param {Box} box @param {import("../draw/moment.js").Moment} now */
  jump(box, now) {
    const { playback, say, goTo } = this.parts;
    const entry = playback.player.entry(now.state.shown, box.ids?.[0] ?? -1, playback.cursor);
    return entry === undefined ? [] : [button({ class: "wide", text: say("to_node") }, () => goTo(entry))];
  }

  /** @param {string} name @param {Tensor | null | undefined} tensor @param {string} hue */
  facts(name, tensor, hue) {
    const fact = (/** @type {string} */ strong, /** @type {string} */ text) =>
      el("p", { class: `fact ${hue}` }, el("strong", { text: strong }), el("span", { text }));
    if (!tensor) return [fact(name, tensor === null ? "None" : "?")];
    const only = size(tensor) === 1 && numbers(tensor);
    if (only) return [fact(`${name} ${digitsOf(tensor)}`, `${shapeText(tensor)} · ${tensor.dtype}`)];
    const { norm, min, mean, max } = tensor;
    const range = min === null ? [] : [`min ${short(min)}`, `mean ${short(mean)}`, `max ${short(max)}`];
    const texts = [shapeText(tensor), tensor.dtype, `norm ${short(norm)}`, ...range];
    const chart = histogram(tensor, hue, this.parts.say);
    const digits = digitsOf(tensor);
    const all = digits ? [el("pre", { class: "digits", text: digits })] : [];
    return [fact(name, texts.join(" · ")), ...all, ...(chart ? [chart] : [])];
  }

  /** The gradients that it has sent. @param {Box} box @param {import("../draw/moment.js").Moment} now */
  sent(box, now) {
    const { say, playback } = this.parts;
    const ids = box.ids ?? [];
    const inside = new Set(ids);
    /** @type {string[][]} */
    const rows = [];
    now.graph.edges.forEach(([source, slot, target], number) => {
      if (!inside.has(source) || (inside.has(target) && ids.length > FEW_NODES) || rows.length > MOST_SENT) return;
      const sent = playback.state.edge(number);
      const asked = now.veils("grad", sent, { node: target });
      const text = asked ? "?" : sent === undefined ? "·" : sent ? brief(sent) : "None";
      rows.push([now.index.nodes.get(target)?.[0]?.title ?? `${target}`, `${slot}`, text]);
    });
    return rows.length ? [table([say("sends"), "slot", say("gradient")], rows, [1, 2])] : [];
  }
}

/** The parameters in a card. @param {Box} box @returns {string[]} */
const namesIn = (box) => [...new Set(box.blocks?.map((block) => block.name).filter(Boolean))];
