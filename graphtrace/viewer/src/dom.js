// Small helpers: elements, numbers in range, bytes for people.

export const SVG = "http://www.w3.org/2000/svg";

export const svg = (tag, attrs = {}, ...kids) => fill(document.createElementNS(SVG, tag), attrs, kids);
export const el = (tag, attrs = {}, ...kids) => fill(document.createElement(tag), attrs, kids);

export function fill(node, attrs, kids) {
  for (const [name, value] of Object.entries(attrs)) {
    if (name === "text") node.textContent = value;
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...kids.filter((kid) => kid !== null && kid !== undefined));
  return node;
}

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

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
