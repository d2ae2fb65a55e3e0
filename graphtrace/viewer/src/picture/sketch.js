// The picture from far away, on a canvas: cards as coloured bars, lines thin, titles where they can be read.

import { visible } from "./placing.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Geometry} Geometry */
/** @typedef {import("./field.js").Field} Field */
/** @typedef {import("./field.js").Edges} Edges */
/** @typedef {import("./placing.js").At} At */
/** @typedef {{ geo: Geometry, boxes: Field, lines: Field }} Things What there is, and where. */
/**
 * @typedef {{ colours: Record<string, string>, hue: (box: Box) => string }} Paint Colours by name, and the name of a
 *   box's colour.
 */
/**
 * @typedef {Things & Paint & { context: CanvasRenderingContext2D, k: number, seen: Edges }} Pen What is drawn, how, and
 *   at which zoom.
 */

const FEW_LINES = 6000;
const FAR_CELL = 7; // px of a cell below which its cards are one bar
const TITLE_PX = 11;
const TITLED = 58; // px of a card that can carry its title
const CROWD = 4000; // cards, of which no outline is drawn
const BAR = 4; // of a card
const LEAST_BAR = 2.5; // px
const NARROW = 12; // px of a card below which all of it is its bar

/** @type {Record<string, string>} Colours of boxes, by their kind. */
export const COLOURS = {
  op: "forward",
  module: "forward",
  leaf: "leaf",
  gradient: "gradient",
  stub: "constant",
  cut: "constant",
  waiting: "constant",
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Things} things
 * @param {At} at Zoom and place.
 * @param {number} width Of the canvas.
 * @param {number} height
 * @param {Paint} paint
 */
export function sketch(context, { geo, boxes, lines }, at, width, height, paint) {
  /** @type {Pen} */
  const pen = { ...paint, geo, boxes, lines, context, k: at.k, seen: visible(at, { width, height }, 0) };
  context.save();
  context.transform(at.k, 0, 0, at.k, at.x, at.y);
  drawModules(pen);
  if (boxes.side * at.k < FAR_CELL)
    drawCells(pen); // lines between cards of a pixel or two are no longer seen
  else {
    drawLines(pen);
    drawCards(pen);
  }
  context.restore();
}

/** @param {Pen} pen */
function drawModules({ context, geo, colours, k }) {
  context.lineWidth = 1 / k;
  context.fillStyle = colours.frame;
  context.strokeStyle = colours.frame_line;
  for (const { x, y, w, h } of geo.frames) {
    context.fillRect(x, y, w, h);
    context.strokeRect(x, y, w, h);
  }
}

/** @param {Pen} pen */
function drawLines({ context, geo, lines, seen, colours, k }) {
  const found = lines.within(...seen);
  const straight = found.length > FEW_LINES / 3;
  const least = found.length > FEW_LINES ? 3 / k : 0;
  context.lineWidth = 1 / k;
  context.strokeStyle = colours.line;
  context.globalAlpha = found.length > FEW_LINES ? 0.5 : 1;
  context.beginPath();
  for (const i of found) {
    const { points: p } = geo.links[i];
    const end = p.length - 2;
    if (!least || Math.abs(p[end] - p[0]) + Math.abs(p[end + 1] - p[1]) >= least) trace(context, p, straight);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} p @param {boolean} straight */
function trace(context, p, straight) {
  context.moveTo(p[0], p[1]);
  for (let j = 2; j + 5 < p.length; j += 6)
    if (straight) context.lineTo(p[j + 4], p[j + 5]);
    else context.bezierCurveTo(p[j], p[j + 1], p[j + 2], p[j + 3], p[j + 4], p[j + 5]);
}

/** @param {Pen} pen */
function drawCards(pen) {
  const { context, geo, boxes, seen, colours, hue, k } = pen;
  const cards = boxes.within(...seen).map((id) => geo.boxes[id]);
  const crowded = cards.length > CROWD;
  const titled = crowded ? [] : cards.filter(({ kind }) => kind !== "stub");
  drawOutlines(pen, titled);
  const bar = Math.max(BAR, LEAST_BAR / k);
  for (const [name, group] of byColour(cards, hue)) {
    context.fillStyle = colours[name];
    for (const { x, y, w, h } of group) {
      const width = crowded || w * k < NARROW ? w : bar;
      context.fillRect(x, y, Math.max(1 / k, width), Math.max(1 / k, h));
    }
  }
  drawTitles(pen, titled);
}

/** @param {Box[]} cards @param {Paint["hue"]} hue */
function byColour(cards, hue) {
  /** @type {Map<string, Box[]>} */
  const groups = new Map();
  for (const card of cards) {
    const name = hue(card);
    const group = groups.get(name);
    if (group) group.push(card);
    else groups.set(name, [card]);
  }
  return groups;
}

/** @param {Pen} pen @param {Box[]} cards */
function drawOutlines({ context, colours, k }, cards) {
  context.fillStyle = colours.surface;
  context.strokeStyle = colours.line;
  context.lineWidth = 1 / k;
  for (const { x, y, w, h } of cards) {
    context.fillRect(x, y, w, h);
    context.strokeRect(x, y, w, h);
  }
}

/**
 * Larger than on the card, so that it can be read; a title that does not fit is left out.
 * @param {Pen} pen
 * @param {Box[]} cards
 */
function drawTitles({ context, colours, k }, cards) {
  const size = TITLE_PX / k;
  context.fillStyle = colours.ink;
  context.font = `600 ${size}px ${colours.font}`;
  for (const { title, x, y, w, h } of cards) {
    if (w * k < TITLED || h * k < TITLE_PX + 4) continue;
    const room = w - 12 / k;
    const text = [title, title.split(" · ")[0]].find((one) => context.measureText(one).width <= room);
    if (text) context.fillText(text, x + 7 / k, y + Math.min(h / 2 + size * 0.36, size * 1.5));
  }
}

/** Cells too small to tell their cards apart: the more cards, the darker. @param {Pen} pen */
function drawCells(pen) {
  const { context, colours, boxes, k } = pen;
  const inner = Math.max(boxes.side - 0.7 / k, boxes.side / 2);
  for (const [key, places] of cellsByLook(pen)) {
    const [name, many] = key.split(" ");
    context.fillStyle = colours[name];
    context.globalAlpha = 0.35 + 0.15 * Number(many);
    for (const [x, y] of places) context.fillRect(x, y, inner, inner);
  }
  context.globalAlpha = 1;
}

/** The corners of the cells that are seen, by colour and by how full they are. @param {Pen} pen */
function cellsByLook({ geo, boxes: field, seen, hue }) {
  /** @type {Map<string, [number, number][]>} */
  const groups = new Map();
  const [c0, r0, c1, r1] = field.cells(...seen);
  for (let row = r0; row <= r1; row += 1)
    for (let col = c0; col <= c1; col += 1) {
      const from = field.starts[row * field.cols + col];
      const count = field.starts[row * field.cols + col + 1] - from;
      if (!count) continue;
      const key = `${hue(geo.boxes[field.things[from]])} ${Math.min(4, count)}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push([col * field.side, row * field.side]);
    }
  return groups;
}

/**
 * An outline that is seen at any zoom.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {At} at
 * @param {string} colour
 * @param {number} wide
 */
export function ring(context, box, at, colour, wide = 3) {
  const w = Math.max(9, box.w * at.k + 4);
  const h = Math.max(9, box.h * at.k + 4);
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.strokeRect((box.x + box.w / 2) * at.k + at.x - w / 2, (box.y + box.h / 2) * at.k + at.y - h / 2, w, h);
}
