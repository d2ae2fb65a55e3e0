// A large graph's geometry arrives in columns (dense.py): cards and nodes are put together when they are looked at.

const DETAILED = 60;
const ENDS = 80; // nodes of a box and edges of a node that are listed, as in geometry.py

export function unpacked(geo) {
  if (!geo.dense) return geo;
  const pack = new Pack(geo.dense);
  const boxes = [];
  const links = [];
  const { spots, ends } = geo.dense;
  for (let id = 0; 4 * id < spots.length; id += 1) boxes.push(new PackedBox(pack, id));
  for (let i = 0; 4 * i < ends.length; i += 1) links.push(pack.link(i));
  return { ...geo, boxes, links, dense: null };
}

class PackedBox {
  constructor(pack, id) {
    const [card, x, y, twin] = pack.sent.spots.slice(4 * id, 4 * id + 4);
    Object.assign(this, { id, x, y, twin: twin < 0 ? null : twin });
    this.card = pack.sent.cards[card];
    this.pack = pack;
  }

  get ids() {
    const found = this.pack.sent.boxNodes[this.id];
    return Array.isArray(found) ? found : [found];
  }

  get keys() {
    return this.ids.slice(0, DETAILED).map((id) => this.pack.sent.nodeRows[id][0]);
  }

  get nodes() {
    return this.ids.slice(0, DETAILED).map((id) => this.pack.node(id));
  }

  get more() {
    return Math.max(0, this.ids.length - DETAILED);
  }
}

for (const name of ["kind", "title", "subtitle", "text", "group", "openable", "path", "w", "h", "lines", "details"])
  Object.defineProperty(PackedBox.prototype, name, {
    get() {
      return this.card[name];
    },
  });

class Pack {
  constructor(sent) {
    this.sent = sent;
  }

  link(i) {
    const { ends, labels, points } = this.sent;
    const found = Float32Array.from(points[i]);
    for (let p = 2; p < found.length; p += 1) found[p] += found[p - 2];
    return {
      s: ends[4 * i],
      t: ends[4 * i + 1],
      count: ends[4 * i + 2],
      label: labels[ends[4 * i + 3]],
      points: found,
    };
  }

  node(id) {
    const { nodeRows, types, metas, kept, nones, params } = this.sent;
    const [key, kind, shown, shelf, none, name = null] = nodeRows[id];
    const [type, sort, module, slots] = types[kind];
    const [out, into] = this.ends(id);
    return {
      id,
      key,
      type,
      kind: sort,
      module,
      name,
      param: params[id] ?? null,
      metas: metas[shown],
      slots,
      none: nones[none],
      saved: shelf.map(([place, alias, version]) => ({ ...kept[place], alias, version })),
      out: out.slice(0, ENDS),
      out_more: Math.max(0, out.length - ENDS),
      in: into.slice(0, ENDS),
      in_more: Math.max(0, into.length - ENDS),
    };
  }

  // The edges of one node, with their far ends: one sweep over all edges, when a node is looked at.
  ends(id) {
    const { edgeRows, nodeRows, types } = this.sent;
    const out = [];
    const into = [];
    const end = (far, at) => ({
      node: far,
      key: nodeRows[far][0],
      type: types[nodeRows[far][1]][0],
      slot: edgeRows[at + 1],
      input_nr: edgeRows[at + 3],
    });
    for (let at = 0; at < edgeRows.length; at += 4) {
      if (edgeRows[at] === id) out.push(end(edgeRows[at + 2], at));
      if (edgeRows[at + 2] === id) into.push(end(edgeRows[at], at));
    }
    return [out, into];
  }
}
