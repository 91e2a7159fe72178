"""A version that cannot be read back is a fault of its trial alone, and a newer record takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.changes.kit.records import altered, checked, page, put, raw, study, trial_of
from trialwire.changes import tables
from trialwire.changes.compression import UnreadableVersionError, packed
from trialwire.schemas.errors import HoldError

if TYPE_CHECKING:
    from trialwire.changes.store import Store
    from trialwire.schemas.trial import Trial

TITLE = "protocolSection.identificationModule.briefTitle"
DEEP = b'{"x":' + b"[" * 260 + b"]" * 260 + b"}"


def spoil(store: Store, trial_id: str, canonical: bytes) -> None:
    """Put other bytes in the place of every version of a trial."""
    with store._database.writing() as connection:
        of_trial = tables.version.c.trial_id == trial_id
        connection.execute(update(tables.version).where(of_trial).values(canonical=canonical))


@pytest.mark.parametrize("canonical", [packed(DEEP), packed(b"{}"), packed(b"\xff"), b"no zstd frame"])
def test_a_newer_record_takes_the_place_of_a_version_that_cannot_be_read(store: Store, canonical: bytes) -> None:
    put(store, study(1), study(2))
    spoil(store, "NCT99990001", canonical)
    after = altered(study(1), TITLE, "Another title")
    report = store.versions.write([checked(store, raw(after)), checked(store, raw(altered(study(2), TITLE, "B")))])
    assert (report.changed, report.unchanged) == (2, 0)
    assert store.history.trial("NCT99990001") == trial_of(after)
    newest = store.history.versions("NCT99990001")[-1]
    assert (newest.sequence, newest.verb, newest.codes) == (2, "updated", ("other",))
    [finding] = [one for one in store.sightings.findings("NCT99990001") if one.code == "unreadable-version"]
    assert finding.message.startswith("Version 1 of NCT99990001 in the store cannot be read (")


def test_a_page_leaves_an_unreadable_registry_version_in_its_place(store: Store) -> None:
    assert put(store, study(1), page("labelled-blocks")) == ["new", "unchanged"]
    spoil(store, "NCT99990001", packed(DEEP))
    compared = store.versions.compare(trial_of(page("labelled-blocks")))
    assert (compared.kind, [one.code for one in compared.findings]) == ("unchanged", ["unreadable-version"])


def test_reading_such_a_version_says_in_one_sentence_how_it_is_cured(store: Store) -> None:
    put(store, study(1))
    spoil(store, "NCT99990001", packed(DEEP))
    with pytest.raises(UnreadableVersionError, match=r"takes its place: trialwire ingest .* --nct NCT99990001$"):
        store.history.trial("NCT99990001")


def test_news_that_could_not_be_read_back_is_held_before_it_is_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(trial: Trial) -> bytes:
        return packed(DEEP)

    monkeypatch.setattr("trialwire.changes.compression.packed_trial", cannot)
    with pytest.raises(HoldError) as held:
        store.versions.compare(trial_of(study(1)))
    assert [reason.code for reason in held.value.reasons] == ["unstorable"]
