"""The command line: help that teaches, exit codes that mean something, one JSON document, never a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from trialwire.pipeline import settings
from trialwire.pipeline.commands import cli
from trialwire.schemas.errors import (
    BatchStoppedError,
    RetryLaterError,
    SettingError,
    StopError,
    TrialwireError,
    UsageError,
)
from trialwire.sources.shipped import FICTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

TRIALWIRE = Path(sys.executable).with_name("trialwire")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name, _, _ in settings.described():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), input=stdin, catch_exceptions=False)


def commands(node: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    node = node or get_command(cli.app)
    for name, command in getattr(node, "commands", {}).items():
        yield (*path, name)
        yield from commands(command, (*path, name))


def test_the_commands_are_those_that_others_rely_on() -> None:
    assert {path[0] for path in commands()} == {
        "demo", "up", "ingest", "map", "criteria", "publish", "load", "show", "watch", "held", "replay", "doctor",
    }  # fmt: skip
    assert {path[1] for path in commands() if len(path) == 2} == {
        "list", "show", "name", "retry", "release", "discard", "parked", "unpark",
    }  # fmt: skip


@pytest.mark.parametrize("path", [(), *commands()], ids=" ".join)
def test_every_help_text_teaches_what_the_command_does_and_each_option(path: tuple[str, ...]) -> None:
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    assert run(*path, "-h").stdout == shown.stdout
    described = shown.stdout.split("Options:")[0].split("\n", 1)[1].strip()
    assert len(described.split()) >= 4
    for line in shown.stdout.split("Options:")[-1].split("Commands:")[0].splitlines():
        if re.match(r"  -", line):
            assert re.search(r"\s{2}\S+", line.strip()), f"{' '.join(path)}: {line.strip()} says nothing"


def test_every_command_but_map_and_criteria_takes_json() -> None:
    for path in commands():
        if path != ("map",):
            assert "--json" in run(*path, "--help").stdout, path


def test_no_command_shows_the_help_and_is_a_wrong_call() -> None:
    shown = run()
    assert shown.exit_code == 2
    assert "make demo" in shown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], "nosuch"),
        (["ingest"], "Name what to ingest"),
        (["ingest", "nosuch.json"], "There is no file or folder nosuch.json"),
        (["ingest", "--source", "nosuch", "--query", "x"], "clinicaltrials_gov"),
        (["ingest", "--source", "clinicaltrials_gov"], "--since DATE, --nct NCT… or --query TEXT"),
        (["ingest", "a.json", "--source", "clinicaltrials_gov"], "not both"),
        (["ingest", "--source", "clinicaltrials_gov", "--since", "yesterday"], "--since"),
        (["ingest", "--source", "clinicaltrials_gov", "--nct", "NCT1"], "NCT1: not a registry number"),
        (["ingest", "--source", "clinicaltrials_gov", "--query", "x", "--limit", "0"], "--limit"),
        (["map", "--fhir", "R6"], "--fhir"),
        (["map", "--fhir", "R5", "--profile", "eclaire"], "--fhir R4 with --profile eclaire"),
        (["map", "nosuch.json"], "There is no file or folder nosuch.json"),
        (["show"], "ID"),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_what_is_right(arguments: list[str], words: str) -> None:
    shown = run(*arguments)
    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert words in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_wrong_setting_exits_with_2_and_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_CONTACTS", "maybe")
    shown = run("map", "-")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "TRIALWIRE_CONTACTS" in shown.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [(StopError, 1), (BatchStoppedError, 1), (SettingError, 2), (UsageError, 2), (RetryLaterError, 75)],
)
def test_each_error_is_one_message_on_standard_error_with_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, error: type[TrialwireError], code: int
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise error("The [server] is down. Start it.")

    monkeypatch.setattr("trialwire.pipeline.commands.ingest.ingest", raising)
    shown = run("ingest", "x")
    assert (shown.exit_code, shown.stdout, shown.stderr) == (code, "", "The [server] is down. Start it.\n")


def test_an_interrupted_command_says_that_nothing_committed_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trialwire.pipeline.commands.ingest.ingest", raising)
    shown = run("ingest", "x")
    assert shown.exit_code == 130
    assert "Committed work is kept" in shown.stderr


def lines(shown: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shown.stdout.splitlines()]


def what(document: dict[str, Any]) -> str:
    """A Bundle's study, or the code of why there is none."""
    if document["resourceType"] == "OperationOutcome":
        return str(document["issue"][0]["details"]["text"])
    (study,) = (
        entry["resource"]["id"] for entry in document["entry"] if entry["resource"]["resourceType"] == "ResearchStudy"
    )
    return str(study)


