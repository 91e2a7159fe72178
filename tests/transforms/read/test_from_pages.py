"""Page → partial Trial: the facts a page gives, nothing it does not give, and never half of a page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from trialwire.schemas.errors import HoldError
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.from_pages import LAYOUTS, from_pages, recognised
from trialwire.transforms.read.pages import words

if TYPE_CHECKING:
    from trialwire.schemas.held import Reason
    from trialwire.schemas.trial import Trial

SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in sorted((FICTIONAL / "pages").glob("*.txt"))}


@pytest.fixture(scope="session")
def real(real_records: Path) -> dict[str, str]:
    return {path.name[:3]: path.read_text(encoding="utf-8") for path in sorted((real_records / "pages").glob("*.txt"))}


def trial_of(text: str) -> Trial:
    trial, _ = from_pages(text)
    assert (trial.source, trial.partial) == ("pages", True)
    return trial


def held(text: str) -> str:
    with pytest.raises(HoldError) as caught:
        from_pages(text)
    return " ".join(sorted({reason.code for reason in caught.value.reasons}))


def facts(trial: Trial) -> dict[str, object]:
    """The facts of a page in short: only what it gives."""
    status, design, eligibility = trial.status, trial.design, trial.eligibility
    info = design.design_info
    found = {
        "id": trial.trial_id,
        "org_id": trial.identification.org_study_id_info.id if trial.identification.org_study_id_info else None,
        "title": trial.identification.brief_title,
        "acronym": trial.identification.acronym,
        "status": status.overall_status,
        "phases": design.phases,
        "study_type": design.study_type,
        "start": status.start_date_struct.date if status.start_date_struct else None,
        "completion": status.completion_date_struct.date if status.completion_date_struct else None,
        "sponsor": trial.sponsors.lead_sponsor.name if trial.sponsors.lead_sponsor else None,
        "conditions": trial.conditions.conditions,
        "interventions": tuple((one.type, one.name) for one in trial.arms_interventions.interventions),
        "arms": tuple((arm.type, arm.label) for arm in trial.arms_interventions.arm_groups),
        "enrollment": (design.enrollment_info.count, design.enrollment_info.type) if design.enrollment_info else None,
        "sex": eligibility.sex,
        "ages": (eligibility.minimum_age, eligibility.maximum_age),
        "healthy": eligibility.healthy_volunteers,
        "purpose": info.primary_purpose if info else None,
        "allocation": info.allocation if info else None,
        "model": info.intervention_model if info else None,
        "masking": info.masking_info.masking if info and info.masking_info else None,
        "unlisted": trial.contacts_locations.unlisted_locations,
    }
    return {name: value for name, value in found.items() if value not in (None, (), (None, None))}


def test_page_000(real: dict[str, str]) -> None:
    trial, findings = from_pages(real["000"])
    assert facts(trial) == {
        "id": "NCT04920162",
        "status": "RECRUITING",
        "phases": ("NA",),
        "study_type": "INTERVENTIONAL",
        "start": "2021-12-28",
        "completion": "2025-06",
        "sponsor": "Centre Hospitalier Universitaire de Nice",
    }
    assert {finding.path for finding in findings if finding.code == "not-given"} == {
        "identification.briefTitle", "eligibility.eligibilityCriteria",
    }  # fmt: skip
    assert trial.description.brief_summary is not None
    assert trial.description.brief_summary.startswith("Skin diseases can have various origins.")
    assert trial.description.brief_summary.endswith("develop new treatments.")
    assert trial.description.detailed_description is None
    assert len(trial.contacts_locations.central_contacts) == 1


def test_page_001(real: dict[str, str]) -> None:
    trial = trial_of(real["001"])
    title = "Evaluation of the Efficacy and Tolerability of Treatment With Interleukin-2 in Severe and Resistant Alopecia Areata (IL2)"
    assert facts(trial) == {
        "id": "NCT01840046",
        "org_id": "12-PP-05",
        "title": title,
        "acronym": "IL2",
        "status": "TERMINATED",
        "phases": ("PHASE2", "PHASE1"),
        "study_type": "INTERVENTIONAL",
        "sponsor": "Centre Hospitalier Universitaire de Nice",
        "conditions": ("Alopecia Areata",),
        "interventions": (("DRUG", "Interleukin-2"),),
        "arms": (("EXPERIMENTAL", "Interleukin 2"),),
        "enrollment": (4, "ACTUAL"),
        "sex": "ALL",
        "ages": ("18 Years", "60 Years"),
        "healthy": False,
        "purpose": "TREATMENT",
        "allocation": "NA",
        "model": "SINGLE_GROUP",
        "masking": "NONE",
        "unlisted": 1,
    }
    (arm,) = trial.arms_interventions.arm_groups
    assert arm.description is not None
    assert arm.description.startswith("The patient will receive 4 cycles of recombinant interleukin 2")
    assert arm.intervention_names == ("Drug: Interleukin-2",)
    assert trial.arms_interventions.interventions[0].arm_group_labels == ("Interleukin 2",)


def test_page_002(real: dict[str, str]) -> None:
    trial, findings = from_pages(real["002"])
    assert facts(trial) == {
        "study_type": "INTERVENTIONAL",
        "allocation": "RANDOMIZED",
        "purpose": "TREATMENT",
        "masking": "QUADRUPLE",
        "enrollment": (28, None),
        "unlisted": 2,
    }
    assert {"identification.nctId", "identification.briefTitle"} <= {finding.path for finding in findings}
    sites = trial.contacts_locations.locations
    assert [site.city for site in sites] == [
        "Bordeaux", "Bordeaux", "Libourne", "Limoges", "Nancy", "Paris", "Pessac", "Périgueux", "Strasbourg", "Toulouse",
    ]  # fmt: skip
    assert {site.country for site in sites} == {"France"}
    assert (
        sites[0].facility
        == "Service de Dermatologie et services de médecine interne et vasculaire - Hôpital St André - CHU de Bordeaux"
    )
    outcomes = trial.outcomes
    assert (outcomes.primary_outcomes, outcomes.secondary_outcomes, outcomes.other_outcomes) == ((), (), ())
    assert [outcome.time_frame for outcome in outcomes.unleveled_outcomes] == [
        "6 month", "1, 3 and 12 month", "6 month", "At 1, 3, 6 month and 1 year,",
        "All along the trial", "All along the trial",
    ]  # fmt: skip
    assert trial.description.brief_summary is not None
    assert "(modified Rodnan score > 20/54)" in trial.description.brief_summary


def test_page_003(real: dict[str, str]) -> None:
    trial = trial_of(real["003"])
    assert facts(trial) == {
        "id": "NCT04821596",
        "org_id": "2018/0408/HP",
        "title": "Study of the Mechanisms of Action of Cladribine in Multiple Sclerosis (Clad'Action)",
        "acronym": "Clad'Action",
        "status": "UNKNOWN",
        "study_type": "INTERVENTIONAL",
        "sponsor": "University Hospital, Rouen",
        "conditions": ("Multiple Sclerosis",),
        "interventions": (("OTHER", "biological collection"),),
        "arms": (("EXPERIMENTAL", "Multiple Sclerosis Patients"),),
        "enrollment": (75, "ESTIMATED"),
        "sex": "ALL",
        "ages": ("18 Years", "65 Years"),
        "healthy": False,
        "purpose": "BASIC_SCIENCE",
        "allocation": "NA",
        "model": "SINGLE_GROUP",
        "masking": "NONE",
        "unlisted": 1,
    }
    criteria = trial.eligibility.criteria
    assert criteria is not None
    assert criteria.startswith("Inclusion criteria\n")
    assert "\nOr RR MS patients treated with second-line compounds" in criteria
    assert criteria.endswith("Person placed under legal protection, sub-tutorship or curatorship")
    assert "Trial design" not in criteria


def test_page_004(real: dict[str, str]) -> None:
    trial = trial_of(real["004"])
    assert facts(trial) == {
        "id": "NCT04244006",
        "org_id": "RC31/19/0045",
        "title": "A Pilot Study of the Efficacy and Safety of Dupilumab Versus Placebo in Patients With Netherton Syndrome (NS-DUPI)",
        "acronym": "NS-DUPI",
        "status": "RECRUITING",
        "phases": ("PHASE3", "PHASE2"),
        "study_type": "INTERVENTIONAL",
        "sponsor": "Toulouse University Hospital",
        "conditions": ("Netherton Syndrome",),
        "interventions": (("OTHER", "Placebo Prefilled Syringe"), ("DRUG", "Dupilumab Prefilled Syringe")),
        "arms": (("EXPERIMENTAL", "Dupilumab"), ("PLACEBO_COMPARATOR", "Placebo")),
        "enrollment": (24, "ESTIMATED"),
        "sex": "ALL",
        "ages": ("18 Years", None),
        "healthy": False,
        "purpose": "TREATMENT",
        "allocation": "RANDOMIZED",
        "model": "PARALLEL",
        "masking": "TRIPLE",
        "unlisted": 2,
    }
    assert trial.contacts_locations.locations == ()


def test_no_word_of_a_real_page_is_lost_but_ornaments_and_headings(real: dict[str, str]) -> None:
    """Every line of text that is longer than a label is found in the Trial, in a field or kept beside it."""
    for text in real.values():
        kept = " ".join(trial_of(text).model_dump_json(by_alias=True).replace("\\n", " ").replace('\\"', '"').split())
        for line in text.replace("\\>", ">").split("\n"):
            said = " ".join(line.strip(" •\t").split())
            if len(said) > 60 and "informational purposes only" not in said:
                assert said in kept


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_page_is_of_the_layout_it_is_named_after(name: str) -> None:
    layout = recognised(SHIPPED[name])
    assert layout is not None
    assert layout.name == name
    assert trial_of(SHIPPED[name]).layout == name


def cuts(text: str) -> list[str]:
    lines = text.split("\n")
    return ["\n".join(lines[:end]) for end in range(0, len(lines), 10)] + [
        "\n".join(lines[start:]) for start in range(10, len(lines), 10)
    ]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_page_cut_at_every_tenth_line_is_held_or_whole(name: str) -> None:
    whole = trial_of(SHIPPED[name])
    for cut in cuts(SHIPPED[name]):
        assert held_or_equal(cut, whole)


def test_a_real_page_cut_at_every_tenth_line_is_held_or_whole(real: dict[str, str]) -> None:
    for text in real.values():
        whole = trial_of(text)
        for cut in cuts(text):
            assert held_or_equal(cut, whole)


def held_or_equal(cut: str, whole: Trial) -> bool:
    try:
        return from_pages(cut)[0] == whole
    except HoldError as error:
        return bool(error.reasons)


def test_a_page_cut_anywhere_in_a_line_is_held_or_whole() -> None:
    for text in SHIPPED.values():
        whole = trial_of(text)
        last = len(text.rstrip())
        for end in [*range(1, last, 37), *range(last - 80, last)]:
            assert held_or_equal(text[:end], whole)


@pytest.mark.parametrize(
    "text", ["Dear Sir,\n\nStatus\n\nfine.", "NCT number NCT99990001", "Study Type\nINTERVENTIONAL", ""]
)
def test_a_text_of_no_layout_is_held(text: str) -> None:
    assert held(text) == "unknown-layout"


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_and_hard_blanks_change_nothing(ends: str) -> None:
    for text in SHIPPED.values():
        assert trial_of(text.replace("\n", ends).replace("Study type ", "Study type\u00a0")) == trial_of(text)


def test_the_layout_is_told_by_content_and_not_by_its_order() -> None:
    assert {layout.name for layout in LAYOUTS} == set(SHIPPED)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("Active, not enrolling", "Slightly enrolling", "status.overallStatus"),
        ("Quadruple Blind", "Fivefold Blind", "design.designInfo.maskingInfo.masking"),
        ("240 estimated patients", "many patients", "design.enrollmentInfo"),
        ("Phase 3", "Phase 3b", "design.phases"),
        ("No Healthy Volunteers", "Perhaps", "eligibility.healthyVolunteers"),
    ],
)
def test_a_word_in_no_table_holds_the_page(old: str, new: str, path: str) -> None:
    with pytest.raises(HoldError) as caught:
        from_pages(SHIPPED["labelled-blocks"].replace(old, new))
    assert [(reason.code, reason.path) for reason in caught.value.reasons] == [("unknown-value", path)]


def test_a_label_that_is_not_known_is_kept_beside_the_trial() -> None:
    text = SHIPPED["labelled-blocks"].replace("\nSex\n", "\nLucky number\n\n7\n\nSex\n")
    trial, findings = from_pages(text)
    assert trial.model_extra is not None
    assert trial.model_extra["pageText"]["Lucky number"] == "7"
    assert [finding.path for finding in findings if finding.code == "unknown-label"] == ["Lucky number"]


def test_a_sentence_that_reads_like_a_label_does_not_end_a_description() -> None:
    text = SHIPPED["labelled-blocks"].replace(
        "\nFull description\n", "\nIdentifiers\n\nare kept apart.\n\nFull description\n"
    )
    trial = trial_of(text)
    assert trial.description.brief_summary is not None
    assert trial.description.brief_summary.endswith("Identifiers\n\nare kept apart.")
    assert trial.trial_id == "NCT99990001"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("18 to 60 years old", {"minimumAge": "18 Years", "maximumAge": "60 Years"}),
        ("18+ years old", {"minimumAge": "18 Years"}),
        ("Up to 1 year", {"maximumAge": "1 Year"}),
        ("6 months to 17 years old", {"minimumAge": "6 Months", "maximumAge": "17 Years"}),
        ("All ages", {}),
    ],
)
def test_ages_are_read_with_their_units(text: str, limits: dict[str, str]) -> None:
    assert words.ages(text) == limits


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("December 28, 2021", "2021-12-28"),
        ("June 2025", "2025-06"),
        ("28 Dec 2021", "2021-12-28"),
        ("2025", "2025"),
        ("2025-06-30", "2025-06-30"),
    ],
)
def test_a_date_is_no_finer_than_the_page_says_it(text: str, date: str) -> None:
    assert words.date(text) == date


@pytest.mark.parametrize("text", ["soon", "Juin 2025", "12/28/2021", "31 2021"])
def test_a_date_that_could_be_two_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        words.date(text)


def test_a_long_page_of_one_word_is_read_in_time_that_grows_with_it() -> None:
    """Hostile repetition: the patterns must not look back and forth over the whole page."""
    text = SHIPPED["bare-lines"].replace("Study Type\n", "Bordeaux, " * 20_000 + "\nStudy Type\n", 1)
    assert trial_of(text).layout == "bare-lines"
    filler = "participants in 1 patient group " * 20_000
    assert (
        trial_of(SHIPPED["labelled-blocks"].replace("Part A compares", filler + "Part A compares")).trial_id
        == "NCT99990001"
    )


def test_a_page_that_says_two_things_of_one_place_is_held_and_a_second_contact_is_kept() -> None:
    page = (FICTIONAL / "pages" / "summary-sheet.txt").read_text(encoding="utf-8")
    assert "\nStatus " in page
    twice = page.replace("\nStatus ", "\nStatus Completed\nStatus ", 1)
    with pytest.raises(HoldError) as held:
        from_pages(twice)
    assert [(reason.code, reason.path) for reason in held.value.reasons] == [("two-answers", "status.overallStatus")]
    more = page.replace("\nStatus ", "\nContact Ada Marlow\nPhone 555-010-0142\nStatus ", 1)
    trial, _ = from_pages(more)
    before, _ = from_pages(page)
    assert len(trial.contacts_locations.central_contacts) == len(before.contacts_locations.central_contacts) + 1


def test_groups_that_are_announced_and_not_there_are_told_and_what_stands_there_is_kept() -> None:
    begin = SHIPPED["labelled-blocks"].index("240 participants in 3 patient groups")
    announced, rest = SHIPPED["labelled-blocks"][begin:].split("\n", 1)
    end = rest.index("\nTrial contacts and locations")
    text = f"{SHIPPED['labelled-blocks'][:begin]}{announced}\n\nDescription:\n{rest[end:]}"
    trial, findings = from_pages(text)
    assert trial.arms_interventions.arm_groups == ()
    assert "count-differs" in {finding.code for finding in findings}
    assert "unlabelled-text" in {finding.code for finding in findings}


JUNK = (
    "", "NCT99990042", "Phase 5", "-5 years", "•", "::", "Age: 99+", "<b>", "\ufeff", "\u0663\u0664", "18 - 5 Years", "Male",
    "Status: Unknownish", "a" * 3000, "http://x y", "Description:", "+1 555 010 0199", "Experimental group",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_mangled_page_is_held_with_reasons_or_read(name: str) -> None:
    rng = random.Random(name)
    read = 0
    reasons: list[Reason] = []
    for _ in range(400):
        lines = SHIPPED[name].split("\n")
        for _ in range(rng.randint(1, 5)):
            place = rng.randrange(len(lines))
            match rng.randrange(5):
                case 0:
                    del lines[place : place + rng.randint(1, 10)]
                case 1:
                    lines.insert(place, rng.choice(JUNK))
                case 2:
                    lines[place] = rng.choice(JUNK) + lines[place]
                case 3:
                    lines[place:place] = lines[place : place + rng.randint(1, 8)]
                case _:
                    other = rng.randrange(len(lines))
                    lines[place], lines[other] = lines[other], lines[place]
            lines = lines or [""]
        try:
            trial, _ = from_pages("\n".join(lines))
        except HoldError as error:
            reasons += error.reasons
        else:
            read += 1
            assert trial.partial
    assert read > 20
    assert {"truncated", "unknown-value"} <= {reason.code for reason in reasons}
