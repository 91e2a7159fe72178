"""The circuit breaker: a Great Expectations suite that stops a batch if too many of its records look wrong.

A flat row is a Trial as a dict of plain values. Each row of the table `SUITE` is one check of the flat rows, with the
share of records that may fail the check in a normal batch. The shares were measured on 1,540 real records of
ClinicalTrials.gov (1999 to 2026). They leave room for unusual selections, such as only old or only withdrawn studies. A
check fails if more records fail it than chance explains at this share. `LUCK` is the risk of a false alarm per check.

Drift: if most of the trials already stored lost the same kind of value since their last version, the source or the
parser has changed, not the trials. Volume: all of 1,112 real records can be parsed, so a batch with more unreadable
records than chance explains is stopped too. Batches smaller than `SMALLEST` are not checked, because they are too small
for statistics. Pages (saved texts of aggregator sites) are not counted, because they lack many fields anyway.
"""

from __future__ import annotations

import logging
import math
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from trialwire.schemas.held import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SMALLEST = 30
LUCK = 1e-6
MAY_BE_UNREADABLE = 0.01


@dataclass(frozen=True, slots=True)
class BatchRule:
    """One check of a batch: a class of Great Expectations, its arguments, and the share of rows that may break it."""

    code: str
    expectation: str
    arguments: Mapping[str, Any]
    may_lack: float
    lacks: str
    """Completes "100 % of the records ": what the records lack."""
    severity: Literal["critical", "warning"] = "critical"


def _given(column: str, lacks: str, may_lack: float) -> BatchRule:
    """Most rows have a value in this column."""
    return BatchRule(f"{column}-missing", "ExpectColumnValuesToNotBeNull", {"column": column}, may_lack, lacks)


def _counted(column: str, lacks: str, may_lack: float) -> BatchRule:
    """Most rows count at least one in this column."""
    arguments = {"column": column, "min_value": 1}
    return BatchRule(f"{column}-zero", "ExpectColumnValuesToBeBetween", arguments, may_lack, lacks)


def _kept(code: str, lacks: str) -> BatchRule:
    """Most trials already stored did not lose a value of this kind. `code`: a change code of the event contract."""
    arguments = {"column": f"kept_{code}", "value_set": [True]}
    return BatchRule(
        f"{code}-lost", "ExpectColumnValuesToBeInSet", arguments, 0.5, f"lost {lacks} since their last version"
    )


SUITE: tuple[BatchRule, ...] = (
    # The registry does not release a record without these.
    _given("brief_title", "have no title", 0.01),
    _given("overall_status", "have no status", 0.01),
    _given("study_type", "have no study type", 0.01),
    _given("lead_sponsor", "have no sponsor", 0.01),
    _given("brief_summary", "have no summary", 0.01),
    _given("criteria", "have no eligibility criteria", 0.01),
    _given("first_submit_date", "have no date of first submission", 0.01),
    _given("last_update_date", "have no date of last update", 0.01),
    _counted("condition_count", "have no condition", 0.01),
    # Some old and observational records lack these. If a whole batch lacks them, the source has lost a module.
    _given("sex", "do not say for which sex", 0.05),
    _given("start_date", "have no start date", 0.1),
    _given("completion_date", "have no completion date", 0.3),
    _counted("outcome_count", "have no outcome measure", 0.3),
    _counted("intervention_count", "have no intervention", 0.75),
    _counted("arm_count", "have no arm", 0.75),
    _counted("site_count", "have no site", 0.75),
    _kept("status", "their status, or a part of it"),
    _kept("eligibility.criteria", "eligibility criteria"),
    _kept("eligibility.age", "an age limit"),
    _kept("eligibility.sex", "their sex"),
    _kept("sites.removed", "sites"),
    _kept("arms", "arms"),
    _kept("interventions", "interventions"),
    _kept("outcomes", "outcome measures"),
    _kept("conditions", "conditions"),
    _kept("sponsor", "sponsors"),
    _kept("title", "a title"),
    BatchRule(
        "criteria-cut",
        "ExpectColumnValuesToBeBetween",
        {"column": "criteria_length", "min_value": 80},
        0.15,
        "have criteria of less than 80 characters",
    ),
    BatchRule(
        "dates-turned",
        "ExpectColumnValuesToBeInSet",
        {"column": "dates_in_order", "value_set": [True]},
        0.05,
        "end before they start",
    ),
    BatchRule(
        "numbers-repeat",
        "ExpectColumnValuesToBeUnique",
        {"column": "trial_id"},
        0.2,
        "share their registry number with another of the batch",
        severity="warning",
    ),
)


_KEPT = {
    column: column.removeprefix("kept_") for rule in SUITE if (column := rule.arguments["column"]).startswith("kept_")
}


