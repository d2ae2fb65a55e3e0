// Python's side of the viewer: one recording, and a frame of it for every question. There is no page here.

import { fileName, frameText } from "../draw/frame.js";
import { Picture } from "../draw/picture.js";
import { Playback } from "../draw/playback.js";

/** @typedef {{ playback: Playback, picture: Picture, words: { texts: Record<string, string>, language: string, title: string, name: string, palette: any } }} Opened */

/** @type {Opened | null} */
let opened = null;

/**
 * Take a recording.
 *
 * @param {string} text What is played, and the words and colours for it, as JSON.
 * @returns {number} How many events it has.
 */
export function openRecording(text) {
  const { play, patch } = JSON.parse(text);
  const say = (/** @type {string} */ name) => patch.texts[name] ?? name;
  opened = { playback: new Playback(play), picture: new Picture(say), words: { ...patch, say } };
  return opened.playback.length;
}

/**
 * The file of one step.
 *
 * @param {number} cursor How many events have happened.
 * @param {string} options As JSON: see `FrameOptions`.
 * @returns {string} Its name without a suffix, and its text, as JSON.
 */
export function drawFrame(cursor, options) {
  const { playback, picture, words } = opened;
  playback.seek(cursor);
  const { geo } = playback.picture();
  const layers = picture.draw({ geo, moment: playback.moment(geo), still: true });
  const subject = { ...words, playback, geo, layers };
  return JSON.stringify({ name: fileName(subject), svg: frameText(subject, JSON.parse(options)) });
}
