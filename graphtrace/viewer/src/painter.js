// Draws the state at a cursor on the cards and lines of a View: only what has changed. Stage extends it.

import { breadth, bucketBlock, miniBlock, moreBlock, rowBlock, shelfBlock, sumBlock, tensorBlock } from "./cells.js";
import { fill, still, svg } from "./dom.js";
import { direction, tip } from "./marks.js";
import { brief, real } from "./tensors.js";

export class Painter {
  // Cards and lines of a large picture come and go with the window.
  arrived(cards, lines) {
    if (this.learned !== this.view.geo || !this.state) return;
    this.fresh = [];
    for (const { box } of cards) for (const block of box.blocks) this.paintBlock(box, block);
    this.view.squeeze(this.fresh);
    lines.forEach((i) => this.paintLine(i));
    this.paintNow();
  }

  forget(boxes) {
    for (const box of boxes) for (const block of box.blocks ?? []) this.drawn?.delete(block);
  }

  unjoin(i) {
    this.lines?.delete(i);
  }

  // The colour of a card from far away: how far the story has come there.
  hue(box) {
    const node = box.ids?.[0];
    if (node === undefined || box.kind === "stub" || this.learned !== this.view.geo) return "constant";
    if (box.ids.some((id) => this.state.node(id) === "done" || this.state.node(id) === "running")) return "gradient";
    if (box.kind === "leaf") return "leaf";
    const op = this.graph.ops[node];
    return op === undefined || this.state.output(op) ? "forward" : "waiting";
  }

  tone() {
    return { forward: "forward", backward: "gradient", error: "gradient" }[this.state.phase] ?? "leaf";
  }

