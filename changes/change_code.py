"""Maps a path of a Trial to a change code, such as "status" or "sites.added", by a table.

The row with the longest matching path is used. If no row matches, the code is `other`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.schemas.event import ChangeCode


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: the change code of all values below a path.

    `personal`: the values are, or may be, personal data. For personal data only the number of values is given. A row
    with a longer path overrides this row.
    """

    code: ChangeCode
    personal: bool = False


ROWS: dict[str, Row] = {
    "identification": Row("other"),
    "identification.briefTitle": Row("title"),
    "identification.officialTitle": Row("title"),
    "identification.acronym": Row("title"),
    "status": Row("other"),
    "status.overallStatus": Row("status"),
    "status.lastKnownStatus": Row("status"),
    "status.whyStopped": Row("status"),
    "status.startDateStruct": Row("dates.start"),
    "status.primaryCompletionDateStruct": Row("dates.primary-completion"),
    "status.resultsWaived": Row("results"),
    "status.resultsFirstSubmitDate": Row("results"),
    "status.resultsFirstSubmitQcDate": Row("results"),
    "status.resultsFirstPostDateStruct": Row("results"),
    "sponsors": Row("sponsor"),
    "sponsors.responsibleParty": Row("contacts", personal=True),
    "sponsors.responsibleParty.type": Row("sponsor"),
    "sponsors.responsibleParty.investigatorAffiliation": Row("sponsor"),
    "sponsors.responsibleParty.oldOrganization": Row("sponsor"),
    "oversight": Row("other"),
    "description": Row("other"),
    "conditions": Row("conditions"),
    "design": Row("other"),
    "design.phases": Row("phase"),
    "design.enrollmentInfo": Row("enrollment"),
    "armsInterventions.armGroups": Row("arms"),
    "armsInterventions.interventions": Row("interventions"),
    "outcomes": Row("outcomes"),
    "eligibility": Row("eligibility.criteria"),
    "eligibility.sex": Row("eligibility.sex"),
    "eligibility.genderBased": Row("eligibility.sex"),
    "eligibility.genderDescription": Row("eligibility.sex"),
    "eligibility.minimumAge": Row("eligibility.age"),
    "eligibility.maximumAge": Row("eligibility.age"),
    "eligibility.stdAges": Row("eligibility.age"),
    "contactsLocations.centralContacts": Row("contacts", personal=True),
    "contactsLocations.overallOfficials": Row("contacts", personal=True),
    "contactsLocations.locations": Row("other", personal=True),
    "contactsLocations.locations.facility": Row("other"),
    "contactsLocations.locations.city": Row("other"),
    "contactsLocations.locations.state": Row("other"),
    "contactsLocations.locations.zip": Row("other"),
    "contactsLocations.locations.country": Row("other"),
    "contactsLocations.locations.geoPoint": Row("other"),
    "contactsLocations.locations.status": Row("sites.status"),
    "contactsLocations.locations.contacts": Row("contacts", personal=True),
    "contactsLocations.unlistedLocations": Row("other"),
    "references": Row("other"),
    "ipdSharingStatement": Row("other"),
    "documents": Row("other"),
    "derived.conditionBrowseModule.meshes": Row("conditions"),
    "derived.interventionBrowseModule.meshes": Row("interventions"),
    "derived.conditionBrowseModule": Row("other"),
    "derived.interventionBrowseModule": Row("other"),
    "derived.miscInfoModule.removedCountries": Row("other"),
    "derived.miscInfoModule.submissionTracking": Row("results"),
    "results": Row("results"),
    "hasResults": Row("results"),
    "partial": Row("other"),
}
CONTAINERS = frozenset(
    path.rsplit(".", depth)[0] for path in ROWS for depth in range(1, path.count(".") + 1) if "." in path
)
"""Objects whose fields have their own rows: a change in one is reported at the fields that changed."""
_UNKNOWN = Row("other", personal=True)
"""The row for a path without a row. Its value is not reported, because it may be a telephone number."""

KEYS: dict[str, tuple[str, ...]] = {
    "sponsors.collaborators": ("name",),
    "armsInterventions.armGroups": ("label",),
    "armsInterventions.interventions": ("type", "name"),
    "outcomes.primaryOutcomes": ("measure",),
    "outcomes.secondaryOutcomes": ("measure",),
    "outcomes.otherOutcomes": ("measure",),
    "outcomes.unleveledOutcomes": ("measure",),
    "contactsLocations.locations": ("facility", "city", "state", "country"),
}
"""List → the fields that identify an entry, so that an entry is compared with itself at any position."""
SITES = "contactsLocations.locations"


def row_of(path: str) -> Row:
    """Return the row of the table for a path such as "status.startDateStruct.date"."""
    while path:
        if row := ROWS.get(path):
            return row
        path = path.rpartition(".")[0]
    return _UNKNOWN
