// The line of time: everything that was done, as a thin line below the toolbar. A press on it goes there.

import { clamp, el } from "../dom.js";
import { short } from "../tensors.js";

/** @typedef {[last: number, kind: string, words: string, forwards: number, failed: boolean]} StoryPart */

/**
 * @typedef {object} Story
 * @property {number} at Position in what was done; behind it lies what is undone.
 * @property {number | null} fork Where the other branch begins.
 * @property {StoryPart[]} parts
 */

/**
 * @typedef {object} StoryDoes
 * @property {(position: number) => void} go
 * @property {(pass: number) => void} open Open an iteration.
 * @property {(name: "undo" | "redo") => void} move
 * @property {(pass: number) => import("../live/types.js").Amount} loss Of an iteration, as far as it is known.
 */

/**
 * A part where it lies; `passes` forward passes are before it.
 *
 * @typedef {{ part: StoryPart, first: number, passes: number, left: number, width: number }} Placed
 */

const WIDEST = 26; // pixels of a single press
const EDGE = 16; // as `.control` has it

/** How much room a part asks for: it grows with the logarithm of its length. @param {StoryPart} part */
const weight = ([, kind, , forwards]) =>
  kind === "many" ? 2 + 2 * Math.log2(forwards + 1) : 1 + Math.log2(Math.max(1, forwards));

/**
 * Where the parts lie.
 *
 * @param {StoryPart[]} parts
 * @param {number} width Of the line.
 * @returns {Placed[]}
 */
export function placeParts(parts, width) {
  const unit = Math.min(WIDEST, Math.max(0, width - 2 * EDGE) / Math.max(1, sum(parts.map(weight))));
  let [left, first, passes] = [EDGE, 0, 0];
  return parts.map((part) => {
    const placed = { part, first, passes, left, width: weight(part) * unit };
    [left, first, passes] = [left + placed.width, part[0], passes + part[3]];
    return placed;
  });
}

/**
 * What lies at a place of the line: an iteration of a run, or the end of a press.
 *
 * @param {Placed[]} placed
 * @param {number} x
 * @returns {{ placed: Placed, pass: number | null } | null}
 */
export function partAt(placed, x) {
  const found = placed.findLast(({ left }) => left <= x) ?? placed[0];
  if (!found) return null;
  const [, kind, , forwards] = found.part;
  if (!forwards || (kind !== "many" && forwards === 1)) return { placed: found, pass: null };
  const inside = Math.floor(clamp((x - found.left) / found.width, 0, 1) * forwards);
  return { placed: found, pass: found.passes + Math.min(inside, forwards - 1) + 1 };
}

/** Where a position of the history is. @param {Placed[]} placed @param {number} position */
export function placeOf(placed, position) {
  const found = placed.find(({ part }) => part[0] >= position);
  if (!found) return placed.length ? placed[placed.length - 1].left + placed[placed.length - 1].width : EDGE;
  const share = (position - found.first) / Math.max(1, found.part[0] - found.first);
  return found.left + found.width * clamp(share, 0, 1);
}

export class StoryLine {
  /**
   * @param {() => import("../words.js").Words} words Of now.
   * @param {StoryDoes} does
   */
  constructor(words, does) {
    const root = el("div", { class: "story", role: "slider", tabindex: 0, "aria-valuemin": 0, hidden: "" });
    this.root = root;
    this.words = words;
    this.does = does;
    /** @type {Story | null} */
    this.story = null;
    /** @type {Placed[]} */
    this.placed = [];
    this.tip = el("output", { class: "story-tip", hidden: "" });
    root.addEventListener("click", (event) => this.press(event));
    root.addEventListener("pointermove", (event) => this.point(event));
    root.addEventListener("pointerleave", () => this.tip.setAttribute("hidden", ""));
    root.addEventListener("keydown", (event) => this.key(event));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(root);
  }

  destroy() {
    this.sizes.disconnect();
  }

  /**
   * @param {Story | null} story
   * @param {Element} place What it is on the edge of.
   */
  take(story, place) {
    if (this.root.parentNode !== place) place.prepend(this.root);
    this.story = story;
    this.root.hidden = !story;
    this.draw();
  }

  draw() {
    const { root, story } = this;
    if (!story) return;
    this.placed = placeParts(story.parts, root.clientWidth);
    const parts = this.placed.map(({ part: [last, kind, , , failed], left, width }) => {
      const classes = ["part", kind, failed ? "failed" : "", last > story.at ? "undone" : ""];
      return el("i", { class: classes.join(" ").trim(), style: `left:${left}px;width:${Math.max(2, width - 2)}px` });
    });
    const fork = story.fork === null ? [] : [this.mark("fork", story.fork)];
    root.replaceChildren(...parts, ...fork, this.mark("now", story.at), this.tip);
    const here = this.placed.findLast(({ part }) => part[0] <= story.at)?.part[2] ?? "";
    root.setAttribute("aria-label", this.words().say("story"));
    root.setAttribute("aria-valuemax", String(story.parts.at(-1)?.[0] ?? 0));
    root.setAttribute("aria-valuenow", String(story.at));
    root.setAttribute("aria-valuetext", here);
  }

  /** @param {string} name @param {number} position */
  mark(name, position) {
    return el("b", { class: name, style: `left:${placeOf(this.placed, position)}px` });
  }

  /** @param {MouseEvent} event */
  found({ clientX }) {
    return partAt(this.placed, clientX - this.root.getBoundingClientRect().left);
  }

  /** @param {MouseEvent} event */
  press(event) {
    const found = this.found(event);
    if (!found) return;
    if (found.pass === null) this.does.go(found.placed.part[0]);
    else this.does.open(found.pass);
  }

  /** What a press here would open, in words. @param {MouseEvent} event */
  point(event) {
    const found = this.found(event);
    if (!found) return;
    const [, , words] = found.placed.part;
    const loss = found.pass === null ? null : this.does.loss(found.pass);
    const iteration = found.pass === null ? "" : this.words().say("story_iteration").replace("{n}", String(found.pass));
    this.tip.textContent = iteration
      ? [iteration, loss === null ? "" : `loss ${short(loss)}`].filter(Boolean).join(" · ")
      : words;
    this.tip.removeAttribute("hidden");
    const { left, width } = this.root.getBoundingClientRect();
    const half = this.tip.offsetWidth / 2;
    this.tip.style.left = `${clamp(event.clientX - left, half + 4, Math.max(half + 4, width - half - 4))}px`;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const does = {
      ArrowLeft: () => this.does.move("undo"),
      ArrowRight: () => this.does.move("redo"),
      Home: () => this.does.go(1),
      End: () => this.does.go(this.story?.parts.at(-1)?.[0] ?? 1),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
