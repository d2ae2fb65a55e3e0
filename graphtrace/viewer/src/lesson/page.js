// A lesson as a page of its own: its text and question at the left, the player at the right, standing where it does.

import { button, el } from "../dom.js";
import { LessonStage } from "../hosts/lesson.js";
import { listenBeside } from "../hosts/beside.js";
import { show } from "../hosts/page.js";
import { applyTheme } from "../picture/theme.js";
import { short } from "../tensors.js";
import { Viewer } from "../viewer.js";
import { inline } from "./inline.js";
import { answerOf, keepAnswer } from "../hosts/progress.js";
import { isRight } from "./judging.js";
import { NO_ANSWER, QuestionBox } from "./question.js";

/** @typedef {import("./types.js").SentLesson} SentLesson */
/** @typedef {import("./types.js").SentStep} SentStep */
/** @typedef {import("./types.js").Answer} Answer */

export class LessonPage {
  /** @param {HTMLElement} root @param {SentLesson} sent */
  constructor(root, sent) {
    this.root = root;
    this.sent = sent;
    this.column = el("main", { class: "lesson-column" });
    const stage = el("div", { class: "gt-root page" });
    root.append(this.column, stage);
    this.viewer = new Viewer(stage);
    this.stage = new LessonStage(this.viewer);
    this.step = 0;
    /** @type {Map<number, Answer>} By step. */
    this.answers = new Map(sent.steps.flatMap((step, i) => this.recalled(step, i)));
    this.viewer.emit = () => this.stage.refresh();
    const speak = this.viewer.speakIn.bind(this.viewer);
    this.viewer.speakIn = (language) => {
      speak(language);
      this.draw();
    };
    applyTheme(root, sent.patch.palette ?? {}, sent.patch.theme ?? null);
    this.listen();
    this.go(this.addressed);
  }

  listen() {
    const { signal } = this.viewer.abort;
    listenBeside({ viewer: () => this.viewer, first: (event) => this.turned(event) }, signal);
    window.addEventListener("hashchange", () => this.addressed !== this.step && this.go(this.addressed), { signal });
  }

  /** The keys of a presenter's remote. @param {KeyboardEvent} event */
  turned(event) {
    const by = { PageDown: 1, PageUp: -1 }[event.key];
    if (!by) return false;
    event.preventDefault();
    this.go(this.step + by);
    return true;
  }

  /** The step that the address says, from 0. */
  get addressed() {
    return Number(/^#(\d{1,3})$/.exec(location.hash)?.[1] ?? 1) - 1;
  }

  get language() {
    return this.viewer.words.language;
  }

  /** A text of the page. @param {string} name */
  say(name) {
    return this.sent.words[this.language][name] ?? name;
  }

  /** @param {Record<string, string>} text */
  in(text) {
    return text[this.language];
  }

  /** @param {number} step */
  go(step) {
    const last = this.sent.steps.length - 1;
    this.step = Math.min(Math.max(0, step), last);
    location.replace(`#${this.step + 1}`);
    this.stand();
    this.draw();
  }

  // ---- the player --------------------------------------------------------------------------------

  /** @param {SentStep} step @param {Answer} answer @returns {import("../draw/veil.js").Lesson} */
  told({ at, marked, question }, { number, right, shown }) {
    const open = !question || shown;
    const guess = open && number !== null && !right ? short(number) : "";
    return { here: question && open ? question.reveal : at, marked, blanks: question?.blanks ?? [], open, guess };
  }

  /** Stand where the step does. */
  stand() {
    const { viewer, sent } = this;
    const step = sent.steps[this.step];
    const told = this.told(step, this.answer);
    viewer.shell.root.classList.toggle("bare", step.bare);
    const patch = { ...sent.patch, title: this.in(sent.title) };
    show(viewer, { id: step.run, play: sent.programs[step.run], start: told.here, patch });
    this.stage.take(told);
    viewer.recording?.control.goTo(told.here);
    this.stage.point();
  }

  // ---- the column --------------------------------------------------------------------------------

  /**
   * What was answered before the page was loaded.
   * @param {SentStep} step
   * @param {number} i
   * @returns {[number, Answer][]}
   */
  recalled({ question }, i) {
    const kept = question && answerOf(this.sent.id, i + 1);
    return kept ? [[i, { ...kept, right: isRight(question, kept) }]] : [];
  }

  get answer() {
    return this.answers.get(this.step) ?? NO_ANSWER;
  }

  draw() {
    const { sent } = this;
    const step = sent.steps[this.step];
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : "en";
    document.title = this.in(sent.title);
    this.column.replaceChildren(
      ...this.head(),
      el("p", { class: "text" }, ...inline(this.in(step.text))),
      ...(step.question ? [this.question(step.question)] : []),
      ...this.foot(step),
    );
  }

  head() {
    const { sent } = this;
    const other = this.viewer.words.other;
    const speak = other && button({ text: other === "zh" ? "中文" : "EN" }, () => this.viewer.speakIn(other));
    const dots = sent.steps.map((_, i) => this.dot(i));
    return [
      el("div", { class: "about" }, el("span", { text: this.in(sent.about) }), speak),
      el("h1", { text: this.in(sent.title) }),
      el("nav", { class: "dots" }, ...dots),
    ];
  }

  /** @param {number} i */
  dot(i) {
    const name = i === this.step ? "now" : i < this.step ? "past" : "to-come";
    const label = `${i + 1} / ${this.sent.steps.length}`;
    const here = i === this.step ? "step" : null;
    return button({ class: name, title: label, "aria-label": label, "aria-current": here }, () => this.go(i));
  }

  /** @param {import("./types.js").SentQuestion} question */
  question(question) {
    const keep = (/** @type {Answer} */ answer) => {
      const opened = answer.shown && !this.answer.shown;
      const closed = this.answer.shown && !answer.shown;
      this.answers.set(this.step, answer);
      keepAnswer(this.sent.id, this.step + 1, answer);
      if (opened || closed) this.stand();
      this.draw();
    };
    return new QuestionBox(question, this.answer, this.language, (name) => this.say(name), keep).draw();
  }

  /** @param {SentStep} step */
  foot(step) {
    const last = this.step === this.sent.steps.length - 1;
    const back = button({ text: this.say("back"), title: "PageUp" }, () => this.go(this.step - 1));
    const next = button({ class: "next", text: this.say("next"), title: "PageDown" }, () => this.go(this.step + 1));
    back.disabled = this.step === 0;
    next.disabled = last;
    const notes = step.notes ? el("details", {}, el("summary", { text: this.say("notes") })) : null;
    if (step.notes) notes?.append(el("p", {}, ...inline(this.in(step.notes))));
    return [...(last ? [this.exercise()] : []), el("div", { class: "turn" }, back, next), ...(notes ? [notes] : [])];
  }

  /** What to try, which needs the app: a file runs nothing. */
  exercise() {
    const { sent } = this;
    const link = sent.address ? el("a", { href: sent.address, text: this.say("open") }) : null;
    return el(
      "section",
      { class: "exercise" },
      el("p", {}, el("strong", { text: this.say("try") }), " ", ...inline(this.in(sent.exercise))),
      el("p", { class: "needs" }, ...inline(this.in(sent.needs)), " ", link),
    );
  }
}
