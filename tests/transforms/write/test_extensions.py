import orjson
import pytest

from tests.transforms.kit.studies import VERSIONS, small, trial_of
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir.extensions import ALLOWED
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.write.bundle import RenderOptions, render

HELD = "NCT99990013"  # its status is no word of the registry's dictionary


def urls(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {one["url"] for one in node.get("extension", ()) if "/" in one["url"]}
        return own.union(*(urls(value) for value in node.values()))
    return set().union(*(urls(item) for item in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_of_extensions_holds_what_is_written_and_nothing_else(version: FhirVersion) -> None:
    records = [one for one in sorted((FICTIONAL / "registry").glob("*.json")) if one.stem != HELD]
    trials = [trial_of(orjson.loads(one.read_bytes())) for one in records]
    person = {"name": "Ada Marlow", "phone": "555-010-0199"}
    text = "Patients:\n\nInclusion Criteria:\n\n* Asthma\n\nHealthy controls:\n\nInclusion Criteria:\n\n* No asthma"
    text += "\n* At least two of the following:\n\n  * A\n  * B\n  * C"
    trials.append(small(eligibility={"eligibilityCriteria": text}))
    trials.append(small(contactsLocations={"centralContacts": [person], "locations": [{"contacts": [person]}]}))
    trials.append(small(identification={"secondaryIdInfos": [{"type": "REGISTRY"}]}))
    written = set().union(
        *(
            urls(render(trial, version, RenderOptions(contacts=True, profile=profile)).bundle)
            for trial in trials
            for profile in ("base", "eclaire")
        )
    )
    assert written == set(ALLOWED[version])
