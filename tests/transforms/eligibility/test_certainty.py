"""How much of a criterion its bounds and windows state."""

from __future__ import annotations

import pytest

from trialwire.transforms.eligibility import source_text
from trialwire.transforms.eligibility.bounds import bounds
from trialwire.transforms.eligibility.flags import certainty
from trialwire.transforms.eligibility.quantity import lexing
from trialwire.transforms.eligibility.windows import windows

CASES: dict[str, list[str]] = {
    "Age ≥ 18 years": [],
    "Male or female, 18 to 65 years of age": [],
    "Men aged 40-70 years": ["partial"],
    "HbA1c 7.0-10.5% at screening": [],
    "Hemoglobin ≥ 9 g/dL": [],
    "No hemoglobin below 9 g/dL": ["partial"],
    "Uncontrolled hypertension (BP > 140/90 mmHg)": ["partial"],
    "QTc > 450 msec in men, > 470 msec in women": ["partial"],
    "Platelets ≥ 100 x 10^9/L unless transfused": ["exception", "partial"],
    "Malignancy other than skin cancer": ["exception"],
    "Unfit in the opinion of the investigator": ["judgement"],
    "Anything listed in exclusion criterion 4": ["cross-reference"],
    "Surgery within 4 weeks before randomization": ["partial"],
    "Asthma": [],
}


@pytest.mark.parametrize("text", CASES)
def test_flags_say_what_bounds_and_windows_leave_out(text: str) -> None:
    source = source_text.read(text)
    end = len(source.plain)
    tokens = lexing.tokens(source.folded, 0, end)
    stated, found = bounds.read(tokens, source.folded, end)
    free = [quantity for quantity in found if all(one.quantity is not quantity for one in stated)]
    timed = windows.read(free, source.folded, 0, end)
    assert certainty.flags(source.folded, tokens, stated, timed) == CASES[text]
