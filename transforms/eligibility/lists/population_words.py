"""Finds the population that a heading names: the part of the participants that its criteria apply to ("Cohort A")."""

from __future__ import annotations

import re

from trialwire.transforms.eligibility.lists import heading_words

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
"""A word or a number of a folded line (lower case, without accents)."""
POPULATION = re.compile(
    r"\b(?:healthy(?: adult| elderly| male| female| normal)?(?: (?:volunteers?|subjects?|controls?|participants?|persons?|individuals?|donors?|people|adults|women|men|children|matched controls))?"
    r"|(?:normal |matched |adult )?controls?(?: (?:group|subjects?|participants?|patients?|arm|cohort))?|partners?|caregivers?|carers?|(?:[a-z]+ )?donors?|recipients?|spouses?|wives|siblings?|(?:both )?parents?|(?:biological )?mothers?"
    r"|fathers?|infants?|newborns?|neonates?|family members?|relatives?|clinicians?|physicians?|providers?|nurses?|staff|teachers?|students?|informants?|study partners?|children|adolescents?|adults|women|men|boys|girls"
    r"|(?:study )?(?:group|cohort|arm|part|phase|stage|stratum|strata|sub-?study|population|step|period|module|aim|track|stream) [a-z0-9]{1,3}\b(?: ?(?:/|and|&|,|-) ?(?:(?:group|cohort|arm|part|phase) )?[a-z0-9]{1,3}\b)*"
    r"|(?:patients|subjects|participants|individuals|volunteers|persons|people|women|men|those) (?:with|without|in|undergoing|receiving|who|on|from|aged|having) [^:()]{2,90}"
    r"|(?:(?:[a-z0-9/'-]+|\([a-z0-9 ]{1,8}\)) ){1,6}(?:patients|subjects|participants|volunteers|individuals|persons|cohorts?|groups?|arms?|controls)(?: only)?(?! [a-z0-9]{1,3}\b)"
    r"|(?:phase|part|cohort|arm|group)s? [a-z0-9]{1,3}[^:()]{0,60}|mild[^:()]{0,70})"
)  # fmt: skip

_DECIDES = re.compile(
    r"\b(?:cannot|can|may|must|should|shall|will|would|could|ought|needs?|never|(?:un|not )suitable|(?:in|non-?|not )eligible|unfit|unable to (?:join|participate|take)"
    r"|reject\w*|refus\w*|exclud\w*|contra-?indicat\w*|prohibit\w*|forbidden|disallow\w*|barred|banned|eliminat\w*|disqualif\w*|turned away|stay away|allowed|permitted|accept(?:ed|able)|welcome)\b"
)
"""Words that decide who may take part: a sub-heading with one of them opens a section and names no population."""
_PART = re.compile(r"(?:study )?(?:group|cohort|arm|part|phase|stage|stratum|step|period) [a-z0-9]{1,3}")
_ANOTHER_PART = re.compile(r"\b(?:and|or)\s|&|,|/")
_BEFORE = re.compile(
    r"(?:(?:the|all|for|key|main|additional|other|common|general|specific|of|each|in|both|and|to|-)\s)"
)


def named_by(line: str) -> tuple[int, int] | None:
    """Return the span of the population's name in a sub-heading ("Healthy volunteers:", "Cohort A"), or None."""
    end = len(line.rstrip(" :.*_-"))
    span = find(line, 0, end)
    if span is not None and _PART.fullmatch(line, *span) and _ANOTHER_PART.search(line, span[1], end):
        return span[0], end  # "Part A (dose finding) and B (expansion):" names both parts
    return span


def find(line: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of the first population between `start` and `end` of a folded heading line, or None."""
    position = start
    while position < end and line[position] in " :-(":
        position += 1
    while (first := _BEFORE.match(line, position, end)) is not None:
        position = first.end()
    while (match := POPULATION.search(line, position, end)) is not None:
        words = WORD.findall(match.group())
        if any(word not in heading_words.NOBODY for word in words) and not _DECIDES.search(match.group()):
            begin, stop = match.span()
            while (first := _BEFORE.match(line, begin, stop)) is not None:
                begin = first.end()
            while stop > begin and line[stop - 1] in " .,-*_":
                stop -= 1
            return (begin, stop) if stop > begin else None
        after = line.find(" ", match.start())
        position = after + 1 if match.start() < after < match.end() else match.end()
    return None
