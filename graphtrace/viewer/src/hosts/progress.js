// How far one got in the lessons: kept by this browser alone, and drawn as ways back.

import { button, el } from "../dom.js";

/**
 * @typedef {object} KeptAnswer What was answered to a question.
 * @property {number | null} number
 * @property {number | null} option
 * @property {number[]} picked
 * @property {boolean} shown
 */

/**
 * @typedef {{ lesson: string, step: number, of: number, answer?: KeptAnswer | null }} Visit A step that is shown; the
 *   answer is null where the host knows of none.
 */
/** @typedef {Record<string, { step: number, seen: number }>} Kept By lesson: the step shown last, and the farthest. */

/**
 * @typedef {object} SentProgress
 * @property {{ id: string, label: string, steps: number }[]} lessons
 * @property {{ head: string, forget: string }} texts
 */

/** @typedef {(name: string, value: unknown) => void} Tell */
/** @typedef {{ data: Uint8Array, parentElement: HTMLElement, setTriggerValue: Tell }} ProgressHost */

const KEY = "graphtrace.lessons";
const ANSWERS = "graphtrace.answers"; // by lesson and step, as "forks/3"

/** What is kept; nothing where the browser keeps nothing, or something else. @param {string} key */
function read(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** @param {string} key @param {object} found */
function write(key, found) {
  try {
    localStorage.setItem(key, JSON.stringify(found));
  } catch {
    // a browser that keeps nothing shows the lesson all the same
  }
}

/** How far one got. @returns {Kept} */
export const kept = () => read(KEY);

/** Keep where a visit is. @param {Visit | null | undefined} visit */
export function note(visit) {
  if (!visit) return;
  const found = kept();
  const seen = Math.max(visit.step, Number(found[visit.lesson]?.seen ?? 0));
  write(KEY, { ...found, [visit.lesson]: { step: visit.step, seen } });
  if (visit.answer) keepAnswer(visit.lesson, visit.step, visit.answer);
}

/**
 * What was answered before the page was loaded, where the host does not know.
 * @param {Visit | null | undefined} visit
 * @returns {(KeptAnswer & { lesson: string, step: number }) | null}
 */
export function recalled(visit) {
  const answer = visit?.answer === null ? answerOf(visit.lesson, visit.step) : null;
  return visit && answer ? { ...answer, lesson: visit.lesson, step: visit.step } : null;
}

/** The answer that is kept. @param {string} lesson @param {number} step From 1. @returns {KeptAnswer | null} */
export function answerOf(lesson, step) {
  const found = read(ANSWERS)[`${lesson}/${step}`];
  return found && typeof found === "object" && Array.isArray(found.picked) ? found : null;
}

/** Keep an answer; an empty one is forgotten. @param {string} lesson @param {number} step @param {KeptAnswer} answer */
export function keepAnswer(lesson, step, { number, option, picked, shown }) {
  const answers = read(ANSWERS);
  const given = number !== null || option !== null || picked.length || shown;
  if (given) answers[`${lesson}/${step}`] = { number, option, picked, shown };
  else delete answers[`${lesson}/${step}`];
  write(ANSWERS, answers);
}

/**
 * Draw the lessons that were begun.
 *
 * @param {HTMLElement} root
 * @param {SentProgress} sent
 * @param {(place: { lesson: string, step: number }) => void} go
 */
export function drawProgress(root, { lessons, texts }, go) {
  const found = kept();
  const begun = lessons.filter(({ id }) => Number.isInteger(found[id]?.step) && Number.isInteger(found[id]?.seen));
  const ways = begun.map(({ id, label, steps }) => {
    const { step, seen } = found[id];
    const share = `${Math.min(100, Math.round((100 * seen) / steps))}%`;
    const bar = el("i", {}, el("b", {}));
    /** @type {HTMLElement} */ (bar.firstChild).style.width = share;
    const text = `${label}  ${Math.min(seen, steps)} / ${steps}`;
    return button({ "data-lesson": id }, () => go({ lesson: id, step }), el("span", { text }), bar);
  });
  const forget = button({ class: "forget", text: texts.forget }, () => {
    write(KEY, {});
    write(ANSWERS, {});
    root.replaceChildren();
  });
  root.replaceChildren(...(ways.length ? [el("p", { text: texts.head }), ...ways, forget] : []));
}

/**
 * Show it, where there is a place for it.
 *
 * @param {ProgressHost} host
 * @returns {(() => void) | null} Takes it off the page.
 */
export function mountProgress({ data, parentElement, setTriggerValue }) {
  /** @type {HTMLElement | null} */
  const root = parentElement.querySelector(".gt-progress");
  if (!root) return null;
  const sent = JSON.parse(new TextDecoder().decode(data)).data;
  drawProgress(root, sent, (place) => setTriggerValue("go", place));
  return () => root.replaceChildren();
}
