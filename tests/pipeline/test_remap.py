"""A remap renders every trial again; one that cannot be read fails alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from tests.changes.kit.records import raw, study
from trialwire.changes import tables
from trialwire.changes.compression import packed
from trialwire.changes.store import Store
from trialwire.pipeline import ingest, settings
from trialwire.pipeline.remap import remap_all

if TYPE_CHECKING:
    from pathlib import Path


def test_a_version_that_cannot_be_read_fails_alone_and_says_how_it_is_cured(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        store.migrate()
        chosen = settings.load()
        ingest.process([raw(study(1)), raw(study(2))], store, chosen)
        with store._database.writing() as connection:
            first = tables.version.c.trial_id == "NCT99990001"
            connection.execute(update(tables.version).where(first).values(canonical=packed(b"{}")))
        summary = remap_all(store, chosen)
    assert (summary.read, summary.announced) == (2, 0)
    [failed] = summary.failed
    assert failed["trial_id"] == "NCT99990001"
    assert failed["reasons"][0]["code"] == "unreadable-version"
    assert "trialwire ingest --source clinicaltrials_gov --nct NCT99990001" in failed["reasons"][0]["message"]
