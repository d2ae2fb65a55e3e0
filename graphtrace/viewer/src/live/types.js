// What the host tells of a net as it trains and as it rests: types alone, those of graphtrace/app/lab/live_payload.py.

/** @typedef {import("../wire.js").WireTensor} Tensor */
/** @typedef {number | string | null} Amount A number, or a word for one that JSON lacks. */

/**
 * @typedef {object} Surface What the net gives for other inputs than its data.
 * @property {"plane" | "line" | "classes"} kind
 * @property {number} low Smallest input.
 * @property {number} high
 * @property {Amount[]} outputs Along a line, or the share of right answers by class.
 * @property {string} bytes Of a plane: outputs from `least` to `most` in base64.
 * @property {number} least
 * @property {number} most
 * @property {number} classes How many the outputs tell apart; 0: they are numbers.
 * @property {number} middle Where the answer changes.
 * @property {number[][]} points Samples: inputs, then the target.
 */

/**
 * @typedef {object} LivePicture
 * @property {number} iteration Forward passes done.
 * @property {number} pace Iterations a second when it trains; 0: as many as possible.
 * @property {Amount} loss
 * @property {number[]} passes Of the loss curve.
 * @property {Amount[]} losses
 * @property {[layer: string, norm: Amount][]} norms Of gradients.
 * @property {Surface | null} surface
 * @property {import("../draw/live.js").Overlay | null} overlay What the cards show, while the net trains.
 */

/** @typedef {{ width: number, height: number }} Size Of a picture, in pixels. */

export {};
