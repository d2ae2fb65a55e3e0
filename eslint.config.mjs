import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

const src = "graphtrace/viewer/src";

export default defineConfig([
  { ignores: ["graphtrace/viewer/dist", "docs/", "build/", "site/", "htmlcov/", ".venv/"] },
  {
    files: ["graphtrace/viewer/src/**/*.js"],
    extends: [js.configs.recommended],
    rules: {
      "one-var": ["error", "never"],
      "prefer-const": "error",
      camelcase: ["error", { properties: "never", ignoreDestructuring: true }],
      complexity: ["error", 15],
      "max-lines": ["error", { max: 250, skipComments: true }], // the types are comments
      "max-len": ["error", { code: 120, ignoreStrings: true }],
      "max-lines-per-function": ["error", { max: 32, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
      "no-var": "error",
    },
  },
  {
    // The other modules know no page: Python runs them in V8. A mount gets its document from the element it is given.
    files: [
      "dom.js",
      "viewer.js",
      "live/{panels,hand}.js",
      "{builder,picture,inspector,playing,files,hosts,lesson,sight,editor}/**/*.js",
    ].map((name) => `${src}/${name}`),
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["**/*.mjs", "tests/**/*.js"],
    extends: [js.configs.recommended],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
]);
