"""Reads a gap: the tokens between a variable and its number, or between two variables.

The functions look for brackets, ends of sentences and conjunctions in the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.bounds import age
from trialwire.transforms.eligibility.quantity.lexing import words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.quantity.lexing import Token

COORDINATED = words(
    "and or / , ( ) & both either serum plasma level levels [ ] the total values value of blood increased elevated radioisotope measured calculated estimated"
)
CONJUNCTIONS = frozenset(("and", "or", "/", ",", "&"))
_ABBREVIATED = words("lbs lb approx max min incl resp vs kgs hr yrs yr mo wk e.g i.e st no wt ht")
_AGE_OF = words(
    "the at greater more less over under between from above below minimum older younger least legal majority consent is must not no equal up their our each eligible all enrolled potential"
)


def without_brackets(gap: list[Token]) -> list[Token]:
    """Return the gap without complete pairs of brackets and the words inside them.

    "BMI (weight in kg; height in m) between" gives "BMI between".
    """
    kept: list[Token] = []
    for token in gap:
        if token.text in (")", "]"):
            opening = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].text in ("(", "[")), None)
            if opening is not None:
                del kept[opening:]
                continue
        kept.append(token)
    return kept


def stops(gap: list[Token], at: int) -> bool:
    """Whether a token of a gap ends the clause: a semicolon, or a full stop that is not part of "approx."."""
    if gap[at].text == ";":
        return True
    sentence = gap[at].text == "." and (at + 1 == len(gap) or gap[at + 1].start > gap[at].end)
    return sentence and not (at > 0 and (len(gap[at - 1].text) == 1 or gap[at - 1].text in _ABBREVIATED))


def joined(gap: list[Token]) -> bool:
    """Whether a gap joins two variables: it has a conjunction ("and", "or", ","), and all other words are fillers."""
    return any(token.text in CONJUNCTIONS for token in gap) and all(token.text in COORDINATED for token in gap)


def age_of_a_thing(tokens: list[Token], index: int) -> bool:
    """Whether "of" and a thing follow the word "age", so it is not a person's age: "the age of occlusion".

    `index` is the token after "age".
    """
    if index + 1 >= len(tokens) or tokens[index].text != "of" or tokens[index + 1].kind != "word":
        return False
    return tokens[index + 1].text not in age.PERSONS and tokens[index + 1].text not in _AGE_OF
