// The graph viewer: draws geometry (plain JSON) as SVG and explains the selected card.
// DOM by createElementNS and textContent only: a name from a user's program is never parsed as markup.

import { Chooser } from "./chooser.js";
import { el, svg } from "./dom.js";
import { unpacked } from "./dense.js";
import { noMarks } from "./draw/picture.js";
import { Minimap } from "./minimap.js";
import { Scene } from "./picture/scene.js";

export class View extends Chooser {
  constructor(root) {
    super();
    this.root = root;
    this.texts = {};
    this.emit = () => {};
    this.picked = null; // key of the selected node; survives a change of view
    this.stage = null; // what plays a recording, once one is there
    this.anchor = null; // box to keep in place when the structure changes
    this.abort = new AbortController();
    this.build();
    this.listen();
  }

  t(name) {
    return this.texts[name] ?? name;
  }

  // ---- shell -------------------------------------------------------------------------------

  build() {
    this.title = el("strong");
    this.about = el("span", { class: "about" });
    this.search = el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" });
    this.found = el("span", { class: "found", "aria-live": "polite" });
    this.bar = el("div", { class: "bar" }, this.title, this.about, this.found, this.search);
    this.svg = svg("svg", { class: "picture", role: "group" });
    this.notes = el("div", { class: "notes", role: "note" });
    this.legend = el("div", { class: "legend" });
    this.tools = el("div", { class: "tools", role: "toolbar" });
    this.canvas = el("div", { class: "canvas" });
    this.marks = noMarks();
    this.scene = new Scene({
      window: this.canvas,
      svg: this.svg,
      at: () => this.at ?? null,
      marks: () => this.marks,
      moment: () => this.stage?.momentOf(this.geo) ?? null,
      colours: () => this.colours(),
      say: (name) => this.t(name),
    });
    this.map = new Minimap(this);
    this.canvas.append(this.scene.overview.canvas, this.svg, this.notes, this.legend, this.map.root, this.tools);
    this.panel = el("aside", { class: "panel", hidden: "" });
    this.main = el("div", { class: "main" }, this.canvas, this.panel);
    this.control = el("div", { class: "control", hidden: "" });
    this.strip = el("div", { class: "strip", hidden: "" });
    this.root.replaceChildren(this.bar, this.control, this.main, this.strip);
  }

