// Where the viewer lives: a Streamlit component, or a page of its own.

import { Stage } from "./stage.js";
import { View } from "./viewer.js";

const MOUNTED = new WeakMap(); // one View per mounted root

// Give a view what its host sent: a graph's geometry, or a recording to play. The same again changes nothing.
export function show(view, data) {
  view.patch(data.patch);
  if (!data.play) { view.setStructure(data.id, data.geo); return; }
  if (view.stage?.id !== data.id) {
    const before = view.stage, same = before && data.recording !== undefined && before.recording === data.recording;
    before?.pause();
    view.stage = new Stage(view, data.id, data.play, same ? before.cursor : data.start ?? 0); // another view of it: the cursor stays
    Object.assign(view.stage, { recording: data.recording, of: data.of });
    view.drawLegend();
    view.stage.refresh();
  }
}

// A page of its own: the data lies in the page, and the keyboard is all ours.
export function open(root, data) {
  const view = new View(root);
  root.classList.add("page");
  show(view, data);
  document.addEventListener("keydown", (event) => { if (!root.contains(event.target)) view.key(event); });
  return view;
}

// Streamlit's entry point: called for every change of data and of theme.
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gt-root");
  let view = MOUNTED.get(root);
  if (!view) MOUNTED.set(root, (view = new View(root)));
  let waiting = 0;
  view.emit = (name, value) => {
    if (name !== "cursor") { setStateValue(name, value); return; }
    clearTimeout(waiting); // a run of steps is one message
    waiting = setTimeout(() => setStateValue(name, value), 400);
  };
  show(view, data);
  return () => { clearTimeout(waiting); view.destroy(); MOUNTED.delete(root); };
}
