// Two branches side by side: two players that one cursor moves, in the browser alone.

import { el } from "./dom.js";

export class Pair {
  constructor(root, views) {
    this.root = root;
    this.views = views;
    this.lead = 0; // who moved last of itself: keys pressed beside the players are its own
    this.heads = views.map(headed);
  }

  // What each branch plays, and per cursor of each: where the other meets it, and whether it does the same there.
  take({ id, own, sides, meetings }, show) {
    this.meetings = meetings;
    this.views.forEach((view, i) => {
      const { name, does, told } = this.heads[i];
      view.emit = (what, value) => ({ cursor: () => this.moved(i), view: () => this.turned(i, value) })[what]?.();
      show(view, sides[i]);
      view.stage.present = () => this.present();
      view.stage.play = () => {
        this.views[1 - i].stage.pause();
        Object.getPrototypeOf(view.stage).play.call(view.stage);
      }; // one plays, both move
      for (const [part, text] of [
        [name, sides[i].name],
        [does, sides[i].does],
        [told, sides[i].told],
      ])
        part.textContent = text;
      does.title = sides[i].does;
      view.root.setAttribute("aria-label", `${sides[i].name} · ${sides[i].does}`);
    });
    if (this.id !== id) this.lead = meetings[own][this.cursors[own]][1] ? 0 : own; // what one alone has just done is told
    this.id = id;
    this.say();
  }

  get cursors() {
    return this.views.map(({ stage }) => stage.cursor);
  }

  // One has moved: the other goes to where the same has happened.
  moved(i) {
    if (this.led) return;
    const other = this.views[1 - i].stage;
    this.lead = i;
    this.led = true;
    other.pause();
    other.seek(this.meetings[i][this.cursors[i]][0]);
    this.led = false;
    this.align();
    this.say();
    this.rest();
  }

  // One is drawn in another view: so is the other.
  turned(i, view) {
    if (this.led) return;
    const other = this.views[1 - i].stage;
    this.led = true;
    other.choose(view);
    other.transport.build(); // its menu says so, too
    this.led = false;
  }

  // Pictures of one size lie alike: the eye finds the same card at the same place.
  align() {
    const lead = this.views[this.lead];
    const other = this.views[1 - this.lead];
    if (!lead.at || lead.geo.width !== other.geo.width || lead.geo.height !== other.geo.height) return;
    other.fitted = lead.fitted;
    other.move(lead.at);
  }

  // Who has no such event stays, and says so.
  say() {
    const [, both] = this.meetings[this.lead][this.cursors[this.lead]];
    this.views.forEach((view, i) => {
      const stays = !both && i !== this.lead;
      view.keyboard = i === this.lead;
      view.root.classList.toggle("behind", stays);
      this.heads[i].stays.textContent = stays ? view.t("stays") : "";
    });
  }

  // A run of steps is one message to the host.
  rest() {
    clearTimeout(this.waiting);
    const send = () => {
      if (this.views.some(({ stage }) => stage.timer)) this.waiting = setTimeout(send, 400);
      else this.tell?.(this.cursors);
    };
    this.waiting = setTimeout(send, 400);
  }

  present() {
    const on = this.root.classList.toggle("present");
    for (const view of this.views) {
      view.root.classList.toggle("present", on);
      view.stage.transport.refresh();
      view.hidePanel();
    }
    requestAnimationFrame(() => {
      for (const view of this.views) {
        view.fit();
        view.stage.follow();
      }
      this.align();
    });
  }

  destroy() {
    clearTimeout(this.waiting);
    for (const view of this.views) view.destroy();
  }
}

// Above a player: which branch it is and what it does; in its picture, whether it has to stay.
function headed(view) {
  const parts = { name: el("b"), does: el("strong"), told: el("span") };
  const stays = el("p", { class: "stays", role: "status" });
  view.root.prepend(el("header", { class: "branch" }, ...Object.values(parts)));
  view.canvas.append(stays);
  view.root.classList.add("beside");
  view.root.setAttribute("role", "group");
  return { ...parts, stays };
}
