"""The number of a registry has one pattern, in one module, with ASCII digits."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.kit.checkout import CHECKOUT
from trialwire.schemas.registry_number import NctNumber, is_nct_number
from trialwire.schemas.trial import PartialDate

ROOMS = ("changes", "dags", "delivery", "network", "pipeline", "quality", "schemas", "sources", "stack", "transforms")
NUMBER = TypeAdapter(NctNumber)


@pytest.mark.parametrize("text", ["NCT99990001", "NCT00000000"])
def test_nct_and_eight_digits_is_a_number(text: str) -> None:
    assert is_nct_number(text)
    assert NUMBER.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "NCT٩٩٩٩٠٠٠١",
        "NCT９９９９０００１",
        "NCT9999000",
        "NCT999900011",
        "nct99990001",
        " NCT99990001",
        "NCT99990001\n",
        "",
    ],
)
def test_another_form_or_digits_of_another_script_are_refused(text: str) -> None:
    assert not is_nct_number(text)
    with pytest.raises(ValidationError):
        NUMBER.validate_python(text)


@pytest.mark.parametrize("text", ["٢٠٢٦", "2026-٠١", "2026-01-٠١"])
def test_a_date_with_digits_of_another_script_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(PartialDate).validate_python(text)


def test_no_other_module_spells_the_pattern() -> None:
    spelled = re.compile(r"""NCT\)?(?:\\d|\[0-9\])(?:\{8\}|\+)""")
    found = [
        path.relative_to(CHECKOUT).as_posix()
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*.py")
        if spelled.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["schemas/registry_number.py"]
