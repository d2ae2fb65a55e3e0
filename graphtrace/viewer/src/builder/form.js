// The form of one layer or of the loss: a line for each field, as torch names it.

import { el } from "../dom.js";

/** @typedef {import("./types.js").Field} Field */

/** @typedef {(field: string, value: string | number | boolean) => void} Changed */

/** A value that fits the field; null where nothing sensible is typed. @param {Field} field @param {string} typed */
export function parsed(field, typed) {
  if (field.type === "text" || field.type === "choice") return typed;
  const value = Number(typed.trim());
  if (typed.trim() === "" || !Number.isFinite(value)) return null;
  const whole = field.type === "integer" ? Math.round(value) : value;
  return Math.min(field.high ?? Infinity, Math.max(field.low ?? -Infinity, whole));
}

/** @param {Field} field @returns {HTMLInputElement | HTMLSelectElement} */
function widget(field) {
  if (field.type === "choice") {
    return el("select", {}, ...field.choices.map((choice) => el("option", { value: choice, text: choice })));
  }
  if (field.type === "flag") return el("input", { type: "checkbox" });
  if (field.type === "text")
    return el("input", { type: "text", maxlength: 32, spellcheck: "false", autocomplete: "off" });
  const step = field.type === "integer" ? 1 : "any";
  return el("input", { type: "number", step, min: field.low, max: field.high, inputmode: "decimal" });
}

export class FieldLine {
  /** @param {Field} field @param {string} label @param {Changed} changed */
  constructor(field, label, changed) {
    this.field = field;
    this.label = label;
    this.changed = changed;
    this.widget = widget(field);
    this.widget.dataset.field = field.name;
    const text = el("span", { text: label });
    const flag = field.type === "flag";
    this.root = el(
      "label",
      { class: flag ? "field flag" : "field" },
      ...(flag ? [this.widget, text] : [text, this.widget]),
    );
    this.widget.addEventListener("change", () => this.commit());
    this.widget.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") this.show(this.field.value);
    });
    this.show(field.value);
  }

  /** @param {Field} field What the server says; what is being typed stays. */
  update(field) {
    const before = this.field.value;
    this.field = field;
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.widget.getRootNode());
    if (before !== field.value || activeElement !== this.widget) this.show(field.value);
  }

  /** @param {Field["value"]} value */
  show(value) {
    const { widget } = this;
    if (widget instanceof HTMLInputElement && widget.type === "checkbox") widget.checked = Boolean(value);
    else widget.value = String(value);
  }

  commit() {
    const { widget, field } = this;
    if (widget instanceof HTMLInputElement && widget.type === "checkbox") {
      this.changed(field.name, widget.checked);
      return;
    }
    const value = parsed(field, widget.value);
    if (value === null) this.show(field.value);
    else {
      this.show(value);
      if (value !== field.value) this.changed(field.name, value);
    }
  }
}

/** Lines of fields, kept while the fields stay the same. */
export class Fields {
  /** @param {Changed} changed @param {(name: string) => string} label */
  constructor(changed, label) {
    this.changed = changed;
    this.label = label;
    this.root = el("div", { class: "fields" });
    /** @type {FieldLine[]} */
    this.lines = [];
  }

  /** @param {Field[]} fields */
  update(fields) {
    const sorted = [...fields.filter(({ type }) => type !== "flag"), ...fields.filter(({ type }) => type === "flag")];
    const same = (/** @type {FieldLine} */ { field, label }, /** @type {number} */ i) =>
      field.name === sorted[i].name && field.type === sorted[i].type && label === this.label(field.name);
    if (this.lines.length === sorted.length && this.lines.every(same)) {
      this.lines.forEach((line, i) => line.update(sorted[i]));
      return;
    }
    this.lines = sorted.map((field) => new FieldLine(field, this.label(field.name), this.changed));
    this.root.replaceChildren(...this.lines.map(({ root }) => root));
  }
}
