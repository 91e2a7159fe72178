"""Writes one criterion as Group.characteristic entries: a known concept, a condition, a bound, or its text.

Every entry has the criterion's text in an extension. The value of the entry is a code or a number only if this value
states the whole criterion; otherwise the value is the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.code_systems import LOINC, UCUM
from trialwire.schemas.fhir.eclaire import CRITERION_KIND
from trialwire.schemas.fhir.extensions import CROSS_VERSION_R6
from trialwire.transforms.eligibility.bounds.variables import BY_NAME
from trialwire.transforms.eligibility.group.concepts import concepts_in
from trialwire.transforms.eligibility.group.measures import loinc_of, measured, spelt_as_another
from trialwire.transforms.eligibility.source_text import read

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.group.concept_table import Concept
    from trialwire.transforms.eligibility.group.concepts import Conditions
    from trialwire.transforms.eligibility.model import Bound, Criterion

DESCRIPTION_URL = f"{CROSS_VERSION_R6}Group.characteristic.description"
"""R6's Group.characteristic.description as a cross-version extension: the criterion's text, in every entry."""
TEXT_ONLY = "Eligibility criterion (text only, not structured)"
KIND_DISPLAYS = {
    "grp-age": "Age (Age)",
    "grp-other": "Other (Autre)",
    "grp-studypop": "Study Population (Population de l'étude)",
}
VETOES = frozenset({"exception", "partial"})
"""Flags of criteria whose structure does not state the whole criterion."""
WITHOUT_UNIT = frozenset({"score", "multiple"})
"""Dimensions of variables that need no unit (scores, the INR); a cell count needs one."""
FROM_THE_REGISTRY = frozenset({"age"})
"""Variables that come from the registry's own fields, so the text must not add them again."""

Entry = dict[str, Any]


def code_of(text: str, *codings: dict[str, str], kind: str = "grp-other") -> Entry:
    """Return the `code` of an entry: the given codings, then the code of ECLAIRE's kind of criterion, then the text.

    ECLAIRE is the French register of trials, published as FHIR R4.
    """
    eclaire = {"system": CRITERION_KIND, "code": kind, "display": KIND_DISPLAYS[kind]}
    return {"coding": [*codings, eclaire], "text": text}


def entry_of(
    criterion: Criterion, text: str, code: Entry, value: Entry, *, suffix: str = "", turned: bool = False
) -> Entry:
    """Return the entry of a criterion with this text, code and value.

    `suffix` is added to the entry's id if a criterion has several entries. `turned` means that the value is the
    opposite of the criterion ("Not pregnant" has the value Pregnancy), so `exclude` is reversed.
    """
    return {
        "id": f"{criterion.id}{suffix}",
        "extension": [{"url": DESCRIPTION_URL, "valueMarkdown": text}],
        "code": code,
        **value,
        "exclude": (criterion.label == "exclusion") != turned,
    }


def text_entry(criterion: Criterion, text: str, says: str = TEXT_ONLY) -> Entry:
    """Return the entry of a criterion whose value is only text. `says` is the text of the entry's code."""
    return entry_of(criterion, text, code_of(says), {"valueCodeableConcept": {"text": text}})


def structured(criterion: Criterion, text: str, conditions: Conditions) -> list[Entry]:
    """Return the structured entries of a criterion if a pattern matches all its words; otherwise an empty list.

    `text` is the text of the criterion with the words of its lead-in before it.
    """
    if not VETOES.isdisjoint(criterion.flags):
        return []
    folded = read(criterion.text).folded
    return (
        _concept_entries(criterion, text, folded)
        or _condition_entry(criterion, text, conditions, folded)
        or _bound_entries(criterion, text)
    )


def _concept_entries(criterion: Criterion, text: str, folded: str) -> list[Entry]:
    """Known concepts. Several are alternatives, so their entries must exclude; only an inclusion may be denied."""
    found = concepts_in(folded)
    if found is None:
        return []
    concepts, denied = found
    excluding = criterion.label == "exclusion"
    if (denied and excluding) or (len(concepts) > 1 and not (denied or excluding)):
        return []
    if excluding and any(concept.to_include for concept in concepts):
        return []
    return [
        entry_of(criterion, text, *_asked(concept, criterion, denied=denied), suffix=_suffix(place), turned=denied)
        for place, concept in enumerate(concepts)
    ]


def _suffix(place: int) -> str:
    return f".{place + 1}" if place else ""


def _asked(concept: Concept, criterion: Criterion, *, denied: bool) -> tuple[Entry, Entry]:
    """The code and the value of a concept. The value never contains the denial; `exclude` does."""
    codings = [coding.to_json() for coding in concept.question_codings]
    answer: Entry = {"coding": [coding.to_json() for coding in concept.answers]} if concept.answers else {}
    words = concept.answers[0].display if denied and concept.answers else criterion.text
    value = answer | {"text": concept.answer or words}
    return code_of(concept.question, *codings, kind=concept.kind), {"valueCodeableConcept": value}


def _condition_entry(criterion: Criterion, text: str, conditions: Conditions, folded: str) -> list[Entry]:
    coding = conditions.named_by(folded)
    if coding is None:
        return []
    value = {"valueCodeableConcept": {"coding": [coding.to_json()], "text": criterion.text}}
    return [entry_of(criterion, text, code_of("Condition"), value)]


def _bound_entries(criterion: Criterion, text: str) -> list[Entry]:
    """One Quantity, one Range (both ends inclusive), or two entries if their logic allows this; else none."""
    bounds = criterion.bounds
    if not bounds or len(bounds) > 2 or criterion.windows or any(b.unit and not b.ucum for b in bounds):
        return []
    first, last = bounds[0], bounds[-1]
    if first.variable != last.variable or first.variable in FROM_THE_REGISTRY or first.ucum != last.ucum:
        return []
    if first.unit is None and not BY_NAME[first.variable].dimensions <= WITHOUT_UNIT:
        return []
    if spelt_as_another(first.variable, criterion.text):
        return []
    name = measured(first.variable, read(text).folded, first.ucum, tuple(bound.value for bound in bounds))
    if name is None:
        return []
    loinc = loinc_of(first.variable, name, first.ucum, first.loinc)
    code = code_of(name, *([{"system": LOINC, "code": loinc}] if loinc else []))
    if len(bounds) == 1:
        return [entry_of(criterion, text, code, {"valueQuantity": _quantity(first)})]
    low, high = sorted(bounds, key=lambda bound: bound.value)
    inside = low.comparator in {">", ">="} and high.comparator in {"<", "<="}
    outside = low.comparator in {"<", "<="} and high.comparator in {">", ">="}
    if inside and low.comparator == ">=" and high.comparator == "<=":
        ends = {"low": _quantity(low, plain=True), "high": _quantity(high, plain=True)}
        return [entry_of(criterion, text, code, {"valueRange": ends})]
    if (inside and criterion.label == "inclusion") or (outside and criterion.label == "exclusion"):
        return [
            entry_of(criterion, text, code, {"valueQuantity": _quantity(bound)}, suffix=_suffix(place))
            for place, bound in enumerate((low, high))
        ]
    return []


def _quantity(bound: Bound, *, plain: bool = False) -> Entry:
    quantity: Entry = {"value": bound.value}
    if not plain and bound.comparator != "=":
        quantity["comparator"] = bound.comparator
    if bound.ucum:
        quantity |= {"unit": bound.unit or bound.ucum, "system": UCUM, "code": bound.ucum}
    return quantity
