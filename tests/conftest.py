"""What every test may ask for by name."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from tests import browser, disk, postgres

# The same examples on every run, however slow the machine.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def a_quick_disk() -> Iterator[None]:
    """No test waits for the disk."""
    with disk.not_waited_for():
        yield


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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server for all tests of this worker."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database."""
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    url, name = request.getfixturevalue("postgresql"), f"b{uuid4().hex}"
    yield postgres.make(url, name)
    postgres.drop(url, name)
