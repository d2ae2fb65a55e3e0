// Plays a recording on the View: moves the cursor, and draws on the cards only what it changed.

import { breadth, bucketBlock, miniBlock, moreBlock, rowBlock, shelfBlock, sumBlock, tensorBlock } from "./cells.js";
import { fill, still, svg } from "./dom.js";
import { direction, tip } from "./marks.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { brief, real } from "./tensors.js";
import { Transport } from "./transport.js";

const READABLE = 16 / 11; // zoom at which a card's numbers are 16 px high

export class Stage {
  constructor(view, id, play, start = 0) {
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

  t(name) { return this.view.t(name); }

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

  step(by) { this.pause(); this.seek(this.cursor + by); }

  // The start of the next run of a phase; of any phase without a name. From the last, the first again.
  jump(phase = null) {
    this.pause();
    const starts = this.player.phases.filter((run) => !phase || run.phase === phase).map(({ from }) => from + 1);
    const next = starts.find((start) => start > this.cursor) ?? (phase ? starts[0] : this.player.length);
    if (next !== undefined) this.seek(next);
  }

  play() {
    if (this.timer) { this.pause(); return; }
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
    const run = { ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), PageDown: () => this.step(1), PageUp: () => this.step(-1),
      Home: () => this.step(-Infinity), End: () => this.step(Infinity), n: () => this.jump(), p: () => this.present(),
      1: () => this.transport.hurry(0), 2: () => this.transport.hurry(1), 3: () => this.transport.hurry(2), " ": onButton ? null : () => this.play() }[event.key];
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
    requestAnimationFrame(() => { this.view.fit(); this.follow(); });
  }

