"""Numeric bounds against Chia (Kury et al. 2020, CC BY 4.0): `python -m benchmarks.chia [--errors]`.

Chia annotates values and their variables, but not operators. A small reader of its value spans, independent of the
parser, makes the gold bounds. The available half has lost many comparators ("= 18" for "≥ 18"): if the gold operator is
"=", every operator with that value counts as right. A span that the reader cannot read, and a variable that is not in
our table, are omitted on both sides. Unit of scoring: (trial, variable, comparator, value).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from benchmarks import records as real_records
from trialwire.transforms.eligibility import source_text
from trialwire.transforms.eligibility.bounds import bounds
from trialwire.transforms.eligibility.bounds.variables import MENTIONS
from trialwire.transforms.eligibility.quantity import lexing

Key = tuple[str, str, str, float]
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)"
_UNIT = r"(?:\s*(?:years?|yrs?|months?|weeks?|days?|%|kg/m2|mg/dl|kg|mmhg|g/dl|ml/min|cm|mm)\b\.?(?: of age| old)?)?"
_WORDS = {
    ">=": r"(?:≥|>\s?=|> ?or ?= ?|>/=|at least|greater than or equal to|not less than|minimum of|no less than|greater or equal to|>_)",
    "<=": r"(?:≤|<\s?=|<or=|< or =|</=|at most|less than or equal to|no more than|not more than|up to|maximum of|lower than or equal to)",
    ">": r"(?:>|greater than|more than|over|above|older than|higher than|exceeding|major than)",
    "<": r"(?:<|less than|under|below|younger than|lower than)",
    "=": r"=",
}
_MORE = re.compile(rf"^{_NUMBER}{_UNIT},?\s*(?:\(?or|and)\s*(?:older|over|above|more|greater|higher|up)\b")
_LESS = re.compile(rf"^{_NUMBER}{_UNIT},?\s*(?:or|and)\s*(?:younger|under|below|less|lower)\b")
_RANGE = re.compile(
    rf"^(?:between|from|ranging from|aged)?\s*(?:the ages? of )?{_NUMBER}{_UNIT}\s*(?:-|–|to|and|~|through)\s*{_NUMBER}(?!\d)"
)
_LIST = re.compile(r"^(\d)(?:\s*,\s*(\d))?\s*,?\s*or\s*(\d)$")
_BARE = re.compile(rf"^{_NUMBER}{_UNIT}$")


def gold(folder: Path) -> tuple[dict[Key, str], set[tuple[str, str]], int]:
    """(gold bounds with their words, (trial, variable) pairs with an unreadable value, number of unreadable values)."""
    found: dict[Key, str] = {}
    unread: set[tuple[str, str]] = set()
    unreadable = 0
    for path in sorted(folder.glob("*.ann")):
        trial = path.stem.split("_")[0]
        spans: dict[str, tuple[str, str]] = {}
        pairs = []
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, rest = line.partition("\t")
            if name.startswith("T"):
                kind, _, words = rest.partition("\t")
                spans[name] = (kind.split()[0], words)
            elif name.startswith("R") and rest.startswith("Has_value"):
                pairs.append(re.findall(r"Arg\d:(T\d+)", rest))
        for pair in pairs:
            if len(pair) != 2 or not all(name in spans for name in pair):
                continue
            variable = _variable(*spans[pair[0]])
            if variable is None:
                continue
            bounds_read = _bounds(spans[pair[1]][1])
            if bounds_read is None:
                unreadable += 1
                unread.add((trial, variable))
            else:
                if variable == "blood pressure" and (pair_read := re.search(r"(\d+)/(\d+)", spans[pair[1]][1])):
                    operator = bounds_read[0][0]
                    found[trial, "sbp", operator, float(pair_read[1])] = spans[pair[1]][1]
                    found[trial, "dbp", operator, float(pair_read[2])] = spans[pair[1]][1]
                    continue
                words = f"{spans[pair[0]][1]} | {spans[pair[1]][1]}"
                found |= {(trial, variable, comparator, value): words for comparator, value in bounds_read}
    return found, unread, unreadable


def _variable(kind: str, words: str) -> str | None:
    folded = words.lower()
    if kind == "Person":
        return "age" if re.search(r"\b(?:age[ds]?|old|older|years?|y\.?o|yrs)\b", folded) else None
    tokens = lexing.tokens(folded, 0, len(folded))
    names = [mention.meaning.name for mention in MENTIONS.find(tokens) if mention.meaning is not None]
    return names[0] if names else None


def _bounds(words: str) -> list[tuple[str, float]] | None:
    text = words.lower().strip().replace("\xa0", " ")
    if not re.search(r"\d", text):
        return None if re.search(r"\b[ivx]{1,4}\b|normal|one|two|three", text) else []
    if match := _LIST.match(text):
        return [("=", float(number)) for number in match.groups() if number]
    if match := _RANGE.match(text):
        return [(">=", _number(match[1])), ("<=", _number(match[2]))]
    if match := _MORE.match(text):
        return [(">=", _number(match[1]))]
    if match := _LESS.match(text):
        return [("<=", _number(match[1]))]
    found = []
    position = 0
    for operator in re.finditer(
        "|".join(f"(?P<o{number}>{words})" for number, words in enumerate(_WORDS.values())), text
    ):
        if operator.start() < position:
            continue
        number = re.compile(rf"\s*(?:the age of |age |a )?{_NUMBER}").match(text, operator.end())
        if number is None:
            return None
        name = list(_WORDS)[int((operator.lastgroup or "o0")[1:])]
        found.append((name, _number(number[1])))
        position = number.end()
    if found:
        return found
    if match := _BARE.match(text):
        return [("=", _number(match[1]))]
    return None


def _number(digits: str) -> float:
    if re.fullmatch(r"\d{2,3}\.000", digits):
        return float(digits.replace(".", ""))
    return float(digits.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", digits) else digits.replace(",", "."))


def parsed(folder: Path) -> dict[Key, str]:
    """The bounds of the parser, each with its line of text."""
    found: dict[Key, str] = {}
    for path in sorted(folder.glob("*.txt")):
        text = source_text.read(path.read_text(encoding="utf-8"))
        position = 0
        for line in text.plain.split("\n"):
            for bound in bounds.find(text, position, position + len(line)):
                key = (path.stem.split("_")[0], bound.variable, bound.comparator, float(bound.value))
                found.setdefault(key, line.strip())
            position += len(line) + 1
    return found


def main() -> None:
    """Print precision, recall and F1 for age, for all other variables, and together."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, help="default: eligibility/chia of the real data")
    arguments.add_argument("--errors", action="store_true", help="print every bound missed or too many")
    options = arguments.parse_args()
    data = options.data or real_records.needed("eligibility/chia")
    wanted, unread, unreadable = gold(data)
    wanted = {key: words for key, words in wanted.items() if key[:2] not in unread}
    ours = {key: line for key, line in parsed(data).items() if key[:2] not in unread}
    annotated = {key[0] for key in wanted}
    ours = {key: line for key, line in ours.items() if key[0] in annotated}
    lost = {(trial, variable, value) for trial, variable, comparator, value in wanted if comparator == "="}
    values = {(trial, variable, value) for trial, variable, _, value in ours}
    scores: dict[str, Counter[str]] = {"age": Counter(), "other": Counter()}
    for key in sorted(wanted):
        hit = key in ours or (key[2] == "=" and (key[0], key[1], key[3]) in values)
        scores["age" if key[1] == "age" else "other"]["found" if hit else "missed"] += 1
        if not hit and options.errors:
            sys.stdout.write(f"missed  {key}  {wanted[key]}\n")
    for key, line in sorted(ours.items()):
        right = key in wanted or (key[0], key[1], key[3]) in lost
        scores["age" if key[1] == "age" else "other"]["right" if right else "wrong"] += 1
        if not right and options.errors:
            sys.stdout.write(f"extra   {key}  {line[:170]}\n")
    scores["all"] = scores["age"] + scores["other"]
    sys.stdout.write(f"value spans the gold reading could not take: {unreadable}\n")
    for name, score in scores.items():
        recall = score["found"] / max(1, score["found"] + score["missed"])
        precision = score["right"] / max(1, score["right"] + score["wrong"])
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        sys.stdout.write(
            f"{name:6} P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  gold {score['found'] + score['missed']}\n"
        )


if __name__ == "__main__":
    main()
