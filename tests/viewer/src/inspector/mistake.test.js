// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import { MistakeCard, rows } from "../../../../graphtrace/viewer/src/inspector/mistake.js";

const words = {
  title: "backward, a second time",
  mark: "freed",
  cause: "It ran twice.",
  evidence: ["Line 2 freed it."],
};
const found = {
  mistake: "backward_twice",
  error: "RuntimeError: a second time",
  cursor: 3,
  place: "instead",
  line: 4,
  text: "  loss.backward()",
  nodes: [0],
  words: {
    en: { ...words, repair: "loss.backward(retain_graph=True)" },
    zh: { ...words, cause: "调用了两次。", repair: "" },
  },
};
let language, panel, slip, appeared, card;

beforeEach(() => {
  language = "en";
  [panel, slip] = [document.createElement("aside"), document.createElement("div")];
  appeared = vi.fn();
  card = new MistakeCard({ panel, slip, say: (name) => (name === "lang" ? language : name), onAppear: appeared });
});

const at = (cursor, diagnosis = found) => {
  card.take({ wire: { diagnosis }, cursor });
  card.refresh();
};
const go = (cursor) => {
  card.playback.cursor = cursor;
  card.refresh();
};

test("the card appears when the error is reached, and stays when one goes back to look", () => {
  at(2);
  expect([panel.hidden, slip.hidden, appeared.mock.calls.length]).toEqual([true, true, 0]);
  go(3);
  expect([panel.hidden, slip.hidden, appeared.mock.calls.length]).toEqual([false, true, 1]);
  go(1);
  expect([panel.hidden, appeared.mock.calls.length]).toEqual([false, 1]);
});

test("it says cause, evidence, repair and all of torch's words", () => {
  at(3);
  expect(panel.querySelector("h2").textContent).toBe("It ran twice.");
  expect(panel.textContent).toContain("Line 2 freed it.");
  expect(
    [...panel.querySelectorAll(".diff > div")].map(({ className, textContent }) => [className, textContent]),
  ).toEqual([
    ["gone", "−4loss.backward()"],
    ["come", "+4loss.backward(retain_graph=True)"],
  ]);
  expect([panel.querySelector("details").open, panel.querySelector("pre").textContent]).toEqual([false, found.error]);
});

test("a silent mistake is one line until it is asked for", () => {
  at(3, { ...found, error: null });
  expect([panel.hidden, slip.hidden, appeared.mock.calls.length]).toEqual([true, false, 0]);
  expect(slip.textContent).toContain("It ran twice.");
  slip.querySelector(".why").click();
  expect([panel.hidden, slip.hidden, panel.querySelector("details")]).toEqual([false, true, null]);
  panel.querySelector(".close").click();
  expect([panel.hidden, slip.hidden]).toEqual([true, false]);
});

test("buttons are what the host offers, and tell it what was pressed", () => {
  at(3);
  expect(panel.querySelectorAll(".repairing")).toHaveLength(0);
  card.act = vi.fn();
  card.offer([{ text: "Forward again", act: { do: "repair", name: "forward" } }]);
  panel.querySelector(".repairing").click();
  expect(card.act).toHaveBeenCalledWith({ do: "repair", name: "forward" });
});

test("it is said in the language of now", () => {
  at(3);
  language = "zh";
  card.draw();
  expect(panel.querySelector("h2").textContent).toBe("调用了两次。");
});

test("a recording without a mistake has no card", () => {
  at(3);
  at(9, null);
  expect([panel.hidden, slip.hidden, panel.childElementCount]).toEqual([true, true, 0]);
});

test("the diff shows where the repair goes", () => {
  const line = { place: "before", line: 4, text: " a()" };
  expect(rows(line, "b()").map(([sign, number]) => [sign, number])).toEqual([
    ["+", 4],
    [" ", 5],
  ]);
  expect(rows({ ...line, place: "after" }, "b()").map(([sign, number]) => [sign, number])).toEqual([
    [" ", 4],
    ["+", 5],
  ]);
  expect(rows({ ...line, place: "elsewhere" }, "b()")).toEqual([["+", 0, "b()"]]);
  expect(rows({ ...line, line: 0 }, "b()").map(([, number]) => number)).toEqual([0, 0]);
});
