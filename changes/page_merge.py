"""Merges a page (partial, second-hand) into the stored Trial.

A page is a saved text of an aggregator site. If the stored Trial came from a registry, its values are always kept. If
the stored Trial came from another page, the new page fills its empty fields; only a newer page from the same site
replaces values. Other differences become Findings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from trialwire.changes.change_code import CONTAINERS, row_of
from trialwire.changes.difference import bounded, impersonal
from trialwire.schemas.held import Finding
from trialwire.schemas.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.normal_form import Document

_ABOUT_THE_PAGE = frozenset({"source", "registry", "layout", "partial", "pageText"})
_NOTHING = "nothing"
_WORDS = re.compile(r"\w+")
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


def document_of(trial: Trial) -> Document:
    """Return a Trial as JSON values, keyed by its aliases, without values equal to a default."""
    return trial.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def disagreements(page: Trial, registry: Trial) -> list[Finding]:
    """Return one Finding for each value of a page that the registry's record does not contain.

    Both Trials stay unchanged.
    """
    said = document_of(page)
    cure = f"Trust the registry. If the page is newer, read the registry again: trialwire ingest --source clinicaltrials_gov --nct {registry.trial_id}"
    return [
        Finding(
            code="page-disagrees",
            path=path,
            message=f"{path}: a page says {theirs}, the registry {ours}; the registry's value is kept.",
            cure=cure,
        )
        for path, theirs, ours in _disagreements(said, _as_a_page(document_of(registry), said), "")
    ]


def _as_a_page(registry: Document, page: Document) -> Document:
    """A registry's record in the form of a page: outcomes without a level, and unlisted sites as a number."""
    outcomes = [one for level in registry.get("outcomes", {}).values() if isinstance(level, list) for one in level]
    sites = registry.get("contactsLocations", {})
    unlisted = len(sites.get("locations", ())) - len(page.get("contactsLocations", {}).get("locations", ()))
    return registry | {
        "outcomes": registry.get("outcomes", {}) | {"unleveledOutcomes": outcomes},
        "contactsLocations": sites | {"unlistedLocations": unlisted},
    }


def merged(page: Trial, known: Trial, *, page_wins: bool) -> tuple[Trial, list[Finding]]:
    """Merge two partial records of one trial. Returns the merged Trial and a Finding for each conflict.

    `page_wins`: the page is a newer copy from the same site, so its values replace the known ones without a Finding. A
    field that the page lacks is unknown, not absent, so the known value is kept.
    """
    theirs, ours = document_of(page), document_of(known)
    differing = (
        [] if page_wins else list(_disagreements(theirs, ours, ""))
    )  # a newer copy of the same site is not a conflict
    findings = [
        Finding(
            code="pages-disagree",
            path=path,
            message=f"{path}: this page says {said}, another {old}; the first value is kept.",
            cure="Ingest the registry's own record: it decides between pages.",
        )
        for path, said, old in differing
        if old != _NOTHING
    ]
    beside = {key: ours[key] for key in ("source", "registry", "layout", "partial") if key in ours}
    together = _merged(theirs, ours, page_wins=page_wins) | beside
    return Trial.model_validate(together), findings


def _merged(page: Document, known: Document, *, page_wins: bool) -> Document:
    together = dict(known)
    for key, value in page.items():
        if key not in known:
            together[key] = value
        elif isinstance(value, dict) and isinstance(known[key], dict):
            together[key] = _merged(value, known[key], page_wins=page_wins)
        elif page_wins:
            together[key] = value
    return together


def _disagreements(page: Document, known: Document, path: str) -> Iterator[tuple[str, str, str]]:
    for key, said in page.items():
        if not path and key in _ABOUT_THE_PAGE:
            continue
        here = f"{path}.{key}" if path else key
        other = known.get(key)
        if isinstance(said, dict) and isinstance(other, dict | None):
            yield from _disagreements(said, other or {}, here)
        elif not _agrees(said, other):
            yield here, _shown(said, here), _shown(other, here)


def _agrees(said: Any, known: Any) -> bool:
    """Whether the known value contains the page's value. Case, blanks, punctuation and order are ignored."""
    if isinstance(said, dict):
        return isinstance(known, dict) and all(_agrees(value, known.get(key)) for key, value in said.items())
    if isinstance(said, list):
        return isinstance(known, list) and all(any(_agrees(one, other) for other in known) for one in said)
    if isinstance(said, str) and isinstance(known, str):
        return _words(said) == _words(known) or (_is_date(said) and _is_date(known) and _overlap(said, known))
    return bool(said == known)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _overlap(one: str, other: str) -> bool:
    """Whether one date is the other with less precision, as "2025-06" and "2025-06-30"."""
    return one.startswith(other) or other.startswith(one)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.replace("\\", "").casefold())


def _shown(value: Any, path: str) -> str:
    if value is None:
        return _NOTHING
    if row_of(path).personal and path not in CONTAINERS:
        return "something else (not shown: it may be personal data)"
    short = bounded(impersonal(value, path))
    if isinstance(short, dict) and "sha256" in short:
        return f"a text or list of length {short['length']} (SHA-256 {short['sha256'][:12]}…)"
    return repr(short)
