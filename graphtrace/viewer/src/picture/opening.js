// Where a picture that is larger than its window opens.

import { clearest, nearest, opening, wholeIn } from "./placing.js";

/** @typedef {import("./placing.js").At} At */
/** @typedef {import("./placing.js").Rectangle} Rectangle */
/** @typedef {import("./structure.js").Structure} Structure */

const COMPANY = 2; // whole cards that are seen at least, where there is such a place

/**
 * At a zoom, where the story is: around what runs, or else where the picture was, or else at its beginning, or else at
 * the first card that is not alone there.
 *
 * @param {Structure} structure
 * @param {Rectangle} room
 * @param {number} k
 * @param {Rectangle | undefined} active What runs.
 * @param {At | null} before Where the same picture was.
 * @returns {At}
 */
export function openedAt(structure, room, k, active, before) {
  const { geo, boxes } = structure;
  const around = (/** @type {Rectangle} */ spot) => {
    const at = opening(geo, room, spot, k);
    return structure.large ? at : clearest(at, geo, room, spot);
  };
  if (active) return around(active);
  if (before) return around(nearest(boxes, room, before));
  const first = around(structure.earliest());
  if (structure.large || wholeIn(boxes, room, first) >= COMPANY) return first;
  const spot = [...boxes].reverse().find((box) => wholeIn(boxes, room, around(box)) >= COMPANY);
  return spot ? around(spot) : first;
}
