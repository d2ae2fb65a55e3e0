// A zip that only stores, made in memory: a page that is a single file has no server to ask.

/** @typedef {[value: number, bytes: 2 | 4]} NumberField A number, and how many bytes it takes. */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8 = 0x800;
const FIRST_DAY = 33; // of 1980, so that the same steps give the same file

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Little-endian numbers. @param {...NumberField} fields */
function packed(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/**
 * What the head of a file and its entry have in common.
 * @param {Uint8Array} path
 * @param {Uint8Array} bytes
 * @returns {NumberField[]}
 */
const facts = (path, bytes) => [
  [UTF8, 2],
  [0, 2], // stored, not compressed
  [0, 2],
  [FIRST_DAY, 2],
  [crc32(bytes), 4],
  [bytes.length, 4],
  [bytes.length, 4],
  [path.length, 2],
  [0, 2],
];

/** @param {[name: string, bytes: Uint8Array<ArrayBuffer>][]} files */
export function zipped(files) {
  const parts = [];
  const entries = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const path = new TextEncoder().encode(name);
    const common = facts(path, bytes);
    const local = packed([LOCAL, 4], [VERSION, 2], ...common);
    const rest = /** @type {NumberField[]} */ ([0, 0, 0].map((zero) => [zero, 2]));
    entries.push(packed([CENTRAL, 4], [VERSION, 2], [VERSION, 2], ...common, ...rest, [0, 4], [at, 4]), path);
    parts.push(local, path, bytes);
    at += local.length + path.length + bytes.length;
  }
  const size = entries.reduce((sum, part) => sum + part.length, 0);
  const { length } = files;
  const end = packed([END, 4], [0, 2], [0, 2], [length, 2], [length, 2], [size, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...entries, end], { type: "application/zip" });
}
