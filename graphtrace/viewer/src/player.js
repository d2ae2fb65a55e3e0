// The state at a cursor: Python has read the events into histories, here they are looked up.

import { countUntil, readHistories, readHistory, summed } from "./histories.js";

/** @typedef {import("./wire.js").WireRecording} WireRecording */
/** @typedef {import("./wire.js").WireGraph} WireGraph */
/** @typedef {import("./wire.js").WireTensor} Tensor */
/** @typedef {import("./wire.js").TensorPosition} TensorPosition */
/** @typedef {import("./wire.js").Phase} Phase */
/** @typedef {import("./wire.js").NodeState} NodeState */
/** @typedef {import("./wire.js").SavedNow} SavedNow */
/** @typedef {import("./wire.js").Skip} Skip */
/** @template V @typedef {import("./histories.js").History<V>} History */
/** @template K, V @typedef {import("./histories.js").Histories<K, V>} Histories */

/** @typedef {{ value: Tensor | null, layers: Tensor[], zero: boolean, count: number }} Grad */
/** @typedef {{ before: Tensor | null, after: Tensor | null }} Update */
/** @typedef {[source: number, slot: number, target: number, inputNr: number]} Edge */

/**
 * @typedef {object} Formula
 * @property {number} rule
 * @property {(number | null)[]} edges That deliver its results.
 * @property {Record<string, number>} operands By their letters.
 */

/**
 * @typedef {object} PlayedEvent What happened; undefined where it concerns no such thing.
 * @property {string} kind
 * @property {Phase} phase
 * @property {number} step
 * @property {number} [graph]
 * @property {number} [node]
 * @property {number} [edge]
 * @property {number} [op]
 * @property {string} [leaf]
 */

/**
 * @typedef {{ phase: Phase, start: number, end: number, counted: number[] }} Run Events of one phase, one after the
 *   other.
 */

/**
 * @typedef {object} State Everything at one cursor, as `gt.Player` has it; undefined where nothing was noted by then.
 * @property {number} cursor
 * @property {PlayedEvent | null} event The one that happened last.
 * @property {number} shown The graph to draw; nodes and edges are of it.
 * @property {number | null} graph The one that a backward pass last ran on.
 * @property {Phase} phase
 * @property {number} step
 * @property {(id: number) => NodeState | undefined} node
 * @property {(number: number) => Tensor | null | undefined} edge Its contribution.
 * @property {(node: number, nr: number) => Tensor | null | undefined} incoming The sum of what has arrived.
 * @property {(node: number, nr: number) => (Tensor | null)[]} parts Its summands, where several edges lead to it.
 * @property {(node: number) => SavedNow | undefined} saved
 * @property {(name: string) => Grad | null} grad
 * @property {(name: string) => Update | null} param Its latest update; null where the step that runs, or ran last, did
 *   not update it (yet).
 * @property {(name: string) => Skip | null} skipped Why that step left it alone.
 * @property {(op: number) => (Tensor | null)[] | undefined} output
 * @property {(name: string) => Tensor | null} leaf Its numbers: after its latest update, or as they were when it was
 *   first used.
 * @property {string | null} error
 */

/** A graph, and what changes in it. */
class PlayedGraph {
  /**
   * @param {WireGraph} wire
   * @param {WireRecording["tables"]} tables
   * @param {(position: TensorPosition) => Tensor | null} tensor
   */
  constructor(wire, tables, tensor) {
    const same = (/** @type {number} */ key) => key;
    this.edges = edgesOf(wire.edges);
    this.ops = pairsOf(wire.ops);
    this.values = pairsOf(wire.values);
    this.given = wire.given;
    this.makers = wire.makers;
    this.formulas = formulasOf(wire.formulas);
    /** @type {Histories<number, NodeState>} */
    this.nodes = readHistories(wire.nodes, same, (state) => tables.node_states[state]);
    /** @type {Histories<number, Tensor | null>} */
    this.delivered = readHistories(wire.delivered, same, tensor);
    /** @type {Histories<string, Tensor | null>} */
    this.incoming = readHistories(wire.incoming, placeOf(wire.incoming), tensor);
    /** @type {Histories<string, Tensor | null>} */
    this.parts = readHistories(wire.parts, placeOf(wire.parts), tensor);
    /** @type {Histories<number, SavedNow>} */
    this.saved = readHistories(wire.saved, same, (state) => tables.saved_states[state]);
  }
}

