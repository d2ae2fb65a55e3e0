// The viewer as a component of Streamlit, which calls `mount` for every change of data and of theme.

import { Viewer } from "../viewer.js";
import { ActionList } from "./actions.js";
import { listenCards } from "./card_hand.js";
import { LessonStage } from "./lesson.js";
import { notePlace, noteQuery } from "./address.js";
import { listenBeside, listenLeaving } from "./beside.js";
import { listenLive } from "./live.js";
import { makeHand } from "./movable.js";
import { EditorLink } from "./editor_link.js";
import { show } from "./page.js";
import { mountProgress, note, recalled } from "./progress.js";
import { Pair } from "./pair.js";
import { seekOnce } from "./seeking.js";
import { sentBy } from "./sent.js";
import { StoryLine } from "./story.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("./page.js").Sent} Sent */
/** @typedef {import("./sent.js").Host} Host */
/** @typedef {{ wanted: Record<string, string>, address: string }} Addressed */
/** @typedef {import("./pair.js").PairSent & Pick<Options, "seek"> & Addressed} SentPair */

/**
 * @typedef {object} Net
 * @property {import("../live/types.js").LivePicture | null} picture At rest.
 * @property {boolean} trains Whether it trains: then pictures come beside what is sent, see live.js.
 * @property {import("../live/probe.js").Probe | null} probe The number that is held.
 */

/**
 * @typedef {object} Options What only this host sends.
 * @property {boolean} [keyboard] Whether the page is about this player: keys pressed beside it are its own.
 * @property {boolean} [compact] Above charts: no code, no inspector, less height.
 * @property {boolean} [alone] Nothing but the toolbar.
 * @property {import("./toolbar.js").Tools | null} [tools]
 * @property {boolean} [bare] As a link wishes: no code.
 * @property {boolean} [rests] Whether the host is told where the player comes to rest.
 * @property {boolean} [front] On the first page: a low picture with its sentence and a large Play.
 * @property {boolean} [scene] In the scene of a mistake: its card is open, and does not lead to the scene.
 * @property {import("./editor_link.js").Edited | null} [edited] Beside an editor, which shows the line that runs.
 * @property {boolean} [present]
 * @property {Record<string, string>} [wanted] The query of the page's address.
 * @property {string} [ask] What of the page takes the place along, when it is pressed.
 * @property {import("./actions.js").Actions} [acts]
 * @property {import("../inspector/mistake.js").Repair[]} [repairs] What can be done about a mistake.
 * @property {import("./seeking.js").Seek} [seek]
 * @property {Net | null} [net]
 * @property {import("../draw/veil.js").Lesson | null} [lesson] The step of a lesson that is shown.
 * @property {import("./progress.js").Visit} [progress] Which one that is; the browser keeps it.
 */

const REST_MS = 400;

/** @type {WeakMap<HTMLElement, Mounted>} By root. */
const mounted = new WeakMap();
/** @type {WeakMap<HTMLElement, Pair>} */
const pairs = new WeakMap();
/** Streamlit's entry point. @param {Host} host @returns {() => void} Takes it off the page. */
export const mount = (host) =>
  mountProgress(host) ?? (host.parentElement.querySelector(".gt-pair") ? mountPair(host) : mountViewer(host));

// ---- one viewer --------------------------------------------------------------------------------

/** @param {Host} host */
function mountViewer(host) {
  const root = /** @type {HTMLElement} */ (host.parentElement.querySelector(".gt-root"));
  const part = mounted.get(root) ?? new Mounted(root);
  mounted.set(root, part);
  const sent = /** @type {(Sent & Options) | null} */ (sentBy(host));
  if (sent) part.take(host, sent);
  return () => {
    part.destroy();
    mounted.delete(root);
  };
}

