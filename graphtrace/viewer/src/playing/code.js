// The program below the picture, with the line that runs.

import { button, el } from "../dom.js";
import { marked } from "../inspector/table.js";
import { reveal } from "./reveal.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/moment.js").Moment} Moment */
/** @typedef {{ file: string, line: number, text: string, row: HTMLElement, code: HTMLElement }} Line */
/** @typedef {[file: string, line: number, from: number | null, to: number | null]} Place */

/**
 * @typedef {object} CodeParts
 * @property {import("../draw/playback.js").Playback} playback
 * @property {() => Moment | null} moment
 * @property {import("../draw/types.js").Say} say
 * @property {(box: Box | null) => void} select
 * @property {(box: Box | null) => void} point
 */

export class CodeView {
  /** @param {CodeParts} parts */
  constructor(parts) {
    this.parts = parts;
    const { code } = parts.playback.wire;
    const files = new Set(code.map(({ file }) => file)).size;
    this.lines = code.map((line) => this.line(line));
    const names = { role: "region", "aria-label": parts.say("code") };
    this.root = el("div", { class: "code", tabindex: 0, ...names });
    this.lines.forEach(({ file, row }, i) => {
      if (files > 1 && code[i - 1]?.file !== file) this.root.append(el("p", { class: "file", text: file }));
      this.root.append(row);
    });
    if (!this.lines.length) this.root.append(el("p", { class: "hint", text: parts.say("no_code") }));
  }

  /** @param {{ file: string, line: number, text: string }} line @returns {Line} */
  line({ file, line, text }) {
    const { select, point } = this.parts;
    const code = el("code", { text });
    code.style.setProperty("--indent", String(text.length - text.trimStart().length)); // a long line goes on below its start
    const number = el("span", { class: "at", text: line });
    const first = () => this.boxesOf(file, line)[0] ?? null;
    const row = button({ class: "codeline", tabindex: -1 }, () => select(first()), number, code);
    row.addEventListener("pointerenter", () => point(first()));
    row.addEventListener("pointerleave", () => point(null));
    return { file, line, text, row, code };
  }

  /** The boxes of the operations of a line. @param {string} file @param {number} line @returns {Box[]} */
  boxesOf(file, line) {
    const now = this.parts.moment();
    if (!now) return [];
    return this.parts.playback.wire.ops.flatMap((op, id) =>
      op.at?.[0] === file && op.at[1] === line ? now.boxesOfOp(id) : [],
    );
  }

  /** Mark the line that runs, or the one that made the node that runs backward. */
  refresh() {
    const { state } = this.parts.playback;
    const at = this.place();
    for (const { file, line, text, row, code } of this.lines) {
      const here = at !== undefined && at[0] === file && at[1] === line;
      row.classList.toggle("here", here);
      row.classList.toggle("backward", here && state.phase === "backward");
      code.replaceChildren(...(here ? marked(text, at[2], at[3]) : [text]));
      if (here) reveal(this.root, row);
    }
  }

  /**
   * Where in the program we are; a host that knows the whole program says which line runs.
   * @returns {Place | undefined}
   */
  place() {
    const { wire, player, state, cursor } = this.parts.playback;
    const { event, shown } = state;
    const known = wire.places?.[cursor - 1];
    if (known || !event) return known ?? undefined;
    const graph = player.graphs[shown];
    const node = event.node ?? (event.edge === undefined ? undefined : graph.edges[event.edge][0]);
    const op = event.op ?? (node === undefined || event.graph === undefined ? undefined : graph.ops.get(node));
    return op === undefined ? undefined : wire.ops[op]?.at;
  }

  /** Lines light up with the cards that they made. @param {Box[]} boxes */
  light(boxes) {
    const { playback, moment } = this.parts;
    const graph = moment()?.graph;
    const ops = boxes.flatMap(({ ids }) => (ids ?? []).map((node) => graph?.ops.get(node) ?? -1));
    const places = new Set(ops.map((op) => playback.wire.ops[op]?.at).map((at) => at && `${at[1]} ${at[0]}`));
    for (const { file, line, row } of this.lines) row.classList.toggle("lit", places.has(`${line} ${file}`));
  }
}
