// Two branches side by side: two viewers that one cursor moves, in the browser alone.

import { el } from "../dom.js";

/** @typedef {import("../viewer.js").Viewer} Viewer */
/** @typedef {import("./page.js").Sent} Sent */
/** @typedef {Sent & { name: string, does: string, told: string }} Side */
/** @typedef {[cursor: number, both: boolean]} Meeting Where the other branch is, and whether it does the same there. */
/**
 * @typedef {{ id: string, own: number, sides: Side[], meetings: Meeting[][], stacked?: boolean }} PairSent Meetings by
 *     side and cursor.
 */

const REST_MS = 400;

export class Pair {
  /** @param {HTMLElement} root @param {Viewer[]} viewers */
  constructor(root, viewers) {
    this.root = root;
    this.viewers = viewers;
    this.lead = 0; // who moved last of itself: keys pressed beside the viewers are its own
    this.heads = viewers.map(headed);
    /** Which viewer the keys pressed beside them are for. */
    this.keyboard = viewers[0];
    /** @type {(cursors: number[]) => void} Tells the host where both are. */
    this.onRest = () => {};
    /** @type {Meeting[][]} */
    this.meetings = [];
    /** Whether one moves the other. */
    this.leading = false;
    this.timer = 0;
    /** @type {string | null} */
    this.id = null;
  }

  destroy() {
    clearTimeout(this.timer);
    for (const viewer of this.viewers) viewer.destroy();
  }

  // ---- what the host sends -----------------------------------------------------------------------

  /** @param {PairSent} sent @param {(viewer: Viewer, sent: Sent) => void} show */
  take({ id, own, sides, meetings, stacked }, show) {
    this.meetings = meetings;
    this.root.classList.toggle("stacked", Boolean(stacked));
    this.viewers.forEach((viewer, i) => {
      viewer.emit = (name, value) => {
        if (name === "cursor") this.moved(i);
        if (name === "view") this.turned(i, String(value));
      };
      viewer.present = () => this.present();
      show(viewer, sides[i]);
      this.head(i, sides[i]);
      if (viewer.recording) viewer.recording.onPlay = () => this.controls[1 - i]?.pause(); // one plays, both move
    });
    // What only one has just done is told.
    if (this.id !== id) this.lead = meetings[own][this.cursors[own]][1] ? 0 : own;
    this.id = id;
    this.say();
  }

  /** @param {number} i @param {Side} side */
  head(i, side) {
    const { name, does, told } = this.heads[i];
    name.textContent = side.name;
    does.textContent = does.title = side.does;
    told.textContent = side.told;
    this.viewers[i].shell.root.setAttribute("aria-label", `${side.name} · ${side.does}`);
  }

  get cursors() {
    return this.viewers.map(({ recording }) => recording?.playback.cursor ?? 0);
  }

  get controls() {
    return this.viewers.map(({ recording }) => recording?.control);
  }

  // ---- one moves the other -------------------------------------------------------------------------

  /** One has moved: the other goes to where the same has happened. @param {number} i */
  moved(i) {
    if (this.leading) return;
    this.lead = i;
    this.leading = true;
    this.controls[1 - i]?.goTo(this.meetings[i][this.cursors[i]][0]);
    this.leading = false;
    this.align();
    this.say();
    this.rest();
  }

  /** One is drawn in another view: so is the other. @param {number} i @param {string} view */
  turned(i, view) {
    if (this.leading) return;
    this.leading = true;
    this.viewers[1 - i].recording?.choose(view);
    this.leading = false;
  }

  /** Pictures of one size lie alike: the eye finds the same card at the same place. */
  align() {
    const lead = this.viewers[this.lead].picture;
    const other = this.viewers[1 - this.lead].picture;
    const [a, b] = [lead, other].map(({ structure }) => structure.geo);
    if (!lead.camera.placed || a.width !== b.width || a.height !== b.height) return;
    other.camera.fitted = lead.camera.fitted;
    other.camera.own = lead.camera.own;
    other.camera.move(lead.camera.at);
  }

  /** Who has no such event stays, and says so. */
  say() {
    const [, both] = this.meetings[this.lead][this.cursors[this.lead]];
    this.keyboard = this.viewers[this.lead];
    this.viewers.forEach(({ shell, words }, i) => {
      const stays = !both && i !== this.lead;
      shell.root.classList.toggle("behind", stays);
      this.heads[i].stays.textContent = stays ? words.say("stays") : "";
    });
  }

  /** A run of steps is one message to the host. */
  rest() {
    clearTimeout(this.timer);
    const send = () => {
      if (this.controls.some((control) => control?.plays)) this.timer = setTimeout(send, REST_MS);
      else this.onRest(this.cursors);
    };
    this.timer = setTimeout(send, REST_MS);
  }

  present() {
    const on = this.root.classList.toggle("present");
    for (const viewer of this.viewers) {
      viewer.shell.root.classList.toggle("present", on);
      viewer.recording?.panels.transport.refresh();
      viewer.hidePanel();
    }
    requestAnimationFrame(() => {
      for (const viewer of this.viewers) viewer.fitAndFollow();
      this.align();
    });
  }
}

/**
 * Above a viewer: which branch it is and what it does; in its picture, whether it has to stay.
 * @param {Viewer} viewer
 */
function headed({ shell }) {
  const parts = { name: el("b"), does: el("strong"), told: el("span") };
  const stays = el("p", { class: "stays", role: "status" });
  shell.root.prepend(el("header", { class: "branch" }, ...Object.values(parts)));
  shell.canvas.append(stays);
  shell.root.classList.add("beside");
  shell.root.setAttribute("role", "group");
  return { ...parts, stays };
}
