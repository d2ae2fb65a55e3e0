// The panels beside code and parameters: loss, gradient norms by layer, and what the net gives for other inputs.

import { el, svg } from "../dom.js";
import { Mount } from "../draw/mount.js";
import { short } from "../tensors.js";
import { curveFrame, drawCurve } from "./curve.js";
import { drawNorms } from "./norms.js";
import { drawSurface, rangeOf } from "./surface.js";

/** @typedef {import("./types.js").LivePicture} LivePicture */
/** @typedef {import("../draw/tree.js").Element} Tree */

/**
 * @typedef {object} PanelsParts
 * @property {import("../draw/types.js").Say} say
 * @property {(picture: LivePicture) => LivePicture["norms"]} norms Of the gradients where the player stands.
 * @property {(pass: number) => void} open Open an iteration.
 * @property {(pace: number) => void} hurry Train so many iterations a second; 0: as many as possible.
 */

const PACES = [1, 10, 100, 0];

/** One panel: a title, an amount beside it, and a picture. */
class Panel {
  /** @param {string} name @param {string} title */
  constructor(name, title) {
    this.amount = el("span", { class: "amount" });
    this.svg = svg("svg", { class: "live-picture", role: "img", "aria-label": title });
    this.mount = new Mount(this.svg);
    const head = el("h3", {}, el("span", { text: title }), this.amount);
    this.root = el("section", { class: `live-panel ${name}` }, head, this.svg);
  }

  size() {
    return { width: this.svg.clientWidth || 160, height: this.svg.clientHeight || 110 };
  }

  /** @param {string} amount @param {Tree[]} trees */
  draw(amount, trees) {
    if (this.amount.textContent !== amount) this.amount.textContent = amount;
    this.mount.draw(trees);
  }
}

export class LivePanels {
  /** @param {PanelsParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {LivePicture | null} */
    this.picture = null;
    const { say } = parts;
    this.loss = new Panel("loss", say("live_loss"));
    this.norms = new Panel("norms", say("live_norms"));
    this.pace = this.drawPace();
    this.norms.root.append(this.pace);
    /** @type {Record<string, Panel>} */
    this.surfaces = {};
    for (const kind of ["plane", "line", "classes"]) this.surfaces[kind] = new Panel(kind, say(`live_${kind}`));
    this.root = el("div", { class: "live", role: "group", "aria-label": say("live"), hidden: "" });
    this.root.append(...[this.loss, this.norms, ...Object.values(this.surfaces)].map(({ root }) => root));
    this.loss.root.title = say("live_open");
    this.loss.svg.addEventListener("click", (event) => this.clicked(event));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  drawPace() {
    const { say, hurry } = this.parts;
    const texts = PACES.map((pace) => (pace ? say("live_pace").replace("{n}", String(pace)) : say("live_fastest")));
    const options = PACES.map((pace, i) => el("option", { value: pace, text: texts[i] }));
    const menu = el("select", { class: "pace", "aria-label": say("live_pace_long"), title: say("live_pace_long") });
    menu.append(...options);
    menu.addEventListener("change", () => hurry(Number(menu.value)));
    return menu;
  }

  destroy() {
    this.sizes.disconnect();
  }

  /** @param {LivePicture | null} picture */
  show(picture) {
    this.picture = picture;
    this.root.hidden = !picture;
    if (picture) this.pace.value = String(picture.pace);
    this.draw();
  }

  draw() {
    const { picture, loss, norms, surfaces } = this;
    if (!picture || this.root.hidden) return;
    for (const [kind, panel] of Object.entries(surfaces)) panel.root.hidden = picture.surface?.kind !== kind;
    loss.draw(picture.loss === null ? "" : short(picture.loss), drawCurve(picture, loss.size()));
    norms.draw("", drawNorms(this.parts.norms(picture), norms.size()));
    const { surface } = picture;
    if (surface) surfaces[surface.kind].draw(rangeOf(surface), drawSurface(surface, surfaces[surface.kind].size()));
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (!this.picture?.passes.length) return;
    const { left } = this.loss.svg.getBoundingClientRect();
    this.parts.open(curveFrame(this.picture, this.loss.size()).pass(event.clientX - left));
  }
}
