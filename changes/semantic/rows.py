"""A table of Trial paths: for each path, the code for a semantic change there, and the words that name the value.

For a path without a row, the row with the longest matching path is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwire.changes.change_code import row_of

if TYPE_CHECKING:
    from trialwire.schemas.semantic_change import SemanticCode


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: the code for changes at a path of the Trial, and the `name` that begins the sentence."""

    code: SemanticCode
    name: str


FACTS: dict[str, Fact] = {
    "identification.briefTitle": Fact("title", "Brief title"),
    "identification.officialTitle": Fact("title", "Official title"),
    "identification.acronym": Fact("title", "Acronym"),
    "identification.nctIdAliases": Fact("ids", "Former registry number"),
    "identification.orgStudyIdInfo": Fact("ids", "Sponsor's study number"),
    "identification.secondaryIdInfos": Fact("ids", "Secondary number"),
    "identification.registryNumber": Fact("ids", "Registry number"),
    "sponsors.leadSponsor": Fact("sponsor", "Lead sponsor"),
    "sponsors.leadSponsor.name": Fact("sponsor", "Lead sponsor"),
    "sponsors.responsibleParty": Fact("contacts", "Responsible party"),
    "conditions.conditions": Fact("conditions", "Condition"),
    "conditions.keywords": Fact("conditions", "Keyword"),
    "design": Fact("design", "Design"),
    "design.studyType": Fact("design", "Study type"),
    "design.phases": Fact("phase", "Phase"),
    "design.targetDuration": Fact("design", "Follow-up time"),
    "design.designInfo.allocation": Fact("design", "Allocation"),
    "design.designInfo.interventionModel": Fact("design", "Intervention model"),
    "design.designInfo.primaryPurpose": Fact("design", "Primary purpose"),
    "design.designInfo.observationalModel": Fact("design", "Observational model"),
    "design.designInfo.timePerspective": Fact("design", "Time perspective"),
    "design.designInfo.maskingInfo": Fact("design", "Masking"),
    "design.designInfo.maskingInfo.masking": Fact("design", "Masking"),
    "design.designInfo.maskingInfo.whoMasked": Fact("design", "Masked person"),
    "eligibility.sex": Fact("eligibility.sex", "Sex"),
    "eligibility.genderBased": Fact("eligibility.sex", "Eligibility by gender"),
    "eligibility.genderDescription": Fact("eligibility.sex", "Description of gender"),
    "eligibility.minimumAge": Fact("eligibility.age", "Minimum age"),
    "eligibility.maximumAge": Fact("eligibility.age", "Maximum age"),
    "eligibility.stdAges": Fact("eligibility.age", "Age group"),
    "eligibility.healthyVolunteers": Fact("eligibility.criteria", "Healthy volunteers"),
    "eligibility.studyPopulation": Fact("eligibility.criteria", "Study population"),
    "eligibility.samplingMethod": Fact("eligibility.criteria", "Sampling method"),
    "contactsLocations.centralContacts": Fact("contacts", "Central contacts"),
    "contactsLocations.overallOfficials": Fact("contacts", "Overall officials"),
    "contactsLocations.unlistedLocations": Fact("other", "Number of sites without a name"),
    "description.briefSummary": Fact("other", "Brief summary"),
    "description.detailedDescription": Fact("other", "Detailed description"),
    "references": Fact("references", "Reference"),
    "documents": Fact("references", "Document"),
    "results": Fact("results", "Results"),
    "hasResults": Fact("results", "Results posted"),
    "derived": Fact("derived", "Derived terms of the registry"),
    "status.resultsFirstSubmitDate": Fact("results", "First submission of results"),
    "status.resultsFirstPostDateStruct": Fact("results", "First posting of results"),
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list of the Trial whose entries have names. A renamed entry is recognised by the fields in `content`."""

    code: SemanticCode
    noun: str
    content: tuple[str, ...]


LISTS: dict[str, ListRow] = {
    "armsInterventions.armGroups": ListRow("arms", "Arm", ("label", "description", "interventionNames")),
    "armsInterventions.interventions": ListRow("interventions", "Intervention", ("name", "description", "otherNames")),
    "outcomes.primaryOutcomes": ListRow("outcomes.primary", "Primary outcome", ("measure", "description")),
    "outcomes.secondaryOutcomes": ListRow("outcomes", "Secondary outcome", ("measure", "description")),
    "outcomes.otherOutcomes": ListRow("outcomes", "Other outcome", ("measure", "description")),
    "outcomes.unleveledOutcomes": ListRow("outcomes", "Outcome", ("measure", "description")),
    "sponsors.collaborators": ListRow("sponsor", "Collaborator", ("name",)),
}
FIELD_NAMES = {"timeFrame": "time frame", "interventionNames": "interventions", "armGroupLabels": "arms"}


def fact_of(path: str) -> Fact:
    """Return the row for a path. For a path below a row, the name of the row and the last word of the path are joined.

    If no row matches, the result has the change code of the event, and its name is the last word of the path.
    """
    place = plain = re.sub(r"\[[^\]]*\]", "", path)
    while place:
        if fact := FACTS.get(place):
            return fact if place == plain else Fact(fact.code, f"{fact.name}, {_readable(plain).lower()}")
        place = place.rpartition(".")[0]
    return Fact(row_of(plain).code, _readable(path))


def _readable(path: str) -> str:
    last = path.rpartition(".")[2]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", last)
    return words[:1].upper() + words[1:].lower()
