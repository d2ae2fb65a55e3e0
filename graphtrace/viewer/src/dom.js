// Small helpers: elements, numbers in range, bytes for people.

export const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Record<string, string | number | null | undefined>} Attributes `text` is what stands in it; null is absent.
 */
/** @typedef {Node | string | null | undefined} Child */

/**
 * An element of a page.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attrs]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const el = (tag, attrs = {}, ...children) => fill(document.createElement(tag), attrs, children);

/**
 * An element of a picture.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attrs]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export const svg = (tag, attrs = {}, ...children) => fill(document.createElementNS(SVG, tag), attrs, children);

/**
 * @template {Element} E
 * @param {E} node
 * @param {Attributes} attrs
 * @param {Child[]} children
 * @returns {E}
 */
export function fill(node, attrs, children) {
  for (const [name, value] of Object.entries(attrs)) {
    if (value === null || value === undefined) continue;
    if (name === "text") node.textContent = String(value);
    else node.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

/**
 * A button.
 *
 * @param {Attributes} attrs
 * @param {() => void} run
 * @param {...Child} children
 */
export function button(attrs, run, ...children) {
  const made = el("button", { type: "button", ...attrs }, ...children);
  made.addEventListener("click", run);
  return made;
}

/**
 * What is around the target of an event, the target included.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function around(event, selector) {
  const { target } = event;
  return target instanceof Element ? target.closest(selector) : null;
}

/** What draws on a canvas. @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws on no canvas");
  return context;
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Whether the reader wants nothing to move. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {number} count @returns {string} */
export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit += 1;
  }
  return `${unit ? value.toPrecision(3) : value} ${units[unit]}`;
}
