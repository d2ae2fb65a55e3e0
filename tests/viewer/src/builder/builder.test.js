// @vitest-environment happy-dom
// The list of layers without a server: where layers are after an edit, what is typed, what keys do, what is sent.

import { beforeEach, describe, expect, test } from "vitest";

import { idle } from "../../../../graphtrace/viewer/src/builder/drag.js";
import { parsed } from "../../../../graphtrace/viewer/src/builder/form.js";
import { LayerList } from "../../../../graphtrace/viewer/src/builder/list.js";
import { matching } from "../../../../graphtrace/viewer/src/builder/menu.js";
import { followed } from "../../../../graphtrace/viewer/src/builder/paths.js";

const row = (path, kind, more = {}) => ({
  path,
  name: path.join("."),
  own: "",
  kind,
  detail: "",
  shapes: "4×2 → 4×3",
  frozen: false,
  hook: "nothing",
  fields: [{ name: "out_features", type: "integer", value: 3, low: 1, high: 65536, choices: [] }],
  branches: 0,
  problems: [],
  followed: "",
  blocks: [],
  ...more,
});

const words = {
  add_before: "before {layer}",
  add_inside: "inside {layer}",
  at_end: "{layer} is at the end",
  last_good: "still shown",
  output: "output",
  search: "Search layers",
};

const sent = (rows, more = {}) => ({
  net: { path: [], title: "", nests: true, rows },
  x: "4×2",
  loss: { name: "MSELoss", shape: "4×1", fields: [], problems: [] },
  devices: { options: [["cpu", "cpu"]], chosen: "cpu" },
  general: [],
  note: "",
  done: 0,
  kinds: [
    ["Linear", "ReLU"],
    ["Residual", "Tanh"],
  ],
  words,
  ...more,
});

let root;
let list;
let queue;

beforeEach(() => {
  document.body.replaceChildren();
  root = document.body.appendChild(document.createElement("div"));
  list = new LayerList(root);
  list.send = (edits) => (queue = structuredClone(edits));
  queue = [];
  list.take(sent([row([0], "Linear"), row([1], "ReLU"), row([2], "Linear")]));
});

const names = () => [...root.querySelectorAll(".lb-name")];
const press = (node, key, more = {}) =>
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
const last = () => {
  const { serial, ...edit } = queue.at(-1);
  expect(serial).toBeGreaterThan(0);
  return edit;
};

describe("where a layer is after an edit", () => {
  test.each([
    [{ do: "add", path: [1] }, [0], [0]],
    [{ do: "add", path: [1] }, [1], [2]],
    [{ do: "add", path: [1] }, [1, 0], [2, 0]],
    [{ do: "add", path: [1, 0] }, [1], [1]],
    [{ do: "add", path: [1, 0] }, [1, 0], [1, 1]],
    [{ do: "duplicate", path: [1] }, [1], [1]],
    [{ do: "duplicate", path: [1] }, [2], [3]],
    [{ do: "remove", path: [1] }, [1], null],
    [{ do: "remove", path: [1] }, [1, 2], null],
    [{ do: "remove", path: [1] }, [2, 1], [1, 1]],
    [{ do: "shift", path: [1], by: 1 }, [1], [2]],
    [{ do: "shift", path: [1], by: 1 }, [2], [1]],
    [{ do: "shift", path: [1], by: -1 }, [0], [1]],
    [{ do: "move", path: [0], to: [3] }, [0], [2]],
    [{ do: "move", path: [0], to: [3] }, [1], [0]],
    [{ do: "move", path: [0], to: [2, 1] }, [0], [1, 1]],
    [{ do: "move", path: [0], to: [2, 1] }, [2, 1], [1, 2]],
    [{ do: "move", path: [2, 0], to: [0] }, [2], [3]],
    [{ do: "move", path: [2, 0], to: [0] }, [2, 1], [3, 0]],
    [{ do: "set", path: [0] }, [1], [1]],
  ])("%j: %j → %j", (edit, path, there) => expect(followed(path, edit)).toEqual(there));
});

test("a layer is dropped anywhere but where it is and into itself", () => {
  expect(idle([1], [1])).toBe(true);
  expect(idle([1], [2])).toBe(true);
  expect(idle([1], [1, 0])).toBe(true);
  expect(idle([1], [0])).toBe(false);
  expect(idle([1], [3])).toBe(false);
  expect(idle([1, 0], [1])).toBe(false);
});

test("what is typed fits its field or is nothing", () => {
  const whole = { type: "integer", low: 1, high: 10 };
  expect(["4", "4.6", "99", "-2", "", "x"].map((typed) => parsed(whole, typed))).toEqual([4, 5, 10, 1, null, null]);
  expect(parsed({ type: "real", low: 0, high: 1 }, "0.25")).toBe(0.25);
  expect(parsed({ type: "text" }, "fc 1")).toBe("fc 1");
});

test("typing finds layers by name and by what they do", () => {
  const said = { Linear: "weights", ReLU: "max(x, 0)", LeakyReLU: "a small slope", GELU: "a smooth ReLU" };
  expect(matching(Object.keys(said), "relu", said)).toEqual(["ReLU", "LeakyReLU", "GELU"]);
  expect(matching(Object.keys(said), "slope", said)).toEqual(["LeakyReLU"]);
  expect(matching(Object.keys(said), "zzz", said)).toEqual([]);
});

