"""``graphtrace serve`` as a teacher starts it: two servers behind nginx, real presses, a server that is killed."""

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from graphtrace.app.visitor import Visitor, presses
from graphtrace.serve import Capacity, classroom_server
from graphtrace.serve.machine import free_ports
from tests.support.serving import ROOT

START = 180  # seconds, on a busy machine


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Start it, and give its port, its process and the lines that it printed."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    [port] = free_ports(1)
    log = tmp_path_factory.mktemp("serve") / "log"
    words = ["serve", "--students", "60", "--port", str(port), "--address", "127.0.0.1"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "graphtrace", *words], cwd=ROOT, stdout=out, stderr=out, env={**os.environ}
        )
        try:
            _until(lambda: "For the teacher" in log.read_text() or process.poll() is not None)
            assert process.poll() is None, log.read_text()
            yield port, process, log
        finally:
            process.kill()


def _until(done, seconds=START):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def answer(port, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as found:
            return found.status, found.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def servers(process):
    return [child for child in process.children() if "app" in child.cmdline() and child.is_running()]


def test_it_says_what_it_measured_and_where_it_is(started):
    port, process, log = started
    text = log.read_text()
    assert re.search(r"A press costs \d+ ms of a core, a server \d+ MB: [12] servers? holds? about \d+ students", text)
    assert f"For the class:   http://127.0.0.1:{port}\n" in text
    assert "█" in text
    expected = min(2, Capacity(len(os.sched_getaffinity(0)), 0).cores)
    assert len(servers(psutil.Process(process.pid))) == expected


def test_a_page_sets_the_cookie_once_and_carries_the_headers(started):
    port = started[0]
    status, headers = answer(port, "/Lab?preset=xor")
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert status == 200
    assert re.fullmatch(r"graphtrace=[0-9a-f]{32}", cookie)
    assert "HttpOnly" in headers["Set-Cookie"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert len(headers.get_all("Content-Security-Policy")) == 1
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "graphtrace=" not in str(answer(port, "/Lab", Cookie=cookie)[1]["Set-Cookie"])
    assert "graphtrace=" not in str(answer(port, "/_stcore/health")[1]["Set-Cookie"])
    assert answer(port, "/_stcore/metrics")[0] == 403
    assert answer(port, "/", Origin="http://elsewhere.example")[0] == 403


def test_students_press_and_a_killed_server_leaves_nobody_behind(started):
    port, process, log = started
    cookies = [f"graphtrace={number:032x}" for number in range(6)]
    visitors = [Visitor(f"127.0.0.1:{port}", "Lab", cookie=cookie, preset="xor") for cookie in cookies]
    serials = itertools.count()
    for visitor in visitors:
        presses(visitor, 2, serials)
    killed, *others = servers(psutil.Process(process.pid))
    killed.send_signal(signal.SIGKILL)
    if others:
        for cookie in cookies:  # those of the killed server are led to the other one, with their story
            again = Visitor(f"127.0.0.1:{port}", "Lab", cookie=cookie, preset="xor")
            presses(again, 2, serials)
            again.close()
    _until(lambda: "had ended and was started again" in log.read_text())
    count = len(others) + 1
    _until(lambda: len(servers(psutil.Process(process.pid))) == count)


def test_sigterm_stops_everything(started):
    _, process, log = started
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    assert process.wait(60) == 0
    assert log.read_text().rstrip().endswith("Stopped.")
    assert psutil.wait_procs(children, timeout=20)[1] == []


def test_a_password_needs_nginx(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    options = classroom_server.ClassOptions(10, passwords=tmp_path)
    with pytest.raises(classroom_server.ServeError, match="a password needs nginx"):
        classroom_server.serve(options)
