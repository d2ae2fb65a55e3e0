"use strict";
var graphtrace = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all) __defProp(target, name, { get: all[name], enumerable: true });
  }, __copyProps = (to, from, except, desc) => {
    if (from && typeof from == "object" || typeof from == "function") for (let key of __getOwnPropNames(from)) !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
  var main_exports = {};
  __export(main_exports, { Viewer: () => Viewer, mount: () => mount, open: () => open, show: () => show, unpacked: () => unpacked });
  function unpacked(geo) {
    if (!geo.dense) return geo;
    let pack = new Pack(geo.dense), { spots, ends } = geo.dense, boxes = Array.from({ length: spots.length / 4 }, (_, id) => new PackedBox(pack, id)), links = Array.from({ length: ends.length / 4 }, (_, i) => pack.link(i));
    return { ...geo, boxes, links, dense: null };
  }
  var PackedBox = class {
    constructor(pack, id) {
      let [card, x, y, twin2] = pack.sent.spots.slice(4 * id, 4 * id + 4);
      this.id = id, this.x = x, this.y = y, this.twin = twin2 < 0 ? null : twin2, this.card = pack.sent.cards[card], this.pack = pack;
    }
    get kind() {
      return this.card.kind;
    }
    get title() {
      return this.card.title;
    }
    get subtitle() {
      return this.card.subtitle;
    }
    get text() {
      return this.card.text;
    }
    get group() {
      return this.card.group;
    }
    get openable() {
      return this.card.openable;
    }
    get path() {
      return this.card.path;
    }
    get w() {
      return this.card.w;
    }
    get h() {
      return this.card.h;
    }
    get lines() {
      return this.card.lines;
    }
    get details() {
      return this.card.details;
    }
    get ids() {
      let ids = this.pack.sent.boxNodes[this.id];
      return Array.isArray(ids) ? ids : [ids];
    }
    get keys() {
      return this.ids.slice(0, 60).map((id) => this.pack.sent.nodeRows[id][0]);
    }
    get nodes() {
      return this.ids.slice(0, 60).map((id) => this.pack.node(id));
    }
    get more() {
      return Math.max(0, this.ids.length - 60);
    }
  }, Pack = class {
    constructor(sent) {
      this.sent = sent;
    }
    link(i) {
      let { ends, labels, points } = this.sent, [s, t, count2, label2] = ends.slice(4 * i, 4 * i + 4), path = Float32Array.from(points[i]);
      for (let p = 2; p < path.length; p += 1) path[p] += path[p - 2];
      return { s, t, count: count2, label: labels[label2], points: path };
    }
    node(id) {
      let { nodeRows, types, metas, kept: kept2, nones, params } = this.sent, [key, place, outputs, saved2, none2, name = null] = nodeRows[id], [type, kind, module, slots] = types[place], [out, into] = this.ends(id);
      return { id, key, type, kind, module, slots, name, param: params[id] ?? null, metas: metas[outputs], none: nones[none2], saved: saved2.map(([tensor2, alias, version]) => ({ ...kept2[tensor2], alias, version })), out: out.slice(0, 80), out_more: Math.max(0, out.length - 80), in: into.slice(0, 80), in_more: Math.max(0, into.length - 80) };
    }
    ends(id) {
      let { edgeRows } = this.sent, out = [], into = [];
      for (let at = 0; at < edgeRows.length; at += 4) edgeRows[at] === id && out.push(this.end(edgeRows[at + 2], at)), edgeRows[at + 2] === id && into.push(this.end(edgeRows[at], at));
      return [out, into];
    }
    end(node, at) {
      let { edgeRows, nodeRows, types } = this.sent, [key, place] = nodeRows[node];
      return { node, key, type: types[place][0], slot: edgeRows[at + 1], input_nr: edgeRows[at + 3] };
    }
  };
  var SVG = "http://www.w3.org/2000/svg", el = (tag, attrs = {}, ...children) => fill(document.createElement(tag), attrs, children), svg = (tag, attrs = {}, ...children) => fill(document.createElementNS(SVG, tag), attrs, children);
  function fill(node, attrs, children) {
    for (let [name, value] of Object.entries(attrs)) value != null && (name === "text" ? node.textContent = String(value) : node.setAttribute(name, String(value)));
    for (let child of children) child != null && node.append(child);
    return node;
  }
  function button(attrs, run, ...children) {
    let made = el("button", { type: "button", ...attrs }, ...children);
    return made.addEventListener("click", run), made;
  }
  function around(event, selector) {
    let { target } = event;
    return target instanceof Element ? target.closest(selector) : null;
  }
  function contextOf(canvas) {
    let context = canvas.getContext("2d");
    if (!context) throw new Error("this browser draws on no canvas");
    return context;
  }
  var clamp = (value, low, high) => Math.min(high, Math.max(low, value)), still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  function bytes(count2) {
    let units = ["B", "KiB", "MiB", "GiB"], value = count2, unit = 0;
    for (; value >= 1024 && unit < 3; ) value /= 1024, unit += 1;
    return `${unit ? value.toPrecision(3) : value} ${units[unit]}`;
  }
  function summed(differences) {
    let sum2 = 0;
    return differences.map((difference) => sum2 += difference);
  }
  function countUntil(numbers2, most) {
    let low = 0, high = numbers2.length;
    for (; low < high; ) {
      let middle = low + high >> 1;
      numbers2[middle] <= most ? low = middle + 1 : high = middle;
    }
    return low;
  }
  var History = class {
    constructor() {
      this.cursors = [], this.values = [], this.last = [];
    }
    put(cursor, value) {
      this.cursors.push(cursor), this.values.push(value);
    }
    at(cursor) {
      return this.values[countUntil(this.cursors, cursor) - 1];
    }
    until(cursor) {
      let count2 = countUntil(this.cursors, cursor);
      return count2 !== this.last.length && (this.last = this.values.slice(0, count2)), this.last;
    }
  }, Histories = class extends Map {
    put(key, cursor, value) {
      let known2 = this.get(key), history2 = known2 ?? new History();
      known2 || this.set(key, history2), history2.put(cursor, value);
    }
    at(key, cursor) {
      return this.get(key)?.at(cursor);
    }
    until(key, cursor) {
      return this.get(key)?.until(cursor) ?? [];
    }
  };
  function readHistory({ cursors, values }, read) {
    let history2 = new History();
    return summed(cursors).forEach((cursor, i) => history2.put(cursor, read(values[i]))), history2;
  }
  function readHistories({ cursors, keys: keys2, values }, name, read) {
    let histories = new Histories(), numbers2 = summed(keys2);
    return summed(cursors).forEach((cursor, i) => histories.put(name(numbers2[i], i), cursor, read(values[i], i))), histories;
  }
  var PlayedGraph = class {
    constructor(wire, tables, tensor2) {
      let same = (key) => key;
      this.edges = edgesOf(wire.edges), this.ops = pairsOf(wire.ops), this.values = pairsOf(wire.values), this.formulas = formulasOf(wire.formulas), this.nodes = readHistories(wire.nodes, same, (state) => tables.node_states[state]), this.delivered = readHistories(wire.delivered, same, tensor2), this.incoming = readHistories(wire.incoming, placeOf(wire.incoming), tensor2), this.parts = readHistories(wire.parts, placeOf(wire.parts), tensor2), this.saved = readHistories(wire.saved, same, (state) => tables.saved_states[state]);
    }
  }, Player = class {
    constructor(wire) {
      this.wire = wire, this.length = wire.length, this.tensor = (position) => position === null ? null : wire.tensors[position];
      let leaf = (position) => wire.leaves[position];
      this.graphs = wire.graphs.map((graph) => new PlayedGraph(graph, wire.tables, this.tensor)), this.events = eventsOf(wire), this.runs = wire.runs.map((run) => ({ ...run, counted: summed(run.counted) })), this.shown = readHistory(wire.shown, (number) => number), this.running = readHistory(wire.running, (number) => number), this.errors = readHistory(wire.error, (text) => text), this.grads = gradsOf(wire, this.tensor), this.params = readHistories(wire.params, leaf, ([before, after]) => ({ before: this.tensor(before), after: this.tensor(after) })), this.drawn = readHistories(wire.drawn, leaf, this.tensor), this.outputs = readHistories(wire.outputs, (op) => op, (values) => values.map(this.tensor));
    }
    at(cursor) {
      let shown = this.shown.at(cursor) ?? 0, graph = this.graphs[shown], event = cursor ? this.events[cursor - 1] : null;
      return { cursor, event, shown, graph: this.running.at(cursor) ?? null, phase: event?.phase ?? "start", step: event?.step ?? 0, node: (id) => graph?.nodes.at(id, cursor), edge: (number) => graph?.delivered.at(number, cursor), incoming: (node, nr) => graph?.incoming.at(`${node}:${nr}`, cursor), parts: (node, nr) => graph?.parts.until(`${node}:${nr}`, cursor) ?? [], saved: (node) => graph?.saved.at(node, cursor), grad: (name) => this.grads.at(name, cursor) ?? null, param: (name) => this.params.at(name, cursor) ?? null, output: (op) => this.outputs.at(op, cursor), error: this.errors.at(cursor) ?? null };
    }
    leaf(name, cursor) {
      return this.drawn.at(name, cursor) ?? null;
    }
    operand(number, cursor) {
      let { op, tensor: tensor2 } = this.wire.operands;
      return this.outputs.at(op[number], cursor) && this.tensor(tensor2[number]);
    }
    entry(graph, node, cursor) {
      let { cursors = [], values = [] } = this.graphs[graph]?.nodes.get(node) ?? {}, entered = cursors.filter((_, i) => values[i] === "running");
      return entered.find((at) => at > cursor) ?? entered[0];
    }
    position(cursor) {
      let run = this.runs.find(({ start, end }) => start < cursor && cursor <= end);
      return run ? { phase: run.phase, n: countUntil(run.counted, cursor), of: run.counted.length } : { phase: "start", n: 0, of: 0 };
    }
  };
  function eventsOf({ length, tables, events, leaves }) {
    let step = readHistory(events.step, (number) => number), graph = readHistory(events.graph, (number) => number ?? void 0), columns = { node: cellsOf(events.node), edge: cellsOf(events.edge), op: cellsOf(events.op) }, names = cellsOf(events.leaf);
    return Array.from({ length }, (_, i) => {
      let cursor = i + 1, leaf = names.get(cursor);
      return { kind: tables.kinds[events.kind[i]], phase: tables.phases[events.kind[i]], step: step.at(cursor) ?? 0, graph: graph.at(cursor), node: columns.node.get(cursor), edge: columns.edge.get(cursor), op: columns.op.get(cursor), leaf: leaf === void 0 ? void 0 : leaves[leaf] };
    });
  }
  var cellsOf = ({ cursors, values }) => pairsOf({ keys: cursors, values }), placeOf = (places) => (node, i) => `${node}:${places.input_nr[i]}`;
  function gradsOf({ grads, leaves, tensors }, tensor2) {
    let keys2 = summed(grads.keys);
    return readHistories(grads, (leaf) => leaves[leaf], (value, i) => ({ value: tensor2(value), layers: grads.added[keys2[i]].slice(grads.first[i], grads.end[i]).map((position) => tensors[position]), zero: grads.zero[i] }));
  }
  function edgesOf({ source, slot, target, input_nr: inputNr }) {
    let targets = summed(target);
    return summed(source).map((from, i) => [from, slot[i], targets[i], inputNr[i]]);
  }
  function pairsOf({ keys: keys2, values }) {
    let all = summed(values);
    return new Map(summed(keys2).map((key, i) => [key, all[i]]));
  }
  function formulasOf({ node, rule, edges: edges2, operands }) {
    return new Map(summed(node).map((id, i) => [id, { rule: rule[i], edges: edges2[i], operands: operands[i] }]));
  }
  var KINDS = { forward: "forward", backward: "backward", error: "backward" }, TONES = { forward: "forward", backward: "gradient", error: "gradient" }, MOST_OUTPUTS = 8, Index = class {
    constructor(geo) {
      this.nodes = /* @__PURE__ */ new Map(), this.leaves = /* @__PURE__ */ new Map(), this.edges = /* @__PURE__ */ new Map();
      for (let box of geo.boxes) {
        for (let node of box.ids ?? []) add(this.nodes, node, box);
        let names = new Set((box.blocks ?? []).map(({ name }) => name).filter(Boolean));
        for (let name of names) add(this.leaves, name, box);
      }
      geo.links.forEach((link, number) => (link.edges ?? []).forEach((edge) => add(this.edges, edge, number)));
    }
  };
  function add(map, key, value) {
    let values = map.get(key);
    values ? values.push(value) : map.set(key, [value]);
  }
  var Moment = class {
    constructor(playback, geo, index) {
      let { player, state, cursor } = playback;
      Object.assign(this, { playback, geo, index, player, state, cursor }), this.graph = player.graphs[state.shown], this.now = this.running();
    }
    contents(box, { role, node, name }) {
      let { state } = this;
      switch (role) {
        case "value":
          return [name ? this.leaf(name) : this.valueOf(node)];
        case "grad":
          return [state.incoming(node, this.inputOf(node))];
        case "sum":
          return [this.parts(node), state.incoming(node, 0), this.expected(node)];
        case "mini":
          return name ? [this.leaf(name), state.grad(name)?.value] : [this.valueOf(node), state.incoming(node, 0)];
        case "row":
          return [state.grad(name), this.leaf(name)];
        case "shelf":
          return (box.ids ?? []).map((id) => this.savedOf(id));
        default:
          return role === "more" ? [] : [state.grad(name)];
      }
    }
    leaf(name) {
      return this.player.leaf(name, this.cursor) ?? void 0;
    }
    valueOf(node) {
      let op = this.graph.values.get(node);
      return op === void 0 ? void 0 : this.state.output(op)?.[0];
    }
    inputOf(node) {
      for (let number = 0; number < MOST_OUTPUTS; number += 1) if (this.state.incoming(node, number)) return number;
      return 0;
    }
    savedOf(node) {
      return this.state.saved(node);
    }
    parts(node) {
      let parts = this.state.parts(node, 0);
      return parts.length ? parts : null;
    }
    expected(node) {
      return this.playback.fanIn(this.state.shown).get(node) ?? 0;
    }
    hue(box) {
      let { state, graph } = this, [node] = box.ids ?? [];
      if (node === void 0 || box.kind === "stub") return "constant";
      if (box.ids?.some((id) => ["done", "running"].includes(state.node(id)))) return "gradient";
      if (box.kind === "leaf") return "leaf";
      let op = graph.ops.get(node);
      return op === void 0 || state.output(op) ? "forward" : "waiting";
    }
    sent(link) {
      return (link.edges ?? []).map((edge) => this.state.edge(edge)).filter((tensor2) => tensor2 !== void 0);
    }
    running() {
      let { event, phase } = this.state, kind = KINDS[phase] ?? "leafy", tone = TONES[phase] ?? "leaf", boxes = event && this.graph ? this.boxesOf(event) : [], links = (event && this.graph && event.edge !== void 0 ? [event.edge] : []).flatMap((edge) => this.index.edges.get(edge) ?? []);
      return { boxes, ids: new Set(boxes.map(({ id }) => id)), links: new Set(links), kind, tone };
    }
    boxesOf(event) {
      let { nodes, leaves } = this.index;
      return event.edge !== void 0 ? nodes.get(this.graph.edges[event.edge][0]) ?? [] : event.op !== void 0 ? this.boxesOfOp(event.op) : event.node !== void 0 ? nodes.get(event.node) ?? [] : event.leaf !== void 0 ? leaves.get(event.leaf) ?? [] : event.kind === "backward_begin" ? nodes.get(this.geo.roots[0]) ?? [] : [];
    }
    boxesOfOp(op) {
      let found = this.playback.nodesOf(this.state.shown, op).flatMap((node) => this.index.nodes.get(node) ?? []);
      return [...new Set(found)];
    }
  };
  var EMPTY = { view: "", width: 400, height: 200, notes: [], roots: [], boxes: [], links: [], frames: [] }, Playback = class {
    constructor({ recording, views }, start = 0) {
      this.wire = recording, this.views = views, this.chosen = views[0], this.player = new Player(recording), this.indices = /* @__PURE__ */ new WeakMap(), this.known = /* @__PURE__ */ new Map(), this.seek(start);
    }
    get length() {
      return this.player.length;
    }
    seek(cursor) {
      this.cursor = Math.min(Math.max(0, Math.round(cursor)), this.length), this.state = this.player.at(this.cursor);
    }
    choose(name) {
      this.chosen = this.views.find((view) => view.name === name) ?? this.chosen;
    }
    sentence(language, say) {
      let sentences = this.sentences(language);
      return this.cursor ? sentences[this.cursor - 1] : say(this.length ? "at_start" : "nothing_happened");
    }
    sentences(language) {
      return this.wire.sentences[language] ?? Object.values(this.wire.sentences)[0] ?? [];
    }
    picture() {
      let place = this.chosen?.of[this.state.shown];
      if (!this.chosen || !place) return { number: -1, detail: -1, geo: EMPTY };
      let [number, detail] = place, geo = this.chosen.pictures[number];
      return { number, detail, geo: this.once(`geo ${this.chosen.name} ${number}`, () => this.warned(geo)) };
    }
    warned(geo) {
      return { ...geo, notes: [...geo.notes, ...this.wire.warnings] };
    }
    moment(geo) {
      return new Moment(this, geo, this.indexOf(geo));
    }
    indexOf(geo) {
      let known2 = this.indices.get(geo) ?? new Index(geo);
      return this.indices.set(geo, known2), known2;
    }
    fanIn(graph) {
      return this.once(`fan ${graph}`, () => {
        let counts = /* @__PURE__ */ new Map();
        for (let [, , target, number] of this.player.graphs[graph].edges) number || counts.set(target, (counts.get(target) ?? 0) + 1);
        return counts;
      });
    }
    nodesOf(graph, op) {
      let { values, ops } = this.player.graphs[graph] ?? {};
      return this.once(`values ${graph}`, () => inverted(values)).get(op) ?? this.once(`ops ${graph}`, () => inverted(ops)).get(op) ?? [];
    }
    once(key, make) {
      return this.known.has(key) || this.known.set(key, make()), this.known.get(key);
    }
  };
  function inverted(map = /* @__PURE__ */ new Map()) {
    let found = /* @__PURE__ */ new Map();
    for (let [node, op] of map) found.set(op, [...found.get(op) ?? [], node]);
    return found;
  }
  var KIT = { font: "Roboto, 'Noto Sans CJK SC', system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif", widths: [[0.32, 0.41, 0.46, 0.84, 0.64, 0.96, 0.78, 0.28, 0.4, 0.4, 0.5, 0.84, 0.32, 0.37, 0.32, 0.34, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.34, 0.34, 0.84, 0.84, 0.84, 0.54, 1, 0.69, 0.69, 0.7, 0.78, 0.64, 0.58, 0.78, 0.76, 0.3, 0.3, 0.66, 0.56, 0.87, 0.75, 0.79, 0.61, 0.79, 0.7, 0.64, 0.62, 0.74, 0.69, 0.99, 0.69, 0.62, 0.69, 0.4, 0.34, 0.4, 0.84, 0.5, 0.5, 0.62, 0.64, 0.55, 0.64, 0.62, 0.36, 0.64, 0.64, 0.28, 0.28, 0.58, 0.28, 0.98, 0.64, 0.62, 0.64, 0.64, 0.42, 0.53, 0.4, 0.64, 0.6, 0.82, 0.6, 0.6, 0.53, 0.64, 0.34, 0.64, 0.84], [0.35, 0.46, 0.53, 0.84, 0.7, 1.01, 0.88, 0.31, 0.46, 0.46, 0.53, 0.84, 0.38, 0.42, 0.38, 0.37, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.4, 0.4, 0.84, 0.84, 0.84, 0.59, 1, 0.78, 0.77, 0.74, 0.84, 0.69, 0.69, 0.83, 0.84, 0.38, 0.38, 0.78, 0.64, 1, 0.84, 0.86, 0.74, 0.86, 0.78, 0.73, 0.69, 0.82, 0.78, 1.11, 0.78, 0.73, 0.73, 0.46, 0.37, 0.46, 0.84, 0.5, 0.5, 0.68, 0.72, 0.6, 0.72, 0.68, 0.44, 0.72, 0.72, 0.35, 0.35, 0.67, 0.35, 1.05, 0.72, 0.69, 0.72, 0.72, 0.5, 0.6, 0.48, 0.72, 0.66, 0.93, 0.65, 0.66, 0.59, 0.72, 0.37, 0.72, 0.84]] };
  var KINDS2 = { value: ["value"], mini: ["value"], grad: ["gradient"], sum: ["sum"], bucket: ["grad"], row: ["grad", "value"] }, NUMBER = /(?<![\w.×]|· )[−-]?(?:\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![\w×]|\.[A-Za-z_])/, EVERY_NUMBER = new RegExp(NUMBER, "g"), GAP = "____", blankKinds = (role) => KINDS2[String(role)] ?? [], withoutNumbers = (text) => text.replace(EVERY_NUMBER, GAP), hasNumbers = (text) => NUMBER.test(text);
  var WIDE_CHAR = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u, charWidth = (char, bold) => KIT.widths[bold ? 1 : 0][char.codePointAt(0) - 32] ?? (WIDE_CHAR.test(char) ? 1 : /\p{M}/u.test(char) ? 0 : bold ? 0.75 : 0.65);
  function textWidth(text, size2, bold = false) {
    let sum2 = 0;
    for (let char of text) sum2 += charWidth(char, bold);
    return sum2 * size2;
  }
  function squeezed(text, size2, bold, room) {
    return !(room > 0) || textWidth(text, size2, bold) < 0.9 * room ? {} : { textLength: twoPlaces(Math.min(0.9 * textWidth(text, size2, bold), room)), lengthAdjust: "spacingAndGlyphs" };
  }
  function wrapped(text, size2, bold, room, most) {
    let lines = [""];
    for (let piece of text.match(/[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]/g) ?? []) 0.9 * textWidth(lines.at(-1) + piece.trimEnd(), size2, bold) > room && lines.at(-1) && lines.push(""), lines[lines.length - 1] += lines.at(-1) ? piece : piece.trimStart();
    let trimmed2 = lines.map((line2) => line2.trimEnd());
    return trimmed2.length > most ? [...trimmed2.slice(0, most - 1), `${trimmed2[most - 1]} …`] : trimmed2;
  }
  var twoPlaces = (value) => String(Math.round(value * 100) / 100);
  var element = (tag, attrs = {}, children = []) => ({ tag, attrs, children }), keyed = (key, tag, attrs, children) => ({ tag, attrs, children, key }), textOf = (tree) => typeof tree == "string" ? tree : tree.children.map(textOf).join(""), classes = (...words) => words.filter(Boolean).join(" ");
  var EDGE = 24, LEADING = 1.35, MOST_NOTES = 4, LONGEST_TRIED = 40;
  function whereWords({ playback, say }) {
    let { phase, n, of } = playback.player.position(playback.cursor), name = say(`phase_${phase}`), place = of ? say("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name, event = say("event_of").replace("{n}", String(playback.cursor)).replace("{m}", String(playback.length));
    return `${place} ${event}`;
  }
  function sentenceOf({ playback, language, say }, { blank = [], key = false }) {
    let sentence = playback.sentence(language, say);
    return blank.length && !key ? withoutNumbers(sentence) : sentence;
  }
  function footOf(subject, width, options) {
    if (options.caption === false) return { lines: [], height: EDGE };
    let { geo, title, say } = subject, room = width - 2 * EDGE, large = Math.max(15, Math.min(24, Math.round(width / 66))), small = Math.max(12, Math.round(large * 0.62)), folded2 = geo.folded ? say("folded").replace("{k}", String(geo.folded)) : "", where = [title, whereWords(subject)].filter(Boolean).join(" · ") + folded2, lines = [...set([sentenceOf(subject, options)], { size: large, bold: true, room, most: 3 }), ...set([where, ...geo.notes.slice(0, MOST_NOTES)], { size: small, bold: false, room, most: 2 })], y = 4;
    for (let line2 of lines) line2.y = y += line2.size * LEADING;
    let spare = options.window ? 0 : Math.max(0, longest(subject, large, room) - lines.filter(({ bold }) => bold).length);
    return { lines, height: Math.ceil(y + spare * large * LEADING + EDGE * 0.6) };
  }
  var set = (texts, { size: size2, bold, room, most }) => texts.flatMap((text) => wrapped(text, size2, bold, room, most)).map((text) => ({ text, size: size2, bold, y: 0 }));
  function longest({ playback, language }, size2, room) {
    return playback.once(`longest ${language} ${size2} ${room}`, () => {
      let texts = [...playback.sentences(language)].sort((a, b) => b.length - a.length).slice(0, LONGEST_TRIED);
      return Math.max(1, ...texts.map((text) => wrapped(text, size2, true, room, 3).length));
    });
  }
  function headOf(width, { heading = "", signed = "" }) {
    if (!heading) return { lines: [], height: EDGE };
    let task = { text: heading, size: 20, bold: true, y: 36, room: width * 0.6 }, name = { text: signed, size: 16, bold: false, y: 36, x: width - EDGE, anchor: "end", room: width * 0.36 };
    return { lines: [task, name].filter(({ text }) => text), height: 52 };
  }
  function drawLine({ text, size: size2, bold, y, x = EDGE, anchor }, room, fill2) {
    let place = { x: twoPlaces(x), y: twoPlaces(y), "font-size": size2, "font-weight": bold ? 600 : 400 }, limits = { "data-room": twoPlaces(room), ...squeezed(text, size2, bold, room) };
    return element("text", { ...place, fill: fill2, "text-anchor": anchor, ...limits }, [text]);
  }
  var LOOKS = [["card", "body", { fill: "surface", stroke: "hairline", "stroke-width": 1 }], ["card", "accent", { fill: "constant" }], ["card op", "accent", { fill: "forward" }], ["card module", "accent", { fill: "forward" }], ["card leaf", "accent", { fill: "leaf" }], ["card", "under", { fill: "surface", stroke: "hairline" }], ["card", "shade", { fill: "shadow", "fill-opacity": "shadow_opacity" }], ["card cut", "body", { "stroke-dasharray": "5 4", stroke: "line" }], ["card stub", "body", { fill: "constant", stroke: "none" }], ["twin", "circle", { fill: "surface", stroke: "leaf", "stroke-width": 1.4 }], ["twin", "path", { fill: "none", stroke: "leaf", "stroke-width": 1.4 }], ["card:hover", "body", { stroke: "line", "stroke-width": 1.5 }], ["card lit", "body", { stroke: "forward", "stroke-width": 1.5 }], ["card hit", "body", { stroke: "warning", "stroke-width": 3 }], ["card selected", "body", { stroke: "ink" }], ["card:focus-visible", "body", { stroke: "forward", "stroke-width": 3.5 }], ["card now", "body", { "stroke-width": 3 }], ["card selected", "body", { "stroke-width": 3.5 }], ["card now forward", "body", { stroke: "forward" }], ["card now backward", "body", { stroke: "gradient" }], ["card now leafy", "body", { stroke: "leaf" }], ["", "card dim", { opacity: 0.45 }], ["link", "line", { fill: "none", stroke: "line", "stroke-width": 1.3 }], ["link", "tip", { fill: "line", stroke: "none" }], ["link lit", "line", { stroke: "forward", "stroke-width": 2.5 }], ["link lit", "tip", { fill: "forward" }], ["link now", "line", { stroke: "ink", "stroke-width": 2 }], ["", "stream", { fill: "none", stroke: "gradient", "stroke-dasharray": "7 4" }], ["", "streamtip", { fill: "gradient" }], ["flow odd", "stream", { stroke: "warning", "stroke-dasharray": "2 3" }], ["flow odd", "streamtip", { fill: "warning" }], ["flow none", "circle", { fill: "surface", stroke: "line", "stroke-width": 1.6 }], ["link now", "stream", { "stroke-dasharray": "10 3" }], ["frame", "rect", { fill: "frame", stroke: "frame_line", "stroke-width": 1 }], ["frame fresh", "rect", { stroke: "forward", "stroke-width": 2 }], ["", "text", { fill: "muted" }], ["frame", "text", { fill: "muted", "font-weight": 600 }], ["card", "title", { fill: "ink", "font-weight": 600 }], ["blocks", "text", { fill: "ink" }], ["blocks", "label", { "font-weight": 700 }], ["blocks", "stat", { fill: "muted" }], ["blocks", "faint", { fill: "muted" }], ["blocks", "strong", { fill: "ink" }], ["blocks", "loud", { "font-weight": 700 }], ["", "cell empty", { fill: "none", stroke: "hairline" }], ["", "cell odd", { fill: "warning", "fill-opacity": 0.45, stroke: "ink", "stroke-dasharray": "2 2" }], ["", "cell value pos", { fill: "forward" }], ["", "cell value neg", { fill: "minus" }], ["", "cell grad pos", { fill: "gradient" }], ["", "cell grad neg", { fill: "gradient_minus" }], ["", "cell empty waiting", { fill: "frame", stroke: "none" }], ["", "heat", { fill: "surface", stroke: "hairline" }], ["", "heat empty", { fill: "frame", stroke: "none" }], ["", "bucket", { fill: "none", stroke: "gradient", "stroke-width": 1.8, "stroke-linecap": "round" }], ["", "bucket none", { stroke: "line", "stroke-dasharray": "3 4", "stroke-width": 1.1 }], ["", "bucket zero", { stroke: "line" }], ["", "layer", { fill: "gradient" }], ["", "circle plus", { fill: "surface", stroke: "line", "stroke-width": 1.4 }], ["", "path plus", { fill: "none", stroke: "ink", "stroke-width": 1.6, "stroke-linecap": "round" }], ["", "book", { fill: "none", stroke: "line" }], ["", "book held", { fill: "forward", stroke: "forward" }], ["", "book stale", { fill: "warning", stroke: "ink" }], ["", "book empty", { stroke: "hairline", "stroke-dasharray": "2 2" }]];
  var OF_THE_PALETTE = /* @__PURE__ */ new Set(["fill", "stroke", "fill-opacity"]), isToken = (property, value) => OF_THE_PALETTE.has(property) && typeof value == "string" && value !== "none", ROWS = LOOKS.map(([within, part, look]) => ({ within: wordsOf(within), part: wordsOf(part), look }));
  function wordsOf(text) {
    return text.split(/\s+/).filter(Boolean);
  }
  function rawLook(tag, name, within) {
    let own = /* @__PURE__ */ new Set([tag, ...wordsOf(name)]), around2 = within.map((names) => new Set(wordsOf(names))), lies = (words) => !words.length || around2.some((names) => words.every((word) => names.has(word))), rows = ROWS.filter((row2) => row2.part.every((word) => own.has(word)) && lies(row2.within));
    return Object.assign({}, ...rows.map((row2) => row2.look));
  }
  var Looks = class {
    constructor(palette) {
      this.palette = palette, this.known = /* @__PURE__ */ new Map();
    }
    of(tag, name, within) {
      let key = `${within.join(">")}>${tag}.${name}`, look = this.known.get(key);
      if (!look) {
        let entries = Object.entries(rawLook(tag, name, within));
        look = Object.fromEntries(entries.map(([property, value]) => [property, this.value(property, value)])), this.known.set(key, look);
      }
      return look;
    }
    value(property, value) {
      return isToken(property, value) ? this.palette[value] ?? "none" : value;
    }
  }, plain = new Looks({}), isBold = (name, within) => Number(plain.of("text", name, within)["font-weight"] ?? 400) >= 600;
  var KEPT = new Set("x y width height rx ry r cx cy d points transform fill fill-opacity stroke stroke-width stroke-dasharray opacity font-size font-weight text-anchor".split(" ")), LEAST = 0.5, Paper = class {
    constructor(looks, blank = [], key = false) {
      this.looks = looks, this.blank = new Set(blank), this.key = key, this.known = /* @__PURE__ */ new WeakMap();
    }
    all(trees, place = { within: [], kind: "" }) {
      return trees.flatMap((tree) => typeof tree == "string" ? [] : this.one(tree, place));
    }
    one(tree, place) {
      if (tree.key === void 0) return this.drawn(tree, place);
      let known2 = this.known.get(tree);
      if (known2 !== void 0) return known2 ? [known2] : [];
      let [drawn] = this.drawn(tree, place);
      return this.known.set(tree, drawn ?? null), drawn ? [drawn] : [];
    }
    drawn(tree, { within, kind }) {
      if (tree.tag === "title") return this.blank.size ? [] : [tree];
      let name = String(tree.attrs.class ?? ""), words = name.split(" ");
      if (words.includes("switch")) return [];
      let emptied = kind && !this.key && tree.tag === "rect" && words.includes("cell"), look = this.looks.of(tree.tag, emptied ? "cell empty" : name, within), attrs = { ...kept(tree.attrs), ...look, ...emptied ? { "fill-opacity": 1 } : {} };
      if (tree.tag === "text") return this.text(tree, attrs, { kind, words });
      let inner = { within: [...within, name], kind: words.includes("block") ? this.kindOf(tree) : kind }, children = this.all(tree.children, inner);
      return tree.tag === "g" && !children.length ? [] : [{ ...tree, attrs, children }];
    }
    kindOf({ attrs }) {
      return blankKinds(attrs["data-role"]).find((kind) => this.blank.has(kind)) ?? "";
    }
    text(tree, attrs, { kind, words }) {
      let whole = textOf(tree), asked = kind && !words.includes("label") && !(kind === "grad" && words.includes("strong")), cell3 = words.includes("number"), text = !asked || this.key ? whole : cell3 ? "" : withoutNumbers(whole);
      if (!text) return [];
      let marked2 = asked && this.key && (cell3 ? whole !== "·" : hasNumbers(whole)), look = marked2 ? { ...attrs, "font-weight": 700 } : attrs, room = Number(tree.attrs["data-room"]);
      return [...marked2 ? [underline(look, text, room)] : [], written(look, text, room)];
    }
  }, kept = (attrs) => Object.fromEntries(Object.entries(attrs).filter(([name]) => KEPT.has(name))), font = (attrs) => [Number(attrs["font-size"] ?? 11), Number(attrs["font-weight"] ?? 400) >= 600];
  function written(attrs, text, room) {
    let limits = room ? { "data-room": twoPlaces(room), "data-least": LEAST } : {};
    return element("text", { ...attrs, ...limits, ...squeezed(text, ...font(attrs), room) }, [text]);
  }
  function underline({ x, y, fill: fill2, ...look }, text, room) {
    let natural = textWidth(text, ...font(look)), width = Math.min(0.84 * natural, room || natural), share = { middle: 0.5, end: 1 }[String(look["text-anchor"])] ?? 0, path = `M${twoPlaces(Number(x) - width * share)} ${twoPlaces(Number(y) + 2.5)}h${twoPlaces(width)}`;
    return element("path", { d: path, stroke: fill2, "stroke-width": 1.2, fill: "none" });
  }
  var ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }, SPACES = /[\t\n\r]/g, UNWRITABLE = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu, NAME = /^[A-Za-z_][\w.:-]*$/, known = /* @__PURE__ */ new Set(), escaped = (text) => text.replace(/[&<>"]/g, (char) => ESCAPED[char]).replace(UNWRITABLE, "�"), quoted = (value) => escaped(String(value)).replace(SPACES, (char) => `&#${char.charCodeAt(0)};`);
  function checked(name) {
    if (known.has(name)) return name;
    if (!NAME.test(name)) throw new Error(`not a name: ${JSON.stringify(name)} (use letters, digits and dashes)`);
    return known.add(name), name;
  }
  function serialize(tree) {
    if (typeof tree == "string") return escaped(tree);
    let name = checked(tree.tag), head = `<${name}`;
    for (let [key, value] of Object.entries(tree.attrs)) value != null && value !== "" && (head += ` ${checked(key)}="${quoted(value)}"`);
    let inside2 = tree.children.map(serialize).join("");
    return inside2 ? `${head}>${inside2}</${name}>` : `${head}/>`;
  }
  var MOST_ZOOM = 2.2, LEAST_ZOOMED = 60, papers = /* @__PURE__ */ new Map();
  function paperOf(palette, { blank = [], key = false }) {
    let name = JSON.stringify([palette, blank, key]), paper = papers.get(name) ?? new Paper(new Looks(palette), blank, key);
    return papers.set(name, paper), paper;
  }
  function frameText(subject, options) {
    let { window: window2 = null, theme = "light", ground = "theme" } = options, colours = subject.palette[theme], width = window2 ? window2.width : options.width ?? 1600, below = footOf(subject, width, options), above = window2 ? { lines: [], height: 0 } : headOf(width, options), free = above.height + below.height, height = heightOf(subject, width, free, options), inside2 = paperOf(colours, options).all(subject.layers), picture = window2 ? cut(window2, inside2) : fitted(subject.geo, inside2, { width, top: above.height, height: Math.max(LEAST_ZOOMED, height - free) }), texts = [...above.lines.map((line2) => drawLine(line2, line2.room ?? width, String(colours.ink))), ...below.lines.map((line2) => {
      let spot = { ...line2, y: line2.y + height - below.height };
      return drawLine(spot, width - 2 * EDGE, String(line2.bold ? colours.ink : colours.muted));
    })], fill2 = ground === "white" ? "#ffffff" : colours.background, paint = ground === "none" ? [] : [element("rect", { width, height, fill: fill2 })], title = element("title", {}, [sentenceOf(subject, options)]);
    return serialize(file(width, height, [title, ...paint, picture, ...texts]));
  }
  function file(width, height, children) {
    let size2 = { width, height, viewBox: `0 0 ${width} ${height}` }, font2 = { "font-family": KIT.font, "font-variant-numeric": "tabular-nums" };
    return element("svg", { xmlns: "http://www.w3.org/2000/svg", ...size2, ...font2 }, children);
  }
  function heightOf({ playback }, width, free, { window: window2 = null, height = null }) {
    return window2 ? window2.height + free : height ?? free + ownHeight(playback, width, width * 0.75 - free);
  }
  function ownHeight({ chosen }, width, most) {
    let wanted = (chosen?.pictures ?? [{ width: 400, height: 200 }]).map((geo) => geo.height * Math.min((width - 2 * EDGE) / geo.width, MOST_ZOOM));
    return Math.ceil(Math.min(most, Math.max(width * 0.2, ...wanted)));
  }
  function cut({ width, height, at }, inside2) {
    let transform = `translate(${twoPlaces(at.x)} ${twoPlaces(at.y)}) scale(${at.k.toFixed(5)})`, size2 = { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" };
    return element("svg", size2, [element("g", { transform }, inside2)]);
  }
  function fitted(geo, inside2, { width, top, height }) {
    let k = Math.min((width - 2 * EDGE) / geo.width, height / geo.height, MOST_ZOOM), left2 = twoPlaces((width - geo.width * k) / 2), upper2 = twoPlaces(top + (height - geo.height * k) / 2);
    return element("g", { transform: `translate(${left2} ${upper2}) scale(${k.toFixed(5)})` }, inside2);
  }
  function fileName({ playback, name, title }) {
    let digits = String(playback.length).length, plain2 = (name || title || "").normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40), step = String(playback.cursor).padStart(Math.max(2, digits), "0");
    return `${plain2 || "graph"}_step${step}_${playback.state.phase || "other"}`;
  }
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", VALUES = new Uint8Array(128);
  [...LETTERS].forEach((letter, value) => VALUES[letter.charCodeAt(0)] = value);
  function fromBase64(text) {
    let length = text.indexOf("=") < 0 ? text.length : text.indexOf("="), bytes2 = new Uint8Array(Math.floor(length * 3 / 4)), bits = 0, held = 0, at = 0;
    for (let i = 0; i < length; i += 1) held = (held << 6 | VALUES[text.charCodeAt(i)]) & 65535, bits += 6, bits >= 8 && (bits -= 8, bytes2[at] = held >> bits & 255, at += 1);
    return bytes2;
  }
  var READERS = { float64: [8, (view, at) => view.getFloat64(at, true)], float32: [4, (view, at) => view.getFloat32(at, true)], float16: [2, (view, at) => half(view.getUint16(at, true))], bfloat16: [2, (view, at) => upper(view.getUint16(at, true))], int64: [8, (view, at) => Number(view.getBigInt64(at, true))], int32: [4, (view, at) => view.getInt32(at, true)], int16: [2, (view, at) => view.getInt16(at, true)], int8: [1, (view, at) => view.getInt8(at)], uint8: [1, (view, at) => view.getUint8(at)], bool: [1, (view, at) => view.getUint8(at)] };
  function half(word) {
    let sign2 = word & 32768 ? -1 : 1, exponent = word >> 10 & 31, fraction = word & 1023;
    return exponent === 31 ? fraction ? NaN : sign2 * (1 / 0) : sign2 * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  }
  function upper(word) {
    let view = new DataView(new ArrayBuffer(4));
    return view.setUint32(0, word * 65536), view.getFloat32(0);
  }
  function numbers(tensor2) {
    if (tensor2.flat !== void 0) return tensor2.flat;
    let reader = READERS[tensor2.dtype];
    if (!reader || tensor2.data === void 0) return tensor2.flat = null;
    let raw = fromBase64(tensor2.data), view = new DataView(raw.buffer), [size2, read] = reader;
    return tensor2.flat = Array.from({ length: Math.floor(raw.length / size2) }, (_, i) => read(view, i * size2));
  }
  var real = (value) => typeof value == "string" ? { nan: NaN, inf: 1 / 0, "-inf": -1 / 0 }[value] : value, size = (tensor2) => tensor2.shape.reduce((product, length) => product * length, 1), shapeText = (tensor2) => tensor2.shape.join("×") || "scalar";
  function short(value) {
    let x = real(value);
    if (x == null) return "–";
    if (Number.isNaN(x)) return "nan";
    if (!Number.isFinite(x)) return x > 0 ? "inf" : "−inf";
    if (x === 0) return "0";
    let [mantissa, power] = x.toExponential(3).split("e"), exponent = Number(power), trim = (text2) => text2.includes(".") ? text2.replace(/\.?0+$/, "") : text2;
    return (exponent < -4 || exponent >= 4 ? `${trim(mantissa)}e${exponent}` : trim((+`${mantissa}e${power}`).toFixed(Math.max(0, 3 - exponent)))).replaceAll("-", "−");
  }
  function shorter(value) {
    let x = real(value);
    if (typeof x != "number" || !Number.isFinite(x) || x === 0) return short(x);
    let size2 = Math.abs(x);
    if (size2 >= 9.95 && size2 < 9999.5) return String(Math.round(x)).replace("-", "−");
    if (size2 >= 0.995 && size2 < 9.95) return String(Number(x.toFixed(1))).replace("-", "−");
    if (size2 >= 95e-5 && size2 < 0.995) return pointed(x, size2 < 0.0995 ? 3 : 2);
    let [mantissa, power] = x.toExponential(0).split("e");
    return `${mantissa}e${Number(power)}`.replaceAll("-", "−");
  }
  function pointed(x, places) {
    let text = Math.abs(x).toFixed(places).replace(/0+$/, "").replace(/^0/, "");
    return x < 0 ? `−${text}` : text;
  }
  function brief(tensor2) {
    let flat = numbers(tensor2);
    return flat && flat.length === 1 && size(tensor2) === 1 ? short(flat[0]) : `‖·‖ ${short(tensor2.norm)}`;
  }
  var MOST_COLS = 32, MOST_ROWS = 16;
  function grid(tensor2) {
    let flat = numbers(tensor2);
    if (!flat?.length) return null;
    let shape = (tensor2.sample ?? tensor2.shape).filter((length, i, all) => length !== 1 || i >= all.length - 2), [rows, cols] = shape.length === 2 && shape[0] > 1 && shape[1] > 1 ? shape : [1, flat.length];
    rows === 1 && (cols = Math.min(flat.length, Math.ceil(Math.sqrt(flat.length * 2.1))), rows = Math.ceil(flat.length / cols));
    let down = Math.ceil(rows / MOST_ROWS), along = Math.ceil(cols / MOST_COLS), found = [];
    for (let r = 0; r < rows; r += down) {
      let line2 = [];
      for (let c = 0; c < cols; c += along) r * cols + c < flat.length && line2.push(flat[r * cols + c]);
      found.push(line2);
    }
    return { lines: found, cols: Math.ceil(cols / along), thinned: down > 1 || along > 1 || !!tensor2.sample };
  }
  function scale(tensor2) {
    let ends = [real(tensor2.min), real(tensor2.max)].filter((x) => Number.isFinite(x)).map(Math.abs);
    return ends.length ? Math.max(...ends) : Math.max(0, ...(numbers(tensor2) ?? []).filter(Number.isFinite).map(Math.abs));
  }
  function writer(...within) {
    return (name, text, { x, y, size: size2, room, anchor }) => {
      let attrs = { class: name, x, y, "font-size": size2, "text-anchor": anchor }, bold = isBold(name ?? "", within), fitted3 = textWidth(text, size2, bold) > room ? squeezed(text, size2, bold, room) : {};
      return element("text", { ...attrs, "data-room": room, ...fitted3 }, text ? [text] : []);
    };
  }
  var write = writer("card", "blocks"), LEVELS = 5, INSET = 0.16, rect = (name, { x, y, w, h }, more = {}) => element("rect", { class: name, x, y, width: w, height: h, ...more }), drawNumbers = (block, tensor2, hue) => block.rows ? printed(block, tensor2, hue) : heatmap(block, tensor2, hue);
  function printed({ rows, cols, size: size2, digits, body: [x, y, width, height] }, tensor2, hue) {
    let flat = tensor2 ? numbers(tensor2) : null, most = tensor2 ? scale(tensor2) : 0, w = width / cols, h = height / rows;
    return Array.from({ length: rows * cols }, (_, i) => {
      let spot = { x: x + i % cols * w, y: y + Math.floor(i / cols) * h, w, h }, value = tensor2 ? flat?.[i] : void 0, look = { most, hue, size: size2, digits, column: rows > 1 };
      return value === void 0 ? waiting(spot, tensor2 === null, size2) : cell(spot, value, look);
    }).flat();
  }
  var frame = (name, { x, y, w, h }, opacity) => rect(classes("cell", name), { x: x + 0.5, y: y + 0.5, w: w - 1.5, h: h - 1.5 }, { rx: 3, "fill-opacity": opacity }), foot = ({ y, h }, size2) => y + (h + size2 * 2 / 3) / 2;
  function waiting(spot, none2, size2) {
    let at = { x: spot.x + spot.w / 2, y: foot(spot, size2) - 0.3, size: size2 - 1, room: spot.w - 4, anchor: "middle" };
    return [frame("empty waiting", spot, 1), write("number faint", none2 ? "None" : "·", at)];
  }
  function cell(spot, value, { most, hue, size: size2, digits, column }) {
    let odd = !Number.isFinite(value), strength = odd || !most ? 0 : Math.abs(value) / most, at = { x: spot.x + (column ? spot.w - 4 : spot.w / 2), y: foot(spot, size2), size: size2, room: spot.w - 6, anchor: column ? "end" : "middle" }, name = odd ? "odd" : `${hue} ${value < 0 ? "neg" : "pos"}`;
    return [frame(name, spot, odd ? 1 : 0.06 + 0.44 * strength), write(classes("number", odd && "loud"), digits < 4 ? shorter(value) : short(value), at)];
  }
  function heatmap({ small, body: [x, y, w, h] }, tensor2, hue) {
    let spot = { x, y, w, h }, ground = rect(classes("heat", !tensor2 && "empty"), spot, { rx: 3 });
    if (tensor2) return [ground, ...squares(spot, tensor2, hue), ...stats(tensor2, { x, y: y + h, w, h: small })];
    let at = { x: x + w / 2, y: y + h / 2 + 4, size: small, room: w, anchor: "middle" };
    return [ground, write("number faint", tensor2 === null ? "None" : "·", at)];
  }
  function squares({ x, y, w, h }, tensor2, hue) {
    let found = grid(tensor2);
    if (!found) return [];
    let most = scale(tensor2), wide = w / found.cols, high = h / found.lines.length, paths = /* @__PURE__ */ new Map();
    return found.lines.forEach((line2, row2) => line2.forEach((value, col) => {
      let strength = level(value, most);
      if (!strength) return;
      let inset = value < 0 ? INSET : 0, left2 = x + (col + inset) * wide, top = y + (row2 + inset) * high;
      paths.set(strength, (paths.get(strength) ?? "") + square(left2, top, wide * (1 - 2 * inset), high * (1 - 2 * inset)));
    })), [...paths].map(([key, path]) => {
      let [sign2, strength = LEVELS] = key.split(" ");
      return element("path", { class: `cell ${hue} ${sign2}`, d: path, "fill-opacity": 0.12 + 0.16 * Number(strength) });
    });
  }
  function level(value, most) {
    if (!Number.isFinite(value)) return "odd";
    let strength = most ? Math.ceil(Math.abs(value) / most * LEVELS) : 0;
    return strength ? `${value < 0 ? "neg" : "pos"} ${strength}` : "";
  }
  function square(...spot) {
    let [x, y, w, h] = spot.map((length) => Number(length.toFixed(2)));
    return `M${x} ${y}h${w}v${h}h${-w}z`;
  }
  function stats(tensor2, { x, y, w, h }) {
    return (tensor2.min === null ? [`norm ${short(tensor2.norm)}`, shapeText(tensor2)] : [`${short(tensor2.min)} … ${short(tensor2.max)}`, `mean ${short(tensor2.mean)}`]).map((text, i) => write("stat", text, { x, y: y + h + 1 + i * (h + 2), size: h, room: w }));
  }
  var FOOT = 5, MOST_BARS = 6;
  function drawBlock(box, block, contents, say) {
    let [first, second, third] = contents;
    switch (block.role) {
      case "value":
        return tensor(block, first, "value", block.name && box.kind !== "leaf" ? shortName(block.name, box) : say("value"));
      case "grad":
        return tensor(block, first, "grad", say("gradient"));
      case "sum":
        return sum(block, { parts: first ?? [], total: second, expected: third }, say);
      case "bucket":
        return bucket(block, first, say);
      case "row":
        return row(block, first, rowName(block, second, box), say);
      case "shelf":
        return shelf(block, contents, say);
      case "mini":
        return mini(block, first, second, say);
      default:
        return [line(block, "stat", say("more_leaves").replace("{n}", String(block.count)), 0, block.w)];
    }
  }
  var line = (block, name, text, from, room) => write(name, text, { x: block.x + from, y: lineFoot(block), size: block.small, room }), lineFoot = ({ y, h, small }) => y + (h + small * 7 / 11) / 2, label = (block, hue, text, room) => write(`label ${hue}`, text, { x: block.x, y: block.y + block.label - FOOT, size: block.small, room }), tensor = (block, shown, hue, text) => [label(block, hue, text, block.w), ...drawNumbers(block, shown, hue)];
  function gradState(grad) {
    return !grad || grad.value === null ? "None" : grad.zero && !grad.layers.length ? "zero" : `×${Math.max(1, grad.layers.length)}`;
  }
  var fullness = (state) => ({ None: "none", zero: "zero" })[state] ?? "full", bars = (grad) => grad?.value ? Math.min(MOST_BARS, grad.layers.length) : 0;
  function bucket(block, grad, say) {
    let state = gradState(grad), text = `.grad ${state === "zero" ? say("zero") : state}`, right = block.x + block.w - 2, top = block.y + block.label, tally = Array.from({ length: bars(grad) }, (_, i) => rect("layer", { x: right - 5 - i * 6, y: block.y + 1, w: 4, h: 10 }, { rx: 1 }));
    return [label(block, "grad", text, block.w - 8 - 6 * bars(grad)), ...tally, pail(state, block.x, top, block.w, block.h - block.label), ...grad && state !== "None" ? drawNumbers(block, grad.value, "grad") : []];
  }
  function pail(state, x, y, w, h) {
    let path = `M${x} ${y}v${h - 4}q0 4 4 4h${w - 8}q4 0 4 -4v${4 - h}`;
    return element("path", { class: `bucket ${fullness(state)}`, d: path });
  }
  function row(block, grad, name, say) {
    let state = gradState(grad), full = fullness(state) === "full", text = full ? `${state} ${brief(grad?.value)}` : state === "zero" ? say("zero") : "None", right = block.w * 0.56, end = { x: block.x + block.w, y: lineFoot(block), size: block.small, room: right - 6, anchor: "end" };
    return [pail(state, block.x + 1, block.y + 2, 15, 12), ...full ? [rect("layer", { x: block.x + 3.5, y: block.y + 6, w: 10, h: 6 })] : [], line(block, "stat strong", name, 22, block.w - 22 - right), write("stat", text, end)];
  }
  function rowName({ name, digits }, value, box) {
    let text = shortName(name, box), single = digits < 4 && value && size(value) === 1 ? numbers(value)?.[0] : void 0;
    return single === void 0 ? text : `${text} ${shorter(single)}`;
  }
  function shortName(name, box) {
    let module = box.title.split(" · ").at(-1) ?? "";
    return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
  }
  function sum(block, { parts, total, expected }, say) {
    let { x, y } = block, count2 = parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : "", text = parts.length ? added(parts, total ?? null) : say("awaits").replace("{m}", String(expected));
    return [element("circle", { class: "plus", cx: x + 8, cy: y + 8, r: 7 }), element("path", { class: "plus sign", d: `M${x + 4} ${y + 8}h8M${x + 8} ${y + 4}v8` }), line(block, "stat strong", `${text}${count2}`, 21, block.w - 21)];
  }
  function added(parts, total) {
    let single = parts.every((part) => part === null || size(part) === 1);
    return parts.length > 3 || !single ? `${parts.length > 1 ? `${parts.length}× → ` : ""}${amount(total)}` : parts.length > 1 ? `${parts.map(amount).join(" + ")} = ${amount(total)}` : amount(parts[0]);
  }
  function amount(part) {
    return part === null ? "None" : size(part) === 1 ? short(numbers(part)?.[0] ?? part.norm) : `‖·‖ ${short(part.norm)}`;
  }
  function shelf(block, states, say) {
    let count2 = Math.min(MOST_BARS, block.count), word = block.small * 4.2, state = ["stale", "held", "freed"].find((one) => states.includes(one)) ?? "empty", books = Array.from({ length: count2 }, (_, i) => rect(`book ${state}`, { x: block.x + word + i * 8, y: block.y + (block.h - 12) / 2, w: 6, h: 11 }, { rx: 1 })), text = state === "empty" ? "" : say(`saved_${state}`), from = word + 4 + count2 * 8;
    return [line(block, "stat", say("shelf"), 0, word - 2), ...books, line(block, "stat strong", text, from, block.w - from)];
  }
  function mini(block, value, grad, say) {
    let parts = [value && `${say("value")} ${brief(value)}`, grad && `${say("gradient")} ${brief(grad)}`];
    return [line(block, "stat", parts.filter(Boolean).join("  "), 0, block.w)];
  }
  var CHAIN = "M-4 0A2 2 0 0 1 0 0A2 2 0 0 0 4 0M4 0A2 2 0 0 0 0 0A2 2 0 0 1 -4 0", RADIUS = 7, bar = (h) => `M4 0.68A7 7 0 0 0 0 7V${h - 7}A7 7 0 0 0 4 ${h - 0.68}Z`;
  function sheet({ kind, w, h }) {
    let size2 = { width: w, height: h, rx: RADIUS }, rect2 = (name, by) => element("rect", { class: name, x: by, y: by, ...size2 }), stack = kind === "module" ? [rect2("under", 5), rect2("under", 2.5)] : [], accent = kind === "cut" ? [] : [element("path", { class: "accent", d: bar(h) })];
    return [element("rect", { class: "shade", y: 2, ...size2 }), ...stack, rect2("body", 0), ...accent];
  }
  var dot = ({ w, h }) => element("circle", { class: "body", cx: w / 2, cy: h / 2, r: Math.min(4, w / 2) }), twin = ({ w }) => element("g", { class: "twin", transform: `translate(${w - 3} 2)` }, [element("circle", { r: 7 }), element("path", { d: CHAIN })]);
  function opener(x, y, kind, label2) {
    let access = label2 ? { role: "button", tabindex: 0, "aria-label": label2 } : { "aria-hidden": "true" };
    return element("g", { class: "switch", transform: `translate(${x} ${y})`, ...access }, [element("circle", { class: "reach", r: 13 }), element("circle", { r: 8 }), element("path", { d: kind === "−" ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" })]);
  }
  function direction(p) {
    let x = p[p.length - 2], y = p[p.length - 1];
    for (let i = p.length - 4; i >= 0; i -= 2) {
      let length = Math.hypot(x - p[i], y - p[i + 1]);
      if (length > 0.5) return { x: (x - p[i]) / length, y: (y - p[i + 1]) / length };
    }
    return { x: 0, y: 0 };
  }
  function reversed(p) {
    let points = [];
    for (let i = p.length - 2; i >= 0; i -= 2) points.push(p[i], p[i + 1]);
    return points;
  }
  function arrowHead(x, y, way) {
    let corner = (side) => `${(x - way.x * 7 - side * way.y).toFixed(1)} ${(y - way.y * 7 + side * way.x).toFixed(1)}`;
    return `M${x} ${y}L${corner(3.2)}L${corner(-3.2)}Z`;
  }
  function curve(start, p) {
    let path = `M${start}`;
    for (let i = 2; i + 5 < p.length; i += 6) path += `C${Array.from(p).slice(i, i + 6).join(" ")}`;
    return path;
  }
  var write2 = writer("card"), writeTitle = writer("frame"), keysOf = (box) => box.keys ?? box.nodes.map(({ key }) => key);
  function drawStill(box) {
    let lines = box.lines.map(({ role, x, y, size: size2, width, text }) => write2(role, text, { x, y, size: size2, room: width })), signs = [];
    return box.twin !== null && signs.push(twin(box)), box.openable && signs.push(opener(box.w - 3, 2, "+")), [...box.kind === "stub" ? [dot(box)] : sheet(box), ...lines, ...signs];
  }
  function drawCard(box, still2, blocks, { state, tab, say }) {
    let attrs = { class: classes("card", box.kind, state), transform: `translate(${box.x} ${box.y})`, role: "button", tabindex: tab ? 0 : -1, "data-id": box.id, "data-key": keysOf(box)[0], "aria-label": spoken(box, say) }, changing = box.blocks?.length ? [element("g", { class: "blocks" }, blocks)] : [];
    return keyed(box.id, "g", attrs, [...still2, ...changing]);
  }
  function spoken(box, say) {
    return [box.title, box.subtitle, box.text, ...box.details, box.openable && say("openable")].filter(Boolean).join(", ") || say("stub");
  }
  function drawOpenModule({ path, title, x, y, w, h }, { fresh, shut, say }) {
    let spot = { x: x + 10, y: y + 16, size: 12, room: w - 44 }, sign2 = shut ? [opener(x + w - 16, y + 13, "−", `${say("close")} ${title}`)] : [];
    return keyed(path, "g", { class: classes("frame", fresh && "fresh"), "data-path": path }, [element("rect", { x, y, width: w, height: h, rx: 12 }), writeTitle(void 0, title, spot), ...sign2]);
  }
  var BESIDE = 5;
  function drawLink(link, number, sent, state) {
    let { points: p } = link, way = direction(p), end = p.length - 2, last = [p[end] - way.x * 6, p[end + 1] - way.y * 6], path = curve(`${p[0]} ${p[1]}`, [...Array.from(p).slice(0, end), ...last]), title = [link.label, ...sent.map((tensor2) => tensor2 ? brief(tensor2) : "None")].join(`
`);
    return keyed(number, "g", { class: classes("link", state) }, [element("title", {}, [title]), element("path", { class: "line", d: path }), element("path", { class: "tip", d: arrowHead(p[end], p[end + 1], way) }), ...gradient(p, sent)]);
  }
  function gradient(p, sent) {
    if (!sent.length) return [];
    let tensors = sent.filter((tensor2) => tensor2 !== null);
    if (!tensors.length) return [none(p)];
    let widest = tensors.reduce((a, b) => breadth(b) > breadth(a) ? b : a), way = direction(reversed(p)), odd = !Number.isFinite(real(widest.norm ?? 0)), path = curve(`${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`, p);
    return [element("g", { class: classes("flow", odd && "odd"), transform: `translate(0 ${BESIDE})` }, [element("path", { class: "stream", d: path, "stroke-width": breadth(widest).toFixed(2) }), element("path", { class: "streamtip", d: arrowHead(p[0], p[1], way) })])];
  }
  function none(p) {
    let end = p.length - 2;
    return element("g", { class: "flow none" }, [element("circle", { cx: p[end] - 8, cy: p[end + 1], r: 3.5 })]);
  }
  function breadth(tensor2) {
    let norm2 = real(tensor2?.norm ?? 0);
    return Number.isFinite(norm2) ? norm2 === 0 ? 1 : Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm2))) : 6;
  }
  var noMarks = () => ({ selected: null, tab: null, lit: /* @__PURE__ */ new Set(), litLinks: /* @__PURE__ */ new Set(), hits: null, opened: null }), Picture = class {
    constructor(say) {
      this.say = say, this.forget();
    }
    forget() {
      this.cards = /* @__PURE__ */ new Map(), this.links = /* @__PURE__ */ new Map();
    }
    draw({ geo, moment, marks = noMarks(), boxes = keysOf2(geo.boxes), links = keysOf2(geo.links), still: still2 = false }) {
      geo !== this.geo && this.forget(), this.geo = geo;
      let look = { moment, marks, still: still2 }, modules = geo.frames.map((module) => drawOpenModule(module, { fresh: marks.opened === module.path, shut: !geo.fixed, say: this.say }));
      return [element("g", { class: "frames" }, modules), element("g", { class: "links" }, this.all(this.links, links, (number) => this.link(number, look))), element("g", { class: "cards" }, this.all(this.cards, boxes, (id) => this.card(id, look)))];
    }
    all(known2, wanted, draw) {
      let keys2 = new Set(wanted);
      for (let key of known2.keys()) keys2.has(key) || known2.delete(key);
      return Array.from(keys2, (key) => {
        let thing = draw(key);
        return known2.set(key, thing), thing.tree;
      });
    }
    link(number, { moment, marks }) {
      let link = this.geo.links[number], sent = moment?.sent(link) ?? [], state = classes(marks.litLinks.has(number) && "lit", moment?.now.links.has(number) && "now"), inputs = [state, ...sent], known2 = this.links.get(number);
      return known2 && equal(known2.inputs, inputs) ? known2 : { inputs, tree: drawLink(link, number, sent, state) };
    }
    card(id, { moment, marks, still: still2 }) {
      let box = this.geo.boxes[id], known2 = this.cards.get(id), blocks = moment ? (box.blocks ?? []).map((_, i) => this.block(box, i, { moment, still: still2, known: known2?.blocks[i] })) : [], state = lit(id, marks, moment), tab = marks.tab === id, trees = blocks.map(({ tree }) => tree), inputs = [state, tab, ...trees];
      if (known2 && equal(known2.inputs, inputs)) return known2;
      let unchanging = known2?.still ?? drawStill(box);
      return { inputs, blocks, still: unchanging, tree: drawCard(box, unchanging, trees, { state, tab, say: this.say }) };
    }
    block(box, number, { moment, still: still2, known: known2 }) {
      let block = box.blocks[number], contents = moment.contents(box, block);
      if (known2 && equal(known2.contents, contents)) return known2;
      let version = (known2?.version ?? 0) + 1, attrs = { class: classes("block", known2 && !still2 && "fresh"), "data-role": block.role, "data-node": block.node, "data-name": block.name || null }, tree = keyed(`${number} ${version}`, "g", attrs, drawBlock(box, block, contents, this.say));
      return { contents, version, tree };
    }
  }, keysOf2 = (things) => things.keys(), equal = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  function lit(id, { selected, lit: near, hits }, moment) {
    let found = hits?.has(id);
    return classes(selected === id && "selected", near.has(id) && "lit", found && "hit", hits && !found && selected !== id && "dim", moment?.now.ids.has(id) && `now ${moment.now.kind}`);
  }
  var Sheet = class {
    constructor(playback, words) {
      this.playback = playback, this.words = words, this.picture = new Picture(words.say);
    }
    text(options) {
      let { geo } = this.playback.picture(), layers = this.picture.draw({ geo, moment: this.playback.moment(geo), still: true });
      return frameText({ ...this.words, playback: this.playback, geo, layers }, options);
    }
    name() {
      return fileName({ ...this.words, playback: this.playback });
    }
  };
  var CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 3988292384 ^ c >>> 1 : c >>> 1;
    return c;
  });
  function crc32(bytes2) {
    let crc = 4294967295;
    for (let byte of bytes2) crc = CRC_TABLE[(crc ^ byte) & 255] ^ crc >>> 8;
    return (crc ^ 4294967295) >>> 0;
  }
  function packed(...fields) {
    let view = new DataView(new ArrayBuffer(fields.reduce((sum2, [, bytes2]) => sum2 + bytes2, 0))), at = 0;
    for (let [value, bytes2] of fields) bytes2 === 4 ? view.setUint32(at, value, true) : view.setUint16(at, value, true), at += bytes2;
    return new Uint8Array(view.buffer);
  }
  var facts = (path, bytes2) => [[2048, 2], [0, 2], [0, 2], [33, 2], [crc32(bytes2), 4], [bytes2.length, 4], [bytes2.length, 4], [path.length, 2], [0, 2]];
  function zipped(files) {
    let parts = [], entries = [], at = 0;
    for (let [name, bytes2] of files) {
      let path = new TextEncoder().encode(name), common = facts(path, bytes2), local = packed([67324752, 4], [20, 2], ...common), rest = [0, 0, 0].map((zero) => [zero, 2]);
      entries.push(packed([33639248, 4], [20, 2], [20, 2], ...common, ...rest, [0, 4], [at, 4]), path), parts.push(local, path, bytes2), at += local.length + path.length + bytes2.length;
    }
    let size2 = entries.reduce((sum2, part) => sum2 + part.length, 0), { length } = files, end = packed([101010256, 4], [0, 2], [0, 2], [length, 2], [length, 2], [size2, 4], [at, 4], [0, 2]);
    return new Blob([...parts, ...entries, end], { type: "application/zip" });
  }
  var MOST_SIDE = 16e3, MOST_PIXELS = 1e8, FORGET_MS = 1e4, svgBlob = (text) => new Blob([text], { type: "image/svg+xml" }), bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
  function sizeOf(text) {
    let [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(text) ?? [];
    return [Number(width), Number(height)];
  }
  async function pngBlob(text, times) {
    let [width, height] = sizeOf(text);
    if (Math.max(width, height) * times > MOST_SIDE || width * height * times ** 2 > MOST_PIXELS) throw new Error("too_large");
    let canvas = el("canvas", { width: Math.round(width * times), height: Math.round(height * times) }), address = URL.createObjectURL(svgBlob(text)), image = new Image();
    try {
      image.src = address, await image.decode(), contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
      let blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
      if (!blob) throw new Error("too_large");
      return blob;
    } finally {
      URL.revokeObjectURL(address);
    }
  }
  function saveFile(blob, name) {
    let link = el("a", { download: name }), address = URL.createObjectURL(blob);
    link.href = address, link.click(), setTimeout(() => URL.revokeObjectURL(address), FORGET_MS);
  }
  async function printPages(texts) {
    let images = texts.map((text) => el("img", { src: URL.createObjectURL(svgBlob(text)), alt: "" })), pages = el("div", { class: "gt-print" }, ...images);
    document.querySelector(".gt-print")?.remove(), document.body.append(pages), await Promise.all(images.map((image) => image.decode()));
    let clear = () => {
      pages.remove(), images.forEach((image) => URL.revokeObjectURL(image.src));
    };
    addEventListener("afterprint", clear, { once: true }), print();
  }
  var MOST_BOXES = 4e3, WIDTH = 1600, BLANK = ["gradient", "sum", "grad"];
  function paperOf2(ground, theme) {
    return ground === "light" || ground === "dark" ? { theme: ground, ground: "theme" } : ground === "white" ? { theme: "light", ground: "white" } : { theme, ground: ground === "none" ? "none" : "theme" };
  }
  var FrameFiles = class {
    constructor(parts, tell) {
      this.parts = parts, this.tell = tell;
    }
    get words() {
      let { say, language, title, name, palette } = this.parts.words;
      return { say, language, title, name, palette };
    }
    get options() {
      let { shell, choices } = this.parts, theme = shell.root.dataset.theme === "dark" ? "dark" : "light";
      return { width: WIDTH, ...paperOf2(choices.ground ?? "theme", theme) };
    }
    sheet() {
      let { playback, picture } = this.parts, { wire, chosen, cursor } = playback;
      if (picture.structure.boxes.length > MOST_BOXES) throw new Error("too_many_boxes");
      return new Sheet(new Playback({ recording: wire, views: chosen ? [chosen] : [] }, cursor), this.words);
    }
    frame() {
      let { shell, playback, picture, choices } = this.parts, { clientWidth: width, clientHeight: height } = shell.canvas, { camera, scene, structure } = picture;
      if (choices.part !== "window" || !width || !camera.placed) return this.sheet().text(this.options);
      if (scene.far) throw new Error("too_many_boxes");
      let subject = { ...this.words, playback, geo: structure.geo, layers: scene.layers };
      return frameText(subject, { ...this.options, window: { width, height, at: camera.at } });
    }
    name(end) {
      return `${fileName({ ...this.words, playback: this.parts.playback })}${end}`;
    }
    async file(text, suffix) {
      return suffix === "svg" ? svgBlob(text) : pngBlob(text, Number(this.parts.choices.times ?? 2));
    }
    async one(suffix) {
      let name = this.name(`.${suffix}`);
      return saveFile(await this.file(this.frame(), suffix), name), name;
    }
    async all(suffix) {
      let files = [], { options } = this;
      await this.each(async (sheet2) => {
        files.push([`${sheet2.name()}.${suffix}`, await bytesOf(await this.file(sheet2.text(options), suffix))]);
      });
      let name = this.name("").replace(/_step.*$/, `_steps_${suffix}.zip`);
      return saveFile(zipped(files), name), name;
    }
    worksheetTexts() {
      let { say } = this.parts.words, sheet2 = this.sheet(), options = { ...this.options, blank: BLANK };
      return [sheet2.text({ ...options, heading: say("sheet_task"), signed: say("sheet_signed") }), sheet2.text({ ...options, heading: say("sheet_key"), key: true })];
    }
    async worksheet(suffix) {
      let names = ["worksheet", "key"].map((part) => this.name(`_${part}.${suffix}`)), files = [];
      for (let [i, text] of this.worksheetTexts().entries()) files.push([names[i], await bytesOf(await this.file(text, suffix))]);
      let name = this.name("_worksheet.zip");
      return saveFile(zipped(files), name), name;
    }
    async print() {
      return await printPages([this.frame()]), "";
    }
    async printAll() {
      let texts = [], { options } = this;
      return await this.each(async (sheet2) => {
        texts.push(sheet2.text(options));
      }), await printPages(texts), "";
    }
    async printWorksheet() {
      return await printPages(this.worksheetTexts()), "";
    }
    async each(use) {
      let sheet2 = this.sheet(), { length } = sheet2.playback;
      for (let cursor = 0; cursor <= length; cursor += 1) sheet2.playback.seek(cursor), await use(sheet2), this.tell(`${cursor} / ${length}`), await new Promise((done) => setTimeout(done));
    }
  };
  var KNOWN_ERRORS = ["too_large", "too_many_boxes"], CHOICES = { part: ["whole", "window"], ground: ["theme", "white", "light", "dark", "none"], times: ["1", "2", "3", "4"] }, FileMenu = class {
    constructor(parts) {
      this.choices = parts.choices, this.say = parts.words.say, this.busy = false, this.status = el("p", { class: "exportstatus", role: "status", "aria-live": "polite" }), this.files = new FrameFiles(parts, (text) => this.tell(text));
      let names = { "aria-label": this.say("save"), title: this.say("save") };
      this.summary = el("summary", { class: "small", ...names }, "⬇"), this.root = el("details", { class: "menu exports" }, this.summary, this.draw(canPrint(parts.shell.root))), this.listen();
    }
    listen() {
      let { root } = this, inside2 = (target) => target instanceof Node && root.contains(target), away = (event) => {
        event.composedPath().includes(root) || (root.open = false);
      };
      root.addEventListener("keydown", (event) => this.key(event)), root.addEventListener("focusout", ({ relatedTarget }) => {
        relatedTarget && !inside2(relatedTarget) && (root.open = false);
      }), root.addEventListener("toggle", () => {
        root.open ? document.addEventListener("pointerdown", away) : document.removeEventListener("pointerdown", away);
      });
    }
    draw(printable) {
      let { files } = this, print2 = (name, job) => printable ? [this.job(name, job)] : [];
      return el("div", { class: "exportbox" }, this.row("export_part", this.choice("part")), this.row("export_ground", this.choice("ground")), this.row("export_times", this.choice("times")), this.row("export_frame", ...this.pair("", (suffix) => files.one(suffix)), ...print2("print", () => files.print())), this.row("export_all", ...this.pair("all_", (suffix) => files.all(suffix)), ...print2("all_print", () => files.printAll())), this.row("export_sheet", ...this.pair("sheet_", (suffix) => files.worksheet(suffix)), ...print2("sheet_print", () => files.printWorksheet())), this.status);
    }
    row(label2, ...parts) {
      let names = { role: "group", "aria-label": this.say(label2) };
      return el("div", { class: "exportrow", ...names }, el("span", { text: this.say(label2) }), ...parts);
    }
    pair(name, job) {
      return ["svg", "png"].map((suffix) => this.job(`${name}${suffix}`, () => job(suffix)));
    }
    job(name, job) {
      return button({ "data-save": name, text: this.say(`save_${name}`) }, () => this.run(job));
    }
    choice(name) {
      let text = (value) => name === "times" ? `${value}×` : this.say(`export_${name}_${value}`), options = CHOICES[name].map((value) => el("option", { value, text: text(value) })), menu = el("select", { "data-pick": name, "aria-label": this.say(`export_${name}`) }, ...options);
      return menu.value = this.choices[name] ?? (name === "times" ? "2" : CHOICES[name][0]), menu.addEventListener("change", () => {
        this.choices[name] = menu.value;
      }), menu;
    }
    key(event) {
      event.key === "Escape" && this.root.open && (this.root.open = false, this.summary.focus(), event.preventDefault()), event.key !== "Tab" && event.stopPropagation();
    }
    async run(job) {
      if (!this.busy) {
        this.busy = true, this.tell("…");
        try {
          this.tell(await job());
        } catch (error) {
          let { message } = error;
          this.tell(this.say(KNOWN_ERRORS.includes(message) ? message : "export_failed"));
        } finally {
          this.busy = false;
        }
      }
    }
    tell(text) {
      this.status.textContent = text;
    }
  }, canPrint = (root) => root.classList.contains("page") && window === window.top;
  var SMALL = 150, LINKED = 0.2, Structure = class {
    constructor(id, geo) {
      this.id = id, this.geo = unpacked(geo), this.large = this.boxes.length > SMALL, this.joins = this.boxes.map(() => []), this.geo.links.forEach(({ s, t }, i) => {
        this.joins[s].push([i, t]), this.joins[t].push([i, s]);
      }), this.twins = /* @__PURE__ */ new Map();
      for (let box of this.boxes) box.twin !== null && this.twins.set(box.twin, [...this.twins.get(box.twin) ?? [], box]);
      this.byNode = boxesByNode(this.boxes);
    }
    get boxes() {
      return this.geo.boxes;
    }
    adopt(geo) {
      this.boxes.forEach((box, i) => {
        box.nodes = geo.boxes[i].nodes;
      }), this.byNode = boxesByNode(this.boxes);
    }
    first() {
      return this.byNode.get(this.geo.roots[0]) ?? this.boxes[0];
    }
    earliest() {
      let later = (best, box) => box.kind !== "leaf" && box.ids?.length && !(box.ids[0] < (best.ids?.[0] ?? NaN)) ? box : best;
      return this.boxes.reduce(later, this.boxes[0]);
    }
    withKey(key) {
      return this.boxes.find((box) => keysOf(box).includes(key));
    }
    spot(path) {
      return this.geo.frames.find((frame2) => frame2.path === path) ?? this.boxes.find((box) => box.openable && box.path === path);
    }
    copies(box) {
      return box.twin === null ? [box] : this.twins.get(box.twin) ?? [box];
    }
    near(boxes) {
      let lit2 = { cards: /* @__PURE__ */ new Set(), links: /* @__PURE__ */ new Set() };
      for (let box of boxes) for (let copy of this.copies(box)) {
        copy !== box && lit2.cards.add(copy.id);
        for (let [link, far] of this.joins[copy.id]) lit2.links.add(link), lit2.cards.add(far);
      }
      return lit2;
    }
    find(text) {
      let wanted = text.trim().toLowerCase(), has = (box) => [box.title, box.subtitle, ...keysOf(box)].some((one) => one.toLowerCase().includes(wanted));
      return wanted ? this.boxes.filter((box) => box.kind !== "stub" && has(box)) : [];
    }
    neighbour(box, [dx, dy]) {
      let linked = new Set(this.joins[box.id].map(([, far]) => far)), best = null, least = 1 / 0;
      for (let other of this.boxes) {
        let x = other.x + other.w / 2 - box.x - box.w / 2, y = other.y + other.h / 2 - box.y - box.h / 2, ahead = x * dx + y * dy;
        if (other === box || other.kind === "stub" || ahead <= 1) continue;
        let aside = Math.abs(x * dy) + Math.abs(y * dx), cost = (ahead + 2 * aside) * (linked.has(other.id) ? LINKED : 1);
        cost < least && ([least, best] = [cost, other]);
      }
      return best;
    }
  }, NOTHING = new Structure("", EMPTY);
  function boxesByNode(boxes) {
    let found = /* @__PURE__ */ new Map();
    for (let box of boxes) for (let id of box.ids ?? box.nodes.map((node) => node.id)) found.has(id) || found.set(id, box);
    return found;
  }
  function table(heads, rows, right) {
    let row2 = (tag, cells) => el("tr", {}, ...cells.map((cell3, i) => el(tag, right.includes(i) ? { class: "num" } : {}, cell3)));
    return el("table", {}, el("thead", {}, row2("th", heads)), el("tbody", {}, ...rows.map((cells) => row2("td", cells))));
  }
  function marked(text, from = null, to = null) {
    return from === null || to === null || to <= from ? [el("mark", { text: text.trimStart() })] : [text.slice(0, from), el("mark", { text: text.slice(from, to) }), text.slice(to)];
  }
  function trimmed(text, from = null, to = null) {
    let cut2 = text.length - text.trimStart().length;
    return from === null || to === null ? [null, null] : [from - cut2, to - cut2];
  }
  function drawNode(node, context, nested = false) {
    let { say } = context, pills = el("p", { class: "pills" }, nested ? null : el("code", { class: "pill strong", text: node.type }), el("span", { class: "pill", text: `${say("node")} ${node.id}` }), node.kind === "op" ? null : el("span", { class: "pill", text: node.kind })), rows = factsOf(node, say).map(([name, value]) => el("div", {}, el("dt", { text: say(name) }), el("dd", { text: value })));
    return [pills, el("dl", {}, ...rows), ...edges(node, context), ...saved(node, context)];
  }
  function factsOf(node, say) {
    let outputs = node.metas.map((meta, i) => [node.metas.length > 1 ? `${say("output")} ${i}` : "output", textOf2(meta)]);
    return [["key", node.key], ["module", node.module], ["parameter", node.param?.names.join(" = ") ?? node.name], ["state", node.param && say(`state_${node.param.state}`)], ...outputs].flatMap(([name, value]) => value ? [[name, value]] : []);
  }
  var textOf2 = ({ shape, dtype, device, layout }) => [shape, dtype, device, layout === "strided" ? "" : layout].filter(Boolean).join(" · ");
  function edges(node, context) {
    let none2 = node.none.map((slot) => ({ slot })), out = [...node.out, ...none2].sort((a, b) => a.slot - b.slot);
    return [...edgeTable("toward_leaves", out, node.out_more, context), ...edgeTable("toward_root", node.in, node.in_more, context)];
  }
  function edgeTable(name, all, more, context) {
    let { say } = context;
    if (!all.length) return [];
    let rows = all.map((edge) => ["node" in edge ? jump(edge, context) : say("none_slot"), `${edge.slot}`, "node" in edge ? `${edge.input_nr}` : "–"]);
    return more && rows.push([say("more_edges").replace("{n}", String(more)), "", ""]), [el("h3", { text: say(name) }), table([say("node"), "slot", "input_nr"], rows, [1, 2])];
  }
  function jump(edge, { boxOf, select }) {
    let box = boxOf(edge.node), label2 = [el("code", { text: edge.type }), el("span", { class: "key", text: edge.key })];
    return box ? button({ class: "jump" }, () => select(box), ...label2) : el("span", {}, ...label2);
  }
  function saved(node, { say, playing }) {
    if (!node.saved.length) return [];
    let rows = node.saved.map(({ name, alias, meta, bytes: size2, state }) => [el("span", {}, el("code", { text: name }), alias ? el("span", { class: "key", text: `= ${alias}` }) : null), meta?.shape ?? "–", meta ? bytes(size2) : "–", el("span", { class: `state ${state}`, text: say(`saved_${state}`), "data-shelf": playing && state !== "none" ? node.id : null })]);
    return [el("h3", { text: say("saved") }), table([say("tensor"), say("shape"), say("bytes"), say("state")], rows, [2])];
  }
  var FEW = 9, Inspector = class {
    constructor(parts) {
      this.parts = parts, this.structure = NOTHING, this.step = null, this.offers = () => [], this.box = null;
    }
    load(structure) {
      this.structure = structure, this.box = null;
    }
    get hidden() {
      return this.parts.panel.hidden;
    }
    hide() {
      this.box = null, this.parts.panel.hidden = true;
    }
    show(box) {
      let { panel } = this.parts;
      this.box = box, panel.replaceChildren(...this.head(box), ...this.notes(box)), this.step && box.nodes.length && panel.append(this.step.explain(box)), panel.append(...this.nodes(box)), this.refreshStates(), panel.hidden = false, panel.scrollTop = 0;
    }
    refresh() {
      this.refreshStates(), this.box && this.step?.section?.isConnected && this.step.section.replaceWith(this.step.explain(this.box));
    }
    refreshStates() {
      let { panel, say } = this.parts;
      for (let shelf2 of panel.querySelectorAll("[data-shelf]")) {
        let state = this.step?.savedState(Number(shelf2.dataset.shelf)) ?? "none";
        shelf2.className = `state ${state}`, shelf2.textContent = say(state === "none" ? "not_yet" : `saved_${state}`);
      }
    }
    head(box) {
      let { say, select } = this.parts, close = button({ class: "close", "aria-label": say("close_panel"), text: "×" }, () => select(null)), kind = el("p", { class: "kicker", text: say(`kind_${box.kind}`) });
      return [el("div", { class: "head" }, kind, close), el("h2", { text: box.title || say("stub") }), ...this.offers(box)];
    }
    notes(box) {
      let { say, open: open2 } = this.parts, notes = [];
      if (box.kind === "stub" && notes.push(el("p", { text: say("stub_long") })), box.openable && notes.push(button({ class: "wide", text: say("open") }, () => open2(box))), box.twin !== null) {
        let count2 = this.structure.copies(box).length;
        notes.push(el("p", { class: "hint", text: say("twins").replace("{n}", String(count2)) }));
      }
      return notes;
    }
    nodes(box) {
      let context = { say: this.parts.say, boxOf: (node) => this.structure.byNode.get(node), select: this.parts.select, playing: this.step !== null }, { nodes, more = 0 } = box, parts = nodes.length === 1 ? drawNode(nodes[0], context) : nodes.map((node, i) => folded(node, i === 0 && nodes.length < FEW, drawNode(node, context, true)));
      return more > 0 && parts.push(el("p", { class: "hint", text: this.parts.say("more").replace("{n}", String(more)) })), parts;
    }
  }, folded = (node, open2, parts) => el("details", open2 ? { open: "" } : {}, el("summary", {}, el("code", { text: node.type }), el("span", { text: node.name ?? "" })), ...parts);
  var ZOOM = 1.25, KINDS3 = ["op", "leaf", "module", "stub", "arrow"];
  function drawTools(root, camera, say) {
    let tool = (text, label2, key, run = () => {
    }) => button({ title: `${label2} (${key})`, "aria-label": label2, text }, run);
    root.setAttribute("aria-label", say("zoom")), root.replaceChildren(tool("−", say("zoom_out"), "-", () => camera.zoomBy(1 / ZOOM)), tool("+", say("zoom_in"), "+", () => camera.zoomBy(ZOOM)), tool(say("fit"), say("fit_long"), "0", () => camera.fit(true)));
  }
  function drawLegend(root, playing, say) {
    let kinds = playing ? [...KINDS3, "gradient"] : KINDS3, item = (kind) => el("span", { class: "item" }, el("i", { class: `mark ${kind}` }), say(`legend_${kind}`));
    root.replaceChildren(...kinds.map(item));
  }
  function buildShell(root) {
    let shell = { root, title: el("strong"), about: el("span", { class: "about" }), search: el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" }), found: el("span", { class: "found", "aria-live": "polite" }), svg: svg("svg", { class: "picture", role: "group" }), notes: el("div", { class: "notes", role: "note" }), legend: el("div", { class: "legend" }), tools: el("div", { class: "tools", role: "toolbar" }), map: el("div", { class: "minimap", tabindex: 0, hidden: "" }), canvas: el("div", { class: "canvas" }), panel: el("aside", { class: "panel", hidden: "" }), control: el("div", { class: "control", hidden: "" }), strip: el("div", { class: "strip", hidden: "" }) }, { title, about, search, found, canvas, panel, control, strip } = shell, bar2 = el("div", { class: "bar" }, title, about, found, search);
    return canvas.append(shell.svg, shell.notes, shell.legend, shell.map, shell.tools), root.replaceChildren(bar2, control, el("div", { class: "main" }, canvas, panel), strip), shell;
  }
  function isDark(colour) {
    let hex = /^\s*#([0-9a-f]{6})/i.exec(colour);
    if (!hex) return matchMedia("(prefers-color-scheme: dark)").matches;
    let [r, g, b] = [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
    return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }
  function applyTheme(root, palette, theme) {
    let name = (theme ? theme === "dark" : isDark(getComputedStyle(root).getPropertyValue("--st-background-color"))) ? "dark" : "light";
    root.dataset.theme = name;
    for (let [colour, value] of Object.entries(palette[name] ?? {})) root.style.setProperty(`--gt-${colour.replaceAll("_", "-")}`, String(value));
  }
  function canvasColours(root, palette) {
    let colours = Object.entries(palette[root.dataset.theme ?? "light"] ?? {}).map(([name, value]) => [name, String(value)]);
    return { ...Object.fromEntries(colours), font: getComputedStyle(root).fontFamily };
  }
  var MOST_FITTED = 1.6, LEAST_ROOM = 80, OPENING = [0.8, 1], roomOf = ({ width, height }, top, pad, bottom) => ({ x: pad, y: top, w: Math.max(LEAST_ROOM, width - 2 * pad), h: Math.max(LEAST_ROOM, height - top - bottom) });
  function fitted2({ width, height }, room) {
    let k = Math.min(room.w / width, room.h / height, MOST_FITTED);
    return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
  }
  function opening({ width, height }, room, box) {
    let k = clamp(room.h / height, OPENING[0], OPENING[1]), along = (start, size2, from, extent = 0) => size2 * k <= extent ? from + (extent - size2 * k) / 2 : clamp(from + extent / 2 - start * k, from + extent - size2 * k, from);
    return { k, x: along(box.x + box.w / 2, width, room.x, room.w), y: along(box.y + box.h / 2, height, room.y, room.h) };
  }
  function zoomed(at, k, x, y) {
    let ratio = k / at.k;
    return { k, x: x - (x - at.x) * ratio, y: y - (y - at.y) * ratio };
  }
  var centered = (box, room, k) => ({ k, x: room.x + room.w / 2 - (box.x + box.w / 2) * k, y: room.y + room.h / 2 - (box.y + box.h / 2) * k });
  function filled({ k, x, y }, { width, height }, room) {
    let along = (at, size2, from, extent = 0) => size2 * k <= extent ? at : clamp(at, from + extent - size2 * k, from);
    return { k, x: along(x, width, room.x, room.w), y: along(y, height, room.y, room.h) };
  }
  function shift(at, length, from, extent, inner) {
    let spare = Math.max(0, extent - length), edge = Math.min(inner * extent, spare / 2);
    return clamp(at, from + edge, from + spare - edge) - at;
  }
  function covered(boxes, part, { k, x, y }) {
    let left2 = (part.left - x) / k, top = (part.top - y) / k, right = (part.right - x) / k;
    return boxes.some((box) => box.x < right && box.x + box.w > left2 && box.y + box.h > top);
  }
  function visible({ k, x, y }, { width: w, height: h }, margin) {
    return [(-x - margin * w) / k, (-y - margin * h) / k, (w - x + margin * w) / k, (h - y + margin * h) / k];
  }
  var inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
  var KEPT2 = /* @__PURE__ */ new Map(), MIN_ZOOM = 0.03, MAX_ZOOM = 6, READ = 0.85, HANDFUL = 20, READ_WHOLE = 0.7, READ_BESIDE = 0.8, READ_OPENED = 0.6, FOOT2 = 44, PAD = 16, NARROW = 2, NEAR = 6, GLIDE_MS = 300, Camera = class {
    constructor(parts) {
      this.parts = parts, this.structure = NOTHING, this.at = { k: 1, x: 0, y: 0 }, this.placed = false, this.fitted = false, this.anchor = null, this.calm = 0;
    }
    load(structure) {
      this.keep(), this.structure = structure;
    }
    destroy() {
      clearTimeout(this.calm);
    }
    keep() {
      this.placed && !this.parts.whole() && KEPT2.set(this.structure.id, { ...this.at, fitted: this.fitted });
    }
    get window() {
      return { width: this.parts.canvas.clientWidth, height: this.parts.canvas.clientHeight };
    }
    room(pad = PAD, bottom = FOOT2) {
      let { notes } = this.parts;
      return roomOf(this.window, notes.childElementCount ? notes.offsetHeight + 20 : pad, pad, bottom);
    }
    settle(active) {
      let known2 = KEPT2.get(this.structure.id), anchor = this.anchor, spot = anchor ? this.structure.spot(anchor.path) : void 0;
      return this.anchor = null, anchor && spot ? this.settleOn(spot, anchor) : known2 && !known2.fitted && !this.parts.whole() ? this.move(known2) : this.begins() ? this.open(active ?? this.structure.earliest()) : this.fit(), spot ?? null;
    }
    begins() {
      return this.parts.playing() && !this.structure.large && this.fitScale() < this.least(READ) && !this.parts.whole();
    }
    open(box) {
      this.fitted = false, this.move(opening(this.structure.geo, this.room(), box));
    }
    settleOn(spot, { x, y, k }) {
      if (this.fitted && this.fitScale() > READ_OPENED) {
        this.fit();
        return;
      }
      this.fitted = false, this.move({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k });
    }
    hold(path, spot) {
      let { k, x, y } = this.at;
      this.anchor = { path, k, x: (spot.x + spot.w / 2) * k + x, y: (spot.y + spot.h / 2) * k + y };
    }
    move(at) {
      let { svg: svg2, canvas, onMove } = this.parts;
      this.at = { k: at.k, x: at.x, y: at.y }, this.placed = true, svg2.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.k})`, canvas.style.setProperty("--gt-dot", `${clamp(at.k, 0.5, 2) * 20}px`), canvas.style.setProperty("--gt-x", `${at.x}px`), canvas.style.setProperty("--gt-y", `${at.y}px`), onMove(this.at, svg2.classList.contains("moving")), this.keep();
    }
    put(at) {
      this.fitted = false, this.move(at);
    }
    glide(at) {
      this.parts.svg.classList.toggle("glide", !still()), this.move(at), this.later("glide", GLIDE_MS);
    }
    hurry() {
      this.parts.svg.classList.remove("glide"), this.parts.svg.classList.add("moving");
    }
    rest() {
      this.parts.svg.classList.remove("moving");
    }
    later(name, ms) {
      clearTimeout(this.calm), this.calm = setTimeout(() => this.parts.svg.classList.remove(name), ms);
    }
    fit(slow = false) {
      if (this.structure === NOTHING) return;
      let at = this.fitting();
      this.fitted = true, slow ? this.glide(at) : this.move(at);
    }
    fitting() {
      let { geo, large } = this.structure;
      if (this.parts.playing() && !large && this.window.height) {
        let at = fitted2(geo, this.room(NARROW, NARROW));
        if (!this.covers(this.parts.tools, at)) return at;
      }
      return fitted2(geo, this.room());
    }
    fitScale() {
      return this.fitting().k;
    }
    covers({ offsetLeft, offsetTop, offsetWidth }, at) {
      let part = { left: offsetLeft - NEAR, top: offsetTop - NEAR, right: offsetLeft + offsetWidth + NEAR };
      return covered(this.structure.boxes, part, at);
    }
    readable() {
      return this.parts.panel.hidden || this.fitScale() >= Math.min(this.least(READ_BESIDE), this.at.k);
    }
    least(usual) {
      return this.structure.boxes.length > HANDFUL ? usual : READ_WHOLE;
    }
    zoomBy(factor, x = this.window.width / 2, y = this.window.height / 2) {
      let k = clamp(this.at.k * factor, Math.min(MIN_ZOOM, this.fitScale()), MAX_ZOOM);
      this.put(zoomed(this.at, k, x, y));
    }
    reveal(box, inner = 0) {
      let at = this.showing(box, inner);
      (at.x !== this.at.x || at.y !== this.at.y) && this.glide(at);
    }
    showing(box, inner) {
      let room = this.room(), { k, x, y } = this.at, dx = shift(box.x * k + x, box.w * k, room.x, room.w, inner), across = inner && dx ? filled({ k, x: x + dx, y }, this.structure.geo, room).x : x + dx, low = { ...room, h: room.h - this.parts.lost(box.x * k + across + box.w * k) }, dy = shift(box.y * k + y, box.h * k, low.y, low.h, inner), at = { k, x: across, y: y + dy };
      return inner && (dx || dy) ? filled(at, this.structure.geo, low) : at;
    }
    sees(box) {
      let at = this.showing(box, 0);
      return at.x === this.at.x && at.y === this.at.y;
    }
    center(box, k) {
      let room = this.room();
      this.fitted = false, this.glide(filled(centered(box, room, k), this.structure.geo, room));
    }
  };
  var DRAG_PX = 4, LINE_PX = 16, MOST_PX = 240, ZOOM_A_PIXEL = 16e-4, REST_MS = 160, FLOATING = ".tools, .notes, .legend, .minimap", Gestures = class {
    constructor(canvas, camera, signal) {
      this.canvas = canvas, this.camera = camera, this.held = null, this.dragged = false, canvas.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false }), canvas.addEventListener("pointerdown", (event) => this.grab(event), { signal }), canvas.addEventListener("pointermove", (event) => this.drag(event), { signal });
      for (let end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.release(), { signal });
    }
    endedDrag() {
      let { dragged } = this;
      return this.dragged = false, dragged;
    }
    isOurs(event) {
      return this.camera.placed && !around(event, FLOATING);
    }
    wheel(event) {
      if (!this.isOurs(event)) return;
      event.preventDefault();
      let box = this.canvas.getBoundingClientRect(), pixels = clamp(event.deltaY * (event.deltaMode === 1 ? LINE_PX : 1), -MOST_PX, MOST_PX);
      this.camera.hurry(), this.camera.zoomBy(Math.exp(-pixels * ZOOM_A_PIXEL), event.clientX - box.left, event.clientY - box.top), this.camera.later("moving", REST_MS);
    }
    grab(event) {
      event.button !== 0 || !this.isOurs(event) || (this.held = { id: event.pointerId, x: event.clientX, y: event.clientY, at: this.camera.at, moved: false });
    }
    drag(event) {
      let { held } = this;
      if (!held || event.pointerId !== held.id) return;
      let dx = event.clientX - held.x, dy = event.clientY - held.y;
      !held.moved && Math.hypot(dx, dy) < DRAG_PX || (held.moved || (held.moved = true, this.canvas.setPointerCapture(held.id), this.camera.hurry()), this.camera.put({ k: held.at.k, x: held.at.x + dx, y: held.at.y + dy }));
    }
    release() {
      this.dragged = !!this.held?.moved, this.held = null, this.camera.rest();
    }
  };
  var ZOOM2 = 1.25, WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }, Keys = class {
    constructor(parts) {
      this.parts = parts;
    }
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      let typing = event.target === this.parts.search.field;
      if (!typing && this.parts.player(event)) return;
      let run = typing ? this.typed(event) : this.command(event);
      run && (event.preventDefault(), event.stopPropagation(), run());
    }
    typed({ key }) {
      let { search, selection, focus } = this.parts;
      return key === "Enter" ? () => {
        let hit = search.after(selection.selected);
        hit && selection.select(hit);
      } : key !== "Escape" ? null : () => {
        search.clear(), focus();
      };
    }
    command(event) {
      let way = WAYS[event.key], box = this.parts.pointer.boxAt(event);
      return way && box && (!this.parts.playing() || event.shiftKey) ? () => this.walk(box, way) : this.onCard(event, box) || this.anywhere(event.key);
    }
    onCard(event, box) {
      let { modules, pointer, selection } = this.parts;
      return event.key === "o" ? box?.openable && (() => modules.open(box)) : event.key !== "Enter" && event.key !== " " ? null : around(event, ".switch") ? () => pointer.press(event) : box && (() => selection.select(box));
    }
    anywhere(key) {
      let { camera, search, selection } = this.parts;
      return { "+": () => camera.zoomBy(ZOOM2), "=": () => camera.zoomBy(ZOOM2), "-": () => camera.zoomBy(0.8), 0: () => camera.fit(true), Escape: () => selection.select(null), "/": () => search.field.focus() }[key];
    }
    walk(box, way) {
      let best = this.parts.selection.structure.neighbour(box, way);
      best && this.parts.walk(best);
    }
  };
  var FEW_LINES = 6e3, FAR_CELL = 7, TITLE_PX = 11, TITLED = 58, CROWD = 4e3, BAR = 4, LEAST_BAR = 2.5, NARROW2 = 12, COLOURS = { op: "forward", module: "forward", leaf: "leaf", gradient: "gradient", stub: "constant", cut: "constant", waiting: "constant" };
  function sketch(context, { geo, boxes, lines }, at, width, height, paint) {
    let pen = { ...paint, geo, boxes, lines, context, k: at.k, seen: visible(at, { width, height }, 0) };
    context.save(), context.transform(at.k, 0, 0, at.k, at.x, at.y), drawModules(pen), boxes.side * at.k < FAR_CELL ? drawCells(pen) : (drawLines(pen), drawCards(pen)), context.restore();
  }
  function drawModules({ context, geo, colours, k }) {
    context.lineWidth = 1 / k, context.fillStyle = colours.frame, context.strokeStyle = colours.frame_line;
    for (let { x, y, w, h } of geo.frames) context.fillRect(x, y, w, h), context.strokeRect(x, y, w, h);
  }
  function drawLines({ context, geo, lines, seen, colours, k }) {
    let found = lines.within(...seen), straight = found.length > FEW_LINES / 3, least = found.length > FEW_LINES ? 3 / k : 0;
    context.lineWidth = 1 / k, context.strokeStyle = colours.line, context.globalAlpha = found.length > FEW_LINES ? 0.5 : 1, context.beginPath();
    for (let i of found) {
      let { points: p } = geo.links[i], end = p.length - 2;
      (!least || Math.abs(p[end] - p[0]) + Math.abs(p[end + 1] - p[1]) >= least) && trace(context, p, straight);
    }
    context.stroke(), context.globalAlpha = 1;
  }
  function trace(context, p, straight) {
    context.moveTo(p[0], p[1]);
    for (let j = 2; j + 5 < p.length; j += 6) straight ? context.lineTo(p[j + 4], p[j + 5]) : context.bezierCurveTo(p[j], p[j + 1], p[j + 2], p[j + 3], p[j + 4], p[j + 5]);
  }
  function drawCards(pen) {
    let { context, geo, boxes, seen, colours, hue, k } = pen, cards = boxes.within(...seen).map((id) => geo.boxes[id]), crowded = cards.length > CROWD, titled = crowded ? [] : cards.filter(({ kind }) => kind !== "stub");
    drawOutlines(pen, titled);
    let bar2 = Math.max(BAR, LEAST_BAR / k);
    for (let [name, group] of byColour(cards, hue)) {
      context.fillStyle = colours[name];
      for (let { x, y, w, h } of group) {
        let width = crowded || w * k < NARROW2 ? w : bar2;
        context.fillRect(x, y, Math.max(1 / k, width), Math.max(1 / k, h));
      }
    }
    drawTitles(pen, titled);
  }
  function byColour(cards, hue) {
    let groups = /* @__PURE__ */ new Map();
    for (let card of cards) {
      let name = hue(card), group = groups.get(name);
      group ? group.push(card) : groups.set(name, [card]);
    }
    return groups;
  }
  function drawOutlines({ context, colours, k }, cards) {
    context.fillStyle = colours.surface, context.strokeStyle = colours.line, context.lineWidth = 1 / k;
    for (let { x, y, w, h } of cards) context.fillRect(x, y, w, h), context.strokeRect(x, y, w, h);
  }
  function drawTitles({ context, colours, k }, cards) {
    let size2 = TITLE_PX / k;
    context.fillStyle = colours.ink, context.font = `600 ${size2}px ${colours.font}`;
    for (let { title, x, y, w, h } of cards) {
      if (w * k < TITLED || h * k < TITLE_PX + 4) continue;
      let room = w - 12 / k, text = [title, title.split(" · ")[0]].find((one) => context.measureText(one).width <= room);
      text && context.fillText(text, x + 7 / k, y + Math.min(h / 2 + size2 * 0.36, size2 * 1.5));
    }
  }
  function drawCells(pen) {
    let { context, colours, boxes, k } = pen, inner = Math.max(boxes.side - 0.7 / k, boxes.side / 2);
    for (let [key, places] of cellsByLook(pen)) {
      let [name, many] = key.split(" ");
      context.fillStyle = colours[name], context.globalAlpha = 0.35 + 0.15 * Number(many);
      for (let [x, y] of places) context.fillRect(x, y, inner, inner);
    }
    context.globalAlpha = 1;
  }
  function cellsByLook({ geo, boxes: field, seen, hue }) {
    let groups = /* @__PURE__ */ new Map(), [c0, r0, c1, r1] = field.cells(...seen);
    for (let row2 = r0; row2 <= r1; row2 += 1) for (let col = c0; col <= c1; col += 1) {
      let from = field.starts[row2 * field.cols + col], count2 = field.starts[row2 * field.cols + col + 1] - from;
      if (!count2) continue;
      let key = `${hue(geo.boxes[field.things[from]])} ${Math.min(4, count2)}`, group = groups.get(key) ?? [];
      groups.set(key, group), group.push([col * field.side, row2 * field.side]);
    }
    return groups;
  }
  function ring(context, box, at, colour, wide = 3) {
    let w = Math.max(9, box.w * at.k + 4), h = Math.max(9, box.h * at.k + 4);
    context.strokeStyle = colour, context.lineWidth = wide, context.strokeRect((box.x + box.w / 2) * at.k + at.x - w / 2, (box.y + box.h / 2) * at.k + at.y - h / 2, w, h);
  }
  var MAP_W = 190, MAP_H = 110, LEAST_W = 24, LEAST_H = 16, LEAST_FRAME = 10, MODEST = 0.66, FEW2 = 20, SHARP = 2, STEP = 0.4, REST_MS2 = 150, GAP2 = 8, MARGIN = 26, WAYS2 = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }, Minimap = class {
    constructor(parts) {
      this.parts = parts, this.canvas = el("canvas"), this.frame = el("div", { class: "mapframe" }), this.structure = NOTHING, this.k = 1, this.size = { width: LEAST_W, height: LEAST_H }, this.stale = true, this.held = false, this.rest = 0, parts.root.append(this.canvas, this.frame), this.listen(parts.root);
    }
    listen(root) {
      root.addEventListener("pointerdown", (event) => this.grab(event)), root.addEventListener("pointermove", (event) => {
        this.held && this.go(event);
      });
      for (let end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => {
        this.held = false;
      });
      root.addEventListener("keydown", (event) => this.key(event));
    }
    destroy() {
      clearTimeout(this.rest);
    }
    load(structure) {
      let { width, height } = structure.geo;
      this.structure = structure, this.k = (structure.large ? 1 : MODEST) * Math.min(MAP_W / width, MAP_H / height), this.size = { width: Math.max(LEAST_W, width * this.k), height: Math.max(LEAST_H, height * this.k) }, Object.assign(this.canvas.style, { width: `${this.size.width}px`, height: `${this.size.height}px` }), this.canvas.width = Math.round(this.size.width * SHARP), this.canvas.height = Math.round(this.size.height * SHARP), this.stale = true;
    }
    refresh() {
      let { camera, root, window_, legend } = this.parts, { at, placed } = camera, { boxes, large } = this.structure, needed = placed && boxes.length > FEW2 && !this.fits(at), crowded = placed && !large && camera.covers(legend, at);
      root.hidden = !needed, window_.classList.toggle("near", needed || crowded), needed && (this.stale && this.draw(), this.place(at));
    }
    fits({ k, x, y }) {
      let { width, height } = this.structure.geo, { clientWidth, clientHeight } = this.parts.window_;
      return x >= -1 && y >= -1 && width * k + x <= clientWidth + 1 && height * k + y <= clientHeight + 1;
    }
    place({ k, x, y }) {
      let { clientWidth, clientHeight } = this.parts.window_, { width, height } = this.size, left2 = clamp(-x / k * this.k, 0, width - LEAST_FRAME), top = clamp(-y / k * this.k, 0, height - LEAST_FRAME), w = clamp((clientWidth - x) / k * this.k - left2, LEAST_FRAME, width - left2), h = clamp((clientHeight - y) / k * this.k - top, LEAST_FRAME, height - top);
      Object.assign(this.frame.style, { transform: `translate(${left2}px, ${top}px)`, width: `${w}px`, height: `${h}px` });
    }
    lost(right) {
      let { root, window_ } = this.parts;
      return root.hidden || right < window_.clientWidth - this.size.width - MARGIN ? 0 : this.size.height + GAP2;
    }
    draw() {
      let context = contextOf(this.canvas);
      this.stale = false, context.setTransform(SHARP, 0, 0, SHARP, 0, 0), context.clearRect(0, 0, this.size.width, this.size.height);
      let { scene } = this.parts;
      sketch(context, scene, { k: this.k, x: 0, y: 0 }, this.size.width, this.size.height, scene.paint());
    }
    renew() {
      clearTimeout(this.rest), this.rest = setTimeout(() => {
        this.stale = true, this.refresh();
      }, REST_MS2);
    }
    grab(event) {
      event.stopPropagation(), this.held = true, this.parts.root.setPointerCapture(event.pointerId), this.go(event);
    }
    go(event) {
      let { camera, window_ } = this.parts, box = this.canvas.getBoundingClientRect(), { k } = camera.at, x = (event.clientX - box.left) / this.k, y = (event.clientY - box.top) / this.k;
      camera.put({ k, x: window_.clientWidth / 2 - x * k, y: window_.clientHeight / 2 - y * k });
    }
    key(event) {
      let way = WAYS2[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault(), event.stopPropagation();
      let { camera, window_ } = this.parts, { k, x, y } = camera.at;
      camera.put({ k, x: x + way[0] * window_.clientWidth * STEP, y: y + way[1] * window_.clientHeight * STEP });
    }
  };
  var Modules = class {
    constructor(camera, onChange) {
      this.camera = camera, this.onChange = onChange, this.structure = NOTHING;
    }
    load(structure) {
      this.structure = structure;
    }
    open(box) {
      box?.openable && box.path !== null && this.change(box.path, box, [...this.paths(), box.path]);
    }
    close(path) {
      let frame2 = this.structure.geo.frames.find((one) => one.path === path), stays = (other) => other !== path && !other.startsWith(`${path}.`);
      frame2 && this.change(path, frame2, this.paths().filter(stays));
    }
    paths() {
      return this.structure.geo.frames.map(({ path }) => path);
    }
    change(path, spot, paths) {
      this.camera.hold(path, spot), this.onChange({ of: this.structure.geo.of, paths: [...new Set(paths)].sort() });
    }
  };
  var DOUBLE_MS = 260, REACH = 4, Pointer = class {
    constructor(parts) {
      this.parts = parts, this.structure = NOTHING, this.single = 0;
      let { canvas, svg: svg2, signal, selection } = parts;
      canvas.addEventListener("click", (event) => this.click(event), { signal }), svg2.addEventListener("pointerover", (event) => selection.point(this.boxAt(event)), { signal }), svg2.addEventListener("pointerout", () => selection.point(null), { signal }), svg2.addEventListener("focusin", (event) => selection.point(this.boxAt(event)), { signal });
    }
    load(structure) {
      this.structure = structure;
    }
    destroy() {
      clearTimeout(this.single);
    }
    boxAt(event) {
      let card = around(event, ".card");
      return card ? this.structure.boxes[Number(card.dataset.id)] : null;
    }
    click(event) {
      let { gestures, modules, scene, selection } = this.parts;
      if (gestures.endedDrag() || around(event, FLOATING) || scene.far && this.dive(event) || this.press(event)) return;
      let box = this.boxAt(event);
      clearTimeout(this.single), event.detail === 2 ? modules.open(box) : box?.openable ? this.single = setTimeout(() => selection.select(box), DOUBLE_MS) : selection.select(box);
    }
    press(event) {
      if (!around(event, ".switch")) return false;
      let frame2 = around(event, ".frame");
      return frame2 ? this.parts.modules.close(frame2.dataset.path ?? "") : this.parts.modules.open(this.boxAt(event)), true;
    }
    dive(event) {
      let { camera, canvas, scene, selection } = this.parts, box = canvas.getBoundingClientRect(), { k, x, y } = camera.at, px = (event.clientX - box.left - x) / k, py = (event.clientY - box.top - y) / k, reach = REACH / k, found = scene.boxes.within(px - reach, py - reach, px + reach, py + reach).map((id) => this.structure.boxes[id]).find(({ kind }) => kind !== "stub");
      return found ? (camera.center(found, 1), selection.select(found), true) : false;
    }
  };
  var Mount = class {
    constructor(root) {
      this.root = root, this.drawn = [];
    }
    draw(trees) {
      this.drawn = patchAll(this.root, this.drawn, trees);
    }
  };
  function patchAll(parent, before, trees) {
    if (before.length === trees.length && trees.every((tree, i) => alike(before[i].tree, tree))) return trees.map((tree, i) => patch(before[i], tree));
    let known2 = new Map(before.map((drawn2, i) => [nameOf(drawn2.tree, i), drawn2])), gone = new Set(before), drawn = trees.map((tree, i) => {
      let old = known2.get(nameOf(tree, i));
      return !old || !alike(old.tree, tree) || !gone.delete(old) ? create(parent, tree) : patch(old, tree);
    });
    for (let { node } of gone) node.remove();
    return order(parent, drawn), drawn;
  }
  function alike(a, b) {
    return typeof a == "string" || typeof b == "string" ? typeof a == typeof b : a.tag === b.tag && a.key === b.key;
  }
  var nameOf = (tree, place) => typeof tree == "string" || tree.key === void 0 ? place : `key ${tree.key}`;
  function order(parent, drawn) {
    let at = parent.firstChild;
    for (let { node } of drawn) node === at ? at = at.nextSibling : parent.insertBefore(node, at);
  }
  function create(parent, tree) {
    let { ownerDocument: page, namespaceURI } = parent;
    if (typeof tree == "string") return { tree, node: page.createTextNode(tree), children: [] };
    let node = page.createElementNS(tree.tag === "svg" ? "http://www.w3.org/2000/svg" : namespaceURI, tree.tag);
    dress(node, {}, tree.attrs);
    let children = tree.children.map((child) => create(node, child));
    return node.append(...children.map((child) => child.node)), { tree, node, children };
  }
  function patch(drawn, tree) {
    if (drawn.tree === tree) return drawn;
    if (typeof tree == "string") drawn.node.data = tree;
    else {
      let before = drawn.tree, node = drawn.node;
      dress(node, before.attrs, tree.attrs), before.children !== tree.children && (drawn.children = patchAll(node, drawn.children, tree.children));
    }
    return drawn.tree = tree, drawn;
  }
  function dress(node, before, after) {
    if (before !== after) {
      for (let [name, value] of Object.entries(after)) value !== before[name] && (value == null ? node.removeAttribute(name) : node.setAttribute(name, String(value)));
      for (let name of Object.keys(before)) name in after || node.removeAttribute(name);
    }
  }
  var A_CELL = 6, MOST_CELLS = 6e4, SPREAD = 400, Field = class {
    constructor(rects, width, height) {
      this.rects = rects, this.count = rects.length / 4;
      let cells = clamp(this.count / A_CELL, 1, MOST_CELLS);
      this.side = Math.max(1, Math.sqrt(Math.max(1, width) * Math.max(1, height) / cells)), this.cols = Math.max(1, Math.ceil(width / this.side)), this.rows = Math.max(1, Math.ceil(height / this.side)), this.seen = new Uint32Array(this.count), this.stamp = 0, this.wide = [], this.starts = this.counted(), this.things = this.sorted();
    }
    counted() {
      let starts = new Uint32Array(this.cols * this.rows + 1);
      for (let i = 0; i < this.count; i += 1) this.each(i, (cell3) => {
        starts[cell3 + 1] += 1;
      }) || this.wide.push(i);
      for (let cell3 = 1; cell3 < starts.length; cell3 += 1) starts[cell3] += starts[cell3 - 1];
      return starts;
    }
    sorted() {
      let things = new Uint32Array(this.starts[this.starts.length - 1]), next = this.starts.slice();
      for (let i = 0; i < this.count; i += 1) this.each(i, (cell3) => {
        things[next[cell3]] = i, next[cell3] += 1;
      });
      return things;
    }
    each(i, run) {
      let { rects } = this, [left2, top, right, bottom] = this.cells(rects[4 * i], rects[4 * i + 1], rects[4 * i + 2], rects[4 * i + 3]);
      if ((right - left2 + 1) * (bottom - top + 1) > SPREAD) return false;
      for (let y = top; y <= bottom; y += 1) for (let x = left2; x <= right; x += 1) run(y * this.cols + x);
      return true;
    }
    cells(...[left2, top, right, bottom]) {
      let col = (x) => clamp(Math.floor(x / this.side), 0, this.cols - 1), row2 = (y) => clamp(Math.floor(y / this.side), 0, this.rows - 1);
      return [col(left2), row2(top), col(right), row2(bottom)];
    }
    within(...[left2, top, right, bottom]) {
      let found = [], [c0, r0, c1, r1] = this.cells(left2, top, right, bottom), { rects, seen, starts, things } = this;
      this.stamp += 1;
      let take = (i) => {
        seen[i] !== this.stamp && (seen[i] = this.stamp, rects[4 * i] <= right && rects[4 * i + 2] >= left2 && rects[4 * i + 1] <= bottom && rects[4 * i + 3] >= top && found.push(i));
      };
      for (let row2 = r0; row2 <= r1; row2 += 1) for (let at = starts[row2 * this.cols + c0], end = starts[row2 * this.cols + c1 + 1]; at < end; at += 1) take(things[at]);
      return this.wide.forEach(take), found;
    }
  };
  function boxRects(boxes) {
    let rects = new Float32Array(4 * boxes.length);
    return boxes.forEach((box, i) => rects.set([box.x, box.y, box.x + box.w, box.y + box.h], 4 * i)), rects;
  }
  function linkRects(links) {
    let rects = new Float32Array(4 * links.length);
    return links.forEach(({ points }, i) => {
      let [left2, top, right, bottom] = [1 / 0, 1 / 0, -1 / 0, -1 / 0];
      for (let p = 0; p < points.length; p += 2) left2 = Math.min(left2, points[p]), right = Math.max(right, points[p]), top = Math.min(top, points[p + 1]), bottom = Math.max(bottom, points[p + 1]);
      rects.set([left2, top, right, bottom], 4 * i);
    }), rects;
  }
  var QUICK = 7, REST_MS3 = 120, SHARPEST = 2, Overview = class {
    constructor(window_, seen) {
      this.window = window_, this.seen = seen, this.canvas = el("canvas", { class: "overview", "aria-hidden": "true" }), this.cost = 0, this.rest = 0, this.sketched = null;
    }
    destroy() {
      clearTimeout(this.rest);
    }
    follow(at, soon) {
      let { sketched } = this;
      if (!soon || this.cost < QUICK || !sketched) {
        this.draw();
        return;
      }
      let ratio = at.k / sketched.k, x = at.x - sketched.x * ratio, y = at.y - sketched.y * ratio;
      this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${ratio})`, clearTimeout(this.rest), this.rest = setTimeout(() => this.draw(), REST_MS3);
    }
    draw() {
      clearTimeout(this.rest);
      let started = performance.now(), seen = this.seen(), { clientWidth: width, clientHeight: height } = this.window;
      if (!seen || !width) return;
      let { things, at, paint, rings } = seen, context = this.cleared(width, height);
      sketch(context, things, at, width, height, paint);
      for (let { box, colour, wide } of rings) ring(context, box, at, colour, wide);
      this.canvas.style.transform = "", this.sketched = { ...at }, this.cost = performance.now() - started;
    }
    cleared(width, height) {
      let { canvas } = this, sharp = Math.min(SHARPEST, devicePixelRatio || 1), pixels = [Math.round(width * sharp), Math.round(height * sharp)];
      (canvas.width !== pixels[0] || canvas.height !== pixels[1]) && ([canvas.width, canvas.height] = pixels, Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` }));
      let context = contextOf(canvas);
      return context.setTransform(sharp, 0, 0, sharp, 0, 0), context.clearRect(0, 0, width, height), context;
    }
  };
  var FAR = 0.32, MARGIN2 = 0.3, SPARE = 4, Scene = class {
    constructor(parts) {
      this.parts = parts, this.picture = new Picture(parts.say), this.mount = new Mount(parts.svg), this.overview = new Overview(parts.window, () => this.seen()), this.far = false, this.structure = NOTHING, this.boxes = new Field(boxRects([]), 1, 1), this.lines = this.boxes, this.shown = { boxes: [], links: [] }, this.covered = null, this.layers = [];
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
    load(structure) {
      let { geo } = structure;
      this.structure = structure, this.boxes = new Field(boxRects(geo.boxes), geo.width, geo.height), this.lines = new Field(linkRects(geo.links), geo.width, geo.height), this.shown = this.large ? { boxes: [], links: [] } : { boxes: keys(geo.boxes), links: keys(geo.links) }, this.covered = null, this.setFar(false), this.parts.window.classList.toggle("large", this.large);
    }
    setFar(far) {
      this.far = far, this.parts.window.classList.toggle("far", far);
    }
    draw() {
      if (this.structure === NOTHING) return;
      let marks = this.parts.marks(), moment = this.parts.moment(), { boxes, links } = this.shown, needed = [marks.tab, marks.selected].filter((id) => id !== null), ids = this.large ? [.../* @__PURE__ */ new Set([...boxes, ...needed])].sort((a, b) => a - b) : boxes;
      this.layers = this.picture.draw({ geo: this.geo, moment, marks, boxes: ids, links, still: still() }), this.mount.draw(this.layers);
    }
    redraw() {
      this.picture.forget(), this.draw();
    }
    card(id) {
      return this.parts.svg.querySelector(`.card[data-id="${id}"]`);
    }
    update(soon = false) {
      let at = this.parts.at();
      if (!this.large || !at) return;
      let far = at.k < FAR;
      if (far !== this.far && (this.setFar(far), this.covered = null), far) this.overview.follow(at, soon), this.covered !== "nothing" && this.show("nothing", [], []);
      else if (!this.suffices(this.seenPart(at, 0))) {
        let part = this.seenPart(at, MARGIN2);
        this.show(part, this.boxes.within(...part), this.lines.within(...part));
      }
    }
    resized() {
      this.covered = null, this.update();
    }
    show(covered2, boxes, links) {
      this.covered = covered2, this.shown = { boxes, links: links.sort((a, b) => a - b) }, this.draw();
    }
    suffices(part) {
      let { covered: covered2 } = this;
      return !covered2 || covered2 === "nothing" ? false : inside(part, covered2) && covered2[2] - covered2[0] < SPARE * (part[2] - part[0]);
    }
    seenPart(at, margin) {
      let { clientWidth: width, clientHeight: height } = this.parts.window;
      return visible(at, { width, height }, margin);
    }
    repaint() {
      this.far && this.overview.draw();
    }
    paint() {
      let moment = this.parts.moment();
      return { colours: this.parts.colours(), hue: (box) => moment ? moment.hue(box) : COLOURS[box.kind] };
    }
    seen() {
      let at = this.parts.at();
      return this.far && at ? { things: this, at, paint: this.paint(), rings: this.rings() } : null;
    }
    rings() {
      let { hits, selected } = this.parts.marks(), now = this.parts.moment()?.now, colours = this.parts.colours(), { boxes } = this.geo, found = [...hits ?? []].map((id) => ({ box: boxes[id], colour: colours.warning, wide: 2 })), running = (now?.boxes ?? []).map((box) => ({ box, colour: colours[now?.tone ?? "leaf"] })), chosen = selected === null ? [] : [{ box: boxes[selected], colour: colours.ink }];
      return [...found, ...running, ...chosen];
    }
  }, keys = (things) => [...things.keys()];
  var Search = class {
    constructor(field, count2, say, onFind) {
      this.field = field, this.count = count2, this.say = say, this.onFind = onFind, this.structure = NOTHING, this.hits = [];
    }
    load(structure) {
      this.structure = structure, this.hits = [];
    }
    get ids() {
      return this.active ? new Set(this.hits.map(({ id }) => id)) : null;
    }
    get active() {
      return !!this.field.value.trim();
    }
    find() {
      this.hits = this.structure.find(this.field.value), this.count.textContent = this.active ? this.say("found").replace("{n}", String(this.hits.length)) : "", this.onFind();
    }
    clear() {
      this.field.value = "", this.find();
    }
    after(box) {
      return this.hits[(this.hits.findIndex((hit) => hit === box) + 1) % this.hits.length];
    }
  };
  var Selection = class {
    constructor(parts) {
      this.parts = parts, this.structure = NOTHING, this.selected = null, this.picked = null, this.tab = null, this.lit = { cards: /* @__PURE__ */ new Set(), links: /* @__PURE__ */ new Set() };
    }
    load(structure) {
      this.structure = structure, this.selected = null, this.tab = structure.first() ?? null, this.lit = { cards: /* @__PURE__ */ new Set(), links: /* @__PURE__ */ new Set() };
    }
    select(box, quiet = false) {
      this.selected = box, this.picked = (box && keysOf(box)[0]) ?? null, box && (this.tab = box), this.point(null), this.parts.onSelect(box, quiet);
    }
    reselect() {
      let { picked } = this, box = picked === null ? null : this.structure.withKey(picked) ?? null;
      if (!box) {
        this.parts.onSelect(null, true);
        return;
      }
      this.select(box, true), this.picked = picked;
    }
    point(box) {
      let boxes = [.../* @__PURE__ */ new Set([box, this.selected])].filter((one) => one !== null);
      if (this.lit = this.structure.near(boxes), this.parts.playing()) for (let { id } of boxes) this.lit.cards.add(id);
      this.parts.onLight(boxes);
    }
    rove(box) {
      this.tab = box;
    }
  };
  var HUGE = 2e3, READABLE = 16 / 11, INNER = 0.22, PictureView = class {
    constructor(parts) {
      this.parts = parts, this.structure = NOTHING, this.opened = null, this.waiting = false, this.camera = this.makeCamera(), this.scene = this.makeScene(), this.map = this.makeMinimap(), this.selection = new Selection({ playing: parts.playing, onSelect: parts.onSelect, onLight: (boxes) => {
        this.scene.draw(), parts.onLight(boxes);
      } }), this.search = this.makeSearch(), this.modules = new Modules(this.camera, parts.onOpen), this.gestures = new Gestures(parts.shell.canvas, this.camera, parts.signal), this.pointer = this.makePointer(), this.keys = this.makeKeys();
    }
    makeCamera() {
      let { svg: svg2, canvas, notes, tools, panel, root } = this.parts.shell;
      return new Camera({ svg: svg2, canvas, notes, tools, panel, playing: this.parts.playing, whole: () => root.classList.contains("compact"), lost: (right) => this.map.lost(right), onMove: (_, soon) => {
        this.scene.update(soon), this.map.refresh();
      } });
    }
    makeScene() {
      let { shell, say, moment, colours } = this.parts, scene = new Scene({ window: shell.canvas, svg: shell.svg, at: () => this.camera.placed ? this.camera.at : null, marks: () => this.marks, say, moment, colours });
      return shell.canvas.prepend(scene.overview.canvas), scene;
    }
    makeMinimap() {
      let { map: root, canvas: window_, legend } = this.parts.shell;
      return new Minimap({ root, window_, legend, camera: this.camera, scene: this.scene });
    }
    makeSearch() {
      let { shell, say, signal } = this.parts, search = new Search(shell.search, shell.found, say, () => {
        shell.svg.classList.toggle("searching", this.search.active), this.scene.draw(), this.scene.repaint();
      });
      return shell.search.addEventListener("input", () => search.find(), { signal }), search;
    }
    makePointer() {
      let { shell, signal } = this.parts, { camera, gestures, modules, scene, selection } = this;
      return new Pointer({ canvas: shell.canvas, svg: shell.svg, signal, camera, gestures, modules, scene, selection });
    }
    makeKeys() {
      let { playing, player } = this.parts, { camera, modules, pointer, search, selection } = this;
      return new Keys({ camera, modules, pointer, search, selection, playing, player, walk: (box) => this.walk(box), focus: () => this.scene.card(selection.tab?.id ?? 0)?.focus() });
    }
    destroy() {
      for (let part of [this.camera, this.map, this.pointer, this.scene]) part.destroy();
    }
    load(structure) {
      let { svg: svg2, notes } = this.parts.shell, { boxes, geo } = structure;
      this.structure = structure, this.opened = null;
      for (let part of [this.camera, this.map, this.modules, this.pointer, this.search, this.selection]) part.load(structure);
      svg2.setAttribute("width", String(boxes.length > HUGE ? 1 : geo.width)), svg2.setAttribute("height", String(boxes.length > HUGE ? 1 : geo.height)), notes.replaceChildren(...geo.notes.map((text) => el("p", { text }))), this.scene.load(structure), this.scene.draw(), this.settle(), this.selection.reselect(), this.search.find();
    }
    settle() {
      if (this.waiting = this.parts.shell.canvas.clientWidth === 0, this.waiting) return;
      let spot = this.camera.settle(this.running);
      this.opened = spot && !("id" in spot) ? spot.path : null, spot && this.scene.draw();
    }
    resized() {
      let { camera, gestures } = this;
      this.structure !== NOTHING && (this.waiting ? this.settle() : camera.fitted && !gestures.held && camera.readable() ? camera.fit() : (this.scene.resized(), this.map.refresh()));
    }
    speak() {
      drawTools(this.parts.shell.tools, this.camera, this.parts.say);
    }
    repaint(words) {
      this.structure !== NOTHING && (words && this.scene.redraw(), this.scene.repaint(), this.map.renew());
    }
    get marks() {
      let { selected, tab, lit: lit2 } = this.selection;
      return { selected: selected?.id ?? null, tab: tab?.id ?? null, lit: lit2.cards, litLinks: lit2.links, hits: this.search.ids, opened: this.opened };
    }
    get running() {
      return this.parts.moment()?.now.boxes[0];
    }
    keepInSight(box, quiet) {
      let { camera, scene } = this;
      camera.fitted && camera.readable() && !scene.far ? camera.fit(!quiet) : quiet || this.reveal(box);
    }
    reveal(box, inner) {
      this.scene.far ? this.camera.center(box, 1) : this.camera.reveal(box, inner);
    }
    walk(box) {
      let { selection, scene } = this;
      selection.rove(box), scene.draw(), scene.card(box.id)?.focus({ preventScroll: true }), selection.selected ? selection.select(box) : this.reveal(box);
    }
    follow() {
      let { camera, scene, running } = this, { root, panel } = this.parts.shell;
      if (!running || !camera.placed) return;
      root.classList.contains("present") && camera.at.k < READABLE && camera.fitScale() < READABLE ? camera.center(running, READABLE) : !(camera.fitted && panel.hidden) && !scene.far && camera.reveal(running, camera.sees(running) ? 0 : INNER);
    }
  };
  var MOST = 4, FAINTEST = 6, STRONGEST = 50;
  function cellsOf2(tensor2) {
    let shape = [...tensor2.shape];
    for (; shape.length > 2 && shape[0] === 1; ) shape.shift();
    if (shape.length > 2) return null;
    let [rows, cols] = [1, 1, ...shape].slice(-2);
    return rows <= MOST && cols <= MOST && rows * cols > 0 ? { rows, cols } : null;
  }
  var isListed = (tensor2) => !!(tensor2 && numbers(tensor2) && !tensor2.sample && cellsOf2(tensor2));
  function matrix(tensor2, hue) {
    let cells = isListed(tensor2) ? cellsOf2(tensor2) : null, flat = numbers(tensor2);
    if (!cells || !flat) return el("span", { class: "big", text: `${shapeText(tensor2)}, ‖·‖ ${short(tensor2.norm)}` });
    if (size(tensor2) === 1) {
      let text = short(flat[0]);
      return el("span", { class: `scalar ${hue}`, text: flat[0] < 0 ? `(${text})` : text });
    }
    let most = scale(tensor2), rows = Array.from({ length: cells.rows }, (_, r) => el("tr", {}, ...flat.slice(r * cells.cols, (r + 1) * cells.cols).map((number) => cell2(number, most, hue))));
    return el("table", { class: "matrix" }, el("tbody", {}, ...rows));
  }
  function cell2(number, most, hue) {
    let strength = Number.isFinite(number) && most ? Math.abs(number) / most : 0, made = el("td", { class: `${hue} ${number < 0 ? "neg" : "pos"}`, text: short(number) });
    return made.style.setProperty("--full", `${Math.round(FAINTEST + (STRONGEST - FAINTEST) * strength)}%`), made;
  }
  var MOST_PARTS = 4, tokensOf = (text) => text.split(/(\{\w+\})/).filter(Boolean).map((part) => ({ text: part, letter: part[0] === "{" ? part.slice(1, -1) : null })), symbolOf = (letter) => letter === "g" ? "∂L/∂z" : letter.length > 1 ? `∂L/∂${letter.slice(1)}` : letter, isGradient = (letter) => letter === "g" || letter.length > 1, lastName = (name) => name.split(".").at(-1) ?? name, Formulas = class {
    constructor({ playback, say, select, point }) {
      this.playback = playback, this.say = say, this.select = select, this.point = point;
    }
    draw(box, now) {
      if (box.kind === "leaf") return this.titled(this.accumulated(box));
      let [node] = box.ids ?? [], formula = now.graph.formulas.get(node);
      if (!formula) return [];
      let { rule, edges: edges2, operands } = formula, { forward, lines } = this.playback.wire.rules[rule], letters = { operands, now, known: this.known(node, operands, now) }, blocks = [this.line(letters, forward, "value", letters.known[firstLetter(forward)])];
      lines.forEach(([text, letter], i) => {
        let result = edges2[i] === null ? void 0 : now.state.edge(edges2[i]);
        blocks.push(this.line(letters, `{d${letter}} = ${text}`, "grad", result));
      });
      let note = forward.includes("[÷ n]") ? [el("p", { class: "hint", text: this.say("mean_note") })] : [];
      return [...this.titled(...blocks), ...note];
    }
    titled(...blocks) {
      return [el("h3", { text: this.say("what_happens") }), el("div", { class: "formulas" }, ...blocks)];
    }
    known(node, operands, now) {
      let { player, cursor } = this.playback, known2 = { g: now.state.incoming(node, now.inputOf(node)) };
      for (let [letter, operand] of Object.entries(operands)) known2[letter] = player.operand(operand, cursor);
      return known2;
    }
    line(letters, text, hue, result) {
      let tokens = tokensOf(text), symbols = tokens.map((token) => token.letter ? this.symbol(letters, token.letter) : token.text), block = el("div", { class: `formula ${hue}` }, el("p", { class: "symbols" }, ...symbols));
      if (!isKnown(tokens, letters.known)) return block;
      let equals = tokens.findIndex((token) => token.text.includes("=")), lead = tokens[equals].text.replace(/^\s*=\s*/, ""), row2 = tokens.slice(equals + 1).map(({ letter, text: signs }) => letter ? this.tensor(letters, letter) : sign(signs)), end = result ? [sign("="), matrix(result, hue)] : [];
      return block.append(el("div", { class: "numbers" }, lead && sign(lead), ...row2, ...end)), block;
    }
    symbol(letters, letter) {
      return this.linked(letters, letter, el("var", { class: isGradient(letter) ? "grad" : "", text: symbolOf(letter) }));
    }
    tensor(letters, letter) {
      let value = letters.known[letter];
      if (!value) return sign(symbolOf(letter));
      let written2 = isListed(value) ? matrix(value, letter === "g" ? "grad" : "value") : el("var", {}, symbolOf(letter), el("sub", { text: shapeText(value) }));
      return this.linked(letters, letter, written2);
    }
    linked({ operands, now }, letter, node) {
      let box = letter === "z" ? null : this.boxOf(operands[letter], now);
      return box && (node.classList.add("linked"), node.dataset.box = String(box.id), node.title = box.title, node.addEventListener("pointerenter", () => this.point(box)), node.addEventListener("pointerleave", () => this.point(null)), node.addEventListener("click", () => this.select(box))), node;
    }
    boxOf(operand, now) {
      let { op, name } = this.playback.wire.operands;
      return operand === void 0 ? null : name[operand].startsWith("leaf:") ? now.index.leaves.get(name[operand].slice(5))?.[0] ?? null : name[operand].startsWith("out:") ? now.boxesOfOp(op[operand])[0] ?? null : null;
    }
    accumulated(box) {
      let name = box.blocks?.map((block2) => block2.name).find(Boolean), grad = name === void 0 ? null : this.playback.state.grad(name), text = `${name ?? "x"}.grad += ∂L/∂${lastName(name ?? "x")}`, block = el("div", { class: "formula grad" }, el("p", { class: "symbols", text })), parts = grad?.layers.filter(Boolean) ?? [];
      if (!grad?.value || !parts.length || parts.length > MOST_PARTS || !parts.every(isListed)) return block;
      let sum2 = parts.flatMap((part, i) => [...i ? [sign("+")] : [], matrix(part, "grad")]), end = parts.length > 1 ? [sign("="), matrix(grad.value, "grad")] : [];
      return block.append(el("div", { class: "numbers" }, ...sum2, ...end)), block;
    }
  }, firstLetter = (text) => tokensOf(text).find(({ letter }) => letter)?.letter ?? "";
  function isKnown(tokens, known2) {
    let letters = tokens.flatMap(({ letter }) => letter ? [letter] : []).slice(1);
    return letters.length > 0 && letters.every((letter) => known2[letter]) && letters.some((letter) => isListed(known2[letter]));
  }
  var sign = (text) => el("span", { class: /^[²ⁿᵀᵢ]/.test(text) ? "op raised" : "op", text });
  var BINS = 24, FEWEST = 8, HEIGHT = 40, FOOT3 = 44, BAR2 = 12;
  function binned(values, low, high, count2 = BINS) {
    let bins = new Array(count2).fill(0);
    for (let value of values) bins[Math.min(count2 - 1, Math.floor((value - low) / (high - low) * count2))] += 1;
    return bins;
  }
  function rangeOf(tensor2, values) {
    let low = real(tensor2.min), high = real(tensor2.max);
    return tensor2.sample || !Number.isFinite(low) || !Number.isFinite(high) ? [Math.min(...values), Math.max(...values)] : [low, high];
  }
  function histogram(tensor2, hue, say) {
    let values = numbers(tensor2)?.filter(Number.isFinite);
    if (!values || values.length < FEWEST) return null;
    let [low, high] = rangeOf(tensor2, values);
    if (!(high > low)) return null;
    let counted = say("histogram_sample").replace("{n}", String(values.length)).replace("{m}", String(size(tensor2))), text = tensor2.sample ? counted : `${say("histogram")} (${values.length})`;
    return el("details", { class: "chart" }, el("summary", { text }), drawBins(binned(values, low, high), low, high, hue, say));
  }
  function drawBins(bins, low, high, hue, say) {
    let most = Math.max(...bins), width = BINS * BAR2, bars2 = bins.map((count2, i) => {
      let height = HEIGHT * count2 / most, place = { x: i * BAR2 + 1, y: FOOT3 - height, width: BAR2 - 2, height };
      return svg("rect", { class: `cell ${hue} pos`, ...place, "fill-opacity": 0.7 });
    });
    return svg("svg", { viewBox: `0 0 ${width} 60`, class: "histogram", role: "img", "aria-label": say("histogram") }, ...bars2, svg("text", { x: 0, y: 57, "font-size": 11, text: short(low) }), svg("text", { x: width, y: 57, "font-size": 11, "text-anchor": "end", text: short(high) }));
  }
  var MOST_SENT = 20, FEW_NODES = 3, StepFacts = class {
    constructor(parts) {
      this.parts = parts, this.formulas = new Formulas(parts), this.section = null;
    }
    savedState(node) {
      return this.parts.moment()?.savedOf(node);
    }
    explain(box) {
      let { say, moment } = this.parts, now = moment(), facts2 = now ? this.tensors(box, now).flatMap((row2) => this.facts(...row2)) : [];
      return this.section = el("section", { class: "atstep" }, ...now ? [...this.formulas.draw(box, now), ...this.source(box, now)] : [], el("h3", { text: say("at_this_step") }), ...now ? this.jump(box, now) : [], ...facts2, ...now ? this.sent(box, now) : []), this.section;
    }
    light(boxes) {
      let ids = new Set(boxes.map(({ id }) => String(id))), letters = this.section?.querySelectorAll("[data-box]");
      for (let letter of letters ?? []) letter.classList.toggle("lit", ids.has(letter.dataset.box ?? ""));
    }
    tensors(box, now) {
      let { say, playback } = this.parts, node = box.ids?.[0] ?? -1, rows = [], value = box.kind === "leaf" ? void 0 : now.valueOf(node);
      value && rows.push([say("value"), value, "value"]);
      for (let name of new Set(box.blocks?.map((block) => block.name).filter(Boolean))) {
        let leaf = now.leaf(name);
        leaf && rows.push([name, leaf, "value"]), rows.push([`${name}.grad`, playback.state.grad(name)?.value ?? null, "grad"]);
      }
      let grad = playback.state.incoming(node, now.inputOf(node));
      return grad !== void 0 && rows.push([say("gradient"), grad, "grad"]), rows;
    }
    source(box, now) {
      let { wire } = this.parts.playback, at = wire.ops[now.graph.ops.get(box.ids?.[0] ?? -1) ?? -1]?.at, line2 = at && wire.code.find(({ file: file2, line: number }) => file2 === at[0] && number === at[1]);
      if (!line2) return [];
      let code = el("code", {}, ...marked(line2.text.trim(), ...trimmed(line2.text, at[2], at[3])));
      return [el("h3", { text: this.parts.say("source") }), el("p", { class: "source" }, el("span", { text: `${line2.file}:${line2.line}` }), code)];
    }
    jump(box, now) {
      let { playback, say, goTo } = this.parts, entry = playback.player.entry(now.state.shown, box.ids?.[0] ?? -1, playback.cursor);
      return entry === void 0 ? [] : [button({ class: "wide", text: say("to_node") }, () => goTo(entry))];
    }
    facts(name, tensor2, hue) {
      let fact = (strong, text) => el("p", { class: `fact ${hue}` }, el("strong", { text: strong }), el("span", { text }));
      if (!tensor2) return [fact(name, "None")];
      let only = size(tensor2) === 1 && numbers(tensor2);
      if (only) return [fact(`${name} ${short(only[0])}`, `${shapeText(tensor2)} · ${tensor2.dtype}`)];
      let { norm: norm2, min, mean, max } = tensor2, range = min === null ? [] : [`min ${short(min)}`, `mean ${short(mean)}`, `max ${short(max)}`], texts = [shapeText(tensor2), tensor2.dtype, `norm ${short(norm2)}`, ...range], chart = histogram(tensor2, hue, this.parts.say);
      return [fact(name, texts.join(" · ")), ...chart ? [chart] : []];
    }
    sent(box, now) {
      let { say, playback } = this.parts, ids = box.ids ?? [], inside2 = new Set(ids), rows = [];
      return now.graph.edges.forEach(([source, slot, target], number) => {
        if (!inside2.has(source) || inside2.has(target) && ids.length > FEW_NODES || rows.length > MOST_SENT) return;
        let sent = playback.state.edge(number), text = sent === void 0 ? "·" : sent ? brief(sent) : "None";
        rows.push([now.index.nodes.get(target)?.[0]?.title ?? `${target}`, `${slot}`, text]);
      }), rows.length ? [table([say("sends"), "slot", say("gradient")], rows, [1, 2])] : [];
    }
  };
  function reveal(pane, row2) {
    let top = row2.offsetTop - pane.offsetTop;
    (top < pane.scrollTop || top + row2.offsetHeight > pane.scrollTop + pane.clientHeight) && (pane.scrollTop = Math.max(0, top - pane.clientHeight / 2));
  }
  var CodeView = class {
    constructor(parts) {
      this.parts = parts;
      let { code } = parts.playback.wire, files = new Set(code.map(({ file: file2 }) => file2)).size;
      this.lines = code.map((line2) => this.line(line2));
      let names = { role: "region", "aria-label": parts.say("code") };
      this.root = el("div", { class: "code", tabindex: 0, ...names }), this.lines.forEach(({ file: file2, row: row2 }, i) => {
        files > 1 && code[i - 1]?.file !== file2 && this.root.append(el("p", { class: "file", text: file2 })), this.root.append(row2);
      }), this.lines.length || this.root.append(el("p", { class: "hint", text: parts.say("no_code") }));
    }
    line({ file: file2, line: line2, text }) {
      let { select, point } = this.parts, code = el("code", { text }), number = el("span", { class: "at", text: line2 }), first = () => this.boxesOf(file2, line2)[0] ?? null, row2 = button({ class: "codeline", tabindex: -1 }, () => select(first()), number, code);
      return row2.addEventListener("pointerenter", () => point(first())), row2.addEventListener("pointerleave", () => point(null)), { file: file2, line: line2, text, row: row2, code };
    }
    boxesOf(file2, line2) {
      let now = this.parts.moment();
      return now ? this.parts.playback.wire.ops.flatMap((op, id) => op.at?.[0] === file2 && op.at[1] === line2 ? now.boxesOfOp(id) : []) : [];
    }
    refresh() {
      let { state } = this.parts.playback, at = this.place();
      for (let { file: file2, line: line2, text, row: row2, code } of this.lines) {
        let here = at !== void 0 && at[0] === file2 && at[1] === line2;
        row2.classList.toggle("here", here), row2.classList.toggle("backward", here && state.phase === "backward"), code.replaceChildren(...here ? marked(text, at[2], at[3]) : [text]), here && reveal(this.root, row2);
      }
    }
    place() {
      let { wire, player, state, cursor } = this.parts.playback, { event, shown } = state, known2 = wire.places?.[cursor - 1];
      if (known2 || !event) return known2 ?? void 0;
      let graph = player.graphs[shown], node = event.node ?? (event.edge === void 0 ? void 0 : graph.edges[event.edge][0]), op = event.op ?? (node === void 0 || event.graph === void 0 ? void 0 : graph.ops.get(node));
      return op === void 0 ? void 0 : wire.ops[op]?.at;
    }
    light(boxes) {
      let { playback, moment } = this.parts, graph = moment()?.graph, ops = boxes.flatMap(({ ids }) => (ids ?? []).map((node) => graph?.ops.get(node) ?? -1)), places = new Set(ops.map((op) => playback.wire.ops[op]?.at).map((at) => at && `${at[1]} ${at[0]}`));
      for (let { file: file2, line: line2, row: row2 } of this.lines) row2.classList.toggle("lit", places.has(`${line2} ${file2}`));
    }
  };
  var SPEEDS = [1500, 600, 150], Control = class {
    constructor(parts) {
      this.parts = parts, this.playback = parts.playback, this.speed = 1, this.timer = 0;
    }
    get plays() {
      return this.timer !== 0;
    }
    seek(cursor) {
      let before = this.playback.cursor;
      this.playback.seek(cursor), this.playback.cursor !== before && this.parts.onSeek();
    }
    goTo(cursor) {
      this.pause(), this.seek(cursor);
    }
    step(by) {
      this.goTo(this.playback.cursor + by);
    }
    jump(phase = null) {
      let { cursor, length, player } = this.playback, starts = player.runs.filter((run) => !phase || run.phase === phase).map(({ start }) => start + 1), next = starts.find((start) => start > cursor) ?? (phase ? starts[0] : length);
      this.pause(), next !== void 0 && this.seek(next);
    }
    play() {
      if (this.plays) {
        this.pause();
        return;
      }
      let { playback } = this;
      this.parts.onPlay(), playback.cursor >= playback.length && this.seek(0);
      let next = () => {
        this.seek(playback.cursor + 1), playback.cursor >= playback.length ? this.pause() : this.timer = setTimeout(next, SPEEDS[this.speed]);
      };
      this.timer = setTimeout(next, SPEEDS[this.speed] / 2), this.parts.onChange();
    }
    pause() {
      this.plays && (clearTimeout(this.timer), this.timer = 0, this.parts.onChange());
    }
    hurry(speed) {
      this.speed = speed, this.parts.onChange();
    }
    key(event) {
      let run = event.shiftKey ? null : this.command(event);
      return run ? (event.preventDefault(), event.stopPropagation(), run(), true) : false;
    }
    command(event) {
      let onButton = around(event, "button, select, summary, input:not([type=range])");
      return { ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), PageDown: () => this.step(1), PageUp: () => this.step(-1), Home: () => this.step(-1 / 0), End: () => this.step(1 / 0), n: () => this.jump(), p: () => this.parts.present(), 1: () => this.hurry(0), 2: () => this.hurry(1), 3: () => this.hurry(2), " ": onButton ? null : () => this.play() }[event.key];
    }
  };
  var HEADS = ["parameter", "norm_value", "norm_grad", "state", "last_update"], STATE = 2, Parameters = class {
    constructor(parts) {
      this.parts = parts, this.rows = namesOf(parts.playback).map((name) => this.row(name));
      let heads = HEADS.map((name, i) => el("th", { class: i ? "num" : null, text: parts.say(name) })), body = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...this.rows.map(({ row: row2 }) => row2))), names = { role: "region", "aria-label": parts.say("parameters") };
      this.root = el("div", { class: "params", tabindex: 0, ...names }, body);
    }
    row(name) {
      let { select, point } = this.parts, first = () => this.parts.moment()?.index.leaves.get(name)?.[0] ?? null, cells = HEADS.slice(1).map(() => el("td", { class: "num" })), label2 = button({ class: "jump", text: name }, () => select(first())), row2 = el("tr", { "data-param": name }, el("td", {}, label2), ...cells);
      return row2.addEventListener("pointerenter", () => point(first())), row2.addEventListener("pointerleave", () => point(null)), { name, row: row2, cells };
    }
    refresh() {
      let { event } = this.parts.playback.state;
      for (let { name, row: row2, cells } of this.rows) {
        let { texts, kind } = this.facts(name);
        texts.forEach((text, i) => {
          cells[i].textContent !== text && (cells[i].textContent = text);
        }), cells[STATE].className = `num pillcell ${kind}`, row2.classList.toggle("here", event?.leaf === name), event?.leaf === name && reveal(this.root, row2);
      }
    }
    facts(name) {
      let { playback, say } = this.parts, { player, state, cursor } = playback, grad = state.grad(name), update = state.param(name), leaf = player.leaf(name, cursor), amount2 = gradState(grad), kind = amount2.startsWith("×") ? "full" : amount2 === "zero" ? "zero" : "none", word = { full: `${say("accumulated")} ${amount2}`, zero: say("zero"), none: amount2 }[kind];
      return { texts: [norm(leaf), norm(grad?.value), word, update ? changed(update) : "–"], kind };
    }
    light(boxes) {
      let names = new Set(boxes.flatMap(({ blocks }) => (blocks ?? []).map(({ name }) => name).filter(Boolean)));
      for (let { name, row: row2 } of this.rows) row2.classList.toggle("lit", names.has(name));
    }
  };
  function namesOf({ player, views }) {
    let leaves = views.flatMap(({ details }) => details.flat(2)).filter(({ kind }) => kind === "accumulate").map(({ name, key }) => name ?? key), named = player.events.flatMap(({ leaf }) => leaf === void 0 ? [] : [leaf]);
    return [.../* @__PURE__ */ new Set([...leaves.reverse(), ...named])];
  }
  var norm = (tensor2) => tensor2 ? short(tensor2.norm) : "–", changed = ({ before, after }) => `${before ? brief(before) : "–"} → ${after ? brief(after) : "–"}`;
  var SHAPES = { first: "M4 3v10M13 3l-7 5 7 5z", back: "M11 3l-7 5 7 5z", play: "M4 2.5l9 5.5-9 5.5z", pause: "M4 3h3v10h-3zM9 3h3v10h-3z", next: "M5 3l7 5-7 5z", last: "M12 3v10M3 3l7 5-7 5z", wide: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" }, icon = (name) => svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
  var Timeline = class {
    constructor(playback, label2, goTo) {
      this.playback = playback, this.range = el("input", { type: "range", min: 0, max: playback.length, step: 1, class: "scrub", "aria-label": label2 }), this.range.addEventListener("input", () => goTo(Number(this.range.value))), this.done = el("i", { class: "done" });
      let parts = playback.player.runs.map(({ phase, start, end }) => {
        let part = el("i", { class: `part ${phase}` });
        return part.style.left = this.percent(start), part.style.width = this.percent(end - start), part;
      }), bar2 = el("div", { class: "parts", "aria-hidden": "true" }, ...parts, this.done);
      this.root = el("div", { class: "timeline" }, bar2, this.range);
    }
    percent(events) {
      return `${100 * events / Math.max(1, this.playback.length)}%`;
    }
    refresh(words) {
      this.range.value = String(this.playback.cursor), this.range.setAttribute("aria-valuetext", words), this.done.style.left = this.percent(this.playback.cursor);
    }
  };
  var PHASES = ["forward", "backward", "zero", "edit", "step", "error"], SPEEDS2 = ["½×", "1×", "4×"], Transport = class {
    constructor(parts) {
      this.parts = parts, this.say = parts.words.say;
      let { root, control, playback } = parts, focused = root.contains(document.activeElement);
      this.buttons = this.drawButtons(), this.speeds = SPEEDS2.map((text, i) => this.toggle(text, `${this.say("speed")} ${i + 1}`, `${i + 1}`, () => control.hurry(i))), this.phases = this.drawPhases(), this.views = this.drawViews(), this.place = el("span", { class: "place" }), this.timeline = new Timeline(playback, this.say("timeline"), (cursor) => control.goTo(cursor)), this.wide = this.drawWide(), this.sentence = el("p", { class: "sentence", role: "status", "aria-live": "polite" }), root.replaceChildren(this.bar(), el("div", { class: "where" }, this.timeline.root, this.place), this.sentence), this.refresh(), focused && this.buttons.next.focus();
    }
    bar() {
      let { left: left2, right, files } = this.parts;
      return el("div", { class: "transport" }, ...left2, el("div", { class: "group" }, ...Object.values(this.buttons)), el("div", { class: "group", role: "group", "aria-label": this.say("speed") }, ...this.speeds), el("div", { class: "group phases", role: "group", "aria-label": this.say("phases") }, ...this.phases.values()), ...right, this.views, el("div", { class: "group" }, files(), this.wide, this.drawLanguage()));
    }
    drawButtons() {
      let { control } = this.parts;
      return { first: this.button("first", "Home", () => control.step(-1 / 0)), back: this.button("back", "←", () => control.step(-1)), play: this.button("play", "Space", () => control.play()), next: this.button("next", "→", () => control.step(1)), last: this.button("last", "End", () => control.step(1 / 0)) };
    }
    button(name, keys2, run) {
      let label2 = this.say(`to_${name}`);
      return button({ class: `go ${name}`, title: `${label2} (${keys2})`, "aria-label": label2 }, run, icon(name));
    }
    toggle(text, label2, keys2, run) {
      let names = { title: keys2 ? `${label2} (${keys2})` : label2, "aria-label": label2, "aria-pressed": "false" };
      return button({ class: "small", ...names, text }, run);
    }
    drawPhases() {
      let { control, playback } = this.parts, present = PHASES.filter((phase) => playback.player.runs.some((run) => run.phase === phase));
      return new Map(present.map((phase) => {
        let names = { title: this.say("to_phase"), text: this.say(`phase_${phase}`) };
        return [phase, button({ class: `chip ${phase}`, ...names }, () => control.jump(phase))];
      }));
    }
    drawViews() {
      let { views } = this.parts.playback;
      if (views.length < 2) return null;
      let options = views.map(({ name }) => el("option", { value: name, text: this.say(`view_${name}`) })), menu = el("select", { class: "views", "aria-label": this.say("view") }, ...options);
      return menu.addEventListener("change", () => this.parts.choose(menu.value)), menu;
    }
    drawWide() {
      let wide = this.toggle("", this.say("present"), "p", () => this.parts.present());
      return wide.classList.add("wide-icon"), wide.append(icon("wide")), wide;
    }
    drawLanguage() {
      let { words, speakIn } = this.parts, { other } = words;
      return other ? this.toggle(other === "zh" ? "中文" : "EN", this.say("language"), "", () => speakIn(other)) : null;
    }
    refresh() {
      this.refreshPlace(), this.refreshButtons();
    }
    refreshPlace() {
      let { playback, words } = this.parts, { cursor, length } = playback, position = playback.player.position(cursor), place = this.placeWords(position), event = this.say("event_of").replace("{n}", String(cursor)).replace("{m}", String(length));
      this.timeline.refresh(place), this.place.replaceChildren(el("strong", { text: place }), el("span", { text: ` ${event}` })), this.sentence.textContent = this.sentence.title = playback.sentence(words.language, this.say), this.sentence.dataset.phase = position.phase;
      for (let [phase, chip] of this.phases) chip.classList.toggle("here", phase === position.phase);
    }
    refreshButtons() {
      let { playback, control } = this.parts, { cursor, length, chosen } = playback;
      this.buttons.first.disabled = this.buttons.back.disabled = cursor === 0, this.buttons.next.disabled = this.buttons.last.disabled = cursor === length, this.buttons.play.replaceChildren(icon(control.plays ? "pause" : "play")), this.buttons.play.setAttribute("aria-label", this.say(control.plays ? "to_pause" : "to_play")), this.speeds.forEach((speed, i) => speed.setAttribute("aria-pressed", String(i === control.speed))), this.views && chosen && (this.views.value = chosen.name), this.wide.setAttribute("aria-pressed", String(this.parts.presents()));
    }
    placeWords({ phase, n, of }) {
      let name = this.say(`phase_${phase}`);
      return of ? this.say("n_of_m").replace("{phase}", name).replace("{n}", String(n)).replace("{m}", String(of)) : name;
    }
  };
  var RecordingView = class {
    constructor(id, playback, source, parts) {
      this.id = id, this.playback = playback, this.source = source, this.parts = parts, this.shown = null, this.hanging = { id: "", details: null }, this.known = null, this.onPlay = () => {
      }, this.control = this.makeControl();
      let { selection, words } = parts, select = selection.select.bind(selection), point = selection.point.bind(selection);
      this.panes = { playback, say: words.say, moment: () => this.moment, select, point }, this.facts = new StepFacts({ ...this.panes, goTo: (cursor) => this.control.goTo(cursor) }), parts.bar.hidden = parts.strip.hidden = false, this.language = words.language, this.panels = this.drawPanels();
    }
    makeControl() {
      return new Control({ playback: this.playback, onSeek: () => this.moved(), onChange: () => this.panels.transport.refresh(), onPlay: () => this.onPlay(), present: this.parts.present });
    }
    drawPanels() {
      let { bar: root, strip, words, speakIn, left: left2, right, files, present, presents } = this.parts, { control, playback } = this, choose = (name) => this.choose(name), transport = new Transport({ root, control, playback, words, speakIn, left: left2, right, files, choose, present, presents }), code = new CodeView(this.panes), parameters = new Parameters(this.panes);
      return strip.replaceChildren(code.root, parameters.root), { transport, code, parameters };
    }
    speak() {
      this.language = this.parts.words.language, this.panels = this.drawPanels(), this.shown && this.refresh();
    }
    moved() {
      this.refresh(), this.parts.emit("cursor", this.playback.cursor);
    }
    choose(name) {
      this.playback.choose(name), this.refresh(), this.parts.emit("view", this.playback.chosen?.name);
    }
    refresh() {
      this.showPicture();
      for (let panel of Object.values(this.panels)) panel.refresh();
      this.parts.onRefresh();
    }
    showPicture() {
      let { number, detail, geo } = this.playback.picture(), { chosen } = this.playback, id = number < 0 ? `${this.id}|empty` : `${this.id}|${chosen?.name}|${number}`, details = chosen?.details[detail];
      if (this.hanging.id === id && this.hanging.details === details) return;
      let boxes = details ? geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })) : geo.boxes, filled2 = { ...geo, of: this.source.of, boxes };
      this.hanging.id === id ? this.parts.adopt(filled2) : this.parts.show(id, filled2), this.hanging = { id, details };
    }
    hang(geo) {
      this.shown = geo, this.known = null;
    }
    get moment() {
      return this.shown ? (this.known?.state !== this.playback.state && (this.known = this.playback.moment(this.shown)), this.known) : null;
    }
    light(boxes) {
      this.panels.code.light(boxes), this.panels.parameters.light(boxes), this.facts.light(boxes);
    }
  };
  var Words = class _Words {
    constructor() {
      this.sent = { texts: {}, languages: null, language: "en", palette: {}, title: "", name: "", about: "", theme: null }, this.asked = null, this.say = (name) => this.texts[name] ?? name;
    }
    take(patch2) {
      this.sent = { ...new _Words().sent, ...patch2 };
    }
    get language() {
      return this.asked && this.sent.languages ? this.asked : this.sent.language;
    }
    get texts() {
      return this.sent.languages?.[this.language] ?? this.sent.texts;
    }
    get other() {
      return Object.keys(this.sent.languages ?? {}).find((name) => name !== this.language);
    }
    get title() {
      return this.sent.title;
    }
    get name() {
      return this.sent.name;
    }
    get palette() {
      return this.sent.palette;
    }
  };
  var LEAST_HEIGHT = 360, Viewer = class {
    constructor(root) {
      this.shell = buildShell(root), this.words = new Words(), this.abort = new AbortController(), this.structure = NOTHING, this.recording = null, this.emit = () => {
      }, this.present = () => this.togglePresent(), this.fileChoices = {}, this.picture = this.makePicture(), this.inspector = new Inspector({ panel: this.shell.panel, say: this.words.say, select: (box) => this.picture.selection.select(box), open: (box) => this.picture.modules.open(box) }), this.sizes = new ResizeObserver(() => this.picture.resized()), this.listen();
    }
    makePicture() {
      return new PictureView({ shell: this.shell, say: this.words.say, signal: this.abort.signal, colours: () => canvasColours(this.shell.root, this.words.palette), playing: () => this.recording !== null, moment: () => this.recording?.moment ?? null, player: (event) => this.recording?.control.key(event) ?? false, onSelect: (box, quiet) => this.selected(box, quiet), onLight: (boxes) => this.recording?.light(boxes), onOpen: (opened) => this.emit("opened", opened) });
    }
    listen() {
      let { root, canvas } = this.shell, { signal } = this.abort;
      root.addEventListener("keydown", (event) => this.picture.keys.press(event), { signal }), window.addEventListener("resize", () => this.resize(), { signal }), this.sizes.observe(canvas);
    }
    destroy() {
      this.abort.abort(), this.sizes.disconnect(), this.recording?.control.pause(), this.picture.destroy(), this.shell.root.replaceChildren();
    }
    resize() {
      let { root } = this.shell, top = root.getBoundingClientRect().top + (window.scrollY || 0);
      root.style.height = `${Math.max(LEAST_HEIGHT, Math.floor(innerHeight - Math.max(0, top)))}px`;
    }
    patch(patch2) {
      let { words, recording, picture } = this, before = words.language;
      words.take(patch2), this.speak(), applyTheme(this.shell.root, words.palette, words.sent.theme), picture.repaint(words.language !== before), recording && recording.language !== words.language && recording.speak(), this.resize(), picture.selection.selected && this.inspector.show(picture.selection.selected);
    }
    speakIn(language) {
      this.words.asked = language, this.patch(this.words.sent);
    }
    speak() {
      let { title, search, svg: svg2, panel, map } = this.shell, { say } = this.words;
      title.textContent = this.words.title, search.placeholder = say("search"), map.title = say("map"), search.setAttribute("aria-label", say("search")), svg2.setAttribute("aria-label", say("picture")), panel.setAttribute("aria-label", say("inspector")), map.setAttribute("aria-label", say("map")), this.picture.speak(), this.drawLegend(), this.describe();
    }
    drawLegend() {
      drawLegend(this.shell.legend, this.recording !== null, this.words.say);
    }
    describe() {
      let { about } = this.shell;
      about.textContent = about.title = this.words.sent.about || this.counts();
    }
    counts() {
      let { nodes, edges: edges2, folded: folded2 } = this.structure.geo, filled2 = (name) => this.words.say(name).replace("{n}", count(nodes)).replace("{m}", count(edges2)).replace("{k}", count(folded2));
      return edges2 === void 0 ? "" : filled2("counts") + (folded2 ? filled2("folded") : "");
    }
    show(id, geo) {
      this.structure.id !== id && (this.structure = new Structure(id, geo), this.recording?.hang(this.structure.geo), this.inspector.load(this.structure), this.describe(), this.picture.load(this.structure), this.shell.root.dataset.ready = id);
    }
    adopt(geo) {
      this.structure.adopt(geo), this.picture.selection.selected && this.inspector.show(this.picture.selection.selected);
    }
    play(id, playback, source) {
      let { control: bar2, strip, title, found, search, root } = this.shell;
      this.recording?.control.pause(), root.classList.add("playing");
      let recording = new RecordingView(id, playback, source, { bar: bar2, strip, words: this.words, selection: this.picture.selection, left: [title], right: [found, search], speakIn: (language) => this.speakIn(language), files: () => this.makeFileMenu(playback), show: (picture, geo) => this.show(picture, geo), adopt: (geo) => this.adopt(geo), onRefresh: () => this.refreshed(), emit: (name, value) => this.emit(name, value), present: () => this.present(), presents: () => root.classList.contains("present") });
      return this.recording = recording, this.inspector.step = recording.facts, this.drawLegend(), recording;
    }
    makeFileMenu(playback) {
      let { shell, words, picture } = this;
      return new FileMenu({ shell, words, playback, picture, choices: this.fileChoices }).root;
    }
    refreshed() {
      let { picture, inspector, recording } = this;
      picture.scene.draw(), picture.repaint(false), inspector.refresh(), picture.follow(), this.shell.root.dataset.cursor = String(recording?.playback.cursor);
    }
    selected(box, quiet) {
      box ? (this.inspector.show(box), this.picture.keepInSight(box, quiet)) : this.hidePanel(), quiet || this.emit("picked", this.picture.selection.picked);
    }
    hidePanel() {
      this.inspector.hide(), this.picture.camera.fitted && this.picture.camera.fit();
    }
    togglePresent() {
      this.shell.root.classList.toggle("present"), this.recording?.panels.transport.refresh(), this.hidePanel(), requestAnimationFrame(() => this.fitAndFollow());
    }
    fitAndFollow() {
      this.picture.camera.fit(), this.picture.follow();
    }
  }, count = (number = 0) => number.toLocaleString("en-US");
  var left = /* @__PURE__ */ new Map(), writing = { left: 10, since: 0, timer: 0, wanted: null }, leftAt = (id) => left.get(id);
  function notePlace({ id, playback }, path) {
    let { cursor, views, chosen } = playback;
    left.clear(), left.set(id, cursor), writing.wanted = { path, places: { at: cursor, ...views.length > 1 && chosen ? { view: chosen.name } : {} } }, writing.timer || write3();
  }
  function write3() {
    let now = performance.now();
    writing.left = Math.min(10, writing.left + (now - writing.since) * 3e-3), writing.since = now, writing.timer = writing.left < 1 ? setTimeout(write3, 350) : 0;
    let { wanted } = writing;
    if (writing.timer || !wanted || !location.pathname.endsWith(wanted.path)) return;
    writing.left -= 1;
    let url = withPlaces(location.href, wanted.places);
    url !== location.href && history.replaceState(history.state, "", url);
  }
  function withPlaces(address, places) {
    let url = new URL(address);
    for (let [name, value] of Object.entries(places)) url.searchParams.set(name, String(value));
    return url.href;
  }
  function show(viewer, sent) {
    viewer.patch(sent.patch), sent.geo ? viewer.show(sent.id, sent.geo) : viewer.recording?.id !== sent.id && play(viewer, sent);
  }
  function play(viewer, sent) {
    let before = viewer.recording, playback = new Playback(sent.play, startOf(before, sent)), recording = viewer.play(sent.id, playback, { recording: sent.recording, of: sent.of }), view = before ? before.playback.chosen?.name : sent.view;
    sent.address && view && playback.choose(view), recording.refresh(), sent.autoplay && !still() && recording.control.play();
  }
  function startOf(before, { id, start = 0, fresh, recording }) {
    return before && fresh !== false && recording !== void 0 && before.source.recording === recording ? before.playback.cursor : leftAt(id) ?? start;
  }
  function open(root, sent) {
    let viewer = new Viewer(root);
    return root.classList.add("page"), show(viewer, sent), document.addEventListener("keydown", (event) => {
      event.target instanceof Node && root.contains(event.target) || viewer.picture.keys.press(event);
    }), viewer;
  }
  var moduleOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("."))), ActionList = class {
    constructor(act) {
      this.act = act, this.actions = null, this.open = false;
    }
    draw(box, roots) {
      let { actions } = this;
      if (!actions) return [];
      let rows = [...this.parameters(box, actions), ...this.output(box, actions), ...this.backward(box, roots)];
      if (!rows.length) return [];
      let { title, what } = actions.words, head = el("summary", {}, el("h3", { text: title }), el("span", { text: what })), list = el("details", { class: "acts", ...this.open ? { open: "" } : {} }, head, ...rows);
      return list.addEventListener("toggle", () => {
        this.open = list.open;
      }), [list];
    }
    button(text, action, pressed) {
      let state = pressed === void 0 ? {} : { "aria-pressed": String(pressed) };
      return button({ class: "act", text, ...state }, () => this.act(action));
    }
    parameters(box, { params, words }) {
      let modules = modulesOf(box), own = (name) => box.kind !== "leaf" && modules.includes(moduleOf(name)) || box.blocks?.some((block) => block.name === name);
      return Object.entries(params).filter(([name]) => own(name)).map(([name, [learns, graded]]) => el("p", {}, el("strong", { text: name }), this.button("requires_grad_(False)", { do: "freeze", name, on: learns }, !learns), this.button(words.numbers, { do: "numbers", name }), graded ? this.button(words.grad, { do: "numbers", name: `${name}.grad` }) : null));
    }
    output(box, { modules, hooks, words }) {
      let path = modulesOf(box).findLast((name) => modules.includes(name));
      if (!path || box.kind === "leaf") return [];
      let buttons = ["detach", "retain_grad"].map((name) => {
        let hooked = hooks[path] === name;
        return this.button(`${name}()`, { do: name, name: path, on: !hooked }, hooked);
      });
      return [el("p", {}, el("strong", { text: `${words.output} ${path}` }), ...buttons)];
    }
    backward(box, roots) {
      return box.nodes.some(({ id }) => roots.includes(id)) ? [el("p", {}, this.button("backward(retain_graph=True)", { do: "keep" }))] : [];
    }
  }, modulesOf = ({ nodes }) => [...new Set(nodes.map(({ module }) => module).filter(Boolean))];
  var TYPING = "input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=dialog]", CHOICE = "[data-testid=stButtonGroup] button";
  function listenBeside(keyboard, signal) {
    let press = (event) => {
      let viewer = keyboard();
      if (!viewer || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      let taken = (part) => part === viewer.shell.root || part instanceof Element && part.matches(TYPING);
      event.composedPath().some(taken) || viewer.recording?.control.key(event);
    };
    document.addEventListener("keydown", press, { signal }), document.addEventListener("click", (event) => blurChoice(event, keyboard), { signal, capture: true });
  }
  function blurChoice({ detail, target }, keyboard) {
    let chosen = keyboard() && detail && target instanceof Element ? target.closest(CHOICE) : null;
    chosen instanceof HTMLElement && requestAnimationFrame(() => chosen.blur());
  }
  function listenLeaving(leaving, signal) {
    let press = ({ target }) => {
      let asked = leaving();
      asked && target instanceof Element && target.closest(asked.selector) && asked.tell();
    };
    document.addEventListener("click", press, { signal, capture: true });
  }
  var REST_MS4 = 400, Pair = class {
    constructor(root, viewers) {
      this.root = root, this.viewers = viewers, this.lead = 0, this.heads = viewers.map(headed), this.keyboard = viewers[0], this.onRest = () => {
      }, this.meetings = [], this.leading = false, this.timer = 0, this.id = null;
    }
    destroy() {
      clearTimeout(this.timer);
      for (let viewer of this.viewers) viewer.destroy();
    }
    take({ id, own, sides, meetings }, show2) {
      this.meetings = meetings, this.viewers.forEach((viewer, i) => {
        viewer.emit = (name, value) => {
          name === "cursor" && this.moved(i), name === "view" && this.turned(i, String(value));
        }, viewer.present = () => this.present(), show2(viewer, sides[i]), this.head(i, sides[i]), viewer.recording && (viewer.recording.onPlay = () => this.controls[1 - i]?.pause());
      }), this.id !== id && (this.lead = meetings[own][this.cursors[own]][1] ? 0 : own), this.id = id, this.say();
    }
    head(i, side) {
      let { name, does, told } = this.heads[i];
      name.textContent = side.name, does.textContent = does.title = side.does, told.textContent = side.told, this.viewers[i].shell.root.setAttribute("aria-label", `${side.name} · ${side.does}`);
    }
    get cursors() {
      return this.viewers.map(({ recording }) => recording?.playback.cursor ?? 0);
    }
    get controls() {
      return this.viewers.map(({ recording }) => recording?.control);
    }
    moved(i) {
      this.leading || (this.lead = i, this.leading = true, this.controls[1 - i]?.goTo(this.meetings[i][this.cursors[i]][0]), this.leading = false, this.align(), this.say(), this.rest());
    }
    turned(i, view) {
      this.leading || (this.leading = true, this.viewers[1 - i].recording?.choose(view), this.leading = false);
    }
    align() {
      let lead = this.viewers[this.lead].picture, other = this.viewers[1 - this.lead].picture, [a, b] = [lead, other].map(({ structure }) => structure.geo);
      !lead.camera.placed || a.width !== b.width || a.height !== b.height || (other.camera.fitted = lead.camera.fitted, other.camera.move(lead.camera.at));
    }
    say() {
      let [, both] = this.meetings[this.lead][this.cursors[this.lead]];
      this.keyboard = this.viewers[this.lead], this.viewers.forEach(({ shell, words }, i) => {
        let stays = !both && i !== this.lead;
        shell.root.classList.toggle("behind", stays), this.heads[i].stays.textContent = stays ? words.say("stays") : "";
      });
    }
    rest() {
      clearTimeout(this.timer);
      let send = () => {
        this.controls.some((control) => control?.plays) ? this.timer = setTimeout(send, REST_MS4) : this.onRest(this.cursors);
      };
      this.timer = setTimeout(send, REST_MS4);
    }
    present() {
      let on = this.root.classList.toggle("present");
      for (let viewer of this.viewers) viewer.shell.root.classList.toggle("present", on), viewer.recording?.panels.transport.refresh(), viewer.hidePanel();
      requestAnimationFrame(() => {
        for (let viewer of this.viewers) viewer.fitAndFollow();
        this.align();
      });
    }
  };
  function headed({ shell }) {
    let parts = { name: el("b"), does: el("strong"), told: el("span") }, stays = el("p", { class: "stays", role: "status" });
    return shell.root.prepend(el("header", { class: "branch" }, ...Object.values(parts))), shell.canvas.append(stays), shell.root.classList.add("beside"), shell.root.setAttribute("role", "group"), { ...parts, stays };
  }
  var REST_MS5 = 400, mounted = /* @__PURE__ */ new WeakMap(), pairs = /* @__PURE__ */ new WeakMap(), sought = /* @__PURE__ */ new Set(), mount = (host) => host.data.sides ? mountPair(host) : mountViewer(host);
  function seekOnce(viewer, id, seek) {
    let name = `${id}|${seek?.serial}`;
    !seek || sought.has(name) || (sought.add(name), viewer?.recording?.control.goTo(seek.to));
  }
  function mountViewer(host) {
    let root = host.parentElement.querySelector(".gt-root"), part = mounted.get(root) ?? new Mounted(root);
    return mounted.set(root, part), part.take(host), () => {
      part.destroy(), mounted.delete(root);
    };
  }
  var Mounted = class {
    constructor(root) {
      this.root = root, this.viewer = new Viewer(root), this.host = null, this.sent = { id: "", patch: {} }, this.timer = 0, this.presented = false, this.told = "", this.actions = new ActionList((action) => this.host?.setTriggerValue("act", action)), this.viewer.emit = (name, value) => this.emit(name, value), this.viewer.inspector.offers = (box) => this.actions.draw(box, this.viewer.structure.geo.roots);
      let { signal } = this.viewer.abort;
      listenBeside(() => this.sent.keyboard ? this.viewer : null, signal), listenLeaving(() => this.leaving(), signal);
    }
    destroy() {
      clearTimeout(this.timer), this.viewer.destroy();
    }
    take(host) {
      let { viewer, root } = this, sent = host.data;
      this.host = host, this.sent = sent, root.classList.toggle("compact", !!sent.compact), root.classList.toggle("bare", !!sent.bare), this.actions.actions = sent.acts ?? null, show(viewer, sent), seekOnce(viewer, sent.id, sent.seek), sent.present && !this.presented && (this.presented = true, viewer.present()), this.note();
    }
    emit(name, value) {
      let moves = name === "cursor" || name === "view";
      moves && this.note(), moves ? name === "cursor" && (this.sent.rests || !this.sent.address) && this.rest() : this.host?.setStateValue(name, value);
    }
    note() {
      let { address } = this.sent;
      address && this.viewer.recording && notePlace(this.viewer.recording, address);
    }
    rest() {
      clearTimeout(this.timer);
      let send = () => {
        let { recording } = this.viewer;
        recording?.control.plays ? this.timer = setTimeout(send, REST_MS5) : this.host?.setStateValue("cursor", this.sent.rests ? this.place() : recording?.playback.cursor);
      };
      this.timer = setTimeout(send, REST_MS5);
    }
    place() {
      let { recording } = this.viewer;
      return { of: recording?.id, at: recording?.playback.cursor, view: recording?.playback.chosen?.name ?? "" };
    }
    leaving() {
      let { recording } = this.viewer, { address, ask } = this.sent, place = `${recording?.id}|${recording?.playback.cursor}`;
      return !address || !ask || !recording || this.told === place ? null : { selector: ask, tell: () => {
        this.told = place, this.host?.setStateValue("cursor", this.place());
      } };
    }
  };
  function mountPair({ data, parentElement, setStateValue }) {
    let root = parentElement.querySelector(".gt-pair"), pair = pairs.get(root) ?? makePair(root);
    return pair.onRest = (at) => setStateValue("cursor", { of: data.id, at }), pair.take(data, show), seekOnce(pair.viewers[data.own], data.id, data.seek), () => {
      pair.destroy(), pairs.delete(root);
    };
  }
  function makePair(root) {
    let parts = [...root.querySelectorAll(".gt-root")], pair = new Pair(root, parts.map((part) => new Viewer(part)));
    return pairs.set(root, pair), listenBeside(() => pair.keyboard, pair.viewers[0].abort.signal), pair;
  }
  return __toCommonJS(main_exports);
})();
