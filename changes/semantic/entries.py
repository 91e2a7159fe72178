"""Compares lists of named entries (arms, interventions, outcomes …): which were added, removed, renamed, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.changes.change_code import KEYS, row_of
from trialwire.changes.difference import impersonal, paired_entries
from trialwire.changes.semantic.likeness import likeness, stems
from trialwire.changes.semantic.rows import FIELD_NAMES, LISTS
from trialwire.changes.semantic.values import readable
from trialwire.changes.semantic.wording import cut, marked, marks, words
from trialwire.schemas.contact_data import masked, masked_document
from trialwire.schemas.semantic_change import SemanticChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.normal_form import Document
    from trialwire.schemas.semantic_change import Kind, SemanticCode

_LIKE = 0.6
_LONG = 60
_OUTCOMES = "outcomes."


def entry_changes(old: Document, new: Document) -> list[SemanticChange]:
    """Return what changed in the lists of the table LISTS, between two normal forms (Trials as JSON values)."""
    found: list[SemanticChange] = []
    gone: list[tuple[str, Document]] = []
    come: list[tuple[str, Document]] = []
    for path in LISTS:
        before, after = _at(old, path), _at(new, path)
        if before == after:
            continue
        pairs, removed, added = paired_entries(before, after, path)
        pairs += _renamed(removed, added, path)
        changes = [change for was, became in pairs for change in _changed(was, became, path)]
        if not (changes or removed or added):
            changes = [_reordered(before, after, path)]
        found += changes
        gone += [(path, entry) for entry in removed]
        come += [(path, entry) for entry in added]
    found += _moved_outcomes(gone, come)
    found += [_one(path, entry, added=False) for path, entry in gone]
    found += [_one(path, entry, added=True) for path, entry in come]
    return found


def name_of(entry: Document, path: str) -> str:
    """Return the name of a list entry for a sentence, such as "Drug: Example"."""
    kind, *rest = [str(entry.get(key) or "") for key in KEYS[path]]
    if path == "armsInterventions.interventions":
        return cut(masked(f"{readable(kind)}: {rest[0]}" if kind else rest[0]), 100)
    return cut(masked(", ".join(part for part in (kind, *rest) if part)) or "without a name", 100)


def at(document: Document, path: str) -> Any:
    """Return the value at a dotted path of a Trial's normal form (JSON values), or None if the path does not exist."""
    place: Any = document
    for step in path.split("."):
        place = place.get(step) if isinstance(place, dict) else None
    return place


def _at(document: Document, path: str) -> list[Document]:
    return list(at(document, path) or ())


def _renamed(removed: list[Document], added: list[Document], path: str) -> list[tuple[Document, Document]]:
    """Pair entries with different names and similar content, the most similar first. Removes them from both lists."""
    said = {id(entry): stems(words(_content(entry, path))) for entry in (*removed, *added)}
    scored = sorted(
        (
            (-likeness(said[id(one)], said[id(other)]), index, number)
            for index, one in enumerate(removed)
            for number, other in enumerate(added)
        ),
    )
    pairs: list[tuple[int, int]] = []
    for score, index, number in scored:
        if -score >= _LIKE and index not in {a for a, _ in pairs} and number not in {b for _, b in pairs}:
            pairs.append((index, number))
    found = [(removed[index], added[number]) for index, number in pairs]
    removed[:] = [entry for index, entry in enumerate(removed) if index not in {a for a, _ in pairs}]
    added[:] = [entry for number, entry in enumerate(added) if number not in {b for _, b in pairs}]
    return found


def _content(entry: Document, path: str) -> str:
    return " ".join(readable_words(entry.get(name)) for name in LISTS[path].content)


