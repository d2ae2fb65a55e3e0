// One frame as the text of an SVG file: the picture with its looks written out, and what is written around it.
// The same lines write it in a browser and in Python.

import { KIT } from "../generated/kit.js";
import { drawLine, EDGE, footOf, headOf, sentenceOf } from "./caption.js";
import { Looks } from "./looks.js";
import { Paper } from "./paper.js";
import { serialize } from "./serialize.js";
import { twoPlaces } from "./text.js";
import { element } from "./tree.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Geometry} Geometry */

const MOST_ZOOM = 2.2;
const LEAST_ZOOMED = 60; // px of height that the picture gets, however low the file is

/**
 * @typedef {object} Subject What a frame is of.
 * @property {import("./playback.js").Playback} playback
 * @property {Geometry} geo
 * @property {TreeElement[]} layers The picture: see `Picture.draw`.
 * @property {import("./types.js").Say} say
 * @property {string} language
 * @property {string} title
 * @property {string} name How names of files begin.
 * @property {Record<string, Record<string, string | number>>} palette Colours by theme.
 */

/**
 * @typedef {object} FrameOptions
 * @property {{ width: number, height: number, at: { k: number, x: number, y: number } } | null} [window] The cut that a
 *   window shows; else the whole picture is fitted into width and height.
 * @property {number} [width]
 * @property {number | null} [height] Unless told, as high as the picture wants to be.
 * @property {"light" | "dark"} [theme]
 * @property {"theme" | "white" | "none"} [ground]
 * @property {boolean} [caption] Whether anything is written below.
 * @property {string[]} [blank] Kinds of numbers to leave out.
 * @property {boolean} [key] Whether they are written and marked instead.
 * @property {string} [heading] What stands above a worksheet.
 * @property {string} [signed]
 */

/** @type {Map<string, Paper>} */
const papers = new Map();

/**
 * Paper for these colours and gaps: it remembers what it has drawn.
 * @param {Record<string, string | number>} palette
 * @param {FrameOptions} options
 */
function paperOf(palette, { blank = [], key = false }) {
  const name = JSON.stringify([palette, blank, key]);
  const paper = papers.get(name) ?? new Paper(new Looks(palette), blank, key);
  papers.set(name, paper);
  return paper;
}

/**
 * The text of an SVG file.
 *
 * @param {Subject} subject
 * @param {FrameOptions} options
 * @returns {string}
 */
export function frameText(subject, options) {
  const { window = null, theme = "light", ground = "theme" } = options;
  const colours = subject.palette[theme];
  const width = window ? window.width : (options.width ?? 1600);
  const below = footOf(subject, width, options);
  const above = window ? { lines: [], height: 0 } : headOf(width, options);
  const free = above.height + below.height;
  const height = heightOf(subject, width, free, options);
  const inside = paperOf(colours, options).all(subject.layers);
  const picture = window
    ? cut(window, inside)
    : fitted(subject.geo, inside, { width, top: above.height, height: Math.max(LEAST_ZOOMED, height - free) });
  const texts = [
    ...above.lines.map((line) => drawLine(line, line.room ?? width, String(colours.ink))),
    ...below.lines.map((line) => {
      const spot = { ...line, y: line.y + height - below.height };
      return drawLine(spot, width - 2 * EDGE, String(line.bold ? colours.ink : colours.muted));
    }),
  ];
  const fill = ground === "white" ? "#ffffff" : colours.background;
  const paint = ground === "none" ? [] : [element("rect", { width, height, fill })];
  const title = element("title", {}, [sentenceOf(subject, options)]);
  return serialize(file(width, height, [title, ...paint, picture, ...texts]));
}

/** @param {number} width @param {number} height @param {TreeElement[]} children */
function file(width, height, children) {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const font = { "font-family": KIT.font, "font-variant-numeric": "tabular-nums" };
  return element("svg", { xmlns: "http://www.w3.org/2000/svg", ...size, ...font }, children);
}

/**
 * @param {Subject} subject
 * @param {number} width
 * @param {number} free Height of what is written around.
 * @param {FrameOptions} options
 */
function heightOf({ playback }, width, free, { window = null, height = null }) {
  if (window) return window.height + free;
  return height ?? free + ownHeight(playback, width, width * 0.75 - free);
}

/**
 * As high as the highest picture of the recording wants to be.
 * @param {import("./playback.js").Playback} playback
 * @param {number} width
 * @param {number} most
 */
function ownHeight({ chosen }, width, most) {
  const pictures = chosen?.pictures ?? [{ width: 400, height: 200 }];
  const wanted = pictures.map((geo) => geo.height * Math.min((width - 2 * EDGE) / geo.width, MOST_ZOOM));
  return Math.ceil(Math.min(most, Math.max(width * 0.2, ...wanted)));
}

/**
 * What a window shows.
 * @param {{ width: number, height: number, at: { k: number, x: number, y: number } }} window
 * @param {TreeElement[]} inside
 */
function cut({ width, height, at }, inside) {
  const transform = `translate(${twoPlaces(at.x)} ${twoPlaces(at.y)}) scale(${at.k.toFixed(5)})`;
  const size = { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" };
  return element("svg", size, [element("g", { transform }, inside)]);
}

/**
 * All of it, in the middle.
 * @param {Geometry} geo
 * @param {TreeElement[]} inside
 * @param {{ width: number, top: number, height: number }} room
 */
function fitted(geo, inside, { width, top, height }) {
  const k = Math.min((width - 2 * EDGE) / geo.width, height / geo.height, MOST_ZOOM);
  const left = twoPlaces((width - geo.width * k) / 2);
  const upper = twoPlaces(top + (height - geo.height * k) / 2);
  return element("g", { transform: `translate(${left} ${upper}) scale(${k.toFixed(5)})` }, inside);
}

/**
 * The name of a frame's file without a suffix, which sorts by step: lenet_step07_backward.
 *
 * @param {Pick<Subject, "playback" | "name" | "title">} subject
 * @returns {string}
 */
export function fileName({ playback, name, title }) {
  const digits = String(playback.length).length;
  const plain = (name || title || "")
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  const step = String(playback.cursor).padStart(Math.max(2, digits), "0");
  return `${plain || "graph"}_step${step}_${playback.state.phase || "other"}`;
}
