"""Values of the Trial as a person reads them, and as a change carries them: without contact data."""

from __future__ import annotations

from typing import Any

from trialwire.changes.semantic.wording import cut
from trialwire.schemas.contact_data import masked

_CODES = {"NA": "not applicable", "PHASE1": "Phase 1", "PHASE2": "Phase 2", "PHASE3": "Phase 3", "PHASE4": "Phase 4",
    "EARLY_PHASE1": "Early Phase 1"}  # fmt: skip


def carried(value: Any) -> Any:
    """A JSON value with e-mail addresses and telephone numbers masked in its texts."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [carried(item) for item in value]
    if isinstance(value, dict):
        return {key: carried(item) for key, item in value.items()}
    return value


def readable(value: Any) -> str:
    """A value in a sentence: codes as words, None as "not stated", counts of what is not shown."""
    if value is None or value in ("", [], {}):
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _coded(value) if value.isupper() else cut(masked(value))
    if isinstance(value, list):
        return cut(", ".join(readable(item) for item in value))
    if isinstance(value, dict):
        if set(value) == {"entries"}:
            return f"{value['entries']} (not shown)"
        return cut(", ".join(readable(item) for item in value.values()))
    return str(value)


def typed_date(value: dict[str, Any] | None) -> str | None:
    """A date with its type, "2026-01 (estimated)"; None where there is no date."""
    if not value or not value.get("date"):
        return None
    kind = value.get("type")
    return f"{value['date']} ({kind.lower()})" if kind else str(value["date"])


def _coded(code: str) -> str:
    if code in _CODES:
        return _CODES[code]
    words = code.replace("_", " ")
    return words[:1] + words[1:].lower() if "_" in code or len(code) > 4 else code
