// What of a card can be moved by hand: its parameters, or the data that it stands for.

import { Hand } from "../live/hand.js";
import { parametersOf } from "./actions.js";

/** @typedef {import("../draw/types.js").Box} Box */
/** @typedef {import("../draw/types.js").Tensor} Tensor */
/** @typedef {import("../viewer.js").Viewer} Viewer */
/** @typedef {import("./actions.js").Actions} Actions */

const DATA = ["x", "y"];

/** @param {Viewer} viewer @param {(told: unknown) => void} act @param {() => Actions | null} actions @returns {Hand} */
export const makeHand = (viewer, act, actions) =>
  new Hand({ say: viewer.words.say, act, tensors: (box) => movable(box, viewer, actions()) });

/**
 * Names and numbers, as they are now.
 *
 * @param {Box} box
 * @param {Viewer} viewer
 * @param {Actions | null} actions
 * @returns {[name: string, tensor: Tensor][]}
 */
function movable(box, viewer, actions) {
  const { recording } = viewer;
  const moment = recording?.moment;
  if (!recording || !moment || !actions) return [];
  const state = recording.playback.player.at(recording.playback.length); // what can be set is what there is now
  const leaves = parametersOf(box, Object.keys(actions.params)).map((name) => [name, state.leaf(name)]);
  const data = (box.blocks ?? [])
    .filter(({ data: place }) => place >= 0 && DATA.includes(box.title))
    .map(({ data: place }) => [box.title, moment.given(place)]);
  return /** @type {[string, Tensor][]} */ ([...leaves, ...data].filter(([, tensor]) => tensor));
}
