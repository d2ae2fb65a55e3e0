// A lesson's text as nodes: spans in backquotes are code, nothing else is markup.

import { el } from "../dom.js";

/** @param {string} text @returns {Node[]} */
export const inline = (text) =>
  text.split("`").map((part, i) => (i % 2 ? el("code", { text: part }) : document.createTextNode(part)));
