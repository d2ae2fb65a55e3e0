// What must be seen: moves the camera as little as needed.

import { centered, filled, shift, zoomed } from "./placing.js";

/** @typedef {import("./placing.js").At} At */
/** @typedef {import("./placing.js").Rectangle} Rectangle */
/** @typedef {import("../draw/types.js").Box} Box */

export class Sight {
  /** @param {import("./camera.js").Camera} camera */
  constructor(camera) {
    this.camera = camera;
  }

  /**
   * Pan as little as needed to bring something into the uncovered part, or farther in: then its neighbours are seen.
   * @param {Rectangle} spot
   * @param {number} inner
   */
  reveal(spot, inner = 0) {
    const at = this.showing(spot, inner);
    if (at.x !== this.camera.at.x || at.y !== this.camera.at.y || at.k !== this.camera.at.k) this.camera.glide(at);
  }

  /**
   * The same for what must be seen at once: the picture gets smaller for as long as it must.
   * @param {Rectangle} spot
   * @param {number} inner
   */
  frame(spot, inner = 0) {
    const { w, h } = this.camera.room();
    const usual = this.camera.wanted ?? this.camera.at.k;
    const k = Math.min(usual, w / spot.w, h / spot.h);
    this.camera.wanted = k < usual ? usual : null;
    const at =
      k === this.camera.at.k
        ? this.camera.at
        : zoomed(
            this.camera.at,
            k,
            (spot.x + spot.w / 2) * this.camera.at.k + this.camera.at.x,
            (spot.y + spot.h / 2) * this.camera.at.k + this.camera.at.y,
          );
    const shown = this.showing(spot, inner, at);
    if (shown.x !== this.camera.at.x || shown.y !== this.camera.at.y || shown.k !== this.camera.at.k)
      this.camera.glide(shown);
  }

  /**
   * Where the picture must lie for that.
   * @param {Rectangle} spot
   * @param {number} inner
   * @param {At} [from]
   * @returns {At}
   */
  showing(spot, inner, from = this.camera.at) {
    const room = this.camera.room();
    const { k, x, y } = from;
    const dx = shift(spot.x * k + x, spot.w * k, room.x, room.w, inner);
    const dy = shift(spot.y * k + y, spot.h * k, room.y, room.h, inner);
    const at = { k, x: x + dx, y: y + dy };
    return inner && (dx || dy) ? this.camera.tidy(filled(at, this.camera.structure.geo, room), spot) : at;
  }

  /** Whether all of something is in the uncovered part of the window. @param {Rectangle} spot */
  sees(spot) {
    const at = this.showing(spot, 0);
    return at.x === this.camera.at.x && at.y === this.camera.at.y;
  }

  /** Bring a box to the middle at a zoom. @param {Box} box @param {number} k */
  center(box, k) {
    const room = this.camera.room();
    this.camera.fitted = false;
    this.camera.own = true; // a reader asked to be there
    this.camera.glide(filled(centered(box, room, k), this.camera.structure.geo, room));
  }
}