@dataclass(frozen=True, slots=True)
class BatchReport:
    """The result of checking one batch. `message`: why the batch was stopped and what to do, or "" if it passed."""

    stopped: bool = False
    message: str = ""
    findings: tuple[Finding, ...] = field(default=())


def check_batch(rows: Sequence[Mapping[str, object]], *, asked: int = 0, unreadable: int = 0) -> BatchReport:
    """Check one batch and return the result.

    `rows`: one flat row per trial (quality.flat_row.flat). If a trial is already stored, its row also has the column
    `lost`. `asked`: the number of records requested from a registry. `unreadable`: the number of records that could not
    be parsed. If there are fewer than `SMALLEST` rows, the rules are not applied. If `asked` is less than `SMALLEST`,
    unreadable records are not counted.
    """
    judged = [row for row in rows if not row["partial"]]
    complaints = list(_complaints(judged)) if len(judged) >= SMALLEST else []
    critical = [words for rule, words in complaints if rule.severity == "critical"]
    if asked >= SMALLEST and unreadable > (most := allowed(asked, MAY_BE_UNREADABLE)):
        critical.append(f"{unreadable} of {asked} records cannot be read, where at most {most} is usual")
    findings = tuple(
        Finding(code=f"batch-{rule.code}", message=words) for rule, words in complaints if rule.severity == "warning"
    )
    if not critical:
        return BatchReport(findings=findings)
    message = (
        f"The batch of {max(len(judged), asked)} records looks wrong, and none of it was written: {'; '.join(critical)}. "
        "Compare some records with the registry's pages: if the source changed its layout, Trialwire must be adapted first. "
        "If the records are right and only the selection is odd, run it again with --accept-odd-batch (in Airflow: "
        "the parameter accept_odd_batch)."
    )
    return BatchReport(stopped=True, message=message, findings=findings)


def allowed(rows: int, share: float) -> int:
    """Return how many of `rows` rows may break a rule by chance, if normally this `share` of the rows breaks it.

    The result is the smallest k with P(X > k) < LUCK, where X has the binomial distribution with n = rows, p = share.
    """
    tail, k = 1.0, -1
    log_odds, log_none = math.log(share) - math.log1p(-share), rows * math.log1p(-share)
    while tail >= LUCK and k < rows:
        k += 1
        chosen = math.lgamma(rows + 1) - math.lgamma(k + 1) - math.lgamma(rows - k + 1)
        tail -= math.exp(chosen + k * log_odds + log_none)
    return k


def _complaints(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[BatchRule, str]]:
    for rule, judged, broken in _run(rows):
        if judged >= SMALLEST and broken > (most := allowed(judged, rule.may_lack)):
            share = f"{broken / judged:.0%} of {judged} records"
            yield rule, f"{share} {rule.lacks}, where at most {most} is usual"


def _run(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[BatchRule, int, int]]:
    """Run the suite. Yields (rule, number of rows checked, number of rows that break it).

    Each call makes its own context, because threads must not share a context.
    """
    import pandas as pd

    gx = _great_expectations()
    frame = pd.DataFrame([{**row, **_derived(row)} for row in rows])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("memory").add_dataframe_asset("trials")
    suite = gx.ExpectationSuite(
        name="trials",
        expectations=[
            getattr(gx.expectations, rule.expectation)(
                **rule.arguments, severity=rule.severity, meta={"code": rule.code}
            )
            for rule in SUITE
        ],
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(
            name="trials",
            data=batch.add_batch_definition_whole_dataframe("all"),
            suite=context.suites.add(suite),
        )
    )
    result = definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC")
    by_code = {rule.code: rule for rule in SUITE}
    for one in result.results:
        rule = by_code[one.expectation_config.meta["code"]]
        if one.exception_info and one.exception_info.get("raised_exception"):
            msg = f"The expectation {rule.code} could not be run: {one.exception_info.get('exception_message')}"
            raise RuntimeError(msg)
        judged = int(one.result["element_count"]) - int(one.result.get("missing_count") or 0)
        yield rule, judged, int(one.result["unexpected_count"])


def _derived(row: Mapping[str, object]) -> dict[str, object]:
    """Columns computed for the suite only."""
    criteria, start, end = row["criteria"], row["start_date"], row["completion_date"]
    in_order = not (isinstance(start, str) and isinstance(end, str)) or start[: len(end)] <= end[: len(start)]
    lost = row.get("lost")
    kept = {column: None if lost is None else code not in str(lost).split() for column, code in _KEPT.items()}
    return {"criteria_length": len(criteria) if isinstance(criteria, str) else None, "dates_in_order": in_order, **kept}


def _great_expectations() -> Any:
    """Great Expectations, imported at the first batch: the import takes seconds and 190 MB, and emits warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        import great_expectations.expectations
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return gx
