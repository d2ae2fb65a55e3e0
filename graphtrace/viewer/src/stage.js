// Plays a recording on the View: moves the cursor, hangs up the picture of the pass shown, and keeps it in sight.

import { Painter } from "./painter.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { Transport } from "./transport.js";

const READABLE = 16 / 11; // zoom at which a card's numbers are 16 px high
const SPEEDS = [1500, 600, 150]; // ms a step
const EMPTY = { view: "", width: 400, height: 200, notes: [], nodes: 0, roots: [], boxes: [], links: [], frames: [] };

export class Stage extends Painter {
  constructor(view, id, play, start = 0) {
    super();
    this.view = view;
    this.id = id;
    this.tape = play.tape;
    this.views = play.views;
    this.chosen = play.views[0];
    this.player = new Player(play.tape);
    this.cursor = Math.min(Math.max(0, start), this.player.length);
    this.boxes = new Map(); // none yet: a card may be selected before the first picture is learned
    this.leaves = new Map();
    this.made = new Map(); // picture -> geometry with the details of the pass shown
    this.transport = new Transport(this);
    this.panels = new Panels(this);
    this.speak();
  }

  t(name) {
    return this.view.t(name);
  }

  // ---- words that follow the language ------------------------------------------------------

  speak() {
    this.spoken = this.view.language;
    this.transport.build();
    this.panels.build();
    if (this.state) this.refresh();
  }

  says() {
    const told = this.tape.says[this.view.language] ?? Object.values(this.tape.says)[0];
    return this.cursor ? told[this.cursor - 1] : this.t(this.player.length ? "at_start" : "nothing_happened");
  }

  // ---- moving ------------------------------------------------------------------------------

  seek(cursor) {
    const wanted = Math.min(Math.max(0, Math.round(cursor)), this.player.length);
    if (wanted === this.cursor && this.state) return;
    this.cursor = wanted;
    this.refresh();
    this.view.emit("cursor", wanted);
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
    this.chosen = this.views.find((view) => view.name === name) ?? this.chosen;
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
    this.state = this.player.at(this.cursor);
    this.mount();
    if (this.view.geo) this.paint();
    this.transport.refresh();
    this.panels.refresh();
    this.follow();
    this.view.root.dataset.cursor = this.cursor;
  }

  // Hang up the picture of the pass shown; the same one stays, with its zoom.
  mount() {
    const of = this.chosen?.of[this.state.shown];
    if (!of) {
      this.view.setStructure(`${this.id}|empty`, EMPTY);
      this.learn();
      return;
    }
    const [picture, detail] = of;
    const key = `${this.id}|${this.chosen.name}|${picture}`;
    const details = this.chosen.details[detail];
    const geo = this.chosen.pictures[picture];
    const filled = () => ({
      ...geo,
      of: this.of,
      notes: [...geo.notes, ...this.tape.warnings],
      boxes: geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })),
    });
    if (this.view.id !== key) {
      this.active = null;
      this.view.setStructure(key, filled());
      this.learn();
      if (this.view.selected) this.view.inspect(this.view.selected);
    } else if (this.detail !== details) this.view.adopt(filled());
    this.detail = details;
  }

  // Which boxes stand for a node, and for a leaf: a shared leaf has several.
  learn() {
    const { view } = this;
    this.boxes = new Map();
    this.leaves = new Map();
    this.drawn = new Map();
    const add = (map, key, box) => map.set(key, [...(map.get(key) ?? []), box]);
    for (const box of view.geo.boxes) {
      for (const node of box.ids) add(this.boxes, node, box);
      for (const block of box.blocks) if (block.name) add(this.leaves, block.name, box);
    }
    this.lines = new Map(); // link number -> what of it is drawn
    this.byEdge = new Map();
    view.geo.links.forEach((link, i) => {
      for (const edge of link.edges) add(this.byEdge, edge, i);
    });
    this.learned = view.geo;
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
