// A recording on paper: all of its picture, at any cursor. A page and Python write their files with it.

import { fileName, frameText } from "./frame.js";
import { Picture } from "./picture.js";

/** @typedef {import("./frame.js").FrameOptions} FrameOptions */
/** @typedef {import("./frame.js").Subject} Subject */

export class Sheet {
  /**
   * @param {import("./playback.js").Playback} playback A file shows it where it is.
   * @param {Pick<Subject, "say" | "language" | "title" | "name" | "palette">} words
   */
  constructor(playback, words) {
    this.playback = playback;
    this.words = words;
    this.picture = new Picture(words.say);
  }

  /** The text of an SVG file. @param {FrameOptions} options @returns {string} */
  text(options) {
    const { geo } = this.playback.picture();
    const layers = this.picture.draw({ geo, moment: this.playback.moment(geo), still: true });
    return frameText({ ...this.words, playback: this.playback, geo, layers }, options);
  }

  /** What the file is called, without a suffix. @returns {string} */
  name() {
    return fileName({ ...this.words, playback: this.playback });
  }
}
