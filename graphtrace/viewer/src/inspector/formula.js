// What an operation computes, forwards and backwards: the letters, and below them the recorded numbers.

import { el } from "../dom.js";
import { shapeText } from "../tensors.js";
import { isListed, matrix } from "./matrix.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Tensor} Tensor */
/** @typedef {import("../draw/moment.js").Moment} Moment */
/**
 * @typedef {{ text: string, letter: string | null }} Token A piece of a formula: a letter that stands for a tensor, or
 *   signs.
 */
/**
 * @typedef {{ known: Record<string, Tensor | null | undefined>, operands: Record<string, number>, now: Moment }}
 *   Letters
 */

const MOST_PARTS = 4;

/** Letters stand in braces. @param {string} text @returns {Token[]} */
export const tokensOf = (text) =>
  text
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((part) => ({ text: part, letter: part[0] === "{" ? part.slice(1, -1) : null }));

/** How a letter is written: g and letters after d are gradients. @param {string} letter */
export const symbolOf = (letter) => (letter === "g" ? "∂L/∂z" : letter.length > 1 ? `∂L/∂${letter.slice(1)}` : letter);

/** @param {string} letter */
const isGradient = (letter) => letter === "g" || letter.length > 1;

/** The last part of a parameter's name. @param {string} name */
export const lastName = (name) => name.split(".").at(-1) ?? name;

export class Formulas {
  /**
   * @param {object} parts
   * @param {import("../draw/playback.js").Playback} parts.playback
   * @param {import("../draw/types.js").Say} parts.say
   * @param {(box: Box | null) => void} parts.select
   * @param {(box: Box | null) => void} parts.point
   */
  constructor({ playback, say, select, point }) {
    this.playback = playback;
    this.say = say;
    this.select = select;
    this.point = point;
  }

  /**
   * The formulas of the operation that names a box; nothing where none is known.
   * @param {Box} box
   * @param {Moment} now
   * @returns {HTMLElement[]}
   */
  draw(box, now) {
    if (box.kind === "leaf") return this.titled(this.accumulated(box, now));
    const [node] = box.ids ?? [];
    const formula = now.graph.formulas.get(node);
    if (!formula) return [];
    const { rule, edges, operands } = formula;
    const { forward, lines } = this.playback.wire.rules[rule];
    const letters = { operands, now, known: this.known(node, operands, now) };
    const blocks = [this.line(letters, forward, "value", letters.known[firstLetter(forward)])];
    lines.forEach(([text, letter], i) => {
      const result = edges[i] === null ? undefined : now.state.edge(edges[i]);
      blocks.push(this.line(letters, `{d${letter}} = ${text}`, "grad", result));
    });
    const note = forward.includes("[÷ n]") ? [el("p", { class: "hint", text: this.say("mean_note") })] : [];
    return [...this.titled(...blocks), ...note];
  }

  /** @param {...HTMLElement} blocks */
  titled(...blocks) {
    return [el("h3", { text: this.say("what_happens") }), el("div", { class: "formulas" }, ...blocks)];
  }

  /**
   * What the letters stand for, as far as it is known by now.
   * @param {number} node
   * @param {Letters["operands"]} operands
   * @param {Moment} now
   */
  known(node, operands, now) {
    const { player, cursor } = this.playback;
    /** @type {Letters["known"]} */
    const known = { g: now.state.incoming(node, now.inputOf(node)) };
    for (const [letter, operand] of Object.entries(operands)) known[letter] = player.operand(operand, cursor);
    return known;
  }

