// A small picture of a large one, with the window's frame in it: drag it, or go with the arrow keys.

import { clamp, el } from "./dom.js";
import { sketch } from "./sketch.js";

const MAP_W = 190;
const MAP_H = 110;
const LEAST = 10;
const MODEST = 0.66; // of that for a picture whose cards are read, not looked for
const FEW = 20; // boxes up to which no map is needed: it would cover one of them

export class Minimap {
  constructor(view) {
    this.view = view;
    this.canvas = el("canvas");
    this.frame = el("div", { class: "mapframe" });
    this.root = el("div", { class: "minimap", tabindex: 0, hidden: "" }, this.canvas, this.frame);
    this.root.addEventListener("pointerdown", (event) => this.grab(event));
    this.root.addEventListener("pointermove", (event) => {
      if (this.held) this.go(event);
    });
    for (const end of ["pointerup", "pointercancel"])
      this.root.addEventListener(end, () => {
        this.held = false;
      });
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  load(geo) {
    const size = this.view.scene.large ? 1 : MODEST;
    const k = size * Math.min(MAP_W / geo.width, MAP_H / geo.height);
    const w = Math.max(24, geo.width * k);
    const h = Math.max(16, geo.height * k);
    this.k = k;
    Object.assign(this.canvas.style, { width: `${w}px`, height: `${h}px` });
    Object.assign(this.canvas, { width: Math.round(w * 2), height: Math.round(h * 2) });
    this.size = { w, h };
    this.stale = true;
  }

  // Only where there is something that the window does not show.
  refresh() {
    const { scene, at, canvas } = this.view;
    const geo = this.view.geo;
    const whole =
      !at ||
      !geo ||
      geo.boxes.length <= FEW ||
      (at.x >= -1 &&
        at.y >= -1 &&
        geo.width * at.k + at.x <= canvas.clientWidth + 1 &&
        geo.height * at.k + at.y <= canvas.clientHeight + 1);
    this.root.hidden = whole;
    canvas.classList.toggle(
      "near",
      !whole || Boolean(at && geo && !scene.large && this.view.covers(this.view.legend, at)),
    ); // the legend would cover cards
    if (whole) return;
    if (this.stale) this.draw();
    const left = clamp((-at.x / at.k) * this.k, 0, this.size.w - LEAST);
    const top = clamp((-at.y / at.k) * this.k, 0, this.size.h - LEAST);
    const w = clamp(((canvas.clientWidth - at.x) / at.k) * this.k - left, LEAST, this.size.w - left);
    const h = clamp(((canvas.clientHeight - at.y) / at.k) * this.k - top, LEAST, this.size.h - top);
    Object.assign(this.frame.style, { transform: `translate(${left}px, ${top}px)`, width: `${w}px`, height: `${h}px` });
  }

  // How much of the window's height is lost, for a card that reaches to `right`, because it would lie below the map.
  covers(right) {
    return this.root.hidden || right < this.view.canvas.clientWidth - this.size.w - 26 ? 0 : this.size.h + 8;
  }

  draw() {
    const context = this.canvas.getContext("2d");
    this.stale = false;
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, this.size.w, this.size.h);
    sketch(context, this.view.scene, { k: this.k, x: 0, y: 0 }, this.size.w, this.size.h, this.view.scene.paint());
  }

  // The colours have changed: drawn again when the steps come to rest.
  renew() {
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.stale = true;
      if (this.view.geo) this.refresh();
    }, 150);
  }

  grab(event) {
    event.stopPropagation();
    this.held = true;
    this.root.setPointerCapture(event.pointerId);
    this.go(event);
  }

  go(event) {
    const box = this.canvas.getBoundingClientRect();
    const { view } = this;
    const { k } = view.at;
    const x = (event.clientX - box.left) / this.k;
    const y = (event.clientY - box.top) / this.k;
    view.fitted = false;
    view.move({ k, x: view.canvas.clientWidth / 2 - x * k, y: view.canvas.clientHeight / 2 - y * k });
  }

  key(event) {
    const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { view } = this;
    const { k, x, y } = view.at;
    view.fitted = false;
    view.move({ k, x: x + way[0] * view.canvas.clientWidth * 0.4, y: y + way[1] * view.canvas.clientHeight * 0.4 });
  }
}
