"""Loading a FHIR server, asked of the twin and of a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from tests.delivery.kit.outbox_twin import MemoryOutbox, put, removal_bundle, study_bundle
from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir import check as fhir_check
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.settings import FhirSettings

if TYPE_CHECKING:
    from tests.delivery.conftest import FhirUnderTest


def load(outbox: MemoryOutbox, fhir: FhirUnderTest) -> fhir_loader.LoadReport:
    return fhir_loader.load(outbox, fhir.settings, transport=fhir.transport)


def verify(outbox: MemoryOutbox, fhir: FhirUnderTest) -> fhir_loader.VerifyReport:
    return fhir_loader.verify(outbox, fhir.settings, transport=fhir.transport)


def version(fhir: FhirUnderTest, reference: str) -> str:
    return fhir.resource(reference).json()["meta"]["versionId"]


def test_each_resource_reads_back_as_it_was_sent_and_a_second_run_writes_nothing(
    outbox: MemoryOutbox, fhir: FhirUnderTest
) -> None:
    trial, other = f"{fhir.trials}001", f"{fhir.trials}002"
    outbox.add(trial)
    outbox.add(other)
    outbox.add(trial)
    first = load(outbox, fhir)
    assert (first.loaded, first.resources, first.parked, first.pending) == (3, 12, 0, 0)
    study = fhir.resource(f"ResearchStudy/study-{trial.lower()}").json()
    assert study["title"] == "change 2"
    assert fhir_apply.sequence_of(study) == 2
    sent = next(
        entry["resource"]
        for entry in orjson.loads(outbox.bundle(outbox.pending("another").rows[-1], "R4"))["entry"]
        if entry["resource"]["resourceType"] == "ResearchStudy"
    )
    assert {key: value for key, value in study.items() if key != "meta"} == sent
    before = version(fhir, f"ResearchStudy/study-{trial.lower()}")
    outbox.rewind(fhir.settings.destination)
    second = load(outbox, fhir)
    assert (second.loaded, second.already_there, second.resources) == (0, 3, 0)
    assert version(fhir, f"ResearchStudy/study-{trial.lower()}") == before
    found = verify(outbox, fhir)
    assert (found.trials, found.resources, found.equal) == (2, 7, 7)
    assert (found.missing, found.different, found.no_longer_referred_to) == ([], [], [])


def test_a_removal_deletes_what_is_the_trials_own_and_keeps_what_others_refer_to(
    outbox: MemoryOutbox, fhir: FhirUnderTest
) -> None:
    gone, kept = f"{fhir.trials}003", f"{fhir.trials}004"
    outbox.add(gone)
    outbox.add(kept)
    outbox.add(gone, removal_bundle(gone), verb="removed")
    report = load(outbox, fhir)
    assert (report.loaded, report.parked) == (3, 0)
    for reference in (f"ResearchStudy/study-{gone}", f"PlanDefinition/plan-{gone}", f"Group/group-{gone}"):
        assert fhir.resource(reference.replace(gone, gone.lower())).status_code == 410
    assert fhir.resource("Organization/sponsor-1").status_code == 200
    assert fhir.resource(f"ResearchStudy/study-{kept.lower()}").status_code == 200
    assert verify(outbox, fhir).not_removed == []


def test_a_search_sees_what_was_written_since_the_same_search(fhir: FhirUnderTest) -> None:
    """HAPI answers from its results of the last minute; a resource that is referred to by now would be deleted."""
    organization = {"resourceType": "Organization", "id": f"org-{fhir.trials.lower()}", "active": True}
    reference = f"Organization/{organization['id']}"
    study = {
        "resourceType": "ResearchStudy",
        "id": f"s-{fhir.trials.lower()}",
        "status": "active",
        "sponsor": {"reference": reference},
    }
    with FhirClient(fhir.settings, transport=fhir.transport) as client:
        client.transact([put(organization)])
        assert not client.is_referred_to(reference)
        client.transact([put(study)])
        assert client.is_referred_to(reference)


def test_a_removal_takes_along_what_nobody_else_refers_to(outbox: MemoryOutbox, fhir: FhirUnderTest) -> None:
    trial = f"{fhir.trials}005"
    own = f"sponsor-of-{trial.lower()}"
    bundle = study_bundle(trial)
    bundle["entry"][0] = put({"resourceType": "Organization", "id": own, "name": "Example Clinic"})
    bundle["entry"][-1]["resource"]["sponsor"]["reference"] = f"Organization/{own}"
    removal = removal_bundle(trial)
    removal["entry"][-1]["request"]["url"] = f"Organization/{own}"
    outbox.add(trial, bundle)
    outbox.add(trial, removal, verb="removed")
    load(outbox, fhir)
    assert fhir.resource(f"Organization/{own}").status_code == 410


def test_a_restored_trial_is_there_again(outbox: MemoryOutbox, fhir: FhirUnderTest) -> None:
    trial = f"{fhir.trials}006"
    outbox.add(trial)
    outbox.add(trial, removal_bundle(trial), verb="removed")
    outbox.add(trial, verb="restored")
    load(outbox, fhir)
    assert fhir_apply.sequence_of(fhir.resource(f"ResearchStudy/study-{trial.lower()}").json()) == 3


def test_verification_names_what_is_missing_what_differs_and_what_is_left_over(
    outbox: MemoryOutbox, fhir: FhirUnderTest
) -> None:
    trial = f"{fhir.trials}007"
    key = trial.lower()
    earlier = study_bundle(trial)
    earlier["entry"][1]["resource"]["id"] = f"former-group-{key}"
    earlier["entry"][1]["request"]["url"] = f"Group/former-group-{key}"
    earlier["entry"][-1]["resource"]["enrollment"][0]["reference"] = f"Group/former-group-{key}"
    outbox.add(trial, earlier)
    outbox.add(trial)
    load(outbox, fhir)
    outbox.bundles[2] = outbox.bundles[2].replace(b"change 2", b"another title")
    outbox.add(f"{fhir.trials}008")
    found = verify(outbox, fhir)
    assert found.different == [f"PlanDefinition/plan-{key}: title", f"ResearchStudy/study-{key}: title"] or (
        found.different == [f"ResearchStudy/study-{key}: title"]
    )
    assert sorted(found.missing) == sorted(
        f"{kind}-{fhir.trials.lower()}008" for kind in ("Group/group", "PlanDefinition/plan", "ResearchStudy/study")
    )
    assert found.no_longer_referred_to == [f"Group/former-group-{key}"]
    assert found.pending == 1


def test_a_bundle_over_the_limit_goes_in_parts_with_the_study_last(fhir: FhirUnderTest) -> None:
    from trialwire.delivery.fhir.client import FhirClient

    trial = f"{fhir.trials}009"
    bundle = study_bundle(trial)
    sites = [
        put({"resourceType": "Location", "id": f"site-{trial.lower()}-{n}", "name": f"Site {n}"}) for n in range(25)
    ]
    references = [{"reference": site["request"]["url"]} for site in sites]
    bundle["entry"] = [*sites, *bundle["entry"]]
    bundle["entry"][-1]["resource"]["site"] = references
    outbox = MemoryOutbox()
    row = outbox.add(trial, bundle)
    with FhirClient(fhir.settings, transport=fhir.transport) as client:
        applied = fhir_apply.apply(client, 1, outbox.bundles[row.position], None, max_entries=10)
    assert (applied.kind, applied.resources) == ("loaded", 29)
    assert fhir.resource(f"ResearchStudy/study-{trial.lower()}").json()["site"] == references
    assert fhir.resource(f"Location/site-{trial.lower()}-24").json()["name"] == "Site 24"


def test_every_step_of_the_check_is_well(fhir: FhirUnderTest) -> None:
    steps = list(fhir_check.steps(fhir.settings, transport=fhir.transport))
    assert [step for step, well, _ in steps if not well] == []
    assert {step for step, _, _ in steps} >= {"metadata", "FHIR version", "transactions", "permission to write"}


def test_the_check_names_a_server_of_another_version(fhir: FhirUnderTest) -> None:
    other = FhirSettings(fhir.settings.base_url, "R5")
    steps = {step: (well, told) for step, well, told in fhir_check.steps(other, transport=fhir.transport)}
    assert steps["FHIR version"] == (False, "4.0.1: this address is set for R5; set it for the other version")


@pytest.mark.parametrize("reference", ["ResearchStudy/study-1", "Organization/sponsor-1"])
def test_the_order_of_parts_puts_what_is_referred_to_first(reference: str) -> None:
    bundle = study_bundle("NCT99990001")
    role = put({"resourceType": "PractitionerRole", "id": "role-1", "location": [{"reference": "Location/site-1"}]})
    site = put({"resourceType": "Location", "id": "site-1", "managingOrganization": {"reference": reference}})
    parts = fhir_apply.parts([role, site, *bundle["entry"]], 2)
    assert [[entry["request"]["url"].split("/")[0] for entry in part] for part in parts] == [
        ["Organization", "Location"],
        ["PractitionerRole"],
        ["Group", "PlanDefinition", "ResearchStudy"],
    ]


def test_a_study_is_written_only_over_what_was_read_whether_it_was_new_there_or_deleted(fhir: FhirUnderTest) -> None:
    from trialwire.delivery.fhir.client import FhirClient
    from trialwire.delivery.fhir.fault import FhirFault

    id_ = f"study-{fhir.trials.lower()}010"
    reference = f"ResearchStudy/{id_}"

    def entry(title: str, precondition: dict[str, str]) -> dict[str, object]:
        made = put({"resourceType": "ResearchStudy", "id": id_, "status": "active", "title": title})
        return made | {"request": made["request"] | precondition}

    with FhirClient(fhir.settings, transport=fhir.transport) as client:
        for state in ("never there", "there", "deleted"):
            if state == "deleted":
                client.delete(reference)
            found, precondition = client.read_to_write(reference)
            assert (found is not None) == (state == "there")
            client.transact([entry(f"first of {state}", precondition)])
            with pytest.raises(FhirFault) as refused:
                client.transact([entry(f"second of {state}", precondition)])
            assert refused.value.kind == "conflict"
            assert (client.read(reference) or {})["title"] == f"first of {state}"
