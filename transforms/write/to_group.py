"""Writes the eligibility as Groups: one for the whole study, then one for each further population of the text.

Age, sex and healthy volunteers come from the registry's fields, everything else from the text. The text is also always
kept verbatim. All characteristics must hold ("and"). A limit that the record does not state is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas import age
from trialwire.schemas.fhir.code_systems import HL7, LOINC, SNOMED, UCUM
from trialwire.schemas.fhir.codes import AGE_UNITS, SEXES, UNIT_STEPS, Code
from trialwire.schemas.held import Finding
from trialwire.transforms.element import allowed, coding, concept, digest, present, text
from trialwire.transforms.eligibility import parse
from trialwire.transforms.eligibility.group.characteristics import (
    LIST,
    NOT_UNDERSTOOD,
    UNKNOWN_SECTION,
    Written,
    characteristics,
)
from trialwire.transforms.write.narrative import narrative
from trialwire.transforms.write.study.identity import registry_identifier

if TYPE_CHECKING:
    from trialwire.schemas.age import Age
    from trialwire.schemas.trial import Eligibility, Trial
    from trialwire.transforms.element import Json
    from trialwire.transforms.eligibility.model import Criterion
    from trialwire.transforms.write.making import Making

LONGEST_HEADING = 60
MOST_HEADINGS = 3
DESCRIPTION_URL = HL7 + "StructureDefinition/artifact-description"
_AGE = concept("Age", coding(SNOMED, Code("397669002", "Age")), coding(LOINC, Code("30525-0", "Age")))
_SEX = concept("Sex", coding(SNOMED, Code("263495000", "Gender")), coding(LOINC, Code("46098-0", "Sex")))
_VOLUNTEERS = concept("Healthy volunteers accepted")
_GENDER_BASED = concept("Gender based eligibility")
_GENDER_TEXT = concept("Gender eligibility description")
_POPULATION = concept("Study population")


def criteria(trial: Trial) -> tuple[Criterion, ...]:
    """Parse the eligibility text of a Trial and return its criteria, in the order of the text."""
    raw = allowed(trial.eligibility.criteria or "")
    return parse(raw) if raw else ()


def doubts(read: tuple[Criterion, ...]) -> list[Finding]:
    """Return one finding if criteria are below headings that the parser does not understand, otherwise no finding.

    The finding names at most three of these headings.
    """
    heading, count = "", 0
    headings: dict[str, None] = {}
    for one in read:
        heading = one.text if one.role == "heading" else heading
        if NOT_UNDERSTOOD in one.flags:
            headings[heading[:LONGEST_HEADING]] = None
            count += 1
    if not count:
        return []
    named = ", ".join(f"'{one.rstrip(' :')}'" for one in [*headings][:MOST_HEADINGS])
    return [
        Finding(
            code="eligibility-section-not-understood",
            path="protocolSection.eligibilityModule.eligibilityCriteria",
            message=f"{count} criteria stand under a heading that is not understood ({named}). The Group has them as words only.",
            cure="Read the eligibility text: only a person can say whether these criteria are asked for or exclude.",
        )
    ]


def groups(making: Making) -> list[Json]:
    """Return the Groups of a study. The first one has the registry's fields and the criteria for all participants."""
    trial = making.trial
    eligibility = trial.eligibility
    condition = trial.derived.condition_browse_module
    meshes = condition.meshes if condition else ()
    # ECLAIRE's Group allows no Group as a value, so a list of alternatives stays text there.
    as_eclaire = making.how.profile == "eclaire" and making.version == "R4"
    written = characteristics(making.criteria, meshes, choices=not as_eclaire)
    own = written.pop(None, Written())
    own.entries = [*fields(eligibility), *own.entries]
    found = [_group(making, f"{making.study_id}-eligibility", None, own)]
    found += [
        _group(making, f"{making.study_id}-eligibility-{digest([population], 8)}", population, one)
        for population, one in written.items()
    ]
    return found


