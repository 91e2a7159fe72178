"""The contact rule: without contacts included, no name of a contact, no e-mail address, no telephone number goes out.

Dropped whole: overall officials, central and site contacts, the names and titles of a responsible party. Masked where
they stand in any text: e-mail addresses and telephone numbers (schemas.contact_data), each place a finding. Names in
prose stay.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.contact_data import KINDS, suspect
from schemas.held import Finding
from schemas.trial import Part
from transforms.registry_shape import PLACES

if TYPE_CHECKING:
    from schemas.trial import Trial

_NO_PROSE = frozenset({
    "nct_id", "registry_number", "nct_id_aliases", "id", "pmid", "filename", "upload_date", "date", "zip", "digest",
    "registry", "source", "layout", "type", "status", "overall_status", "last_known_status", "status_verified_date",
    "study_first_submit_date", "study_first_submit_qc_date", "results_first_submit_date", "agency_class", "version_holder",
    "results_first_submit_qc_date", "disp_first_submit_date", "disp_first_submit_qc_date", "last_update_submit_date",
    "minimum_age", "maximum_age", "std_ages", "phases", "role", "modules",
})  # fmt: skip
"""Fields that hold a number, a date or a word of a vocabulary: a run of digits there is no telephone number."""
_ADDRESSES = frozenset({"url", "link"})
"""An address with a mask in it leads nowhere: it is left out."""
_SOURCE_PATHS = {place.part: ".".join(place.source) for place in PLACES}


def without_contacts(trial: Trial) -> tuple[Trial, list[Finding]]:
    """The Trial without contact data, and a finding for each place of it where a text was masked."""
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
    _collect(bare, texts)
    if not suspect("\0".join(texts)):
        return bare, []
    masked: Counter[tuple[str, str]] = Counter()
    bare = _masked(bare, "", masked)
    return bare, [_finding(path, what, count) for (path, what), count in sorted(masked.items())]


@cache
def _prose(kind: type[Part]) -> tuple[tuple[str, str], ...]:
    """The fields of a part that may hold contact data, each with its alias."""
    return tuple((name, field.alias or name) for name, field in kind.model_fields.items() if name not in _NO_PROSE)


def _collect(part: Part, texts: list[str]) -> None:
    """Add every text that may hold contact data."""
    held = part.__dict__
    for name, _ in _prose(type(part)):
        item = held[name]
        if item is None:
            continue  # most fields of most parts
        for one in item if type(item) is tuple else (item,):
            if type(one) is str:
                texts.append(one)
            elif isinstance(one, Part):
                _collect(one, texts)


def _masked(value: Any, path: str, masked: Counter[tuple[str, str]]) -> Any:
    """The value with every text in it masked; the very same object where there was nothing to mask."""
    if isinstance(value, str):
        return mask(value, path, masked) if suspect(value) else value
    if isinstance(value, tuple):
        items = tuple(_masked(item, path, masked) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not isinstance(value, Part):
        return value
    changed = {}
    held = value.__dict__
    for name, alias in _prose(type(value)):
        item = held[name]
        if not item or item is True:
            continue
        new = _masked(item, f"{path}.{alias}" if path else _SOURCE_PATHS.get(alias, alias), masked)
        if new is not item:
            changed[name] = None if name in _ADDRESSES else new
    return value.model_copy(update=changed) if changed else value


def mask(text: str, path: str, masked: Counter[tuple[str, str]]) -> str:
    """The text with its e-mail addresses and telephone numbers masked; counts them by place and kind."""
    for kind in KINDS:
        text, count = kind.pattern.subn(kind.mask, text)
        if count:
            masked[path, kind.name] += count
    return text


def _finding(path: str, what: str, count: int) -> Finding:
    message = f"{path} holds {what} ({count} times); it is masked because contacts are excluded."
    return Finding(code="contact-masked", path=path, message=message, severity="info")