@pytest.mark.parametrize("version", ["R4", "R5"])
def test_map_writes_one_line_per_record_in_the_order_of_the_input(version: str) -> None:
    shown = run("map", str(FICTIONAL), "--fhir", version)
    assert shown.exit_code == 0
    assert [what(line) for line in lines(shown)] == [
        "no-registry-number", "NCT99990001", "NCT99990017",
        *(f"NCT999900{number:02}" if number != 13 else "unknown-value" for number in range(1, 17)),
    ]  # fmt: skip
    assert f"17 mapped to FHIR {version}, 2 could not be mapped" in shown.stderr


def test_map_takes_json_lines_as_it_takes_files_and_the_same_record_a_thousand_times() -> None:
    record = (FICTIONAL / "registry" / "NCT99990002.json").read_bytes()
    line = json.dumps(json.loads(record)).encode() + b"\n"
    shown = run("map", "-", stdin=line * 3 + b"{broken\n" + line)
    assert [what(one) for one in lines(shown)] == [*["NCT99990002"] * 3, "bad-json", "NCT99990002"]
    assert run("map", stdin=line).stdout == run("map", str(FICTIONAL / "registry" / "NCT99990002.json")).stdout


def test_map_warns_of_a_contradiction_and_does_not_refuse_it() -> None:
    shown = run("map", str(FICTIONAL / "registry" / "NCT99990014.json"))
    assert [what(one) for one in lines(shown)] == ["NCT99990014"]
    assert "minimum age is above the maximum age" in shown.stderr


def test_map_leaves_contacts_out_unless_they_are_asked_for() -> None:
    path = str(FICTIONAL / "registry" / "NCT99990001.json")
    without, included = run("map", path), run("map", path, "--contacts")
    for word in ("Calloway", "velvet-ad@example.org", "5550 0117"):
        assert word in included.stdout
        assert word not in without.stdout.replace("Calloway I, Ashgrove T.", "")
        assert word not in without.stderr


def test_ingest_adds_up_holds_with_reasons_and_finds_nothing_new_the_second_time() -> None:
    first = json.loads(run("ingest", str(FICTIONAL), "--json").stdout)
    counts = {name: first[name] for name in ("read", "new", "changed", "unchanged", "held")}
    # The page of NCT99990001 comes before its record, which changes what the page said.
    assert counts == {"read": 19, "new": 15, "changed": 1, "unchanged": 0, "held": 3}
    held = {Path(one["origin"]).name: (one["stage"], one["reasons"][0]["code"]) for one in first["held_records"]}
    assert held == {
        "bare-lines.txt": ("identify", "no-registry-number"),
        "NCT99990013.json": ("parse", "unknown-value"),
        "NCT99990014.json": ("quality", "ages-contradict"),
    }
    assert all(reason["message"] and reason["cure"] for one in first["held_records"] for reason in one["reasons"])
    second = json.loads(run("ingest", str(FICTIONAL), "--json").stdout)
    assert {name: second[name] for name in counts} == counts | {"new": 0, "changed": 0, "unchanged": 16}
    listed = json.loads(run("held", "list", "--json").stdout)
    assert sorted(one["id"] for one in listed) == sorted(one["id"] for one in first["held_records"])


