"""Elements of ECLAIRE's resources → parts of a Trial, keyed by the Trial's aliases. Empty values are left out."""

from __future__ import annotations

import re
from typing import Any

from trialwire.schemas.fhir.code_systems import MEDDRA, SYSTEMS
from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.element import present
from trialwire.transforms.read.eclaire.repair import Json, objects

_LABELS = frozenset({"disease condition", "diseasecondition", "meddra condition", "meddracondition"})
_AGENCIES = {"industry": "INDUSTRY", "government": "OTHER_GOV", "academic": "OTHER", "nonprofit": "OTHER"}
_MEDDRA = SYSTEMS["R4"][MEDDRA]
_NUMBER_FORMS = (
    (re.compile(r"20[0-9]{2}-5[0-9]{5}-[0-9]{2}(-[0-9]{2})?"), "CTIS", None),
    (re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}"), "EUDRACT_NUMBER", None),
    (re.compile(r"20[0-9]{2}-A[0-9]{5}-[0-9]{2}"), "REGISTRY", "ID-RCB"),
)


def parts_of(extension: Json) -> Json:
    """A complex extension → {name of a part: its value}. References are skipped; the first value of a part counts."""
    found: Json = {}
    for part in objects(extension.get("extension")):
        value = next(
            (value for key, value in part.items() if key.startswith("value") and key != "valueReference"), None
        )
        if value is not None:
            found.setdefault(str(part.get("url")), value)
    return found


def code(concept: Any) -> str | None:
    """The first code of a CodeableConcept."""
    codings = objects(concept.get("coding")) if isinstance(concept, dict) else []
    return next((str(one["code"]) for one in codings if one.get("code")), None)


def words(concept: Json) -> str | None:
    """The text of a CodeableConcept, or its displays if the text is only the name of the field, as the server writes."""
    text = str(concept.get("text") or "").strip()
    shown = [str(one["display"]) for one in objects(concept.get("coding")) if one.get("display")]
    shown = [display for display in shown if display != "MedDRA" and not display.isdigit()]
    if text and text.casefold() not in _LABELS and not (shown and text.startswith("MedDRA condition")):
        return text
    return "; ".join(shown) or None


def codes_in_words(concept: Json) -> str | None:
    """The codes of a concept, except MedDRA codes, joined as one text; None if there is none."""
    codings = [one for one in objects(concept.get("coding")) if not is_meddra(one)]
    return "; ".join(str(one["code"]) for one in codings if one.get("code")) or None


def is_meddra(coding: Json) -> bool:
    """Whether a coding is a MedDRA code. The server sometimes leaves out its system."""
    system = coding.get("system")
    return (system is None or "meddra" in str(system).casefold()) and _MEDDRA.has(str(coding.get("code")))


def label(extension: Json) -> tuple[str | None, str | None]:
    """The type and the text of a label extension."""
    fields = parts_of(extension)
    return code(fields.get("type")), fields.get("value")


def party(extension: Json) -> tuple[str | None, Json]:
    """(role, sponsor) of an associated party."""
    fields = parts_of(extension)
    agency = _AGENCIES.get(code(fields.get("classifier")) or "")
    party = present(name=fields.get("name"))
    return code(fields.get("role")), party | ({"class": agency} if party and agency else {})


def secondary_id(value: str) -> Json:
    """A secondary identifier. Its form shows which registry assigned it."""
    if is_nct_number(value):
        return {"id": value, "type": "REGISTRY", "domain": "ClinicalTrials.gov"}
    for pattern, kind, domain in _NUMBER_FORMS:
        if pattern.fullmatch(value):
            return present(id=value, type=kind, domain=domain)
    return {"id": value}


def day(text: Any) -> Json | None:
    """The date of a dateTime, without a type: the guide does not say whether it is actual or estimated."""
    return {"date": str(text)[:10]} if text else None


def country(concept: Json) -> str | None:
    """The name of a country; without a name its code."""
    shown = (one.get("display") or one.get("code") for one in objects(concept.get("coding")))
    return next((str(word) for word in shown if word), None)


def contact(contact: Json) -> Json:
    """A contact of the study; empty if it has neither telephone nor e-mail."""
    names = [one["valueHumanName"] for one in objects(contact.get("extension")) if "valueHumanName" in one]
    person = names[0] if names else {}
    name = (
        contact.get("name")
        or person.get("text")
        or " ".join([*person.get("given", ()), person.get("family", "")]).strip()
    )
    telecoms = [one for one in objects(contact.get("telecom")) if one.get("value")]
    reach = {one.get("system"): one["value"] for one in reversed(telecoms)}
    found = present(name=name, phone=reach.get("phone"), email=reach.get("email"))
    if not found:
        return {}
    more = [one for one in telecoms if one["value"] not in {reach.get("phone"), reach.get("email")}]
    return found | {"role": "CONTACT"} | present(telecom=more, extension=contact.get("extension"))


def site(location: Json) -> Json:
    """A site of the study."""
    address = location.get("address") or {}
    return present(
        facility=location.get("name"), city=address.get("city"), state=address.get("state"),
        zip=address.get("postalCode"), country=address.get("country"),
    )  # fmt: skip
