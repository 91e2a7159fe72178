"""The command line: help that teaches, exit codes that mean something, one JSON document, never a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipeline import cli, settings
from schemas.errors import BatchStoppedError, RetryLaterError, SettingError, StopError, TrialwireError, UsageError

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
    assert {path[1] for path in commands() if len(path) == 2} == {"list", "show", "name", "retry", "release", "discard"}


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

    monkeypatch.setattr("pipeline.commands.ingest", raising)
    shown = run("ingest", "x")
    assert (shown.exit_code, shown.stdout, shown.stderr) == (code, "", "The [server] is down. Start it.\n")


def test_an_interrupted_command_says_that_nothing_committed_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.commands.ingest", raising)
    shown = run("ingest", "x")
    assert shown.exit_code == 130
    assert "What was committed stays" in shown.stderr


def test_help_and_wrong_calls_load_no_heavy_library() -> None:
    program = (
        "import sys; from pipeline import cli; from typer.testing import CliRunner; CliRunner().invoke(cli.app, ['ingest']);"
        "print([m for m in ('airflow','great_expectations','pandas','fhir','sqlalchemy','kafka','lxml') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.skipif(os.name == "nt", reason="signals and pipes of this kind are of other systems")
def test_the_installed_command_ends_well_when_interrupted_and_when_nobody_reads_on(tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [TRIALWIRE, "map", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert waiting.stdin is not None
    assert waiting.stdout is not None
    waiting.stdin.write(b"not a record\n")
    waiting.stdin.flush()
    assert json.loads(waiting.stdout.readline())["resourceType"] == "OperationOutcome"
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=60)
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
