// Where a layer is after an edit: the open row and the keyboard stay with it.

/** @typedef {import("./types.js").Path} Path */
/** @typedef {import("./types.js").Edit} Edit */

/** @param {Path} path @param {Path} start */
const begins = (path, start) => start.every((position, i) => path[i] === position);

/** @param {Path} path @param {Path} block The path of a position in the same block. */
const beside = (path, block) => path.length >= block.length && begins(path, block.slice(0, -1));

/** @param {Path} path @param {Path} at @param {number} by */
function pushed(path, at, by) {
  const last = at.length - 1;
  return beside(path, at) && path[last] >= at[last] ? path.with(last, path[last] + by) : path;
}

/** @param {Path} path @param {Path} from @param {Path} to @returns {Path} */
function relocated(path, from, to) {
  const target = without(to, from) ?? to;
  if (begins(path, from)) return [...target, ...path.slice(from.length)];
  const left = without(path, from) ?? path;
  return pushed(left, target, 1);
}

/**
 * A path after the layer at `gone` is taken out; null if it was inside.
 * @param {Path} path
 * @param {Path} gone
 * @returns {Path | null}
 */
function without(path, gone) {
  const last = gone.length - 1;
  if (!beside(path, gone) || path[last] < gone[last]) return path;
  return path[last] > gone[last]
    ? path.with(last, path[last] - 1)
    : path.length > gone.length || last < 0
      ? null
      : path;
}

/**
 * Where a layer is after an edit that was done; null if it is gone.
 * @param {Path} path
 * @param {Edit} edit
 * @returns {Path | null}
 */
export function followed(path, edit) {
  const at = edit.path ?? [];
  const last = at.length - 1;
  switch (edit.do) {
    case "add":
      return pushed(path, at, 1);
    case "duplicate":
      return pushed(path, at.with(last, at[last] + 1), 1);
    case "remove":
      return begins(path, at) ? null : without(path, at);
    case "shift": {
      const by = edit.by === 1 ? 1 : -1;
      return relocated(path, at, at.with(last, at[last] + (by === 1 ? 2 : -1)));
    }
    case "move":
      return relocated(path, at, edit.to ?? at);
  }
  return path;
}
