"""Defines Making, the context that every writer gets when one Bundle is made.

It holds the Trial, its criteria, the FHIR version, the options, and the resources that several writers share.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from trialwire.transforms.element import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.fhir.profiles import ProfileName
    from trialwire.schemas.held import Finding
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.element import Json
    from trialwire.transforms.eligibility.model import Criterion

NCT_SYSTEM = "http://clinicaltrials.gov"


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Options for writing a Trial as a Bundle. `contacts`: include personal contact data.

    `unknown_status`: the R4 status to write if no code fits. `registry_titles`: `Trial.registry` → the full name of the
    registry. This name is written as the assigner of the registry's numbers.
    """

    contacts: bool = False
    profile: ProfileName = "base"
    unknown_status: Literal["absent", "closed-to-accrual"] = "absent"
    nct_system: str = NCT_SYSTEM
    registry_titles: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class Making:
    """The context of writing one Trial as one Bundle.

    Writers read the Making, and add organisations, roles (PractitionerRoles) and findings to it.
    """

    trial: Trial
    version: FhirVersion
    how: RenderOptions
    study_id: str
    criteria: tuple[Criterion, ...]
    organizations: dict[str, Json] = field(default_factory=dict)
    roles: list[Json] = field(default_factory=list)
    role_names: Names = field(default_factory=Names)
    findings: list[Finding] = field(default_factory=list)
