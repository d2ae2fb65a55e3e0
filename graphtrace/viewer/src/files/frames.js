// Frames of a recording as files: this window or the whole picture, one step or all, and worksheets.

import { fileName, frameText } from "../draw/frame.js";
import { Playback } from "../draw/playback.js";
import { Sheet } from "../draw/sheet.js";
import { zipped } from "./archive.js";
import { bytesOf, pngBlob, printPages, saveFile, svgBlob } from "./save.js";

/** @typedef {"svg" | "png"} Suffix */
/** @typedef {"light" | "dark"} Theme */

const MOST_BOXES = 4000;
const WIDTH = 1600;
const BLANK = ["gradient", "sum", "grad"]; // kinds of numbers that a worksheet asks for

/**
 * @typedef {object} FileChoices
 * @property {string} [part] whole or window.
 * @property {string} [ground] theme, white, light, dark or none.
 * @property {string} [times] Pixels of a PNG per pixel.
 */

/**
 * @typedef {object} FrameParts
 * @property {import("../picture/shell.js").Shell} shell
 * @property {import("../words.js").Words} words
 * @property {Playback} playback
 * @property {import("../picture/view.js").PictureView} picture
 * @property {FileChoices} choices
 */

/**
 * How a ground is drawn, and the theme that it asks for.
 * @param {string} ground
 * @param {Theme} theme The page's.
 * @returns {{ theme: Theme, ground: "theme" | "white" | "none" }}
 */
export function paperOf(ground, theme) {
  if (ground === "light" || ground === "dark") return { theme: ground, ground: "theme" };
  if (ground === "white") return { theme: "light", ground: "white" };
  return { theme, ground: ground === "none" ? "none" : "theme" };
}

export class FrameFiles {
  /** @param {FrameParts} parts @param {(text: string) => void} tell How far it is. */
  constructor(parts, tell) {
    this.parts = parts;
    this.tell = tell;
  }

  // ---- texts ---------------------------------------------------------------------------------

  get words() {
    const { say, language, title, name, palette } = this.parts.words;
    return { say, language, title, name, palette };
  }

  get options() {
    const { shell, choices } = this.parts;
    const theme = shell.root.dataset.theme === "dark" ? "dark" : "light";
    return { width: WIDTH, ...paperOf(choices.ground ?? "theme", theme) };
  }

  /** The whole picture on paper, at this step. */
  sheet() {
    const { playback, picture } = this.parts;
    const { wire, chosen, cursor } = playback;
    if (picture.structure.boxes.length > MOST_BOXES) throw new Error("too_many_boxes");
    return new Sheet(new Playback({ recording: wire, views: chosen ? [chosen] : [] }, cursor), this.words);
  }

  /** This step: all of it, or what the window shows of it. */
  frame() {
    const { shell, playback, picture, choices } = this.parts;
    const { clientWidth: width, clientHeight: height } = shell.canvas;
    const { camera, scene, structure } = picture;
    if (choices.part !== "window" || !width || !camera.placed) return this.sheet().text(this.options);
    if (scene.far) throw new Error("too_many_boxes"); // from far away there are no cards to write down
    const subject = { ...this.words, playback, geo: structure.geo, layers: scene.layers };
    return frameText(subject, { ...this.options, window: { width, height, at: camera.at } });
  }

  /** Name of a file of this step. @param {string} end */
  name(end) {
    return `${fileName({ ...this.words, playback: this.parts.playback })}${end}`;
  }

  /** @param {string} text @param {Suffix} suffix @returns {Promise<Blob>} */
  async file(text, suffix) {
    return suffix === "svg" ? svgBlob(text) : pngBlob(text, Number(this.parts.choices.times ?? 2));
  }

  // ---- jobs: each returns what to tell when it is done -------------------------------------------

  /** @param {Suffix} suffix */
  async one(suffix) {
    const name = this.name(`.${suffix}`);
    saveFile(await this.file(this.frame(), suffix), name);
    return name;
  }

  /** @param {Suffix} suffix */
  async all(suffix) {
    /** @type {[string, Uint8Array<ArrayBuffer>][]} */
    const files = [];
    const { options } = this;
    await this.each(async (sheet) => {
      files.push([`${sheet.name()}.${suffix}`, await bytesOf(await this.file(sheet.text(options), suffix))]);
    });
    const name = this.name("").replace(/_step.*$/, `_steps_${suffix}.zip`);
    saveFile(zipped(files), name);
    return name;
  }

  /** Gradients left out, and the same frame with them marked. */
  worksheetTexts() {
    const { say } = this.parts.words;
    const sheet = this.sheet();
    const options = { ...this.options, blank: BLANK };
    return [
      sheet.text({ ...options, heading: say("sheet_task"), signed: say("sheet_signed") }),
      sheet.text({ ...options, heading: say("sheet_key"), key: true }),
    ];
  }

  /** @param {Suffix} suffix */
  async worksheet(suffix) {
    const names = ["worksheet", "key"].map((part) => this.name(`_${part}.${suffix}`));
    /** @type {[string, Uint8Array<ArrayBuffer>][]} */
    const files = [];
    for (const [i, text] of this.worksheetTexts().entries())
      files.push([names[i], await bytesOf(await this.file(text, suffix))]);
    const name = this.name("_worksheet.zip");
    saveFile(zipped(files), name);
    return name;
  }

  async print() {
    await printPages([this.frame()]);
    return "";
  }

  async printAll() {
    /** @type {string[]} */
    const texts = [];
    const { options } = this;
    await this.each(async (sheet) => {
      texts.push(sheet.text(options));
    });
    await printPages(texts);
    return "";
  }

  async printWorksheet() {
    await printPages(this.worksheetTexts());
    return "";
  }

  /** Every step, one after the other. @param {(sheet: Sheet) => Promise<void>} use Gets the sheet at each. */
  async each(use) {
    const sheet = this.sheet();
    const { length } = sheet.playback;
    for (let cursor = 0; cursor <= length; cursor += 1) {
      sheet.playback.seek(cursor);
      await use(sheet);
      this.tell(`${cursor} / ${length}`);
      await new Promise((done) => setTimeout(done)); // the page stays alive between two frames
    }
  }
}
