// The frame of the page: the bar, the picture with what floats over it, the inspector, and what a recording adds.

import { el, svg } from "../dom.js";

/** @typedef {ReturnType<typeof buildShell>} Shell */

/** @param {HTMLElement} root Whose children they are from now on. */
export function buildShell(root) {
  const shell = {
    root,
    title: el("strong"),
    about: el("span", { class: "about" }),
    search: el("input", { type: "search", class: "search", autocomplete: "off", spellcheck: "false" }),
    found: el("span", { class: "found", "aria-live": "polite" }),
    svg: svg("svg", { class: "picture", role: "group" }),
    notes: el("div", { class: "notes", role: "note" }),
    nothing: el("p", { class: "nothing", hidden: "" }),
    legend: el("div", { class: "legend" }),
    tools: el("div", { class: "tools", role: "toolbar" }),
    band: el("div", { class: "band", hidden: "" }),
    map: el("div", { class: "minimap", tabindex: 0, hidden: "" }),
    canvas: el("div", { class: "canvas" }),
    panel: el("aside", { class: "panel", hidden: "" }),
    mistake: el("aside", { class: "mistake", hidden: "" }),
    slip: el("div", { class: "slip", role: "status", hidden: "" }),
    actions: el("div", { class: "actions", role: "toolbar", hidden: "" }),
    control: el("div", { class: "control", hidden: "" }),
    strip: el("div", { class: "strip", hidden: "" }),
  };
  const { title, about, search, found, canvas, band, panel, mistake, slip, actions, control, strip } = shell;
  const bar = el("div", { class: "bar" }, title, about, found, search);
  canvas.append(shell.svg, shell.nothing, band, shell.legend, shell.map, shell.tools);
  const view = el("div", { class: "view" }, shell.notes, canvas);
  root.replaceChildren(bar, actions, control, el("div", { class: "main" }, view, panel, mistake), slip, strip);
  return shell;
}
