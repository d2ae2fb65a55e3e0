import { KIT } from "../generated/kit.js";
const WIDE_CHAR =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u;
const charWidth = (char, bold) =>
  KIT.widths[bold ? 1 : 0][char.codePointAt(0) - 32] ??
  (WIDE_CHAR.test(char) ? 1 : /\p{M}/u.test(char) ? 0 : bold ? 0.75 : 0.65);
export function textWidth(text, size, bold = false) {
  let sum = 0;
  for (const char of text) sum += charWidth(char, bold);
  return sum * size;
}
export function squeezed(text, size, bold, room) {
  if (!(room > 0) || textWidth(text, size, bold) < 0.9 * room) return {};
  return {
    textLength: twoPlaces(Math.min(0.9 * textWidth(text, size, bold), room)),
    lengthAdjust: "spacingAndGlyphs",
  };
}
export function wrapped(text, size, bold, room, most) {
  const lines = [""];
  for (const piece of text.match(/[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]/g) ?? []) {
    if (0.9 * textWidth(lines.at(-1) + piece.trimEnd(), size, bold) > room && lines.at(-1)) lines.push("");
    lines[lines.length - 1] += lines.at(-1) ? piece : piece.trimStart();
  }
  const trimmed = lines.map((line) => line.trimEnd());
  return trimmed.length > most ? [...trimmed.slice(0, most - 1), `${trimmed[most - 1]} …`] : trimmed;
}
export const twoPlaces = (value) => String(Math.round(value * 100) / 100);
