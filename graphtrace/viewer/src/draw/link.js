// A line of the forward pass, and the gradient that has come back along it.

import { brief, real } from "../tensors.js";
import { arrowHead, curve, direction, reversed } from "./marks.js";
import { rect } from "./numbers.js";
import { classes, element, keyed } from "./tree.js";
import { writer } from "./words.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Tensor} Tensor */

const BESIDE = 5; // px between a gradient and its forward line
const PILL = 22; // px of the sign for a gradient that a lesson asks for, where cards leave so much
const NEUTRAL = 2; // px: its line tells nothing

const write = writer("blocks");

/**
 * One line.
 *
 * @param {Link} link Where it runs.
 * @param {number} number Its place among the lines.
 * @param {(Tensor | null)[]} sent The gradients that have come along its edges; null where torch sent None.
 * @param {string} state Class names: what it is lit by.
 * @param {boolean} [asked] Whether a lesson asks for these gradients: they are not shown.
 * @returns {TreeElement}
 */
export function drawLink(link, number, sent, state, asked = false) {
  const { points: p } = link;
  const way = direction(p);
  const end = p.length - 2;
  const last = [p[end] - way.x * 6, p[end + 1] - way.y * 6];
  const path = curve(`${p[0]} ${p[1]}`, [...Array.from(p).slice(0, end), ...last]);
  const told = asked ? ["?"] : sent.map((tensor) => (tensor ? brief(tensor) : "None"));
  const title = [link.label, ...told].join("\n");
  return keyed(
    number,
    "g",
    { class: classes("link", link.edges && !link.edges.length && "given", state), "data-ends": `${link.t} ${link.s}` },
    [
      element("title", {}, [title]),
      element("path", { class: "line", d: path }),
      element("path", { class: "tip", d: arrowHead(p[end], p[end + 1], way) }),
      ...(asked ? question(p, sent.length > 0) : gradient(p, sent)),
    ],
  );
}

/**
 * A sign for gradients that are asked for, in the middle of their line.
 * @param {ArrayLike<number>} p
 * @param {boolean} came Whether they have come along it.
 */
function question(p, came) {
  const { x, y } = middle(p);
  const d = Math.min(PILL, Math.max(PILL * 0.6, Math.abs(p[0] - p[p.length - 2]) - 2));
  const flow = came ? [stream(p, NEUTRAL)] : [];
  const pill = rect("veil", { x: x - d / 2, y: y - d / 2, w: d, h: d }, { rx: d / 2 });
  const at = { x, y: y + d * 0.25, size: d * 0.7, room: d, anchor: "middle" };
  return [...flow, element("g", { class: "blocks asked" }, [pill, write("strong loud", "?", at)])];
}

/** The middle of the middle segment of a line. @param {ArrayLike<number>} p */
function middle(p) {
  const from = 6 * Math.floor((p.length - 2) / 12);
  const [x0, y0, x1, y1, x2, y2, x3, y3] = Array.from(p).slice(from, from + 8);
  return { x: (x0 + 3 * x1 + 3 * x2 + x3) / 8, y: (y0 + 3 * y1 + 3 * y2 + y3) / 8 };
}

/**
 * The widest of some gradients, drawn against its line, a little beside it.
 * @param {ArrayLike<number>} p
 * @param {(Tensor | null)[]} sent
 */
function gradient(p, sent) {
  if (!sent.length) return [];
  const tensors = sent.filter((tensor) => tensor !== null);
  if (!tensors.length) return [none(p)];
  const widest = tensors.reduce((a, b) => (breadth(b) > breadth(a) ? b : a));
  return [stream(p, breadth(widest), !Number.isFinite(real(widest.norm ?? 0)))];
}

/** @param {ArrayLike<number>} p @param {number} width @param {boolean} [odd] Whether no number is finite. */
function stream(p, width, odd = false) {
  const way = direction(reversed(p));
  const path = curve(`${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`, p);
  return element("g", { class: classes("flow", odd && "odd"), transform: `translate(0 ${BESIDE})` }, [
    element("path", { class: "stream", d: path, "stroke-width": width.toFixed(2) }),
    element("path", { class: "streamtip", d: arrowHead(p[0], p[1], way) }),
  ]);
}

/** A ring at the end where None was sent. @param {ArrayLike<number>} p */
function none(p) {
  const end = p.length - 2;
  return element("g", { class: "flow none" }, [element("circle", { cx: p[end] - 8, cy: p[end + 1], r: 3.5 })]);
}

/** The width of a gradient's line, by the order of magnitude of its norm. @param {Tensor} tensor */
export function breadth(tensor) {
  const norm = real(tensor?.norm ?? 0); // NaN and infinity are as wide as can be
  if (!Number.isFinite(norm)) return 6;
  if (norm === 0) return 1;
  return Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm)));
}
