// The picture on the page, composed of its parts: what is drawn, where it lies, what is chosen, found and opened.

import { Camera } from "./camera.js";
import { drawNotes, drawTools, headOf } from "./controls.js";
import { Gestures } from "./gestures.js";
import { Keys } from "./keys.js";
import { Minimap } from "./minimap.js";
import { Modules } from "./modules.js";
import { Pointer } from "./pointer.js";
import { Scene } from "./scene.js";
import { Search } from "./search.js";
import { Selection } from "./selection.js";
import { Sight } from "./sight.js";
import { around } from "./placing.js";
import { NOTHING } from "./structure.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/moment.js").Moment} Moment */
/** @typedef {import("./structure.js").Structure} Structure */

const HUGE = 2000; // boxes from which the picture has no size of its own: a browser could not paint it
const TYPE = { usual: 14, present: 16 }; // px of the smallest letters
const INNER = 0.22; // of the window: how far in what runs is brought

/**
 * @typedef {object} PictureParts
 * @property {import("./shell.js").Shell} shell
 * @property {import("../draw/types.js").Say} say
 * @property {AbortSignal} signal
 * @property {() => Record<string, string>} colours
 * @property {() => boolean} playing Whether a recording plays.
 * @property {() => Moment | null} moment What changes, while one plays.
 * @property {(event: KeyboardEvent) => boolean} player Takes the keys of the player.
 * @property {(box: Box | null, quiet: boolean, pressed: boolean) => void} onSelect
 * @property {(boxes: Box[]) => void} onLight
 * @property {(opened: { of: unknown, paths: string[] }) => void} onOpen
 */

