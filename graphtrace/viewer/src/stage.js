// Plays a recording on the View: moves the cursor, hangs up the picture of the pass shown, and keeps it in sight.

import { Playback } from "./draw/playback.js";
import { Panels } from "./panels.js";
import { Transport } from "./transport.js";

const READABLE = 16 / 11; // zoom at which a card's numbers are 16 px high
const SPEEDS = [1500, 600, 150]; // ms a step

export class Stage {
  constructor(view, id, play, start = 0) {
    this.view = view;
    this.id = id;
    this.playback = new Playback(play, start);
    this.shown = null; // geometry of the picture that hangs, with the details of the pass shown
    this.transport = new Transport(this);
    this.panels = new Panels(this);
    this.speak();
  }

  get tape() {
    return this.playback.tape;
  }

  get views() {
    return this.playback.views;
  }

  get chosen() {
    return this.playback.chosen;
  }

  set chosen(view) {
    this.playback.chosen = view;
  }

  get player() {
    return this.playback.player;
  }

  get cursor() {
    return this.playback.cursor;
  }

  get state() {
    return this.playback.state;
  }

  get graph() {
    return this.tape.graphs[this.state.shown];
  }

  // ---- what the picture shows, for those beside it ------------------------------------------

  get moment() {
    return this.shown && this.momentOf(this.shown);
  }

  // What a picture shows now; nothing while another one hangs.
  momentOf(geo) {
    if (!this.shown || geo !== this.shown) return null;
    if (this.known?.state !== this.state || this.known.geo !== geo) this.known = this.playback.moment(geo);
    return this.known;
  }

  get active() {
    return this.moment?.now.boxes ?? null;
  }

  get boxes() {
    return this.moment?.index.nodes ?? new Map();
  }

  get leaves() {
    return this.moment?.index.leaves ?? new Map();
  }

  t(name) {
    return this.view.t(name);
  }

  // ---- words that follow the language ------------------------------------------------------

  speak() {
    this.spoken = this.view.language;
    this.transport.build();
    this.panels.build();
    if (this.shown) this.refresh();
  }

  says() {
    return this.playback.sentence(this.view.language, (name) => this.t(name));
  }

  // ---- moving ------------------------------------------------------------------------------

  seek(cursor) {
    const before = this.cursor;
    this.playback.seek(cursor);
    if (this.cursor === before && this.shown) return;
    this.refresh();
    this.view.emit("cursor", this.cursor);
  }

  step(by) {
    this.pause();
    this.seek(this.cursor + by);
  }

  // The start of the next run of a phase; of any phase without a name. From the last, the first again.
  jump(phase = null) {
    this.pause();
    const starts = this.player.phases.filter((run) => !phase || run.phase === phase).map(({ from }) => from + 1);
    const next = starts.find((start) => start > this.cursor) ?? (phase ? starts[0] : this.player.length);
    if (next !== undefined) this.seek(next);
  }

  play() {
    if (this.timer) {
      this.pause();
      return;
    }
    if (this.cursor >= this.player.length) this.seek(0);
    const next = () => {
      this.seek(this.cursor + 1);
      if (this.cursor >= this.player.length) this.pause();
      else this.timer = setTimeout(next, SPEEDS[this.transport.speed]);
    };
    this.timer = setTimeout(next, SPEEDS[this.transport.speed] / 2);
    this.transport.refresh();
  }

  pause() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = null;
    this.transport.refresh();
  }

  choose(name) {
    this.playback.choose(name);
    this.refresh();
    this.transport.refresh();
    this.view.emit("view", this.chosen.name);
  }

  // Returns whether the key was one of the player's.
  key(event) {
    const onButton = event.target.closest?.("button, select, summary, input:not([type=range])");
    const run = {
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      Home: () => this.step(-Infinity),
      End: () => this.step(Infinity),
      n: () => this.jump(),
      p: () => this.present(),
      1: () => this.transport.hurry(0),
      2: () => this.transport.hurry(1),
      3: () => this.transport.hurry(2),
      " ": onButton ? null : () => this.play(),
    }[event.key];
    if (!run || event.shiftKey) return false;
    event.preventDefault();
    event.stopPropagation();
    run();
    return true;
  }

  present() {
    this.view.root.classList.toggle("present");
    this.transport.refresh();
    this.view.hidePanel();
    requestAnimationFrame(() => {
      this.view.fit();
      this.follow();
    });
  }

  // ---- the picture --------------------------------------------------------------------------

  refresh() {
    this.mount();
    this.view.scene.draw();
    this.view.scene.repaint();
    this.view.map.renew();
    this.transport.refresh();
    this.panels.refresh();
    this.follow();
    this.view.root.dataset.cursor = this.cursor;
  }

  // Hang up the picture of the pass shown; the same one stays, with its zoom.
  mount() {
    const { number, detail, geo } = this.playback.picture();
    const key = number < 0 ? `${this.id}|empty` : `${this.id}|${this.chosen.name}|${number}`;
    const details = this.chosen?.details[detail] ?? [];
    const filled = () => ({ ...geo, of: this.of, boxes: geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })) });
    if (this.view.id !== key) {
      this.shown = filled();
      this.view.setStructure(key, this.shown);
      if (this.view.selected) this.view.inspect(this.view.selected);
    } else if (this.detail !== details) this.view.adopt(filled());
    this.shown = this.view.geo;
    this.detail = details;
  }

  // Keep what runs in sight; a presenter's audience also needs it large.
  follow() {
    const box = this.active?.[0];
    const { view } = this;
    if (!box || !view.at) return;
    const presenting = view.root.classList.contains("present");
    if (presenting && view.at.k < READABLE && view.fitScale() < READABLE) {
      view.center(box, READABLE);
      return;
    }
    if (!(view.fitted && view.panel.hidden) && !view.scene.far) view.reveal(box, view.seen(box) ? 0 : 0.22);
  }

  explain(box) {
    return this.panels.explain(box);
  }
}
