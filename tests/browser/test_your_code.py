"""Your code: typed, run and stepped in a browser that opened the terminal's link; nobody else gets in."""

import http.client
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from graphtrace.scenes import get
from tests.support.serving import ROOT, free_port, wait_until_healthy

PROGRAM = """import torch

w = torch.tensor(2.0, requires_grad=True)
loss = w * 3
print("made", loss.item())
loss.backward()
print("grad", w.grad.item())
"""


@pytest.fixture(scope="module")
def code_server(tmp_path_factory):
    """Start the app for code as its page says; returns its address, and what reads the newest link of its terminal."""
    log = tmp_path_factory.mktemp("code") / "log.txt"
    port = free_port()
    command = [sys.executable, "-m", "graphtrace", "app", "--code", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=log.parent, stdout=out, stderr=out, env=environment)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield (
                f"http://127.0.0.1:{port}",
                lambda: re.findall(r"http://\S+token=\S+", log.read_text(encoding="utf-8"))[-1],
            )
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def inside(chromium, code_server):
    """A browser that opened the link."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(25_000)
    page = context.new_page()
    page.link = code_server[1]()
    page.goto(page.link)
    page.wait_for_selector(".gt-code .cm-content")
    yield page
    context.close()


def run(page, program):
    """Type a program and run it, until its end is told."""
    before = page.locator(".gt-code .output").inner_html()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(program)
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "old => { const deep = [...document.querySelectorAll('*')].map(e => e.shadowRoot?.querySelector('.gt-code'));"
        "const root = deep.find(Boolean); const out = root?.querySelector('.output');"
        "return out && out.innerHTML !== old && !root.classList.contains('busy'); }",
        arg=before,
    )
    return page.locator(".gt-code .output .end").inner_text()


def test_a_program_is_typed_run_stepped_and_changed(inside):
    assert run(inside, PROGRAM) == "The program came to its end"
    inside.wait_for_selector(".gt-root.edited .card")
    first, second = inside.locator(".gt-code .piece").all()
    assert "later" in second.get_attribute("class")
    second.click()
    inside.wait_for_selector(".gt-code .piece:not(.later) >> text=grad 3")
    first.click()
    inside.wait_for_selector(".gt-code .piece.later >> text=grad 3")
    assert "code=" in inside.url
    assert "token=" not in inside.url
    run(inside, PROGRAM.replace("w * 3", "w * 4"))
    inside.get_by_text("Since the run before: 1 other gradient").wait_for()
    inside.wait_for_selector(".gt-root .card.pointed")


def test_a_mistake_has_its_card_and_its_line(inside):
    assert run(inside, get("backward_twice").programs[0].code) == "The program ended with this error"
    inside.wait_for_selector(".gt-root .mistake:not([hidden])")
    inside.wait_for_selector(".gt-code .cm-line.failed")


def test_a_program_without_end_ends_with_a_clear_word_and_the_next_one_runs(inside):
    assert "50,000" in run(inside, "while True:\n    print('hello')")
    assert "SIGKILL" in run(inside, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run(inside, PROGRAM) == "The program came to its end"


def test_another_browser_with_the_same_link_runs_nothing(chromium, code_server, inside):
    run(inside, PROGRAM)
    inside.wait_for_function("location.search.includes('result=')")
    context = chromium.new_context(locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(25_000)
    page = context.new_page()
    page.goto(inside.link)
    page.get_by_text("That link lets nobody in any more").wait_for()
    page.goto(inside.url)
    page.wait_for_selector(".gt-root .card")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.gt-code .run')?.disabled)"
    )
    page.get_by_text("nothing was run here").wait_for()
    context.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {},
    ],
)
def test_no_other_site_reaches_websocket_or_upload(code_server, headers):
    place = urlsplit(code_server[0])
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    for method, path, more in (("GET", "/_stcore/stream", upgrade), ("PUT", "/_stcore/upload_file/a/b", {})):
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        connection.request(method, path, headers={**more, **headers})
        assert connection.getresponse().status == 403
        connection.close()
