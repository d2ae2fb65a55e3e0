// How far one got in the lessons: kept by this browser alone, and drawn as ways back.

import { button, el } from "../dom.js";

/** @typedef {{ lesson: string, step: number, of: number }} Visit A step that is shown. */
/** @typedef {Record<string, { step: number, seen: number }>} Kept By lesson: the step shown last, and the farthest. */

/**
 * @typedef {object} SentProgress
 * @property {{ id: string, label: string, steps: number }[]} lessons
 * @property {{ head: string, forget: string }} texts
 */

/** @typedef {(name: string, value: unknown) => void} Tell */
/** @typedef {{ data: Uint8Array, parentElement: HTMLElement, setTriggerValue: Tell }} ProgressHost */

const KEY = "graphtrace.lessons";

/** What is kept; nothing where the browser keeps nothing, or something else. @returns {Kept} */
export function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** @param {Kept} found */
function keep(found) {
  try {
    localStorage.setItem(KEY, JSON.stringify(found));
  } catch {
    // a browser that keeps nothing shows the lesson all the same
  }
}

/** Keep where a visit is. @param {Visit | null | undefined} visit */
export function note(visit) {
  if (!visit) return;
  const found = kept();
  const seen = Math.max(visit.step, Number(found[visit.lesson]?.seen ?? 0));
  keep({ ...found, [visit.lesson]: { step: visit.step, seen } });
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
    keep({});
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
