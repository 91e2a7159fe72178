"""The contact rule: without contacts included, no name of a contact, no e-mail address, no telephone number goes out.

Dropped whole: overall officials, central and site contacts, the names and titles of a responsible party. Masked where
they stand in any text: e-mail addresses and telephone numbers, each place a finding. Names in prose stay.
A telephone number is told by its form (an international prefix, a North American number, pairs as in France) or by the
word before it; any other run of digits may be a dose, a date or an identifier, and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from schemas.held import Finding
from transforms.registry_shape import PLACES

if TYPE_CHECKING:
    from schemas.trial import Trial

EMAIL_MASK = "[e-mail address removed]"
PHONE_MASK = "[telephone number removed]"

_EMAIL = re.compile(
    r"(?:mailto:)?[\w.+'%-]+(?:@|\s?(?:\(|\[)at(?:\)|\])\s?)[a-z0-9](?:[\w-]*\w)?(?:\.[\w-]+)*\.[a-z]{2,}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"""(?<![\w.+/)-])(?:
        (?:tel|telephone|phone|call|fax|mobile|hotline|pager|voicemail)s?\s*(?:number|no|at)?[.:\#]*\s*
            (?=[+(]*(?:\d[\s().\-/]{0,3}){7})[+(]?\d[\d\s().\-/]{5,}\d
      | \+(?=\s?\(?(?:\d[\s().\-/]{0,2}){8})\s?\(?\d{1,3}\)?(?:[\s.\-/]?\(?\d{1,8}\)?){2,6}
      | 00[1-9]\d{0,2}(?:[\s.\-]\(?\d{1,4}\)?){3,6}
      | (?:1[\s.\-])?(?:\(\d{3}\)\s?|\d{3}[.\-])\d{3}[.\-]\d{4}
      | 0\d(?:[\s.]\d{2}){4}
    )(?:\s?(?:ext|x|extension)\.?\s?\d{1,6})?(?!\w|\s?(?:[mkµu]?g|mcg|m?L|IU|U|units?|mm|cells?)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_MASKS = ((_EMAIL, EMAIL_MASK, "an e-mail address"), (_PHONE, PHONE_MASK, "a telephone number"))
_DIGITS = re.compile(r"\d[\d\s().\-/]{6,}")
_NO_NUMBER = re.compile(r"\d{4}-\d\d-\d\d|\d{1,3}\.\d+")
"""A date, a coordinate: most of the long runs of digits in a record."""
_FEWEST_DIGITS = 7
_AT_SIGNS = ("@", "(at)", "[at]", "(AT)", "[AT]", "(At)", "[At]")
_BEFORE, _AFTER = 40, 12
"""How far around its digits what makes them a telephone number can stand: the word before, the unit after."""
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
    if not suspect(bare.model_dump_json()):
        return bare, []
    masked: Counter[tuple[str, str]] = Counter()
    bare = _masked(bare, "", masked)
    return bare, [_finding(path, what, count) for (path, what), count in sorted(masked.items())]


def suspect(text: str) -> bool:
    """Whether anything in the text may be an address or a telephone number: a quick look, never wrong when it says no."""
    if any(sign in text for sign in _AT_SIGNS):
        return True
    return any(
        _PHONE.search(text, max(0, found.start() - _BEFORE), found.end() + _AFTER)
        for found in _DIGITS.finditer(text)
        if not _NO_NUMBER.fullmatch(found[0]) and sum(map(str.isdigit, found[0])) >= _FEWEST_DIGITS
    )


def _masked(value: Any, path: str, masked: Counter[tuple[str, str]]) -> Any:
    """The value with every text in it masked; the very same object where there was nothing to mask."""
    if isinstance(value, str):
        return mask(value, path, masked) if suspect(value) else value
    if isinstance(value, tuple):
        items = tuple(_masked(item, path, masked) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not isinstance(value, BaseModel):
        return value
    changed = {}
    fields = type(value).model_fields
    for name, item in value.__dict__.items():
        if not item or item is True or name in _NO_PROSE:
            continue
        alias = fields[name].alias or name
        new = _masked(item, f"{path}.{alias}" if path else _SOURCE_PATHS.get(alias, alias), masked)
        if new is not item:
            changed[name] = None if name in _ADDRESSES else new
    return value.model_copy(update=changed) if changed else value


def mask(text: str, path: str, masked: Counter[tuple[str, str]]) -> str:
    """The text with its e-mail addresses and telephone numbers masked; counts them by place and kind."""
    for pattern, words, what in _MASKS:
        text, count = pattern.subn(words, text)
        if count:
            masked[path, what] += count
    return text


def _finding(path: str, what: str, count: int) -> Finding:
    message = f"{path} holds {what} ({count} times); it is masked because contacts are excluded."
    return Finding(code="contact-masked", path=path, message=message, severity="info")
