"""The table of the mapping: one row for every field of the registry's data dictionary. docs/mapping.md shows the table.

A row names the FHIR elements (targets) that the field is written to, or says why there are none. A test checks that the
table has every field of the dictionary once, and that a field with a target changes the output. The R4 targets follow
from the R5 targets by `trialwire.transforms.write.study.r4`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the registry's dictionary. `path`: its path. `targets`: the R5 elements that hold its value.

    `rule`: how the field is written, or why no element holds it. `r4_only`: further elements that only R4 has.
    """

    path: str
    targets: tuple[str, ...]
    rule: str = ""
    r4_only: tuple[str, ...] = ()


_S = "ResearchStudy."
_Fields = tuple[str, str, str]


def _rows(module: str, *fields: _Fields, r4_only: dict[str, tuple[str, ...]] | None = None) -> tuple[FieldRow, ...]:
    """The rows of one module. Spaces separate targets. A target without a capital letter is an element of the study."""
    return tuple(
        FieldRow(
            f"{module}.{name}" if module else name,
            tuple(target if target[0].isupper() else _S + target for target in targets.split()),
            rule,
            (r4_only or {}).get(name, ()),
        )
        for name, targets, rule in fields
    )


_REGISTRATION = "studyRegistration"
FIELDS: tuple[FieldRow, ...] = (
    *_rows(
        "protocolSection.identificationModule",
        ("nctId", "id identifier url name", "official identifier; the ids of all resources of the study begin with it"),
        ("nctIdAliases", "identifier", "use old"),
        (
            "orgStudyIdInfo.id",
            "identifier",
            "use secondary, no system: it is a local number; where none is given, data-absent-reason unknown",
        ),
        ("orgStudyIdInfo.type", "identifier.type", "registry's code"),
        ("orgStudyIdInfo.link", "relatedArtifact", "type documentation"),
        (
            "secondaryIdInfos.id",
            "identifier",
            "use secondary; an NCT number gets its system; where none is given, data-absent-reason unknown",
        ),
        ("secondaryIdInfos.type", "identifier.type", "registry's code"),
        ("secondaryIdInfos.domain", "identifier.assigner", "as display"),
        ("secondaryIdInfos.link", "relatedArtifact", "type documentation"),
        ("briefTitle", "title", "without a brief title, the official title"),
        ("officialTitle", "label", "type official"),
        ("acronym", "label", "type acronym"),
        (
            "organization.fullName",
            "associatedParty Organization.name identifier.assigner",
            "role: registering organization",
        ),
        (
            "organization.class",
            "associatedParty.classifier",
            "organisation type where one means the same; registry's code",
        ),
    ),
    *_rows(
        "protocolSection.statusModule",
        ("statusVerifiedDate", _REGISTRATION, "activity record-verification"),
        (
            "overallStatus",
            "status progressStatus.state",
            "table of statuses below; the registry's code always beside it",
        ),
        ("lastKnownStatus", "classifier", "not as a status: it is the status before UNKNOWN"),
        ("delayedPosting", "classifier", ""),
        ("whyStopped", "whyStopped", "as text: no reason is guessed from it"),
        ("expandedAccessInfo.hasExpandedAccess", "classifier", ""),
        ("expandedAccessInfo.nctId", "relatedArtifact", "type documentation, address of the record's page"),
        ("expandedAccessInfo.statusForNctId", "relatedArtifact.classifier", "registry's code"),
        ("startDateStruct.date", "period.start progressStatus.period", "the precision stays; see note 1"),
        ("startDateStruct.type", "progressStatus.actual", "ACTUAL true, ESTIMATED false, absent absent"),
        ("primaryCompletionDateStruct.date", _REGISTRATION, "activity primary-outcome-data-collection"),
        ("primaryCompletionDateStruct.type", _REGISTRATION, "actual"),
        ("completionDateStruct.date", "period.end progressStatus.period", "the precision stays; see note 1"),
        ("completionDateStruct.type", "progressStatus.actual", "ACTUAL true, ESTIMATED false, absent absent"),
        ("studyFirstSubmitDate", _REGISTRATION, "activity registration-submission"),
        ("studyFirstSubmitQcDate", _REGISTRATION, "activity registration-submission-qc"),
        ("studyFirstPostDateStruct.date", _REGISTRATION, "activity registration-posting"),
        ("studyFirstPostDateStruct.type", _REGISTRATION, "actual"),
        ("resultsWaived", "classifier", ""),
        ("resultsFirstSubmitDate", _REGISTRATION, "activity results-submission"),
        ("resultsFirstSubmitQcDate", _REGISTRATION, "activity results-submission-qc"),
        ("resultsFirstPostDateStruct.date", _REGISTRATION, "activity results-posting"),
        ("resultsFirstPostDateStruct.type", _REGISTRATION, "actual"),
        ("dispFirstSubmitDate", _REGISTRATION, "activity disposition-submission"),
        ("dispFirstSubmitQcDate", _REGISTRATION, "activity disposition-submission-qc"),
        ("dispFirstPostDateStruct.date", _REGISTRATION, "activity disposition-posting"),
        ("dispFirstPostDateStruct.type", _REGISTRATION, "actual"),
        ("lastUpdateSubmitDate", _REGISTRATION, "activity update-submission"),
        ("lastUpdatePostDateStruct.date", f"{_REGISTRATION} date version", "activity update-posting"),
        ("lastUpdatePostDateStruct.type", _REGISTRATION, "actual"),
    ),
    *_rows(
        "protocolSection.sponsorCollaboratorsModule",
        ("responsibleParty.type", "associatedParty.role", "table of roles below; registry's code"),
        (
            "responsibleParty.investigatorFullName",
            "associatedParty.name PractitionerRole.practitioner",
            "contacts only",
        ),
        ("responsibleParty.investigatorTitle", "PractitionerRole.code", "contacts only"),
        ("responsibleParty.investigatorAffiliation", "PractitionerRole.organization", "as display"),
        ("responsibleParty.oldNameTitle", "associatedParty.name PractitionerRole.code", "contacts only"),
        ("responsibleParty.oldOrganization", "PractitionerRole.organization", "as display"),
        ("leadSponsor.name", "associatedParty Organization.name", "role lead-sponsor"),
        ("leadSponsor.class", "associatedParty.classifier", "OTHER has no code: it may be a university or a hospital"),
        ("collaborators.name", "associatedParty Organization.name", "role collaborator"),
        ("collaborators.class", "associatedParty.classifier", ""),
        r4_only={
            "leadSponsor.name": ("ResearchStudy.sponsor",),
            "responsibleParty.investigatorFullName": ("ResearchStudy.principalInvestigator",),
        },
    ),
    *_rows(
        "protocolSection.oversightModule",
        ("oversightHasDmc", "classifier", ""),
        ("isFdaRegulatedDrug", "classifier", "true: HL7's code fda-regulated-drug"),
        ("isFdaRegulatedDevice", "classifier", "true: HL7's code fda-regulated-device"),
        ("isUnapprovedDevice", "classifier", ""),
        ("isPpsd", "classifier", ""),
        ("isUsExport", "classifier", ""),
        ("fdaaa801Violation", "classifier", ""),
    ),
    *_rows(
        "protocolSection.descriptionModule",
        ("briefSummary", "descriptionSummary", "R4 without a detailed description: also as description"),
        ("detailedDescription", "description", "markdown, escapes undone"),
    ),
    *_rows(
        "protocolSection.conditionsModule",
        ("conditions", "condition", "text; MeSH coding where a term of the registry equals it, case apart"),
        ("keywords", "keyword", "text; MeSH coding likewise"),
    ),
    *_rows(
        "protocolSection.designModule",
        ("studyType", "studyDesign", "SEVCO and registry's code"),
        ("nPtrsToThisExpAccNctId", "classifier", ""),
        ("expandedAccessTypes.individual", "classifier", ""),
        ("expandedAccessTypes.intermediate", "classifier", ""),
        ("expandedAccessTypes.treatment", "classifier", ""),
        ("patientRegistry", "classifier", ""),
        ("targetDuration", "note", ""),
        ("phases", "phase", "one concept; two phases have a code of their own"),
        ("designInfo.allocation", "studyDesign", "SEVCO where one means the same; registry's code"),
        ("designInfo.interventionModel", "studyDesign", "SEVCO where one means the same; registry's code"),
        ("designInfo.interventionModelDescription", "note", ""),
        ("designInfo.primaryPurpose", "primaryPurposeType", "ECT and OTHER have no code: registry's code and text"),
        ("designInfo.observationalModel", "studyDesign", "SEVCO where one means the same; registry's code"),
        ("designInfo.timePerspective", "studyDesign", "SEVCO where one means the same; registry's code"),
        ("designInfo.maskingInfo.masking", "studyDesign", "registry's code: no other system counts who is masked"),
        ("designInfo.maskingInfo.maskingDescription", "note", ""),
        ("designInfo.maskingInfo.whoMasked", "studyDesign", "SEVCO and registry's code, one concept each"),
        ("bioSpec.retention", "studyDesign", "registry's code"),
        ("bioSpec.description", "note", ""),
        ("enrollmentInfo.count", "recruitment.targetNumber recruitment.actualNumber", "by its type; see note 2"),
        (
            "enrollmentInfo.type",
            "recruitment.targetNumber recruitment.actualNumber",
            "see note 2; a classifier where there is no count",
        ),
    ),
    *_rows(
        "protocolSection.armsInterventionsModule",
        ("armGroups.label", "comparisonGroup.name PlanDefinition.action.title", "its hash is the arm's id"),
        ("armGroups.type", "comparisonGroup.type", "HL7's and registry's code"),
        ("armGroups.description", "comparisonGroup.description PlanDefinition.action.description", ""),
        (
            "armGroups.interventionNames",
            "PlanDefinition.action.action",
            "joined with the arm lists of the interventions; see note 3",
        ),
        ("interventions.type", "focus PlanDefinition.action.code", "registry's code"),
        ("interventions.name", "focus PlanDefinition.action.title", "MeSH coding where a term equals it"),
        ("interventions.description", "PlanDefinition.action.description", ""),
        ("interventions.armGroupLabels", "PlanDefinition.action.action", "see note 3"),
        ("interventions.otherNames", "PlanDefinition.action.textEquivalent", "a line each"),
    ),
    *_rows(
        "protocolSection.outcomesModule",
        *(
            (f"{level}Outcomes.{part}", f"outcomeMeasure.{element}", rule)
            for level, code in (("primary", "primary"), ("secondary", "secondary"), ("other", "exploratory"))
            for part, element, rule in (
                ("measure", "name", f"type {code}"),
                ("description", "description", ""),
                ("timeFrame", "description", 'after the description: "Time frame: …"'),
            )
        ),
    ),
    *_rows(
        "protocolSection.eligibilityModule",
        (
            "eligibilityCriteria",
            "Group.description Group.characteristic",
            "the text verbatim, and its criteria (docs/eligibility.md)",
        ),
        ("healthyVolunteers", "Group.characteristic", "false: excluded; true: accepted; absent: nothing is written"),
        (
            "sex",
            "Group.characteristic",
            "administrative gender and SNOMED CT; ALL excludes no participant and is not written",
        ),
        ("genderBased", "Group.characteristic", ""),
        ("genderDescription", "Group.characteristic", ""),
        ("minimumAge", "Group.characteristic", "UCUM a, mo, wk, d, h, min; see note 4"),
        ("maximumAge", "Group.characteristic", "UCUM a, mo, wk, d, h, min; see note 4"),
        ("stdAges", "classifier", "registry's code"),
        ("studyPopulation", "Group.characteristic", ""),
        ("samplingMethod", "studyDesign", "registry's code"),
    ),
    *_rows(
        "protocolSection.contactsLocationsModule",
        *(
            (f"centralContacts.{part}", "associatedParty PractitionerRole", "contacts only; role general-contact")
            for part in ("name", "role", "phone", "phoneExt", "email")
        ),
        *(
            (f"overallOfficials.{part}", "associatedParty PractitionerRole", "contacts only")
            for part in ("name", "affiliation", "role")
        ),
        ("locations.facility", "site Location.name", "the id is a hash of facility and address, not of the index"),
        ("locations.status", "Location.extension(site-recruitment-status)", "registry's code"),
        ("locations.city", "Location.address", ""),
        ("locations.state", "Location.address", ""),
        ("locations.zip", "Location.address", "postalCode"),
        ("locations.country", "Location.address region", "region: ISO 3166 where the name is known"),
        *(
            (
                f"locations.contacts.{part}",
                "Location.contact",
                "contacts only; in R4 Location.telecom and a PractitionerRole",
            )
            for part in ("name", "role", "phone", "phoneExt", "email")
        ),
        (
            "locations.geoPoint",
            "Location.position Location.description",
            "latitude and longitude; as text if one is missing or out of range",
        ),
        r4_only={
            **{
                f"centralContacts.{part}": ("ResearchStudy.contact",) for part in ("name", "phone", "phoneExt", "email")
            },
            "overallOfficials.name": ("ResearchStudy.principalInvestigator",),
        },
    ),
    *_rows(
        "protocolSection.referencesModule",
        ("references.pmid", "relatedArtifact.document", "address at PubMed"),
        ("references.type", "relatedArtifact.classifier", "registry's code; in R4 before the display"),
        ("references.citation", "relatedArtifact.citation", ""),
        ("references.retractions.pmid", "relatedArtifact", "a separate artefact"),
        ("references.retractions.source", "relatedArtifact.display", ""),
        ("seeAlsoLinks.label", "relatedArtifact.display", ""),
        ("seeAlsoLinks.url", "relatedArtifact.document", ""),
        ("availIpds.id", "relatedArtifact.label", ""),
        ("availIpds.type", "relatedArtifact.display", ""),
        ("availIpds.url", "relatedArtifact.document", ""),
        ("availIpds.comment", "relatedArtifact.display", ""),
    ),
    *_rows(
        "protocolSection.ipdSharingStatementModule",
        ("ipdSharing", "classifier", "registry's code"),
        ("description", "note", ""),
        ("infoTypes", "classifier", "registry's code"),
        ("timeFrame", "note", ""),
        ("accessCriteria", "note", ""),
        ("url", "relatedArtifact.document", ""),
    ),
    *_rows(
        "annotationSection.annotationModule",
        *(
            (name, "", "kept in the Trial; notices of the registry about a sponsor's duties, not about the study")
            for name in (
                "unpostedAnnotation.unpostedResponsibleParty",
                *(f"unpostedAnnotation.unpostedEvents.{part}" for part in ("type", "date", "dateUnknown")),
                *(
                    f"violationAnnotation.violationEvents.{part}"
                    for part in ("type", "description", "creationDate", "issuedDate", "releaseDate", "postedDate")
                ),
            )
        ),
    ),
    *_rows(
        "documentSection.largeDocumentModule",
        ("noSap", "classifier", ""),
        ("largeDocs.typeAbbrev", "relatedArtifact.label", ""),
        ("largeDocs.hasProtocol", "relatedArtifact.display", ""),
        ("largeDocs.hasSap", "relatedArtifact.display", ""),
        ("largeDocs.hasIcf", "relatedArtifact.display", ""),
        ("largeDocs.label", "relatedArtifact.display", ""),
        ("largeDocs.date", "relatedArtifact.document", "creation"),
        ("largeDocs.uploadDate", "relatedArtifact.display", ""),
        ("largeDocs.filename", "relatedArtifact.document", "title and address"),
        ("largeDocs.size", "relatedArtifact.display", ""),
    ),
    *_rows(
        "derivedSection.miscInfoModule",
        ("versionHolder", "", "the day of the registry's data release: it changes daily in every record"),
        ("removedCountries", "note", "one each"),
        *(
            (
                f"submissionTracking.{name}",
                "",
                "kept in the Trial; the registry's handling of results, which are not mapped",
            )
            for name in (
                "estimatedResultsFirstSubmitDate",
                "firstMcpInfo.postDateStruct.date",
                "firstMcpInfo.postDateStruct.type",
                *(
                    f"submissionInfos.{part}"
                    for part in ("releaseDate", "unreleaseDate", "unreleaseDateUnknown", "resetDate", "mcpReleaseN")
                ),
            )
        ),
    ),
    *(
        row
        for kind, target in (("condition", "condition"), ("intervention", "focus"))
        for row in _rows(
            f"derivedSection.{kind}BrowseModule",
            (
                "meshes.id",
                f"{target} keyword",
                "coding of the text that it equals, else a keyword; as text if the id has an invalid form",
            ),
            ("meshes.term", f"{target} keyword", "display of that coding"),
            *(
                (name, "", "kept in the Trial; follows from the MeSH terms by the registry's tree")
                for name in (
                    "ancestors.id",
                    "ancestors.term",
                    "browseLeaves.id",
                    "browseLeaves.name",
                    "browseLeaves.asFound",
                    "browseLeaves.relevance",
                    "browseBranches.abbrev",
                    "browseBranches.name",
                )
            ),
        )
    ),
    *_rows("", ("hasResults", "classifier", "")),
)
