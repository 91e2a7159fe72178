"""Writes values of a Trial as readable text, without contact data."""

from __future__ import annotations

from typing import Any, get_args

from trialwire.changes.semantic.wording import cut
from trialwire.schemas import vocabulary
from trialwire.schemas.contact_data import masked

_ALL_CODES = frozenset(
    code for name in vars(vocabulary) if name[:1].isupper() for code in get_args(getattr(vocabulary, name))
)
"""Every code of the registry's vocabularies; other texts in capitals are names."""
_CODES = {"NA": "not applicable", "PHASE1": "Phase 1", "PHASE2": "Phase 2", "PHASE3": "Phase 3", "PHASE4": "Phase 4",
    "EARLY_PHASE1": "Early Phase 1"}  # fmt: skip


def readable(value: Any) -> str:
    """Return a value as text for a sentence: codes as words, None as "not stated".

    For a value that must not be shown, such as contact data, the number of values is returned.
    """
    if value is None or value in ("", [], {}):
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _coded(value) if value in _ALL_CODES else cut(masked(value))
    if isinstance(value, list):
        return cut(", ".join(readable(item) for item in value))
    if isinstance(value, dict):
        if set(value) == {"entries"}:
            return f"{value['entries']} (not shown)"
        return cut(", ".join(readable(item) for item in value.values()))
    return str(value)


def typed_date(value: dict[str, Any] | None) -> str | None:
    """Return a date with its type, such as "2026-01 (estimated)", or None if there is no date."""
    if not value or not value.get("date"):
        return None
    kind = value.get("type")
    return f"{value['date']} ({kind.lower()})" if kind else str(value["date"])


def _coded(code: str) -> str:
    if code in get_args(vocabulary.OrgStudyIdType):
        return code  # initials of an agency
    words = _CODES.get(code) or code.replace("_", " ")
    return words if code in _CODES else words[:1] + words[1:].lower()
