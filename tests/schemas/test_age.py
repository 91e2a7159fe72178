"""An age has one parser: the registry's form, ASCII digits, at most six of them."""

from __future__ import annotations

import pytest

from trialwire.quality.flat_row import UNREADABLE, minutes
from trialwire.schemas import age
from trialwire.schemas.age import Age
from trialwire.schemas.trial import Eligibility
from trialwire.transforms.write.to_group import ages


@pytest.mark.parametrize(
    ("text", "found"),
    [("18 Years", (18, "Year")), ("1 Year", (1, "Year")), (" 6 Months ", (6, "Month")), ("999999 Minutes", (999999, "Minute"))],
)  # fmt: skip
def test_a_number_and_a_unit_is_an_age(text: str, found: tuple[int, str]) -> None:
    assert age.parsed(text) == found


@pytest.mark.parametrize(
    "text", [None, "", "N/A", "18", "18 years", "18  Years", "١٨ Years", "1.5 Years", "-1 Years", "1000000 Days", "9" * 5000 + " Years"]
)  # fmt: skip
def test_another_text_is_not_an_age(text: str | None) -> None:
    assert age.parsed(text) is None


@pytest.mark.parametrize("text", ["1 Year", "18 Years", "6 Months", "1 Day"])
def test_an_age_is_written_as_it_is_read(text: str) -> None:
    assert str(age.parsed(text)) == text


@pytest.mark.parametrize("text", [" 18 Years ", "18 Years"])
def test_the_group_and_the_row_rules_read_the_same_age(text: str) -> None:
    (range_,) = ages(Eligibility(minimum_age=text))
    assert range_["valueRange"] == {
        "low": {"value": 18, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}
    }
    assert minutes(text) == Age(18, "Year").minutes


@pytest.mark.parametrize("text", ["١٨ Years", "1000000 Years"])
def test_the_group_and_the_row_rules_refuse_the_same_age(text: str) -> None:
    (words,) = ages(Eligibility(minimum_age=text))
    assert words["valueCodeableConcept"] == {"text": f"Minimum age: {text}"}
    assert minutes(text) == UNREADABLE
