"""Turns a Trial into one transaction Bundle: ResearchStudy, PlanDefinition, Groups, and the resources they refer to.

The output is deterministic: the same Trial gives the same bytes, because no clock, random number or order of a set is
used. It is idempotent: every entry is a PUT with an id made from content, so sending a Bundle again changes nothing.
The Bundle holds the present state of the trial. The Kafka event that carries the Bundle says what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from trialwire.transforms.write.contact_rule import without_contacts
from trialwire.transforms.write.making import Making, RenderOptions
from trialwire.transforms.write.study.status import row_of
from trialwire.transforms.write.to_eclaire import to_eclaire
from trialwire.transforms.write.to_group import criteria, doubts, groups
from trialwire.transforms.write.to_location import locations
from trialwire.transforms.write.to_plan_definition import plan_definition
from trialwire.transforms.write.to_research_study import research_study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.element import Json
    from trialwire.transforms.eligibility.model import Criterion

__all__ = ["MAPPING_VERSION", "RenderOptions", "Rendition", "content_hash", "render", "renditions"]

MAPPING_VERSION = "6"
"""The version of the mapping. Raise it with every change of the output: `trialwire replay --remap` then makes the
Bundles of older versions again."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A Trial written as a transaction Bundle, with the findings (warnings) of the mapping.

    `status`: the R4 recruitment status code, or "unknown" if no code fits.
    """

    bundle: Json
    status: str
    findings: tuple[Finding, ...]


def render(trial: Trial, version: FhirVersion, how: RenderOptions) -> Rendition:
    """Make the Bundle of a Trial for one FHIR version. Raises ValueError if the Trial has no `trial_id`."""
    return renditions(trial, {version: how})[version]


def renditions(trial: Trial, asked: Mapping[FhirVersion, RenderOptions]) -> dict[FhirVersion, Rendition]:
    """Make the Bundle of a Trial for each FHIR version in `asked`. Raises ValueError if the Trial has no `trial_id`.

    The work that all FHIR versions share is done once: the contact rule and the parsing of the eligibility text. This
    parsing takes longer than all other work for a Bundle.
    """
    if trial.trial_id is None:
        msg = "a Trial without a registry number cannot be rendered"
        raise ValueError(msg)
    told = {contacts: _told(trial, contacts=contacts) for contacts in {how.contacts for how in asked.values()}}
    return {version: _rendition(told[how.contacts], trial.trial_id, version, how) for version, how in asked.items()}


@dataclass(frozen=True, slots=True)
class _Told:
    """A Trial after the contact rule, the criteria of its eligibility text, and the findings so far."""

    trial: Trial
    criteria: tuple[Criterion, ...]
    findings: tuple[Finding, ...]


def _told(trial: Trial, *, contacts: bool) -> _Told:
    findings: list[Finding] = []
    if not contacts:
        trial, findings = without_contacts(trial)
    read = criteria(trial)
    return _Told(trial, read, (*findings, *doubts(read)))


def _rendition(told: _Told, study_id: str, version: FhirVersion, how: RenderOptions) -> Rendition:
    making = Making(told.trial, version, how, study_id, told.criteria, findings=list(told.findings))
    eligible = groups(making)
    plan = plan_definition(making, eligible[0])
    sites = locations(making)
    study = research_study(making, groups=eligible, plan=plan, sites=sites)
    if how.profile == "eclaire" and version == "R4":
        study = to_eclaire(making, study, plan, eligible, sites)
    resources = [*making.organizations.values(), *sites, *making.roles, *eligible, *([plan] if plan else []), study]
    bundle: Json = {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(one) for one in resources]}
    return Rendition(bundle, row_of(making).r4 or "unknown", tuple(making.findings))


def _entry(resource: Json) -> Json:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url}}


def content_hash(bundle: Json) -> str:
    """Return the SHA-256 of a Bundle (JSON with sorted keys) as 64 hex digits. No element is left out of the hash."""
    return sha256(orjson.dumps(bundle, option=orjson.OPT_SORT_KEYS)).hexdigest()
