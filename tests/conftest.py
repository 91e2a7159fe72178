"""What every test shares: the real records beside the checkout, and the rule that CI skips nothing for want of a service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.servers"]

CHECKOUT = Path(__file__).resolve().parent.parent
SERVICE_MARKS = ("kafka", "fhir", "postgres", "airflow", "realdata")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real records beside the checkout. Skips where they are not there."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real records are not beside this checkout ({folder.parent.name}/{folder.name})")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """In CI a skip of a test that needs a service or the real records is a failure: there everything is to be had."""
    report = yield
    needs = [name for name in SERVICE_MARKS if item.get_closest_marker(name)]
    if report.skipped and needs and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where {', '.join(needs)} must be had: {report.longrepr}"
    return report
