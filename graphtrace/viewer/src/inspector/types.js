// What the inspector is told of a node, as graphtrace/viewer/geometry.py writes it.

/**
 * @typedef {object} NodeFacts
 * @property {number} id
 * @property {string} key
 * @property {string} type As torch names it.
 * @property {string} kind
 * @property {string} module
 * @property {string | null} [name]
 * @property {{ names: string[], state: string } | null} [param]
 * @property {Meta[]} metas Of its outputs.
 * @property {number[]} none Slots without an edge.
 * @property {SavedFacts[]} saved
 * @property {FarEnd[]} out Edges toward the leaves.
 * @property {number} out_more How many are not listed.
 * @property {FarEnd[]} in Edges toward the root.
 * @property {number} in_more
 */

/** @typedef {{ shape: string, dtype: string, device: string, layout: string }} Meta */
/** @typedef {{ name: string, alias?: string | null, meta: Meta | null, bytes: number, state: string }} SavedFacts */
/** @typedef {{ node: number, key: string, type: string, slot: number, input_nr: number, none?: false }} FarEnd */
/** @typedef {FarEnd | { slot: number, none: true }} EdgeFacts A slot without an edge has nothing at its other end. */

export {};
