// A host that asks a player to go somewhere.

/** @typedef {{ to: number, serial: number | string }} Seek Another serial is another wish. */

/** @type {Set<string>} What the host has asked for once: a place is gone to once, also by a player mounted again. */
const sought = new Set();

/**
 * The host says where to be: the player goes there once, as it stands.
 * @param {import("../viewer.js").Viewer | undefined} viewer
 * @param {string} id
 * @param {Seek | undefined} seek
 */
export function seekOnce(viewer, id, seek) {
  const name = `${id}|${seek?.serial}`;
  if (!seek || sought.has(name)) return false;
  sought.add(name);
  viewer?.recording?.control.goTo(seek.to);
  return true;
}
