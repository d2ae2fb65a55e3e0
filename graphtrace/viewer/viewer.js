// The graph viewer: draws geometry (plain JSON) as SVG and explains the selected card.
// DOM by createElementNS and textContent only: a name from a user's program is never parsed as markup.

import { clamp, el, fill, still, svg } from "./dom.js";
import { Inspector } from "./inspector.js";
import { unpacked } from "./dense.js";
import { CHAIN, direction, dot, sheet, sign, tip } from "./marks.js";
import { Minimap } from "./minimap.js";
import { Scene } from "./scene.js";

const TRANSFORMS = new Map(); // structure id -> zoom and pan, so that they survive reruns and remounts
const MIN_ZOOM = 0.03, MAX_ZOOM = 6, DRAG_PX = 4;
const READ = 0.85; // zoom from which a card is read on the spot
const HANDFUL = 20, READ_WHOLE = 0.7; // of few boxes all are shown a little smaller rather than some of them cut
const FOOT = 44; // px below, for the buttons and the legend

export class View extends Inspector {
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

  t(name) { return this.texts[name] ?? name; }

  // ---- shell -------------------------------------------------------------------------------

  build() {
    this.title = el("strong");
    this.about = el("span", { class: "about" });
    this.search = el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" });
    this.found = el("span", { class: "found", "aria-live": "polite" });
    this.bar = el("div", { class: "bar" }, this.title, this.about, this.found, this.search);
    this.links = svg("g", { class: "links" });
    this.frames = svg("g", { class: "frames" });
    this.cards = svg("g", { class: "cards" });
    this.svg = svg("svg", { class: "picture", role: "group" }, this.frames, this.links, this.cards);
    this.notes = el("div", { class: "notes", role: "note" });
    this.legend = el("div", { class: "legend" });
    this.tools = el("div", { class: "tools", role: "toolbar" });
    this.canvas = el("div", { class: "canvas" });
    this.scene = new Scene(this);
    this.map = new Minimap(this);
    this.canvas.append(this.scene.canvas, this.svg, this.notes, this.legend, this.map.root, this.tools);
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
    if (this.waiting && this.canvas.clientWidth > 0) { this.waiting = false; this.settle(); }
    else if (this.fitted && !this.gesture && this.readable()) this.fit();
    else { this.scene.covered = null; this.scene.update(); this.map.refresh(); }
  }

  destroy() {
    this.abort.abort();
    this.sizes.disconnect();
    this.stage?.pause();
    clearTimeout(this.calm);
    clearTimeout(this.single);
    clearTimeout(this.scene.rest);
    clearTimeout(this.map.later);
    this.root.replaceChildren();
  }

  // ---- what the host sends -----------------------------------------------------------------

  // Small facts that may change without a new structure: words, colours, title.
  patch({ texts = {}, languages = null, language = "en", palette = {}, title = "", name = "", about = "", theme = null }) {
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
    if (this.geo) { this.scene.repaint(); this.map.renew(); }
    if (this.stage?.spoken !== this.language) this.stage?.speak();
    this.resize();
    if (this.selected) this.inspect(this.selected);
  }

  // What the host says of the picture; else how much there is, and how much of it is folded away.
  describe() {
    const { geo, words } = this, say = (name) => this.t(name).replace("{n}", count(geo.nodes)).replace("{m}", count(geo.edges)).replace("{k}", count(geo.folded));
    const told = words.about || (geo?.edges === undefined ? "" : say("counts") + (geo.folded ? say("folded") : ""));
    this.about.textContent = this.about.title = told;
  }

  speakIn(language) {
    this.asked = language;
    this.patch({ ...this.words, language });
  }

  paint(palette, theme) {
    const dark = theme ? theme === "dark" : isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color"));
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
    this.geo.boxes.forEach((box, i) => { box.nodes = geo.boxes[i].nodes; });
    this.byNode = new Map();
    for (const box of this.geo.boxes) for (const node of box.nodes) if (!this.byNode.has(node.id)) this.byNode.set(node.id, box);
    if (this.selected) this.inspect(this.selected);
  }

