// Where the viewer lives: a Streamlit component, or a page of its own.

import { el, still } from "./dom.js";
import { Pair } from "./pair.js";
import { Stage } from "./stage.js";
import { View } from "./viewer.js";

const MOUNTED = new WeakMap(); // one View per mounted root, or one Pair
const SOUGHT = new Set(); // what the host has asked for once: a place is gone to once, also by a player mounted again
const LEFT = new Map(); // id of what was played last -> cursor, so that another part of the page may be looked at

// Give a view what its host sent: a graph's geometry, or a recording to play. The same again changes nothing.
export function show(view, data) {
  view.patch(data.patch);
  if (!data.play) {
    view.setStructure(data.id, data.geo);
    return;
  }
  if (view.stage?.id !== data.id) {
    const before = view.stage;
    const same = before && data.fresh !== false && data.recording !== undefined && before.recording === data.recording;
    before?.pause();
    view.stage = new Stage(view, data.id, data.play, same ? before.cursor : (LEFT.get(data.id) ?? data.start ?? 0)); // another view of it: the cursor stays
    Object.assign(view.stage, { recording: data.recording, of: data.of });
    const chosen =
      data.address && view.stage.views.find(({ name }) => name === (before ? before.chosen?.name : data.view));
    if (chosen) {
      view.stage.chosen = chosen;
      view.stage.speak();
    } // the menu says so, too
    view.drawLegend();
    view.stage.refresh();
    if (data.autoplay && !still()) view.stage.play();
  }
}

// The host says where to be: the player goes there once, as it stands.
function go(view, id, seek) {
  const once = seek && `${id}|${seek.serial}`;
  if (!seek || SOUGHT.has(once)) return;
  SOUGHT.add(once);
  view.stage.pause();
  view.stage.seek(seek.to);
}

// A page of its own: the data lies in the page, and the keyboard is all ours.
export function open(root, data) {
  const view = new View(root);
  root.classList.add("page");
  show(view, data);
  document.addEventListener("keydown", (event) => {
    if (!root.contains(event.target)) view.key(event);
  });
  return view;
}

// Streamlit's entry point: called for every change of data and of theme.
export function mount(host) {
  return host.data.sides ? mountPair(host) : mountOne(host);
}

function mountPair({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".gt-pair");
  const parts = [...root.querySelectorAll(".gt-root")];
  let pair = MOUNTED.get(root);
  if (!pair)
    MOUNTED.set(
      root,
      (pair = new Pair(
        root,
        parts.map((part) => listening(new View(part))),
      )),
    );
  pair.tell = (at) => setStateValue("cursor", { of: data.id, at });
  pair.take(data, show);
  go(pair.views[data.own], data.id, data.seek);
  return () => {
    pair.destroy();
    MOUNTED.delete(root);
  };
}

function mountOne({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".gt-root");
  let view = MOUNTED.get(root);
  if (!view) MOUNTED.set(root, (view = listening(new View(root))));
  view.keyboard = Boolean(data.keyboard);
  root.classList.toggle("compact", Boolean(data.compact)); // above charts: no code, no inspector, less height
  root.classList.toggle("bare", Boolean(data.bare)); // as the link wishes: no code
  let waiting = 0;
  const place = () => ({ of: view.stage.id, at: view.stage.cursor, view: view.stage.chosen?.name ?? "" });
  view.ask = data.address && { selector: data.ask, tell: () => setStateValue("cursor", place()) };
  view.emit = (name, value) => {
    if (data.address && (name === "cursor" || name === "view")) {
      note(view, data.address);
      if (!data.rests) return;
    }
    if (name === "view") return;
    if (name !== "cursor") {
      setStateValue(name, value);
      return;
    }
    const send = () => {
      if (view.stage?.timer) waiting = setTimeout(send, 400);
      else setStateValue(name, data.rests ? place() : (view.stage?.cursor ?? value));
    };
    clearTimeout(waiting); // a run of steps is one message
    waiting = setTimeout(send, 400);
  };
  view.acts = data.acts;
  view.act = (told) => setTriggerValue("act", told);
  show(view, data);
  go(view, data.id, data.seek);
  if (data.present && !view.presented) {
    view.presented = true;
    view.stage.present();
  }
  if (data.address) note(view, data.address);
  return () => {
    clearTimeout(waiting);
    view.destroy();
    MOUNTED.delete(root);
  };
}

