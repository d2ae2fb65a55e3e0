// What the page for code sends to its editor.

/** @typedef {[cursor: number, stream: string, text: string]} Piece What was printed, and after how many events. */

/**
 * @typedef {object} Ran The last run.
 * @property {string} id Of its recording.
 * @property {string} code The program that ran.
 * @property {Piece[]} printed
 * @property {boolean} well Whether it came to its end.
 * @property {string} word How it ended.
 * @property {string} error What Python said.
 * @property {number} line Where; 0 where none is known.
 * @property {number} end How many events there are.
 */

/**
 * @typedef {object} Data
 * @property {{ text: string, serial: string }} given The program; another serial is another one.
 * @property {boolean} may Whether it may be run.
 * @property {boolean} ours Whether only programs of the menu may be run.
 * @property {string} visit A wish to run is of this visit, or is none.
 * @property {number} answered How many wishes to run have been answered.
 * @property {Ran | null} ran
 * @property {{ title: string, text: string }[]} starters
 * @property {string} chosen Title of the menu of starters.
 * @property {Record<string, string>} texts
 */

export {};
