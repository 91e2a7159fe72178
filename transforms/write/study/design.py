"""Writes the design of a study: study type, phase, purpose, number of participants, conditions, arms, outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir import codes
from trialwire.schemas.fhir.code_systems import HL7, MEDDRA, MESH, SYSTEMS
from trialwire.transforms.element import Names, coding, concept, digest, line, present, registry_coding, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwire.schemas.trial import Arm, Intervention, MeshTerm, Outcome
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_SEVCO = HL7 + "study-design"
_COMPLETE = frozenset({"COMPLETED", "TERMINATED"})
_MOST = 2**31 - 1
_MESH = SYSTEMS["R5"][MESH]
_LEVELS = ("primary_outcomes", "secondary_outcomes", "other_outcomes", "unleveled_outcomes")


def designs(making: Making) -> list[Json]:
    """Return one CodeableConcept per design value, with the registry's code.

    If SEVCO (Scientific Evidence Code System) has a code with the same meaning, it is added.
    """
    design = making.trial.design
    info = design.design_info
    masking = info.masking_info if info else None
    words: list[tuple[str, str | None]] = [("StudyType", design.study_type)]
    if info:
        words += [
            ("DesignAllocation", info.allocation),
            ("InterventionalAssignment", info.intervention_model),
            ("ObservationalModel", info.observational_model),
            ("DesignTimePerspective", info.time_perspective),
        ]
    if masking:
        words += [("DesignMasking", masking.masking), *(("WhoMasked", who) for who in masking.who_masked)]
    if design.bio_spec:
        words.append(("BioSpecRetention", design.bio_spec.retention))
    words.append(("SamplingMethod", making.trial.eligibility.sampling_method))
    return [_design(enum, word) for enum, word in words if word]


_DESIGN_TEXTS = {
    "DesignAllocation": "Allocation", "DesignMasking": "Masking", "WhoMasked": "Masked", "BioSpecRetention": "Biospecimens",
    "SamplingMethod": "Sampling", "DesignTimePerspective": "Time perspective", "ObservationalModel": "Observational model",
    "InterventionalAssignment": "Intervention model", "StudyType": "Study type",
}  # fmt: skip


def _design(enum: str, word: str) -> Json:
    code = codes.DESIGNS.get((enum, word))
    return concept(
        f"{_DESIGN_TEXTS[enum]}: {codes.title(word)}",
        coding(_SEVCO, code) if code else None,
        registry_coding(enum, word),
    )


def phase(making: Making) -> Json:
    """Return all phases as one CodeableConcept. The order of phases in the source ("Phase 3 / Phase 2") is ignored."""
    order = list(codes.PHASE_TITLES)
    phases = tuple(sorted(making.trial.design.phases, key=order.index))
    if not phases:
        return {}
    code = codes.PHASES.get(phases)
    system = codes.research_study_system("phase", making.version)
    return concept(
        "/".join(codes.PHASE_TITLES[one] for one in phases),
        coding(system, code) if code else None,
        *(registry_coding("Phase", one) for one in phases),
    )


def purpose(making: Making) -> Json:
    """Return the primary purpose of the study as a CodeableConcept."""
    info = making.trial.design.design_info
    word = info.primary_purpose if info else None
    if word is None:
        return {}
    code = codes.PURPOSES.get(word)
    system = codes.research_study_system("prim-purp-type", making.version)
    return concept(
        code.display if code else codes.title(word),
        coding(system, code) if code else None,
        registry_coding("PrimaryPurpose", word),
    )


def enrollment(making: Making) -> Json:
    """Return the elements for the number of participants, actual or planned.

    If the record does not say which, the status decides: the number of a finished study is actual, any other number is
    planned. A classifier then says that the type is not stated.
    """
    info = making.trial.design.enrollment_info
    if info is None or info.count is None or not countable(info.count):
        return {}
    finished = making.trial.status.overall_status in _COMPLETE
    actual = info.type == "ACTUAL" or (info.type is None and finished)
    return {"actualNumber" if actual else "targetNumber": info.count}


def countable(count: int) -> bool:
    """Return whether a number is a valid FHIR unsignedInt. Any other number is written as text, in a classifier."""
    return 0 <= count <= _MOST


class Mesh:
    """Adds MeSH codes to the conditions or to the interventions of a study.

    The registry gives MeSH terms for a study. If the text of a condition equals a term, the text gets the code of the
    term. The terms that equal no text become keywords. If the id of a term is malformed, the id is written as text.
    """

    def __init__(self, terms: Iterable[MeshTerm]) -> None:
        self._terms = [(term, _mesh(term)) for term in terms if term.id or term.term]
        self._used: set[int] = set()

    def codings(self, words: str | None) -> list[Json]:
        """Return the Codings of all MeSH terms that equal this text, ignoring case."""
        if words is None:
            return []
        folded = words.casefold()
        found = {
            index: coded
            for index, (term, coded) in enumerate(self._terms)
            if coded and (term.term or "").casefold() == folded
        }
        self._used.update(found)
        return list(found.values())

    def rest(self) -> list[Json]:
        """Return the MeSH terms that equal no text, as keywords.

        The registry derived these terms, so they are not conditions.
        """
        return [
            concept(None, coded) if coded else concept(_in_words(term))
            for index, (term, coded) in enumerate(self._terms)
            if index not in self._used
        ]


def _mesh(term: MeshTerm) -> Json | None:
    """The coding of a term; None if its id has an invalid form."""
    code = line(term.id) or ""
    return present(system=MESH, code=code, display=line(term.term)) if _MESH.has(code) else None


def _in_words(term: MeshTerm) -> str:
    return ", ".join(filter(None, (line(term.term), line(f"MeSH id {term.id}") if term.id else None)))


def subjects(making: Making) -> Json:
    """Return the elements `condition`, `focus` (interventions) and `keyword`. MeSH codes are added (see Mesh)."""
    trial = making.trial
    condition_mesh = Mesh(_meshes(trial.derived.condition_browse_module))
    intervention_mesh = Mesh(_meshes(trial.derived.intervention_browse_module))
    meddra = _meddra(making)
    conditions = [
        found
        for words in map(line, trial.conditions.conditions)
        if (
            found := concept(
                words, *condition_mesh.codings(words), *(one for one in meddra if one.get("display") == words)
            )
        )
    ]
    conditions += [concept(None, one) for one in meddra if "display" not in one]
    focus = [
        found
        for one in trial.arms_interventions.interventions
        if (found := _intervention(one, intervention_mesh.codings(line(one.name))))
    ]
    keywords = [
        found
        for words in map(line, trial.conditions.keywords)
        if (found := concept(words, *condition_mesh.codings(words), *intervention_mesh.codings(words)))
    ]
    return {
        "focus": focus,
        "condition": conditions,
        "keyword": keywords + condition_mesh.rest() + intervention_mesh.rest(),
    }


def _meddra(making: Making) -> list[Json]:
    """The MedDRA codings from ECLAIRE. Its reader put their displays among the conditions."""
    found = (making.trial.conditions.model_extra or {}).get("medDra", ())
    return [present(system=MEDDRA, code=one["code"], display=line(one.get("display"))) for one in found]


def _meshes(browse: Any) -> Sequence[MeshTerm]:
    return browse.meshes if browse else ()


def _intervention(one: Intervention, mesh: list[Json]) -> Json:
    return concept(line(one.name), registry_coding("InterventionType", one.type) if one.type else None, *mesh)


def arm_ids(arms: Sequence[Arm]) -> list[str]:
    """Return one id per arm, made from the label of the arm or, if it has no label, from its description."""
    names = Names()
    return [names.unique("arm-" + digest([line(arm.label) or line(arm.description)], 8)) for arm in arms]


def comparison_groups(making: Making) -> list[Json]:
    """Return the arms (cohorts in an observational study).

    FHIR requires a name, so the name of an arm without a label is a fixed text.
    """
    arms = making.trial.arms_interventions.arm_groups
    return [
        present(
            linkId=link_id, name=line(arm.label) or "(no label)", type=_arm_type(arm), description=text(arm.description)
        )
        for arm, link_id in zip(arms, arm_ids(arms), strict=True)
    ]


def _arm_type(arm: Arm) -> Json:
    if arm.type is None:
        return {}
    code = codes.ARM_TYPES[arm.type]
    return concept(
        code.display, coding(HL7 + "research-study-arm-type", code), registry_coding("ArmGroupType", arm.type)
    )


def outcomes(making: Making) -> list[Json]:
    """Return the outcome measures with level and time frame. If the source gives no level, `type` is left out."""
    found = []
    for level in _LEVELS:
        code = codes.OBJECTIVES.get(level)
        system = codes.research_study_system("objective-type", making.version)
        kind = [concept(code.display, coding(system, code))] if code else []
        found += [
            outcome
            for one in getattr(making.trial.outcomes, level)
            if (outcome := present(name=line(one.measure), type=kind, description=_described(one)))
        ]
    return found


def _described(outcome: Outcome) -> str | None:
    frame = text(outcome.time_frame)
    return "\n\n".join(filter(None, (text(outcome.description), f"Time frame: {frame}" if frame else None))) or None
