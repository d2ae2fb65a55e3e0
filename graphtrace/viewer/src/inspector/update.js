// How an optimizer's step changed a parameter: its rule in letters, and below it with the recorded numbers.

import { countUntil, summed } from "../histories.js";
import { el } from "../dom.js";
import { shapeText } from "../tensors.js";
import { lastName, sign, tokensOf } from "./formula.js";
import { isListed, matrix } from "./matrix.js";

/** @typedef {import("../draw/types.js").Tensor} Tensor */
/** @typedef {import("../wire.js").WireUpdateRule} Rule */
/** @typedef {{ rule: Rule, tensors: Record<string, Tensor>, name: string }} Update */

/** Letters for what torch keeps; the parameter and its gradient have names. @type {Record<string, string>} */
const WORDS = { w: "w", g: "w.grad" };

export class Updates {
  /**
   * @param {import("../draw/playback.js").Playback} playback
   * @param {import("../draw/types.js").Say} say
   */
  constructor(playback, say) {
    this.playback = playback;
    this.say = say;
    const { wire } = playback;
    this.cursors = summed(wire.updates?.cursors ?? []);
  }

  /** The latest update of a leaf whose rule is known. @param {string} name @returns {Update | null} */
  of(name) {
    const { wire, player, cursor } = this.playback;
    for (let i = countUntil(this.cursors, cursor) - 1; i >= 0; i -= 1) {
      if (player.events[this.cursors[i] - 1].leaf !== name) continue;
      const tensors = Object.entries(wire.updates.operands[i]).map(([letter, place]) => [letter, wire.tensors[place]]);
      return { name, rule: wire.updates.rules[wire.updates.rule[i]], tensors: Object.fromEntries(tensors) };
    }
    return null;
  }

  /** The rules of leaves that a step has changed by now. @param {string[]} names @returns {HTMLElement[]} */
  draw(names) {
    const updates = names.map((name) => this.of(name)).filter((update) => update !== null);
    return updates.flatMap((update) => [
      el("h3", { text: this.say("rule_of").replace("{name}", update.name) }),
      el("div", { class: "formulas updates" }, ...update.rule.lines.map((line) => drawLine(line, update))),
      ...(update.rule.note ? [el("p", { class: "hint", text: update.rule.note })] : []),
    ]);
  }
}

/** One assignment. @param {[text: string, result: string]} line @param {Update} update */
function drawLine([text, result], { tensors, name }) {
  const symbols = [
    symbol(result, name),
    " ← ",
    ...tokensOf(text).map(({ letter, text: signs }) => (letter ? symbol(letter, name) : signs)),
  ];
  const block = el("div", { class: "formula value" }, el("p", { class: "symbols" }, ...symbols));
  if (!isListed(tensors[result])) return block;
  const numbers = tokensOf(text).map(({ letter, text: signs }) =>
    letter ? tensor(letter, tensors, name) : sign(signs),
  );
  block.append(el("div", { class: "numbers" }, ...numbers, sign("="), matrix(tensors[result], "value")));
  return block;
}

/**
 * The name of a letter: that of the parameter, its gradient, or of what the optimizer keeps.
 * @param {string} letter
 * @param {string} name
 */
const symbol = (letter, name) =>
  el("var", {
    class: letter === "g" ? "grad" : "",
    text: (WORDS[letter.toLowerCase()] ?? letter.toLowerCase()).replace("w", lastName(name)),
  });

/** @param {string} letter @param {Record<string, Tensor>} tensors @param {string} name */
function tensor(letter, tensors, name) {
  const value = tensors[letter];
  if (isListed(value)) return matrix(value, letter === "g" ? "grad" : "value");
  return el("var", {}, symbol(letter, name), el("sub", { text: value ? shapeText(value) : "" }));
}
