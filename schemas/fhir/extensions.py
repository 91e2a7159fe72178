"""The table of all extensions that our FHIR resources may have. A row gives their elements and types of value.

An R5 element in an R4 resource uses the standard cross-version address (`CROSS_VERSION` + type and path of the
element). Sources: HL7's package of cross-version extensions R5 to R4 (`hl7.fhir.uv.xver-r5.r4`), the extension pack
(`hl7.fhir.uv.extensions`), and the core specification. An extension that is in no standard has an address of this
project. The StructureDefinitions that a validating server needs are generated from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir import eclaire
from trialwire.schemas.fhir.versions import FHIR_VERSIONS

CROSS_VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-"
CROSS_VERSION_R6 = "http://hl7.org/fhir/6.0/StructureDefinition/extension-"
STANDARD = "http://hl7.org/fhir/StructureDefinition/"
POPULATION = "https://trialwire.org/fhir/StructureDefinition/population-eligibility"
"""The extension for further Groups of a study in R5, whose study refers to one Group only. In R4, `enrollment` lists
them all."""
SITE_STATUS = "https://trialwire.org/fhir/StructureDefinition/site-recruitment-status"

R4: tuple[FhirVersion, ...] = ("R4",)
R5: tuple[FhirVersion, ...] = ("R5",)


@dataclass(frozen=True, slots=True)
class Part:
    """One extension inside another extension: its relative address, its value[x] types, and how often it may occur.

    If `max` is None, the extension may occur any number of times.
    """

    url: str
    value_types: tuple[str, ...]
    min: int = 0
    max: int | None = 1


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """One extension. It has either a value of one of `value_types`, or nested extensions (`parts`), never both.

    `contexts`: the types and elements that may have this extension ("ResearchStudy", "ResearchStudy.arm", "Element").
    """

    url: str
    title: str
    contexts: tuple[str, ...]
    value_types: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    versions: tuple[FhirVersion, ...] = R4
    max: int | None = 1
    """How often the extension may occur on one element (None: no limit)."""
    published: tuple[FhirVersion, ...] = ()
    """FHIR versions whose specification or extension pack defines the extension. For other versions we supply a
    definition."""


def _study(
    path: str, title: str, *value_types: str, max_: int | None = 1, parts: tuple[Part, ...] = ()
) -> ExtensionRow:
    """Return the extension that holds an R5 element of ResearchStudy on an R4 ResearchStudy."""
    return ExtensionRow(f"{CROSS_VERSION}ResearchStudy.{path}", title, ("ResearchStudy",), value_types, parts, max=max_)


EXTENSIONS: tuple[ExtensionRow, ...] = (
    _study("url", "Canonical address of the study", "uri"),
    _study("version", "Version of the study's record", "string"),
    _study("date", "When the record was last changed", "dateTime"),
    _study("studyDesign", "Design of the study", "CodeableConcept", max_=None),
    _study("descriptionSummary", "Brief summary", "markdown"),
    _study("classifier", "Classification of the study", "CodeableConcept", max_=None),
    _study("recruitment.targetNumber", "Number of participants planned", "unsignedInt"),
    _study("recruitment.actualNumber", "Number of participants enrolled", "unsignedInt"),
    _study(
        "label",
        "Further titles",
        max_=None,
        parts=(Part("type", ("CodeableConcept",)), Part("value", ("string",))),
    ),
    _study(
        "associatedParty",
        "Sponsors, collaborators and investigators",
        max_=None,
        parts=(
            Part("name", ("string",)),
            Part("role", ("CodeableConcept",), min=1),
            Part("period", ("Period",), max=None),
            Part("classifier", ("CodeableConcept",), max=None),
            Part("party", ("Reference",)),
        ),
    ),
    _study(
        "progressStatus",
        "Status with its date",
        max_=None,
        parts=(
            Part("state", ("CodeableConcept",), min=1),
            Part("actual", ("boolean",)),
            Part("period", ("Period",)),
        ),
    ),
    _study(
        "outcomeMeasure",
        "Outcome measures",
        max_=None,
        parts=(
            Part("name", ("string",)),
            Part("type", ("CodeableConcept",), max=None),
            Part("description", ("markdown",)),
            Part("reference", ("Reference",)),
        ),
    ),
    ExtensionRow(
        f"{CROSS_VERSION}ResearchStudy.comparisonGroup.linkId", "Stable id of an arm", ("ResearchStudy.arm",), ("id",)
    ),
    ExtensionRow(
        f"{CROSS_VERSION_R6}Group.characteristic.description",
        "What the criterion says, in its own words",
        ("Group.characteristic",),
        ("markdown",),
        versions=FHIR_VERSIONS,
    ),
    ExtensionRow(
        f"{CROSS_VERSION_R6}Group.combinationMethod",
        "How many of a Group's characteristics must hold",
        ("Group",),
        ("code",),
        versions=FHIR_VERSIONS,
    ),
    ExtensionRow(
        f"{CROSS_VERSION_R6}Group.combinationThreshold",
        "The number of characteristics that must hold, of those that a choice is made of",
        ("Group",),
        ("positiveInt",),
        versions=FHIR_VERSIONS,
    ),
    ExtensionRow(
        f"{STANDARD}artifact-description",
        "Description of an artefact that has no element for it",
        ("Group",),
        ("markdown",),
        versions=R4,
    ),
    ExtensionRow(
        f"{STANDARD}researchStudy-studyRegistration",
        "Dates of the study's registration",
        ("ResearchStudy",),
        parts=(
            Part("activity", ("CodeableConcept",), min=1),
            Part("actual", ("boolean",)),
            Part("period", ("Period",)),
        ),
        versions=FHIR_VERSIONS,
        published=R5,
        max=None,
    ),
    ExtensionRow(
        POPULATION,
        "Who may take part in one population of the study, beside its own eligibility",
        ("ResearchStudy",),
        ("Reference",),
        versions=R5,
        max=None,
    ),
    ExtensionRow(
        SITE_STATUS,
        "The registry's status of one site",
        ("Location",),
        ("CodeableConcept",),
        versions=FHIR_VERSIONS,
    ),
    # From the French guide, used only with its profile; the guide publishes their definitions.
    *(
        ExtensionRow(eclaire.structure(name), title, (context,), value_types, parts, published=R4, max=max_)
        for name, title, context, value_types, parts, max_ in (
            ("recruitment-status", "Whether patients may enter", "ResearchStudy", ("CodeableConcept",), (), 1),
            (
                "arm-intervention",
                "What an arm is given",
                "ResearchStudy.arm",
                (),
                (Part("name", ("string",)), Part("description", ("string",))),
                None,
            ),
            ("contact-type", "For the public or for science", "ContactDetail", ("CodeableConcept",), (), 1),
            ("contact-name", "Name of a contact", "ContactDetail", ("HumanName",), (), 1),
            ("site-contact-name", "Name of a site's contact", "ContactPoint", ("HumanName",), (), 1),
        )
    ),
    ExtensionRow(
        f"{STANDARD}data-absent-reason",
        "Why a value is missing",
        ("Element",),
        ("code",),
        versions=FHIR_VERSIONS,
        published=FHIR_VERSIONS,
    ),
)

ALLOWED: dict[FhirVersion, dict[str, ExtensionRow]] = {
    version: {row.url: row for row in EXTENSIONS if version in row.versions} for version in FHIR_VERSIONS
}
