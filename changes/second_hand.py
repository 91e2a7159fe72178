"""What a page may do beside what is known: never override a registry, fill what another page left open, disagree aloud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from changes.change_code import row_of
from changes.difference import bounded
from schemas.held import Finding
from schemas.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changes.normal_form import Document

_ABOUT_THE_PAGE = frozenset({"source", "registry", "layout", "partial", "pageText"})
_WORDS = re.compile(r"\w+")


def document_of(trial: Trial) -> Document:
    """The Trial's own document, by alias."""
    return trial.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def disagreements(page: Trial, registry: Trial) -> list[Finding]:
    """Where the page says something that the registry's record does not: the registry wins, and this is told."""
    theirs, ours = document_of(page), document_of(registry)
    return [
        Finding(
            code="page-disagrees", path=path, message=f"{path}: the page says {said}, the registry {known}; the registry's value is kept.",
            cure="Trust the registry; where the page is newer, ask the registry again: trialwire ingest --source clinicaltrials_gov --nct ID.",
        )
        for path, said, known in _disagreements(theirs, ours, "")
    ]  # fmt: skip


def merged(page: Trial, known: Trial, *, page_wins: bool) -> tuple[Trial, list[Finding]]:
    """Two partial records of one trial together: nothing that either says is lost, and disagreement is a finding.

    `page_wins` is for a newer text of the same site. What the page lacks is unknown, not absent, and stays.
    """
    theirs, ours = document_of(page), document_of(known)
    findings = [
        Finding(
            code="pages-disagree", path=path, message=f"{path}: this page says {said}, what was known {old}; {'this page is newer of its site and wins' if page_wins else 'what was known first is kept'}.",
            cure="Ingest the registry's own record: it settles what pages say.",
        )
        for path, said, old in _disagreements(theirs, ours, "")
    ]  # fmt: skip
    beside = {key: ours.get(key, theirs.get(key)) for key in ("source", "registry", "layout", "partial") if key in ours}
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
    """Whether what a page says is part of what is known; case, blanks, marks and order are the page's own."""
    if isinstance(said, dict):
        return isinstance(known, dict) and all(_agrees(value, known.get(key)) for key, value in said.items())
    if isinstance(said, list):
        return isinstance(known, list) and all(any(_agrees(one, other) for other in known) for one in said)
    if isinstance(said, str) and isinstance(known, str):
        return _words(said) == _words(known)
    return bool(said == known)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.replace("\\", "").casefold())


def _shown(value: Any, path: str) -> str:
    if value is None:
        return "nothing"
    if row_of(path).personal:
        return "something else (not shown: it may be personal data)"
    short = bounded(value)
    if isinstance(short, dict) and "sha256" in short:
        return f"a text or list of length {short['length']} (SHA-256 {short['sha256'][:12]}…)"
    return repr(short)
