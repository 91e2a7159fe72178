"""Tables for each value of the setting `profile`: the allowed addresses in `meta.profile`, and the profile's codes.

`base` is plain FHIR; `eclaire` is the profile of ECLAIRE, the French register of trials. ECLAIRE's extensions are in
the table `trialwire.schemas.fhir.extensions`.
"""

from __future__ import annotations

from typing import Literal

from trialwire.schemas.fhir import eclaire
from trialwire.schemas.fhir.code_systems import CodeSystem
from trialwire.schemas.fhir.codes import Code

ProfileName = Literal["base", "eclaire"]
"""The values of the setting `profile`."""

PROFILES: dict[str, frozenset[str]] = {
    "base": frozenset(),
    "eclaire": frozenset(map(eclaire.structure, ("researchstudy", "group", "location"))),
}
"""Setting `profile` → the addresses allowed in `meta.profile`."""

ROLES = frozenset({
    "sponsor", "lead-sponsor", "sponsor-investigator", "primary-investigator", "collaborator", "funding-source",
    "general-contact", "recruitment-contact", "sub-investigator", "study-director", "study-chair",
})  # fmt: skip
"""ECLAIRE's roles with the same code as HL7's. (ECLAIRE's `ethics` is HL7's `irb`, which no registry record has.)"""

ORGANIZATION_TYPES: dict[str, Code] = {
    "NIH": Code("government", "Gouvernemental / Government"),
    "FED": Code("government", "Gouvernemental / Government"),
    "OTHER_GOV": Code("government", "Gouvernemental / Government"),
    "INDUSTRY": Code("industry", "Industriel / Industry"),
}
"""The registry's agency class → ECLAIRE's type of organisation."""

TITLES: dict[str, Code] = {
    "short-title": Code("short-title", "Short title"),
    "acronym": Code("acronym", "Acronym"),
}

RECRUITING = Code("recruiting", "Actif / active")
RECRUITED = Code("completed-recruiting", "Terminé / completed")
RECRUITMENT: dict[str, Code] = {
    "RECRUITING": RECRUITING,
    "ACTIVE_NOT_RECRUITING": RECRUITED,
    "COMPLETED": RECRUITED,
    "TERMINATED": RECRUITED,
}
"""The registry's overall status → ECLAIRE's recruitment status. Neither code is true for the other statuses."""

PHASE_3_4 = Code("phase-3-phase-4", "Phase 3 and phase 4")
PUBLIC_CONTACT = Code("PUB", "Publique / Public")

CRITERIA: dict[str, Code] = {
    "age": Code("grp-age", "Age (Age)"),
    "sex": Code("grp-gender", "Gender (Genre)"),
    "study-population": Code("grp-studypop", "Study Population (Population de l'étude)"),
}
"""Id of a characteristic that comes from a registry field → its ECLAIRE kind of criterion."""
OTHER_CRITERION = Code("grp-other", "Other (Autre)")


_OWN = (
    CodeSystem(eclaire.code_system("study-party-role"), ROLES | {"ethics"}),
    CodeSystem(
        eclaire.code_system("study-party-organization-type"), frozenset({"government", "nonprofit", "academic", "industry"})
    ),
    CodeSystem(
        eclaire.code_system("study-title-type"),
        frozenset({
            "primary", "official", "scientific", "plain-language", "subtitle", "short-title", "acronym", "earlier-title",
            "language", "autotranslated", "human-use", "machine-use", "duplicate-uid",
        }),
    ),
    CodeSystem(eclaire.code_system("status-recruitment"), frozenset({RECRUITING.code, RECRUITED.code})),
    CodeSystem(eclaire.PHASE, frozenset({PHASE_3_4.code})),
    CodeSystem(eclaire.code_system("type-contact"), frozenset({"PUB", "SCI"})),
)  # fmt: skip

SYSTEMS: dict[str, dict[str, CodeSystem]] = {"base": {}, "eclaire": {system.url: system for system in _OWN}}
