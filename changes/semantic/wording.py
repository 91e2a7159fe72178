"""Splits a text into the words that are compared, and finds the words that differ between two texts.

Case, list markers and punctuation are ignored. Numbers, comparators, signs and parentheses are compared.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import normalize

from trialwire.schemas.semantic_change import Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.semantic_change import Operation

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[<>=≤≥≠±%/()+]|-(?=\s*\d)")
_PLACED = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[<>=≤≥]+|[±%/()+≠]")
"""Matches the words and signs of a text. A comparator of two signs (">=") is one match."""
_COMPARATORS = (("\\", ""), (">=", "≥"), ("=>", "≥"), ("<=", "≤"), ("=<", "≤"), ("’", "'"), ("–", "-"), ("−", "-"))
_NUMERIC = re.compile(r"\d+(?:[.,]\d+)*|[<>=≤≥±%-]")
NEGATIONS = frozenset({
    "no", "not", "non", "none", "never", "without", "cannot", "unable", "neither", "nor", "absence", "absent", "lack",
    "inability", "free", "negative", "except", "unless", "exclude", "excluded",
})  # fmt: skip
_SEVERAL_WORDS, _MANY_WORDS = 300, 1500
"""If a text has more words than the first number, very frequent words are not used to align the texts. If it has more
than the second, everything between the first and the last difference is one difference. Otherwise the comparison would
take quadratic time."""
_CONTEXT = 4

Piece = tuple[str, str]
"""A part of a text, and its word in the form in which it is compared."""


def words(text: str) -> tuple[str, ...]:
    """Return the words and signs of a text that are compared, in order.

    Texts with equal words have the same meaning.
    """
    folded = normalize("NFKC", text).casefold()
    for found, instead in _COMPARATORS:
        folded = folded.replace(found, instead)
    return tuple(_TOKEN.findall(folded))


def is_numeric(word: str) -> bool:
    """Return whether a word is a number or a comparator."""
    return _NUMERIC.fullmatch(word) is not None


def marks(old: str, new: str) -> tuple[Mark, ...]:
    """Compare two texts word by word. Returns marks in order: pieces of text, each equal, removed or added.

    A difference only in case or punctuation is not a difference.
    """
    before, after = _pieces(old), _pieces(new)
    found: list[Mark] = []

    def say(operation: Operation, pieces: list[Piece]) -> None:
        if text := "".join(text for text, _ in pieces):
            found.append(Mark(operation, text))

    for operation, a, b, c, d in _operations([word for _, word in before], [word for _, word in after]):
        if operation == "equal":
            say("=", after[c:d])
        else:
            say("-", before[a:b])
            say("+", after[c:d])
    return tuple(found)


def marked(found: tuple[Mark, ...], *, longest: int = 300) -> str:
    """Return marks as plain text, [-removed-]{+added+}, with a few unchanged words around each difference."""
    parts: list[str] = []
    for index, mark in enumerate(found):
        if mark.operation == "=":
            parts.append(_around(mark.text, first=index == 0, last=index == len(found) - 1))
        else:
            text, space = cut(mark.text, longest // 2), " " if mark.text[-1:].isspace() else ""
            parts.append(f"[-{text}-]{space}" if mark.operation == "-" else f"{{+{text}+}}{space}")
    return cut("".join(parts).replace("-] {+", "-]{+"), longest * 2)


def cut(text: str, longest: int = 160) -> str:
    """Return a text on one line with at most `longest` characters. A shortened text ends with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _pieces(text: str) -> list[Piece]:
    """Cut a text before each word or sign that is compared.

    Returns the pieces, each with its word as it is compared.
    """
    starts = [found.start() for found in _PLACED.finditer(text)]
    bounds = [0, *starts[1:], len(text)] if starts else [0, len(text)]
    return [(text[a:b], " ".join(words(text[a:b]))) for a, b in pairwise(bounds) if a < b]


def _around(text: str, *, first: bool, last: bool) -> str:
    """Shorten an unchanged text to the words next to a difference."""
    found = list(re.finditer(r"\S+\s*", text))
    if len(found) <= 2 * _CONTEXT + 1:
        return text
    head, tail = text[: found[_CONTEXT].start()], text[found[-_CONTEXT].start() :]
    return f"… {tail}" if first else f"{head}…" if last else f"{head}… {tail}"


def _operations(left: list[str], right: list[str]) -> list[tuple[str, int, int, int, int]]:
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    end = 0
    while end < min(len(left), len(right)) - start and left[-1 - end] == right[-1 - end]:
        end += 1
    stop, halt = len(left) - end, len(right) - end
    inner = left[start:stop], right[start:halt]
    found = [("equal", 0, start, 0, start)] if start else []
    if max(map(len, inner)) > _MANY_WORDS:
        found.append(("replace", start, stop, start, halt))
    elif any(inner):
        matcher = SequenceMatcher(None, *inner, autojunk=max(map(len, inner)) > _SEVERAL_WORDS)
        found += [
            (name, a + start, b + start, c + start, d + start) for name, a, b, c, d in _joined(matcher.get_opcodes())
        ]
    if end:
        found.append(("equal", stop, len(left), halt, len(right)))
    return found


def _joined(opcodes: Sequence[tuple[str, int, int, int, int]]) -> list[tuple[str, int, int, int, int]]:
    """Join differences that have only one word between them, because many small differences are hard to read."""
    found: list[tuple[str, int, int, int, int]] = []
    for index, (name, a, b, c, d) in enumerate(opcodes):
        inside = 0 < index < len(opcodes) - 1
        lone = name == "equal" and b - a == 1 and inside and _long(opcodes[index - 1]) and _long(opcodes[index + 1])
        if (lone or name != "equal") and found and found[-1][0] != "equal":
            _, first, _, third, _ = found[-1]
            found[-1] = ("replace", first, b, third, d)
        else:
            found.append((name, a, b, c, d))
    return found


def _long(opcode: tuple[str, int, int, int, int]) -> bool:
    _, a, b, c, d = opcode
    return b - a > 1 and d - c > 1