  // ---- drawing -----------------------------------------------------------------------------

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
    if (!of) { this.view.setStructure(`${this.id}|empty`, EMPTY); this.learn(); return; }
    const [picture, detail] = of, key = `${this.id}|${this.chosen.name}|${picture}`, details = this.chosen.details[detail];
    const geo = this.chosen.pictures[picture];
    const filled = () => ({ ...geo, of: this.of, notes: [...geo.notes, ...this.tape.warnings], boxes: geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })) });
    if (this.view.id !== key) { this.active = null; this.view.setStructure(key, filled()); this.learn(); if (this.view.selected) this.view.inspect(this.view.selected); } else if (this.detail !== details) this.view.adopt(filled());
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
    view.geo.links.forEach((link, i) => { for (const edge of link.edges) add(this.byEdge, edge, i); });
    this.learned = view.geo;
  }

  // ---- a large picture's cards and lines come and go with the window ------------------------

  arrived(cards, lines) {
    if (this.learned !== this.view.geo || !this.state) return;
    this.fresh = [];
    for (const { box } of cards) for (const block of box.blocks) this.paintBlock(box, block);
    this.view.squeeze(this.fresh);
    lines.forEach((i) => this.paintLine(i));
    this.paintNow();
  }

  forget(boxes) { for (const box of boxes) for (const block of box.blocks ?? []) this.drawn?.delete(block); }

  unjoin(i) { this.lines?.delete(i); }

  // The colour of a card from far away: how far the story has come there.
  hue(box) {
    const node = box.ids?.[0];
    if (node === undefined || box.kind === "stub" || this.learned !== this.view.geo) return "constant";
    if (box.ids.some((id) => this.state.node(id) === "done" || this.state.node(id) === "running")) return "gradient";
    if (box.kind === "leaf") return "leaf";
    const op = this.graph.ops[node];
    return op === undefined || this.state.output(op) ? "forward" : "waiting";
  }

  tone() { return { forward: "forward", backward: "gradient", error: "gradient" }[this.state.phase] ?? "leaf"; }

  get graph() { return this.tape.graphs[this.state.shown]; }

  paint() {
    this.fresh = [];
    const { scene, map } = this.view;
    for (const box of scene.shown()) for (const block of box.blocks) this.paintBlock(box, block);
    this.view.squeeze(this.fresh); // measured together: the browser lays out once
    for (const i of scene.joined.keys()) this.paintLine(i);
    this.paintNow();
    scene.repaint();
    map.renew();
  }

  paintBlock(box, block) {
    const shown = this.content(box, block), before = this.drawn.get(block), language = this.view.language;
    if (before && before.language === language && before.shown.every((one, i) => one === shown[i])) return;
    const g = svg("g", { class: `block ${before && !still() ? "fresh" : ""}`, "data-role": block.role, "data-node": block.node, "data-name": block.name || null }, ...this.elements(box, block, shown));
    if (before) before.g.replaceWith(g); else this.view.scene.card(box.id).querySelector(".blocks").append(g);
    this.drawn.set(block, { g, shown, language });
    this.fresh.push(g);
  }

  // What a block shows now, as values that are the same objects until they change.
  content(box, block) {
    const { state, player } = this, { node, name } = block;
    if (block.role === "value") return [name ? player.leaf(name, this.cursor) ?? undefined : this.made_by(node)];
    if (block.role === "grad") return [state.incoming(node, this.input(node))];
    if (block.role === "sum") return [state.parts(node, 0).length ? state.parts(node, 0) : null, state.incoming(node, 0)];
    if (block.role === "mini") return [name ? player.leaf(name, this.cursor) : this.made_by(node), name ? state.grad(name)?.value : state.incoming(node, 0)];
    if (block.role === "shelf") return box.ids.map((id) => this.shelf(id));
    return block.role === "more" ? [] : [state.grad(name)];
  }

  elements(box, block, [first, second, ...rest]) {
    const t = (name) => this.t(name);
    switch (block.role) {
      case "value": return tensorBlock(block, first, "value", t("value"));
      case "grad": return tensorBlock(block, first, "grad", t("gradient"));
      case "sum": return sumBlock(block, first ?? [], second, this.expected(block.node), t);
      case "bucket": return bucketBlock(block, first, t);
      case "row": return rowBlock(block, first, short_name(block.name, box), t);
      case "shelf": return shelfBlock(block, [first, second, ...rest], t);
      case "mini": return miniBlock(block, first, second, t);
      default: return moreBlock(block, t);
    }
  }

  // What a node gave, once its op has run.
  made_by(node) {
    const op = this.tape.graphs[this.state.shown].values[node];
    return op === undefined ? undefined : this.state.output(op)?.[0];
  }

  // Of an op with several outputs, the first that a gradient has reached.
  input(node) {
    for (let nr = 0; nr < 8; nr += 1) if (this.state.incoming(node, nr)) return nr;
    return 0;
  }

  // Held since its op ran; from then on as the pass says.
  shelf(node) {
    const graph = this.tape.graphs[this.state.shown], known = this.state.saved(node);
    if (known || !graph.saved[node]) return known;
    return this.state.output(graph.ops[node]) ? "held" : undefined;
  }

  // How many gradients a node waits for.
  expected(node) {
    this.fans ??= this.tape.graphs.map(({ edges }) => edges.reduce((found, [, , target, nr]) => (nr ? found : found.set(target, (found.get(target) ?? 0) + 1)), new Map()));
    return this.fans[this.state.shown].get(node) ?? 0;
  }

  // A gradient is drawn against its forward line, a little beside it.
  paintLine(i) {
    const g = this.view.scene.line(i);
    if (!this.lines.has(i)) this.lines.set(i, { g, link: g.link, flow: null, shown: undefined });
    const line = this.lines.get(i);
    const sent = line.link.edges.map((edge) => this.state.edge(edge)), come = sent.filter((one) => one !== undefined);
    const widest = come.filter(Boolean).sort((a, b) => breadth(b) - breadth(a))[0] ?? (come.length ? null : undefined);
    if (line.shown === widest && line.count === come.length) return;
    line.shown = widest;
    line.count = come.length;
    line.flow?.remove();
    line.flow = widest === undefined ? null : flow(line.link, widest);
    if (line.flow) line.g.append(line.flow);
    line.g.querySelector("title").textContent = [line.link.label, ...come.map((one) => (one ? brief(one) : "None"))].join("\n");
  }

  // Outline what the event was about.
  paintNow() {
    const { view } = this, { cards, edges, phase } = this.now();
    view.svg.querySelectorAll(".now").forEach((node) => node.classList.remove("now", "forward", "backward", "leafy"));
    const kind = { forward: "forward", backward: "backward", error: "backward" }[phase] ?? "leafy";
    for (const box of cards) view.scene.card(box.id)?.classList.add("now", kind);
    for (const edge of edges) for (const i of this.byEdge.get(edge) ?? []) view.scene.line(i)?.classList.add("now");
    this.active = cards;
  }

  now() {
    const { event, phase, shown } = this.state, graph = this.tape.graphs[shown];
    if (!event || !graph) return { cards: [], edges: [], phase };
    if (event.e !== undefined) return { cards: this.boxes.get(graph.edges[event.e][0]) ?? [], edges: [event.e], phase };
    if (event.o !== undefined) return { cards: this.of_op(event.o), edges: [], phase };
    const cards = event.n !== undefined ? this.boxes.get(event.n) : event.p !== undefined ? this.leaves.get(event.p) : event.k === "backward_begin" ? this.boxes.get(this.view.geo.roots[0]) : [];
    return { cards: cards ?? [], edges: [], phase };
  }

  of_op(op) {
    this.nodesOf ??= this.tape.graphs.map((graph) => [inverted(graph.values), inverted(graph.ops)]);
    const [values, ops] = this.nodesOf[this.state.shown], nodes = values.get(op) ?? ops.get(op) ?? [];
    return [...new Set(nodes.flatMap((node) => this.boxes.get(node) ?? []))];
  }

  // Keep what runs in sight; a presenter's audience also needs it large.
  follow() {
    const box = this.active?.[0], { view } = this;
    if (!box || !view.at) return;
    const presenting = view.root.classList.contains("present");
    if (presenting && view.at.k < READABLE && view.fitScale() < READABLE) { view.center(box, READABLE); return; }
    if (!(view.fitted && view.panel.hidden) && !view.scene.far) view.reveal(box, view.seen(box) ? 0 : 0.22);
  }

  explain(box) { return this.panels.explain(box); }
}

