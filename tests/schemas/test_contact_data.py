"""Contact data is told by its form, in one place for output, messages and logs."""

import random

import pytest

from tests.kit.growth import AT_MOST, growth
from tests.schemas.kit.spellings import EMAILS, TELEPHONES, addresses_missed, telephones_missed
from trialwire.schemas.contact_data import EMAIL, KINDS, TELEPHONE, masked, masked_document, masked_path, quoted
from trialwire.schemas.folded_text import folded
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
            if next(kind.spans(folded(text)), None):
                found[kind] += 1
                assert kind.hinted(folded(text)), text
    assert min(found.values()) > 100


def test_a_reason_that_quotes_a_value_masks_contact_data_in_it() -> None:
    reason = Reason(code="unknown-value", message="overallStatus is 'ask ada@example.org, +1 555 010 0199'.")
    assert reason.message == f"overallStatus is 'ask {EMAIL.mask}, {TELEPHONE.mask}'."


def test_of_the_listed_spellings_hardly_one_is_missed() -> None:
    missed = addresses_missed({spelling: masked(f"Ask {spelling}, please") for spelling in EMAILS})
    assert len(missed) <= 2, missed
    missed = telephones_missed({spelling: masked(f"Ask {spelling}, please") for spelling in TELEPHONES})
    assert len(missed) <= 4, missed


LONG = {
    "a word before an at": lambda size: "a" * size + " @",
    "many ats": lambda size: "a@" * (size // 2),
    "many ats with blanks": lambda size: "a @ " * (size // 4),
    "a domain without an end": lambda size: "x@a" + ".a" * (size // 2),
    "a domain of one label": lambda size: "x@" + "a" * size,
    "dots in words": lambda size: "jo at " + "a dot " * (size // 6),
    "at in words": lambda size: "a at " * (size // 5) + "dot",
    "entities": lambda size: "&#64;" * (size // 5),
    "invisible signs": lambda size: "a\u200b" * (size // 2) + "@",
    "blanks after a word": lambda size: "+1 555 010 7788 tel" + " " * size + "x",
    "digits": lambda size: "1" * size + "x",
    "digits after a word": lambda size: "tel " + "1" * size + "x",
    "digits far apart": lambda size: ("1" + " " * 1000) * (size // 1001),
    "plus signs": lambda size: "+123456789012345678901x " * (size // 24),
    "brackets": lambda size: "(" * size,
    "pairs": lambda size: "01 23 45 67 8x " * (size // 15),
    "words alone": lambda size: "tel phone call " * (size // 15),
}


@pytest.mark.parametrize("name", LONG)
def test_the_time_of_a_mask_grows_with_the_length_of_the_text(name: str) -> None:
    assert growth(LONG[name], masked, 20_000) < AT_MOST


def test_a_folded_place_leads_back_to_its_own_signs() -> None:
    text = "Ask \u200bjo\u00ad&#64;exam\uff50le.org\u200b, or jo@example.org"
    assert masked(text) == f"Ask \u200b{EMAIL.mask}\u200b, or {EMAIL.mask}"
    assert folded("10\u2079/L, 5 m\u00b2, \u00bd, \u00b5g") == "10\u2079/L, 5 m\u00b2, \u00bd, \u00b5g"


def test_a_quoted_value_is_masked_before_it_is_quoted_and_cut() -> None:
    assert quoted("PAUSED\n+1 555 010 7788") == f"'PAUSED\\n{TELEPHONE.mask}'"
    assert quoted("x" * 60 + " jo@longhospitalname.example.org") == repr("x" * 60 + f" {EMAIL.mask}")[:77] + "…"


def test_a_path_and_a_document_are_masked_in_their_keys() -> None:
    assert masked_path("protocolSection.+1 555 010 7788[0].date") == f"protocolSection.{TELEPHONE.mask}[0].date"
    assert masked_document({"jo@example.org": ["tel 5550107788", 5, None]}) == {EMAIL.mask: [TELEPHONE.mask, 5, None]}


@pytest.mark.parametrize(
    "text",
    [
        "Stay-at-home orders.They ended", "available at clinicaltrials.gov", "look at the dot plot", "@ 37.5 degrees",
        "5 mg/kg @ 2.5 mL/min", "10\u2079/L and 1.73 m\u00b2", "pH 7.35 - 7.45 100", "T cells 10 000 000 infused",
        "contact lens 10 - 20 - 30", "2020\u20132024, 100\u2013200\u20133000 mg",
    ],
)  # fmt: skip
def test_what_only_looks_like_contact_data_stays(text: str) -> None:
    assert masked(text) == text
