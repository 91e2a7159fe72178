"""Temporal windows: what texts state, as "value unit direction anchor" per window, in the order of the text."""

from __future__ import annotations

import pytest

from tests.transforms.eligibility.test_bounds import steps
from trialwire.transforms.eligibility import source_text
from trialwire.transforms.eligibility.windows import windows

CASES: dict[str, tuple[str, ...]] = {
    "within 6 months prior to the screening visit": ("6 month within screening",),
    "within the last 1 year": ("1 year within None",),
    "in the past 5 years": ("5 year within None",),
    "during the past 3 years": ("3 year within None",),
    "in the past year": ("1 year within None",),
    "within a month of enrollment": ("1 month within enrolment",),
    "within one month prior to initial screening": ("1 month within screening",),
    "within two (2) weeks of study entry": ("2 week within enrolment",),
    "within 2 years prior to the first dose of study treatment": ("2 year within first dose",),
    "within 28 days of study drug administration": ("28 day within first dose",),
    "within 7 days prior to date of surgery": ("7 day within event:date of surgery",),
    "within 6 months prior to baseline": ("6 month within event:baseline",),
    "in the 1 year prior to enrollment in the study": ("1 year within enrolment",),
    "during the 14 days before infusion": ("14 day within event:infusion",),
    "less than 6 months ago": ("6 month within None",),
    "surgery less than a month ago": ("1 month within None",),
    "at least 4 weeks before randomization": ("4 week before randomisation",),
    "at least 4 weeks since prior chemotherapy": ("4 week after event:prior chemotherapy",),
    "stable for at least 28 days prior to screening": ("28 day before screening",),
    "48 hours prior to start of the study": ("48 hour before enrolment",),
    "diagnosed ≥ 12 months ago": ("12 month before None",),
    "performed 30 days prior and ensure only one level": ("30 day before None",),
    "for 6 months after the last dose": ("6 month after event:last dose",),
    "for at least 6 months": ("6 month during None",),
    "for at least 6 consecutive months": ("6 month during None",),
    "ED of more than 6 months": ("6 month during None",),
    "lasting approximately 2 months": ("2 month during None",),
    "between 18 and 36 months prior to study commencement": ("18 month before enrolment", "36 month before enrolment"),
    "within 6-9 months of screening": ("6 month within screening", "9 month within screening"),
    "within 5 half-lives of enrollment, or within 30 days, whichever is longer": ("30 day within None",),
    "60 or more minutes after the initial dose": ("60 minute after first dose",),
    "until 6 months after the study end": ("6 month after event:study end",),
    "for 3 months after the study": ("3 month after event:study",),
    "for 30 days after study entry": ("30 day after enrolment",),
    "within 8 weeks prior to and/or during enrollment": ("8 week within enrolment",),
    "At least 4 weeks since prior chemotherapy (6 weeks for glowamine)": (
        "4 week after event:prior chemotherapy", "6 week after event:prior chemotherapy"),
    "for 1 month before randomization and for 2 months after the last dose": (
        "1 month before randomisation", "2 month after event:last dose"),
    # a time that lasts, named by what it is or what it is of
    "during the 4-week run-in period": ("4 week during None",),
    "within the 12 month follow up period": ("12 month within None",),
    "a 7-day washout is required": ("7 day during None",),
    "Completion of 6 weeks of physical therapy": ("6 week during None",),
    "postmenopausal, defined as 12 months without menses": ("12 month during None",),
    "postmenopausal (i.e.12 months without menses)": ("12 month during None",),
    "visits separated by one month": ("1 month during None",),
    "in a stable relationship (6 months)": ("6 month during None",),
    "complaints since 6 months": ("6 month during None",),
    "All criteria are assessed before the 4-week run-in": ("4 week during None",),
    "stop treatment for an additional month": ("1 month during None",),
    # the word that places it stands before it
    "must enroll before 7 days": ("7 day before None",),
    "recurrence after 6 months": ("6 month after None",),
    "after 12 months of implantation": ("12 month after event:implantation",),
    "during treatment plus 90 days": ("90 day after None",),
    "melena in two months": ("2 month within None",),
    "stroke within the 6 last months": ("6 month within None",),
    "recent (12 months) syncope": ("12 month within None",),
    "the prior 3 months": ("3 month within None",),
    "w/in 6 months of entry": ("6 month within enrolment",),
    "within ±7 days of surgery": ("7 day within event:surgery",),
    "follow-up at 1, 3 and 6 months": ("1 month after None", "3 month after None", "6 month after None"),
    "within 5 half-lives or 28 days before randomization": ("28 day within randomisation",),
    "in the month prior to inclusion": ("1 month within enrolment",),
    "smoking during last year": ("1 year within None",),
    "in the 16 weeks following implantation": ("16 week within event:implantation",),
    "in a relationship for over 3 months prior to enrollment": ("3 month before enrolment",),
    "until 2 weeks after surgery": ("2 week after event:surgery",),
    "within the following time period prior to the first dosing day in the current study: 30 days or 5 half-lives": (
        "30 day within first dose",),
    # what stands between the unit and the word that places it
    "at least 3 weeks should have elapsed since surgery": ("3 week after event:surgery",),
    "within the 4 weeks prior to Period 1 check-in": ("4 week within first dose",),
    "30 d prior": ("30 day before None",),
    "surgery with the device 3 months ± 1 week before inclusion": ("3 month before enrolment",),
    "at least one visit 2-4 months before enrollment": ("2 month before enrolment", "4 month before enrolment"),
    "continence 3 months afterwards": ("3 month after None",),
    # the same or another case of the window before it
    "within one month (30 days) of screening": ("1 month within screening", "30 day within screening"),
    "within 72 hours (or 96 hours for inpatients) prior to randomization": (
        "72 hour within randomisation", "96 hour within randomisation"),
    "at least 4 weeks since surgery, 6 weeks for transplants": (
        "4 week after event:surgery", "6 week after event:surgery"),
    # what it hangs on
    "within 7 days or approximately 5 × t1/2 prior to the first dose": ("7 day within first dose",),
    "within 2 weeks prior to screen": ("2 week within screening",),
    "within 4 weeks prior to the screening visit and received a study drug": ("4 week within screening",),
    "within 2 weeks prior to baseline/screening": ("2 week within screening",),
    "6 months after study treatment": ("6 month after event:study treatment",),
    "within 30 days prior to treatment": ("30 day within first dose",),
    "within 30 days prior to treatment with insulin": ("30 day within event:treatment",),
    "within the first 2 years of onset of menopause": ("2 year within event:onset of menopause",),
    # time that is no window
    "headache on at least 5 days per month": (),
    "works 10 hours a week": (),
    "headache > 14 days / month": (),
    "more than 3 months pregnant": (),
    "gestational age of 32 weeks": (),
    "Age: 10 years, 0 months - 14 years, 11 months": (),
    "night shifts (23:00 h to 7:00 h)": (),
    "500 mg of protein in 24 hours": (),
    "Apgar score at 5 minutes": (),
    "day 28 ± 3 days": (),
    "consent to the 4D trial": (),
    "10-year probability of a fracture": (),
    "Life expectancy of at least 6 months": (),
    "Age over 18 years": (),
    "6-minute walk distance": (),
    "24-hour urine protein": (),
    "every 4 weeks": (),
}  # fmt: skip


