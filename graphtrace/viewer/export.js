// The frame on screen as a file: the same cut, with the sentence below it.

import { svg } from "./dom.js";

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linecap", "font-family", "font-size", "font-weight", "font-variant-numeric", "opacity", "text-anchor"];
const FOOT = 44;

// A copy of the picture with every style written out, cut to what the window shows.
export function frame(stage) {
  const { view } = stage, { k, x, y } = view.at, width = view.canvas.clientWidth, height = view.canvas.clientHeight, ground = getComputedStyle(view.canvas).backgroundColor;
  const copy = view.svg.cloneNode(true), originals = view.svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((node, i) => {
    const style = getComputedStyle(originals[i]);
    if (style.display === "none") node.setAttribute("display", "none");
    for (const name of STYLES) { const value = style.getPropertyValue(name); if (value) node.setAttribute(name, value); }
    for (const name of ["class", "tabindex", "role", "aria-label"]) node.removeAttribute(name);
  });
  const ink = getComputedStyle(view.title).color, family = getComputedStyle(view.root).fontFamily;
  const inner = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" }, svg("g", { transform: `translate(${x} ${y}) scale(${k})` }, ...copy.childNodes));
  const said = svg("text", { x: 16, y: height + 28, "font-size": 16, "font-family": family, "font-weight": 600, fill: ink, text: stage.says() });
  return svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height: height + FOOT, viewBox: `0 0 ${width} ${height + FOOT}` },
    svg("rect", { width, height: height + FOOT, fill: ground }), inner, said);
}

// lenet_step07_backward.svg: sorts by step.
export function fileName(stage, suffix) {
  const digits = String(stage.player.length).length, name = (stage.view.name || stage.view.title.textContent || "graph").normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 40);
  return `${name || "graph"}_step${String(stage.cursor).padStart(digits, "0")}_${stage.state.phase || "other"}.${suffix}`;
}

const text = (stage) => new XMLSerializer().serializeToString(frame(stage));

export function picture(stage) { save(new Blob([text(stage)], { type: "image/svg+xml" }), fileName(stage, "svg")); }

export function png(stage, times = 2) {
  const image = new Image(), made = frame(stage), width = Number(made.getAttribute("width")), height = Number(made.getAttribute("height"));
  image.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = width * times;
    canvas.height = height * times;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, fileName(stage, "png")), "image/png");
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(made))}`;
}

function save(blob, name) {
  const link = document.createElement("a"), address = URL.createObjectURL(blob);
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
