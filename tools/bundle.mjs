// Bundles the viewer for those who have no Node: `npm run build` writes graphtrace/viewer/dist, which is committed.

import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { build } from "esbuild";

import { looksCss } from "../graphtrace/viewer/src/draw/looks.js";

const viewer = "graphtrace/viewer";
const target = process.argv[2] ?? join(viewer, "dist");
const common = { bundle: true, charset: "utf8", legalComments: "none", outdir: target, write: false };

// The looks of a picture are a table, from which files are written too.
const looks = {
  name: "looks",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/looks\.css$/ }, () => ({ path: "looks.css", namespace: "looks" }));
    onLoad({ filter: /.*/, namespace: "looks" }, () => ({ contents: looksCss(), loader: "css" }));
  },
};

const scripts = await build({
  ...common,
  entryPoints: {
    viewer: `${viewer}/src/main.js`,
    engine: `${viewer}/src/engine/main.js`,
    builder: `${viewer}/src/builder/main.js`,
    pulse: `${viewer}/src/pulse/main.js`,
    sight: `${viewer}/src/sight/main.js`,
    lesson: `${viewer}/src/lesson/main.js`,
  },
  format: "iife",
  globalName: "graphtrace",
  target: "es2022",
  minifySyntax: true,
  minifyWhitespace: true, // names stay: a page that is sent around is small, and an error still says where it was
  lineLimit: 500,
});
// CodeMirror is another project's: its names are of no use in our errors.
const editor = await build({
  ...common,
  entryPoints: { editor: `${viewer}/src/editor/main.js` },
  format: "iife",
  globalName: "graphtrace",
  target: "es2022",
  minify: true,
  lineLimit: 500,
});
const sheets = await build({
  ...common,
  entryPoints: {
    viewer: `${viewer}/css/main.css`,
    builder: `${viewer}/css/builder.css`,
    sight: `${viewer}/css/sight.css`,
    lesson: `${viewer}/css/lesson_page.css`,
    editor: `${viewer}/css/editor.css`,
  },
  plugins: [looks],
});

await mkdir(target, { recursive: true });
for (const { path, contents } of [...scripts.outputFiles, ...editor.outputFiles, ...sheets.outputFiles])
  await writeFile(join(target, basename(path)), contents);
