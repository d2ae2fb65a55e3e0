"""Tests of the pages without a browser: Streamlit's `AppTest` runs them."""

from functools import cache

import pytest


@pytest.fixture(scope="session", autouse=True)
def scanned_once():
    """Let Streamlit look through all installed packages for components once, not at every session of a page."""
    scanner = pytest.importorskip("streamlit.components.v2.manifest_scanner")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scanner, "scan_component_manifests", cache(scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def parcels_kept():
    """Remember what was sent once, as a browser does."""
    from tests.support.lab_page import remember_parcels

    with pytest.MonkeyPatch.context() as patch:
        remember_parcels(patch)
        yield
