// What is said to an answer, from what Python computed: the right number, the usual wrong ones, the right option.
// A test proves that `graphtrace.lessons.judging` says the same.

import { real } from "../tensors.js";

/** @typedef {import("./types.js").SentQuestion} SentQuestion */
/** @typedef {import("./types.js").QuestionWords} QuestionWords */
/** @typedef {{ right: boolean, text: string, sign?: boolean }} Verdict `sign` where only the sign is wrong. */

const LEAST = 1e-9;

/** @param {number} guess @param {number} value @param {number} tolerance */
function near(guess, value, tolerance) {
  if (Number.isNaN(value) || Number.isNaN(guess)) return Number.isNaN(value) && Number.isNaN(guess);
  if (guess === value) return true;
  if (!Number.isFinite(guess) || !Number.isFinite(value)) return false;
  const room = Math.max(tolerance * Math.max(Math.abs(guess), Math.abs(value)), LEAST);
  return Math.abs(guess - value) <= room;
}

/** @param {SentQuestion} question @param {QuestionWords} words @param {number} guess @returns {Verdict} */
export function judgeNumber(question, words, guess) {
  const { tolerance } = question;
  const answer = real(/** @type {number} */ (question.answer));
  if (near(guess, answer, tolerance)) return { right: true, text: words.right };
  const usual = question.wrong.findIndex((value) => near(guess, real(/** @type {number} */ (value)), tolerance));
  if (usual >= 0) return { right: false, text: words.wrong[usual] };
  return { right: false, text: "", sign: near(-guess, answer, tolerance) };
}

/** @param {SentQuestion} question @param {QuestionWords} words @param {number} chosen @returns {Verdict} */
export function judgeOption(question, words, chosen) {
  const right = chosen === question.best;
  return { right, text: right ? `${words.replies[chosen]} ${words.right}`.trim() : words.replies[chosen] };
}

/** @param {SentQuestion} question @param {QuestionWords} words @param {number[]} picked @returns {Verdict} */
export function judgeOrder(question, words, picked) {
  const right = picked.length === question.order.length && picked.every((line, i) => line === question.order[i]);
  return { right, text: right ? words.right : "" };
}

/**
 * Whether an answer is right.
 * @param {SentQuestion} question
 * @param {Omit<import("./types.js").Answer, "right">} answer
 */
export function isRight(question, { number, option, picked }) {
  const words = Object.values(question.words)[0];
  if (question.answer !== null) return number !== null && judgeNumber(question, words, number).right;
  if (question.best !== null) return option === question.best;
  return judgeOrder(question, words, picked).right;
}
