"""Contact data is told by its form, in one place for output, messages and logs."""

import random

import pytest

from tests.schemas.kit.spellings import EMAILS, TELEPHONES, addresses_missed, telephones_missed
from trialwire.schemas.contact_data import EMAIL, KINDS, TELEPHONE, masked
from trialwire.schemas.held import Reason


@pytest.mark.parametrize(
    "text",
    [
        "+44 20 5550 0117", "+1 (555) 010-0199 ext. 5", "Tel.: 555 0100 22", "phone number: 01 23 45 67 89",
        "555-010-0199", "(555) 010-0199", "fax: 555.0199", "0033 1 55 50 01 17", "+15550100199", "fax: 5550101", "1.800.555.0199",
        "06-55-50-01-99", "0655500199", "0049 30 5550199", "020 5550 0199", "+353-1-555-0134",
    ],
)  # fmt: skip
def test_a_telephone_number_is_told_by_its_form_or_the_word_before_it(text: str) -> None:
    assert masked(text) == TELEPHONE.mask
    assert masked(f"Ask {text}, please") == f"Ask {TELEPHONE.mask}, please"


@pytest.mark.parametrize(
    "text", ["a.b@example.org", "a (at) example.org", "a(At]example.org", "mailto:x+y@mail.example.co.uk"]
)
def test_an_address_is_told_by_its_form(text: str) -> None:
    assert masked(f"see {text}.") == f"see {EMAIL.mask}."


@pytest.mark.parametrize(
    "text",
    [
        "visit 3 + 30-60 days", "5.25 mg BAY60-4552 + 140 mg", "100-200-3000 mg", "10 000 000 cells", "NCT99990001",
        "2020-12-15 to 2021-01-15", "doi: 10.1016/s0140-6736(12)60357-3", "platelets 100 000 - 150 000/mm3",
        "2012;379(9825):1431-41", "0.05-0.10 mg", "T-score + (1.96*SE) or 35.9 + (1.96*3.3)", "call centre opens at 9",
        "protocol 00149)", "at 37 °C @ 5 %", "EudraCT 2099-000117-31",
    ],
)  # fmt: skip
def test_doses_dates_scores_and_identifiers_stay(text: str) -> None:
    assert masked(text) == text


PIECES = (
    *"012345678901234567890123456789 .-()/+", "00", "tel ", "call ", "fax: ", "Phone no. ", "@", "(at)", "[AT]", "(aT]", "a",
    "b.org", "ext 5", "\u00a0", "\u0663", "mg", "2020-01-05", "12.5", "\n", "é",
)  # fmt: skip


def test_the_quick_look_at_a_text_never_says_no_where_the_pattern_finds_something() -> None:
    rng = random.Random(5)
    found = dict.fromkeys(KINDS, 0)
    for _ in range(40_000):
        text = "".join(rng.choices(PIECES, k=rng.randint(3, 22)))
        for kind in KINDS:
            if kind.pattern.search(text):
                found[kind] += 1
                assert kind.hinted(text), text
    assert min(found.values()) > 100


def test_a_reason_that_quotes_a_value_masks_contact_data_in_it() -> None:
    reason = Reason(code="unknown-value", message="overallStatus is 'ask ada@example.org, +1 555 010 0199'.")
    assert reason.message == f"overallStatus is 'ask {EMAIL.mask}, {TELEPHONE.mask}'."


def test_of_the_listed_spellings_hardly_one_is_missed() -> None:
    missed = addresses_missed({spelling: masked(f"Ask {spelling}, please") for spelling in EMAILS})
    assert len(missed) <= 32, missed
    missed = telephones_missed({spelling: masked(f"Ask {spelling}, please") for spelling in TELEPHONES})
    assert len(missed) <= 36, missed
