"""Finds the anchor of a time window: the event from which the time is counted, "surgery" in "6 months before surgery".

The words right after "before", "after", "of" … are read to the end of their phrase. The first row of the table that
matches these words gives the anchor: enrolment, screening, randomisation or first dose. If no row matches, the anchor
is `event:` and the words.
"""

from __future__ import annotations

import re

MAX_WORDS = 8
ANCHORS: tuple[tuple[str, str], ...] = (
    ("event", r"(?:last|final|previous|prior|end of|completion of|discontinu\w+ of|stopping|cessation|most recent)\b"),
    ("randomisation", r"(?:\w+ ){0,4}randomi[sz]\w+"),
    ("first dose", r"(?:\w+[ -]){0,3}(?:first|1st|initial) (?:\w+[ -]){0,4}(?:dos\w+|administration|injection|infusion|intake|treatment|drug|medication|therapy|application|vaccination|exposure|study (?:drug|treatment|medication|intervention|vaccin\w+))"),
    ("first dose", r"(?:(?!(?:and|or)\b|screening|visit|prior|before|enrol|randomi)\w+ ){0,5}(?:study|trial|investigational|protocol|experimental|test|assigned|allocated)[ -](?:specified )?(?:drug|medication|medicine|treatment|agent|product|therapy|intervention|vaccin\w+|medicinal product|dosing|infusion|injection)s?\b"),
    ("first dose", r"(?:\w+ ){0,3}(?:ip|imp|study medication|study drug) (?:administration|dos\w+|initiation)"),
    ("first dose", r"(?:the )?(?:start|initiation|beginning|commencement|onset|starting|initiating|beginning of|commencing|receiving|begin)(?: of)? (?:the )?(?:treatment|therapy|dosing|drug|protocol treatment|administration|medication|chemotherapy on study|intervention)\b"),
    ("first dose", r"(?:treatment|therapy|dosing|drug|medication) (?:start|initiation|commencement|administration|day 1|allocation)\b"),
    ("first dose", r"(?:the )?(?:day of )?(?:dosing|drug administration|dose administration|dose 1|administration of (?:the )?(?:first|study)\b|cycle 1\b|c1d1|cycle one|day -?[01]\b|study day -?[01]\b|period 1\b|first treatment)"),
    ("screening", r"(?:the |a |initial |first |1st |study |start of |time of |their |date of |day of |beginning of |baseline ?/ ?){0,4}(?:screening|pre-?screening|screen)\b"),
    ("screening", r"(?:the )?(?:visit 1|v1|visit one|first visit) \(?screening"),
    ("enrolment", r"(?:the |their |time of |date of |day of |start of |beginning of |planned |study |trial |patient |subject |protocol |initial |being |individual |moment of |point of |your |onto |to ){0,4}(?:enrol\w*|inclusion|registration|registering|recruitment|accrual|entry|entering|admission (?:in)?to (?:the )?(?:study|trial)|(?<=being )included|study\b(?! visit| drug)|joining|study start\w*|study (?:entry|enrol\w+|inclusion|participation|initiation|commencement|registration|admission|entrance|start|begin\w*)|inclusion visit|participation|participating|trial\b)"),
    ("enrolment", r"(?:the )?(?:start|beginning|initiation|commencement|onset|starting|entering|entry|beginning|entrance|commencing|initiating|joining|start date)(?: of| in| into| to| on)? (?:\w+ )?(?:the |this |our |present |current |clinical )*(?:study|trial|protocol|research|participation|project)\b"),
)  # fmt: skip
"""Anchors and the patterns of their words, in the order of the search. "event" ends the search."""

_TABLE = tuple((name, re.compile(pattern)) for name, pattern in ANCHORS)
_PHRASE = re.compile(r"[^.;:,()\[\]\n]{1,90}")
_ENDS = re.compile(
    r"\s(?:and|or|unless|except|that|which|with|without|are|is|will|if|who|but|for|were|was|have|has|must|should|may|can|in|by|as|due|requiring|because|per|other|does|do|than|using|until|when|provided|where|on which|would|excluding|including)\s"
)
_ARTICLE = re.compile(r"\s*(?:(?:and/or|and|or) (?:during|after|at|on) )?(?:(?:the|a|an|this|their|his|any)\s)?")
_WHOLE = re.compile(
    r"(?:study|trial|participation|participating)(?: participation)?$"
    r"|(?:study|trial|investigational|protocol|experimental) (?:treatment|therapy|drug|medication|agent|product|intervention)s?$"
)
_TREATED = re.compile(r"(?:treatment|therapy|dosing|administration)(?= (?:and|or|period|phase|start\w*|begins?)\b| *$)")
"""The trial's own treatment as an anchor ("before treatment")."""
_OVER = re.compile(
    r"(?:study|trial)(?:'s)? (?:is |was |has been )?(?:end\w*|complet\w+|conclu\w+|exit|clos\w+|finish\w*|terminat\w+|over)\b"
)
"""The end of a study ("after the study has ended"): an event, not the enrolment."""


def read(folded: str, position: int, limit: int, *, after: bool = False) -> tuple[str | None, int]:
    """Return the anchor whose words begin at `position`, and the position after these words.

    If no anchor begins there, the result is (None, `position`). `after` means that the words follow "after", because
    "after the study" means after the end of the study, not after the enrolment.
    """
    phrase = _PHRASE.match(folded, position, limit)
    if phrase is None:
        return None, position
    words = phrase.group()
    begin = _ARTICLE.match(words)
    offset = begin.end() if begin is not None else 0
    body = words[offset:]
    for name, pattern in _TABLE:
        match = pattern.match(body)
        if match is not None:
            ends = _OVER.match(body) or (after and _WHOLE.match(match.group()))
            if name == "event" or (name in ("enrolment", "first dose") and ends):
                break
            return name, position + offset + match.end()
    if not after and (treated := _TREATED.match(body)) is not None:
        return "first dose", position + offset + treated.end()
    stop = _ENDS.search(f" {body}")
    body = body[: max(0, stop.start() - 1)] if stop else body
    pieces = body.split()
    body = " ".join(pieces[:MAX_WORDS])
    if not any(piece[0].isalpha() for piece in pieces):
        return None, position
    return f"event:{body}", position + offset + _length(words[offset:], min(len(pieces), MAX_WORDS))


def _length(words: str, count: int) -> int:
    """The length in characters of the first `count` words of a string."""
    end = 0
    for number, match in enumerate(re.finditer(r"\S+", words), start=1):
        end = match.end()
        if number == count:
            break
    return end
