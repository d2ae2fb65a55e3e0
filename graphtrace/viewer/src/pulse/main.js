// Hands pictures of a net that trains to the viewer: a component of its own, for what one draws is sent with its data.

import { tellLive } from "../hosts/live.js";

/** @typedef {import("../live/types.js").LivePicture} LivePicture */

/**
 * Streamlit's entry point.
 *
 * @param {{ data: { of: string, picture: LivePicture } }} host
 */
export function mount({ data }) {
  tellLive(data);
}
