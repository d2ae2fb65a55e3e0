// Frames as files, made in the browser alone: this window or the whole picture, one step or all, and worksheets.

import { zipped } from "./archive.js";
import { el } from "./dom.js";
import { fileName, frameText } from "./draw/frame.js";
import { Playback } from "./draw/playback.js";
import { Sheet } from "./draw/sheet.js";

const MOST_BOXES = 4000;
const MOST_SIDE = 16_000;
const MOST_PIXELS = 100_000_000; // what a canvas takes in every browser
const SHEET_WIDTH = 1600;

// The words of a file.
const wordsOf = ({ language, words }, say) => ({
  say,
  language,
  title: words.title,
  name: words.name,
  palette: words.palette,
});

const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());
const svgBlob = (text) => new Blob([text], { type: "image/svg+xml" });
const breath = () =>
  new Promise((done) => {
    setTimeout(done);
  }); // the page stays alive between two frames

// Draws on a canvas what an SVG file says, `times` pixels per pixel.
async function pngBlob(text, times) {
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(text).map(Number);
  const canvas = document.createElement("canvas");
  const address = URL.createObjectURL(svgBlob(text));
  const image = new Image();
  if (Math.max(width, height) * times > MOST_SIDE || width * height * times ** 2 > MOST_PIXELS)
    throw new Error("too_large");
  try {
    image.src = address;
    await image.decode();
    Object.assign(canvas, { width: Math.round(width * times), height: Math.round(height * times) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) => {
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("too_large"))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

function saveFile(blob, name) {
  const link = el("a", { download: name });
  const address = URL.createObjectURL(blob);
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// The menu behind ⬇.
export class Exports {
  constructor(stage) {
    this.stage = stage;
    this.at = { part: "whole", ground: "theme", times: "2", ...stage.view.exported };
    this.root = el(
      "details",
      { class: "menu exports" },
      el(
        "summary",
        { class: "small", "aria-label": this.t("save"), title: this.t("save") },
        document.createTextNode("⬇"),
      ),
      this.build(),
    );
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.root.contains(event.relatedTarget)) this.root.open = false;
    });
    const away = (event) => {
      if (!event.composedPath().includes(this.root)) this.root.open = false;
    };
    this.root.addEventListener("toggle", () => {
      if (this.root.open) document.addEventListener("pointerdown", away);
      else document.removeEventListener("pointerdown", away);
    });
  }

  t(name) {
    return this.stage.t(name);
  }

  build() {
    const button = (name, run) => {
      const made = el("button", { type: "button", "data-save": name, text: this.t(`save_${name}`) });
      made.addEventListener("click", () => this.run(run));
      return made;
    };
    const row = (label, ...parts) =>
      el(
        "div",
        { class: "exportrow", role: "group", "aria-label": this.t(label) },
        el("span", { text: this.t(label) }),
        ...parts,
      );
    const page = this.stage.view.root.classList.contains("page") && window === window.top;
    const print = (name, run) => (page ? [button(name, run)] : []); // inside an app or a notebook another page would be printed
    this.status = el("p", { class: "exportstatus", role: "status", "aria-live": "polite" });
    return el(
      "div",
      { class: "exportbox" },
      row("export_part", this.pick("part", ["whole", "window"])),
      row("export_ground", this.pick("ground", ["theme", "white", "light", "dark", "none"])),
      row("export_times", this.pick("times", ["1", "2", "3", "4"])),
      row(
        "export_frame",
        button("svg", () => this.svg()),
        button("png", () => this.png()),
        ...print("print", () => this.print()),
      ),
      row(
        "export_all",
        button("all_svg", () => this.all("svg")),
        button("all_png", () => this.all("png")),
        ...print("all_print", () => this.printAll()),
      ),
      row(
        "export_sheet",
        button("sheet_svg", () => this.worksheet("svg")),
        button("sheet_png", () => this.worksheet("png")),
        ...print("sheet_print", () => this.worksheet("print")),
      ),
      this.status,
    );
  }

  pick(name, values) {
    const made = el(
      "select",
      { "data-pick": name, "aria-label": this.t(`export_${name}`) },
      ...values.map((value) =>
        el("option", { value, text: name === "times" ? `${value}×` : this.t(`export_${name}_${value}`) }),
      ),
    );
    made.value = this.at[name];
    made.addEventListener("change", () => {
      this.at[name] = made.value;
      this.stage.view.exported = { ...this.at };
    }); // kept when the words change
    return made;
  }

  key(event) {
    if (event.key === "Escape" && this.root.open) {
      this.root.open = false;
      this.root.querySelector("summary").focus();
      event.preventDefault();
    }
    if (event.key !== "Tab") event.stopPropagation(); // here keys choose; they do not play
  }

  // One job at a time; what went wrong is told in words.
  async run(job) {
    if (this.busy) return;
    this.busy = true;
    this.tell("…");
    try {
      this.tell(await job());
    } catch (error) {
      this.tell(this.t(["too_large", "too_many_boxes"].includes(error.message) ? error.message : "export_failed"));
    } finally {
      this.busy = false;
    }
  }

  tell(text) {
    this.status.textContent = text;
  }

  options() {
    const { view } = this.stage;
    const { ground } = this.at;
    const theme = ["light", "dark"].includes(ground) ? ground : ground === "white" ? "light" : view.root.dataset.theme;
    return { width: SHEET_WIDTH, theme, ground: { white: "white", none: "none" }[ground] ?? "theme" };
  }

  words() {
    return wordsOf(this.stage.view, (name) => this.t(name));
  }

  // The whole picture on paper, at this step.
  sheet() {
    const { tape, chosen, cursor, view } = this.stage;
    if (view.geo.boxes.length > MOST_BOXES) throw new Error("too_many_boxes");
    return new Sheet(new Playback({ tape, views: chosen ? [chosen] : [] }, cursor), this.words());
  }

  // This step: all of it, or what the window shows of it.
  frame() {
    const { playback, view } = this.stage;
    const { clientWidth: width, clientHeight: height } = view.canvas;
    if (this.at.part !== "window" || !width) return this.sheet().text(this.options());
    if (view.scene.far) throw new Error("too_many_boxes"); // from far away there are no cards to write down
    const subject = { ...this.words(), playback, geo: view.geo, layers: view.scene.layers };
    return frameText(subject, { ...this.options(), window: { width, height, at: view.at } });
  }

  fileName(suffix) {
    return `${fileName({ ...this.words(), playback: this.stage.playback })}${suffix}`;
  }

  async file(text, suffix) {
    return suffix === "svg" ? svgBlob(text) : pngBlob(text, Number(this.at.times));
  }

  async one(suffix) {
    const name = this.fileName(`.${suffix}`);
    const text = this.frame();
    saveFile(await this.file(text, suffix), name);
    return name;
  }

  svg() {
    return this.one("svg");
  }

  png() {
    return this.one("png");
  }

  // Every step, one after the other: `use` gets the sheet at each.
  async each(use) {
    const sheet = this.sheet();
    const { length } = sheet.playback;
    for (let cursor = 0; cursor <= length; cursor += 1) {
      sheet.playback.seek(cursor);
      await use(sheet);
      this.tell(`${cursor} / ${length}`);
      await breath();
    }
  }

  async all(suffix) {
    const files = [];
    const options = this.options();
    await this.each(async (sheet) => {
      files.push([`${sheet.name()}.${suffix}`, await bytesOf(await this.file(sheet.text(options), suffix))]);
    });
    const name = this.fileName("").replace(/_step.*$/, `_steps_${suffix}.zip`);
    saveFile(zipped(files), name);
    return name;
  }

  // Gradients left out, and the same frame with them marked.
  async worksheet(how) {
    const blank = ["gradient", "sum", "grad"];
    const sheet = this.sheet();
    const options = { ...this.options(), blank };
    const pair = [
      sheet.text({ ...options, heading: this.t("sheet_task"), signed: this.t("sheet_signed") }),
      sheet.text({ ...options, heading: this.t("sheet_key"), key: true }),
    ];
    if (how === "print") return this.paper(pair);
    const names = ["worksheet", "key"].map((part) => this.fileName(`.${how}`).replace(/\.(\w+)$/, `_${part}.$1`));
    const files = await Promise.all(pair.map(async (text, i) => [names[i], await bytesOf(await this.file(text, how))]));
    const name = this.fileName("_worksheet.zip");
    saveFile(zipped(files), name);
    return name;
  }

  async print() {
    return this.paper([this.frame()]);
  }

  async printAll() {
    const texts = [];
    const options = this.options();
    await this.each((sheet) => {
      texts.push(sheet.text(options));
    });
    return this.paper(texts);
  }

  // A page a picture, for the print dialog, which also writes PDF.
  async paper(texts) {
    const images = texts.map((text) => el("img", { src: URL.createObjectURL(svgBlob(text)), alt: "" }));
    const pages = el("div", { class: "gt-print" }, ...images);
    document.querySelector(".gt-print")?.remove();
    document.body.append(pages);
    await Promise.all(images.map((image) => image.decode()));
    addEventListener(
      "afterprint",
      () => {
        pages.remove();
        images.forEach((image) => URL.revokeObjectURL(image.src));
      },
      { once: true },
    );
    print();
    return "";
  }
}
