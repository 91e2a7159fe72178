"""Scores the semantic diff on generated edits of real criteria texts, chosen by a seed.

    python -m benchmarks.diff_edits [--seed N]

It makes one hundred edits, one per text: words replaced, a criterion added, removed, moved to the other section or
split, a number changed, a negation reversed, criteria in another order, another layout. An edit is right if the diff
reports exactly the changes that were made, with the kind that a careful reader would choose. The others are printed for
review: a random edit may do more than intended, such as move a criterion under another lead-in. Exits with 1 if fewer
than 95 are right.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from benchmarks import records
from trialwire.changes.semantic.criteria import criteria_changes
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.schemas.semantic_change import SemanticChange

GOAL = 95
_BULLET = re.compile(r"^(\*|-|•|\d+[.)\\]{1,2}) +(.*)$")
_SECTION = re.compile(r"^\W*(?:key |main )?(inclusion|exclusion)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,;&#-])\d+(?:\.\d+)?(?![\w;-])(?!\.\d)")
_CUT = re.compile(r" and | or ")
_OTHER_WORDS = (
    ("patients", "participants"), ("known", "documented"), ("history of", "medical history of"), ("severe", "serious"),
    ("uncontrolled", "poorly controlled"), ("prior", "previous"), ("able to", "capable of"), ("use of", "intake of"),
    ("treatment with", "therapy with"), ("active", "ongoing"), ("disease", "disorder"), ("study", "trial"),
)  # fmt: skip
_ADDITIONS = (" as judged by the investigator", " at screening", " confirmed by imaging")
_TURNED = (
    ("must not", "must"), ("cannot", "can"), ("must ", "must not "), ("able to", "unable to"), ("willing", "not willing"),
    ("history of", "no history of"), ("History of", "No history of"), ("with ", "without "), (" is ", " is not "),
    (" are ", " are not "), (" have ", " do not have "),
)  # fmt: skip
PLAN = {
    "reword": 18,
    "number": 16,
    "add": 12,
    "remove": 10,
    "move": 12,
    "reorder": 6,
    "relay": 6,
    "split": 10,
    "negate": 10,
}


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion with its own line: line number, section, list marker, words."""

    line: int
    section: str
    marker: str
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """An eligibility text in lines, its items, and criteria of other texts to add."""

    lines: list[str]
    items: list[Item]
    others: list[Item]


Expected = list[tuple[str, str | None, str | None]]
"""Kind, old words and new words of each change."""
Edit = tuple[list[str], Expected]


def items(text: str) -> list[Item]:
    """The items without a list below them, whose words occur only once in the text."""
    lines, section, found = text.split("\n"), "", []
    for number, line in enumerate(lines):
        if (heading := _SECTION.match(line)) and len(line) < 40:
            section = heading[1].lower()
        bullet = _BULLET.match(line)
        after = next((one for one in lines[number + 1 :] if one.strip()), "")
        if bullet and section and not after.startswith(" ") and 15 < len(bullet[2]) < 300 and bullet[2][-1] != ":":
            found.append(Item(number, section, bullet[1], bullet[2]))
    count = Counter(plain(one.words) for one in found)
    return [one for one in found if count[plain(one.words)] == 1]


def plain(text: str | None) -> str:
    """The letters and digits of a text."""
    return re.sub(r"\W+", " ", text or "").strip().lower()


def texts(chance: random.Random) -> Iterator[Text]:
    """Texts with three or more items in both sections, in random order. Some only supply the criteria to add."""
    files = sorted(records.needed("ctgov").glob("*.json"))
    chance.shuffle(files)
    read = [orjson.loads(file.read_bytes())["protocolSection"].get("eligibilityModule", {}) for file in files]
    all_texts = [str(one.get("eligibilityCriteria", "")) for one in read]
    others = [item for text in all_texts[-100:] for item in items(text)]
    for text in all_texts[:-100]:
        found = items(text)
        if min(sum(one.section == name for one in found) for name in ("inclusion", "exclusion")) > 2:
            yield Text(text.split("\n"), found, others)


def _replaced(text: Text, item: Item, *words: str) -> list[str]:
    lines = list(text.lines)
    lines[item.line : item.line + 1] = [f"{item.marker} {one}" for one in words]
    return lines


def reword(text: Text, chance: random.Random) -> Edit | None:
    """Replace words, or add some at the end."""
    item = chance.choice(text.items)
    fitting = [pair for pair in _OTHER_WORDS if re.search(rf"\b{pair[0]}\b", item.words)]
    old, new = chance.choice(fitting) if fitting else ("", "")
    words = item.words.replace(old, new, 1) if old else item.words.rstrip(" .;") + chance.choice(_ADDITIONS)
    return _replaced(text, item, words), [("reworded", item.words, words)]


