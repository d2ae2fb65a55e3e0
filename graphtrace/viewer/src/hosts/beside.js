// What happens on the page beside a viewer: keys that are its own, and presses that leave it.

/** @typedef {import("../viewer.js").Viewer} Viewer */

/** Fields and menus keep their keys. */
const FIELD = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const TYPING = `${FIELD}, [role=slider], [role=listbox], [role=dialog], [role=grid]`;
const CHOICE = "[data-testid=stButtonGroup] button, [role=option]";

/**
 * @typedef {object} Keyboard Whose the keys are that are pressed anywhere on the page.
 * @property {() => Viewer | null} viewer Takes those that are pressed beside it.
 * @property {(event: KeyboardEvent) => boolean} [first] Takes keys wherever they are pressed, also in the viewer.
 */

/**
 * A page that is about one viewer gives it the keys that are pressed beside it, too.
 *
 * @param {Keyboard} keyboard
 * @param {AbortSignal} signal
 */
export function listenBeside({ viewer, first }, signal) {
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const path = event.composedPath();
    if (path.some((part) => part instanceof Element && part.matches(TYPING)) || first?.(event)) return;
    const own = viewer();
    if (own && !path.includes(own.shell.root)) own.picture.keys.press(event);
  };
  document.addEventListener("keydown", press, { signal });
  document.addEventListener("click", leaveChoice, { signal, capture: true });
}

/** Who has chosen with the mouse is done with that menu: the next key is no search in it. @param {MouseEvent} event */
function leaveChoice({ detail, target }) {
  const chosen = detail && target instanceof Element ? target.closest(CHOICE) : null;
  if (chosen) setTimeout(() => document.activeElement instanceof HTMLElement && document.activeElement.blur(), 0);
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
