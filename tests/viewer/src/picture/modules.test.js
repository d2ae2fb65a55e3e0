import { expect, test, vi } from "vitest";
import { Modules } from "../../../../graphtrace/viewer/src/picture/modules.js";
import { Structure } from "../../../../graphtrace/viewer/src/picture/structure.js";
import { box, picture } from "./graphs.js";

const frame = (path) => ({ path, title: path, x: 0, y: 0, w: 9, h: 9 });

function made() {
  const onChange = vi.fn();
  const camera = { hold: vi.fn() };
  const modules = new Modules(camera, onChange);
  const closed = box(0, 0, 0, { openable: true, path: "net.head" });
  const frames = ["net", "net.body", "net.body.a", "network"].map(frame);
  modules.load(new Structure("a", picture([closed, box(1, 0, 0)], [], { frames, of: "graph 1" })));
  return { modules, onChange, camera, closed };
}

test("a module is opened beside those that are open, and kept in place", () => {
  const { modules, onChange, camera, closed } = made();
  modules.open(closed);
  const paths = ["net", "net.body", "net.body.a", "net.head", "network"];
  expect(onChange.mock.calls).toEqual([[{ of: "graph 1", paths }]]);
  expect(camera.hold).toHaveBeenCalledWith("net.head", closed);
});

test("a module is closed with those inside of it, and no others", () => {
  const { modules, onChange } = made();
  modules.close("net.body");
  expect(onChange.mock.calls[0][0].paths).toEqual(["net", "network"]);
  modules.close("net");
  expect(onChange.mock.calls[1][0].paths).toEqual(["network"]);
});

test("what cannot be opened or closed changes nothing", () => {
  const { modules, onChange } = made();
  modules.open(box(1, 0, 0));
  modules.open(null);
  modules.close("other");
  expect(onChange).not.toHaveBeenCalled();
});
