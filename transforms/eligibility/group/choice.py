"""Finds lists of criteria that are certainly a choice between their items.

A choice means: any item is enough, at least N items must hold, or the list excludes only if all items hold together.

Only explicit words make a choice: "any of", "at least two of", or an "or" between all items. These words stand in the
lead-in (the line before the list) or in the items. A list stays text if one of these is true:
- The end of the list is uncertain, or some of its items are joined by "and".
- The lead-in denies, permits or makes an exception.
- The list does not apply to every participant: it is a definition, a list only for women, men or "patients with X", or
  one of several branches.
- An item is required of every participant (an age, consent, organ function), so it is not an alternative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from trialwire.transforms.eligibility.quantity import numerals
from trialwire.transforms.eligibility.source_text import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.eligibility.model import Criterion

Method = Literal["any-of", "at-least", "all-of"]
_NUMBER = r"(\d|one|two|three|four|five|six)(?: ?\(\d\))?"
_OF = r" of (?:the |these |those )?(?:below|following|criteria|conditions|symptoms|signs|features|factors)\b"
_AT_LEAST = re.compile(rf"\b(?:(?:at least|a minimum of|minimum|≥|>=) ?)?{_NUMBER}(?P<more> or more)?{_OF}")
_ANY = re.compile(
    r"\b(?:any(?: one)?(?: or more)?(?: of)? (?:the |these |those )?following\b|any of\b|either\b(?: of| or)?(?: the following)?\W*(?:\([^)]*\)\W*)?$|(?:one|1) or more of\b|one of\b)"
)
_ALL = re.compile(r"\b(?:all(?: of)? (?:the |these |those )?(?:following|below|criteria)\b|both of (?:the |these )?following\b)")  # fmt: skip
_ALTERED = re.compile(
    r"\b(?:no|not|none|without|absence|free of|neither|never|nor|such as|e\.g|for example|includ\w+|more than|fewer|less than|only)\b[^,;:]*$"
)
_AND_EDGE = re.compile(r"^\W*and\b(?!\s?/\s?or)|(?<!/)(?<!/ )\band\W*$")
_VETOED_ITEM = re.compile(r"^\W*(?:except|unless|other than|but|however|if not|note|provided)\b")
VETOES = frozenset({"exception", "permission", "flat", "uneven", "not-understood"})
_OF_EVERYBODY = re.compile(
    r"\b(?:aged?|ages|years old|years of age|ecog|karnofsky|lansky|performance status|consent|contracepti\w+|birth control|pregnancy test"
    r"|platelets?|neutrophils?|anc|creatinine|bilirubin|ast|alt|sgot|sgpt|transaminases?|aminotransferases?|inr|aptt|egfr|gfr|life expectancy)\b"
    r"|^\W*(?:has |have )?(?:failed|failure of|unresponsive to)\b.*\b(?:conservative|non-?operative|treatment|therapy)\b"
)
"""Items that every participant must meet, or that state a history: they are not alternatives to diseases."""
_ONLY_SAID = re.compile(
    r"\b(?:will|can|may|should) (?:only )?be (?:performed|done|tested|assessed|repeated|considered)\b"
)
_DEFINES = re.compile(r"\bdefin(?:e[ds]?|itions?|ing)\b|\b(?:means|is (?:an? )?(?:sexually|considered|regarded))\b")
_PART = re.compile(
    r"\b(?:females?|males?|wom[ae]n|m[ae]n|girls?|boys?|wocbp|child-?bearing|partners?)\b"
    r"|(?:^|[:.;] )(?:and )?(?:for|if|in case|in the case|when|where|among|those|in (?:patients|subjects|participants|women|men)|(?:a |the )?(?:patients?|subjects?|participants?) (?:with|who|having|eligible|undergoing|receiving|taking|on|without|treated|enrolled|aged)\b[^.;:]*\b(?:must|should|need|have to|are required|will))\b"
    r"|^(?!.*\b(?:patients?|subjects?|participants?|individuals|persons?|adults|people)\b.*\bwho\b)[^.;:]{3,60} who\b"
)
"""A lead-in that applies only to a part of the participants."""
_BRANCHES = re.compile(r"[,;] or\b|\bmay (?:have|be)\b")
"""A lead-in that contains an alternative to its own list, or a permission."""
_CHOOSES = re.compile(r"\b(?:or|either|any of|one of|at least)\b")


@dataclass(frozen=True, slots=True)
class Choice:
    """States how many items of a list must hold.

    `method` is the code of R6's Group.combinationMethod. `threshold` is the number of items if the code is `at-least`.
    """

    method: Method
    threshold: int | None = None

    @property
    def words(self) -> str:
        """The choice as words for a reader: "at least 2 of these"."""
        if self.method == "at-least":
            return f"at least {self.threshold} of these"
        return "any one of these is enough" if self.method == "any-of" else "all of these together"


def choice_of(
    group: Criterion, items: Sequence[Criterion], lines: str, above: str, beside: Sequence[Criterion]
) -> Choice | None:
    """Return the choice that a list states, or None if this is not certain.

    `group` is the lead-in of the list and `items` are the items. `lines` is the text of the items and of everything
    below them, `above` is the text of the lead-ins above the list, and `beside` are the criteria on the list's level.
    """
    if len(items) < 2 or not VETOES.isdisjoint(group.flags) or any("permission" in item.flags for item in items):
        return None
    texts = [words.strip(" -") for words in read(lines).folded.split("\n")]
    if any(_is_no_alternative(words) for words in texts):
        return None
    lead_in = read(group.text).folded.strip()
    if (
        _DEFINES.search(lead_in)
        or _PART.search(lead_in)
        or _BRANCHES.search(lead_in)
        or _CHOOSES.search(read(above).folded)
    ):
        return None
    if _is_branch(lead_in, beside):
        return None
    if found := _stated(lead_in, len(items)):
        return found if _may_be(found, group) else None
    if group.label == "inclusion" and group.join == "any" and "count" not in group.flags:
        return Choice("any-of") if not _ANY.search(lead_in) and _all_or(items) else None
    return None


def _is_no_alternative(words: str) -> bool:
    """Whether a line of a list has "and", an exception or a plain statement, or applies to every participant."""
    return bool(
        _AND_EDGE.search(words) or _VETOED_ITEM.match(words) or _ONLY_SAID.search(words) or _OF_EVERYBODY.search(words)
    )


def _is_branch(lead_in: str, beside: Sequence[Criterion]) -> bool:
    """Whether a criterion beside a list names the list's subject as one of two: "Heart failure or kidney failure"."""
    subject = " ".join(lead_in.split()[:2])
    for one in beside:
        words = read(one.text).folded
        if subject in words and " or " in words and words.strip() != lead_in:
            return True
    return False


