"""JavaScript that reads what the page shows."""

COLLECT = """cursors => {
  const root = document.querySelector(".gt-root"), range = root.querySelector(".scrub");
  const all = (selector, inside = root) => [...inside.querySelectorAll(selector)];
  const text = (node) => node.textContent;
  const block = (b) => ({ box: Number(b.closest(".card").dataset.id), role: b.dataset.role,
    node: Number(b.dataset.node), name: b.dataset.name ?? null, texts: all("text", b).map(text),
    size: Number(b.querySelector("text")?.getAttribute("font-size") ?? 0), layers: all(".layer", b).length });
  const flow = (g) => {
    const found = g.querySelector(".flow");
    if (!found) return null;
    if (found.classList.contains("none")) return "none";
    return Number(found.querySelector(".stream").getAttribute("stroke-width"));
  };
  const row = (r) => [r.dataset.param, all("td.num", r).map(text)];
  return cursors.map((cursor) => {
    range.value = cursor;
    range.dispatchEvent(new Event("input"));
    return {
      cursor: Number(root.dataset.cursor),
      sentence: text(root.querySelector(".sentence")),
      place: text(root.querySelector(".place strong")),
      blocks: all(".block").map(block),
      flows: all(".link:not(.given)").map(flow),
      params: Object.fromEntries(all("[data-param]").map(row)),
      now: all(".card.now").map((card) => Number(card.dataset.id)),
    };
  });
}"""

_TEXTS = """[...document.querySelectorAll(".card:has(text)")].flatMap((card) => {
  const texts = [...card.querySelectorAll("text")].filter((t) => t.textContent.trim());
  const rects = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
  const body = card.querySelector(".body").getBoundingClientRect(), slack = 0.75;
"""

OUTSIDE = f"""() => {_TEXTS}
  return rects.filter(([, r]) => r.left < body.left - slack || r.right > body.right + slack
    || r.bottom > body.bottom + slack || r.top < body.top - slack).map(([text]) => text);
}})"""

COVERED = f"""() => {_TEXTS}
  const meet = (p, q) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
    && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 0.45 * Math.min(p.height, q.height);
  return rects.flatMap(([a, p], i) => rects.slice(i + 1).filter(([, q]) => meet(p, q)).map(([b]) => [a, b]));
}})"""

CUT = """() => {
  const canvas = document.querySelector(".canvas").getBoundingClientRect();
  return [...document.querySelectorAll(".card")].filter((card) => {
    const r = card.getBoundingClientRect();
    return r.left < canvas.left || r.top < canvas.top || r.right > canvas.right || r.bottom > canvas.bottom;
  }).map((card) => card.textContent);
}"""

PLACES = "() => [...document.querySelectorAll('.card')].map((card) => card.getAttribute('transform'))"

WATCH = """() => {
  window.__touched = new Set();
  const note = (change) => {
    const card = change.target.closest?.(".card");
    if (card && change.type === "childList") window.__touched.add(card.dataset.id);
  };
  const cards = document.querySelector(".cards");
  new MutationObserver((changes) => changes.forEach(note)).observe(cards, { childList: true, subtree: true });
}"""

TOUCHED = "() => new Promise((done) => setTimeout(() => done(window.__touched.size)))"

RUNNING_TEXT = """() => [...document.querySelectorAll(".card.now .number, .card.now .stat")]
  .map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""

ADD_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.__pwn = 1";
  document.body.append(script);
}"""

SEEK = """(cursor) => {
  const range = document.querySelector(".scrub");
  range.value = cursor;
  range.dispatchEvent(new Event("input"));
}"""