function inverted(map) {
  const found = new Map();
  for (const [node, op] of Object.entries(map)) found.set(op, [...(found.get(op) ?? []), Number(node)]);
  return found;
}

const SPEEDS = [1500, 600, 150]; // ms a step
const EMPTY = { view: "", width: 400, height: 200, notes: [], nodes: 0, roots: [], boxes: [], links: [], frames: [] };

// A leaf's name without what its card's title says already.
function short_name(name, box) {
  const module = box.title.split(" · ").at(-1);
  return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
}

function flow(link, tensor) {
  const p = link.points, way = direction([...p].reverse().flatMap((_, i, all) => (i % 2 ? [] : [all[i + 1], all[i]])));
  let d = `M${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`;
  for (let i = 2; i + 5 < p.length; i += 6) d += `C${p.slice(i, i + 6).join(" ")}`;
  const none = tensor === null, last = p.length - 2;
  if (none) return svg("g", { class: "flow none" }, svg("circle", { cx: p[last] - 8, cy: p[last + 1], r: 3.5 }));
  const g = svg("g", { class: `flow ${Number.isFinite(real(tensor.norm ?? 0)) ? "" : "odd"}`, transform: "translate(0 5)" }, svg("path", { class: "stream", d, "stroke-width": breadth(tensor).toFixed(2) }));
  return fill(g, {}, [svg("path", { class: "streamtip", d: tip(p[0], p[1], way) })]);
}
