"""Planted defects: how each is made in the good Bundle, in which versions, and which judges say so.

A row is a name, the steps that plant it, and the judges that catch it. A step goes to a place in one resource of the
Bundle ("ResearchStudy", "arm", 0, "name") and sets, drops or adds there. Steps or judges that differ by version are
given by version. `models` is fhir.resources, `rules` our own rules (both judge every record), `schema` the JSON Schema
of the specification, `hapi` and `medplum` the two validators that judge in `make validate` and in CI. Letters: m, r, s,
h, p. What is in the Bundle around its resources only our own rules see.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.quality.kit.good_bundle import CTG, HL7, REGISTRATION, THO, UCUM, XHTML, XR, good

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion

MODELS, RULES, SCHEMA, HAPI, MEDPLUM = "models", "rules", "schema", "hapi", "medplum"
BOTH: tuple[FhirVersion, ...] = ("R4", "R5")
_DROP = object()
STUDY, PLAN, GROUP, SPONSOR, SITE = "ResearchStudy", "PlanDefinition", "Group", "Organization", "Location"


@dataclass(frozen=True)
class Step:
    """One change at one place. Without a resource type the place is in the Bundle itself."""

    resource: str | None
    place: tuple[str | int, ...]
    value: Any

    def take(self, bundle: dict[str, Any]) -> None:
        node: Any = bundle
        if self.resource is not None:
            found = [
                entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == self.resource
            ]
            node = found[0]
        for step in self.place[:-1]:
            node = node[step]
        last = self.place[-1]
        if self.value is _DROP:
            del node[last]
        elif last == "+":
            node.append(deepcopy(self.value))
        else:
            node[last] = deepcopy(self.value)


def put(resource: str | None, *place: Any) -> Step:
    """Set the place to the last argument; a place that ends in "+" is a list to add to."""
    *steps, value = place
    return Step(resource, tuple(steps), value)


def drop(resource: str | None, *place: Any) -> Step:
    return Step(resource, place, _DROP)


@dataclass(frozen=True)
class Defect:
    name: str
    steps: dict[FhirVersion, tuple[Step, ...]]
    caught_by: dict[FhirVersion, frozenset[str]]

    def planted(self, version: FhirVersion) -> dict[str, Any]:
        """The good Bundle with this defect in it."""
        bundle = good(version)
        for step in self.steps[version]:
            step.take(bundle)
        return bundle


def both(name: str, *steps: Step, by: str, by_r5: str | None = None) -> Defect:
    """A defect that is planted alike in both versions. `by`: the judges' letters, `by_r5`: those of R5 if they differ."""
    caught: dict[FhirVersion, frozenset[str]] = {"R4": _judges(by), "R5": _judges(by if by_r5 is None else by_r5)}
    return Defect(name, dict.fromkeys(BOTH, steps), caught)


def each(name: str, *, r4: Step | None = None, r5: Step | None = None, by: str, by_r5: str | None = None) -> Defect:
    """A defect that is planted differently in each version, or exists in one version only."""
    whole = both(name, by=by, by_r5=by_r5)
    steps: dict[FhirVersion, tuple[Step, ...]] = {}
    if r4 is not None:
        steps["R4"] = (r4,)
    if r5 is not None:
        steps["R5"] = (r5,)
    return Defect(name, steps, whole.caught_by)


_LETTERS = {"m": MODELS, "r": RULES, "s": SCHEMA, "h": HAPI, "p": MEDPLUM}


def _judges(letters: str) -> frozenset[str]:
    return frozenset(_LETTERS[letter] for letter in letters)


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _div(inner: str) -> str:
    return f"<div {XHTML}>{inner}</div>"


def _limit(value: float, code: str, system: str = UCUM) -> dict[str, Any]:
    return {"value": value, "system": system, "code": code}


_AGE = ("characteristic", 0, "valueRange")
_ACTION = ("action", 0, "action", 1)
_DRUG = ("action", 0, "action", 0, "action", 0)
_FULL_URL = "https://fhir.example.org/ResearchStudy/NCT99990001"