export class PictureView {
  /** @param {PictureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.structure = NOTHING;
    /** @type {string | null} The path of the module that was opened last. */
    this.opened = null;
    /** Whether it is not yet in its place, for its window has no size. */
    this.waiting = false;
    this.camera = this.makeCamera();
    this.sight = new Sight(this.camera);
    this.scene = this.makeScene();
    this.map = this.makeMinimap();
    this.selection = new Selection({
      playing: parts.playing,
      onSelect: parts.onSelect,
      onLight: (boxes) => {
        this.scene.draw();
        parts.onLight(boxes);
      },
    });
    this.search = this.makeSearch();
    this.modules = new Modules(this.camera, parts.onOpen);
    this.gestures = new Gestures(parts.shell.canvas, this.camera, parts.signal);
    this.pointer = this.makePointer();
    this.keys = this.makeKeys();
  }

  // ---- parts ---------------------------------------------------------------------------------

  /** @returns {Camera} */
  makeCamera() {
    const { svg, canvas, tools, root } = this.parts.shell;
    return new Camera({
      ...{ svg, canvas, tools, playing: this.parts.playing },
      type: () => (root.classList.contains("present") ? TYPE.present : TYPE.usual),
      head: () => headOf(root),
      whole: () => root.classList.contains("compact"), // above charts
      onMove: (_, soon) => {
        this.scene.update(soon);
        this.map.refresh();
      },
    });
  }

  makeScene() {
    const { shell, say, moment, colours } = this.parts;
    const scene = new Scene({
      window: shell.canvas,
      svg: shell.svg,
      at: () => (this.camera.placed ? this.camera.at : null),
      marks: () => this.marks,
      ...{ say, moment, colours },
    });
    shell.canvas.prepend(scene.overview.canvas);
    return scene;
  }

  makeMinimap() {
    const { map: root, band, canvas: window_, legend } = this.parts.shell;
    return new Minimap({ root, band, window_, legend, camera: this.camera, scene: this.scene });
  }

  makeSearch() {
    const { shell, say, signal } = this.parts;
    const search = new Search(shell.search, shell.found, say, () => {
      shell.svg.classList.toggle("searching", this.search.active);
      this.scene.draw();
      this.scene.repaint();
    });
    shell.search.addEventListener("input", () => search.find(), { signal });
    return search;
  }

  makePointer() {
    const { shell, signal } = this.parts;
    const { camera, gestures, modules, scene, selection, sight } = this;
    const { canvas, svg } = shell;
    return new Pointer({ canvas, svg, signal, camera, gestures, modules, scene, selection, sight });
  }

  makeKeys() {
    const { playing, player } = this.parts;
    const { camera, modules, pointer, search, selection } = this;
    return new Keys({
      ...{ camera, modules, pointer, search, selection, playing, player },
      walk: (box) => this.walk(box),
      focus: () => this.scene.card(selection.tab?.id ?? 0)?.focus(),
    });
  }

  destroy() {
    for (const part of [this.camera, this.map, this.pointer, this.scene]) part.destroy();
  }

  // ---- a new picture -------------------------------------------------------------------------

  /** @param {Structure} structure */
  load(structure) {
    const { svg } = this.parts.shell;
    const { boxes, geo } = structure;
    this.structure = structure;
    this.opened = null;
    for (const part of [this.camera, this.map, this.modules, this.pointer, this.search, this.selection])
      part.load(structure);
    svg.setAttribute("width", String(boxes.length > HUGE ? 1 : geo.width));
    svg.setAttribute("height", String(boxes.length > HUGE ? 1 : geo.height));
    this.speak();
    this.scene.load(structure);
    this.scene.draw();
    this.settle();
    this.selection.reselect();
    this.search.find();
  }

  /** Put it in its place; while its window has no size, that waits. */
  settle() {
    this.waiting = this.parts.shell.canvas.clientWidth === 0;
    if (this.waiting) return;
    const spot = this.camera.settle(this.running);
    this.opened = spot && !("id" in spot) ? spot.path : null;
    if (spot) this.scene.draw();
  }

  resized() {
    const { camera, gestures } = this;
    if (this.structure === NOTHING) return;
    if (this.waiting) this.settle();
    else if (!camera.own && !gestures.held) camera.arrange(this.active);
    else {
      this.scene.resized();
      this.map.refresh();
    }
  }

  /** Words that float over it. */
  speak() {
    const { shell, say } = this.parts;
    drawTools(shell.tools, this.camera, say);
    drawNotes(shell.notes, this.structure.geo, say);
    shell.nothing.textContent = say("no_graph");
    shell.nothing.hidden = this.structure === NOTHING || this.structure.boxes.length > 0;
  }

  /** Colours have changed, or all words. @param {boolean} words */
  repaint(words) {
    if (this.structure === NOTHING) return;
    if (words) this.scene.redraw();
    this.scene.repaint();
    this.map.renew();
  }

  // ---- what there is to see ------------------------------------------------------------------

  /** @returns {import("../draw/picture.js").Marks} */
  get marks() {
    const { selected, tab, lit } = this.selection;
    return {
      selected: selected?.id ?? null,
      tab: tab?.id ?? null,
      lit: lit.cards,
      litLinks: lit.links,
      hits: this.search.ids,
      opened: this.opened,
    };
  }

  /** What the event is about. @returns {Box | undefined} */
  get running() {
    return this.parts.moment()?.now.boxes[0];
  }

  /** What is chosen, or else what runs. @returns {Box | undefined} */
  get active() {
    return this.selection.selected ?? this.running;
  }

  /**
   * After a choice.
   * @param {Box} box
   * @param {{ quiet: boolean, opened: boolean, pressed: boolean }} how Whether the inspector has just taken some of the
   *   room; whether the card itself was pressed, where it lies.
   */
  keepInSight(box, { quiet, opened, pressed }) {
    const { camera, scene } = this;
    if (opened && !camera.own && !scene.far) camera.arrange(box, !quiet);
    else if (!quiet && !(pressed && camera.own)) this.reveal(box);
  }

  /** @param {Box} box @param {number} [inner] */
  reveal(box, inner) {
    if (this.scene.far) this.sight.center(box, 1);
    else this.sight.reveal(box, inner);
  }

  /** Go to a card with the focus. @param {Box} box */
  walk(box) {
    const { selection, scene } = this;
    selection.rove(box);
    scene.draw();
    scene.card(box.id)?.focus({ preventScroll: true });
    if (selection.selected) selection.select(box);
    else this.reveal(box);
  }

  /** Keep what runs in sight; of a gradient that travels, who sends it and who gets it. */
  follow() {
    const { camera, scene, sight } = this;
    const ends = this.parts.moment()?.now.ends ?? [];
    if (!ends.length || !camera.placed || camera.fitted || scene.far) return;
    const spot = around(ends);
    sight.frame(spot, sight.sees(spot) ? 0 : INNER);
  }
}
