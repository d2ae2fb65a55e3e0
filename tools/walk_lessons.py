"""Walk every step of every lesson in Chromium, report what is cut, and put the pictures on contact sheets.

    python tools/walk_lessons.py /tmp/sheets                                  # the offline pages
    python tools/walk_lessons.py /tmp/sheets --app http://localhost:8501      # the pages of an app that runs
    python tools/walk_lessons.py /tmp/sheets --lessons forks --languages zh --sizes 1280x720

A sheet is a lesson in one language and size. A step is cut where its column has more than fits, or the page scrolls.
"""

from __future__ import annotations

import argparse
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from graphtrace import lessons
from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.running import run_lesson

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
COLUMN = ".lesson-column, [data-testid=stSidebarContent]"
ACROSS = 3  # pictures in a row of a sheet
SHOWN = 620  # pixels of a picture's width there
CUT = f"""() => {{
  const parts = [...document.querySelectorAll("{COLUMN}, [data-testid=stMain]"), document.documentElement];
  const most = parts.map((one) => Math.max(one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth));
  return Math.max(0, ...most);
}}"""


def offline(page: Page, lesson: lessons.Lesson, language: str, folder: Path) -> Iterator[int]:
    """Yield each step of the offline page, when it is shown."""
    path = folder / f"{lesson.id}-{language}.html"
    path.write_text(lesson_page(run_lesson(lesson), language), encoding="utf-8")
    page.goto(path.as_uri())
    for step in range(1, len(lesson.steps) + 1):
        page.wait_for_function(f"location.hash === '#{step}'")
        yield step
        page.keyboard.press("PageDown")


def in_app(page: Page, lesson: lessons.Lesson, language: str, address: str) -> Iterator[int]:
    """Yield each step of the app's page, when it is shown."""
    page.goto(f"{address}/Learn?lesson={lesson.id}&step=1&lang={language}")
    page.wait_for_selector(f'.gt-root.lesson[data-ready*="lesson|{lesson.id}"] .card')
    for step in range(1, len(lesson.steps) + 1):
        page.wait_for_function(f"new URL(location.href).searchParams.get('step') === '{step}'")
        page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
        page.wait_for_timeout(250)  # the app draws its last elements
        yield step
        page.locator(".canvas").click(position={"x": 200, "y": 8})
        page.keyboard.press("PageDown")


def sheet(pictures: list[bytes]) -> Image.Image:
    """Return pictures in rows."""
    images = [Image.open(io.BytesIO(one)) for one in pictures]
    small = [one.resize((SHOWN, round(one.height * SHOWN / one.width))) for one in images]
    high = small[0].height
    whole = Image.new("RGB", (SHOWN * ACROSS, high * -(-len(small) // ACROSS)), "white")
    for i, one in enumerate(small):
        whole.paste(one, (i % ACROSS * SHOWN, i // ACROSS * high))
    return whole


def walk(page: Page, lesson: lessons.Lesson, language: str, options: argparse.Namespace) -> Iterator[tuple[int, int]]:
    """Write the sheet of a lesson, and yield each step with how many pixels of it are cut."""
    pictures = []
    place = options.app and options.app.rstrip("/")
    steps = in_app(page, lesson, language, place) if place else offline(page, lesson, language, options.target)
    for step in steps:
        pictures.append(page.screenshot())
        yield step, page.evaluate(CUT)
    size = page.viewport_size or {"width": 0, "height": 0}
    kind = "app" if place else "file"
    sheet(pictures).save(options.target / f"{kind}-{lesson.id}-{language}-{size['width']}.png")


def parsed() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--app")
    parser.add_argument("--lessons", default=",".join(one.id for one in lessons.all_lessons()))
    parser.add_argument("--languages", default="en,zh")
    parser.add_argument("--sizes", default="1280x720,1600x1000")
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    return parser.parse_args()


def main(options: argparse.Namespace) -> None:
    """Walk through everything that was asked for."""
    options.target.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(reduced_motion="reduce", color_scheme=options.theme)
        for size in options.sizes.split(","):
            width, height = map(int, size.split("x"))
            page.set_viewport_size({"width": width, "height": height})
            for name in options.lessons.split(","):
                for language in options.languages.split(","):
                    for step, cut in walk(page, lessons.get(name), language, options):
                        if cut > 1:
                            print(f"{name} {step} {language} {size}: {cut} pixels are cut", flush=True)
        browser.close()


if __name__ == "__main__":
    main(parsed())
