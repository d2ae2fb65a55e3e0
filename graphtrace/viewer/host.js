// Where the viewer lives: a Streamlit component, or a page of its own.

import { still } from "./dom.js";
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
    if (data.autoplay && !still()) view.stage.play();
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
  if (!view) MOUNTED.set(root, (view = listening(new View(root))));
  view.keyboard = Boolean(data.keyboard);
  let waiting = 0;
  view.emit = (name, value) => {
    if (name !== "cursor") { setStateValue(name, value); return; }
    const send = () => { if (view.stage?.timer) waiting = setTimeout(send, 400); else setStateValue(name, view.stage?.cursor ?? value); };
    clearTimeout(waiting); // a run of steps is one message
    waiting = setTimeout(send, 400);
  };
  show(view, data);
  return () => { clearTimeout(waiting); view.destroy(); MOUNTED.delete(root); };
}

// A page that is about one player gives it the keys that are pressed beside it, too; fields and menus keep theirs.
function listening(view) {
  const taken = (part) => part === view.root || part.matches?.("input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=dialog]");
  document.addEventListener("keydown", (event) => {
    const free = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (view.keyboard && free && !event.composedPath().some(taken)) view.stage?.key(event);
  }, { signal: view.abort.signal });
  return view;
}
