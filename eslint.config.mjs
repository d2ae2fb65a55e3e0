import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";

export default defineConfig([
  { ignores: ["graphtrace/viewer/dist", "docs/", "build/", "site/", "htmlcov/", ".venv/"] },
  {
    files: ["graphtrace/viewer/src/**/*.js"],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.browser },
    rules: { "one-var": ["error", "never"], "prefer-const": "error" },
  },
  {
    files: ["**/*.mjs", "tests/**/*.test.js"],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node },
  },
]);
