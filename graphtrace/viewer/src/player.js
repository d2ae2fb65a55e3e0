// The state at a cursor, as graphtrace/player computes it: each thing has the cursors at which it changed.

class Histories {
  constructor() {
    this.cursors = new Map();
    this.values = new Map();
  }

  put(key, cursor, value) {
    if (!this.cursors.has(key)) {
      this.cursors.set(key, []);
      this.values.set(key, []);
    }
    this.cursors.get(key).push(cursor);
    this.values.get(key).push(value);
  }

  last(key) {
    return this.values.get(key)?.at(-1);
  }

  // undefined: nothing noted by then. A tensor that was None is null.
  at(key, cursor) {
    const cursors = this.cursors.get(key);
    if (!cursors) return undefined;
    let low = 0;
    let high = cursors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cursors[middle] <= cursor) low = middle + 1;
      else high = middle;
    }
    return low ? this.values.get(key)[low - 1] : undefined;
  }

  first(key) {
    return this.values.get(key)?.[0];
  }
}

const NONE = { value: null, layers: [], zero: false };

export class Player {
  constructor(tape) {
    this.tape = tape;
    this.length = tape.events.length;
    this.passes = tape.graphs.map(() => ({
      nodes: new Histories(),
      edges: new Histories(),
      incoming: new Histories(),
      parts: new Histories(),
      saved: new Histories(),
      missing: new Map(),
    }));
    this.grads = new Histories();
    this.params = new Histories();
    this.values = new Histories(); // leaf -> its numbers
    this.outputs = new Histories();
    this.errors = new Histories();
    this.graphs = new Histories();
    this.shown = [0]; // per cursor the graph to draw
    this.makers = new Map(); // op -> the first graph that has a node of it
    tape.graphs.forEach((graph, number) => {
      for (const op of Object.values(graph.ops)) if (!this.makers.has(op)) this.makers.set(op, number);
    });
    tape.events.forEach((event, i) => this.read(i + 1, event));
    this.phases = runs(this.stretches());
  }

  // An update by hand computes with forward ops that are in no graph: on the timeline they belong to the step.
  stretches() {
    const found = [...this.tape.phases];
    for (let i = found.length - 2; i >= 0; i -= 1)
      if (found[i] === "forward" && found[i + 1] === "step" && !this.makers.has(this.tape.events[i].o))
        found[i] = "step";
    return found;
  }

  // What a formula's letter stands for, once its call has run: a leaf as it was then.
  operand([op, name], cursor) {
    this.calls ??= new Map(
      this.tape.events.flatMap((event, i) => (event.k === "forward_op" ? [[event.o, i + 1]] : [])),
    );
    const ran = this.calls.get(op);
    if (ran === undefined || ran > cursor) return undefined;
    if (name.startsWith("leaf:")) return this.values.at(name.slice(5), ran) ?? this.values.first(name.slice(5));
    return this.value(this.tape.events[ran - 1], name);
  }

  // Where a node is entered: the next time after the cursor, else the first.
  entry(shown, node, cursor) {
    const all = this.tape.events.flatMap((event, i) =>
      event.k === "node_in" && event.g === shown && event.n === node ? [i + 1] : [],
    );
    return all.find((at) => at > cursor) ?? all[0];
  }

  tensor(place) {
    return place === null || place === undefined ? null : this.tape.tensors[place];
  }

  value(event, name) {
    return this.tensor(event.v?.find(([key]) => key === name)?.[1]);
  }

  read(cursor, event) {
    this.shown.push(event.g ?? this.makers.get(event.o) ?? this.shown.at(-1));
    const reader = {
      forward_op: this.forward,
      backward_begin: this.begin,
      node_in: this.enter,
      node_out: this.leave,
      edge_add: this.deliver,
      accumulate: this.accumulate,
      grad_zero: this.zero,
      grad_edit: this.edit,
      param_update: this.update,
      backward_end: this.end,
      error: this.fail,
    }[event.k];
    reader?.call(this, cursor, event, this.passes[event.g], this.tape.graphs[event.g]);
  }

  forward(cursor, event) {
    this.outputs.put(
      event.o,
      cursor,
      (event.v ?? []).filter(([name]) => name.startsWith("out:")).map(([, place]) => this.tensor(place)),
    );
    for (const [fact, name] of Object.entries(event.f ?? {}))
      if (fact.startsWith("leaf:")) this.values.put(name, cursor, this.value(event, `in:${fact.slice(5)}`));
  }

  begin(cursor, event, pass, graph) {
    this.graphs.put("", cursor, event.g);
    pass.missing = new Map();
    for (const [, , target] of graph.edges) pass.missing.set(target, (pass.missing.get(target) ?? 0) + 1);
    const stale = new Set(
      Object.keys(event.f ?? {})
        .filter((name) => name.startsWith("stale:"))
        .map((name) => Number.parseInt(name.slice(6), 10)),
    );
    for (let node = 0; node < graph.nodes; node += 1) {
      pass.nodes.put(node, cursor, pass.missing.get(node) ? "waiting" : "ready");
      if (graph.saved[node]) pass.saved.put(node, cursor, stale.has(node) ? "stale" : graph.saved[node]);
    }
  }

