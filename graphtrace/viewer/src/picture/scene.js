// What of a picture is on the page: all of a small one; of a large one what the window shows, and from far away a
// sketch on a canvas. The whole is panned and zoomed by one transform.

import { still } from "../dom.js";
import { Mount } from "../draw/mount.js";
import { farType } from "../draw/far.js";
import { Picture } from "../draw/picture.js";
import { measureWith } from "../draw/text.js";
import { boxRects, Field, linkRects } from "./field.js";
import { Overview } from "./overview.js";
import { measureIn } from "./measure.js";
import { inside, visible } from "./placing.js";
import { COLOURS } from "./sketch.js";
import { NOTHING } from "./structure.js";

/** @typedef {import("../draw/moment.js").Moment} Moment */
/** @typedef {import("../draw/picture.js").Marks} Marks */
/** @typedef {import("./field.js").Edges} Edges */
/** @typedef {import("./placing.js").At} At */
/** @typedef {import("./structure.js").Structure} Structure */

const FAR = 0.32; // zoom below which a large picture is a sketch
const MARGIN = 0.3; // of the window, drawn around it
const SPARE = 4; // times the window's width, from which what is drawn is too much

/**
 * @typedef {object} SceneParts What a scene is handed.
 * @property {HTMLElement} window What the picture is seen through.
 * @property {SVGSVGElement} svg What it is drawn in.
 * @property {() => At | null} at Zoom and place of the picture in the window.
 * @property {() => Marks} marks
 * @property {() => Moment | null} moment What changes, while a recording plays.
 * @property {() => Record<string, string>} colours Of the palette, and `font`.
 * @property {import("../draw/types.js").Say} say
 */

export class Scene {
  /** @param {SceneParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.picture = new Picture(parts.say);
    this.mount = new Mount(parts.svg);
    measureWith(measureIn(parts.svg));
    this.overview = new Overview(parts.window, () => this.seen());
    this.far = false;
    this.type = 0; // size of letters from far away; 0: near
    this.structure = NOTHING;
    this.boxes = new Field(boxRects([]), 1, 1);
    this.lines = this.boxes;
    /** @type {{ boxes: number[], links: number[] }} What is in the document. */
    this.shown = { boxes: [], links: [] };
    /** @type {Edges | "nothing" | null} */
    this.covered = null;
    /** @type {import("../draw/tree.js").Element[]} What is drawn now; a file of the window is written from it. */
    this.layers = [];
  }

  get geo() {
    return this.structure.geo;
  }

  get large() {
    return this.structure.large;
  }

  destroy() {
    this.overview.destroy();
  }

  /** Take a new picture; it is drawn by `draw`. @param {Structure} structure */
  load(structure) {
    const { geo } = structure;
    this.structure = structure;
    this.boxes = new Field(boxRects(geo.boxes), geo.width, geo.height);
    this.lines = new Field(linkRects(geo.links), geo.width, geo.height);
    this.shown = this.large ? { boxes: [], links: [] } : { boxes: keys(geo.boxes), links: keys(geo.links) };
    this.covered = null;
    this.setFar(false);
    this.parts.window.classList.toggle("large", this.large);
  }

  /** @param {boolean} far */
  setFar(far) {
    this.far = far;
    this.parts.window.classList.toggle("far", far);
  }

  // ---- what is in the document --------------------------------------------------------------

  /** Draw the picture as it is now: only what has changed since the last time. */
  draw() {
    if (this.structure === NOTHING) return;
    const marks = this.parts.marks();
    const moment = this.parts.moment();
    const { boxes, links } = this.shown;
    const needed = [marks.tab, marks.selected].filter((id) => id !== null); // wherever they lie
    const ids = this.large ? [...new Set([...boxes, ...needed])].sort((a, b) => a - b) : boxes;
    this.layers = this.picture.draw({
      geo: this.geo,
      moment,
      marks,
      boxes: ids,
      links,
      still: still(),
      far: this.type,
    });
    this.mount.draw(this.layers);
  }

  /** Draw all of it anew: in another language. */
  redraw() {
    this.picture.forget();
    this.draw();
  }

  /** The element of a card that is drawn. @param {number} id @returns {SVGElement | null} */
  card(id) {
    return this.parts.svg.querySelector(`.card[data-id="${id}"]`);
  }

  /**
   * After every move: draw what has come into the window, drop what has left it.
   * @param {boolean} [soon] Whether a gesture lasts.
   */
  update(soon = false) {
    const at = this.parts.at();
    if (!at) return;
    const type = farType(at.k, this.structure.smallest);
    const other = type !== this.type;
    this.type = type;
    if (!this.large) {
      if (other) this.draw();
      return;
    }
    const far = at.k < FAR;
    if (far !== this.far) {
      this.setFar(far);
      this.covered = null;
    }
    if (far) {
      this.overview.follow(at, soon);
      if (this.covered !== "nothing") this.show("nothing", [], []);
    } else if (!this.suffices(this.seenPart(at, 0))) {
      const part = this.seenPart(at, MARGIN);
      this.show(part, this.boxes.within(...part), this.lines.within(...part));
    }
  }

  /** After the window's size has changed. */
  resized() {
    this.covered = null;
    this.update();
  }

  /** @param {Edges | "nothing"} covered @param {number[]} boxes @param {number[]} links */
  show(covered, boxes, links) {
    this.covered = covered;
    this.shown = { boxes, links: links.sort((a, b) => a - b) };
    this.draw();
  }

  /** Whether what is drawn shows this part, and not much more. @param {Edges} part */
  suffices(part) {
    const { covered } = this;
    if (!covered || covered === "nothing") return false;
    return inside(part, covered) && covered[2] - covered[0] < SPARE * (part[2] - part[0]);
  }

  /**
   * The window in the picture's own lengths, with a margin around it.
   * @param {At} at
   * @param {number} margin
   * @returns {Edges}
   */
  seenPart(at, margin) {
    const { clientWidth: width, clientHeight: height } = this.parts.window;
    return visible(at, { width, height }, margin);
  }

  // ---- the sketch ----------------------------------------------------------------------------

  /** Draw the sketch in the colours of now. */
  repaint() {
    if (this.far) this.overview.draw();
  }

  /** Colours of a sketch. @returns {import("./sketch.js").Paint} */
  paint() {
    const moment = this.parts.moment();
    return { colours: this.parts.colours(), hue: (box) => (moment ? moment.hue(box) : COLOURS[box.kind]) };
  }

  /** What there is to sketch; nothing where the picture is near. @returns {import("./overview.js").Seen | null} */
  seen() {
    const at = this.parts.at();
    return this.far && at ? { things: this, at, paint: this.paint(), rings: this.rings() } : null;
  }

  /** What was found, what runs, what is chosen. @returns {import("./overview.js").Ring[]} */
  rings() {
    const { hits, selected } = this.parts.marks();
    const now = this.parts.moment()?.now;
    const colours = this.parts.colours();
    const { boxes } = this.geo;
    const found = [...(hits ?? [])].map((id) => ({ box: boxes[id], colour: colours.warning, wide: 2 }));
    const running = (now?.boxes ?? []).map((box) => ({ box, colour: colours[now?.tone ?? "leaf"] }));
    const chosen = selected === null ? [] : [{ box: boxes[selected], colour: colours.ink }];
    return [...found, ...running, ...chosen];
  }
}

/** @param {unknown[]} things */
const keys = (things) => [...things.keys()];
