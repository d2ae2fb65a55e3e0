// The inspector: what a card stands for, in words and tables. Camera extends it.

import { bytes, el } from "./dom.js";

export class Inspector {
  inspect(box) {
    const close = el("button", { type: "button", class: "close", "aria-label": this.t("close_panel"), text: "×" });
    close.addEventListener("click", () => this.select(null));
    const kind = el("p", { class: "kicker", text: this.t(`kind_${box.kind}`) });
    this.panel.replaceChildren(
      el("div", { class: "head" }, kind, close),
      el("h2", { text: box.title || this.t("stub") }),
    );
    if (box.kind === "stub") this.panel.append(el("p", { text: this.t("stub_long") }));
    if (box.openable) this.panel.append(this.opener(box));
    if (box.twin !== null)
      this.panel.append(
        el("p", { class: "hint", text: this.t("twins").replace("{n}", (this.twins.get(box.twin) ?? []).length) }),
      );
    if (this.stage && box.nodes.length) this.panel.append(this.stage.explain(box));
    box.nodes.forEach((node, i) =>
      this.panel.append(
        ...(box.nodes.length > 1 ? [this.folded(node, i === 0 && box.nodes.length < 9)] : this.node(node)),
      ),
    );
    if (box.more > 0) this.panel.append(el("p", { class: "hint", text: this.t("more").replace("{n}", box.more) }));
    for (const shelf of this.panel.querySelectorAll("[data-shelf]")) this.stage.panels.shelve(shelf);
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
  }

  opener(box) {
    const button = el("button", { type: "button", class: "wide", text: this.t("open") });
    button.addEventListener("click", () => this.toggle(box));
    return button;
  }

  folded(node, open) {
    const body = el(
      "details",
      open ? { open: "" } : {},
      el("summary", {}, el("code", { text: node.type }), el("span", { text: node.name ?? "" })),
    );
    body.append(...this.node(node, true));
    return body;
  }

  node(node, nested = false) {
    const pills = el(
      "p",
      { class: "pills" },
      nested ? null : el("code", { class: "pill strong", text: node.type }),
      el("span", { class: "pill", text: `${this.t("node")} ${node.id}` }),
      node.kind === "op" ? null : el("span", { class: "pill", text: node.kind }),
    );
    const facts = [
      ["key", node.key],
      ["module", node.module],
      ["parameter", node.param?.names.join(" = ") ?? node.name],
      ["state", node.param && this.t(`state_${node.param.state}`)],
    ];
    node.metas.forEach((meta, i) =>
      facts.push([node.metas.length > 1 ? `${this.t("output")} ${i}` : "output", metaText(meta)]),
    );
    const rows = facts
      .filter(([, value]) => value)
      .map(([name, value]) => el("div", {}, el("dt", { text: this.t(name) }), el("dd", { text: value })));
    return [pills, el("dl", {}, ...rows), ...this.edges(node), ...this.saved(node)];
  }

  edges(node) {
    const none = node.none.map((slot) => ({ slot, none: true }));
    const out = [...node.out, ...none].sort((a, b) => a.slot - b.slot);
    return [
      ...this.edgeTable("toward_leaves", out, node.out_more),
      ...this.edgeTable("toward_root", node.in, node.in_more),
    ];
  }

  edgeTable(name, edges, more) {
    if (!edges.length) return [];
    const rows = edges.map((edge) => [
      edge.none ? this.t("none_slot") : this.jump(edge),
      `${edge.slot}`,
      edge.none ? "–" : `${edge.input_nr}`,
    ]);
    if (more) rows.push([this.t("more_edges").replace("{n}", more), "", ""]);
    return [el("h3", { text: this.t(name) }), table([this.t("node"), "slot", "input_nr"], rows, [1, 2])];
  }

  jump(edge) {
    const box = this.byNode.get(edge.node);
    const label = [el("code", { text: edge.type }), el("span", { class: "key", text: edge.key })];
    if (!box) return el("span", {}, ...label);
    const button = el("button", { type: "button", class: "jump" }, ...label);
    button.addEventListener("click", () => this.select(box));
    return button;
  }

  saved(node) {
    if (!node.saved.length) return [];
    const rows = node.saved.map((saved) => [
      el(
        "span",
        {},
        el("code", { text: saved.name }),
        saved.alias ? el("span", { class: "key", text: `= ${saved.alias}` }) : null,
      ),
      saved.meta?.shape ?? "–",
      saved.meta ? bytes(saved.bytes) : "–",
      el("span", {
        class: `state ${saved.state}`,
        text: this.t(`saved_${saved.state}`),
        "data-shelf": this.stage && saved.state !== "none" ? node.id : null,
      }),
    ]);
    return [
      el("h3", { text: this.t("saved") }),
      table([this.t("tensor"), this.t("shape"), this.t("bytes"), this.t("state")], rows, [2]),
    ];
  }
}

function metaText(meta) {
  return [meta.shape, meta.dtype, meta.device, meta.layout === "strided" ? "" : meta.layout]
    .filter(Boolean)
    .join(" · ");
}

export function table(heads, rows, right) {
  const cell = (tag, value, i) =>
    el(
      tag,
      right.includes(i) ? { class: "num" } : {},
      typeof value === "string" ? document.createTextNode(value) : value,
    );
  const row = (tag, cells) => el("tr", {}, ...cells.map((value, i) => cell(tag, value, i)));
  return el("table", {}, el("thead", {}, row("th", heads)), el("tbody", {}, ...rows.map((cells) => row("td", cells))));
}
