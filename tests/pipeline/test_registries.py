"""The table of sources: a name leads to its own row, and one without a row is an error that lists the others."""

from __future__ import annotations

import pytest

from trialwire.pipeline import registries, settings
from trialwire.pipeline.registries import Asked
from trialwire.schemas.errors import StopError, UsageError
from trialwire.schemas.record import RawRecord
from trialwire.schemas.source import Source


def rows(monkeypatch: pytest.MonkeyPatch, *added: Source) -> None:
    known = registries.sources() | {row.name: row for row in added}
    monkeypatch.setattr(registries, "sources", lambda: known)


def test_a_new_row_is_asked_and_no_other_registry_in_its_stead(monkeypatch: pytest.MonkeyPatch) -> None:
    own = RawRecord("https://toy.example.org/1", b"{}", "toy")
    rows(monkeypatch, Source("toy", "A toy", records=lambda query, _: [own] if query.query == "x" else []))
    assert list(registries.found_by(Asked(source="toy", query="x"), settings.load())) == [own]


def test_a_record_that_carries_no_name_gets_that_of_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    rows(monkeypatch, Source("toy", "A toy", records=lambda *_: [RawRecord("toy/1", b"{}")]))
    assert [one.source for one in registries.found_by(Asked(source="toy", query="x"), settings.load())] == ["toy"]


def test_a_record_that_carries_the_name_of_another_source_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    rows(monkeypatch, Source("toy", "A toy", records=lambda *_: [RawRecord("toy/1", b"{}", "eclaire")]))
    with pytest.raises(StopError, match="The source toy gave a record of the source eclaire"):
        list(registries.found_by(Asked(source="toy", query="x"), settings.load()))


@pytest.mark.parametrize("name", ["ctis", "pages"])
def test_a_source_that_cannot_be_asked_is_an_error_with_those_that_can(name: str) -> None:
    with pytest.raises(UsageError, match=r"--source with one of: clinicaltrials_gov, eclaire\.$"):
        registries.found_by(Asked(source=name, query="x"), settings.load())


def test_a_record_of_a_source_without_a_row_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"'ctis' is not a source\. Known are: clinicaltrials_gov, eclaire, pages"):
        registries.parser("ctis")


@pytest.mark.parametrize("name", ["", "CTIS", "a-b", "1st", "x" * 33, "a\n"])
def test_a_word_that_no_column_and_no_dag_id_takes_is_no_name(name: str) -> None:
    with pytest.raises(StopError, match="cannot be the name of a source"):
        Source(name, "title")


def test_the_number_of_a_french_record_is_assigned_by_eclaire() -> None:
    assert registries.titles() == {"clinicaltrials.gov": "ClinicalTrials.gov", "eclaire": "ECLAIRE"}