  listen() {
    const on = (target, type, run, more = {}) =>
      target.addEventListener(type, run, { signal: this.abort.signal, ...more });
    on(this.canvas, "wheel", (event) => this.wheel(event), { passive: false });
    on(this.canvas, "pointerdown", (event) => this.grab(event));
    on(this.canvas, "pointermove", (event) => this.drag(event));
    on(this.canvas, "pointerup", () => this.release());
    on(this.canvas, "pointercancel", () => this.release());
    on(this.canvas, "click", (event) => this.click(event));
    on(this.svg, "pointerover", (event) => this.light(this.boxAt(event)));
    on(this.svg, "pointerout", () => this.light(null));
    on(this.svg, "focusin", (event) => this.light(this.boxAt(event)));
    on(this.root, "keydown", (event) => this.key(event));
    on(this.search, "input", () => this.find(this.search.value));
    on(window, "resize", () => this.resize());
    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.canvas);
  }

  // Fill the window below the component's top edge, so that the page never scrolls.
  resize() {
    const top = this.root.getBoundingClientRect().top + (window.scrollY || 0);
    this.root.style.height = `${Math.max(360, Math.floor(innerHeight - Math.max(0, top)))}px`;
  }

  resized() {
    if (this.waiting && this.canvas.clientWidth > 0) {
      this.waiting = false;
      this.settle();
    } else if (this.fitted && !this.gesture && this.readable()) this.fit();
    else {
      this.scene.resized();
      this.map.refresh();
    }
  }

  destroy() {
    this.abort.abort();
    this.sizes.disconnect();
    this.stage?.pause();
    clearTimeout(this.calm);
    clearTimeout(this.single);
    this.scene.destroy();
    clearTimeout(this.map.later);
    this.root.replaceChildren();
  }

  // ---- what the host sends -----------------------------------------------------------------

  // Small facts that may change without a new structure: words, colours, title.
  patch({
    texts = {},
    languages = null,
    language = "en",
    palette = {},
    title = "",
    name = "",
    about = "",
    theme = null,
  }) {
    this.words = { texts, languages, palette, title, name, about, theme };
    this.name = name;
    this.languages = languages;
    this.language = this.asked && languages ? this.asked : language;
    this.texts = languages?.[this.language] ?? texts;
    this.title.textContent = title;
    this.describe();
    this.search.placeholder = this.t("search");
    this.search.setAttribute("aria-label", this.t("search"));
    this.svg.setAttribute("aria-label", this.t("picture"));
    this.panel.setAttribute("aria-label", this.t("inspector"));
    this.paint(palette, theme);
    this.map.root.setAttribute("aria-label", this.t("map"));
    this.map.root.title = this.t("map");
    this.drawTools();
    this.drawLegend();
    if (this.geo) {
      if (this.drawnIn !== this.language) this.scene.redraw();
      this.scene.repaint();
      this.map.renew();
    }
    this.drawnIn = this.language;
    if (this.stage?.spoken !== this.language) this.stage?.speak();
    this.resize();
    if (this.selected) this.inspect(this.selected);
  }

  // What the host says of the picture; else how much there is, and how much of it is folded away.
  describe() {
    const { geo, words } = this;
    const say = (name) =>
      this.t(name).replace("{n}", count(geo.nodes)).replace("{m}", count(geo.edges)).replace("{k}", count(geo.folded));
    const told = words.about || (geo?.edges === undefined ? "" : say("counts") + (geo.folded ? say("folded") : ""));
    this.about.textContent = this.about.title = told;
  }

  speakIn(language) {
    this.asked = language;
    this.patch({ ...this.words, language });
  }

  paint(palette, theme) {
    const dark = theme
      ? theme === "dark"
      : isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color"));
    this.root.dataset.theme = dark ? "dark" : "light";
    for (const [name, colour] of Object.entries(palette[dark ? "dark" : "light"] ?? {}))
      this.root.style.setProperty(`--gt-${name.replaceAll("_", "-")}`, colour);
  }

  // A new picture. The same id again changes nothing, so a rerun never flickers.
  setStructure(id, geo) {
    if (id === this.id) return;
    this.keep();
    this.id = id;
    this.geo = unpacked(geo);
    this.index();
    this.describe();
    this.draw();
    if (this.canvas.clientWidth > 0) this.settle();
    else this.waiting = true; // hidden or not yet laid out: the resize observer settles it
    this.reselect();
    this.find(this.search.value);
    this.root.dataset.ready = id;
  }

  // Another pass over the same picture: the boxes stay, what they stand for changes.
  adopt(geo) {
    this.geo.boxes.forEach((box, i) => {
      box.nodes = geo.boxes[i].nodes;
    });
    this.byNode = new Map();
    for (const box of this.geo.boxes)
      for (const node of box.nodes) if (!this.byNode.has(node.id)) this.byNode.set(node.id, box);
    if (this.selected) this.inspect(this.selected);
  }

  index() {
    this.joins = this.geo.boxes.map(() => []); // box -> its links, each with the box at its other end
    this.geo.links.forEach((link, i) => {
      this.joins[link.s].push([i, link.t]);
      this.joins[link.t].push([i, link.s]);
    });
    this.byNode = new Map();
    this.twins = new Map();
    for (const box of this.geo.boxes) {
      for (const id of box.ids ?? box.nodes.map((node) => node.id)) if (!this.byNode.has(id)) this.byNode.set(id, box);
      if (box.twin !== null) this.twins.set(box.twin, [...(this.twins.get(box.twin) ?? []), box]);
    }
  }

  // ---- drawing -----------------------------------------------------------------------------

  draw() {
    const { geo } = this;
    this.selected = null;
    this.hits = [];
    this.marks = noMarks();
    this.svg.setAttribute("width", geo.boxes.length > 2000 ? 1 : geo.width);
    this.svg.setAttribute("height", geo.boxes.length > 2000 ? 1 : geo.height);
    this.scene.load(geo);
    this.map.load(geo);
    this.notes.replaceChildren(...geo.notes.map((text) => el("p", { text })));
    const first = this.byNode.get(geo.roots[0]) ?? geo.boxes[0];
    if (first) this.rove(first);
    this.scene.draw();
  }

  /** Colours of the theme, as a canvas takes them. */
  colours() {
    const { theme } = this.root.dataset;
    return { ...this.words?.palette[theme], font: getComputedStyle(this.root).fontFamily };
  }

  drawTools() {
    const tool = (sign, label, run, keys) => {
      const button = el("button", { type: "button", title: `${label} (${keys})`, "aria-label": label, text: sign });
      button.addEventListener("click", run);
      return button;
    };
    this.tools.setAttribute("aria-label", this.t("zoom"));
    this.tools.replaceChildren(
      tool("−", this.t("zoom_out"), () => this.zoomBy(1 / 1.25), "-"),
      tool("+", this.t("zoom_in"), () => this.zoomBy(1.25), "+"),
      tool(this.t("fit"), this.t("fit_long"), () => this.fit(true), "0"),
    );
  }

  drawLegend() {
    const item = (kind) =>
      el(
        "span",
        { class: "item" },
        el("i", { class: `mark ${kind}` }),
        document.createTextNode(this.t(`legend_${kind}`)),
      );
    this.legend.replaceChildren(
      ...["op", "leaf", "module", "stub", "arrow", ...(this.stage ? ["gradient"] : [])].map(item),
    );
  }
}

const count = (number) => number.toLocaleString("en-US");

function isDark(colour) {
  const hex = /^\s*#([0-9a-f]{6})/i.exec(colour);
  if (!hex) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}
