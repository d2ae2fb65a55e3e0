// The picture from far away, on a canvas: cards as coloured bars, lines thin, titles where they can be read.

const FEW_LINES = 6000;
const FAR_CELL = 7; // px of a cell below which its cards are one bar
const TITLE_PX = 11;
const TITLED = 58; // px of a card that can carry its title

export const COLOURS = {
  op: "forward",
  module: "forward",
  leaf: "leaf",
  gradient: "gradient",
  stub: "constant",
  cut: "constant",
  waiting: "constant",
};

// What is drawn: `scene` knows the things, `at` is the zoom and place, `hue` names the colour of a box.
export function sketch(context, scene, at, width, height, paint) {
  const rect = [-at.x / at.k, -at.y / at.k, (width - at.x) / at.k, (height - at.y) / at.k];
  const { colours } = paint;
  const far = scene.boxes.side * at.k < FAR_CELL;
  context.save();
  context.transform(at.k, 0, 0, at.k, at.x, at.y);
  frames(context, scene.geo.frames, colours, at.k);
  if (!far) lines(context, scene, rect, colours, at.k);
  if (far)
    cells(context, scene, rect, paint, at.k); // lines between cards of a pixel or two are no longer seen
  else bars(context, scene, scene.boxes.within(...rect), paint, at.k);
  context.restore();
}

function frames(context, all, colours, k) {
  context.lineWidth = 1 / k;
  context.fillStyle = colours.frame;
  context.strokeStyle = colours.frame_line;
  for (const { x, y, w, h } of all) {
    context.fillRect(x, y, w, h);
    context.strokeRect(x, y, w, h);
  }
}

function lines(context, scene, rect, colours, k) {
  const found = scene.lines.within(...rect);
  const straight = found.length > FEW_LINES / 3;
  const least = found.length > FEW_LINES ? 3 / k : 0;
  context.lineWidth = 1 / k;
  context.strokeStyle = colours.line;
  context.globalAlpha = found.length > FEW_LINES ? 0.5 : 1;
  context.beginPath();
  for (const i of found) {
    const p = scene.geo.links[i].points;
    const n = p.length;
    if (least && Math.abs(p[n - 2] - p[0]) + Math.abs(p[n - 1] - p[1]) < least) continue;
    context.moveTo(p[0], p[1]);
    for (let j = 2; j + 5 < n; j += 6)
      if (straight) context.lineTo(p[j + 4], p[j + 5]);
      else context.bezierCurveTo(p[j], p[j + 1], p[j + 2], p[j + 3], p[j + 4], p[j + 5]);
  }
  context.stroke();
  context.globalAlpha = 1;
}

function bars(context, scene, ids, { colours, hue }, k) {
  const groups = new Map();
  const bar = Math.max(4, 2.5 / k);
  const tiny = ids.length > 4000;
  const titled = [];
  for (const id of ids) {
    const box = scene.geo.boxes[id];
    const name = hue(box);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(box);
  }
  if (!tiny) {
    context.fillStyle = colours.surface;
    context.strokeStyle = colours.line;
    context.lineWidth = 1 / k;
    for (const boxes of groups.values())
      for (const box of boxes)
        if (box.kind !== "stub") {
          context.fillRect(box.x, box.y, box.w, box.h);
          context.strokeRect(box.x, box.y, box.w, box.h);
          titled.push(box);
        }
  }
  for (const [name, boxes] of groups) {
    context.fillStyle = colours[name];
    for (const box of boxes)
      context.fillRect(box.x, box.y, Math.max(1 / k, tiny || box.w * k < 12 ? box.w : bar), Math.max(1 / k, box.h));
  }
  titles(context, titled, colours, k);
}

// Larger than on the card, so that it can be read; a title that does not fit is left out.
function titles(context, boxes, colours, k) {
  const size = TITLE_PX / k;
  context.fillStyle = colours.ink;
  context.font = `600 ${size}px ${colours.font}`;
  for (const box of boxes) {
    if (box.w * k < TITLED || box.h * k < TITLE_PX + 4) continue;
    const text = fitting(context, [box.title, box.title.split(" · ")[0]], box.w - 12 / k);
    if (text) context.fillText(text, box.x + 7 / k, box.y + Math.min(box.h / 2 + size * 0.36, size * 1.5));
  }
}

const fitting = (context, texts, room) => texts.find((text) => context.measureText(text).width <= room);

// Cells too small to tell their cards apart: the more cards, the darker.
function cells(context, scene, rect, { colours, hue }, k) {
  const field = scene.boxes;
  const [c0, r0, c1, r1] = field.cells(...rect);
  const { side } = field;
  const groups = new Map();
  for (let row = r0; row <= r1; row += 1)
    for (let col = c0; col <= c1; col += 1) {
      const from = field.starts[row * field.cols + col];
      const to = field.starts[row * field.cols + col + 1];
      if (from === to) continue;
      const name = hue(scene.geo.boxes[field.things[from]]);
      const key = `${name} ${Math.min(4, to - from)}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(col * side, row * side);
    }
  const inner = Math.max(side - 0.7 / k, side / 2);
  for (const [key, places] of groups) {
    const [name, many] = key.split(" ");
    context.fillStyle = colours[name];
    context.globalAlpha = 0.35 + 0.15 * Number(many);
    for (let i = 0; i < places.length; i += 2) context.fillRect(places[i], places[i + 1], inner, inner);
  }
  context.globalAlpha = 1;
}

// An outline that is seen at any zoom.
export function ring(context, box, at, colour, wide = 3) {
  const w = Math.max(9, box.w * at.k + 4);
  const h = Math.max(9, box.h * at.k + 4);
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.strokeRect((box.x + box.w / 2) * at.k + at.x - w / 2, (box.y + box.h / 2) * at.k + at.y - h / 2, w, h);
}
