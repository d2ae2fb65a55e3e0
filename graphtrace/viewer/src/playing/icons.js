// The signs on the player's buttons.

import { svg } from "../dom.js";

const SHAPES = {
  first: "M4 3v10M13 3l-7 5 7 5z",
  back: "M11 3l-7 5 7 5z",
  play: "M4 2.5l9 5.5-9 5.5z",
  pause: "M4 3h3v10h-3zM9 3h3v10h-3z",
  next: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  undo: "M3 6h6.5a3.5 3.5 0 0 1 0 7H5M3 6l3.5-3.5M3 6l3.5 3.5",
  redo: "M13 6H6.5a3.5 3.5 0 0 0 0 7H11M13 6L9.5 2.5M13 6L9.5 9.5",
  again: "M3.2 9.5A5 5 0 1 0 4.5 4.4L3 6M3 2.5V6h3.5",
  unhide:
    "M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8s-2.5 4.5-6.5 4.5S1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  find: "M6.8 2.2a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM10.2 10.2L14 14",
  save: "M8 2v8M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
  wide: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};

/** @typedef {keyof typeof SHAPES} Icon */

/** @param {Icon} name */
export const icon = (name) =>
  svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
