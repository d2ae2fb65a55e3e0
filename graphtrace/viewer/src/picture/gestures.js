// The hand on the picture: the wheel zooms, dragging moves.

import { around, clamp } from "../dom.js";

/** @typedef {import("./camera.js").Camera} Camera */

const DRAG_PX = 4;
const LINE_PX = 16;
const MOST_PX = 240;
const ZOOM_A_PIXEL = 0.0016;
const REST_MS = 160;
/** What floats over the picture and has gestures of its own. */
export const FLOATING = ".tools, .legend, .minimap";

export class Gestures {
  /**
   * @param {HTMLElement} canvas
   * @param {Camera} camera
   * @param {AbortSignal} signal
   */
  constructor(canvas, camera, signal) {
    this.canvas = canvas;
    this.camera = camera;
    /** @type {{ id: number, x: number, y: number, at: import("./placing.js").At, moved: boolean } | null} */
    this.held = null;
    this.dragged = false;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    canvas.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.drag(event), { signal });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.release(), { signal });
  }

  /** Whether the click that comes now only ends a drag. */
  endedDrag() {
    const { dragged } = this;
    this.dragged = false;
    return dragged;
  }

  /** @param {Event} event */
  isOurs(event) {
    return this.camera.placed && !around(event, FLOATING);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!this.isOurs(event)) return;
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    const pixels = clamp(event.deltaY * (event.deltaMode === 1 ? LINE_PX : 1), -MOST_PX, MOST_PX);
    this.camera.hurry();
    this.camera.zoomBy(Math.exp(-pixels * ZOOM_A_PIXEL), event.clientX - box.left, event.clientY - box.top);
    this.camera.later("moving", REST_MS);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    if (event.button !== 0 || !this.isOurs(event)) return;
    this.held = { id: event.pointerId, x: event.clientX, y: event.clientY, at: this.camera.at, moved: false };
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { held } = this;
    if (!held || event.pointerId !== held.id) return;
    const dx = event.clientX - held.x;
    const dy = event.clientY - held.y;
    if (!held.moved && Math.hypot(dx, dy) < DRAG_PX) return;
    if (!held.moved) {
      held.moved = true;
      this.canvas.setPointerCapture(held.id);
      this.camera.hurry();
    }
    this.camera.put({ k: held.at.k, x: held.at.x + dx, y: held.at.y + dy });
  }

  release() {
    this.dragged = Boolean(this.held?.moved);
    this.held = null;
    this.camera.rest();
  }
}
