"""What the README says a newcomer has after `make demo` is what the shipped records give."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tests.kit.checkout import CHECKOUT
from trialwire.pipeline import open_store, settings
from trialwire.pipeline.ingest import ingest
from trialwire.sources import files
from trialwire.sources.shipped import FICTIONAL

README = CHECKOUT / "README.md"


def test_the_summary_in_the_readme_is_what_the_shipped_records_give(tmp_path: Path) -> None:
    readme = README.read_text(encoding="utf-8")
    chosen = settings.load({"store": {"url": f"sqlite:///{tmp_path / 'store.db'}"}})
    with open_store.opened(chosen) as store:
        runs = [ingest(files.records([FICTIONAL / part]), store, chosen) for part in ("registry", "pages")]
        bundles = [json.loads(store.outbox.bundle(row, "R4")) for row in store.outbox.latest_per_trial()]
        held = store.held.all()
    counts = {name: sum(getattr(run, name) for run in runs) for name in ("read", "new", "changed", "unchanged", "held")}
    said = "{read} read: {new} new, {changed} changed, {unchanged} unchanged, {held} held".format(**counts)
    assert said in readme
    for record in held:
        assert f"{Path(record.origin).name}: {'; '.join(reason.message for reason in record.reasons)}" in readme
    kinds = Counter(entry["resource"]["resourceType"] for bundle in bundles for entry in bundle["entry"])
    assert f"fhir-r4: {kinds.total()} resources" in readme
    assert f"trials.study.events.v1: {len(bundles)} events" in readme
    found = ", ".join(f"{kinds[kind]} of {kinds[kind]} {kind}" for kind in ("ResearchStudy", "PlanDefinition", "Group"))
    assert f"R4: {found}" in readme
