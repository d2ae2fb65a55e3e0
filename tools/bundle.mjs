// Bundles the viewer for those who have no Node: `npm run build` writes graphtrace/viewer/dist, which is committed.

import { build } from "esbuild";

import { looksCss } from "../graphtrace/viewer/src/draw/looks.js";

const viewer = "graphtrace/viewer";
const common = {
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  minifySyntax: true, // lines and names stay: it is read where a page is debugged, and merged
  outdir: process.argv[2] ?? `${viewer}/dist`,
};

await build({
  ...common,
  entryPoints: { viewer: `${viewer}/src/main.js`, engine: `${viewer}/src/engine/main.js` },
  format: "iife",
  globalName: "graphtrace",
  target: "es2022",
});

// The looks of a picture are a table, from which files are written too.
const looks = {
  name: "looks",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/looks\.css$/ }, () => ({ path: "looks.css", namespace: "looks" }));
    onLoad({ filter: /.*/, namespace: "looks" }, () => ({ contents: looksCss(), loader: "css" }));
  },
};
await build({ ...common, entryPoints: { viewer: `${viewer}/css/main.css` }, plugins: [looks] });
