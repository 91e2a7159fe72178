"""Criteria that are one known idea and nothing else: pregnancy, breastfeeding, consent, the record's own conditions.

Each row of the table was reviewed: its codes are of MeSH (descriptors Pregnancy, Breast Feeding, Informed Consent), LOINC
(check digits hold) and ECLAIRE (`eclaire-study-population-code-system`, 0.3.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.trial import MeshTerm

LOINC = "http://loinc.org"
MESH = "https://www.nlm.nih.gov/mesh"
ECLAIRE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/CodeSystem/"
KIND = f"{ECLAIRE}eclaire-group-characteristic-kind-code-system"
POPULATION = f"{ECLAIRE}eclaire-study-population-code-system"


@dataclass(frozen=True, slots=True)
class Coding:
    """One coding: system, code, display."""

    system: str
    code: str
    display: str

    def to_json(self) -> dict[str, str]:
        """The coding as FHIR writes it."""
        return {"system": self.system, "code": self.code, "display": self.display}


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea: what it is an answer to (`question`), ECLAIRE's kind of it, and the answer itself."""

    name: str
    question: str
    question_codings: tuple[Coding, ...]
    kind: str
    answers: tuple[Coding, ...]
    phrases: frozenset[str]


def _phrases(words: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in words.split("|"))


_PREGNANCY_STATUS = (Coding(LOINC, "82810-3", "Pregnancy status"),)
CONCEPTS: tuple[Concept, ...] = (
    Concept(
        "pregnant", "Pregnancy status", _PREGNANCY_STATUS, "grp-studypop",
        (Coding(MESH, "D011247", "Pregnancy"), Coding(POPULATION, "pregnant", "Pregnant women (Femmes enceintes)")),
        _phrases("pregnant|pregnancy|currently pregnant|is pregnant|are pregnant|pregnant woman|pregnant women|pregnant female|pregnant females|current pregnancy|known pregnancy|gravid|gravidity|being pregnant|pregnant patients|pregnant subjects"),
    ),
    Concept(
        "breastfeeding", "Breastfeeding", (), "grp-studypop",
        (Coding(MESH, "D001942", "Breast Feeding"), Coding(POPULATION, "nursing", "Nursing women (Femmes allaitant)")),
        _phrases("breastfeeding|breast feeding|breast-feeding|lactating|lactation|nursing|breastfeeding women|breast-feeding women|breast feeding women|lactating women|nursing women|nursing mothers|breastfeeding mothers|lactating mothers|lactating females|nursing females|breastfeeding females|breast-feeding females|currently breastfeeding|currently lactating|currently nursing|breast feeding mothers|breast-feeding mothers"),
    ),
    Concept(
        "informed consent", "Informed consent given", (), "grp-other",
        (Coding(MESH, "D007258", "Informed Consent"),),
        _phrases("informed consent|written informed consent|signed informed consent|signed written informed consent|written and signed informed consent|signed and dated informed consent|signed and dated written informed consent|provision of informed consent|provision of written informed consent|provided informed consent|provided written informed consent|informed consent signed|signed informed consent form|written informed consent provided|written informed consent obtained|informed consent obtained|signed consent|written consent|consent|signed consent form"),
    ),
)  # fmt: skip
_BY_PHRASE = {phrase: concept for concept in CONCEPTS for phrase in concept.phrases}
_SUBJECTS = re.compile(
    r"(?:(?:any |all |known |female |women |adult )*(?:patients?|subjects?|participants?|women|woman|females?|individuals?|persons?|those|volunteers?|candidates?)"
    r"(?: (?:who|that))?(?: (?:is|are|were|currently))*|(?:is|are|being)|(?:if|when) (?:you are|she is)) "
)  # fmt: skip
_NEGATED = re.compile(r"(?:not|no|non|absence of|without)[ -](?:currently )?")
_DIAGNOSED = re.compile(r"(?:(?:patients?|subjects?|participants?|individuals?|persons?|adults?|men|women)(?: (?:with|who have|having|diagnosed with|with a diagnosis of))? |(?:a |confirmed |established |clinical |documented |known )*(?:diagnosis of|diagnosed with)(?: an?)? )+")  # fmt: skip
_EDGE = " .;,:*"
NINE_DIGITS = 9
LAST_OF_SIX_DIGITS = 66448


def concepts_in(folded: str) -> tuple[tuple[Concept, ...], bool] | None:
    """The concepts that a whole folded line names and whether it denies them, or None where it says anything else.

    Several concepts are alternatives ("pregnant or breastfeeding"); "and" between them is not certain to be one.
    """
    line = " ".join(folded.strip(_EDGE).split())
    if len(line) > 120:
        return None
    denied = (match := _NEGATED.match(line)) is not None
    if match:
        line = line[match.end() :]
    if subject := _SUBJECTS.match(line):
        line = line[subject.end() :] if line not in _BY_PHRASE else line
    found = []
    for part in re.split(r"\s?/\s?|,? or |, ", line):
        concept = _BY_PHRASE.get(part.strip(_EDGE)) or _BY_PHRASE.get(f"{part.strip(_EDGE)} women")
        if concept is None:
            return None
        found.append(concept)
    return (tuple(dict.fromkeys(found)), denied) if found else None


def _unpadded(mesh_id: str) -> str:
    """MeSH's own form of an id: the registry pads six-digit numbers to nine ("D000020018" is D020018).

    MeSH itself gives nine digits only to numbers above 066448, when its six-digit range was closed.
    """
    number = mesh_id[1:]
    padded = len(number) == NINE_DIGITS and number.isdecimal() and int(number) <= LAST_OF_SIX_DIGITS
    return f"{mesh_id[0]}{int(number):06d}" if padded else mesh_id


class Conditions:
    """The record's own MeSH terms, found where a whole criterion is one of them."""

    def __init__(self, meshes: Iterable[MeshTerm]) -> None:
        self._terms: dict[str, Coding] = {}
        for mesh in meshes:
            if not mesh.id or not mesh.term:
                continue
            coding = Coding(MESH, _unpadded(mesh.id), mesh.term)
            self._terms.setdefault(mesh.term.casefold(), coding)
            self._terms.setdefault(" ".join(reversed(mesh.term.casefold().split(", "))), coding)

    def named_by(self, folded: str) -> Coding | None:
        """The condition that a whole folded line names ("Diagnosis of asthma."), or None."""
        line = " ".join(folded.strip(_EDGE).split())
        if subject := _DIAGNOSED.match(line):
            line = line[subject.end() :]
        return self._terms.get(line)
