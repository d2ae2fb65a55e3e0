// A line of the forward pass, and the gradient that has come back along it.

import { brief, real } from "../tensors.js";
import { arrowHead, curve, direction, reversed } from "./marks.js";
import { classes, element, keyed } from "./tree.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Tensor} Tensor */

const BESIDE = 5; // px between a gradient and its forward line

/**
 * One line.
 *
 * @param {Link} link Where it runs.
 * @param {number} number Its place among the lines.
 * @param {(Tensor | null)[]} sent The gradients that have come along its edges; null where torch sent None.
 * @param {string} state Class names: what it is lit by.
 * @returns {TreeElement}
 */
export function drawLink(link, number, sent, state) {
  const { points: p } = link;
  const way = direction(p);
  const end = p.length - 2;
  const last = [p[end] - way.x * 6, p[end + 1] - way.y * 6];
  const path = curve(`${p[0]} ${p[1]}`, [...Array.from(p).slice(0, end), ...last]);
  const title = [link.label, ...sent.map((tensor) => (tensor ? brief(tensor) : "None"))].join("\n");
  return keyed(
    number,
    "g",
    { class: classes("link", link.edges && !link.edges.length && "given", state), "data-ends": `${link.t} ${link.s}` },
    [
      element("title", {}, [title]),
      element("path", { class: "line", d: path }),
      element("path", { class: "tip", d: arrowHead(p[end], p[end + 1], way) }),
      ...gradient(p, sent),
    ],
  );
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
  const way = direction(reversed(p));
  const odd = !Number.isFinite(real(widest.norm ?? 0));
  const path = curve(`${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`, p);
  return [
    element("g", { class: classes("flow", odd && "odd"), transform: `translate(0 ${BESIDE})` }, [
      element("path", { class: "stream", d: path, "stroke-width": breadth(widest).toFixed(2) }),
      element("path", { class: "streamtip", d: arrowHead(p[0], p[1], way) }),
    ]),
  ];
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