export class Player {
  /** @param {WireRecording} wire */
  constructor(wire) {
    this.wire = wire;
    this.length = wire.length;
    this.tensor = (/** @type {TensorPosition} */ position) => (position === null ? null : wire.tensors[position]);
    const leaf = (/** @type {number} */ position) => wire.leaves[position];
    this.graphs = wire.graphs.map((graph) => new PlayedGraph(graph, wire.tables, this.tensor));
    this.events = eventsOf(wire);
    /** @type {Run[]} */
    this.runs = wire.runs.map((run) => ({ ...run, counted: summed(run.counted) }));
    /** Cursors at which beats end: events that belong together. */
    this.beats = summed(wire.beats);
    this.shown = readHistory(wire.shown, (number) => number);
    this.running = readHistory(wire.running, (number) => number);
    this.errors = readHistory(wire.error, (text) => text);
    this.grads = gradsOf(wire, this.tensor);
    /** @type {Histories<string, Update | null>} */
    this.params = readHistories(
      wire.params,
      leaf,
      (pair) => pair && { before: this.tensor(pair[0]), after: this.tensor(pair[1]) },
    );
    /** @type {Histories<string, Skip | null>} */
    this.skipped = readHistories(wire.skipped, leaf, (why) => why);
    /** @type {Histories<string, Tensor | null>} */
    this.drawn = readHistories(wire.drawn, leaf, this.tensor);
    /** @type {Histories<number, Tensor | null>} */
    this.given = readHistories(wire.given, (number) => number, this.tensor);
    /** @type {Histories<number, (Tensor | null)[]>} */
    this.outputs = readHistories(
      wire.outputs,
      (op) => op,
      (values) => values.map(this.tensor),
    );
  }

  /** Everything at a cursor, looked up when asked for. @param {number} cursor @returns {State} */
  at(cursor) {
    const shown = this.shown.at(cursor) ?? 0;
    const graph = this.graphs[shown];
    const event = cursor ? this.events[cursor - 1] : null;
    return {
      cursor,
      event,
      shown,
      graph: this.running.at(cursor) ?? null,
      phase: event?.phase ?? "start",
      step: event?.step ?? 0,
      node: (id) => graph?.nodes.at(id, cursor),
      edge: (number) => graph?.delivered.at(number, cursor),
      incoming: (node, nr) => graph?.incoming.at(`${node}:${nr}`, cursor),
      parts: (node, nr) => graph?.parts.until(`${node}:${nr}`, cursor) ?? [],
      saved: (node) => graph?.saved.at(node, cursor),
      grad: (name) => this.grads.at(name, cursor) ?? null,
      param: (name) => this.params.at(name, cursor) ?? null,
      skipped: (name) => this.skipped.at(name, cursor) ?? null,
      output: (op) => this.outputs.at(op, cursor),
      leaf: (name) => this.leaf(name, cursor),
      error: this.errors.at(cursor) ?? null,
    };
  }

  /**
   * A leaf's numbers: after its latest update, or as they were when it was first used.
   * @param {string} name
   * @param {number} cursor
   */
  leaf(name, cursor) {
    return this.drawn.at(name, cursor) ?? null;
  }

  /**
   * What a formula's letter stands for, once its op has run.
   * @param {number} number
   * @param {number} cursor
   * @returns {Tensor | null | undefined}
   */
  operand(number, cursor) {
    const { op, tensor } = this.wire.operands;
    return this.outputs.at(op[number], cursor) && this.tensor(tensor[number]);
  }

