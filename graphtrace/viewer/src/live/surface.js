// What the net gives for other inputs: over the plane, along a line, or the share of right answers of each class.

import { fromBase64 } from "../base64.js";
import { element } from "../draw/tree.js";
import { real } from "../tensors.js";
import { finite, mark, scaleOf } from "./scale.js";

/** @typedef {import("./types.js").Surface} Surface */
/** @typedef {import("./types.js").Size} Size */
/** @typedef {import("../draw/tree.js").Element} Tree */

const LEVELS = 254; // of a byte; 255: not finite
const TONES = 20; // of a colour: what changes less is not drawn anew
const SHAPES = 4;

/** @param {Surface} surface @param {Size} size @returns {Tree[]} */
export function drawSurface(surface, size) {
  if (surface.kind === "plane") return drawPlane(surface, size);
  return surface.kind === "line" ? drawLine(surface, size) : drawClasses(surface, size);
}

/**
 * The outputs of a plane, row by row from the smallest inputs on; NaN for those that are not finite.
 * @param {Surface} surface
 * @returns {number[]}
 */
export const planeOutputs = ({ bytes, least, most }) =>
  [...fromBase64(bytes)].map((byte) => (byte > LEVELS ? NaN : least + ((most - least) * byte) / LEVELS));

// ---- over the plane ----------------------------------------------------------------------------

/** @param {Surface} surface @param {Size} size */
function drawPlane(surface, size) {
  const outputs = planeOutputs(surface);
  const count = Math.round(Math.sqrt(outputs.length));
  const cell = Math.max(1, Math.floor(Math.min(size.width, size.height) / count)); // whole pixels: no seams
  const side = cell * count;
  const cells = outputs.map((output, i) => {
    const [row, column] = [Math.floor(i / count), i % count];
    const spot = { x: column * cell, y: side - (row + 1) * cell };
    return element("rect", { ...tone(surface, output), ...spot, width: cell, height: cell });
  });
  const at = (/** @type {number} */ input) => ((input - surface.low) / (surface.high - surface.low)) * side;
  const points = surface.points.map(([x, y, target]) => sample(surface, at(x), side - at(y), target));
  return [element("g", { class: "cells" }, cells), element("g", { class: "samples" }, points)];
}

/**
 * The colour of an output: of its class, or the stronger the farther it is from the middle.
 * @param {Surface} surface
 * @param {number} output
 */
function tone({ classes, middle, least, most }, output) {
  if (!Number.isFinite(output)) return { class: "odd", "fill-opacity": 1 };
  if (classes) return { class: `class${Math.round(output) % 6}`, "fill-opacity": 0.5 };
  const reach = Math.max(Math.abs(most - middle), Math.abs(least - middle)) || 1;
  const strength = Math.round((Math.abs(output - middle) / reach) * TONES) / TONES;
  return { class: output < middle ? "low" : "high", "fill-opacity": tenth(strength * 8) / 10 };
}

/**
 * A sample: full above the middle, hollow below; of several classes each has its shape.
 * @param {Surface} surface
 * @param {number} x
 * @param {number} y
 * @param {number} target
 */
function sample({ classes, middle, points }, x, y, target) {
  const r = points.length > 40 ? 3 : 5;
  if (!classes) {
    return element("circle", { class: target > middle ? "full" : "hollow", cx: tenth(x), cy: tenth(y), r });
  }
  return element("path", { class: `full class${target % 6}`, d: shape(target % SHAPES, tenth(x), tenth(y), r) });
}

/** @param {number} number @param {number} x @param {number} y @param {number} r */
function shape(number, x, y, r) {
  if (number === 0) return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  if (number === 1) return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;
  return number === 2
    ? `M${x - r} ${y + r}h${2 * r}l${-r} ${-2 * r}z`
    : `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z`;
}

// ---- along a line ------------------------------------------------------------------------------

/** @param {Surface} surface @param {Size} size */
function drawLine({ outputs, points, low, high }, { width, height }) {
  const targets = points.map(([, target]) => target);
  const { at } = scaleOf([...finite(outputs), ...targets]);
  const [top, room] = [6, Math.max(1, height - 12)];
  const x = (/** @type {number} */ share) => tenth(4 + share * (width - 8));
  const y = (/** @type {number} */ amount) => tenth(top + (1 - at(amount)) * room);
  const known = outputs.map((output, i) => ({ share: i / (outputs.length - 1), output: Number(real(output ?? NaN)) }));
  const line = known.filter(({ output }) => Number.isFinite(output));
  const d = line.map(({ share, output }, i) => `${i ? "L" : "M"}${x(share)} ${y(output)}`).join("");
  const dots = points.map(([input, target]) =>
    element("circle", {
      class: "full",
      cx: x((input - low) / (high - low)),
      cy: y(target),
      r: points.length > 40 ? 3 : 4.5,
    }),
  );
  return [
    element("path", { class: "axis", d: `M4 ${top}V${top + room}H${width - 4}` }),
    element("g", { class: "samples" }, dots),
    element("path", { class: "output", d }),
  ];
}

// ---- by class ----------------------------------------------------------------------------------

/** @param {Surface} surface @param {Size} size */
function drawClasses({ outputs }, { width, height }) {
  const step = width / outputs.length;
  const floor = height - 18;
  return outputs.flatMap((output, i) => {
    const share = Number(real(output ?? NaN));
    const tall = Number.isFinite(share) ? share * (floor - 4) : 0;
    const bar = { x: tenth(i * step + 2), width: tenth(step - 4), rx: 2 };
    return [
      element("rect", { class: "norm-room", ...bar, y: 4, height: floor - 4 }),
      element("rect", { class: "share", ...bar, y: tenth(floor - tall), height: tenth(tall) }),
      element("text", { class: "tick", x: tenth((i + 0.5) * step), y: height - 3, "text-anchor": "middle" }, [
        String(i),
      ]),
    ];
  });
}

/**
 * What stands beside the title: the range of the outputs, or how many answers are right.
 * @param {Surface} surface
 * @returns {string}
 */
export function rangeOf({ kind, outputs, least, most, classes }) {
  if (kind === "plane") return classes ? "" : `${mark(least)} … ${mark(most)}`;
  const known = finite(outputs);
  if (!known.length) return "";
  if (kind === "line") return `${mark(Math.min(...known))} … ${mark(Math.max(...known))}`;
  return `${Math.round((100 * known.reduce((sum, share) => sum + share, 0)) / known.length)} %`;
}

/** @param {number} pixels */
const tenth = (pixels) => Math.round(pixels * 10) / 10;