def _group(making: Making, id_: str, population: str | None, written: Written) -> Json:
    trial, entries = making.trial, written.entries
    kind: Json = {"membership": "definitional"} if making.version == "R5" else {"actual": False}
    name = f"Participants of {trial.trial_id}" + (f": {population}" if population else "")
    single = [entry for entry in entries if entry["code"].get("text") != LIST]
    unclear = sum(entry["code"].get("text") == UNKNOWN_SECTION for entry in single)
    excluded = sum(1 for entry in single if entry["exclude"])
    required = len(single) - excluded - unclear
    counted = f"{required} to be met, {excluded} that exclude"
    words = text(trial.eligibility.criteria) if population is None else None
    return present(
        resourceType="Group",
        id=id_,
        text=narrative(
            [
                ("Group", name),
                ("Ages", _ages_in_words(trial.eligibility)),
                ("Sex", trial.eligibility.sex),
                ("Criteria", f"{counted}, {unclear} under a heading that is not understood" if unclear else counted),
            ]
        ),
        contained=[{"resourceType": "Group", **kind, **one} for one in written.contained],
        extension=[{"url": DESCRIPTION_URL, "valueMarkdown": words}] if words and making.version == "R4" else None,
        identifier=[registry_identifier(making) | {"use": "secondary"}],
        type="person",
        **kind,
        name=text(name),
        description=words if making.version == "R5" else None,
        characteristic=entries,
    )


def _ages_in_words(eligibility: Eligibility) -> str | None:
    low, high = eligibility.minimum_age, eligibility.maximum_age
    if low and high:
        return f"{low} to {high}"
    return f"{low} and older" if low else f"up to {high}" if high else None


def fields(eligibility: Eligibility) -> list[Json]:
    """Return the Group characteristics for the registry's fields: ages, sex, population, healthy volunteers."""
    found = ages(eligibility)
    if sex := SEXES.get(eligibility.sex or ""):
        gender, snomed = sex
        value = concept(gender.display, coding(HL7 + "administrative-gender", gender), coding(SNOMED, snomed))
        found.append({"id": "sex", "code": _SEX, "valueCodeableConcept": value, "exclude": False})
    if eligibility.gender_based is not None:
        found.append(
            {"id": "gender-based", "code": _GENDER_BASED, "valueBoolean": eligibility.gender_based, "exclude": False}
        )
    for id_, code, words in (
        ("gender-description", _GENDER_TEXT, eligibility.gender_description),
        ("study-population", _POPULATION, eligibility.study_population),
    ):
        if value := concept(words):
            found.append({"id": id_, "code": code, "valueCodeableConcept": value, "exclude": False})
    if eligibility.healthy_volunteers is not None:
        found.append(
            {
                "id": "healthy-volunteers",
                "code": _VOLUNTEERS,
                "valueBoolean": True,
                "exclude": not eligibility.healthy_volunteers,
            }
        )
    return found


def ages(eligibility: Eligibility) -> list[Json]:
    """Return the age limits as characteristics: one range, or two if units do not convert or the limits contradict.

    Form of a limit: "18 Years" or "N/A" (the registry's dictionary). A limit of another form is kept as text.
    """
    low, high = eligibility.minimum_age, eligibility.maximum_age
    limits = {"low": age.parsed(low), "high": age.parsed(high)}
    known = {side: limit for side, limit in limits.items() if limit}
    ranges = _together(known)
    found = [
        {"id": f"age-{side}" if len(ranges) > 1 else "age", "code": _AGE, "valueRange": range_, "exclude": False}
        for side, range_ in ranges
    ]
    for side, raw in (("low", low), ("high", high)):
        words = text(raw)
        if words and not limits[side] and not age.is_no_limit(words):
            label = "Minimum age" if side == "low" else "Maximum age"
            value = concept(f"{label}: {words}")
            found.append({"id": f"age-{side}-text", "code": _AGE, "valueCodeableConcept": value, "exclude": False})
    return found


def _together(known: dict[str, Age]) -> list[tuple[str, Json]]:
    if len(known) < 2:
        return _apart(known)
    (low, low_unit), (high, high_unit) = known["low"], known["high"]
    if low_unit != high_unit:
        if step := UNIT_STEPS.get((high_unit, low_unit)):
            high, high_unit = high * step, low_unit
        elif step := UNIT_STEPS.get((low_unit, high_unit)):
            low, low_unit = low * step, high_unit
        else:
            return _apart(known)
    if low > high:
        return _apart(known)
    return [("low", {"low": _age(low, low_unit), "high": _age(high, high_unit)})]


def _apart(known: dict[str, Age]) -> list[tuple[str, Json]]:
    return [(side, {side: _age(*limit)}) for side, limit in known.items()]


def _age(value: int, unit: str) -> Json:
    code, words = AGE_UNITS[unit]
    return {"value": value, "unit": words, "system": UCUM, "code": code}
