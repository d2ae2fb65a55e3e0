// A question of a lesson: its input, what is said to an answer, and the button that shows it to a class.

import { button, el } from "../dom.js";
import { real, short } from "../tensors.js";
import { inline } from "./inline.js";
import { judgeNumber, judgeOption, judgeOrder } from "./judging.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").QuestionWords} QuestionWords */
/** @typedef {import("./judging.js").Verdict} Verdict */

/** @type {Answer} */
export const NO_ANSWER = { number: null, option: null, picked: [], right: false, shown: false };

export class QuestionBox {
  /**
   * @param {import("./types.js").SentQuestion} question
   * @param {Answer} answer
   * @param {string} language
   * @param {(name: string) => string} say
   * @param {(answer: Answer) => void} keep Takes what was answered.
   */
  constructor(question, answer, language, say, keep) {
    this.question = question;
    this.answer = answer;
    this.words = question.words[language];
    this.say = say;
    this.keep = keep;
  }

  draw() {
    const { answer, words } = this;
    const reveal = answer.shown
      ? button({ class: "reveal", text: this.say("again") }, () => this.keep(NO_ANSWER))
      : button({ class: "reveal", text: this.say("reveal") }, () => this.reveal());
    const asked = el("p", { class: "asked" }, ...inline(words.text));
    return el("section", { class: "question" }, asked, this.input(), this.reply(), reveal);
  }

  input() {
    const { kind, answer, chips } = this.question;
    if (kind === "order") return this.lines();
    if (answer === null) return this.options();
    return chips ? this.chips(chips) : this.field();
  }

  /** @param {import("./types.js").Sent[]} chips */
  chips(chips) {
    const numbers = chips.map((sent) => Number(real(sent)));
    const made = numbers.map((value) => {
      const pressed = String(this.answer.number === value);
      return button({ "aria-pressed": pressed, text: short(value) }, () => this.guess(value));
    });
    return el("div", { class: "chips" }, ...made);
  }

  field() {
    const value = this.answer.number === null ? "" : short(this.answer.number);
    const names = { type: "text", inputmode: "decimal", placeholder: "?", "aria-label": this.say("answer") };
    const field = el("input", { ...names, value });
    field.addEventListener("change", () => {
      const typed = field.value.trim().replace("−", "-").replace(",", ".");
      if (typed && !Number.isNaN(Number(typed))) this.guess(Number(typed));
    });
    return field;
  }

  options() {
    const made = this.words.labels.map((label, i) => {
      const pressed = String(this.answer.option === i);
      return button({ "aria-pressed": pressed }, () => this.choose(i), ...inline(label));
    });
    return el("div", { class: "options" }, ...made);
  }

  lines() {
    const { picked } = this.answer;
    const made = this.words.labels.map((label, i) => {
      const place = picked.indexOf(i) + 1;
      const disabled = place && !this.whole ? "" : null;
      return button({ disabled }, () => this.pick(i), place ? `${place}. ` : "", ...inline(label));
    });
    return el("div", { class: "options" }, el("p", { text: this.say("order") }), ...made);
  }

  /** Whether every line has been picked. */
  get whole() {
    return this.answer.picked.length === this.words.labels.length;
  }

  // ---- answering -------------------------------------------------------------------------------

  /** @param {Partial<Answer>} more */
  take(more) {
    const answer = { ...this.answer, ...more };
    this.keep({ ...answer, shown: answer.shown || answer.right });
  }

  /** @param {number} number */
  guess(number) {
    this.take({ number, right: judgeNumber(this.question, this.words, number).right });
  }

  /** @param {number} option */
  choose(option) {
    this.take({ option, right: judgeOption(this.question, this.words, option).right });
  }

  /** The first line of a new attempt follows a wrong one. @param {number} line */
  pick(line) {
    const picked = this.whole ? [line] : [...this.answer.picked, line];
    this.take({ picked, right: judgeOrder(this.question, this.words, picked).right });
  }

  reveal() {
    this.take({ shown: true });
  }

  // ---- what is said ----------------------------------------------------------------------------

  /** @returns {Verdict | null} */
  get verdict() {
    const { answer, question, words } = this;
    if (answer.shown && !answer.right) return { right: true, text: this.truth };
    if (answer.option !== null) return judgeOption(question, words, answer.option);
    if (answer.number !== null) return judgeNumber(question, words, answer.number);
    return this.whole && answer.picked.length ? judgeOrder(question, words, answer.picked) : null;
  }

  /** The right answer in words, for a class that has voted. */
  get truth() {
    const { question, words } = this;
    if (question.answer !== null) return `${short(Number(real(question.answer)))} · ${words.right}`;
    const best = question.best === null ? question.order : [question.best];
    return `${best.map((i) => words.labels[i]).join(" → ")} · ${words.right}`;
  }

  reply() {
    const { verdict } = this;
    if (!verdict) return null;
    const general = this.say(verdict.sign ? "sign" : "not");
    const guess = this.answer.number === null ? "" : short(this.answer.number);
    const text = (verdict.text || general).replaceAll("{guess}", guess);
    return el("p", { class: verdict.right ? "right" : "wrong", role: "status" }, ...inline(text));
  }
}