  /**
   * One formula; below it the same with what is known by now.
   *
   * @param {Letters} letters
   * @param {string} text
   * @param {string} hue
   * @param {Tensor | null | undefined} result What stands for the letter at its start.
   */
  line(letters, text, hue, result) {
    const tokens = tokensOf(text);
    const symbols = tokens.map((token) => (token.letter ? this.symbol(letters, token.letter) : token.text));
    const block = el("div", { class: `formula ${hue}` }, el("p", { class: "symbols" }, ...symbols));
    if (letters.now.secret || !isKnown(tokens, letters.known)) return block;
    const equals = tokens.findIndex((token) => token.text.includes("="));
    const lead = tokens[equals].text.replace(/^\s*=\s*/, "");
    const right = tokens.slice(equals + 1);
    const row = right.map(({ letter, text: signs }) => (letter ? this.tensor(letters, letter) : sign(signs)));
    const end = result ? [sign("="), matrix(result, hue, false)] : [];
    block.append(el("div", { class: "numbers" }, lead && sign(lead), ...row, ...end));
    return block;
  }

  /** A letter; pointing at it lights what it stands for. @param {Letters} letters @param {string} letter */
  symbol(letters, letter) {
    return this.linked(letters, letter, el("var", { class: isGradient(letter) ? "grad" : "", text: symbolOf(letter) }));
  }

  /** @param {Letters} letters @param {string} letter */
  tensor(letters, letter) {
    const value = letters.known[letter];
    if (!value) return sign(symbolOf(letter));
    const written = isListed(value)
      ? matrix(value, letter === "g" ? "grad" : "value")
      : el("var", {}, symbolOf(letter), el("sub", { text: shapeText(value) }));
    return this.linked(letters, letter, written);
  }

  /** @param {Letters} letters @param {string} letter @param {HTMLElement} node */
  linked({ operands, now }, letter, node) {
    const box = letter === "z" ? null : this.boxOf(operands[letter], now); // z is the card itself
    if (!box) return node;
    node.classList.add("linked");
    node.dataset.box = String(box.id);
    node.title = box.title;
    node.addEventListener("pointerenter", () => this.point(box));
    node.addEventListener("pointerleave", () => this.point(null));
    node.addEventListener("click", () => this.select(box));
    return node;
  }

  /**
   * The card that an operand comes from.
   * @param {number | undefined} operand
   * @param {Moment} now
   * @returns {Box | null}
   */
  boxOf(operand, now) {
    const { op, name } = this.playback.wire.operands;
    if (operand === undefined) return null;
    if (name[operand].startsWith("leaf:")) return now.index.leaves.get(name[operand].slice(5))?.[0] ?? null;
    return name[operand].startsWith("out:") ? (now.boxesOfOp(op[operand])[0] ?? null) : null;
  }

  /** Of a leaf: what has been added to its .grad, and the sum. @param {Box} box @param {Moment} now */
  accumulated(box, now) {
    const name = box.blocks?.map((block) => block.name).find(Boolean);
    const grad = name === undefined ? null : this.playback.state.grad(name);
    const text = `${name ?? "x"}.grad += ∂L/∂${lastName(name ?? "x")}`;
    const block = el("div", { class: "formula grad" }, el("p", { class: "symbols", text }));
    const parts = grad?.layers.filter(Boolean) ?? [];
    if (now.secret || !grad?.value || !parts.length || parts.length > MOST_PARTS || !parts.every(isListed))
      return block;
    const sum = parts.flatMap((part, i) => [...(i ? [sign("+")] : []), matrix(part, "grad")]);
    const end = parts.length > 1 ? [sign("="), matrix(grad.value, "grad", false)] : [];
    block.append(el("div", { class: "numbers" }, ...sum, ...end));
    return block;
  }
}

/** @param {string} text */
const firstLetter = (text) => tokensOf(text).find(({ letter }) => letter)?.letter ?? "";

/**
 * Whether the letters to the right are known, and one of them is written out.
 * @param {Token[]} tokens
 * @param {Letters["known"]} known
 */
function isKnown(tokens, known) {
  const letters = tokens.flatMap(({ letter }) => (letter ? [letter] : [])).slice(1);
  return (
    letters.length > 0 && letters.every((letter) => known[letter]) && letters.some((letter) => isListed(known[letter]))
  );
}

/** @param {string} text */
export const sign = (text) => el("span", { class: /^[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵀᵢ]/u.test(text) ? "op raised" : "op", text });
