// The chosen card: by pointer, key or search; what lies near it is lit, and modules open where they stand.

import { Camera } from "./camera.js";
import { keysOf } from "./draw/card.js";

export class Chooser extends Camera {
  boxAt(event) {
    const card = event.target.closest?.(".card");
    return card ? this.geo.boxes[Number(card.dataset.id)] : null;
  }

  click(event) {
    if (this.justDragged) {
      this.justDragged = false;
      return;
    }
    const pressed = event.target.closest(".switch");
    if (event.target.closest(".tools, .notes, .legend, .minimap")) return;
    if (this.scene.far && this.dive(event)) return;
    if (pressed) {
      this.press(pressed);
      return;
    }
    const box = this.boxAt(event);
    clearTimeout(this.single);
    if (event.detail === 2) this.toggle(box);
    else if (!box?.openable) this.select(box);
    else this.single = setTimeout(() => this.select(box), 260); // the panel must not slide under a second click
  }

  // From far away a click goes near.
  dive(event) {
    const at = this.canvas.getBoundingClientRect();
    const { k, x, y } = this.at;
    const reach = 4 / k;
    const px = (event.clientX - at.left - x) / k;
    const py = (event.clientY - at.top - y) / k;
    const found = this.scene.boxes
      .within(px - reach, py - reach, px + reach, py + reach)
      .map((id) => this.geo.boxes[id])
      .find(({ kind }) => kind !== "stub");
    if (found) {
      this.center(found, 1);
      this.select(found);
    }
    return Boolean(found);
  }

  press(pressed) {
    const module = pressed.closest(".frame");
    if (module) this.close(this.geo.frames.find(({ path }) => path === module.dataset.path));
    else this.toggle(this.boxAt({ target: pressed }));
  }

  select(box, quiet = false) {
    this.selected = box;
    this.marks.selected = box?.id ?? null;
    this.picked = (box && keysOf(box)[0]) ?? null;
    this.light(null);
    if (box) {
      this.rove(box);
      this.inspect(box);
      if (this.fitted && this.readable() && !this.scene.far)
        this.fit(!quiet); // the panel has taken some of the room
      else if (!quiet) this.reveal(box);
    } else this.hidePanel();
    if (!quiet) this.emit("picked", this.picked);
  }

  reselect() {
    const box = this.picked && this.geo.boxes.find((box) => keysOf(box).includes(this.picked));
    if (box) {
      const key = this.picked;
      this.select(box, true);
      this.picked = key;
    } else this.hidePanel();
  }

  hidePanel() {
    this.panel.hidden = true;
    if (this.fitted) this.fit();
  }

  // Only one card is in the tab order: arrows walk from it.
  rove(box) {
    this.cursor = box;
    this.marks.tab = box.id;
  }

  // Light the links and neighbours of a box, and the other copies of a shared leaf.
  light(box) {
    const pointed = [box, this.selected].filter(Boolean);
    const lit = new Set(this.stage ? pointed.map(({ id }) => id) : []);
    const litLinks = new Set();
    this.stage?.panels.lit(pointed);
    for (const near of pointed) {
      const copies = near.twin === null ? [near] : (this.twins.get(near.twin) ?? [near]);
      for (const copy of copies) {
        if (copy !== near) lit.add(copy.id);
        for (const [link, far] of this.joins[copy.id]) {
          litLinks.add(link);
          lit.add(far);
        }
      }
    }
    Object.assign(this.marks, { lit, litLinks });
    this.scene.draw();
  }

  find(query) {
    const wanted = query.trim().toLowerCase();
    const match = (box) =>
      [box.title, box.subtitle, ...keysOf(box)].some((text) => text.toLowerCase().includes(wanted));
    this.hits = wanted && this.geo ? this.geo.boxes.filter((box) => box.kind !== "stub" && match(box)) : [];
    this.marks.hits = wanted ? new Set(this.hits.map(({ id }) => id)) : null;
    this.scene.draw();
    if (this.geo) this.scene.repaint();
    this.found.textContent = wanted ? this.t("found").replace("{n}", this.hits.length) : "";
  }

  nextHit() {
    if (!this.hits.length) return;
    const box = this.hits[(this.hits.indexOf(this.selected) + 1) % this.hits.length];
    this.select(box);
  }

  // ---- module boxes ------------------------------------------------------------------------

  toggle(box) {
    if (!box?.openable) return;
    this.change(box.path, box, (open) => open.add(box.path));
  }

  close(frame) {
    this.change(frame.path, frame, (open) => {
      for (const path of [...open]) if (path === frame.path || path.startsWith(`${frame.path}.`)) open.delete(path);
    });
  }

  change(path, spot, edit) {
    const { k, x, y } = this.at;
    const open = new Set(this.geo.frames.map((frame) => frame.path));
    this.anchor = { path, k, x: (spot.x + spot.w / 2) * k + x, y: (spot.y + spot.h / 2) * k + y };
    edit(open);
    this.emit("opened", { of: this.geo.of, paths: [...open].sort() });
  }

  // ---- keyboard ----------------------------------------------------------------------------

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target === this.search;
    if (!typing && this.stage?.key(event)) return;
    const run = typing
      ? { Enter: () => this.nextHit(), Escape: () => this.clearSearch() }[event.key]
      : this.command(event);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  command(event) {
    const pressed = event.target.closest(".switch");
    const box = this.boxAt(event);
    const onCard = pressed ? () => this.press(pressed) : box && (() => this.select(box));
    const everywhere = {
      "+": () => this.zoomBy(1.25),
      "=": () => this.zoomBy(1.25),
      "-": () => this.zoomBy(0.8),
      0: () => this.fit(true),
      Escape: () => this.select(null),
      "/": () => this.search.focus(),
    };
    const here = { Enter: onCard, " ": onCard, o: box?.openable && (() => this.toggle(box)) };
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    return way && box && (!this.stage || event.shiftKey)
      ? () => this.walk(box, way)
      : here[event.key] || everywhere[event.key];
  }

  clearSearch() {
    this.search.value = "";
    this.find("");
    this.scene.card(this.cursor?.id ?? 0)?.focus();
  }

  // Go to the nearest card in a direction; one that a link joins counts as much nearer.
  walk(box, [dx, dy]) {
    const linked = new Set(this.joins[box.id].map(([, far]) => far));
    let best = null;
    let least = Infinity;
    for (const other of this.geo.boxes) {
      const x = other.x + other.w / 2 - box.x - box.w / 2;
      const y = other.y + other.h / 2 - box.y - box.h / 2;
      const ahead = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (other === box || other.kind === "stub" || ahead <= 1) continue;
      const cost = (ahead + 2 * aside) * (linked.has(other.id) ? 0.2 : 1);
      if (cost < least) {
        least = cost;
        best = other;
      }
    }
    if (!best) return;
    this.rove(best);
    this.scene.draw();
    this.scene.card(best.id).focus({ preventScroll: true });
    if (this.selected) this.select(best);
    else this.reveal(best);
  }
}
