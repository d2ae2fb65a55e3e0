// The picture: from where everything is, what there is to see now and how it is lit, to a tree of plain elements.
// What has not changed since the last drawing is the same object again, so that a step costs what it changes.

import { drawBlock } from "./blocks.js";
import { drawCard, drawOpenModule, drawStill } from "./card.js";
import { drawFar } from "./far.js";
import { drawLink } from "./link.js";
import { sheet } from "./marks.js";
import { classes, element, keyed } from "./tree.js";
import { drawGuess, drawVeiled } from "./veil.js";

/** @typedef {import("./tree.js").Element} TreeElement */
/** @typedef {import("./types.js").Box} Box */
/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Geometry} Geometry */
/** @typedef {import("./moment.js").Moment} Moment */

/**
 * @typedef {object} Marks What a reader has pointed at, found and chosen; boxes by id, lines by number.
 * @property {number | null} selected
 * @property {number | null} tab The card that the tab key reaches.
 * @property {Set<number>} lit
 * @property {Set<number>} litLinks
 * @property {Set<number> | null} hits What was found; null: nothing is searched.
 * @property {string | null} opened Path of the module that was opened last.
 */

/**
 * @typedef {object} Shown What is drawn.
 * @property {Geometry} geo
 * @property {Moment | null} moment What changes; null: of a graph nothing does.
 * @property {Marks} [marks]
 * @property {Iterable<number>} [boxes] Which ones; all unless told.
 * @property {Iterable<number>} [links]
 * @property {boolean} [still] Whether nothing may move.
 * @property {number} [far] Size of letters from far away; 0: near.
 */

/** @typedef {{ tree: TreeElement, contents: import("./types.js").Contents, version: number }} KnownBlock */
/** @typedef {{ tree: TreeElement, inputs: unknown[] }} KnownLink */
/** @typedef {{ tree: TreeElement, inputs: unknown[], still: TreeElement[], blocks: KnownBlock[] }} KnownCard */

/** @returns {Marks} */
export const noMarks = () => ({
  selected: null,
  tab: null,
  lit: new Set(),
  litLinks: new Set(),
  hits: null,
  opened: null,
});

export class Picture {
  /** @param {import("./types.js").Say} say Words of its language. */
  constructor(say) {
    this.say = say;
    /** @type {Geometry | null} */
    this.geo = null;
    /** @type {Map<number, KnownCard>} */
    this.cards = new Map();
    /** @type {Map<number, KnownLink>} */
    this.links = new Map();
  }

  /** Draw everything anew: another language, another picture. */
  forget() {
    this.cards.clear();
    this.links.clear();
  }

  /**
   * The layers of a picture, from back to front.
   *
   * @param {Shown} shown
   * @returns {TreeElement[]}
   */
  draw({
    geo,
    moment,
    marks = noMarks(),
    boxes = keysOf(geo.boxes),
    links = keysOf(geo.links),
    still = false,
    far = 0,
  }) {
    if (geo !== this.geo) this.forget();
    this.geo = geo;
    const look = { moment, marks, still, far };
    const modules = geo.frames.map((module) => {
      return drawOpenModule(module, { fresh: marks.opened === module.path, shut: !geo.fixed, say: this.say });
    });
    return [
      element("g", { class: "frames" }, modules),
      element(
        "g",
        { class: "links" },
        this.all(this.links, links, (number) => this.link(number, geo.links[number], look)),
      ),
      element(
        "g",
        { class: "cards" },
        this.all(this.cards, boxes, (id) => this.card(geo.boxes[id], look)),
      ),
    ];
  }

  /**
   * Draw some of the things of one kind, and forget the others.
   *
   * @template {{ tree: TreeElement }} Known
   * @param {Map<number, Known>} known
   * @param {Iterable<number>} wanted
   * @param {(key: number) => Known} draw
   */
  all(known, wanted, draw) {
    const keys = new Set(wanted);
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    return Array.from(keys, (key) => {
      const thing = draw(key);
      known.set(key, thing);
      return thing.tree;
    });
  }

  /**
   * @param {number} number
   * @param {import("./types.js").Link} link
   * @param {{ moment: Moment | null, marks: Marks }} look
   * @returns {KnownLink}
   */
  link(number, link, { moment, marks }) {
    const sent = moment?.sent(link) ?? [];
    const state = classes(marks.litLinks.has(number) && "lit", moment?.now.links.has(number) && "now");
    const asked = moment?.asked(link) ?? false;
    const inputs = [state, asked, ...sent];
    const known = this.links.get(number);
    if (known && equal(known.inputs, inputs)) return known;
    return { inputs, tree: drawLink(link, number, sent, state, asked) };
  }

