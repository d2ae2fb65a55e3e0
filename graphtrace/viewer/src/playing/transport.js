// The bar that moves the cursor: buttons, speeds, phases, the timeline, and one sentence in large type.
// Each row has one height, whatever a recording holds: the picture below never moves.

import { button, el } from "../dom.js";
import { icon } from "./icons.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./icons.js").Icon} Icon */

const PHASES = ["forward", "backward", "zero", "edit", "step", "error"];
const SPEEDS = ["½×", "1×", "4×"];

/**
 * @typedef {object} TransportParts
 * @property {HTMLElement} root
 * @property {import("./control.js").Control} control
 * @property {import("../draw/playback.js").Playback} playback
 * @property {import("../words.js").Words} words
 * @property {(language: string) => void} speakIn
 * @property {HTMLElement[]} left What stands before the buttons: the title.
 * @property {HTMLElement[]} right What stands behind them: the search.
 * @property {() => HTMLElement} files Makes the menu of files.
 * @property {(name: string) => void} choose Show another view.
 * @property {() => void} present
 * @property {() => boolean} presents
 */

export class Transport {
  /** @param {TransportParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.say = parts.words.say;
    const { root, control, playback } = parts;
    const focused = root.contains(document.activeElement);
    this.buttons = this.drawButtons();
    this.speeds = SPEEDS.map((text, i) =>
      this.toggle(text, this.say(`speed_${i + 1}`), `${i + 1}`, () => control.hurry(this.speedAfter(i))),
    );
    this.every = this.toggle("", this.say("steps_long"), "e", () => control.toggleEvery());
    this.every.classList.add("every");
    this.phases = this.drawPhases();
    this.views = this.drawViews();
    this.place = el("span", { class: "place" });
    this.timeline = new Timeline(playback, this.say("timeline"), (cursor) => control.goTo(cursor));
    this.wide = this.drawWide();
    this.sentence = el("p", { class: "sentence", role: "status", "aria-live": "polite" });
    root.replaceChildren(...this.rows());
    this.refresh();
    if (focused) this.buttons.next.focus();
  }

  rows() {
    const { left, right, files } = this.parts;
    const phases = { class: "group phases", role: "group", "aria-label": this.say("phases") };
    return [
      el("div", { class: "heading" }, ...left, el("div", phases, ...this.phases.values())),
      el(
        "div",
        { class: "transport" },
        el("div", { class: "group" }, ...Object.values(this.buttons)),
        el("div", { class: "group speeds", role: "group", "aria-label": this.say("speed") }, ...this.speeds),
        this.every,
        this.timeline.root,
        this.place,
        ...right,
        this.views,
        el("div", { class: "group" }, files(), this.wide, this.drawLanguage()),
      ),
      el("div", { class: "said" }, this.sentence),
    ];
  }

  /** Where only the chosen speed is seen, a press on it changes to the next. @param {number} pressed */
  speedAfter(pressed) {
    return this.parts.control.speed === pressed ? (pressed + 1) % SPEEDS.length : pressed;
  }

  drawButtons() {
    const { control } = this.parts;
    return {
      first: this.button("first", "Home", () => control.step(-Infinity)),
      back: this.button("back", "←", () => control.step(-1)),
      play: this.button("play", "Space", () => control.play()),
      next: this.button("next", "→", () => control.step(1)),
      last: this.button("last", "End", () => control.step(Infinity)),
    };
  }

  /** @param {Icon} name @param {string} keys @param {() => void} run */
  button(name, keys, run) {
    const label = this.say(`to_${name}`);
    return button({ class: `go ${name}`, title: `${label} (${keys})`, "aria-label": label }, run, icon(name));
  }

  /** @param {string} text @param {string} label @param {string} keys @param {() => void} run */
  toggle(text, label, keys, run) {
    const names = { title: keys ? `${label} (${keys})` : label, "aria-label": label, "aria-pressed": "false" };
    return button({ class: "small", ...names, text }, run);
  }

  /** A button for each phase that the recording has. */
  drawPhases() {
    const { control, playback } = this.parts;
    const present = PHASES.filter((phase) => playback.player.runs.some((run) => run.phase === phase));
    return new Map(
      present.map((phase) => {
        const names = { title: this.say("to_phase"), text: this.say(`phase_${phase}`) };
        return [phase, button({ class: `chip ${phase}`, ...names }, () => control.jump(phase))];
      }),
    );
  }

  drawViews() {
    const { views } = this.parts.playback;
    if (views.length < 2) return null;
    const options = views.map(({ name }) => el("option", { value: name, text: this.say(`view_${name}`) }));
    const menu = el("select", { class: "views", "aria-label": this.say("view") }, ...options);
    menu.addEventListener("change", () => this.parts.choose(menu.value));
    return menu;
  }

  drawWide() {
    const wide = this.toggle("", this.say("present"), "p", () => this.parts.present());
    wide.classList.add("wide-icon");
    wide.append(icon("wide"));
    return wide;
  }

  drawLanguage() {
    const { words, speakIn } = this.parts;
    const { other } = words;
    if (!other) return null;
    return this.toggle(other === "zh" ? "中文" : "EN", this.say("language"), "", () => speakIn(other));
  }

  /** Only what a step changes. */
  refresh() {
    this.refreshPlace();
    this.refreshButtons();
  }

  refreshPlace() {
    const { playback, words } = this.parts;
    const { cursor, length } = playback;
    const position = playback.player.position(cursor);
    const place = this.placeWords(position);
    const event = this.say("event_of").replace("{n}", String(cursor)).replace("{m}", String(length));
    this.timeline.refresh(place);
    this.place.replaceChildren(el("strong", { text: place }), el("span", { text: ` ${event}` }));
    this.sentence.textContent = this.sentence.title = playback.sentence(words.language, this.say);
    this.sentence.dataset.phase = position.phase;
    for (const [phase, chip] of this.phases) chip.classList.toggle("here", phase === position.phase);
  }

  refreshButtons() {
    const { playback, control } = this.parts;
    const { cursor, length, chosen } = playback;
    this.buttons.first.disabled = this.buttons.back.disabled = cursor === 0;
    this.buttons.next.disabled = this.buttons.last.disabled = cursor === length;
    this.buttons.play.replaceChildren(icon(control.plays ? "pause" : "play"));
    this.buttons.play.setAttribute("aria-label", this.say(control.plays ? "to_pause" : "to_play"));
    this.speeds.forEach((speed, i) => speed.setAttribute("aria-pressed", String(i === control.speed)));
    this.every.setAttribute("aria-pressed", String(control.habits.every));
    this.every.textContent = this.say(control.habits.every ? "steps_events" : "steps_beats");
    if (this.views && chosen) this.views.value = chosen.name;
    this.wide.setAttribute("aria-pressed", String(this.parts.presents()));
  }

  /** "backward 3 of 9". @param {{ phase: string, n: number, of: number }} position */
  placeWords({ phase, n, of }) {
    const name = this.say(`phase_${phase}`);
    return of ? this.say("n_of_m").replace("{phase}", name).replace("{n}", String(n)).replace("{m}", String(of)) : name;
  }
}
