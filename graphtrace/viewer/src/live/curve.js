// The loss curve: every iteration, what is undone dashed behind the present one.

import { element } from "../draw/tree.js";
import { real } from "../tensors.js";
import { finite, mark, scaleOf } from "./scale.js";

/** @typedef {import("./types.js").LivePicture} LivePicture */
/** @typedef {import("./types.js").Size} Size */

const EDGE = { left: 6, right: 8, top: 20, bottom: 20 };

/**
 * Where the curve lies.
 *
 * @param {LivePicture} picture
 * @param {Size} size
 */
export function curveFrame({ passes }, { width, height }) {
  const first = passes[0] ?? 0;
  const last = Math.max(passes.at(-1) ?? 1, first + 1);
  const wide = Math.max(1, width - EDGE.left - EDGE.right);
  const high = Math.max(1, height - EDGE.top - EDGE.bottom);
  return {
    x: (/** @type {number} */ pass) => EDGE.left + ((pass - first) / (last - first)) * wide,
    y: (/** @type {number} */ share) => EDGE.top + (1 - share) * high,
    pass: (/** @type {number} */ x) =>
      Math.min(last, Math.max(first, Math.round(first + ((x - EDGE.left) / wide) * (last - first)))),
    left: EDGE.left,
    right: EDGE.left + wide,
    floor: EDGE.top + high,
  };
}

/**
 * The curve with its axes, and a ring at the present iteration.
 *
 * @param {LivePicture} picture
 * @param {Size} size
 * @returns {import("../draw/tree.js").Element[]}
 */
export function drawCurve(picture, size) {
  const frame = curveFrame(picture, size);
  const scale = scaleOf(finite(picture.losses));
  const points = picture.passes.map((pass, i) => ({ pass, y: scale.at(Number(real(picture.losses[i] ?? NaN))) }));
  const cut = points.findLastIndex(({ pass }) => pass <= picture.iteration);
  const here = points[cut];
  const text = (/** @type {string} */ words, /** @type {number} */ x, /** @type {number} */ y, anchor = "start") =>
    element("text", { class: "tick", x, y, "text-anchor": anchor }, [words]);
  const span = points.length > 1 ? [points[0].pass, points[points.length - 1].pass] : [];
  return [
    element("path", { class: "axis", d: `M${frame.left} ${EDGE.top}V${frame.floor}H${frame.right}` }),
    element("path", { class: "undone", d: pathOf(points.slice(Math.max(0, cut)), frame) }),
    element("path", { class: "loss", d: pathOf(points.slice(0, cut + 1), frame) }),
    ...(here && Number.isFinite(here.y)
      ? [element("circle", { class: "here", cx: round(frame.x(here.pass)), cy: round(frame.y(here.y)), r: 4 })]
      : []),
    text(mark(scale.high), frame.left + 4, EDGE.top - 6),
    ...(scale.low ? [text(mark(scale.low), frame.left + 4, frame.floor - 4)] : []),
    ...(scale.log ? [text("log", frame.right, EDGE.top - 6, "end")] : []),
    ...span.map((pass, i) => text(String(pass), i ? frame.right : frame.left, size.height - 5, i ? "end" : "start")),
  ];
}

/**
 * A line through the finite points; where one is not, a gap.
 * @param {{ pass: number, y: number }[]} points
 * @param {ReturnType<typeof curveFrame>} frame
 */
function pathOf(points, frame) {
  let gap = true;
  const steps = points.map(({ pass, y }) => {
    if (!Number.isFinite(y)) {
      gap = true;
      return "";
    }
    const step = `${gap ? "M" : "L"}${round(frame.x(pass))} ${round(frame.y(y))}`;
    gap = false;
    return step;
  });
  return steps.join("");
}

/** @param {number} pixels */
const round = (pixels) => Math.round(pixels * 10) / 10;
