// Small pictures for tests.

/** A card of 100 × 40. */
export const box = (id, x, y, more = {}) => ({
  id,
  x,
  y,
  w: 100,
  h: 40,
  kind: "op",
  title: `Op${id}`,
  subtitle: "",
  text: "",
  details: [],
  openable: false,
  path: null,
  twin: null,
  lines: [],
  ids: [id],
  nodes: [{ id, key: `Op:${id}` }],
  ...more,
});

export const link = (s, t) => ({ s, t, label: `${s} → ${t}`, points: [0, 0, 1, 1, 2, 2, 3, 3], edges: [] });

export const picture = (boxes, links = [], more = {}) => ({
  view: "concept",
  width: 1000,
  height: 600,
  notes: [],
  roots: [0],
  frames: [],
  boxes,
  links,
  ...more,
});
