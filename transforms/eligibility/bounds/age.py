"""Decides whether a number of years is a person's age where the word "age" is missing: "men 40-70 years".

There are two kinds of evidence. Words for old or young beside the number are sufficient ("65 or older", "years old").
A person named right before the number ("adults ≥ 18 years"), or a number at the start of the criterion, is sufficient
unless the next words measure a time ("≥ 2 years since diagnosis", "at least 5 years of education").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.quantity.lexing import Token
    from trialwire.transforms.eligibility.quantity.quantity import Quantity

_TAIL = words(". , ; inclusive ) (")
_YOUNG = words("child children infant infants toddlers kids boys girls")
PERSONS = words(
    """adult adults man men woman women male males female females patient patients subject subjects participant participants
    child children infant infants adolescent adolescents boy boys girl girls person persons people individual individuals
    volunteer volunteers youth youths elderly teenager teenagers minors minor partner partners donors donor
    caregivers caregiver parents mother mothers students veterans residents nulliparas recipients pediatric paediatric"""
)  # fmt: skip
_LINKS = words(
    """, ( - : who are is be must being and or between from the aged with an in of a have has should at whose healthy
    any either sex gender all races equal eligible age ages only both adult adults outpatients inpatients sexes genders
    [ ) to i e ; that will"""
)
_MEASURED_FROM = words(
    """since after post before prior ago earlier postmenopausal menopausal duration history following preceding
    experience past previous between previously later apart without amenorrhea postpartum long during treatment post-menopausal
    survival remission follow followup disease free interval elapsed beyond per every washout into period standing if
    was were smoking abstinence sober from has had have lasting menopause"""
)
_OF = frozenset(
    (
        "either",
        "any",
        "both",
        "sex",
        "all",
        "age",
        "male",
        "female",
        "ages",
        "asian",
        "caucasian",
        "japanese",
        "chinese",
    )
)
_AGED = words("age aged ages newborn newborns neonate neonates baby babies toddler toddlers kids born siblings sibling")
OLDEST_THING = 5
"""Highest age in years of a thing ("ulcers older than 1 year"): a higher number is a person's age."""
AT_ONSET_WITHIN = 9
NAMED_WITHIN = 40
"""How many tokens before a number are searched for a word for a person."""
_ONSETS = words("diagnosis onset menopause debut manifestation")
_NOW = words("study screening enrollment enrolment entry consent inclusion randomization randomisation with and or , ;")
_AGE_UNITS = frozenset(("a", "mo", "wk", "d"))


def stated(tokens: list[Token], members: list[Quantity]) -> bool:
    """Whether the words around a number, or around the numbers of a range, show that the number is a person's age."""
    first, last = members[0], members[-1]
    if any(member.unit is not None and member.unit.ucum not in _AGE_UNITS for member in members):
        return False
    if any(_old(tokens, member) for member in members):
        return not _of_a_thing(tokens, first)
    if not all(member.comparator for member in members) or last.unit is None or last.unit.ucum != "a":
        return _bare(tokens, members)
    if measured_from(tokens, last):
        return False
    return _begins(tokens, first) or _person_before(tokens, first)


def at_onset(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether an age is the age at diagnosis or at onset, not the current age: "aged < 18 years at diagnosis"."""
    before = [token.text for token in tokens[max(0, quantity.first - AT_ONSET_WITHIN) : quantity.first]]
    if "onset" in before and not any(text in _NOW for text in before[before.index("onset") :]):
        return True
    if "first" in before and any(text.startswith("symptom") for text in before[before.index("first") :]):
        return True
    following = [token.text for token in tokens[quantity.unit_end : quantity.last + AT_ONSET_WITHIN]]
    if "at" not in following:
        return False
    for text in following[following.index("at") + 1 :]:
        if text in _ONSETS or text in _NOW:
            return text in _ONSETS
    return False


def _old(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether words beside the number mean age: "years old", "older than 18", "under the age of 18", "18 y/o"."""
    after = [token.text for token in tokens[quantity.unit_end : quantity.unit_end + 4]]
    while after and after[0] in ("-", "(", ")", "s", "."):
        after.pop(0)
    if after[:1] in (["old"], ["olds"], ["aged"]) or after[:2] in (
        ["of", "age"],
        ["in", "age"],
        ["of", "ages"],
        ["age", "or"],
        ["age", "and"],
    ):
        return True
    if after == ["age"] and quantity.comparator is not None and len(tokens) == quantity.unit_end + 1:
        return True
    if after[:1] in (["age"], ["ages"]) and (quantity.unit is not None or quantity.form == "range"):
        return True
    if quantity.compared_after and any(
        token.text in ("older", "younger", "elder") for token in tokens[quantity.unit_end : quantity.last]
    ):
        return quantity.unit is not None or 0 < quantity.value < 100
    if quantity.comparator is not None and any(
        token.text in ("older", "younger", "age", "aged", "ages") for token in tokens[quantity.first : quantity.number]
    ):
        return True
    if quantity.unit is None or quantity.comparator is None:
        return False
    unit = tokens[quantity.unit_end - 1].text
    if unit == "yoa":
        return True
    return unit in ("yo", "olds", "old") or "o" in [t.text for t in tokens[quantity.number + 1 : quantity.unit_end]]


def _of_a_thing(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether the age is that of a thing, not of a person: "ulcers older than 1 year"."""
    if quantity.unit is None or (quantity.unit.ucum == "a" and quantity.value > OLDEST_THING):
        return False
    before = tokens[quantity.first - 1].text if quantity.first else ""
    if before.isalpha() and before not in PERSONS and before not in _AGED and before not in _LINKS:
        return True
    named = any(
        token.text in PERSONS or token.text in _AGED
        for token in tokens[max(0, quantity.number - NAMED_WITHIN) : quantity.number]
    )
    return not named and not _begins(tokens, quantity)


def _begins(tokens: list[Token], quantity: Quantity) -> bool:
    if quantity.first > NAMED_WITHIN:
        return False
    return all(token.text in PERSONS or token.text in _LINKS for token in tokens[: quantity.first])


def _person_before(tokens: list[Token], quantity: Quantity) -> bool:
    index = quantity.first - 1
    for _ in range(6):
        if index < 0:
            return False
        if tokens[index].text in PERSONS:
            return True
        if tokens[index].text not in _LINKS:
            return False
        index -= 1
    return False


def measured_from(tokens: list[Token], quantity: Quantity) -> bool:
    """Whether the words after a number of years show a time since an event, not an age: "≥ 2 years since diagnosis"."""
    at = quantity.last
    while at < len(tokens) and tokens[at].text in (")", ",", "-", "inclusive"):
        at += 1
    if at >= len(tokens):
        return False
    text = tokens[at].text
    if text == "of":
        return at + 1 >= len(tokens) or tokens[at + 1].text not in _OF
    return text in _MEASURED_FROM or text.startswith("post")


def _bare(tokens: list[Token], members: list[Quantity]) -> bool:
    """Whether two-digit numbers without a unit are ages: "Adults (18-65)", "men over 40", "18-65" alone."""
    young = members[0].first > 0 and tokens[members[0].first - 1].text in _YOUNG
    lowest = 1 if young else 10
    if any(one.unit is not None or one.comparator is None or not lowest <= one.value < 100 for one in members):
        return False
    first, last = members[0], members[-1]
    ends = last.last >= len(tokens) or tokens[last.last].text in (")", ".", ",", ";", "inclusive", "who")
    if not ends:
        return False
    whole = first.first == 0 and all(token.text in _TAIL for token in tokens[last.last :])
    return whole or (_person_before(tokens, first) and tokens[first.first - 1].text not in ("with", "of", "-"))
