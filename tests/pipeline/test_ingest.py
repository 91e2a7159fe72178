"""A batch that looks wrong: it stops the run, and nothing that was done before or was held is lost or left unsaid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from typer.testing import CliRunner

from tests.changes.kit.records import altered, study
from trialwire.pipeline import open_store, settings
from trialwire.pipeline.commands import cli
from trialwire.pipeline.ingest import ingest, process
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwire.changes.store import Store

BATCH = 32
NUMBER = "protocolSection.identificationModule.nctId"


def good(number: int) -> dict[str, Any]:
    """A small sound record under a number of its own."""
    return altered(study(2), NUMBER, f"NCT{99995000 + number}")


def odd(number: int) -> dict[str, Any]:
    """A record that has lost two modules which every registry record has."""
    document = altered(good(number), "protocolSection.descriptionModule", None)
    return altered(document, "protocolSection.sponsorCollaboratorsModule", None)


def lines(folder: Path, *documents: dict[str, Any] | str) -> Path:
    """Them as JSON lines."""
    path = folder / "records.jsonl"
    texts = [one if isinstance(one, str) else json.dumps(one) for one in documents]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("TRIALWIRE_INGEST__BATCH_SIZE", str(BATCH))


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store.opened(settings.load()) as opened:
        yield opened


def run(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the document, and what was said."""
    made = CliRunner().invoke(cli.app, ["ingest", *arguments, "--json"], catch_exceptions=False)
    return made.exit_code, json.loads(made.stdout), made.stderr


def test_what_was_done_before_a_bad_batch_is_told_and_what_it_held_is_kept(tmp_path: Path, store: Store) -> None:
    path = lines(
        tmp_path, *map(good, range(BATCH)), "{}", *map(odd, range(BATCH, 2 * BATCH)), *map(good, range(100, 110))
    )
    code, told, said = run(str(path))
    assert code == 1
    assert (told["read"], told["new"], told["held"]) == (BATCH + 1, BATCH, 1)
    assert "have no sponsor" in told["stopped"]
    assert "--accept-odd-batch" in said
    assert [one.origin for one in store.held.all()] == [f"{path}:{BATCH + 1}"]
    assert store.history.versions("NCT99995040") == []


def test_an_operator_may_accept_an_odd_batch(tmp_path: Path, store: Store) -> None:
    path = lines(tmp_path, *map(odd, range(BATCH)))
    assert run(str(path))[0] == 1
    code, told, _ = run(str(path), "--accept-odd-batch")
    assert (code, told["new"], "stopped" in told) == (0, BATCH, False)
    assert len(store.history.versions("NCT99995000")) == 1


def test_a_registry_whose_answers_cannot_be_read_stops_the_run_and_a_folder_of_such_files_does_not(
    store: Store,
) -> None:
    answers = [RawRecord(f"https://example.org/{number}", b"{}", "clinicaltrials_gov") for number in range(BATCH)]
    stopped = ingest(answers, store, settings.load())
    assert f"{BATCH} of {BATCH} records cannot be read" in stopped.stopped
    assert len(store.held.all()) == stopped.held == BATCH
    files = [RawRecord(f"{number}.json", b"{}") for number in range(BATCH)]
    assert process(files, store, settings.load()).stopped == ""


def test_a_batch_too_small_to_be_judged_cannot_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwire.schemas.errors import SettingError

    monkeypatch.setenv("TRIALWIRE_INGEST__BATCH_SIZE", "29")
    with pytest.raises(SettingError, match="BATCH_SIZE"):
        settings.load()


def test_a_run_says_first_what_is_set_and_shows_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__PASSWORD", "opensesame")
    _, _, said = run(str(lines(tmp_path, good(1))))
    assert said.startswith("settings: ")
    assert f"TRIALWIRE_INGEST__BATCH_SIZE={BATCH} (environment)" in said
    assert "opensesame" not in said


def test_a_record_that_better_parsers_read_otherwise_is_a_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    record = RawRecord("a.json", orjson.dumps(good(1)))
    assert process([record], store, settings.load()).new == 1
    assert process([record], store, settings.load()).unchanged == 1

    from trialwire.transforms.read import any_record

    before = any_record.read

    def better(item: RawRecord, **how: Any) -> Any:
        found = before(item, **how)
        title = found.trial.identification.model_copy(update={"brief_title": "Read better"})
        return any_record.Reading(found.trial.model_copy(update={"identification": title}), found.findings)

    monkeypatch.setattr(any_record, "read", better)
    assert process([record], store, settings.load()).unchanged == 1
    monkeypatch.setattr(any_record, "READING_VERSION", "better")
    assert process([record], store, settings.load()).changed == 1
    assert store.history.trial("NCT99995001").identification.brief_title == "Read better"
