// The signs on the player's buttons.

import { svg } from "../dom.js";

const SHAPES = {
  first: "M4 3v10M13 3l-7 5 7 5z",
  back: "M11 3l-7 5 7 5z",
  play: "M4 2.5l9 5.5-9 5.5z",
  pause: "M4 3h3v10h-3zM9 3h3v10h-3z",
  next: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  wide: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};

/** @typedef {keyof typeof SHAPES} Icon */

/** @param {Icon} name */
export const icon = (name) =>
  svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
