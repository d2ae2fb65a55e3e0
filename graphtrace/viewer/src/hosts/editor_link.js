// A player beside an editor, a component of its own: the line that runs and the cards light up together.

import { Veil } from "../draw/veil.js";

/** @typedef {import("../viewer.js").Viewer} Viewer */
/** @typedef {import("../draw/veil.js").NodePlace} NodePlace */
/** @typedef {{ changed: NodePlace[] }} Edited What differs from the run before: those cards are marked. */

/**
 * @typedef {object} Told What the player tells the editor, in events of the page.
 * @property {string} id Of the recording.
 * @property {number} cursor
 * @property {number} line The one that runs; 0 where none is known.
 * @property {boolean} backward
 * @property {number[]} lit Those of the cards that are chosen or pointed at.
 */
/** @typedef {{ do: "point" | "select" | "go", line?: number, cursor?: number }} Wish What the editor wants. */

export const PLAYER = "graphtrace-player";
export const EDITOR = "graphtrace-editor";

export class EditorLink {
  /** @param {Viewer} viewer */
  constructor(viewer) {
    this.viewer = viewer;
    this.on = false;
    this.marked = ""; // the recording whose changes are marked
    const listen = (/** @type {Event} */ event) => {
      if (this.on && event instanceof CustomEvent) this.want(event.detail);
    };
    document.addEventListener(EDITOR, listen, { signal: viewer.abort.signal });
    const { onLight } = viewer.picture.selection.parts;
    viewer.picture.selection.parts.onLight = (boxes) => {
      onLight(boxes);
      this.tell();
    };
  }

  /** @param {Edited | null} edited Whether there is an editor beside it. */
  take(edited) {
    this.on = Boolean(edited);
    this.viewer.shell.root.classList.toggle("edited", this.on);
    const { recording } = this.viewer;
    if (recording && edited && recording.id !== this.marked) {
      this.marked = recording.id;
      const { changed: marked } = edited;
      recording.playback.veil = marked.length ? new Veil({ here: 0, marked, blanks: [], open: true, guess: "" }) : null;
      recording.refresh();
    }
    this.tell();
  }

  /** @param {Wish} wish */
  want({ do: what, line = 0, cursor = 0 }) {
    const { recording, picture } = this.viewer;
    if (!recording) return;
    if (what === "go") recording.control.goTo(cursor);
    const { code } = recording.panels;
    const row = code.lines.find((one) => one.line === line);
    const box = (row && code.boxesOf(row.file, line)[0]) ?? null;
    if (what === "select" && box) picture.selection.select(box);
    if (what === "point") picture.selection.point(box);
  }

  tell() {
    const { recording } = this.viewer;
    if (!this.on || !recording) return;
    const { code } = recording.panels;
    const { cursor, state } = recording.playback;
    const lit = code.lines.filter(({ row }) => row.classList.contains("lit")).map(({ line }) => line);
    const place = code.place()?.[1] ?? 0;
    /** @type {Told} */
    const detail = { id: recording.id, cursor, line: place, backward: state.phase === "backward", lit };
    document.dispatchEvent(new CustomEvent(PLAYER, { detail }));
  }
}
