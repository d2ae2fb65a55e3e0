// What happens on the page beside a viewer: keys that are its own, and presses that leave it.

/** @typedef {import("../viewer.js").Viewer} Viewer */

/** Fields and menus keep their keys. */
const TYPING = "input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=dialog]";
const CHOICE = "[data-testid=stButtonGroup] button";

/**
 * A page that is about one player gives it the keys that are pressed beside it, too.
 *
 * @param {() => Viewer | null} keyboard Whose they are.
 * @param {AbortSignal} signal
 */
export function listenBeside(keyboard, signal) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    const viewer = keyboard();
    if (!viewer || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const taken = (/** @type {EventTarget} */ part) =>
      part === viewer.shell.root || (part instanceof Element && part.matches(TYPING));
    if (!event.composedPath().some(taken)) viewer.recording?.control.key(event);
  };
  document.addEventListener("keydown", press, { signal });
  document.addEventListener("click", (event) => blurChoice(event, keyboard), { signal, capture: true });
}

/** Who chose with the mouse steps with the arrows at once. @param {MouseEvent} event @param {() => Viewer | null} keyboard */
function blurChoice({ detail, target }, keyboard) {
  const chosen = keyboard() && detail && target instanceof Element ? target.closest(CHOICE) : null;
  if (chosen instanceof HTMLElement) requestAnimationFrame(() => chosen.blur());
}

/**
 * Tell when something that leaves the player is pressed.
 *
 * @param {() => { selector: string, tell: () => void } | null} leaving What that is now.
 * @param {AbortSignal} signal
 */
export function listenLeaving(leaving, signal) {
  const press = (/** @type {MouseEvent} */ { target }) => {
    const asked = leaving();
    if (asked && target instanceof Element && target.closest(asked.selector)) asked.tell();
  };
  document.addEventListener("click", press, { signal, capture: true });
}
