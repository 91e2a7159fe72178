"""What every test shares: the real records, where a folder of them is named, and which skips are failures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.kit.servers"]

REAL_RECORDS = "TRIALWIRE_REAL_RECORDS"
PARTS = ("ctgov", "eclaire", "pages", "spec", "versions")
"""The folders of real records: tests read each of them."""
SERVICE_MARKS = ("kafka", "fhir", "postgres", "airflow")
ALLOWED_SKIP = "allowed: "
"""How the reason of a skip starts that is no failure anywhere; CONTRIBUTING.md lists them all."""


def _named() -> Path | None:
    """The folder that the variable names; None where it names none."""
    return Path(named).resolve() if (named := os.environ.get(REAL_RECORDS)) else None


@pytest.fixture(scope="session")
def real_records() -> Path:
    """The folder of real records. A folder that is named and not whole fails every test that wants it."""
    folder = _named()
    assert folder is not None, "tests that use this fixture are skipped when they are collected"
    lacking = [name for name in PARTS if not (folder / name).is_dir() or not any((folder / name).iterdir())]
    if lacking:
        pytest.fail(f"{REAL_RECORDS} names {folder}, where {', '.join(lacking)} cannot be found", pytrace=False)
    return folder


def _worker(item: pytest.Item) -> tuple[int, str]:
    """(rank, group): tests of one group run in one worker, so that they share their servers; low ranks begin first."""
    marks = {mark.name for mark in item.iter_markers()}
    if "fhir" in marks:
        return 0, "fhir"  # the FHIR server and the validators take half a minute and gigabytes each
    return (1 if marks & set(SERVICE_MARKS) else 2), str(item.path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests for several workers. Mark what uses the real records, and skip it where there are none.

    Such a skip comes before its other fixtures start a server for it.
    """
    items.sort(key=lambda item: _worker(item)[0])
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_worker(item)[1]))
        if "real_records" in getattr(item, "fixturenames", ()):
            item.add_marker("realdata")
            if _named() is None:
                item.add_marker(pytest.mark.skip(reason=f"{REAL_RECORDS} names no folder of real records"))


def must_run(marks: set[str], reason: str, environment: dict[str, str]) -> list[str]:
    """What must be had here by the test that was skipped for this reason; none where the skip is right.

    In CI every server must be had. Real records are a stranger's to lack: they must be had where a folder is named.
    """
    if reason.startswith(ALLOWED_SKIP):
        return []
    if "realdata" in marks:
        return ["realdata"] if environment.get(REAL_RECORDS) else []
    return sorted(marks & set(SERVICE_MARKS)) if environment.get("CI") == "true" else []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Make a failure of a skip for want of what must be had."""
    report = yield
    if report.skipped and call.excinfo is not None:
        reason = str(getattr(call.excinfo.value, "msg", ""))
        if needs := must_run({mark.name for mark in item.iter_markers()}, reason, dict(os.environ)):
            report.outcome = "failed"
            report.longrepr = f"skipped where {', '.join(needs)} must be had: {reason}"
    return report
