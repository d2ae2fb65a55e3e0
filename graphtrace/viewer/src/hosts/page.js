// What a host gives to a viewer, and a page of its own, which is a host without a server.

import { still } from "../dom.js";
import { Playback } from "../draw/playback.js";
import { Viewer } from "../viewer.js";
import { leftAt } from "./address.js";

/**
 * @typedef {object} Sent What a host sends.
 * @property {string} id Equal ids are equal pictures.
 * @property {import("../words.js").Patch} patch
 * @property {import("../draw/types.js").Geometry} [geo] Of a graph.
 * @property {import("../draw/playback.js").Play} [play] A recording.
 * @property {number} [start] Where a recording begins.
 * @property {unknown} [recording] What the host calls the recording: another view of the same one keeps the cursor.
 * @property {unknown} [of]
 * @property {boolean} [fresh]
 * @property {string} [view] The view to begin with.
 * @property {string} [address] Path of the page whose address says where we are.
 * @property {boolean} [autoplay]
 */

/**
 * Show what a host sent: a graph, or a recording to play. The same again changes nothing.
 * @param {Viewer} viewer
 * @param {Sent} sent
 */
export function show(viewer, sent) {
  const { recording } = viewer;
  if (sent.play && recording?.id === sent.id) recording.playback.learn(sent.play.recording.sentences);
  viewer.patch(sent.patch);
  if (sent.geo) viewer.show(sent.id, { ...sent.geo, of: sent.of });
  else if (sent.play && viewer.recording?.id !== sent.id) play(viewer, sent, sent.play);
}

/** @param {Viewer} viewer @param {Sent} sent @param {import("../draw/playback.js").Play} played */
function play(viewer, sent, played) {
  const before = viewer.recording;
  const playback = new Playback(played, startOf(before, sent));
  const recording = viewer.play(sent.id, playback, { recording: sent.recording, of: sent.of });
  const view = before ? before.playback.chosen?.name : sent.view;
  if (sent.address && view) playback.choose(view);
  recording.refresh();
  if (sent.autoplay && still()) recording.control.goTo(playback.length);
  else if (sent.autoplay) recording.control.play();
}

/**
 * Another view of the same recording keeps the cursor.
 * @param {import("../playing/recording.js").RecordingView | null} before
 * @param {Sent} sent
 */
function startOf(before, { id, start = 0, fresh, recording }) {
  const same = before && fresh !== false && recording !== undefined && before.source.recording === recording;
  return same ? before.playback.cursor : (leftAt(id) ?? start);
}

/**
 * A page of its own: the data lies in the page, and the keyboard is all ours.
 * @param {HTMLElement} root
 * @param {Sent} sent
 */
export function open(root, sent) {
  const viewer = new Viewer(root);
  root.classList.add("page");
  show(viewer, sent);
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof Node && root.contains(event.target))) viewer.picture.keys.press(event);
  });
  return viewer;
}
