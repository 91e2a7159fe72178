"""The contact rule: without contacts included, no name of a contact, no e-mail address, no telephone number goes out.

Dropped whole: overall officials, central and site contacts, the names and titles of a responsible party. Masked where
they stand in any text: e-mail addresses and telephone numbers, each text a finding. Names in prose stay.
A telephone number is told by its form (an international prefix, a North American number, pairs as in France) or by the
word before it; any other run of digits may be a dose, a date or an identifier, and stays.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from schemas.held import Finding

if TYPE_CHECKING:
    from schemas.trial import Trial

EMAIL_MASK = "[e-mail address removed]"
PHONE_MASK = "[telephone number removed]"

_EMAIL = re.compile(
    r"(?:mailto:)?[\w.+'%-]+(?:@|\s?(?:\(|\[)at(?:\)|\])\s?)[A-Za-z0-9](?:[\w-]*[\w])?(?:\.[\w-]+)*\.[A-Za-z]{2,}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"""(?<![\w.+/-])(?:
        (?:tel|phone|telephone|call|fax|mobile|cell|hotline|pager|voicemail)\w*\s*(?:number|no|at)?[.:#]*\s*
            (?P<said>[+(]?\d[\d\s().\-/]{5,}\d)
      | (?P<plus>(?:\+|00)\s?\(?\d{1,3}\)?(?:[\s.\-/]?\(?\d{1,5}\)?){2,6})
      | (?P<american>(?:1[\s.\-])?(?:\(\d{3}\)\s?|\d{3}[.\-])\d{3}[.\-]\d{4})
      | (?P<pairs>0\d(?:[\s.]\d{2}){4})
    )(?:\s?(?:ext|x|extension)\.?\s?\d{1,6})?(?![\w])""",
    re.VERBOSE | re.IGNORECASE,
)
_SUSPECT = re.compile(r"@|\(at\)|\[at\]|\d{3,}", re.IGNORECASE)
_UNTOUCHED = frozenset({
    "nct_id", "registry_number", "id", "pmid", "filename", "upload_date", "date", "zip", "digest", "registry", "source",
    "layout", "type", "status", "status_verified_date", "study_first_submit_date", "study_first_submit_qc_date",
    "last_update_submit_date", "minimum_age", "maximum_age", "target_duration",
})  # fmt: skip


def without_contacts(trial: Trial) -> tuple[Trial, list[Finding]]:
    """The Trial without contact data, and a finding for each text that was masked and for what was left out."""
    findings: list[Finding] = []
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
    masked = _masked(bare, "", findings)
    return masked, findings


def _masked(value: Any, path: str, findings: list[Finding]) -> Any:
    """The value with every text in it masked; the very same object where there was nothing to mask."""
    if isinstance(value, str):
        return mask(value, path, findings) if _SUSPECT.search(value) else value
    if isinstance(value, tuple):
        items = tuple(_masked(item, path, findings) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, BaseModel):
        changed = {}
        fields = type(value).model_fields
        for name, item in value.__dict__.items():
            if item is None or item == () or name in _UNTOUCHED or isinstance(item, (bool, int, float)):
                continue
            new = _masked(
                item, f"{path}.{fields[name].alias or name}" if path else fields[name].alias or name, findings
            )
            if new is not item:
                changed[name] = new
        return value.model_copy(update=changed) if changed else value
    return value


def mask(text: str, path: str, findings: list[Finding]) -> str:
    """The text with its e-mail addresses and telephone numbers masked."""
    found = text
    for pattern, words, what in ((_EMAIL, EMAIL_MASK, "an e-mail address"), (_PHONE, PHONE_MASK, "a telephone number")):
        found, count = pattern.subn(words, found)
        if count:
            findings.append(
                Finding(
                    code="contact-masked",
                    path=path,
                    message=f"{path} holds {what} ({count} times); it is masked because contacts are excluded.",
                    severity="info",
                )
            )
    return found
