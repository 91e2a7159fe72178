"""The canonical Trial: every concept of the registry's data dictionary, lossless, and the same for all registries.

There is one class per module of the dictionary (API v2, `/studies/metadata`); the docstring of the class names the
module. Python names are snake_case; each alias is the registry's camelCase name, so a part can be validated from the
registry's object directly. A key for which the class has no field is kept in the part under its source name
(`model_extra`). Dates are strings with the precision of the source ("2025", "2025-06" or "2025-06-30"). An absent value
is None or an empty tuple, never a default with a meaning. The reader unescapes all texts except `Eligibility.criteria`.
That field is the registry's text verbatim, because the eligibility parser needs its offsets and list markers.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt
from pydantic.alias_generators import to_camel

from trialwire.schemas import vocabulary as v
from trialwire.schemas.record import SourceName
from trialwire.schemas.registry_number import NctNumber, RegistryNumber

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@lru_cache(maxsize=4096)
def _calendar_date(text: str) -> str:
    if not _PARTIAL_DATE.fullmatch(text):
        msg = "is not a date of the form YYYY, YYYY-MM or YYYY-MM-DD"
        raise ValueError(msg)
    date.fromisoformat((text + "-01-01")[:10])
    return text


PartialDate = Annotated[str, AfterValidator(_calendar_date)]


class Part(BaseModel):
    """The base class of all parts of a Trial. Unknown keys are kept under their source name.

    Numbers and booleans are strict fields: a text such as "18" or "false" is not converted.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", frozen=True)


class OrgStudyId(Part):
    """The id that the organisation itself gives to the study."""

    id: str | None = None
    type: v.OrgStudyIdType | None = None
    link: str | None = None


class SecondaryId(Part):
    """An id of the study in another registry, or at a funder or an authority. `domain` is the name of that place."""

    id: str | None = None
    type: v.SecondaryIdType | None = None
    domain: str | None = None
    link: str | None = None


class Organization(Part):
    """The organisation that registered the study."""

    full_name: str | None = None
    agency_class: v.AgencyClass | None = Field(None, alias="class")


class Identification(Part):
    """The numbers and titles of the study (identificationModule).

    `registry_number`: the number of a record from a registry other than ClinicalTrials.gov.
    """

    nct_id: NctNumber | None = None
    registry_number: RegistryNumber | None = None
    nct_id_aliases: tuple[str, ...] = ()
    org_study_id_info: OrgStudyId | None = None
    secondary_id_infos: tuple[SecondaryId, ...] = ()
    brief_title: str | None = None
    official_title: str | None = None
    acronym: str | None = None
    organization: Organization | None = None


class TypedDate(Part):
    """A date with its type, ACTUAL or ESTIMATED. If the type is absent, it is unknown, not ACTUAL by default."""

    date: PartialDate | None = None
    type: v.DateType | None = None


class ExpandedAccessInfo(Part):
    """Whether the drug is available to patients outside the trial (expanded access).

    `nct_id`: the number of the record that describes this access.
    """

    has_expanded_access: StrictBool | None = None
    nct_id: str | None = None
    status_for_nct_id: v.ExpandedAccessStatus | None = None


class Status(Part):
    """The status and the dates of the study (statusModule).

    `last_known_status` exists only with status UNKNOWN and never replaces `overall_status`.
    """

    status_verified_date: PartialDate | None = None
    overall_status: v.OverallStatus | None = None
    last_known_status: v.OverallStatus | None = None
    delayed_posting: StrictBool | None = None
    why_stopped: str | None = None
    expanded_access_info: ExpandedAccessInfo | None = None
    start_date_struct: TypedDate | None = None
    primary_completion_date_struct: TypedDate | None = None
    completion_date_struct: TypedDate | None = None
    study_first_submit_date: PartialDate | None = None
    study_first_submit_qc_date: PartialDate | None = None
    study_first_post_date_struct: TypedDate | None = None
    results_waived: StrictBool | None = None
    results_first_submit_date: PartialDate | None = None
    results_first_submit_qc_date: PartialDate | None = None
    results_first_post_date_struct: TypedDate | None = None
    disp_first_submit_date: PartialDate | None = None
    disp_first_submit_qc_date: PartialDate | None = None
    disp_first_post_date_struct: TypedDate | None = None
    last_update_submit_date: PartialDate | None = None
    last_update_post_date_struct: TypedDate | None = None


class ResponsibleParty(Part):
    """The party responsible for the study. Its names are personal data: written only if contacts are included."""

    type: v.ResponsiblePartyType | None = None
    investigator_full_name: str | None = None
    investigator_title: str | None = None
    investigator_affiliation: str | None = None
    old_name_title: str | None = None
    old_organization: str | None = None


class Sponsor(Part):
    """One sponsor or collaborator of the study."""

    name: str | None = None
    agency_class: v.AgencyClass | None = Field(None, alias="class")


class Sponsors(Part):
    """The sponsors of the study and its responsible party (sponsorCollaboratorsModule)."""

    responsible_party: ResponsibleParty | None = None
    lead_sponsor: Sponsor | None = None
    collaborators: tuple[Sponsor, ...] = ()


