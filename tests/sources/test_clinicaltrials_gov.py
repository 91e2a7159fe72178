"""The registry's API v2, asked of a local server that speaks it: paging, conditions, and every way an answer fails."""

from __future__ import annotations

import json
import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit.registry_server import Fault, registry, studies_of
from trialwire.network.retrying import RetryPolicy
from trialwire.schemas.errors import ContractError, RetryLaterError, SettingError, StopError, UsageError
from trialwire.schemas.record import RawRecord, UnreadableRecord
from trialwire.schemas.source import Query
from trialwire.sources import registry_http
from trialwire.sources.clinicaltrials_gov import records, total
from trialwire.sources.shipped import FICTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kit.registry_server import Registry

QUICK = RetryPolicy(attempts=3, first_wait_seconds=0.001, longest_wait_seconds=0.01)
NUMBERS = [f"NCT999900{number:02}" for number in range(1, 17)]


@pytest.fixture
def served() -> Iterator[Registry]:
    with registry(studies_of(sorted((FICTIONAL / "registry").glob("*.json")))) as server:
        yield server


def asked(server: Registry, query: Query, **how: Any) -> list[RawRecord | UnreadableRecord]:
    return list(records(query, base_url=server.base_url, retries=QUICK, **how))


def numbers(found: list[RawRecord | UnreadableRecord]) -> list[str]:
    return [one.origin.rsplit("/", 1)[1] for one in found]


def test_every_page_is_taken_once_and_each_study_comes_whole(served: Registry) -> None:
    found = asked(served, Query(query="e"), page_size=5)
    assert numbers(found) == NUMBERS
    assert len(served.asked) == 4
    for one in found:
        assert isinstance(one, RawRecord)
        assert one.source == "clinicaltrials_gov"
        assert json.loads(one.content) == served.studies[one.origin.rsplit("/", 1)[1]]


def test_the_same_study_has_the_same_origin_and_bytes_however_it_was_asked_for(served: Registry) -> None:
    (by_number,) = asked(served, Query(nct_ids=("NCT99990003",)))
    (by_words,) = asked(served, Query(query="Cohorte Vitiligo"))
    assert by_number == by_words
    assert by_number.origin == f"{served.base_url}/studies/NCT99990003"