  index() {
    this.joins = this.geo.boxes.map(() => []); // box -> its links, each with the box at its other end
    this.geo.links.forEach((link, i) => { this.joins[link.s].push([i, link.t]); this.joins[link.t].push([i, link.s]); });
    this.byNode = new Map();
    this.twins = new Map();
    for (const box of this.geo.boxes) {
      for (const id of box.ids ?? box.nodes.map((node) => node.id)) if (!this.byNode.has(id)) this.byNode.set(id, box);
      if (box.twin !== null) this.twins.set(box.twin, [...(this.twins.get(box.twin) ?? []), box]);
    }
  }

  // Cards and lines that have come into the window: what is lit, chosen or found stays so.
  arrived(cards, lines) {
    for (const card of cards) {
      card.classList.toggle("selected", card.box === this.selected);
      card.classList.toggle("hit", Boolean(this.hits?.includes(card.box)));
      if (card.box === this.cursor) card.setAttribute("tabindex", 0);
    }
    this.stage?.arrived(cards, lines);
  }

  // ---- drawing -----------------------------------------------------------------------------

  draw() {
    const { geo } = this;
    this.selected = null;
    this.hits = [];
    this.svg.setAttribute("width", geo.boxes.length > 2000 ? 1 : geo.width);
    this.svg.setAttribute("height", geo.boxes.length > 2000 ? 1 : geo.height);
    this.scene.load(geo);
    this.map.load(geo);
    this.frames.replaceChildren(...geo.frames.map((frame) => this.drawFrame(frame)));
    this.notes.replaceChildren(...geo.notes.map((text) => el("p", { text })));
    this.squeeze();
    const first = this.byNode.get(geo.roots[0]) ?? geo.boxes[0];
    if (first) this.rove(first);
  }

  drawFrame(frame) {
    const text = svg("text", { x: frame.x + 10, y: frame.y + 16, "font-size": 12, text: frame.title });
    text.room = frame.w - 44;
    const g = svg("g", { class: "frame" },
      svg("rect", { x: frame.x, y: frame.y, width: frame.w, height: frame.h, rx: 12 }), text,
      this.geo.fixed ? "" : sign(frame.x + frame.w - 16, frame.y + 13, "−", `${this.t("close")} ${frame.title}`));
    g.frame = frame;
    return g;
  }

  drawLink(link) {
    const p = link.points, way = direction(p), end = p.length - 2;
    const path = [...p.slice(0, end), p[end] - way.x * 6, p[end + 1] - way.y * 6];
    let d = `M${path[0]} ${path[1]}`;
    for (let i = 2; i + 5 < path.length; i += 6) d += `C${path.slice(i, i + 6).join(" ")}`;
    const g = svg("g", { class: "link" }, svg("title", { text: link.label }),
      svg("path", { class: "line", d }), svg("path", { class: "tip", d: tip(p[end], p[end + 1], way) }));
    g.link = link;
    return g;
  }

  drawCard(box) {
    const g = svg("g", { class: `card ${box.kind}`, transform: `translate(${box.x} ${box.y})`, role: "button",
      tabindex: -1, "data-id": box.id, "data-key": keysOf(box)[0], "aria-label": this.spoken(box) });
    g.append(...(box.kind === "stub" ? [dot(box)] : sheet(box)));
    for (const line of box.lines) {
      const text = svg("text", { class: line.role, x: line.x, y: line.y, "font-size": line.size, text: line.text });
      text.room = line.width;
      g.append(text);
    }
    if (box.twin !== null) g.append(svg("g", { class: "twin", transform: `translate(${box.w - 3} 2)` }, svg("circle", { r: 7 }), svg("path", { d: CHAIN })));
    if (box.openable) g.append(sign(box.w - 3, 2, "+"));
    if (box.blocks?.length) g.append(svg("g", { class: "blocks" }));
    g.box = box;
    return g;
  }

  spoken(box) {
    const parts = [box.title, box.subtitle, box.text, ...box.details, box.openable && this.t("openable")];
    return parts.filter(Boolean).join(", ") || this.t("stub");
  }

