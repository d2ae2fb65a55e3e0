import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Control } from "../../../../graphtrace/viewer/src/playing/control.js";

// forward 1–3, backward 4–6, step 7, backward 8–9
const RUNS = [
  { phase: "forward", start: 0, end: 3 },
  { phase: "backward", start: 3, end: 6 },
  { phase: "step", start: 6, end: 7 },
  { phase: "backward", start: 7, end: 9 },
];

const BEATS = [1, 2, 3, 6, 7, 8, 9]; // the first backward is one

let presented = false;

function made(cursor = 0) {
  const playback = {
    cursor,
    length: 9,
    since: 0,
    player: { runs: RUNS },
    get beat() {
      return BEATS.find((end) => end > playback.cursor) ?? 9;
    },
    beatBefore: (at) => BEATS.filter((end) => end < at).at(-1) ?? 0,
    seek: (to, since = to - 1) => {
      playback.cursor = Math.min(Math.max(0, to), 9);
      playback.since = since;
    },
  };
  const parts = {
    playback,
    habits: { speed: 1, every: false },
    onSeek: vi.fn(),
    onChange: vi.fn(),
    onPlay: vi.fn(),
    present: vi.fn(),
    presents: () => presented,
  };
  return { control: new Control(parts), playback, ...parts };
}

const press = (control, key, more = {}) => {
  const event = { key, target: null, preventDefault: vi.fn(), stopPropagation: vi.fn(), ...more };
  return control.key(event);
};

vi.stubGlobal("Element", class {});
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a step moves by one, and not beyond the ends", () => {
  const { control, playback, onSeek } = made();
  control.step(-1);
  expect([playback.cursor, onSeek.mock.calls.length]).toEqual([0, 0]);
  control.step(1);
  control.step(Infinity);
  control.step(1);
  expect([playback.cursor, onSeek.mock.calls.length]).toEqual([9, 2]);
  control.step(-Infinity);
  expect(playback.cursor).toBe(0);
});

test.each([
  [0, null, 1],
  [1, null, 4],
  [5, null, 7],
  [8, null, 9], // no run begins any more: to the end
  [0, "backward", 4],
  [4, "backward", 8],
  [8, "backward", 4], // from the last, the first again
  [5, "error", 5], // there is none
])("from %i the next start of %s is %i", (from, phase, to) => {
  const { control, playback } = made(from);
  control.jump(phase);
  expect(playback.cursor).toBe(to);
});

test("it plays to the end by itself, then stops; again it begins anew", () => {
  const { control, playback, onPlay } = made(7);
  control.play();
  expect([control.plays, playback.cursor, onPlay.mock.calls.length]).toEqual([true, 7, 1]);
  vi.advanceTimersByTime(350);
  expect(playback.cursor).toBe(8);
  vi.advanceTimersByTime(700);
  expect([control.plays, playback.cursor]).toEqual([false, 9]);
  control.play();
  expect([control.plays, playback.cursor]).toEqual([true, 0]);
  control.play();
  expect(control.plays).toBe(false);
  vi.advanceTimersByTime(10_000);
  expect(playback.cursor).toBe(0);
});

test("a step by hand pauses; a faster speed steps sooner", () => {
  const { control, playback, onChange } = made();
  control.hurry(2);
  control.play();
  vi.advanceTimersByTime(90 + 180 + 180);
  expect(playback.cursor).toBe(3);
  control.step(1);
  expect([control.plays, playback.cursor]).toEqual([false, 6]);
  expect(onChange).toHaveBeenCalledTimes(3);
});

test("events that belong together are one step, forth and back, and as it plays", () => {
  const { control, playback } = made(3);
  control.play();
  vi.advanceTimersByTime(350);
  expect([playback.since, playback.cursor]).toEqual([3, 6]);
  control.step(1);
  control.step(-1);
  expect([playback.since, playback.cursor]).toEqual([3, 6]);
  control.goTo(5); // in the middle of it
  control.step(1);
  expect([playback.since, playback.cursor]).toEqual([5, 6]);
});

test("a key makes every event a step, forth and back, and as it plays", () => {
  const { control, playback, habits } = made(3);
  expect([press(control, "e"), habits.every]).toEqual([true, true]);
  control.step(1);
  expect([playback.since, playback.cursor]).toEqual([3, 4]);
  control.play();
  vi.advanceTimersByTime(350);
  expect([playback.since, playback.cursor]).toEqual([4, 5]);
  control.step(-1);
  expect(playback.cursor).toBe(4);
});

test("keys move the cursor; those with shift, and others, are somebody else's", () => {
  const { control, playback, present } = made();
  expect([press(control, "ArrowRight"), press(control, "PageDown"), playback.cursor]).toEqual([true, true, 2]);
  expect([press(control, "End"), playback.cursor]).toEqual([true, 9]);
  expect([press(control, "Home"), playback.cursor]).toEqual([true, 0]);
  expect([press(control, "n"), playback.cursor]).toEqual([true, 1]);
  expect([press(control, "3"), control.speed]).toEqual([true, 2]);
  expect([press(control, "p"), present.mock.calls.length]).toEqual([true, 1]);
  expect([press(control, " "), control.plays]).toEqual([true, true]);
  expect([press(control, "ArrowRight", { shiftKey: true }), press(control, "x")]).toEqual([false, false]);
});

test("escape leaves what is shown large, and else is somebody else's", () => {
  const { control, present } = made();
  expect(press(control, "Escape")).toBe(false);
  presented = true;
  expect([press(control, "Escape"), present.mock.calls.length]).toEqual([true, 1]);
  presented = false;
});
