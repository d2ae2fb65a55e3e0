// What an operation computes, forwards and backwards: the letters, and below them the recorded numbers.

import { el } from "./dom.js";
import { numbers, scale, shapeText, short, size } from "./tensors.js";

const MOST = 4; // rows and columns up to which a matrix is written out

// The formulas of the operation that names a box; nothing where none is known.
export function formulas(stage, box) {
  if (box.kind === "leaf") return grown(stage, box);
  const found = stage.graph.formulas[box.ids[0]];
  if (!found) return [];
  const [rule, edges, places] = found;
  const { forward, lines } = stage.tape.rules[rule];
  const node = box.ids[0];
  const known = { g: stage.state.incoming(node, stage.moment.inputOf(node)) };
  for (const [letter, place] of Object.entries(places)) known[letter] = stage.player.operand(place, stage.cursor);
  const told = { stage, known, places };
  const blocks = [formulaLine(told, forward, "value", undefined)];
  lines.forEach(([text, letter], i) =>
    blocks.push(
      formulaLine(told, `{d${letter}} = ${text}`, "grad", edges[i] === null ? undefined : stage.state.edge(edges[i])),
    ),
  );
  const note = forward.includes("[÷ n]") ? [el("p", { class: "hint", text: stage.t("mean_note") })] : [];
  return [el("h3", { text: stage.t("what_happens") }), el("div", { class: "formulas" }, ...blocks), ...note];
}

// One formula; below it the same with what is known by now. `result` stands for the letter at its start.
function formulaLine(told, text, hue, result) {
  const tokens = text.split(/(\{\w+\})/).filter(Boolean);
  const letters = tokens.filter((token) => token[0] === "{").map((token) => token.slice(1, -1));
  const own = letters[0];
  const value = hue === "grad" ? result : told.known[own];
  const inner = [...new Set(letters.slice(1))];
  const filled =
    inner.length > 0 &&
    inner.every((letter) => told.known[letter]) &&
    inner.some((letter) => listed(told.known[letter]));
  const symbols = el(
    "p",
    { class: "symbols" },
    ...tokens.map((token) => (token[0] === "{" ? symbol(told, token.slice(1, -1)) : document.createTextNode(token))),
  );
  const block = el("div", { class: `formula ${hue}` }, symbols);
  if (!filled) return block;
  const right = tokens.slice(tokens.findIndex((token) => token.includes("=")) + 1);
  const lead = tokens.find((token) => token.includes("=")).replace(/^\s*=\s*/, "");
  const row = [
    lead && said(lead),
    ...right.map((token) => (token[0] === "{" ? tensor(told, token.slice(1, -1)) : said(token))),
  ];
  block.append(
    el("div", { class: "numbers" }, ...row.filter(Boolean), ...(value ? [said("="), matrix(value, hue)] : [])),
  );
  return block;
}

const said = (text) => el("span", { class: /^[²ⁿᵀᵢ]/.test(text) ? "op raised" : "op", text });
const listed = (value) => Boolean(value && numbers(value) && !value.sample && cellsOf(value));

// Rows and columns of a tensor that is written out.
function cellsOf(value) {
  const shape = [...value.shape];
  while (shape.length > 2 && shape[0] === 1) shape.shift();
  if (shape.length > 2) return null;
  const [rows, cols] = [1, 1, ...shape].slice(-2);
  return rows <= MOST && cols <= MOST && rows * cols > 0 ? { rows, cols } : null;
}

const SYMBOL = (letter) => (letter === "g" ? "∂L/∂z" : letter.length > 1 ? `∂L/∂${letter.slice(1)}` : letter);

// A letter; pointing at it lights what it stands for.
function symbol(told, letter) {
  const node = el("var", { class: letter === "g" || letter.length > 1 ? "grad" : "", text: SYMBOL(letter) });
  return linked(told, letter, node);
}

function tensor(told, letter) {
  const value = told.known[letter];
  const hue = letter === "g" ? "grad" : "value";
  return linked(
    told,
    letter,
    listed(value)
      ? matrix(value, hue)
      : el("var", {}, document.createTextNode(SYMBOL(letter)), el("sub", { text: shapeText(value) })),
  );
}

function linked({ stage, places }, letter, node) {
  const box = letter === "z" ? null : boxOf(stage, places[letter]); // z is the card itself
  if (!box) return node;
  node.classList.add("linked");
  node.dataset.box = box.id;
  node.title = box.title;
  node.addEventListener("pointerenter", () => stage.view.light(box));
  node.addEventListener("pointerleave", () => stage.view.light(null));
  node.addEventListener("click", () => stage.view.select(box));
  return node;
}

function boxOf(stage, place) {
  if (!place) return null;
  const [op, name] = place;
  if (name.startsWith("leaf:")) return stage.leaves.get(name.slice(5))?.[0] ?? null;
  return name.startsWith("out:") ? (stage.moment.boxesOfOp(op)[0] ?? null) : null;
}

// A number on its own, or a small matrix in brackets, its cells coloured by size.
export function matrix(value, hue) {
  const cells = listed(value) ? cellsOf(value) : null;
  if (!cells) return el("span", { class: "big", text: `${shapeText(value)}, ‖·‖ ${short(value.norm)}` });
  const flat = numbers(value);
  if (size(value) === 1)
    return el("span", { class: `scalar ${hue}`, text: flat[0] < 0 ? `(${short(flat[0])})` : short(flat[0]) });
  const most = scale(value);
  const rows = [];
  for (let r = 0; r < cells.rows; r += 1)
    rows.push(
      el(
        "tr",
        {},
        ...flat.slice(r * cells.cols, (r + 1) * cells.cols).map((number) => {
          const cell = el("td", { class: `${hue} ${number < 0 ? "neg" : "pos"}`, text: short(number) });
          cell.style.setProperty(
            "--full",
            `${Number.isFinite(number) && most ? Math.round(6 + 44 * (Math.abs(number) / most)) : 6}%`,
          );
          return cell;
        }),
      ),
    );
  return el("table", { class: "matrix" }, el("tbody", {}, ...rows));
}

// A leaf: what has been added to its .grad, and the sum.
function grown(stage, box) {
  const name = box.blocks.map((block) => block.name).find(Boolean);
  const grad = name === undefined ? null : stage.state.grad(name);
  const block = el(
    "div",
    { class: "formula grad" },
    el("p", { class: "symbols", text: `${name ?? "x"}.grad += ∂L/∂${short_of(name)}` }),
  );
  const parts = grad?.layers.filter(Boolean) ?? [];
  if (grad?.value && parts.length && parts.every(listed) && parts.length <= 4)
    block.append(
      el(
        "div",
        { class: "numbers" },
        ...parts.flatMap((part, i) => [i ? said("+") : null, matrix(part, "grad")]).filter(Boolean),
        ...(parts.length > 1 ? [said("="), matrix(grad.value, "grad")] : []),
      ),
    );
  return [el("h3", { text: stage.t("what_happens") }), el("div", { class: "formulas" }, block)];
}

const short_of = (name) => (name ?? "x").split(".").at(-1);
