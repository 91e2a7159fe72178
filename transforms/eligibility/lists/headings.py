"""Finds headings and their meaning: inclusion or exclusion, the population, or the end of the eligibility part.

A heading follows one of two grammars, or it is a phrase of heading_phrases.py. A noun heading has the word "inclusion",
"exclusion" or "non-inclusion" (also misspelt, French, Spanish, German) and beside it only known words and a
population. A sentence heading ("Patients who meet any of the following will be excluded:") has only words of a closed
vocabulary, so a criterion that names its subject is never a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from trialwire.transforms.eligibility.lists import heading_phrases, heading_words, lead_in, population_words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Label

Kind = Literal["section", "leave"]
MAX_HEADING = 220


@dataclass(frozen=True, slots=True)
class Heading:
    """The meaning of a heading.

    `kind` is "section" (a new section begins) or "leave" (the eligibility part of the text ends).
    `end` is the position in the line at which the heading ends; the rest of the line is a separate criterion.
    `population` is the span of the population's name in the line, or None if the heading names no population.
    `generic`: the heading is a sentence heading.
    `certain`: the heading's words ("excluded", "eligible") are clear enough to change a section that a noun heading
    opened.
    `mixed`: the heading names both sections ("Inclusion and exclusion criteria"), so each criterion after the heading
    may belong to either section.
    """

    kind: Kind
    label: Label | None
    end: int
    population: tuple[int, int] | None = None
    generic: bool = False
    certain: bool = True
    mixed: bool = False


_TAG = r"</?[a-z][a-z0-9]{0,9}\s?/?>"
_TAGS = re.compile(rf"(?:\s?{_TAG}|\s?[*_]{{1,3}}(?=\s))+")
_OPENING = re.compile(rf"(?:{_TAG}|[*_#=~|\s])+")
_CLOSING = re.compile(rf"(?:{_TAG}|[*_#=~|\s])+$")
LONGEST_DECORATION = 40
_STOP = re.compile(r"(?<=[a-z)]{2})\.\s+(?=[a-z0-9<>≥≤(])")
SHORTEST = 12
"""Characters of the shortest section heading: an earlier full stop belongs to an abbreviation ("Excl. criteria")."""
SHORT = 30
"""In a line up to this length a semicolon may be a mistyped colon of a heading."""
_EXCLUSION = r"(?:non?[\s-]{0,2}inclu\w{3,6}|exclu(?:s|ss|z|t)?i?o?ns?(?:ary)?|e[xc]{1,3}[cl]{1,3}u?[sz]{0,2}i?o?i?ns?\b|exclu(?:ison|sionary|cion)|exclsuions?|exculsions?|ecxlusions?|ineligibility|ausschluss|disqualif\w{3,8})"
_INCLUSION = r"(?:inclu(?:s|ss|z|t)?i?o?ns?|in[cl]{1,3}u?[sz]{0,2}i?o?i?ns?\b|inculsions?|inclison|inclsuions?|inclucion|eligibility|elegibility|eligibilty|selection|entry|enrol+ment|einschluss|admission)"
_CRITERIA = r"(?:c(?:ri?t[aeio]{1,2}r[aioe]{1,3}|riteri[ao]{0,2}|rtieria|irteria|ritreria|itirea|riiteria|riter[ia]{0,2}|iteria|ritieria)[nsr]?|kriterien|requirements?|factors?|conditions?|considerations?)"
_TERM = re.compile(
    rf"(?:(?P<both>{_INCLUSION}\s?(?:/|and|&|or|-)\s?(?:and\s)?{_EXCLUSION}|{_EXCLUSION}\s?(?:/|and|&|or)\s?{_INCLUSION})"
    rf"|(?P<ex>\b{_EXCLUSION})|(?P<inc>\b{_INCLUSION}))"
    rf"(?:\s?-?(?P<crit>{_CRITERIA})\b)?|\b(?P<fcrit>criteres?|criterios?|criteri)\s(?:de\s|d'\s?|di\s|da\s|do\s)?(?:la\s|l')?"
    rf"(?:(?P<fex>non[\s-]{{0,2}}\w*inclu\w+|exclu\w+|esclusione)|(?P<finc>inclu\w+|eligib\w+|selection|seleccion))"
)  # fmt: skip
_CRITERIA_FOR = re.compile(rf"\b{_CRITERIA}\s(?:for|of)\s(?:(?:the|study|patient|subject)\s)*$")
_LEAVE = re.compile(
    r"(?:(?:patient |subject |participant |study |early )?(?:withdrawal|drop-?\s?out|discontinuation|termination|removal|stopping|rescue)s? (?:criteria|criterion|rules|of)"
    r"|criteria for (?:withdrawal|discontinuation|drop-?out|removal|termination|stopping)"
    r"|(?:trial|study) design|primary purpose|sampling method|study population|data sourced from|trial contacts? and locations?"
    r"|central trial contact|primary outcomes?|secondary outcomes?|outcome measures?|exit criteria|randomi[sz]ation criteria for dose)\b"
)  # fmt: skip
_EMPTY = re.compile(r"(?:(?:there (?:are|is|were) )?(?:none|no)(?: (?:specific|special|specified|particular|additional|other|further|known|formal|planned))?(?: (?:exclusions?|inclusions?|in|ex)?(?: ?criteria| ?criterion)?)?(?: (?:exist|apply|applied|is|are|were)?(?: ?(?:specified|planned|defined|listed|stated|applicable))?)?|n\s?/?\.?\s?a\.?|nil|none|not? (?:applicable|specified|provided|stated|available)|not? exclusion|(?:this|the) (?:study|trial) has no (?:in|ex)clusion criteria|aucune?|keine|null|-+|see (?:above|below|disease characteristics|inclusion criteria|exclusion criteria|patient characteristics))\W*")  # fmt: skip
_CERTAIN = {
    "exclusion": re.compile(
        r"exclu(?:d|s)|eligib|\bnot (?:be )?(?:included|enrol|admitted|recruited|selected|entered)|non-?inclu|disqualif"
    ),
    "inclusion": re.compile(r"\binclusion|eligib|\bmust meet\b|\b(?:will|can|to) be (?:included|enrol)"),
}
_PERMITS = re.compile(r"\b(?:may be|may have|allowed|permitted|are not excluded|acceptable)\b")
_PLAIN = re.compile(
    r"(?:(?:patients?|subjects?|participants?|criteria) )?(?:(?P<ex>exclude[sd]?|not eligible|ineligible|non-?eligible)|(?P<inc>include[sd]?|eligible))(?: (?:patients?|subjects?|participants?|if))?\s?(?::|$)"
)
_SENTENCE_CUE = re.compile(
    r"\b(?:follow\w*|below|criteria|criterion|conditions?|requirements?|characteristics|if|any of|all of|these|the answers?)\b"
)
_EXCLUDE_CUE = re.compile(r"exclu(?:d|s)|\bnot (?:be )?(?:eligible|included|enrol|admitted|participate|allowed|permitted|accepted|considered|recruited|selected|qualif|to be|suitable|entered)|\bineligib|\bmay not\b|\bcannot\b|\bwill not\b|disqualif|must not\b|should not\b|shall not\b|prohibited|rejected|non-?inclu|are not eligible|not include")  # fmt: skip
_INCLUDE_CUE = re.compile(
    r"\binclu|eligib|\bmust\b|\bfulfil|\bmeet|\bmet\b|\bsatisf|qualif|enrol|enter|admi|participat|take part|\bjoin|recruited|selected|are required|shall|should|need|answers?"
)

_PREDICATE = re.compile(r"(?:includes?|included|are|were|is|was|as)\b")


@lru_cache(maxsize=4096)
def section_heading(line: str, *, marked: bool) -> Heading | None:
    """Return the heading at the start of a folded line, or None. A full stop ends the heading.

    `marked` means that the line has a list marker.
    """
    heading = _read(line, marked=marked)
    if heading is None or heading.generic or (stop := _STOP.search(line, SHORTEST, heading.end)) is None:
        return heading
    if stop.end() >= len(line) or section_heading(line[stop.end() :], marked=marked) is not None:
        return heading
    population = heading.population if heading.population and heading.population[1] <= stop.end() else None
    return replace(heading, end=stop.end(), population=population)


def _read(line: str, *, marked: bool) -> Heading | None:
    """The heading that a folded line is or begins with, or None.

    `marked` lines (list items) follow the same grammar; a sentence heading inside a list item must end
    in a colon or the word "following".
    """
    begin, end = _undecorated(line)
    if begin < end and (begin, end) != (0, len(line)):
        return _shifted(section_heading(line[begin:end], marked=marked), line, begin, end)
    stripped = line
    if len(stripped) > MAX_HEADING:
        return _leading(stripped)
    if _LEAVE.match(stripped) and len(population_words.WORD.findall(stripped)) <= 8:
        return Heading("leave", None, len(line))
    if empty(stripped):
        return None
    if (phrase := heading_phrases.label_of(stripped)) and (not marked or phrase[1] >= len(stripped)):
        return Heading("section", *phrase)
    if match := _PLAIN.match(stripped):
        return Heading("section", "exclusion" if match["ex"] else "inclusion", match.end())
    return (
        _noun_heading(stripped, len(line))
        or _sentence_heading(stripped, len(line), marked=marked)
        or _leading(stripped)
    )


def _undecorated(line: str) -> tuple[int, int]:
    """The span of a line inside its mark-up: "<b>Exclusion Criteria</b>", "__Exclusion__", "## Exclusion", "[Exclusion]"."""
    begin, end = 0, len(line)
    if match := _OPENING.match(line):
        begin = match.end()
    if match := _CLOSING.search(line, max(begin, end - LONGEST_DECORATION)):
        end = match.start()
    if line.endswith(";") and len(line) <= SHORT:
        end -= 1
    if line[begin:end].startswith("[") and line.endswith("]"):
        begin, end = begin + 1, end - 1
    return begin, end


def _shifted(heading: Heading | None, line: str, begin: int, end: int) -> Heading | None:
    """A heading found inside the mark-up of a line, with offsets in the whole line and with its closing tag."""
    if heading is None:
        return None
    span = heading.population and (heading.population[0] + begin, heading.population[1] + begin)
    stop = begin + heading.end
    closing = _TAGS.match(line, stop)
    return replace(heading, population=span, end=len(line) if stop >= end else closing.end() if closing else stop)


def empty(line: str) -> bool:
    """Whether a line only states that nothing is listed: "None", "N/A", "Not specified", "No exclusion criteria"."""
    return len(line) < 80 and _EMPTY.fullmatch(line.strip(" *_.:-;")) is not None


def _label(match: re.Match[str]) -> Label:
    return "exclusion" if match["ex"] or match["fex"] else "inclusion"


def _noun_heading(line: str, end: int) -> Heading | None:
    match = _TERM.search(line)
    if match is None:
        return None
    criteria = match["crit"] or match["fcrit"] or _CRITERIA_FOR.search(line[: match.start()])
    before, after = line[: match.start()], line[match.end() :]
    if match["inc"] and not criteria and not match["inc"].startswith("in"):
        return None
    colon = after.find(":")
    tail = after[: colon if colon >= 0 else len(after)]
    rest = after[colon + 1 :].strip(" *_.") if colon >= 0 else ""
    if not criteria and colon < 0 and (before.strip() or tail.strip(" .*_-")):
        return None
    if not _is_qualifier(before) or not _is_suffix(tail):
        return None
    head_end = end if not rest else match.end() + colon + 1
    if rest and (second := _TERM.match(rest)) and not rest[second.end() :].strip(" :.*"):
        match, head_end = second, end
    population = population_words.find(line, 0, match.start()) or population_words.find(
        line, match.end(), match.end() + len(tail)
    )
    return Heading("section", _label(match), head_end, population, mixed=match["both"] is not None)


def _is_qualifier(words: str) -> bool:
    """Whether the words before the term are known words or a population, and not a part of a sentence."""
    words = words.strip(' :-*_#(["')
    if not words:
        return True
    unknown = [
        word
        for word in population_words.WORD.findall(words)
        if word not in heading_words.BESIDE_TERM and not word.isdigit()
    ]
    if not unknown:
        return len(words) < 60 and not re.search(r"\b(?:not|no|must|have|has|any|if|will|with)\b", words)
    if re.search(
        r"\b(?:not|meet\w*|met|does|do|who|whose|having|must|have|has|is|are|any|if|per|according|no|the|failure|violat\w+|fulfil\w*|other than|see|satisf\w*|within|as)\b",
        words,
    ):
        return False
    return (
        len(population_words.WORD.findall(words)) <= 8 and "." not in words and ";" not in words and ("," not in words)
    )


def _is_suffix(words: str) -> bool:
    words = words.strip(" -*_.#)")
    if not words:
        return True
    if population_words.POPULATION.fullmatch(words):
        return True
    if words[0] in "([":
        return len(words) < 110 and not re.search(r"\d\s?(?:mg|years)", words)
    if (
        re.match(
            r"(?:for|of|in|at|to|-|/|include|includes|are|were|is|as|regarding|concerning|by|,|list|\(|part|phase|cohort|group|arm|visit|and|only|patients|subjects|participants|healthy|controls?|related|specific|on|-)\b",
            words,
        )
        is None
    ):
        return False
    if re.search(r"\b(?:met|apply|applies|not met|who do not|may be|will be|should|must|been)\b", words):
        return False
    found = population_words.WORD.findall(words)
    if _PREDICATE.match(words):
        return all(word in heading_words.BESIDE_TERM for word in found)
    return len(found) <= 14


def _sentence_heading(line: str, end: int, *, marked: bool) -> Heading | None:
    closed = line.rstrip(" .*_")
    ends_open = closed.endswith((":", "following", "following criteria", "if", "-"))
    if not _SENTENCE_CUE.search(line) or (marked and not ends_open):
        return None
    body = closed.rstrip(":")
    if body.startswith("(") and body.endswith(")"):
        body = body[1:-1]
    colon = line.find(":")
    if 0 <= colon < len(body):
        prefix = line[:colon]
        if len(population_words.WORD.findall(prefix)) > 4:
            return None
        body = line[colon + 1 :]
    words = population_words.WORD.findall(re.sub(r"\([^)]{0,80}\)", " ", body))
    if len(words) < 4 or len(words) > 45:
        return None
    unknown = [word for word in words if word not in heading_words.SENTENCE and not word.isdigit()]
    if len(unknown) > (1 if ends_open and len(words) > 9 else 0):
        return None
    label: Label = "exclusion" if _EXCLUDE_CUE.search(body) else "inclusion"
    if label == "inclusion" and (_INCLUDE_CUE.search(body) is None or _PERMITS.search(body)):
        return None
    if (marked or label == "inclusion") and not heading_words.SOME.isdisjoint(words):
        return None
    if not lead_in.each_for_itself(body, label):
        return None
    whom = _SUBJECT.match(line)
    population = whom.span("whom") if whom else None
    return Heading("section", label, end, population, generic=True, certain=_CERTAIN[label].search(body) is not None)


_SUBJECT = re.compile(
    r"(?:the |all |for )*(?P<whom>(?:healthy )?(?:partners?|caregivers?|carers?|controls?|donors?|siblings?|parents?|relatives))\b"
)
"""The population of a sentence heading that is not about the patients."""
_LEADING = re.compile(
    rf"(?:[a-z-]{{2,16}} ){{0,2}}(?:(?P<ex>{_EXCLUSION})|(?P<inc>{_INCLUSION}))\s(?:{_CRITERIA})\s?(?:\([^)]{{0,40}}\)\s?)?(?:(?:includes?|are|were)\s?)?(?::|;(?=\s)|-(?=\s)|(?=[<>≤≥]|age[ds]?\b|\d{{1,3}}\s?(?:years?|yrs?|months?)\b))"
)
"""The heading before its first criterion: a colon or a dash ends it, or the first words of an age or a bound."""


def _leading(line: str) -> Heading | None:
    """A heading with its first criterion on the same line: "Inclusion Criteria: Adults with ..."."""
    match = _LEADING.match(line)
    if match is None or not _is_qualifier(line[: match.start("ex") if match["ex"] else match.start("inc")]):
        return None
    return Heading("section", "exclusion" if match["ex"] else "inclusion", match.end())


_FIRST_ITEM = r"\(?1\s?[.)]\s?[a-z(≥≤<>][^\n]{2,400}?(?<![\d.])\(?2\s?[.)]\s?[a-z(≥≤<>]"
"""The first items of a list in the line of its heading: they end the heading like a colon."""
INSIDE = re.compile(
    rf"\b(?:(?:key|main|major|general|other|additional|subject|patient) )?(?:{_EXCLUSION}|{_INCLUSION})(?:\s{_CRITERIA}\s?(?::|-(?=\s)|$|(?={_FIRST_ITEM}))|s?\s?:\s?(?={_FIRST_ITEM}))"
)
"""A possible section heading inside a line: it is one after the end of a sentence, or elsewhere if capitalised."""
