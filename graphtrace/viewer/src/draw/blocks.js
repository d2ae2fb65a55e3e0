// What changes on a card: values, gradients, buckets, sums, saved tensors. Places come from Python (card_slots.py).

import { brief, numbers, short, shorter, size } from "../tensors.js";
import { drawNumbers, rect, write } from "./numbers.js";
import { element } from "./tree.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").Grad} Grad */
/** @typedef {import("./types.js").Tensor} Tensor */
/** @typedef {import("./types.js").Say} Say */
/** @typedef {import("./types.js").Maybe} Maybe */

const FOOT = 5; // from the foot of a label's letters to its numbers
const MOST_BARS = 6;

/**
 * The parts of one block.
 *
 * @param {Box} box
 * @param {Block} block
 * @param {import("./types.js").Contents} contents What it shows now: see `Moment.contents`.
 * @param {Say} say
 * @returns {TreeElement[]}
 */
export function drawBlock(box, block, contents, say) {
  const { value, grad, parts, expected = 0, bucket: held = null, skipped, saved = "empty" } = contents;
  const aside = skipped ? say("skipped") : "";
  const sums = { parts: parts ?? [], total: grad, expected };
  /** @type {Record<string, () => TreeElement[]>} */
  const drawn = {
    value: () => tensor(block, value, "value", valueName(block, box, say)),
    data: () =>
      block.name ? tensor(block, value, "value", shortName(block.name, box)) : drawNumbers(block, value, "value"),
    grad: () => tensor(block, grad, "grad", say("gradient")),
    sum: () => sum(block, sums, say),
    bucket: () => bucket(block, held, aside, say),
    row: () => row(block, held, aside, rowName(block, value, box), say),
    shelf: () => shelf(block, saved, say),
    mini: () => mini(block, value, grad, say),
    more: () => [line(block, "stat", say("more_leaves").replace("{n}", String(block.count)), 0, block.w)],
  };
  return drawn[block.role]();
}

/**
 * What stands above a value: on a card with several the leaf's name.
 * @param {Block} block
 * @param {Box} box
 * @param {Say} say
 */
const valueName = (block, box, say) => (block.name && box.kind !== "leaf" ? shortName(block.name, box) : say("value"));

/**
 * A text of a block that is one line.
 * @param {Block} block
 * @param {string} name
 * @param {string} text
 * @param {number} from
 * @param {number} room
 */
const line = (block, name, text, from, room) =>
  write(name, text, { x: block.x + from, y: lineFoot(block), size: block.small, room });

/** Where the letters of a block of one line stand. @param {Block} block */
const lineFoot = ({ y, h, small }) => y + (h + (small * 7) / 11) / 2;

/** The label above a block. @param {Block} block @param {string} hue @param {string} text @param {number} room */
const label = (block, hue, text, room) =>
  write(`label ${hue}`, text, { x: block.x, y: block.y + block.label - FOOT, size: block.small, room });

/**
 * A tensor under its label.
 * @param {Block} block
 * @param {Maybe} shown
 * @param {"value" | "grad"} hue
 * @param {string} text
 */
const tensor = (block, shown, hue, text) => [label(block, hue, text, block.w), ...drawNumbers(block, shown, hue)];

/** @param {Grad | null | undefined} grad @returns {string} None, zero, or how often something was added: ×2. */
export function gradState(grad) {
  if (!grad || grad.value === null) return "None";
  return grad.zero && !grad.layers.length ? "zero" : `×${Math.max(1, grad.count)}`;
}

/** @param {string} state */
const fullness = (state) => ({ None: "none", zero: "zero" })[state] ?? "full";

/** @param {Grad | null | undefined} grad */
const bars = (grad) => (grad?.value ? Math.min(MOST_BARS, grad.count) : 0);

/**
 * An open-topped outline: dashed when .grad is None, empty when it is zero, one bar per backward pass in it.
 * @param {Block} block
 * @param {Grad | null} grad
 * @param {string} aside What is said of an empty one.
 * @param {Say} say
 */
function bucket(block, grad, aside, say) {
  const state = gradState(grad);
  const text = `.grad ${state === "zero" ? say("zero") : state}`;
  const right = block.x + block.w - 2;
  const top = block.y + block.label;
  const tally = Array.from({ length: bars(grad) }, (_, i) =>
    rect("layer", { x: right - 5 - i * 6, y: block.y + 1, w: 4, h: 10 }, { rx: 1 }),
  );
  return [
    label(block, "grad", text, block.w - 8 - 6 * bars(grad)),
    ...tally,
    pail(state, block.x, top, block.w, block.h - block.label),
    ...(grad && state !== "None" ? drawNumbers(block, grad.value, "grad") : []),
    ...(aside ? [inside(block, aside)] : []),
  ];
}

