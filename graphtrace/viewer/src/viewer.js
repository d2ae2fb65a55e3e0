// The viewer: draws a graph, explains the selected card, and plays a recording.
// No text of a user is ever parsed as markup.

import { FileMenu } from "./files/menu.js";
import { Inspector } from "./inspector/inspector.js";
import { MistakeCard } from "./inspector/mistake.js";
import { drawLegend } from "./picture/controls.js";
import { buildShell } from "./picture/shell.js";
import { NOTHING, Structure } from "./picture/structure.js";
import { applyTheme, canvasColours } from "./picture/theme.js";
import { PictureView } from "./picture/view.js";
import { RecordingView } from "./playing/recording.js";
import { Words } from "./words.js";

/** @typedef {import("./draw/types.js").Box} Box */
/** @typedef {import("./draw/types.js").Geometry} Geometry */
/** @typedef {import("./draw/playback.js").Playback} Playback */

const LEAST_HEIGHT = 360;

export class Viewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.shell = buildShell(root);
    this.words = new Words();
    this.abort = new AbortController();
    this.structure = NOTHING;
    /** @type {RecordingView | null} What plays, once a recording is there. */
    this.recording = null;
    /** @type {(name: string, value: unknown) => void} Tells the host. */
    this.emit = () => {};
    /** Show it large, or no longer; a pair of viewers does so together. */
    this.present = () => this.togglePresent();
    /** What was chosen for files; it stays when the words change. */
    this.fileChoices = {};
    /** How it is played; it stays when another recording comes. */
    this.habits = { speed: 1, every: false };
    this.picture = this.makePicture();
    this.inspector = new Inspector({
      panel: this.shell.panel,
      say: this.words.say,
      select: (box) => this.picture.selection.select(box),
      open: (box) => this.picture.modules.open(box),
    });
    this.mistake = new MistakeCard({
      panel: this.shell.mistake,
      slip: this.shell.slip,
      say: this.words.say,
      onAppear: () => this.picture.selection.select(null, true),
    });
    this.sizes = new ResizeObserver(() => this.picture.resized());
    this.listen();
  }

  makePicture() {
    return new PictureView({
      shell: this.shell,
      say: this.words.say,
      signal: this.abort.signal,
      colours: () => canvasColours(this.shell.root, this.words.palette),
      playing: () => this.recording !== null,
      moment: () => this.recording?.moment ?? null,
      player: (event) => this.recording?.control.key(event) ?? false,
      onSelect: (box, quiet, pressed) => this.selected(box, quiet, pressed),
      onLight: (boxes) => this.recording?.light(boxes),
      onOpen: (opened) => this.emit("opened", opened),
    });
  }

  listen() {
    const { root, canvas } = this.shell;
    const { signal } = this.abort;
    root.addEventListener("keydown", (event) => this.picture.keys.press(event), { signal });
    window.addEventListener("resize", () => this.resize(), { signal });
    this.sizes.observe(canvas);
  }

  destroy() {
    this.abort.abort();
    this.sizes.disconnect();
    this.recording?.control.pause();
    this.picture.destroy();
    this.shell.root.replaceChildren();
  }

  /** Fill the window below the component's top edge, so that the page never scrolls. */
  resize() {
    const { root } = this.shell;
    const top = root.getBoundingClientRect().top + (window.scrollY || 0);
    root.style.height = `${Math.max(LEAST_HEIGHT, Math.floor(innerHeight - Math.max(0, top)))}px`;
  }

  // ---- words -----------------------------------------------------------------------------------

  /**
   * Small facts that may change without a new structure: words, colours, title.
   * @param {import("./words.js").Patch} patch
   */
  patch(patch) {
    const { words, recording, picture } = this;
    const before = words.language;
    words.take(patch);
    this.speak();
    applyTheme(this.shell.root, words.palette, words.sent.theme);
    picture.repaint(words.language !== before);
    if (recording && recording.language !== words.language) recording.speak();
    this.resize();
    if (picture.selection.selected) this.inspector.show(picture.selection.selected);
  }

  /** @param {string} language */
  speakIn(language) {
    this.words.asked = language;
    this.patch(this.words.sent);
  }

  speak() {
    const { title, search, svg, panel, map } = this.shell;
    const { say } = this.words;
    title.textContent = this.words.title;
    search.placeholder = say("search");
    map.title = say("map");
    search.setAttribute("aria-label", say("search"));
    svg.setAttribute("aria-label", say("picture"));
    panel.setAttribute("aria-label", say("inspector"));
    map.setAttribute("aria-label", say("map"));
    this.picture.speak();
    this.mistake.draw();
    this.drawLegend();
    this.describe();
  }

  drawLegend() {
    drawLegend(this.shell.legend, this.recording !== null, this.words.say);
  }

  /** What the host says of the picture; else how much there is, and how much of it is folded away. */
  describe() {
    const { about } = this.shell;
    about.textContent = about.title = this.words.sent.about || this.counts();
  }

  counts() {
    const { nodes, edges, folded } = this.structure.geo;
    const filled = (/** @type {string} */ name) =>
      this.words.say(name).replace("{n}", count(nodes)).replace("{m}", count(edges)).replace("{k}", count(folded));
    return edges === undefined ? "" : filled("counts") + (folded ? filled("folded") : "");
  }

  // ---- what is shown ---------------------------------------------------------------------------

  /**
   * Show a picture. The same id again changes nothing, so a rerun never flickers.
   * @param {string} id
   * @param {Geometry} geo
   */
  show(id, geo) {
    if (this.structure.id === id) return;
    this.structure = new Structure(id, geo);
    this.recording?.hang(this.structure.geo);
    this.inspector.load(this.structure);
    this.describe();
    this.picture.load(this.structure);
    this.shell.root.dataset.ready = id;
  }

  /** Another pass over the same picture. @param {Geometry} geo */
  adopt(geo) {
    this.structure.adopt(geo);
    if (this.picture.selection.selected) this.inspector.show(this.picture.selection.selected);
  }

  /**
   * Take a recording; `refresh` shows it.
   * @param {string} id
   * @param {Playback} playback
   * @param {import("./playing/recording.js").Source} source
   */
  play(id, playback, source) {
    const { control: bar, strip, title, found, search, root } = this.shell;
    this.recording?.control.pause();
    root.classList.add("playing");
    const recording = new RecordingView(id, playback, source, {
      ...{ bar, strip, words: this.words, selection: this.picture.selection },
      left: [title],
      right: [found, search],
      speakIn: (language) => this.speakIn(language),
      habits: this.habits,
      files: () => this.makeFileMenu(playback),
      show: (picture, geo) => this.show(picture, geo),
      adopt: (geo) => this.adopt(geo),
      onRefresh: () => this.refreshed(),
      emit: (name, value) => this.emit(name, value),
      onLive: (trains) => root.classList.toggle("trains", trains),
      present: () => this.present(),
      presents: () => root.classList.contains("present"),
    });
    this.recording = recording;
    this.inspector.step = recording.facts;
    this.mistake.take(playback);
    this.drawLegend();
    return recording;
  }

  /** @param {Playback} playback */
  makeFileMenu(playback) {
    const { shell, words, picture } = this;
    return new FileMenu({ shell, words, playback, picture, choices: this.fileChoices }).root;
  }

  /** The recording is at another step. */
  refreshed() {
    const { picture, inspector, mistake, recording } = this;
    mistake.refresh();
    picture.scene.draw();
    picture.repaint(false);
    inspector.refresh();
    picture.follow();
    this.shell.root.dataset.cursor = String(recording?.playback.cursor);
  }

  // ---- what the reader does ----------------------------------------------------------------------

  /**
   * @param {Box | null} box
   * @param {boolean} quiet Whether the host need not know.
   * @param {boolean} pressed Whether the card itself was pressed.
   */
  selected(box, quiet, pressed) {
    if (box) {
      const opened = Boolean(this.inspector.hidden);
      this.inspector.show(box);
      this.picture.keepInSight(box, { quiet, opened, pressed });
    } else this.hidePanel();
    if (!quiet) this.emit("picked", this.picture.selection.picked);
  }

  hidePanel() {
    const { inspector, picture } = this;
    const open = !inspector.hidden;
    inspector.hide();
    if (open && !picture.camera.own) picture.camera.arrange(picture.active);
  }

  togglePresent() {
    this.shell.root.classList.toggle("present");
    this.recording?.panels.transport.refresh();
    this.hidePanel();
    this.fitAndFollow(); // at once, and again when the browser has given everything its place
    requestAnimationFrame(() => this.fitAndFollow());
  }

  fitAndFollow() {
    const { picture } = this;
    picture.camera.arrange(picture.active);
    picture.follow();
  }
}

const count = (number = 0) => number.toLocaleString("en-US");
