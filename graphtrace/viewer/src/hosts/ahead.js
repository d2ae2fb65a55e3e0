// A large library of the host's page is loaded before it is asked for: when the pointer comes near, or in a long rest.

const REST_MS = 8000;
const FREE_MS = 30; // of a frame: while something moves there is less

/** @type {Set<string>} */
const loaded = new Set();

/**
 * Load a module of the host before it is asked for.
 *
 * @param {() => string | undefined} path Of the module, below the page's base address.
 * @param {HTMLElement} near What the pointer is about to press.
 */
export function loadAhead(path, near) {
  for (const event of ["pointerenter", "focusin"]) near.addEventListener(event, () => load(path()));
  setTimeout(() => near.isConnected && loadAtRest(path()), REST_MS);
}

/** @param {string | undefined} path */
function load(path) {
  if (!path || loaded.has(path)) return;
  loaded.add(path);
  import(new URL(path, document.baseURI).href).catch(() => loaded.delete(path)); // the host asks again, and says so
}

/** When nothing happens, and the reader's connection need not be spared. @param {string | undefined} path */
function loadAtRest(path) {
  const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (navigator);
  if (connection?.saveData || !window.requestIdleCallback) return;
  const look = (/** @type {IdleDeadline} */ deadline) => {
    if (deadline.timeRemaining() >= FREE_MS) load(path);
    else setTimeout(() => requestIdleCallback(look), REST_MS);
  };
  requestIdleCallback(look);
}
