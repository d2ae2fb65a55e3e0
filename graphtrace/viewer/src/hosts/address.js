// The place in the story stands in the address: kept by the browser alone, so that a step costs the server nothing.

/** @typedef {Record<string, string | number>} Places */

const MOST_WRITES = 10; // at once; browsers refuse more than some hundred in half a minute
const WRITES_A_MS = 0.003;
const WAIT_MS = 350;

/**
 * @type {Map<string, number>} Id of what was played last -> cursor, so that another part of the page may be looked at.
 */
const left = new Map();
/** @typedef {{ path: string, query: Places | null, places: Places }} Wanted The query is all that the host wishes. */

/** @type {{ left: number, since: number, timer: number, wanted: Wanted | null }} */
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
  want(path, { places: { at: cursor, ...(views.length > 1 && chosen ? { view: chosen.name } : {}) } });
}

/**
 * Take the host's address. The browser writes it, in place of the one before: Back leaves the page.
 *
 * @param {Places} [query] None from a host that writes its address itself.
 * @param {string} [path] Of the page.
 */
export function noteQuery(query, path) {
  if (query && path) want(path, { query, places: {} });
}

/** @param {string} path @param {Partial<Wanted>} news */
function want(path, news) {
  const before = writing.wanted?.path === path ? writing.wanted : { query: null, places: {} };
  writing.wanted = { ...before, ...news, path };
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
  const url = withPlaces(wanted.query ? withQuery(location.href, wanted.query) : location.href, wanted.places);
  if (url !== location.href) history.replaceState(history.state, "", url);
}

/** An address with this query; only how the page is embedded stays. @param {string} address @param {Places} query */
export function withQuery(address, query) {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (!name.startsWith("embed")) url.searchParams.delete(name);
  return withPlaces(url.href, query);
}

/** An address with some of its parameters set. @param {string} address @param {Places} places */
export function withPlaces(address, places) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(places)) url.searchParams.set(name, String(value));
  return url.href;
}
