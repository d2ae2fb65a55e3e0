import { expect, test } from "vitest";
import { crc32, zipped } from "../../../../graphtrace/viewer/src/files/archive.js";
import { paperOf } from "../../../../graphtrace/viewer/src/files/frames.js";
import { sizeOf } from "../../../../graphtrace/viewer/src/files/save.js";

const bytes = (text) => new TextEncoder().encode(text);

test("checksums are those of every zip", () => {
  expect(crc32(bytes(""))).toBe(0);
  expect(crc32(bytes("123456789"))).toBe(0xcbf43926);
});

test("a zip holds its files as they are, with names in UTF-8, and is the same every time", async () => {
  const files = [["a.txt", bytes("one")], ["步.txt", bytes("")]]; // prettier-ignore
  const zip = zipped(files);
  expect(zip.type).toBe("application/zip");
  const view = new DataView(await zip.arrayBuffer());
  const end = view.byteLength - 22;
  expect([view.getUint32(0, true), view.getUint32(end, true)]).toEqual([0x04034b50, 0x06054b50]);
  expect(view.getUint16(end + 10, true)).toBe(2);
  const start = view.getUint32(end + 16, true);
  expect(view.getUint32(start, true)).toBe(0x02014b50);
  expect(view.getUint32(start + 16, true)).toBe(crc32(bytes("one")));
  const text = new TextDecoder().decode(view.buffer);
  expect(text.match(/步\.txt/g)).toHaveLength(2);
  expect(new Uint8Array(await zipped(files).arrayBuffer())).toEqual(new Uint8Array(view.buffer));
});

test("the ground of a file, and the theme that it asks for", () => {
  expect(paperOf("theme", "dark")).toEqual({ theme: "dark", ground: "theme" });
  expect(paperOf("light", "dark")).toEqual({ theme: "light", ground: "theme" });
  expect(paperOf("white", "dark")).toEqual({ theme: "light", ground: "white" });
  expect(paperOf("none", "dark")).toEqual({ theme: "dark", ground: "none" });
});

test("an SVG file says how large it is", () => {
  expect(sizeOf('<svg xmlns="x" width="1600" height="900.5" viewBox="0 0 1 1">')).toEqual([1600, 900.5]);
});
