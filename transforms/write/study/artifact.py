"""Writes relatedArtifact of a study: publications, links, documents, and the address of the registry record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import address, concept, line, present, registry_coding, text
from trialwire.transforms.write.study.identity import study_page

if TYPE_CHECKING:
    from trialwire.schemas.trial import Citation, LargeDocument
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_API = "https://clinicaltrials.gov/api/v2/studies/"
_DOCUMENTS = "https://cdn.clinicaltrials.gov/large-docs/"
_PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
R4_TYPES = {"transforms": "derived-from", "supported-with": "documentation"}
"""Types of artefact that only R5 has → the type used in R4."""


def artifacts(making: Making) -> list[Json]:
    """Return the R5 entries of relatedArtifact for a trial. `as_r4` converts an entry to R4."""
    trial = making.trial
    identification, references = trial.identification, trial.references
    found: list[Json] = []
    if identification.nct_id and trial.source == "clinicaltrials_gov":
        found.append({"type": "transforms", "document": {"url": _API + identification.nct_id}})
    own = identification.org_study_id_info
    linked = [("Organization's study page", own.link)] if own else []
    linked += [(f"Secondary ID {one.id or ''}".strip(), one.link) for one in identification.secondary_id_infos]
    found += [_document("documentation", words, link) for words, link in linked if line(link)]
    if access := trial.status.expanded_access_info:
        found.append(_expanded_access(access.nct_id, access.status_for_nct_id))
    for citation in references.references:
        found += _citation(citation)
    found += [_document("documentation", line(one.label), one.url) for one in references.see_also_links]
    for ipd in references.avail_ipds:
        words = ". ".join(filter(None, (line(ipd.type), line(ipd.comment))))
        found.append(_document("supported-with", words, ipd.url) | present(label=line(ipd.id)))
    found.append(_document("documentation", "IPD sharing", trial.ipd_sharing_statement.url, needed=True))
    found += [_large(making, one) for one in trial.documents.large_docs]
    return [one for one in found if len(one) > 1]


def _document(kind: str, words: str | None, url: str | None, *, needed: bool = False) -> Json:
    """An artefact with a text and an address. An invalid address is appended to the text instead.

    `needed`: without an address, valid or not, no artefact is made.
    """
    where = address(url)
    if needed and line(url) is None:
        return {}
    display = line(words) if where else ": ".join(filter(None, (line(words), line(url))))
    return present(type=kind, display=display, document=present(url=where))


def _expanded_access(nct_id: str | None, status: str | None) -> Json:
    codes = [concept(None, registry_coding("ExpandedAccessStatus", status))] if status else []
    found = _document("documentation", f"Expanded access {nct_id or ''}".strip(), study_page(line(nct_id)))
    return found | present(classifier=codes) if nct_id or codes else {}


def _citation(citation: Citation) -> list[Json]:
    pmid = line(citation.pmid)
    kind = [concept(None, registry_coding("ReferenceType", citation.type))] if citation.type else []
    found = [
        present(
            type="citation",
            classifier=kind,
            citation=text(citation.citation),
            document=present(url=address(f"{_PUBMED}{pmid}") if pmid else None),
        )
    ]
    for retraction in citation.retractions:
        about = " ".join(filter(None, (line(retraction.source), f"of PMID {pmid}" if pmid else None)))
        words = f"Retraction: {about}" if about else "Retraction"
        where = line(retraction.pmid)
        found.append(
            present(
                type="citation", display=words, document=present(url=address(f"{_PUBMED}{where}") if where else None)
            )
        )
    return found


def _large(making: Making, document: LargeDocument) -> Json:
    nct_id = making.trial.identification.nct_id
    filename = line(document.filename)
    holds = [
        words
        for words, flag in (
            ("study protocol", document.has_protocol),
            ("statistical analysis plan", document.has_sap),
            ("informed consent form", document.has_icf),
        )
        if flag
    ]
    words = [line(document.label), f"holds {', '.join(holds)}" if holds else None]
    uploaded = line(document.upload_date)
    words.append(f"uploaded {uploaded}" if uploaded else None)
    # The size is part of the text: R5's Attachment.size (integer64) is a string in JSON, but servers return a number.
    words.append(f"{document.size} bytes" if document.size is not None else None)
    url = address(f"{_DOCUMENTS}{nct_id[-2:]}/{nct_id}/{filename}") if nct_id and filename else None
    return present(
        type="documentation",
        label=line(document.type_abbrev),
        display="; ".join(filter(None, words)),
        document=present(url=url, title=filename, creation=document.date),
    )


def as_r4(artifact: Json) -> Json:
    """Convert one R5 relatedArtifact to R4, which has no `classifier` and gives the address of a document in `url`.

    The code of the classifier is written before the display: "CODE: display".
    """
    kept = dict(artifact)
    kept["type"] = R4_TYPES.get(artifact["type"], artifact["type"])
    kinds = [coded["code"] for one in kept.pop("classifier", []) for coded in one["coding"]]
    if kinds:
        kept["display"] = ": ".join(filter(None, ["/".join(kinds), artifact.get("display")]))
    document = kept.get("document", {})
    if set(document) == {"url"}:
        kept["url"] = kept.pop("document")["url"]
    return kept
