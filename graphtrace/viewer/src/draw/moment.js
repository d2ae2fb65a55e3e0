// What a picture shows at one cursor of a recording: looked up, never computed twice.

/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Tensor} Tensor */

/** Names of the looks of a running card, by the phase of the event; of the other phases it is "leafy". */
const KINDS = { forward: "forward", backward: "backward", error: "backward" };
const TONES = { forward: "forward", backward: "gradient", error: "gradient" };

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
    for (const box of geo.boxes) {
      for (const node of box.ids ?? []) add(this.nodes, node, box);
      const names = new Set((box.blocks ?? []).map(({ name }) => name).filter(Boolean));
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

export class Moment {
  /**
   * @param {import("./playback.js").Playback} playback Where it is now.
   * @param {Geometry} geo Of the pass shown there.
   * @param {Index} index Of that geometry.
   */
  constructor(playback, geo, index) {
    const { player, state, cursor } = playback;
    Object.assign(this, { playback, geo, index, player, state, cursor });
    this.graph = player.graphs[state.shown];
    this.now = this.running();
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
    const { state } = this;
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

  /** The numbers of a leaf. @param {string} name @returns {Tensor | undefined} */
  leaf(name) {
    return this.player.leaf(name, this.cursor) ?? undefined;
  }

  /** What a node gave, once its operation has run. @param {number} node @returns {Tensor | undefined} */
  valueOf(node) {
    const op = this.graph.values.get(node);
    return op === undefined ? undefined : this.state.output(op)?.[0];
  }

  /** Of an operation with several outputs, the first that a gradient has reached. @param {number} node @returns {number} */
  inputOf(node) {
    for (let number = 0; number < MOST_OUTPUTS; number += 1) if (this.state.incoming(node, number)) return number;
    return 0;
  }

  /** Whether what a node saved is held: since its operation ran; from then on as the pass says. @param {number} node @returns {string | undefined} */
  savedOf(node) {
    return this.state.saved(node);
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
    if (node === undefined || box.kind === "stub") return "constant";
    if (box.ids?.some((id) => ["done", "running"].includes(state.node(id)))) return "gradient";
    if (box.kind === "leaf") return "leaf";
    const op = graph.ops.get(node);
    return op === undefined || state.output(op) ? "forward" : "waiting";
  }

  // ---- on lines ----------------------------------------------------------------------------

  /** What has been sent along a link. @param {Link} link @returns {(Tensor | null)[]} */
  sent(link) {
    return (link.edges ?? []).map((edge) => this.state.edge(edge)).filter((tensor) => tensor !== undefined);
  }

  // ---- what the event is about -------------------------------------------------------------

  /** Which boxes the event is about, which links, and how they look. */
  running() {
    const { event, phase } = this.state;
    const kind = KINDS[phase] ?? "leafy";
    const tone = TONES[phase] ?? "leaf";
    const boxes = event && this.graph ? this.boxesOf(event) : [];
    const edges = event && this.graph && event.edge !== undefined ? [event.edge] : [];
    const links = edges.flatMap((edge) => this.index.edges.get(edge) ?? []);
    return { boxes, ids: new Set(boxes.map(({ id }) => id)), links: new Set(links), kind, tone };
  }

  /** @param {any} event @returns {Box[]} */
  boxesOf(event) {
    const { nodes, leaves } = this.index;
    if (event.edge !== undefined) return nodes.get(this.graph.edges[event.edge][0]) ?? [];
    if (event.op !== undefined) return this.boxesOfOp(event.op);
    if (event.node !== undefined) return nodes.get(event.node) ?? [];
    if (event.leaf !== undefined) return leaves.get(event.leaf) ?? [];
    return event.kind === "backward_begin" ? (nodes.get(this.geo.roots[0]) ?? []) : [];
  }

  /** @param {number} op @returns {Box[]} */
  boxesOfOp(op) {
    const found = this.playback.nodesOf(this.state.shown, op).flatMap((node) => this.index.nodes.get(node) ?? []);
    return [...new Set(found)];
  }
}
