"""Splits a criterion into tokens: words, numbers, comparators and signs. Bounds, windows and flags use these tokens.

The input is folded text (lower case, look-alike characters replaced). The text is read in one pass. The regular
expression goes back only within the digits of a number, so a long text cannot make it slow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["number", "word", "comparator", "sign"]

_OR_EQUAL = r"(?:\s?(?:/|\bor\b|\band\b|,)?\s?(?:\(?=\)?|\bequals?\b(?:\s(?:to|than)\b)?))"
_TOKEN = re.compile(
    rf"""
    (?P<ge>≥(?:\s?=)?|>{_OR_EQUAL}|=\s?/?\s?>|>_|≯=)
  | (?P<le>≤(?:\s?=)?|<{_OR_EQUAL}|=\s?/?\s?<|<_)
  | (?P<gt>>(?:\sthan\b)?)
  | (?P<lt><(?:\sthan\b)?)
  | (?P<eq>={{1,2}})
  | (?P<number>\d{{1,3}}(?:,\d{{3}}){{1,4}}(?!\d|,\d)(?:\.\d{{1,3}})?|\d{{1,3}}(?:[ ']\d{{3}}(?![\d.,])){{1,4}}(?<![ ]10[3-9])
      |\d{{1,4}},\d{{1,2}}(?!\d|,\d)|\d{{1,9}}(?:\.\d{{1,6}})?|(?<![a-z])\.\d{{1,6}}(?!\d))
  | (?P<glued>(?:ecog|ecogps|kps|ps|bmi|ages?|aged|nyha|psa|asa|crp|inr|hb|plt|over|under|status|score|scores|class|grade|than|to|and|or)(?=\d))
  | (?P<word>[a-zα-ω][a-zα-ω0-9]*)
  | (?P<sign>[^\s])
    """,
    re.VERBOSE,
)
_COMPARATORS = {"ge": ">=", "le": "<=", "gt": ">", "lt": "<", "eq": "="}


def words(listed: str) -> frozenset[str]:
    """Return the set of the words in a string of words separated by white space."""
    return frozenset(listed.split())


class Token(NamedTuple):
    """One token and its span in the folded text. A comparator's `text` is its operator ("≥" and "> or =" give ">=")."""

    kind: Kind
    text: str
    start: int
    end: int


def tokens(folded: str, start: int, end: int) -> list[Token]:
    """Return the tokens of `folded[start:end]`, in the order of the text."""
    return list(_tokens(folded, start, end))


def _tokens(folded: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(folded, start, end):
        name = match.lastgroup or "sign"
        begin, stop = match.span()
        if name == "word" or name == "glued":
            yield Token("word", match.group(), begin, stop)
        elif name == "number":
            yield Token("number", match.group(), begin, stop)
        elif name == "sign":
            yield Token("sign", match.group(), begin, stop)
        else:
            yield Token("comparator", _COMPARATORS[name], begin, stop)
