"""Finds criteria that consist only of known concepts, or of a condition that the trial's record names.

The known concepts are the rows of concept_table.py. A condition is a MeSH term of the trial's record.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import MESH, SYSTEMS
from trialwire.transforms.eligibility.group.concept_table import CONCEPTS, Coding, Concept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.schemas.trial import MeshTerm

_MESH = SYSTEMS["R5"][MESH]
_BY_PHRASE = {phrase: concept for concept in CONCEPTS for phrase in concept.phrases}
_WORDED = tuple((concept.pattern, concept) for concept in CONCEPTS if concept.pattern)
_SUBJECTS = re.compile(
    r"(?:(?:(?:any |all |the |an? )*(?:patients?|subjects?|participants?|individuals?|persons?|people|those|volunteers?|candidates?)"
    r"|who|that|(?:if|when) you are|must|should|is|are|be|being|has|have|having|to have|to be|with|an?|any|the|known|confirmed|documented|established|currently"
    r"|diagnosed with|diagnosis of|presence of) )+"
)  # fmt: skip
"""Words before a concept that do not change it: names of participants, "having", "known"."""
_WOMEN = re.compile(
    r"(?:(?:any |all |known |female |women |adult )*(?:patients?|subjects?|participants?|women|woman|females?|individuals?|volunteers?)"
    r"(?: (?:who|that))?(?: (?:is|are|were|currently))*|(?:if|when) she is) "
)  # fmt: skip
"""The same for concepts that concern only women; before other concepts "women with …" would limit the criterion."""
_MUST = re.compile(r"\b(?:must|should)\b")
_NEGATED = re.compile(r"(?:not|no|non|absence of|without)[ -](?:currently )?")
_HISTORY = r"(?:(?:past|prior|previous|medical|personal|positive) )*history of"
_PAST = rf"{_HISTORY}|prior|previous|past"
_NOW = r"current|active|ongoing|current active|currently active"
_TIMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("{}, current or past", re.compile(rf"(?:(?:{_NOW}|present) (?:or|and/or) (?:{_PAST}|history of)|(?:past|previous|prior|history|history of) (?:or|and/or) (?:{_NOW}|present|presence of|presence)(?: history)?(?: of)?|presence or history of) ")),
    ("{}, active or current", re.compile(rf"(?:{_NOW}) ")),
    ("{}, in the patient's history", re.compile(rf"{_HISTORY} ")),
    ("{}, in the past", re.compile(r"(?:prior|previous|past) ")),
)  # fmt: skip
"""The question with a time word: the time ("history of") is part of the question, not of the answer."""
_DIAGNOSED = re.compile(r"(?:(?:patients?|subjects?|participants?|individuals?|persons?|adults?|men|women)(?: (?:with|who have|having|diagnosed with|with a diagnosis of))? |(?:a |confirmed |established |clinical |documented |known )*(?:diagnosis of|diagnosed with)(?: an?)? )+")  # fmt: skip
_OR = re.compile(r"\s?/\s?|,? or |, ")
_EDGE = " .;,:*"
LONGEST = 120
NINE_DIGITS = 9
LAST_OF_SIX_DIGITS = 66448


def concepts_in(folded: str) -> tuple[tuple[Concept, ...], bool] | None:
    """Return the concepts that a folded line names, and whether the line denies them ("not pregnant").

    Several concepts are alternatives ("pregnant or breastfeeding"). The result is None if one of these is true:
    - The line has other words besides the concepts.
    - "and" stands between two concepts.
    - A time word may apply only to the first concept: "history of stroke or diabetes".
    - A concept has no answer in the table, and the line denies the concept or names several concepts.
    If the line has the word "must", the concepts get `to_include`: they are structured only in an inclusion.
    """
    line = " ".join(folded.strip(_EDGE).split())
    if len(line) > LONGEST:
        return None
    to_include = _MUST.search(line) is not None
    denied = False
    alone = _named(line)
    if alone is None and (match := _NEGATED.match(line)):
        denied, line = True, line[match.end() :]
        alone = _named(line)
    found = [alone] if alone else _several(line)
    if not found or len({_time(one) for one in found}) > 1:
        return None
    if (denied or len(found) > 1) and not all(one.answers or one.answer for one in found):
        return None
    concepts = dict.fromkeys(replace(one, to_include=one.to_include or to_include) for one in found)
    return tuple(concepts), denied


def _several(line: str) -> list[Concept]:
    """The concepts that a line gives a choice of; empty if the line contains anything else."""
    found: list[Concept] = []
    parts = _OR.split(line)
    for part in parts if len(parts) > 1 else ():
        concept = _named(part.strip(_EDGE))
        if concept is None:
            return []
        found.append(concept)
    return found


def _named(line: str) -> Concept | None:
    """The concept that a line without a denial names. Its question includes the line's time word."""
    rest = _without(_SUBJECTS, line)
    if concept := _listed(line) or (_listed(rest) if rest != line else None) or _BY_PHRASE.get(f"{rest} women"):
        return concept
    woman = _without(_WOMEN, line)
    if woman != line and (concept := _listed(woman)) and concept.of_women:
        return concept
    for question, pattern in _TIMES:
        if match := pattern.match(rest):
            concept = _BY_PHRASE.get(_without(_SUBJECTS, rest[match.end() :]))
            return replace(concept, question=question.format(concept.question)) if concept and concept.lasting else None
    return None


def _without(opening: re.Pattern[str], line: str) -> str:
    return line[match.end() :] if (match := opening.match(line)) else line


def _listed(words: str) -> Concept | None:
    if concept := _BY_PHRASE.get(words):
        return concept
    return next((concept for pattern, concept in _WORDED if pattern.fullmatch(words)), None)


def _time(concept: Concept) -> str:
    """The time word in a concept's question, or ""."""
    return concept.question.partition(", ")[2] if concept.lasting else ""


def mesh_id(printed: str) -> str:
    """Return the id as MeSH writes it, without the zeros that the registry adds: "D000020018" gives "D020018".

    The registry pads a number of six digits to nine digits. MeSH uses nine digits only for numbers above 066448, the
    last number with six digits.
    """
    number = printed[1:]
    padded = len(number) == NINE_DIGITS and number.isdecimal() and int(number) <= LAST_OF_SIX_DIGITS
    return f"{printed[0]}{int(number):06d}" if padded else printed


class Conditions:
    """The MeSH terms of one trial's record, to find a criterion that consists only of such a term."""

    def __init__(self, meshes: Iterable[MeshTerm]) -> None:
        self._terms: dict[str, Coding] = {}
        for mesh in meshes:
            if not mesh.term or not mesh.id or not _MESH.has(mesh.id):
                continue
            coding = Coding(MESH, mesh_id(mesh.id), mesh.term)
            self._terms.setdefault(mesh.term.casefold(), coding)
            self._terms.setdefault(" ".join(reversed(mesh.term.casefold().split(", "))), coding)

    def named_by(self, folded: str) -> Coding | None:
        """Return the MeSH coding of a condition if the line (in lower case) names only it ("diagnosis of asthma."), or None."""
        line = " ".join(folded.strip(_EDGE).split())
        if subject := _DIAGNOSED.match(line):
            line = line[subject.end() :]
        return self._terms.get(line)
