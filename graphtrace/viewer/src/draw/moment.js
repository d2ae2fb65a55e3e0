// What a picture shows at one cursor of a recording: looked up, never computed twice.

/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Contents} Contents */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Tensor} Tensor */

/** Names of the looks of a running card, by the phase of the event; of the other phases it is "leafy". */
/** @type {Record<string, string>} */
const KINDS = { forward: "forward", backward: "backward", error: "backward" };
/** @type {Record<string, string>} */
const TONES = { forward: "forward", backward: "gradient", error: "gradient" };

/** States of saved tensors, the one that matters most before the others. @type {import("../wire.js").SavedNow[]} */
const SAVED = ["stale", "held", "freed"];
const MOST_OUTPUTS = 8; // of one operation, of which one may have the gradient

/** Which boxes and links stand for what. */
export class Index {
  /** @param {Geometry} geo */
  constructor(geo) {
    /** @type {Map<number, Box[]>} */
    this.nodes = new Map();
    /** @type {Map<string, Box[]>} A shared leaf has several. */
    this.leaves = new Map();
    /** @type {Map<number, number[]>} */
    this.edges = new Map();
    /** @type {Map<number, Box[]>} Cards of tensors given to the graph. */
    this.given = new Map();
    for (const box of geo.boxes) {
      for (const node of box.ids ?? []) add(this.nodes, node, box);
      if (box.kind === "data") add(this.given, box.blocks?.[0]?.data ?? -1, box);
      const own = (box.blocks ?? []).filter(({ data }) => data < 0);
      const names = new Set(own.map(({ name }) => name).filter(Boolean));
      for (const name of names) add(this.leaves, name, box);
    }
    geo.links.forEach((link, number) => (link.edges ?? []).forEach((edge) => add(this.edges, edge, number)));
  }
}

