// Below the picture: the code with the running line, and the parameters. In the inspector: numbers at this step.

import { gradState } from "./draw/blocks.js";
import { formulas } from "./formula.js";
import { el, svg } from "./dom.js";
import { table } from "./inspector.js";
import { brief, numbers, real, shapeText, short, size } from "./tensors.js";

export class Panels {
  constructor(stage) {
    this.stage = stage;
    this.root = stage.view.strip;
    this.root.hidden = false;
  }

  t(name) {
    return this.stage.t(name);
  }

  build() {
    const { tape } = this.stage;
    this.lines = tape.code.map((line, i) =>
      this.line(line, tape.code[i - 1]?.file !== line.file && tape.code.some(({ file }) => file !== line.file)),
    );
    this.code = el(
      "div",
      { class: "code", tabindex: 0, role: "region", "aria-label": this.t("code") },
      ...this.lines.flatMap(({ head, row }) => [head, row]).filter(Boolean),
    );
    if (!this.lines.length) this.code.append(el("p", { class: "hint", text: this.t("no_code") }));
    this.names = this.params();
    this.rows = this.names.map((name) => this.row(name));
    const heads = ["parameter", "norm_value", "norm_grad", "state", "last_update"].map((name, i) =>
      el("th", i ? { class: "num", text: this.t(name) } : { text: this.t(name) }),
    );
    const body = el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...this.rows.map(({ row }) => row)),
    );
    this.table = el("div", { class: "params", tabindex: 0, role: "region", "aria-label": this.t("parameters") }, body);
    this.root.replaceChildren(this.code, this.table);
  }

  line({ file, line, text }, headed) {
    const row = el(
      "button",
      { type: "button", class: "codeline", tabindex: -1 },
      el("span", { class: "at", text: line }),
      el("code", { text }),
    );
    const found = { file, line, text, row, head: headed ? el("p", { class: "file", text: file }) : null };
    row.addEventListener("click", () => this.stage.view.select(this.boxesOf(found)[0] ?? null));
    row.addEventListener("pointerenter", () => this.stage.view.light(this.boxesOf(found)[0] ?? null));
    row.addEventListener("pointerleave", () => this.stage.view.light(null));
    return found;
  }

  boxesOf({ file, line }) {
    return this.stage.tape.ops.flatMap((op, id) =>
      op.at?.[0] === file && op.at[1] === line ? this.stage.moment.boxesOfOp(id) : [],
    );
  }

  params() {
    const named = this.stage.tape.events.map(({ p }) => p).filter((name) => name !== undefined);
    const leaves = this.stage.views
      .flatMap(({ details }) => details.flat(2))
      .filter(({ kind }) => kind === "accumulate")
      .map(({ name, key }) => name ?? key);
    return [...new Set([...leaves.reverse(), ...named])];
  }

  row(name) {
    const button = el("button", { type: "button", class: "jump", text: name });
    button.addEventListener("click", () => this.stage.view.select(this.stage.leaves?.get(name)?.[0] ?? null));
    const cells = [0, 1, 2, 3].map(() => el("td", { class: "num" }));
    const row = el("tr", { "data-param": name }, el("td", {}, button), ...cells);
    row.addEventListener("pointerenter", () => this.stage.view.light(this.stage.leaves?.get(name)?.[0] ?? null));
    row.addEventListener("pointerleave", () => this.stage.view.light(null));
    return { name, row, cells };
  }

  refresh() {
    const { stage } = this;
    const { state } = stage;
    for (const { name, row, cells } of this.rows) {
      const grad = state.grad(name);
      const update = state.param(name);
      const leaf = stage.player.leaf(name, stage.cursor);
      const kind = gradState(grad);
      const word = kind === "zero" ? this.t("zero") : kind.startsWith("×") ? `${this.t("accumulated")} ${kind}` : kind;
      const texts = [
        leaf ? short(leaf.norm) : "–",
        grad?.value ? short(grad.value.norm) : "–",
        word,
        update ? changed(update) : "–",
      ];
      texts.forEach((text, i) => {
        if (cells[i].textContent !== text) cells[i].textContent = text;
      });
      cells[2].className = `num pillcell ${kind.startsWith("×") ? "full" : kind === "zero" ? "zero" : "none"}`;
      row.classList.toggle("here", state.event?.p === name);
    }
    this.mark();
    for (const shelf of stage.view.panel.querySelectorAll("[data-shelf]")) this.shelve(shelf);
    if (this.section?.isConnected && stage.view.selected) this.section.replaceWith(this.explain(stage.view.selected));
  }

  // A saved tensor's state is that of this step.
  shelve(shelf) {
    const state = this.stage.moment?.savedOf(Number(shelf.dataset.shelf)) ?? "none";
    shelf.className = `state ${state}`;
    shelf.textContent = this.t(state === "none" ? "not_yet" : `saved_${state}`);
  }

  // Mark the line that runs, or the one that made the node that runs backward.
  mark() {
    const { stage } = this;
    const { event, shown, phase } = stage.state;
    const graph = stage.tape.graphs[shown];
    const node = event?.n ?? (event?.e !== undefined ? graph.edges[event.e][0] : undefined);
    const op = stage.tape.ops[event?.o ?? (node !== undefined && event.g !== undefined ? graph.ops[node] : undefined)];
    const at = stage.tape.at?.[stage.cursor - 1] ?? op?.at; // a host that knows the whole program says which line runs
    for (const line of this.lines) {
      const here = at && at[0] === line.file && at[1] === line.line;
      line.row.classList.toggle("here", Boolean(here));
      line.row.classList.toggle("backward", Boolean(here) && phase === "backward");
      line.row
        .querySelector("code")
        .replaceChildren(...(here ? marked(line.text, at[2], at[3]) : [document.createTextNode(line.text)]));
      if (here) reveal(this.code, line.row);
    }
    const row = this.rows.find(({ name }) => name === event?.p)?.row;
    if (row) reveal(this.table, row);
  }

  // ---- the inspector's part ----------------------------------------------------------------

  explain(box) {
    const { stage } = this;
    const rows = [];
    const node = box.ids?.[0];
    const value = box.kind === "leaf" ? undefined : stage.moment.valueOf(node);
    const grad = stage.state.incoming(node, stage.moment.inputOf(node));
    for (const name of new Set(box.blocks.map((block) => block.name).filter(Boolean))) {
      const leaf = stage.player.leaf(name, stage.cursor);
      if (leaf) rows.push([name, leaf, "value"]);
      rows.push([`${name}.grad`, stage.state.grad(name)?.value ?? null, "grad"]);
    }
    if (value) rows.unshift([this.t("value"), value, "value"]);
    if (grad !== undefined) rows.push([this.t("gradient"), grad, "grad"]);
    this.section = el(
      "section",
      { class: "atstep" },
      ...formulas(stage, box),
      ...this.source(box),
      el("h3", { text: this.t("at_this_step") }),
      this.jump(node),
      ...rows.flatMap(([name, tensor, hue]) => this.facts(name, tensor, hue)),
      ...this.sent(box),
    );
    return this.section;
  }

  // The line that made it.
  source(box) {
    const { stage } = this;
    const at = stage.tape.ops[stage.graph.ops[box.ids[0]]]?.at;
    const line = at && stage.tape.code.find(({ file, line: number }) => file === at[0] && number === at[1]);
    if (!line) return [];
    return [
      el("h3", { text: this.t("source") }),
      el(
        "p",
        { class: "source" },
        el("span", { text: `${line.file}:${line.line}` }),
        el("code", {}, ...marked(line.text.trim(), ...trimmed(line.text, at))),
      ),
    ];
  }

  // What lights up with a card: its lines of code, its parameters, its letters in the formula.
  lit(boxes) {
    const { stage } = this;
    const nodes = new Set(boxes.flatMap(({ ids }) => ids ?? []));
    const places = new Set();
    const names = new Set(boxes.flatMap(({ blocks }) => (blocks ?? []).map(({ name }) => name).filter(Boolean)));
    for (const node of nodes) {
      const at = stage.tape.ops[stage.graph?.ops[node]]?.at;
      if (at) places.add(`${at[1]} ${at[0]}`);
    }
    for (const { file, line, row } of this.lines) row.classList.toggle("lit", places.has(`${line} ${file}`));
    for (const { name, row } of this.rows) row.classList.toggle("lit", names.has(name));
    const ids = new Set(boxes.map(({ id }) => String(id)));
    for (const letter of this.section?.querySelectorAll("[data-box]") ?? [])
      letter.classList.toggle("lit", ids.has(letter.dataset.box));
  }

  jump(node) {
    const { stage } = this;
    const entry = stage.player.entry(stage.state.shown, node, stage.cursor);
    if (entry === undefined) return "";
    const button = el("button", { type: "button", class: "wide", text: this.t("to_node") });
    button.addEventListener("click", () => {
      stage.pause();
      stage.seek(entry);
    });
    return button;
  }

  facts(name, tensor, hue) {
    if (!tensor) return [el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: "None" }))];
    const only = size(tensor) === 1 && numbers(tensor);
    if (only)
      return [
        el(
          "p",
          { class: `fact ${hue}` },
          el("strong", { text: `${name} ${short(only[0])}` }),
          el("span", { text: `${shapeText(tensor)} · ${tensor.dtype}` }),
        ),
      ];
    const told = [
      shapeText(tensor),
      tensor.dtype,
      `norm ${short(tensor.norm)}`,
      ...(tensor.min === null
        ? []
        : [`min ${short(tensor.min)}`, `mean ${short(tensor.mean)}`, `max ${short(tensor.max)}`]),
    ];
    return [
      el("p", { class: `fact ${hue}` }, el("strong", { text: name }), el("span", { text: told.join(" · ") })),
      histogram(tensor, hue, this.t("histogram"), this.t("histogram_sample")),
    ].filter(Boolean);
  }

  sent(box) {
    const { stage } = this;
    const graph = stage.tape.graphs[stage.state.shown];
    const inside = new Set(box.ids);
    const rows = [];
    graph.edges.forEach(([source, slot, target], number) => {
      if (!inside.has(source) || (inside.has(target) && box.ids.length > 3) || rows.length > 20) return;
      const sent = stage.state.edge(number);
      rows.push([
        stage.boxes?.get(target)?.[0]?.title ?? `${target}`,
        `${slot}`,
        sent === undefined ? "·" : sent ? brief(sent) : "None",
      ]);
    });
    return rows.length ? [table([this.t("sends"), "slot", this.t("gradient")], rows, [1, 2])] : [];
  }
}