/** A word in an empty bucket. @param {Block} block @param {string} text */
const inside = ({ x, y, w, h, label: top, small }, text) =>
  write("stat strong", text, {
    x: x + w / 2,
    y: y + (top + h + small * 0.64) / 2,
    size: small,
    room: w - 8,
    anchor: "middle",
  });

/** @param {string} state @param {number} x @param {number} y @param {number} w @param {number} h */
function pail(state, x, y, w, h) {
  const path = `M${x} ${y}v${h - 4}q0 4 4 4h${w - 8}q4 0 4 -4v${4 - h}`;
  return element("path", { class: `bucket ${fullness(state)}`, d: path });
}

/**
 * The same in one line, for a leaf that is folded into the card.
 * @param {Block} block
 * @param {Grad | null} grad
 * @param {string} aside What is said of an empty one.
 * @param {string} name
 * @param {Say} say
 */
function row(block, grad, aside, name, say) {
  const state = gradState(grad);
  const full = fullness(state) === "full";
  const amount = grad?.value ? `${state} ${brief(grad.value, block.digits)}` : aside || "None";
  const text = state === "zero" ? say("zero") : amount;
  const right = block.w * (block.digits < 4 ? 0.43 : 0.56);
  const end = { x: block.x + block.w, y: lineFoot(block), size: block.small, room: right - 6, anchor: "end" };
  return [
    pail(state, block.x + 1, block.y + 2, 15, 12),
    ...(full ? [rect("layer", { x: block.x + 3.5, y: block.y + 6, w: 10, h: 6 })] : []),
    line(block, "stat strong", name, 22, block.w - 22 - right),
    write("stat", text, end),
  ];
}

/** A leaf's name, in large type with its number. @param {Block} block @param {Maybe} value @param {Box} box */
function rowName({ name, digits }, value, box) {
  const text = shortName(name, box);
  const single = digits < 4 && value && size(value) === 1 ? numbers(value)?.[0] : undefined;
  return single === undefined ? text : `${text} ${shorter(single)}`;
}

/** A leaf's name without what its card's title says already. @param {string} name @param {Box} box */
function shortName(name, box) {
  const module = box.title.split(" · ").at(-1) ?? "";
  return name.startsWith(`${module}.`) ? name.slice(module.length + 1) : name;
}

/**
 * Contributions as they come: a literal + and the sum so far.
 * @param {Block} block
 * @param {{ parts: (Tensor | null)[], total: Maybe, expected: number }} sums
 * @param {Say} say
 */
function sum(block, { parts, total, expected }, say) {
  const { x, y } = block;
  const count = parts.length && parts.length < expected ? ` (${parts.length}/${expected})` : "";
  const text = parts.length ? added(parts, total ?? null) : say("awaits").replace("{m}", String(expected));
  return [
    element("circle", { class: "plus", cx: x + 8, cy: y + 8, r: 7 }),
    element("path", { class: "plus sign", d: `M${x + 4} ${y + 8}h8M${x + 8} ${y + 4}v8` }),
    line(block, "stat strong", `${text}${count}`, 21, block.w - 21),
  ];
}

/** @param {(Tensor | null)[]} parts @param {Tensor | null} total */
function added(parts, total) {
  const single = parts.every((part) => part === null || size(part) === 1);
  if (parts.length > 3 || !single) return `${parts.length > 1 ? `${parts.length}× → ` : ""}${amount(total)}`;
  return parts.length > 1 ? `${parts.map(amount).join(" + ")} = ${amount(total)}` : amount(parts[0]);
}

/** @param {Tensor | null} part */
function amount(part) {
  if (part === null) return "None";
  return size(part) === 1 ? short(numbers(part)?.[0] ?? part.norm) : `‖·‖ ${short(part.norm)}`;
}

/**
 * Books: full while held, hollow when freed, crossed out when changed in place since.
 * @param {Block} block
 * @param {string} state
 * @param {Say} say
 */
function shelf(block, state, say) {
  const count = Math.min(MOST_BARS, block.count);
  const word = block.small * (block.digits < 4 ? 3.3 : 4.2); // room for "saved"
  const books = Array.from({ length: count }, (_, i) =>
    rect(`book ${state}`, { x: block.x + word + i * 8, y: block.y + (block.h - 12) / 2, w: 6, h: 11 }, { rx: 1 }),
  );
  const text = state === "empty" ? "" : say(`saved_${state}`);
  const from = word + 4 + count * 8;
  return [
    line(block, "stat", say("shelf"), 0, word - 2),
    ...books,
    line(block, "stat strong", text, from, block.w - from),
  ];
}

/** All in one line. @param {Block} block @param {Maybe} value @param {Maybe} grad @param {Say} say */
function mini(block, value, grad, say) {
  const parts = [value && `${say("value")} ${brief(value)}`, grad && `${say("gradient")} ${brief(grad)}`];
  return [line(block, "stat", parts.filter(Boolean).join("  "), 0, block.w)];
}
