// Numbers on cards are taken like those in the inspector: a press chooses the card, a drag moves the number.

import { around } from "../dom.js";

/** @typedef {import("../live/hand.js").Hand} Hand */
/** @typedef {import("../viewer.js").Viewer} Viewer */
/** @typedef {{ box: import("../draw/types.js").Box, name: string, index: number[] }} Taken */

const DRAG_PX = 4;

/**
 * @param {Viewer} viewer
 * @param {Hand} hand
 * @param {() => boolean} allowed
 */
export function listenCards(viewer, hand, allowed) {
  const start = (/** @type {PointerEvent} */ event) => {
    const taken = event.button === 0 && allowed() ? takenAt(viewer, hand, event) : null;
    if (!taken) return;
    event.stopPropagation(); // the picture stays
    watch(event, () => {
      hand.open = true;
      viewer.picture.selection.select(taken.box, false, true);
      hand.grasp(event, taken.name, taken.index);
    });
  };
  viewer.shell.svg.addEventListener("pointerdown", start, { signal: viewer.abort.signal });
}

/**
 * The number below the pointer, where it is one that can be moved.
 * @param {Viewer} viewer
 * @param {Hand} hand
 * @param {Event} event
 * @returns {Taken | null}
 */
function takenAt(viewer, hand, event) {
  const cell = around(event, "rect.cell");
  const block = around(event, ".block");
  const card = around(event, ".card");
  if (!cell || !block || !card) return null;
  const box = viewer.structure.boxes[Number(card.dataset.id)];
  const { role, name = box.title } = block.dataset;
  if (role !== "value" && role !== "data") return null;
  const cells = [...block.querySelectorAll("rect.cell")];
  const index = hand.indexIn(box, name, cells.indexOf(cell), cells.length);
  return index && { box, name, index };
}

/**
 * Call `begin` when the pointer has moved; the click at the end of a drag chooses nothing.
 * @param {PointerEvent} event
 * @param {() => void} begin
 */
function watch({ clientX }, begin) {
  const end = new AbortController();
  const { signal } = end;
  let began = false;
  const move = (/** @type {PointerEvent} */ now) => {
    if (began || Math.abs(now.clientX - clientX) < DRAG_PX) return;
    began = true;
    begin();
  };
  const stop = (/** @type {Event} */ click) => {
    if (began) click.stopPropagation();
  };
  window.addEventListener("pointermove", move, { signal });
  window.addEventListener("click", stop, { signal, capture: true });
  for (const name of ["pointerup", "pointercancel"])
    window.addEventListener(name, () => setTimeout(() => end.abort()), { signal });
}