def readable_words(value: Any) -> str:
    """Return a text unchanged, or the texts of a list joined by spaces, as one text."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _changed(was: Document, became: Document, path: str) -> Iterator[SemanticChange]:
    row, name, former = LISTS[path], name_of(became, path), name_of(was, path)
    place = f"{path}[{name}]"
    keys = [key for key in KEYS[path] if was.get(key) != became.get(key)]
    if keys:
        old, new = (" ".join(str(one.get(key) or "") for key in keys) for one in (was, became))
        found = marks(masked(old), masked(new))
        sentence = (
            f"{row.noun} reworded: {marked(found)}" if len(new) > _LONG else f"{row.noun} “{former}” is now “{name}”"
        )
        yield SemanticChange(row.code, "reworded", place, masked(old), masked(new), f"{sentence}.", marks=found)
    for key in sorted((was.keys() | became.keys()) - set(KEYS[path])):
        if was.get(key) != became.get(key):
            subject = f"{row.noun} “{name}”, {FIELD_NAMES.get(key, key)}"
            yield field_change(row.code, subject, was.get(key), became.get(key), f"{place}.{key}")


def field_change(code: SemanticCode, subject: str, old: Any, new: Any, path: str) -> SemanticChange:
    """Return the change of one field as a SemanticChange. `subject`: the words for the field, which begin the sentence.

    The sentence has a short value before and after, only the changed words of a long text, and only a count of contact
    data.
    """
    old, new = masked_document(old), masked_document(new)
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _LONG:
        found = marks(old, new)
        if all(mark.operation == "=" for mark in found):
            return SemanticChange(
                code, "reworded", path, old, new, f"{subject}: punctuation or layout only.", marks=found
            )
        return SemanticChange(code, "reworded", path, old, new, f"{subject} reworded: {marked(found)}.", marks=found)
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(one, str) for one in (*old, *new)):
        parts = [f"+ {readable(one)}" for one in new if one not in old]
        parts += [f"- {readable(one)}" for one in old if one not in new]
        sentence = f"{subject}: {', '.join(parts) or 'order'}."
        return SemanticChange(code, "changed", path, old, new, cut(sentence, 400))
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    return SemanticChange(code, kind, path, old, new, f"{subject}: {readable(old)} → {readable(new)}.")


def _one(path: str, entry: Document, *, added: bool) -> SemanticChange:
    row, name = LISTS[path], name_of(entry, path)
    content, place = masked_document(impersonal(entry, path)), f"{path}[{name}]"
    if added:
        return SemanticChange(row.code, "added", place, None, content, f"{row.noun} added: “{name}”.")
    return SemanticChange(row.code, "removed", place, content, None, f"{row.noun} removed: “{name}”.")


def _moved_outcomes(gone: list[tuple[str, Document]], come: list[tuple[str, Document]]) -> Iterator[SemanticChange]:
    """Yield a change for each outcome that moved to another rank, such as from secondary to primary."""
    for path, entry in list(gone):
        said = words(entry.get("measure") or "")
        for other, candidate in come:
            if path.startswith(_OUTCOMES) and other != path and other.startswith(_OUTCOMES):
                if words(candidate.get("measure") or "") != said:
                    continue
                gone.remove((path, entry))
                come.remove((other, candidate))
                code: SemanticCode = "outcomes.primary" if "primary" in path + other else "outcomes"
                name = name_of(candidate, other)
                ranks = [LISTS[one].noun.lower() for one in (path, other)]
                sentence = f"Outcome moved from {ranks[0]} to {ranks[1]}: “{name}”."
                yield SemanticChange(code, "moved", f"{other}[{name}]", ranks[0], ranks[1], sentence)
                break


def _reordered(old: list[Document], new: list[Document], path: str) -> SemanticChange:
    row = LISTS[path]
    names = [[name_of(entry, path) for entry in side] for side in (old, new)]
    return SemanticChange(row.code, "moved", path, names[0], names[1], f"{row.noun}s are in another order.")


def is_personal(path: str) -> bool:
    """Return whether the values at a path are personal data, which is counted and never shown."""
    return row_of(path).personal
