"""Describes the structure of a ClinicalTrials.gov record (API v2) in tables.

The tables say which part of the Trial each section of the record fills, and which texts have backslash escapes
(markup). Source: the registry's data dictionary (API v2, `/studies/metadata`). The field names inside a part come from
the class Trial, whose aliases (JSON names) are the registry's names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from trialwire.schemas import trial as t

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """The path of one object in the record (`source`), and the Trial's field that it fills (`part`, its JSON name)."""

    source: tuple[str, ...]
    part: str


PLACES: tuple[Place, ...] = (
    Place(("protocolSection", "identificationModule"), "identification"),
    Place(("protocolSection", "statusModule"), "status"),
    Place(("protocolSection", "sponsorCollaboratorsModule"), "sponsors"),
    Place(("protocolSection", "oversightModule"), "oversight"),
    Place(("protocolSection", "descriptionModule"), "description"),
    Place(("protocolSection", "conditionsModule"), "conditions"),
    Place(("protocolSection", "designModule"), "design"),
    Place(("protocolSection", "armsInterventionsModule"), "armsInterventions"),
    Place(("protocolSection", "outcomesModule"), "outcomes"),
    Place(("protocolSection", "eligibilityModule"), "eligibility"),
    Place(("protocolSection", "contactsLocationsModule"), "contactsLocations"),
    Place(("protocolSection", "referencesModule"), "references"),
    Place(("protocolSection", "ipdSharingStatementModule"), "ipdSharingStatement"),
    Place(("documentSection", "largeDocumentModule"), "documents"),
    Place(("derivedSection",), "derived"),
    Place(("hasResults",), "hasResults"),
)

# `eligibilityCriteria` is markup too. It is not listed, because the Trial keeps it verbatim.
MARKUP: Mapping[type[t.Part], frozenset[str]] = {
    t.Status: frozenset({"whyStopped"}),
    t.Description: frozenset({"briefSummary", "detailedDescription"}),
    t.DesignInfo: frozenset({"interventionModelDescription"}),
    t.MaskingInfo: frozenset({"maskingDescription"}),
    t.BioSpec: frozenset({"description"}),
    t.Arm: frozenset({"description"}),
    t.Intervention: frozenset({"description"}),
    t.Outcome: frozenset({"description"}),
    t.Eligibility: frozenset({"genderDescription", "studyPopulation"}),
    t.SeeAlsoLink: frozenset({"label"}),
    t.AvailableIpd: frozenset({"comment"}),
    t.IpdSharingStatement: frozenset({"description", "timeFrame", "accessCriteria"}),
}

OTHER_DICTIONARY_KEYS: frozenset[str] = frozenset({"annotationSection"})
"""Sections of the dictionary that the Trial keeps unchanged under their source name."""

PERSONAL: frozenset[str] = frozenset({
    "name", "phone", "phoneExt", "email", "investigatorFullName", "investigatorTitle", "oldNameTitle", "affiliation",
    "centralContacts", "overallOfficials", "contacts", "responsibleParty",
})  # fmt: skip
"""Names of fields with personal data. Their values never appear in a message."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one part of the Trial, with the registry's names.

    `parts`: the fields that hold one nested part. `lists`: the fields that hold a list of nested parts. `markup`: the
    text fields with backslash escapes. `keys`: the names of all fields.
    """

    parts: dict[str, Shape]
    lists: dict[str, Shape]
    markup: frozenset[str]
    keys: frozenset[str]


def shape_of(part: type[t.Part]) -> Shape:
    """Derive the shape of a part of the Trial from the fields of its class."""
    parts: dict[str, Shape] = {}
    lists: dict[str, Shape] = {}
    keys = set()
    for name, field in part.model_fields.items():
        alias = field.alias or name
        keys.add(alias)
        child, in_list = _child(field.annotation)
        if child is not None:
            (lists if in_list else parts)[alias] = shape_of(child)
    return Shape(parts, lists, MARKUP.get(part, frozenset()), frozenset(keys))


def _child(annotation: Any) -> tuple[type[t.Part] | None, bool]:
    if isinstance(annotation, type) and issubclass(annotation, t.Part):
        return annotation, False
    for argument in get_args(annotation):
        child, _ = _child(argument)
        if child is not None:
            return child, Ellipsis in get_args(annotation)
    return None, False


TRIAL_SHAPE: Shape = shape_of(t.Trial)
