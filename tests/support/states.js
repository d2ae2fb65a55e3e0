// States of a recording in plain words, from the browser's player: run in V8 behind the engine's bundle.

const { Player } = globalThis.graphtrace;

const isThere = (value) => value !== undefined && value !== null && value.length !== 0;
const entriesOf = (keys, read) => keys.map((key) => [key, read(key)]).filter(([, value]) => isThere(value));
const some = (keys, read) => Object.fromEntries(entriesOf(keys, read));
const orNull = (value) => value ?? null;

/** The states at some cursors; `universe` names everything that may have one. Tensors are positions in the table. */
globalThis.statesOf = (wire, cursors, universe) => {
  const player = new Player(wire);
  const positions = new Map(wire.tensors.map((tensor, i) => [tensor, i]));
  const plain = (tensor) => positions.get(tensor) ?? null;
  const noted = (value) => (value === undefined ? undefined : [plain(value)]);
  const operands = wire.operands.op.map((_, i) => i);
  return cursors.map((cursor) => {
    const state = player.at(cursor);
    return {
      ...common(player, state),
      ...ofGraph(player, state, universe.graphs[state.shown], plain),
      grads: some(universe.leaves, (name) => gradOf(state.grad(name), plain)),
      params: some(universe.leaves, (name) => updateOf(state.param(name), plain)),
      skipped: some(universe.leaves, (name) => state.skipped(name)),
      leaves: some(universe.leaves, (name) => noted(player.leaf(name, cursor) ?? undefined)),
      outputs: some(universe.ops, (op) => state.output(op)?.map(plain)),
      operands: some(operands, (i) => noted(player.operand(i, cursor) ?? undefined)),
    };
  });
};

function common(player, { cursor, phase, step, shown, graph, error, event }) {
  return {
    ...{ cursor, phase, step, shown, graph, error },
    event: event && eventOf(event),
    position: player.position(cursor),
    runs: player.runs.map((run) => [run.phase, run.start, run.end]),
  };
}

function eventOf({ kind, phase, step, graph, node, edge, op, leaf }) {
  const places = Object.entries({ graph, node, edge, op, leaf }).map(([name, place]) => [name, orNull(place)]);
  return { kind, phase, step, ...Object.fromEntries(places) };
}

function ofGraph(player, state, { nodes, edges, places } = { nodes: [], edges: [], places: [] }, plain) {
  const noted = (value) => (value === undefined ? undefined : [plain(value)]);
  const at = (read) => (key) => read(...key.split(":").map(Number));
  return {
    nodes: some(nodes, state.node),
    saved: some(nodes, state.saved),
    edges: some(edges, (edge) => noted(state.edge(edge))),
    incoming: some(places, (place) => noted(at(state.incoming)(place))),
    parts: some(places, (place) => at(state.parts)(place).map(plain)),
    entries: some(nodes, (node) => player.entry(state.shown, node, state.cursor)),
  };
}

const gradOf = (grad, plain) =>
  grad && { value: plain(grad.value), layers: grad.layers.map(plain), zero: grad.zero, count: grad.count };
const updateOf = (update, plain) => update && [plain(update.before), plain(update.after)];
