"""Makes the normal form of a Trial, the form in which Trials are compared.

The normal form omits the date of the registry's data release, which changes daily in every record, and sorts lists
whose order has no meaning. Source and layout of the record are omitted too, because they are not facts about the trial.
All other values are compared. `partial` (the record is a page, not a registry's record) is kept, because a partial
record contains less.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from trialwire.schemas.trial import Trial

Document = dict[str, Any]

_PROVENANCE = frozenset({"source", "layout"})
_RELEASE_STAMP = ("derived", "miscInfoModule", "versionHolder")
"""The registry's data release date: it changes daily in every record (seen in 10 of 10 pairs of snapshots)."""

UNORDERED = frozenset({
    "identification.nctIdAliases", "identification.secondaryIdInfos",
    "sponsors.collaborators",
    "conditions.conditions", "conditions.keywords",
    "design.phases", "design.designInfo.maskingInfo.whoMasked",
    "armsInterventions.armGroups", "armsInterventions.armGroups.interventionNames",
    "armsInterventions.interventions", "armsInterventions.interventions.armGroupLabels",
    "armsInterventions.interventions.otherNames",
    "eligibility.stdAges",
    "contactsLocations.centralContacts", "contactsLocations.overallOfficials", "contactsLocations.locations",
    "contactsLocations.locations.contacts",
    "references.references", "references.references.retractions", "references.seeAlsoLinks", "references.availIpds",
    "ipdSharingStatement.infoTypes", "documents.largeDocs",
    "derived.miscInfoModule.removedCountries",
    *(
        f"derived.{module}.{field}"
        for module in ("conditionBrowseModule", "interventionBrowseModule")
        for field in ("meshes", "ancestors", "browseLeaves", "browseBranches")
    ),
    "results.modules",
})  # fmt: skip
"""Lists whose order has no meaning. Outcomes keep their order (tests are ranked by it), as does every other list."""

_DEEPEST_FIRST = sorted((tuple(path.split(".")) for path in UNORDERED), key=len, reverse=True)
"""The same paths as steps, longest first: lists inside entries are sorted before the entries."""


def normal_form(trial: Trial) -> Document:
    """Return the normal form of a Trial: JSON values, keyed by its aliases, without values equal to a default."""
    document = trial.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for name in _PROVENANCE:
        document.pop(name, None)
    derived, module, stamp = _RELEASE_STAMP
    document.get(derived, {}).get(module, {}).pop(stamp, None)
    _prune(document)
    for steps in _DEEPEST_FIRST:
        _sort(document, steps)
    return document


def fingerprint(document: Document) -> str:
    """Return the SHA-256 of a normal form as 64 hex digits. Equal forms have equal fingerprints."""
    return sha256(sort_key(document)).hexdigest()


def sort_key(value: object) -> bytes:
    """Return a JSON value as bytes for sorting. The bytes do not depend on the order of the keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _sort(node: Any, steps: tuple[str, ...]) -> None:
    """Sort the lists that the steps lead to, in place."""
    if isinstance(node, list):
        for item in node:
            _sort(item, steps)
    elif isinstance(node, dict) and (value := node.get(steps[0])) is not None:
        if len(steps) > 1:
            _sort(value, steps[1:])
        elif isinstance(value, list) and len(value) > 1:
            value.sort(key=sort_key)


def _prune(node: Any) -> None:
    """Remove empty objects, in place: a record with `{}` means the same as one without it."""
    if isinstance(node, list):
        for item in node:
            _prune(item)
    elif isinstance(node, dict):
        for key, value in list(node.items()):
            _prune(value)
            if value == {}:
                del node[key]