  /**
   * Where a node is entered: the next time after the cursor, else the first.
   * @param {number} graph
   * @param {number} node
   * @param {number} cursor
   */
  entry(graph, node, cursor) {
    const { cursors = [], values = [] } = this.graphs[graph]?.nodes.get(node) ?? {};
    const entered = cursors.filter((_, i) => values[i] === "running");
    return entered.find((at) => at > cursor) ?? entered[0];
  }

  /**
   * Where we are: how many of the phase's own events, e.g. nodes of a backward pass, have happened.
   * @param {number} cursor
   */
  position(cursor) {
    const run = this.runs.find(({ start, end }) => start < cursor && cursor <= end);
    if (!run) return { phase: "start", n: 0, of: 0 };
    return { phase: run.phase, n: countUntil(run.counted, cursor), of: run.counted.length };
  }
}

/** @param {WireRecording} wire @returns {PlayedEvent[]} */
function eventsOf({ length, tables, events, leaves }) {
  const step = readHistory(events.step, (number) => number);
  const graph = readHistory(events.graph, (number) => number ?? undefined);
  const columns = { node: cellsOf(events.node), edge: cellsOf(events.edge), op: cellsOf(events.op) };
  const names = cellsOf(events.leaf);
  let phase = tables.phases[0];
  return Array.from({ length }, (_, i) => {
    const cursor = i + 1;
    const kind = tables.kinds[events.kind[i]];
    if (kind !== "warning" || !i) phase = tables.phases[events.kind[i]]; // a warning keeps the phase it comes in
    const leaf = names.get(cursor);
    return {
      kind,
      phase,
      step: step.at(cursor) ?? 0,
      graph: graph.at(cursor),
      node: columns.node.get(cursor),
      edge: columns.edge.get(cursor),
      op: columns.op.get(cursor),
      leaf: leaf === undefined ? undefined : leaves[leaf],
    };
  });
}

/**
 * What events concern, by the cursors behind them.
 * @param {import("./wire.js").WireColumn} column
 * @returns {Map<number, number>}
 */
const cellsOf = ({ cursors, values }) => pairsOf({ keys: cursors, values });

/** @param {import("./wire.js").WirePlaces<TensorPosition>} places @returns {(node: number, i: number) => string} */
const placeOf = (places) => (node, i) => `${node}:${places.input_nr[i]}`;

/**
 * @param {WireRecording} wire
 * @param {(position: TensorPosition) => Tensor | null} tensor
 * @returns {Histories<string, Grad>}
 */
function gradsOf({ grads, leaves, tensors }, tensor) {
  const keys = summed(grads.keys);
  return readHistories(
    grads,
    (leaf) => leaves[leaf],
    (value, i) => ({
      value: tensor(value),
      layers: grads.added[keys[i]].slice(grads.first[i], grads.end[i]).map((position) => tensors[position]),
      zero: grads.zero[i],
      count: grads.count[i],
    }),
  );
}

/** @param {WireGraph["edges"]} columns @returns {Edge[]} */
function edgesOf({ source, slot, target, input_nr: inputNr }) {
  const targets = summed(target);
  return summed(source).map((from, i) => [from, slot[i], targets[i], inputNr[i]]);
}

/** @param {import("./wire.js").WirePairs} pairs @returns {Map<number, number>} */
function pairsOf({ keys, values }) {
  const all = summed(values);
  return new Map(summed(keys).map((key, i) => [key, all[i]]));
}

/** @param {WireGraph["formulas"]} columns @returns {Map<number, Formula>} */
function formulasOf({ node, rule, edges, operands }) {
  return new Map(summed(node).map((id, i) => [id, { rule: rule[i], edges: edges[i], operands: operands[i] }]));
}
