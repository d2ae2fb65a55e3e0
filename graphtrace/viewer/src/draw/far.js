// A card from far away: its name and one number, as large as the card allows; its matrices could not be read.

import { brief } from "../tensors.js";
import { rect } from "./numbers.js";
import { element } from "./tree.js";
import { textWidth } from "./text.js";
import { writer } from "./words.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {{ tensor: import("./types.js").Tensor, hue: "value" | "grad" }} Known What is told of a card. */

const write = writer("card");
const writeNumber = writer("card", "blocks");
const PAD = 10; // px of the card on both sides
const TYPE = 15; // px on the screen
const NEAR = 9; // px on the screen from which letters are read
const STEP = 1.25; // from one size to the next
const DIGITS = 2;

/**
 * The size of letters from far away, in the picture's own lengths; 0 where the cards are read. It grows in steps, so
 * that a picture is drawn anew now and then, not with every move.
 *
 * @param {number} k The zoom.
 * @param {number} smallest Size of the smallest letters on the cards.
 */
export function farType(k, smallest) {
  if (k * smallest >= NEAR) return 0;
  return TYPE * STEP ** Math.round(Math.log(1 / k) / Math.log(STEP));
}

/** @param {Box} box @param {Known | null} known @param {number} size @returns {TreeElement[]} */
export function drawFar(box, known, size) {
  const room = box.w - 2 * PAD;
  const line = Math.min(size, box.h / (known ? 3 : 2));
  const title = spot(box.title, box, room, line, box.h / 2 - (known ? line * 0.25 : -line * 0.35));
  const texts = [write("title", title.text, title.at)];
  if (!known) return texts;
  const text = brief(known.tensor, DIGITS);
  const number = spot(text, box, room, line, box.h / 2 + line * 1.15);
  const wide = Math.min(room, textWidth(text, number.at.size) + line);
  const cell = { x: (box.w - wide) / 2, y: box.h / 2 + line * 0.1, w: wide, h: line * 1.4 };
  const ground = rect(`cell ${known.hue} pos`, cell, { rx: line / 4, "fill-opacity": 0.35 });
  return [...texts, element("g", { class: "blocks" }, [ground, writeNumber("number", text, number.at)])];
}

/**
 * A text in the middle of a card; one that is too long loses its second part, then gets smaller.
 * @param {string} whole
 * @param {Box} box
 * @param {number} room
 * @param {number} size
 * @param {number} y
 */
function spot(whole, box, room, size, y) {
  const fits = [whole, whole.split(" · ")[0]].find((text) => textWidth(text, size, true) <= room);
  const text = fits ?? whole.split(" · ")[0];
  const wide = textWidth(text, size, true);
  return { text, at: { x: box.w / 2, y, size: size * Math.min(1, room / wide), room, anchor: "middle" } };
}
