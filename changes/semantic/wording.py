"""Words of a text as they are compared, and the words that differ between two texts.

Case, list markers and punctuation do not count. What carries meaning does: numbers, comparators, signs, parentheses.
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
"""Words and signs as a text writes them: a comparator of two signs is one."""
_COMPARATORS = (("\\", ""), (">=", "≥"), ("=>", "≥"), ("<=", "≤"), ("=<", "≤"), ("’", "'"), ("–", "-"), ("−", "-"))
_NUMERIC = re.compile(r"\d+(?:[.,]\d+)*|[<>=≤≥±%-]")
NEGATIONS = frozenset({
    "no", "not", "non", "none", "never", "without", "cannot", "unable", "neither", "nor", "absence", "absent", "lack",
    "inability", "free", "negative", "except", "unless", "exclude", "excluded",
})  # fmt: skip
_SEVERAL_WORDS, _MANY_WORDS = 300, 1500
"""Beyond the first, words that stand everywhere are no anchors; beyond the second all between the first and the last
difference is marked as a whole. The search for what is the same is quadratic otherwise."""
_CONTEXT = 4

Piece = tuple[str, str]
"""Part of a text, and the word of it as it is compared."""


def words(text: str) -> tuple[str, ...]:
    """The words and signs that count, in order. Two texts with the same words say the same."""
    folded = normalize("NFKC", text).casefold()
    for found, instead in _COMPARATORS:
        folded = folded.replace(found, instead)
    return tuple(_TOKEN.findall(folded))


def is_numeric(word: str) -> bool:
    """Whether a word is a number or a comparator."""
    return _NUMERIC.fullmatch(word) is not None


def marks(old: str, new: str) -> tuple[Mark, ...]:
    """Both texts as one: words that stayed, went and came. A change of case or punctuation alone is no change."""
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
    """The marks as plain text, [-gone-]{+come+}, with a few words around each."""
    parts: list[str] = []
    for index, mark in enumerate(found):
        if mark.operation == "=":
            parts.append(_around(mark.text, first=index == 0, last=index == len(found) - 1))
        else:
            text, space = cut(mark.text, longest // 2), " " if mark.text[-1:].isspace() else ""
            parts.append(f"[-{text}-]{space}" if mark.operation == "-" else f"{{+{text}+}}{space}")
    return cut("".join(parts).replace("-] {+", "-]{+"), longest * 2)


def cut(text: str, longest: int = 160) -> str:
    """A text on one line, not longer than that; an ellipsis says that it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _pieces(text: str) -> list[Piece]:
    """A text cut before each word or sign that counts; each piece with that word as it is compared."""
    starts = [found.start() for found in _PLACED.finditer(text)]
    bounds = [0, *starts[1:], len(text)] if starts else [0, len(text)]
    return [(text[a:b], " ".join(words(text[a:b]))) for a, b in pairwise(bounds) if a < b]


def _around(text: str, *, first: bool, last: bool) -> str:
    """The words next to a difference; what lies further off is left out."""
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
    """Differences with a single word between them are one: broken text is hard to read."""
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
