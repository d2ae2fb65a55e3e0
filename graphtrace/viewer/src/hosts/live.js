// Pictures of a net that trains. They come ten times a second, through a component of their own that draws nothing:
// what a component draws is sent anew with its data.

/** @typedef {import("../live/types.js").LivePicture} LivePicture */

const EVENT = "graphtrace-live";

/** @param {{ of: string, picture: LivePicture }} detail What plays, and its picture. */
export function tellLive(detail) {
  window.dispatchEvent(new CustomEvent(EVENT, { detail }));
}

/**
 * @param {(of: string, picture: LivePicture) => void} take Called with what plays, and its picture.
 * @param {AbortSignal} signal
 */
export function listenLive(take, signal) {
  const listen = (/** @type {Event} */ event) => {
    const { of, picture } = /** @type {CustomEvent<{ of: string, picture: LivePicture }>} */ (event).detail;
    take(of, picture);
  };
  window.addEventListener(EVENT, listen, { signal });
}
