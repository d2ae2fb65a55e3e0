// The numbers of a net that trains, in place of those of the recording that hangs: the same graph, another iteration.

/** @typedef {import("../player.js").State} State */
/** @typedef {import("./types.js").Tensor} Tensor */

/**
 * @typedef {object} Overlay Positions in `tensors`, −1 for None, by node, by `node:input_nr`, by edge, by leaf.
 * @property {number} nodes How many the graph has.
 * @property {number} edges
 * @property {Tensor[]} tensors
 * @property {Record<string, number>} values
 * @property {Record<string, number>} incoming
 * @property {Record<string, number>} delivered
 * @property {Record<string, number>} leaves
 * @property {Record<string, number>} grads
 * @property {Record<string, import("../wire.js").SavedNow>} saved By node.
 */

/**
 * @typedef {Pick<State, "node" | "edge" | "incoming" | "parts" | "output" | "saved" | "grad" | "leaf" | "event">}
 *   Covered
 */

/**
 * A state with the numbers of an iteration. Of another graph than the one shown, parameters and their gradients alone.
 *
 * @param {State} state
 * @param {Overlay} overlay
 * @param {{ edges: unknown[], values: Map<number, number> } | undefined} graph The one shown.
 * @returns {State}
 */
export function overlaid(state, overlay, graph) {
  const take = (/** @type {number | undefined} */ place) =>
    place === undefined ? undefined : (overlay.tensors[place] ?? null);
  const covered = { ...state, event: null, ...leavesOf(overlay, take) };
  if (!graph || graph.edges.length !== overlay.edges) return covered;
  const outputs = new Map(
    [...graph.values].flatMap(([node, op]) => {
      const value = take(overlay.values[node]);
      return value === undefined ? [] : [/** @type {[number, (Tensor | null)[]]} */ ([op, [value]])];
    }),
  );
  return {
    ...covered,
    node: () => "done",
    edge: (number) => take(overlay.delivered[number]),
    incoming: (node, nr) => take(overlay.incoming[`${node}:${nr}`]),
    parts: () => [],
    output: (op) => outputs.get(op),
    saved: (node) => overlay.saved[node],
  };
}

/**
 * @param {Overlay} overlay
 * @param {(place: number | undefined) => Tensor | null | undefined} take
 * @returns {Pick<State, "leaf" | "grad">}
 */
function leavesOf({ leaves, grads }, take) {
  return {
    leaf: (name) => take(leaves[name]) ?? null,
    grad: (name) => {
      const value = take(grads[name]) ?? null;
      return value && { value, layers: [value], count: 1, zero: false };
    },
  };
}