  /**
   * @param {Box} box
   * @param {{ moment: Moment | null, marks: Marks, still: boolean, far: number }} look
   * @returns {KnownCard}
   */
  card(box, { moment, marks, still, far }) {
    const { id } = box;
    const known = this.cards.get(id);
    if (far && box.kind !== "stub") return this.farCard(box, { moment, marks, far });
    const blocks = moment
      ? (box.blocks ?? []).map((block, i) => this.block(box, block, i, { moment, still, known: known?.blocks[i] }))
      : [];
    const state = classes(lit(id, marks, moment), moment?.marked(box) && "pointed");
    const tab = marks.tab === id;
    const trees = blocks.map(({ tree }) => tree);
    const mark = moment?.wrong.ids.has(id) ? markOf(moment, this.say) : oddMark(moment?.odd.get(id), this.say);
    const inputs = [state, tab, mark, ...trees];
    if (known && equal(known.inputs, inputs)) return known;
    const unchanging = known?.still ?? drawStill(box);
    return {
      inputs,
      blocks,
      still: unchanging,
      tree: drawCard(box, unchanging, trees, {
        state,
        tab,
        mark,
        below: mark !== "" && this.crowded(box),
        say: this.say,
      }),
    };
  }

  /** @param {Box} box @param {{ moment: Moment | null, marks: Marks, far: number }} look @returns {KnownCard} */
  farCard(box, { moment, marks, far }) {
    const known = this.cards.get(box.id);
    const told = moment?.told(box) ?? null;
    const state = lit(box.id, marks, moment);
    const tab = marks.tab === box.id;
    const inputs = ["far", far, state, tab, told?.tensor, told?.hue];
    if (known && equal(known.inputs, inputs)) return known;
    const still = [...sheet(box), ...drawFar(box, told, far)];
    const bare = Object.create(box, { blocks: { value: [] } }); // a copy would lose what a packed box looks up
    const tree = drawCard(bare, still, [], { state, tab, say: this.say });
    return { inputs, blocks: [], still: drawStill(box), tree };
  }

  /** Whether another card stands close above a card. @param {Box} box */
  crowded({ id, x, y, w }) {
    const boxes = this.geo?.boxes ?? [];
    return boxes.some(
      (other) =>
        other.id !== id && other.x < x + w && x < other.x + other.w && other.y < y && y - 26 < other.y + other.h,
    );
  }

  /**
   * A block whose contents have changed is another element, which so appears gently.
   *
   * @param {Box} box
   * @param {Block} block
   * @param {number} number Its place among the blocks of the box.
   * @param {{ moment: Moment, still: boolean, known: KnownBlock | undefined }} look
   * @returns {KnownBlock}
   */
  block(box, block, number, { moment, still, known }) {
    const contents = moment.contents(box, block);
    if (known && equal(Object.values(known.contents), Object.values(contents))) return known;
    const version = (known?.version ?? 0) + 1;
    const attrs = {
      class: classes("block", known && !still && "fresh"),
      "data-role": block.role,
      "data-node": block.node,
      "data-name": block.name || null,
    };
    const tree = keyed(`${number} ${version}`, "g", attrs, this.drawn(box, block, contents));
    return { contents, version, tree };
  }

  /** @param {Box} box @param {Block} block @param {import("./types.js").Contents} contents */
  drawn(box, block, contents) {
    if (contents.veiled) return drawVeiled(block, contents.veiled, this.say);
    const parts = drawBlock(box, block, contents, this.say);
    return contents.guess ? [...parts, ...drawGuess(block, contents.guess, this.say, box.w)] : parts;
  }
}

/** @param {unknown[]} things */
const keysOf = (things) => things.keys();

/** @param {unknown[]} a @param {unknown[]} b */
const equal = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

/** The class names of a card. @param {number} id @param {Marks} marks @param {Moment | null} moment */
function lit(id, { selected, lit: near, hits }, moment) {
  const found = hits?.has(id);
  return classes(
    selected === id && "selected",
    near.has(id) && "lit",
    found && "hit",
    hits && !found && selected !== id && "dim",
    moment?.now.ids.has(id) && `now ${moment.now.kind}`,
    moment?.wrong.ids.has(id) && "wrong",
    moment?.odd.has(id) && "odd",
  );
}

/**
 * What is written at a card that made the first number that is not finite.
 * @param {{ gradient: boolean, word: string } | undefined} odd
 * @param {(name: string) => string} say
 */
const oddMark = (odd, say) =>
  odd ? say(odd.gradient ? "first_odd_gradient" : "first_odd").replace("{word}", odd.word) : "";

/**
 * What is written at a card where something went wrong.
 * @param {Moment} moment
 * @param {(name: string) => string} say
 */
const markOf = ({ wrong: { words } }, say) => (words[say("lang")] ?? Object.values(words)[0]).mark;
