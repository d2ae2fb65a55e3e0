// What Streamlit hands to a component.

import { unpack } from "./parcels.js";

/**
 * @typedef {object} Host
 * @property {Uint8Array} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * What the host sent; the same as before when only the theme is another. A message that lacks parcels is asked for.
 *
 * @template Data
 * @param {Host} host
 * @returns {Data | null}
 */
export function sentBy({ data, setTriggerValue }) {
  const sent = /** @type {Data | null} */ (unpack(data));
  if (!sent) setTriggerValue("missing", true);
  return sent;
}
