"""Sets the flags `exception`, `partial`, `judgement` and `cross-reference` of a criterion.

These flags mark a criterion whose bounds (limits of a variable) and windows (times before or after an event) do not
state everything. A bound or a window consumes the words from which it was read. `partial` is set on a criterion with
bounds or windows if other words are left: no bound and no window consumes them, and they are not in the short list of
filler words ("the", "patients"). A criterion with `partial` never gets a structured value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.eligibility.bounds.bounds import Stated as Bounded
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.windows.windows import Stated as Timed

_EXCEPTION = re.compile(
    r"\b(?:except(?:ing|ion|ions|ed)?|unless|other than|apart from|aside from|excluding|exclusive of|with the exclusion of|but not|however|save for|besides|provided that|barring|outside of|not including|otherwise than|if not)\b"
)
_JUDGEMENT = re.compile(
    r"\b(?:(?:opinion|judge?ments?|discretion|view|assessment|evaluation|determination|decision|estimation) of (?:the |an? |his |their )?(?:\w+ ){0,2}(?:investigators?|physicians?|clinicians?|doctors?|sponsor|pi|researchers?|surgeons?|monitor)"
    r"|(?:investigators?|physicians?|clinicians?|doctors?|sponsor|pi|researchers?|surgeons?|monitor)(?:'s|s'|')? (?:\w+ )?(?:opinion|judge?ment|discretion|view|assessment|determination|decision|estimation)"
    r"|(?:as |if )?(?:judged|determined|deemed|considered|assessed|decided|felt|believed|evaluated) (?:\w+ ){0,3}?by (?:the |an? )?(?:\w+ ){0,2}(?:investigators?|physicians?|clinicians?|doctors?|sponsor|pi|researchers?|surgeons?)"
    r"|(?:investigators?|physicians?|pi) (?:believes?|considers?|deems?|judges?|feels?|determines?)|medical judge?ment|clinical judge?ment)\b"
)
_WHO_JUDGES = (
    "investigator",
    "physician",
    "clinician",
    "doctor",
    "sponsor",
    "pi",
    "researcher",
    "surgeon",
    "monitor",
    "judg",
)
"""One of these stands in every judgement: looking for them first is quick."""
_CROSS_REFERENCE = re.compile(
    r"\b(?:(?:inclusion|exclusion|eligibility) (?:criterion|criteria) (?:no\.? |number |#\s?)?\d|criterion (?:no\.? |number |#\s?)?\d|see (?:also )?(?:the )?(?:section|appendix|criteri\w+|inclusion|exclusion|table|above|below|protocol|note)"
    r"|(?:listed|described|defined|specified|mentioned|noted|stated|outlined) (?:above|below|in (?:the )?(?:section|appendix|protocol|table|inclusion|exclusion))|section \d|appendix \w|as (?:above|below)|(?:above|previous|preceding) (?:criteri\w+|conditions?))\b"
)
FLAGS: dict[str, str] = {
    "exception": "An exception word stands in the criterion (except, unless, other than): it is never structured.",
    "partial": "The criterion states more than its bounds and windows: these are certain, but incomplete.",
    "judgement": "A person decides: the judgement or discretion of the investigator.",
    "cross-reference": "The criterion points to another one, a section, an appendix or a table.",
}
"""This module's rows of the table of flags, each with its meaning."""
_WEIGHTLESS = words(
    """patient patients subject subjects participant participants adult adults individual individuals person persons people
    volunteer volunteers candidate candidates must be have has having had is are was were being been with who whose whom a
    an the of at in for on by to and or should shall will level levels value values count counts score scores serum plasma
    blood total measured documented absolute class grade time screening baseline study trial entry enrollment enrolment
    inclusion consent randomization randomisation visit inclusive included either between from as defined estimated
    calculated least minimum maximum age aged ages old years year any his her their this that range ranging group when
    signing informed participation start beginning date day first performance status both sexes sex gender genders
    concentration equal than above below i e index result results"""
)
_SEXES = words("male males female females men women man woman boys girls")
_JOINED_BY = frozenset(("or", "and", "/", "&"))


def flags(folded: str, tokens: Sequence[Token], bounded: Sequence[Bounded], timed: Sequence[Timed]) -> list[str]:
    """Return the flags of a criterion, in the order of the table FLAGS.

    `folded` is the criterion's text and `tokens` are its tokens; `bounded` are its bounds and `timed` its windows.
    """
    found = ["exception"] if _EXCEPTION.search(folded) else []
    if (bounded or timed) and leftover(tokens, bounded, timed):
        found.append("partial")
    if any(who in folded for who in _WHO_JUDGES) and _JUDGEMENT.search(folded):
        found.append("judgement")
    if _CROSS_REFERENCE.search(folded):
        found.append("cross-reference")
    return found


def leftover(tokens: Sequence[Token], bounded: Sequence[Bounded], timed: Sequence[Timed]) -> list[Token]:
    """Return the words and numbers that no bound and no window consumes, without filler words.

    An empty list means that the bounds and windows consume the whole criterion. The names of both sexes together
    ("men or women") are filler words too.
    """
    taken: set[int] = set()
    for one in bounded:
        taken.update(range(one.quantity.first, one.quantity.last))
        if one.mention is not None:
            taken.update(range(*one.mention))
    for index in range(1, len(tokens) - 1):
        around = (tokens[index - 1].text, tokens[index + 1].text)
        if tokens[index].text in _JOINED_BY and all(text in _SEXES for text in around):
            taken.update((index - 1, index + 1))
    spans = iter(sorted((window.first, window.last) for window in timed))
    following = next(spans, None)
    reach = -1
    left = []
    for index, token in enumerate(tokens):
        while following is not None and following[0] <= token.start:
            reach = max(reach, following[1])
            following = next(spans, None)
        weightless = token.kind == "sign" or token.text in _WEIGHTLESS
        if not weightless and index not in taken and token.start >= reach:
            left.append(token)
    return left
