import { expect, test, vi } from "vitest";
import { PictureView } from "../../../../graphtrace/viewer/src/picture/view.js";

const CARD = { id: 1 };

function chosen(own, pressed) {
  const view = { camera: { own, arrange: vi.fn() }, scene: { far: false }, reveal: vi.fn() };
  PictureView.prototype.keepInSight.call(view, CARD, { quiet: false, opened: false, pressed });
  return view.reveal.mock.calls.length;
}

test("a card that is pressed where it lies does not move a reader's own zoom", () => {
  expect(chosen(true, true)).toBe(0);
  expect(chosen(true, false)).toBe(1); // chosen elsewhere: it is brought into sight
  expect(chosen(false, true)).toBe(1);
});
