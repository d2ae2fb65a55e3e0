// What the inspector says of one node: its name, its edges, what it saved.

import { button, bytes, el } from "../dom.js";
import { table } from "./table.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Say} Say */
/** @typedef {import("../draw/types.js").NodeFacts} NodeFacts */
/** @typedef {import("../draw/types.js").EdgeFacts} EdgeFacts */
/** @typedef {import("../draw/types.js").FarEnd} FarEnd */
/** @typedef {import("../draw/types.js").Meta} Meta */

/**
 * @typedef {object} NodeContext
 * @property {Say} say
 * @property {(node: number) => Box | undefined} boxOf
 * @property {(box: Box) => void} select
 * @property {boolean} playing Whether the state of saved tensors changes by the step.
 */

/**
 * @param {NodeFacts} node
 * @param {NodeContext} context
 * @param {boolean} nested Whether its type stands above it already.
 * @returns {(HTMLElement)[]}
 */
export function drawNode(node, context, nested = false) {
  const { say } = context;
  const pills = el(
    "p",
    { class: "pills" },
    nested ? null : el("code", { class: "pill strong", text: node.type }),
    el("span", { class: "pill", text: `${say("node")} ${node.id}` }),
    node.kind === "op" ? null : el("span", { class: "pill", text: node.kind }),
  );
  const rows = factsOf(node, say).map(([name, value]) =>
    el("div", {}, el("dt", { text: say(name) }), el("dd", { text: value })),
  );
  return [pills, el("dl", {}, ...rows), ...edges(node, context), ...saved(node, context)];
}

/** Names and what they are; what is not known is left out. @param {NodeFacts} node @param {Say} say */
function factsOf(node, say) {
  const outputs = node.metas.map(
    (meta, i) => /** @type {const} */ ([node.metas.length > 1 ? `${say("output")} ${i}` : "output", textOf(meta)]),
  );
  /** @type {(readonly [string, string | null | undefined])[]} */
  const facts = [
    ["key", node.key],
    ["module", node.module],
    ["parameter", node.param?.names.join(" = ") ?? node.name],
    ["state", node.param && say(`state_${node.param.state}`)],
    ...outputs,
  ];
  return facts.flatMap(([name, value]) => (value ? [/** @type {const} */ ([name, value])] : []));
}

/** @param {Meta} meta */
const textOf = ({ shape, dtype, device, layout }) =>
  [shape, dtype, device, layout === "strided" ? "" : layout].filter(Boolean).join(" · ");

/** @param {NodeFacts} node @param {NodeContext} context */
function edges(node, context) {
  const none = node.none.map((slot) => ({ slot }));
  /** @type {EdgeFacts[]} */
  const out = [...node.out, ...none].sort((a, b) => a.slot - b.slot);
  return [
    ...edgeTable("toward_leaves", out, node.out_more, context),
    ...edgeTable("toward_root", node.in, node.in_more, context),
  ];
}

/** @param {string} name @param {EdgeFacts[]} all @param {number} more @param {NodeContext} context */
function edgeTable(name, all, more, context) {
  const { say } = context;
  if (!all.length) return [];
  const rows = all.map((edge) => [
    "node" in edge ? jump(edge, context) : say("none_slot"),
    `${edge.slot}`,
    "node" in edge ? `${edge.input_nr}` : "–",
  ]);
  if (more) rows.push([say("more_edges").replace("{n}", String(more)), "", ""]);
  return [el("h3", { text: say(name) }), table([say("node"), "slot", "input_nr"], rows, [1, 2])];
}

/** The node at the other end; pressing it goes there. @param {FarEnd} edge @param {NodeContext} context */
function jump(edge, { boxOf, select }) {
  const box = boxOf(edge.node);
  const label = [el("code", { text: edge.type }), el("span", { class: "key", text: edge.key })];
  return box ? button({ class: "jump" }, () => select(box), ...label) : el("span", {}, ...label);
}

/** @param {NodeFacts} node @param {NodeContext} context */
function saved(node, { say, playing }) {
  if (!node.saved.length) return [];
  const rows = node.saved.map(({ name, alias, meta, bytes: size, state }) => [
    el("span", {}, el("code", { text: name }), alias ? el("span", { class: "key", text: `= ${alias}` }) : null),
    meta?.shape ?? "–",
    meta ? bytes(size) : "–",
    el("span", {
      class: `state ${state}`,
      text: say(`saved_${state}`),
      "data-shelf": playing && state !== "none" ? node.id : null,
    }),
  ]);
  return [
    el("h3", { text: say("saved") }),
    table([say("tensor"), say("shape"), say("bytes"), say("state")], rows, [2]),
  ];
}
