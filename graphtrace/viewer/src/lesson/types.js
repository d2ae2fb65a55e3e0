// What a page of a lesson is sent. All of it was computed in Python, wrong answers too.

/** @typedef {"en" | "zh"} Language */
/** @typedef {Record<string, string>} InLanguages A text by language. */
/** @typedef {number | string} Sent A number; those that JSON lacks travel as words. */

/**
 * @typedef {object} QuestionWords
 * @property {string} text
 * @property {string} right What is said to the right answer.
 * @property {string[]} wrong What is said to each usual wrong number.
 * @property {string[]} labels Of options or lines.
 * @property {string[]} replies What is said to each option.
 */

/**
 * @typedef {object} SentQuestion
 * @property {string} kind
 * @property {Sent | null} answer
 * @property {number} tolerance
 * @property {Sent[]} wrong Usual wrong numbers.
 * @property {Sent[] | null} chips Numbers to choose from; else one is typed.
 * @property {number | null} best Position of the right option.
 * @property {number[]} order Positions of the lines in the order in which they happen.
 * @property {number} reveal Where the answer is seen.
 * @property {import("../draw/veil.js").Blank[]} blanks
 * @property {Record<string, QuestionWords>} words
 */

/**
 * @typedef {object} SentStep
 * @property {string} run Which program it stands in.
 * @property {number} at
 * @property {import("../draw/veil.js").NodePlace[]} marked
 * @property {boolean} bare Without the code.
 * @property {InLanguages} text
 * @property {InLanguages | null} notes
 * @property {SentQuestion | null} question
 */

/**
 * @typedef {object} SentLesson
 * @property {string} id
 * @property {InLanguages} title
 * @property {InLanguages} about Its number and minutes.
 * @property {InLanguages} exercise
 * @property {InLanguages} needs What of the exercise a file does not have.
 * @property {string} address Where the exercise can be done; empty where nobody said.
 * @property {Record<string, import("../draw/playback.js").Play>} programs
 * @property {SentStep[]} steps
 * @property {import("../words.js").Patch} patch Words and colours of the player.
 * @property {Record<string, Record<string, string>>} words Of this page, by language.
 */

/**
 * @typedef {object} Answer What was answered to a question.
 * @property {number | null} number
 * @property {number | null} option
 * @property {number[]} picked
 * @property {boolean} right
 * @property {boolean} shown Whether the answer may be seen.
 */

export {};
