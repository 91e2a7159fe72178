"""Decides whether a quantity can be a value of a variable, by its unit and the words around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.bounds import gaps
from trialwire.transforms.eligibility.quantity.lexing import words
from trialwire.transforms.eligibility.quantity.units import DEPENDING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.bounds.variable_table import Variable
    from trialwire.transforms.eligibility.model import Comparator
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.phrases import Found
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

_FOLLOWS = words(
    """at in on for if and or within by prior before during with as per according when unless after to but that who
    without using based while because despite due from including except measured determined assessed defined confirmed
    is are should will must may can where in-patients inclusive regardless not then than unless independent documented
    obtained performed via under following upon (normal whichever following: even despite over points out only i e g
    a patients subjects participants score scores scale indicating associated corresponding will cannot denoting meaning representing
    reflecting suggesting showing signifying consistent implying"""
)
_SCALES = words(
    "thousand thousands million millions k lakh lac lakhs hundred billion log log10 x times points point doses drugs"
    " episode episodes event events attack attacks"
    " occasion occasions measurement measurements reading readings visit visits"
)
CHANGES = words(
    "decrease decreases decreased decrement reduction drop fall increase rise increment change changes difference variability decline improvement reversibility worsening loss gain fluctuation reduced deterioration"
)
CLASSES = words("class classes grade grades stage")
_SIZE = frozenset(("length",))
_ELSEWHERE = words(
    "distance within away vessel vessels margin margins adjacent thickness interval shift invasion depth"
)
_BARE_BEFORE = frozenset(("sbp", "dbp", "platelets", "cd4", "pack-years"))
_AGAINST = words("from over above below compared relative versus vs")
BASELINE_WITHIN = 4
CHANGED_WITHIN = 14
MOST_TIMES = 100
"""The highest plausible multiple of a limit of normal."""
_BEYOND = words("above over longer beyond prolonged more")
_SIDES: dict[str, Comparator] = {"better": "<=", "worse": ">="}
_LOW = words("reduced decreased")
_BELOW = ("<", "<=")
_SCORED = words("score scores scored scoring point points")


def fits(variable: Variable, members: list[Quantity], tokens: list[Token], *, near: bool = False) -> bool:
    """Whether a quantity can be a value of a variable that the text names before the quantity.

    `members` is one quantity, or all numbers of one range, list or pair. `near` means that almost no word stands
    between the variable and the quantity.
    """
    unit = members[-1].unit
    if unit is not None and unit.dimension == "seconds" and _text(tokens, members[-1].unit_end) in _BEYOND:
        return False  # "> 3 seconds above normal" is a difference, not a duration
    if members[0].comparator is None and not variable.ordinal and members[0].form != "pair":
        return False
    if unit is None:
        graded = tokens[members[0].number - 1].text in CLASSES and members[0].number > 0
        if graded and not variable.ordinal:
            return False  # "bilirubin < grade 2" is a grade, not a concentration
        return variable.bare and (near or _ends_plainly(tokens, members[-1]))
    return unit.dimension in variable.dimensions or any(
        (unit.ucum, dimension) in DEPENDING for dimension in variable.dimensions
    )


def _text(tokens: list[Token], index: int) -> str:
    return tokens[index].text if index < len(tokens) else ""


def _ends_plainly(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether a number without a unit counts nothing after it; "at least 2 lesions" counts lesions: False."""
    if quantity.last >= len(tokens):
        return True
    following = tokens[quantity.last]
    return following.kind in ("sign", "comparator") or following.text in _FOLLOWS or quantity.turned


def counts(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether a multiplier ("100 thousand") or a counted thing ("2 episodes") follows a number without a unit.

    The result is also true if a word stands right after the number, without a space.
    """
    if quantity.last >= len(tokens):
        return False
    following = tokens[quantity.last]
    return following.kind == "word" and (following.start == quantity.number_end or following.text in _SCALES)


def fits_before(variable: Variable, members: list[Quantity], tokens: list[Token]) -> bool:
    """Whether a quantity can be a value of a variable that the text names after the quantity: "≥ 26 on the MMSE".

    This order of words needs more evidence than `fits`, such as a comparator with a unit, or the word "score".
    """
    last = members[-1]
    if last.turned:
        return last.unit is None or last.unit.dimension in variable.dimensions
    before = tokens[max(0, members[0].first - 2) : members[0].number]
    on_it = _text(tokens, last.last) == "on"
    scored = "score" in variable.dimensions and (on_it or any(token.text in _SCORED for token in before))
    if variable.ordinal:
        classed = any(token.text in CLASSES for token in before) or (scored and on_it and last.comparator is not None)
        return last.unit is None and classed
    if last.comparator is None:
        return False
    if last.unit is None:
        return scored or variable.name in _BARE_BEFORE
    return (
        last.unit.dimension in variable.dimensions
        and last.last < len(tokens)
        and tokens[last.last].text not in ("or", "and", "(")
    )


def is_scale(tokens: list[Token], members: list[Quantity]) -> bool:
    """Whether a range is the lowest and highest value of a scale: "(0-10 cm scale)"."""
    at = members[-1].last
    return members[0].form == "range" and at < len(tokens) and tokens[at].text == "scale"


def changes(tokens: list[Token], mention: Found[Variable | None], quantity: Quantity) -> bool:
    """Whether a number is a change of a variable, not its value: "a decrease in SBP > 20 mmHg"."""
    if quantity.unit is not None and quantity.unit.dimension == "multiple":
        return False
    around = (tokens[max(0, mention.first - 3) : mention.first], tokens[mention.last : quantity.first])
    against = [token.text for token in tokens[quantity.unit_end : quantity.unit_end + BASELINE_WITHIN]]
    if against and against[0] in _AGAINST and "baseline" in against:
        return True  # "QTc prolongation > 60 ms from baseline"
    following = _text(tokens, quantity.last)
    if (
        mention.meaning is not None
        and mention.meaning.dimensions == _SIZE
        and (
            following in ("from", "away")
            or any(token.text in _ELSEWHERE for part in (around[0], gaps.without_brackets(around[1])) for token in part)
        )
    ):
        return True  # "between the lesion and the vessel ≤ 5 mm" and "≤ 5 mm from the skin" are distances
    if around[0] and around[0][-1].text in _LOW and quantity.comparator in _BELOW:
        return False  # "reduced life expectancy (< 12 months)" is a value, although "reduced" looks like a change
    if any(token.text == "in" for token in around[0]):
        before = [token.text for token in tokens[max(0, mention.first - CHANGED_WITHIN) : mention.first]]
        if any(text in CHANGES and before[at + 1 : at + 2] == ["in"] for at, text in enumerate(before)):
            return True  # "a decrease in SBP > 20 mmHg or in DBP > 10 mmHg"
    return any(token.text in CHANGES for part in around for token in part[-4:])


def take_sides(variable: Variable, quantity: Quantity, tokens: list[Token]) -> None:
    """Set the comparator that "or better" or "or worse" means for this variable.

    "ECOG 2 or better" is at most 2, because a low ECOG is good. "LVEF 40% or better" is at least 40%.
    """
    said = tokens[quantity.last - 1].text
    if variable.less_is_better and said in _SIDES:
        quantity.comparator = _SIDES[said]


def plausible(variable: Variable, quantity: Quantity) -> bool:
    """Whether a value is in the variable's plausible range and has a comparator (a class or a score needs none)."""
    if quantity.comparator is None and not variable.ordinal:
        return False
    if quantity.unit is not None and quantity.unit.dimension == "multiple":
        return quantity.value <= MOST_TIMES
    return variable.lowest <= quantity.value <= variable.highest