def number(text: Text, chance: random.Random) -> Edit | None:
    """Change one number."""
    item = chance.choice(text.items)
    found = list(_NUMBER.finditer(item.words))
    if not found:
        return None
    place = chance.choice(found)
    words = f"{item.words[: place.start()]}{float(place[0]) * 2 + 1:g}{item.words[place.end() :]}"
    return _replaced(text, item, words), [("changed", item.words, words)]


def negate(text: Text, chance: random.Random) -> Edit | None:
    """Reverse a negation."""
    item = chance.choice(text.items)
    for old, new in _TURNED:
        if old in item.words:
            words = item.words.replace(old, new, 1)
            return _replaced(text, item, words), [("reworded", item.words, words)]
    return None


def add(text: Text, chance: random.Random) -> Edit | None:
    """Add a criterion of another text."""
    item = chance.choice(text.items)
    other = chance.choice([one for one in text.others if one.section == item.section])
    return _replaced(text, item, item.words, other.words), [("added", None, other.words)]


def remove(text: Text, chance: random.Random) -> Edit | None:
    """Remove a criterion."""
    item = chance.choice(text.items)
    return _replaced(text, item), [("removed", item.words, None)]


def move(text: Text, chance: random.Random) -> Edit | None:
    """Move a criterion to the other section."""
    item = chance.choice(text.items)
    to = chance.choice([one for one in text.items if one.section != item.section])
    lines = list(text.lines)
    lines.insert(to.line, f"{to.marker} {item.words}")
    del lines[item.line + (to.line <= item.line)]
    return lines, [("moved", item.words, item.words)]


def split(text: Text, chance: random.Random) -> Edit | None:
    """Split one criterion in two, at "and" or "or"."""
    item = chance.choice(text.items)
    cuts = [one for one in _CUT.finditer(item.words) if 12 < one.start() < len(item.words) - 15]
    if not cuts:
        return None
    place = chance.choice(cuts)
    parts = item.words[: place.start()], item.words[place.end() :]
    return _replaced(text, item, *parts), [("reworded", item.words, part) for part in parts]


def reorder(text: Text, chance: random.Random) -> Edit | None:
    """Put the criteria of a section in another order."""
    section = chance.choice(("inclusion", "exclusion"))
    places = [one.line for one in text.items if one.section == section]
    shuffled = chance.sample(places, len(places))
    lines = list(text.lines)
    for place, source in zip(places, shuffled, strict=True):
        lines[place] = text.lines[source]
    return (lines, []) if lines != text.lines else None


def relay(text: Text, chance: random.Random) -> Edit | None:
    """Change the layout of the text: list markers, blank lines, capitals of headings."""
    ways: list[Callable[[str], str]] = [
        lambda line: re.sub(r"^\* ", "- ", line),
        lambda line: f"{line}\n" if _BULLET.match(line) else line,
        lambda line: line.upper() if _SECTION.match(line) else f"{line} ",
    ]
    way = chance.choice(ways)
    lines = [way(line) for line in text.lines]
    return (lines, []) if lines != text.lines else None


EDITS: dict[str, Callable[[Text, random.Random], Edit | None]] = {
    "reword": reword, "number": number, "add": add, "remove": remove, "move": move, "reorder": reorder, "relay": relay,
    "split": split, "negate": negate,
}  # fmt: skip


def is_right(found: list[SemanticChange], expected: Expected) -> bool:
    """Whether the reported changes are those that were made. Texts are compared by their first words."""

    def key(kind: str, old: object, new: object) -> tuple[str, str, str]:
        return kind, plain(old if isinstance(old, str) else "")[:40], plain(new if isinstance(new, str) else "")[:40]

    return sorted(key(one.kind, one.old, one.new) for one in found) == sorted(key(*one) for one in expected)


def main(arguments: list[str] | None = None) -> int:
    """Make the edits, score the diff and print the result."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.diff_edits", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--seed", type=int, default=20261201)
    chance = random.Random(parser.parse_args(arguments).seed)
    source, right = texts(chance), Counter[str]()
    for name in [name for name, count in PLAN.items() for _ in range(count)]:
        edit, text = None, next(source)
        while edit is None:
            text = next(source)
            edit = EDITS[name](text, chance)
        lines, expected = edit
        found = criteria_changes(parse("\n".join(text.lines)), parse("\n".join(lines)))
        right[name] += is_right(found, expected)
        if not is_right(found, expected):
            print(f"{name}: expected {expected}")
            print("".join(f"    {one.kind}: {one.sentence}\n" for one in found), end="")
    print(", ".join(f"{name} {right[name]}/{count}" for name, count in PLAN.items()))
    print(f"{right.total()} of {sum(PLAN.values())} reported as they were made")
    return 0 if right.total() >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
