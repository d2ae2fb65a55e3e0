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
 * Moved so that as many cards as can be are whole in the room, and as few as can be are cut by its edges.
 *
 * @param {At} at
 * @param {{ boxes: Rectangle[], width: number, height: number }} picture No more of the room is empty than before.
 * @param {Rectangle} room
 * @param {Rectangle} spot What stays in the room.
 * @returns {At}
 */
export function clearest({ k, x, y }, { boxes, width, height }, room, spot) {
  const cards = boxes.map((box) => ({ x: box.x * k + x, y: box.y * k + y, w: box.w * k, h: box.h * k }));
  const own = { x: spot.x * k + x, y: spot.y * k + y, w: spot.w * k, h: spot.h * k };
  const across = ways(cards, { at: x, size: width * k }, room, own, "x", "w");
  const along = ways(cards, { at: y, size: height * k }, room, own, "y", "h");
  const near = cards.filter((card) => reach(card, own, room));
  const seen = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    const found = near.map((card) => part(card, dx, dy, room));
    const cut = found.filter((share) => share > 0 && share < 1).length;
    return found.filter((share) => share === 1).length - cut / (near.length + 1) - (Math.abs(dx) + Math.abs(dy)) / 1e6;
  };
  const all = across.flatMap((dx) => along.map((dy) => ({ dx, dy, sees: seen(dx, dy) })));
  const best = all.reduce((a, b) => (b.sees > a.sees ? b : a));
  return { k, x: x + best.dx, y: y + best.dy };
}

/**
 * How far cards may be moved along one axis: not at all, or until one of them touches an edge of the room.
 *
 * @param {Rectangle[]} cards
 * @param {{ at: number, size: number }} picture
 * @param {Rectangle} room
 * @param {Rectangle} own
 * @param {"x" | "y"} from
 * @param {"w" | "h"} length
 */
function ways(cards, picture, room, own, from, length) {
  const end = room[from] + room[length];
  const spare = room[length] - picture.size;
  const least = Math.max(room[from] - own[from], room[from] + Math.min(0, spare) - picture.at) - 1;
  const most = Math.min(end - own[from] - own[length], room[from] + Math.max(0, spare) - picture.at) + 1;
  const by = cards.flatMap((card) => [room[from] - card[from], end - card[from] - card[length]]);
  return [0, ...new Set(by.filter((way) => way >= least && way <= most))];
}

/**
 * Whether a card can be in a room together with another one.
 *
 * @param {Rectangle} card
 * @param {Rectangle} own
 * @param {Rectangle} room
 */
const reach = (card, own, room) =>
  Math.abs(card.x - own.x) < room.w + own.w && Math.abs(card.y - own.y) < room.h + own.h;

/**
 * How much of a card is in a room when it was moved: all (1), some, or nothing (0).
 *
 * @param {Rectangle} card
 * @param {number} dx
 * @param {number} dy
 * @param {Rectangle} room
 */
function part({ x, y, w, h }, dx, dy, room) {
  const wide = Math.min(x + dx + w, room.x + room.w) - Math.max(x + dx, room.x);
  const high = Math.min(y + dy + h, room.y + room.h) - Math.max(y + dy, room.y);
  if (wide <= 0 || high <= 0) return 0;
  return wide > w - 1 && high > h - 1 ? 1 : 0.5;
}

/** How many cards are whole in a room. @param {Rectangle[]} boxes @param {Rectangle} room @param {At} at */
export const wholeIn = (boxes, room, { k, x, y }) =>
  boxes.filter((box) => part({ x: box.x * k + x, y: box.y * k + y, w: box.w * k, h: box.h * k }, 0, 0, room) === 1)
    .length;

/**
 * The card nearest the middle of a room.
 *
 * @param {Rectangle[]} boxes
 * @param {Rectangle} room
 * @param {At} at
 */
export function nearest(boxes, room, { k, x, y }) {
  const far = (/** @type {Rectangle} */ box) =>
    Math.abs((box.x + box.w / 2) * k + x - room.x - room.w / 2) +
    Math.abs((box.y + box.h / 2) * k + y - room.y - room.h / 2);
  return boxes.reduce((a, b) => (far(b) < far(a) ? b : a));
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
