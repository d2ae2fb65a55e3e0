// Rows are dragged with a pointer: the nearest plus takes the layer.

/** @typedef {import("./types.js").Path} Path */

import { around } from "../dom.js";
import { keyOf, pathOf } from "./types.js";

const SLACK = 5; // pixels that a click may move

/**
 * Whether a layer that is put before `to` stays where it is, or would be inside itself.
 * @param {Path} path
 * @param {Path} to
 */
export function idle(path, to) {
  const inside = path.every((position, i) => to[i] === position);
  const after = keyOf(path.with(-1, path[path.length - 1] + 1));
  return inside || keyOf(to) === after;
}

export class Dragging {
  /** @param {HTMLElement} root @param {(path: Path, to: Path) => void} drop */
  constructor(root, drop) {
    this.root = root;
    this.drop = drop;
    /** @type {{ item: HTMLElement, name: HTMLElement, y: number, id: number } | null} */
    this.held = null;
    /** @type {HTMLElement | null} */
    this.target = null;
    this.moves = false;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    root.addEventListener("pointerup", () => this.end(true));
    root.addEventListener("pointercancel", () => this.end(false));
    root.addEventListener("keydown", ({ key }) => key === "Escape" && this.end(false));
  }

  /** @param {PointerEvent} event */
  down(event) {
    const head = around(event, ".row");
    const item = head?.closest("li");
    const handled = around(event, event.pointerType === "mouse" ? ".grip, .lb-name" : ".grip");
    const name = head?.querySelector(".lb-name");
    if (event.button || !handled || !(item instanceof HTMLElement) || !item.dataset.path) return;
    if (name instanceof HTMLElement) this.held = { item, name, y: event.clientY, id: event.pointerId };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { held } = this;
    if (!held || event.pointerId !== held.id) return;
    const by = event.clientY - held.y;
    if (!this.moves && Math.abs(by) < SLACK) return;
    if (!this.moves) this.begin(held.item, event.pointerId);
    held.item.style.transform = `translateY(${by}px)`;
    this.aim(event.clientY, held.item);
  }

  /** @param {HTMLElement} item @param {number} pointer */
  begin(item, pointer) {
    this.moves = true;
    this.root.setPointerCapture?.(pointer);
    this.root.classList.add("drags");
    item.classList.add("dragged");
  }

  /** @param {number} y @param {HTMLElement} item */
  aim(y, item) {
    const gaps = /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll(".gap")]);
    const far = (/** @type {HTMLElement} */ gap) => {
      const { top, bottom } = gap.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - y);
    };
    const open = gaps.filter((gap) => !item.contains(gap));
    const own = /** @type {HTMLElement} */ (item.querySelector(".gap"));
    const nearest = [own, ...open].reduce((best, gap) => (far(gap) < far(best) ? gap : best));
    this.target?.classList.remove("target");
    this.target = idle(pathOf(item.dataset.path ?? ""), pathOf(nearest.dataset.to ?? "")) ? null : nearest;
    this.target?.classList.add("target");
    nearest.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {boolean} dropped */
  end(dropped) {
    const { held, target, moves } = this;
    this.held = null;
    this.target = null;
    this.moves = false;
    if (!held || !moves) return;
    this.root.classList.remove("drags");
    held.item.classList.remove("dragged");
    held.item.style.transform = "";
    target?.classList.remove("target");
    held.name.dataset.dragged = "yes"; // the click that follows opens nothing
    setTimeout(() => delete held.name.dataset.dragged);
    if (dropped && target) this.drop(pathOf(held.item.dataset.path ?? ""), pathOf(target.dataset.to ?? ""));
  }
}
