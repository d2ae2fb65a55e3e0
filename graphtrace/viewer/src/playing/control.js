// Moves the cursor of a recording: by steps, by phases, to a place, by itself.

import { around } from "../dom.js";

const SPEEDS = [1500, 700, 180]; // ms a beat

/**
 * @typedef {{ speed: number, every: boolean }} Habits The chosen speed; whether every event is a step, not a beat.
 */

/**
 * @typedef {object} ControlParts
 * @property {import("../draw/playback.js").Playback} playback
 * @property {Habits} habits
 * @property {() => void} onSeek The cursor is somewhere else.
 * @property {() => void} onChange It plays, it pauses, the speed is another.
 * @property {() => void} onPlay Before it plays by itself.
 * @property {() => void} present
 * @property {() => boolean} presents
 */

export class Control {
  /** @param {ControlParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.playback = parts.playback;
    this.habits = parts.habits;
    this.timer = 0;
    this.leavesPages = false; // whether the host turns pages with PageUp and PageDown
  }

  get speed() {
    return this.habits.speed;
  }

  get plays() {
    return this.timer !== 0;
  }

  /** @param {number} cursor @param {number} [since] Where what is shown as one begins. */
  seek(cursor, since) {
    const before = this.playback.cursor;
    this.playback.seek(cursor, since);
    if (this.playback.cursor !== before) this.parts.onSeek();
  }

  /** By hand, so that it no longer moves by itself. @param {number} cursor */
  goTo(cursor) {
    this.pause();
    this.seek(cursor);
  }

  /**
   * To the next or the last one before, as many as that; a step is a beat, unless every event is one.
   * @param {number} by
   */
  step(by) {
    const { playback } = this;
    this.pause();
    if (this.habits.every || !Number.isFinite(by)) this.seek(playback.cursor + by);
    else if (by > 0) this.seek(playback.beat, playback.cursor);
    else {
      const to = playback.beatBefore(playback.cursor);
      this.seek(to, playback.beatBefore(to));
    }
  }

  /** Steps are beats, or every event. */
  toggleEvery() {
    this.habits.every = !this.habits.every;
    this.parts.onChange();
  }

  /**
   * To the start of the next run of a phase; of any phase without a name. From the last, the first again.
   * @param {string | null} phase
   */
  jump(phase = null) {
    const { cursor, length, player } = this.playback;
    const starts = player.runs.filter((run) => !phase || run.phase === phase).map(({ start }) => start + 1);
    const next = starts.find((start) => start > cursor) ?? (phase ? starts[0] : length);
    this.pause();
    if (next !== undefined) this.seek(next);
  }

  /** Play step by step, or pause. */
  play() {
    if (this.plays) {
      this.pause();
      return;
    }
    const { playback } = this;
    this.parts.onPlay();
    if (playback.cursor >= playback.length) this.seek(0);
    const next = () => {
      if (this.habits.every) this.seek(playback.cursor + 1);
      else this.seek(playback.beat, playback.cursor);
      if (playback.cursor >= playback.length) this.pause();
      else this.timer = setTimeout(next, SPEEDS[this.speed]);
    };
    this.timer = setTimeout(next, SPEEDS[this.speed] / 2);
    this.parts.onChange();
  }

  pause() {
    if (!this.plays) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.parts.onChange();
  }

  /** @param {number} speed 0 is the slowest. */
  hurry(speed) {
    this.habits.speed = speed;
    this.parts.onChange();
  }

  /** @param {KeyboardEvent} event @returns {boolean} Whether the key was one of the player's. */
  key(event) {
    const others = event.shiftKey || (this.leavesPages && event.key.startsWith("Page"));
    const run = others ? null : this.command(event);
    if (!run) return false;
    event.preventDefault();
    event.stopPropagation();
    run();
    return true;
  }

  /** @param {KeyboardEvent} event @returns {(() => void) | null | undefined} */
  command(event) {
    const onButton = around(event, "button, select, summary, input:not([type=range])");
    /** @type {Record<string, (() => void) | null>} */
    const commands = {
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      Home: () => this.step(-Infinity),
      End: () => this.step(Infinity),
      e: () => this.toggleEvery(),
      n: () => this.jump(),
      p: () => this.parts.present(),
      Escape: this.parts.presents() ? () => this.parts.present() : null,
      1: () => this.hurry(0),
      2: () => this.hurry(1),
      3: () => this.hurry(2),
      " ": onButton ? null : () => this.play(),
    };
    return commands[event.key];
  }
}
