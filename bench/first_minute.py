"""How long a newcomer needs from the first page to its surprise, if he reads every word and does what it says.

    python bench/first_minute.py          # half a minute; ends with status 1 past 60 s

The reader knows nothing of the page: it sees the visible texts and the buttons, reads each new word
once, also those on cards and doors, answers a question with the first answer that is offered, and else presses the
button with the next number.
Its time is that of reading and of moving a hand, and the page's own, measured until the page is at rest.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.support.serving import free_port, wait_until_healthy  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
WORDS_A_MINUTE = 238  # silent reading of English, the mean of 190 studies (Brysbaert 2019)
HAND, MOST = 1.5, 60  # seconds to find a button and press it; seconds in all
SURPRISE = "gradients add up"  # in any case of its first letter
WORD = re.compile(r"[^\W\d]\w*")
NUMBERED = re.compile(r"^\d\s+\w")
VISIBLE = """() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === 3) {
      const box = document.createRange();
      box.selectNodeContents(node);
      const { bottom, top, width } = box.getBoundingClientRect();
      if (node.data.trim() && width && bottom > 0 && top < innerHeight) found.push(node.data.trim());
    } else if (!["STYLE", "SCRIPT"].includes(node.tagName)) (node.shadowRoot ?? node).childNodes.forEach(walk);
  };
  walk(document.querySelector("[data-testid=stMain]"));
  return found;
}"""
DRAWN = 'document.querySelector("[data-testid=stMain]").innerHTML'


class Reader:
    """Somebody who sees the page for the first time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.known: set[str] = set()
        self.answered = False

    def read(self) -> str:
        """Read what is new on the page, and return all that is seen."""
        texts = self.page.evaluate(VISIBLE)
        new = [text for text in texts if text not in self.known]
        self.known.update(new)
        words = sum(len(WORD.findall(text)) for text in new)
        self.seconds += 60 * words / WORDS_A_MINUTE
        print(f"{self.seconds:5.1f} s  read {words} words")
        return " ".join(texts)

    def next_button(self) -> Locator | None:
        """Return what the page says to press: an answer where it asks, else the next number."""
        buttons = self.page.locator("[data-testid=stMain] [data-testid=stButton] button").all()
        free = [one for one in buttons if one.is_enabled() and one.is_visible()]
        answers = [one for one in free if not re.match(r"^(\d\s+\w|✓)", one.inner_text())]
        if answers and not self.answered:
            self.answered = True
            return answers[0]
        return next((one for one in free if NUMBERED.match(one.inner_text())), None)

    def press(self, button: Locator) -> None:
        """Press it, and wait until the page is at rest."""
        label, began = button.inner_text(), time.perf_counter()
        before = self.page.evaluate(DRAWN)
        print(f"{self.seconds:5.1f} s  presses {label!r}", flush=True)
        button.click()
        self.page.wait_for_function(f"(before) => {DRAWN} !== before", arg=before)
        rest(self.page)
        self.seconds += HAND + time.perf_counter() - began


def rest(page: Page) -> None:
    """Wait until the server and the picture are done."""
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]')
    page.wait_for_selector(".gt-root[data-cursor] .card")


def visit(page: Page, address: str) -> float:
    """Return the seconds until the surprise was read."""
    began = time.perf_counter()
    page.goto(address)
    rest(page)
    reader = Reader(page)
    reader.seconds = time.perf_counter() - began
    while SURPRISE not in reader.read().lower():
        button = reader.next_button()
        if button is None:
            raise SystemExit("the page says no further what to press")
        reader.press(button)
    return reader.seconds


def main() -> None:
    """Serve the app, visit it once, and say how long it took."""
    log, port = Path(tempfile.mkdtemp()) / "log.txt", free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "viz_app.py"), "--server.port", str(port)]
    with log.open("wb") as out, sync_playwright() as playwright:
        server = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server, log)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-US")
            seconds = visit(page, f"http://127.0.0.1:{port}")
            browser.close()
        finally:
            server.terminate()
            server.wait()
    print(f"the surprise was read after {seconds:.0f} s")
    raise SystemExit(seconds > MOST)


if __name__ == "__main__":
    main()
