"""Which failures are tried again, and that a run of many retries fails: seen in runs of pytest inside this one."""

import pytest

from tests.support.serving import ROOT

TESTS = """
import pytest
from tests.support.retries import RETRIED

class TimeoutError(Exception):
    "As Playwright's, which this run does without."

tries = {}

def late(name, times):
    tries[name] = tries.get(name, 0) + 1
    if tries[name] <= times:
        raise TimeoutError("Page.wait_for_selector: Timeout 15000ms exceeded.\\nCall log: ...")

"""
LATE = "@RETRIED\ndef test_late_{0}():\n    late('{0}', 1)\n\n"
WRONG = "@RETRIED\ndef test_wrong():\n    tries['wrong'] = tries.get('wrong', 0) + 1\n    assert tries['wrong'] > 1\n\n"
ALWAYS = "@RETRIED\ndef test_always():\n    late('always', 9)\n\n"


@pytest.fixture
def run(pytester, monkeypatch):
    """Run tests as this project does, and return the result."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(*tests, workers=0):
        pytester.makepyfile(TESTS + "".join(tests))
        options = ("-p", "tests.support.retries", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
        return pytester.runpytest_subprocess(*options, "-n", str(workers))

    return run


@pytest.mark.parametrize("workers", [0, 1])
def test_a_late_browser_is_tried_again_and_listed(run, workers):
    result = run(LATE.format("a"), LATE.format("b"), LATE.format("c"), workers=workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*tried again after a*time-out*", "*::test_late_a", "3 of at most 3 retries"])


@pytest.mark.parametrize("workers", [0, 1])
def test_more_than_three_retries_fail_the_run(run, workers):
    result = run(*(LATE.format(name) for name in "abcd"), workers=workers)
    result.assert_outcomes(passed=4)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["4 of at most 3 retries: more than 3, so the run has failed"])


def test_a_wrong_result_is_not_tried_again(run):
    result = run(WRONG)
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*tried again*")


def test_what_is_late_three_times_has_failed(run):
    result = run(ALWAYS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["2 of at most 3 retries"])
