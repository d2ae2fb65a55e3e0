// The geometry of a picture, as graphtrace/viewer/geometry.py and play.py write it. Lengths are in pixels.

/**
 * @typedef {object} Geometry
 * @property {string} view Name of the view.
 * @property {number} width
 * @property {number} height
 * @property {string[]} notes What the view leaves out, and warnings.
 * @property {number} [folded] Nodes folded away.
 * @property {number[]} roots Ids of the nodes that a backward pass starts from.
 * @property {Box[]} boxes
 * @property {Link[]} links
 * @property {OpenModule[]} frames
 * @property {boolean} [fixed] Whether modules stay as they are.
 */

/**
 * @typedef {object} Box What a card shows; its place is that of its upper left corner.
 * @property {number} id
 * @property {string} kind op, leaf, module, cut or stub.
 * @property {string} title
 * @property {string} subtitle
 * @property {string} text
 * @property {string[]} details
 * @property {boolean} openable
 * @property {string | null} path Of a closed module.
 * @property {number | null} twin What all cards of one leaf have in common.
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {Line[]} lines
 * @property {{ id: number, key: string }[]} nodes What the inspector says of each node.
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
 * @property {string} label
 * @property {ArrayLike<number>} points Of cubic segments: x, y, x, y, …
 * @property {number[]} [edges] The edges of the graph that it stands for.
 */

/**
 * @typedef {object} Block A rectangle of a card, from the card's upper left corner; see card_slots.py.
 * @property {string} role value, grad, sum, bucket, row, more, shelf or mini.
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
 */

/** @typedef {[x: number, y: number, w: number, h: number]} Rectangle */

/**
 * @typedef {object} Tensor What was kept of a tensor.
 * @property {number[]} shape
 * @property {string} dtype
 * @property {number | string | null} norm
 * @property {number | string | null} min
 * @property {number | string | null} max
 * @property {number | string | null} mean
 * @property {string} [data] Its numbers, in base64.
 * @property {number[]} [sample] Shape of the part that `data` holds.
 */

/** @typedef {{ value: Tensor | null, layers: Tensor[], zero: boolean }} Grad What .grad holds, and what was added to it. */
/** @typedef {(name: string) => string} Say A word of the language. */

export {};
