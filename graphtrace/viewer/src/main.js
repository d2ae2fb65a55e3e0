// What the page that holds the viewer may use: the bundle offers these as `graphtrace.open` and so on.

export { unpacked } from "./dense.js";
export { Field } from "./field.js";
export { mount, open, show } from "./host.js";
export { View } from "./viewer.js";
