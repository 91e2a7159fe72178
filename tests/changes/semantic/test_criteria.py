"""Criteria of two versions: what is added, removed, reworded, moved, and what is no change."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.changes.kit.criteria import Bound, Row, exclusion, row
from trialwire.changes.semantic.criteria import criteria_changes

if TYPE_CHECKING:
    from trialwire.schemas.semantic_change import SemanticChange

CKD = row("Chronic kidney disease for at least 6 months")
METFORMIN = row("Stable dose of metformin for 3 months or longer")
PREGNANT = exclusion("Pregnant or breastfeeding")
DIALYSIS = exclusion("Dialysis within 3 months")
ALLERGY = exclusion("Known allergy to FictoMab")
TEXT = [CKD, METFORMIN, PREGNANT, DIALYSIS]


def egfr(value: int, comparator: str = ">=") -> Row:
    return row(f"eGFR {comparator} {value} mL/min", "inclusion", Bound("egfr", comparator, value, "mL/min"))


def one(old: list[Row], new: list[Row]) -> SemanticChange:
    [change] = criteria_changes(old, new)
    return change


def test_a_criterion_that_came_and_one_that_went_are_each_one_change_with_the_id() -> None:
    added, removed = one(TEXT, [*TEXT, ALLERGY]), one([*TEXT, ALLERGY], TEXT)
    assert (added.kind, added.old, added.new, added.old_id, added.new_id) == (
        "added", None, ALLERGY.text, None, ALLERGY.id,
    )  # fmt: skip
    assert (removed.kind, removed.old_id, removed.new_id) == ("removed", ALLERGY.id, None)
    assert added.sentence == "Exclusion criterion added: “Known allergy to FictoMab”."
    assert (added.code, added.change_class, added.material) == ("eligibility.criteria", "who", True)


def test_a_bound_that_moves_is_one_change_that_says_from_where_to_where() -> None:
    change = one([*TEXT, egfr(45)], [egfr(30), *TEXT])
    assert (change.kind, change.old, change.new) == ("changed", "eGFR >= 45 mL/min", "eGFR >= 30 mL/min")
    assert change.sentence.startswith("Inclusion criterion changed: eGFR >= 45 → >= 30 mL/min")
    assert [(mark.operation, mark.text.strip()) for mark in change.marks if mark.operation != "="] == [
        ("-", "45"), ("+", "30"),
    ]  # fmt: skip


def test_a_number_that_no_bound_was_read_from_is_a_changed_number_too() -> None:
    change = one(
        [*TEXT, row("At least two prior lines of therapy")], [*TEXT, row("At least three prior lines of therapy")]
    )
    assert change.kind == "changed"
    assert "[-two-]{+three+}" in change.sentence


def test_a_reworded_criterion_is_paired_with_its_old_self_and_marked_word_by_word() -> None:
    after = exclusion("Pregnant, breastfeeding, or planning a pregnancy")
    change = one(TEXT, [CKD, METFORMIN, after, DIALYSIS])
    assert (change.kind, change.old_id, change.new_id) == ("reworded", PREGNANT.id, after.id)
    assert "".join(mark.text for mark in change.marks if mark.operation != "-") == after.text
    assert "".join(mark.text for mark in change.marks if mark.operation != "+") == "Pregnant, or breastfeeding"


def test_other_words_in_the_same_place_are_another_criterion() -> None:
    found = criteria_changes(TEXT, [CKD, METFORMIN, PREGNANT, exclusion("Active hepatitis B")])
    assert {change.kind for change in found} == {"added", "removed"}


@pytest.mark.parametrize("words", ["Dialysis within 3 months", "No dialysis within 3 months"])
def test_nothing_is_paired_across_inclusion_and_exclusion_without_saying_that_it_moved(words: str) -> None:
    change = one(TEXT, [CKD, METFORMIN, row(words), PREGNANT])
    assert change.kind == "moved"
    assert "moved from exclusion to inclusion" in change.sentence


def test_a_changed_negation_is_named() -> None:
    change = one([*TEXT, row("Able to swallow tablets")], [*TEXT, row("Not able to swallow tablets")])
    assert change.kind == "reworded"
    assert "mind the negation: “not” was added" in change.sentence


def test_order_case_punctuation_and_another_cut_are_no_change() -> None:
    shuffled = list(TEXT)
    random.Random(5).shuffle(shuffled)
    assert criteria_changes(TEXT, shuffled) == []
    assert criteria_changes(TEXT, [row(one.text.upper() + ";", one.label) for one in TEXT]) == []
    whole = row("Adults. Able to consent")
    assert criteria_changes([whole, *TEXT], [row("Adults"), row("Able to consent"), *TEXT]) == []


def test_a_criterion_that_is_split_is_its_parts_and_not_something_new() -> None:
    whole = exclusion("Uncontrolled hypertension or unstable angina within the last six months")
    parts = [exclusion("Uncontrolled hypertension"), exclusion("Unstable angina within the last six months")]
    found = criteria_changes([*TEXT, whole], [*TEXT, *parts])
    assert [(change.kind, change.old_id, change.new_id) for change in found] == [
        ("reworded", whole.id, part.id) for part in parts
    ]
    assert "split in 2, part 1" in found[0].sentence
    back = criteria_changes([*TEXT, *parts], [*TEXT, whole])
    assert [(change.old_id, change.new_id) for change in back] == [(part.id, whole.id) for part in parts]


def test_populations_that_come_go_and_are_renamed_are_reported_once() -> None:
    part_a = [row("Healthy adult", population="Part A"), row("Non-smoker", population="Part A")]
    added = criteria_changes(TEXT, [*TEXT, *part_a])
    assert added[0].sentence == "Population added: “Part A” (2 criteria)."
    assert [change.kind for change in added] == ["added", "added", "added"]
    renamed = one([*TEXT, *part_a], [*TEXT, *(row(each.text, population="Cohort 1") for each in part_a)])
    assert renamed.sentence == "Population renamed: “Part A” is now “Cohort 1”."
    moved = one([*TEXT, *part_a, row("Fasting")], [*TEXT, *part_a, row("Fasting", population="Part A")])
    assert (moved.kind, "from all participants to Part A" in moved.sentence) == ("moved", True)


def test_an_item_that_goes_to_another_list_is_moved_and_a_list_without_its_indent_is_not() -> None:
    any_of = row("At least one of:", role="group", join="any")
    items = [row("Diabetes mellitus", parent=any_of.id), row("Hypertension", parent=any_of.id)]
    flat = [any_of, row("Diabetes mellitus"), row("Hypertension")]
    assert criteria_changes([any_of, *items, *TEXT], [*flat, *TEXT]) == []
    change = one([any_of, *items, *TEXT], [any_of, items[0], *TEXT, row("Hypertension")])
    assert (change.kind, change.new) == ("moved", "Hypertension")
    assert "now stands by itself, before under “At least one of:” (any of)" in change.sentence


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        (("Impaired hepatic function", "Impaired renal function"), "Impaired hepatic or renal function"),
        (("Severe reaction to fictomab", "Severe reaction to owlinib"), "Severe reaction to fictomab or owlinib"),
    ],
)
def test_criteria_that_share_words_and_become_one_are_merged_and_none_is_dropped(
    apart: tuple[str, str], together: str
) -> None:
    pieces, whole = [row(words, "exclusion") for words in apart], row(together, "exclusion")
    merged, split = (
        criteria_changes([*TEXT, *pieces], [*TEXT, whole]),
        criteria_changes([*TEXT, whole], [*TEXT, *pieces]),
    )
    assert [(change.kind, change.old) for change in merged] == [("reworded", words) for words in apart]
    assert [(change.kind, change.new) for change in split] == [("reworded", words) for words in apart]


def test_two_criteria_of_like_words_are_two_reworded_ones_and_no_split() -> None:
    rising = [
        row(f"{name} above {value} ng/ml and rising since the last 24 hours")
        for name, value in (("Ferritin", 700), ("Serum ferritin", 1000))
    ]
    after = [row(each.text.replace("ng/ml", "mcg/l")) for each in rising]
    found = criteria_changes([*rising, *TEXT], [*after, *TEXT])
    assert [(change.old_id, change.new_id) for change in found] == [
        (was.id, became.id) for was, became in zip(rising, after, strict=True)
    ]


def test_a_long_addition_keeps_a_criterion_paired() -> None:
    long = row(CKD.text + ", confirmed by two readings of urine albumin three months apart, or by a biopsy of any date")
    assert (one(TEXT, [long, *TEXT[1:]]).old_id, one([long, *TEXT[1:]], TEXT).new_id) == (CKD.id, CKD.id)


def test_words_that_turn_from_a_heading_into_a_criterion_are_named_as_that() -> None:
    change = one([row("Renal function", None, role="heading"), *TEXT], [row("Renal function"), *TEXT])
    assert (change.kind, change.sentence) == (
        "moved", "“Renal function” is now read as an inclusion criterion, before as a heading.",
    )  # fmt: skip


def test_every_criterion_that_is_not_in_both_texts_is_in_a_change() -> None:
    """By a seed: a sound list names each criterion that is gone and each that came, and pairs none across sections in silence."""
    chance = random.Random(20261201)
    stock = [
        "renal",
        "liver",
        "cardiac",
        "severe",
        "stable",
        "active",
        "untreated",
        "chronic",
        "failure",
        "disease",
        "function",
        "therapy",
        "history",
    ]
    for _ in range(200):
        pool = [
            row(" ".join(chance.sample(stock, chance.randint(1, 4))), chance.choice(("inclusion", "exclusion")))
            for _ in range(12)
        ]
        old, new = ({each.id: each for each in chance.sample(pool, chance.randint(0, 8))} for _ in range(2))
        found = criteria_changes(list(old.values()), list(new.values()))
        if any(change.kind == "reworded" and "split" in change.sentence for change in found):
            continue
        changed_old, changed_new = {change.old_id for change in found}, {change.new_id for change in found}
        assert {key for key in old if key not in new} <= changed_old
        assert {key for key in new if key not in old} <= changed_new
        for change in found:
            if change.old_id and change.new_id and old[change.old_id].label != new[change.new_id].label:
                assert change.kind == "moved"


def test_contact_data_is_masked_wherever_a_change_shows_it() -> None:
    secret = "ida.norrland@example.org"
    old, new = row(f"Referred by the clinic ({secret})"), row(f"Referred in writing by the clinic ({secret})")
    change = one([*TEXT, old], [*TEXT, new])
    assert secret not in repr(change)
    assert "[e-mail address removed]" in str(change.new)
