"""What becomes of difficult texts, and that a criterion put into one changes no other."""

from __future__ import annotations

from random import Random

import pytest

from tests.transforms.eligibility.kit.difficult import CASES
from tests.transforms.eligibility.kit.drawing import drawn, unindented
from tests.transforms.eligibility.kit.insertion import CRITERION, moved, places, with_criterion
from tests.transforms.eligibility.kit.legacy_layout import legacy
from trialwire.transforms.eligibility import parse

SIGNS = (
    *("\n", "\n\n", "  ", "* ", "- ", "1. ", "2) ", "a. ", "(i) ", ": ", "; ", ", ", ".", "/", "(", ")", "*", "\\*", "\\>", "\u2028"),
    *("≥ ", "<= ", "×", "10^9/L", "5", "½", "²", "140/90", "9" * 60, "1e999", "years", "or ", "and ", "between ", "x ULN"),
    *("age ", "ECOG ", "Nimbosis", "within ", "Inclusion Criteria:", "Exclusion: ", "Note: ", "any of the following:"),
)  # fmt: skip
ENDS_BY_WORDS = {
    "wrapped lines": "its layout has a blank line between items, an item put in without one goes on with the last",
    "a flat list ends where its last item says so": "the item before the last one ends in 'or'; the new item is the last",
}


@pytest.mark.parametrize("name", CASES)
def test_a_difficult_text_becomes_the_tree_a_reader_would_draw(name: str) -> None:
    text, tree = CASES[name]
    assert drawn(unindented(text)) == unindented(tree).split("\n")


@pytest.mark.parametrize("name", sorted(CASES.keys() - ENDS_BY_WORDS.keys()))
def test_an_inserted_criterion_changes_no_other_id_of_a_difficult_text(name: str) -> None:
    text = unindented(CASES[name][0])
    assert {place: ids for place in places(text) if (ids := moved(text, place))} == {}


@pytest.mark.parametrize("text", ["", " \n\n\t", "* \n* ", "---", "\u2028"])
def test_a_text_without_words_has_no_criteria(text: str) -> None:
    assert [one for one in parse(text) if one.role == "criterion"] == []


def test_semicolons_with_nothing_between_them_part_nothing() -> None:
    assert drawn("; ; ;") == ["+ ; ; ;"]


@pytest.mark.parametrize("seed", range(20))
def test_a_soup_of_signs_is_read_within_its_ends_and_each_id_is_one(seed: int) -> None:
    draw = Random(seed)
    for _ in range(40):
        text = "".join(draw.choices(SIGNS, k=draw.randrange(1, 60)))
        criteria = parse(text)
        spans = [(one.start, one.end) for one in criteria]
        inner = [(one.start, one.end) for criterion in criteria for one in (*criterion.bounds, *criterion.windows)]
        assert all(0 <= start <= end <= len(text) for start, end in spans + inner), text
        assert len({one.id for one in criteria}) == len(criteria), text


def test_a_sentence_heading_is_one_with_and_without_an_item_before_it() -> None:
    text = unindented("""
        Exclusion Criteria:

        * Patients meeting any of the following conditions will be excluded:

          * Nimbosis
          * Prior quellectomy
    """)
    rest = ["x Nimbosis", "x Prior quellectomy"]
    heading = "# Patients meeting any of the following conditions will be excluded:"
    assert drawn(text, all_nodes=True) == ["# Exclusion Criteria:", heading, *rest]
    (place, *_) = places(text)
    longer = drawn(with_criterion(text, place), all_nodes=True)
    assert longer == ["# Exclusion Criteria:", f"x {CRITERION}", heading, *rest]


def test_a_note_under_an_item_makes_it_no_list() -> None:
    text = unindented("""
        Exclusion Criteria:

        1. Known history of nimbosis (defined as any of the signs)

           * Note: no test for nimbosis is required
        2. Prior quellectomy
    """)
    assert drawn(text) == ["x Known history of nimbosis (defined as any of the signs)", "x Prior quellectomy"]


def test_a_word_in_brackets_at_the_end_of_an_item_announces_no_list() -> None:
    text = unindented("""
        Exclusion Criteria:

        * Use of moonwort (see the list below)
        * Nimbosis
    """)
    assert drawn(text) == ["x Use of moonwort (see the list below)", "x Nimbosis"]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            r"""
            Exclusion Criteria:

            * Patients with the following disorders of the ear:

            Zorbitis within the last 6 months; Prior quellectomy of either ear; Uncontrolled nimbosis;

            * Pregnancy
            """,
            """
            x [any] Patients with the following disorders of the ear:
              x Zorbitis within the last 6 months;
              x Prior quellectomy of either ear;
              x Uncontrolled nimbosis;
            x Pregnancy
            """,
        ),
        (
            r"""
            Exclusion Criteria:

            * Unstable illness (e.g. zorbitis)\*
            * Nimbosis

            \*An unstable illness is any illness that changes in severity.
            """,
            """
            x Unstable illness (e.g. zorbitis)*
            x Nimbosis
            """,
        ),
        (
            r"""
            Inclusion Criteria:

            Partners of one household are enrolled together and must meet the following:

            1. Adults
            2. a. Men: agree to wear a hat

               b. Women: agree to one of the following:
               * Wear a hat
               * Stay at home
            3. Live together
            """,
            """
            + [all] Partners of one household are enrolled together and must meet the following:
              + Adults
              + Men: agree to wear a hat
              + [any] Women: agree to one of the following:
                + Wear a hat
                + Stay at home
              + Live together
            """,
        ),
    ],
    ids=["a list in a paragraph under an item", "a footnote", "two marks before the first of lettered items"],
)
def test_both_layouts_give_the_same_tree(text: str, tree: str) -> None:
    assert drawn(unindented(text)) == unindented(tree).split("\n")
    assert drawn(legacy(unindented(text))) == unindented(tree).split("\n")
