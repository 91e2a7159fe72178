"""Turns the validation errors of a registry record into Reasons.

A Reason says why the record is not published: the path in the registry's names, the wrong value, and what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.schemas.contact_data import masked, quoted
from trialwire.schemas.held import Reason
from trialwire.schemas.registry_number import is_nct_number
from trialwire.transforms.registry_shape import PERSONAL, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_NUMBER_PATH = "protocolSection.identificationModule.nctId"
_SOURCE_PATHS = {place.part: ".".join(place.source) for place in PLACES}
_ASK_AGAIN = "Get the record again from the registry, or correct the file, and ingest it again."


@dataclass(frozen=True, slots=True)
class _Kind:
    """The message for one kind of validation error. `says` completes "PATH is VALUE: …"."""

    code: str
    says: str
    cure: str = _ASK_AGAIN


_WRONG_TYPE = {
    "string_type": "a text belongs there",
    "bool_type": "true or false belongs there",
    "int_type": "a whole number belongs there",
    "int_from_float": "a whole number belongs there",
    "float_type": "a number belongs there",
    "tuple_type": "a list belongs there",
    "dict_type": "an object belongs there",
    "model_type": "an object belongs there",
    "model_attributes_type": "an object belongs there",
}
_KINDS: dict[str, _Kind] = {
    **{name: _Kind("wrong-type", says) for name, says in _WRONG_TYPE.items()},
    "literal_error": _Kind(
        "unknown-value",
        "the registry's dictionary, as this version knows it, has no such value",
        "Correct the record, or, if the registry has a new value, update Trialwire and run: trialwire held retry ID.",
    ),
    "value_error": _Kind("bad-date", "it is not a date of the form YYYY, YYYY-MM or YYYY-MM-DD"),
    "string_pattern_mismatch": _Kind("bad-registry-number", "a registry number is NCT and eight digits"),
    "json_invalid": _Kind("too-deep", "the record is nested deeper than any registry record"),
}
_OTHER = _Kind("bad-value", "it cannot be read")


def number(identification: object) -> list[Reason]:
    """Check the registry number in the identification module. Returns one Reason if it is missing or malformed.

    A number of the wrong JSON type is not reported here: the validation of the Trial reports it.
    """
    found = identification.get("nctId") if isinstance(identification, dict) else None
    if found is None:
        return [
            Reason(
                code="no-registry-number",
                path=_NUMBER_PATH,
                message="The record has no registry number (nctId), so nothing can be published under its name.",
                cure=_ASK_AGAIN,
            )
        ]
    if isinstance(found, str) and not is_nct_number(found):
        return [_reason(_KINDS["string_pattern_mismatch"], _NUMBER_PATH, found)]
    return []


def reasons(error: ValidationError) -> list[Reason]:
    """Return one Reason per validation error, without repeats. The function `number` reports a malformed number."""
    found = [
        _reason(_KINDS.get(detail["type"], _OTHER), _path(detail["loc"]), detail["input"])
        for detail in error.errors(include_url=False)
        if not _is_number_form(detail)
    ]
    return list(dict.fromkeys(found))


def wrong_type(path: str, message: str) -> Reason:
    """Return a Reason which says that the value at a path has the wrong type."""
    return Reason(code="wrong-type", path=path, message=message, cure=_ASK_AGAIN)


def blocked(faults: Iterable[Reason], path: str) -> bool:
    """Return whether a fault is at this path or at an object that contains it. The value there was then not read."""
    return any(path == fault.path or path.startswith(fault.path + ".") for fault in faults)


def _is_number_form(detail: ErrorDetails) -> bool:
    return detail["type"] == "string_pattern_mismatch" and detail["loc"] == ("identification", "nctId")


def _reason(kind: _Kind, path: str, value: object) -> Reason:
    if kind.code == "too-deep":
        return Reason(code=kind.code, message=f"The record cannot be read: {kind.says}.", cure=kind.cure)
    return Reason(code=kind.code, path=path, message=f"{path} is {_shown(path, value)}: {kind.says}.", cure=kind.cure)


def _path(loc: tuple[int | str, ...]) -> str:
    """The path in the registry's names: protocolSection.armsInterventionsModule.armGroups[0].type."""
    first, *rest = loc or ("",)
    path = _SOURCE_PATHS.get(str(first), masked(str(first)))
    for step in rest:
        path += f"[{step}]" if isinstance(step, int) else f".{masked(step)}"
    return path


def _shown(path: str, value: Any) -> str:
    """The wrong value for a message, shortened. Personal data and long texts are only described."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "null"
    if not PERSONAL.isdisjoint(re.split(r"[.\[\]]", path)):
        return "a text (not shown: personal data)" if isinstance(value, str) else "a number"
    if isinstance(value, str):
        return quoted(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
