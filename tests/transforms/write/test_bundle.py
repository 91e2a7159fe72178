import copy
import os
import subprocess
import sys

import orjson
import pytest

from tests.transforms.kit.studies import VERSIONS, WITH_CONTACTS, Json, raw, resources, small, trial_of
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.trial import Trial
from trialwire.transforms.eligibility import parse
from trialwire.transforms.write import to_group
from trialwire.transforms.write.bundle import RenderOptions, content_hash, render, renditions

NUMBERS = ("NCT99990001", "NCT99990003", "NCT99990004", "NCT99990005", "NCT99990015")


def every_reference(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["reference"]] if isinstance(node.get("reference"), str) else []
        return own + [one for value in node.values() for one in every_reference(value)]
    return [one for item in node for one in every_reference(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_entry_is_a_put_under_its_own_id_and_every_reference_is_in_the_bundle(
    number: str, version: FhirVersion
) -> None:
    bundle = render(trial_of(raw(number)), version, WITH_CONTACTS).bundle
    names = [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in bundle["entry"]]
    assert [entry["request"] for entry in bundle["entry"]] == [{"method": "PUT", "url": name} for name in names]
    assert len(set(names)) == len(names)
    assert {one for one in every_reference(bundle) if not one.startswith("#")} <= set(names)
    assert names[-1] == f"ResearchStudy/{number}"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reference_to_a_contained_resource_is_met_in_the_resource_itself(version: FhirVersion) -> None:
    groups = resources(render(trial_of(raw("NCT99990001")), version, WITH_CONTACTS), "Group")
    inner = [one for group in groups for one in every_reference(group) if one.startswith("#")]
    assert "#inc-da65ba39-items" in inner
    for group in groups:
        contained = {f"#{resource['id']}" for resource in group.get("contained", [])}
        assert {one for one in every_reference(group) if one.startswith("#")} == contained


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_resource_refers_to_stands_before_it(version: FhirVersion) -> None:
    bundle = render(trial_of(raw("NCT99990005")), version, WITH_CONTACTS).bundle
    seen: set[str] = set()
    for entry in bundle["entry"]:
        assert set(every_reference(entry["resource"])) <= seen
        seen.add(entry["request"]["url"])


PRINT_HASHES = """
import sys
from tests.transforms.kit.studies import raw, trial_of, VERSIONS
from trialwire.transforms.write.bundle import RenderOptions, content_hash, render
for number in sys.argv[1:]:
    for version in VERSIONS:
        print(content_hash(render(trial_of(raw(number)), version, RenderOptions()).bundle))
"""


def test_another_process_with_another_hash_seed_writes_the_same() -> None:
    outputs = set()
    for seed in ("1", "77"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland"}
        command = [sys.executable, "-c", PRINT_HASHES, *NUMBERS]
        outputs.add(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    (output,) = outputs
    assert len(set(output.split())) == len(NUMBERS) * len(VERSIONS)


def ids_of(study: Json, version: FhirVersion, kind: str) -> set[str]:
    rendition = render(trial_of(study), version, WITH_CONTACTS)
    if kind == "criterion":
        return {one["id"] for group in resources(rendition, "Group") for one in group["characteristic"]}
    if kind == "action":
        (plan,) = resources(rendition, "PlanDefinition")
        return {one["id"] for root in plan["action"] for arm in root["action"] for one in (arm, *arm.get("action", ()))}
    return {one["id"] for one in resources(rendition, kind)}


def _first_site(study: Json) -> None:
    places = study["protocolSection"]["contactsLocationsModule"]["locations"]
    places.insert(0, {"facility": "Eastbrook Clinic", "city": "Eastbrook", "country": "Ireland"})


def _first_arm(study: Json) -> None:
    arms = study["protocolSection"]["armsInterventionsModule"]["armGroups"]
    arms.insert(0, {"label": "Usual care", "type": "NO_INTERVENTION"})


def _first_criterion(study: Json) -> None:
    module = study["protocolSection"]["eligibilityModule"]
    text = module["eligibilityCriteria"]
    module["eligibilityCriteria"] = text.replace("\n\n* ", "\n\n* Body weight above 45 kg\n* ", 1)


@pytest.mark.parametrize(
    ("kind", "insert"), [("Location", _first_site), ("action", _first_arm), ("criterion", _first_criterion)]
)
@pytest.mark.parametrize("version", VERSIONS)
def test_an_inserted_site_arm_or_criterion_changes_no_other_id(kind: str, insert, version: FhirVersion) -> None:
    study = raw("NCT99990001")
    before = ids_of(study, version, kind)
    changed = copy.deepcopy(study)
    insert(changed)
    after = ids_of(changed, version, kind)
    assert before < after
    assert len(after - before) == 1


def test_two_sites_of_the_same_name_and_place_have_two_ids() -> None:
    site = {"facility": "Westmoor Hospital", "city": "Westmoor", "country": "Ireland"}
    trial = small(contactsLocations={"locations": [site, site | {"status": "COMPLETED"}]})
    first, second = (one["id"] for one in resources(render(trial, "R4", WITH_CONTACTS), "Location"))
    assert second == f"{first}-2"


def test_one_organisation_has_one_id_in_all_trials_and_stands_once_in_a_bundle() -> None:
    name = {"name": "Northmere University Hospital", "class": "OTHER"}
    one = small(sponsorCollaborators={"leadSponsor": name, "collaborators": [name]})
    (organization,) = resources(render(one, "R5", WITH_CONTACTS), "Organization")
    assert organization in resources(render(trial_of(raw("NCT99990001")), "R5", WITH_CONTACTS), "Organization")


def test_the_hash_follows_content_and_not_the_order_of_keys() -> None:
    bundle = render(trial_of(raw("NCT99990001")), "R4", WITH_CONTACTS).bundle
    turned = dict(reversed(bundle.items()))
    assert content_hash(bundle) == content_hash(turned)
    changed = orjson.loads(orjson.dumps(bundle))
    changed["entry"][-1]["resource"]["title"] += "!"
    assert content_hash(changed) != content_hash(bundle)


def test_a_trial_without_a_number_is_not_rendered() -> None:
    with pytest.raises(ValueError, match="without a registry number"):
        render(Trial(source="pages"), "R4", RenderOptions())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_record_of_a_number_alone_says_nothing_it_does_not_say(version: FhirVersion) -> None:
    rendition = render(
        trial_of({"protocolSection": {"identificationModule": {"nctId": "NCT99990099"}}}), version, WITH_CONTACTS
    )
    assert rendition.status == "unknown"
    (study,) = resources(rendition, "ResearchStudy")
    (group,) = resources(rendition, "Group")
    assert "characteristic" not in group
    assert {"title", "condition", "phase", "period", "sponsor", "associatedParty", "site", "protocol"}.isdisjoint(study)
    assert [entry["resource"]["resourceType"] for entry in rendition.bundle["entry"]] == ["Group", "ResearchStudy"]


def test_versions_that_are_asked_for_together_are_what_each_is_alone_and_the_text_is_read_once(monkeypatch) -> None:
    read: list[str] = []

    def counted(raw: str):
        read.append(raw)
        return parse(raw)

    for number in ("NCT99990001", "NCT99990008", "NCT99990014"):
        trial = trial_of(raw(number))
        asked = {"R4": RenderOptions(profile="eclaire"), "R5": RenderOptions()}
        alone = {version: render(trial, version, how) for version, how in asked.items()}
        with monkeypatch.context() as patched:
            patched.setattr(to_group, "parse", counted)
            assert renditions(trial, asked) == alone
    assert len(read) == 3


def test_a_version_with_contacts_beside_one_without_keeps_them_to_itself() -> None:
    trial = trial_of(raw("NCT99990001"))
    both = renditions(trial, {"R4": WITH_CONTACTS, "R5": RenderOptions()})
    assert both == {"R4": render(trial, "R4", WITH_CONTACTS), "R5": render(trial, "R5", RenderOptions())}
    assert b"velvet-ad@example.org" in orjson.dumps(both["R4"].bundle)
    assert b"velvet-ad@example.org" not in orjson.dumps(both["R5"].bundle)