test("rows are x, the layers and the loss, with one stop for Tab", () => {
  expect(names().map((name) => name.querySelector(".kind").textContent)).toEqual([
    "x",
    "Linear",
    "ReLU",
    "Linear",
    "MSELoss",
  ]);
  expect(names().filter((name) => name.tabIndex === 0)).toHaveLength(1);
  names()[2].focus();
  press(names()[2], "ArrowDown");
  expect(document.activeElement).toBe(names()[3]);
  press(names()[3], "Home");
  expect(document.activeElement).toBe(names()[0]);
  expect(names().filter((name) => name.tabIndex === 0)).toEqual([names()[0]]);
});

test("keys move and remove a layer, and say when it is at the end", () => {
  press(names()[1], "ArrowDown", { altKey: true });
  expect(last()).toEqual({ do: "shift", path: [0], by: 1 });
  press(names()[2], "Delete");
  expect(last()).toEqual({ do: "remove", path: [1] });
  const before = queue.length;
  press(names()[1], "ArrowUp", { altKey: true });
  expect(queue).toHaveLength(before);
  expect(root.querySelector("[role=status]").textContent).toContain("is at the end");
});

test("a layer goes into the block before it and out of it with Alt and the arrows to the side", () => {
  const block = { path: [0], title: "", nests: true, rows: [row([0, 0], "Tanh")] };
  list.take(sent([row([0], "Residual", { blocks: [block] }), row([1], "ReLU")]));
  press(names()[3], "ArrowRight", { altKey: true });
  expect(last()).toEqual({ do: "move", path: [1], to: [0, 1] });
  press(names()[2], "ArrowLeft", { altKey: true });
  expect(last()).toEqual({ do: "move", path: [0, 0], to: [1] });
});

test("letters reach the page from a row, and never from a field", () => {
  const heard = [];
  const listen = ({ key }) => heard.push(key);
  document.addEventListener("keydown", listen);
  names()[1].click();
  press(names()[1], "f");
  press(root.querySelector("[data-field=out_features]"), "b");
  document.removeEventListener("keydown", listen);
  expect(heard).toEqual(["f"]);
});

test("the form stays open, in the same fields, while the server answers", () => {
  names()[1].click();
  const field = root.querySelector("[data-field=out_features]");
  field.focus();
  field.value = "5";
  field.dispatchEvent(new Event("change", { bubbles: true }));
  expect(last()).toEqual({ do: "set", path: [0], field: "out_features", value: 5 });
  const wider = [{ ...row([0], "Linear").fields[0], value: 5 }];
  list.take(
    sent([row([0], "Linear", { fields: wider }), row([1], "ReLU"), row([2], "Linear")], { done: queue[0].serial }),
  );
  expect(root.querySelector("[data-field=out_features]")).toBe(field);
  expect(document.activeElement).toBe(field);
  expect(field.value).toBe("5");
  expect(list.queue).toEqual([]);
});

test("edits without an answer are sent again, and of two values of one field the later", () => {
  const change = (value) => list.edit({ do: "set", path: [0], field: "out_features", value });
  change(4);
  change(5);
  list.edit({ do: "remove", path: [1] });
  expect(queue.map((edit) => edit.value ?? edit.do)).toEqual([5, "remove"]);
  expect(queue[1].serial).toBeGreaterThan(queue[0].serial);
});

test("the open form goes along with its layer", () => {
  names()[3].click();
  expect(list.open).toBe("2");
  list.edit({ do: "shift", path: [2], by: -1 });
  list.take(sent([row([0], "Linear"), row([1], "Linear"), row([2], "ReLU")], { done: queue[0].serial }));
  expect(list.open).toBe("1");
  list.edit({ do: "remove", path: [1] });
  list.take(sent([row([0], "Linear"), row([1], "ReLU")], { done: queue.at(-1).serial }));
  expect(list.open).toBe("");
});

test("an edit that was refused leaves the open form where it is", () => {
  names()[1].click();
  list.edit({ do: "add", path: [0], kind: "Residual" });
  list.take(sent([row([0], "Linear"), row([1], "ReLU"), row([2], "Linear")], { done: queue[0].serial }));
  expect(list.open).toBe("0");
});

test("what does not fit is at its row with its button, and the note says what is shown", () => {
  const problems = [{ text: "wants 4: it gets 3", repair: "Set in_features to 3", blocks: true }];
  list.take(sent([row([0], "Linear"), row([1], "Linear", { problems })]));
  const item = names()[2].closest("li");
  expect(item.querySelector(".row").classList.contains("misfit")).toBe(true);
  expect(names()[2].getAttribute("aria-label")).toContain("wants 4");
  expect(root.querySelector("[role=status]").textContent).toBe("still shown");
  item.querySelector(".repair").click();
  expect(last()).toEqual({ do: "repair", path: [1] });
});

test("one device is named and cannot be changed, of several one is chosen", () => {
  const select = root.querySelector("select.device");
  expect([select.disabled, select.value]).toEqual([true, "cpu"]);
  const options = [
    ["cpu", "cpu"],
    ["cuda:0", "cuda:0 · NVIDIA H200"],
  ];
  list.take(sent([row([0], "Linear")], { devices: { options, chosen: "cpu" } }));
  expect(select.disabled).toBe(false);
  select.value = "cuda:0";
  select.dispatchEvent(new Event("change"));
  expect(last()).toEqual({ do: "device", name: "cuda:0" });
});

test("names of users are text", () => {
  list.take(sent([row([0], "Linear", { own: "<img src=x onerror=alert(1)>" })]));
  expect(root.querySelector("img")).toBe(null);
  expect(root.querySelector(".own").textContent).toBe("<img src=x onerror=alert(1)>");
});
