// Zoom and pan: where a picture opens, what of it the window shows, and moves that the eye can follow.

import { clamp, still } from "./dom.js";
import { Inspector } from "./inspector.js";

const TRANSFORMS = new Map(); // structure id -> zoom and pan, so that they survive reruns and remounts
const MIN_ZOOM = 0.03;
const MAX_ZOOM = 6;
const DRAG_PX = 4;
const READ = 0.85; // zoom from which a card is read on the spot
const HANDFUL = 20;
const READ_WHOLE = 0.7; // of few boxes all are shown a little smaller rather than some of them cut
const FOOT = 44; // px below, for the buttons and the legend

export class Camera extends Inspector {
  get compact() {
    return this.root.classList.contains("compact");
  } // above charts all of the picture is shown

  keep() {
    if (this.id && this.at && !this.compact) TRANSFORMS.set(this.id, { ...this.at, fitted: this.fitted });
  }

  // First place of a new structure: where it was, or the opened box in place, or the whole of it.
  settle() {
    const known = TRANSFORMS.get(this.id);
    const anchor = this.anchor;
    this.anchor = null;
    if (anchor && this.settleOn(anchor)) return;
    if (known && !known.fitted && !this.compact) this.move(known);
    else if (this.stage && !this.scene.large && this.fitScale() < this.least(READ) && !this.compact) this.open();
    else this.fit();
  }

  // All of it would be too small to read: where the story begins, large enough, and the map shows the rest.
  open() {
    const room = this.room();
    const { width, height } = this.geo;
    const k = clamp(room.h / height, 0.8, 1);
    const first = this.stage.active?.[0] ?? earliest(this.geo.boxes);
    const along = (start, size, from, extent) =>
      size * k <= extent
        ? from + (extent - size * k) / 2
        : clamp(from + extent / 2 - start * k, from + extent - size * k, from);
    this.fitted = false;
    this.move({
      k,
      x: along(first.x + first.w / 2, width, room.x, room.w),
      y: along(first.y + first.h / 2, height, room.y, room.h),
    });
  }

  settleOn({ path, x, y, k }) {
    const spot =
      this.geo.frames.find((frame) => frame.path === path) ??
      this.geo.boxes.find((box) => box.openable && box.path === path);
    if (!spot) return false;
    this.marks.opened = this.geo.frames.includes(spot) ? path : null;
    this.scene.draw();
    if (this.fitted && this.fitScale() > 0.6) {
      this.fit();
      return true;
    } // all of it is readable: show all of it
    this.fitted = false;
    this.move({ k, x: x - (spot.x + spot.w / 2) * k, y: y - (spot.y + spot.h / 2) * k });
    return true;
  }

