"""The loader under the faults of the contract's table, by a stub with a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import orjson
import pytest

from tests.delivery.conftest import QUICK
from tests.delivery.kit.fhir_stub import ScriptedFhirServer, cut, entries, outcome
from tests.delivery.kit.outbox_twin import MemoryOutbox, study_bundle
from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir import check as fhir_check
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.delivery.fhir import reseed as fhir_reseed
from trialwire.delivery.fhir.memory import MemoryFhirServer
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.schemas.errors import ContractError, RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = FhirSettings("http://fhir.example.org/fhir/r4", "R4")


@pytest.fixture
def stub() -> ScriptedFhirServer:
    return ScriptedFhirServer()


def filled(trials: int = 6, changes: int = 1) -> MemoryOutbox:
    outbox = MemoryOutbox()
    for _ in range(changes):
        for number in range(trials):
            outbox.add(f"NCT9999000{number}")
    return outbox


def load(outbox: MemoryOutbox, stub: ScriptedFhirServer) -> fhir_loader.LoadReport:
    return fhir_loader.load(outbox, SERVER, transport=stub.transport, retries=QUICK)


def about(number: int) -> Callable[[httpx.Request], bool]:
    return lambda request: request.method == "POST" and f"study-nct9999000{number}".encode() in request.content


def studies(stub: ScriptedFhirServer) -> set[str]:
    return {name for name, value in stub.twin.resources.items() if value and name.startswith("ResearchStudy/")}


ALL = {f"ResearchStudy/study-nct9999000{number}" for number in range(6)}


def test_row_18_a_trial_on_which_the_server_fails_is_parked_after_bounded_attempts(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    tried = []

    def fails(request: httpx.Request) -> httpx.Response | None:
        if about(3)(request):
            tried.append(request)
            return outcome(500, "exception", "NullPointerException for j.doe@example.org, +1 555 0100 200")
        return None

    stub.always = fails
    report = load(outbox, stub)
    (parked,) = outbox.parked[SERVER.destination]
    assert (report.loaded, report.parked, report.pending) == (5, 1, 0)
    assert len(tried) == QUICK.attempts
    assert parked.row.change.trial_id == "NCT99990003"
    assert parked.stage == "load"
    assert (
        "HTTP 500 (exception): NullPointerException for [e-mail address removed], [telephone number removed]"
        in parked.reasons[0].message
    )
    assert studies(stub) == ALL - {"ResearchStudy/study-nct99990003"}


def test_a_later_version_of_a_parked_trial_is_loaded(stub: ScriptedFhirServer) -> None:
    outbox = filled(changes=2)
    stub.always = lambda request: (
        outcome(422, "invalid") if about(3)(request) and b"change 1" in request.content else None
    )
    report = load(outbox, stub)
    assert (report.loaded, report.parked) == (11, 1)
    assert stub.twin.resources["ResearchStudy/study-nct99990003"]["title"] == "change 2"


def test_row_19_a_server_that_is_down_parks_nothing_and_is_tried_again_later(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    stub.down = True
    with pytest.raises(RetryLaterError, match=r"fhir\.example\.org.*is down.*Nothing was parked"):
        load(outbox, stub)
    assert SERVER.destination not in outbox.parked
    assert outbox.state(SERVER.destination).pending == 6
    stub.down = False
    assert load(outbox, stub).loaded == 6
    assert studies(stub) == ALL


def test_row_19_a_server_that_goes_down_in_the_middle_keeps_what_it_took(stub: ScriptedFhirServer) -> None:
    outbox = filled(6, 5)

    def dies(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        stub.down = stub.posts >= 9
        return answer

    stub.after = dies
    with pytest.raises(RetryLaterError):
        load(outbox, stub)
    assert 0 < outbox.state(SERVER.destination).position < 30
    assert SERVER.destination not in outbox.parked
    stub.down, stub.after = False, lambda _, answer: answer
    load(outbox, stub)
    assert {stub.twin.resources[name]["title"] for name in ALL} == {"change 5"}


def test_a_server_that_fails_on_everything_and_still_answers_parks_nothing(stub: ScriptedFhirServer) -> None:
    outbox = MemoryOutbox()
    for number in range(40):
        outbox.add(f"NCT999900{number:02d}")
    stub.always = lambda request: outcome(500, "exception", "disk full") if request.method == "POST" else None
    with pytest.raises(
        RetryLaterError, match=r"rejected 20 changes in a row and accepted none.*disk full.*Nothing was parked"
    ):
        load(outbox, stub)
    assert SERVER.destination not in outbox.parked
    assert outbox.state(SERVER.destination).position == 0


@pytest.mark.parametrize("status", [409, 412])
def test_row_20_a_conflict_is_read_again_and_compared(stub: ScriptedFhirServer, status: int) -> None:
    outbox = filled(1)
    stub.script = [outcome(status, "conflict"), outcome(status, "conflict")]
    report = load(outbox, stub)
    assert (report.loaded, report.parked, stub.posts) == (1, 0, 3)


@pytest.mark.parametrize("status", [409, 412])
def test_row_20_another_loader_was_there_first(stub: ScriptedFhirServer, status: int) -> None:
    outbox = filled(1)

    def overtaken(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST" or stub.twin.resources:
            return None
        assert fhir_loader.load(filled(1), SERVER, transport=stub.twin.transport).loaded == 1
        return outcome(status, "conflict")

    stub.always = overtaken
    report = load(outbox, stub)
    assert (report.loaded, report.already_there, report.parked) == (0, 1, 0)


def test_row_20_a_conflict_that_stays_is_parked(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    stub.always = lambda request: outcome(409, "conflict") if about(2)(request) else None
    report = load(outbox, stub)
    assert (report.loaded, report.parked) == (5, 1)
    assert outbox.parked[SERVER.destination][0].attempts == 5


def test_row_20_several_matches_of_a_conditional_update_are_nobody_elses_conflict(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    tried = []
    stub.always = lambda request: (
        tried.append(request) or outcome(412, "multiple-matches") if about(2)(request) else None
    )
    report = load(outbox, stub)
    assert (report.parked, len(tried)) == (1, 1)


def test_row_21_the_pause_a_server_asks_for_is_kept(stub: ScriptedFhirServer, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    stub.script = [outcome(429, "throttled", Retry_After="1")]
    report = load(filled(1), stub)
    assert report.loaded == 1
    assert pauses == [1.0]


def test_row_21_a_server_that_stays_busy_parks_nothing(stub: ScriptedFhirServer) -> None:
    outbox = filled(1)
    stub.always = lambda request: outcome(429, "throttled", Retry_After="7200") if about(0)(request) else None
    with pytest.raises(RetryLaterError, match=r"is busy.*load again in 7200 seconds"):
        load(outbox, stub)
    assert SERVER.destination not in outbox.parked


def test_row_22_an_answer_cut_in_the_middle_is_asked_for_again(stub: ScriptedFhirServer) -> None:
    stub.script = [cut(), httpx.Response(200, content=b'{"resourceType": "Bundle"')]
    report = load(filled(1), stub)
    assert (report.loaded, report.parked, stub.posts) == (1, 0, 3)


def test_row_22_an_answer_that_accounts_for_too_few_entries_is_no_success(stub: ScriptedFhirServer) -> None:
    stub.script = [entries("201 Created", "201 Created")]
    report = load(filled(1), stub)
    assert (report.loaded, stub.posts) == (1, 2)
    assert "ResearchStudy/study-nct99990000" in studies(stub)


def test_row_22_a_failed_entry_in_a_good_answer_is_a_failure(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    stub.always = lambda request: (
        entries("201 Created", "201 Created", "422 Unprocessable", "201 Created") if about(4)(request) else None
    )
    report = load(outbox, stub)
    assert (report.loaded, report.parked) == (5, 1)
    assert "1 of 4 entries were rejected" in outbox.parked[SERVER.destination][0].reasons[0].message


def test_row_13_a_crash_after_the_answer_and_before_the_mark_writes_nothing_twice(stub: ScriptedFhirServer) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    outbox = filled()
    vars(outbox)["advance"] = crash
    with pytest.raises(Crash):
        load(outbox, stub)
    assert studies(stub)
    versions = dict(stub.twin.versions)
    del vars(outbox)["advance"]
    outbox.leases.clear()
    report = load(outbox, stub)
    assert report.already_there >= 1
    assert report.already_there + report.loaded == 6
    assert {name: stub.twin.versions[name] for name in versions} == versions


@pytest.mark.parametrize(("status", "said"), [(401, "token"), (403, "permission"), (404, "base address")])
def test_a_server_that_refuses_us_stops_the_run_with_the_cure(stub: ScriptedFhirServer, status: int, said: str) -> None:
    outbox = filled()
    stub.always = lambda request: outcome(status, "security") if request.method == "POST" else None
    with pytest.raises(StopError, match=rf"HTTP {status}.*Nothing was parked.*{said}"):
        load(outbox, stub)
    assert outbox.state(SERVER.destination).pending == 6
    assert SERVER.destination not in outbox.parked


def test_a_validating_server_that_refuses_an_absent_status_has_the_setting_named(stub: ScriptedFhirServer) -> None:
    outbox = filled(2)
    outbox.add("NCT99990005", study_bundle("NCT99990005", status=None))
    stub.always = lambda request: outcome(422, "required", "status is required") if about(5)(request) else None
    load(outbox, stub)
    (parked,) = outbox.parked[SERVER.destination]
    assert "TRIALWIRE_FHIR__R4__UNKNOWN_STATUS=closed-to-accrual" in parked.reasons[0].cure


def test_a_bundle_that_the_server_calls_too_large_goes_in_parts(stub: ScriptedFhirServer) -> None:
    outbox = filled()
    stub.always = lambda request: (
        outcome(413, "too-long")
        if request.method == "POST" and len(orjson.loads(request.content)["entry"]) > 3
        else None
    )
    report = load(outbox, stub)
    assert (report.loaded, report.parked, report.resources) == (6, 0, 24)
    assert studies(stub) == ALL


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"resourceType":"Patient"}', b'{"resourceType":"Bundle","type":"batch","entry":[]}']
)
def test_a_bundle_that_is_none_is_parked_and_its_neighbours_go(stub: ScriptedFhirServer, content: bytes) -> None:
    outbox = filled(2)
    outbox.add("NCT99990005", content)
    report = load(outbox, stub)
    assert (report.loaded, report.parked) == (2, 1)
    assert outbox.parked[SERVER.destination][0].reasons[0].code == "bad-bundle"


def test_a_token_is_shown_to_the_server_and_to_nobody_else() -> None:
    twin = MemoryFhirServer(token="s3cret-token")
    right = FhirSettings("http://fhir.example.org/fhir/r4", "R4", token="s3cret-token")
    wrong = FhirSettings("http://fhir.example.org/fhir/r4", "R4", token="other")
    with pytest.raises(StopError) as refused:
        fhir_loader.load(filled(), wrong, transport=twin.transport, retries=QUICK)
    assert fhir_loader.load(filled(), right, transport=twin.transport, retries=QUICK).loaded == 6
    assert "other" not in str(refused.value)
    assert "s3cret" not in repr(right)
    steps = {step: (well, told) for step, well, told in fhir_check.steps(wrong, transport=twin.transport)}
    assert steps["metadata"] == (False, "HTTP 401: correct the token, or the user name and password, of this server")


def test_a_user_name_and_password_are_sent_as_basic_authentication() -> None:
    seen = []
    twin = MemoryFhirServer()
    transport = httpx.MockTransport(
        lambda request: seen.append(request.headers["authorization"]) or twin.answer(request)
    )
    server = FhirSettings("http://fhir.example.org/fhir/r4", "R4", username="loader", password="pass")
    fhir_loader.load(filled(1), server, transport=transport)
    assert set(seen) == {"Basic bG9hZGVyOnBhc3M="}


def test_a_narrative_is_compared_as_what_it_says_not_as_it_is_spelt(stub: ScriptedFhirServer) -> None:
    from trialwire.delivery.fhir.verify import first_difference, plain

    sent = {
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">A "fictional" trial</div>'}
    }
    kept = {"text": sent["text"] | {"div": sent["text"]["div"].replace('"fictional"', "&quot;fictional&quot;")}}
    other = {"text": sent["text"] | {"div": sent["text"]["div"].replace("fictional", "real")}}
    assert first_difference(plain(sent), plain(kept)) is None
    assert first_difference(plain(sent), plain(other)) == "text.div"


def lost(trials: int = 2) -> MemoryOutbox:
    """What a store holds that was lost and filled anew: each trial begins at 1 again, with what its record says now."""
    outbox = MemoryOutbox()
    for number in range(trials):
        outbox.add(f"NCT9999000{number}", study_bundle(f"NCT9999000{number}", status="completed"))
    return outbox


def test_a_lost_store_is_told_that_the_server_is_ahead_and_how_to_go_on(stub: ScriptedFhirServer) -> None:
    load(filled(2, 3), stub)
    before = dict(stub.twin.resources)
    outbox = lost()
    with pytest.raises(
        ContractError, match=r"is ahead of this store: it has change 3 of NCT9999000\d.*--reseed"
    ) as told:
        load(outbox, stub)
    assert "the last one here is 1" in str(told.value)
    assert (stub.twin.resources, outbox.state(SERVER.destination).pending) == (before, 2)


def test_the_same_number_with_another_content_is_told_too(stub: ScriptedFhirServer) -> None:
    load(filled(2), stub)
    outbox = lost()
    with pytest.raises(ContractError, match=r"is change 1, and this store has another change under that number"):
        load(outbox, stub)
    assert outbox.state(SERVER.destination).pending == 2


def test_a_replay_of_older_changes_is_no_lost_store(stub: ScriptedFhirServer) -> None:
    outbox = filled(2, 3)
    load(outbox, stub)
    outbox.rewind(SERVER.destination)
    assert load(outbox, stub).already_there == 6


def test_after_the_numbers_were_taken_over_older_changes_are_no_lost_store(stub: ScriptedFhirServer) -> None:
    load(filled(1, 3), stub)
    outbox = MemoryOutbox(reseeded={"NCT99990000": 3})
    outbox.add("NCT99990000")
    assert load(outbox, stub).already_there == 1


def test_the_numbers_can_be_read_from_the_server(stub: ScriptedFhirServer) -> None:
    outbox = filled(2, 3)
    for position, content in outbox.bundles.items():
        outbox.bundles[position] = content.replace(b'"identifier":[{', b'"identifier":[{"use":"official",')
    load(outbox, stub)
    stub.twin.resources["ResearchStudy/somebody-elses"] = {"resourceType": "ResearchStudy", "id": "somebody-elses"}
    stub.twin.versions["ResearchStudy/somebody-elses"] = 1
    told = dict(fhir_reseed.ahead_of(lost(), SERVER, transport=stub.transport))
    assert told == {"NCT99990000": 3, "NCT99990001": 3}
    assert dict(fhir_reseed.ahead_of(outbox, SERVER, transport=stub.transport)) == {}


@pytest.mark.parametrize("created", [True, False])
def test_row_20_two_loaders_that_meet_between_read_and_write_never_go_back(
    stub: ScriptedFhirServer, created: bool
) -> None:
    """The other one, which is further, writes after this one has read."""
    ahead = filled(1, 3)
    outbox = MemoryOutbox(ahead.rows[:2], ahead.bundles)
    if not created:
        fhir_loader.load(MemoryOutbox(ahead.rows[:1], ahead.bundles), SERVER, transport=stub.twin.transport)
    met = []

    def overtaken(request: httpx.Request) -> None:
        if request.method == "POST" and not met:
            met.append(request)
            fhir_loader.load(ahead, SERVER, transport=stub.twin.transport)

    stub.always = overtaken
    with pytest.raises(ContractError, match="ahead of this store"):
        load(outbox, stub)
    study = stub.twin.resources["ResearchStudy/study-nct99990000"]
    assert (fhir_apply.sequence_of(study), study["title"]) == (3, "change 3")


def test_where_nothing_is_a_server_is_asked_to_write_over_nothing(stub: ScriptedFhirServer) -> None:
    asked = []

    def other_make(request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        if request.method == "POST":
            asked.extend(entry["request"] for entry in orjson.loads(request.content)["entry"])
        answer.headers.pop("x-powered-by")
        return answer

    stub.after = other_make
    load(filled(1, 2), stub)
    guards = [request for request in asked if len(request) > 2]
    url = "ResearchStudy/study-nct99990000"
    assert guards == [
        {"method": "PUT", "url": url, "ifNoneMatch": "*"},
        {"method": "PUT", "url": url, "ifMatch": 'W/"1"'},
    ]
