"""Which skips are failures: asked of the rule, and of a run of pytest over tests that skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ALLOWED_SKIP, PARTS, REAL_RECORDS, SERVICE_MARKS, must_run
from tests.kit.checkout import CHECKOUT

CI = {"CI": "true"}
NAMED = {REAL_RECORDS: "records"}
READS_ALL = "tests/transforms/write/test_mapping_page.py"


@pytest.mark.parametrize("mark", SERVICE_MARKS)
def test_a_server_must_be_had_in_ci_alone(mark: str) -> None:
    assert must_run({mark, "timeout"}, "no server", CI) == [mark]
    assert must_run({mark, "timeout"}, "no server", NAMED) == []


def test_real_records_must_be_had_where_a_folder_is_named_also_outside_ci() -> None:
    assert must_run({"realdata"}, "no judge", NAMED) == ["realdata"]
    assert must_run({"realdata", "kafka"}, "no broker", NAMED) == ["realdata"]
    assert must_run({"realdata", "kafka"}, "no folder", CI) == []


def test_a_skip_that_is_allowed_is_allowed_everywhere() -> None:
    assert must_run({"postgres", "realdata"}, f"{ALLOWED_SKIP}root without any capability", CI | NAMED) == []


def test_a_skip_of_what_needs_nothing_is_no_failure() -> None:
    assert must_run({"timeout"}, "this file system takes UTF-8 names only", CI | NAMED) == []


def outcome(variables: dict[str, str]) -> str:
    environment = {name: value for name, value in os.environ.items() if name != REAL_RECORDS} | variables
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", READS_ALL, "-k", "registry_s_dictionary"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    return f"{ended.returncode}: {ended.stdout}"


def test_without_real_records_a_run_in_ci_skips_and_says_why() -> None:
    said = outcome(CI)
    assert said.startswith("0: s")
    assert f"{REAL_RECORDS} names no folder of real records" in said


def test_a_folder_of_real_records_that_is_not_whole_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "ctgov").mkdir()
    (tmp_path / "ctgov" / "NCT99990001.json").write_text("{}")
    said = outcome({REAL_RECORDS: str(tmp_path)})
    assert said.startswith("1: E")
    assert f"where {', '.join(name for name in PARTS if name != 'ctgov')} cannot be found" in said
