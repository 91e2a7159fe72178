"""`trialwire show`: what changed between versions, for people and for scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.changes.kit.records import altered, study, trial_of
from trialwire.changes import tables
from trialwire.changes.compression import packed
from trialwire.pipeline import console, open_store, settings, what_changed
from trialwire.pipeline.commands import cli
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
STATUS = "protocolSection.statusModule.overallStatus"
TEXT = "Inclusion Criteria:\n\n* eGFR \\>= {} mL/min/1.73 m2\n* Adults\n\nExclusion Criteria:\n\n* Pregnancy\n"


@pytest.fixture(autouse=True)
def three_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of one trial: a bound moves and a criterion comes, then the status changes."""
    for name, _, _ in settings.described():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    first = altered(study(), CRITERIA, TEXT.format(45))
    second = altered(study(), CRITERIA, TEXT.format(30) + "* Known allergy to FictoMab\n")
    for document in (first, second, altered(second, STATUS, "SUSPENDED")):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(document))
        assert run("ingest", str(path)).exit_code == 0


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments), catch_exceptions=False)


def diff(*arguments: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run("show", "NCT99990001", "--diff", "--json", *arguments).stdout)
    return document


def test_the_last_two_versions_are_compared_by_default_and_any_two_on_request() -> None:
    newest = diff()
    assert (newest["from"], newest["to"]) == (2, 3)
    assert [change["sentence"] for change in newest["changes"]] == ["Status: Recruiting → Suspended."]
    first = diff("--from", "1", "--to", "2")
    assert [(change["kind"], change["criterion"] is not None) for change in first["changes"]] == [
        ("changed", True), ("added", True),
    ]  # fmt: skip
    assert {"code", "material", "path", "criterion", "kind", "old", "new", "sentence"} <= first["changes"][0].keys()
    both = [change["code"] for change in diff("--from", "1")["changes"]]
    assert sorted(both) == ["eligibility.criteria", "eligibility.criteria", "status"]
    assert diff("--to", "1") == {"from": None, "to": 1, "changes": [], "notes": []}
    assert diff("--since", "2000-01-01")["from"] == 1
    assert (diff("--since", "2999-01-01")["from"], diff("--since", "2999-01-01")["changes"]) == (3, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--diff", "--from", "1", "--to", "9"), "There is no version 9. The store has 1 to 3"),
        (("--diff", "--from", "3", "--to", "2"), "Version 3 is later than version 2"),
        (("--diff", "--from", "1", "--since", "2026-01-01"), "give one of the two"),
        (("--from", "1"), "add --diff"),
    ],
)
def test_versions_that_cannot_be_compared_are_a_wrong_call_with_a_cure(arguments: tuple[str, ...], said: str) -> None:
    shown = run("show", "NCT99990001", *arguments)
    assert (shown.exit_code, said in shown.stderr) == (2, True)


def test_the_words_for_a_person_are_one_line_for_each_change_without_colours_in_a_pipe() -> None:
    shown = run("show", "nct99990001", "--diff", "--from", "1").stdout
    assert "Inclusion criterion changed: eGFR >= 45 → >= 30 mL/min/1.73 m2" in shown
    assert "+ Exclusion criterion added: “Known allergy to FictoMab”." in shown
    assert "\x1b" not in shown


def test_a_terminal_shows_both_texts_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Console(force_terminal=True, width=120, record=True, soft_wrap=True, highlight=False)
    monkeypatch.setattr(console, "stdout", terminal)
    run("show", "NCT99990001", "--diff", "--from", "1")
    [both] = [
        line for line in terminal.export_text().splitlines() if line.count("mL/min/1.73 m2") == 2 and "→" not in line
    ]
    assert both.split() == ["eGFR", ">=", "45", "mL/min/1.73", "m2", "eGFR", ">=", "30", "mL/min/1.73", "m2"]


def test_the_history_says_each_version_in_a_line_and_the_trial_its_newest() -> None:
    history = run("show", "NCT99990001", "--history").stdout
    assert "The first version." in history
    assert "Inclusion criterion changed: eGFR >= 45 → >= 30" in history
    assert [row["sentence"] for row in json.loads(run("show", "NCT99990001", "--history", "--json").stdout)][2] == (
        "Status: Recruiting → Suspended."
    )
    assert "version 3: Status: Recruiting → Suspended." in run("show", "NCT99990001").stdout


def test_a_version_that_cannot_be_read_does_not_hide_the_others() -> None:
    with open_store.opened(settings.load()) as store, store._database.writing() as connection:
        version = tables.version
        second = version.update().where(version.c.sequence == 2)
        connection.execute(second.values(canonical=packed(b"not a trial")))
    rows = json.loads(run("show", "NCT99990001", "--history", "--json").stdout)
    assert [row["sentence"].partition(",")[0] for row in rows] == [
        "The first version.", "This version cannot be read", "The version before it cannot be read",
    ]  # fmt: skip
    assert diff("--from", "1", "--to", "3")["changes"]


def test_a_better_parser_is_no_change_of_a_criterion(monkeypatch: pytest.MonkeyPatch) -> None:
    what_changed._criteria.cache_clear()
    monkeypatch.setattr(what_changed, "parse", lambda text: parse(text.replace("eGFR", "GFR")))
    trial = trial_of(altered(study(), CRITERIA, TEXT.format(45)))
    assert what_changed.of_trials(trial, trial).changes == ()
    with open_store.opened(settings.load()) as store:
        assert [change.code for change in what_changed.between(store, "NCT99990001", 2, 3).changes] == ["status"]
    what_changed._criteria.cache_clear()
