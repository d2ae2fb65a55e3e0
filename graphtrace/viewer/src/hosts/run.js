// A page with a run of many steps: each lies packed in the page, and is unpacked when it is looked at.

import { fromBase64 } from "../base64.js";
import { open, show } from "./page.js";
import { StepsBar } from "./steps_bar.js";

/** @typedef {import("../draw/playback.js").Play} Play */
/** @typedef {import("./steps_bar.js").RunStep} RunStep */
/** @typedef {{ steps: RunStep[], patch: import("../words.js").Patch }} SentRun */

const MOST_KEPT = 8; // unpacked blocks

/** Unpacks blocks of the page, and keeps the latest. */
class Blocks {
  constructor() {
    /** @type {Map<number, Promise<any>>} */
    this.known = new Map();
  }

  /** @param {number} number @returns {Promise<any>} */
  get(number) {
    const found = this.known.get(number) ?? unpack(number);
    this.known.delete(number);
    this.known.set(number, found);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_KEPT) this.known.delete(oldest);
    return found;
  }
}

/** @param {number} number @returns {Promise<unknown>} */
async function unpack(number) {
  const text = document.getElementById(`block-${number}`)?.textContent ?? "";
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/**
 * Show a run: a bar of its steps, and the player of one.
 * @param {HTMLElement} root
 * @param {SentRun} sent
 */
export function openRun(root, sent) {
  const viewer = open(root, { id: "run", patch: sent.patch });
  const blocks = new Blocks();
  let asked = -1;
  const go = async (/** @type {number} */ place) => {
    const parts = sent.steps[place]?.blocks;
    if (!parts || place === asked) return;
    asked = place;
    bar.show(place);
    const [recording, views] = await Promise.all(parts.map((number) => blocks.get(number)));
    if (place !== asked) return; // another one was asked for meanwhile
    const before = viewer.recording?.playback;
    const start = before?.length === recording.length ? before?.cursor : 0;
    show(viewer, { id: `step ${place}`, patch: sent.patch, play: { recording, views }, start, of: "run" });
    const { playback } = /** @type {import("../playing/recording.js").RecordingView} */ (viewer.recording);
    const view = before?.chosen?.name;
    if (view && view !== playback.chosen?.name) viewer.recording?.choose(view);
    root.dataset.step = String(sent.steps[place].step);
  };
  const bar = new StepsBar(viewer.shell.actions, sent.steps, () => viewer.words.say, go);
  const { patch } = viewer;
  viewer.patch = (news) => {
    patch.call(viewer, news);
    bar.refresh(); // in the language of now
  };
  document.addEventListener("keydown", ({ key, target }) => {
    if (target instanceof HTMLInputElement) return;
    if (key === "[" || key === "]") go(bar.beside(key === "]" ? 1 : -1));
  });
  return go(bar.place);
}
