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
  __export(main_exports, { Player: () => Player, drawFrame: () => drawFrame, openRecording: () => openRecording });
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
      let count = countUntil(this.cursors, cursor);
      return count !== this.last.length && (this.last = this.values.slice(0, count)), this.last;
    }
  }, Histories = class extends Map {
    put(key, cursor, value) {
      let known2 = this.get(key), history = known2 ?? new History();
      known2 || this.set(key, history), history.put(cursor, value);
    }
    at(key, cursor) {
      return this.get(key)?.at(cursor);
    }
    until(key, cursor) {
      return this.get(key)?.until(cursor) ?? [];
    }
  };
  function readHistory({ cursors, values }, read) {
    let history = new History();
    return summed(cursors).forEach((cursor, i) => history.put(cursor, read(values[i]))), history;
  }
  function readHistories({ cursors, keys, values }, name, read) {
    let histories = new Histories(), numbers2 = summed(keys);
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
    let keys = summed(grads.keys);
    return readHistories(grads, (leaf) => leaves[leaf], (value, i) => ({ value: tensor2(value), layers: grads.added[keys[i]].slice(grads.first[i], grads.end[i]).map((position) => tensors[position]), zero: grads.zero[i] }));
  }
  function edgesOf({ source, slot, target, input_nr: inputNr }) {
    let targets = summed(target);
    return summed(source).map((from, i) => [from, slot[i], targets[i], inputNr[i]]);
  }
  function pairsOf({ keys, values }) {
    let all = summed(values);
    return new Map(summed(keys).map((key, i) => [key, all[i]]));
  }
  function formulasOf({ node, rule, edges, operands }) {
    return new Map(summed(node).map((id, i) => [id, { rule: rule[i], edges: edges[i], operands: operands[i] }]));
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
    let trimmed = lines.map((line2) => line2.trimEnd());
    return trimmed.length > most ? [...trimmed.slice(0, most - 1), `${trimmed[most - 1]} …`] : trimmed;
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
    let { geo, title, say } = subject, room = width - 2 * EDGE, large = Math.max(15, Math.min(24, Math.round(width / 66))), small = Math.max(12, Math.round(large * 0.62)), folded = geo.folded ? say("folded").replace("{k}", String(geo.folded)) : "", where = [title, whereWords(subject)].filter(Boolean).join(" · ") + folded, lines = [...set([sentenceOf(subject, options)], { size: large, bold: true, room, most: 3 }), ...set([where, ...geo.notes.slice(0, MOST_NOTES)], { size: small, bold: false, room, most: 2 })], y = 4;
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
  function drawLine({ text, size: size2, bold, y, x = EDGE, anchor }, room, fill) {
    let place = { x: twoPlaces(x), y: twoPlaces(y), "font-size": size2, "font-weight": bold ? 600 : 400 }, limits = { "data-room": twoPlaces(room), ...squeezed(text, size2, bold, room) };
    return element("text", { ...place, fill, "text-anchor": anchor, ...limits }, [text]);
  }
  var LOOKS = [["card", "body", { fill: "surface", stroke: "hairline", "stroke-width": 1 }], ["card", "accent", { fill: "constant" }], ["card op", "accent", { fill: "forward" }], ["card module", "accent", { fill: "forward" }], ["card leaf", "accent", { fill: "leaf" }], ["card", "under", { fill: "surface", stroke: "hairline" }], ["card", "shade", { fill: "shadow", "fill-opacity": "shadow_opacity" }], ["card cut", "body", { "stroke-dasharray": "5 4", stroke: "line" }], ["card stub", "body", { fill: "constant", stroke: "none" }], ["twin", "circle", { fill: "surface", stroke: "leaf", "stroke-width": 1.4 }], ["twin", "path", { fill: "none", stroke: "leaf", "stroke-width": 1.4 }], ["card:hover", "body", { stroke: "line", "stroke-width": 1.5 }], ["card lit", "body", { stroke: "forward", "stroke-width": 1.5 }], ["card hit", "body", { stroke: "warning", "stroke-width": 3 }], ["card selected", "body", { stroke: "ink" }], ["card:focus-visible", "body", { stroke: "forward", "stroke-width": 3.5 }], ["card now", "body", { "stroke-width": 3 }], ["card selected", "body", { "stroke-width": 3.5 }], ["card now forward", "body", { stroke: "forward" }], ["card now backward", "body", { stroke: "gradient" }], ["card now leafy", "body", { stroke: "leaf" }], ["", "card dim", { opacity: 0.45 }], ["link", "line", { fill: "none", stroke: "line", "stroke-width": 1.3 }], ["link", "tip", { fill: "line", stroke: "none" }], ["link lit", "line", { stroke: "forward", "stroke-width": 2.5 }], ["link lit", "tip", { fill: "forward" }], ["link now", "line", { stroke: "ink", "stroke-width": 2 }], ["", "stream", { fill: "none", stroke: "gradient", "stroke-dasharray": "7 4" }], ["", "streamtip", { fill: "gradient" }], ["flow odd", "stream", { stroke: "warning", "stroke-dasharray": "2 3" }], ["flow odd", "streamtip", { fill: "warning" }], ["flow none", "circle", { fill: "surface", stroke: "line", "stroke-width": 1.6 }], ["link now", "stream", { "stroke-dasharray": "10 3" }], ["frame", "rect", { fill: "frame", stroke: "frame_line", "stroke-width": 1 }], ["frame fresh", "rect", { stroke: "forward", "stroke-width": 2 }], ["", "text", { fill: "muted" }], ["frame", "text", { fill: "muted", "font-weight": 600 }], ["card", "title", { fill: "ink", "font-weight": 600 }], ["blocks", "text", { fill: "ink" }], ["blocks", "label", { "font-weight": 700 }], ["blocks", "stat", { fill: "muted" }], ["blocks", "faint", { fill: "muted" }], ["blocks", "strong", { fill: "ink" }], ["blocks", "loud", { "font-weight": 700 }], ["", "cell empty", { fill: "none", stroke: "hairline" }], ["", "cell odd", { fill: "warning", "fill-opacity": 0.45, stroke: "ink", "stroke-dasharray": "2 2" }], ["", "cell value pos", { fill: "forward" }], ["", "cell value neg", { fill: "minus" }], ["", "cell grad pos", { fill: "gradient" }], ["", "cell grad neg", { fill: "gradient_minus" }], ["", "cell empty waiting", { fill: "frame", stroke: "none" }], ["", "heat", { fill: "surface", stroke: "hairline" }], ["", "heat empty", { fill: "frame", stroke: "none" }], ["", "bucket", { fill: "none", stroke: "gradient", "stroke-width": 1.8, "stroke-linecap": "round" }], ["", "bucket none", { stroke: "line", "stroke-dasharray": "3 4", "stroke-width": 1.1 }], ["", "bucket zero", { stroke: "line" }], ["", "layer", { fill: "gradient" }], ["", "circle plus", { fill: "surface", stroke: "line", "stroke-width": 1.4 }], ["", "path plus", { fill: "none", stroke: "ink", "stroke-width": 1.6, "stroke-linecap": "round" }], ["", "book", { fill: "none", stroke: "line" }], ["", "book held", { fill: "forward", stroke: "forward" }], ["", "book stale", { fill: "warning", stroke: "ink" }], ["", "book empty", { stroke: "hairline", "stroke-dasharray": "2 2" }]];
  var OF_THE_PALETTE = /* @__PURE__ */ new Set(["fill", "stroke", "fill-opacity"]), isToken = (property, value) => OF_THE_PALETTE.has(property) && typeof value == "string" && value !== "none", ROWS = LOOKS.map(([within, part, look]) => ({ within: wordsOf(within), part: wordsOf(part), look }));
  function wordsOf(text) {
    return text.split(/\s+/).filter(Boolean);
  }
  function rawLook(tag, name, within) {
    let own = /* @__PURE__ */ new Set([tag, ...wordsOf(name)]), around = within.map((names) => new Set(wordsOf(names))), lies = (words) => !words.length || around.some((names) => words.every((word) => names.has(word))), rows = ROWS.filter((row2) => row2.part.every((word) => own.has(word)) && lies(row2.within));
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
      let whole = textOf(tree), asked = kind && !words.includes("label") && !(kind === "grad" && words.includes("strong")), cell2 = words.includes("number"), text = !asked || this.key ? whole : cell2 ? "" : withoutNumbers(whole);
      if (!text) return [];
      let marked = asked && this.key && (cell2 ? whole !== "·" : hasNumbers(whole)), look = marked ? { ...attrs, "font-weight": 700 } : attrs, room = Number(tree.attrs["data-room"]);
      return [...marked ? [underline(look, text, room)] : [], written(look, text, room)];
    }
  }, kept = (attrs) => Object.fromEntries(Object.entries(attrs).filter(([name]) => KEPT.has(name))), font = (attrs) => [Number(attrs["font-size"] ?? 11), Number(attrs["font-weight"] ?? 400) >= 600];
  function written(attrs, text, room) {
    let limits = room ? { "data-room": twoPlaces(room), "data-least": LEAST } : {};
    return element("text", { ...attrs, ...limits, ...squeezed(text, ...font(attrs), room) }, [text]);
  }
  function underline({ x, y, fill, ...look }, text, room) {
    let natural = textWidth(text, ...font(look)), width = Math.min(0.84 * natural, room || natural), share = { middle: 0.5, end: 1 }[String(look["text-anchor"])] ?? 0, path = `M${twoPlaces(Number(x) - width * share)} ${twoPlaces(Number(y) + 2.5)}h${twoPlaces(width)}`;
    return element("path", { d: path, stroke: fill, "stroke-width": 1.2, fill: "none" });
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
    let inside = tree.children.map(serialize).join("");
    return inside ? `${head}>${inside}</${name}>` : `${head}/>`;
  }
  var MOST_ZOOM = 2.2, LEAST_ZOOMED = 60, papers = /* @__PURE__ */ new Map();
  function paperOf(palette, { blank = [], key = false }) {
    let name = JSON.stringify([palette, blank, key]), paper = papers.get(name) ?? new Paper(new Looks(palette), blank, key);
    return papers.set(name, paper), paper;
  }
  function frameText(subject, options) {
    let { window = null, theme = "light", ground = "theme" } = options, colours = subject.palette[theme], width = window ? window.width : options.width ?? 1600, below = footOf(subject, width, options), above = window ? { lines: [], height: 0 } : headOf(width, options), free = above.height + below.height, height = heightOf(subject, width, free, options), inside = paperOf(colours, options).all(subject.layers), picture = window ? cut(window, inside) : fitted(subject.geo, inside, { width, top: above.height, height: Math.max(LEAST_ZOOMED, height - free) }), texts = [...above.lines.map((line2) => drawLine(line2, line2.room ?? width, String(colours.ink))), ...below.lines.map((line2) => {
      let spot = { ...line2, y: line2.y + height - below.height };
      return drawLine(spot, width - 2 * EDGE, String(line2.bold ? colours.ink : colours.muted));
    })], fill = ground === "white" ? "#ffffff" : colours.background, paint = ground === "none" ? [] : [element("rect", { width, height, fill })], title = element("title", {}, [sentenceOf(subject, options)]);
    return serialize(file(width, height, [title, ...paint, picture, ...texts]));
  }
  function file(width, height, children) {
    let size2 = { width, height, viewBox: `0 0 ${width} ${height}` }, font2 = { "font-family": KIT.font, "font-variant-numeric": "tabular-nums" };
    return element("svg", { xmlns: "http://www.w3.org/2000/svg", ...size2, ...font2 }, children);
  }
  function heightOf({ playback }, width, free, { window = null, height = null }) {
    return window ? window.height + free : height ?? free + ownHeight(playback, width, width * 0.75 - free);
  }
  function ownHeight({ chosen }, width, most) {
    let wanted = (chosen?.pictures ?? [{ width: 400, height: 200 }]).map((geo) => geo.height * Math.min((width - 2 * EDGE) / geo.width, MOST_ZOOM));
    return Math.ceil(Math.min(most, Math.max(width * 0.2, ...wanted)));
  }
  function cut({ width, height, at }, inside) {
    let transform = `translate(${twoPlaces(at.x)} ${twoPlaces(at.y)}) scale(${at.k.toFixed(5)})`, size2 = { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" };
    return element("svg", size2, [element("g", { transform }, inside)]);
  }
  function fitted(geo, inside, { width, top, height }) {
    let k = Math.min((width - 2 * EDGE) / geo.width, height / geo.height, MOST_ZOOM), left = twoPlaces((width - geo.width * k) / 2), upper2 = twoPlaces(top + (height - geo.height * k) / 2);
    return element("g", { transform: `translate(${left} ${upper2}) scale(${k.toFixed(5)})` }, inside);
  }
  function fileName({ playback, name, title }) {
    let digits = String(playback.length).length, plain2 = (name || title || "").normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40), step = String(playback.cursor).padStart(Math.max(2, digits), "0");
    return `${plain2 || "graph"}_step${step}_${playback.state.phase || "other"}`;
  }
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", VALUES = new Uint8Array(128);
  [...LETTERS].forEach((letter, value) => VALUES[letter.charCodeAt(0)] = value);
  function fromBase64(text) {
    let length = text.indexOf("=") < 0 ? text.length : text.indexOf("="), bytes = new Uint8Array(Math.floor(length * 3 / 4)), bits = 0, held = 0, at = 0;
    for (let i = 0; i < length; i += 1) held = (held << 6 | VALUES[text.charCodeAt(i)]) & 65535, bits += 6, bits >= 8 && (bits -= 8, bytes[at] = held >> bits & 255, at += 1);
    return bytes;
  }
  var READERS = { float64: [8, (view, at) => view.getFloat64(at, true)], float32: [4, (view, at) => view.getFloat32(at, true)], float16: [2, (view, at) => half(view.getUint16(at, true))], bfloat16: [2, (view, at) => upper(view.getUint16(at, true))], int64: [8, (view, at) => Number(view.getBigInt64(at, true))], int32: [4, (view, at) => view.getInt32(at, true)], int16: [2, (view, at) => view.getInt16(at, true)], int8: [1, (view, at) => view.getInt8(at)], uint8: [1, (view, at) => view.getUint8(at)], bool: [1, (view, at) => view.getUint8(at)] };
  function half(word) {
    let sign = word & 32768 ? -1 : 1, exponent = word >> 10 & 31, fraction = word & 1023;
    return exponent === 31 ? fraction ? NaN : sign * (1 / 0) : sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
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
      let attrs = { class: name, x, y, "font-size": size2, "text-anchor": anchor }, bold = isBold(name ?? "", within), fitted2 = textWidth(text, size2, bold) > room ? squeezed(text, size2, bold, room) : {};
      return element("text", { ...attrs, "data-room": room, ...fitted2 }, text ? [text] : []);
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
      let inset = value < 0 ? INSET : 0, left = x + (col + inset) * wide, top = y + (row2 + inset) * high;
      paths.set(strength, (paths.get(strength) ?? "") + square(left, top, wide * (1 - 2 * inset), high * (1 - 2 * inset)));
    })), [...paths].map(([key, path]) => {
      let [sign, strength = LEVELS] = key.split(" ");
      return element("path", { class: `cell ${hue} ${sign}`, d: path, "fill-opacity": 0.12 + 0.16 * Number(strength) });
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
    let { x, y } = block, count = parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : "", text = parts.length ? added(parts, total ?? null) : say("awaits").replace("{m}", String(expected));
    return [element("circle", { class: "plus", cx: x + 8, cy: y + 8, r: 7 }), element("path", { class: "plus sign", d: `M${x + 4} ${y + 8}h8M${x + 8} ${y + 4}v8` }), line(block, "stat strong", `${text}${count}`, 21, block.w - 21)];
  }
  function added(parts, total) {
    let single = parts.every((part) => part === null || size(part) === 1);
    return parts.length > 3 || !single ? `${parts.length > 1 ? `${parts.length}× → ` : ""}${amount(total)}` : parts.length > 1 ? `${parts.map(amount).join(" + ")} = ${amount(total)}` : amount(parts[0]);
  }
  function amount(part) {
    return part === null ? "None" : size(part) === 1 ? short(numbers(part)?.[0] ?? part.norm) : `‖·‖ ${short(part.norm)}`;
  }
  function shelf(block, states, say) {
    let count = Math.min(MOST_BARS, block.count), word = block.small * 4.2, state = ["stale", "held", "freed"].find((one) => states.includes(one)) ?? "empty", books = Array.from({ length: count }, (_, i) => rect(`book ${state}`, { x: block.x + word + i * 8, y: block.y + (block.h - 12) / 2, w: 6, h: 11 }, { rx: 1 })), text = state === "empty" ? "" : say(`saved_${state}`), from = word + 4 + count * 8;
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
  function drawCard(box, still, blocks, { state, tab, say }) {
    let attrs = { class: classes("card", box.kind, state), transform: `translate(${box.x} ${box.y})`, role: "button", tabindex: tab ? 0 : -1, "data-id": box.id, "data-key": keysOf(box)[0], "aria-label": spoken(box, say) }, changing = box.blocks?.length ? [element("g", { class: "blocks" }, blocks)] : [];
    return keyed(box.id, "g", attrs, [...still, ...changing]);
  }
  function spoken(box, say) {
    return [box.title, box.subtitle, box.text, ...box.details, box.openable && say("openable")].filter(Boolean).join(", ") || say("stub");
  }
  function drawOpenModule({ path, title, x, y, w, h }, { fresh, shut, say }) {
    let spot = { x: x + 10, y: y + 16, size: 12, room: w - 44 }, sign = shut ? [opener(x + w - 16, y + 13, "−", `${say("close")} ${title}`)] : [];
    return keyed(path, "g", { class: classes("frame", fresh && "fresh"), "data-path": path }, [element("rect", { x, y, width: w, height: h, rx: 12 }), writeTitle(void 0, title, spot), ...sign]);
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
    let norm = real(tensor2?.norm ?? 0);
    return Number.isFinite(norm) ? norm === 0 ? 1 : Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm))) : 6;
  }
  var noMarks = () => ({ selected: null, tab: null, lit: /* @__PURE__ */ new Set(), litLinks: /* @__PURE__ */ new Set(), hits: null, opened: null }), Picture = class {
    constructor(say) {
      this.say = say, this.forget();
    }
    forget() {
      this.cards = /* @__PURE__ */ new Map(), this.links = /* @__PURE__ */ new Map();
    }
    draw({ geo, moment, marks = noMarks(), boxes = keysOf2(geo.boxes), links = keysOf2(geo.links), still = false }) {
      geo !== this.geo && this.forget(), this.geo = geo;
      let look = { moment, marks, still }, modules = geo.frames.map((module) => drawOpenModule(module, { fresh: marks.opened === module.path, shut: !geo.fixed, say: this.say }));
      return [element("g", { class: "frames" }, modules), element("g", { class: "links" }, this.all(this.links, links, (number) => this.link(number, look))), element("g", { class: "cards" }, this.all(this.cards, boxes, (id) => this.card(id, look)))];
    }
    all(known2, wanted, draw) {
      let keys = new Set(wanted);
      for (let key of known2.keys()) keys.has(key) || known2.delete(key);
      return Array.from(keys, (key) => {
        let thing = draw(key);
        return known2.set(key, thing), thing.tree;
      });
    }
    link(number, { moment, marks }) {
      let link = this.geo.links[number], sent = moment?.sent(link) ?? [], state = classes(marks.litLinks.has(number) && "lit", moment?.now.links.has(number) && "now"), inputs = [state, ...sent], known2 = this.links.get(number);
      return known2 && equal(known2.inputs, inputs) ? known2 : { inputs, tree: drawLink(link, number, sent, state) };
    }
    card(id, { moment, marks, still }) {
      let box = this.geo.boxes[id], known2 = this.cards.get(id), blocks = moment ? (box.blocks ?? []).map((_, i) => this.block(box, i, { moment, still, known: known2?.blocks[i] })) : [], state = lit(id, marks, moment), tab = marks.tab === id, trees = blocks.map(({ tree }) => tree), inputs = [state, tab, ...trees];
      if (known2 && equal(known2.inputs, inputs)) return known2;
      let unchanging = known2?.still ?? drawStill(box);
      return { inputs, blocks, still: unchanging, tree: drawCard(box, unchanging, trees, { state, tab, say: this.say }) };
    }
    block(box, number, { moment, still, known: known2 }) {
      let block = box.blocks[number], contents = moment.contents(box, block);
      if (known2 && equal(known2.contents, contents)) return known2;
      let version = (known2?.version ?? 0) + 1, attrs = { class: classes("block", known2 && !still && "fresh"), "data-role": block.role, "data-node": block.node, "data-name": block.name || null }, tree = keyed(`${number} ${version}`, "g", attrs, drawBlock(box, block, contents, this.say));
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
  var sheet2 = null;
  function openRecording(text) {
    let { play, patch } = JSON.parse(text), say = (name) => patch.texts[name] ?? name;
    return sheet2 = new Sheet(new Playback(play), { ...patch, say }), sheet2.playback.length;
  }
  function drawFrame(cursor, options) {
    if (!sheet2) throw new Error("no recording is open (call openRecording first)");
    return sheet2.playback.seek(cursor), JSON.stringify({ name: sheet2.name(), svg: sheet2.text(JSON.parse(options)) });
  }
  return __toCommonJS(main_exports);
})();
