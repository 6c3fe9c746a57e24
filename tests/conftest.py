"""What every test may ask for by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from tests import browser

# The same examples on every run, however slow the machine.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests; `tests.browser.offline_page(chromium, viewport=...)` opens pages in it."""
    with browser.chromium() as running:
        yield running


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, which fails the test when it asks for anything outside itself."""
    with browser.offline_page(chromium) as opened:
        yield opened
