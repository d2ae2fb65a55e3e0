"""Take a picture of every preset of the Lab after each of Forward, Backward and Step, and lay them out on sheets.

    python tools/lab_sheets.py pictures                                    # every preset, size, theme and language
    python tools/lab_sheets.py pictures --presets xor lenet --sizes 1280x720 --themes light --languages en

The app is started unless `--url` says where it runs. The buttons are pressed as a reader would press them, and with
reduced motion, so that each picture shows the end of what was pressed. The folder then has one picture for
each preset and action, and sheets of nine for each action, size, theme and language. They are made to be looked at:
nothing is compared.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from graphtrace import lab

ROOT = Path(__file__).parents[1]
ACTIONS = ("forward", "backward", "step")
SIZES = ("1280x720", "1600x1000")
COLUMNS = 3
SMALL = 640  # width in pixels of one picture on a sheet
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PORT = 8599


@contextmanager
def app(url: str) -> Iterator[str]:
    """Give the address of a running app; start it if there is none."""
    if url:
        yield url
        return
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "viz_app.py"), "--server.headless", "true"]
    with subprocess.Popen([*command, "--server.port", str(PORT)], cwd=ROOT) as server:
        try:
            _wait_for(f"http://127.0.0.1:{PORT}")
            yield f"http://127.0.0.1:{PORT}"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"the app does not answer: {url} (is the port free?)")


def press(page: Page, action: str) -> None:
    """Press an action's button, and wait until the picture shows its end."""
    before = page.url
    page.locator(f"[data-do={action}]").click()
    page.wait_for_function("before => location.href !== before", arg=before)
    page.locator(f"[data-do={action}][aria-busy=false]").wait_for()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the script has run and the picture is drawn."""
    page.wait_for_selector(".gt-root[data-cursor] .card")
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))")


def photograph(browser: Browser, url: str, name: str, look: Sequence[str], folder: Path) -> None:
    """Take the pictures of one preset in one size, theme and language."""
    size, theme, language = look
    width, height = (int(part) for part in size.split("x"))
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.set_default_timeout(60_000)
    page.goto(f"{url}/Lab?preset={name}&lang={language}")
    settled(page)
    for number, action in enumerate(ACTIONS, 1):
        press(page, action)
        page.mouse.move(width - 2, height - 2)  # no hint of the button lies on the picture
        page.screenshot(path=folder / f"{_label(look)}_{name}_{number}_{action}.png")
    page.close()


def sheets(names: Sequence[str], look: Sequence[str], folder: Path) -> None:
    """Lay the pictures of one size, theme and language out, one sheet for each action."""
    for number, action in enumerate(ACTIONS, 1):
        files = [folder / f"{_label(look)}_{name}_{number}_{action}.png" for name in names]
        for first in range(0, len(files), COLUMNS**2):
            sheet = _sheet([_small(Image.open(file)) for file in files[first : first + COLUMNS**2]])
            sheet.save(folder / f"sheet_{_label(look)}_{number}_{action}_{first // COLUMNS**2 + 1}.png")


def _sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    wide, high = pictures[0].size
    sheet = Image.new("RGB", (wide * COLUMNS, high * -(-len(pictures) // COLUMNS)), "white")
    for place, picture in enumerate(pictures):
        sheet.paste(picture, (place % COLUMNS * wide, place // COLUMNS * high))
    return sheet


def _small(picture: Image.Image) -> Image.Image:
    return picture.resize((SMALL, picture.height * SMALL // picture.width), Image.Resampling.LANCZOS)


def _label(look: Sequence[str]) -> str:
    return "_".join(look)


def _options() -> argparse.Namespace:
    known = [preset.name for preset in lab.PRESETS if preset.buildable]
    parser = argparse.ArgumentParser(description="Take a picture of every preset of the Lab after each action.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="", help="of a running app; default: one is started")
    parser.add_argument("--presets", nargs="+", choices=known, default=known, metavar="NAME")
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="WIDTHxHEIGHT")
    parser.add_argument("--themes", nargs="+", choices=("light", "dark"), default=("light", "dark"))
    parser.add_argument("--languages", nargs="+", choices=("en", "zh"), default=("en", "zh"))
    return parser.parse_args()


def main() -> None:
    """Take all pictures that were asked for."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    with app(options.url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for look in itertools.product(options.sizes, options.themes, options.languages):
            for name in options.presets:
                photograph(browser, url, name, look, options.folder)
            sheets(options.presets, look, options.folder)
        browser.close()


if __name__ == "__main__":
    main()
