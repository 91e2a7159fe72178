"""Converts single FHIR elements of ECLAIRE (the French register of trials) to parts of a Trial.

Each part is a dict keyed by the Trial's aliases (its JSON names). Empty values are left out.
"""

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
    """Return the parts of a complex extension as {url of the part: value}.

    Parts with a reference are skipped. If a part is repeated, its first value is used.
    """
    found: Json = {}
    for part in objects(extension.get("extension")):
        value = next(
            (value for key, value in part.items() if key.startswith("value") and key != "valueReference"), None
        )
        if value is not None:
            found.setdefault(str(part.get("url")), value)
    return found


def code(concept: Any) -> str | None:
    """Return the first code of a CodeableConcept, or None if it has no code."""
    codings = objects(concept.get("coding")) if isinstance(concept, dict) else []
    return next((str(one["code"]) for one in codings if one.get("code")), None)


def words(concept: Json) -> str | None:
    """Return the text of a CodeableConcept, or the displays of its codings if the text is only a field name.

    ECLAIRE's server often writes the name of the field ("disease condition") as the text.
    """
    text = str(concept.get("text") or "").strip()
    shown = [str(one["display"]) for one in objects(concept.get("coding")) if one.get("display")]
    shown = [display for display in shown if display != "MedDRA" and not display.isdigit()]
    if text and text.casefold() not in _LABELS and not (shown and text.startswith("MedDRA condition")):
        return text
    return "; ".join(shown) or None


def codes_in_words(concept: Json) -> str | None:
    """Return all codes of a CodeableConcept except MedDRA codes, joined to one text, or None if no code is left."""
    codings = [one for one in objects(concept.get("coding")) if not is_meddra(one)]
    return "; ".join(str(one["code"]) for one in codings if one.get("code")) or None


def is_meddra(coding: Json) -> bool:
    """Return whether a Coding is a MedDRA code. ECLAIRE's server sometimes omits the code system of MedDRA."""
    system = coding.get("system")
    return (system is None or "meddra" in str(system).casefold()) and _MEDDRA.has(str(coding.get("code")))


def label(extension: Json) -> tuple[str | None, str | None]:
    """Return (type of title, title) of a label extension. Such an extension holds one further title of the study."""
    fields = parts_of(extension)
    return code(fields.get("type")), fields.get("value")


def party(extension: Json) -> tuple[str | None, Json]:
    """Return (role code, sponsor) of an associated-party extension. The sponsor is a dict with name and class."""
    fields = parts_of(extension)
    agency = _AGENCIES.get(code(fields.get("classifier")) or "")
    party = present(name=fields.get("name"))
    return code(fields.get("role")), party | ({"class": agency} if party and agency else {})


def secondary_id(value: str) -> Json:
    """Return a secondary identifier as a dict. The form of the number shows which registry assigned the number."""
    if is_nct_number(value):
        return {"id": value, "type": "REGISTRY", "domain": "ClinicalTrials.gov"}
    for pattern, kind, domain in _NUMBER_FORMS:
        if pattern.fullmatch(value):
            return present(id=value, type=kind, domain=domain)
    return {"id": value}


def day(text: Any) -> Json | None:
    """Take a FHIR dateTime; return {"date": "2025-06-30"}, or None if there is no dateTime.

    The dict has no key "type" (actual or estimated), because ECLAIRE's implementation guide does not say which it is.
    """
    return {"date": str(text)[:10]} if text else None


def country(concept: Json) -> str | None:
    """Return the name of a country from its CodeableConcept, or its code if there is no name."""
    shown = (one.get("display") or one.get("code") for one in objects(concept.get("coding")))
    return next((str(word) for word in shown if word), None)


def contact(contact: Json) -> Json:
    """Return a contact of the study as a dict, or an empty dict if there is no name, telephone or e-mail."""
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
    """Return a site of the study as a dict, from its FHIR Location."""
    address = location.get("address") or {}
    return present(
        facility=location.get("name"), city=address.get("city"), state=address.get("state"),
        zip=address.get("postalCode"), country=address.get("country"),
    )  # fmt: skip
