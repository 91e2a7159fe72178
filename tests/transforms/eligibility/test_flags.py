"""The table of flags is closed, and docs/eligibility.md shows it."""

from __future__ import annotations

import pytest

from tests.kit.checkout import DOCS
from tests.transforms.eligibility.kit.difficult import CASES
from tests.transforms.eligibility.kit.drawing import unindented
from trialwire.transforms.eligibility import parse
from trialwire.transforms.eligibility.parse import FLAGS

PAGE = DOCS / "eligibility.md"


def flags_of(line: str) -> tuple[str, ...]:
    (one,) = (node for node in parse(line) if node.label)
    return one.flags


def test_the_page_shows_the_table_of_flags() -> None:
    for name, meaning in FLAGS.items():
        assert f"| `{name}` | {meaning} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_no_criterion_carries_a_flag_outside_the_table(name: str) -> None:
    for one in parse(unindented(CASES[name][0])):
        assert set(one.flags) <= FLAGS.keys()


@pytest.mark.parametrize(
    ("line", "flag"),
    [
        ("Adults 18 to 65 years of age", "age"),
        ("Male, able to glow", "sex"),
        ("Healthy volunteers who glow", "healthy-volunteers"),
        ("Prior quellectomy is permitted", "permission"),
        ("Any nimbosis except of the ear", "exception"),
    ],
)
def test_a_flag_says_what_the_words_say(line: str, flag: str) -> None:
    assert flag in flags_of(line)


@pytest.mark.parametrize("line", ["Quellectomy is not permitted", "Male partners who glow", "A steady glow"])
def test_what_only_looks_like_it_raises_no_flag(line: str) -> None:
    assert flags_of(line) == ()


def test_groups_and_alternatives_are_flagged() -> None:
    group, *_ = parse("* Two of the following:\n* fever\n* rash")
    assert (group.join, group.flags) == ("any", ("count", "flat"))
    _, second = parse("* Zorbitis, or\n* Nimbosis")
    assert second.flags == ("alternative",)
