// Files made in the browser alone: SVG, PNG, and pages to print.

import { contextOf, el } from "../dom.js";

const MOST_SIDE = 16_000;
const MOST_PIXELS = 100_000_000; // what a canvas takes in every browser
const FORGET_MS = 10_000;

/** @param {string} text */
export const svgBlob = (text) => new Blob([text], { type: "image/svg+xml" });

/** @param {Blob} blob @returns {Promise<Uint8Array<ArrayBuffer>>} */
export const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** Width and height of an SVG file. @param {string} text @returns {[number, number]} */
export function sizeOf(text) {
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(text) ?? [];
  return [Number(width), Number(height)];
}

/**
 * Draw on a canvas what an SVG file says.
 * @param {string} text
 * @param {number} times Pixels per pixel.
 * @returns {Promise<Blob>}
 */
export async function pngBlob(text, times) {
  const [width, height] = sizeOf(text);
  if (Math.max(width, height) * times > MOST_SIDE || width * height * times ** 2 > MOST_PIXELS)
    throw new Error("too_large");
  const canvas = el("canvas", { width: Math.round(width * times), height: Math.round(height * times) });
  const address = URL.createObjectURL(svgBlob(text));
  const image = new Image();
  try {
    image.src = address;
    await image.decode();
    contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("too_large");
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** @param {Blob} blob @param {string} name */
export function saveFile(blob, name) {
  const link = el("a", { download: name });
  const address = URL.createObjectURL(blob);
  link.href = address;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), FORGET_MS);
}

/** One page per picture, for the print dialog, which also writes PDF. @param {string[]} texts */
export async function printPages(texts) {
  const images = texts.map((text) => el("img", { src: URL.createObjectURL(svgBlob(text)), alt: "" }));
  const pages = el("div", { class: "gt-print" }, ...images);
  document.querySelector(".gt-print")?.remove();
  document.body.append(pages);
  await Promise.all(images.map((image) => image.decode()));
  const clear = () => {
    pages.remove();
    images.forEach((image) => URL.revokeObjectURL(image.src));
  };
  addEventListener("afterprint", clear, { once: true });
  print();
}
