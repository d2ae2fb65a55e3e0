"""The WebAssembly engine: it stops in time, runs in threads, and loads no file of a stranger."""

import hashlib
import importlib.metadata
import os
import sys
import threading
import time

import pytest

from graphtrace.errors import LayoutError
from graphtrace.layout import card, compiled, place, source, wasm
from graphtrace.layout.placement import TooSlowError
from tests.support.layout_views import chain, layers, residual, tangle


def test_a_layout_that_takes_too_long_is_interrupted_and_the_next_one_works():
    graph = tangle(3000)
    text = source(graph, tuple(map(card, graph.boxes))).source
    wasm.warm()
    with pytest.raises(TooSlowError, match=r"dot exceeded 0\.3 s"):  # to its end it takes minutes
        wasm.render(text, 0.3)
    assert place(chain(5), engine="wasm").engine == "wasm"


def test_a_slow_call_does_not_shorten_the_time_of_another():
    graph = tangle(3000)
    text = source(graph, tuple(map(card, graph.boxes))).source
    errors = []

    def slow(budget):
        try:
            wasm.render(text, budget)
        except TooSlowError as error:
            errors.append((budget, time.monotonic() - start, str(error)))

    start = time.monotonic()
    threads = [threading.Thread(target=slow, args=(budget,)) for budget in (0.2, 1.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = {budget: seconds for budget, seconds, _ in errors}
    assert took[1.0] >= 0.9


def test_four_threads_at_once_get_what_one_gets():
    expected = place(layers(), engine="wasm")
    results = []
    threads = [threading.Thread(target=lambda: results.append(place(layers(), engine="wasm"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_a_small_thread_stack_is_no_limit():
    results = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: results.append(place(chain(3000), engine="wasm", budget=30)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert results[0].engine == "wasm"


def test_dot_that_cannot_be_read_is_an_error_not_a_crash():
    with pytest.raises(LayoutError, match="dot failed"):
        wasm.render("digraph { a -> ", 5)


@pytest.mark.parametrize(("limit", "size", "match"), [("_WASM_STACK", 16 << 10, "stack"), ("_MEMORY", 4 << 20, "dot")])
def test_a_stack_or_a_memory_that_runs_out_is_an_error_not_a_crash(limit, size, match, monkeypatch):
    monkeypatch.setattr(wasm, limit, size)
    monkeypatch.setattr(wasm, "_program", None)
    graph = residual(400)
    with pytest.raises(LayoutError, match=match):
        wasm.render(source(graph, tuple(map(card, graph.boxes))).source, 60)


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.setattr(wasm, "_program", None)
        wasm.warm()
    (path,) = (folder / "graphtrace").iterdir()
    return path


@pytest.fixture
def cache(compiled_once, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(wasm, "_program", None)
    compiled.folder().mkdir(mode=0o700)
    path = compiled.folder() / compiled_once.name
    path.write_bytes(compiled_once.read_bytes())
    path.chmod(0o600)
    return path


def test_the_compiled_program_is_kept_and_used_again(cache, monkeypatch):
    before = cache.stat().st_mtime_ns
    monkeypatch.setattr(compiled, "save", lambda *_: pytest.fail("it was compiled again"))
    assert place(chain(3), engine="wasm").engine == "wasm"
    assert cache.stat().st_mtime_ns == before
    assert cache == compiled.path_for(wasm.FILE.read_bytes(), importlib.metadata.version("wasmtime"))


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_loaded(cache, mode):
    assert compiled.load(cache) is not None
    cache.chmod(mode)
    assert compiled.load(cache) is None


def test_a_file_in_a_folder_that_others_may_write_is_not_loaded(cache):
    cache.parent.chmod(0o777)
    assert compiled.load(cache) is None


def test_a_link_to_a_file_is_not_followed(cache, tmp_path):
    real = cache.rename(tmp_path / "elsewhere")
    cache.symlink_to(real)
    assert compiled.load(cache) is None


def test_a_file_of_another_user_is_not_loaded(cache, monkeypatch):
    stranger = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: stranger)
    assert compiled.load(cache) is None


def test_a_damaged_file_is_replaced(cache):
    good = cache.read_bytes()
    cache.write_bytes(good[:1000] + b"\0" * 100 + good[1100:])
    assert compiled.load(cache) is None
    assert place(chain(3), engine="wasm").engine == "wasm"
    assert compiled.load(cache) is not None


def test_a_whole_file_that_is_no_program_is_compiled_anew(cache):
    assert compiled.save(cache, b"not a program")
    assert place(chain(3), engine="wasm").engine == "wasm"


def test_where_nothing_can_be_kept_the_program_runs_from_memory(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(wasm, "_program", None)
    assert place(chain(3), engine="wasm").engine == "wasm"


def test_a_missing_package_is_a_clear_error(monkeypatch):
    monkeypatch.setattr(wasm, "_program", None)
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(LayoutError, match=r"wasmtime is missing.*pip install wasmtime"):
        place(chain(2), engine="wasm")


def test_the_engine_is_the_file_that_its_readme_names():
    digest = hashlib.sha256(wasm.FILE.read_bytes()).hexdigest()
    assert digest == "315dab539e42332fbd804379acd6a0ba17c4787a74bc33ddfa8f6dd106d38b33"
    assert (wasm.FILE.parent / "LICENSE-Graphviz.txt").read_text().startswith("Eclipse Public License - v 2.0")