  // Cards were measured with another font than this machine may have: no text may leave its card.
  squeeze(groups = [this.svg]) {
    const texts = groups.flatMap((group) => [...group.querySelectorAll("text")]);
    const long = texts.filter((text) => text.getComputedTextLength() > text.room + 0.5);
    long.forEach((text) => fill(text, { textLength: Math.max(1, text.room), lengthAdjust: "spacingAndGlyphs" }, []));
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
      tool(this.t("fit"), this.t("fit_long"), () => this.fit(true), "0"));
  }

  drawLegend() {
    const item = (kind) => el("span", { class: "item" }, el("i", { class: `mark ${kind}` }), document.createTextNode(this.t(`legend_${kind}`)));
    this.legend.replaceChildren(...["op", "leaf", "module", "stub", "arrow", ...(this.stage ? ["gradient"] : [])].map(item));
  }

  // ---- zoom and pan ------------------------------------------------------------------------

  get compact() { return this.root.classList.contains("compact"); } // above charts all of the picture is shown

  keep() { if (this.id && this.at && !this.compact) TRANSFORMS.set(this.id, { ...this.at, fitted: this.fitted }); }

  // First place of a new structure: where it was, or the opened box in place, or the whole of it.
  settle() {
    const known = TRANSFORMS.get(this.id), anchor = this.anchor;
    this.anchor = null;
    if (anchor && this.settleOn(anchor)) return;
    if (known && !known.fitted && !this.compact) this.move(known);
    else if (this.stage && !this.scene.large && this.fitScale() < this.least(READ) && !this.compact) this.open();
    else this.fit();
  }

  // All of it would be too small to read: where the story begins, large enough, and the map shows the rest.
  open() {
    const room = this.room(), { width, height } = this.geo, k = clamp(room.h / height, 0.8, 1), first = this.stage.active?.[0] ?? earliest(this.geo.boxes);
    const along = (start, size, from, extent) => (size * k <= extent ? from + (extent - size * k) / 2 : clamp(from + extent / 2 - start * k, from + extent - size * k, from));
    this.fitted = false;
    this.move({ k, x: along(first.x + first.w / 2, width, room.x, room.w), y: along(first.y + first.h / 2, height, room.y, room.h) });
  }

  settleOn({ path, x, y, k }) {
    const spot = this.geo.frames.find((frame) => frame.path === path) ?? this.geo.boxes.find((box) => box.openable && box.path === path);
    if (!spot) return false;
    this.frames.childNodes.forEach((g) => g.classList.toggle("fresh", g.frame === spot));
    if (this.fitted && this.fitScale() > 0.6) { this.fit(); return true; } // all of it is readable: show all of it
    this.fitted = false;
    this.move({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k });
    return true;
  }

  move(at) {
    this.at = { k: at.k, x: at.x, y: at.y };
    this.svg.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.k})`;
    this.canvas.style.setProperty("--gt-dot", `${clamp(at.k, 0.5, 2) * 20}px`);
    this.canvas.style.setProperty("--gt-x", `${at.x}px`);
    this.canvas.style.setProperty("--gt-y", `${at.y}px`);
    this.scene.update(Boolean(this.svg.classList.contains("moving")));
    this.map.refresh();
    this.keep();
  }

  glide(at) { // a move that the eye can follow
    this.svg.classList.toggle("glide", !still());
    this.move(at);
    this.later(() => this.svg.classList.remove("glide"), 300);
  }

  later(run, ms) { clearTimeout(this.calm); this.calm = setTimeout(run, ms); }

  fit(slow = false) {
    if (!this.geo) return;
    const at = this.fitting();
    this.fitted = true;
    if (slow) this.glide(at); else this.move(at);
  }

  // Where all of it is largest: down to the lower edge, if no card then lies below the buttons.
  fitting() {
    const inside = (room) => {
      const { width, height } = this.geo, k = Math.min(room.w / width, room.h / height, 1.6);
      return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
    };
    const large = this.stage && !this.scene.large && this.canvas.clientHeight && inside(this.room(2, 2));
    return large && !this.covers(this.tools, large) ? large : inside(this.room());
  }

  // Whether a card lies below something that floats over the picture.
  covers(part, { k, x, y }) {
    const left = (part.offsetLeft - 6 - x) / k, top = (part.offsetTop - 6 - y) / k, right = (part.offsetLeft + part.offsetWidth + 6 - x) / k;
    return this.geo.boxes.some((box) => box.x < right && box.x + box.w > left && box.y + box.h > top);
  }

  // Whether to show all of it beside the panel; else the picture stays as large as it is.
  readable() { return this.panel.hidden || this.fitScale() >= Math.min(this.least(0.8), this.at.k); }

  // The zoom down to which all is shown at once.
  least(usual) { return this.geo.boxes.length > HANDFUL ? usual : READ_WHOLE; }

  fitScale() { return this.fitting().k; }

  // The part of the canvas that no note or legend covers.
  room(pad = 16, bottom = FOOT) {
    const top = this.notes.childElementCount ? this.notes.offsetHeight + 20 : pad;
    return { x: pad, y: top, w: Math.max(80, this.canvas.clientWidth - 2 * pad),
      h: Math.max(80, this.canvas.clientHeight - top - bottom) };
  }

  zoomBy(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const k = clamp(this.at.k * factor, Math.min(MIN_ZOOM, this.fitScale()), MAX_ZOOM), ratio = k / this.at.k;
    this.fitted = false;
    this.move({ k, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio });
  }

  wheel(event) {
    if (event.target.closest(".notes, .legend, .tools, .minimap") || !this.at) return;
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    this.hurry();
    this.zoomBy(Math.exp(-clamp(pixels, -240, 240) * 0.0016), event.clientX - box.left, event.clientY - box.top);
    this.later(() => this.svg.classList.remove("moving"), 160);
  }

  hurry() { this.svg.classList.remove("glide"); this.svg.classList.add("moving"); }

  grab(event) {
    if (event.button !== 0 || event.target.closest(".tools, .notes, .legend, .minimap") || !this.at) return;
    this.gesture = { id: event.pointerId, x: event.clientX, y: event.clientY, at: this.at, moved: false };
  }

  drag(event) {
    const from = this.gesture;
    if (!from || event.pointerId !== from.id) return;
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    if (!from.moved && Math.hypot(dx, dy) < DRAG_PX) return;
    if (!from.moved) { from.moved = true; this.canvas.setPointerCapture(from.id); this.hurry(); }
    this.fitted = false;
    this.move({ k: from.at.k, x: from.at.x + dx, y: from.at.y + dy });
  }

  release() {
    this.justDragged = Boolean(this.gesture?.moved);
    this.gesture = null;
    this.svg.classList.remove("moving");
  }

  // Pan as little as needed to bring a box into the uncovered part, or farther in, so that its neighbours are seen.
  reveal(box, inner = 0) {
    if (this.scene.far) { this.center(box, 1); return; }
    const room = this.room(), { k, x, y } = this.at;
    const left = box.x * k + x, top = box.y * k + y;
    const along = (at, size, from, extent) => {
      const spare = Math.max(0, extent - size * k), edge = Math.min(inner * extent, spare / 2);
      return clamp(at, from + edge, from + spare - edge) - at;
    };
    const dx = along(left, box.w, room.x, room.w), under = this.map.covers(left + dx + box.w * k);
    const dy = along(top, box.h, room.y, room.h - under);
    if (dx || dy) this.glide(inner ? this.filled({ k, x: x + dx, y: y + dy }, under) : { k, x: x + dx, y: y + dy });
  }

  // Nothing of the window stays empty that a larger picture could fill; `under` is what the map covers of it.
  filled({ k, x, y }, under = 0) {
    const room = this.room(), axis = (at, size, from, extent) => (size * k <= extent ? at : clamp(at, from + extent - size * k, from));
    return { k, x: axis(x, this.geo.width, room.x, room.w), y: axis(y, this.geo.height, room.y, room.h - under) };
  }

  // Whether all of a box is in the uncovered part of the window.
  seen(box) {
    const room = this.room(), { k, x, y } = this.at, left = box.x * k + x, top = box.y * k + y;
    const under = this.map.covers(left + box.w * k);
    return left >= room.x && top >= room.y && left + box.w * k <= room.x + room.w && top + box.h * k <= room.y + room.h - under;
  }

  // Bring a box to the middle at a zoom.
  center(box, k) {
    const room = this.room();
    this.fitted = false;
    this.glide(this.filled({ k, x: room.x + room.w / 2 - (box.x + box.w / 2) * k, y: room.y + room.h / 2 - (box.y + box.h / 2) * k }));
  }

  // ---- choosing ----------------------------------------------------------------------------

  boxAt(event) { return event.target.closest?.(".card")?.box ?? null; }

  click(event) {
    if (this.justDragged) { this.justDragged = false; return; }
    const pressed = event.target.closest(".switch");
    if (event.target.closest(".tools, .notes, .legend, .minimap")) return;
    if (this.scene.far && this.dive(event)) return;
    if (pressed) { this.press(pressed); return; }
    const box = this.boxAt(event);
    clearTimeout(this.single);
    if (event.detail === 2) this.toggle(box);
    else if (!box?.openable) this.select(box);
    else this.single = setTimeout(() => this.select(box), 260); // the panel must not slide under a second click
  }

  // From far away a click goes near.
  dive(event) {
    const at = this.canvas.getBoundingClientRect(), { k, x, y } = this.at, reach = 4 / k;
    const px = (event.clientX - at.left - x) / k, py = (event.clientY - at.top - y) / k;
    const found = this.scene.boxes.within(px - reach, py - reach, px + reach, py + reach).map((id) => this.geo.boxes[id]).find(({ kind }) => kind !== "stub");
    if (found) { this.center(found, 1); this.select(found); }
    return Boolean(found);
  }

  press(pressed) {
    const holder = pressed.parentNode;
    if (holder.frame) this.close(holder.frame); else this.toggle(holder.box);
  }

  select(box, quiet = false) {
    this.cards.querySelector(".selected")?.classList.remove("selected");
    this.selected = box;
    this.picked = (box && keysOf(box)[0]) ?? null;
    this.light(null);
    if (box) {
      this.rove(box);
      this.scene.card(box.id).classList.add("selected");
      this.inspect(box);
      if (this.fitted && this.readable() && !this.scene.far) this.fit(!quiet); // the panel has taken some of the room
      else if (!quiet) this.reveal(box);
    } else this.hidePanel();
    if (!quiet) this.emit("picked", this.picked);
  }

  reselect() {
    const box = this.picked && this.geo.boxes.find((box) => keysOf(box).includes(this.picked));
    if (box) { const key = this.picked; this.select(box, true); this.picked = key; }
    else this.hidePanel();
  }

  hidePanel() {
    this.panel.hidden = true;
    if (this.fitted) this.fit();
  }

  // Only one card is in the tab order: arrows walk from it.
  rove(box) {
    this.cards.querySelector('[tabindex="0"].card')?.setAttribute("tabindex", -1);
    this.scene.release([box.id, this.selected?.id]);
    this.cursor = box;
    this.scene.hold(box.id).setAttribute("tabindex", 0);
  }

  // Light the links and neighbours of a box, and the other copies of a shared leaf.
  light(box) {
    this.svg.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
    const pointed = [box, this.selected].filter(Boolean);
    this.stage?.panels.lit(pointed);
    for (const one of pointed) if (this.stage) this.scene.card(one.id)?.classList.add("lit");
    for (const lit of new Set([box, this.selected].filter(Boolean))) {
      const copies = lit.twin === null ? [lit] : this.twins.get(lit.twin) ?? [lit];
      for (const copy of copies) {
        if (copy !== lit) this.scene.card(copy.id)?.classList.add("lit");
        for (const [link, far] of this.joins[copy.id]) { this.scene.line(link)?.classList.add("lit"); this.scene.card(far)?.classList.add("lit"); }
      }
    }
  }

  find(query) {
    const wanted = query.trim().toLowerCase();
    const match = (box) => [box.title, box.subtitle, ...keysOf(box)].some((text) => text.toLowerCase().includes(wanted));
    this.hits = wanted && this.geo ? this.geo.boxes.filter((box) => box.kind !== "stub" && match(box)) : [];
    this.svg.classList.toggle("searching", Boolean(wanted));
    const hits = new Set(this.hits);
    for (const card of this.cards.children) card.classList.toggle("hit", hits.has(card.box));
    if (this.geo) this.scene.repaint();
    this.found.textContent = wanted ? this.t("found").replace("{n}", this.hits.length) : "";
  }

  nextHit() {
    if (!this.hits.length) return;
    const box = this.hits[(this.hits.indexOf(this.selected) + 1) % this.hits.length];
    this.select(box);
  }

  // ---- module boxes ------------------------------------------------------------------------

  toggle(box) {
    if (!box?.openable) return;
    this.change(box.path, box, (open) => open.add(box.path));
  }

  close(frame) {
    this.change(frame.path, frame, (open) => {
      for (const path of [...open]) if (path === frame.path || path.startsWith(`${frame.path}.`)) open.delete(path);
    });
  }

  change(path, spot, edit) {
    const { k, x, y } = this.at, open = new Set(this.geo.frames.map((frame) => frame.path));
    this.anchor = { path, k, x: (spot.x + spot.w / 2) * k + x, y: (spot.y + spot.h / 2) * k + y };
    edit(open);
    this.emit("opened", { of: this.geo.of, paths: [...open].sort() });
  }

  // ---- keyboard ----------------------------------------------------------------------------

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target === this.search;
    if (!typing && this.stage?.key(event)) return;
    const run = typing ? { Enter: () => this.nextHit(), Escape: () => this.clearSearch() }[event.key] : this.command(event);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  command(event) {
    const pressed = event.target.closest(".switch"), box = this.boxAt(event);
    const onCard = pressed ? () => this.press(pressed) : box && (() => this.select(box));
    const everywhere = { "+": () => this.zoomBy(1.25), "=": () => this.zoomBy(1.25), "-": () => this.zoomBy(0.8),
      0: () => this.fit(true), Escape: () => this.select(null), "/": () => this.search.focus() };
    const here = { Enter: onCard, " ": onCard, o: box?.openable && (() => this.toggle(box)) };
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    return way && box && (!this.stage || event.shiftKey) ? () => this.walk(box, way) : here[event.key] || everywhere[event.key];
  }

  clearSearch() { this.search.value = ""; this.find(""); this.scene.hold(this.cursor?.id ?? 0)?.focus(); }

  // Go to the nearest card in a direction; one that a link joins counts as much nearer.
  walk(box, [dx, dy]) {
    const linked = new Set(this.joins[box.id].map(([, far]) => far));
    let best = null, least = Infinity;
    for (const other of this.geo.boxes) {
      const x = other.x + other.w / 2 - box.x - box.w / 2, y = other.y + other.h / 2 - box.y - box.h / 2;
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (other === box || other.kind === "stub" || ahead <= 1) continue;
      const cost = (ahead + 2 * aside) * (linked.has(other.id) ? 0.2 : 1);
      if (cost < least) { least = cost; best = other; }
    }
    if (!best) return;
    this.rove(best);
    this.scene.card(best.id).focus({ preventScroll: true });
    if (this.selected) this.select(best); else this.reveal(best);
  }
}

// Ids count in the order of the backward pass: the last operation there is the first forward.
const earliest = (boxes) => boxes.reduce((best, box) => (box.kind !== "leaf" && box.ids?.length && !(box.ids[0] < best.ids?.[0]) ? box : best), boxes[0]);

const keysOf = (box) => box.keys ?? box.nodes.map(({ key }) => key);

const count = (number) => number.toLocaleString("en-US");

function isDark(colour) {
  const hex = /^\s*#([0-9a-f]{6})/i.exec(colour);
  if (!hex) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}