/** @template K, V @param {Map<K, V[]>} map @param {K} key @param {V} value */
function add(map, key, value) {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

/** @param {Tensor | null | undefined} tensor @param {"value" | "grad"} hue */
const known = (tensor, hue) => (tensor ? { tensor, hue } : null);

export class Moment {
  /**
   * @param {import("./playback.js").Playback} playback Where it is now.
   * @param {Geometry} geo Of the pass shown there.
   * @param {Index} index Of that geometry.
   */
  constructor(playback, geo, index) {
    const { player, state, cursor } = playback;
    this.playback = playback;
    this.geo = geo;
    this.index = index;
    this.player = player;
    this.state = state;
    this.cursor = cursor;
    this.graph = player.graphs[state.shown];
    this.now = this.running();
    this.wrong = this.mistaken();
    this.odd = this.odds();
  }

  // ---- on cards ----------------------------------------------------------------------------

  /**
   * What a block shows; what a lesson asks for it does not.
   * @param {Box} box
   * @param {Block} block
   * @returns {Contents}
   */
  contents(box, block) {
    const known = this.known(box, block);
    const over = this.playback.veil?.over(block, this.state.shown, this.cursor, known);
    return over?.veiled ? over : { ...known, ...over };
  }

  /** @param {Box} box @returns {boolean} Whether a lesson points at it. */
  marked({ ids = [] }) {
    return this.playback.veil?.marks(ids, this.state.shown) ?? false;
  }

  /** @param {Box} box @param {Block} block @returns {Contents} */
  known(box, { role, node, name, data }) {
    const { state } = this;
    switch (role) {
      case "data":
        return { value: this.given(data) };
      case "value":
        return { value: name ? this.leaf(name) : this.valueOf(node) };
      case "grad":
        return { grad: state.incoming(node, this.inputOf(node)) };
      case "sum":
        return { parts: this.parts(node), grad: state.incoming(node, 0), expected: this.expected(node) };
      case "mini":
        return name
          ? { value: this.leaf(name), grad: state.grad(name)?.value }
          : { value: this.valueOf(node), grad: state.incoming(node, 0) };
      case "row":
        return { bucket: state.grad(name), value: this.leaf(name), skipped: this.isSkipped(name) };
      case "shelf":
        return { saved: this.savedIn(box) };
      default:
        return role === "more" ? {} : { bucket: state.grad(name), skipped: this.isSkipped(name) };
    }
  }

  /** The numbers of a leaf. @param {string} name @returns {Tensor | undefined} */
  leaf(name) {
    return this.state.leaf(name) ?? undefined;
  }

  /**
   * What a tensor without gradient holds: from the beginning, or once its operation has run.
   * @param {number} place Among those given to the graph.
   */
  given(place) {
    return this.player.given.at(this.graph.given[place], this.cursor);
  }

  /** Whether the latest step left a leaf alone and its .grad is None still. @param {string} name */
  isSkipped(name) {
    return Boolean(this.state.skipped(name)) && !this.state.grad(name)?.value;
  }

  /**
   * The number that tells most of a box: its gradient, once that has come, else its value.
   * @param {Box} box
   * @returns {import("./far.js").Known | null}
   */
  told(box) {
    const [{ data, name, node } = { data: -1, name: "", node: -1 }] = box.blocks ?? [];
    if (data >= 0) return known(this.given(data), "value");
    if (this.secret && box.blocks?.some((block) => this.contents(box, block).veiled)) return null;
    if (box.kind === "leaf") return known(this.state.grad(name)?.value, "grad") ?? known(this.leaf(name), "value");
    const first = box.ids?.[0] ?? node;
    return known(this.state.incoming(first, this.inputOf(first)), "grad") ?? known(this.valueOf(first), "value");
  }

  /** What a node gave, once its operation has run. @param {number} node @returns {Tensor | null | undefined} */
  valueOf(node) {
    const op = this.graph.values.get(node);
    return op === undefined ? undefined : this.state.output(op)?.[0];
  }

  /**
   * Of an operation with several outputs, the first that a gradient has reached.
   * @param {number} node
   * @returns {number}
   */
  inputOf(node) {
    for (let number = 0; number < MOST_OUTPUTS; number += 1) if (this.state.incoming(node, number)) return number;
    return 0;
  }

  /** Whether what a node saved is held: since its operation ran; from then on as the pass says. @param {number} node */
  savedOf(node) {
    return this.state.saved(node);
  }

  /** Of what the nodes of a box saved, the state that matters most. @param {Box} box @returns {string} */
  savedIn({ ids = [] }) {
    const states = new Set(ids.map((id) => this.savedOf(id)));
    return SAVED.find((state) => states.has(state)) ?? "empty";
  }

  /** The gradients that have come to a node; nothing before the first. @param {number} node */
  parts(node) {
    const parts = this.state.parts(node, 0);
    return parts.length ? parts : null;
  }

  /** How many gradients a node waits for. @param {number} node @returns {number} */
  expected(node) {
    return this.playback.fanIn(this.state.shown).get(node) ?? 0;
  }

  /** How far the story has come at a box, as a colour of the palette. @param {Box} box */
  hue(box) {
    const { state, graph } = this;
    const [node] = box.ids ?? [];
    if (node === undefined || box.kind === "stub" || box.kind === "data") return "constant";
    if (box.ids?.some((id) => ["done", "running"].includes(state.node(id) ?? ""))) return "gradient";
    if (box.kind === "leaf") return "leaf";
    const op = graph.ops.get(node);
    return op === undefined || state.output(op) ? "forward" : "waiting";
  }

  // ---- on lines ----------------------------------------------------------------------------

  /** What has been sent along a link. @param {Link} link @returns {(Tensor | null)[]} */
  sent(link) {
    return (link.edges ?? []).map((edge) => this.state.edge(edge)).filter((tensor) => tensor !== undefined);
  }

  /** Whether a lesson asks for what is sent along a link. @param {Link} link */
  asked({ edges = [] }) {
    return edges.some((edge) => this.veils("grad", this.state.edge(edge), { node: this.graph.edges[edge][2] }));
  }

  /**
   * Whether a lesson asks for a number and has not shown it yet.
   * @param {"value" | "grad"} what
   * @param {Tensor | null | undefined} known
   * @param {{ leaf?: string | null, node?: number }} of
   */
  veils(what, known, of) {
    const { veil, cursor } = this.playback;
    return Boolean(veil?.covers(what, { graph: this.state.shown, ...of }, cursor, Boolean(known)));
  }

  /** Whether numbers in formulas could tell what a lesson asks for. */
  get secret() {
    return Boolean(this.playback.veil?.hides(this.cursor));
  }

  // ---- what the event is about -------------------------------------------------------------

  /**
   * Which boxes the event is about, which links, and how they look; of a beat all lines on which something was sent.
   */
  running() {
    const { event, phase } = this.state;
    const kind = event?.kind === "warning" ? "warning" : (KINDS[phase] ?? "leafy");
    const tone = TONES[phase] ?? "leaf";
    const boxes = event && this.graph ? this.boxesOf(event) : [];
    const events = this.graph ? this.playback.events : [];
    const edges = events.flatMap(({ edge }) => (edge === undefined ? [] : [edge]));
    const links = edges.flatMap((edge) => this.index.edges.get(edge) ?? []);
    const joined = links.map((number) => this.geo.links[number]);
    const ends = joined.flatMap(({ s, t }) => [this.geo.boxes[s], this.geo.boxes[t]]);
    const ids = new Set(boxes.map(({ id }) => id));
    return { boxes, ends: ends.length ? ends : boxes.slice(0, 1), ids, links: new Set(links), kind, tone };
  }

  /** @param {import("../player.js").PlayedEvent} event @returns {Box[]} */
  boxesOf(event) {
    const { nodes, leaves } = this.index;
    if (event.edge !== undefined) return nodes.get(this.graph.edges[event.edge][0]) ?? [];
    if (event.op !== undefined) return this.boxesOfOp(event.op);
    if (event.node !== undefined) return nodes.get(event.node) ?? [];
    if (event.leaf !== undefined) return leaves.get(event.leaf) ?? [];
    return event.kind === "backward_begin" ? (nodes.get(this.geo.roots[0]) ?? []) : [];
  }

  /** The cards where something went wrong, once that is known, and the word for it. */
  mistaken() {
    const { diagnosis } = this.playback.wire;
    const told = diagnosis !== null && this.cursor >= diagnosis.cursor;
    const node = told ? (diagnosis.nodes[this.state.shown] ?? null) : null;
    const made = told && diagnosis.op !== null && this.graph ? this.boxesOfOp(diagnosis.op) : [];
    const boxes = node === null ? made : (this.index.nodes.get(node) ?? []);
    return { ids: new Set(boxes.map(({ id }) => id)), words: diagnosis?.words ?? {} };
  }

  /**
   * Per card the first number, or the first gradient, that is not finite: once it is there.
   * @returns {Map<number, { gradient: boolean, word: string }>}
   */
  odds() {
    const found = new Map();
    for (const { cursor, word, op, graph, node } of this.playback.wire.odd) {
      if (this.cursor < cursor || !this.graph) continue;
      const here = graph === this.state.shown && node !== null ? (this.index.nodes.get(node) ?? []) : [];
      const boxes = op === null ? here : this.boxesOfOp(op);
      for (const { id } of boxes) if (!found.has(id)) found.set(id, { gradient: op === null, word });
    }
    return found;
  }

  /** @param {number} op @returns {Box[]} */
  boxesOfOp(op) {
    const found = this.playback.nodesOf(this.state.shown, op).flatMap((node) => this.index.nodes.get(node) ?? []);
    const given = this.graph.makers.flatMap((maker, place) =>
      maker === op ? (this.index.given.get(place) ?? []) : [],
    );
    return [...new Set([...found, ...given])];
  }
}
