// One frame as the text of an SVG file: the picture with its looks written out, and below it what just happened.
// It reads elements and never a computed style, so that a browser and Python write the same file.

import { KIT } from "./generated/kit.js";
import { Looks, Place } from "./style.js";

const GEOMETRY_KEPT = new Set([
  "x",
  "y",
  "width",
  "height",
  "rx",
  "ry",
  "r",
  "cx",
  "cy",
  "d",
  "points",
  "transform",
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-weight",
  "text-anchor",
]);
const BLANK_KINDS = { value: "value", mini: "value", grad: "gradient", sum: "sum", bucket: "grad", row: "grad" };
const NUMBER_IN_TEXT = /(?<![\w.×]|· )[−-]?(?:\d+(?:\.\d+)?(?:e[−-]?\d+)?|nan|inf)(?![\w×]|\.[A-Za-z_])/g; // no number in a name
const GAP = "____";
const FRAME_EDGE = 24;
const MOST_ZOOM = 2.2;
const WIDE_CHAR =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/u;

const xmlSafe = (text) =>
  String(text)
    .replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char])
    // eslint-disable-next-line no-control-regex -- XML allows none of them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
const twoPlaces = (value) => String(Math.round(value * 100) / 100);

export function xmlTag(name, attributes, inside = "") {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([key, value]) => ` ${key}="${xmlSafe(value)}"`)
    .join("");
  return inside === "" ? `<${name}${said}/>` : `<${name}${said}>${inside}</${name}>`;
}

// ---- texts ---------------------------------------------------------------------------------

const charWidth = (char, bold) =>
  KIT.widths[bold ? 1 : 0][char.codePointAt(0) - 32] ??
  (WIDE_CHAR.test(char) ? 1 : /\p{M}/u.test(char) ? 0 : bold ? 0.75 : 0.65);

// Width in pixels; on the safe side for common fonts, as graphtrace/layout/text.py measures.
export function textWidth(text, size, bold = false) {
  let sum = 0;
  for (const char of text) sum += charWidth(char, bold);
  return sum * size;
}

// A text that nearly fills its room is told its length: no font may carry it out of its card.
function lengthTold(text, size, bold, room) {
  if (!(room > 0) || textWidth(text, size, bold) < 0.9 * room) return {};
  return { textLength: twoPlaces(Math.min(0.9 * textWidth(text, size, bold), room)), lengthAdjust: "spacingAndGlyphs" };
}

// Lines no wider than `room`; between words, or between any two characters of Chinese.
export function wrapWords(text, size, bold, room, most) {
  const lines = [""];
  for (const piece of text.match(/[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]/g) ?? []) {
    if (0.9 * textWidth(lines.at(-1) + piece.trimEnd(), size, bold) > room && lines.at(-1)) lines.push("");
    lines[lines.length - 1] += lines.at(-1) ? piece : piece.trimStart();
  }
  const trimmed = lines.map((line) => line.trimEnd());
  return trimmed.length > most ? [...trimmed.slice(0, most - 1), `${trimmed[most - 1]} …`] : trimmed;
}

// ---- the picture ---------------------------------------------------------------------------

class FrameWriter {
  // `blank`: kinds of numbers to leave out, or to mark where `key` is set.
  constructor(looks, blank = [], key = false) {
    this.looks = looks;
    this.blank = new Set(blank);
    this.key = key;
  }

  all(node, up, kind = "") {
    return [...node.childNodes].map((one) => this.one(one, up, kind)).join("");
  }

  one(node, up, kind) {
    if (node.nodeType !== 1 || node.localName === "title")
      return node.nodeType === 1 && !this.blank.size ? xmlTag("title", {}, xmlSafe(node.textContent)) : "";
    const classes = node.getAttribute("class") ?? "";
    const empty = kind && !this.key && node.localName === "rect" && /\bcell\b/.test(classes);
    const place = new Place(up, node.localName, empty ? "cell empty" : classes);
    const look = this.looks.of(place);
    if (look.display === "none" || place.has("switch")) return ""; // what opens a box is of no use on paper
    const kept = Object.fromEntries(
      [...node.attributes].filter(({ name }) => GEOMETRY_KEPT.has(name)).map(({ name, value }) => [name, value]),
    );
    const attributes = { ...kept, ...look, ...(empty ? { "fill-opacity": 1 } : {}) };
    if (node.localName === "text") return this.text(node, attributes, kind, place);
    const found = BLANK_KINDS[node.getAttribute("data-role")];
    const inside = this.all(node, place, place.has("block") ? (this.blank.has(found) ? found : "") : kind);
    return node.localName === "g" && !inside ? "" : xmlTag(node.localName, attributes, inside);
  }

