// Python's side of the viewer: one recording, and a frame of it for every question. There is no page here.

import { Playback } from "../draw/playback.js";
import { Sheet } from "../draw/sheet.js";
import { Veil } from "../draw/veil.js";

export { Player } from "../player.js";

/** @type {Sheet | null} */
let sheet = null;

/**
 * Take a recording.
 *
 * @param {string} text What is played, and the words and colours for it, as JSON.
 * @returns {number} How many events it has.
 */
export function openRecording(text) {
  const { play, patch } = JSON.parse(text);
  const say = (/** @type {string} */ name) => patch.texts[name] ?? name;
  sheet = new Sheet(new Playback(play), { ...patch, say });
  return sheet.playback.length;
}

/**
 * The file of one step.
 *
 * @param {number} cursor How many events have happened.
 * @param {string} options As JSON: see `FrameOptions`; `lesson` is what a lesson's step says of the picture.
 * @returns {string} Its name without a suffix, and its text, as JSON.
 */
export function drawFrame(cursor, options) {
  if (!sheet) throw new Error("no recording is open (call openRecording first)");
  const { lesson = null, ...drawn } = JSON.parse(options);
  sheet.playback.veil = lesson && new Veil(lesson);
  sheet.playback.seek(cursor);
  return JSON.stringify({ name: sheet.name(), svg: sheet.text(drawn) });
}

// What Python knows as well: tests prove that both say the same.
export { textWidth, typicalWidth, wrapped } from "../draw/text.js";
export { short } from "../tensors.js";