  move(at) {
    this.at = { k: at.k, x: at.x, y: at.y };
    this.svg.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.k})`;
    this.canvas.style.setProperty("--gt-dot", `${clamp(at.k, 0.5, 2) * 20}px`);
    this.canvas.style.setProperty("--gt-x", `${at.x}px`);
    this.canvas.style.setProperty("--gt-y", `${at.y}px`);
    this.scene.update(Boolean(this.svg.classList.contains("moving")));
    this.map.refresh();
    this.keep();
  }

  glide(at) {
    // a move that the eye can follow
    this.svg.classList.toggle("glide", !still());
    this.move(at);
    this.later(() => this.svg.classList.remove("glide"), 300);
  }

  later(run, ms) {
    clearTimeout(this.calm);
    this.calm = setTimeout(run, ms);
  }

  fit(slow = false) {
    if (!this.geo) return;
    const at = this.fitting();
    this.fitted = true;
    if (slow) this.glide(at);
    else this.move(at);
  }

  // Where all of it is largest: down to the lower edge, if no card then lies below the buttons.
  fitting() {
    const inside = (room) => {
      const { width, height } = this.geo;
      const k = Math.min(room.w / width, room.h / height, 1.6);
      return { k, x: room.x + (room.w - width * k) / 2, y: room.y + (room.h - height * k) / 2 };
    };
    const large = this.stage && !this.scene.large && this.canvas.clientHeight && inside(this.room(2, 2));
    return large && !this.covers(this.tools, large) ? large : inside(this.room());
  }

  // Whether a card lies below something that floats over the picture.
  covers(part, { k, x, y }) {
    const left = (part.offsetLeft - 6 - x) / k;
    const top = (part.offsetTop - 6 - y) / k;
    const right = (part.offsetLeft + part.offsetWidth + 6 - x) / k;
    return this.geo.boxes.some((box) => box.x < right && box.x + box.w > left && box.y + box.h > top);
  }

  // Whether to show all of it beside the panel; else the picture stays as large as it is.
  readable() {
    return this.panel.hidden || this.fitScale() >= Math.min(this.least(0.8), this.at.k);
  }

  // The zoom down to which all is shown at once.
  least(usual) {
    return this.geo.boxes.length > HANDFUL ? usual : READ_WHOLE;
  }

  fitScale() {
    return this.fitting().k;
  }

  // The part of the canvas that no note or legend covers.
  room(pad = 16, bottom = FOOT) {
    const top = this.notes.childElementCount ? this.notes.offsetHeight + 20 : pad;
    return {
      x: pad,
      y: top,
      w: Math.max(80, this.canvas.clientWidth - 2 * pad),
      h: Math.max(80, this.canvas.clientHeight - top - bottom),
    };
  }

  zoomBy(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const k = clamp(this.at.k * factor, Math.min(MIN_ZOOM, this.fitScale()), MAX_ZOOM);
    const ratio = k / this.at.k;
    this.fitted = false;
    this.move({ k, x: x - (x - this.at.x) * ratio, y: y - (y - this.at.y) * ratio });
  }

  wheel(event) {
    if (event.target.closest(".notes, .legend, .tools, .minimap") || !this.at) return;
    event.preventDefault();
    const box = this.canvas.getBoundingClientRect();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    this.hurry();
    this.zoomBy(Math.exp(-clamp(pixels, -240, 240) * 0.0016), event.clientX - box.left, event.clientY - box.top);
    this.later(() => this.svg.classList.remove("moving"), 160);
  }

  hurry() {
    this.svg.classList.remove("glide");
    this.svg.classList.add("moving");
  }

  grab(event) {
    if (event.button !== 0 || event.target.closest(".tools, .notes, .legend, .minimap") || !this.at) return;
    this.gesture = { id: event.pointerId, x: event.clientX, y: event.clientY, at: this.at, moved: false };
  }

  drag(event) {
    const from = this.gesture;
    if (!from || event.pointerId !== from.id) return;
    const dx = event.clientX - from.x;
    const dy = event.clientY - from.y;
    if (!from.moved && Math.hypot(dx, dy) < DRAG_PX) return;
    if (!from.moved) {
      from.moved = true;
      this.canvas.setPointerCapture(from.id);
      this.hurry();
    }
    this.fitted = false;
    this.move({ k: from.at.k, x: from.at.x + dx, y: from.at.y + dy });
  }

  release() {
    this.justDragged = Boolean(this.gesture?.moved);
    this.gesture = null;
    this.svg.classList.remove("moving");
  }

  // Pan as little as needed to bring a box into the uncovered part, or farther in, so that its neighbours are seen.
  reveal(box, inner = 0) {
    if (this.scene.far) {
      this.center(box, 1);
      return;
    }
    const at = this.showing(box, inner);
    if (at.x !== this.at.x || at.y !== this.at.y) this.glide(at);
  }

  // Where the picture must lie for that. What the map covers depends on how far to the right the card ends up.
  showing(box, inner) {
    const room = this.room();
    const { k, x, y } = this.at;
    const left = box.x * k + x;
    const top = box.y * k + y;
    const along = (at, size, from, extent) => {
      const spare = Math.max(0, extent - size * k);
      const edge = Math.min(inner * extent, spare / 2);
      return clamp(at, from + edge, from + spare - edge) - at;
    };
    const dx = along(left, box.w, room.x, room.w);
    const nx = inner && dx ? this.filled({ k, x: x + dx, y }).x : x + dx;
    const under = this.map.covers(box.x * k + nx + box.w * k);
    const dy = along(top, box.h, room.y, room.h - under);
    const at = { k, x: nx, y: y + dy };
    return inner && (dx || dy) ? this.filled(at, under) : at;
  }

  // Nothing of the window stays empty that a larger picture could fill; `under` is what the map covers of it.
  filled({ k, x, y }, under = 0) {
    const room = this.room();
    const axis = (at, size, from, extent) => (size * k <= extent ? at : clamp(at, from + extent - size * k, from));
    return { k, x: axis(x, this.geo.width, room.x, room.w), y: axis(y, this.geo.height, room.y, room.h - under) };
  }

  // Whether all of a box is in the uncovered part of the window.
  seen(box) {
    const at = this.showing(box, 0);
    return at.x === this.at.x && at.y === this.at.y;
  }

  // Bring a box to the middle at a zoom.
  center(box, k) {
    const room = this.room();
    this.fitted = false;
    this.glide(
      this.filled({
        k,
        x: room.x + room.w / 2 - (box.x + box.w / 2) * k,
        y: room.y + room.h / 2 - (box.y + box.h / 2) * k,
      }),
    );
  }
}

// Ids count in the order of the backward pass: the last operation there is the first forward.
const earliest = (boxes) =>
  boxes.reduce(
    (best, box) => (box.kind !== "leaf" && box.ids?.length && !(box.ids[0] < best.ids?.[0]) ? box : best),
    boxes[0],
  );
