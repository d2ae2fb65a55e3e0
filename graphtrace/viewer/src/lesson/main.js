// A lesson in one file: the bundle offers this as `graphtrace.open`.

import { LessonPage } from "./page.js";

export { judgeNumber, judgeOption, judgeOrder } from "./judging.js";

/** @param {HTMLElement} root @param {import("./types.js").SentLesson} sent */
export const open = (root, sent) => new LessonPage(root, sent);