  enter(cursor, event, pass) {
    pass.nodes.put(event.n, cursor, "running");
    for (const [name, place] of event.v ?? [])
      if (name.startsWith("in:")) pass.incoming.put(`${event.n}:${name.slice(3)}`, cursor, this.tensor(place));
  }

  leave(cursor, event, pass) {
    pass.nodes.put(event.n, cursor, "done");
    if (event.f?.freed) pass.saved.put(event.n, cursor, "freed");
  }

  deliver(cursor, event, pass, graph) {
    const [, , target, nr] = graph.edges[event.e];
    const place = `${target}:${nr}`;
    const added = this.value(event, "added");
    pass.edges.put(event.e, cursor, added);
    pass.incoming.put(place, cursor, this.value(event, "sum") ?? added);
    pass.parts.put(place, cursor, [...(pass.parts.last(place) ?? []), added]);
    pass.missing.set(target, pass.missing.get(target) - 1);
    if (!pass.missing.get(target)) pass.nodes.put(target, cursor, "ready");
  }

  accumulate(cursor, event) {
    const before = this.value(event, "before");
    const added = this.value(event, "added");
    let old = this.grads.last(event.p ?? "") ?? NONE;
    if (!old.layers.length && before && !old.zero) old = { value: before, layers: [before], zero: false };
    this.grads.put(event.p ?? "", cursor, {
      value: this.value(event, "after"),
      layers: added ? [...old.layers, added] : old.layers,
      zero: false,
    });
  }

  zero(cursor, event) {
    const after = this.value(event, "after");
    this.grads.put(event.p ?? "", cursor, { value: after, layers: [], zero: after !== null });
  }

  edit(cursor, event) {
    this.grads.put(event.p ?? "", cursor, {
      value: this.value(event, "after"),
      layers: (this.grads.last(event.p ?? "") ?? NONE).layers,
      zero: false,
    });
  }

  update(cursor, event) {
    const name = event.p ?? "";
    const before = this.value(event, "before");
    const after = this.value(event, "after");
    this.params.put(name, cursor, { before, after, event });
    if (!this.values.first(name)) this.values.put(name, 0, before);
    this.values.put(name, cursor, after);
  }

  end(cursor, event, pass) {
    for (const [node] of pass.nodes.cursors)
      if (["waiting", "ready"].includes(pass.nodes.last(node))) pass.nodes.put(node, cursor, "not run");
  }

  fail(cursor, event) {
    this.errors.put("", cursor, String(event.f?.message ?? ""));
  }

  // Everything at a cursor, looked up when asked for.
  at(cursor) {
    const shown = this.shown[cursor];
    const pass = this.passes[shown];
    const event = cursor ? this.tape.events[cursor - 1] : null;
    return {
      cursor,
      event,
      shown,
      graph: this.graphs.at("", cursor) ?? null,
      phase: event ? this.tape.phases[cursor - 1] : "start",
      step: event?.s ?? 0,
      node: (id) => pass?.nodes.at(id, cursor),
      edge: (number) => pass?.edges.at(number, cursor),
      incoming: (node, nr) => pass?.incoming.at(`${node}:${nr}`, cursor),
      parts: (node, nr) => pass?.parts.at(`${node}:${nr}`, cursor) ?? [],
      saved: (node) => pass?.saved.at(node, cursor),
      grad: (name) => this.grads.at(name, cursor) ?? null,
      param: (name) => this.params.at(name, cursor) ?? null,
      output: (op) => this.outputs.at(op, cursor),
      error: this.errors.at("", cursor) ?? null,
    };
  }

  // A leaf's numbers: after its latest update; before the first one, as they were when it was first used.
  leaf(name, cursor) {
    return this.values.at(name, cursor) ?? this.values.first(name) ?? null;
  }

  // Where we are: how many of the phase's own events, e.g. nodes of a backward pass, have happened.
  position(cursor) {
    const run = this.phases.find(({ from, to }) => from < cursor && cursor <= to);
    if (!run) return { phase: "start", n: 0, of: 0 };
    const counted = COUNTED[run.phase];
    const events = this.tape.events.slice(run.from, run.to);
    const hits = (list) => list.filter(({ k }) => counted.includes(k)).length;
    return { phase: run.phase, n: hits(events.slice(0, cursor - run.from)), of: hits(events) };
  }
}

const COUNTED = {
  forward: ["forward_op"],
  backward: ["node_in"],
  zero: ["grad_zero"],
  edit: ["grad_edit"],
  step: ["param_update"],
  error: ["error"],
};

// Runs of one phase; each backward pass is its own.
function runs(phases) {
  const found = [];
  phases.forEach((phase, i) => {
    if (found.length && found.at(-1).phase === phase) found.at(-1).to = i + 1;
    else found.push({ phase, from: i, to: i + 1 });
  });
  return found;
}
