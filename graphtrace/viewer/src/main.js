// What the page that holds the viewer may use: the bundle offers these as `graphtrace.open` and so on.

export { unpacked } from "./draw/dense.js";
export { open, show } from "./hosts/page.js";
export { openRun } from "./hosts/run.js";
export { mount } from "./hosts/streamlit.js";
export { Viewer } from "./viewer.js";
