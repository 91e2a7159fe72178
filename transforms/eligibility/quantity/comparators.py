"""Tables of the phrases that compare a number, each with one of five operators (`>=`, `>`, `<=`, `<`, `=`).

Such a phrase stands before the number ("at most 3") or after it ("3 or more"). The operator has the meaning of the
words. An exclusion section or a negation does not reverse the operator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from trialwire.transforms.eligibility.quantity.phrases import Found, Phrases

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Comparator

BeforeFound: TypeAlias = "Found[Comparator]"
_MORE = (
    "greater",
    "more",
    "higher",
    "larger",
    "older",
    "longer",
    "over",
    "above",
    "superior",
    "bigger",
    "better",
    "major",
    "grater",
)
_LESS = ("less", "lower", "fewer", "younger", "smaller", "shorter", "under", "below", "inferior", "lesser", "minor")
_BEFORE: dict[Comparator, str] = {
    ">=": "at least|minimum|minimum of|a minimum of|min|not less than|no less than|nor less than|nor lower than|nor below|not fewer than|no fewer than|not lower than|no lower than|not below|not under|no under"
    "|not younger than|no younger than|equal or above|equal and above|at or above|at or over|reached|attained|equals or exceeds|equal to or exceeding|meets or exceeds|starting from|starting at|as of|not smaller than|no smaller than|not shorter than|no shorter than|at a minimum|is at least|not inferior to|minimal|minimally|at least age|exceed or equal to|exceeds or equal to|at the least|atleast|at lest|greater than / equal to|greater / equal to|greater than or = to|no sooner than|minimum age|minimum age of|greater than or|of or above|of or over|of or older than",
    "<=": "at most|no more than|not more than|up to|maximum|maximum of|a maximum of|max|not exceed|not exceeding|not to exceed|does not exceed|do not exceed|must not exceed|should not exceed|cannot exceed|can not exceed|no greater than|not greater than|not higher than|no higher than"
    "|not above|nor greater than|nor more than|nor higher than|nor above|no older than|not older than|not over|no over|at or below|at or under|not longer than|no longer than|equal or below|as high as|not larger than|no larger than|no bigger than|up to and including|upto|up until|maximum age|maximum age of|less than / equal to|less / equal to|until|till|no later than|not later than|not exceeded|less than or = to|less than or|not superior to|limited to|of or below|of or under",
    ">": "exceeding|exceeds|exceed|exceeded|in excess of|excess of|beyond|greater|older|higher",
    "<": "lower|younger",
    "=": "equal to|equals|equal|exactly",
}  # fmt: skip
_EQUAL_TAILS = ("than or equal to", "than or equal", "than equal to", "than or equals", "or equal to", "or equal", "or equal than", "than / equal to",
                "and equal to", "than and equal to", "than or equivalent to", "than or = to", "than or =", "or =", "than or same as", "then or equal to", "or equals", "than and / or equal to", "to or equal to", "than or equals to", "or equals to", "than or equal than", "and equal", "than , or equal to", "than ( or equal to )", "/ equal to", "/ equal", "than / equal", "than to or equal to", "than to or equal", "than or equal to or", "than or is equal to")  # fmt: skip


def _before() -> list[tuple[str, Comparator]]:
    rows: list[tuple[str, Comparator]] = []
    strict: tuple[tuple[tuple[str, ...], Comparator, Comparator], ...] = ((_MORE, ">", ">="), (_LESS, "<", "<="))
    for words, operator, inclusive in strict:
        for word in words:
            rows += [(f"{word} {tail}", inclusive) for tail in _EQUAL_TAILS]
            rows += [(f"equal {link} {word}", inclusive) for link in ("or", "to or", "and", "to and", "to /", "/")]
            rows += [(f"equal {link} {word} than", inclusive) for link in ("or", "to or", "and", "to and", "to /", "/")]
            rows += [
                (f"{word} than", operator),
                (f"{word} then", operator),
                (f"{word} thatn", operator),
                (f"{word} that", operator),
                (f"{word} to", operator),
            ]
    rows += [("over", ">"), ("above", ">"), ("under", "<"), ("below", "<")]
    return rows + [(phrase, operator) for operator, phrases in _BEFORE.items() for phrase in phrases.split("|")]


BEFORE: Phrases[Comparator] = Phrases(_before())
"""Comparators that stand before their number."""

_AFTER_MORE = ("older", "above", "over", "greater", "higher", "more", "up", "upwards", "upward", "larger", "longer", "beyond", "elder", "plus", "olders", "better", "onwards", "on up")  # fmt: skip
_AFTER_LESS = ("younger", "below", "under", "less", "lower", "fewer", "smaller", "shorter", "lesser")


def _after() -> list[tuple[str, Comparator]]:
    rows: list[tuple[str, Comparator]] = []
    sides: tuple[tuple[tuple[str, ...], Comparator], ...] = ((_AFTER_MORE, ">="), (_AFTER_LESS, "<="))
    for words, operator in sides:
        for word in words:
            rows += [
                (f"{link} {word}", operator)
                for link in ("or", "and", "&", "/", "and / or", "or /", "of", ", or", ", and")
            ]
            rows += [(f"{word} than", operator)] if word in ("older", "younger") else []
    rows += [
        (phrase, ">=")
        for phrase in (
            "and / or older",
            "or more years",
            "or greater than",
            "or > than",
            "minimum",
            "at least",
            "at minimum",
            "+",
            "upwards",
            "as a minimum",
            "or older than",
            "and greater than",
            "of age and older",
        )
    ]
    rows += [(phrase, "<=") for phrase in ("maximum", "at most", "max", "as a maximum", "or worse", "and worse")]
    rows += [("older", ">="), ("above", ">="), ("younger", "<=")]
    return rows


AFTER: Phrases[Comparator] = Phrases(_after())
"""Comparators that stand after their number: "18 years or older", "60 mL/min and above", "65+"."""

SYMBOLS: dict[str, Comparator] = {">=": ">=", "<=": "<=", ">": ">", "<": "<", "=": "="}
"""The operator of each comparator token."""

TURNED: dict[Comparator, Comparator] = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "=": "="}
"""The same comparison with its sides exchanged: "18 ≤ age" means age ≥ 18."""