  get graph() {
    return this.tape.graphs[this.state.shown];
  }

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
    const shown = this.content(box, block);
    const before = this.drawn.get(block);
    const language = this.view.language;
    if (before && before.language === language && before.shown.every((one, i) => one === shown[i])) return;
    const g = svg(
      "g",
      {
        class: `block ${before && !still() ? "fresh" : ""}`,
        "data-role": block.role,
        "data-node": block.node,
        "data-name": block.name || null,
      },
      ...this.elements(box, block, shown),
    );
    if (before) before.g.replaceWith(g);
    else this.view.scene.card(box.id).querySelector(".blocks").append(g);
    this.drawn.set(block, { g, shown, language });
    this.fresh.push(g);
  }

  // What a block shows now, as values that are the same objects until they change.
  content(box, block) {
    const { state, player } = this;
    const { node, name } = block;
    if (block.role === "value") return [name ? (player.leaf(name, this.cursor) ?? undefined) : this.made_by(node)];
    if (block.role === "grad") return [state.incoming(node, this.input(node))];
    if (block.role === "sum")
      return [state.parts(node, 0).length ? state.parts(node, 0) : null, state.incoming(node, 0)];
    if (block.role === "mini")
      return [
        name ? player.leaf(name, this.cursor) : this.made_by(node),
        name ? state.grad(name)?.value : state.incoming(node, 0),
      ];
    if (block.role === "shelf") return box.ids.map((id) => this.shelf(id));
    return block.role === "more" ? [] : [state.grad(name)];
  }

  elements(box, block, [first, second, ...rest]) {
    const t = (name) => this.t(name);
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
    const graph = this.tape.graphs[this.state.shown];
    const known = this.state.saved(node);
    if (known || !graph.saved[node]) return known;
    return this.state.output(graph.ops[node]) ? "held" : undefined;
  }

  // How many gradients a node waits for.
  expected(node) {
    this.fans ??= this.tape.graphs.map(({ edges }) =>
      edges.reduce(
        (found, [, , target, nr]) => (nr ? found : found.set(target, (found.get(target) ?? 0) + 1)),
        new Map(),
      ),
    );
    return this.fans[this.state.shown].get(node) ?? 0;
  }

  // A gradient is drawn against its forward line, a little beside it.
  paintLine(i) {
    const g = this.view.scene.line(i);
    if (!this.lines.has(i)) this.lines.set(i, { g, link: g.link, flow: null, shown: undefined });
    const line = this.lines.get(i);
    const sent = line.link.edges.map((edge) => this.state.edge(edge));
    const come = sent.filter((one) => one !== undefined);
    const widest = come.filter(Boolean).sort((a, b) => breadth(b) - breadth(a))[0] ?? (come.length ? null : undefined);
    if (line.shown === widest && line.count === come.length) return;
    line.shown = widest;
    line.count = come.length;
    line.flow?.remove();
    line.flow = widest === undefined ? null : flow(line.link, widest);
    if (line.flow) line.g.append(line.flow);
    line.g.querySelector("title").textContent = [
      line.link.label,
      ...come.map((one) => (one ? brief(one) : "None")),
    ].join("\n");
  }

  // Outline what the event was about.
  paintNow() {
    const { view } = this;
    const { cards, edges, phase } = this.now();
    view.svg.querySelectorAll(".now").forEach((node) => node.classList.remove("now", "forward", "backward", "leafy"));
    const kind = { forward: "forward", backward: "backward", error: "backward" }[phase] ?? "leafy";
    for (const box of cards) view.scene.card(box.id)?.classList.add("now", kind);
    for (const edge of edges) for (const i of this.byEdge.get(edge) ?? []) view.scene.line(i)?.classList.add("now");
    this.active = cards;
  }

  now() {
    const { event, phase, shown } = this.state;
    const graph = this.tape.graphs[shown];
    if (!event || !graph) return { cards: [], edges: [], phase };
    if (event.e !== undefined) return { cards: this.boxes.get(graph.edges[event.e][0]) ?? [], edges: [event.e], phase };
    if (event.o !== undefined) return { cards: this.of_op(event.o), edges: [], phase };
    const cards =
      event.n !== undefined
        ? this.boxes.get(event.n)
        : event.p !== undefined
          ? this.leaves.get(event.p)
          : event.k === "backward_begin"
            ? this.boxes.get(this.view.geo.roots[0])
            : [];
    return { cards: cards ?? [], edges: [], phase };
  }

  of_op(op) {
    this.nodesOf ??= this.tape.graphs.map((graph) => [inverted(graph.values), inverted(graph.ops)]);
    const [values, ops] = this.nodesOf[this.state.shown];
    const nodes = values.get(op) ?? ops.get(op) ?? [];
    return [...new Set(nodes.flatMap((node) => this.boxes.get(node) ?? []))];
  }
}

function inverted(map) {
  const found = new Map();
  for (const [node, op] of Object.entries(map)) found.set(op, [...(found.get(op) ?? []), Number(node)]);
  return found;
}

// A leaf's name without what its card's title says already.
function short_name(name, box) {
  const module = box.title.split(" · ").at(-1);
  return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
}

function flow(link, tensor) {
  const p = link.points;
  const way = direction([...p].reverse().flatMap((_, i, all) => (i % 2 ? [] : [all[i + 1], all[i]])));
  let d = `M${p[0] + 7 * -way.x} ${p[1] + 7 * -way.y}`;
  for (let i = 2; i + 5 < p.length; i += 6) d += `C${p.slice(i, i + 6).join(" ")}`;
  const none = tensor === null;
  const last = p.length - 2;
  if (none) return svg("g", { class: "flow none" }, svg("circle", { cx: p[last] - 8, cy: p[last + 1], r: 3.5 }));
  const g = svg(
    "g",
    { class: `flow ${Number.isFinite(real(tensor.norm ?? 0)) ? "" : "odd"}`, transform: "translate(0 5)" },
    svg("path", { class: "stream", d, "stroke-width": breadth(tensor).toFixed(2) }),
  );
  return fill(g, {}, [svg("path", { class: "streamtip", d: tip(p[0], p[1], way) })]);
}
