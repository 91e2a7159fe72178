"""The contact rule: if contacts are excluded, the output has no contact names, e-mail addresses or telephone numbers.

Removed: overall officials, central and site contacts, the names and titles of a responsible party. Masked in every text:
e-mail addresses and telephone numbers (trialwire.schemas.contact_data); each place gives a finding. In fields that hold a
number or an identifier, a telephone number is masked only after "+" or a word. Names of people in free text stay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from trialwire.schemas.contact_data import IN_NUMBERS, KINDS, suspect
from trialwire.schemas.held import Finding
from trialwire.schemas.trial import Part
from trialwire.transforms.registry_shape import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.contact_data import Kind
    from trialwire.schemas.trial import Trial

_NUMBERS = frozenset({
    "digest", "filename", "id", "layout", "modules", "nct_id", "nct_id_aliases", "pmid", "registry", "upload_date", "zip",
})  # fmt: skip
"""Text fields that hold a number, a file name or a date. Digits alone are no telephone number there."""
_UNWRITTEN = frozenset({"ancestors", "browse_leaves", "browse_branches"})
"""Fields derived by the registry that are not written to any resource."""
_ADDRESSES = frozenset({"url", "link"})
"""Fields with a web address. A masked address does not work, so it is left out."""
_SOURCE_PATHS = {place.part: ".".join(place.source) for place in PLACES}


def without_contacts(trial: Trial) -> tuple[Trial, list[Finding]]:
    """Remove the contact data of a Trial. Returns (Trial, findings), one finding for each path with a masked text."""
    places = trial.contacts_locations
    sites = tuple(site.model_copy(update={"contacts": ()}) if site.contacts else site for site in places.locations)
    updates: dict[str, Any] = {
        "contacts_locations": places.model_copy(
            update={"central_contacts": (), "overall_officials": (), "locations": sites}
        )
    }
    if party := trial.sponsors.responsible_party:
        nameless = party.model_copy(
            update={"investigator_full_name": None, "investigator_title": None, "old_name_title": None}
        )
        updates["sponsors"] = trial.sponsors.model_copy(update={"responsible_party": nameless})
    bare = trial.model_copy(update=updates)
    texts: list[str] = []
    numbers: list[str] = []
    _collect(bare, texts, numbers)
    suspects = _suspects((*texts, *numbers))
    if not suspects:
        return bare, []
    masked: Counter[tuple[str, str]] = Counter()
    bare = _masked(bare, "", suspects, masked)
    return bare, [_finding(path, what, count) for (path, what), count in sorted(masked.items())]


@dataclass(frozen=True, slots=True)
class _Prose:
    """The fields of a part class that may hold contact data: with a text, with a number, with texts or parts."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    wholes: tuple[str, ...]

    @staticmethod
    @cache
    def of(kind: type[Part]) -> _Prose:
        """Return the fields that may hold contact data in one class of the Trial's parts, sorted by type.

        Values of a vocabulary, dates and numbers cannot hold contact data.
        """
        free = {
            name: get_args(field.annotation) or (field.annotation,)
            for name, field in kind.model_fields.items()
            if name not in _UNWRITTEN
        }
        single = [name for name, types in free.items() if str in types and ... not in types]
        return _Prose(
            tuple(name for name in single if name not in _NUMBERS),
            tuple(name for name in single if name in _NUMBERS),
            tuple(
                name for name, types in free.items() if (str in types and ... in types) or any(map(_has_prose, types))
            ),
        )


def _has_prose(kind: Any) -> bool:
    """Whether this is a part class with a field that may hold contact data."""
    return isinstance(kind, type) and issubclass(kind, Part) and _Prose.of(kind) != _Prose((), (), ())


def _suspects(texts: Sequence[str]) -> frozenset[str]:
    """The texts that a quick look does not clear; all of them at once are looked at first."""
    return frozenset(filter(suspect, texts)) if suspect("\0".join(texts)) else frozenset()


def _collect(part: Part, texts: list[str], numbers: list[str]) -> None:
    """Add every text of the part that may hold contact data to `texts`, or to `numbers` if its field holds a number."""
    held, prose = part.__dict__, _Prose.of(type(part))
    texts += [held[name] for name in prose.texts if held[name]]
    numbers += [held[name] for name in prose.numbers if held[name]]
    for name in prose.wholes:
        item = held[name]
        if not item:
            continue  # the fast path: most fields are empty
        for one in item if type(item) is tuple else (item,):
            if type(one) is str:
                (numbers if name in _NUMBERS else texts).append(one)
            else:
                _collect(one, texts, numbers)


def _masked(
    value: Any, path: str, suspects: frozenset[str], masked: Counter[tuple[str, str]], kinds: tuple[Kind, ...] = KINDS
) -> Any:
    """The value with its suspect texts masked. Returns the same object if there is nothing to mask."""
    if isinstance(value, str):
        return mask(value, path, masked, kinds) if value in suspects else value
    if isinstance(value, tuple):
        items = tuple(_masked(item, path, suspects, masked, kinds) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    kind: type[Part] = type(value)
    held, prose, changed = value.__dict__, _Prose.of(kind), {}
    for name in (*prose.texts, *prose.numbers, *prose.wholes):
        item = held[name]
        if not item:
            continue
        alias = kind.model_fields[name].alias or name
        place = f"{path}.{alias}" if path else _SOURCE_PATHS.get(alias, alias)
        new = _masked(item, place, suspects, masked, IN_NUMBERS if name in _NUMBERS else KINDS)
        if new is not item:
            changed[name] = None if name in _ADDRESSES else new
    return value.model_copy(update=changed) if changed else value


def mask(text: str, path: str, masked: Counter[tuple[str, str]], kinds: tuple[Kind, ...] = KINDS) -> str:
    """Return a text with e-mail addresses and telephone numbers masked.

    The counter `masked` counts the masked places by (path, kind of contact data). This function adds to it.
    """
    for kind in kinds:
        text, count = kind.masked_in(text)
        if count:
            masked[path, kind.name] += count
    return text


def _finding(path: str, what: str, count: int) -> Finding:
    message = f"{path} holds {what} ({count} times); it is masked because contacts are excluded."
    return Finding(code="contact-masked", path=path, message=message, severity="info")
