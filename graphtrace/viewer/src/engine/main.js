// Python's side of the viewer: one hidden view on one recording, and a frame of it for every question.

import "./page.js"; // first of all: the viewer's modules find a document then
import { hiddenView } from "../export.js";
import { fileName, frameText } from "../frame.js";

let view = null;

export function openRecording(text) {
  const { play, patch } = JSON.parse(text);
  view = hiddenView({ patch, play });
  return view.stage.player.length;
}

// The file of one step: its name without the suffix, and its text.
export function drawFrame(cursor, options) {
  view.stage.seek(cursor);
  return JSON.stringify({ name: fileName(view.stage, ""), svg: frameText(view, JSON.parse(options)) });
}