def stated(text: str) -> tuple[str, ...]:
    source = source_text.read(text)
    found = windows.find(source, 0, len(source.plain))
    return tuple(f"{window.value} {window.unit} {window.direction} {window.anchor}" for window in found)


@pytest.mark.parametrize("text", CASES)
def test_what_a_criterion_states_is_read_with_its_direction_and_anchor(text: str) -> None:
    assert stated(text) == CASES[text]


SPANS = {
    "within two (2) weeks of study entry": ["two (2) weeks"],
    "in the past year": ["year"],
    "within 6-9 months of screening": ["6", "9 months"],
    "a 3-month history": ["3-month"],
    "\\>= 6 months before entry": ["6 months"],
    "\\&lt;6 months before entry": ["6 months"],
    "follow-up at 1, 3 and 6 months": ["1", "3", "6 months"],
}


@pytest.mark.parametrize("text", SPANS)
def test_a_window_covers_its_number_and_unit_in_the_raw_text(text: str) -> None:
    source = source_text.read(text)
    found = windows.find(source, 0, len(source.plain))
    assert [text[window.start : window.end] for window in found] == SPANS[text]


@pytest.mark.parametrize("unit", ["within 6 months of ", "5 weeks before ", "in the past year ", "for at least "])
def test_work_grows_with_the_length_of_a_hostile_repetition_and_no_faster(unit: str) -> None:
    assert steps(unit * 240, windows.find) < 2.4 * steps(unit * 120, windows.find)
