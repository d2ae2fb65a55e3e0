// Modules that open and close where they stand: the host draws them anew.

import { NOTHING } from "./structure.js";

/** @typedef {import("./structure.js").Structure} Structure */
/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").OpenModule} OpenModule */

export class Modules {
  /**
   * @param {import("./camera.js").Camera} camera
   * @param {(opened: { of: unknown, paths: string[] }) => void} onChange Asked for another set of open modules.
   */
  constructor(camera, onChange) {
    this.camera = camera;
    this.onChange = onChange;
    this.structure = NOTHING;
  }

  /** @param {Structure} structure */
  load(structure) {
    this.structure = structure;
  }

  /** @param {Box | null} box */
  open(box) {
    if (box?.openable && box.path !== null) this.change(box.path, box, [...this.paths(), box.path]);
  }

  /** Close a module, and those inside of it. @param {string} path */
  close(path) {
    const frame = this.structure.geo.frames.find((one) => one.path === path);
    const stays = (/** @type {string} */ other) => other !== path && !other.startsWith(`${path}.`);
    if (frame) this.change(path, frame, this.paths().filter(stays));
  }

  paths() {
    return this.structure.geo.frames.map(({ path }) => path);
  }

  /** @param {string} path @param {Box | OpenModule} spot @param {string[]} paths */
  change(path, spot, paths) {
    this.camera.hold(path, spot);
    this.onChange({ of: this.structure.geo.of, paths: [...new Set(paths)].sort() });
  }
}
