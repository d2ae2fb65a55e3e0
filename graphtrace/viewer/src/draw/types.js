// The geometry of a picture, as graphtrace/viewer/geometry.py and play.py write it. Lengths are in pixels.

/**
 * @typedef {object} Geometry
 * @property {string} view Name of the view.
 * @property {number} width
 * @property {number} height
 * @property {string[]} notes What the view leaves out, and warnings.
 * @property {number} [nodes] Of the graph.
 * @property {number} [edges] Of the graph.
 * @property {number} [folded] Nodes folded away.
 * @property {unknown} [of] What the host calls this part of it.
 * @property {import("./dense.js").Dense | null} [dense] Boxes and links in columns, where there are many.
 * @property {number[]} roots Ids of the nodes that a backward pass starts from.
 * @property {Box[]} boxes
 * @property {Link[]} links
 * @property {OpenModule[]} frames
 * @property {string} [why] Why it shows the forward pass alone.
 * @property {boolean} [fixed] Whether modules stay as they are.
 */

/**
 * @typedef {object} Box What a card shows; its place is that of its upper left corner.
 * @property {number} id
 * @property {string} kind op, leaf, module, cut, stub or data.
 * @property {string} title
 * @property {string} subtitle
 * @property {string} text
 * @property {string} [group]
 * @property {string[]} details
 * @property {boolean} openable
 * @property {string | null} path Of a closed module.
 * @property {number | null} twin What all cards of one leaf have in common.
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {Line[]} lines
 * @property {NodeFacts[]} nodes What the inspector says of each node; of many the first.
 * @property {number} [more] How many nodes are not among them.
 * @property {string[]} [keys] Keys of the nodes, where those are made only when they are looked at.
 * @property {number[]} [ids] The nodes that it stands for.
 * @property {Block[]} [blocks] What changes while a recording plays.
 */

/** @typedef {{ role: string, x: number, y: number, size: number, width: number, text: string }} Line */
/** @typedef {{ path: string, title: string, x: number, y: number, w: number, h: number }} OpenModule */

/**
 * @typedef {object} Link
 * @property {number} s Box at its start.
 * @property {number} t Box at its end.
 * @property {number} [count] Of edges.
 * @property {string} label
 * @property {ArrayLike<number>} points Of cubic segments: x, y, x, y, …
 * @property {number[]} [edges] The edges of the graph that it stands for.
 */

/**
 * @typedef {object} Block A rectangle of a card, from the card's upper left corner; see card_slots.py.
 * @property {string} role value, grad, sum, bucket, row, more, shelf, mini or data.
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} label Height of its label.
 * @property {Rectangle} body Where its numbers are.
 * @property {number} rows Of printed numbers; 0 where they are a heatmap.
 * @property {number} cols
 * @property {number} count Saved tensors of a shelf, leaves that are not listed.
 * @property {number} node
 * @property {string} name Of the leaf that it shows.
 * @property {number} data Place of what it shows among the tensors given to the graph, or -1.
 * @property {number} small Font size of its label or line.
 * @property {number} size Font size of its numbers.
 * @property {number} digits Significant digits of its numbers.
 */

/** @typedef {[x: number, y: number, w: number, h: number]} Rectangle */

/**
 * @typedef {import("../wire.js").WireTensor} Tensor What was kept of a tensor; `data` are its numbers, in base64, or
 *   those of the part whose shape is `sample`.
 */
/** @typedef {Tensor | null | undefined} Maybe Undefined: nothing yet; null: torch says None. */
/** @typedef {import("../player.js").Grad} Grad What .grad holds, and what was added to it. */

/**
 * @typedef {object} Contents What a block shows now. Which fields there are depends on its role; while they are the
 *   same objects, it looks the same.
 * @property {Maybe} [value]
 * @property {Maybe} [grad]
 * @property {(Tensor | null)[] | null} [parts] The gradients that have come to a node; null before the first.
 * @property {number} [expected] How many will come.
 * @property {Grad | null} [bucket] The .grad of a leaf.
 * @property {boolean} [skipped] Whether the latest step left the leaf alone.
 * @property {"value" | "grad"} [veiled] What a lesson asks for: it is not shown.
 * @property {string} [guess] What was guessed, shown beside the truth.
 * @property {string} [saved] Of what its nodes saved: stale, held, freed or empty, whichever matters most.
 */

/** @typedef {(name: string) => string} Say A word of the language. */

// ---- what the inspector says of a node ---------------------------------------------------------

/**
 * @typedef {object} NodeFacts
 * @property {number} id
 * @property {string} key
 * @property {string} type As torch names it.
 * @property {string} kind
 * @property {string} module
 * @property {number} slots How many edges it could have.
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
/**
 * @typedef {{ name: string, alias?: string | null, version?: number | null, meta: Meta | null, bytes: number, state:
 *   string }} SavedFacts
 */
/** @typedef {{ node: number, key: string, type: string, slot: number, input_nr: number }} FarEnd */
/** @typedef {FarEnd | { slot: number }} EdgeFacts A slot without an edge has nothing at its other end. */

export {};
