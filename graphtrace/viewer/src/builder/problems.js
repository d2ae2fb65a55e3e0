// What does not fit, at its row: the sentence, and a button that repairs it.

import { button, el } from "../dom.js";

/** @typedef {import("./types.js").Problem} Problem */

/** @param {HTMLElement} root @param {Problem[]} problems @param {() => void} repair */
export function showProblems(root, problems, repair) {
  const key = JSON.stringify(problems);
  if (root.dataset.shown === key) return;
  root.dataset.shown = key;
  root.replaceChildren(
    ...problems.map(({ text, repair: label }) =>
      el(
        "div",
        { class: "problem" },
        el("p", { text }),
        label ? button({ class: "repair", text: label }, repair) : null,
      ),
    ),
  );
}
