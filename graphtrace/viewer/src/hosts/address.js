// The place in the story stands in the address: kept by the browser alone, so that a step costs the server nothing.

/** @typedef {Record<string, string | number>} Places */

const MOST_WRITES = 10; // at once; browsers refuse more than some hundred in half a minute
const WRITES_A_MS = 0.003;
const WAIT_MS = 350;

/**
 * @type {Map<string, number>} Id of what was played last -> cursor, so that another part of the page may be looked at.
 */
const left = new Map();
/** @type {{ left: number, since: number, timer: number, wanted: { path: string, places: Places } | null }} */
const writing = { left: MOST_WRITES, since: 0, timer: 0, wanted: null };

/** Where a recording was left. @param {string} id */
export const leftAt = (id) => left.get(id);

/**
 * Keep the place of a recording.
 * @param {import("../playing/recording.js").RecordingView} recording
 * @param {string} path Of the page.
 */
export function notePlace({ id, playback }, path) {
  const { cursor, views, chosen } = playback;
  left.clear();
  left.set(id, cursor);
  writing.wanted = { path, places: { at: cursor, ...(views.length > 1 && chosen ? { view: chosen.name } : {}) } };
  if (!writing.timer) write();
}

function write() {
  const now = performance.now();
  writing.left = Math.min(MOST_WRITES, writing.left + (now - writing.since) * WRITES_A_MS);
  writing.since = now;
  writing.timer = writing.left < 1 ? setTimeout(write, WAIT_MS) : 0;
  const { wanted } = writing;
  if (writing.timer || !wanted || !location.pathname.endsWith(wanted.path)) return;
  writing.left -= 1;
  const url = withPlaces(location.href, wanted.places);
  if (url !== location.href) history.replaceState(history.state, "", url);
}

/** An address with some of its parameters set. @param {string} address @param {Places} places */
export function withPlaces(address, places) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(places)) url.searchParams.set(name, String(value));
  return url.href;
}