DEFECTS: tuple[Defect, ...] = (
    # Shape
    both("an element nobody knows", put(STUDY, "colour", "red"), by="mshp"),
    each("a study's arms under the other version's name",
         r4=put(STUDY, "comparisonGroup", [{"name": "Placebin"}]), r5=put(STUDY, "arm", [{"name": "Placebin"}]), by="mshp"),
    both("a study without a status", drop(STUDY, "status"), by="mhp"),
    both("a plan without a status", drop(PLAN, "status"), by="mhp"),
    each("an arm without a name", r4=drop(STUDY, "arm", 0, "name"), r5=drop(STUDY, "comparisonGroup", 0, "name"), by="mhp"),
    both("a characteristic that does not say whether it excludes", drop(GROUP, "characteristic", 2, "exclude"), by="mhp"),
    both("a characteristic without a value", drop(GROUP, "characteristic", 2, "valueCodeableConcept"), by="mhp"),
    both("a characteristic with two values", put(GROUP, "characteristic", 2, "valueBoolean", True), by="mh"),
    both("a characteristic without a code", drop(GROUP, "characteristic", 2, "code"), by="mshp"),
    both("a site without a latitude", drop(SITE, "position", "latitude"), by="mhp"),
    both("a list where one value belongs", put(STUDY, "title", ["A Study", "of Placebin"]), by="mrshp"),
    both("one object where a list belongs", put(STUDY, "condition", {"text": "Pruritus"}), by="mrshp"),
    both("null in a list", put(STUDY, "keyword", "+", None), by="mrhp", by_r5="mrshp"),
    both("an extension without an address", drop(STUDY, "extension", 0, "url"), by="mrhp"),
    each("a number below zero where none may be",
         r4=put(STUDY, "extension", 3, "valueUnsignedInt", -1), r5=put(STUDY, "recruitment", "targetNumber", -1), by="mrhp"),
    # Types
    both("a truth as text", put(GROUP, "characteristic", 0, "exclude", "false"), by="rshp"),
    both("a number as text", put(GROUP, *_AGE, "low", "value", "18"), by="rshp"),
    both("a coordinate as text", put(SITE, "position", "latitude", "37.22"), by="rshp"),
    each("a whole number with a fraction",
         r4=put(STUDY, "extension", 3, "valueUnsignedInt", 120.5), r5=put(STUDY, "recruitment", "targetNumber", 120.5), by="mrhp"),
    each("a size as a number, where R5 wants a text",
         r5=put(STUDY, "relatedArtifact", 0, "document", "size", 2814417), by="rshp"),
    both("a coordinate off the globe", put(SITE, "position", "latitude", 137.22), by="r"),
    # Dates, ids, texts
    both("a month that does not exist", put(STUDY, "period", "start", "2025-13"), by="mrshp"),
    both("a day that does not exist", put(STUDY, "period", "start", "2025-02-30"), by="mrh"),
    both("a date in words", put(STUDY, "period", "start", "January 2025"), by="mrshp"),
    both("a time without a zone", put(STUDY, "period", "start", "2025-01-15T10:00:00"), by="mrsh", by_r5="mrh"),
    both("a period that ends before it starts", put(STUDY, "period", "end", "2024-12"), by="rh"),
    both("an id with an underscore", put(SPONSOR, "id", "org_0123"), by="mrhp", by_r5="mrshp"),
    both("an id of 65 characters", put(SPONSOR, "id", "x" * 65), by="rhp", by_r5="rshp"),
    both("an empty text", put(STUDY, "title", ""), by="mrsh"),
    both("a blank text", put(STUDY, "description", "   "), by="rp"),
    both("a control character in a text", put(STUDY, "title", "A Study\u0007 of Placebin"), by="rp"),
    both("half a character in a text", put(STUDY, "title", "A Study \ud83d of Placebin"), by="mrs"),
    both("a character that is none", put(STUDY, "title", "A Study \uffff of Placebin"), by="r"),
    both("an address with a space", put(STUDY, "meta", "source", "https://trials.example.org/a b"), by="rshp"),
    both("a code with a space after it", put(PLAN, "status", "active "), by="mrshp"),
    # Empties
    both("an empty object", put(STUDY, "condition", "+", {}), by="rhp"),
    both("an empty list", put(STUDY, "keyword", []), by="rh"),
    both("a period without dates", put(STUDY, "period", {}), by="rh"),
    both("an identifier without a value", drop(STUDY, "identifier", 1, "value"), by="r"),
    # Required codes
    each("a status of the other version", r4=put(STUDY, "status", "recruiting"), r5=put(STUDY, "status", "completed"), by="rh"),
    both("a type of group that is none", put(GROUP, "type", "people"), by="rh"),
    each("a membership that is none", r5=put(GROUP, "membership", "described"), by="rh"),
    both("a use of an identifier that is none", put(STUDY, "identifier", 0, "use", "primary"), by="rsh"),
    both("a status of a narrative that is none", put(STUDY, "text", "status", "automatic"), by="rsh"),
    both("a relation of actions that is none", put(PLAN, *_ACTION, "relatedAction", 0, "relationship", "during"), by="rh"),
    both("a way to select that is none", put(PLAN, "action", 0, "selectionBehavior", "one"), by="rh"),
    both("a type of related artefact that is none", put(STUDY, "relatedArtifact", 0, "type", "link"), by="rsh"),
    both("a mode of a location that is none", put(SITE, "mode", "building"), by="rh"),
    both("a comparator that is none", put(GROUP, "characteristic", 3, "valueQuantity", "comparator", "=<"), by="rsh"),
    each("a kind of contact that is none", r4=put(STUDY, "contact", 0, "telecom", 0, "system", "telephone"), by="rsh"),
    # Code systems
    both("a phase that its system does not have", put(STUDY, "phase", "coding", 0, "code", "phase-5"), by="rh"),
    each("a phase in the system of the other version",
         r4=put(STUDY, "phase", "coding", 0, "system", HL7 + "research-study-phase"),
         r5=put(STUDY, "phase", "coding", 0, "system", THO + "research-study-phase"), by="r"),
    both("a purpose that its system does not have", put(STUDY, "primaryPurposeType", "coding", 0, "code", "cure"), by="rh"),
    each("a type of arm that its system does not have",
         r4=put(STUDY, "arm", 1, "type", "coding", 0, "code", "placebo"),
         r5=put(STUDY, "comparisonGroup", 1, "type", "coding", 0, "code", "placebo"), by="r", by_r5="rh"),
    each("a study design that SEVCO does not have", r5=put(STUDY, "studyDesign", 0, "coding", 1, "code", "SEVCO:01999"), by="rh"),
    each("a role that its system does not have",
         r5=put(STUDY, "associatedParty", 0, "role", "coding", 0, "code", "owner"), by="rh"),
    each("a registry word that the registry does not have",
         r4=put(PLAN, *_DRUG, "code", [_concept(CTG + "InterventionType", "MEDICINE")]),
         r5=put(PLAN, *_DRUG, "code", _concept(CTG + "InterventionType", "MEDICINE")), by="r"),
    both("a mistyped SNOMED CT code", put(GROUP, "characteristic", 1, "code", "coding", 0, "code", "263495001"), by="r"),
    both("a mistyped LOINC code", put(GROUP, "characteristic", 0, "code", "coding", 1, "code", "30525-1"), by="r"),
    both("a MeSH term where its number belongs", put(STUDY, "condition", 0, "coding", 0, "code", "Pruritus"), by="r"),
    both("a code without a system", drop(STUDY, "phase", "coding", 0, "system"), by="r"),
    both("a code system that nobody knows", put(STUDY, "phase", "coding", 0, "system", "https://example.org/phases"), by="r"),
    each("a country in three letters",
         r4=put(STUDY, "location", 0, "coding", 0, "code", "USA"), r5=put(STUDY, "region", 0, "coding", 0, "code", "USA"), by="r"),
    # Units
    both("an age in milligrams", put(GROUP, *_AGE, {"low": _limit(18, "mg"), "high": _limit(65, "mg")}), by="r"),
    both("a weight in years", put(GROUP, "characteristic", 0, "code", "coding", 1, "code", "29463-7"),
         drop(GROUP, "characteristic", 0, "code", "coding", 0), by="r"),
    both("a unit in words as a code", put(GROUP, *_AGE, "low", "code", "years"), by="rh"),
    both("a unit code without its system", drop(GROUP, *_AGE, "low", "system"), by="rh"),
    both("units of another system", put(GROUP, *_AGE, "low", "system", "https://example.org/units"), by="r"),
    both("a lowest age above the highest", put(GROUP, *_AGE, "low", "value", 70), by="rh"),
    both("a lowest age above the highest, in another unit", put(GROUP, *_AGE, "high", _limit(65, "mo")), by="rh"),
    both("limits in units that cannot be compared", put(GROUP, *_AGE, "high", _limit(65, "kg")), by="rh"),
    both("a range without limits", put(GROUP, *_AGE, {"low": {"unit": "years", "system": UCUM, "code": "a"}}), by="r"),
    both("a duration in milligrams",
         put(PLAN, *_DRUG, "timingDuration", "code", "mg"), by="r"),
    # References
    both("a reference to a site that is not there", put(STUDY, "site", 0, "reference", "Location/site-gone"), by="r"),
    each("a sponsor that is a place",
         r4=put(STUDY, "sponsor", "reference", "Location/site-0123456789abcdef"),
         r5=put(STUDY, "associatedParty", 0, "party", "reference", "Location/site-0123456789abcdef"), by="r"),
    both("a subject that is a plan", put(PLAN, "subjectReference", "reference", "PlanDefinition/NCT99990001-protocol"), by="r"),
    both("a reference to a contained resource that is not there", put(STUDY, "site", 0, "reference", "#site"), by="rh"),
    both("a reference to nothing", put(STUDY, "site", 0, {"type": "Location"}), by="r", by_r5="rh"),
    both("a reference out of the Bundle", put(STUDY, "site", 0, "reference", "https://example.org/fhir/Location/1"), by="r"),
    both("a reference whose type is not its target's", put(STUDY, "site", 0, "type", "Organization"), by="rh"),
    # Extensions
    both("an extension that nobody knows", put(STUDY, "extension", "+",
         {"url": "https://example.org/StructureDefinition/mood", "valueString": "good"}), by="rh"),
    both("an extension with a value and parts", put(STUDY, "extension", 0, "valueString", "both"), by="rhp"),
    both("an extension with neither", put(STUDY, "extension", 0, {"url": REGISTRATION}), by="rhp"),
    both("an extension without a part it must have", drop(STUDY, "extension", 0, "extension", 0), by="rh"),
    both("an extension with a part it does not have", put(STUDY, "extension", 0, "extension", "+",
         {"url": "weather", "valueString": "fine"}), by="rh"),
    both("a part with a value of another type", put(STUDY, "extension", 0, "extension", 1,
         {"url": "actual", "valueString": "yes"}), by="rh"),
    each("an extension with a value of another type",
         r4=put(STUDY, "extension", 1, {"url": XR + "descriptionSummary", "valueString": "short"}), by="rh"),
    each("an extension where it does not belong",
         r4=put(GROUP, "extension", [{"url": XR + "descriptionSummary", "valueMarkdown": "short"}]),
         r5=put(SITE, "extension", [{"url": REGISTRATION, "extension": [
             {"url": "activity", "valueCodeableConcept": {"text": "moved"}}]}]), by="rh"),
    each("an extension twice that may stand once", r4=put(STUDY, "extension", "+",
         {"url": XR + "descriptionSummary", "valueMarkdown": "another"}), by="r"),
    both("an extension that changes the meaning", put(STUDY, "modifierExtension",
         [{"url": "https://example.org/StructureDefinition/not", "valueBoolean": True}]), by="rh"),
    # Invariants
    both("an organisation without a name", drop(SPONSOR, "name"), by="rh"),
    both("members of a group that only describes", put(GROUP, "member",
         [{"entity": {"reference": "Group/NCT99990001-eligibility"}}]), by="rhp", by_r5="r"),
    each("a relation to an action that is not there",
         r4=put(PLAN, *_ACTION, "relatedAction", 0, "actionId", "arm-9"),
         r5=put(PLAN, *_ACTION, "relatedAction", 0, "targetId", "arm-9"), by="r"),
    both("a goal that is not there", put(PLAN, "action", 0, "goalId", ["goal-9"]), by="r"),
    both("two actions with one id", put(PLAN, *_ACTION, "id", "arm-1"), by="rh"),
    both("a name that no machine can use", put(PLAN, "name", "The protocol of NCT99990001"), by="r"),
    both("a canonical address with a fragment", put(PLAN, "url", "https://fhir.example.org/PlanDefinition/x#1"), by="r"),
    each("a contact whose kind is not said", r4=drop(STUDY, "contact", 0, "telecom", 0, "system"), by="rh"),
    each("an input with neither content", r5=put(PLAN, "action", 0, "input", [{"title": "Consent"}]), by="rhp"),
    both("a repetition without a unit", put(PLAN, "action", 0, "action", 1, "timingTiming",
         {"repeat": {"frequency": 1, "period": 2}}), by="rhp"),
    both("a content type that is none", put(STUDY, "relatedArtifact", 0, "document",
         {"url": "https://trials.example.org/p.pdf", "contentType": "pdf"}), by="r"),
    both("a contained resource that nobody refers to", put(STUDY, "contained",
         [{"resourceType": "Organization", "id": "inner", "name": "Inner"}]), by="rh"),
    both("a contained resource of an unknown type", put(STUDY, "contained", [{"resourceType": "Drone", "id": "d"}]), by="mrshp"),
    # Narrative
    both("a script in the narrative", put(STUDY, "text", "div", _div("<script>go()</script>")), by="rh"),
    both("an event in the narrative", put(STUDY, "text", "div", _div('<p onclick="go()">Press</p>')), by="rh"),
    both("a script behind a link of the narrative",
         put(STUDY, "text", "div", _div('<a href="javascript:go()">Press</a>')), by="rh"),
    both("a narrative without a namespace", put(STUDY, "text", "div", "<div><p>Study</p></div>"), by="rh"),
    both("a narrative that is no XML", put(STUDY, "text", "div", _div("<p>Study")), by="rh"),
    both("an entity in the narrative", put(STUDY, "text", "div",
         f'<!DOCTYPE div [<!ENTITY x "y">]><div {XHTML}>&x;</div>'), by="rh"),
    both("a blank narrative", put(STUDY, "text", "div", _div(" ")), by="rh"),
    # Meta
    both("a profile that nobody knows", put(STUDY, "meta", "profile", ["https://example.org/StructureDefinition/x"]), by="rh"),
    both("a version that is the server's to give", put(STUDY, "meta", "versionId", "7"), by="r"),
    # Bundle
    both("a batch in place of a transaction", put(None, "type", "batch"), by="r"),
    both("a Bundle without entries", put(None, "entry", []), by="r"),
    both("an entry without a request", drop(None, "entry", 0, "request"), by="r"),
    both("a request for another id", put(None, "entry", 0, "request", "url", "ResearchStudy/NCT99990002"), by="r"),
    both("a POST where only a PUT is repeatable", put(None, "entry", 0, "request", "method", "POST"), by="r"),
    both("two entries with one id", put(None, "entry", 4, "resource", "id", "org-0123456789abcdef"),
         put(None, "entry", 4, "resource", {"resourceType": SPONSOR, "id": "org-0123456789abcdef", "name": "Twin"}), by="r"),
    both("two entries with one full address", put(None, "entry", 3, "fullUrl", _FULL_URL), by="r"),
    both("a full address with a version", put(None, "entry", 0, "fullUrl", _FULL_URL + "/_history/3"), by="r"),
    both("an entry without a resource", drop(None, "entry", 4, "resource"), by="r"),
    both("a resource of a type that we do not write",
         put(None, "entry", 4, {"resource": {"resourceType": "Patient", "id": "p1"},
                                "request": {"method": "PUT", "url": "Patient/p1"}}), by="r"),
    both("nothing where an extension belongs", put(STUDY, "extension", "+", None), by="mrhp", by_r5="mrshp"),
)  # fmt: skip
