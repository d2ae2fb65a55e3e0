"""Who gets in where a server runs code: the guard is asked as a browser, a stranger and a stranger's page ask."""

from urllib.parse import parse_qs, urlsplit

import pytest

from graphtrace.app.code import allowed
from graphtrace.runner import gate as gates
from tests.support.finished import finished

OWN = "127.0.0.1:8501"


@pytest.fixture
def gate():
    opened = gates.open_gate(8501, lambda link: None)
    yield opened
    gates.close_gate()


def ask(path="/Your_code", query="", kind="http", method="GET", **headers):
    """Return what the guard answers: a status, headers, and whether the app behind it was asked."""
    asked, sent = [], []

    async def app(scope, receive, send):
        asked.append(scope["path"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    given = [(name.encode(), value.encode()) for name, value in headers.items() if value is not None]
    scope = {"type": kind, "method": method, "path": path, "query_string": query.encode(), "headers": given}
    finished(allowed.CodeGuard(app)(scope, receive, send))
    first = sent[0] if sent else {}
    return first.get("status", first.get("code")), dict(first.get("headers", [])), bool(asked)


def token_of(gate):
    return urlsplit(gate.link).query


def test_a_server_that_runs_no_code_answers_as_before():
    assert ask(host="any.example", origin="http://other.example")[2]
    assert ask(kind="websocket", host="any.example", origin="http://other.example")[2]


def test_the_link_gives_a_cookie_and_leads_to_the_page_without_its_token(gate):
    status, headers, asked = ask(query=f"{token_of(gate)}&lang=zh", host=OWN)
    assert (status, asked) == (303, False)
    assert headers[b"location"] == b"./Your_code?lang=zh"
    cookie = headers[b"set-cookie"].decode()
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert gate.knows(cookie.partition("=")[2].partition(";")[0])


@pytest.mark.parametrize("query", ["token=", "token=wrong", "token=%C3%BC"])
def test_a_wrong_token_gives_none_and_says_so(gate, query):
    status, headers, _ = ask(query=query, host=OWN)
    assert status == 303
    assert b"set-cookie" not in headers
    assert parse_qs(urlsplit(headers[b"location"].decode()).query) == {"refused": ["1"]}


def test_the_same_link_lets_no_second_browser_in(gate):
    query = token_of(gate)
    first = ask(query=query, host=OWN)[1]
    again = ask(query=query, host=OWN)[1]
    assert b"set-cookie" in first
    assert b"set-cookie" not in again
    cookie = first[b"set-cookie"].decode().partition(";")[0]
    mine = ask(query=query, host=OWN, cookie=cookie)[1]
    assert mine[b"location"] == b"./Your_code", "who is in stays in"


@pytest.mark.parametrize("host", ["evil.example:8501", "127.0.0.1.nip.io:8501", "127.0.0.1:80", "", None])
@pytest.mark.parametrize("path", ["/Your_code", "/", "/_stcore/health", "/_stcore/upload_file/a/b"])
def test_a_name_that_was_led_to_this_computer_is_not_answered(gate, host, path):
    assert ask(path, host=host)[::2] == (403, False)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9000", "null", f"https://{OWN}", None])
def test_a_websocket_or_an_upload_of_another_page_is_refused(gate, origin):
    status, _, asked = ask("/_stcore/stream", kind="websocket", host=OWN, origin=origin)
    assert (status, asked) == (1008, False)
    for method in ("PUT", "POST", "DELETE"):
        assert ask("/_stcore/upload_file/a/b", method=method, host=OWN, origin=origin)[::2] == (403, False)


def test_the_pages_own_requests_go_through_and_into_no_frame(gate):
    assert ask("/_stcore/stream", kind="websocket", host=OWN, origin=f"http://{OWN}")[2]
    assert ask("/_stcore/upload_file/a/b", method="PUT", host=OWN, origin=f"http://{OWN}")[2]
    status, headers, asked = ask(host=OWN)
    assert (status, asked) == (200, True)
    assert headers[b"content-security-policy"] == b"frame-ancestors 'none'"


class Visit:
    """A visit as Streamlit tells of it."""

    def __init__(self, cookies):
        self.cookies = cookies


@pytest.mark.parametrize(
    ("address", "known", "may"),
    [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("0.0.0.0", True, False), (None, True, False)],
)
def test_code_runs_on_this_computer_for_a_browser_that_is_known(gate, monkeypatch, address, known, may):
    cookie = gate.claim(token_of(gate).partition("=")[2]) if known else "other"
    monkeypatch.setattr(allowed.st, "get_option", lambda name: address)
    monkeypatch.setattr(allowed.st, "context", Visit({gate.cookie: cookie}))
    assert allowed.may_run() is may
