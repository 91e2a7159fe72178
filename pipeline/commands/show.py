"""`trialwire show`: prints one stored trial, its history, the changes between two versions, or its Bundle."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwire.pipeline import console, open_store, settings, what_changed
from trialwire.pipeline.commands import show_diff
from trialwire.schemas.contact_data import masked_document
from trialwire.schemas.errors import UsageError
from trialwire.schemas.semantic_change import SemanticDiff

if TYPE_CHECKING:
    from datetime import date

    from trialwire.changes.store import Store, Version
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.trial import Trial


@dataclass(frozen=True, slots=True)
class Span:
    """The versions that the user wants to compare: two numbers (`from_`, `to`), or the day `since`. Each may be None.

    The function trialwire.pipeline.what_changed.chosen explains them.
    """

    from_: int | None = None
    to: int | None = None
    since: date | None = None


def show(
    trial_id: str, *, history: bool, diff: bool, fhir: FhirVersion | None, as_json: bool, span: Span = Span()
) -> None:
    """Print one trial: the newest version, its history, a comparison of two versions, or its Bundle.

    Raises UsageError if the store does not have the trial or the version.
    """
    trial_id = trial_id.strip().upper()
    if span != Span() and not diff:
        raise UsageError("--from, --to and --since choose the versions of a comparison: add --diff.")
    with open_store.opened(settings.load()) as store:
        versions = store.history.versions(trial_id)
        if not versions:
            msg = f"{trial_id} is not in the store. Ingest it first: trialwire ingest --source clinicaltrials_gov --nct {trial_id}"
            raise UsageError(msg)
        if fhir:
            sys.stdout.buffer.write(store.history.bundle(trial_id, fhir) + b"\n")
        elif history:
            _history(store, trial_id, versions, as_json=as_json)
        elif diff:
            _diff(store, trial_id, versions, span, as_json=as_json)
        else:
            _trial(store, trial_id, versions, as_json=as_json)


def _history(store: Store, trial_id: str, versions: list[Version], *, as_json: bool) -> None:
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
            "sentence": sentence,
        }
        for version, sentence in zip(versions, what_changed.headlines(store, trial_id, versions), strict=True)
    ]
    if as_json:
        console.document(rows)
        return
    for row in rows:
        moved = f"{row['verb']}, {row['status']}, registry {row['registry_updated_date'] or 'without a day'}"
        console.stdout.print(f"version {row['sequence']}, seen {row['seen_at']}: {moved}", markup=False)
        console.stdout.print(f"    {row['sentence']}", markup=False)


def _diff(store: Store, trial_id: str, versions: list[Version], span: Span, *, as_json: bool) -> None:
    old, new = what_changed.chosen(versions, from_=span.from_, to=span.to, since=span.since)
    found = SemanticDiff(()) if old is None else what_changed.between(store, trial_id, old, new)
    if as_json:
        changes = [change.document() for change in found.changes]
        console.document({"from": old, "to": new, "changes": changes, "notes": list(found.notes)})
    elif old is None:
        console.stdout.print(f"Version {new} is the first: nothing to compare with.")
    else:
        console.stdout.print(f"{trial_id}, version {old} to version {new}", markup=False)
        show_diff.show(found, old, new)


def _trial(store: Store, trial_id: str, versions: list[Version], *, as_json: bool) -> None:
    from trialwire.transforms.write.contact_rule import without_contacts

    trial = store.history.trial(trial_id)
    excluded = settings.load().contacts == "exclude"
    if excluded:
        trial, _ = without_contacts(trial)
    findings = store.sightings.findings(trial_id)
    if as_json:
        document = trial.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
        document = masked_document(document) if excluded else document
        console.document(document | {"findings": [finding.model_dump() for finding in findings]})
        return
    console.table(trial_id, ("what", "value"), _facts(trial))
    newest = what_changed.newest_headline(store, trial_id, versions)
    console.stdout.print(f"version {versions[-1].sequence}: {newest}", markup=False)
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
