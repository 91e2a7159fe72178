"""Converts a number of the text to its value.

The number may have thousands separators or a decimal comma, or it is a number word or a roman numeral.
"""

from __future__ import annotations

import re

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
WORDS: dict[str, int] = {word: value for value, word in enumerate(_UNITS)} | _TENS
"""Number words of one word; "twenty-one" is two of them."""
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "1": 1}
"""Roman numerals of classes and stages."""
CLASS_SCORES = {
    f"{letter}{score}": score
    for letter, scores in (("a", (5, 6)), ("b", (7, 8, 9)), ("c", range(10, 16)))
    for score in scores
}
"""Scores written with their class: "Child-Pugh B7"."""
_COMMA_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DOT_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")


def value(digits: str, *, dot_is_thousands: bool = False) -> float | int:
    """Return the value of a string of digits: an int if the value is whole, otherwise a float.

    A comma before exactly three digits separates thousands; any other comma is the decimal sign. A dot before exactly
    three digits separates thousands only if the caller knows this from the unit (cells per volume).
    """
    compact = digits.replace(" ", "").replace("'", "")
    if _COMMA_THOUSANDS.fullmatch(compact):
        compact = compact.replace(",", "")
    elif dot_is_thousands and _DOT_THOUSANDS.fullmatch(compact):
        compact = compact.replace(".", "")
    number = float(compact.replace(",", "."))
    return int(number) if number.is_integer() else number


def word_value(first: str, second: str | None = None) -> int | None:
    """Return the value of one number word ("twenty") or of two together ("twenty", "one"); None for any other word."""
    tens = _TENS.get(first)
    if tens is not None and second is not None and 0 < (unit := WORDS.get(second, 0)) < 10:
        return tens + unit
    return WORDS.get(first)
