"""A Trial takes nothing for what it is not."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from trialwire.schemas import trial


def numbers() -> list[str]:
    """The place of every field that holds a number or a truth value."""
    parts = [kind for kind in vars(trial).values() if isinstance(kind, type) and issubclass(kind, trial.Part)]
    return [
        f"{part.__name__}.{name}"
        for part in parts
        for name, field in part.model_fields.items()
        if re.search(r"\b(bool|int|float)\b", str(field.annotation))
    ]


NUMBERS = numbers()


def test_the_fields_are_found() -> None:
    assert {"Trial.partial", "Enrollment.count", "GeoPoint.lat", "Oversight.is_ppsd"} <= set(NUMBERS)


@pytest.mark.parametrize("place", NUMBERS)
@pytest.mark.parametrize("looks_like_one", ["1", "true", "1.5", ""])
def test_a_text_is_never_taken_for_a_number_or_a_truth_value(place: str, looks_like_one: str) -> None:
    part, name = place.split(".")
    kind = getattr(trial, part)
    with pytest.raises(ValidationError) as refused:
        kind.model_validate({name: looks_like_one})
    assert {fault["loc"][0] for fault in refused.value.errors()} & {name, kind.model_fields[name].alias}