def test_since_asks_for_updates_on_or_after_that_day(served: Registry) -> None:
    day = date(2025, 11, 13)
    expected = [
        number
        for number, study in sorted(served.studies.items())
        if study["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] >= day.isoformat()
    ]
    assert expected == ["NCT99990001", "NCT99990012"]
    assert numbers(asked(served, Query(since=day))) == expected
    assert asked(served, Query(since=day + timedelta(days=400))) == []


def test_conditions_narrow_each_other(served: Registry) -> None:
    assert numbers(asked(served, Query(query="velorimab"))) == ["NCT99990001", "NCT99990010"]
    assert numbers(asked(served, Query(query="velorimab", since=date(2025, 11, 1)))) == ["NCT99990001"]
    assert numbers(asked(served, Query(query="velorimab", nct_ids=("NCT99990010", "NCT99990009")))) == ["NCT99990010"]


def test_a_limit_ends_the_answer_and_asks_for_no_more_than_it_needs(served: Registry) -> None:
    assert numbers(asked(served, Query(query="e", limit=7), page_size=5)) == NUMBERS[:7]
    assert len(served.asked) == 2
    served.asked.clear()
    assert numbers(asked(served, Query(query="e", limit=3))) == NUMBERS[:3]
    assert served.asked[0][1]["pageSize"] == "3"


def test_numbers_are_asked_in_groups_and_an_unknown_one_is_told(served: Registry) -> None:
    many = tuple(f"nct9998{number:04}" for number in range(150))
    found = asked(served, Query(nct_ids=("NCT99990001", *many, "NCT99990001")))
    assert len(served.asked) == 2
    assert isinstance(found[0], RawRecord)
    missing = found[1:]
    assert len(missing) == 150
    assert all(isinstance(one, UnreadableRecord) and one.code == "not-found" for one in missing)
    assert missing[0].origin == f"{served.base_url}/studies/NCT99980000"


def test_a_number_the_study_once_had_finds_the_study(served: Registry) -> None:
    (found,) = asked(served, Query(nct_ids=("NCT99990905",)))
    assert isinstance(found, RawRecord)
    assert found.origin.endswith("/NCT99990005")


def test_a_malformed_number_is_a_wrong_call_before_anything_is_asked(served: Registry) -> None:
    with pytest.raises(UsageError, match="NCT1: not a registry number"):
        records(Query(nct_ids=("NCT1",)), base_url=served.base_url)
    assert served.asked == []


def test_the_total_is_one_small_question_per_group(served: Registry) -> None:
    assert total(Query(query="velorimab"), base_url=served.base_url, retries=QUICK) == 2
    assert total(Query(query="e", limit=5), base_url=served.base_url, retries=QUICK) == 5
    assert all(question["pageSize"] == "1" and question["fields"] == "NCTId" for _, question in served.asked)


@pytest.mark.parametrize("status", sorted(registry_http.RETRIED_STATUSES))
def test_a_passing_failure_is_asked_again(served: Registry, status: int) -> None:
    served.faults.extend([Fault(status=status), Fault(status=status)])
    assert numbers(asked(served, Query(nct_ids=("NCT99990001",)))) == ["NCT99990001"]
    assert len(served.asked) == 3


@pytest.mark.parametrize("status", sorted(registry_http.RETRIED_STATUSES))
def test_a_lasting_failure_ends_with_try_again_later_and_names_the_server(served: Registry, status: int) -> None:
    served.faults.extend([Fault(status=status)] * 3)
    with pytest.raises(RetryLaterError, match=rf"{served.base_url} .*HTTP {status}.*Try again later"):
        asked(served, Query(nct_ids=("NCT99990001",)))


def test_an_answer_cut_in_the_middle_is_asked_again(served: Registry) -> None:
    served.faults.append(Fault(cut=True))
    assert numbers(asked(served, Query(query="velorimab"))) == ["NCT99990001", "NCT99990010"]


def test_a_failure_between_pages_neither_loses_nor_doubles_a_study(served: Registry) -> None:
    first = records(Query(query="e"), base_url=served.base_url, page_size=4, retries=QUICK)
    found = [next(first) for _ in range(4)]
    served.faults.extend([Fault(status=503), Fault(cut=True)])
    assert numbers([*found, *first]) == NUMBERS


def test_a_wait_longer_than_the_retry_policy_allows_is_an_error_at_once(served: Registry) -> None:
    served.faults.append(Fault(status=429, headers=(("retry-after", "86400"),)))
    with pytest.raises(RetryLaterError, match="in 86400 seconds"):
        asked(served, Query(query="e"))
    assert len(served.asked) == 1


def test_a_short_wait_that_the_server_asks_for_is_kept(served: Registry) -> None:
    served.faults.append(Fault(status=429, headers=(("retry-after", "0"),)))
    assert len(asked(served, Query(query="velorimab"))) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_asked_again_and_says_what_the_server_said(served: Registry, status: int) -> None:
    served.faults.append(Fault(status=status, body=b"`query.term` has  incorrect syntax"))
    with pytest.raises(StopError, match=rf"HTTP {status}\): `query.term` has incorrect syntax"):
        asked(served, Query(query="((("))
    assert len(served.asked) == 1


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<html>maintenance</html>", "not JSON"),
        (b"[]", "another shape"),
        (b"{}", "no list of studies"),
        (b'{"studies": ["x"]}', "no list of studies"),
    ],
)
def test_an_answer_of_another_shape_is_a_broken_contract(served: Registry, body: bytes, what: str) -> None:
    served.faults.append(Fault(status=200, body=body))
    with pytest.raises(ContractError, match=what):
        asked(served, Query(query="e"))


def test_a_page_that_leads_back_to_itself_ends(served: Registry) -> None:
    served.faults.extend([Fault(status=200, body=b'{"studies": [], "nextPageToken": "a"}')] * 3)
    with pytest.raises(ContractError, match="back to itself"):
        asked(served, Query(query="e"))


def test_a_server_that_is_down_is_try_again_later() -> None:
    with pytest.raises(RetryLaterError, match="cannot be reached"):
        list(records(Query(query="e"), base_url="http://127.0.0.1:9/api/v2", retries=QUICK))


def test_a_wrong_address_is_a_wrong_setting() -> None:
    with pytest.raises(SettingError, match="TRIALWIRE_INGEST__REGISTRY_URL"):
        list(records(Query(query="e"), base_url="clinicaltrials.gov", retries=QUICK))


def test_waiting_is_logged_and_never_written_to_standard_output(
    served: Registry, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    served.faults.append(Fault(status=503))
    with caplog.at_level(logging.WARNING):
        asked(served, Query(query="velorimab"))
    assert capsys.readouterr().out == ""
    assert any("stamina" in record.name for record in caplog.records)


def test_the_real_records_come_page_by_page_as_their_files_hold_them(real_records: Path) -> None:
    studies = studies_of(sorted((real_records / "ctgov").glob("NCT0[45]*.json")))
    with registry(studies) as server:
        found = asked(server, Query(since=date(1999, 1, 1)), page_size=150)
    assert numbers(found) == sorted(studies)
    assert all(isinstance(one, RawRecord) and json.loads(one.content) == studies[one.origin[-11:]] for one in found)