def is_of_branches(group: Criterion, items: Sequence[Criterion]) -> bool:
    """Whether a lead-in names two things, each with its own list: "A or B:", then a list for A and a list for B."""
    return " or " in read(group.text).folded and len(items) > 1 and all(item.role == "group" for item in items)


def _may_be(found: Choice, group: Criterion) -> bool:
    """Whether only a contained Group can state the choice: any of an inclusion, all of an exclusion, or a number."""
    if found.method == "at-least":
        return True
    return (group.label, group.join, found.method) in {("inclusion", "any", "any-of"), ("exclusion", "all", "all-of")}


def _stated(lead_in: str, items: int) -> Choice | None:
    """The choice in the lead-in's words, if there is exactly one and no earlier word of the clause reverses it."""
    found: set[Choice] = set()
    rest = lead_in
    for match in _AT_LEAST.finditer(lead_in):
        number = int(match[1]) if match[1].isdecimal() else numerals.WORDS[match[1]]
        if _ALTERED.search(lead_in, 0, match.start()) or not 0 < number <= items:
            return None
        found.add(Choice("any-of") if number == 1 else Choice("at-least", int(number)))
        rest = rest.replace(match.group(), " ", 1)
    for pattern, method in ((_ANY, "any-of"), (_ALL, "all-of")):
        for match in pattern.finditer(rest):
            if _ALTERED.search(rest, 0, match.start()):
                return None
            found.add(Choice(method))  # type: ignore[arg-type]  # the two words of the line above
    return found.pop() if len(found) == 1 else None


def _all_or(items: Sequence[Criterion]) -> bool:
    """Whether "or" joins all items, or stands only before the last item, as in a sentence. "A or B; C" is neither."""
    alternatives = ["alternative" in item.flags for item in items[1:]]
    return all(alternatives) or (alternatives[-1] and sum(alternatives) == 1)
