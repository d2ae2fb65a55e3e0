// What a click in the picture does: it chooses, opens and closes, or goes near from far away.

import { around } from "../dom.js";
import { FLOATING } from "./gestures.js";
import { NOTHING } from "./structure.js";

/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").Box} Box */

const DOUBLE_MS = 260; // in which a second click may come
const REACH = 4; // px around a point far away

/**
 * @typedef {object} PointerParts
 * @property {HTMLElement} canvas
 * @property {SVGSVGElement} svg
 * @property {AbortSignal} signal
 * @property {import("./camera.js").Camera} camera
 * @property {import("./sight.js").Sight} sight
 * @property {import("./gestures.js").Gestures} gestures
 * @property {import("./modules.js").Modules} modules
 * @property {import("./scene.js").Scene} scene
 * @property {import("./selection.js").Selection} selection
 */

export class Pointer {
  /** @param {PointerParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.structure = NOTHING;
    this.single = 0;
    const { canvas, svg, signal, selection } = parts;
    canvas.addEventListener("click", (event) => this.click(event), { signal });
    svg.addEventListener("pointerover", (event) => selection.point(this.boxAt(event)), { signal });
    svg.addEventListener("pointerout", () => selection.point(null), { signal });
    svg.addEventListener("focusin", (event) => selection.point(this.boxAt(event)), { signal });
  }

  /** @param {Structure} structure */
  load(structure) {
    this.structure = structure;
  }

  destroy() {
    clearTimeout(this.single);
  }

  /** @param {Event} event @returns {Box | null} */
  boxAt(event) {
    const card = around(event, ".card");
    return card ? this.structure.boxes[Number(card.dataset.id)] : null;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const { gestures, modules, scene, selection } = this.parts;
    if (gestures.endedDrag() || around(event, FLOATING)) return;
    if (scene.far && this.dive(event)) return;
    if (this.press(event)) return;
    const box = this.boxAt(event);
    clearTimeout(this.single);
    if (event.detail === 2) modules.open(box);
    else if (!box?.openable) selection.select(box, false, true);
    // the inspector must not slide under a second click
    else this.single = setTimeout(() => selection.select(box, false, true), DOUBLE_MS);
  }

  /** Open or close a module where its sign is pressed. @param {Event} event @returns {boolean} Whether one was. */
  press(event) {
    if (!around(event, ".switch")) return false;
    const frame = around(event, ".frame");
    if (frame) this.parts.modules.close(frame.dataset.path ?? "");
    else this.parts.modules.open(this.boxAt(event));
    return true;
  }

  /** From far away a click goes near. @param {MouseEvent} event @returns {boolean} Whether there is something. */
  dive(event) {
    const { camera, canvas, scene, selection, sight } = this.parts;
    const box = canvas.getBoundingClientRect();
    const { k, x, y } = camera.at;
    const px = (event.clientX - box.left - x) / k;
    const py = (event.clientY - box.top - y) / k;
    const reach = REACH / k;
    const ids = scene.boxes.within(px - reach, py - reach, px + reach, py + reach);
    const found = ids.map((id) => this.structure.boxes[id]).find(({ kind }) => kind !== "stub");
    if (!found) return false;
    sight.center(found, 1);
    selection.select(found);
    return true;
  }
}