  text(node, attributes, kind, place) {
    const cell = place.has("number");
    const full = node.textContent;
    const asked = kind && !place.has("label") && !(kind === "grad" && place.has("strong"));
    const said = !asked || this.key ? full : cell ? "" : full.replace(NUMBER_IN_TEXT, GAP);
    const marked = asked && this.key && (cell ? full !== "·" : NUMBER_IN_TEXT.test(full));
    NUMBER_IN_TEXT.lastIndex = 0;
    if (!said) return "";
    if (marked) attributes["font-weight"] = 700;
    const bold = Number(attributes["font-weight"] ?? 400) >= 600;
    const size = Number(attributes["font-size"] ?? 11);
    const line = marked ? answerLine(attributes, textWidth(said, size, bold), node.room) : "";
    return (
      line +
      xmlTag(
        "text",
        {
          ...attributes,
          "data-room": node.room ? twoPlaces(node.room) : null,
          "data-least": node.room ? 0.5 : null,
          ...lengthTold(said, size, bold, node.room),
        },
        xmlSafe(said),
      )
    );
  }
}

// Below an answer, in its own ink: greyscale and colour-blind eyes find it too.
function answerLine({ x, y, fill, "text-anchor": anchor }, natural, room) {
  const width = Math.min(0.84 * natural, room ?? natural);
  const left = Number(x) - width * ({ middle: 0.5, end: 1 }[anchor] ?? 0);
  return xmlTag("path", {
    d: `M${twoPlaces(left)} ${twoPlaces(Number(y) + 2.5)}h${twoPlaces(width)}`,
    stroke: fill,
    "stroke-width": 1.2,
    fill: "none",
  });
}

const LOOKS = new Map();

function looksOf(view, theme) {
  const classes = `gt-root ${view.root.classList.contains("present") ? "present" : ""} playing`;
  const palette = view.words.palette[theme];
  const key = `${classes}|${JSON.stringify(palette)}`;
  if (!LOOKS.has(key)) LOOKS.set(key, new Looks(KIT.css, palette, theme, classes));
  return LOOKS.get(key);
}

// Everything in the view's picture, as SVG text in the picture's own coordinates.
function drawnPicture(view, worn, blank, key) {
  const picture = new Place(
    new Place(worn.root, "div", view.canvas.getAttribute("class")),
    "svg",
    view.svg.getAttribute("class") ?? "",
  );
  return new FrameWriter(worn, blank, key).all(view.svg, picture);
}

// ---- the frame -----------------------------------------------------------------------------

export function whereWords(stage) {
  const { phase, n, of } = stage.player.position(stage.cursor);
  const name = stage.t(`phase_${phase}`);
  const told = of ? stage.t("n_of_m").replace("{phase}", name).replace("{n}", n).replace("{m}", of) : name;
  return `${told} ${stage.t("event_of").replace("{n}", stage.cursor).replace("{m}", stage.player.length)}`;
}

// The sentence, without its numbers where they are asked for.
const toldIn = (stage, { blank = [], key = false }) =>
  blank.length && !key ? stage.says().replace(NUMBER_IN_TEXT, GAP) : stage.says();

// What is written below: the sentence, where we are, and what the view leaves out.
function footOf(view, width, { window = false, caption = true, ...more }) {
  const { stage } = view;
  const room = width - 2 * FRAME_EDGE;
  const large = Math.max(15, Math.min(24, Math.round(width / 66)));
  const small = Math.max(12, Math.round(large * 0.62));
  if (!caption) return { lines: [], height: FRAME_EDGE };
  const said = toldIn(stage, more);
  const where =
    [view.title.textContent, whereWords(stage)].filter(Boolean).join(" · ") +
    (view.geo.folded ? stage.t("folded").replace("{k}", view.geo.folded) : "");
  const set = (texts, size, bold, most) =>
    texts.flatMap((text) => wrapWords(text, size, bold, room, most)).map((text) => ({ text, size, bold }));
  const lines = [
    ...set([said], large, true, 3),
    ...set([where], small, false, 2),
    ...set(view.geo.notes.slice(0, 4), small, false, 2),
  ];
  let y = 4;
  for (const line of lines) {
    y += line.size * 1.35;
    line.y = y;
  }
  const spare = window ? 0 : Math.max(0, longest(stage, large, room) - lines.filter(({ bold }) => bold).length);
  return { lines, height: Math.ceil(y + spare * large * 1.35 + FRAME_EDGE * 0.6) };
}

