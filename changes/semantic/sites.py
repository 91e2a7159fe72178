"""Compares the sites of a study: opened, closed, added, removed, renamed; and new or lost countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.changes.change_code import SITES
from trialwire.changes.difference import counted, impersonal, paired_entries
from trialwire.changes.semantic.entries import at, field_change, is_personal, name_of
from trialwire.changes.semantic.likeness import likeness, stems
from trialwire.changes.semantic.values import readable
from trialwire.changes.semantic.wording import is_numeric, words
from trialwire.schemas.contact_data import masked_document
from trialwire.schemas.semantic_change import SemanticChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.normal_form import Document
    from trialwire.schemas.semantic_change import SemanticCode

_OPEN = frozenset({"RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"})
_CLOSED = frozenset({
    "ACTIVE_NOT_RECRUITING", "COMPLETED", "SUSPENDED", "TERMINATED", "WITHDRAWN", "NO_LONGER_AVAILABLE",
    "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING",
})  # fmt: skip
_LIKE = 0.4
_PLACE = ("city", "state", "country")


def site_changes(old: Document, new: Document) -> list[SemanticChange]:
    """Return what changed in the sites between two normal forms (Trials as JSON values). Countries come last."""
    before, after = (list(at(document, SITES) or ()) for document in (old, new))
    pairs, removed, added = paired_entries(before, after, SITES)
    found: list[SemanticChange] = []
    for was, became in [*pairs, *_renamed(removed, added)]:
        found += _changed(was, became)
    found += [_one(entry, "removed") for entry in removed]
    found += [_one(entry, "added") for entry in added]
    return found + list(_countries(before, after))


def _renamed(removed: list[Document], added: list[Document]) -> list[tuple[Document, Document]]:
    """Pair sites of one city with similar names, and remove them from both lists.

    Names with other numbers do not match.
    """
    by_place: dict[tuple[Any, ...], list[Document]] = {}
    for entry in added:
        by_place.setdefault(_place(entry), []).append(entry)
    found = []
    for entry in list(removed):
        scored = [(_likeness(entry, other), index) for index, other in enumerate(by_place.get(_place(entry), ()))]
        score, index = max(scored, default=(0.0, 0))
        if score >= _LIKE:
            other = by_place[_place(entry)].pop(index)
            removed[:] = [one for one in removed if one is not entry]
            added[:] = [one for one in added if one is not other]
            found.append((entry, other))
    return found


def _place(entry: Document) -> tuple[Any, ...]:
    return tuple(entry.get(key) for key in _PLACE)


def _likeness(one: Document, other: Document) -> float:
    names = [words(str(entry.get("facility") or "")) for entry in (one, other)]
    numbers = [[word for word in name if is_numeric(word)] for name in names]
    return likeness(stems(names[0]), stems(names[1])) if numbers[0] == numbers[1] else 0.0


def _changed(was: Document, became: Document) -> Iterator[SemanticChange]:
    name = name_of(became, SITES)
    place = f"{SITES}[{name}]"
    if was.get("facility") != became.get("facility"):
        sentence = f"Site renamed: “{name_of(was, SITES)}” is now “{name}”."
        old, new = masked_document(was.get("facility")), masked_document(became.get("facility"))
        yield SemanticChange("other", "reworded", f"{place}.facility", old, new, sentence)
    for key in sorted((was.keys() | became.keys()) - {"facility", *_PLACE}):
        old, new = was.get(key), became.get(key)
        if old == new:
            continue
        if key == "status":
            yield _status(name, old, new, f"{place}.status")
        elif is_personal(f"{SITES}.{key}"):
            code: SemanticCode = "contacts" if key == "contacts" else "other"
            sentence = f"Site “{name}”: {key} changed (not shown)."
            yield SemanticChange(code, "changed", f"{place}.{key}", counted(old), counted(new), sentence)
        else:
            yield field_change("other", f"Site “{name}”, {key}", old, new, f"{place}.{key}")


def _status(name: str, old: str | None, new: str | None, path: str) -> SemanticChange:
    opens, closes = new in _OPEN and old not in _OPEN, new in _CLOSED and old not in _CLOSED
    closes = closes or (old in _OPEN and new not in _OPEN)
    done = "opened" if opens else "closed" if closes else "changed its status"
    sentence = f"Site {done}: {name} ({readable(old)} → {readable(new)})."
    return SemanticChange("sites.status", "changed", path, old, new, sentence, opens_or_closes=opens or closes)


def _one(entry: Document, done: str) -> SemanticChange:
    name, status = name_of(entry, SITES), entry.get("status")
    sentence = f"Site {done}: {name}{f' ({readable(status)})' if status else ''}."
    content, place = masked_document(impersonal(entry, SITES)), f"{SITES}[{name}]"
    if done == "added":
        return SemanticChange("sites.added", "added", place, None, content, sentence, opens_or_closes=status in _OPEN)
    return SemanticChange("sites.removed", "removed", place, content, None, sentence, opens_or_closes=status in _OPEN)


def _countries(before: list[Document], after: list[Document]) -> Iterator[SemanticChange]:
    old, new = ({str(site["country"]) for site in side if site.get("country")} for side in (before, after))
    for name in sorted(new - old):
        yield SemanticChange("countries", "added", f"{SITES}.country", None, name, f"First site in {name}.")
    for name in sorted(old - new):
        yield SemanticChange("countries", "removed", f"{SITES}.country", name, None, f"No site left in {name}.")
