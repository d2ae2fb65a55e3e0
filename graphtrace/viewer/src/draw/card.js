// A card: its sheet, what is written on it, its signs, and below that what changes while a recording plays.

import { dot, opener, sheet, twin, wrongMark } from "./marks.js";
import { classes, element, keyed } from "./tree.js";
import { writer } from "./words.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").OpenModule} OpenModule */
/** @typedef {(name: string) => string} Say A word of the language. */

const write = writer("card");
const writeTitle = writer("frame");

/** Keys of the nodes that a box stands for. @param {Box} box @returns {string[]} */
export const keysOf = (box) => box.keys ?? box.nodes.map(({ key }) => key);

/**
 * What of a card stays the same at every step.
 *
 * @param {Box} box
 * @returns {TreeElement[]}
 */
export function drawStill(box) {
  const lines = box.lines.map(({ role, x, y, size, width, text }) => write(role, text, { x, y, size, room: width }));
  const signs = [];
  if (box.twin !== null) signs.push(twin(box));
  if (box.openable) signs.push(opener(box.w - 3, 2, "+"));
  return [...(box.kind === "stub" ? [dot(box)] : sheet(box)), ...lines, ...signs];
}

/**
 * A card.
 *
 * @param {Box} box
 * @param {TreeElement[]} still What stays the same.
 * @param {TreeElement[]} blocks What changes.
 * @param {{ state: string, tab: boolean, mark?: string, below?: boolean, say: Say }} look Class names: what it is lit
 *   by; whether the tab key
 *   reaches it; what went wrong here, and whether that is written below.
 * @returns {TreeElement}
 */
export function drawCard(box, still, blocks, { state, tab, mark = "", below = false, say }) {
  const attrs = {
    class: classes("card", box.kind, state),
    transform: `translate(${box.x} ${box.y})`,
    role: "button",
    tabindex: tab ? 0 : -1,
    "data-id": box.id,
    "data-key": keysOf(box)[0],
    "aria-label": [spoken(box, say), mark].filter(Boolean).join(", "),
  };
  const changing = box.blocks?.length ? [element("g", { class: "blocks" }, blocks)] : [];
  return keyed(box.id, "g", attrs, [...still, ...changing, ...(mark ? [wrongMark(box, mark, below)] : [])]);
}

/** What a screen reader says. @param {Box} box @param {Say} say */
function spoken(box, say) {
  const parts = [box.title, box.subtitle, box.text, ...box.details, box.openable && say("openable")];
  return parts.filter(Boolean).join(", ") || say("stub");
}

/**
 * The outline of an open module.
 *
 * @param {OpenModule} module
 * @param {{ fresh: boolean, shut: boolean, say: Say }} look Just opened; whether it can be closed.
 * @returns {TreeElement}
 */
export function drawOpenModule({ path, title, x, y, w, h }, { fresh, shut, say }) {
  const spot = { x: x + 10, y: y + 16, size: 12, room: w - 44 };
  const sign = shut ? [opener(x + w - 16, y + 13, "−", `${say("close")} ${title}`)] : [];
  return keyed(path, "g", { class: classes("frame", fresh && "fresh"), "data-path": path }, [
    element("rect", { x, y, width: w, height: h, rx: 12 }),
    writeTitle(undefined, title, spot),
    ...sign,
  ]);
}
