// What a lesson adds to a picture: numbers that it leaves out until they have been guessed, the guess beside the true
// number, and cards that it marks.

import { withoutNumbers } from "./blank.js";
import { rect, write } from "./numbers.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {[graph: number, node: number]} NodePlace */

/**
 * @typedef {object} Blank A number that is asked for.
 * @property {"value" | "grad"} what
 * @property {string | null} leaf
 * @property {NodePlace[]} nodes
 */

/**
 * @typedef {object} Lesson What a lesson's step says of a picture.
 * @property {number} here Where it stands.
 * @property {NodePlace[]} marked
 * @property {Blank[]} blanks
 * @property {boolean} open Whether the numbers may be seen.
 * @property {string} guess What was guessed; empty before.
 * @property {boolean} [away] Whether something else is played by now: in the Lab one may do anything.
 */

/** Kinds of blocks that show a value, and a gradient. @type {Record<"value" | "grad", Set<string>>} */
const ROLES = { value: new Set(["value", "mini"]), grad: new Set(["grad", "sum", "bucket", "row", "mini"]) };
const LABELS = { value: "value", grad: "gradient" };

export class Veil {
  /** @param {Lesson} lesson */
  constructor(lesson) {
    this.lesson = lesson;
    this.closed = !lesson.open;
  }

  /**
   * The number of a block that is asked for.
   * @param {Block} block
   * @param {number} graph
   * @returns {Blank | undefined}
   */
  asked(block, graph) {
    return this.lesson.blanks.find(
      ({ what, leaf, nodes }) =>
        ROLES[what].has(block.role) &&
        (leaf && block.name ? block.name === leaf : !block.name && has(nodes, graph, block.node)),
    );
  }

  /**
   * What a block shows instead, or beside: see `Contents`. Where the lesson stands nothing has told the answer yet.
   *
   * @param {Block} block
   * @param {number} graph
   * @param {number} cursor
   * @param {import("./types.js").Contents} known What it would show.
   */
  over(block, graph, cursor, known) {
    const blank = this.asked(block, graph);
    if (!blank) return null;
    if (block.role === "sum" && cursor === this.lesson.here) return null;
    if (this.keeps(cursor, !isEmpty(known))) return { veiled: blank.what };
    if (this.closed) return null;
    return this.lesson.guess && block.role !== "sum" ? { guess: this.lesson.guess } : null;
  }

  /**
   * Whether what is asked for is kept back: where the lesson stands only what nobody knows yet.
   * @param {number} cursor
   * @param {boolean} known Whether there is something to see.
   */
  keeps(cursor, known) {
    return this.hides(cursor) || (this.closed && cursor === this.lesson.here && !known);
  }

  /**
   * Whether a number outside of the blocks, in a table or the inspector, is kept back.
   * @param {"value" | "grad"} what
   * @param {{ leaf?: string | null, graph: number, node?: number }} of
   * @param {number} cursor
   * @param {boolean} known
   */
  covers(what, { leaf = null, graph, node = -1 }, cursor, known) {
    const asked = this.lesson.blanks.some(
      (blank) => blank.what === what && ((leaf !== null && blank.leaf === leaf) || has(blank.nodes, graph, node)),
    );
    return asked && this.keeps(cursor, known);
  }

  /**
   * A sentence, without the numbers that it would tell.
   *
   * @param {string} sentence
   * @param {{ cursor: number, event: import("../player.js").PlayedEvent | null }} state
   * @param {number | undefined} target The node that an edge leads to.
   */
  sentence(sentence, { cursor, event }, target) {
    const tells = (/** @type {Blank} */ { leaf, nodes }) =>
      (leaf !== null && event?.leaf === leaf) || has(nodes, event?.graph ?? -1, target ?? event?.node ?? -1);
    return this.hides(cursor) && this.lesson.blanks.some(tells) ? withoutNumbers(sentence) : sentence;
  }

  /** Whether what has happened by a cursor may tell the answer. @param {number} cursor */
  hides(cursor) {
    return this.closed && cursor > this.lesson.here;
  }

  /** Whether a lesson points at a card. @param {number[]} ids Its nodes. @param {number} graph */
  marks(ids, graph) {
    return ids.some((id) => has(this.lesson.marked, graph, id));
  }
}

/** @param {import("./types.js").Contents} contents */
const isEmpty = ({ value, grad, parts, bucket }) => !value && !grad && !parts?.length && !bucket?.value;

/** @param {NodePlace[]} places @param {number} graph @param {number} node */
const has = (places, graph, node) => places.some(([own, id]) => own === graph && id === node);

/**
 * A block whose number is asked for.
 * @param {Block} block
 * @param {"value" | "grad"} what
 * @param {import("./types.js").Say} say
 * @returns {TreeElement[]}
 */
export function drawVeiled(block, what, say) {
  const spot = spotOf(block);
  const text = block.role === "bucket" ? ".grad" : say(LABELS[what]);
  const at = { x: block.x, y: block.y + block.label - 5, size: block.small, room: block.w };
  const size = Math.min(block.size || block.small, spot.h);
  return [
    ...(block.label ? [write("label", text, at)] : []),
    rect("veil", { x: spot.x + 1, y: spot.y + 1, w: spot.w - 2, h: spot.h - 2 }, { rx: 4 }),
    write("strong loud", "?", {
      ...{ x: spot.x + spot.w / 2, y: spot.y + spot.h / 2 + size * 0.36, size },
      ...{ room: spot.w, anchor: "middle" },
    }),
  ];
}

/**
 * The guess, beside the label of the true number.
 * @param {Block} block
 * @param {string} guess
 * @param {import("./types.js").Say} say
 * @param {number} width Of the card.
 * @returns {TreeElement[]}
 */
export function drawGuess(block, guess, say, width) {
  const size = block.small * 0.86;
  const text = `${say("guess")} ${guess}`;
  const spot = spotOf(block);
  const room = size * 0.56 * text.length + 10;
  const x = Math.min(spot.x + spot.w + 6, width - room - 6);
  return [
    rect("ghost", { x, y: spot.y + spot.h / 2 - size * 0.8, w: room, h: size * 1.6 }, { rx: 6 }),
    write("faint", text, { x: x + room / 2, y: spot.y + spot.h / 2 + size * 0.36, size, room, anchor: "middle" }),
  ];
}

/** Where a block has its numbers. @param {Block} block */
function spotOf({ x, y, w, h, label, body, rows }) {
  const [left, top, width, height] = body ?? [0, 0, 0, 0];
  return rows && width ? { x: left, y: top, w: width, h: height } : { x, y: y + label, w, h: Math.max(8, h - label) };
}
