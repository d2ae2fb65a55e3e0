// Light or dark, and the colours of it.

/** Whether a background is dark; where it is no plain colour, what the machine is set to. @param {string} colour */
export function isDark(colour) {
  const hex = /^\s*#([0-9a-f]{6})/i.exec(colour);
  if (!hex) return matchMedia("(prefers-color-scheme: dark)").matches;
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

/**
 * Put the colours of a theme where the stylesheet finds them.
 *
 * @param {HTMLElement} root
 * @param {Record<string, Record<string, string | number>>} palette By theme.
 * @param {string | null} theme light or dark; as the page is, unless told.
 */
export function applyTheme(root, palette, theme) {
  const ground = () => getComputedStyle(root).getPropertyValue("--st-background-color");
  const name = (theme ? theme === "dark" : isDark(ground())) ? "dark" : "light";
  root.dataset.theme = name;
  for (const [colour, value] of Object.entries(palette[name] ?? {}))
    root.style.setProperty(`--gt-${colour.replaceAll("_", "-")}`, String(value));
}

/**
 * Colours of the theme of now, as a canvas takes them.
 * @param {HTMLElement} root
 * @param {Record<string, Record<string, string | number>>} palette
 * @returns {Record<string, string>}
 */
export function canvasColours(root, palette) {
  const colours = Object.entries(palette[root.dataset.theme ?? "light"] ?? {}).map(([name, value]) => [
    name,
    String(value),
  ]);
  return { ...Object.fromEntries(colours), font: getComputedStyle(root).fontFamily };
}
