// A recording being played: its log, its pictures, and where we are. It needs no page: a page shows it, a file too.

import { countUntil } from "../histories.js";
import { Player } from "../player.js";
import { short } from "../tensors.js";
import { overlaid } from "./live.js";
import { withoutNumbers } from "./blank.js";
import { Index, Moment } from "./moment.js";

/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./types.js").Say} Say */
/**
 * @typedef {object} RecordedView
 * @property {string} name
 * @property {Geometry[]} pictures
 * @property {import("./types.js").NodeFacts[][][]} details Per kind of pass and box what the inspector says.
 * @property {[picture: number, details: number][]} of Per graph of the recording.
 */
/**
 * @typedef {{ recording: import("../wire.js").WireRecording, views: RecordedView[] }} Play As graphtrace/viewer/play.py
 *   writes it.
 */

/**
 * @typedef {{ iteration: number, loss: number | string | null, overlay: import("./live.js").Overlay | null }}
 *   LiveIteration
 */

/** The picture of a recording in which nothing ran backward. @type {Geometry} */
export const EMPTY = { view: "", width: 400, height: 200, notes: [], roots: [], boxes: [], links: [], frames: [] };

export class Playback {
  /**
   * @param {Play} play
   * @param {number} [start] How many events have happened.
   */
  constructor({ recording, views }, start = 0) {
    this.wire = recording;
    this.views = views;
    /** @type {RecordedView | undefined} */
    this.chosen = views[0];
    /** @type {import("./veil.js").Veil | null} What a lesson leaves out and marks. */
    this.veil = null;
    this.player = new Player(recording);
    /** @type {WeakMap<Geometry, Index>} */
    this.indices = new WeakMap();
    /** @type {Map<string, unknown>} */
    this.known = new Map();
    this.cursor = this.nearest(start);
    /** The cursor before what is shown as one: an event, or a beat. */
    this.since = Math.max(0, this.cursor - 1);
    this.state = this.player.at(this.cursor);
    /** @type {LiveIteration | null} What is shown in place of the recording, while the net trains. */
    this.live = null;
  }

  get length() {
    return this.player.length;
  }

  /**
   * Show an iteration of a net that trains in place of the recording; null: the recording again.
   * @param {LiveIteration | null} live
   */
  follow(live) {
    this.live = live;
    const { overlay } = live ?? {};
    this.state = this.player.at(live ? this.length : this.cursor);
    if (overlay) this.state = overlaid(this.state, overlay, this.player.graphs[this.state.shown]);
  }

  /**
   * Go to the state after so many events, as near as there are any. While the net trains, stay.
   * @param {number} cursor
   * @param {number} [since] Where what is shown as one begins.
   */
  seek(cursor, since = cursor - 1) {
    if (this.live) return;
    this.cursor = this.nearest(cursor);
    this.since = this.nearest(since);
    this.state = this.player.at(this.cursor);
  }

  /** The end of the beat that comes next. */
  get beat() {
    const { beats } = this.player;
    return beats[countUntil(beats, this.cursor)] ?? this.length;
  }

  /** The end of the beat before a cursor. @param {number} cursor */
  beatBefore(cursor) {
    const { beats } = this.player;
    return beats[countUntil(beats, cursor - 1) - 1] ?? 0;
  }

  /** What happened since then. @returns {import("../player.js").PlayedEvent[]} */
  get events() {
    return this.live ? [] : this.player.events.slice(this.since, this.cursor);
  }

  /** @param {number} cursor */
  nearest(cursor) {
    return Math.min(Math.max(0, Math.round(cursor)), this.length);
  }

  /** Show another view, where there is one of that name. @param {string} name */
  choose(name) {
    this.chosen = this.views.find((view) => view.name === name) ?? this.chosen;
  }

