"""Checks the bounds that were found, and removes the wrong ones.

The checks do not depend on the rule that found a bound. A bound is removed if one of these is true, for example:
- Its number also belongs to another variable, and the text does not join the two variables as in "AST and ALT".
- Its variable is the age, but the number is a duration of pregnancy, or an age that a value is adjusted for.
- Its variable's name is part of another name: "neu" in "HER2/neu", the pressure in "pulmonary artery hypertension".
Each check reads a fixed number of characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.eligibility.bounds.bounds import Stated
    from trialwire.transforms.eligibility.quantity.lexing import Token

LOOK = 48
"""How many characters before and after a number a check reads."""
_AGES = frozenset(("age", "age at diagnosis"))
_GESTATION_AFTER = re.compile(
    r"[\s')-]*(?:(?:complete[d]?\s)?(?:weeks?|wks?|days?))?[\s')]*(?:\+\s?\d\s?(?:days?)?\s)?(?:(?:of|in|and)\s)?(?:\d\sdays?\s(?:of\s)?)?(?:the\s)?(?:gestation|amenorrh|pregnan(?:cy|t)\b)"
)
_GESTATION_BEFORE = re.compile(
    r"\b(?:gestation\w*|pregnan(?:cy|t)(?! (?:wom[ae]n|patients|participants|subjects))|amenorrh\w+)\b(?: \w+){0,2}[^\w.;]*(?:[<>=≤≥]|\w+ than|between|of|at|from)*[^\w.;]*$"
)
_ADJUSTED = re.compile(r"\badjusted (?:to|for|by)(?: \w+)?$")
_THING_OLDER = re.compile(
    r"\b(?:diagnos[ie]s|disease|illness|symptoms?|lesions?|wounds?|ulcers?|fractures?|injur(?:y|ies)|infarct(?:ion)?|stroke|thrombus|clot|occlusion|scar|onset)\b(?: \w+)? (?:is|are|was|were|being)(?: not)? (?:older|younger|more|less)"
)
_OTHER_PRESSURE = re.compile(r"\b(?:pulmonary|portal|intra-?ocular|ocular|intra-?cranial|venous)\b[^.;]{0,30}$")
_PART_OF_ANOTHER = re.compile(r"(?:\bher-?\s?-?2\s?/\s?|\berbb-?2\s?/\s?|\bc-erbb-?2\s?/\s?|/\s?)$")
_SHARE_OF = re.compile(r"\s?%\s(?:of\s)?(?:immature|band|bands|blast|blasts|atypical|plasma|abnormal|sickle)\b")
_TAKEN = re.compile(r"\d\sor\s(?:greater|more|higher|less|lower)\s?$")
"""A comparator after its number: "or greater" in "a score of 5 or greater 24;" belongs to the 5."""
_OPEN = re.compile(r"\s?(?:or|and)\s?[<>≤≥](?!\s?[\d=])")
"""A class with a comparison sign after it that has no number: "B7 or >"."""
_AND_A_FRACTION = re.compile(r"[\s-]?(?:and[\s-]a[\s-]half|1\s?/\s?2)\b|[\s-]?[½¼¾]")
"""More of the number that was read only in part: "one and a half times", "1 1/2"."""
_CLASS_OPEN = re.compile(r"[a-z\d](?:\s?-\s?|\s?/\s?)$")


def sound(stated: list[Stated], tokens: Sequence[Token], folded: str) -> list[Stated]:
    """Return the bounds that pass every check, in the order of the input."""
    if not stated:
        return stated
    variables: dict[int, set[str]] = {}
    for one in stated:
        variables.setdefault(id(one.quantity), set()).add(one.variable.name)
    failed = {
        one.quantity.group for one in stated if _fails(one, variables[id(one.quantity)], tokens, folded) and _whole(one)
    }
    return [
        one
        for one in stated
        if one.quantity.group not in failed and not _fails(one, variables[id(one.quantity)], tokens, folded)
    ]


def _whole(one: Stated) -> bool:
    """Whether a check applies to a whole range: both ends are weeks of gestation, or neither is."""
    return one.quantity.form == "range" and one.variable.name in _AGES


def _fails(one: Stated, together: set[str], tokens: Sequence[Token], folded: str) -> bool:
    quantity, name = one.quantity, one.variable.name
    after = folded[quantity.number_end : quantity.number_end + LOOK]
    before = folded[max(0, quantity.start - LOOK) : quantity.start]
    named = folded[max(0, tokens[one.mention[0]].start - LOOK) : tokens[one.mention[0]].start] if one.mention else ""
    if (
        _TAKEN.search(folded[max(0, quantity.number_start - LOOK) : quantity.number_start])
        and not quantity.compared_after
    ):
        return True
    if _AND_A_FRACTION.match(after) or (quantity.comparator is None and _OPEN.match(after)):
        return True
    if name in _AGES:
        return bool(
            len(together) > 1
            or _GESTATION_AFTER.match(after)
            or (_GESTATION_BEFORE.search(before) and not (quantity.unit is not None and quantity.unit.ucum == "a"))
            or (one.mention is not None and _ADJUSTED.search(named.rstrip()))
            or _THING_OLDER.search(folded[max(0, quantity.number_start - LOOK) : quantity.number_start])
        )
    if name == "blood pressure":
        return _OTHER_PRESSURE.search(named) is not None
    if name == "anc":
        return one.mention is not None and tokens[one.mention[0]].text == "neu" and bool(_PART_OF_ANOTHER.search(named))
    if name == "wbc":
        return _SHARE_OF.match(after) is not None
    if name == "nyha":
        return quantity.form == "single" and _CLASS_OPEN.search(before) is not None
    return "fev1" in together and name in ("fev1", "fvc") and "fvc" in together
