// The bar that moves the cursor: buttons, speeds, phases, the timeline, and one sentence in large type.

import { Exports } from "./export.js";
import { el } from "./dom.js";

const ICONS = {
  first: "M4 3v10M13 3l-7 5 7 5z",
  back: "M11 3l-7 5 7 5z",
  play: "M4 2.5l9 5.5-9 5.5z",
  pause: "M4 3h3v10h-3zM9 3h3v10h-3z",
  next: "M5 3l7 5-7 5z",
  last: "M12 3v10M3 3l7 5-7 5z",
  wide: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4",
};
const NS = "http://www.w3.org/2000/svg";

function icon(name) {
  const node = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  node.setAttribute("viewBox", "0 0 16 16");
  node.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  node.append(path);
  return node;
}

export class Transport {
  constructor(stage) {
    this.stage = stage;
    this.speed = 1;
    this.root = stage.view.control;
    this.root.hidden = false;
    stage.view.root.classList.add("playing");
  }

  t(name) {
    return this.stage.t(name);
  }

  build() {
    const { stage } = this;
    const focused = this.root.contains(document.activeElement);
    const move = [
      ["first", "Home", () => stage.step(-Infinity)],
      ["back", "←", () => stage.step(-1)],
      ["play", "Space", () => stage.play()],
      ["next", "→", () => stage.step(1)],
      ["last", "End", () => stage.step(Infinity)],
    ];
    this.buttons = Object.fromEntries(
      move.map(([name, keys, run]) => [name, this.button(name, keys, run, icon(name))]),
    );
    this.speeds = [0, 1, 2].map((i) =>
      this.toggle(["½×", "1×", "4×"][i], `${this.t("speed")} ${i + 1}`, `${i + 1}`, () => this.hurry(i)),
    );
    this.phases = this.present().map((phase) => this.chip(phase));
    this.place = el("span", { class: "place" });
    this.range = el("input", {
      type: "range",
      min: 0,
      max: stage.player.length,
      step: 1,
      class: "scrub",
      "aria-label": this.t("timeline"),
    });
    this.range.addEventListener("input", () => {
      stage.pause();
      stage.seek(Number(this.range.value));
    });
    this.sentence = el("p", { class: "sentence", role: "status", "aria-live": "polite" });
    const line = el("div", { class: "timeline" }, this.segments(), this.range);
    this.root.replaceChildren(
      el(
        "div",
        { class: "transport" },
        stage.view.title,
        el("div", { class: "group" }, ...Object.values(this.buttons)),
        el("div", { class: "group", role: "group", "aria-label": this.t("speed") }, ...this.speeds),
        el("div", { class: "group phases", role: "group", "aria-label": this.t("phases") }, ...this.phases),
        stage.view.found,
        stage.view.search,
        this.views(),
        this.exports(),
      ),
      el("div", { class: "where" }, line, this.place),
      this.sentence,
    );
    this.refresh();
    if (focused) this.buttons.next.focus();
  }

  button(name, keys, run, inside) {
    const label = this.t(`to_${name}`);
    const button = el(
      "button",
      { type: "button", class: `go ${name}`, title: `${label} (${keys})`, "aria-label": label },
      inside,
    );
    button.addEventListener("click", run);
    return button;
  }

  toggle(text, label, keys, run) {
    const button = el("button", {
      type: "button",
      class: "small",
      title: `${label} (${keys})`,
      "aria-label": label,
      "aria-pressed": "false",
      text,
    });
    button.addEventListener("click", run);
    return button;
  }

  chip(phase) {
    const button = el("button", {
      type: "button",
      class: `chip ${phase}`,
      title: this.t("to_phase"),
      text: this.t(`phase_${phase}`),
    });
    button.addEventListener("click", () => this.stage.jump(phase));
    button.phase = phase;
    return button;
  }

  present() {
    return ["forward", "backward", "zero", "edit", "step", "error"].filter((phase) =>
      this.stage.player.phases.some((run) => run.phase === phase),
    );
  }

  segments() {
    const total = Math.max(1, this.stage.player.length);
    this.parts = this.stage.player.phases.map((run) => {
      const part = el("i", { class: `part ${run.phase}` });
      part.style.left = `${(100 * run.from) / total}%`;
      part.style.width = `${(100 * (run.to - run.from)) / total}%`;
      return part;
    });
    this.done = el("i", { class: "done" });
    return el("div", { class: "parts", "aria-hidden": "true" }, ...this.parts, this.done);
  }

  views() {
    const { views, chosen } = this.stage;
    if (views.length < 2) return null;
    const pick = el(
      "select",
      { class: "views", "aria-label": this.t("view") },
      ...views.map(({ name }) => el("option", { value: name, text: this.t(`view_${name}`) })),
    );
    pick.value = chosen.name;
    pick.addEventListener("change", () => this.stage.choose(pick.value));
    return pick;
  }

  exports() {
    const { stage } = this;
    const { view } = stage;
    const make = (text, label, run) => this.toggle(text, label, "", run);
    this.wide = make("", this.t("present"), () => stage.present());
    this.wide.append(icon("wide"));
    this.wide.classList.add("wide-icon");
    this.wide.title = `${this.t("present")} (p)`;
    const other = Object.keys(view.languages ?? {}).find((name) => name !== view.language);
    const swap = other ? [make(other === "zh" ? "中文" : "EN", this.t("language"), () => view.speakIn(other))] : [];
    return el("div", { class: "group" }, new Exports(stage).root, this.wide, ...swap);
  }

  hurry(speed) {
    this.speed = speed;
    this.refresh();
  }

  // Only what a step changes.
  refresh() {
    const { stage } = this;
    const { player, cursor } = stage;
    const at = player.position(cursor);
    this.range.value = cursor;
    this.range.setAttribute("aria-valuetext", this.words(at));
    this.place.replaceChildren(
      el("strong", { text: this.words(at) }),
      el("span", { text: ` ${this.t("event_of").replace("{n}", cursor).replace("{m}", player.length)}` }),
    );
    this.sentence.textContent = this.sentence.title = stage.says();
    this.sentence.dataset.phase = at.phase;
    this.done.style.left = `${(100 * cursor) / Math.max(1, player.length)}%`;
    this.buttons.first.disabled = this.buttons.back.disabled = cursor === 0;
    this.buttons.next.disabled = this.buttons.last.disabled = cursor === player.length;
    this.buttons.play.replaceChildren(icon(stage.timer ? "pause" : "play"));
    this.buttons.play.setAttribute("aria-label", this.t(stage.timer ? "to_pause" : "to_play"));
    this.speeds.forEach((button, i) => button.setAttribute("aria-pressed", String(i === this.speed)));
    this.phases.forEach((chip) => chip.classList.toggle("here", chip.phase === at.phase));
    this.wide.setAttribute("aria-pressed", String(stage.view.root.classList.contains("present")));
  }

  words({ phase, n, of }) {
    const name = this.t(`phase_${phase}`);
    return of ? this.t("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name;
  }
}
