var graphtrace = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: !0 });
  }, __copyProps = (to, from, except, desc) => {
    if (from && typeof from == "object" || typeof from == "function")
      for (let key of __getOwnPropNames(from))
        !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: !0 }), mod);

  // graphtrace/viewer/src/main.js
  var main_exports = {};
  __export(main_exports, {
    Field: () => Field,
    View: () => View,
    mount: () => mount,
    open: () => open,
    show: () => show,
    unpacked: () => unpacked
  });

  // graphtrace/viewer/src/dense.js
  function unpacked(geo) {
    if (!geo.dense) return geo;
    let pack = new Pack(geo.dense), boxes = [], links = [], { spots, ends } = geo.dense;
    for (let id = 0; 4 * id < spots.length; id += 1) boxes.push(new PackedBox(pack, id));
    for (let i = 0; 4 * i < ends.length; i += 1) links.push(pack.link(i));
    return { ...geo, boxes, links, dense: null };
  }
  var PackedBox = class {
    constructor(pack, id) {
      let [card, x, y, twin2] = pack.sent.spots.slice(4 * id, 4 * id + 4);
      Object.assign(this, { id, x, y, twin: twin2 < 0 ? null : twin2 }), this.card = pack.sent.cards[card], this.pack = pack;
    }
    get ids() {
      let found = this.pack.sent.boxNodes[this.id];
      return Array.isArray(found) ? found : [found];
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
  };
  for (let name of ["kind", "title", "subtitle", "text", "group", "openable", "path", "w", "h", "lines", "details"])
    Object.defineProperty(PackedBox.prototype, name, {
      get() {
        return this.card[name];
      }
    });
  var Pack = class {
    constructor(sent) {
      this.sent = sent;
    }
    link(i) {
      let { ends, labels, points } = this.sent, found = Float32Array.from(points[i]);
      for (let p = 2; p < found.length; p += 1) found[p] += found[p - 2];
      return {
        s: ends[4 * i],
        t: ends[4 * i + 1],
        count: ends[4 * i + 2],
        label: labels[ends[4 * i + 3]],
        points: found
      };
    }
    node(id) {
      let { nodeRows, types, metas, kept: kept2, nones, params } = this.sent, [key, kind, shown, shelf2, none2, name = null] = nodeRows[id], [type, sort, module, slots] = types[kind], [out, into] = this.ends(id);
      return {
        id,
        key,
        type,
        kind: sort,
        module,
        name,
        param: params[id] ?? null,
        metas: metas[shown],
        slots,
        none: nones[none2],
        saved: shelf2.map(([place, alias, version]) => ({ ...kept2[place], alias, version })),
        out: out.slice(0, 80),
        out_more: Math.max(0, out.length - 80),
        in: into.slice(0, 80),
        in_more: Math.max(0, into.length - 80)
      };
    }
    // The edges of one node, with their far ends: one sweep over all edges, when a node is looked at.
    ends(id) {
      let { edgeRows, nodeRows, types } = this.sent, out = [], into = [], end = (far, at) => ({
        node: far,
        key: nodeRows[far][0],
        type: types[nodeRows[far][1]][0],
        slot: edgeRows[at + 1],
        input_nr: edgeRows[at + 3]
      });
      for (let at = 0; at < edgeRows.length; at += 4)
        edgeRows[at] === id && out.push(end(edgeRows[at + 2], at)), edgeRows[at + 2] === id && into.push(end(edgeRows[at], at));
      return [out, into];
    }
  };

  // graphtrace/viewer/src/dom.js
  var SVG = "http://www.w3.org/2000/svg", svg = (tag, attrs = {}, ...kids) => fill(document.createElementNS(SVG, tag), attrs, kids), el = (tag, attrs = {}, ...kids) => fill(document.createElement(tag), attrs, kids);
  function fill(node, attrs, kids) {
    for (let [name, value] of Object.entries(attrs))
      name === "text" ? node.textContent = value : value != null && node.setAttribute(name, value);
    return node.append(...kids.filter((kid) => kid != null)), node;
  }
  var clamp = (value, low, high) => Math.min(high, Math.max(low, value)), still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  function bytes(count2) {
    let units = ["B", "KiB", "MiB", "GiB"], value = count2, unit = 0;
    for (; value >= 1024 && unit < 3; )
      value /= 1024, unit += 1;
    return `${unit ? value.toPrecision(3) : value} ${units[unit]}`;
  }

  // graphtrace/viewer/src/field.js
  var A_CELL = 6, MOST_BUCKETS = 6e4, SPREAD = 400, Field = class {
    // `rects` holds four numbers a thing: left, top, right, bottom.
    constructor(rects, width, height) {
      this.rects = rects, this.count = rects.length / 4;
      let cells2 = clamp(this.count / A_CELL, 1, MOST_BUCKETS);
      this.side = Math.max(1, Math.sqrt(Math.max(1, width) * Math.max(1, height) / cells2)), this.cols = Math.max(1, Math.ceil(width / this.side)), this.rows = Math.max(1, Math.ceil(height / this.side)), this.seen = new Uint32Array(this.count), this.stamp = 0, this.sort();
    }
    sort() {
      let starts = new Uint32Array(this.cols * this.rows + 1);
      this.wide = [];
      for (let i = 0; i < this.count; i += 1)
        this.each(i, (cell2) => {
          starts[cell2 + 1] += 1;
        }) || this.wide.push(i);
      for (let cell2 = 1; cell2 < starts.length; cell2 += 1) starts[cell2] += starts[cell2 - 1];
      this.starts = starts, this.things = new Uint32Array(starts.at(-1));
      let next = starts.slice();
      for (let i = 0; i < this.count; i += 1)
        this.each(i, (cell2) => {
          this.things[next[cell2]] = i, next[cell2] += 1;
        });
    }
    // Calls `run` with every cell of a thing; returns whether it is not a wide one.
    each(i, run) {
      let [left, top, right, bottom] = this.cells(
        this.rects[4 * i],
        this.rects[4 * i + 1],
        this.rects[4 * i + 2],
        this.rects[4 * i + 3]
      );
      if ((right - left + 1) * (bottom - top + 1) > SPREAD) return !1;
      for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) run(y * this.cols + x);
      return !0;
    }
    cells(left, top, right, bottom) {
      let col = (x) => clamp(Math.floor(x / this.side), 0, this.cols - 1), row2 = (y) => clamp(Math.floor(y / this.side), 0, this.rows - 1);
      return [col(left), row2(top), col(right), row2(bottom)];
    }
    // The things that touch a rectangle, each once.
    within(left, top, right, bottom) {
      let found = [], [c0, r0, c1, r1] = this.cells(left, top, right, bottom), { rects, seen, starts, things } = this;
      this.stamp += 1;
      let take = (i) => {
        seen[i] !== this.stamp && (seen[i] = this.stamp, rects[4 * i] <= right && rects[4 * i + 2] >= left && rects[4 * i + 1] <= bottom && rects[4 * i + 3] >= top && found.push(i));
      };
      for (let row2 = r0; row2 <= r1; row2 += 1)
        for (let at = starts[row2 * this.cols + c0], end = starts[row2 * this.cols + c1 + 1]; at < end; at += 1)
          take(things[at]);
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
      let left = 1 / 0, top = 1 / 0, right = -1 / 0, bottom = -1 / 0;
      for (let p = 0; p < points.length; p += 2)
        left = Math.min(left, points[p]), right = Math.max(right, points[p]), top = Math.min(top, points[p + 1]), bottom = Math.max(bottom, points[p + 1]);
      rects.set([left, top, right, bottom], 4 * i);
    }), rects;
  }

  // graphtrace/viewer/src/pair.js
  var Pair = class {
    constructor(root, views) {
      this.root = root, this.views = views, this.lead = 0, this.heads = views.map(headed);
    }
    // What each branch plays, and per cursor of each: where the other meets it, and whether it does the same there.
    take({ id, own, sides, meetings }, show2) {
      this.meetings = meetings, this.views.forEach((view, i) => {
        let { name, does, told } = this.heads[i];
        view.emit = (what, value) => ({ cursor: () => this.moved(i), view: () => this.turned(i, value) })[what]?.(), show2(view, sides[i]), view.stage.present = () => this.present(), view.stage.play = () => {
          this.views[1 - i].stage.pause(), Object.getPrototypeOf(view.stage).play.call(view.stage);
        };
        for (let [part, text] of [
          [name, sides[i].name],
          [does, sides[i].does],
          [told, sides[i].told]
        ])
          part.textContent = text;
        does.title = sides[i].does, view.root.setAttribute("aria-label", `${sides[i].name} · ${sides[i].does}`);
      }), this.id !== id && (this.lead = meetings[own][this.cursors[own]][1] ? 0 : own), this.id = id, this.say();
    }
    get cursors() {
      return this.views.map(({ stage }) => stage.cursor);
    }
    // One has moved: the other goes to where the same has happened.
    moved(i) {
      if (this.led) return;
      let other = this.views[1 - i].stage;
      this.lead = i, this.led = !0, other.pause(), other.seek(this.meetings[i][this.cursors[i]][0]), this.led = !1, this.align(), this.say(), this.rest();
    }
    // One is drawn in another view: so is the other.
    turned(i, view) {
      if (this.led) return;
      let other = this.views[1 - i].stage;
      this.led = !0, other.choose(view), other.transport.build(), this.led = !1;
    }
    // Pictures of one size lie alike: the eye finds the same card at the same place.
    align() {
      let lead = this.views[this.lead], other = this.views[1 - this.lead];
      !lead.at || lead.geo.width !== other.geo.width || lead.geo.height !== other.geo.height || (other.fitted = lead.fitted, other.move(lead.at));
    }
    // Who has no such event stays, and says so.
    say() {
      let [, both] = this.meetings[this.lead][this.cursors[this.lead]];
      this.views.forEach((view, i) => {
        let stays = !both && i !== this.lead;
        view.keyboard = i === this.lead, view.root.classList.toggle("behind", stays), this.heads[i].stays.textContent = stays ? view.t("stays") : "";
      });
    }
    // A run of steps is one message to the host.
    rest() {
      clearTimeout(this.waiting);
      let send = () => {
        this.views.some(({ stage }) => stage.timer) ? this.waiting = setTimeout(send, 400) : this.tell?.(this.cursors);
      };
      this.waiting = setTimeout(send, 400);
    }
    present() {
      let on = this.root.classList.toggle("present");
      for (let view of this.views)
        view.root.classList.toggle("present", on), view.stage.transport.refresh(), view.hidePanel();
      requestAnimationFrame(() => {
        for (let view of this.views)
          view.fit(), view.stage.follow();
        this.align();
      });
    }
    destroy() {
      clearTimeout(this.waiting);
      for (let view of this.views) view.destroy();
    }
  };
  function headed(view) {
    let parts = { name: el("b"), does: el("strong"), told: el("span") }, stays = el("p", { class: "stays", role: "status" });
    return view.root.prepend(el("header", { class: "branch" }, ...Object.values(parts))), view.canvas.append(stays), view.root.classList.add("beside"), view.root.setAttribute("role", "group"), { ...parts, stays };
  }

  // graphtrace/viewer/src/player.js
  var Histories = class {
    constructor() {
      this.cursors = /* @__PURE__ */ new Map(), this.values = /* @__PURE__ */ new Map();
    }
    put(key, cursor, value) {
      this.cursors.has(key) || (this.cursors.set(key, []), this.values.set(key, [])), this.cursors.get(key).push(cursor), this.values.get(key).push(value);
    }
    last(key) {
      return this.values.get(key)?.at(-1);
    }
    // undefined: nothing noted by then. A tensor that was None is null.
    at(key, cursor) {
      let cursors = this.cursors.get(key);
      if (!cursors) return;
      let low = 0, high = cursors.length;
      for (; low < high; ) {
        let middle = low + high >> 1;
        cursors[middle] <= cursor ? low = middle + 1 : high = middle;
      }
      return low ? this.values.get(key)[low - 1] : void 0;
    }
    first(key) {
      return this.values.get(key)?.[0];
    }
  }, NONE = { value: null, layers: [], zero: !1 }, Player = class {
    constructor(tape) {
      this.tape = tape, this.length = tape.events.length, this.passes = tape.graphs.map(() => ({
        nodes: new Histories(),
        edges: new Histories(),
        incoming: new Histories(),
        parts: new Histories(),
        saved: new Histories(),
        missing: /* @__PURE__ */ new Map()
      })), this.grads = new Histories(), this.params = new Histories(), this.values = new Histories(), this.outputs = new Histories(), this.errors = new Histories(), this.graphs = new Histories(), this.shown = [0], this.makers = /* @__PURE__ */ new Map(), tape.graphs.forEach((graph, number) => {
        for (let op of Object.values(graph.ops)) this.makers.has(op) || this.makers.set(op, number);
      }), tape.events.forEach((event, i) => this.read(i + 1, event)), this.phases = runs(this.stretches());
    }
    // An update by hand computes with forward ops that are in no graph: on the timeline they belong to the step.
    stretches() {
      let found = [...this.tape.phases];
      for (let i = found.length - 2; i >= 0; i -= 1)
        found[i] === "forward" && found[i + 1] === "step" && !this.makers.has(this.tape.events[i].o) && (found[i] = "step");
      return found;
    }
    // What a formula's letter stands for, once its call has run: a leaf as it was then.
    operand([op, name], cursor) {
      this.calls ??= new Map(
        this.tape.events.flatMap((event, i) => event.k === "forward_op" ? [[event.o, i + 1]] : [])
      );
      let ran = this.calls.get(op);
      if (!(ran === void 0 || ran > cursor))
        return name.startsWith("leaf:") ? this.values.at(name.slice(5), ran) ?? this.values.first(name.slice(5)) : this.value(this.tape.events[ran - 1], name);
    }
    // Where a node is entered: the next time after the cursor, else the first.
    entry(shown, node, cursor) {
      let all = this.tape.events.flatMap(
        (event, i) => event.k === "node_in" && event.g === shown && event.n === node ? [i + 1] : []
      );
      return all.find((at) => at > cursor) ?? all[0];
    }
    tensor(place) {
      return place == null ? null : this.tape.tensors[place];
    }
    value(event, name) {
      return this.tensor(event.v?.find(([key]) => key === name)?.[1]);
    }
    read(cursor, event) {
      this.shown.push(event.g ?? this.makers.get(event.o) ?? this.shown.at(-1)), {
        forward_op: this.forward,
        backward_begin: this.begin,
        node_in: this.enter,
        node_out: this.leave,
        edge_add: this.deliver,
        accumulate: this.accumulate,
        grad_zero: this.zero,
        grad_edit: this.edit,
        param_update: this.update,
        backward_end: this.end,
        error: this.fail
      }[event.k]?.call(this, cursor, event, this.passes[event.g], this.tape.graphs[event.g]);
    }
    forward(cursor, event) {
      this.outputs.put(
        event.o,
        cursor,
        (event.v ?? []).filter(([name]) => name.startsWith("out:")).map(([, place]) => this.tensor(place))
      );
      for (let [fact, name] of Object.entries(event.f ?? {}))
        fact.startsWith("leaf:") && this.values.put(name, cursor, this.value(event, `in:${fact.slice(5)}`));
    }
    begin(cursor, event, pass, graph) {
      this.graphs.put("", cursor, event.g), pass.missing = /* @__PURE__ */ new Map();
      for (let [, , target] of graph.edges) pass.missing.set(target, (pass.missing.get(target) ?? 0) + 1);
      let stale = new Set(
        Object.keys(event.f ?? {}).filter((name) => name.startsWith("stale:")).map((name) => Number.parseInt(name.slice(6), 10))
      );
      for (let node = 0; node < graph.nodes; node += 1)
        pass.nodes.put(node, cursor, pass.missing.get(node) ? "waiting" : "ready"), graph.saved[node] && pass.saved.put(node, cursor, stale.has(node) ? "stale" : graph.saved[node]);
    }
    enter(cursor, event, pass) {
      pass.nodes.put(event.n, cursor, "running");
      for (let [name, place] of event.v ?? [])
        name.startsWith("in:") && pass.incoming.put(`${event.n}:${name.slice(3)}`, cursor, this.tensor(place));
    }
    leave(cursor, event, pass) {
      pass.nodes.put(event.n, cursor, "done"), event.f?.freed && pass.saved.put(event.n, cursor, "freed");
    }
    deliver(cursor, event, pass, graph) {
      let [, , target, nr] = graph.edges[event.e], place = `${target}:${nr}`, added2 = this.value(event, "added");
      pass.edges.put(event.e, cursor, added2), pass.incoming.put(place, cursor, this.value(event, "sum") ?? added2), pass.parts.put(place, cursor, [...pass.parts.last(place) ?? [], added2]), pass.missing.set(target, pass.missing.get(target) - 1), pass.missing.get(target) || pass.nodes.put(target, cursor, "ready");
    }
    accumulate(cursor, event) {
      let before = this.value(event, "before"), added2 = this.value(event, "added"), old = this.grads.last(event.p ?? "") ?? NONE;
      !old.layers.length && before && !old.zero && (old = { value: before, layers: [before], zero: !1 }), this.grads.put(event.p ?? "", cursor, {
        value: this.value(event, "after"),
        layers: added2 ? [...old.layers, added2] : old.layers,
        zero: !1
      });
    }
    zero(cursor, event) {
      let after = this.value(event, "after");
      this.grads.put(event.p ?? "", cursor, { value: after, layers: [], zero: after !== null });
    }
    edit(cursor, event) {
      this.grads.put(event.p ?? "", cursor, {
        value: this.value(event, "after"),
        layers: (this.grads.last(event.p ?? "") ?? NONE).layers,
        zero: !1
      });
    }
    update(cursor, event) {
      let name = event.p ?? "", before = this.value(event, "before"), after = this.value(event, "after");
      this.params.put(name, cursor, { before, after, event }), this.values.first(name) || this.values.put(name, 0, before), this.values.put(name, cursor, after);
    }
    end(cursor, event, pass) {
      for (let [node] of pass.nodes.cursors)
        ["waiting", "ready"].includes(pass.nodes.last(node)) && pass.nodes.put(node, cursor, "not run");
    }
    fail(cursor, event) {
      this.errors.put("", cursor, String(event.f?.message ?? ""));
    }
    // Everything at a cursor, looked up when asked for.
    at(cursor) {
      let shown = this.shown[cursor], pass = this.passes[shown], event = cursor ? this.tape.events[cursor - 1] : null;
      return {
        cursor,
        event,
        shown,
        graph: this.graphs.at("", cursor) ?? null,
        phase: event ? this.tape.phases[cursor - 1] : "start",
        step: event?.s ?? 0,
        node: (id) => pass?.nodes.at(id, cursor),
        edge: (number) => pass?.edges.at(number, cursor),
        incoming: (node, nr) => pass?.incoming.at(`${node}:${nr}`, cursor),
        parts: (node, nr) => pass?.parts.at(`${node}:${nr}`, cursor) ?? [],
        saved: (node) => pass?.saved.at(node, cursor),
        grad: (name) => this.grads.at(name, cursor) ?? null,
        param: (name) => this.params.at(name, cursor) ?? null,
        output: (op) => this.outputs.at(op, cursor),
        error: this.errors.at("", cursor) ?? null
      };
    }
    // A leaf's numbers: after its latest update; before the first one, as they were when it was first used.
    leaf(name, cursor) {
      return this.values.at(name, cursor) ?? this.values.first(name) ?? null;
    }
    // Where we are: how many of the phase's own events, e.g. nodes of a backward pass, have happened.
    position(cursor) {
      let run = this.phases.find(({ from, to }) => from < cursor && cursor <= to);
      if (!run) return { phase: "start", n: 0, of: 0 };
      let counted = COUNTED[run.phase], events = this.tape.events.slice(run.from, run.to), hits = (list) => list.filter(({ k }) => counted.includes(k)).length;
      return { phase: run.phase, n: hits(events.slice(0, cursor - run.from)), of: hits(events) };
    }
  }, COUNTED = {
    forward: ["forward_op"],
    backward: ["node_in"],
    zero: ["grad_zero"],
    edit: ["grad_edit"],
    step: ["param_update"],
    error: ["error"]
  };
  function runs(phases) {
    let found = [];
    return phases.forEach((phase, i) => {
      found.length && found.at(-1).phase === phase ? found.at(-1).to = i + 1 : found.push({ phase, from: i, to: i + 1 });
    }), found;
  }

  // graphtrace/viewer/src/draw/moment.js
  var KINDS = { forward: "forward", backward: "backward", error: "backward" }, TONES = { forward: "forward", backward: "gradient", error: "gradient" }, MOST_OUTPUTS = 8, Index = class {
    /** @param {Geometry} geo */
    constructor(geo) {
      this.nodes = /* @__PURE__ */ new Map(), this.leaves = /* @__PURE__ */ new Map(), this.edges = /* @__PURE__ */ new Map();
      for (let box of geo.boxes) {
        for (let node of box.ids ?? []) add(this.nodes, node, box);
        for (let { name } of box.blocks ?? []) name && add(this.leaves, name, box);
      }
      geo.links.forEach((link, number) => (link.edges ?? []).forEach((edge) => add(this.edges, edge, number)));
    }
  };
  function add(map, key, value) {
    let values = map.get(key);
    values ? values.push(value) : map.set(key, [value]);
  }
  var Moment = class {
    /**
     * @param {import("./playback.js").Playback} playback Where it is now.
     * @param {Geometry} geo Of the pass shown there.
     * @param {Index} index Of that geometry.
     */
    constructor(playback, geo, index) {
      let { tape, player, state, cursor } = playback;
      Object.assign(this, { playback, geo, index, tape, player, state, cursor }), this.graph = tape.graphs[state.shown], this.now = this.running();
    }
    // ---- on cards ----------------------------------------------------------------------------
    /**
     * What a block shows, as values that stay the same objects until they change.
     *
     * @param {Box} box
     * @param {Block} block
     * @returns {any[]}
     */
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
        case "shelf":
          return (box.ids ?? []).map((id) => this.savedOf(id));
        default:
          return role === "more" ? [] : [state.grad(name)];
      }
    }
    /** The numbers of a leaf. @param {string} name @returns {Tensor | undefined} */
    leaf(name) {
      return this.player.leaf(name, this.cursor) ?? void 0;
    }
    /** What a node gave, once its operation has run. @param {number} node @returns {Tensor | undefined} */
    valueOf(node) {
      let op = this.graph.values[node];
      return op === void 0 ? void 0 : this.state.output(op)?.[0];
    }
    /** Of an operation with several outputs, the first that a gradient has reached. @param {number} node @returns {number} */
    inputOf(node) {
      for (let number = 0; number < MOST_OUTPUTS; number += 1) if (this.state.incoming(node, number)) return number;
      return 0;
    }
    /** Whether what a node saved is held: since its operation ran; from then on as the pass says. @param {number} node @returns {string | undefined} */
    savedOf(node) {
      let known2 = this.state.saved(node);
      return known2 || !this.graph.saved[node] ? known2 : this.state.output(this.graph.ops[node]) ? "held" : void 0;
    }
    /** The gradients that have come to a node; nothing before the first. @param {number} node */
    parts(node) {
      let parts = this.state.parts(node, 0);
      return parts.length ? parts : null;
    }
    /** How many gradients a node waits for. @param {number} node @returns {number} */
    expected(node) {
      return this.playback.fanIn(this.state.shown).get(node) ?? 0;
    }
    /** How far the story has come at a box, as a colour of the palette. @param {Box} box */
    hue(box) {
      let { state, graph } = this, [node] = box.ids ?? [];
      if (node === void 0 || box.kind === "stub") return "constant";
      if (box.ids?.some((id) => ["done", "running"].includes(state.node(id)))) return "gradient";
      if (box.kind === "leaf") return "leaf";
      let op = graph.ops[node];
      return op === void 0 || state.output(op) ? "forward" : "waiting";
    }
    // ---- on lines ----------------------------------------------------------------------------
    /** What has been sent along a link. @param {Link} link @returns {(Tensor | null)[]} */
    sent(link) {
      return (link.edges ?? []).map((edge) => this.state.edge(edge)).filter((tensor3) => tensor3 !== void 0);
    }
    // ---- what the event is about -------------------------------------------------------------
    /** Which boxes the event is about, which links, and how they look. */
    running() {
      let { event, phase } = this.state, kind = KINDS[phase] ?? "leafy", tone = TONES[phase] ?? "leaf", boxes = event && this.graph ? this.boxesOf(event) : [], links = (event && this.graph && event.e !== void 0 ? [event.e] : []).flatMap((edge) => this.index.edges.get(edge) ?? []);
      return { boxes, ids: new Set(boxes.map(({ id }) => id)), links: new Set(links), kind, tone };
    }
    /** @param {any} event @returns {Box[]} */
    boxesOf(event) {
      let { nodes, leaves } = this.index;
      return event.e !== void 0 ? nodes.get(this.graph.edges[event.e][0]) ?? [] : event.o !== void 0 ? this.boxesOfOp(event.o) : event.n !== void 0 ? nodes.get(event.n) ?? [] : event.p !== void 0 ? leaves.get(event.p) ?? [] : event.k === "backward_begin" ? nodes.get(this.geo.roots[0]) ?? [] : [];
    }
    /** @param {number} op @returns {Box[]} */
    boxesOfOp(op) {
      let found = this.playback.nodesOf(this.state.shown, op).flatMap((node) => this.index.nodes.get(node) ?? []);
      return [...new Set(found)];
    }
  };

  // graphtrace/viewer/src/draw/playback.js
  var EMPTY = { view: "", width: 400, height: 200, notes: [], roots: [], boxes: [], links: [], frames: [] }, Playback = class {
    /**
     * @param {{ tape: any, views: RecordedView[] }} play As graphtrace/viewer/play.py writes it.
     * @param {number} [start] How many events have happened.
     */
    constructor({ tape, views }, start = 0) {
      this.tape = tape, this.views = views, this.chosen = views[0], this.player = new Player(tape), this.indices = /* @__PURE__ */ new WeakMap(), this.known = /* @__PURE__ */ new Map(), this.seek(start);
    }
    get length() {
      return this.player.length;
    }
    /** Go to the state after so many events, as near as there are any. @param {number} cursor */
    seek(cursor) {
      this.cursor = Math.min(Math.max(0, Math.round(cursor)), this.length), this.state = this.player.at(this.cursor);
    }
    /** Show another view, where there is one of that name. @param {string} name */
    choose(name) {
      this.chosen = this.views.find((view) => view.name === name) ?? this.chosen;
    }
    /** The sentence about what has just happened. @param {string} language @param {Say} say @returns {string} */
    sentence(language, say) {
      let sentences = this.sentences(language);
      return this.cursor ? sentences[this.cursor - 1] : say(this.length ? "at_start" : "nothing_happened");
    }
    /** @param {string} language @returns {string[]} */
    sentences(language) {
      return this.tape.says[language] ?? Object.values(this.tape.says)[0] ?? [];
    }
    /** The picture of the pass shown: its number, that of its details, and where everything is. */
    picture() {
      let place = this.chosen?.of[this.state.shown];
      if (!this.chosen || !place) return { number: -1, detail: -1, geo: EMPTY };
      let [number, detail] = place, geo = this.chosen.pictures[number];
      return { number, detail, geo: this.once(`geo ${this.chosen.name} ${number}`, () => this.warned(geo)) };
    }
    /** @param {Geometry} geo @returns {Geometry} */
    warned(geo) {
      return { ...geo, notes: [...geo.notes, ...this.tape.warnings] };
    }
    /** What a picture shows now. @param {Geometry} geo That of the pass shown. @returns {Moment} */
    moment(geo) {
      return new Moment(this, geo, this.indexOf(geo));
    }
    /** @param {Geometry} geo @returns {Index} */
    indexOf(geo) {
      let known2 = this.indices.get(geo) ?? new Index(geo);
      return this.indices.set(geo, known2), known2;
    }
    // ---- of a graph, whatever the cursor -----------------------------------------------------
    /** How many edges lead to each node of a graph. @param {number} graph @returns {Map<number, number>} */
    fanIn(graph) {
      return this.once(`fan ${graph}`, () => {
        let counts = /* @__PURE__ */ new Map();
        for (let [, , target, number] of this.tape.graphs[graph].edges)
          number || counts.set(target, (counts.get(target) ?? 0) + 1);
        return counts;
      });
    }
    /** The nodes of an operation: those that have its value, else all of it. @param {number} graph @param {number} op @returns {number[]} */
    nodesOf(graph, op) {
      let { values, ops } = this.tape.graphs[graph] ?? { values: {}, ops: {} };
      return this.once(`values ${graph}`, () => inverted(values)).get(op) ?? this.once(`ops ${graph}`, () => inverted(ops)).get(op) ?? [];
    }
    /** @template T @param {string} key @param {() => T} make @returns {T} */
    once(key, make) {
      return this.known.has(key) || this.known.set(key, make()), this.known.get(key);
    }
  };
  function inverted(map) {
    let found = /* @__PURE__ */ new Map();
    for (let [node, op] of Object.entries(map)) found.set(op, [...found.get(op) ?? [], Number(node)]);
    return found;
  }

  // graphtrace/viewer/src/base64.js
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", VALUES = new Uint8Array(128);
  [...LETTERS].forEach((letter, value) => VALUES[letter.charCodeAt(0)] = value);
  function fromBase64(text) {
    let length = text.indexOf("=") < 0 ? text.length : text.indexOf("="), bytes2 = new Uint8Array(Math.floor(length * 3 / 4)), bits = 0, held = 0, at = 0;
    for (let i = 0; i < length; i += 1)
      held = (held << 6 | VALUES[text.charCodeAt(i)]) & 65535, bits += 6, bits >= 8 && (bits -= 8, bytes2[at] = held >> bits & 255, at += 1);
    return bytes2;
  }

  // graphtrace/viewer/src/tensors.js
  var READERS = {
    float64: [8, (view, at) => view.getFloat64(at, !0)],
    float32: [4, (view, at) => view.getFloat32(at, !0)],
    float16: [2, (view, at) => half(view.getUint16(at, !0))],
    bfloat16: [2, (view, at) => upper(view.getUint16(at, !0))],
    int64: [8, (view, at) => Number(view.getBigInt64(at, !0))],
    int32: [4, (view, at) => view.getInt32(at, !0)],
    int16: [2, (view, at) => view.getInt16(at, !0)],
    int8: [1, (view, at) => view.getInt8(at)],
    uint8: [1, (view, at) => view.getUint8(at)],
    bool: [1, (view, at) => view.getUint8(at)]
  };
  function half(word) {
    let sign = word & 32768 ? -1 : 1, exponent = word >> 10 & 31, fraction = word & 1023;
    return exponent === 31 ? fraction ? NaN : sign * (1 / 0) : sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  }
  function upper(word) {
    let view = new DataView(new ArrayBuffer(4));
    return view.setUint32(0, word * 65536), view.getFloat32(0);
  }
  function numbers(tensor3) {
    if (tensor3.flat !== void 0) return tensor3.flat;
    let reader = READERS[tensor3.dtype];
    if (!reader || tensor3.data === void 0) return tensor3.flat = null;
    let raw = fromBase64(tensor3.data), view = new DataView(raw.buffer), [size2, read] = reader;
    return tensor3.flat = Array.from({ length: Math.floor(raw.length / size2) }, (_, i) => read(view, i * size2));
  }
  var real = (value) => typeof value == "string" ? { nan: NaN, inf: 1 / 0, "-inf": -1 / 0 }[value] : value, size = (tensor3) => tensor3.shape.reduce((product, length) => product * length, 1), shapeText = (tensor3) => tensor3.shape.join("×") || "scalar";
  function short(value) {
    let x = real(value);
    if (x == null) return "–";
    if (Number.isNaN(x)) return "nan";
    if (!Number.isFinite(x)) return x > 0 ? "inf" : "−inf";
    if (x === 0) return "0";
    let [mantissa, power] = x.toExponential(3).split("e"), exponent = Number(power), trim = (text2) => text2.includes(".") ? text2.replace(/\.?0+$/, "") : text2;
    return (exponent < -4 || exponent >= 4 ? `${trim(mantissa)}e${exponent}` : trim((+`${mantissa}e${power}`).toFixed(Math.max(0, 3 - exponent)))).replaceAll("-", "−");
  }
  function brief(tensor3) {
    let flat = numbers(tensor3);
    return flat && flat.length === 1 && size(tensor3) === 1 ? short(flat[0]) : `‖·‖ ${short(tensor3.norm)}`;
  }
  var MOST_COLS = 32, MOST_ROWS = 16;
  function grid(tensor3) {
    let flat = numbers(tensor3);
    if (!flat?.length) return null;
    let shape = (tensor3.sample ?? tensor3.shape).filter((length, i, all) => length !== 1 || i >= all.length - 2), [rows, cols] = shape.length === 2 && shape[0] > 1 && shape[1] > 1 ? shape : [1, flat.length];
    rows === 1 && (cols = Math.min(flat.length, Math.ceil(Math.sqrt(flat.length * 2.1))), rows = Math.ceil(flat.length / cols));
    let down = Math.ceil(rows / MOST_ROWS), along = Math.ceil(cols / MOST_COLS), found = [];
    for (let r = 0; r < rows; r += down) {
      let line2 = [];
      for (let c = 0; c < cols; c += along) r * cols + c < flat.length && line2.push(flat[r * cols + c]);
      found.push(line2);
    }
    return { lines: found, cols: Math.ceil(cols / along), thinned: down > 1 || along > 1 || !!tensor3.sample };
  }
  function scale(tensor3) {
    let ends = [real(tensor3.min), real(tensor3.max)].filter((x) => Number.isFinite(x)).map(Math.abs);
    return ends.length ? Math.max(...ends) : Math.max(0, ...(numbers(tensor3) ?? []).filter(Number.isFinite).map(Math.abs));
  }

  // graphtrace/viewer/src/draw/tree.js
  var element = (tag, attrs = {}, children = []) => ({ tag, attrs, children }), keyed = (key, tag, attrs, children) => ({ tag, attrs, children, key }), textOf = (tree) => typeof tree == "string" ? tree : tree.children.map(textOf).join(""), classes = (...words) => words.filter(Boolean).join(" ");

  // graphtrace/viewer/src/draw/looks.js
  var LOOKS = [
    // Cards.
    ["card", "body", { fill: "surface", stroke: "hairline", "stroke-width": 1 }],
    ["card", "accent", { fill: "constant" }],
    ["card op", "accent", { fill: "forward" }],
    ["card module", "accent", { fill: "forward" }],
    ["card leaf", "accent", { fill: "leaf" }],
    ["card", "under", { fill: "surface", stroke: "hairline" }],
    ["card", "shade", { fill: "shadow", "fill-opacity": "shadow_opacity" }],
    ["card cut", "body", { "stroke-dasharray": "5 4", stroke: "line" }],
    ["card stub", "body", { fill: "constant", stroke: "none" }],
    ["twin", "circle", { fill: "surface", stroke: "leaf", "stroke-width": 1.4 }],
    ["twin", "path", { fill: "none", stroke: "leaf", "stroke-width": 1.4 }],
    // Cards that are pointed at, found, chosen, running.
    ["card:hover", "body", { stroke: "line", "stroke-width": 1.5 }],
    ["card lit", "body", { stroke: "forward", "stroke-width": 1.5 }],
    ["card hit", "body", { stroke: "warning", "stroke-width": 3 }],
    ["card selected", "body", { stroke: "ink" }],
    ["card:focus-visible", "body", { stroke: "forward", "stroke-width": 3.5 }],
    ["card now", "body", { "stroke-width": 3 }],
    ["card selected", "body", { "stroke-width": 3.5 }],
    ["card now forward", "body", { stroke: "forward" }],
    ["card now backward", "body", { stroke: "gradient" }],
    ["card now leafy", "body", { stroke: "leaf" }],
    ["", "card dim", { opacity: 0.45 }],
    // Lines, and the gradients on them.
    ["link", "line", { fill: "none", stroke: "line", "stroke-width": 1.3 }],
    ["link", "tip", { fill: "line", stroke: "none" }],
    ["link lit", "line", { stroke: "forward", "stroke-width": 2.5 }],
    ["link lit", "tip", { fill: "forward" }],
    ["link now", "line", { stroke: "ink", "stroke-width": 2 }],
    ["", "stream", { fill: "none", stroke: "gradient", "stroke-dasharray": "7 4" }],
    ["", "streamtip", { fill: "gradient" }],
    ["flow odd", "stream", { stroke: "warning", "stroke-dasharray": "2 3" }],
    ["flow odd", "streamtip", { fill: "warning" }],
    ["flow none", "circle", { fill: "surface", stroke: "line", "stroke-width": 1.6 }],
    ["link now", "stream", { "stroke-dasharray": "10 3" }],
    // Open modules.
    ["frame", "rect", { fill: "frame", stroke: "frame_line", "stroke-width": 1 }],
    ["frame fresh", "rect", { stroke: "forward", "stroke-width": 2 }],
    // Texts.
    ["", "text", { fill: "muted" }],
    ["frame", "text", { fill: "muted", "font-weight": 600 }],
    ["card", "title", { fill: "ink", "font-weight": 600 }],
    ["blocks", "text", { fill: "ink" }],
    ["blocks", "label", { "font-weight": 700 }],
    ["blocks", "stat", { fill: "muted" }],
    ["blocks", "faint", { fill: "muted" }],
    ["blocks", "strong", { fill: "ink" }],
    ["blocks", "loud", { "font-weight": 700 }],
    // Numbers: cells, heatmaps, buckets, sums, saved tensors.
    ["", "cell empty", { fill: "none", stroke: "hairline" }],
    ["", "cell odd", { fill: "warning", "fill-opacity": 0.45, stroke: "ink", "stroke-dasharray": "2 2" }],
    ["", "cell value pos", { fill: "forward" }],
    ["", "cell value neg", { fill: "minus" }],
    ["", "cell grad pos", { fill: "gradient" }],
    ["", "cell grad neg", { fill: "gradient_minus" }],
    ["", "cell empty waiting", { fill: "frame", stroke: "none" }],
    ["", "heat", { fill: "surface", stroke: "hairline" }],
    ["", "heat empty", { fill: "frame", stroke: "none" }],
    ["", "bucket", { fill: "none", stroke: "gradient", "stroke-width": 1.8, "stroke-linecap": "round" }],
    ["", "bucket none", { stroke: "line", "stroke-dasharray": "3 4", "stroke-width": 1.1 }],
    ["", "bucket zero", { stroke: "line" }],
    ["", "layer", { fill: "gradient" }],
    ["", "circle plus", { fill: "surface", stroke: "line", "stroke-width": 1.4 }],
    ["", "path plus", { fill: "none", stroke: "ink", "stroke-width": 1.6, "stroke-linecap": "round" }],
    ["", "book", { fill: "none", stroke: "line" }],
    ["", "book held", { fill: "forward", stroke: "forward" }],
    ["", "book stale", { fill: "warning", stroke: "ink" }],
    ["", "book empty", { stroke: "hairline", "stroke-dasharray": "2 2" }]
  ];
  var OF_THE_PALETTE = /* @__PURE__ */ new Set(["fill", "stroke", "fill-opacity"]), isToken = (property, value) => OF_THE_PALETTE.has(property) && typeof value == "string" && value !== "none", ROWS = LOOKS.map(([within, part, look]) => ({ within: wordsOf(within), part: wordsOf(part), look }));
  function wordsOf(text) {
    return text.split(/\s+/).filter(Boolean);
  }
  function rawLook(tag, name, within) {
    let own = /* @__PURE__ */ new Set([tag, ...wordsOf(name)]), around = within.map((names) => new Set(wordsOf(names))), lies = (words) => !words.length || around.some((names) => words.every((word) => names.has(word))), rows = ROWS.filter((row2) => row2.part.every((word) => own.has(word)) && lies(row2.within));
    return Object.assign({}, ...rows.map((row2) => row2.look));
  }
  var Looks = class {
    /** @param {Record<string, string | number>} palette */
    constructor(palette) {
      this.palette = palette, this.known = /* @__PURE__ */ new Map();
    }
    /**
     * @param {string} tag
     * @param {string} name Its class names.
     * @param {string[]} within Class names of each element around it, from the outside.
     * @returns {Look}
     */
    of(tag, name, within) {
      let key = `${within.join(">")}>${tag}.${name}`, look = this.known.get(key);
      if (!look) {
        let entries = Object.entries(rawLook(tag, name, within));
        look = Object.fromEntries(entries.map(([property, value]) => [property, this.value(property, value)])), this.known.set(key, look);
      }
      return look;
    }
    /** @param {string} property @param {string | number} value */
    value(property, value) {
      return isToken(property, value) ? this.palette[value] ?? "none" : value;
    }
  }, plain = new Looks({}), isBold = (name, within) => Number(plain.of("text", name, within)["font-weight"] ?? 400) >= 600;

  // graphtrace/viewer/src/generated/kit.js
  var KIT = {
    font: "Roboto, 'Noto Sans CJK SC', system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif",
    widths: [[0.32, 0.41, 0.46, 0.84, 0.64, 0.96, 0.78, 0.28, 0.4, 0.4, 0.5, 0.84, 0.32, 0.37, 0.32, 0.34, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.34, 0.34, 0.84, 0.84, 0.84, 0.54, 1, 0.69, 0.69, 0.7, 0.78, 0.64, 0.58, 0.78, 0.76, 0.3, 0.3, 0.66, 0.56, 0.87, 0.75, 0.79, 0.61, 0.79, 0.7, 0.64, 0.62, 0.74, 0.69, 0.99, 0.69, 0.62, 0.69, 0.4, 0.34, 0.4, 0.84, 0.5, 0.5, 0.62, 0.64, 0.55, 0.64, 0.62, 0.36, 0.64, 0.64, 0.28, 0.28, 0.58, 0.28, 0.98, 0.64, 0.62, 0.64, 0.64, 0.42, 0.53, 0.4, 0.64, 0.6, 0.82, 0.6, 0.6, 0.53, 0.64, 0.34, 0.64, 0.84], [0.35, 0.46, 0.53, 0.84, 0.7, 1.01, 0.88, 0.31, 0.46, 0.46, 0.53, 0.84, 0.38, 0.42, 0.38, 0.37, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.4, 0.4, 0.84, 0.84, 0.84, 0.59, 1, 0.78, 0.77, 0.74, 0.84, 0.69, 0.69, 0.83, 0.84, 0.38, 0.38, 0.78, 0.64, 1, 0.84, 0.86, 0.74, 0.86, 0.78, 0.73, 0.69, 0.82, 0.78, 1.11, 0.78, 0.73, 0.73, 0.46, 0.37, 0.46, 0.84, 0.5, 0.5, 0.68, 0.72, 0.6, 0.72, 0.68, 0.44, 0.72, 0.72, 0.35, 0.35, 0.67, 0.35, 1.05, 0.72, 0.69, 0.72, 0.72, 0.5, 0.6, 0.48, 0.72, 0.66, 0.93, 0.65, 0.66, 0.59, 0.72, 0.37, 0.72, 0.84]]
  };

  // graphtrace/viewer/src/draw/text.js
  var WIDE_CHAR = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u, charWidth = (char, bold) => KIT.widths[bold ? 1 : 0][char.codePointAt(0) - 32] ?? (WIDE_CHAR.test(char) ? 1 : /\p{M}/u.test(char) ? 0 : bold ? 0.75 : 0.65);
  function textWidth(text, size2, bold = !1) {
    let sum2 = 0;
    for (let char of text) sum2 += charWidth(char, bold);
    return sum2 * size2;
  }
  function squeezed(text, size2, bold, room) {
    return !(room > 0) || textWidth(text, size2, bold) < 0.9 * room ? {} : {
      textLength: twoPlaces(Math.min(0.9 * textWidth(text, size2, bold), room)),
      lengthAdjust: "spacingAndGlyphs"
    };
  }
  function wrapped(text, size2, bold, room, most) {
    let lines2 = [""];
    for (let piece of text.match(/[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]/g) ?? [])
      0.9 * textWidth(lines2.at(-1) + piece.trimEnd(), size2, bold) > room && lines2.at(-1) && lines2.push(""), lines2[lines2.length - 1] += lines2.at(-1) ? piece : piece.trimStart();
    let trimmed2 = lines2.map((line2) => line2.trimEnd());
    return trimmed2.length > most ? [...trimmed2.slice(0, most - 1), `${trimmed2[most - 1]} …`] : trimmed2;
  }
  var twoPlaces = (value) => String(Math.round(value * 100) / 100);

  // graphtrace/viewer/src/draw/words.js
  function writer(...within) {
    return (name, text, { x, y, size: size2, room, anchor }) => {
      let attrs = { class: name, x, y, "font-size": size2, "text-anchor": anchor }, fitted2 = squeezed(text, size2, isBold(name ?? "", within), room);
      return element("text", { ...attrs, "data-room": room, ...fitted2 }, text ? [text] : []);
    };
  }

  // graphtrace/viewer/src/draw/numbers.js
  var write = writer("card", "blocks"), LEVELS = 5, INSET = 0.16, SMALL = 11, rect = (name, { x, y, w, h }, more = {}) => element("rect", { class: name, x, y, width: w, height: h, ...more }), drawNumbers = (block, tensor3, hue) => block.rows ? printed(block, tensor3, hue) : heatmap(block, tensor3, hue);
  function printed({ rows, cols, body: [x, y, width, height] }, tensor3, hue) {
    let flat = tensor3 ? numbers(tensor3) : null, most = tensor3 ? scale(tensor3) : 0, w = width / cols, h = height / rows;
    return Array.from({ length: rows * cols }, (_, i) => {
      let spot = { x: x + i % cols * w, y: y + Math.floor(i / cols) * h, w, h }, value = tensor3 ? flat?.[i] : void 0;
      return value === void 0 ? waiting(spot, tensor3 === null) : cell(spot, value, { most, hue, column: rows > 1 });
    }).flat();
  }
  var frame = (name, { x, y, w, h }, opacity) => rect(classes("cell", name), { x: x + 0.5, y: y + 0.5, w: w - 1.5, h: h - 1.5 }, { rx: 3, "fill-opacity": opacity });
  function waiting(spot, none2) {
    let at = { x: spot.x + spot.w / 2, y: spot.y + 12.7, size: SMALL, room: spot.w - 4, anchor: "middle" };
    return [frame("empty waiting", spot, 1), write("number faint", none2 ? "None" : "·", at)];
  }
  function cell(spot, value, { most, hue, column }) {
    let odd = !Number.isFinite(value), strength = odd || !most ? 0 : Math.abs(value) / most, at = { x: spot.x + (column ? spot.w - 4 : spot.w / 2), y: spot.y + 13, size: 12, room: spot.w - 6, anchor: column ? "end" : "middle" }, name = odd ? "odd" : `${hue} ${value < 0 ? "neg" : "pos"}`;
    return [
      frame(name, spot, odd ? 1 : 0.06 + 0.44 * strength),
      write(classes("number", odd && "loud"), short(value), at)
    ];
  }
  function heatmap({ body: [x, y, w, h] }, tensor3, hue) {
    let spot = { x, y, w, h }, ground = rect(classes("heat", !tensor3 && "empty"), spot, { rx: 3 });
    if (tensor3) return [ground, ...squares(spot, tensor3, hue), ...stats(tensor3, x, y + h, w)];
    let at = { x: x + w / 2, y: y + h / 2 + 4, size: SMALL, room: w, anchor: "middle" };
    return [ground, write("number faint", tensor3 === null ? "None" : "·", at)];
  }
  function squares({ x, y, w, h }, tensor3, hue) {
    let found = grid(tensor3);
    if (!found) return [];
    let most = scale(tensor3), wide = w / found.cols, high = h / found.lines.length, paths = /* @__PURE__ */ new Map();
    return found.lines.forEach(
      (line2, row2) => line2.forEach((value, col) => {
        let strength = level(value, most);
        if (!strength) return;
        let inset = value < 0 ? INSET : 0, left = x + (col + inset) * wide, top = y + (row2 + inset) * high;
        paths.set(
          strength,
          (paths.get(strength) ?? "") + square(left, top, wide * (1 - 2 * inset), high * (1 - 2 * inset))
        );
      })
    ), [...paths].map(([key, path]) => {
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
  function stats(tensor3, x, y, room) {
    return (tensor3.min === null ? [`norm ${short(tensor3.norm)}`, shapeText(tensor3)] : [`${short(tensor3.min)} … ${short(tensor3.max)}`, `mean ${short(tensor3.mean)}`]).map((text, i) => write("stat", text, { x, y: y + 12 + i * 13, size: SMALL, room }));
  }

  // graphtrace/viewer/src/draw/blocks.js
  var SMALL2 = 11, LINE = 12.5, MOST_BARS = 6;
  function drawBlock(box, block, contents, say) {
    let [first, second, third] = contents;
    switch (block.role) {
      case "value":
        return tensor(block, first, "value", say("value"));
      case "grad":
        return tensor(block, first, "grad", say("gradient"));
      case "sum":
        return sum(block, { parts: first ?? [], total: second, expected: third }, say);
      case "bucket":
        return bucket(block, first, say);
      case "row":
        return row(block, first, shortName(block.name, box), say);
      case "shelf":
        return shelf(block, contents, say);
      case "mini":
        return mini(block, first, second, say);
      default:
        return [line(block, "stat", say("more_leaves").replace("{n}", String(block.count)), 0, block.w)];
    }
  }
  var line = ({ x, y }, name, text, from, room) => write(name, text, { x: x + from, y: y + LINE, size: SMALL2, room }), label = ({ x, y }, hue, text, room) => write(`label ${hue}`, text, { x, y: y + 10, size: SMALL2, room }), tensor = (block, shown, hue, text) => [label(block, hue, text, block.w), ...drawNumbers(block, shown, hue)];
  function gradState(grad) {
    return !grad || grad.value === null ? "None" : grad.zero && !grad.layers.length ? "zero" : `×${Math.max(1, grad.layers.length)}`;
  }
  var fullness = (state) => ({ None: "none", zero: "zero" })[state] ?? "full", bars = (grad) => grad?.value ? Math.min(MOST_BARS, grad.layers.length) : 0;
  function bucket(block, grad, say) {
    let state = gradState(grad), text = `.grad ${state === "zero" ? say("zero") : state}`, right = block.x + block.w - 2, top = block.y + block.label, tally = Array.from(
      { length: bars(grad) },
      (_, i) => rect("layer", { x: right - 5 - i * 6, y: block.y + 1, w: 4, h: 10 }, { rx: 1 })
    );
    return [
      label(block, "grad", text, block.w - 8 - 6 * bars(grad)),
      ...tally,
      pail(state, block.x, top, block.w, block.h - block.label),
      ...grad && state !== "None" ? drawNumbers(block, grad.value, "grad") : []
    ];
  }
  function pail(state, x, y, w, h) {
    let path = `M${x} ${y}v${h - 4}q0 4 4 4h${w - 8}q4 0 4 -4v${4 - h}`;
    return element("path", { class: `bucket ${fullness(state)}`, d: path });
  }
  function row(block, grad, name, say) {
    let state = gradState(grad), full = fullness(state) === "full", text = full ? `${state} ${brief(grad?.value)}` : state === "zero" ? say("zero") : "None", right = block.w * 0.56, end = { x: block.x + block.w, y: block.y + LINE, size: SMALL2, room: right - 6, anchor: "end" };
    return [
      pail(state, block.x + 1, block.y + 2, 15, 12),
      ...full ? [rect("layer", { x: block.x + 3.5, y: block.y + 6, w: 10, h: 6 })] : [],
      line(block, "stat strong", name, 22, block.w - 22 - right),
      write("stat", text, end)
    ];
  }
  function shortName(name, box) {
    let module = box.title.split(" · ").at(-1) ?? "";
    return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
  }
  function sum(block, { parts, total, expected }, say) {
    let { x, y } = block, count2 = parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : "", text = parts.length ? added(parts, total ?? null) : say("awaits").replace("{m}", String(expected));
    return [
      element("circle", { class: "plus", cx: x + 8, cy: y + 8, r: 7 }),
      element("path", { class: "plus sign", d: `M${x + 4} ${y + 8}h8M${x + 8} ${y + 4}v8` }),
      line(block, "stat strong", `${text}${count2}`, 21, block.w - 21)
    ];
  }
  function added(parts, total) {
    let single = parts.every((part) => part === null || size(part) === 1);
    return parts.length > 3 || !single ? `${parts.length > 1 ? `${parts.length}× → ` : ""}${amount(total)}` : parts.length > 1 ? `${parts.map(amount).join(" + ")} = ${amount(total)}` : amount(parts[0]);
  }
  function amount(part) {
    return part === null ? "None" : size(part) === 1 ? short(numbers(part)?.[0] ?? part.norm) : `‖·‖ ${short(part.norm)}`;
  }
  function shelf(block, states, say) {
    let count2 = Math.min(MOST_BARS, block.count), state = ["stale", "held", "freed"].find((one) => states.includes(one)) ?? "empty", books = Array.from(
      { length: count2 },
      (_, i) => rect(`book ${state}`, { x: block.x + 46 + i * 8, y: block.y + 3, w: 6, h: 11 }, { rx: 1 })
    ), text = state === "empty" ? "" : say(`saved_${state}`), from = 50 + count2 * 8;
    return [line(block, "stat", say("shelf"), 0, 44), ...books, line(block, "stat strong", text, from, block.w - from)];
  }
  function mini(block, value, grad, say) {
    let parts = [value && `${say("value")} ${brief(value)}`, grad && `${say("gradient")} ${brief(grad)}`];
    return [line(block, "stat", parts.filter(Boolean).join("  "), 0, block.w)];
  }

  // graphtrace/viewer/src/formula.js
  var MOST = 4;
  function formulas(stage, box) {
    if (box.kind === "leaf") return grown(stage, box);
    let found = stage.graph.formulas[box.ids[0]];
    if (!found) return [];
    let [rule, edges, places] = found, { forward, lines: lines2 } = stage.tape.rules[rule], node = box.ids[0], known2 = { g: stage.state.incoming(node, stage.moment.inputOf(node)) };
    for (let [letter, place] of Object.entries(places)) known2[letter] = stage.player.operand(place, stage.cursor);
    let told = { stage, known: known2, places }, blocks = [formulaLine(told, forward, "value", void 0)];
    lines2.forEach(
      ([text, letter], i) => blocks.push(
        formulaLine(told, `{d${letter}} = ${text}`, "grad", edges[i] === null ? void 0 : stage.state.edge(edges[i]))
      )
    );
    let note2 = forward.includes("[÷ n]") ? [el("p", { class: "hint", text: stage.t("mean_note") })] : [];
    return [el("h3", { text: stage.t("what_happens") }), el("div", { class: "formulas" }, ...blocks), ...note2];
  }
  function formulaLine(told, text, hue, result) {
    let tokens = text.split(/(\{\w+\})/).filter(Boolean), letters = tokens.filter((token) => token[0] === "{").map((token) => token.slice(1, -1)), own = letters[0], value = hue === "grad" ? result : told.known[own], inner = [...new Set(letters.slice(1))], filled = inner.length > 0 && inner.every((letter) => told.known[letter]) && inner.some((letter) => listed(told.known[letter])), symbols = el(
      "p",
      { class: "symbols" },
      ...tokens.map((token) => token[0] === "{" ? symbol(told, token.slice(1, -1)) : document.createTextNode(token))
    ), block = el("div", { class: `formula ${hue}` }, symbols);
    if (!filled) return block;
    let right = tokens.slice(tokens.findIndex((token) => token.includes("=")) + 1), lead = tokens.find((token) => token.includes("=")).replace(/^\s*=\s*/, ""), row2 = [
      lead && said(lead),
      ...right.map((token) => token[0] === "{" ? tensor2(told, token.slice(1, -1)) : said(token))
    ];
    return block.append(
      el("div", { class: "numbers" }, ...row2.filter(Boolean), ...value ? [said("="), matrix(value, hue)] : [])
    ), block;
  }
  var said = (text) => el("span", { class: /^[²ⁿᵀᵢ]/.test(text) ? "op raised" : "op", text }), listed = (value) => !!(value && numbers(value) && !value.sample && cellsOf(value));
  function cellsOf(value) {
    let shape = [...value.shape];
    for (; shape.length > 2 && shape[0] === 1; ) shape.shift();
    if (shape.length > 2) return null;
    let [rows, cols] = [1, 1, ...shape].slice(-2);
    return rows <= MOST && cols <= MOST && rows * cols > 0 ? { rows, cols } : null;
  }
  var SYMBOL = (letter) => letter === "g" ? "∂L/∂z" : letter.length > 1 ? `∂L/∂${letter.slice(1)}` : letter;
  function symbol(told, letter) {
    let node = el("var", { class: letter === "g" || letter.length > 1 ? "grad" : "", text: SYMBOL(letter) });
    return linked(told, letter, node);
  }
  function tensor2(told, letter) {
    let value = told.known[letter], hue = letter === "g" ? "grad" : "value";
    return linked(
      told,
      letter,
      listed(value) ? matrix(value, hue) : el("var", {}, document.createTextNode(SYMBOL(letter)), el("sub", { text: shapeText(value) }))
    );
  }
  function linked({ stage, places }, letter, node) {
    let box = letter === "z" ? null : boxOf(stage, places[letter]);
    return box && (node.classList.add("linked"), node.dataset.box = box.id, node.title = box.title, node.addEventListener("pointerenter", () => stage.view.light(box)), node.addEventListener("pointerleave", () => stage.view.light(null)), node.addEventListener("click", () => stage.view.select(box))), node;
  }
  function boxOf(stage, place) {
    if (!place) return null;
    let [op, name] = place;
    return name.startsWith("leaf:") ? stage.leaves.get(name.slice(5))?.[0] ?? null : name.startsWith("out:") ? stage.moment.boxesOfOp(op)[0] ?? null : null;
  }
  function matrix(value, hue) {
    let cells2 = listed(value) ? cellsOf(value) : null;
    if (!cells2) return el("span", { class: "big", text: `${shapeText(value)}, ‖·‖ ${short(value.norm)}` });
    let flat = numbers(value);
    if (size(value) === 1)
      return el("span", { class: `scalar ${hue}`, text: flat[0] < 0 ? `(${short(flat[0])})` : short(flat[0]) });
    let most = scale(value), rows = [];
    for (let r = 0; r < cells2.rows; r += 1)
      rows.push(
        el(
          "tr",
          {},
          ...flat.slice(r * cells2.cols, (r + 1) * cells2.cols).map((number) => {
            let cell2 = el("td", { class: `${hue} ${number < 0 ? "neg" : "pos"}`, text: short(number) });
            return cell2.style.setProperty(
              "--full",
              `${Number.isFinite(number) && most ? Math.round(6 + 44 * (Math.abs(number) / most)) : 6}%`
            ), cell2;
          })
        )
      );
    return el("table", { class: "matrix" }, el("tbody", {}, ...rows));
  }
  function grown(stage, box) {
    let name = box.blocks.map((block2) => block2.name).find(Boolean), grad = name === void 0 ? null : stage.state.grad(name), block = el(
      "div",
      { class: "formula grad" },
      el("p", { class: "symbols", text: `${name ?? "x"}.grad += ∂L/∂${short_of(name)}` })
    ), parts = grad?.layers.filter(Boolean) ?? [];
    return grad?.value && parts.length && parts.every(listed) && parts.length <= 4 && block.append(
      el(
        "div",
        { class: "numbers" },
        ...parts.flatMap((part, i) => [i ? said("+") : null, matrix(part, "grad")]).filter(Boolean),
        ...parts.length > 1 ? [said("="), matrix(grad.value, "grad")] : []
      )
    ), [el("h3", { text: stage.t("what_happens") }), el("div", { class: "formulas" }, block)];
  }
  var short_of = (name) => (name ?? "x").split(".").at(-1);

  // graphtrace/viewer/src/inspector.js
  var Inspector = class {
    inspect(box) {
      let close = el("button", { type: "button", class: "close", "aria-label": this.t("close_panel"), text: "×" });
      close.addEventListener("click", () => this.select(null));
      let kind = el("p", { class: "kicker", text: this.t(`kind_${box.kind}`) });
      this.panel.replaceChildren(
        el("div", { class: "head" }, kind, close),
        el("h2", { text: box.title || this.t("stub") })
      ), box.kind === "stub" && this.panel.append(el("p", { text: this.t("stub_long") })), box.openable && this.panel.append(this.opener(box)), box.twin !== null && this.panel.append(
        el("p", { class: "hint", text: this.t("twins").replace("{n}", (this.twins.get(box.twin) ?? []).length) })
      ), this.stage && box.nodes.length && this.panel.append(this.stage.explain(box)), box.nodes.forEach(
        (node, i) => this.panel.append(
          ...box.nodes.length > 1 ? [this.folded(node, i === 0 && box.nodes.length < 9)] : this.node(node)
        )
      ), box.more > 0 && this.panel.append(el("p", { class: "hint", text: this.t("more").replace("{n}", box.more) }));
      for (let shelf2 of this.panel.querySelectorAll("[data-shelf]")) this.stage.panels.shelve(shelf2);
      this.panel.hidden = !1, this.panel.scrollTop = 0;
    }
    opener(box) {
      let button = el("button", { type: "button", class: "wide", text: this.t("open") });
      return button.addEventListener("click", () => this.toggle(box)), button;
    }
    folded(node, open2) {
      let body = el(
        "details",
        open2 ? { open: "" } : {},
        el("summary", {}, el("code", { text: node.type }), el("span", { text: node.name ?? "" }))
      );
      return body.append(...this.node(node, !0)), body;
    }
    node(node, nested = !1) {
      let pills = el(
        "p",
        { class: "pills" },
        nested ? null : el("code", { class: "pill strong", text: node.type }),
        el("span", { class: "pill", text: `${this.t("node")} ${node.id}` }),
        node.kind === "op" ? null : el("span", { class: "pill", text: node.kind })
      ), facts = [
        ["key", node.key],
        ["module", node.module],
        ["parameter", node.param?.names.join(" = ") ?? node.name],
        ["state", node.param && this.t(`state_${node.param.state}`)]
      ];
      node.metas.forEach(
        (meta, i) => facts.push([node.metas.length > 1 ? `${this.t("output")} ${i}` : "output", metaText(meta)])
      );
      let rows = facts.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", { text: this.t(name) }), el("dd", { text: value })));
      return [pills, el("dl", {}, ...rows), ...this.edges(node), ...this.saved(node)];
    }
    edges(node) {
      let none2 = node.none.map((slot) => ({ slot, none: !0 })), out = [...node.out, ...none2].sort((a, b) => a.slot - b.slot);
      return [
        ...this.edgeTable("toward_leaves", out, node.out_more),
        ...this.edgeTable("toward_root", node.in, node.in_more)
      ];
    }
    edgeTable(name, edges, more) {
      if (!edges.length) return [];
      let rows = edges.map((edge) => [
        edge.none ? this.t("none_slot") : this.jump(edge),
        `${edge.slot}`,
        edge.none ? "–" : `${edge.input_nr}`
      ]);
      return more && rows.push([this.t("more_edges").replace("{n}", more), "", ""]), [el("h3", { text: this.t(name) }), table([this.t("node"), "slot", "input_nr"], rows, [1, 2])];
    }
    jump(edge) {
      let box = this.byNode.get(edge.node), label2 = [el("code", { text: edge.type }), el("span", { class: "key", text: edge.key })];
      if (!box) return el("span", {}, ...label2);
      let button = el("button", { type: "button", class: "jump" }, ...label2);
      return button.addEventListener("click", () => this.select(box)), button;
    }
    saved(node) {
      if (!node.saved.length) return [];
      let rows = node.saved.map((saved) => [
        el(
          "span",
          {},
          el("code", { text: saved.name }),
          saved.alias ? el("span", { class: "key", text: `= ${saved.alias}` }) : null
        ),
        saved.meta?.shape ?? "–",
        saved.meta ? bytes(saved.bytes) : "–",
        el("span", {
          class: `state ${saved.state}`,
          text: this.t(`saved_${saved.state}`),
          "data-shelf": this.stage && saved.state !== "none" ? node.id : null
        })
      ]);
      return [
        el("h3", { text: this.t("saved") }),
        table([this.t("tensor"), this.t("shape"), this.t("bytes"), this.t("state")], rows, [2])
      ];
    }
  };
  function metaText(meta) {
    return [meta.shape, meta.dtype, meta.device, meta.layout === "strided" ? "" : meta.layout].filter(Boolean).join(" · ");
  }
  function table(heads, rows, right) {
    let cell2 = (tag, value, i) => el(
      tag,
      right.includes(i) ? { class: "num" } : {},
      typeof value == "string" ? document.createTextNode(value) : value
    ), row2 = (tag, cells2) => el("tr", {}, ...cells2.map((value, i) => cell2(tag, value, i)));
    return el("table", {}, el("thead", {}, row2("th", heads)), el("tbody", {}, ...rows.map((cells2) => row2("td", cells2))));
  }

  // graphtrace/viewer/src/panels.js
  var Panels = class {
    constructor(stage) {
      this.stage = stage, this.root = stage.view.strip, this.root.hidden = !1;
    }
    t(name) {
      return this.stage.t(name);
    }
    build() {
      let { tape } = this.stage;
      this.lines = tape.code.map(
        (line2, i) => this.line(line2, tape.code[i - 1]?.file !== line2.file && tape.code.some(({ file: file2 }) => file2 !== line2.file))
      ), this.code = el(
        "div",
        { class: "code", tabindex: 0, role: "region", "aria-label": this.t("code") },
        ...this.lines.flatMap(({ head, row: row2 }) => [head, row2]).filter(Boolean)
      ), this.lines.length || this.code.append(el("p", { class: "hint", text: this.t("no_code") })), this.names = this.params(), this.rows = this.names.map((name) => this.row(name));
      let heads = ["parameter", "norm_value", "norm_grad", "state", "last_update"].map(
        (name, i) => el("th", i ? { class: "num", text: this.t(name) } : { text: this.t(name) })
      ), body = el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ...heads)),
        el("tbody", {}, ...this.rows.map(({ row: row2 }) => row2))
      );
      this.table = el("div", { class: "params", tabindex: 0, role: "region", "aria-label": this.t("parameters") }, body), this.root.replaceChildren(this.code, this.table);
    }
    line({ file: file2, line: line2, text }, headed2) {
      let row2 = el(
        "button",
        { type: "button", class: "codeline", tabindex: -1 },
        el("span", { class: "at", text: line2 }),
        el("code", { text })
      ), found = { file: file2, line: line2, text, row: row2, head: headed2 ? el("p", { class: "file", text: file2 }) : null };
      return row2.addEventListener("click", () => this.stage.view.select(this.boxesOf(found)[0] ?? null)), row2.addEventListener("pointerenter", () => this.stage.view.light(this.boxesOf(found)[0] ?? null)), row2.addEventListener("pointerleave", () => this.stage.view.light(null)), found;
    }
    boxesOf({ file: file2, line: line2 }) {
      return this.stage.tape.ops.flatMap(
        (op, id) => op.at?.[0] === file2 && op.at[1] === line2 ? this.stage.moment.boxesOfOp(id) : []
      );
    }
    params() {
      let named = this.stage.tape.events.map(({ p }) => p).filter((name) => name !== void 0), leaves = this.stage.views.flatMap(({ details }) => details.flat(2)).filter(({ kind }) => kind === "accumulate").map(({ name, key }) => name ?? key);
      return [.../* @__PURE__ */ new Set([...leaves.reverse(), ...named])];
    }
    row(name) {
      let button = el("button", { type: "button", class: "jump", text: name });
      button.addEventListener("click", () => this.stage.view.select(this.stage.leaves?.get(name)?.[0] ?? null));
      let cells2 = [0, 1, 2, 3].map(() => el("td", { class: "num" })), row2 = el("tr", { "data-param": name }, el("td", {}, button), ...cells2);
      return row2.addEventListener("pointerenter", () => this.stage.view.light(this.stage.leaves?.get(name)?.[0] ?? null)), row2.addEventListener("pointerleave", () => this.stage.view.light(null)), { name, row: row2, cells: cells2 };
    }
    refresh() {
      let { stage } = this, { state } = stage;
      for (let { name, row: row2, cells: cells2 } of this.rows) {
        let grad = state.grad(name), update = state.param(name), leaf = stage.player.leaf(name, stage.cursor), kind = gradState(grad), word = kind === "zero" ? this.t("zero") : kind.startsWith("×") ? `${this.t("accumulated")} ${kind}` : kind;
        [
          leaf ? short(leaf.norm) : "–",
          grad?.value ? short(grad.value.norm) : "–",
          word,
          update ? changed(update) : "–"
        ].forEach((text, i) => {
          cells2[i].textContent !== text && (cells2[i].textContent = text);
        }), cells2[2].className = `num pillcell ${kind.startsWith("×") ? "full" : kind === "zero" ? "zero" : "none"}`, row2.classList.toggle("here", state.event?.p === name);
      }
      this.mark();
      for (let shelf2 of stage.view.panel.querySelectorAll("[data-shelf]")) this.shelve(shelf2);
      this.section?.isConnected && stage.view.selected && this.section.replaceWith(this.explain(stage.view.selected));
    }
    // A saved tensor's state is that of this step.
    shelve(shelf2) {
      let state = this.stage.moment?.savedOf(Number(shelf2.dataset.shelf)) ?? "none";
      shelf2.className = `state ${state}`, shelf2.textContent = this.t(state === "none" ? "not_yet" : `saved_${state}`);
    }
    // Mark the line that runs, or the one that made the node that runs backward.
    mark() {
      let { stage } = this, { event, shown, phase } = stage.state, graph = stage.tape.graphs[shown], node = event?.n ?? (event?.e !== void 0 ? graph.edges[event.e][0] : void 0), op = stage.tape.ops[event?.o ?? (node !== void 0 && event.g !== void 0 ? graph.ops[node] : void 0)], at = stage.tape.at?.[stage.cursor - 1] ?? op?.at;
      for (let line2 of this.lines) {
        let here = at && at[0] === line2.file && at[1] === line2.line;
        line2.row.classList.toggle("here", !!here), line2.row.classList.toggle("backward", !!here && phase === "backward"), line2.row.querySelector("code").replaceChildren(...here ? marked(line2.text, at[2], at[3]) : [document.createTextNode(line2.text)]), here && reveal(this.code, line2.row);
      }
      let row2 = this.rows.find(({ name }) => name === event?.p)?.row;
      row2 && reveal(this.table, row2);
    }
    // ---- the inspector's part ----------------------------------------------------------------
    explain(box) {
      let { stage } = this, rows = [], node = box.ids?.[0], value = box.kind === "leaf" ? void 0 : stage.moment.valueOf(node), grad = stage.state.incoming(node, stage.moment.inputOf(node));
      for (let name of new Set(box.blocks.map((block) => block.name).filter(Boolean))) {
        let leaf = stage.player.leaf(name, stage.cursor);
        leaf && rows.push([name, leaf, "value"]), rows.push([`${name}.grad`, stage.state.grad(name)?.value ?? null, "grad"]);
      }
      return value && rows.unshift([this.t("value"), value, "value"]), grad !== void 0 && rows.push([this.t("gradient"), grad, "grad"]), this.section = el(
        "section",
        { class: "atstep" },
        ...formulas(stage, box),
        ...this.source(box),
        el("h3", { text: this.t("at_this_step") }),
        this.jump(node),
        ...rows.flatMap(([name, tensor3, hue]) => this.facts(name, tensor3, hue)),
        ...this.sent(box)
      ), this.section;
    }
    // The line that made it.
    source(box) {
      let { stage } = this, at = stage.tape.ops[stage.graph.ops[box.ids[0]]]?.at, line2 = at && stage.tape.code.find(({ file: file2, line: number }) => file2 === at[0] && number === at[1]);
      return line2 ? [
        el("h3", { text: this.t("source") }),
        el(
          "p",
          { class: "source" },
          el("span", { text: `${line2.file}:${line2.line}` }),
          el("code", {}, ...marked(line2.text.trim(), ...trimmed(line2.text, at)))
        )
      ] : [];
    }
    // What lights up with a card: its lines of code, its parameters, its letters in the formula.
    lit(boxes) {
      let { stage } = this, nodes = new Set(boxes.flatMap(({ ids: ids2 }) => ids2 ?? [])), places = /* @__PURE__ */ new Set(), names = new Set(boxes.flatMap(({ blocks }) => (blocks ?? []).map(({ name }) => name).filter(Boolean)));
      for (let node of nodes) {
        let at = stage.tape.ops[stage.graph?.ops[node]]?.at;
        at && places.add(`${at[1]} ${at[0]}`);
      }
      for (let { file: file2, line: line2, row: row2 } of this.lines) row2.classList.toggle("lit", places.has(`${line2} ${file2}`));
      for (let { name, row: row2 } of this.rows) row2.classList.toggle("lit", names.has(name));
      let ids = new Set(boxes.map(({ id }) => String(id)));
      for (let letter of this.section?.querySelectorAll("[data-box]") ?? [])
        letter.classList.toggle("lit", ids.has(letter.dataset.box));
    }
    jump(node) {
      let { stage } = this, entry = stage.player.entry(stage.state.shown, node, stage.cursor);
      if (entry === void 0) return "";
      let button = el("button", { type: "button", class: "wide", text: this.t("to_node") });
      return button.addEventListener("click", () => {
        stage.pause(), stage.seek(entry);
      }), button;
    }
    facts(name, tensor3, hue) {
      if (!tensor3) return [el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: "None" }))];
      let only = size(tensor3) === 1 && numbers(tensor3);
      if (only)
        return [
          el(
            "p",
            { class: `fact ${hue}` },
            el("strong", { text: `${name} ${short(only[0])}` }),
            el("span", { text: `${shapeText(tensor3)} · ${tensor3.dtype}` })
          )
        ];
      let told = [
        shapeText(tensor3),
        tensor3.dtype,
        `norm ${short(tensor3.norm)}`,
        ...tensor3.min === null ? [] : [`min ${short(tensor3.min)}`, `mean ${short(tensor3.mean)}`, `max ${short(tensor3.max)}`]
      ];
      return [
        el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: told.join(" · ") })),
        histogram(tensor3, hue, this.t("histogram"), this.t("histogram_sample"))
      ].filter(Boolean);
    }
    sent(box) {
      let { stage } = this, graph = stage.tape.graphs[stage.state.shown], inside = new Set(box.ids), rows = [];
      return graph.edges.forEach(([source, slot, target], number) => {
        if (!inside.has(source) || inside.has(target) && box.ids.length > 3 || rows.length > 20) return;
        let sent = stage.state.edge(number);
        rows.push([
          stage.boxes?.get(target)?.[0]?.title ?? `${target}`,
          `${slot}`,
          sent === void 0 ? "·" : sent ? brief(sent) : "None"
        ]);
      }), rows.length ? [table([this.t("sends"), "slot", this.t("gradient")], rows, [1, 2])] : [];
    }
  }, changed = ({ before, after }) => `${before ? brief(before) : "–"} → ${after ? brief(after) : "–"}`;
  function marked(text, from, to) {
    return from == null || to <= from ? [el("mark", { text: text.trimStart() })] : [
      document.createTextNode(text.slice(0, from)),
      el("mark", { text: text.slice(from, to) }),
      document.createTextNode(text.slice(to))
    ];
  }
  function trimmed(text, [, , from, to]) {
    let cut2 = text.length - text.trimStart().length;
    return from == null ? [null, null] : [from - cut2, to - cut2];
  }
  function reveal(pane, row2) {
    let top = row2.offsetTop - pane.offsetTop;
    (top < pane.scrollTop || top + row2.offsetHeight > pane.scrollTop + pane.clientHeight) && (pane.scrollTop = Math.max(0, top - pane.clientHeight / 2));
  }
  function histogram(tensor3, hue, label2, sampled) {
    let flat = numbers(tensor3)?.filter(Number.isFinite), whole = size(tensor3), low = real(tensor3.min), high = real(tensor3.max);
    if (!flat || flat.length < 8 || ((tensor3.sample || !Number.isFinite(low) || !Number.isFinite(high)) && ([low, high] = [Math.min(...flat), Math.max(...flat)]), !(high > low))) return null;
    let bins = new Array(24).fill(0);
    for (let value of flat) bins[Math.min(23, Math.floor((value - low) / (high - low) * 24))] += 1;
    let most = Math.max(...bins), bars3 = bins.map(
      (count2, i) => svg("rect", {
        class: `cell ${hue} pos`,
        x: i * 12 + 1,
        y: 44 - 40 * count2 / most,
        width: 10,
        height: 40 * count2 / most,
        "fill-opacity": 0.7
      })
    ), chart = svg(
      "svg",
      { viewBox: "0 0 288 60", class: "histogram", role: "img", "aria-label": label2 },
      ...bars3,
      svg("text", { x: 0, y: 57, "font-size": 11, text: short(low) }),
      svg("text", { x: 288, y: 57, "font-size": 11, "text-anchor": "end", text: short(high) })
    );
    return el(
      "details",
      { class: "chart" },
      el("summary", {
        text: tensor3.sample ? sampled.replace("{n}", flat.length).replace("{m}", whole) : `${label2} (${flat.length})`
      }),
      chart
    );
  }

  // graphtrace/viewer/src/archive.js
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
    let view = new DataView(new ArrayBuffer(fields.reduce((sum2, [, size2]) => sum2 + size2, 0))), at = 0;
    for (let [value, size2] of fields)
      size2 === 4 ? view.setUint32(at, value, !0) : view.setUint16(at, value, !0), at += size2;
    return new Uint8Array(view.buffer);
  }
  function zipped(files) {
    let parts = [], entries = [], at = 0;
    for (let [name, bytes2] of files) {
      let path = new TextEncoder().encode(name), sizes = [
        [crc32(bytes2), 4],
        [bytes2.length, 4],
        [bytes2.length, 4],
        [path.length, 2]
      ], common = [[2048, 2], [0, 2], [0, 2], [33, 2], ...sizes, [0, 2]], local = packed([67324752, 4], [20, 2], ...common);
      entries.push(packed([33639248, 4], [20, 2], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), path), parts.push(local, path, bytes2), at += local.length + path.length + bytes2.length;
    }
    let size2 = entries.reduce((sum2, part) => sum2 + part.length, 0), count2 = files.length;
    return new Blob(
      [...parts, ...entries, packed([101010256, 4], [0, 2], [0, 2], [count2, 2], [count2, 2], [size2, 4], [at, 4], [0, 2])],
      { type: "application/zip" }
    );
  }

  // graphtrace/viewer/src/draw/blank.js
  var KINDS2 = { value: "value", mini: "value", grad: "gradient", sum: "sum", bucket: "grad", row: "grad" }, NUMBER = /(?<![\w.×]|· )[−-]?(?:\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![\w×]|\.[A-Za-z_])/, EVERY_NUMBER = new RegExp(NUMBER, "g"), GAP = "____", blankKind = (role) => KINDS2[String(role)] ?? "", withoutNumbers = (text) => text.replace(EVERY_NUMBER, GAP), hasNumbers = (text) => NUMBER.test(text);

  // graphtrace/viewer/src/draw/caption.js
  var EDGE = 24, LEADING = 1.35, MOST_NOTES = 4, LONGEST_TRIED = 40;
  function whereWords({ playback, say }) {
    let { phase, n, of } = playback.player.position(playback.cursor), name = say(`phase_${phase}`), place = of ? say("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name, event = say("event_of").replace("{n}", String(playback.cursor)).replace("{m}", String(playback.length));
    return `${place} ${event}`;
  }
  function sentenceOf({ playback, language, say }, { blank = [], key = !1 }) {
    let sentence = playback.sentence(language, say);
    return blank.length && !key ? withoutNumbers(sentence) : sentence;
  }
  function footOf(subject, width, options) {
    if (options.caption === !1) return { lines: [], height: EDGE };
    let { geo, title, say } = subject, room = width - 2 * EDGE, large = Math.max(15, Math.min(24, Math.round(width / 66))), small = Math.max(12, Math.round(large * 0.62)), folded = geo.folded ? say("folded").replace("{k}", String(geo.folded)) : "", where = [title, whereWords(subject)].filter(Boolean).join(" · ") + folded, lines2 = [
      ...set([sentenceOf(subject, options)], { size: large, bold: !0, room, most: 3 }),
      ...set([where, ...geo.notes.slice(0, MOST_NOTES)], { size: small, bold: !1, room, most: 2 })
    ], y = 4;
    for (let line2 of lines2) line2.y = y += line2.size * LEADING;
    let spare = options.window ? 0 : Math.max(0, longest(subject, large, room) - lines2.filter(({ bold }) => bold).length);
    return { lines: lines2, height: Math.ceil(y + spare * large * LEADING + EDGE * 0.6) };
  }
  var set = (texts, { size: size2, bold, room, most }) => texts.flatMap((text) => wrapped(text, size2, bold, room, most)).map((text) => ({ text, size: size2, bold, y: 0 }));
  function longest({ playback, language }, size2, room) {
    return playback.once(`longest ${language} ${size2} ${room}`, () => {
      let texts = [...playback.sentences(language)].sort((a, b) => b.length - a.length).slice(0, LONGEST_TRIED);
      return Math.max(1, ...texts.map((text) => wrapped(text, size2, !0, room, 3).length));
    });
  }
  function headOf(width, { heading = "", signed = "" }) {
    if (!heading) return { lines: [], height: EDGE };
    let task = { text: heading, size: 20, bold: !0, y: 36, room: width * 0.6 }, name = { text: signed, size: 16, bold: !1, y: 36, x: width - EDGE, anchor: "end", room: width * 0.36 };
    return { lines: [task, name].filter(({ text }) => text), height: 52 };
  }
  function drawLine({ text, size: size2, bold, y, x = EDGE, anchor }, room, fill2) {
    let place = { x: twoPlaces(x), y: twoPlaces(y), "font-size": size2, "font-weight": bold ? 600 : 400 }, limits = { "data-room": twoPlaces(room), ...squeezed(text, size2, bold, room) };
    return element("text", { ...place, fill: fill2, "text-anchor": anchor, ...limits }, [text]);
  }

  // graphtrace/viewer/src/draw/paper.js
  var KEPT = new Set(
    "x y width height rx ry r cx cy d points transform fill fill-opacity stroke stroke-width stroke-dasharray opacity font-size font-weight text-anchor".split(
      " "
    )
  ), LEAST = 0.5, Paper = class {
    /**
     * @param {import("./looks.js").Looks} looks
     * @param {string[]} [blank] Kinds of numbers to leave out.
     * @param {boolean} [key] Whether to write and mark them instead.
     */
    constructor(looks, blank = [], key = !1) {
      this.looks = looks, this.blank = new Set(blank), this.key = key, this.known = /* @__PURE__ */ new WeakMap();
    }
    /** @param {Tree[]} trees @param {Place} [place] @returns {TreeElement[]} */
    all(trees, place = { within: [], kind: "" }) {
      return trees.flatMap((tree) => typeof tree == "string" ? [] : this.one(tree, place));
    }
    /** What has a key comes again, often unchanged. @param {TreeElement} tree @param {Place} place @returns {TreeElement[]} */
    one(tree, place) {
      if (tree.key === void 0) return this.drawn(tree, place);
      let known2 = this.known.get(tree);
      if (known2 !== void 0) return known2 ? [known2] : [];
      let [drawn] = this.drawn(tree, place);
      return this.known.set(tree, drawn ?? null), drawn ? [drawn] : [];
    }
    /** @param {TreeElement} tree @param {Place} place @returns {TreeElement[]} */
    drawn(tree, { within, kind }) {
      if (tree.tag === "title") return this.blank.size ? [] : [tree];
      let name = String(tree.attrs.class ?? ""), words = name.split(" ");
      if (words.includes("switch")) return [];
      let emptied = kind && !this.key && tree.tag === "rect" && words.includes("cell"), look = this.looks.of(tree.tag, emptied ? "cell empty" : name, within), attrs = { ...kept(tree.attrs), ...look, ...emptied ? { "fill-opacity": 1 } : {} };
      if (tree.tag === "text") return this.text(tree, attrs, { kind, words });
      let inner = { within: [...within, name], kind: words.includes("block") ? this.kindOf(tree) : kind }, children = this.all(tree.children, inner);
      return tree.tag === "g" && !children.length ? [] : [{ ...tree, attrs, children }];
    }
    /** The kind of number in a block, where that is asked for. @param {TreeElement} block */
    kindOf({ attrs }) {
      let kind = blankKind(attrs["data-role"]);
      return this.blank.has(kind) ? kind : "";
    }
    /** @param {TreeElement} tree @param {Attributes} attrs @param {{ kind: string, words: string[] }} place */
    text(tree, attrs, { kind, words }) {
      let whole = textOf(tree), asked = kind && !words.includes("label") && !(kind === "grad" && words.includes("strong")), cell2 = words.includes("number"), text = !asked || this.key ? whole : cell2 ? "" : withoutNumbers(whole);
      if (!text) return [];
      let marked2 = asked && this.key && (cell2 ? whole !== "·" : hasNumbers(whole)), look = marked2 ? { ...attrs, "font-weight": 700 } : attrs, room = Number(tree.attrs["data-room"]);
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

  // graphtrace/viewer/src/draw/serialize.js
  var ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }, SPACES = /[\t\n\r]/g, UNWRITABLE = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/gu, NAME = /^[A-Za-z_][\w.:-]*$/, known = /* @__PURE__ */ new Set(), escaped = (text) => text.replace(/[&<>"]/g, (char) => ESCAPED[char]).replace(UNWRITABLE, "�"), quoted = (value) => escaped(String(value)).replace(SPACES, (char) => `&#${char.charCodeAt(0)};`);
  function checked(name) {
    if (known.has(name)) return name;
    if (!NAME.test(name)) throw new Error(`not a name: ${JSON.stringify(name)} (use letters, digits and dashes)`);
    return known.add(name), name;
  }
  function serialize(tree) {
    if (typeof tree == "string") return escaped(tree);
    let name = checked(tree.tag), head = `<${name}`;
    for (let [key, value] of Object.entries(tree.attrs))
      value != null && value !== "" && (head += ` ${checked(key)}="${quoted(value)}"`);
    let inside = tree.children.map(serialize).join("");
    return inside ? `${head}>${inside}</${name}>` : `${head}/>`;
  }

  // graphtrace/viewer/src/draw/frame.js
  var MOST_ZOOM = 2.2, LEAST_ZOOMED = 60, papers = /* @__PURE__ */ new Map();
  function paperOf(palette, { blank = [], key = !1 }) {
    let name = JSON.stringify([palette, blank, key]), paper = papers.get(name) ?? new Paper(new Looks(palette), blank, key);
    return papers.set(name, paper), paper;
  }
  function frameText(subject, options) {
    let { window: window2 = null, theme = "light", ground = "theme" } = options, colours = subject.palette[theme], width = window2 ? window2.width : options.width ?? 1600, below = footOf(subject, width, options), above = window2 ? { lines: [], height: 0 } : headOf(width, options), free = above.height + below.height, height = heightOf(subject, width, free, options), inside = paperOf(colours, options).all(subject.layers), picture = window2 ? cut(window2, inside) : fitted(subject.geo, inside, { width, top: above.height, height: Math.max(LEAST_ZOOMED, height - free) }), texts = [
      ...above.lines.map((line2) => drawLine(line2, line2.room ?? width, String(colours.ink))),
      ...below.lines.map((line2) => {
        let spot = { ...line2, y: line2.y + height - below.height };
        return drawLine(spot, width - 2 * EDGE, String(line2.bold ? colours.ink : colours.muted));
      })
    ], fill2 = ground === "white" ? "#ffffff" : colours.background, paint = ground === "none" ? [] : [element("rect", { width, height, fill: fill2 })], title = element("title", {}, [sentenceOf(subject, options)]);
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

  // graphtrace/viewer/src/draw/marks.js
  var CHAIN = "M-4 0A2 2 0 0 1 0 0A2 2 0 0 0 4 0M4 0A2 2 0 0 0 0 0A2 2 0 0 1 -4 0", RADIUS = 7, bar = (h) => `M4 0.68A7 7 0 0 0 0 7V${h - 7}A7 7 0 0 0 4 ${h - 0.68}Z`;
  function sheet({ kind, w, h }) {
    let size2 = { width: w, height: h, rx: RADIUS }, rect2 = (name, by) => element("rect", { class: name, x: by, y: by, ...size2 }), stack = kind === "module" ? [rect2("under", 5), rect2("under", 2.5)] : [], accent = kind === "cut" ? [] : [element("path", { class: "accent", d: bar(h) })];
    return [element("rect", { class: "shade", y: 2, ...size2 }), ...stack, rect2("body", 0), ...accent];
  }
  var dot = ({ w, h }) => element("circle", { class: "body", cx: w / 2, cy: h / 2, r: Math.min(4, w / 2) }), twin = ({ w }) => element("g", { class: "twin", transform: `translate(${w - 3} 2)` }, [
    element("circle", { r: 7 }),
    element("path", { d: CHAIN })
  ]);
  function opener(x, y, kind, label2) {
    let access = label2 ? { role: "button", tabindex: 0, "aria-label": label2 } : { "aria-hidden": "true" };
    return element("g", { class: "switch", transform: `translate(${x} ${y})`, ...access }, [
      element("circle", { class: "reach", r: 13 }),
      element("circle", { r: 8 }),
      element("path", { d: kind === "−" ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" })
    ]);
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
    for (let i = 2; i + 5 < p.length; i += 6)
      path += `C${Array.from(p).slice(i, i + 6).join(" ")}`;
    return path;
  }

  // graphtrace/viewer/src/draw/card.js
  var write2 = writer("card"), writeTitle = writer("frame"), keysOf = (box) => box.keys ?? box.nodes.map(({ key }) => key);
  function drawStill(box) {
    let lines2 = box.lines.map(({ role, x, y, size: size2, width, text }) => write2(role, text, { x, y, size: size2, room: width })), signs = [];
    return box.twin !== null && signs.push(twin(box)), box.openable && signs.push(opener(box.w - 3, 2, "+")), [...box.kind === "stub" ? [dot(box)] : sheet(box), ...lines2, ...signs];
  }
  function drawCard(box, still2, blocks, { state, tab, say }) {
    let attrs = {
      class: classes("card", box.kind, state),
      transform: `translate(${box.x} ${box.y})`,
      role: "button",
      tabindex: tab ? 0 : -1,
      "data-id": box.id,
      "data-key": keysOf(box)[0],
      "aria-label": spoken(box, say)
    }, changing = box.blocks?.length ? [element("g", { class: "blocks" }, blocks)] : [];
    return keyed(box.id, "g", attrs, [...still2, ...changing]);
  }
  function spoken(box, say) {
    return [box.title, box.subtitle, box.text, ...box.details, box.openable && say("openable")].filter(Boolean).join(", ") || say("stub");
  }
  function drawOpenModule({ path, title, x, y, w, h }, { fresh, shut, say }) {
    let spot = { x: x + 10, y: y + 16, size: 12, room: w - 44 }, sign = shut ? [opener(x + w - 16, y + 13, "−", `${say("close")} ${title}`)] : [];
    return keyed(path, "g", { class: classes("frame", fresh && "fresh"), "data-path": path }, [
      element("rect", { x, y, width: w, height: h, rx: 12 }),
      writeTitle(void 0, title, spot),
      ...sign
    ]);
  }

  // graphtrace/viewer/src/draw/link.js
  var BESIDE = 5;
  function drawLink(link, number, sent, state) {
    let { points: p } = link, way = direction(p), end = p.length - 2, last = [p[end] - way.x * 6, p[end + 1] - way.y * 6], path = curve(`${p[0]} ${p[1]}`, [...Array.from(p).slice(0, end), ...last]), title = [link.label, ...sent.map((tensor3) => tensor3 ? brief(tensor3) : "None")].join(`
`);
    return keyed(number, "g", { class: classes("link", state) }, [
      element("title", {}, [title]),
      element("path", { class: "line", d: path }),
      element("path", { class: "tip", d: arrowHead(p[end], p[end + 1], way) }),
      ...gradient(p, sent)
    ]);
  }
  function gradient(p, sent) {
    if (!sent.length) return [];
    let tensors = sent.filter((tensor3) => tensor3 !== null);
    if (!tensors.length) return [none(p)];
    let widest = tensors.reduce((a, b) => breadth(b) > breadth(a) ? b : a), way = direction(reversed(p)), odd = !Number.isFinite(real(widest.norm ?? 0)), path = curve(`${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`, p);
    return [
      element("g", { class: classes("flow", odd && "odd"), transform: `translate(0 ${BESIDE})` }, [
        element("path", { class: "stream", d: path, "stroke-width": breadth(widest).toFixed(2) }),
        element("path", { class: "streamtip", d: arrowHead(p[0], p[1], way) })
      ])
    ];
  }
  function none(p) {
    let end = p.length - 2;
    return element("g", { class: "flow none" }, [element("circle", { cx: p[end] - 8, cy: p[end + 1], r: 3.5 })]);
  }
  function breadth(tensor3) {
    let norm = real(tensor3?.norm ?? 0);
    return Number.isFinite(norm) ? norm === 0 ? 1 : Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm))) : 6;
  }

  // graphtrace/viewer/src/draw/picture.js
  var noMarks = () => ({
    selected: null,
    tab: null,
    lit: /* @__PURE__ */ new Set(),
    litLinks: /* @__PURE__ */ new Set(),
    hits: null,
    opened: null
  }), Picture = class {
    /** @param {import("./types.js").Say} say Words of its language. */
    constructor(say) {
      this.say = say, this.forget();
    }
    /** Draw everything anew: another language, another picture. */
    forget() {
      this.cards = /* @__PURE__ */ new Map(), this.links = /* @__PURE__ */ new Map();
    }
    /**
     * The layers of a picture, from back to front.
     *
     * @param {Shown} shown
     * @returns {TreeElement[]}
     */
    draw({ geo, moment, marks = noMarks(), boxes = keysOf2(geo.boxes), links = keysOf2(geo.links), still: still2 = !1 }) {
      geo !== this.geo && this.forget(), this.geo = geo;
      let look = { moment, marks, still: still2 }, modules = geo.frames.map((module) => drawOpenModule(module, { fresh: marks.opened === module.path, shut: !geo.fixed, say: this.say }));
      return [
        element("g", { class: "frames" }, modules),
        element(
          "g",
          { class: "links" },
          this.all(this.links, links, (number) => this.link(number, look))
        ),
        element(
          "g",
          { class: "cards" },
          this.all(this.cards, boxes, (id) => this.card(id, look))
        )
      ];
    }
    /**
     * Draw some of the things of one kind, and forget the others.
     *
     * @template {{ tree: TreeElement }} Known
     * @param {Map<number, Known>} known
     * @param {Iterable<number>} wanted
     * @param {(key: number) => Known} draw
     */
    all(known2, wanted, draw) {
      let keys2 = new Set(wanted);
      for (let key of known2.keys()) keys2.has(key) || known2.delete(key);
      return Array.from(keys2, (key) => {
        let thing = draw(key);
        return known2.set(key, thing), thing.tree;
      });
    }
    /** @param {number} number @param {{ moment: Moment | null, marks: Marks }} look */
    link(number, { moment, marks }) {
      let link = this.geo.links[number], sent = moment?.sent(link) ?? [], state = classes(marks.litLinks.has(number) && "lit", moment?.now.links.has(number) && "now"), inputs = [state, ...sent], known2 = this.links.get(number);
      return known2 && equal(known2.inputs, inputs) ? known2 : { inputs, tree: drawLink(link, number, sent, state) };
    }
    /** @param {number} id @param {{ moment: Moment | null, marks: Marks, still: boolean }} look @returns {KnownCard} */
    card(id, { moment, marks, still: still2 }) {
      let box = this.geo.boxes[id], known2 = this.cards.get(id), blocks = moment ? (box.blocks ?? []).map((_, i) => this.block(box, i, { moment, still: still2, known: known2?.blocks[i] })) : [], state = lit(id, marks, moment), tab = marks.tab === id, trees = blocks.map(({ tree }) => tree), inputs = [state, tab, ...trees];
      if (known2 && equal(known2.inputs, inputs)) return known2;
      let unchanging = known2?.still ?? drawStill(box);
      return { inputs, blocks, still: unchanging, tree: drawCard(box, unchanging, trees, { state, tab, say: this.say }) };
    }
    /**
     * A block whose contents have changed is another element, which so appears gently.
     *
     * @param {Box} box
     * @param {number} number Its place among the blocks of the box.
     * @param {{ moment: Moment, still: boolean, known: KnownBlock | undefined }} look
     * @returns {KnownBlock}
     */
    block(box, number, { moment, still: still2, known: known2 }) {
      let block = box.blocks[number], contents = moment.contents(box, block);
      if (known2 && equal(known2.contents, contents)) return known2;
      let version = (known2?.version ?? 0) + 1, attrs = {
        class: classes("block", known2 && !still2 && "fresh"),
        "data-role": block.role,
        "data-node": block.node,
        "data-name": block.name || null
      }, tree = keyed(`${number} ${version}`, "g", attrs, drawBlock(box, block, contents, this.say));
      return { contents, version, tree };
    }
  }, keysOf2 = (things) => things.keys(), equal = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);
  function lit(id, { selected, lit: near, hits }, moment) {
    let found = hits?.has(id);
    return classes(
      selected === id && "selected",
      near.has(id) && "lit",
      found && "hit",
      hits && !found && selected !== id && "dim",
      moment?.now.ids.has(id) && `now ${moment.now.kind}`
    );
  }

  // graphtrace/viewer/src/draw/sheet.js
  var Sheet = class {
    /**
     * @param {import("./playback.js").Playback} playback A file shows it where it is.
     * @param {Pick<Subject, "say" | "language" | "title" | "name" | "palette">} words
     */
    constructor(playback, words) {
      this.playback = playback, this.words = words, this.picture = new Picture(words.say);
    }
    /** The text of an SVG file. @param {FrameOptions} options @returns {string} */
    text(options) {
      let { geo } = this.playback.picture(), layers = this.picture.draw({ geo, moment: this.playback.moment(geo), still: !0 });
      return frameText({ ...this.words, playback: this.playback, geo, layers }, options);
    }
    /** What the file is called, without a suffix. @returns {string} */
    name() {
      return fileName({ ...this.words, playback: this.playback });
    }
  };

  // graphtrace/viewer/src/export.js
  var MOST_BOXES = 4e3, MOST_SIDE = 16e3, MOST_PIXELS = 1e8, SHEET_WIDTH = 1600, wordsOf2 = ({ language, words }, say) => ({
    say,
    language,
    title: words.title,
    name: words.name,
    palette: words.palette
  }), bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer()), svgBlob = (text) => new Blob([text], { type: "image/svg+xml" }), breath = () => new Promise((done) => {
    setTimeout(done);
  });
  async function pngBlob(text, times) {
    let [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(text).map(Number), canvas = document.createElement("canvas"), address = URL.createObjectURL(svgBlob(text)), image = new Image();
    if (Math.max(width, height) * times > MOST_SIDE || width * height * times ** 2 > MOST_PIXELS)
      throw new Error("too_large");
    try {
      return image.src = address, await image.decode(), Object.assign(canvas, { width: Math.round(width * times), height: Math.round(height * times) }), canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height), await new Promise((done, fail) => {
        canvas.toBlob((blob) => blob ? done(blob) : fail(new Error("too_large")), "image/png");
      });
    } finally {
      URL.revokeObjectURL(address);
    }
  }
  function saveFile(blob, name) {
    let link = el("a", { download: name }), address = URL.createObjectURL(blob);
    link.href = address, link.click(), setTimeout(() => URL.revokeObjectURL(address), 1e4);
  }
  var Exports = class {
    constructor(stage) {
      this.stage = stage, this.at = { part: "whole", ground: "theme", times: "2", ...stage.view.exported }, this.root = el(
        "details",
        { class: "menu exports" },
        el(
          "summary",
          { class: "small", "aria-label": this.t("save"), title: this.t("save") },
          document.createTextNode("⬇")
        ),
        this.build()
      ), this.root.addEventListener("keydown", (event) => this.key(event)), this.root.addEventListener("focusout", (event) => {
        event.relatedTarget && !this.root.contains(event.relatedTarget) && (this.root.open = !1);
      });
      let away = (event) => {
        event.composedPath().includes(this.root) || (this.root.open = !1);
      };
      this.root.addEventListener("toggle", () => {
        this.root.open ? document.addEventListener("pointerdown", away) : document.removeEventListener("pointerdown", away);
      });
    }
    t(name) {
      return this.stage.t(name);
    }
    build() {
      let button = (name, run) => {
        let made = el("button", { type: "button", "data-save": name, text: this.t(`save_${name}`) });
        return made.addEventListener("click", () => this.run(run)), made;
      }, row2 = (label2, ...parts) => el(
        "div",
        { class: "exportrow", role: "group", "aria-label": this.t(label2) },
        el("span", { text: this.t(label2) }),
        ...parts
      ), page = this.stage.view.root.classList.contains("page") && window === window.top, print2 = (name, run) => page ? [button(name, run)] : [];
      return this.status = el("p", { class: "exportstatus", role: "status", "aria-live": "polite" }), el(
        "div",
        { class: "exportbox" },
        row2("export_part", this.pick("part", ["whole", "window"])),
        row2("export_ground", this.pick("ground", ["theme", "white", "light", "dark", "none"])),
        row2("export_times", this.pick("times", ["1", "2", "3", "4"])),
        row2(
          "export_frame",
          button("svg", () => this.svg()),
          button("png", () => this.png()),
          ...print2("print", () => this.print())
        ),
        row2(
          "export_all",
          button("all_svg", () => this.all("svg")),
          button("all_png", () => this.all("png")),
          ...print2("all_print", () => this.printAll())
        ),
        row2(
          "export_sheet",
          button("sheet_svg", () => this.worksheet("svg")),
          button("sheet_png", () => this.worksheet("png")),
          ...print2("sheet_print", () => this.worksheet("print"))
        ),
        this.status
      );
    }
    pick(name, values) {
      let made = el(
        "select",
        { "data-pick": name, "aria-label": this.t(`export_${name}`) },
        ...values.map(
          (value) => el("option", { value, text: name === "times" ? `${value}×` : this.t(`export_${name}_${value}`) })
        )
      );
      return made.value = this.at[name], made.addEventListener("change", () => {
        this.at[name] = made.value, this.stage.view.exported = { ...this.at };
      }), made;
    }
    key(event) {
      event.key === "Escape" && this.root.open && (this.root.open = !1, this.root.querySelector("summary").focus(), event.preventDefault()), event.key !== "Tab" && event.stopPropagation();
    }
    // One job at a time; what went wrong is told in words.
    async run(job) {
      if (!this.busy) {
        this.busy = !0, this.tell("…");
        try {
          this.tell(await job());
        } catch (error) {
          this.tell(this.t(["too_large", "too_many_boxes"].includes(error.message) ? error.message : "export_failed"));
        } finally {
          this.busy = !1;
        }
      }
    }
    tell(text) {
      this.status.textContent = text;
    }
    options() {
      let { view } = this.stage, { ground } = this.at, theme = ["light", "dark"].includes(ground) ? ground : ground === "white" ? "light" : view.root.dataset.theme;
      return { width: SHEET_WIDTH, theme, ground: { white: "white", none: "none" }[ground] ?? "theme" };
    }
    words() {
      return wordsOf2(this.stage.view, (name) => this.t(name));
    }
    // The whole picture on paper, at this step.
    sheet() {
      let { tape, chosen, cursor, view } = this.stage;
      if (view.geo.boxes.length > MOST_BOXES) throw new Error("too_many_boxes");
      return new Sheet(new Playback({ tape, views: chosen ? [chosen] : [] }, cursor), this.words());
    }
    // This step: all of it, or what the window shows of it.
    frame() {
      let { playback, view } = this.stage, { clientWidth: width, clientHeight: height } = view.canvas;
      if (this.at.part !== "window" || !width) return this.sheet().text(this.options());
      if (view.scene.far) throw new Error("too_many_boxes");
      let subject = { ...this.words(), playback, geo: view.geo, layers: view.scene.layers };
      return frameText(subject, { ...this.options(), window: { width, height, at: view.at } });
    }
    fileName(suffix) {
      return `${fileName({ ...this.words(), playback: this.stage.playback })}${suffix}`;
    }
    async file(text, suffix) {
      return suffix === "svg" ? svgBlob(text) : pngBlob(text, Number(this.at.times));
    }
    async one(suffix) {
      let name = this.fileName(`.${suffix}`), text = this.frame();
      return saveFile(await this.file(text, suffix), name), name;
    }
    svg() {
      return this.one("svg");
    }
    png() {
      return this.one("png");
    }
    // Every step, one after the other: `use` gets the sheet at each.
    async each(use) {
      let sheet2 = this.sheet(), { length } = sheet2.playback;
      for (let cursor = 0; cursor <= length; cursor += 1)
        sheet2.playback.seek(cursor), await use(sheet2), this.tell(`${cursor} / ${length}`), await breath();
    }
    async all(suffix) {
      let files = [], options = this.options();
      await this.each(async (sheet2) => {
        files.push([`${sheet2.name()}.${suffix}`, await bytesOf(await this.file(sheet2.text(options), suffix))]);
      });
      let name = this.fileName("").replace(/_step.*$/, `_steps_${suffix}.zip`);
      return saveFile(zipped(files), name), name;
    }
    // Gradients left out, and the same frame with them marked.
    async worksheet(how) {
      let blank = ["gradient", "sum", "grad"], sheet2 = this.sheet(), options = { ...this.options(), blank }, pair = [
        sheet2.text({ ...options, heading: this.t("sheet_task"), signed: this.t("sheet_signed") }),
        sheet2.text({ ...options, heading: this.t("sheet_key"), key: !0 })
      ];
      if (how === "print") return this.paper(pair);
      let names = ["worksheet", "key"].map((part) => this.fileName(`.${how}`).replace(/\.(\w+)$/, `_${part}.$1`)), files = await Promise.all(pair.map(async (text, i) => [names[i], await bytesOf(await this.file(text, how))])), name = this.fileName("_worksheet.zip");
      return saveFile(zipped(files), name), name;
    }
    async print() {
      return this.paper([this.frame()]);
    }
    async printAll() {
      let texts = [], options = this.options();
      return await this.each((sheet2) => {
        texts.push(sheet2.text(options));
      }), this.paper(texts);
    }
    // A page a picture, for the print dialog, which also writes PDF.
    async paper(texts) {
      let images = texts.map((text) => el("img", { src: URL.createObjectURL(svgBlob(text)), alt: "" })), pages = el("div", { class: "gt-print" }, ...images);
      return document.querySelector(".gt-print")?.remove(), document.body.append(pages), await Promise.all(images.map((image) => image.decode())), addEventListener(
        "afterprint",
        () => {
          pages.remove(), images.forEach((image) => URL.revokeObjectURL(image.src));
        },
        { once: !0 }
      ), print(), "";
    }
  };

  // graphtrace/viewer/src/transport.js
  var ICONS = {
    first: "M4 3v10M13 3l-7 5 7 5z",
    back: "M11 3l-7 5 7 5z",
    play: "M4 2.5l9 5.5-9 5.5z",
    pause: "M4 3h3v10h-3zM9 3h3v10h-3z",
    next: "M5 3l7 5-7 5z",
    last: "M12 3v10M3 3l7 5-7 5z",
    wide: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"
  }, NS = "http://www.w3.org/2000/svg";
  function icon(name) {
    let node = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
    return node.setAttribute("viewBox", "0 0 16 16"), node.setAttribute("aria-hidden", "true"), path.setAttribute("d", ICONS[name]), node.append(path), node;
  }
  var Transport = class {
    constructor(stage) {
      this.stage = stage, this.speed = 1, this.root = stage.view.control, this.root.hidden = !1, stage.view.root.classList.add("playing");
    }
    t(name) {
      return this.stage.t(name);
    }
    build() {
      let { stage } = this, focused = this.root.contains(document.activeElement), move = [
        ["first", "Home", () => stage.step(-1 / 0)],
        ["back", "←", () => stage.step(-1)],
        ["play", "Space", () => stage.play()],
        ["next", "→", () => stage.step(1)],
        ["last", "End", () => stage.step(1 / 0)]
      ];
      this.buttons = Object.fromEntries(
        move.map(([name, keys2, run]) => [name, this.button(name, keys2, run, icon(name))])
      ), this.speeds = [0, 1, 2].map(
        (i) => this.toggle(["½×", "1×", "4×"][i], `${this.t("speed")} ${i + 1}`, `${i + 1}`, () => this.hurry(i))
      ), this.phases = this.present().map((phase) => this.chip(phase)), this.place = el("span", { class: "place" }), this.range = el("input", {
        type: "range",
        min: 0,
        max: stage.player.length,
        step: 1,
        class: "scrub",
        "aria-label": this.t("timeline")
      }), this.range.addEventListener("input", () => {
        stage.pause(), stage.seek(Number(this.range.value));
      }), this.sentence = el("p", { class: "sentence", role: "status", "aria-live": "polite" });
      let line2 = el("div", { class: "timeline" }, this.segments(), this.range);
      this.root.replaceChildren(
        el(
          "div",
          { class: "transport" },
          stage.view.title,
          el("div", { class: "group" }, ...Object.values(this.buttons)),
          el("div", { class: "group", role: "group", "aria-label": this.t("speed") }, ...this.speeds),
          el("div", { class: "group phases", role: "group", "aria-label": this.t("phases") }, ...this.phases),
          stage.view.found,
          stage.view.search,
          this.views(),
          this.exports()
        ),
        el("div", { class: "where" }, line2, this.place),
        this.sentence
      ), this.refresh(), focused && this.buttons.next.focus();
    }
    button(name, keys2, run, inside) {
      let label2 = this.t(`to_${name}`), button = el(
        "button",
        { type: "button", class: `go ${name}`, title: `${label2} (${keys2})`, "aria-label": label2 },
        inside
      );
      return button.addEventListener("click", run), button;
    }
    toggle(text, label2, keys2, run) {
      let button = el("button", {
        type: "button",
        class: "small",
        title: `${label2} (${keys2})`,
        "aria-label": label2,
        "aria-pressed": "false",
        text
      });
      return button.addEventListener("click", run), button;
    }
    chip(phase) {
      let button = el("button", {
        type: "button",
        class: `chip ${phase}`,
        title: this.t("to_phase"),
        text: this.t(`phase_${phase}`)
      });
      return button.addEventListener("click", () => this.stage.jump(phase)), button.phase = phase, button;
    }
    present() {
      return ["forward", "backward", "zero", "edit", "step", "error"].filter(
        (phase) => this.stage.player.phases.some((run) => run.phase === phase)
      );
    }
    segments() {
      let total = Math.max(1, this.stage.player.length);
      return this.parts = this.stage.player.phases.map((run) => {
        let part = el("i", { class: `part ${run.phase}` });
        return part.style.left = `${100 * run.from / total}%`, part.style.width = `${100 * (run.to - run.from) / total}%`, part;
      }), this.done = el("i", { class: "done" }), el("div", { class: "parts", "aria-hidden": "true" }, ...this.parts, this.done);
    }
    views() {
      let { views, chosen } = this.stage;
      if (views.length < 2) return null;
      let pick = el(
        "select",
        { class: "views", "aria-label": this.t("view") },
        ...views.map(({ name }) => el("option", { value: name, text: this.t(`view_${name}`) }))
      );
      return pick.value = chosen.name, pick.addEventListener("change", () => this.stage.choose(pick.value)), pick;
    }
    exports() {
      let { stage } = this, { view } = stage, make = (text, label2, run) => this.toggle(text, label2, "", run);
      this.wide = make("", this.t("present"), () => stage.present()), this.wide.append(icon("wide")), this.wide.classList.add("wide-icon"), this.wide.title = `${this.t("present")} (p)`;
      let other = Object.keys(view.languages ?? {}).find((name) => name !== view.language), swap = other ? [make(other === "zh" ? "中文" : "EN", this.t("language"), () => view.speakIn(other))] : [];
      return el("div", { class: "group" }, new Exports(stage).root, this.wide, ...swap);
    }
    hurry(speed) {
      this.speed = speed, this.refresh();
    }
    // Only what a step changes.
    refresh() {
      let { stage } = this, { player, cursor } = stage, at = player.position(cursor);
      this.range.value = cursor, this.range.setAttribute("aria-valuetext", this.words(at)), this.place.replaceChildren(
        el("strong", { text: this.words(at) }),
        el("span", { text: ` ${this.t("event_of").replace("{n}", cursor).replace("{m}", player.length)}` })
      ), this.sentence.textContent = this.sentence.title = stage.says(), this.sentence.dataset.phase = at.phase, this.done.style.left = `${100 * cursor / Math.max(1, player.length)}%`, this.buttons.first.disabled = this.buttons.back.disabled = cursor === 0, this.buttons.next.disabled = this.buttons.last.disabled = cursor === player.length, this.buttons.play.replaceChildren(icon(stage.timer ? "pause" : "play")), this.buttons.play.setAttribute("aria-label", this.t(stage.timer ? "to_pause" : "to_play")), this.speeds.forEach((button, i) => button.setAttribute("aria-pressed", String(i === this.speed))), this.phases.forEach((chip) => chip.classList.toggle("here", chip.phase === at.phase)), this.wide.setAttribute("aria-pressed", String(stage.view.root.classList.contains("present")));
    }
    words({ phase, n, of }) {
      let name = this.t(`phase_${phase}`);
      return of ? this.t("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name;
    }
  };

  // graphtrace/viewer/src/stage.js
  var READABLE = 16 / 11, SPEEDS = [1500, 600, 150], Stage = class {
    constructor(view, id, play, start = 0) {
      this.view = view, this.id = id, this.playback = new Playback(play, start), this.shown = null, this.transport = new Transport(this), this.panels = new Panels(this), this.speak();
    }
    get tape() {
      return this.playback.tape;
    }
    get views() {
      return this.playback.views;
    }
    get chosen() {
      return this.playback.chosen;
    }
    set chosen(view) {
      this.playback.chosen = view;
    }
    get player() {
      return this.playback.player;
    }
    get cursor() {
      return this.playback.cursor;
    }
    get state() {
      return this.playback.state;
    }
    get graph() {
      return this.tape.graphs[this.state.shown];
    }
    // ---- what the picture shows, for those beside it ------------------------------------------
    get moment() {
      return this.shown && this.momentOf(this.shown);
    }
    // What a picture shows now; nothing while another one hangs.
    momentOf(geo) {
      return !this.shown || geo !== this.shown ? null : ((this.known?.state !== this.state || this.known.geo !== geo) && (this.known = this.playback.moment(geo)), this.known);
    }
    get active() {
      return this.moment?.now.boxes ?? null;
    }
    get boxes() {
      return this.moment?.index.nodes ?? /* @__PURE__ */ new Map();
    }
    get leaves() {
      return this.moment?.index.leaves ?? /* @__PURE__ */ new Map();
    }
    t(name) {
      return this.view.t(name);
    }
    // ---- words that follow the language ------------------------------------------------------
    speak() {
      this.spoken = this.view.language, this.transport.build(), this.panels.build(), this.shown && this.refresh();
    }
    says() {
      return this.playback.sentence(this.view.language, (name) => this.t(name));
    }
    // ---- moving ------------------------------------------------------------------------------
    seek(cursor) {
      let before = this.cursor;
      this.playback.seek(cursor), !(this.cursor === before && this.shown) && (this.refresh(), this.view.emit("cursor", this.cursor));
    }
    step(by) {
      this.pause(), this.seek(this.cursor + by);
    }
    // The start of the next run of a phase; of any phase without a name. From the last, the first again.
    jump(phase = null) {
      this.pause();
      let starts = this.player.phases.filter((run) => !phase || run.phase === phase).map(({ from }) => from + 1), next = starts.find((start) => start > this.cursor) ?? (phase ? starts[0] : this.player.length);
      next !== void 0 && this.seek(next);
    }
    play() {
      if (this.timer) {
        this.pause();
        return;
      }
      this.cursor >= this.player.length && this.seek(0);
      let next = () => {
        this.seek(this.cursor + 1), this.cursor >= this.player.length ? this.pause() : this.timer = setTimeout(next, SPEEDS[this.transport.speed]);
      };
      this.timer = setTimeout(next, SPEEDS[this.transport.speed] / 2), this.transport.refresh();
    }
    pause() {
      this.timer && (clearTimeout(this.timer), this.timer = null, this.transport.refresh());
    }
    choose(name) {
      this.playback.choose(name), this.refresh(), this.transport.refresh(), this.view.emit("view", this.chosen.name);
    }
    // Returns whether the key was one of the player's.
    key(event) {
      let onButton = event.target.closest?.("button, select, summary, input:not([type=range])"), run = {
        ArrowRight: () => this.step(1),
        ArrowLeft: () => this.step(-1),
        PageDown: () => this.step(1),
        PageUp: () => this.step(-1),
        Home: () => this.step(-1 / 0),
        End: () => this.step(1 / 0),
        n: () => this.jump(),
        p: () => this.present(),
        1: () => this.transport.hurry(0),
        2: () => this.transport.hurry(1),
        3: () => this.transport.hurry(2),
        " ": onButton ? null : () => this.play()
      }[event.key];
      return !run || event.shiftKey ? !1 : (event.preventDefault(), event.stopPropagation(), run(), !0);
    }
    present() {
      this.view.root.classList.toggle("present"), this.transport.refresh(), this.view.hidePanel(), requestAnimationFrame(() => {
        this.view.fit(), this.follow();
      });
    }
    // ---- the picture --------------------------------------------------------------------------
    refresh() {
      this.mount(), this.view.scene.draw(), this.view.scene.repaint(), this.view.map.renew(), this.transport.refresh(), this.panels.refresh(), this.follow(), this.view.root.dataset.cursor = this.cursor;
    }
    // Hang up the picture of the pass shown; the same one stays, with its zoom.
    mount() {
      let { number, detail, geo } = this.playback.picture(), key = number < 0 ? `${this.id}|empty` : `${this.id}|${this.chosen.name}|${number}`, details = this.chosen?.details[detail] ?? [], filled = () => ({ ...geo, of: this.of, boxes: geo.boxes.map((box, i) => ({ ...box, nodes: details[i] })) });
      this.view.id !== key ? (this.shown = filled(), this.view.setStructure(key, this.shown), this.view.selected && this.view.inspect(this.view.selected)) : this.detail !== details && this.view.adopt(filled()), this.shown = this.view.geo, this.detail = details;
    }
    // Keep what runs in sight; a presenter's audience also needs it large.
    follow() {
      let box = this.active?.[0], { view } = this;
      if (!box || !view.at) return;
      if (view.root.classList.contains("present") && view.at.k < READABLE && view.fitScale() < READABLE) {
        view.center(box, READABLE);
        return;
      }
      !(view.fitted && view.panel.hidden) && !view.scene.far && view.reveal(box, view.seen(box) ? 0 : 0.22);
    }
    explain(box) {
      return this.panels.explain(box);
    }
  };

  // graphtrace/viewer/src/camera.js
  var TRANSFORMS = /* @__PURE__ */ new Map(), MIN_ZOOM = 0.03, MAX_ZOOM = 6, DRAG_PX = 4, READ = 0.85, HANDFUL = 20, READ_WHOLE = 0.7, FOOT = 44, Camera = class extends Inspector {
    get compact() {
      return this.root.classList.contains("compact");
    }
    // above charts all of the picture is shown
    keep() {
      this.id && this.at && !this.compact && TRANSFORMS.set(this.id, { ...this.at, fitted: this.fitted });
    }
    // First place of a new structure: where it was, or the opened box in place, or the whole of it.
    settle() {
      let known2 = TRANSFORMS.get(this.id), anchor = this.anchor;
      this.anchor = null, !(anchor && this.settleOn(anchor)) && (known2 && !known2.fitted && !this.compact ? this.move(known2) : this.stage && !this.scene.large && this.fitScale() < this.least(READ) && !this.compact ? this.open() : this.fit());
    }
    // All of it would be too small to read: where the story begins, large enough, and the map shows the rest.
    open() {
      let room = this.room(), { width, height } = this.geo, k = clamp(room.h / height, 0.8, 1), first = this.stage.active?.[0] ?? earliest(this.geo.boxes), along = (start, size2, from, extent) => size2 * k <= extent ? from + (extent - size2 * k) / 2 : clamp(from + extent / 2 - start * k, from + extent - size2 * k, from);
      this.fitted = !1, this.move({
        k,
        x: along(first.x + first.w / 2, width, room.x, room.w),
        y: along(first.y + first.h / 2, height, room.y, room.h)
      });
    }
    settleOn({ path, x, y, k }) {
      let spot = this.geo.frames.find((frame2) => frame2.path === path) ?? this.geo.boxes.find((box) => box.openable && box.path === path);
      return spot ? (this.marks.opened = this.geo.frames.includes(spot) ? path : null, this.scene.draw(), this.fitted && this.fitScale() > 0.6 ? (this.fit(), !0) : (this.fitted = !1, this.move({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k }), !0)) : !1;
    }
    move(at) {
      this.at = { k: at.k, x: at.x, y: at.y }, this.svg.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.k})`, this.canvas.style.setProperty("--gt-dot", `${clamp(at.k, 0.5, 2) * 20}px`), this.canvas.style.setProperty("--gt-x", `${at.x}px`), this.canvas.style.setProperty("--gt-y", `${at.y}px`), this.scene.update(!!this.svg.classList.contains("moving")), this.map.refresh(), this.keep();
    }
    glide(at) {
      this.svg.classList.toggle("glide", !still()), this.move(at), this.later(() => this.svg.classList.remove("glide"), 300);
    }
    later(run, ms) {
      clearTimeout(this.calm), this.calm = setTimeout(run, ms);
    }
    fit(slow = !1) {
      if (!this.geo) return;
      let at = this.fitting();
      this.fitted = !0, slow ? this.glide(at) : this.move(at);
    }
    // Where all of it is largest: down to the lower edge, if no card then lies below the buttons.
    fitting() {
      let inside = (room) => {
        let { width, height } = this.geo, k = Math.min(room.w / width, room.h / height, 1.6);
        return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
      }, large = this.stage && !this.scene.large && this.canvas.clientHeight && inside(this.room(2, 2));
      return large && !this.covers(this.tools, large) ? large : inside(this.room());
    }
    // Whether a card lies below something that floats over the picture.
    covers(part, { k, x, y }) {
      let left = (part.offsetLeft - 6 - x) / k, top = (part.offsetTop - 6 - y) / k, right = (part.offsetLeft + part.offsetWidth + 6 - x) / k;
      return this.geo.boxes.some((box) => box.x < right && box.x + box.w > left && box.y + box.h > top);
    }
    // Whether to show all of it beside the panel; else the picture stays as large as it is.
    readable() {
      return this.panel.hidden || this.fitScale() >= Math.min(this.least(0.8), this.at.k);
    }
    // The zoom down to which all is shown at once.
    least(usual) {
      return this.geo.boxes.length > HANDFUL ? usual : READ_WHOLE;
    }
    fitScale() {
      return this.fitting().k;
    }
    // The part of the canvas that no note or legend covers.
    room(pad = 16, bottom = FOOT) {
      let top = this.notes.childElementCount ? this.notes.offsetHeight + 20 : pad;
      return {
        x: pad,
        y: top,
        w: Math.max(80, this.canvas.clientWidth - 2 * pad),
        h: Math.max(80, this.canvas.clientHeight - top - bottom)
      };
    }
    zoomBy(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
      let k = clamp(this.at.k * factor, Math.min(MIN_ZOOM, this.fitScale()), MAX_ZOOM), ratio = k / this.at.k;
      this.fitted = !1, this.move({ k, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio });
    }
    wheel(event) {
      if (event.target.closest(".notes, .legend, .tools, .minimap") || !this.at) return;
      event.preventDefault();
      let box = this.canvas.getBoundingClientRect(), pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
      this.hurry(), this.zoomBy(Math.exp(-clamp(pixels, -240, 240) * 16e-4), event.clientX - box.left, event.clientY - box.top), this.later(() => this.svg.classList.remove("moving"), 160);
    }
    hurry() {
      this.svg.classList.remove("glide"), this.svg.classList.add("moving");
    }
    grab(event) {
      event.button !== 0 || event.target.closest(".tools, .notes, .legend, .minimap") || !this.at || (this.gesture = { id: event.pointerId, x: event.clientX, y: event.clientY, at: this.at, moved: !1 });
    }
    drag(event) {
      let from = this.gesture;
      if (!from || event.pointerId !== from.id) return;
      let dx = event.clientX - from.x, dy = event.clientY - from.y;
      !from.moved && Math.hypot(dx, dy) < DRAG_PX || (from.moved || (from.moved = !0, this.canvas.setPointerCapture(from.id), this.hurry()), this.fitted = !1, this.move({ k: from.at.k, x: from.at.x + dx, y: from.at.y + dy }));
    }
    release() {
      this.justDragged = !!this.gesture?.moved, this.gesture = null, this.svg.classList.remove("moving");
    }
    // Pan as little as needed to bring a box into the uncovered part, or farther in, so that its neighbours are seen.
    reveal(box, inner = 0) {
      if (this.scene.far) {
        this.center(box, 1);
        return;
      }
      let at = this.showing(box, inner);
      (at.x !== this.at.x || at.y !== this.at.y) && this.glide(at);
    }
    // Where the picture must lie for that. What the map covers depends on how far to the right the card ends up.
    showing(box, inner) {
      let room = this.room(), { k, x, y } = this.at, left = box.x * k + x, top = box.y * k + y, along = (at2, size2, from, extent) => {
        let spare = Math.max(0, extent - size2 * k), edge = Math.min(inner * extent, spare / 2);
        return clamp(at2, from + edge, from + spare - edge) - at2;
      }, dx = along(left, box.w, room.x, room.w), nx = inner && dx ? this.filled({ k, x: x + dx, y }).x : x + dx, under = this.map.covers(box.x * k + nx + box.w * k), dy = along(top, box.h, room.y, room.h - under), at = { k, x: nx, y: y + dy };
      return inner && (dx || dy) ? this.filled(at, under) : at;
    }
    // Nothing of the window stays empty that a larger picture could fill; `under` is what the map covers of it.
    filled({ k, x, y }, under = 0) {
      let room = this.room(), axis = (at, size2, from, extent) => size2 * k <= extent ? at : clamp(at, from + extent - size2 * k, from);
      return { k, x: axis(x, this.geo.width, room.x, room.w), y: axis(y, this.geo.height, room.y, room.h - under) };
    }
    // Whether all of a box is in the uncovered part of the window.
    seen(box) {
      let at = this.showing(box, 0);
      return at.x === this.at.x && at.y === this.at.y;
    }
    // Bring a box to the middle at a zoom.
    center(box, k) {
      let room = this.room();
      this.fitted = !1, this.glide(
        this.filled({
          k,
          x: room.x + room.w / 2 - (box.x + box.w / 2) * k,
          y: room.y + room.h / 2 - (box.y + box.h / 2) * k
        })
      );
    }
  }, earliest = (boxes) => boxes.reduce(
    (best, box) => box.kind !== "leaf" && box.ids?.length && !(box.ids[0] < best.ids?.[0]) ? box : best,
    boxes[0]
  );

  // graphtrace/viewer/src/chooser.js
  var Chooser = class extends Camera {
    boxAt(event) {
      let card = event.target.closest?.(".card");
      return card ? this.geo.boxes[Number(card.dataset.id)] : null;
    }
    click(event) {
      if (this.justDragged) {
        this.justDragged = !1;
        return;
      }
      let pressed = event.target.closest(".switch");
      if (event.target.closest(".tools, .notes, .legend, .minimap") || this.scene.far && this.dive(event)) return;
      if (pressed) {
        this.press(pressed);
        return;
      }
      let box = this.boxAt(event);
      clearTimeout(this.single), event.detail === 2 ? this.toggle(box) : box?.openable ? this.single = setTimeout(() => this.select(box), 260) : this.select(box);
    }
    // From far away a click goes near.
    dive(event) {
      let at = this.canvas.getBoundingClientRect(), { k, x, y } = this.at, reach = 4 / k, px = (event.clientX - at.left - x) / k, py = (event.clientY - at.top - y) / k, found = this.scene.boxes.within(px - reach, py - reach, px + reach, py + reach).map((id) => this.geo.boxes[id]).find(({ kind }) => kind !== "stub");
      return found && (this.center(found, 1), this.select(found)), !!found;
    }
    press(pressed) {
      let module = pressed.closest(".frame");
      module ? this.close(this.geo.frames.find(({ path }) => path === module.dataset.path)) : this.toggle(this.boxAt({ target: pressed }));
    }
    select(box, quiet = !1) {
      this.selected = box, this.marks.selected = box?.id ?? null, this.picked = (box && keysOf(box)[0]) ?? null, this.light(null), box ? (this.rove(box), this.inspect(box), this.fitted && this.readable() && !this.scene.far ? this.fit(!quiet) : quiet || this.reveal(box)) : this.hidePanel(), quiet || this.emit("picked", this.picked);
    }
    reselect() {
      let box = this.picked && this.geo.boxes.find((box2) => keysOf(box2).includes(this.picked));
      if (box) {
        let key = this.picked;
        this.select(box, !0), this.picked = key;
      } else this.hidePanel();
    }
    hidePanel() {
      this.panel.hidden = !0, this.fitted && this.fit();
    }
    // Only one card is in the tab order: arrows walk from it.
    rove(box) {
      this.cursor = box, this.marks.tab = box.id;
    }
    // Light the links and neighbours of a box, and the other copies of a shared leaf.
    light(box) {
      let pointed = [box, this.selected].filter(Boolean), lit2 = new Set(this.stage ? pointed.map(({ id }) => id) : []), litLinks = /* @__PURE__ */ new Set();
      this.stage?.panels.lit(pointed);
      for (let near of pointed) {
        let copies = near.twin === null ? [near] : this.twins.get(near.twin) ?? [near];
        for (let copy of copies) {
          copy !== near && lit2.add(copy.id);
          for (let [link, far] of this.joins[copy.id])
            litLinks.add(link), lit2.add(far);
        }
      }
      Object.assign(this.marks, { lit: lit2, litLinks }), this.scene.draw();
    }
    find(query) {
      let wanted = query.trim().toLowerCase(), match = (box) => [box.title, box.subtitle, ...keysOf(box)].some((text) => text.toLowerCase().includes(wanted));
      this.hits = wanted && this.geo ? this.geo.boxes.filter((box) => box.kind !== "stub" && match(box)) : [], this.marks.hits = wanted ? new Set(this.hits.map(({ id }) => id)) : null, this.scene.draw(), this.geo && this.scene.repaint(), this.found.textContent = wanted ? this.t("found").replace("{n}", this.hits.length) : "";
    }
    nextHit() {
      if (!this.hits.length) return;
      let box = this.hits[(this.hits.indexOf(this.selected) + 1) % this.hits.length];
      this.select(box);
    }
    // ---- module boxes ------------------------------------------------------------------------
    toggle(box) {
      box?.openable && this.change(box.path, box, (open2) => open2.add(box.path));
    }
    close(frame2) {
      this.change(frame2.path, frame2, (open2) => {
        for (let path of [...open2]) (path === frame2.path || path.startsWith(`${frame2.path}.`)) && open2.delete(path);
      });
    }
    change(path, spot, edit) {
      let { k, x, y } = this.at, open2 = new Set(this.geo.frames.map((frame2) => frame2.path));
      this.anchor = { path, k, x: (spot.x + spot.w / 2) * k + x, y: (spot.y + spot.h / 2) * k + y }, edit(open2), this.emit("opened", { of: this.geo.of, paths: [...open2].sort() });
    }
    // ---- keyboard ----------------------------------------------------------------------------
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      let typing = event.target === this.search;
      if (!typing && this.stage?.key(event)) return;
      let run = typing ? { Enter: () => this.nextHit(), Escape: () => this.clearSearch() }[event.key] : this.command(event);
      run && (event.preventDefault(), event.stopPropagation(), run());
    }
    command(event) {
      let pressed = event.target.closest(".switch"), box = this.boxAt(event), onCard = pressed ? () => this.press(pressed) : box && (() => this.select(box)), everywhere = {
        "+": () => this.zoomBy(1.25),
        "=": () => this.zoomBy(1.25),
        "-": () => this.zoomBy(0.8),
        0: () => this.fit(!0),
        Escape: () => this.select(null),
        "/": () => this.search.focus()
      }, here = { Enter: onCard, " ": onCard, o: box?.openable && (() => this.toggle(box)) }, way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      return way && box && (!this.stage || event.shiftKey) ? () => this.walk(box, way) : here[event.key] || everywhere[event.key];
    }
    clearSearch() {
      this.search.value = "", this.find(""), this.scene.card(this.cursor?.id ?? 0)?.focus();
    }
    // Go to the nearest card in a direction; one that a link joins counts as much nearer.
    walk(box, [dx, dy]) {
      let linked2 = new Set(this.joins[box.id].map(([, far]) => far)), best = null, least = 1 / 0;
      for (let other of this.geo.boxes) {
        let x = other.x + other.w / 2 - box.x - box.w / 2, y = other.y + other.h / 2 - box.y - box.h / 2, ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
        if (other === box || other.kind === "stub" || ahead <= 1) continue;
        let cost = (ahead + 2 * aside) * (linked2.has(other.id) ? 0.2 : 1);
        cost < least && (least = cost, best = other);
      }
      best && (this.rove(best), this.scene.draw(), this.scene.card(best.id).focus({ preventScroll: !0 }), this.selected ? this.select(best) : this.reveal(best));
    }
  };

  // graphtrace/viewer/src/sketch.js
  var COLOURS = {
    op: "forward",
    module: "forward",
    leaf: "leaf",
    gradient: "gradient",
    stub: "constant",
    cut: "constant",
    waiting: "constant"
  };
  function sketch(context, scene, at, width, height, paint) {
    let rect2 = [-at.x / at.k, -at.y / at.k, (width - at.x) / at.k, (height - at.y) / at.k], { colours } = paint, far = scene.boxes.side * at.k < 7;
    context.save(), context.transform(at.k, 0, 0, at.k, at.x, at.y), frames(context, scene.geo.frames, colours, at.k), far || lines(context, scene, rect2, colours, at.k), far ? cells(context, scene, rect2, paint, at.k) : bars2(context, scene, scene.boxes.within(...rect2), paint, at.k), context.restore();
  }
  function frames(context, all, colours, k) {
    context.lineWidth = 1 / k, context.fillStyle = colours.frame, context.strokeStyle = colours.frame_line;
    for (let { x, y, w, h } of all)
      context.fillRect(x, y, w, h), context.strokeRect(x, y, w, h);
  }
  function lines(context, scene, rect2, colours, k) {
    let found = scene.lines.within(...rect2), straight = found.length > 6e3 / 3, least = found.length > 6e3 ? 3 / k : 0;
    context.lineWidth = 1 / k, context.strokeStyle = colours.line, context.globalAlpha = found.length > 6e3 ? 0.5 : 1, context.beginPath();
    for (let i of found) {
      let p = scene.geo.links[i].points, n = p.length;
      if (!(least && Math.abs(p[n - 2] - p[0]) + Math.abs(p[n - 1] - p[1]) < least)) {
        context.moveTo(p[0], p[1]);
        for (let j = 2; j + 5 < n; j += 6)
          straight ? context.lineTo(p[j + 4], p[j + 5]) : context.bezierCurveTo(p[j], p[j + 1], p[j + 2], p[j + 3], p[j + 4], p[j + 5]);
      }
    }
    context.stroke(), context.globalAlpha = 1;
  }
  function bars2(context, scene, ids, { colours, hue }, k) {
    let groups = /* @__PURE__ */ new Map(), bar2 = Math.max(4, 2.5 / k), tiny = ids.length > 4e3, titled = [];
    for (let id of ids) {
      let box = scene.geo.boxes[id], name = hue(box);
      groups.has(name) || groups.set(name, []), groups.get(name).push(box);
    }
    if (!tiny) {
      context.fillStyle = colours.surface, context.strokeStyle = colours.line, context.lineWidth = 1 / k;
      for (let boxes of groups.values())
        for (let box of boxes)
          box.kind !== "stub" && (context.fillRect(box.x, box.y, box.w, box.h), context.strokeRect(box.x, box.y, box.w, box.h), titled.push(box));
    }
    for (let [name, boxes] of groups) {
      context.fillStyle = colours[name];
      for (let box of boxes)
        context.fillRect(box.x, box.y, Math.max(1 / k, tiny || box.w * k < 12 ? box.w : bar2), Math.max(1 / k, box.h));
    }
    titles(context, titled, colours, k);
  }
  function titles(context, boxes, colours, k) {
    let size2 = 11 / k;
    context.fillStyle = colours.ink, context.font = `600 ${size2}px ${colours.font}`;
    for (let box of boxes) {
      if (box.w * k < 58 || box.h * k < 15) continue;
      let text = fitting(context, [box.title, box.title.split(" · ")[0]], box.w - 12 / k);
      text && context.fillText(text, box.x + 7 / k, box.y + Math.min(box.h / 2 + size2 * 0.36, size2 * 1.5));
    }
  }
  var fitting = (context, texts, room) => texts.find((text) => context.measureText(text).width <= room);
  function cells(context, scene, rect2, { colours, hue }, k) {
    let field = scene.boxes, [c0, r0, c1, r1] = field.cells(...rect2), { side } = field, groups = /* @__PURE__ */ new Map();
    for (let row2 = r0; row2 <= r1; row2 += 1)
      for (let col = c0; col <= c1; col += 1) {
        let from = field.starts[row2 * field.cols + col], to = field.starts[row2 * field.cols + col + 1];
        if (from === to) continue;
        let key = `${hue(scene.geo.boxes[field.things[from]])} ${Math.min(4, to - from)}`;
        groups.has(key) || groups.set(key, []), groups.get(key).push(col * side, row2 * side);
      }
    let inner = Math.max(side - 0.7 / k, side / 2);
    for (let [key, places] of groups) {
      let [name, many] = key.split(" ");
      context.fillStyle = colours[name], context.globalAlpha = 0.35 + 0.15 * Number(many);
      for (let i = 0; i < places.length; i += 2) context.fillRect(places[i], places[i + 1], inner, inner);
    }
    context.globalAlpha = 1;
  }
  function ring(context, box, at, colour, wide = 3) {
    let w = Math.max(9, box.w * at.k + 4), h = Math.max(9, box.h * at.k + 4);
    context.strokeStyle = colour, context.lineWidth = wide, context.strokeRect((box.x + box.w / 2) * at.k + at.x - w / 2, (box.y + box.h / 2) * at.k + at.y - h / 2, w, h);
  }

  // graphtrace/viewer/src/minimap.js
  var MAP_W = 190, MAP_H = 110, LEAST2 = 10, MODEST = 0.66, FEW = 20, Minimap = class {
    constructor(view) {
      this.view = view, this.canvas = el("canvas"), this.frame = el("div", { class: "mapframe" }), this.root = el("div", { class: "minimap", tabindex: 0, hidden: "" }, this.canvas, this.frame), this.root.addEventListener("pointerdown", (event) => this.grab(event)), this.root.addEventListener("pointermove", (event) => {
        this.held && this.go(event);
      });
      for (let end of ["pointerup", "pointercancel"])
        this.root.addEventListener(end, () => {
          this.held = !1;
        });
      this.root.addEventListener("keydown", (event) => this.key(event));
    }
    load(geo) {
      let k = (this.view.scene.large ? 1 : MODEST) * Math.min(MAP_W / geo.width, MAP_H / geo.height), w = Math.max(24, geo.width * k), h = Math.max(16, geo.height * k);
      this.k = k, Object.assign(this.canvas.style, { width: `${w}px`, height: `${h}px` }), Object.assign(this.canvas, { width: Math.round(w * 2), height: Math.round(h * 2) }), this.size = { w, h }, this.stale = !0;
    }
    // Only where there is something that the window does not show.
    refresh() {
      let { scene, at, canvas } = this.view, geo = this.view.geo, whole = !at || !geo || geo.boxes.length <= FEW || at.x >= -1 && at.y >= -1 && geo.width * at.k + at.x <= canvas.clientWidth + 1 && geo.height * at.k + at.y <= canvas.clientHeight + 1;
      if (this.root.hidden = whole, canvas.classList.toggle(
        "near",
        !whole || !!(at && geo && !scene.large && this.view.covers(this.view.legend, at))
      ), whole) return;
      this.stale && this.draw();
      let left = clamp(-at.x / at.k * this.k, 0, this.size.w - LEAST2), top = clamp(-at.y / at.k * this.k, 0, this.size.h - LEAST2), w = clamp((canvas.clientWidth - at.x) / at.k * this.k - left, LEAST2, this.size.w - left), h = clamp((canvas.clientHeight - at.y) / at.k * this.k - top, LEAST2, this.size.h - top);
      Object.assign(this.frame.style, { transform: `translate(${left}px, ${top}px)`, width: `${w}px`, height: `${h}px` });
    }
    // How much of the window's height is lost, for a card that reaches to `right`, because it would lie below the map.
    covers(right) {
      return this.root.hidden || right < this.view.canvas.clientWidth - this.size.w - 26 ? 0 : this.size.h + 8;
    }
    draw() {
      let context = this.canvas.getContext("2d");
      this.stale = !1, context.setTransform(2, 0, 0, 2, 0, 0), context.clearRect(0, 0, this.size.w, this.size.h), sketch(context, this.view.scene, { k: this.k, x: 0, y: 0 }, this.size.w, this.size.h, this.view.scene.paint());
    }
    // The colours have changed: drawn again when the steps come to rest.
    renew() {
      clearTimeout(this.later), this.later = setTimeout(() => {
        this.stale = !0, this.view.geo && this.refresh();
      }, 150);
    }
    grab(event) {
      event.stopPropagation(), this.held = !0, this.root.setPointerCapture(event.pointerId), this.go(event);
    }
    go(event) {
      let box = this.canvas.getBoundingClientRect(), { view } = this, { k } = view.at, x = (event.clientX - box.left) / this.k, y = (event.clientY - box.top) / this.k;
      view.fitted = !1, view.move({ k, x: view.canvas.clientWidth / 2 - x * k, y: view.canvas.clientHeight / 2 - y * k });
    }
    key(event) {
      let way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault(), event.stopPropagation();
      let { view } = this, { k, x, y } = view.at;
      view.fitted = !1, view.move({ k, x: x + way[0] * view.canvas.clientWidth * 0.4, y: y + way[1] * view.canvas.clientHeight * 0.4 });
    }
  };

  // graphtrace/viewer/src/draw/mount.js
  var Mount = class {
    /** @param {Element} root Whose children are drawn; nobody else may add to them. */
    constructor(root) {
      this.root = root, this.drawn = [];
    }
    /** @param {Tree[]} trees What the root shall hold. */
    draw(trees) {
      this.drawn = patchAll(this.root, this.drawn, trees);
    }
  };
  function patchAll(parent, before, trees) {
    if (before.length === trees.length && trees.every((tree, i) => alike(before[i].tree, tree)))
      return trees.map((tree, i) => patch(before[i], tree));
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
    for (let { node } of drawn)
      node === at ? at = at.nextSibling : parent.insertBefore(node, at);
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
      let before = (
        /** @type {TreeElement} */
        drawn.tree
      ), node = (
        /** @type {Element} */
        /** @type {unknown} */
        drawn.node
      );
      dress(node, before.attrs, tree.attrs), before.children !== tree.children && (drawn.children = patchAll(node, drawn.children, tree.children));
    }
    return drawn.tree = tree, drawn;
  }
  function dress(node, before, after) {
    if (before !== after) {
      for (let [name, value] of Object.entries(after))
        value !== before[name] && (value == null ? node.removeAttribute(name) : node.setAttribute(name, String(value)));
      for (let name of Object.keys(before)) name in after || node.removeAttribute(name);
    }
  }

  // graphtrace/viewer/src/picture/overview.js
  var QUICK = 7, REST_MS = 120, SHARPEST = 2, Overview = class {
    /**
     * @param {HTMLElement} window_ What it fills.
     * @param {() => { things: Sketched, at: At, paint: Paint, rings: Ring[] } | null} seen What there is to see now.
     */
    constructor(window_, seen) {
      this.window = window_, this.seen = seen, this.canvas = el("canvas", { class: "overview", "aria-hidden": "true" }), this.cost = 0, this.rest = 0, this.sketched = null;
    }
    destroy() {
      clearTimeout(this.rest);
    }
    /**
     * Follow a move. While a gesture lasts, a sketch that takes long to draw is moved as it is, and drawn anew when the
     * hand rests.
     *
     * @param {At} at
     * @param {boolean} soon Whether a gesture lasts.
     */
    follow(at, soon) {
      let { sketched } = this;
      if (!soon || this.cost < QUICK || !sketched) {
        this.draw();
        return;
      }
      let ratio = at.k / sketched.k, x = at.x - sketched.x * ratio, y = at.y - sketched.y * ratio;
      this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${ratio})`, clearTimeout(this.rest), this.rest = setTimeout(() => this.draw(), REST_MS);
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
    /** An empty canvas of the window's size. @param {number} width @param {number} height */
    cleared(width, height) {
      let { canvas } = this, sharp = Math.min(SHARPEST, devicePixelRatio || 1), pixels = [Math.round(width * sharp), Math.round(height * sharp)];
      (canvas.width !== pixels[0] || canvas.height !== pixels[1]) && ([canvas.width, canvas.height] = pixels, Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` }));
      let context = canvas.getContext("2d");
      return context.setTransform(sharp, 0, 0, sharp, 0, 0), context.clearRect(0, 0, width, height), context;
    }
  };

  // graphtrace/viewer/src/picture/scene.js
  var SMALL3 = 150, FAR = 0.32, MARGIN = 0.3, SPARE = 4, Scene = class {
    /** @param {SceneParts} parts */
    constructor(parts) {
      this.parts = parts, this.picture = new Picture(parts.say), this.mount = new Mount(parts.svg), this.overview = new Overview(parts.window, () => this.seen()), this.far = !1, this.large = !1;
    }
    destroy() {
      this.overview.destroy();
    }
    /** Take a new picture; it is drawn by `draw`. @param {Geometry} geo */
    load(geo) {
      this.geo = geo, this.large = geo.boxes.length > SMALL3, this.boxes = new Field(boxRects(geo.boxes), geo.width, geo.height), this.lines = new Field(linkRects(geo.links), geo.width, geo.height), this.shown = this.large ? { boxes: [], links: [] } : { boxes: keys(geo.boxes), links: keys(geo.links) }, this.covered = null, this.setFar(!1), this.parts.window.classList.toggle("large", this.large);
    }
    /** @param {boolean} far */
    setFar(far) {
      this.far = far, this.parts.window.classList.toggle("far", far);
    }
    // ---- what is in the document --------------------------------------------------------------
    /** Draw the picture as it is now: only what has changed since the last time. */
    draw() {
      if (!this.geo) return;
      let marks = this.parts.marks(), moment = this.parts.moment(), { boxes, links } = this.shown, needed = [marks.tab, marks.selected].filter((id) => id !== null), ids = this.large ? [.../* @__PURE__ */ new Set([...boxes, ...needed])].sort((a, b) => a - b) : boxes;
      this.layers = this.picture.draw({ geo: this.geo, moment, marks, boxes: ids, links, still: still() }), this.mount.draw(this.layers);
    }
    /** Draw all of it anew: in another language. */
    redraw() {
      this.picture.forget(), this.draw();
    }
    /** The element of a card that is drawn. @param {number} id @returns {SVGElement | null} */
    card(id) {
      return this.parts.svg.querySelector(`.card[data-id="${id}"]`);
    }
    /** After every move: draw what has come into the window, drop what has left it. @param {boolean} [soon] Whether a gesture lasts. */
    update(soon = !1) {
      let at = this.parts.at();
      if (!this.large || !at) return;
      let far = at.k < FAR;
      if (far !== this.far && (this.setFar(far), this.covered = null), far)
        this.overview.follow(at, soon), this.covered !== "nothing" && this.show("nothing", [], []);
      else if (!this.suffices(this.seenPart(at, 0))) {
        let part = this.seenPart(at, MARGIN);
        this.show(part, this.boxes.within(...part), this.lines.within(...part));
      }
    }
    /** After the window's size has changed. */
    resized() {
      this.covered = null, this.update();
    }
    /** @param {Rectangle | "nothing"} covered @param {number[]} boxes @param {number[]} links */
    show(covered, boxes, links) {
      this.covered = covered, this.shown = { boxes, links: links.sort((a, b) => a - b) }, this.draw();
    }
    /** Whether what is drawn shows this part, and not much more. @param {Rectangle} part */
    suffices(part) {
      let { covered } = this;
      return !covered || covered === "nothing" ? !1 : part[0] >= covered[0] && part[1] >= covered[1] && part[2] <= covered[2] && part[3] <= covered[3] && covered[2] - covered[0] < SPARE * (part[2] - part[0]);
    }
    /** The window in the picture's own lengths, with a margin around it. @param {At} at @param {number} margin @returns {Rectangle} */
    seenPart({ k, x, y }, margin) {
      let { clientWidth: w, clientHeight: h } = this.parts.window;
      return [(-x - margin * w) / k, (-y - margin * h) / k, (w - x + margin * w) / k, (h - y + margin * h) / k];
    }
    // ---- the sketch ----------------------------------------------------------------------------
    /** Draw the sketch in the colours of now. */
    repaint() {
      this.far && this.overview.draw();
    }
    /** Colours of a sketch. @returns {import("./overview.js").Paint} */
    paint() {
      let moment = this.parts.moment();
      return { colours: this.parts.colours(), hue: (box) => moment ? moment.hue(box) : COLOURS[box.kind] };
    }
    seen() {
      let at = this.parts.at();
      return this.far && at ? { things: this, at, paint: this.paint(), rings: this.rings() } : null;
    }
    /** What was found, what runs, what is chosen. @returns {import("./overview.js").Ring[]} */
    rings() {
      let { hits, selected } = this.parts.marks(), now = this.parts.moment()?.now, colours = this.parts.colours(), found = [...hits ?? []].map((id) => ({ box: this.geo.boxes[id], colour: colours.warning, wide: 2 })), running = (now?.boxes ?? []).map((box) => ({ box, colour: colours[now?.tone ?? "leaf"] })), chosen = selected === null ? [] : [{ box: this.geo.boxes[selected], colour: colours.ink }];
      return [...found, ...running, ...chosen];
    }
  }, keys = (things) => [...things.keys()];

  // graphtrace/viewer/src/viewer.js
  var View = class extends Chooser {
    constructor(root) {
      super(), this.root = root, this.texts = {}, this.emit = () => {
      }, this.picked = null, this.stage = null, this.anchor = null, this.abort = new AbortController(), this.build(), this.listen();
    }
    t(name) {
      return this.texts[name] ?? name;
    }
    // ---- shell -------------------------------------------------------------------------------
    build() {
      this.title = el("strong"), this.about = el("span", { class: "about" }), this.search = el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" }), this.found = el("span", { class: "found", "aria-live": "polite" }), this.bar = el("div", { class: "bar" }, this.title, this.about, this.found, this.search), this.svg = svg("svg", { class: "picture", role: "group" }), this.notes = el("div", { class: "notes", role: "note" }), this.legend = el("div", { class: "legend" }), this.tools = el("div", { class: "tools", role: "toolbar" }), this.canvas = el("div", { class: "canvas" }), this.marks = noMarks(), this.scene = new Scene({
        window: this.canvas,
        svg: this.svg,
        at: () => this.at ?? null,
        marks: () => this.marks,
        moment: () => this.stage?.momentOf(this.geo) ?? null,
        colours: () => this.colours(),
        say: (name) => this.t(name)
      }), this.map = new Minimap(this), this.canvas.append(this.scene.overview.canvas, this.svg, this.notes, this.legend, this.map.root, this.tools), this.panel = el("aside", { class: "panel", hidden: "" }), this.main = el("div", { class: "main" }, this.canvas, this.panel), this.control = el("div", { class: "control", hidden: "" }), this.strip = el("div", { class: "strip", hidden: "" }), this.root.replaceChildren(this.bar, this.control, this.main, this.strip);
    }
    listen() {
      let on = (target, type, run, more = {}) => target.addEventListener(type, run, { signal: this.abort.signal, ...more });
      on(this.canvas, "wheel", (event) => this.wheel(event), { passive: !1 }), on(this.canvas, "pointerdown", (event) => this.grab(event)), on(this.canvas, "pointermove", (event) => this.drag(event)), on(this.canvas, "pointerup", () => this.release()), on(this.canvas, "pointercancel", () => this.release()), on(this.canvas, "click", (event) => this.click(event)), on(this.svg, "pointerover", (event) => this.light(this.boxAt(event))), on(this.svg, "pointerout", () => this.light(null)), on(this.svg, "focusin", (event) => this.light(this.boxAt(event))), on(this.root, "keydown", (event) => this.key(event)), on(this.search, "input", () => this.find(this.search.value)), on(window, "resize", () => this.resize()), this.sizes = new ResizeObserver(() => this.resized()), this.sizes.observe(this.canvas);
    }
    // Fill the window below the component's top edge, so that the page never scrolls.
    resize() {
      let top = this.root.getBoundingClientRect().top + (window.scrollY || 0);
      this.root.style.height = `${Math.max(360, Math.floor(innerHeight - Math.max(0, top)))}px`;
    }
    resized() {
      this.waiting && this.canvas.clientWidth > 0 ? (this.waiting = !1, this.settle()) : this.fitted && !this.gesture && this.readable() ? this.fit() : (this.scene.resized(), this.map.refresh());
    }
    destroy() {
      this.abort.abort(), this.sizes.disconnect(), this.stage?.pause(), clearTimeout(this.calm), clearTimeout(this.single), this.scene.destroy(), clearTimeout(this.map.later), this.root.replaceChildren();
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
      theme = null
    }) {
      this.words = { texts, languages, palette, title, name, about, theme }, this.name = name, this.languages = languages, this.language = this.asked && languages ? this.asked : language, this.texts = languages?.[this.language] ?? texts, this.title.textContent = title, this.describe(), this.search.placeholder = this.t("search"), this.search.setAttribute("aria-label", this.t("search")), this.svg.setAttribute("aria-label", this.t("picture")), this.panel.setAttribute("aria-label", this.t("inspector")), this.paint(palette, theme), this.map.root.setAttribute("aria-label", this.t("map")), this.map.root.title = this.t("map"), this.drawTools(), this.drawLegend(), this.geo && (this.drawnIn !== this.language && this.scene.redraw(), this.scene.repaint(), this.map.renew()), this.drawnIn = this.language, this.stage?.spoken !== this.language && this.stage?.speak(), this.resize(), this.selected && this.inspect(this.selected);
    }
    // What the host says of the picture; else how much there is, and how much of it is folded away.
    describe() {
      let { geo, words } = this, say = (name) => this.t(name).replace("{n}", count(geo.nodes)).replace("{m}", count(geo.edges)).replace("{k}", count(geo.folded)), told = words.about || (geo?.edges === void 0 ? "" : say("counts") + (geo.folded ? say("folded") : ""));
      this.about.textContent = this.about.title = told;
    }
    speakIn(language) {
      this.asked = language, this.patch({ ...this.words, language });
    }
    paint(palette, theme) {
      let dark = theme ? theme === "dark" : isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color"));
      this.root.dataset.theme = dark ? "dark" : "light";
      for (let [name, colour] of Object.entries(palette[dark ? "dark" : "light"] ?? {}))
        this.root.style.setProperty(`--gt-${name.replaceAll("_", "-")}`, colour);
    }
    // A new picture. The same id again changes nothing, so a rerun never flickers.
    setStructure(id, geo) {
      id !== this.id && (this.keep(), this.id = id, this.geo = unpacked(geo), this.index(), this.describe(), this.draw(), this.canvas.clientWidth > 0 ? this.settle() : this.waiting = !0, this.reselect(), this.find(this.search.value), this.root.dataset.ready = id);
    }
    // Another pass over the same picture: the boxes stay, what they stand for changes.
    adopt(geo) {
      this.geo.boxes.forEach((box, i) => {
        box.nodes = geo.boxes[i].nodes;
      }), this.byNode = /* @__PURE__ */ new Map();
      for (let box of this.geo.boxes)
        for (let node of box.nodes) this.byNode.has(node.id) || this.byNode.set(node.id, box);
      this.selected && this.inspect(this.selected);
    }
    index() {
      this.joins = this.geo.boxes.map(() => []), this.geo.links.forEach((link, i) => {
        this.joins[link.s].push([i, link.t]), this.joins[link.t].push([i, link.s]);
      }), this.byNode = /* @__PURE__ */ new Map(), this.twins = /* @__PURE__ */ new Map();
      for (let box of this.geo.boxes) {
        for (let id of box.ids ?? box.nodes.map((node) => node.id)) this.byNode.has(id) || this.byNode.set(id, box);
        box.twin !== null && this.twins.set(box.twin, [...this.twins.get(box.twin) ?? [], box]);
      }
    }
    // ---- drawing -----------------------------------------------------------------------------
    draw() {
      let { geo } = this;
      this.selected = null, this.hits = [], this.marks = noMarks(), this.svg.setAttribute("width", geo.boxes.length > 2e3 ? 1 : geo.width), this.svg.setAttribute("height", geo.boxes.length > 2e3 ? 1 : geo.height), this.scene.load(geo), this.map.load(geo), this.notes.replaceChildren(...geo.notes.map((text) => el("p", { text })));
      let first = this.byNode.get(geo.roots[0]) ?? geo.boxes[0];
      first && this.rove(first), this.scene.draw();
    }
    /** Colours of the theme, as a canvas takes them. */
    colours() {
      let { theme } = this.root.dataset;
      return { ...this.words?.palette[theme], font: getComputedStyle(this.root).fontFamily };
    }
    drawTools() {
      let tool = (sign, label2, run, keys2) => {
        let button = el("button", { type: "button", title: `${label2} (${keys2})`, "aria-label": label2, text: sign });
        return button.addEventListener("click", run), button;
      };
      this.tools.setAttribute("aria-label", this.t("zoom")), this.tools.replaceChildren(
        tool("−", this.t("zoom_out"), () => this.zoomBy(1 / 1.25), "-"),
        tool("+", this.t("zoom_in"), () => this.zoomBy(1.25), "+"),
        tool(this.t("fit"), this.t("fit_long"), () => this.fit(!0), "0")
      );
    }
    drawLegend() {
      let item = (kind) => el(
        "span",
        { class: "item" },
        el("i", { class: `mark ${kind}` }),
        document.createTextNode(this.t(`legend_${kind}`))
      );
      this.legend.replaceChildren(
        ...["op", "leaf", "module", "stub", "arrow", ...this.stage ? ["gradient"] : []].map(item)
      );
    }
  }, count = (number) => number.toLocaleString("en-US");
  function isDark(colour) {
    let hex = /^\s*#([0-9a-f]{6})/i.exec(colour);
    if (!hex) return matchMedia("(prefers-color-scheme: dark)").matches;
    let [r, g, b] = [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
    return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }

  // graphtrace/viewer/src/host.js
  var MOUNTED = /* @__PURE__ */ new WeakMap(), SOUGHT = /* @__PURE__ */ new Set(), LEFT = /* @__PURE__ */ new Map();
  function show(view, data) {
    if (view.patch(data.patch), !data.play) {
      view.setStructure(data.id, data.geo);
      return;
    }
    if (view.stage?.id !== data.id) {
      let before = view.stage, same = before && data.fresh !== !1 && data.recording !== void 0 && before.recording === data.recording;
      before?.pause(), view.stage = new Stage(view, data.id, data.play, same ? before.cursor : LEFT.get(data.id) ?? data.start ?? 0), Object.assign(view.stage, { recording: data.recording, of: data.of });
      let chosen = data.address && view.stage.views.find(({ name }) => name === (before ? before.chosen?.name : data.view));
      chosen && (view.stage.chosen = chosen, view.stage.speak()), view.drawLegend(), view.stage.refresh(), data.autoplay && !still() && view.stage.play();
    }
  }
  function go(view, id, seek) {
    let once = seek && `${id}|${seek.serial}`;
    !seek || SOUGHT.has(once) || (SOUGHT.add(once), view.stage.pause(), view.stage.seek(seek.to));
  }
  function open(root, data) {
    let view = new View(root);
    return root.classList.add("page"), show(view, data), document.addEventListener("keydown", (event) => {
      root.contains(event.target) || view.key(event);
    }), view;
  }
  function mount(host) {
    return host.data.sides ? mountPair(host) : mountOne(host);
  }
  function mountPair({ data, parentElement, setStateValue }) {
    let root = parentElement.querySelector(".gt-pair"), parts = [...root.querySelectorAll(".gt-root")], pair = MOUNTED.get(root);
    return pair || MOUNTED.set(
      root,
      pair = new Pair(
        root,
        parts.map((part) => listening(new View(part)))
      )
    ), pair.tell = (at) => setStateValue("cursor", { of: data.id, at }), pair.take(data, show), go(pair.views[data.own], data.id, data.seek), () => {
      pair.destroy(), MOUNTED.delete(root);
    };
  }
  function mountOne({ data, parentElement, setStateValue, setTriggerValue }) {
    let root = parentElement.querySelector(".gt-root"), view = MOUNTED.get(root);
    view || MOUNTED.set(root, view = listening(new View(root))), view.keyboard = !!data.keyboard, root.classList.toggle("compact", !!data.compact), root.classList.toggle("bare", !!data.bare);
    let waiting2 = 0, place = () => ({ of: view.stage.id, at: view.stage.cursor, view: view.stage.chosen?.name ?? "" });
    return view.ask = data.address && { selector: data.ask, tell: () => setStateValue("cursor", place()) }, view.emit = (name, value) => {
      if (data.address && (name === "cursor" || name === "view") && (note(view, data.address), !data.rests) || name === "view") return;
      if (name !== "cursor") {
        setStateValue(name, value);
        return;
      }
      let send = () => {
        view.stage?.timer ? waiting2 = setTimeout(send, 400) : setStateValue(name, data.rests ? place() : view.stage?.cursor ?? value);
      };
      clearTimeout(waiting2), waiting2 = setTimeout(send, 400);
    }, view.acts = data.acts, view.act = (told) => setTriggerValue("act", told), show(view, data), go(view, data.id, data.seek), data.present && !view.presented && (view.presented = !0, view.stage.present()), data.address && note(view, data.address), () => {
      clearTimeout(waiting2), view.destroy(), MOUNTED.delete(root);
    };
  }
  function listening(view) {
    let taken = (part) => part === view.root || part.matches?.("input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=dialog]");
    document.addEventListener(
      "keydown",
      (event) => {
        let free = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
        view.keyboard && free && !event.composedPath().some(taken) && view.stage?.key(event);
      },
      { signal: view.abort.signal }
    ), document.addEventListener(
      "click",
      (event) => {
        let { stage, ask } = view;
        !ask || !stage || stage.told === stage.cursor || !event.target.closest?.(ask.selector) || (stage.told = stage.cursor, ask.tell());
      },
      { signal: view.abort.signal, capture: !0 }
    ), document.addEventListener(
      "click",
      ({ detail, target }) => {
        let chosen = view.keyboard && detail && target.closest?.("[data-testid=stButtonGroup] button");
        chosen && requestAnimationFrame(() => chosen.blur());
      },
      { signal: view.abort.signal, capture: !0 }
    );
    let inspect = view.inspect.bind(view);
    return view.inspect = (box) => {
      inspect(box), view.acts && view.panel.querySelector("h2").after(...offer(view, box));
    }, view;
  }
  function offer(view, box) {
    let { params, modules, hooks, words } = view.acts, inside = new Set(box.nodes.map(({ module }) => module).filter(Boolean)), own = (name) => box.kind !== "leaf" && inside.has(name.slice(0, name.lastIndexOf("."))) || box.blocks?.some((block) => block.name === name), button = (text, told, on) => {
      let made = el("button", {
        type: "button",
        class: "act",
        text,
        ...on === void 0 ? {} : { "aria-pressed": String(on) }
      });
      return made.addEventListener("click", () => view.act(told)), made;
    }, rows = Object.entries(params).filter(([name]) => own(name)).map(
      ([name, [learns, graded]]) => el(
        "p",
        {},
        el("strong", { text: name }),
        button("requires_grad_(False)", { do: "freeze", name, on: learns }, !learns),
        button(words.numbers, { do: "numbers", name }),
        graded ? button(words.grad, { do: "numbers", name: `${name}.grad` }) : null
      )
    ), path = [...inside].filter((name) => modules.includes(name)).at(-1);
    if (path && box.kind !== "leaf" && rows.push(
      el(
        "p",
        {},
        el("strong", { text: `${words.output} ${path}` }),
        ...["detach", "retain_grad"].map(
          (does) => button(`${does}()`, { do: does, name: path, on: hooks[path] !== does }, hooks[path] === does)
        )
      )
    ), box.nodes.some(({ id }) => view.geo.roots.includes(id)) && rows.push(el("p", {}, button("backward(retain_graph=True)", { do: "keep" }))), !rows.length) return [];
    let acts = el(
      "details",
      { class: "acts", ...view.acting ? { open: "" } : {} },
      el("summary", {}, el("h3", { text: words.title }), el("span", { text: words.what })),
      ...rows
    );
    return acts.addEventListener("toggle", () => {
      view.acting = acts.open;
    }), [acts];
  }
  function note(view, path) {
    LEFT.clear(), LEFT.set(view.stage.id, view.stage.cursor), NOTED.wanted = {
      path,
      places: { at: view.stage.cursor, ...view.stage.views.length > 1 ? { view: view.stage.chosen.name } : {} }
    }, NOTED.waiting || write3();
  }
  var NOTED = { left: 10, since: 0, waiting: 0, wanted: null };
  function write3() {
    let now = performance.now(), { wanted } = NOTED;
    if (NOTED.left = Math.min(10, NOTED.left + (now - NOTED.since) * 3e-3), NOTED.since = now, NOTED.waiting = NOTED.left < 1 ? setTimeout(write3, 350) : 0, NOTED.waiting || !location.pathname.endsWith(wanted.path)) return;
    NOTED.left -= 1;
    let url = new URL(location.href);
    for (let [name, value] of Object.entries(wanted.places)) url.searchParams.set(name, value);
    url.href !== location.href && history.replaceState(history.state, "", url);
  }
  return __toCommonJS(main_exports);
})();
