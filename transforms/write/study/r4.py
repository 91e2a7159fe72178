"""Converts a ResearchStudy from R5 to R4.

Tables list the elements that are renamed and the elements that become cross-version extensions. A cross-version
extension is HL7's standard way to write an R5 element in an R4 resource.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.extensions import CROSS_VERSION
from trialwire.transforms.write.study.artifact import as_r4

if TYPE_CHECKING:
    from trialwire.transforms.element import Json

_STUDY = CROSS_VERSION + "ResearchStudy."

RENAMED = {"studyDesign": "category", "region": "location", "whyStopped": "reasonStopped"}
"""R5 name → R4 name of the same element."""

EXTENSIONS: dict[str, str] = {
    "url": "valueUri",
    "version": "valueString",
    "date": "valueDateTime",
    "descriptionSummary": "valueMarkdown",
    "classifier": "valueCodeableConcept",
}
"""Simple R5 element → value type of its R4 extension."""

COMPLEX: dict[str, dict[str, str]] = {
    "label": {"type": "valueCodeableConcept", "value": "valueString"},
    "associatedParty": {
        "name": "valueString",
        "role": "valueCodeableConcept",
        "classifier": "valueCodeableConcept",
        "party": "valueReference",
    },
    "progressStatus": {"state": "valueCodeableConcept", "actual": "valueBoolean", "period": "valuePeriod"},
    "outcomeMeasure": {"name": "valueString", "type": "valueCodeableConcept", "description": "valueMarkdown"},
}
"""R5 element with children → value type of the R4 extension of each child."""

_NOT_IN_R4 = frozenset({"name"})  # the id and the identifier have the same content


def to_r4(study: Json) -> Json:
    """Convert a ResearchStudy to R4. An element that R4 does not have becomes a cross-version extension."""
    found: Json = {}
    extensions: list[Json] = list(study.get("extension", ()))
    for name, value in study.items():
        if name in _NOT_IN_R4 or name == "extension":
            continue
        if name in EXTENSIONS:
            extensions += [
                {"url": _STUDY + name, EXTENSIONS[name]: one} for one in (value if isinstance(value, list) else [value])
            ]
        elif name in COMPLEX:
            extensions += [_complex(name, one) for one in value]
        elif name == "recruitment":
            found |= _recruitment(value, extensions)
        elif name == "comparisonGroup":
            found["arm"] = [_arm(one) for one in value]
        elif name == "focus":
            found["focus"] = [one["concept"] for one in value]
        elif name == "relatedArtifact":
            found["relatedArtifact"] = [as_r4(one) for one in value]
        else:
            found[RENAMED.get(name, name)] = value
    head = {name: found.pop(name) for name in ("resourceType", "id", "meta", "text") if name in found}
    return head | ({"extension": extensions} if extensions else {}) | found


def _complex(name: str, part: Json) -> Json:
    inner: list[Json] = []
    for key, kind in COMPLEX[name].items():
        value: Any = part.get(key)
        if value is not None:
            inner += [{"url": key, kind: one} for one in (value if isinstance(value, list) else [value])]
    return {"url": _STUDY + name, "extension": inner}


def _recruitment(recruitment: Json, extensions: list[Json]) -> Json:
    extensions += [
        {"url": f"{_STUDY}recruitment.{name}", "valueUnsignedInt": recruitment[name]}
        for name in ("targetNumber", "actualNumber")
        if name in recruitment
    ]
    return {"enrollment": [recruitment["eligibility"]]} if "eligibility" in recruitment else {}


def _arm(group: Json) -> Json:
    kept = dict(group)
    link_id = kept.pop("linkId")
    return {"extension": [{"url": f"{_STUDY}comparisonGroup.linkId", "valueId": link_id}], **kept}