const changed = ({ before, after }) => `${before ? brief(before) : "–"} → ${after ? brief(after) : "–"}`;

function marked(text, from, to) {
  if (from === null || from === undefined || to <= from) return [el("mark", { text: text.trimStart() })];
  return [
    document.createTextNode(text.slice(0, from)),
    el("mark", { text: text.slice(from, to) }),
    document.createTextNode(text.slice(to)),
  ];
}

// Columns of a line whose indentation is left out.
function trimmed(text, [, , from, to]) {
  const cut = text.length - text.trimStart().length;
  return from === null || from === undefined ? [null, null] : [from - cut, to - cut];
}

// Scroll a pane, and nothing around it.
function reveal(pane, row) {
  const top = row.offsetTop - pane.offsetTop;
  if (top < pane.scrollTop || top + row.offsetHeight > pane.scrollTop + pane.clientHeight)
    pane.scrollTop = Math.max(0, top - pane.clientHeight / 2);
}

function histogram(tensor, hue, label, sampled) {
  const flat = numbers(tensor)?.filter(Number.isFinite);
  const whole = size(tensor);
  let low = real(tensor.min);
  let high = real(tensor.max);
  if (!flat || flat.length < 8) return null;
  if (tensor.sample || !Number.isFinite(low) || !Number.isFinite(high))
    [low, high] = [Math.min(...flat), Math.max(...flat)];
  if (!(high > low)) return null;
  const bins = new Array(24).fill(0);
  for (const value of flat) bins[Math.min(23, Math.floor(((value - low) / (high - low)) * 24))] += 1;
  const most = Math.max(...bins);
  const bars = bins.map((count, i) =>
    svg("rect", {
      class: `cell ${hue} pos`,
      x: i * 12 + 1,
      y: 44 - (40 * count) / most,
      width: 10,
      height: (40 * count) / most,
      "fill-opacity": 0.7,
    }),
  );
  const chart = svg(
    "svg",
    { viewBox: "0 0 288 60", class: "histogram", role: "img", "aria-label": label },
    ...bars,
    svg("text", { x: 0, y: 57, "font-size": 11, text: short(low) }),
    svg("text", { x: 288, y: 57, "font-size": 11, "text-anchor": "end", text: short(high) }),
  );
  return el(
    "details",
    { class: "chart" },
    el("summary", {
      text: tensor.sample ? sampled.replace("{n}", flat.length).replace("{m}", whole) : `${label} (${flat.length})`,
    }),
    chart,
  );
}