  /** The sentence about what has just happened. @param {string} language @param {Say} say @returns {string} */
  sentence(language, say) {
    if (this.live) return this.trains(this.live, say);
    const sentences = this.sentences(language);
    const told = this.since < this.cursor - 1 ? this.told(language) : "";
    if (told) return this.veil?.hides(this.cursor) ? withoutNumbers(told) : told;
    if (!this.cursor) return say(this.length ? "at_start" : "nothing_happened");
    return this.veiled(sentences[this.cursor - 1]);
  }

  /** Without the numbers that a lesson asks for. @param {string} sentence */
  veiled(sentence) {
    const { event } = this.state;
    const edge = event?.edge === undefined ? undefined : this.player.graphs[event.graph ?? 0]?.edges[event.edge];
    return this.veil ? this.veil.sentence(sentence, this.state, edge?.[2]) : sentence;
  }

  /** @param {LiveIteration} live @param {Say} say */
  trains({ iteration, loss }, say) {
    return say("live_training").replace("{n}", iteration.toLocaleString("en-US")).replace("{loss}", short(loss));
  }

  /** What the beat that ends here did, where no event tells all of it. @param {string} language */
  told(language) {
    const { wire, player } = this;
    const told = wire.told[language] ?? Object.values(wire.told)[0] ?? [];
    return told[player.beats.indexOf(this.cursor)] ?? "";
  }

  /** Take sentences in another language. @param {Record<string, string[]>} sentences */
  learn(sentences) {
    Object.assign(this.wire.sentences, sentences);
  }

  /** @param {string} language @returns {string[]} */
  sentences(language) {
    return this.wire.sentences[language] ?? Object.values(this.wire.sentences)[0] ?? [];
  }

  /** The picture of the pass shown: its number, that of its details, and where everything is. */
  picture() {
    const place = this.chosen?.of[this.state.shown];
    if (!this.chosen || !place) return { number: -1, detail: -1, geo: EMPTY };
    const [number, detail] = place;
    const geo = this.chosen.pictures[number];
    return { number, detail, geo: this.once(`geo ${this.chosen.name} ${number}`, () => this.warned(geo)) };
  }

  /** @param {Geometry} geo @returns {Geometry} */
  warned(geo) {
    return { ...geo, notes: [...geo.notes, ...this.wire.warnings] };
  }

  /** What a picture shows now. @param {Geometry} geo That of the pass shown. @returns {Moment} */
  moment(geo) {
    return new Moment(this, geo, this.indexOf(geo));
  }

  /** @param {Geometry} geo @returns {Index} */
  indexOf(geo) {
    const known = this.indices.get(geo) ?? new Index(geo);
    this.indices.set(geo, known);
    return known;
  }

  // ---- of a graph, whatever the cursor -----------------------------------------------------

  /** How many edges lead to each node of a graph. @param {number} graph @returns {Map<number, number>} */
  fanIn(graph) {
    return this.once(`fan ${graph}`, () => {
      const counts = new Map();
      for (const [, , target, number] of this.player.graphs[graph].edges)
        if (!number) counts.set(target, (counts.get(target) ?? 0) + 1);
      return counts;
    });
  }

  /**
   * The nodes of an operation: those that have its value, else all of it.
   * @param {number} graph
   * @param {number} op
   * @returns {number[]}
   */
  nodesOf(graph, op) {
    const { values, ops } = this.player.graphs[graph] ?? {};
    const shown = this.once(`values ${graph}`, () => inverted(values));
    return shown.get(op) ?? this.once(`ops ${graph}`, () => inverted(ops)).get(op) ?? [];
  }

  /** @template T @param {string} key @param {() => T} make @returns {T} */
  once(key, make) {
    if (!this.known.has(key)) this.known.set(key, make());
    return /** @type {T} */ (this.known.get(key));
  }
}

/** @param {Map<number, number>} [map] @returns {Map<number, number[]>} */
function inverted(map = new Map()) {
  const found = new Map();
  for (const [node, op] of map) found.set(op, [...(found.get(op) ?? []), node]);
  return found;
}