// Lines that the longest sentence of the recording takes: room for it is kept at every step, so that no step moves the picture.
function longest(stage, size, room) {
  const told = stage.tape.says[stage.view.language] ?? [];
  const key = `${stage.view.language}|${size}|${room}`;
  if (stage.longest?.key !== key) {
    const texts = [...told].sort((a, b) => b.length - a.length).slice(0, 40);
    stage.longest = { key, lines: Math.max(1, ...texts.map((text) => wrapWords(text, size, true, room, 3).length)) };
  }
  return stage.longest.lines;
}

const footLine = ({ text, size, bold, y, x = FRAME_EDGE, anchor }, room, fill) =>
  xmlTag(
    "text",
    {
      x: twoPlaces(x),
      y: twoPlaces(y),
      "font-size": size,
      "font-weight": bold ? 600 : 400,
      fill,
      "text-anchor": anchor,
      "data-room": twoPlaces(room),
      ...lengthTold(text, size, bold, room),
    },
    xmlSafe(text),
  );

// What stands above a worksheet: what it is, and a place for a name.
function headOf(view, width, { heading = "", signed = "" }) {
  if (!heading) return { lines: [], height: FRAME_EDGE };
  return {
    lines: [
      { text: heading, size: 20, bold: true, y: 36, room: width * 0.6 },
      { text: signed, size: 16, bold: false, y: 36, x: width - FRAME_EDGE, anchor: "end", room: width * 0.36 },
    ].filter(({ text }) => text),
    height: 52,
  };
}

// As high as the highest picture of the recording wants to be.
function ownHeight(stage, width, most) {
  const wanted = (stage.chosen?.pictures ?? [{ width: 400, height: 200 }]).map(
    (geo) => geo.height * Math.min((width - 2 * FRAME_EDGE) / geo.width, MOST_ZOOM),
  );
  return Math.ceil(Math.min(most, Math.max(width * 0.2, ...wanted)));
}

/* The text of an SVG file. `window`: the cut that the window shows; else the whole picture, fitted into width × height,
   or as high as it wants to be where there is no height. `theme`: light or dark; `ground`: theme, white or none. */
export function frameText(
  view,
  { window = false, width = 1600, height = null, theme = "light", ground = "theme", ...more },
) {
  const worn = looksOf(view, theme);
  const wide = window ? view.canvas.clientWidth : width;
  const below = footOf(view, wide, { window, ...more });
  const above = window ? { lines: [], height: 0 } : headOf(view, wide, more);
  const free = above.height + below.height;
  const tall = window
    ? view.canvas.clientHeight + below.height
    : (height ?? free + ownHeight(view.stage, wide, wide * 0.75 - free));
  const inside = drawnPicture(view, worn, more.blank, more.key);
  const picture = window
    ? windowCut(view, inside)
    : fittedWhole(view, inside, wide, above.height, Math.max(60, tall - free));
  const colours = view.words.palette[theme];
  const texts = [
    ...above.lines.map((one) => footLine(one, one.room, colours.ink)),
    ...below.lines.map((one) =>
      footLine(
        { ...one, y: one.y + tall - below.height },
        wide - 2 * FRAME_EDGE,
        one.bold ? colours.ink : colours.muted,
      ),
    ),
  ];
  const paint =
    ground === "none"
      ? ""
      : xmlTag("rect", { width: wide, height: tall, fill: ground === "white" ? "#ffffff" : colours.background });
  return xmlTag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: wide,
      height: tall,
      viewBox: `0 0 ${wide} ${tall}`,
      "font-family": KIT.font,
      "font-variant-numeric": "tabular-nums",
    },
    xmlTag("title", {}, xmlSafe(toldIn(view.stage, more))) + paint + picture + texts.join(""),
  );
}

function windowCut(view, inside) {
  const { k, x, y } = view.at;
  const width = view.canvas.clientWidth;
  const height = view.canvas.clientHeight;
  return xmlTag(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" },
    xmlTag("g", { transform: `translate(${twoPlaces(x)} ${twoPlaces(y)}) scale(${k.toFixed(5)})` }, inside),
  );
}

function fittedWhole(view, inside, width, top, height) {
  const { geo } = view;
  const k = Math.min((width - 2 * FRAME_EDGE) / geo.width, height / geo.height, MOST_ZOOM);
  return xmlTag(
    "g",
    {
      transform: `translate(${twoPlaces((width - geo.width * k) / 2)} ${twoPlaces(top + (height - geo.height * k) / 2)}) scale(${k.toFixed(5)})`,
    },
    inside,
  );
}

// lenet_step07_backward.svg: sorts by step.
export function fileName(stage, suffix) {
  const digits = String(stage.player.length).length;
  const name = (stage.view.name || stage.view.title.textContent || "")
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  return `${name || "graph"}_step${String(stage.cursor).padStart(Math.max(2, digits), "0")}_${stage.state.phase || "other"}.${suffix}`;
}
