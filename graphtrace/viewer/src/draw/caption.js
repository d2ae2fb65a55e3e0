// What is written around a picture in a file: below it what has just happened and where that is, above a worksheet
// its task and a place for a name.

import { withoutNumbers } from "./blank.js";
import { squeezed, twoPlaces, wrapped } from "./text.js";
import { element } from "./tree.js";

/** @typedef {import("./frame.js").Subject} Subject */
/** @typedef {import("./frame.js").FrameOptions} FrameOptions */
/**
 * @typedef {{ text: string, size: number, bold: boolean, y: number, x?: number, anchor?: string, room?: number }} Line
 */
/** @typedef {{ lines: Line[], height: number }} Strip Lines from its upper edge. */

export const EDGE = 24; // px around the picture
const LEADING = 1.35;
const MOST_NOTES = 4;
const LONGEST_TRIED = 40; // sentences of a recording that are wrapped to find the one with most lines

/** Which of the events of its phase this is: "backward 3 of 9 · event 12 of 40". @param {Subject} subject */
function whereWords({ playback, say }) {
  const { phase, n, of } = playback.player.position(playback.cursor);
  const name = say(`phase_${phase}`);
  const place = of ? say("n_of_m").replace("{phase}", name).replace("{n}", String(n)).replace("{m}", String(of)) : name;
  const event = say("event_of").replace("{n}", String(playback.cursor)).replace("{m}", String(playback.length));
  return `${place} ${event}`;
}

/**
 * The sentence, without its numbers where they are asked for.
 * @param {Subject} subject
 * @param {FrameOptions} options
 */
export function sentenceOf({ playback, language, say }, { blank = [], key = false }) {
  const sentence = playback.sentence(language, say);
  return blank.length && !key ? withoutNumbers(sentence) : sentence;
}

/**
 * What stands below the picture: the sentence, where we are, and what the view leaves out.
 *
 * @param {Subject} subject
 * @param {number} width
 * @param {FrameOptions} options
 * @returns {Strip}
 */
export function footOf(subject, width, options) {
  if (options.caption === false) return { lines: [], height: EDGE };
  const { geo, title, say } = subject;
  const room = width - 2 * EDGE;
  const large = Math.max(15, Math.min(24, Math.round(width / 66)));
  const small = Math.max(12, Math.round(large * 0.62));
  const folded = geo.folded ? say("folded").replace("{k}", String(geo.folded)) : "";
  const where = [title, whereWords(subject)].filter(Boolean).join(" · ") + folded;
  const lines = [
    ...set([sentenceOf(subject, options)], { size: large, bold: true, room, most: 3 }),
    ...set([where, ...geo.notes.slice(0, MOST_NOTES)], { size: small, bold: false, room, most: 2 }),
  ];
  let y = 4;
  for (const line of lines) line.y = y += line.size * LEADING;
  const spare = options.window
    ? 0
    : Math.max(0, longest(subject, large, room) - lines.filter(({ bold }) => bold).length);
  return { lines, height: Math.ceil(y + spare * large * LEADING + EDGE * 0.6) };
}

/**
 * @param {string[]} texts
 * @param {{ size: number, bold: boolean, room: number, most: number }} look
 * @returns {Line[]}
 */
const set = (texts, { size, bold, room, most }) =>
  texts.flatMap((text) => wrapped(text, size, bold, room, most)).map((text) => ({ text, size, bold, y: 0 }));

/**
 * How many lines the longest sentence of the recording takes: room for it is kept at every step, so that no step moves
 * the picture.
 *
 * @param {Subject} subject
 * @param {number} size
 * @param {number} room
 * @returns {number}
 */
function longest({ playback, language }, size, room) {
  return playback.once(`longest ${language} ${size} ${room}`, () => {
    const texts = [...playback.sentences(language)].sort((a, b) => b.length - a.length).slice(0, LONGEST_TRIED);
    return Math.max(1, ...texts.map((text) => wrapped(text, size, true, room, 3).length));
  });
}

/** What stands above a worksheet. @param {number} width @param {FrameOptions} options @returns {Strip} */
export function headOf(width, { heading = "", signed = "" }) {
  if (!heading) return { lines: [], height: EDGE };
  const task = { text: heading, size: 20, bold: true, y: 36, room: width * 0.6 };
  const name = { text: signed, size: 16, bold: false, y: 36, x: width - EDGE, anchor: "end", room: width * 0.36 };
  return { lines: [task, name].filter(({ text }) => text), height: 52 };
}

/** A line as an element. @param {Line} line @param {number} room @param {string} fill */
export function drawLine({ text, size, bold, y, x = EDGE, anchor }, room, fill) {
  const place = { x: twoPlaces(x), y: twoPlaces(y), "font-size": size, "font-weight": bold ? 600 : 400 };
  const limits = { "data-room": twoPlaces(room), ...squeezed(text, size, bold, room) };
  return element("text", { ...place, fill, "text-anchor": anchor, ...limits }, [text]);
}