def test_a_page_never_overrides_a_record_and_a_held_one_goes_on_when_it_is_named_or_released() -> None:
    report = json.loads(run("ingest", str(FICTIONAL), "--json").stdout)
    ids = {Path(one["origin"]).name: one["id"] for one in report["held_records"]}
    assert "RECRUITING" in re.findall(r"status +(\w+)", run("show", "NCT99990001").stdout)
    assert run("held", "name", ids["bare-lines.txt"], "NCT99990099").exit_code == 0
    assert "NCT99990099" in run("show", "NCT99990099").stdout
    assert run("held", "release", ids["NCT99990014.json"]).exit_code == 0
    unread = run("held", "release", ids["NCT99990013.json"])
    assert (unread.exit_code, unread.stdout) == (2, "")
    assert "Traceback" not in unread.stderr
    left = json.loads(run("held", "list", "--json").stdout)
    assert [Path(one["origin"]).name for one in left] == ["NCT99990013.json"]
    assert run("show", "NCT99990050").exit_code != 0


def test_map_takes_the_five_real_pages_in_order_and_holds_the_one_without_a_number(real_records: Path) -> None:
    shown = run("map", str(real_records / "pages"))
    expected = ["NCT04920162", "NCT01840046", "no-registry-number", "NCT04821596", "NCT04244006"]
    assert [what(line) for line in lines(shown)] == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest", str(FICTIONAL / "registry" / "NCT99990013.json"), "--json"),
        ("show", "NCT99990001", "--json"),
        ("show", "NCT99990001", "--history", "--json"),
        ("show", "NCT99990001", "--diff", "--json"),
        ("held", "--json"),
        ("held", "list", "--json"),
        ("doctor", "--json"),
    ],
    ids=" ".join,
)
def test_json_is_one_document_and_words_stay_out_of_it(arguments: tuple[str, ...]) -> None:
    run("ingest", str(FICTIONAL / "registry" / "NCT99990001.json"))
    shown = run(*arguments)
    assert shown.exit_code == 0
    assert isinstance(json.loads(shown.stdout), dict | list)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["publish"], "TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS"),
        (["load"], "TRIALWIRE_FHIR__R4__BASE_URL"),
        (["watch"], "TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS"),
    ],
)
def test_a_command_whose_server_is_not_set_names_the_setting(arguments: list[str], name: str) -> None:
    shown = run(*arguments, "--json")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert name in shown.stderr


def test_a_server_that_is_down_is_try_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__BASE_URL", "http://127.0.0.1:9/fhir")
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__DEADLINE_SECONDS", "2")
    run("ingest", str(FICTIONAL / "registry" / "NCT99990001.json"))
    shown = run("load")
    assert shown.exit_code == 75
    assert "127.0.0.1:9" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_store_that_cannot_be_opened_is_told_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder belongs")
    for url in (settings.load().store.url, "nonsense", "postgresql+psycopg2://nobody@127.0.0.1:9/none"):
        monkeypatch.setenv("TRIALWIRE_STORE__URL", url)
        shown = run("held", "list", "--json")
        assert shown.exit_code in {1, 2, 75}, url
        assert shown.stdout == ""
        assert shown.stderr.strip()


def test_help_and_wrong_calls_load_no_heavy_library() -> None:
    program = (
        "import sys; from trialwire.pipeline.commands import cli; from typer.testing import CliRunner; CliRunner().invoke(cli.app, ['ingest']);"
        "print([m for m in ('airflow','great_expectations','pandas','fhir','sqlalchemy','kafka','lxml') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


@contextmanager
def interruptible_children() -> Iterator[None]:
    """What is started in here can be interrupted.

    A shell ignores SIGINT for what runs under nohup or in its background, and a child of the tests would inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals and pipes of this kind are of other systems")
def test_the_installed_command_ends_well_when_interrupted_and_when_nobody_reads_on(tmp_path: Path) -> None:
    with interruptible_children():
        waiting = subprocess.Popen(
            [TRIALWIRE, "map", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    waiting.stdin.write(b"not a record\n")
    waiting.stdin.flush()
    assert json.loads(waiting.stdout.readline())["resourceType"] == "OperationOutcome"
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=300)
    assert waiting.returncode == 130
    assert b"Traceback" not in said
    tmp_path.joinpath("many.jsonl").write_bytes(b"not a record\n" * 20_000)
    with subprocess.Popen([TRIALWIRE, "map", "many.jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as cut:
        assert cut.stdout is not None
        assert cut.stderr is not None
        cut.stdout.readline()
        cut.stdout.close()
        assert b"Traceback" not in cut.stderr.read()
    assert cut.returncode == 0
