// The menu behind ⬇: what of a recording becomes a file, and how.

import { button, el } from "../dom.js";
import { FrameFiles } from "./frames.js";

/** @typedef {import("./frames.js").FileChoices} FileChoices */

const KNOWN_ERRORS = ["too_large", "too_many_boxes"];
/** @type {Record<keyof FileChoices, string[]>} */
const CHOICES = {
  part: ["whole", "window"],
  ground: ["theme", "white", "light", "dark", "none"],
  times: ["1", "2", "3", "4"],
};

export class FileMenu {
  /** @param {import("./frames.js").FrameParts} parts */
  constructor(parts) {
    this.choices = parts.choices;
    this.say = parts.words.say;
    this.busy = false;
    this.status = el("p", { class: "exportstatus", role: "status", "aria-live": "polite" });
    this.files = new FrameFiles(parts, (text) => this.tell(text));
    const names = { "aria-label": this.say("save"), title: this.say("save") };
    this.summary = el("summary", { class: "small", ...names }, "⬇");
    this.root = el("details", { class: "menu exports" }, this.summary, this.draw(canPrint(parts.shell.root)));
    this.listen();
  }

  listen() {
    const { root } = this;
    const inside = (/** @type {EventTarget | null} */ target) => target instanceof Node && root.contains(target);
    const away = (/** @type {Event} */ event) => {
      if (!event.composedPath().includes(root)) root.open = false;
    };
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !inside(relatedTarget)) root.open = false;
    });
    root.addEventListener("toggle", () => {
      if (root.open) document.addEventListener("pointerdown", away);
      else document.removeEventListener("pointerdown", away);
    });
  }

  /** @param {boolean} printable */
  draw(printable) {
    const { files } = this;
    const print = (/** @type {string} */ name, /** @type {() => Promise<string>} */ job) =>
      printable ? [this.job(name, job)] : [];
    return el(
      "div",
      { class: "exportbox" },
      this.row("export_part", this.choice("part")),
      this.row("export_ground", this.choice("ground")),
      this.row("export_times", this.choice("times")),
      this.row("export_frame", ...this.pair("", (suffix) => files.one(suffix)), ...print("print", () => files.print())),
      this.row(
        "export_all",
        ...this.pair("all_", (suffix) => files.all(suffix)),
        ...print("all_print", () => files.printAll()),
      ),
      this.row(
        "export_sheet",
        ...this.pair("sheet_", (suffix) => files.worksheet(suffix)),
        ...print("sheet_print", () => files.printWorksheet()),
      ),
      this.status,
    );
  }

  /** @param {string} label @param {...HTMLElement} parts */
  row(label, ...parts) {
    const names = { role: "group", "aria-label": this.say(label) };
    return el("div", { class: "exportrow", ...names }, el("span", { text: this.say(label) }), ...parts);
  }

  /** A button for SVG and one for PNG. @param {string} name @param {(suffix: "svg" | "png") => Promise<string>} job */
  pair(name, job) {
    return /** @type {const} */ (["svg", "png"]).map((suffix) => this.job(`${name}${suffix}`, () => job(suffix)));
  }

  /** @param {string} name @param {() => Promise<string>} job */
  job(name, job) {
    return button({ "data-save": name, text: this.say(`save_${name}`) }, () => this.run(job));
  }

  /** @param {keyof FileChoices} name */
  choice(name) {
    const text = (/** @type {string} */ value) =>
      name === "times" ? `${value}×` : this.say(`export_${name}_${value}`);
    const options = CHOICES[name].map((value) => el("option", { value, text: text(value) }));
    const menu = el("select", { "data-pick": name, "aria-label": this.say(`export_${name}`) }, ...options);
    menu.value = this.choices[name] ?? (name === "times" ? "2" : CHOICES[name][0]);
    menu.addEventListener("change", () => {
      this.choices[name] = menu.value;
    });
    return menu;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape" && this.root.open) {
      this.root.open = false;
      this.summary.focus();
      event.preventDefault();
    }
    if (event.key !== "Tab") event.stopPropagation(); // here keys choose; they do not play
  }

  /** One job at a time; what went wrong is told in words. @param {() => Promise<string>} job */
  async run(job) {
    if (this.busy) return;
    this.busy = true;
    this.tell("…");
    try {
      this.tell(await job());
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      this.tell(this.say(KNOWN_ERRORS.includes(message) ? message : "export_failed"));
    } finally {
      this.busy = false;
    }
  }

  /** @param {string} text */
  tell(text) {
    this.status.textContent = text;
  }
}

/**
 * Only a page of its own prints what it shows: inside an app or a notebook another page would be printed.
 * @param {HTMLElement} root
 */
const canPrint = (root) => root.classList.contains("page") && window === window.top;
