import { expect, test, vi } from "vitest";
import { Keys } from "../../../../graphtrace/viewer/src/picture/keys.js";
import { Structure } from "../../../../graphtrace/viewer/src/picture/structure.js";
import { box, picture } from "./graphs.js";

vi.stubGlobal("Element", class {});

function made({ at = null, playing = false, taken = false } = {}) {
  const structure = new Structure("a", picture([box(0, 0, 0), box(1, 200, 0)]));
  const parts = {
    camera: { zoomBy: vi.fn(), fit: vi.fn() },
    modules: { open: vi.fn() },
    pointer: { boxAt: () => (at === null ? null : structure.boxes[at]), press: vi.fn() },
    search: { field: { focus: vi.fn() }, after: vi.fn(() => structure.boxes[1]), clear: vi.fn() },
    selection: { structure, selected: null, select: vi.fn() },
    playing: () => playing,
    player: vi.fn(() => taken),
    walk: vi.fn(),
    focus: vi.fn(),
  };
  const keys = new Keys(parts);
  const press = (key, more = {}) => {
    const event = { key, target: null, preventDefault: vi.fn(), stopPropagation: vi.fn(), ...more };
    keys.press(event);
    return event;
  };
  return { parts, press, boxes: structure.boxes };
}

test("signs zoom, a digit fits, a stroke searches, escape lets go", () => {
  const { parts, press } = made();
  for (const key of ["+", "=", "-", "0", "/", "Escape"]) expect(press(key).preventDefault).toHaveBeenCalled();
  expect(parts.camera.zoomBy.mock.calls).toEqual([[1.25], [1.25], [0.8]]);
  expect(parts.camera.fit).toHaveBeenCalledWith(true);
  expect(parts.search.field.focus).toHaveBeenCalled();
  expect(parts.selection.select).toHaveBeenCalledWith(null);
});

test("keys with a modifier and unknown ones are left alone", () => {
  const { press } = made({ at: 0 });
  for (const event of [press("+", { ctrlKey: true }), press("x"), press("Enter", { defaultPrevented: true })])
    expect(event.preventDefault).not.toHaveBeenCalled();
});

test("on a card arrows walk and enter chooses; while a recording plays only with shift", () => {
  const graph = made({ at: 0 });
  graph.press("ArrowRight");
  graph.press("Enter");
  expect(graph.parts.walk).toHaveBeenCalledWith(graph.boxes[1]);
  expect(graph.parts.selection.select).toHaveBeenCalledWith(graph.boxes[0]);
  const played = made({ at: 0, playing: true });
  played.press("ArrowRight");
  expect(played.parts.walk).not.toHaveBeenCalled();
  played.press("ArrowRight", { shiftKey: true });
  expect(played.parts.walk).toHaveBeenCalledWith(played.boxes[1]);
});

test("the player has its keys first, but not those typed into the search", () => {
  const { parts, press } = made({ taken: true });
  press("+");
  expect(parts.camera.zoomBy).not.toHaveBeenCalled();
  press("Enter", { target: parts.search.field });
  expect(parts.selection.select).toHaveBeenCalledTimes(1);
  press("Escape", { target: parts.search.field });
  expect([parts.search.clear.mock.calls.length, parts.focus.mock.calls.length]).toEqual([1, 1]);
  expect(parts.player).toHaveBeenCalledTimes(1);
});