class Oversight(Part):
    """Whether a data monitoring committee oversees the study, and which regulations apply to it (oversightModule)."""

    oversight_has_dmc: StrictBool | None = None
    is_fda_regulated_drug: StrictBool | None = None
    is_fda_regulated_device: StrictBool | None = None
    is_unapproved_device: StrictBool | None = None
    is_ppsd: StrictBool | None = None
    is_us_export: StrictBool | None = None
    fdaaa801_violation: StrictBool | None = Field(None, alias="fdaaa801Violation")


class Description(Part):
    """The summary and the detailed description of the study (descriptionModule)."""

    brief_summary: str | None = None
    detailed_description: str | None = None


class Conditions(Part):
    """The diseases that the study is about, and keywords (conditionsModule)."""

    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class ExpandedAccessTypes(Part):
    """The kinds of expanded access: individual patients, intermediate-size population, treatment protocol."""

    individual: StrictBool | None = None
    intermediate: StrictBool | None = None
    treatment: StrictBool | None = None


class MaskingInfo(Part):
    """The level of masking and the persons who are masked. If `who_masked` is absent, it is unknown who is masked."""

    masking: v.Masking | None = None
    masking_description: str | None = None
    who_masked: tuple[v.WhoMasked, ...] = ()


class DesignInfo(Part):
    """The allocation, model, purpose and masking of the study (`designInfo` of designModule)."""

    allocation: v.Allocation | None = None
    intervention_model: v.InterventionModel | None = None
    intervention_model_description: str | None = None
    primary_purpose: v.PrimaryPurpose | None = None
    observational_model: v.ObservationalModel | None = None
    time_perspective: v.TimePerspective | None = None
    masking_info: MaskingInfo | None = None


class BioSpec(Part):
    """Whether the study keeps biological specimens of the participants, and which specimens."""

    retention: v.BioSpecRetention | None = None
    description: str | None = None


class Enrollment(Part):
    """The number of participants. If the type is absent, it is unknown whether the number is actual or estimated."""

    count: StrictInt | None = None
    type: v.EnrollmentType | None = None


class Design(Part):
    """The design of the study (designModule). `phases` keeps the order of the source."""

    study_type: v.StudyType | None = None
    n_ptrs_to_this_exp_acc_nct_id: StrictInt | None = None
    expanded_access_types: ExpandedAccessTypes | None = None
    patient_registry: StrictBool | None = None
    target_duration: str | None = None
    phases: tuple[v.Phase, ...] = ()
    design_info: DesignInfo | None = None
    bio_spec: BioSpec | None = None
    enrollment_info: Enrollment | None = None


class Arm(Part):
    """An arm of an interventional study, or a cohort of an observational study. A cohort has no type."""

    label: str | None = None
    type: v.ArmType | None = None
    description: str | None = None
    intervention_names: tuple[str, ...] = ()
    """The names of the arm's interventions, in the registry's form "Drug: name"."""


class Intervention(Part):
    """An intervention and the names of the arms that receive it.

    Each arm also lists its interventions; the two lists may disagree.
    """

    type: v.InterventionType | None = None
    name: str | None = None
    description: str | None = None
    arm_group_labels: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


class ArmsInterventions(Part):
    """The arms and the interventions of the study (armsInterventionsModule)."""

    arm_groups: tuple[Arm, ...] = ()
    interventions: tuple[Intervention, ...] = ()


class Outcome(Part):
    """One outcome measure of the study."""

    measure: str | None = None
    description: str | None = None
    time_frame: str | None = None


class Outcomes(Part):
    """The outcome measures of the study (outcomesModule).

    `unleveled_outcomes`: outcomes from a source that does not say whether they are primary.
    """

    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    other_outcomes: tuple[Outcome, ...] = ()
    unleveled_outcomes: tuple[Outcome, ...] = ()


class Eligibility(Part):
    """Who may take part in the study (eligibilityModule). Ages are texts such as "18 Years" or "6 Months".

    `criteria` is the source's text verbatim, with its escapes.
    """

    criteria: str | None = Field(None, alias="eligibilityCriteria")
    healthy_volunteers: StrictBool | None = None
    sex: v.Sex | None = None
    gender_based: StrictBool | None = None
    gender_description: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    std_ages: tuple[v.StandardAge, ...] = ()
    study_population: str | None = None
    sampling_method: v.SamplingMethod | None = None


class Contact(Part):
    """A contact person. These are personal data: written only if contacts are included."""

    name: str | None = None
    role: v.ContactRole | None = None
    phone: str | None = None
    phone_ext: str | None = None
    email: str | None = None


class Official(Part):
    """A person who oversees the study. These are personal data: written only if contacts are included."""

    name: str | None = None
    affiliation: str | None = None
    role: v.OfficialRole | None = None


class GeoPoint(Part):
    """A geographic position in WGS 84 degrees."""

    lat: StrictFloat | None = None
    lon: StrictFloat | None = None


class Site(Part):
    """A place where the study takes place, with its status and its contacts."""

    facility: str | None = None
    status: v.SiteStatus | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    contacts: tuple[Contact, ...] = ()
    geo_point: GeoPoint | None = None


