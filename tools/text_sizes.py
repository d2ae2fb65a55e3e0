"""Measure the smallest letters on the screen, per preset of the Lab and size of the window, as a table in Markdown.

    python tools/text_sizes.py docs/reference/text_sizes.md

Each preset is run (forward, backward, step), written as a page of its own, and measured in Chromium at its end: the
letters on cards at the zoom at which the page opens, and all other texts. Whether all of the picture is seen, or its
map beside it, is told too.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

import graphtrace as gt
from graphtrace import examples, lab
from graphtrace.export import to_html
from graphtrace.lab.showing.playback import playback
from graphtrace.model import Recording

SIZES = ((1280, 720), (1600, 1000))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MEASURED = """() => {
  const svg = document.querySelector("svg.picture");
  const scale = new DOMMatrix(getComputedStyle(svg).transform).a;
  const cards = [...svg.querySelectorAll(".card text")].map((text) => Number(text.getAttribute("font-size")) * scale);
  const says = (node) => [...node.childNodes].some((kid) => kid.nodeType === 3 && kid.data.trim());
  const others = [...document.querySelectorAll(".gt-root *")].filter((node) => !svg.contains(node) && says(node));
  const words = others.filter((node) => node.checkVisibility());
  const around = words.map((node) => parseFloat(getComputedStyle(node).fontSize));
  const map = document.querySelector(".minimap").checkVisibility();
  return [Math.min(...cards), Math.min(...around), map ? "map" : "whole"];
}"""


def recorded(preset: lab.Preset) -> Recording:
    """Return what a preset does: forward, backward, step."""
    if preset.spec is None:
        with gt.record() as rec:
            built = examples.build(preset.name)
            root = built.root[0] if isinstance(built.root, tuple) else built.root
            if root is not None and root.requires_grad:
                root.backward(built.grad_output)
        return rec.recording
    machine = lab.Machine(preset.spec)
    machine.forward()
    machine.backward()
    machine.step()
    return playback(machine, 1).recording


def row(page: Page, preset: lab.Preset, path: Path) -> str:
    """Return the line of the table for one preset."""
    path.write_text(to_html(recorded(preset)), encoding="utf-8")
    cells = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.as_uri())
        page.wait_for_selector(".gt-root[data-cursor]")
        page.keyboard.press("End")
        cards, words, seen = page.evaluate(MEASURED)
        cells += [f"{cards:.1f}", f"{words:.1f}", seen]
    return f"| {preset.name} | {' | '.join(cells)} |"


def main(target: Path) -> None:
    """Write the table."""
    heads = [f"{what}, {w}×{h}" for w, h in SIZES for what in ("cards", "other texts", "seen")]
    lines = ["# Sizes of letters", "", "Smallest letters in pixels; see `tools/text_sizes.py`.", ""]
    lines += [f"| preset | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(reduced_motion="reduce")
        lines += [row(page, preset, Path(folder) / "page.html") for preset in lab.PRESETS]
        browser.close()
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
