"""Who may ask the app, and what its answers carry: through the application that `streamlit run` starts."""

import pytest
from streamlit import config

from graphtrace.app import guard
from tests.support.finished import finished


@pytest.fixture(autouse=True)
def local(monkeypatch):
    options = {"server.address": "127.0.0.1", "server.enableCORS": True, "server.corsAllowedOrigins": []}
    monkeypatch.setattr(config, "get_option", options.__getitem__)
    monkeypatch.delenv(guard.HOSTS, raising=False)
    return options


def asked(kind="http", method="GET", **headers):
    """What a request gets: the scope that Streamlit sees or None, and what is sent back."""
    seen, sent = [], []

    async def inner(scope, receive, send):
        seen.append(scope)
        await send({"type": f"{kind}.response.start", "status": 200, "headers": [(b"X-Content-Type-Options", b"mine")]})

    async def send(message):
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "headers": pairs}
    finished(guard.Guard(inner)(scope, None, send))
    return (seen[0] if seen else None), sent


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "192.168.1.5:8501", "a.localhost"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_app_itself_is_let_in_and_streamlit_is_told_that_it_is(host, kind):
    scope, _ = asked(kind, "POST", host=host, origin=f"http://{host}")
    assert dict(scope["headers"])[b"origin"] == b"http://localhost"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1:8501.evil.example"]
)
def test_another_site_opens_no_websocket_and_sends_no_file(origin):
    scope, sent = asked("websocket", host="127.0.0.1:8501", origin=origin)
    assert scope is None
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": "refused"}]
    for method in ("POST", "PUT", "DELETE"):
        scope, sent = asked("http", method, host="127.0.0.1:8501", origin=origin)
        assert scope is None
        assert sent[0]["status"] == 403
        assert b"a page of another address asks" in sent[1]["body"]
    assert asked("http", "GET", host="127.0.0.1:8501", origin=origin)[0] is not None  # it may look; it cannot read


def test_a_name_that_somebody_points_at_this_machine_is_refused(monkeypatch, local):
    for kind in ("http", "websocket"):
        assert asked(kind, host="evil.example:8501", origin="http://evil.example:8501")[0] is None
    assert asked(host="")[0] is None
    monkeypatch.setenv(guard.HOSTS, "class.example, other.example")
    assert asked(host="class.example:8501")[0] is not None
    assert asked(host="evil.example:8501")[0] is None
    monkeypatch.setenv(guard.HOSTS, "*")
    assert asked(host="evil.example:8501")[0] is not None
    monkeypatch.delenv(guard.HOSTS)
    local["server.address"] = "0.0.0.0"  # for a network, which may know it by any name
    assert asked(host="class.example:8501")[0] is not None


def test_an_origin_that_the_owner_lists_is_let_in_as_it_is(local):
    local["server.corsAllowedOrigins"] = ["https://school.example"]
    scope, _ = asked("websocket", host="127.0.0.1:8501", origin="https://school.example")
    assert dict(scope["headers"])[b"origin"] == b"https://school.example"


def test_an_answer_has_the_headers_once():
    _, sent = asked(host="localhost")
    names = [name.lower() for name, _ in sent[0]["headers"]]
    assert sorted(names) == sorted({*names})
    assert dict(sent[0]["headers"])[b"X-Content-Type-Options"] == b"mine"
    assert b"frame-ancestors 'self'" in dict(sent[0]["headers"])[b"content-security-policy"]
