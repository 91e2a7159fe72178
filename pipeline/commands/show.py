"""`trialwire show`: one trial as the store knows it, its history, its newest changes, or its Bundle."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, open_store, settings
from trialwire.schemas.errors import UsageError

if TYPE_CHECKING:
    from trialwire.changes.store import Store
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.trial import Trial


def show(trial_id: str, *, history: bool, diff: bool, fhir: FhirVersion | None, as_json: bool) -> None:
    """Show what was asked for. Raises UsageError for a trial the store does not know."""
    with open_store.opened(settings.load()) as store:
        versions = store.history.versions(trial_id)
        if not versions:
            msg = f"{trial_id} is not in the store. Ingest it first: trialwire ingest --source clinicaltrials_gov --nct {trial_id}"
            raise UsageError(msg)
        if fhir:
            sys.stdout.buffer.write(store.history.bundle(trial_id, fhir) + b"\n")
        elif history:
            _history(versions, as_json=as_json)
        elif diff:
            _diff(store, trial_id, as_json=as_json)
        else:
            _trial(store, trial_id, as_json=as_json)


def _history(versions: list[Any], *, as_json: bool) -> None:
    rows = [
        {
            "sequence": version.sequence,
            "verb": version.verb,
            "codes": list(version.codes),
            "status": version.status,
            "registry_updated_date": version.registry_updated_date,
            "seen_at": version.seen_at.isoformat(timespec="seconds"),
            "source": version.source,
            "mapping_version": version.mapping_version,
        }
        for version in versions
    ]
    if as_json:
        console.document(rows)
        return
    cells = [
        (
            row["sequence"],
            row["verb"],
            ", ".join(row["codes"]),
            row["status"],
            row["registry_updated_date"],
            row["seen_at"],
        )
        for row in rows
    ]
    console.table("history", ("sequence", "event", "changes", "status", "registry date", "seen at"), cells)


def _diff(store: Store, trial_id: str, *, as_json: bool) -> None:
    changes = store.history.field_changes(trial_id)
    if as_json:
        console.document([{"code": c.code, "path": c.path, "old": c.old, "new": c.new} for c in changes])
        return
    if not changes:
        console.stdout.print("The newest version is the first: nothing to compare with.")
        return
    rows = [(change.code, change.path, _short(change.old), _short(change.new)) for change in changes]
    console.table("what the newest version changed", ("code", "path", "old", "new"), rows)


def _trial(store: Store, trial_id: str, *, as_json: bool) -> None:
    trial = store.history.trial(trial_id)
    findings = store.sightings.findings(trial_id)
    if as_json:
        document = trial.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        console.document(document | {"findings": [finding.model_dump() for finding in findings]})
        return
    console.table(trial_id, ("what", "value"), _facts(trial))
    for finding in findings:
        console.stdout.print(f"finding {finding.code}: {finding.message}", markup=False)
    console.stdout.print("next: --history, --diff, --fhir R4, --fhir R5, --json (everything)")


def _facts(trial: Trial) -> list[tuple[str, object]]:
    status, design = trial.status, trial.design
    sponsor = trial.sponsors.lead_sponsor
    start, completion = status.start_date_struct, status.completion_date_struct
    criteria = trial.eligibility.criteria
    facts: list[tuple[str, object]] = [
        ("title", trial.identification.brief_title or trial.identification.official_title),
        ("status", status.overall_status),
        ("last known status", status.last_known_status),
        ("type", design.study_type),
        ("phases", ", ".join(design.phases)),
        ("sponsor", sponsor.name if sponsor else None),
        ("conditions", "; ".join(trial.conditions.conditions)),
        ("start", start.date if start else None),
        ("completion", completion.date if completion else None),
        ("arms", len(trial.arms_interventions.arm_groups)),
        ("sites", len(trial.contacts_locations.locations)),
        ("criteria", f"{len(criteria)} characters" if criteria else "not stated by the source"),
        ("source", f"{trial.source} ({trial.layout})"),
    ]
    return [(name, value) for name, value in facts if value not in {None, ""}]


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 120 else text[:117] + "…"
