// What a host sent, with the parts put in that the page has kept from earlier messages.

/** @typedef {import("./page.js").Sent} Sent */
/** @typedef {{ $: string }} Name Of a parcel: it stands where its content belongs. */

const MOST_KEPT = 400;

/** @type {Map<string, unknown>} Parcels by name, the oldest first. */
const kept = new Map();

/**
 * Read a message; nothing: the page lacks a parcel.
 * @param {Uint8Array} bytes
 * @returns {(Sent | { sides: Sent[] }) | null}
 */
export function unpack(bytes) {
  const { parcels, data } = JSON.parse(new TextDecoder().decode(bytes));
  for (const [name, content] of Object.entries(parcels)) kept.set(name, content);
  for (const name of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(name);
  try {
    return "sides" in data ? { ...data, sides: data.sides.map(filled) } : filled(data);
  } catch (error) {
    if (error instanceof MissingParcel) return null;
    throw error;
  }
}

class MissingParcel extends Error {}

/** @template T @param {T | Name} part @returns {T} */
function opened(part) {
  if (!part || typeof part !== "object" || !("$" in part)) return part;
  if (!kept.has(part.$)) throw new MissingParcel(part.$);
  return /** @type {T} */ (kept.get(part.$));
}

/** @param {Sent} sent @returns {Sent} */
function filled({ patch, geo, play, ...others }) {
  const { texts, palette } = patch;
  const played = play && opened(play);
  const views = played?.views.map((view) => ({
    ...view,
    pictures: view.pictures.map(opened),
    details: view.details.map(opened),
  }));
  return {
    ...others,
    patch: { ...patch, texts: opened(texts), palette: opened(palette) },
    ...(geo ? { geo: opened(geo) } : {}),
    ...(played && views ? { play: { ...played, views } } : {}),
  };
}
