"""What becomes of difficult texts."""

from __future__ import annotations

import pytest

from tests.eligibility.difficult import CASES
from tests.eligibility.drawing import drawn, unindented


@pytest.mark.parametrize("name", CASES)
def test_a_difficult_text_becomes_the_tree_a_reader_would_draw(name: str) -> None:
    text, tree = CASES[name]
    assert drawn(unindented(text)) == unindented(tree).split("\n")
