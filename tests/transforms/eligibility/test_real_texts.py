"""Facts that must hold for every real text."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.transforms.eligibility.kit.drawing import drawn
from tests.transforms.eligibility.kit.insertion import moved, places
from tests.transforms.eligibility.kit.legacy_layout import legacy
from trialwire.schemas.record import RawRecord
from trialwire.transforms.eligibility import parse
from trialwire.transforms.read.from_pages import from_pages

if TYPE_CHECKING:
    from pathlib import Path

_MARKER = re.compile(
    r"(?:[^\w\s]|[o\uf0a7\uf0b7\uf0d8\uf0fc]|\(?\s?(?:[ie]?\d{1,3}(?:\.\d{1,2}){0,4}|[a-zA-Z]|[ivxIVX]{1,5}|[①-⑳])\s?[.)\]:-]{0,2})\s*"
)
_CONNECTOR = re.compile(r"\W*(?:or|and|plus|and/or)\W*", re.IGNORECASE)
LAYOUT_ALIKE = 0.995
"""Share of texts that give the same criteria in both layouts: all of the development data do, new ones may have paragraphs
inside items that the legacy layout does not distinguish from other items."""

SEED = 20261125
PLACES = 3
"""A criterion is put before this many items of each text."""
MOVED = 0.002
"""Share of insertions after which another criterion has a new id; over all texts 2 of 4,032. They are lists whose items
stand on their lead-in's own level, where the new item comes after the last "or"."""


@pytest.fixture(scope="module")
def texts(real_records: Path) -> dict[str, str]:
    found = {}
    for path in sorted((real_records / "ctgov").glob("NCT*.json")):
        record = json.loads(path.read_bytes())
        text = record["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria")
        if text:
            found[path.stem] = text
    return dict(list(found.items())[::3])


def _left_out(text: str) -> list[str]:
    """What lies in no node: between the spans, without white space, markers and connectors."""
    spans = [(one.start, one.end) for one in parse(text)]
    gaps = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(text)], strict=True)
    pieces = (re.sub(r"<!-- -->|\\(?=\W)", "", text[start:end]) for start, end in gaps)
    return [
        piece.strip()
        for piece in pieces
        if piece.strip()
        and not re.fullmatch(rf"\s*(?:{_MARKER.pattern})*", piece)
        and not all(
            re.fullmatch(rf"\s*(?:{_MARKER.pattern})*", part) or _CONNECTOR.fullmatch(part)
            for part in piece.split("\n")
        )
    ]


def test_every_character_but_markers_lies_in_exactly_one_node(texts: dict[str, str]) -> None:
    for number, text in texts.items():
        nodes = parse(text)
        for before, after in pairwise(nodes):
            assert before.end <= after.start, (number, after.text)
        assert _left_out(text) == [], number


def test_a_node_says_what_stands_at_its_offsets(texts: dict[str, str]) -> None:
    def letters(words: str) -> str:
        return re.sub(r"[\W_]+", "", words)

    for number, text in texts.items():
        if "&" in text or "â" in text:
            continue  # entities and broken encodings are longer than what they stand for
        for one in parse(text):
            assert letters(text[one.start : one.end]) == letters(one.text), number


def test_ids_are_unique_and_parents_come_first(texts: dict[str, str]) -> None:
    for number, text in texts.items():
        seen: set[str] = set()
        for one in parse(text):
            assert one.id not in seen, number
            assert one.parent is None or one.parent in seen, number
            seen.add(one.id)


def test_an_inserted_criterion_changes_the_id_of_no_other(texts: dict[str, str]) -> None:
    draw = random.Random(SEED)
    changed = []
    tried = 0
    for number, text in texts.items():
        found = places(text)
        for place in draw.sample(found, min(PLACES, len(found))):
            tried += 1
            changed += [(number, place)] if moved(text, place) else []
    assert tried > 2 * len(texts)
    assert len(changed) <= MOVED * tried, changed


def test_both_layouts_of_a_text_give_the_same_criteria(texts: dict[str, str]) -> None:
    same = sum([one.id for one in parse(text)] == [one.id for one in parse(legacy(text))] for text in texts.values())
    assert same >= LAYOUT_ALIKE * len(texts)


def _criteria(folder: Path, page: str) -> list[str]:
    path = next((folder / "pages").glob(f"{page}_*"))
    trial, _ = from_pages(RawRecord(content=path.read_bytes(), origin=path.name).content.decode())
    assert trial.eligibility.criteria is not None
    return drawn(trial.eligibility.criteria)


def test_page_001_has_8_inclusion_and_11_exclusion_criteria(real_records: Path) -> None:
    tree = _criteria(real_records, "001")
    assert [line[0] for line in tree] == ["+"] * 8 + ["x"] * 11
    assert tree[0] == "+ Age ≥ 18 years, 60 ≤ years."
    assert tree[-1] == "x Presenting an indication against the Proleukin"


def test_page_003_has_4_inclusion_and_7_exclusion_criteria(real_records: Path) -> None:
    tree = _criteria(real_records, "003")
    assert [line[0] for line in tree] == ["+"] * 4 + ["x"] * 7
    assert tree[1].startswith("+ RR MS patients without treatment")
    assert tree[1].endswith("Or Patients with progressive MS")
    assert not any("Regulatory" in line for line in tree)
    assert tree[-1].endswith("sub-tutorship or curatorship")


def test_page_004_has_5_inclusion_and_13_exclusion_criteria(real_records: Path) -> None:
    tree = _criteria(real_records, "004")
    assert [line[0] for line in tree] == ["+"] * 5 + ["x"] * 13
    assert tree[-1] == "x Mental or physical incapacity to fill in the questionnaires."


@pytest.mark.parametrize("page", ["001", "003", "004"])
def test_the_tail_of_a_page_belongs_to_no_criterion(real_records: Path, page: str) -> None:
    whole = next((real_records / "pages").glob(f"{page}_*")).read_text("utf-8")
    text = whole[whole.index("Inclusion criteria") :]
    assert drawn(text) == _criteria(real_records, page)
