"""Translates country names of the registry to ISO 3166-1 codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import COUNTRIES
from trialwire.schemas.fhir.countries import COUNTRY_CODES
from trialwire.transforms.element import concept, line

if TYPE_CHECKING:
    from trialwire.transforms.element import Json


def region(name: str) -> Json:
    """Return a country as a CodeableConcept: the name as written, and the ISO code if our table has the name."""
    words = line(name)
    code = COUNTRY_CODES.get(words or "")
    return concept(words, {"system": COUNTRIES, "code": code} if code else None)