// A page that is about one player gives it the keys that are pressed beside it, too; fields and menus keep theirs.
function listening(view) {
  const taken = (part) =>
    part === view.root ||
    part.matches?.("input, textarea, select, [contenteditable=true], [role=slider], [role=listbox], [role=dialog]");
  document.addEventListener(
    "keydown",
    (event) => {
      const free = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (view.keyboard && free && !event.composedPath().some(taken)) view.stage?.key(event);
    },
    { signal: view.abort.signal },
  );
  document.addEventListener(
    "click",
    (event) => {
      // who leaves the picture takes the place in it along
      const { stage, ask } = view;
      if (!ask || !stage || stage.told === stage.cursor || !event.target.closest?.(ask.selector)) return;
      stage.told = stage.cursor;
      ask.tell();
    },
    { signal: view.abort.signal, capture: true },
  );
  document.addEventListener(
    "click",
    ({ detail, target }) => {
      // who chose with the mouse steps with the arrows at once
      const chosen = view.keyboard && detail && target.closest?.("[data-testid=stButtonGroup] button");
      if (chosen) requestAnimationFrame(() => chosen.blur());
    },
    { signal: view.abort.signal, capture: true },
  );
  const inspect = view.inspect.bind(view);
  view.inspect = (box) => {
    inspect(box);
    if (view.acts) view.panel.querySelector("h2").after(...offer(view, box));
  };
  return view;
}

// Below the name of the selected card: what the host offers to do to it, folded, so that what the card computes comes
// first; once unfolded it stays so for the next card. The buttons are code, as torch has it.
function offer(view, box) {
  const { params, modules, hooks, words } = view.acts;
  const inside = new Set(box.nodes.map(({ module }) => module).filter(Boolean));
  const own = (name) =>
    (box.kind !== "leaf" && inside.has(name.slice(0, name.lastIndexOf(".")))) ||
    box.blocks?.some((block) => block.name === name);
  const button = (text, told, on) => {
    const made = el("button", {
      type: "button",
      class: "act",
      text,
      ...(on === undefined ? {} : { "aria-pressed": String(on) }),
    });
    made.addEventListener("click", () => view.act(told));
    return made;
  };
  const rows = Object.entries(params)
    .filter(([name]) => own(name))
    .map(([name, [learns, graded]]) =>
      el(
        "p",
        {},
        el("strong", { text: name }),
        button("requires_grad_(False)", { do: "freeze", name, on: learns }, !learns),
        button(words.numbers, { do: "numbers", name }),
        graded ? button(words.grad, { do: "numbers", name: `${name}.grad` }) : null,
      ),
    );
  const path = [...inside].filter((name) => modules.includes(name)).at(-1);
  if (path && box.kind !== "leaf")
    rows.push(
      el(
        "p",
        {},
        el("strong", { text: `${words.output} ${path}` }),
        ...["detach", "retain_grad"].map((does) =>
          button(`${does}()`, { do: does, name: path, on: hooks[path] !== does }, hooks[path] === does),
        ),
      ),
    );
  if (box.nodes.some(({ id }) => view.geo.roots.includes(id)))
    rows.push(el("p", {}, button("backward(retain_graph=True)", { do: "keep" })));
  if (!rows.length) return [];
  const acts = el(
    "details",
    { class: "acts", ...(view.acting ? { open: "" } : {}) },
    el("summary", {}, el("h3", { text: words.title }), el("span", { text: words.what })),
    ...rows,
  );
  acts.addEventListener("toggle", () => {
    view.acting = acts.open;
  });
  return [acts];
}

// The place in the story stands in the address: kept by the browser alone, so that a step costs the server nothing.
function note(view, path) {
  LEFT.clear();
  LEFT.set(view.stage.id, view.stage.cursor);
  NOTED.wanted = {
    path,
    places: { at: view.stage.cursor, ...(view.stage.views.length > 1 ? { view: view.stage.chosen.name } : {}) },
  };
  if (!NOTED.waiting) write();
}

// Browsers refuse more than some hundred writes in half a minute: ten at once, then three a second.
const NOTED = { left: 10, since: 0, waiting: 0, wanted: null };

function write() {
  const now = performance.now();
  const { wanted } = NOTED;
  NOTED.left = Math.min(10, NOTED.left + (now - NOTED.since) * 0.003);
  NOTED.since = now;
  NOTED.waiting = NOTED.left < 1 ? setTimeout(write, 350) : 0;
  if (NOTED.waiting || !location.pathname.endsWith(wanted.path)) return;
  NOTED.left -= 1;
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(wanted.places)) url.searchParams.set(name, value);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}
