import { expect, test } from "vitest";
import { fileName } from "../../../../graphtrace/viewer/src/draw/frame.js";

const named = (name, cursor = 7, length = 30, phase = "backward", title = "") =>
  fileName({ name, title, playback: { cursor, length, state: { phase } } });

test("files sort by step", () => {
  expect(named("lenet")).toBe("lenet_step07_backward");
  expect(named("lenet", 7, 1000)).toBe("lenet_step0007_backward");
  const names = Array.from({ length: 120 }, (_, step) => named("a", step, 119, "x"));
  expect([...names].sort()).toEqual(names);
});

test("a name is what every disk takes", () => {
  expect(named("my net/v2: é.pt")).toBe("my_net_v2_e_pt_step07_backward");
  expect(named("../../etc")).toBe("etc_step07_backward");
  expect(named("网络")).toBe("graph_step07_backward");
  expect(named("", 7, 30, "backward", "A title")).toBe("A_title_step07_backward");
  expect(named("x".repeat(200))).toHaveLength(40 + "_step07_backward".length);
});