class Mounted {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.viewer = new Viewer(root);
    /** @type {Host | null} */
    this.host = null;
    /** @type {Sent & Options} */
    this.sent = { id: "", patch: {} };
    this.timer = 0;
    this.presented = false;
    this.asked = ""; // the step whose kept answer the host was told
    this.told = ""; // the place that the host was told last, when something else was pressed
    this.actions = new ActionList((action) => this.host?.setTriggerValue("act", action));
    const tell = (/** @type {unknown} */ press) => this.host?.setTriggerValue("press", press);
    this.toolbar = new Toolbar(this.viewer, tell, () => this.place());
    this.story = this.makeStory();
    this.lesson = new LessonStage(this.viewer, () => this.toolbar.press("lesson"));
    this.editor = new EditorLink(this.viewer);
    this.viewer.emit = (name, value) => this.emit(name, value);
    this.viewer.mistake.act = (act) => this.host?.setTriggerValue("act", act);
    const act = (/** @type {unknown} */ told) => this.emit("act", told);
    this.hand = makeHand(this.viewer, act, () => this.actions.actions);
    this.viewer.inspector.offers = (box) => this.offers(box);
    listenCards(this.viewer, this.hand, () => root.classList.contains("moves"));
    const { signal } = this.viewer.abort;
    const first = (/** @type {KeyboardEvent} */ event) => this.toolbar.key(event);
    listenBeside({ viewer: () => (this.sent.keyboard ? this.viewer : null), first }, signal);
    listenLeaving(() => this.leaving(), signal);
    listenLive((of, picture) => {
      if (of === this.sent.id && this.sent.net?.trains) this.viewer.recording?.showLive(picture, true);
    }, signal);
  }

  makeStory() {
    const go = (/** @type {string} */ name) => (/** @type {number} */ to) => this.toolbar.press(name, undefined, to);
    const loss = (/** @type {number} */ pass) => {
      const { picture } = this.sent.net ?? {};
      return picture?.losses[picture.passes.indexOf(pass)] ?? null;
    };
    const move = (/** @type {"undo" | "redo"} */ name) => this.toolbar.press(name);
    return new StoryLine(() => this.viewer.words, { go: go("go"), open: go("open"), move, loss });
  }

  destroy() {
    clearTimeout(this.timer);
    this.story.destroy();
    this.toolbar.destroy();
    this.viewer.destroy();
  }

  /** What can be done to a card. @param {import("../draw/types.js").Box} box */
  offers(box) {
    const hand = this.root.classList.contains("moves") ? this.hand.draw(box) : [];
    return [...hand, ...this.actions.draw(box, this.viewer.structure.geo.roots)];
  }

  /** @param {Host} host @param {Sent & Options} sent */
  take(host, sent) {
    const { viewer } = this;
    this.host = host;
    this.sent = sent;
    this.look(sent);
    noteQuery(sent.wanted, sent.address);
    this.actions.actions = sent.acts ?? null;
    this.hand.take(sent.net?.probe ?? null);
    viewer.mistake.offer(sent.repairs ?? []);
    show(viewer, sent);
    this.takeTools(sent.tools ?? null);
    if (!sent.net?.trains) viewer.recording?.showLive(sent.net?.picture ?? null, false);
    this.takeSides(sent);
    note(sent.progress);
    this.recall(sent.progress);
    if (seekOnce(viewer, sent.id, sent.seek)) this.lesson.point();
    if (sent.present && !this.presented) {
      this.presented = true;
      viewer.present();
    }
    this.note();
  }

  /** Tell the host what was answered before the page was loaded, once. @param {Options["progress"]} visit */
  recall(visit) {
    const answer = recalled(visit);
    const place = `${visit?.lesson} ${visit?.step}`;
    if (!answer || this.asked === place) return;
    this.asked = place;
    this.host?.setTriggerValue("answered", answer);
  }

  /** What of a viewer this host wants. @param {Options} sent */
  look({ compact, bare, front, scene, alone, tools: acting, acts, net }) {
    const moves = acts && !net?.trains; // whether numbers can be moved by hand
    for (const [look, on] of Object.entries({ compact, bare, front, scene, alone, acting, moves })) {
      this.root.classList.toggle(look, Boolean(on));
    }
    this.viewer.mistake.stand(Boolean(scene));
  }

  /** What stands beside it: a lesson, an editor. @param {Sent & Options} sent */
  takeSides({ lesson = null, edited = null }) {
    this.lesson.take(lesson);
    this.editor.take(edited);
  }

  /** @param {import("./toolbar.js").Tools | null} tools */
  takeTools(tools) {
    this.toolbar.take(tools);
    const { actions, canvas } = this.viewer.shell; // not the controls: they are made anew, and the focus would be lost
    this.story.take(tools?.story ?? null, (this.sent.alone ? actions : canvas.closest(".main")) ?? actions);
  }

  /** @param {string} name @param {unknown} value */
  emit(name, value) {
    if (name === "act") {
      this.host?.setTriggerValue("act", value);
      return;
    }
    const moves = name === "cursor" || name === "view";
    if (moves) this.note();
    if (moves || name === "plays") this.toolbar.refresh();
    this.lesson.refresh();
    if (name === "plays" || (moves && this.sent.lesson)) return;
    if (!moves) this.host?.setStateValue(name, value);
    else if (name === "cursor" && (this.sent.rests || !this.sent.address)) this.rest();
  }

  note() {
    this.editor.tell();
    const { address } = this.sent;
    if (address && this.viewer.recording) notePlace(this.viewer.recording, address);
  }

  /** A run of steps is one message. */
  rest() {
    clearTimeout(this.timer);
    const send = () => {
      const { recording } = this.viewer;
      if (recording?.control.plays) this.timer = setTimeout(send, REST_MS);
      else this.host?.setStateValue("cursor", this.sent.rests ? this.place() : recording?.playback.cursor);
    };
    this.timer = setTimeout(send, REST_MS);
  }

  place() {
    const { recording } = this.viewer;
    return { of: recording?.id, at: recording?.playback.cursor, view: recording?.playback.chosen?.name ?? "" };
  }

  /** Who leaves the picture takes the place in it along. @returns {{ selector: string, tell: () => void } | null} */
  leaving() {
    const { recording } = this.viewer;
    const { address, ask } = this.sent;
    const place = `${recording?.id}|${recording?.playback.cursor}`;
    if (!address || !ask || !recording || this.told === place) return null;
    const tell = () => {
      this.told = place;
      this.host?.setStateValue("cursor", this.place());
    };
    return { selector: ask, tell };
  }
}

// ---- two viewers -------------------------------------------------------------------------------

/** @param {Host} host */
function mountPair(host) {
  const root = /** @type {HTMLElement} */ (host.parentElement.querySelector(".gt-pair"));
  const pair = pairs.get(root) ?? makePair(root);
  const sent = /** @type {SentPair | null} */ (sentBy(host));
  if (sent) {
    noteQuery(sent.wanted, sent.address);
    pair.onRest = (at) => host.setStateValue("cursor", { of: sent.id, at });
    pair.take(sent, show);
    seekOnce(pair.viewers[sent.own], sent.id, sent.seek);
  }
  return () => {
    pair.destroy();
    pairs.delete(root);
  };
}

/** @param {HTMLElement} root */
function makePair(root) {
  const parts = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".gt-root")]);
  const pair = new Pair(
    root,
    parts.map((part) => new Viewer(part)),
  );
  pairs.set(root, pair);
  listenBeside({ viewer: () => pair.keyboard }, pair.viewers[0].abort.signal);
  return pair;
}
