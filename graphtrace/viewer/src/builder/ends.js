// What the net stands between: the device and the data above it, the loss below.

import { button, el } from "../dom.js";
import { Fields } from "./form.js";
import { showProblems } from "./problems.js";

/** @typedef {import("./types.js").ListData} ListData */
/** @typedef {import("./types.js").Actions} Actions */

/** The heading, with the device beside it. */
export class Devices {
  /** @param {Actions} actions */
  constructor(actions) {
    this.select = el("select", { class: "device" });
    this.select.addEventListener("change", () => actions.edit({ do: "device", name: this.select.value }));
    this.title = el("span", {});
    this.root = el("div", { class: "head" }, this.title, this.select);
  }

  /** @param {ListData} data @param {Record<string, string>} words */
  update({ devices: { options, chosen } }, words) {
    this.title.textContent = words.net;
    const { select } = this;
    const key = JSON.stringify(options);
    if (select.dataset.options !== key) {
      select.dataset.options = key;
      select.replaceChildren(...options.map(([value, text]) => el("option", { value, text })));
    }
    select.value = chosen;
    select.disabled = options.length < 2;
    select.title = options.length < 2 ? words.one_device : words.device;
    select.setAttribute("aria-label", options.length < 2 ? `${words.device}: ${words.one_device}` : words.device);
  }
}

/** The first and the last row. */
export class EndRows {
  /** @param {Actions} actions */
  constructor(actions) {
    this.xShape = el("span", { class: "detail" });
    const numbers = () => actions.edit({ do: "numbers", name: "x" });
    this.xName = button({ class: "name lb-name" }, numbers, el("span", { class: "kind", text: "x" }), this.xShape);
    this.x = el("li", { "data-path": "x" }, el("div", { class: "row data" }, this.xName));
    this.kind = el("span", { class: "kind" });
    this.yShape = el("span", { class: "detail" });
    this.name = button({ class: "name lb-name" }, () => actions.toggle("loss"), this.kind, this.yShape);
    this.head = el("div", { class: "row" }, this.name);
    this.problems = el("div", { class: "problems" });
    const set = (/** @type {string} */ field, /** @type {unknown} */ value) =>
      actions.edit({ do: "loss", field, value });
    this.fields = new Fields(set, (name) => (name === "name" ? actions.words().loss : name));
    this.numbers = button({ class: "plain" }, () => actions.edit({ do: "numbers", name: "y" }));
    this.form = el("div", { class: "form", role: "group" }, this.fields.root, this.numbers);
    this.loss = el("li", { "data-path": "loss" }, this.head, this.problems, this.form);
    this.repair = () => actions.edit({ do: "repair", path: [] });
  }

  /** @param {ListData} data @param {Record<string, string>} words @param {boolean} open */
  update({ x, loss }, words, open) {
    this.xShape.textContent = x.replaceAll("×", " × ");
    this.xName.title = words.numbers_x;
    this.xName.setAttribute("aria-label", `x, ${x}: ${words.numbers_x}`);
    this.kind.textContent = loss.name;
    this.yShape.textContent = `y ${loss.shape.replaceAll("×", " × ")}`;
    const marks = loss.problems.map(({ text }) => text);
    this.name.setAttribute("aria-label", [loss.name, `${words.targets} ${loss.shape}`, ...marks].join(", "));
    this.name.setAttribute("aria-expanded", String(open));
    this.head.classList.toggle("open", open);
    this.head.classList.toggle("misfit", loss.problems.length > 0);
    showProblems(this.problems, loss.problems, this.repair);
    this.form.hidden = !open;
    this.form.setAttribute("aria-label", words.loss);
    if (open) this.fields.update(loss.fields);
    this.numbers.textContent = words.numbers_y;
  }
}
