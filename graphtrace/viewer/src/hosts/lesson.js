// The player inside a lesson: it stands where the lesson does, keeps what is asked to itself, and finds its way back.

import { button } from "../dom.js";
import { Veil } from "../draw/veil.js";

/** @typedef {import("../draw/veil.js").Lesson} Lesson */

export class LessonStage {
  /**
   * @param {import("../viewer.js").Viewer} viewer
   * @param {() => void} [leave] Asks the host to put everything where the lesson stands: something else was done.
   */
  constructor(viewer, leave = () => {}) {
    this.viewer = viewer;
    this.leave = leave;
    /** @type {Lesson | null} */
    this.lesson = null;
    this.told = "";
    this.back = button({ class: "lesson-back", hidden: "" }, () => this.comeBack());
  }

  /** @param {Lesson | null} lesson */
  take(lesson) {
    const { recording, shell } = this.viewer;
    this.lesson = lesson;
    shell.root.classList.toggle("lesson", Boolean(lesson));
    shell.root.classList.toggle("asks", Boolean(lesson && !lesson.open));
    if (!recording) return;
    shell.root.querySelector(".said")?.append(this.back);
    recording.control.leavesPages = Boolean(lesson);
    this.veil(recording, lesson);
    this.back.textContent = this.viewer.words.say("lesson_back");
    this.refresh();
  }

  /**
   * Draw anew only when the lesson says something else.
   * @param {import("../playing/recording.js").RecordingView} recording
   * @param {Lesson | null} lesson
   */
  veil(recording, lesson) {
    const told = `${recording.id} ${JSON.stringify(lesson)}`;
    if (told === this.told) return;
    this.told = told;
    recording.playback.veil = lesson && new Veil(lesson);
    recording.refresh();
  }

  /** What the lesson points at is seen; the first of it in any case. */
  point() {
    const { recording, picture, structure } = this.viewer;
    const moment = recording?.moment;
    if (!this.lesson || !moment) return;
    const marked = structure.geo.boxes.filter((box) => moment.marked(box));
    for (const box of marked.reverse()) picture.reveal(box);
  }

  comeBack() {
    if (this.lesson?.away) this.leave();
    else if (this.lesson) this.viewer.recording?.control.goTo(this.lesson.here);
    this.refresh();
  }

  /** Who is where the lesson stands needs no way back. */
  refresh() {
    const { recording } = this.viewer;
    const stands = !this.lesson?.away && recording?.playback.cursor === this.lesson?.here;
    this.back.hidden = !this.lesson || !recording || stands;
  }
}