class ContactsLocations(Part):
    """The contacts, officials and sites of the study (contactsLocationsModule).

    `unlisted_locations`: the number of further sites that the source does not name.
    """

    central_contacts: tuple[Contact, ...] = ()
    overall_officials: tuple[Official, ...] = ()
    locations: tuple[Site, ...] = ()
    unlisted_locations: StrictInt | None = None


class Retraction(Part):
    """The retraction of a cited publication."""

    pmid: str | None = None
    source: str | None = None


class Citation(Part):
    """A publication about the study. Its type is background, result or derived (found by the registry)."""

    pmid: str | None = None
    type: v.ReferenceType | None = None
    citation: str | None = None
    retractions: tuple[Retraction, ...] = ()


class SeeAlsoLink(Part):
    """A web link that the sponsor gives for further information."""

    label: str | None = None
    url: str | None = None


class AvailableIpd(Part):
    """A data set or document on individual participants that the sponsor declares available."""

    id: str | None = None
    type: str | None = None
    url: str | None = None
    comment: str | None = None


class References(Part):
    """Publications, links and available data of the study (referencesModule)."""

    references: tuple[Citation, ...] = ()
    see_also_links: tuple[SeeAlsoLink, ...] = ()
    avail_ipds: tuple[AvailableIpd, ...] = ()


class IpdSharingStatement(Part):
    """The sponsor's plan to share data of individual participants (ipdSharingStatementModule)."""

    ipd_sharing: v.IpdSharing | None = None
    description: str | None = None
    info_types: tuple[v.IpdSharingInfoType, ...] = ()
    time_frame: str | None = None
    access_criteria: str | None = None
    url: str | None = None


class LargeDocument(Part):
    """A document of the study on the registry: protocol, statistical analysis plan, or consent form."""

    type_abbrev: str | None = None
    has_protocol: StrictBool | None = None
    has_sap: StrictBool | None = None
    has_icf: StrictBool | None = None
    label: str | None = None
    date: PartialDate | None = None
    upload_date: str | None = None
    filename: str | None = None
    size: StrictInt | None = None


class Documents(Part):
    """The documents of the study on the registry (documentSection.largeDocumentModule)."""

    no_sap: StrictBool | None = None
    large_docs: tuple[LargeDocument, ...] = ()


class MeshTerm(Part):
    """A term of Medical Subject Headings (MeSH)."""

    id: str | None = None
    term: str | None = None


class BrowseLeaf(Part):
    """A term at the end of a branch in the registry's own tree of terms."""

    id: str | None = None
    name: str | None = None
    as_found: str | None = None
    relevance: v.BrowseLeafRelevance | None = None


class BrowseBranch(Part):
    """A branch of the registry's own tree of terms."""

    abbrev: str | None = None
    name: str | None = None


class Browse(Part):
    """Terms that the registry derived for the conditions or the interventions. The sponsor did not give these terms.

    The class is used for conditionBrowseModule and interventionBrowseModule.
    """

    meshes: tuple[MeshTerm, ...] = ()
    ancestors: tuple[MeshTerm, ...] = ()
    browse_leaves: tuple[BrowseLeaf, ...] = ()
    browse_branches: tuple[BrowseBranch, ...] = ()


class MiscInfo(Part):
    """Data about the record (miscInfoModule).

    `version_holder` is the registry's data release date, which changes daily in every record.
    """

    version_holder: PartialDate | None = None
    removed_countries: tuple[str, ...] = ()
    submission_tracking: dict[str, Any] | None = None


class Derived(Part):
    """Data that the registry derived from the record (derivedSection)."""

    misc_info_module: MiscInfo | None = None
    condition_browse_module: Browse | None = None
    intervention_browse_module: Browse | None = None


class ResultsPresence(Part):
    """The fact that results exist, without their content: names of the result modules and a SHA-256 of the section."""

    modules: tuple[str, ...] = ()
    digest: str


class Trial(Part):
    """One trial in the canonical form, which is the same for all registries.

    `partial` marks a trial that was read from a page (a text saved from another site): a missing value is unknown, not
    absent.
    """

    source: SourceName
    registry: str = "clinicaltrials.gov"
    partial: StrictBool = False
    layout: str = "api-v2"
    identification: Identification = Identification()
    status: Status = Status()
    sponsors: Sponsors = Sponsors()
    oversight: Oversight = Oversight()
    description: Description = Description()
    conditions: Conditions = Conditions()
    design: Design = Design()
    arms_interventions: ArmsInterventions = ArmsInterventions()
    outcomes: Outcomes = Outcomes()
    eligibility: Eligibility = Eligibility()
    contacts_locations: ContactsLocations = ContactsLocations()
    references: References = References()
    ipd_sharing_statement: IpdSharingStatement = IpdSharingStatement()
    documents: Documents = Documents()
    derived: Derived = Derived()
    results: ResultsPresence | None = None
    has_results: StrictBool | None = None

    @property
    def trial_id(self) -> str | None:
        """The number of the trial in its registry, or None if it has no number yet."""
        return self.identification.nct_id or self.identification.registry_number
