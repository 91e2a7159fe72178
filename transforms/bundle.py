"""Trial → one transaction Bundle: the study, its plan, its groups, and what they refer to. Same Trial, same bytes.

Every entry is a PUT under an id made of content, so a Bundle can be sent again and changes nothing. No clock, no
randomness, no order of a set. The Bundle says what the registry's record says now; what changed is the event's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from schemas.held import Finding
from transforms.contact_rule import without_contacts
from transforms.rendering import Making, RenderOptions
from transforms.study_status import row_of
from transforms.to_eclaire import to_eclaire
from transforms.to_group import groups
from transforms.to_location import locations
from transforms.to_plan_definition import plan_definition
from transforms.to_research_study import research_study

if TYPE_CHECKING:
    from schemas.event import FhirVersion
    from schemas.trial import Trial
    from transforms.element import Json

__all__ = ["MAPPING_VERSION", "RenderOptions", "Rendition", "content_hash", "render"]

MAPPING_VERSION = "3"
"""Raised with every change of what is written: `trialwire replay --remap` renders anew what an older one made."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A transaction Bundle, the R4 recruitment status code it stands for ("unknown" where none is true), and findings."""

    bundle: Json
    status: str
    findings: tuple[Finding, ...]


def render(trial: Trial, version: FhirVersion, how: RenderOptions) -> Rendition:
    """Make the Bundle of a Trial that has a `trial_id`. Raises ValueError for one without: nothing is guessed."""
    study_id = trial.trial_id
    if study_id is None:
        msg = "a Trial without a registry number cannot be rendered"
        raise ValueError(msg)
    findings: list[Finding] = []
    if not how.contacts:
        trial, findings = without_contacts(trial)
    making = Making(trial, version, how, study_id, findings=findings)
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
    """SHA-256 of the Bundle with its keys sorted, 64 hex digits. We write no element that changes by itself."""
    return sha256(orjson.dumps(bundle, option=orjson.OPT_SORT_KEYS)).hexdigest()
