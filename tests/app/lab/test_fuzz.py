"""Random share links on the page: each opens, or the page says why not."""

import random
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graphtrace import lab
from graphtrace.app.lab.session_parts import KEY
from graphtrace.errors import SpecError
from tests.support.lab_page import press
from tests.support.lab_scenes import random_link

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_random_links_open_on_the_page_or_are_told_there():
    rng, opened = random.Random(7), 0
    for _ in range(100):
        link = random_link(rng) or "-"  # an empty one is none
        at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
        at.switch_page("pages/3_Lab.py")
        at.query_params["lab"] = link
        at.run()
        assert not at.exception, link
        session = at.session_state[KEY]
        try:
            wanted = lab.decode(link).spec
        except SpecError:
            wanted = lab.preset("xor").spec
            assert "(" in at.toast[0].value, "what is wrong, and how to put it right"
        opened += session.machine.spec == wanted != lab.preset("xor").spec
        assert session.machine.spec in (wanted, lab.preset("xor").spec)
        press(at, "Backward")
    assert opened > 3
