"""Recognises lead-ins, the lines that announce a list, and how the items of the list are joined.

All items must hold, or any item is sufficient, or a number of items must hold ("at least two of"). Folded text is in
lower case, with look-alike characters replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Join, Label

_OPEN_END = re.compile(
    r"(?:[:：]\W*|\b(?:following|below|either|one of|any of|all of|includ(?:e|es|ed|ing)|such as|defined as|defined by|as follows"
    r"|are|is|be|have|has|if|of|with|by|except|the following (?:criteria|conditions?|symptoms|features|requirements))[^\w.;,)]*)$"
)
_LIST_END = re.compile(
    r"(?:[:：]\W*|\b(?:following|below|either|one of|any of|all of|includ(?:e|es|ing)|such as|as follows)[^\w.;,)]*)$"
)
_CLEAR = re.compile(r"\b(?:following|below|defined as|as follows|one of|any of|all of)\b")
_SOFT = re.compile(r"\b(?:following|one of|any of|all of|at least \w+ of|as defined|defined (?:as|by)|includ(?:e|es|ing)|criteria|such as|either|both|adequate|functions?|evidenced by|characteri[sz]ed by|requirements?|types?|conditions|diseases?|disorders?|values?|tests?|e\.g)\b")  # fmt: skip
_BEGUN = re.compile(
    r"(?:known|suspected|current|active|prior|previous|history|evidence|presence|uncontrolled|significant|severe|recent|and|or|of|,|/| )+"
)
"""A line with only the first words of a criterion ("Known or suspected")."""
_COMPARED = re.compile(r"\W{0,2}(?:[<>≥≤]|at least \d|greater than|less than|more than)")
"""An item that begins with a comparator: its subject is in the lead-in ("Have a BMI")."""
_COUNT = re.compile(
    r"(?:\b(?:at least|minimum of|more than|≥|>|>=)\s?(?:\(?\d+\)?|two|three|four|five|six)|\b(?:two|three|four|five|[2-9])\s?(?:\(\d\)\s?)?or more"
    r"|\b(?:two|three|four)(?: out)? of|[2-9]\s?(?:\([a-z]+\)\s?)?(?:of|out of) (?:the|these|those|\d))\b[^.:]{0,40}"
)  # fmt: skip
_CHOOSES = re.compile(r"\b(?:following|one of|any of|all of|either|[1-9] of)\b")
_COUNT_CONTEXT = re.compile(r"\b(?:of|following|criteria|features|factors|symptoms|signs|conditions)\b")
_ANY = re.compile(
    r"\b(?:any(?: one)?(?: or more)?(?: \w+)? of|any (?:other )?(?:\w+ ){0,2}(?:following|below)|(?:one|1)(?: \(1\))?(?: or (?:more|both|several))?(?: \w+)? of|one or more|either|at least (?:one|1)|1 or more|≥\s?1 of"
    r"|such as|for example|e\.g|for instance|including,? but not limited to|including|(?<!should )(?<!must )(?<!shall )includes?|the following types|alternatively|whichever)\b"
)  # fmt: skip
_ALL = re.compile(
    r"\b(?:all of|all(?: \w+){1,2} of(?= (?:the |these |those )?(?:following|below|above)|\W*$)|all(?: \w+){0,2} the following|all (?:following|criteria)|both(?: of)?|each of|every one of|and all)\b"
)
_DENIED = re.compile(r"\b(?:no|not|without|none|absence|free of|neither|excluding|never)\b[^,;:]*$")
_CONNECTOR = re.compile(r"\W*(?:(?:and\s?/\s?)?or|and|plus)\W*")
_OR_END = re.compile(r"(?:\bor|\band\s?/\s?or)\W*$")
_AND_END = re.compile(r"\band\W*$")
_OR_START = re.compile(r"\W*(?:or|and\s?/\s?or)\b")
_AND_START = re.compile(r"\W*(?:and|as well as)\b(?!\s?/\s?or)")


def announces(line: str) -> bool:
    """Whether the end of a folded line announces a list: a colon, or words that need a list after them."""
    return _OPEN_END.search(line[-60:]) is not None


def opens_list(line: str) -> bool:
    """Whether a folded line announces a list so clearly that the next items on the same level are its list."""
    return _LIST_END.search(line[-60:]) is not None


def chooses(line: str) -> bool:
    """Whether a folded line explicitly requires one or all of the items after it: "one of the following: either"."""
    return announces(line) and _CHOOSES.search(line[-120:]) is not None


def may_hold_children(line: str) -> bool:
    """Whether items that are indented deeper than a folded line can be the list of this line.

    The line must end with a colon or have a word that announces a list. Otherwise the deeper items are separate
    criteria on the same level, and their indent is a mistake.
    """
    if line.rstrip(" -*").endswith("."):
        return _CLEAR.search(line) is not None
    return announces(line) or _SOFT.search(line) is not None or _BEGUN.fullmatch(line) is not None


def leans(item: str) -> bool:
    """Whether a folded item begins with a comparator ("≥ 30"), so that the line above must name the variable."""
    return _COMPARED.match(item) is not None


def join_of(lead_in: str, items: list[str], label: Label | None) -> tuple[Join, bool]:
    """Return how the items of a list are joined ("all" or "any"), and whether a number of them is required.

    A number is required in "at least two of". The words of the lead-in decide. If they do not, "and" or "or" at the
    ends of the items decide. If there is none, the section decides: all inclusion items must hold, and any exclusion
    item excludes. In an inclusion section a denied list ("no history of any of:") gives "all": every denied item must
    be absent.
    """
    if (match := _COUNT.search(lead_in)) and _COUNT_CONTEXT.search(match.group()):
        return "any", True
    if _ALL.search(lead_in):
        return "all", False
    if match := _ANY.search(lead_in):
        denied = (
            label == "inclusion" and _DENIED.search(lead_in[max(0, match.start() - 80) : match.start()]) is not None
        )
        return ("all" if denied else "any"), False
    inner = [item for item in items if item]
    if any(_OR_END.search(item[-12:]) for item in inner[:-1]) or any(_OR_START.match(item[:12]) for item in inner[1:]):
        return "any", False
    if any(_AND_END.search(item[-8:]) for item in inner[:-1]) or any(_AND_START.match(item[:12]) for item in inner[1:]):
        return "all", False
    return ("any" if label == "exclusion" else "all"), False


def each_for_itself(lead_in: str, label: Label) -> bool:
    """Whether each item of a list is an independent criterion.

    This is true if all items are required in an inclusion section, or if each item excludes in an exclusion section.
    """
    join, counted = join_of(lead_in, [], label)
    return not counted and (label, join) in {("inclusion", "all"), ("exclusion", "any")}


def is_connector(line: str) -> bool:
    """Whether a folded line is only "or" or "and"."""
    return len(line) < 20 and _CONNECTOR.fullmatch(line) is not None


def or_after(line: str) -> bool:
    """Whether a folded line ends with "or", so that the next item is an alternative to this line."""
    return _OR_END.search(line[-12:]) is not None


def or_before(line: str) -> bool:
    """Whether a folded line begins with "or", so that this line is an alternative to the item before it."""
    return _OR_START.match(line[:12]) is not None
