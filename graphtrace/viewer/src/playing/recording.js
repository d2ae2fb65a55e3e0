// A recording on the page: its cursor, and everything that shows where it is.

import { StepFacts } from "../inspector/step.js";
import { LivePanels } from "../live/panels.js";
import { real } from "../tensors.js";
import { CodeView } from "./code.js";
import { Control } from "./control.js";
import { layerOf, namesOf, Parameters } from "./parameters.js";
import { Transport } from "./transport.js";

/** @typedef {import("../draw/playback.js").Playback} Playback */
/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../live/types.js").LivePicture} LivePicture */
/** @typedef {import("../draw/types.js").Geometry} Geometry */
/** @typedef {import("../draw/moment.js").Moment} Moment */

/**
 * @typedef {object} RecordingParts
 * @property {HTMLElement} bar Where the buttons go.
 * @property {HTMLElement} strip Where code and parameters go.
 * @property {import("./control.js").Habits} habits
 * @property {HTMLElement[]} left What stands before the buttons.
 * @property {HTMLElement[]} right What stands behind them.
 * @property {import("../words.js").Words} words
 * @property {(language: string) => void} speakIn
 * @property {import("../picture/selection.js").Selection} selection
 * @property {() => HTMLElement} files Makes the menu of files.
 * @property {(id: string, geo: Geometry) => void} show Show a picture.
 * @property {(geo: Geometry) => void} adopt Another pass over the same picture.
 * @property {() => void} onRefresh The cursor is somewhere else, or all has been drawn anew.
 * @property {(name: string, value: unknown) => void} emit
 * @property {(trains: boolean) => void} onLive Whether it shows a net that trains.
 * @property {() => void} present
 * @property {() => boolean} presents
 */

/** @typedef {{ recording?: unknown, of?: unknown }} Source What the host calls the recording, and this part of it. */

export class RecordingView {
  /**
   * @param {string} id
   * @param {Playback} playback
   * @param {Source} source
   * @param {RecordingParts} parts
   */
  constructor(id, playback, source, parts) {
    this.id = id;
    this.playback = playback;
    this.source = source;
    this.parts = parts;
    /** @type {Geometry | null} What is shown, with the details of the pass. */
    this.shown = null;
    /** @type {{ id: string, details: unknown }} Which picture hangs, and the details of which pass. */
    this.hanging = { id: "", details: null };
    /** @type {Moment | null} */
    this.known = null;
    /** Called before it plays by itself. */
    this.onPlay = () => {};
    this.control = this.makeControl();
    const { selection, words } = parts;
    const select = selection.select.bind(selection);
    const point = selection.point.bind(selection);
    this.panes = { playback, say: words.say, moment: () => this.moment, select, point };
    this.facts = new StepFacts({ ...this.panes, goTo: (cursor) => this.control.goTo(cursor) });
    parts.bar.hidden = parts.strip.hidden = false;
    this.language = words.language;
    /** @type {LivePicture | null} */
    this.picture = null;
    this.live = this.drawLive();
    this.panels = this.drawPanels();
  }

  /** @returns {Control} */
  makeControl() {
    return new Control({
      playback: this.playback,
      habits: this.parts.habits,
      onSeek: () => this.moved(),
      onChange: () => {
        this.panels.transport.refresh();
        this.parts.emit("plays", this.control.plays);
      },
      onPlay: () => this.onPlay(),
      present: this.parts.present,
      presents: this.parts.presents,
    });
  }

  /**
   * Everything in words, in the language of now.
   * @returns {{ transport: Transport, code: CodeView, parameters: Parameters }}
   */
  drawPanels() {
    const { bar: root, strip, words, speakIn, left, right, files, present, presents } = this.parts;
    const { control, playback } = this;
    const choose = (/** @type {string} */ name) => this.choose(name);
    const transport = new Transport({
      ...{ root, control, playback, words, speakIn, left, right, files, choose, present, presents },
    });
    const code = new CodeView(this.panes);
    const parameters = new Parameters(this.panes);
    strip.replaceChildren(code.root, parameters.root, this.live.root);
    return { transport, code, parameters };
  }

  /** Another language: all words anew. */
  speak() {
    this.language = this.parts.words.language;
    this.live.destroy();
    this.live = this.drawLive();
    this.panels = this.drawPanels();
    if (this.shown) this.refresh();
  }

  drawLive() {
    const open = (/** @type {number} */ n) => this.parts.emit("act", { do: "iteration", n });
    const hurry = (/** @type {number} */ pace) => this.parts.emit("act", { do: "pace", n: pace });
    const norms = (/** @type {LivePicture} */ picture) =>
      this.playback.live ? picture.norms : this.normsHere(picture);
    const live = new LivePanels({ say: this.parts.words.say, norms, open, hurry });
    live.show(this.picture);
    return live;
  }

  /**
   * The norms of the layers' gradients at the cursor, which may be in the middle of a pass.
   * @param {LivePicture} picture
   * @returns {LivePicture["norms"]}
   */
  normsHere({ norms }) {
    /** @type {Map<string, number[]>} */
    const found = new Map(norms.map(([layer]) => [layer, []]));
    for (const name of namesOf(this.playback)) {
      const value = this.playback.state.grad(name)?.value;
      if (value) found.get(layerOf(name))?.push(Number(real(value.norm ?? NaN)));
    }
    return [...found].map(([layer, amounts]) => [layer, amounts.length ? Math.hypot(...amounts) : null]);
  }

  /**
   * Show what the host tells of the net: in the panels, and of a net that trains also on the cards.
   *
   * @param {LivePicture | null} picture
   * @param {boolean} trains
   */
  showLive(picture, trains) {
    this.picture = picture;
    this.parts.strip.classList.toggle("lively", Boolean(picture));
    this.parts.onLive(trains);
    this.live.show(picture);
    if (!trains && !this.playback.live) return;
    this.control.pause();
    this.playback.follow(trains ? picture : null);
    this.refresh();
  }

  moved() {
    this.refresh();
    this.parts.emit("cursor", this.playback.cursor);
  }

  /** Show another view of it. @param {string} name */
  choose(name) {
    this.playback.choose(name);
    this.refresh();
    this.parts.emit("view", this.playback.chosen?.name);
  }

  refresh() {
    this.showPicture();
    for (const panel of Object.values(this.panels)) panel.refresh();
    this.live.draw();
    this.parts.onRefresh();
  }

  /** Show the picture of the pass; the same one stays, with its zoom. */
  showPicture() {
    const { number, detail, geo } = this.playback.picture();
    const { chosen } = this.playback;
    const id = number < 0 ? `${this.id}|empty` : `${this.id}|${chosen?.name}|${number}`;
    const details = chosen?.details[detail];
    if (this.hanging.id === id && this.hanging.details === details) return;
    const boxes = details ? geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })) : geo.boxes;
    const filled = { ...geo, of: this.source.of, boxes };
    if (this.hanging.id === id) this.parts.adopt(filled);
    else this.parts.show(id, filled);
    this.hanging = { id, details };
  }

  /** This is the picture that hangs. @param {Geometry} geo */
  hang(geo) {
    this.shown = geo;
    this.known = null;
  }

  /** What the picture shows now; nothing before there is one. @returns {Moment | null} */
  get moment() {
    if (!this.shown) return null;
    if (this.known?.state !== this.playback.state) this.known = this.playback.moment(this.shown);
    return this.known;
  }

  /** @param {Box[]} boxes What is pointed at and chosen. */
  light(boxes) {
    this.panels.code.light(boxes);
    this.panels.parameters.light(boxes);
    this.facts.light(boxes);
  }
}
