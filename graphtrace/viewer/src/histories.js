// What changes over a recording, as graphtrace/player/histories.py: looked up by bisection, never replayed.

/**
 * The numbers whose differences these are.
 *
 * @param {number[]} differences
 * @returns {number[]}
 */
export function summed(differences) {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}

/**
 * How many numbers are at most `most`.
 *
 * @param {number[]} numbers Ascending.
 * @param {number} most
 * @returns {number}
 */
export function countUntil(numbers, most) {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The changes of one thing. @template V */
export class History {
  constructor() {
    /** @type {number[]} */
    this.cursors = [];
    /** @type {V[]} */
    this.values = [];
    /** @type {V[]} What `until` returned last: the same list until it grows. */
    this.last = [];
  }

  /** @param {number} cursor Not below the one before. @param {V} value */
  put(cursor, value) {
    this.cursors.push(cursor);
    this.values.push(value);
  }

  /** What it was; undefined before its first change. @param {number} cursor @returns {V | undefined} */
  at(cursor) {
    return this.values[countUntil(this.cursors, cursor) - 1];
  }

  /** All that it has been. @param {number} cursor @returns {V[]} */
  until(cursor) {
    const count = countUntil(this.cursors, cursor);
    if (count !== this.last.length) this.last = this.values.slice(0, count);
    return this.last;
  }
}

/** The changes of many things. @template K, V @extends {Map<K, History<V>>} */
export class Histories extends Map {
  /** @param {K} key @param {number} cursor @param {V} value */
  put(key, cursor, value) {
    const known = this.get(key);
    const history = known ?? new History();
    if (!known) this.set(key, history);
    history.put(cursor, value);
  }

  /**
   * What it was; undefined where nothing was noted by then.
   * @param {K} key
   * @param {number} cursor
   * @returns {V | undefined}
   */
  at(key, cursor) {
    return this.get(key)?.at(cursor);
  }

  /** @param {K} key @param {number} cursor @returns {V[]} */
  until(key, cursor) {
    return this.get(key)?.until(cursor) ?? [];
  }
}

/**
 * @template W, V
 * @param {import("./wire.js").WireHistory<W>} wire
 * @param {(value: W) => V} read
 * @returns {History<V>}
 */
export function readHistory({ cursors, values }, read) {
  /** @type {History<V>} */
  const history = new History();
  summed(cursors).forEach((cursor, i) => history.put(cursor, read(values[i])));
  return history;
}

/**
 * @template W, K, V
 * @param {import("./wire.js").WireHistories<W>} wire
 * @param {(key: number, i: number) => K} name What a number stands for.
 * @param {(value: W, i: number) => V} read
 * @returns {Histories<K, V>}
 */
export function readHistories({ cursors, keys, values }, name, read) {
  /** @type {Histories<K, V>} */
  const histories = new Histories();
  const numbers = summed(keys);
  summed(cursors).forEach((cursor, i) => histories.put(name(numbers[i], i), cursor, read(values[i], i)));
  return histories;
}
