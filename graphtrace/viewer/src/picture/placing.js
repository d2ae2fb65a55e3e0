// Where a picture lies in its window: plain arithmetic. Lengths are pixels of the window, those of a picture and its
// boxes are its own; `k` is the zoom, `x` and `y` are where its upper left corner is.

import { clamp } from "../dom.js";

/** @typedef {{ k: number, x: number, y: number }} At */
/** @typedef {{ x: number, y: number, w: number, h: number }} Rectangle */
/** @typedef {{ width: number, height: number }} Size */

const MOST_FITTED = 1.6; // a small picture is not blown up further
const LEAST_ROOM = 80;

/**
 * The part of a window that nothing covers.
 *
 * @param {Size} window_
 * @param {number} top Height of what lies above.
 * @param {number} pad To the left and right.
 * @param {number} bottom Height of what lies below.
 * @returns {Rectangle}
 */
export const roomOf = ({ width, height }, top, pad, bottom) => ({
  x: pad,
  y: top,
  w: Math.max(LEAST_ROOM, width - 2 * pad),
  h: Math.max(LEAST_ROOM, height - top - bottom),
});

/** All of it, as large as can be, in the middle. @param {Size} size @param {Rectangle} room @returns {At} */
export function fitted({ width, height }, room) {
  const k = Math.min(room.w / width, room.h / height, MOST_FITTED);
  return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
}

/**
 * At a zoom, with one box in the middle as far as no room stays empty.
 * @param {Size} size
 * @param {Rectangle} room
 * @param {Rectangle} box
 * @param {number} k
 * @returns {At}
 */
export function opening({ width, height }, room, box, k) {
  const along = (/** @type {number} */ start, /** @type {number} */ size, /** @type {number} */ from, extent = 0) =>
    size * k <= extent
      ? from + (extent - size * k) / 2
      : clamp(from + extent / 2 - start * k, from + extent - size * k, from);
  return {
    k,
    x: along(box.x + box.w / 2, width, room.x, room.w),
    y: along(box.y + box.h / 2, height, room.y, room.h),
  };
}

/** The least rectangle around some others. @param {Rectangle[]} spots @returns {Rectangle} */
export function around(spots) {
  const x = Math.min(...spots.map((spot) => spot.x));
  const y = Math.min(...spots.map((spot) => spot.y));
  const right = Math.max(...spots.map((spot) => spot.x + spot.w));
  const bottom = Math.max(...spots.map((spot) => spot.y + spot.h));
  return { x, y, w: right - x, h: bottom - y };
}

/**
 * Zoomed about a point of the window.
 * @param {At} at
 * @param {number} k
 * @param {number} x
 * @param {number} y
 * @returns {At}
 */
export function zoomed(at, k, x, y) {
  const ratio = k / at.k;
  return { k, x: x - (x - at.x) * ratio, y: y - (y - at.y) * ratio };
}

/** A box in the middle of a room. @param {Rectangle} box @param {Rectangle} room @param {number} k @returns {At} */
export const centered = (box, room, k) => ({
  k,
  x: room.x + room.w / 2 - (box.x + box.w / 2) * k,
  y: room.y + room.h / 2 - (box.y + box.h / 2) * k,
});

/**
 * Nothing of a room stays empty that the picture could fill; what fits in it is seen whole.
 * @param {At} at
 * @param {Size} size
 * @param {Rectangle} room
 * @returns {At}
 */
export function filled({ k, x, y }, { width, height }, room) {
  const along = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ from, extent = 0) => {
    const spare = from + extent - size * k;
    return clamp(at, Math.min(spare, from), Math.max(spare, from));
  };
  return { k, x: along(x, width, room.x, room.w), y: along(y, height, room.y, room.h) };
}

/**
 * Moved up or down so that as few cards as can be are cut by the room's upper and lower edge.
 *
 * @param {At} at
 * @param {{ boxes: Rectangle[], height: number }} picture No more of the room is empty than before.
 * @param {Rectangle} room
 * @param {Rectangle} spot What stays in the room.
 * @returns {At}
 */
export function uncut({ k, x, y }, { boxes, height }, room, spot) {
  const right = room.x + room.w;
  const near = boxes.filter((box) => box.x * k + x < right && (box.x + box.w) * k + x > room.x && box.h * k <= room.h);
  const ends = near.map((box) => [box.y * k + y, (box.y + box.h) * k + y]);
  const [least, most] = [room.y - spot.y * k - y, room.y + room.h - (spot.y + spot.h) * k - y];
  const low = room.y + room.h;
  const cut = (/** @type {number} */ by) =>
    ends.filter(
      ([top, foot]) => (top + by < room.y - 1 && foot + by > room.y) || (top + by < low && foot + by > low + 1),
    ).length;
  const ways = [0, ...ends.flatMap(([top, foot]) => [room.y - top, low - foot])];
  const spare = room.h - height * k;
  const [upper, lower] = [room.y + Math.min(0, spare) - y, room.y + Math.max(0, spare) - y];
  const able = ways.filter((by) => by === 0 || (by >= Math.max(least, upper) - 1 && by <= Math.min(most, lower) + 1));
  const best = able.reduce((a, b) => (cut(b) < cut(a) || (cut(b) === cut(a) && Math.abs(b) < Math.abs(a)) ? b : a));
  return { k, x, y: y + best };
}

/**
 * How far a length must move to lie in an extent.
 *
 * @param {number} at Where it starts.
 * @param {number} length
 * @param {number} from Where the extent starts.
 * @param {number} extent
 * @param {number} inner Part of the extent that stays free on both sides, where there is room.
 * @returns {number}
 */
export function shift(at, length, from, extent, inner) {
  const spare = Math.max(0, extent - length);
  const edge = Math.min(inner * extent, spare / 2);
  return clamp(at, from + edge, from + spare - edge) - at;
}

/**
 * Whether a box lies below a rectangle of the window that reaches down to its edge.
 * @param {Rectangle[]} boxes
 * @param {{ left: number, top: number, right: number }} part
 * @param {At} at
 */
export function covered(boxes, part, { k, x, y }) {
  const left = (part.left - x) / k;
  const top = (part.top - y) / k;
  const right = (part.right - x) / k;
  return boxes.some((box) => box.x < right && box.x + box.w > left && box.y + box.h > top);
}

/**
 * What of a picture a window shows: left, top, right, bottom. `margin` is the part of the window around it.
 * @param {At} at
 * @param {Size} window_
 * @param {number} margin
 * @returns {[number, number, number, number]}
 */
export function visible({ k, x, y }, { width: w, height: h }, margin) {
  return [(-x - margin * w) / k, (-y - margin * h) / k, (w - x + margin * w) / k, (h - y + margin * h) / k];
}

/** Whether one rectangle lies in another: left, top, right, bottom. @param {number[]} a @param {number[]} b */
export const inside = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];
