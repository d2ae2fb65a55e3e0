"""A sight in a real browser: predicted, dragged and played to its end, and saved as it is seen."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from graphtrace import sights


def at_moment(page, number):
    page.wait_for_selector(f'.gt-sight[data-moment="{number}"]')


def test_the_race_is_predicted_dragged_played_to_its_end_and_saved(app):
    race = sights.open_sight("race", "en")
    last, asked = len(race.moments) - 1, race.prediction
    page = app.open("Sights", sight="race").page
    at_moment(page, 0)
    sentence, options = page.locator(".gt-sight .sentence"), page.locator(".gt-sight .ask button")
    assert sentence.inner_text() == race.moments[0].sentence
    assert options.all_inner_texts() == list(asked.options), "nothing tells who wins"
    mine = next(i for i in range(len(asked.options)) if i != asked.right)
    options.nth(mine).click()
    page.locator(f".gt-sight .ask button:nth-of-type({mine + 1}).mine").wait_for()

    box = page.locator(".gt-sight input[type=range]").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=4)
    page.mouse.up()
    dragged = int(page.locator(".gt-sight").get_attribute("data-moment"))
    assert last / 2 < dragged < last, "the pointer leads through time"
    assert sentence.inner_text() == race.moments[dragged].sentence
    assert page.locator(".gt-sight .ask .right").count() == 0, "the end was not seen yet"

    page.locator(".gt-sight button.play").click()
    at_moment(page, last)
    page.locator(f".gt-sight .ask button:nth-of-type({asked.right + 1}).right").wait_for()
    assert options.nth(asked.right).inner_text() == f"✓ {asked.options[asked.right]}"
    assert options.nth(mine).inner_text().startswith(asked.options[mine])
    assert options.nth(mine).inner_text() != asked.options[mine], "the guess stays beside the truth"
    assert sentence.inner_text() == race.moments[last].sentence

    with page.expect_download() as saved:
        page.locator(".gt-sight button.file", has_text="SVG").click()
    assert saved.value.suggested_filename == f"race_{last:02d}.svg"
    picture = ElementTree.fromstring(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert race.moments[last].sentence in "".join(picture.itertext())
