"""The teacher's page: closed without the token; with it, what the servers wrote. And what an owner allows."""

import json
import time
from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from graphtrace import lab
from graphtrace.app import server_page, server_settings, status
from graphtrace.errors import SpecError
from tests.support.serving import ROOT


def opened(page, **query):
    test = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    test.switch_page(f"pages/{next(Path(ROOT, 'pages').glob(f'*_{page}.py')).name}")
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


@pytest.fixture
def figures(tmp_path, monkeypatch):
    monkeypatch.setenv(status.FOLDER, str(tmp_path))
    monkeypatch.setenv(status.TOKEN, "a secret")
    monkeypatch.setattr(status, "PAUSE", 0.01)
    status.begin()
    path = tmp_path / f"{psutil.Process().pid}.json"
    for _ in range(500):
        if path.exists():
            break
        time.sleep(0.01)
    return path


def test_a_server_writes_what_its_process_has(figures):
    [own] = status.servers(figures.parent)
    assert own.server == psutil.Process().pid
    assert own.memory == pytest.approx(psutil.Process().memory_info().rss, rel=0.5)
    assert own.working == own.waiting == 0
    gone = json.loads(figures.read_text()) | {"server": 1, "written": time.time() - 60}
    (figures.parent / "1.json").write_text(json.dumps(gone))
    (figures.parent / "2.json").write_text("{")
    assert [found.server for found in status.servers(figures.parent)] == [own.server]


def test_the_teacher_sees_them_and_nobody_else(figures):
    page = opened("Server", token="a secret")
    assert [metric.label for metric in page.metric] == [
        *("open pages", "runs at work", "runs waiting", "cores in use", "memory")
    ]
    assert str(psutil.Process().pid) in page.table[0].value.to_string()
    assert "GRAPHTRACE_MAX_SECONDS" in page.table[1].value.to_string()
    for token in ("", "a secre", "a secret ", "wrong"):
        closed = opened("Server", token=token)
        assert not closed.metric
        assert "graphtrace serve" in closed.markdown[-1].value


def test_without_a_token_of_the_server_none_opens_the_page(monkeypatch):
    monkeypatch.delenv(status.TOKEN, raising=False)
    assert not server_page.is_teacher("")
    assert not server_page.is_teacher("None")


def test_links_can_be_switched_off(monkeypatch):
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    link = lab.encode(lab.Scene(machine.start_spec, machine.actions, machine.position))
    monkeypatch.setenv(server_settings.LINKS, "off")
    page = opened("Lab", lab=link)
    said = " ".join(str(part.value) for part in [*page.error, *page.warning, *page.caption, *page.markdown])
    assert "this server makes and opens no links: GRAPHTRACE_LINKS=off" in said


def test_uploads_can_be_switched_off(monkeypatch):
    monkeypatch.setenv(server_settings.UPLOADS, "off")
    page = opened("Your_file")
    assert "This server takes no files." in [caption.value for caption in page.caption]
    monkeypatch.setenv(server_settings.UPLOADS, "perhaps")
    with pytest.raises(SpecError, match="GRAPHTRACE_UPLOADS is neither on nor off: 'perhaps'"):
        server_settings.uploads_are_on()
