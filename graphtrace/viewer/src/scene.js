// What of a picture is in the document: all of a small one; of a large one what the window shows, and from far
// away a sketch on a canvas. The whole is panned and zoomed by one transform.

import { el } from "./dom.js";
import { boxRects, Field, linkRects } from "./field.js";
import { COLOURS, ring, sketch } from "./sketch.js";

const SMALL = 150; // boxes up to which everything is in the document
const FAR = 0.32; // zoom below which a large picture is a sketch
const MARGIN = 0.3; // of the window, drawn around it
const QUICK = 7; // ms that a sketch may take to be drawn anew for every frame of a gesture

export class Scene {
  constructor(view) {
    this.view = view;
    this.canvas = el("canvas", { class: "overview", "aria-hidden": "true" });
    this.cost = 0;
  }

  load(geo) {
    this.geo = geo;
    this.large = geo.boxes.length > SMALL && !this.view.whole; // an export draws everything
    this.held = new Set(); // cards that stay: the one in the tab order, the selected one
    this.covered = null;
    this.far = false;
    this.boxes = new Field(boxRects(geo.boxes), geo.width, geo.height);
    this.lines = new Field(linkRects(geo.links), geo.width, geo.height);
    this.view.canvas.classList.toggle("large", this.large);
    this.view.canvas.classList.remove("far");
    this.drawn = new Map(); // box id -> card
    this.joined = new Map(); // link number -> line
    if (this.large) return;
    geo.links.forEach((_, i) => this.join(i));
    geo.boxes.forEach((box) => this.put(box.id));
    this.hang();
  }

  put(id) {
    const card = this.view.drawCard(this.geo.boxes[id]);
    this.drawn.set(id, card);
    return card;
  }

  join(i) {
    const line = this.view.drawLink(this.geo.links[i], i);
    this.joined.set(i, line);
    return line;
  }

  hang() {
    this.view.links.replaceChildren(...this.joined.values());
    this.view.cards.replaceChildren(...this.drawn.values());
  }

  card(id) {
    return this.drawn.get(id) ?? null;
  }

  line(i) {
    return this.joined.get(i) ?? null;
  }

  // A card that is needed wherever it lies: it has the focus, or is selected.
  hold(id) {
    if (!this.large) return this.card(id);
    this.held.add(id);
    if (!this.drawn.has(id)) this.arrive([id], []);
    return this.card(id);
  }

  release(keep) {
    this.held = new Set([...keep].filter((id) => id !== undefined));
  }

  // After every move: draw what has come into the window, drop what has left it.
  update(soon = false) {
    if (!this.large || !this.view.at) return;
    const { view } = this;
    const { k } = view.at;
    const far = k < FAR;
    if (far !== this.far) {
      this.far = far;
      this.covered = null;
      view.canvas.classList.toggle("far", far);
    }
    if (far) {
      this.look(soon);
      if (this.covered !== "none") {
        this.covered = "none";
        this.keep([], []);
      }
      return;
    }
    const window_ = this.window(0);
    if (
      this.covered &&
      inside(window_, this.covered) &&
      this.covered[2] - this.covered[0] < 4 * (window_[2] - window_[0])
    )
      return;
    this.covered = this.window(MARGIN);
    this.keep(this.boxes.within(...this.covered), this.lines.within(...this.covered));
  }

  // The window in the picture's own lengths, with a margin around it.
  window(margin) {
    const { view } = this;
    const { k, x, y } = view.at;
    const w = view.canvas.clientWidth;
    const h = view.canvas.clientHeight;
    return [(-x - margin * w) / k, (-y - margin * h) / k, (w - x + margin * w) / k, (h - y + margin * h) / k];
  }

  keep(boxes, lines) {
    const wanted = new Set([...boxes, ...this.held]);
    const joined = new Set(lines);
    const gone = [];
    for (const [id, card] of this.drawn)
      if (!wanted.has(id)) {
        card.remove();
        this.drawn.delete(id);
        gone.push(card.box);
      }
    for (const [i, line] of this.joined)
      if (!joined.has(i)) {
        line.remove();
        this.joined.delete(i);
        this.view.stage?.unjoin(i);
      }
    this.view.stage?.forget(gone);
    this.arrive(
      [...wanted].filter((id) => !this.drawn.has(id)),
      lines.filter((i) => !this.joined.has(i)),
    );
  }

  arrive(boxes, lines) {
    if (!boxes.length && !lines.length) return;
    this.view.links.append(...lines.map((i) => this.join(i)));
    const cards = boxes.map((id) => this.put(id));
    this.view.cards.append(...cards);
    this.view.squeeze(cards);
    this.view.arrived(cards, lines);
  }

  shown() {
    return this.large ? [...this.drawn.keys()].map((id) => this.geo.boxes[id]) : this.geo.boxes;
  }

  // ---- the sketch --------------------------------------------------------------------------

  // While a gesture lasts, a sketch that takes long to draw is moved as it is, and drawn anew when the hand rests.
  look(soon) {
    const { at, sketched } = { at: this.view.at, sketched: this.sketched };
    if (!soon || this.cost < QUICK || !sketched) {
      this.draw();
      return;
    }
    const ratio = at.k / sketched.k;
    this.canvas.style.transform = `translate(${at.x - sketched.x * ratio}px, ${at.y - sketched.y * ratio}px) scale(${ratio})`;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.draw(), 120);
  }

  draw() {
    clearTimeout(this.rest);
    const { view, canvas } = this;
    const started = performance.now();
    const w = view.canvas.clientWidth;
    const h = view.canvas.clientHeight;
    const sharp = Math.min(2, devicePixelRatio || 1);
    if (!this.far || !w) return;
    if (canvas.width !== Math.round(w * sharp) || canvas.height !== Math.round(h * sharp)) {
      canvas.width = Math.round(w * sharp);
      canvas.height = Math.round(h * sharp);
      canvas.style.width = `${w}px`;
      canvas.style.height = `${h}px`;
    }
    const context = canvas.getContext("2d");
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.clearRect(0, 0, w, h);
    sketch(context, this, view.at, w, h, this.paint());
    this.rings(context);
    canvas.style.transform = "";
    this.sketched = { ...view.at };
    this.cost = performance.now() - started;
  }

  rings(context) {
    const { view } = this;
    const colours = this.colours;
    for (const box of view.hits ?? []) ring(context, box, view.at, colours.warning, 2);
    for (const box of view.stage?.active ?? []) ring(context, box, view.at, colours[view.stage.tone()]);
    if (view.selected) ring(context, view.selected, view.at, colours.ink);
  }

  paint() {
    const { stage } = this.view;
    this.colours ??= this.read();
    return { colours: this.colours, hue: (box) => (stage ? stage.hue(box) : COLOURS[box.kind]) };
  }

  // Colours as the stylesheet has them; read again when the theme changes.
  read() {
    const style = getComputedStyle(this.view.root);
    const found = { font: style.fontFamily };
    for (const name of [
      "ink",
      "surface",
      "line",
      "frame",
      "frame-line",
      "forward",
      "leaf",
      "gradient",
      "warning",
      "constant",
    ])
      found[name.replace("-", "_")] = style.getPropertyValue(`--gt-${name}`).trim() || "#888";
    return found;
  }

  repaint() {
    this.colours = null;
    if (this.far) this.draw();
  }
}

const inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
