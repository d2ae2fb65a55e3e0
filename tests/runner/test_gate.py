"""Who may run code: the browser that opened the link, once, under this computer's own name."""

import pytest

from graphtrace.runner.gate import Gate, close_gate, current, is_loopback, open_gate


@pytest.fixture
def gate():
    shown = []
    made = Gate(8501, shown.append)
    made.shown = shown
    return made


def token(link):
    return link.partition("token=")[2]


def test_a_link_lets_one_browser_in_and_the_next_link_another(gate):
    first = token(gate.shown[0])
    cookie = gate.claim(first)
    assert gate.knows(cookie)
    assert gate.claim(first) is None, "the same link in another browser"
    second = gate.claim(token(gate.shown[1]))
    assert second != cookie
    assert gate.knows(second)
    assert gate.knows(cookie), "the first browser stays in"
    assert [token(link) for link in gate.shown] == list(dict.fromkeys(token(link) for link in gate.shown))


@pytest.mark.parametrize("wrong", ["", "x", "ü", "a" * 32])
def test_another_token_lets_nobody_in(gate, wrong):
    assert gate.claim(wrong) is None
    assert not gate.knows(wrong)
    assert len(gate.shown) == 1, "the link stays as it was"


def test_who_has_no_cookie_is_not_known(gate):
    assert not gate.knows(None)
    assert not gate.knows("")
    gate.claim(token(gate.link))
    assert not gate.knows(None)
    assert not gate.knows("")


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LOCALHOST:8501"])
def test_a_page_of_the_server_itself_is_answered(gate, host):
    assert gate.answers(host, f"http://{host.lower()}", needs_origin=True)
    assert gate.answers(host, None, needs_origin=False)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example:8501", "http://evil.example:8501"),  # a name that was led to this computer
        ("127.0.0.1.nip.io:8501", "http://127.0.0.1:8501"),
        ("localhost", "http://localhost:8501"),  # another port's
        (None, "http://127.0.0.1:8501"),
        ("127.0.0.1:8501", "http://evil.example"),
        ("127.0.0.1:8501", "http://127.0.0.1:9000"),  # another server of this computer
        ("127.0.0.1:8501", "https://127.0.0.1:8501"),
        ("127.0.0.1:8501", "null"),  # a page from disk, or in a sandbox
        ("127.0.0.1:8501", None),
    ],
)
def test_other_sites_and_other_names_are_not_answered(gate, host, origin):
    assert not gate.answers(host, origin, needs_origin=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_addresses_of_this_computer(address):
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", None, "192.168.0.5", "example.org", "localhost.example"])
def test_addresses_that_others_reach(address):
    assert not is_loopback(address)


def test_no_process_runs_code_unless_it_is_told_to():
    assert current() is None
    try:
        opened = open_gate(8501, lambda link: None)
        assert current() is opened
    finally:
        close_gate()
    assert current() is None
