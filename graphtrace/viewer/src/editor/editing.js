// The editor: CodeMirror, with the lines marked that the player shows.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/**
 * @typedef {object} Marks Numbers of lines; 0 is none.
 * @property {number} here The one that runs.
 * @property {boolean} backward Whether that is in the backward pass.
 * @property {number[]} lit
 * @property {number} error
 */

/**
 * @typedef {object} Habits
 * @property {() => void} run
 * @property {() => void} change
 * @property {(line: number) => void} point The mouse is over a line; 0 where it has left.
 * @property {(line: number) => void} select A line was clicked.
 */

export const NO_MARKS = /** @type {Marks} */ ({ here: 0, backward: false, lit: [], error: 0 });
/** @type {import("@codemirror/state").StateEffectType<Marks>} */
const marked = StateEffect.define();

const marks = StateField.define({
  create: () => Decoration.none,
  update(now, { effects, changes, state }) {
    const wanted = effects.find((effect) => effect.is(marked));
    return wanted ? decorations(state, wanted.value) : now.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** @param {EditorState} state @param {Marks} wanted */
function decorations(state, { here, backward, lit, error }) {
  /** @type {Map<number, string[]>} */
  const classes = new Map();
  const add = (/** @type {number} */ line, /** @type {string} */ name) => {
    if (line > 0 && line <= state.doc.lines) classes.set(line, [...(classes.get(line) ?? []), name]);
  };
  add(here, backward ? "here backward" : "here");
  for (const line of lit) add(line, "lit");
  add(error, "failed");
  const lines = [...classes].sort(([a], [b]) => a - b);
  return Decoration.set(
    lines.map(([line, names]) => Decoration.line({ class: names.join(" ") }).range(state.doc.line(line).from)),
  );
}

export class CodeEditor {
  /** @param {HTMLElement} parent @param {Habits} habits @param {string} label */
  constructor(parent, habits, label) {
    this.shown = JSON.stringify(NO_MARKS);
    const lineAt = (/** @type {MouseEvent} */ { clientX: x, clientY: y }) => {
      const at = this.view.posAtCoords({ x, y }, false);
      return this.view.state.doc.lineAt(at).number;
    };
    const mouse = EditorView.domEventHandlers({
      mousemove: (event) => habits.point(lineAt(event)),
      mouseleave: () => habits.point(0),
      click: (event) => habits.select(lineAt(event)),
    });
    const changed = EditorView.updateListener.of(({ docChanged }) => docChanged && habits.change());
    const root = /** @type {ShadowRoot} */ (parent.getRootNode());
    this.view = new EditorView({ parent, root, extensions: [...extensions(habits, label), mouse, changed] });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(text) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** @param {Marks} wanted */
  mark(wanted) {
    const told = JSON.stringify(wanted);
    if (told === this.shown) return;
    this.shown = told;
    this.view.dispatch({ effects: marked.of(wanted) });
    if (wanted.here && wanted.here <= this.view.state.doc.lines && !this.view.hasFocus) this.reveal(wanted.here);
  }

  /** @param {number} line */
  reveal(line) {
    const { from } = this.view.state.doc.line(line);
    const { top, bottom } = this.view.lineBlockAt(from);
    const box = this.view.scrollDOM;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  }
}

/** @param {Habits} habits @param {string} label */
function extensions(habits, label) {
  const run = () => {
    habits.run();
    return true;
  };
  const own = [
    { key: "Mod-Enter", run, preventDefault: true },
    { key: "Ctrl-Enter", run, preventDefault: true },
  ];
  return [
    [lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), python(), marks],
    [indentUnit.of("    "), EditorState.tabSize.of(4), syntaxHighlighting(classHighlighter)],
    keymap.of([...own, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label }),
  ];
}
