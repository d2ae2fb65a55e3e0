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
      let [card, x, y, twin] = pack.sent.spots.slice(4 * id, 4 * id + 4);
      Object.assign(this, { id, x, y, twin: twin < 0 ? null : twin }), this.card = pack.sent.cards[card], this.pack = pack;
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
      let { nodeRows, types, metas, kept, nones, params } = this.sent, [key, kind, shown, shelf, none, name = null] = nodeRows[id], [type, sort, module, slots] = types[kind], [out, into] = this.ends(id);
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
        none: nones[none],
        saved: shelf.map(([place, alias, version]) => ({ ...kept[place], alias, version })),
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
      let col = (x) => clamp(Math.floor(x / this.side), 0, this.cols - 1), row = (y) => clamp(Math.floor(y / this.side), 0, this.rows - 1);
      return [col(left), row(top), col(right), row(bottom)];
    }
    // The things that touch a rectangle, each once.
    within(left, top, right, bottom) {
      let found = [], [c0, r0, c1, r1] = this.cells(left, top, right, bottom), { rects, seen, starts, things } = this;
      this.stamp += 1;
      let take = (i) => {
        seen[i] !== this.stamp && (seen[i] = this.stamp, rects[4 * i] <= right && rects[4 * i + 2] >= left && rects[4 * i + 1] <= bottom && rects[4 * i + 3] >= top && found.push(i));
      };
      for (let row = r0; row <= r1; row += 1)
        for (let at = starts[row * this.cols + c0], end = starts[row * this.cols + c1 + 1]; at < end; at += 1)
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
      let line = [];
      for (let c = 0; c < cols; c += along) r * cols + c < flat.length && line.push(flat[r * cols + c]);
      found.push(line);
    }
    return { lines: found, cols: Math.ceil(cols / along), thinned: down > 1 || along > 1 || !!tensor2.sample };
  }
  function scale(tensor2) {
    let ends = [real(tensor2.min), real(tensor2.max)].filter((x) => Number.isFinite(x)).map(Math.abs);
    return ends.length ? Math.max(...ends) : Math.max(0, ...(numbers(tensor2) ?? []).filter(Number.isFinite).map(Math.abs));
  }

  // graphtrace/viewer/src/cells.js
  var CELL_W = 46, CELL_H = 18, HEAT_W = 92, HEAT_H = 44, LABEL = 15, PAD = 5, words = (cls, x, y, text, room, more = {}) => {
    let node = svg("text", { class: cls, x, y, "font-size": 11, text, ...more });
    return node.room = room, node;
  }, rect = (cls, x, y, w, h, more = {}) => svg("rect", { class: cls, x, y, width: w, height: h, ...more });
  function tensorBlock(block, tensor2, hue, label) {
    let top = block.y + LABEL;
    return [words(`label ${hue}`, block.x, block.y + 10, label, block.w), ...body(block, tensor2, hue, block.x, top)];
  }
  function body(block, tensor2, hue, x, y) {
    if (!block.rows) return heat(tensor2, hue, x, y);
    let flat = tensor2 ? numbers(tensor2) : null, most = tensor2 ? scale(tensor2) : 0, parts = [];
    for (let r = 0; r < block.rows; r += 1)
      for (let c = 0; c < block.cols; c += 1)
        parts.push(
          ...cell(flat?.[r * block.cols + c], tensor2, most, hue, x + c * CELL_W, y + r * CELL_H, block.rows > 1)
        );
    return parts;
  }
  function cell(value, tensor2, most, hue, x, y, column) {
    let frame = (cls, opacity) => rect(`cell ${cls}`, x + 0.5, y + 0.5, CELL_W - 1.5, CELL_H - 1.5, { rx: 3, "fill-opacity": opacity }), said2 = (text, cls = "") => words(`number ${cls}`, x + (column ? CELL_W - 4 : CELL_W / 2), y + 13, text, CELL_W - 6, {
      "font-size": 12,
      "text-anchor": column ? "end" : "middle"
    });
    if (!tensor2 || value === void 0)
      return [
        frame("empty waiting", 1),
        words("number faint", x + CELL_W / 2, y + 12.7, tensor2 === null ? "None" : "·", CELL_W - 4, {
          "text-anchor": "middle"
        })
      ];
    let odd = !Number.isFinite(value), strength = odd || !most ? 0 : Math.abs(value) / most;
    return [
      frame(odd ? "odd" : `${hue} ${value < 0 ? "neg" : "pos"}`, odd ? 1 : 0.06 + 0.44 * strength),
      said2(short(value), odd ? "loud" : "")
    ];
  }
  function heat(tensor2, hue, x, y) {
    let frame = rect(`heat ${tensor2 ? "" : "empty"}`, x, y, HEAT_W, HEAT_H, { rx: 3 }), found = tensor2 ? grid(tensor2) : null;
    if (!tensor2)
      return [
        frame,
        words("number faint", x + HEAT_W / 2, y + HEAT_H / 2 + 4, tensor2 === null ? "None" : "·", HEAT_W, {
          "text-anchor": "middle"
        })
      ];
    let parts = [frame];
    if (found) {
      let most = scale(tensor2), w = HEAT_W / found.cols, h = HEAT_H / found.lines.length, paths = /* @__PURE__ */ new Map();
      found.lines.forEach(
        (line, r) => line.forEach((value, c) => {
          let odd = !Number.isFinite(value), level = odd ? 6 : most ? Math.ceil(Math.abs(value) / most * 5) : 0;
          if (!level) return;
          let key = odd ? "odd" : `${value < 0 ? "neg" : "pos"} ${level}`, inset = value < 0 ? 0.16 : 0, at = [x + (c + inset) * w, y + (r + inset) * h, w * (1 - 2 * inset), h * (1 - 2 * inset)].map(
            (n) => Number(n.toFixed(2))
          );
          paths.set(key, `${paths.get(key) ?? ""}M${at[0]} ${at[1]}h${at[2]}v${at[3]}h${-at[2]}z`);
        })
      );
      for (let [key, d] of paths)
        parts.push(
          svg("path", {
            class: `cell ${hue} ${key.split(" ")[0]}`,
            d,
            "fill-opacity": 0.12 + 0.16 * Number(key.split(" ")[1] ?? 5)
          })
        );
    }
    return [...parts, ...stats(tensor2, x, y + HEAT_H)];
  }
  function stats(tensor2, x, y) {
    return (tensor2.min === null ? [`norm ${short(tensor2.norm)}`, shapeText(tensor2)] : [`${short(tensor2.min)} … ${short(tensor2.max)}`, `mean ${short(tensor2.mean)}`]).map((text, i) => words("stat", x, y + 12 + i * 13, text, HEAT_W));
  }
  var gradState = (grad) => !grad || grad.value === null ? "None" : grad.zero && !grad.layers.length ? "zero" : `×${Math.max(1, grad.layers.length)}`;
  function bucketBlock(block, grad, t) {
    let state = gradState(grad), none = state === "None", y = block.y + LABEL, h = block.h - LABEL, label = `.grad ${none ? "None" : state === "zero" ? t("zero") : state}`, inner = { ...block, x: block.x + PAD, w: block.w - 2 * PAD };
    return [
      words(
        "label grad",
        block.x,
        block.y + 10,
        label,
        block.w - 8 - 6 * (grad?.value ? Math.min(6, grad.layers.length) : 0)
      ),
      ...tally(block.x + block.w - 2, block.y + 1, grad),
      svg("path", {
        class: `bucket ${none ? "none" : state === "zero" ? "zero" : "full"}`,
        d: pail(block.x, y, block.w, h)
      }),
      ...none ? [] : body(inner, grad.value, "grad", inner.x, y + PAD)
    ];
  }
  var pail = (x, y, w, h) => `M${x} ${y}v${h - 4}q0 4 4 4h${w - 8}q4 0 4 -4v${4 - h}`;
  function tally(right, y, grad) {
    let count2 = grad && grad.value ? Math.min(6, grad.layers.length) : 0;
    return Array.from({ length: count2 }, (_, i) => rect("layer", right - 5 - i * 6, y, 4, 10, { rx: 1 }));
  }
  function rowBlock(block, grad, label, t) {
    let state = gradState(grad), y = block.y, none = state === "None", said2 = none ? "None" : state === "zero" ? t("zero") : `${state} ${brief(grad.value)}`, right = block.w * 0.56;
    return [
      svg("path", {
        class: `bucket ${none ? "none" : state === "zero" ? "zero" : "full"}`,
        d: pail(block.x + 1, y + 2, 15, 12)
      }),
      ...state.startsWith("×") ? [rect("layer", block.x + 3.5, y + 6, 10, 6)] : [],
      words("stat strong", block.x + 22, y + 12.5, label, block.w - 22 - right),
      words("stat", block.x + block.w, y + 12.5, said2, right - 6, { "text-anchor": "end" })
    ];
  }
  function sumBlock(block, parts, sum, expected, t) {
    let said2 = parts.length === 0 ? t("awaits").replace("{m}", expected) : phrase(parts, sum);
    return [
      svg("circle", { class: `plus ${parts.length > 1 ? "now" : ""}`, cx: block.x + 8, cy: block.y + 8, r: 7 }),
      svg("path", { class: "plus sign", d: `M${block.x + 4} ${block.y + 8}h8M${block.x + 8} ${block.y + 4}v8` }),
      words(
        "stat strong",
        block.x + 21,
        block.y + 12.5,
        `${said2}${parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : ""}`,
        block.w - 21
      )
    ];
  }
  function phrase(parts, sum) {
    let small = (one) => one === null || size(one) === 1, said2 = (one) => one === null ? "None" : size(one) === 1 ? short(numbers(one)?.[0] ?? one.norm) : `‖·‖ ${short(one.norm)}`;
    return parts.length > 3 || !parts.every(small) ? `${parts.length > 1 ? `${parts.length}× → ` : ""}${said2(sum ?? null)}` : parts.length > 1 ? `${parts.map(said2).join(" + ")} = ${said2(sum ?? null)}` : said2(parts[0]);
  }
  function shelfBlock(block, states, t) {
    let count2 = Math.min(6, block.cols), word = worst(states), books = Array.from(
      { length: count2 },
      (_, i) => rect(`book ${word}`, block.x + 46 + i * 8, block.y + 3, 6, 11, { rx: 1 })
    );
    return [
      words("stat", block.x, block.y + 12.5, t("shelf"), 44),
      ...books,
      words(
        "stat strong",
        block.x + 50 + count2 * 8,
        block.y + 12.5,
        word === "empty" ? "" : `${t(`saved_${word}`)}`,
        block.w - 50 - count2 * 8
      )
    ];
  }
  var worst = (states) => ["stale", "held", "freed"].find((state) => states.includes(state)) ?? "empty";
  function miniBlock(block, value, grad, t) {
    let said2 = [value && `${t("value")} ${brief(value)}`, grad && `${t("gradient")} ${brief(grad)}`].filter(Boolean).join("  ");
    return [words("stat", block.x, block.y + 12.5, said2, block.w)];
  }
  var moreBlock = (block, t) => [
    words("stat", block.x, block.y + 12.5, t("more_leaves").replace("{n}", block.cols - 3), block.w)
  ];
  function breadth(tensor2) {
    let norm = real(tensor2?.norm ?? 0);
    return Number.isFinite(norm) ? norm === 0 ? 1 : Math.min(6, Math.max(1.2, 3.6 + 0.6 * Math.log10(norm))) : 6;
  }

  // graphtrace/viewer/src/marks.js
  var CHAIN = "M-4 0A2 2 0 0 1 0 0A2 2 0 0 0 4 0M4 0A2 2 0 0 0 0 0A2 2 0 0 1 -4 0", BAR = (h) => `M4 0.68A7 7 0 0 0 0 7V${h - 7}A7 7 0 0 0 4 ${h - 0.68}Z`;
  function sheet(box) {
    let rect2 = (name, by) => svg("rect", { class: name, x: by, y: by, width: box.w, height: box.h, rx: 7 }), stack = box.kind === "module" ? [rect2("under", 5), rect2("under", 2.5)] : [], bar = box.kind === "cut" ? [] : [svg("path", { class: "accent", d: BAR(box.h) })];
    return [svg("rect", { class: "shade", y: 2, width: box.w, height: box.h, rx: 7 }), ...stack, rect2("body", 0), ...bar];
  }
  var dot = (box) => svg("circle", { class: "body", cx: box.w / 2, cy: box.h / 2, r: Math.min(4, box.w / 2) });
  function sign(x, y, kind, label) {
    let access = label ? { role: "button", tabindex: 0, "aria-label": label } : { "aria-hidden": "true" };
    return svg(
      "g",
      { class: "switch", transform: `translate(${x} ${y})`, ...access },
      svg("circle", { class: "reach", r: 13 }),
      svg("circle", { r: 8 }),
      svg("path", { d: kind === "−" ? "M-3.5 0H3.5" : "M-3.5 0H3.5M0 -3.5V3.5" })
    );
  }
  function direction(p) {
    let n = p.length, x = p[n - 2], y = p[n - 1];
    for (let i = n - 4; i >= 0; i -= 2) {
      let length = Math.hypot(x - p[i], y - p[i + 1]);
      if (length > 0.5) return { x: (x - p[i]) / length, y: (y - p[i + 1]) / length };
    }
    return { x: 0, y: 0 };
  }
  function tip(x, y, way) {
    let at = (side) => `${(x - way.x * 7 - side * way.y).toFixed(1)} ${(y - way.y * 7 + side * way.x).toFixed(1)}`;
    return `M${x} ${y}L${at(3.2)}L${at(-3.2)}Z`;
  }

  // graphtrace/viewer/src/painter.js
  var Painter = class {
    // Cards and lines of a large picture come and go with the window.
    arrived(cards, lines2) {
      if (!(this.learned !== this.view.geo || !this.state)) {
        this.fresh = [];
        for (let { box } of cards) for (let block of box.blocks) this.paintBlock(box, block);
        this.view.squeeze(this.fresh), lines2.forEach((i) => this.paintLine(i)), this.paintNow();
      }
    }
    forget(boxes) {
      for (let box of boxes) for (let block of box.blocks ?? []) this.drawn?.delete(block);
    }
    unjoin(i) {
      this.lines?.delete(i);
    }
    // The colour of a card from far away: how far the story has come there.
    hue(box) {
      let node = box.ids?.[0];
      if (node === void 0 || box.kind === "stub" || this.learned !== this.view.geo) return "constant";
      if (box.ids.some((id) => this.state.node(id) === "done" || this.state.node(id) === "running")) return "gradient";
      if (box.kind === "leaf") return "leaf";
      let op = this.graph.ops[node];
      return op === void 0 || this.state.output(op) ? "forward" : "waiting";
    }
    tone() {
      return { forward: "forward", backward: "gradient", error: "gradient" }[this.state.phase] ?? "leaf";
    }
    get graph() {
      return this.tape.graphs[this.state.shown];
    }
    paint() {
      this.fresh = [];
      let { scene, map } = this.view;
      for (let box of scene.shown()) for (let block of box.blocks) this.paintBlock(box, block);
      this.view.squeeze(this.fresh);
      for (let i of scene.joined.keys()) this.paintLine(i);
      this.paintNow(), scene.repaint(), map.renew();
    }
    paintBlock(box, block) {
      let shown = this.content(box, block), before = this.drawn.get(block), language = this.view.language;
      if (before && before.language === language && before.shown.every((one, i) => one === shown[i])) return;
      let g = svg(
        "g",
        {
          class: `block ${before && !still() ? "fresh" : ""}`,
          "data-role": block.role,
          "data-node": block.node,
          "data-name": block.name || null
        },
        ...this.elements(box, block, shown)
      );
      before ? before.g.replaceWith(g) : this.view.scene.card(box.id).querySelector(".blocks").append(g), this.drawn.set(block, { g, shown, language }), this.fresh.push(g);
    }
    // What a block shows now, as values that are the same objects until they change.
    content(box, block) {
      let { state, player } = this, { node, name } = block;
      return block.role === "value" ? [name ? player.leaf(name, this.cursor) ?? void 0 : this.made_by(node)] : block.role === "grad" ? [state.incoming(node, this.input(node))] : block.role === "sum" ? [state.parts(node, 0).length ? state.parts(node, 0) : null, state.incoming(node, 0)] : block.role === "mini" ? [
        name ? player.leaf(name, this.cursor) : this.made_by(node),
        name ? state.grad(name)?.value : state.incoming(node, 0)
      ] : block.role === "shelf" ? box.ids.map((id) => this.shelf(id)) : block.role === "more" ? [] : [state.grad(name)];
    }
    elements(box, block, [first, second, ...rest]) {
      let t = (name) => this.t(name);
      switch (block.role) {
        case "value":
          return tensorBlock(block, first, "value", t("value"));
        case "grad":
          return tensorBlock(block, first, "grad", t("gradient"));
        case "sum":
          return sumBlock(block, first ?? [], second, this.expected(block.node), t);
        case "bucket":
          return bucketBlock(block, first, t);
        case "row":
          return rowBlock(block, first, short_name(block.name, box), t);
        case "shelf":
          return shelfBlock(block, [first, second, ...rest], t);
        case "mini":
          return miniBlock(block, first, second, t);
        default:
          return moreBlock(block, t);
      }
    }
    // What a node gave, once its op has run.
    made_by(node) {
      let op = this.tape.graphs[this.state.shown].values[node];
      return op === void 0 ? void 0 : this.state.output(op)?.[0];
    }
    // Of an op with several outputs, the first that a gradient has reached.
    input(node) {
      for (let nr = 0; nr < 8; nr += 1) if (this.state.incoming(node, nr)) return nr;
      return 0;
    }
    // Held since its op ran; from then on as the pass says.
    shelf(node) {
      let graph = this.tape.graphs[this.state.shown], known = this.state.saved(node);
      return known || !graph.saved[node] ? known : this.state.output(graph.ops[node]) ? "held" : void 0;
    }
    // How many gradients a node waits for.
    expected(node) {
      return this.fans ??= this.tape.graphs.map(
        ({ edges }) => edges.reduce(
          (found, [, , target, nr]) => nr ? found : found.set(target, (found.get(target) ?? 0) + 1),
          /* @__PURE__ */ new Map()
        )
      ), this.fans[this.state.shown].get(node) ?? 0;
    }
    // A gradient is drawn against its forward line, a little beside it.
    paintLine(i) {
      let g = this.view.scene.line(i);
      this.lines.has(i) || this.lines.set(i, { g, link: g.link, flow: null, shown: void 0 });
      let line = this.lines.get(i), come = line.link.edges.map((edge) => this.state.edge(edge)).filter((one) => one !== void 0), widest = come.filter(Boolean).sort((a, b) => breadth(b) - breadth(a))[0] ?? (come.length ? null : void 0);
      line.shown === widest && line.count === come.length || (line.shown = widest, line.count = come.length, line.flow?.remove(), line.flow = widest === void 0 ? null : flow(line.link, widest), line.flow && line.g.append(line.flow), line.g.querySelector("title").textContent = [
        line.link.label,
        ...come.map((one) => one ? brief(one) : "None")
      ].join(`
`));
    }
    // Outline what the event was about.
    paintNow() {
      let { view } = this, { cards, edges, phase } = this.now();
      view.svg.querySelectorAll(".now").forEach((node) => node.classList.remove("now", "forward", "backward", "leafy"));
      let kind = { forward: "forward", backward: "backward", error: "backward" }[phase] ?? "leafy";
      for (let box of cards) view.scene.card(box.id)?.classList.add("now", kind);
      for (let edge of edges) for (let i of this.byEdge.get(edge) ?? []) view.scene.line(i)?.classList.add("now");
      this.active = cards;
    }
    now() {
      let { event, phase, shown } = this.state, graph = this.tape.graphs[shown];
      return !event || !graph ? { cards: [], edges: [], phase } : event.e !== void 0 ? { cards: this.boxes.get(graph.edges[event.e][0]) ?? [], edges: [event.e], phase } : event.o !== void 0 ? { cards: this.of_op(event.o), edges: [], phase } : { cards: (event.n !== void 0 ? this.boxes.get(event.n) : event.p !== void 0 ? this.leaves.get(event.p) : event.k === "backward_begin" ? this.boxes.get(this.view.geo.roots[0]) : []) ?? [], edges: [], phase };
    }
    of_op(op) {
      this.nodesOf ??= this.tape.graphs.map((graph) => [inverted(graph.values), inverted(graph.ops)]);
      let [values, ops] = this.nodesOf[this.state.shown], nodes = values.get(op) ?? ops.get(op) ?? [];
      return [...new Set(nodes.flatMap((node) => this.boxes.get(node) ?? []))];
    }
  };
  function inverted(map) {
    let found = /* @__PURE__ */ new Map();
    for (let [node, op] of Object.entries(map)) found.set(op, [...found.get(op) ?? [], Number(node)]);
    return found;
  }
  function short_name(name, box) {
    let module = box.title.split(" · ").at(-1);
    return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
  }
  function flow(link, tensor2) {
    let p = link.points, way = direction([...p].reverse().flatMap((_, i, all) => i % 2 ? [] : [all[i + 1], all[i]])), d = `M${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`;
    for (let i = 2; i + 5 < p.length; i += 6) d += `C${p.slice(i, i + 6).join(" ")}`;
    let none = tensor2 === null, last = p.length - 2;
    if (none) return svg("g", { class: "flow none" }, svg("circle", { cx: p[last] - 8, cy: p[last + 1], r: 3.5 }));
    let g = svg(
      "g",
      { class: `flow ${Number.isFinite(real(tensor2.norm ?? 0)) ? "" : "odd"}`, transform: "translate(0 5)" },
      svg("path", { class: "stream", d, "stroke-width": breadth(tensor2).toFixed(2) })
    );
    return fill(g, {}, [svg("path", { class: "streamtip", d: tip(p[0], p[1], way) })]);
  }

  // graphtrace/viewer/src/formula.js
  var MOST = 4;
  function formulas(stage, box) {
    if (box.kind === "leaf") return grown(stage, box);
    let found = stage.graph.formulas[box.ids[0]];
    if (!found) return [];
    let [rule, edges, places] = found, { forward, lines: lines2 } = stage.tape.rules[rule], node = box.ids[0], known = { g: stage.state.incoming(node, stage.input(node)) };
    for (let [letter, place] of Object.entries(places)) known[letter] = stage.player.operand(place, stage.cursor);
    let told = { stage, known, places }, blocks = [formulaLine(told, forward, "value", void 0)];
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
    let right = tokens.slice(tokens.findIndex((token) => token.includes("=")) + 1), lead = tokens.find((token) => token.includes("=")).replace(/^\s*=\s*/, ""), row = [
      lead && said(lead),
      ...right.map((token) => token[0] === "{" ? tensor(told, token.slice(1, -1)) : said(token))
    ];
    return block.append(
      el("div", { class: "numbers" }, ...row.filter(Boolean), ...value ? [said("="), matrix(value, hue)] : [])
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
  function tensor(told, letter) {
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
    return name.startsWith("leaf:") ? stage.leaves.get(name.slice(5))?.[0] ?? null : name.startsWith("out:") ? stage.of_op(op)[0] ?? null : null;
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
      for (let shelf of this.panel.querySelectorAll("[data-shelf]")) this.stage.panels.shelve(shelf);
      this.panel.hidden = !1, this.panel.scrollTop = 0;
    }
    opener(box) {
      let button = el("button", { type: "button", class: "wide", text: this.t("open") });
      return button.addEventListener("click", () => this.toggle(box)), button;
    }
    folded(node, open2) {
      let body2 = el(
        "details",
        open2 ? { open: "" } : {},
        el("summary", {}, el("code", { text: node.type }), el("span", { text: node.name ?? "" }))
      );
      return body2.append(...this.node(node, !0)), body2;
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
      let none = node.none.map((slot) => ({ slot, none: !0 })), out = [...node.out, ...none].sort((a, b) => a.slot - b.slot);
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
      let box = this.byNode.get(edge.node), label = [el("code", { text: edge.type }), el("span", { class: "key", text: edge.key })];
      if (!box) return el("span", {}, ...label);
      let button = el("button", { type: "button", class: "jump" }, ...label);
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
    ), row = (tag, cells2) => el("tr", {}, ...cells2.map((value, i) => cell2(tag, value, i)));
    return el("table", {}, el("thead", {}, row("th", heads)), el("tbody", {}, ...rows.map((cells2) => row("td", cells2))));
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
        (line, i) => this.line(line, tape.code[i - 1]?.file !== line.file && tape.code.some(({ file }) => file !== line.file))
      ), this.code = el(
        "div",
        { class: "code", tabindex: 0, role: "region", "aria-label": this.t("code") },
        ...this.lines.flatMap(({ head, row }) => [head, row]).filter(Boolean)
      ), this.lines.length || this.code.append(el("p", { class: "hint", text: this.t("no_code") })), this.names = this.params(), this.rows = this.names.map((name) => this.row(name));
      let heads = ["parameter", "norm_value", "norm_grad", "state", "last_update"].map(
        (name, i) => el("th", i ? { class: "num", text: this.t(name) } : { text: this.t(name) })
      ), body2 = el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ...heads)),
        el("tbody", {}, ...this.rows.map(({ row }) => row))
      );
      this.table = el("div", { class: "params", tabindex: 0, role: "region", "aria-label": this.t("parameters") }, body2), this.root.replaceChildren(this.code, this.table);
    }
    line({ file, line, text }, headed2) {
      let row = el(
        "button",
        { type: "button", class: "codeline", tabindex: -1 },
        el("span", { class: "at", text: line }),
        el("code", { text })
      ), found = { file, line, text, row, head: headed2 ? el("p", { class: "file", text: file }) : null };
      return row.addEventListener("click", () => this.stage.view.select(this.boxesOf(found)[0] ?? null)), row.addEventListener("pointerenter", () => this.stage.view.light(this.boxesOf(found)[0] ?? null)), row.addEventListener("pointerleave", () => this.stage.view.light(null)), found;
    }
    boxesOf({ file, line }) {
      return this.stage.tape.ops.flatMap(
        (op, id) => op.at?.[0] === file && op.at[1] === line ? this.stage.of_op(id) : []
      );
    }
    params() {
      let named = this.stage.tape.events.map(({ p }) => p).filter((name) => name !== void 0), leaves = this.stage.views.flatMap(({ details }) => details.flat(2)).filter(({ kind }) => kind === "accumulate").map(({ name, key }) => name ?? key);
      return [.../* @__PURE__ */ new Set([...leaves.reverse(), ...named])];
    }
    row(name) {
      let button = el("button", { type: "button", class: "jump", text: name });
      button.addEventListener("click", () => this.stage.view.select(this.stage.leaves?.get(name)?.[0] ?? null));
      let cells2 = [0, 1, 2, 3].map(() => el("td", { class: "num" })), row = el("tr", { "data-param": name }, el("td", {}, button), ...cells2);
      return row.addEventListener("pointerenter", () => this.stage.view.light(this.stage.leaves?.get(name)?.[0] ?? null)), row.addEventListener("pointerleave", () => this.stage.view.light(null)), { name, row, cells: cells2 };
    }
    refresh() {
      let { stage } = this, { state } = stage;
      for (let { name, row, cells: cells2 } of this.rows) {
        let grad = state.grad(name), update = state.param(name), leaf = stage.player.leaf(name, stage.cursor), kind = gradState(grad), word = kind === "zero" ? this.t("zero") : kind.startsWith("×") ? `${this.t("accumulated")} ${kind}` : kind;
        [
          leaf ? short(leaf.norm) : "–",
          grad?.value ? short(grad.value.norm) : "–",
          word,
          update ? changed(update) : "–"
        ].forEach((text, i) => {
          cells2[i].textContent !== text && (cells2[i].textContent = text);
        }), cells2[2].className = `num pillcell ${kind.startsWith("×") ? "full" : kind === "zero" ? "zero" : "none"}`, row.classList.toggle("here", state.event?.p === name);
      }
      this.mark();
      for (let shelf of stage.view.panel.querySelectorAll("[data-shelf]")) this.shelve(shelf);
      this.section?.isConnected && stage.view.selected && this.section.replaceWith(this.explain(stage.view.selected));
    }
    // A saved tensor's state is that of this step.
    shelve(shelf) {
      let state = this.stage.shelf(Number(shelf.dataset.shelf)) ?? "none";
      shelf.className = `state ${state}`, shelf.textContent = this.t(state === "none" ? "not_yet" : `saved_${state}`);
    }
    // Mark the line that runs, or the one that made the node that runs backward.
    mark() {
      let { stage } = this, { event, shown, phase } = stage.state, graph = stage.tape.graphs[shown], node = event?.n ?? (event?.e !== void 0 ? graph.edges[event.e][0] : void 0), op = stage.tape.ops[event?.o ?? (node !== void 0 && event.g !== void 0 ? graph.ops[node] : void 0)], at = stage.tape.at?.[stage.cursor - 1] ?? op?.at;
      for (let line of this.lines) {
        let here = at && at[0] === line.file && at[1] === line.line;
        line.row.classList.toggle("here", !!here), line.row.classList.toggle("backward", !!here && phase === "backward"), line.row.querySelector("code").replaceChildren(...here ? marked(line.text, at[2], at[3]) : [document.createTextNode(line.text)]), here && reveal(this.code, line.row);
      }
      let row = this.rows.find(({ name }) => name === event?.p)?.row;
      row && reveal(this.table, row);
    }
    // ---- the inspector's part ----------------------------------------------------------------
    explain(box) {
      let { stage } = this, rows = [], node = box.ids?.[0], value = box.kind === "leaf" ? void 0 : stage.made_by(node), grad = stage.state.incoming(node, stage.input(node));
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
        ...rows.flatMap(([name, tensor2, hue]) => this.facts(name, tensor2, hue)),
        ...this.sent(box)
      ), this.section;
    }
    // The line that made it.
    source(box) {
      let { stage } = this, at = stage.tape.ops[stage.graph.ops[box.ids[0]]]?.at, line = at && stage.tape.code.find(({ file, line: number }) => file === at[0] && number === at[1]);
      return line ? [
        el("h3", { text: this.t("source") }),
        el(
          "p",
          { class: "source" },
          el("span", { text: `${line.file}:${line.line}` }),
          el("code", {}, ...marked(line.text.trim(), ...trimmed(line.text, at)))
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
      for (let { file, line, row } of this.lines) row.classList.toggle("lit", places.has(`${line} ${file}`));
      for (let { name, row } of this.rows) row.classList.toggle("lit", names.has(name));
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
    facts(name, tensor2, hue) {
      if (!tensor2) return [el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: "None" }))];
      let only = size(tensor2) === 1 && numbers(tensor2);
      if (only)
        return [
          el(
            "p",
            { class: `fact ${hue}` },
            el("strong", { text: `${name} ${short(only[0])}` }),
            el("span", { text: `${shapeText(tensor2)} · ${tensor2.dtype}` })
          )
        ];
      let told = [
        shapeText(tensor2),
        tensor2.dtype,
        `norm ${short(tensor2.norm)}`,
        ...tensor2.min === null ? [] : [`min ${short(tensor2.min)}`, `mean ${short(tensor2.mean)}`, `max ${short(tensor2.max)}`]
      ];
      return [
        el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: told.join(" · ") })),
        histogram(tensor2, hue, this.t("histogram"), this.t("histogram_sample"))
      ].filter(Boolean);
    }
    sent(box) {
      let { stage } = this, graph = stage.tape.graphs[stage.state.shown], inside2 = new Set(box.ids), rows = [];
      return graph.edges.forEach(([source, slot, target], number) => {
        if (!inside2.has(source) || inside2.has(target) && box.ids.length > 3 || rows.length > 20) return;
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
    let cut = text.length - text.trimStart().length;
    return from == null ? [null, null] : [from - cut, to - cut];
  }
  function reveal(pane, row) {
    let top = row.offsetTop - pane.offsetTop;
    (top < pane.scrollTop || top + row.offsetHeight > pane.scrollTop + pane.clientHeight) && (pane.scrollTop = Math.max(0, top - pane.clientHeight / 2));
  }
  function histogram(tensor2, hue, label, sampled) {
    let flat = numbers(tensor2)?.filter(Number.isFinite), whole = size(tensor2), low = real(tensor2.min), high = real(tensor2.max);
    if (!flat || flat.length < 8 || ((tensor2.sample || !Number.isFinite(low) || !Number.isFinite(high)) && ([low, high] = [Math.min(...flat), Math.max(...flat)]), !(high > low))) return null;
    let bins = new Array(24).fill(0);
    for (let value of flat) bins[Math.min(23, Math.floor((value - low) / (high - low) * 24))] += 1;
    let most = Math.max(...bins), bars2 = bins.map(
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
      { viewBox: "0 0 288 60", class: "histogram", role: "img", "aria-label": label },
      ...bars2,
      svg("text", { x: 0, y: 57, "font-size": 11, text: short(low) }),
      svg("text", { x: 288, y: 57, "font-size": 11, "text-anchor": "end", text: short(high) })
    );
    return el(
      "details",
      { class: "chart" },
      el("summary", {
        text: tensor2.sample ? sampled.replace("{n}", flat.length).replace("{m}", whole) : `${label} (${flat.length})`
      }),
      chart
    );
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
      let [, , target, nr] = graph.edges[event.e], place = `${target}:${nr}`, added = this.value(event, "added");
      pass.edges.put(event.e, cursor, added), pass.incoming.put(place, cursor, this.value(event, "sum") ?? added), pass.parts.put(place, cursor, [...pass.parts.last(place) ?? [], added]), pass.missing.set(target, pass.missing.get(target) - 1), pass.missing.get(target) || pass.nodes.put(target, cursor, "ready");
    }
    accumulate(cursor, event) {
      let before = this.value(event, "before"), added = this.value(event, "added"), old = this.grads.last(event.p ?? "") ?? NONE;
      !old.layers.length && before && !old.zero && (old = { value: before, layers: [before], zero: !1 }), this.grads.put(event.p ?? "", cursor, {
        value: this.value(event, "after"),
        layers: added ? [...old.layers, added] : old.layers,
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
    let view = new DataView(new ArrayBuffer(fields.reduce((sum, [, size2]) => sum + size2, 0))), at = 0;
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
    let size2 = entries.reduce((sum, part) => sum + part.length, 0), count2 = files.length;
    return new Blob(
      [...parts, ...entries, packed([101010256, 4], [0, 2], [0, 2], [count2, 2], [count2, 2], [size2, 4], [at, 4], [0, 2])],
      { type: "application/zip" }
    );
  }

  // graphtrace/viewer/src/generated/kit.js
  var KIT = {
    css: [
      '.gt-root { --ink: var(--gt-ink, #1a1d26); --muted: var(--gt-muted, #596273); --line: var(--gt-line, #8490a3); --hair: var(--gt-hairline, #d3d9e3); --panel: var(--gt-surface, #fff); --soft: var(--gt-frame, #f1f4f9); --focus: var(--gt-forward, #0072b2); --sans: var(--st-font, system-ui), Roboto, "Noto Sans CJK SC", -apple-system, "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; --mono: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; display: grid; grid-template-rows: auto minmax(0, 1fr); height: 640px; color: var(--ink); background: var(--gt-background, #fbfcfe); font: 14px/1.45 var(--sans); font-variant-numeric: tabular-nums; overflow: hidden; }',
      ".search::placeholder { color: var(--muted); opacity: 1; }",
      ".picture text { font-family: var(--sans); fill: var(--muted); pointer-events: none; }",
      ".overview { position: absolute; left: 0; top: 0; display: none; transform-origin: 0 0; }",
      ".minimap { position: absolute; right: 12px; bottom: 48px; overflow: hidden; line-height: 0; background: var(--gt-background); border: 1px solid var(--line); border-radius: 6px; cursor: grab; touch-action: none; opacity: 0.94; }",
      ".card .body { fill: var(--gt-surface, #fff); stroke: var(--hair); stroke-width: 1; }",
      ".card .accent { fill: var(--gt-constant); }",
      ".card:is(.op, .module) .accent { fill: var(--gt-forward); }",
      ".card.leaf .accent { fill: var(--gt-leaf); }",
      ".card.cut .body { stroke-dasharray: 5 4; stroke: var(--line); }",
      ".card .under { fill: var(--gt-surface); stroke: var(--hair); }",
      ".card .shade { fill: var(--gt-shadow); fill-opacity: var(--gt-shadow-opacity); }",
      ".twin circle { fill: var(--gt-surface); stroke: var(--gt-leaf); stroke-width: 1.4; }",
      ".twin path { fill: none; stroke: var(--gt-leaf); stroke-width: 1.4; }",
      ".card.stub .body { fill: var(--gt-constant); stroke: none; }",
      ".picture .card .title { fill: var(--ink); font-weight: 600; }",
      ".card:hover .body { stroke: var(--line); stroke-width: 1.5; }",
      ".card.lit .body { stroke: var(--gt-forward); stroke-width: 1.5; }",
      ".card.hit .body { stroke: var(--gt-warning); stroke-width: 3; }",
      ".card.selected .body { stroke: var(--ink); stroke-width: 3; }",
      ".card:focus-visible .body { stroke: var(--focus); stroke-width: 3.5; }",
      ".searching .card:not(.hit, .selected) { opacity: 0.45; }",
      ".link .line { fill: none; stroke: var(--line); stroke-width: 1.3; }",
      ".link .tip { fill: var(--line); stroke: none; }",
      ".link.lit .line { stroke: var(--gt-forward); stroke-width: 2.5; }",
      ".link.lit .tip { fill: var(--gt-forward); }",
      ".frame rect { fill: var(--gt-frame); stroke: var(--gt-frame-line); stroke-width: 1; }",
      ".frame.fresh rect { stroke: var(--gt-forward); stroke-width: 2; }",
      ".picture .frame text { fill: var(--muted); font-weight: 600; }",
      ".switch .reach { fill: transparent; stroke: none; }",
      ".switch circle:not(.reach) { fill: var(--gt-surface); stroke: var(--gt-forward); stroke-width: 1.25; }",
      ".switch path { fill: none; stroke: var(--gt-forward); stroke-width: 1.75; stroke-linecap: round; }",
      ".switch:is(:hover, :focus-visible) circle:not(.reach) { fill: var(--gt-frame); stroke-width: 2.5; }",
      ".tools button, .wide { min-width: 34px; height: 32px; padding: 0 10px; font: inherit; font-weight: 600; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }",
      ".panel[hidden] { display: none; }",
      ".pill.strong { font-weight: 700; border-color: var(--gt-forward); }",
      "th { padding: 3px 4px; text-align: left; font-weight: 500; color: var(--muted); }",
      "summary code { font-weight: 700; margin-right: 8px; }",
      ".gt-root { --minus: #7a5fb5; --gradminus: #9a7a12; grid-template-rows: auto auto minmax(0, 1fr) auto; }",
      '.gt-root[data-theme="dark"] { --minus: #a78be0; --gradminus: #c9a640; }',
      ".gt-root [hidden] { display: none; }",
      ".playing .bar { display: none; }",
      ".transport .found:empty { display: none; }",
      ".transport :is(button, select) { height: 30px; min-width: 30px; padding: 0 7px; font: inherit; font-weight: 600; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }",
      ".transport button:disabled { opacity: 0.4; cursor: default; }",
      ".transport svg path { fill: currentcolor; stroke: currentcolor; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }",
      ".transport .chip { --phase: var(--gt-constant); padding: 0 9px; font-size: 13px; border-color: var(--hair); border-bottom: 4px solid var(--phase); }",
      ":is(.chip, .part).forward { --phase: var(--gt-forward); }",
      ":is(.chip, .part).backward { --phase: var(--gt-gradient); }",
      ":is(.chip, .part).step { --phase: var(--gt-leaf); }",
      ":is(.chip, .part):is(.zero, .edit) { --phase: var(--gt-constant); }",
      ":is(.chip, .part).error { --phase: var(--gt-warning); }",
      ".done { position: absolute; top: 0; bottom: 0; right: 0; background: var(--panel); opacity: 0.62; }",
      ".sentence { margin: 0 -16px; padding: 0 16px 3px; font-size: 20px; line-height: 1.3; font-weight: 600; min-height: 1.3em; overflow-wrap: anywhere; align-self: start; background: var(--panel); display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }",
      ".picture .blocks text { font-family: var(--sans); fill: var(--ink); font-variant-numeric: tabular-nums; }",
      ".picture .blocks .label { font-weight: 700; }",
      ".picture .blocks :is(.stat, .faint) { fill: var(--muted); }",
      ".picture .blocks .strong { fill: var(--ink); }",
      ".picture .blocks .loud { font-weight: 700; }",
      ".cell.value.pos { fill: var(--gt-forward); }",
      ".cell.value.neg { fill: var(--minus); }",
      ".cell.grad.pos { fill: var(--gt-gradient); }",
      ".cell.grad.neg { fill: var(--gradminus); }",
      ".cell.odd { fill: var(--gt-warning); fill-opacity: 0.45; stroke: var(--ink); stroke-dasharray: 2 2; }",
      ".cell.empty { fill: none; stroke: var(--hair); }",
      ".cell.empty.waiting { fill: var(--soft); stroke: none; }",
      ".heat { fill: var(--gt-surface); stroke: var(--hair); }",
      ".heat.empty { fill: var(--soft); stroke: none; }",
      ".bucket { fill: none; stroke: var(--gt-gradient); stroke-width: 1.8; stroke-linecap: round; }",
      ".bucket.none { stroke: var(--line); stroke-dasharray: 3 4; stroke-width: 1.1; }",
      ".bucket.zero { stroke: var(--line); }",
      ".layer { fill: var(--gt-gradient); }",
      "circle.plus { fill: var(--gt-surface); stroke: var(--line); stroke-width: 1.4; }",
      "circle.plus.now { stroke: var(--gt-gradient); stroke-width: 2.2; }",
      "path.plus { fill: none; stroke: var(--ink); stroke-width: 1.6; stroke-linecap: round; }",
      ".book { fill: none; stroke: var(--line); }",
      ".book.held { fill: var(--gt-forward); stroke: var(--gt-forward); }",
      ".book.stale { fill: var(--gt-warning); stroke: var(--ink); }",
      ".book.empty { stroke: var(--hair); stroke-dasharray: 2 2; }",
      ".card.now .body { stroke-width: 3; }",
      ".card.now.forward .body { stroke: var(--gt-forward); }",
      ".card.now.backward .body { stroke: var(--gt-gradient); }",
      ".card.now.leafy .body { stroke: var(--gt-leaf); }",
      ".card.selected .body { stroke-width: 3.5; }",
      ".stream { fill: none; stroke: var(--gt-gradient); stroke-dasharray: 7 4; }",
      ".streamtip { fill: var(--gt-gradient); }",
      ".flow.odd .stream { stroke: var(--gt-warning); stroke-dasharray: 2 3; }",
      ".flow.odd .streamtip { fill: var(--gt-warning); }",
      ".flow.none circle { fill: var(--gt-surface); stroke: var(--line); stroke-width: 1.6; }",
      ".link.now .line { stroke: var(--ink); stroke-width: 2; }",
      ".link.now .stream { stroke-dasharray: 10 3; }",
      ".pillcell.full { font-weight: 700; }",
      ".scalar { font-weight: 700; }",
      ".histogram { width: 100%; height: auto; fill: var(--muted); }",
      ".present :is(.bar, .strip, .legend, .tools, .notes, .views, .phases) { display: none; }",
      ".present .transport .search { display: none; }",
      ".transport .wide-icon path { fill: none; stroke-width: 2; }",
      ".acts[open] summary span { display: none; }",
      ".bare .strip { display: none; }",
      ".menu summary { display: inline-flex; align-items: center; justify-content: center; height: 30px; min-width: 30px; padding: 0 7px; list-style: none; font-weight: 600; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }",
      ".menu summary::-webkit-details-marker { display: none; }",
      ".gt-print { display: none; }",
      ".compact :is(.strip, .panel, .legend, .notes) { display: none; }",
      ".beside :is(.bar, .strip, .panel, .legend, .notes, .transport .search, .transport .found) { display: none; }",
      ".stays { position: absolute; left: 12px; bottom: 12px; margin: 0; padding: 2px 12px; font-size: 15px; font-weight: 600; background: var(--panel); border: 2px dashed var(--line); border-radius: 8px; pointer-events: none; }",
      ".stays:empty { display: none; }",
      ".beside .transport strong { display: none; }"
    ].join(" "),
    font: "Roboto, 'Noto Sans CJK SC', system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', sans-serif",
    widths: [[0.32, 0.41, 0.46, 0.84, 0.64, 0.96, 0.78, 0.28, 0.4, 0.4, 0.5, 0.84, 0.32, 0.37, 0.32, 0.34, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.64, 0.34, 0.34, 0.84, 0.84, 0.84, 0.54, 1, 0.69, 0.69, 0.7, 0.78, 0.64, 0.58, 0.78, 0.76, 0.3, 0.3, 0.66, 0.56, 0.87, 0.75, 0.79, 0.61, 0.79, 0.7, 0.64, 0.62, 0.74, 0.69, 0.99, 0.69, 0.62, 0.69, 0.4, 0.34, 0.4, 0.84, 0.5, 0.5, 0.62, 0.64, 0.55, 0.64, 0.62, 0.36, 0.64, 0.64, 0.28, 0.28, 0.58, 0.28, 0.98, 0.64, 0.62, 0.64, 0.64, 0.42, 0.53, 0.4, 0.64, 0.6, 0.82, 0.6, 0.6, 0.53, 0.64, 0.34, 0.64, 0.84], [0.35, 0.46, 0.53, 0.84, 0.7, 1.01, 0.88, 0.31, 0.46, 0.46, 0.53, 0.84, 0.38, 0.42, 0.38, 0.37, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.4, 0.4, 0.84, 0.84, 0.84, 0.59, 1, 0.78, 0.77, 0.74, 0.84, 0.69, 0.69, 0.83, 0.84, 0.38, 0.38, 0.78, 0.64, 1, 0.84, 0.86, 0.74, 0.86, 0.78, 0.73, 0.69, 0.82, 0.78, 1.11, 0.78, 0.73, 0.73, 0.46, 0.37, 0.46, 0.84, 0.5, 0.5, 0.68, 0.72, 0.6, 0.72, 0.68, 0.44, 0.72, 0.72, 0.35, 0.35, 0.67, 0.35, 1.05, 0.72, 0.69, 0.72, 0.72, 0.5, 0.6, 0.48, 0.72, 0.66, 0.93, 0.65, 0.66, 0.59, 0.72, 0.37, 0.72, 0.84]]
  };

  // graphtrace/viewer/src/style.js
  var CSS_KEPT = /* @__PURE__ */ new Set([
    "display",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-opacity",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "font-weight",
    "font-size",
    "text-anchor"
  ]), CSS_PART = /([.#]?[\w-]+|\*)|\[([\w-]+)(?:="([^"]*)")?\]|:(is|not|where)\(([^()]*(?:\([^()]*\)[^()]*)*)\)|(::?[\w-]+(?:\([^)]*\))?)/y;
  function splitOutside(text, separator) {
    let found = [""], depth = 0;
    for (let char of text)
      (char === "(" || char === "[") && (depth += 1), (char === ")" || char === "]") && (depth -= 1), !depth && separator.test(char) ? found.push("") : found[found.length - 1] += char;
    return found.map((part) => part.trim()).filter(Boolean);
  }
  function cssCompound(text) {
    let tests = [], weight = 0;
    for (let at = 0; at < text.length; ) {
      CSS_PART.lastIndex = at;
      let found = CSS_PART.exec(text);
      if (!found) return { weight: 0, matches: () => !1 };
      at = CSS_PART.lastIndex;
      let [, name, attribute, value, relation, inner, pseudo] = found;
      if (relation) {
        let any = splitOutside(inner, /,/).map(cssSelector);
        tests.push(
          relation === "not" ? (node) => !any.some((one) => one.matches(node)) : (node) => any.some((one) => one.matches(node))
        ), relation !== "where" && (weight += Math.max(...any.map((one) => one.weight)));
      } else if (attribute)
        tests.push((node) => value === void 0 ? node.attr(attribute) !== null : node.attr(attribute) === value), weight += 1e3;
      else if (pseudo)
        tests.push(() => !1);
      else {
        if (name === "*") continue;
        name[0] === "." ? (tests.push((node) => node.has(name.slice(1))), weight += 1e3) : (tests.push((node) => node.tag === name), weight += 1);
      }
    }
    return { weight, matches: (node) => tests.every((test) => test(node)) };
  }
  function cssSelector(text) {
    let chain = splitOutside(text.replace(/\s*>\s*/g, " "), /\s/).map(cssCompound), last = chain.pop(), above = (node, at) => {
      for (let i = at, far = node.up; i >= 0; i -= 1, far = far.up) {
        for (; far && !chain[i].matches(far); ) far = far.up;
        if (!far) return !1;
      }
      return !0;
    };
    return {
      weight: chain.reduce((sum, one) => sum + one.weight, last.weight),
      matches: (node) => last.matches(node) && above(node, chain.length - 1)
    };
  }
  function cssRules(css) {
    let plain = css.replace(/\/\*[^]*?\*\//g, ""), found = [];
    for (let at = 0; at < plain.length; ) {
      let open2 = plain.indexOf("{", at);
      if (open2 < 0) break;
      let close = open2 + 1;
      for (let depth = 1; depth && close < plain.length; close += 1) depth += { "{": 1, "}": -1 }[plain[close]] ?? 0;
      let head = plain.slice(at, open2).trim();
      head[0] !== "@" && found.push(...oneRule(head, plain.slice(open2 + 1, close - 1))), at = close;
    }
    return found.map((one, order) => ({ ...one, order })).sort((a, b) => a.weight - b.weight || a.order - b.order);
  }
  function oneRule(head, body2) {
    let set = splitOutside(body2, /;/).map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]).filter(([name]) => name.startsWith("--") || CSS_KEPT.has(name));
    return set.length ? splitOutside(head, /,/).map((text) => ({ set, ...cssSelector(text) })) : [];
  }
  var Place = class {
    constructor(up, tag, classes, attributes = {}) {
      this.up = up, this.tag = tag, this.classes = new Set(classes.split(/\s+/).filter(Boolean)), this.attributes = attributes, this.key = `${up?.key ?? ""}>${tag}.${classes}`;
    }
    has(name) {
      return this.classes.has(name);
    }
    attr(name) {
      return this.attributes[name] ?? null;
    }
  }, Looks = class {
    // Of a root with these classes, in a theme with these colours.
    constructor(css, palette, theme, classes = "gt-root") {
      this.rules = cssRules(css), this.root = new Place(null, "div", classes, { "data-theme": theme }), this.known = /* @__PURE__ */ new Map(), this.variables = Object.fromEntries(this.declared(this.root).filter(([name]) => name.startsWith("--")));
      for (let [name, value] of Object.entries(palette))
        this.variables[`--gt-${name.replaceAll("_", "-")}`] = String(value);
    }
    declared(place) {
      return this.rules.filter((one) => one.matches(place)).flatMap((one) => one.set);
    }
    // Attributes of one element that the stylesheet says.
    of(place) {
      let found = this.known.get(place.key);
      return found || this.known.set(
        place.key,
        found = Object.fromEntries(
          this.declared(place).filter(([name]) => CSS_KEPT.has(name)).map(([name, value]) => [name, this.value(value)])
        )
      ), found;
    }
    value(text, depth = 8) {
      let found = /var\((--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\))?[^()]*))?\)/.exec(text);
      return !found || !depth ? text.trim().replace(/^([\d.]+)px$/, "$1").replace("transparent", "none") : this.value(
        text.replace(found[0], () => this.variables[found[1]] ?? found[2] ?? "none"),
        depth - 1
      );
    }
  };

  // graphtrace/viewer/src/frame.js
  var GEOMETRY_KEPT = /* @__PURE__ */ new Set([
    "x",
    "y",
    "width",
    "height",
    "rx",
    "ry",
    "r",
    "cx",
    "cy",
    "d",
    "points",
    "transform",
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "opacity",
    "font-size",
    "font-weight",
    "text-anchor"
  ]), BLANK_KINDS = { value: "value", mini: "value", grad: "gradient", sum: "sum", bucket: "grad", row: "grad" }, NUMBER_IN_TEXT = /(?<![\w.×]|· )[−-]?(?:\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![\w×]|\.[A-Za-z_])/g, GAP = "____", FRAME_EDGE = 24, MOST_ZOOM = 2.2, WIDE_CHAR = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u, xmlSafe = (text) => String(text).replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�"), twoPlaces = (value) => String(Math.round(value * 100) / 100);
  function xmlTag(name, attributes, inside2 = "") {
    let said2 = Object.entries(attributes).filter(([, value]) => value != null && value !== "").map(([key, value]) => ` ${key}="${xmlSafe(value)}"`).join("");
    return inside2 === "" ? `<${name}${said2}/>` : `<${name}${said2}>${inside2}</${name}>`;
  }
  var charWidth = (char, bold) => KIT.widths[bold ? 1 : 0][char.codePointAt(0) - 32] ?? (WIDE_CHAR.test(char) ? 1 : /\p{M}/u.test(char) ? 0 : bold ? 0.75 : 0.65);
  function textWidth(text, size2, bold = !1) {
    let sum = 0;
    for (let char of text) sum += charWidth(char, bold);
    return sum * size2;
  }
  function lengthTold(text, size2, bold, room) {
    return !(room > 0) || textWidth(text, size2, bold) < 0.9 * room ? {} : { textLength: twoPlaces(Math.min(0.9 * textWidth(text, size2, bold), room)), lengthAdjust: "spacingAndGlyphs" };
  }
  function wrapWords(text, size2, bold, room, most) {
    let lines2 = [""];
    for (let piece of text.match(/[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]/g) ?? [])
      0.9 * textWidth(lines2.at(-1) + piece.trimEnd(), size2, bold) > room && lines2.at(-1) && lines2.push(""), lines2[lines2.length - 1] += lines2.at(-1) ? piece : piece.trimStart();
    let trimmed2 = lines2.map((line) => line.trimEnd());
    return trimmed2.length > most ? [...trimmed2.slice(0, most - 1), `${trimmed2[most - 1]} …`] : trimmed2;
  }
  var FrameWriter = class {
    // `blank`: kinds of numbers to leave out, or to mark where `key` is set.
    constructor(looks, blank = [], key = !1) {
      this.looks = looks, this.blank = new Set(blank), this.key = key;
    }
    all(node, up, kind = "") {
      return [...node.childNodes].map((one) => this.one(one, up, kind)).join("");
    }
    one(node, up, kind) {
      if (node.nodeType !== 1 || node.localName === "title")
        return node.nodeType === 1 && !this.blank.size ? xmlTag("title", {}, xmlSafe(node.textContent)) : "";
      let classes = node.getAttribute("class") ?? "", empty = kind && !this.key && node.localName === "rect" && /\bcell\b/.test(classes), place = new Place(up, node.localName, empty ? "cell empty" : classes), look = this.looks.of(place);
      if (look.display === "none" || place.has("switch")) return "";
      let attributes = { ...Object.fromEntries(
        [...node.attributes].filter(({ name }) => GEOMETRY_KEPT.has(name)).map(({ name, value }) => [name, value])
      ), ...look, ...empty ? { "fill-opacity": 1 } : {} };
      if (node.localName === "text") return this.text(node, attributes, kind, place);
      let found = BLANK_KINDS[node.getAttribute("data-role")], inside2 = this.all(node, place, place.has("block") ? this.blank.has(found) ? found : "" : kind);
      return node.localName === "g" && !inside2 ? "" : xmlTag(node.localName, attributes, inside2);
    }
    text(node, attributes, kind, place) {
      let cell2 = place.has("number"), full = node.textContent, asked = kind && !place.has("label") && !(kind === "grad" && place.has("strong")), said2 = !asked || this.key ? full : cell2 ? "" : full.replace(NUMBER_IN_TEXT, GAP), marked2 = asked && this.key && (cell2 ? full !== "·" : NUMBER_IN_TEXT.test(full));
      if (NUMBER_IN_TEXT.lastIndex = 0, !said2) return "";
      marked2 && (attributes["font-weight"] = 700);
      let bold = Number(attributes["font-weight"] ?? 400) >= 600, size2 = Number(attributes["font-size"] ?? 11);
      return (marked2 ? answerLine(attributes, textWidth(said2, size2, bold), node.room) : "") + xmlTag(
        "text",
        {
          ...attributes,
          "data-room": node.room ? twoPlaces(node.room) : null,
          "data-least": node.room ? 0.5 : null,
          ...lengthTold(said2, size2, bold, node.room)
        },
        xmlSafe(said2)
      );
    }
  };
  function answerLine({ x, y, fill: fill2, "text-anchor": anchor }, natural, room) {
    let width = Math.min(0.84 * natural, room ?? natural), left = Number(x) - width * ({ middle: 0.5, end: 1 }[anchor] ?? 0);
    return xmlTag("path", {
      d: `M${twoPlaces(left)} ${twoPlaces(Number(y) + 2.5)}h${twoPlaces(width)}`,
      stroke: fill2,
      "stroke-width": 1.2,
      fill: "none"
    });
  }
  var LOOKS = /* @__PURE__ */ new Map();
  function looksOf(view, theme) {
    let classes = `gt-root ${view.root.classList.contains("present") ? "present" : ""} playing`, palette = view.words.palette[theme], key = `${classes}|${JSON.stringify(palette)}`;
    return LOOKS.has(key) || LOOKS.set(key, new Looks(KIT.css, palette, theme, classes)), LOOKS.get(key);
  }
  function drawnPicture(view, worn, blank, key) {
    let picture = new Place(
      new Place(worn.root, "div", view.canvas.getAttribute("class")),
      "svg",
      view.svg.getAttribute("class") ?? ""
    );
    return new FrameWriter(worn, blank, key).all(view.svg, picture);
  }
  function whereWords(stage) {
    let { phase, n, of } = stage.player.position(stage.cursor), name = stage.t(`phase_${phase}`);
    return `${of ? stage.t("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name} ${stage.t("event_of").replace("{n}", stage.cursor).replace("{m}", stage.player.length)}`;
  }
  var toldIn = (stage, { blank = [], key = !1 }) => blank.length && !key ? stage.says().replace(NUMBER_IN_TEXT, GAP) : stage.says();
  function footOf(view, width, { window: window2 = !1, caption = !0, ...more }) {
    let { stage } = view, room = width - 2 * FRAME_EDGE, large = Math.max(15, Math.min(24, Math.round(width / 66))), small = Math.max(12, Math.round(large * 0.62));
    if (!caption) return { lines: [], height: FRAME_EDGE };
    let said2 = toldIn(stage, more), where = [view.title.textContent, whereWords(stage)].filter(Boolean).join(" · ") + (view.geo.folded ? stage.t("folded").replace("{k}", view.geo.folded) : ""), set = (texts, size2, bold, most) => texts.flatMap((text) => wrapWords(text, size2, bold, room, most)).map((text) => ({ text, size: size2, bold })), lines2 = [
      ...set([said2], large, !0, 3),
      ...set([where], small, !1, 2),
      ...set(view.geo.notes.slice(0, 4), small, !1, 2)
    ], y = 4;
    for (let line of lines2)
      y += line.size * 1.35, line.y = y;
    let spare = window2 ? 0 : Math.max(0, longest(stage, large, room) - lines2.filter(({ bold }) => bold).length);
    return { lines: lines2, height: Math.ceil(y + spare * large * 1.35 + FRAME_EDGE * 0.6) };
  }
  function longest(stage, size2, room) {
    let told = stage.tape.says[stage.view.language] ?? [], key = `${stage.view.language}|${size2}|${room}`;
    if (stage.longest?.key !== key) {
      let texts = [...told].sort((a, b) => b.length - a.length).slice(0, 40);
      stage.longest = { key, lines: Math.max(1, ...texts.map((text) => wrapWords(text, size2, !0, room, 3).length)) };
    }
    return stage.longest.lines;
  }
  var footLine = ({ text, size: size2, bold, y, x = FRAME_EDGE, anchor }, room, fill2) => xmlTag(
    "text",
    {
      x: twoPlaces(x),
      y: twoPlaces(y),
      "font-size": size2,
      "font-weight": bold ? 600 : 400,
      fill: fill2,
      "text-anchor": anchor,
      "data-room": twoPlaces(room),
      ...lengthTold(text, size2, bold, room)
    },
    xmlSafe(text)
  );
  function headOf(view, width, { heading = "", signed = "" }) {
    return heading ? {
      lines: [
        { text: heading, size: 20, bold: !0, y: 36, room: width * 0.6 },
        { text: signed, size: 16, bold: !1, y: 36, x: width - FRAME_EDGE, anchor: "end", room: width * 0.36 }
      ].filter(({ text }) => text),
      height: 52
    } : { lines: [], height: FRAME_EDGE };
  }
  function ownHeight(stage, width, most) {
    let wanted = (stage.chosen?.pictures ?? [{ width: 400, height: 200 }]).map(
      (geo) => geo.height * Math.min((width - 2 * FRAME_EDGE) / geo.width, MOST_ZOOM)
    );
    return Math.ceil(Math.min(most, Math.max(width * 0.2, ...wanted)));
  }
  function frameText(view, { window: window2 = !1, width = 1600, height = null, theme = "light", ground = "theme", ...more }) {
    let worn = looksOf(view, theme), wide = window2 ? view.canvas.clientWidth : width, below = footOf(view, wide, { window: window2, ...more }), above = window2 ? { lines: [], height: 0 } : headOf(view, wide, more), free = above.height + below.height, tall = window2 ? view.canvas.clientHeight + below.height : height ?? free + ownHeight(view.stage, wide, wide * 0.75 - free), inside2 = drawnPicture(view, worn, more.blank, more.key), picture = window2 ? windowCut(view, inside2) : fittedWhole(view, inside2, wide, above.height, Math.max(60, tall - free)), colours = view.words.palette[theme], texts = [
      ...above.lines.map((one) => footLine(one, one.room, colours.ink)),
      ...below.lines.map(
        (one) => footLine(
          { ...one, y: one.y + tall - below.height },
          wide - 2 * FRAME_EDGE,
          one.bold ? colours.ink : colours.muted
        )
      )
    ], paint = ground === "none" ? "" : xmlTag("rect", { width: wide, height: tall, fill: ground === "white" ? "#ffffff" : colours.background });
    return xmlTag(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width: wide,
        height: tall,
        viewBox: `0 0 ${wide} ${tall}`,
        "font-family": KIT.font,
        "font-variant-numeric": "tabular-nums"
      },
      xmlTag("title", {}, xmlSafe(toldIn(view.stage, more))) + paint + picture + texts.join("")
    );
  }
  function windowCut(view, inside2) {
    let { k, x, y } = view.at, width = view.canvas.clientWidth, height = view.canvas.clientHeight;
    return xmlTag(
      "svg",
      { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" },
      xmlTag("g", { transform: `translate(${twoPlaces(x)} ${twoPlaces(y)}) scale(${k.toFixed(5)})` }, inside2)
    );
  }
  function fittedWhole(view, inside2, width, top, height) {
    let { geo } = view, k = Math.min((width - 2 * FRAME_EDGE) / geo.width, height / geo.height, MOST_ZOOM);
    return xmlTag(
      "g",
      {
        transform: `translate(${twoPlaces((width - geo.width * k) / 2)} ${twoPlaces(top + (height - geo.height * k) / 2)}) scale(${k.toFixed(5)})`
      },
      inside2
    );
  }
  function fileName(stage, suffix) {
    let digits = String(stage.player.length).length;
    return `${(stage.view.name || stage.view.title.textContent || "").normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 40) || "graph"}_step${String(stage.cursor).padStart(Math.max(2, digits), "0")}_${stage.state.phase || "other"}.${suffix}`;
  }

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
      let known = TRANSFORMS.get(this.id), anchor = this.anchor;
      this.anchor = null, !(anchor && this.settleOn(anchor)) && (known && !known.fitted && !this.compact ? this.move(known) : this.stage && !this.scene.large && this.fitScale() < this.least(READ) && !this.compact ? this.open() : this.fit());
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
      let spot = this.geo.frames.find((frame) => frame.path === path) ?? this.geo.boxes.find((box) => box.openable && box.path === path);
      return spot ? (this.frames.childNodes.forEach((g) => g.classList.toggle("fresh", g.frame === spot)), this.fitted && this.fitScale() > 0.6 ? (this.fit(), !0) : (this.fitted = !1, this.move({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k }), !0)) : !1;
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
      let inside2 = (room) => {
        let { width, height } = this.geo, k = Math.min(room.w / width, room.h / height, 1.6);
        return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
      }, large = this.stage && !this.scene.large && this.canvas.clientHeight && inside2(this.room(2, 2));
      return large && !this.covers(this.tools, large) ? large : inside2(this.room());
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
      return event.target.closest?.(".card")?.box ?? null;
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
      let holder = pressed.parentNode;
      holder.frame ? this.close(holder.frame) : this.toggle(holder.box);
    }
    select(box, quiet = !1) {
      this.cards.querySelector(".selected")?.classList.remove("selected"), this.selected = box, this.picked = (box && keysOf(box)[0]) ?? null, this.light(null), box ? (this.rove(box), this.scene.card(box.id).classList.add("selected"), this.inspect(box), this.fitted && this.readable() && !this.scene.far ? this.fit(!quiet) : quiet || this.reveal(box)) : this.hidePanel(), quiet || this.emit("picked", this.picked);
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
      this.cards.querySelector('[tabindex="0"].card')?.setAttribute("tabindex", -1), this.scene.release([box.id, this.selected?.id]), this.cursor = box, this.scene.hold(box.id).setAttribute("tabindex", 0);
    }
    // Light the links and neighbours of a box, and the other copies of a shared leaf.
    light(box) {
      this.svg.querySelectorAll(".lit").forEach((node) => node.classList.remove("lit"));
      let pointed = [box, this.selected].filter(Boolean);
      this.stage?.panels.lit(pointed);
      for (let one of pointed) this.stage && this.scene.card(one.id)?.classList.add("lit");
      for (let lit of new Set([box, this.selected].filter(Boolean))) {
        let copies = lit.twin === null ? [lit] : this.twins.get(lit.twin) ?? [lit];
        for (let copy of copies) {
          copy !== lit && this.scene.card(copy.id)?.classList.add("lit");
          for (let [link, far] of this.joins[copy.id])
            this.scene.line(link)?.classList.add("lit"), this.scene.card(far)?.classList.add("lit");
        }
      }
    }
    find(query) {
      let wanted = query.trim().toLowerCase(), match = (box) => [box.title, box.subtitle, ...keysOf(box)].some((text) => text.toLowerCase().includes(wanted));
      this.hits = wanted && this.geo ? this.geo.boxes.filter((box) => box.kind !== "stub" && match(box)) : [], this.svg.classList.toggle("searching", !!wanted);
      let hits = new Set(this.hits);
      for (let card of this.cards.children) card.classList.toggle("hit", hits.has(card.box));
      this.geo && this.scene.repaint(), this.found.textContent = wanted ? this.t("found").replace("{n}", this.hits.length) : "";
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
    close(frame) {
      this.change(frame.path, frame, (open2) => {
        for (let path of [...open2]) (path === frame.path || path.startsWith(`${frame.path}.`)) && open2.delete(path);
      });
    }
    change(path, spot, edit) {
      let { k, x, y } = this.at, open2 = new Set(this.geo.frames.map((frame) => frame.path));
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
      this.search.value = "", this.find(""), this.scene.hold(this.cursor?.id ?? 0)?.focus();
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
      best && (this.rove(best), this.scene.card(best.id).focus({ preventScroll: !0 }), this.selected ? this.select(best) : this.reveal(best));
    }
  }, keysOf = (box) => box.keys ?? box.nodes.map(({ key }) => key);

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
    context.save(), context.transform(at.k, 0, 0, at.k, at.x, at.y), frames(context, scene.geo.frames, colours, at.k), far || lines(context, scene, rect2, colours, at.k), far ? cells(context, scene, rect2, paint, at.k) : bars(context, scene, scene.boxes.within(...rect2), paint, at.k), context.restore();
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
  function bars(context, scene, ids, { colours, hue }, k) {
    let groups = /* @__PURE__ */ new Map(), bar = Math.max(4, 2.5 / k), tiny = ids.length > 4e3, titled = [];
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
        context.fillRect(box.x, box.y, Math.max(1 / k, tiny || box.w * k < 12 ? box.w : bar), Math.max(1 / k, box.h));
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
    for (let row = r0; row <= r1; row += 1)
      for (let col = c0; col <= c1; col += 1) {
        let from = field.starts[row * field.cols + col], to = field.starts[row * field.cols + col + 1];
        if (from === to) continue;
        let key = `${hue(scene.geo.boxes[field.things[from]])} ${Math.min(4, to - from)}`;
        groups.has(key) || groups.set(key, []), groups.get(key).push(col * side, row * side);
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
  var MAP_W = 190, MAP_H = 110, LEAST = 10, MODEST = 0.66, FEW = 20, Minimap = class {
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
      let left = clamp(-at.x / at.k * this.k, 0, this.size.w - LEAST), top = clamp(-at.y / at.k * this.k, 0, this.size.h - LEAST), w = clamp((canvas.clientWidth - at.x) / at.k * this.k - left, LEAST, this.size.w - left), h = clamp((canvas.clientHeight - at.y) / at.k * this.k - top, LEAST, this.size.h - top);
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

  // graphtrace/viewer/src/scene.js
  var SMALL = 150, FAR = 0.32, MARGIN = 0.3, QUICK = 7, Scene = class {
    constructor(view) {
      this.view = view, this.canvas = el("canvas", { class: "overview", "aria-hidden": "true" }), this.cost = 0;
    }
    load(geo) {
      this.geo = geo, this.large = geo.boxes.length > SMALL && !this.view.whole, this.held = /* @__PURE__ */ new Set(), this.covered = null, this.far = !1, this.boxes = new Field(boxRects(geo.boxes), geo.width, geo.height), this.lines = new Field(linkRects(geo.links), geo.width, geo.height), this.view.canvas.classList.toggle("large", this.large), this.view.canvas.classList.remove("far"), this.drawn = /* @__PURE__ */ new Map(), this.joined = /* @__PURE__ */ new Map(), !this.large && (geo.links.forEach((_, i) => this.join(i)), geo.boxes.forEach((box) => this.put(box.id)), this.hang());
    }
    put(id) {
      let card = this.view.drawCard(this.geo.boxes[id]);
      return this.drawn.set(id, card), card;
    }
    join(i) {
      let line = this.view.drawLink(this.geo.links[i], i);
      return this.joined.set(i, line), line;
    }
    hang() {
      this.view.links.replaceChildren(...this.joined.values()), this.view.cards.replaceChildren(...this.drawn.values());
    }
    card(id) {
      return this.drawn.get(id) ?? null;
    }
    line(i) {
      return this.joined.get(i) ?? null;
    }
    // A card that is needed wherever it lies: it has the focus, or is selected.
    hold(id) {
      return this.large ? (this.held.add(id), this.drawn.has(id) || this.arrive([id], []), this.card(id)) : this.card(id);
    }
    release(keep) {
      this.held = new Set([...keep].filter((id) => id !== void 0));
    }
    // After every move: draw what has come into the window, drop what has left it.
    update(soon = !1) {
      if (!this.large || !this.view.at) return;
      let { view } = this, { k } = view.at, far = k < FAR;
      if (far !== this.far && (this.far = far, this.covered = null, view.canvas.classList.toggle("far", far)), far) {
        this.look(soon), this.covered !== "none" && (this.covered = "none", this.keep([], []));
        return;
      }
      let window_ = this.window(0);
      this.covered && inside(window_, this.covered) && this.covered[2] - this.covered[0] < 4 * (window_[2] - window_[0]) || (this.covered = this.window(MARGIN), this.keep(this.boxes.within(...this.covered), this.lines.within(...this.covered)));
    }
    // The window in the picture's own lengths, with a margin around it.
    window(margin) {
      let { view } = this, { k, x, y } = view.at, w = view.canvas.clientWidth, h = view.canvas.clientHeight;
      return [(-x - margin * w) / k, (-y - margin * h) / k, (w - x + margin * w) / k, (h - y + margin * h) / k];
    }
    keep(boxes, lines2) {
      let wanted = /* @__PURE__ */ new Set([...boxes, ...this.held]), joined = new Set(lines2), gone = [];
      for (let [id, card] of this.drawn)
        wanted.has(id) || (card.remove(), this.drawn.delete(id), gone.push(card.box));
      for (let [i, line] of this.joined)
        joined.has(i) || (line.remove(), this.joined.delete(i), this.view.stage?.unjoin(i));
      this.view.stage?.forget(gone), this.arrive(
        [...wanted].filter((id) => !this.drawn.has(id)),
        lines2.filter((i) => !this.joined.has(i))
      );
    }
    arrive(boxes, lines2) {
      if (!boxes.length && !lines2.length) return;
      this.view.links.append(...lines2.map((i) => this.join(i)));
      let cards = boxes.map((id) => this.put(id));
      this.view.cards.append(...cards), this.view.squeeze(cards), this.view.arrived(cards, lines2);
    }
    shown() {
      return this.large ? [...this.drawn.keys()].map((id) => this.geo.boxes[id]) : this.geo.boxes;
    }
    // ---- the sketch --------------------------------------------------------------------------
    // While a gesture lasts, a sketch that takes long to draw is moved as it is, and drawn anew when the hand rests.
    look(soon) {
      let { at, sketched } = { at: this.view.at, sketched: this.sketched };
      if (!soon || this.cost < QUICK || !sketched) {
        this.draw();
        return;
      }
      let ratio = at.k / sketched.k;
      this.canvas.style.transform = `translate(${at.x - sketched.x * ratio}px, ${at.y - sketched.y * ratio}px) scale(${ratio})`, clearTimeout(this.rest), this.rest = setTimeout(() => this.draw(), 120);
    }
    draw() {
      clearTimeout(this.rest);
      let { view, canvas } = this, started = performance.now(), w = view.canvas.clientWidth, h = view.canvas.clientHeight, sharp = Math.min(2, devicePixelRatio || 1);
      if (!this.far || !w) return;
      (canvas.width !== Math.round(w * sharp) || canvas.height !== Math.round(h * sharp)) && (canvas.width = Math.round(w * sharp), canvas.height = Math.round(h * sharp), canvas.style.width = `${w}px`, canvas.style.height = `${h}px`);
      let context = canvas.getContext("2d");
      context.setTransform(sharp, 0, 0, sharp, 0, 0), context.clearRect(0, 0, w, h), sketch(context, this, view.at, w, h, this.paint()), this.rings(context), canvas.style.transform = "", this.sketched = { ...view.at }, this.cost = performance.now() - started;
    }
    rings(context) {
      let { view } = this, colours = this.colours;
      for (let box of view.hits ?? []) ring(context, box, view.at, colours.warning, 2);
      for (let box of view.stage?.active ?? []) ring(context, box, view.at, colours[view.stage.tone()]);
      view.selected && ring(context, view.selected, view.at, colours.ink);
    }
    paint() {
      let { stage } = this.view;
      return this.colours ??= this.read(), { colours: this.colours, hue: (box) => stage ? stage.hue(box) : COLOURS[box.kind] };
    }
    // Colours as the stylesheet has them; read again when the theme changes.
    read() {
      let style = getComputedStyle(this.view.root), found = { font: style.fontFamily };
      for (let name of [
        "ink",
        "surface",
        "line",
        "frame",
        "frame-line",
        "forward",
        "leaf",
        "gradient",
        "warning",
        "constant"
      ])
        found[name.replace("-", "_")] = style.getPropertyValue(`--gt-${name}`).trim() || "#888";
      return found;
    }
    repaint() {
      this.colours = null, this.far && this.draw();
    }
  }, inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

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
      this.title = el("strong"), this.about = el("span", { class: "about" }), this.search = el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" }), this.found = el("span", { class: "found", "aria-live": "polite" }), this.bar = el("div", { class: "bar" }, this.title, this.about, this.found, this.search), this.links = svg("g", { class: "links" }), this.frames = svg("g", { class: "frames" }), this.cards = svg("g", { class: "cards" }), this.svg = svg("svg", { class: "picture", role: "group" }, this.frames, this.links, this.cards), this.notes = el("div", { class: "notes", role: "note" }), this.legend = el("div", { class: "legend" }), this.tools = el("div", { class: "tools", role: "toolbar" }), this.canvas = el("div", { class: "canvas" }), this.scene = new Scene(this), this.map = new Minimap(this), this.canvas.append(this.scene.canvas, this.svg, this.notes, this.legend, this.map.root, this.tools), this.panel = el("aside", { class: "panel", hidden: "" }), this.main = el("div", { class: "main" }, this.canvas, this.panel), this.control = el("div", { class: "control", hidden: "" }), this.strip = el("div", { class: "strip", hidden: "" }), this.root.replaceChildren(this.bar, this.control, this.main, this.strip);
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
      this.waiting && this.canvas.clientWidth > 0 ? (this.waiting = !1, this.settle()) : this.fitted && !this.gesture && this.readable() ? this.fit() : (this.scene.covered = null, this.scene.update(), this.map.refresh());
    }
    destroy() {
      this.abort.abort(), this.sizes.disconnect(), this.stage?.pause(), clearTimeout(this.calm), clearTimeout(this.single), clearTimeout(this.scene.rest), clearTimeout(this.map.later), this.root.replaceChildren();
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
      this.words = { texts, languages, palette, title, name, about, theme }, this.name = name, this.languages = languages, this.language = this.asked && languages ? this.asked : language, this.texts = languages?.[this.language] ?? texts, this.title.textContent = title, this.describe(), this.search.placeholder = this.t("search"), this.search.setAttribute("aria-label", this.t("search")), this.svg.setAttribute("aria-label", this.t("picture")), this.panel.setAttribute("aria-label", this.t("inspector")), this.paint(palette, theme), this.map.root.setAttribute("aria-label", this.t("map")), this.map.root.title = this.t("map"), this.drawTools(), this.drawLegend(), this.geo && (this.scene.repaint(), this.map.renew()), this.stage?.spoken !== this.language && this.stage?.speak(), this.resize(), this.selected && this.inspect(this.selected);
    }
    // What the host says of the picture; else how much there is, and how much of it is folded away.
    describe() {
      let { geo, words: words2 } = this, say = (name) => this.t(name).replace("{n}", count(geo.nodes)).replace("{m}", count(geo.edges)).replace("{k}", count(geo.folded)), told = words2.about || (geo?.edges === void 0 ? "" : say("counts") + (geo.folded ? say("folded") : ""));
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
    // Cards and lines that have come into the window: what is lit, chosen or found stays so.
    arrived(cards, lines2) {
      for (let card of cards)
        card.classList.toggle("selected", card.box === this.selected), card.classList.toggle("hit", !!this.hits?.includes(card.box)), card.box === this.cursor && card.setAttribute("tabindex", 0);
      this.stage?.arrived(cards, lines2);
    }
    // ---- drawing -----------------------------------------------------------------------------
    draw() {
      let { geo } = this;
      this.selected = null, this.hits = [], this.svg.setAttribute("width", geo.boxes.length > 2e3 ? 1 : geo.width), this.svg.setAttribute("height", geo.boxes.length > 2e3 ? 1 : geo.height), this.scene.load(geo), this.map.load(geo), this.frames.replaceChildren(...geo.frames.map((frame) => this.drawFrame(frame))), this.notes.replaceChildren(...geo.notes.map((text) => el("p", { text }))), this.squeeze();
      let first = this.byNode.get(geo.roots[0]) ?? geo.boxes[0];
      first && this.rove(first);
    }
    drawFrame(frame) {
      let text = svg("text", { x: frame.x + 10, y: frame.y + 16, "font-size": 12, text: frame.title });
      text.room = frame.w - 44;
      let g = svg(
        "g",
        { class: "frame" },
        svg("rect", { x: frame.x, y: frame.y, width: frame.w, height: frame.h, rx: 12 }),
        text,
        this.geo.fixed ? "" : sign(frame.x + frame.w - 16, frame.y + 13, "−", `${this.t("close")} ${frame.title}`)
      );
      return g.frame = frame, g;
    }
    drawLink(link) {
      let p = link.points, way = direction(p), end = p.length - 2, path = [...p.slice(0, end), p[end] - way.x * 6, p[end + 1] - way.y * 6], d = `M${path[0]} ${path[1]}`;
      for (let i = 2; i + 5 < path.length; i += 6) d += `C${path.slice(i, i + 6).join(" ")}`;
      let g = svg(
        "g",
        { class: "link" },
        svg("title", { text: link.label }),
        svg("path", { class: "line", d }),
        svg("path", { class: "tip", d: tip(p[end], p[end + 1], way) })
      );
      return g.link = link, g;
    }
    drawCard(box) {
      let g = svg("g", {
        class: `card ${box.kind}`,
        transform: `translate(${box.x} ${box.y})`,
        role: "button",
        tabindex: -1,
        "data-id": box.id,
        "data-key": keysOf(box)[0],
        "aria-label": this.spoken(box)
      });
      g.append(...box.kind === "stub" ? [dot(box)] : sheet(box));
      for (let line of box.lines) {
        let text = svg("text", { class: line.role, x: line.x, y: line.y, "font-size": line.size, text: line.text });
        text.room = line.width, g.append(text);
      }
      return box.twin !== null && g.append(
        svg(
          "g",
          { class: "twin", transform: `translate(${box.w - 3} 2)` },
          svg("circle", { r: 7 }),
          svg("path", { d: CHAIN })
        )
      ), box.openable && g.append(sign(box.w - 3, 2, "+")), box.blocks?.length && g.append(svg("g", { class: "blocks" })), g.box = box, g;
    }
    spoken(box) {
      return [box.title, box.subtitle, box.text, ...box.details, box.openable && this.t("openable")].filter(Boolean).join(", ") || this.t("stub");
    }
    // Cards were measured with another font than this machine may have: no text may leave its card.
    squeeze(groups = [this.svg]) {
      groups.flatMap((group) => [...group.querySelectorAll("text")]).filter((text) => text.getComputedTextLength() > text.room + 0.5).forEach((text) => fill(text, { textLength: Math.max(1, text.room), lengthAdjust: "spacingAndGlyphs" }, []));
    }
    drawTools() {
      let tool = (sign2, label, run, keys) => {
        let button = el("button", { type: "button", title: `${label} (${keys})`, "aria-label": label, text: sign2 });
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

  // graphtrace/viewer/src/export.js
  var MOST_BOXES = 4e3, MOST_SIDE = 16e3, MOST_PIXELS = 1e8, SHEET_WIDTH = 1600;
  function hiddenView({ patch, play }, cursor = 0) {
    let view = new View(el("div"));
    return view.whole = !0, view.patch(patch), view.stage = new Stage(view, "sheet", play, cursor), view.stage.refresh(), view;
  }
  function sheetOf(view) {
    let { stage } = view, theme = view.root.dataset.theme;
    return hiddenView(
      {
        patch: { ...view.words, languages: null, language: view.language, texts: view.texts, theme },
        play: { tape: stage.tape, views: [stage.chosen] }
      },
      stage.cursor
    );
  }
  var bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer()), svgBlob = (text) => new Blob([text], { type: "image/svg+xml" }), breath = () => new Promise((done) => {
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
      }, row = (label, ...parts) => el(
        "div",
        { class: "exportrow", role: "group", "aria-label": this.t(label) },
        el("span", { text: this.t(label) }),
        ...parts
      ), page = this.stage.view.root.classList.contains("page") && window === window.top, print2 = (name, run) => page ? [button(name, run)] : [];
      return this.status = el("p", { class: "exportstatus", role: "status", "aria-live": "polite" }), el(
        "div",
        { class: "exportbox" },
        row("export_part", this.pick("part", ["whole", "window"])),
        row("export_ground", this.pick("ground", ["theme", "white", "light", "dark", "none"])),
        row("export_times", this.pick("times", ["1", "2", "3", "4"])),
        row(
          "export_frame",
          button("svg", () => this.svg()),
          button("png", () => this.png()),
          ...print2("print", () => this.print())
        ),
        row(
          "export_all",
          button("all_svg", () => this.all("svg")),
          button("all_png", () => this.all("png")),
          ...print2("all_print", () => this.printAll())
        ),
        row(
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
      return {
        window: this.at.part === "window" && view.canvas.clientWidth > 0,
        width: SHEET_WIDTH,
        theme,
        ground: { white: "white", none: "none" }[ground] ?? "theme"
      };
    }
    // Runs `use` with a hidden view of the whole picture.
    async whole(use) {
      let { view } = this.stage;
      if (view.geo.boxes.length > MOST_BOXES) throw new Error("too_many_boxes");
      let sheet2 = sheetOf(view);
      try {
        return await use(sheet2);
      } finally {
        sheet2.destroy();
      }
    }
    frame() {
      let { view } = this.stage, options = this.options();
      if (!options.window) return this.whole((sheet2) => frameText(sheet2, options));
      if (view.canvas.classList.contains("far")) throw new Error("too_many_boxes");
      return frameText(view, options);
    }
    async file(text, suffix) {
      return suffix === "svg" ? svgBlob(text) : pngBlob(text, Number(this.at.times));
    }
    async one(suffix) {
      let name = fileName(this.stage, suffix), text = await this.frame();
      return saveFile(await this.file(text, suffix), name), name;
    }
    svg() {
      return this.one("svg");
    }
    png() {
      return this.one("png");
    }
    // Every step, one after the other: `use` gets the hidden view at each.
    each(use) {
      return this.whole(async (sheet2) => {
        let { length } = sheet2.stage.player;
        for (let cursor = 0; cursor <= length; cursor += 1)
          sheet2.stage.seek(cursor), await use(sheet2), this.tell(`${cursor} / ${length}`), await breath();
      });
    }
    async all(suffix) {
      let files = [], options = { ...this.options(), window: !1 };
      await this.each(async (sheet2) => {
        files.push([fileName(sheet2.stage, suffix), await bytesOf(await this.file(frameText(sheet2, options), suffix))]);
      });
      let name = fileName(this.stage, "").replace(/_step.*$/, `_steps_${suffix}.zip`);
      return saveFile(zipped(files), name), name;
    }
    // Gradients left out, and the same frame with them marked.
    async worksheet(how) {
      let blank = ["gradient", "sum", "grad"], options = { ...this.options(), window: !1, blank, signed: this.t("sheet_signed") }, pair = await this.whole((sheet2) => [
        frameText(sheet2, { ...options, heading: this.t("sheet_task") }),
        frameText(sheet2, { ...options, heading: this.t("sheet_key"), signed: "", key: !0 })
      ]);
      if (how === "print") return this.paper(pair);
      let names = ["worksheet", "key"].map((part) => fileName(this.stage, how).replace(/\.(\w+)$/, `_${part}.$1`)), files = await Promise.all(pair.map(async (text, i) => [names[i], await bytesOf(await this.file(text, how))])), name = fileName(this.stage, "").replace(/\.$/, "_worksheet.zip");
      return saveFile(zipped(files), name), name;
    }
    async print() {
      return this.paper([await this.frame()]);
    }
    async printAll() {
      let texts = [], options = { ...this.options(), window: !1 };
      return await this.each((sheet2) => {
        texts.push(frameText(sheet2, options));
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
        move.map(([name, keys, run]) => [name, this.button(name, keys, run, icon(name))])
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
      let line = el("div", { class: "timeline" }, this.segments(), this.range);
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
        el("div", { class: "where" }, line, this.place),
        this.sentence
      ), this.refresh(), focused && this.buttons.next.focus();
    }
    button(name, keys, run, inside2) {
      let label = this.t(`to_${name}`), button = el(
        "button",
        { type: "button", class: `go ${name}`, title: `${label} (${keys})`, "aria-label": label },
        inside2
      );
      return button.addEventListener("click", run), button;
    }
    toggle(text, label, keys, run) {
      let button = el("button", {
        type: "button",
        class: "small",
        title: `${label} (${keys})`,
        "aria-label": label,
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
      let { stage } = this, { view } = stage, make = (text, label, run) => this.toggle(text, label, "", run);
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
  var READABLE = 16 / 11, SPEEDS = [1500, 600, 150], EMPTY = { view: "", width: 400, height: 200, notes: [], nodes: 0, roots: [], boxes: [], links: [], frames: [] }, Stage = class extends Painter {
    constructor(view, id, play, start = 0) {
      super(), this.view = view, this.id = id, this.tape = play.tape, this.views = play.views, this.chosen = play.views[0], this.player = new Player(play.tape), this.cursor = Math.min(Math.max(0, start), this.player.length), this.boxes = /* @__PURE__ */ new Map(), this.leaves = /* @__PURE__ */ new Map(), this.made = /* @__PURE__ */ new Map(), this.transport = new Transport(this), this.panels = new Panels(this), this.speak();
    }
    t(name) {
      return this.view.t(name);
    }
    // ---- words that follow the language ------------------------------------------------------
    speak() {
      this.spoken = this.view.language, this.transport.build(), this.panels.build(), this.state && this.refresh();
    }
    says() {
      let told = this.tape.says[this.view.language] ?? Object.values(this.tape.says)[0];
      return this.cursor ? told[this.cursor - 1] : this.t(this.player.length ? "at_start" : "nothing_happened");
    }
    // ---- moving ------------------------------------------------------------------------------
    seek(cursor) {
      let wanted = Math.min(Math.max(0, Math.round(cursor)), this.player.length);
      wanted === this.cursor && this.state || (this.cursor = wanted, this.refresh(), this.view.emit("cursor", wanted));
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
      this.chosen = this.views.find((view) => view.name === name) ?? this.chosen, this.refresh(), this.transport.refresh(), this.view.emit("view", this.chosen.name);
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
      this.state = this.player.at(this.cursor), this.mount(), this.view.geo && this.paint(), this.transport.refresh(), this.panels.refresh(), this.follow(), this.view.root.dataset.cursor = this.cursor;
    }
    // Hang up the picture of the pass shown; the same one stays, with its zoom.
    mount() {
      let of = this.chosen?.of[this.state.shown];
      if (!of) {
        this.view.setStructure(`${this.id}|empty`, EMPTY), this.learn();
        return;
      }
      let [picture, detail] = of, key = `${this.id}|${this.chosen.name}|${picture}`, details = this.chosen.details[detail], geo = this.chosen.pictures[picture], filled = () => ({
        ...geo,
        of: this.of,
        notes: [...geo.notes, ...this.tape.warnings],
        boxes: geo.boxes.map((box, i) => ({ ...box, nodes: details[i] }))
      });
      this.view.id !== key ? (this.active = null, this.view.setStructure(key, filled()), this.learn(), this.view.selected && this.view.inspect(this.view.selected)) : this.detail !== details && this.view.adopt(filled()), this.detail = details;
    }
    // Which boxes stand for a node, and for a leaf: a shared leaf has several.
    learn() {
      let { view } = this;
      this.boxes = /* @__PURE__ */ new Map(), this.leaves = /* @__PURE__ */ new Map(), this.drawn = /* @__PURE__ */ new Map();
      let add = (map, key, box) => map.set(key, [...map.get(key) ?? [], box]);
      for (let box of view.geo.boxes) {
        for (let node of box.ids) add(this.boxes, node, box);
        for (let block of box.blocks) block.name && add(this.leaves, block.name, box);
      }
      this.lines = /* @__PURE__ */ new Map(), this.byEdge = /* @__PURE__ */ new Map(), view.geo.links.forEach((link, i) => {
        for (let edge of link.edges) add(this.byEdge, edge, i);
      }), this.learned = view.geo;
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
    let waiting = 0, place = () => ({ of: view.stage.id, at: view.stage.cursor, view: view.stage.chosen?.name ?? "" });
    return view.ask = data.address && { selector: data.ask, tell: () => setStateValue("cursor", place()) }, view.emit = (name, value) => {
      if (data.address && (name === "cursor" || name === "view") && (note(view, data.address), !data.rests) || name === "view") return;
      if (name !== "cursor") {
        setStateValue(name, value);
        return;
      }
      let send = () => {
        view.stage?.timer ? waiting = setTimeout(send, 400) : setStateValue(name, data.rests ? place() : view.stage?.cursor ?? value);
      };
      clearTimeout(waiting), waiting = setTimeout(send, 400);
    }, view.acts = data.acts, view.act = (told) => setTriggerValue("act", told), show(view, data), go(view, data.id, data.seek), data.present && !view.presented && (view.presented = !0, view.stage.present()), data.address && note(view, data.address), () => {
      clearTimeout(waiting), view.destroy(), MOUNTED.delete(root);
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
    let { params, modules, hooks, words: words2 } = view.acts, inside2 = new Set(box.nodes.map(({ module }) => module).filter(Boolean)), own = (name) => box.kind !== "leaf" && inside2.has(name.slice(0, name.lastIndexOf("."))) || box.blocks?.some((block) => block.name === name), button = (text, told, on) => {
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
        button(words2.numbers, { do: "numbers", name }),
        graded ? button(words2.grad, { do: "numbers", name: `${name}.grad` }) : null
      )
    ), path = [...inside2].filter((name) => modules.includes(name)).at(-1);
    if (path && box.kind !== "leaf" && rows.push(
      el(
        "p",
        {},
        el("strong", { text: `${words2.output} ${path}` }),
        ...["detach", "retain_grad"].map(
          (does) => button(`${does}()`, { do: does, name: path, on: hooks[path] !== does }, hooks[path] === does)
        )
      )
    ), box.nodes.some(({ id }) => view.geo.roots.includes(id)) && rows.push(el("p", {}, button("backward(retain_graph=True)", { do: "keep" }))), !rows.length) return [];
    let acts = el(
      "details",
      { class: "acts", ...view.acting ? { open: "" } : {} },
      el("summary", {}, el("h3", { text: words2.title }), el("span", { text: words2.what })),
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
    }, NOTED.waiting || write();
  }
  var NOTED = { left: 10, since: 0, waiting: 0, wanted: null };
  function write() {
    let now = performance.now(), { wanted } = NOTED;
    if (NOTED.left = Math.min(10, NOTED.left + (now - NOTED.since) * 3e-3), NOTED.since = now, NOTED.waiting = NOTED.left < 1 ? setTimeout(write, 350) : 0, NOTED.waiting || !location.pathname.endsWith(wanted.path)) return;
    NOTED.left -= 1;
    let url = new URL(location.href);
    for (let [name, value] of Object.entries(wanted.places)) url.searchParams.set(name, value);
    url.href !== location.href && history.replaceState(history.state, "", url);
  }
  return __toCommonJS(main_exports);
})();
