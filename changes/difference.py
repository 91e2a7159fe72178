"""Lists the differences between two normal forms of a trial as FieldChange, each with a change code.

A normal form is a Trial as JSON values, prepared for comparison. In a FieldChange, a long text or list is replaced by
its SHA-256 and length, and personal data by the number of values.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from trialwire.changes.change_code import CONTAINERS, KEYS, SITES, row_of
from trialwire.changes.normal_form import Document, sort_key
from trialwire.schemas.contact_data import masked
from trialwire.schemas.event import ChangeCode, FieldChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Carry = Callable[[Any], object]

_LONGEST = 200
"""Largest value that is carried unchanged: characters of a text, or bytes of the JSON of a list or object."""
_LABEL = 80


def differences(old: Document, new: Document, carry: Carry | None = None) -> list[FieldChange]:
    """Return one FieldChange per changed place of two normal forms. The list is empty only if the forms are equal.

    `carry`: the function that shortens the old and the new value (default: `bounded`).
    """
    if found := list(_object(old, new, "", "", carry or bounded)):
        return found
    # Only objects that are empty on one side differ. A normal form has none, but they are reported too.
    return [
        FieldChange("other", key, None, None) for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)
    ]


def bounded(value: Any) -> object:
    """Return a value for a FieldChange: a short value as it is, a long value as its SHA-256 and length.

    Contact data in texts is masked.
    """
    if isinstance(value, str):
        if len(value) > _LONGEST:
            return {"sha256": sha256(value.encode("utf-8", "surrogatepass")).hexdigest(), "length": len(value)}
        return masked(value)
    if isinstance(value, dict | list):
        text = sort_key(value)
        if len(text) > _LONGEST:
            return {"sha256": sha256(text).hexdigest(), "length": len(value)}
        if isinstance(value, list):
            return [bounded(item) for item in value]
        return {key: bounded(item) for key, item in value.items()}
    return value


def impersonal(value: Any, path: str) -> Any:
    """Return the value at a path of the Trial without the parts that are personal data."""
    if isinstance(value, list):
        return [impersonal(item, path) for item in value]
    if isinstance(value, dict):
        rows = {key: row_of(f"{path}.{key}") for key in value}
        return {key: impersonal(item, f"{path}.{key}") for key, item in value.items() if not rows[key].personal}
    return value


def _object(old: Document, new: Document, path: str, place: str, carry: Carry) -> Iterator[FieldChange]:
    """Changes below two objects. `path` is `place` without entry names, as "armsInterventions.armGroups.type"."""
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before != after:
            dot = "." if path else ""
            yield from _value(before, after, f"{path}{dot}{key}", f"{place}{dot}{key}", carry)


def _value(old: Any, new: Any, path: str, place: str, carry: Carry) -> Iterator[FieldChange]:
    if row_of(path).personal and path not in CONTAINERS:
        yield FieldChange(row_of(path).code, place, counted(old), counted(new))
    elif path in KEYS and all(_entries(side) for side in (old, new)):
        yield from _list(old or [], new or [], path, place, carry)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _object(old, new, path, place, carry)
    elif isinstance(old or new, dict) and not (isinstance(old, list) or isinstance(new, list)) and None in (old, new):
        yield from _object(old or {}, new or {}, path, place, carry)
    else:
        yield FieldChange(row_of(path).code, place, carry(old), carry(new))


def _list(old: list[Document], new: list[Document], path: str, place: str, carry: Carry) -> Iterator[FieldChange]:
    pairs, gone, come = paired_entries(old, new, path)
    for was, became in pairs:
        yield from _object(was, became, path, f"{place}[{_label(_name(became, path))}]", carry)
    for entry in gone:
        here = f"{place}[{_label(_name(entry, path))}]"
        yield FieldChange(_code(path, "sites.removed"), here, carry(impersonal(entry, path)), None)
    for entry in come:
        here = f"{place}[{_label(_name(entry, path))}]"
        yield FieldChange(_code(path, "sites.added"), here, None, carry(impersonal(entry, path)))
    if not (pairs or gone or come):
        names = [[_label(_name(entry, path)) for entry in side] for side in (old, new)]
        yield FieldChange(row_of(path).code, place, carry(names[0]), carry(names[1]))


def paired_entries(
    old: list[Document], new: list[Document], path: str
) -> tuple[list[tuple[Document, Document]], list[Document], list[Document]]:
    """Match the entries of an old and a new list by name. Returns (changed pairs, removed entries, added entries).

    Equal entries are matched first and omitted from the result.
    """
    before, after = _by_name(old, path), _by_name(new, path)
    pairs: list[tuple[Document, Document]] = []
    gone: list[Document] = []
    come: list[Document] = []
    for name in sorted(before.keys() | after.keys()):
        left, right = _without_equals(before[name], after[name])
        pairs += zip(left, right, strict=False)
        gone += left[len(right) :]
        come += right[len(left) :]
    return pairs, gone, come


def _code(path: str, site_code: ChangeCode) -> ChangeCode:
    return site_code if path == SITES else row_of(path).code


def _by_name(entries: list[Document], path: str) -> defaultdict[tuple[str, ...], list[Document]]:
    found: defaultdict[tuple[str, ...], list[Document]] = defaultdict(list)
    for entry in entries:
        found[_name(entry, path)].append(entry)
    return found


def _name(entry: Document, path: str) -> tuple[str, ...]:
    return tuple(str(entry.get(key) or "") for key in KEYS[path])


def _label(name: tuple[str, ...]) -> str:
    text = masked(", ".join(part for part in name if part))
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…"


def _without_equals(old: list[Document], new: list[Document]) -> tuple[list[Document], list[Document]]:
    if len(old) == len(new) == 1:
        return (old, new) if old != new else ([], [])
    left, right = list(old), []
    for entry in new:
        if entry in left:
            left.remove(entry)
        else:
            right.append(entry)
    return left, right


def _entries(side: Any) -> bool:
    return side is None or (isinstance(side, list) and all(isinstance(entry, dict) for entry in side))


def counted(value: Any) -> object:
    """Return the number that replaces a personal value: the length of a list, 1 for another value, None for none."""
    if value is None:
        return None
    return {"entries": len(value) if isinstance(value, list) else 1}
