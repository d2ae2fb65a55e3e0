// The words and colours that a host sent, in the language that is shown.

/** @typedef {Record<string, string>} Texts */

/**
 * @typedef {object} Patch Small facts that may change without a new structure.
 * @property {Texts} [texts]
 * @property {Record<string, Texts> | null} [languages] Where the reader may change between them.
 * @property {string} [language]
 * @property {Record<string, Record<string, string | number>>} [palette] Colours by theme.
 * @property {string} [title]
 * @property {string} [name] How names of files begin.
 * @property {string} [about] What the host says of the picture.
 * @property {string | null} [theme] light or dark; as the page is, unless told.
 */

export class Words {
  constructor() {
    /** @type {Required<Patch>} */
    this.sent = {
      texts: {},
      languages: null,
      language: "en",
      palette: {},
      title: "",
      name: "",
      about: "",
      theme: null,
    };
    /** @type {string | null} The language that the reader has asked for. */
    this.asked = null;
    /** @type {import("./draw/types.js").Say} A word of the language, by its name. */
    this.say = (name) => this.texts[name] ?? name;
  }

  /** @param {Patch} patch */
  take(patch) {
    this.sent = { ...new Words().sent, ...patch };
  }

  get language() {
    return this.asked && this.sent.languages ? this.asked : this.sent.language;
  }

  get texts() {
    return this.sent.languages?.[this.language] ?? this.sent.texts;
  }

  /** A language that the reader may change to. @returns {string | undefined} */
  get other() {
    return Object.keys(this.sent.languages ?? {}).find((name) => name !== this.language);
  }

  get title() {
    return this.sent.title;
  }

  get name() {
    return this.sent.name;
  }

  get palette() {
    return this.sent.palette;
  }
}
