"""A pytest plugin: which failures of the browser tests are tried again, and how many of these a run may have.

Only what waited for the browser in vain is tried again, because a busy machine may be late; a wrong result never is.
Every retry is listed at the end of the run, and a run of more than three has failed: something is too slow.
"""

import pytest

MOST = 3
LATE = r"^TimeoutError: .*Timeout \d+ms exceeded"  # Playwright's error, as name and text
RETRIED = pytest.mark.flaky(reruns=2, only_rerun=[LATE])


def _retries(config: pytest.Config) -> list:
    """Reports of the tries that failed and were repeated; none in a worker, whose reports the main process has."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("rerun", []) if reporter and not hasattr(config, "workerinput") else []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if len(_retries(session.config)) > MOST and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    retries = _retries(config)
    if not retries:
        return
    terminalreporter.section("tried again after a browser's time-out")
    for report in retries:
        terminalreporter.line(report.nodeid)
    verdict = f": more than {MOST}, so the run has failed" if len(retries) > MOST else ""
    terminalreporter.line(f"{len(retries)} of at most {MOST} retries{verdict}")
