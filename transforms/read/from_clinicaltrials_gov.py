"""Turns a record of ClinicalTrials.gov (API v2) into a Trial, without loss and without coercion.

The Trial has every value of the record: in the field of the same name or, if the Trial has no such field, under its
source name. Only `resultsSection` is reduced: the names of its modules and a hash are kept. A value of the wrong type
(a string instead of a list, "false" instead of a boolean) is a fault: the record is held, that is, stored with its
reasons and not published. All faults are reported at once.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from trialwire.schemas.contact_data import masked
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Finding, Reason
from trialwire.schemas.trial import Trial
from trialwire.transforms.read import registry_faults
from trialwire.transforms.read.markup import unescape
from trialwire.transforms.registry_shape import OTHER_DICTIONARY_KEYS, PLACES, TRIAL_SHAPE, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTIONS = frozenset(place.source[0] for place in PLACES if len(place.source) == 2)
_TRIAL_KEYS = TRIAL_SHAPE.keys | frozenset(Trial.model_fields)
_TYPE_NAMES = {"dict": "an object", "list": "a list", "str": "a text", "bool": "a boolean", "NoneType": "null"}


def from_clinicaltrials_gov(study: dict[str, Any]) -> tuple[Trial, list[Finding]]:
    """Convert the parsed JSON of one study to (Trial, findings). Raises HoldError with every fault of the record."""
    notes: Counter[tuple[str, str]] = Counter()
    faults: list[Reason] = []
    document = _document(study, notes, faults)
    if not registry_faults.blocked(faults, "protocolSection.identificationModule"):
        faults += registry_faults.number(document.get("identification"))
    trial = _validated(document, faults)
    if faults or trial is None:
        raise HoldError(faults)
    return trial, _findings(notes)


def _document(study: Mapping[str, Any], notes: Counter[tuple[str, str]], faults: list[Reason]) -> dict[str, Any]:
    """The study rearranged into the Trial's structure, keyed by the Trial's aliases."""
    document: dict[str, Any] = {"source": "clinicaltrials_gov"}
    rest: dict[str, Any] = {}
    for key, value in study.items():
        if key == "resultsSection":
            document |= _results(value, faults)
        elif key in _SECTIONS and value is not None and not isinstance(value, dict):
            faults.append(_not_an_object(key, value))
        elif key in _SECTIONS:
            rest[key] = dict(value or {})
        elif key not in {"derivedSection", "hasResults"}:
            if key not in OTHER_DICTIONARY_KEYS:
                notes["unknown-key", masked(key)] += 1
            # A key named like a field of the Trial must not fill that field, so it goes one level down.
            target = document.setdefault("study", {}) if key in _TRIAL_KEYS or key == "study" else document
            target[key] = value
    for place in PLACES:
        *section, name = place.source
        value = rest.get(section[0], {}).pop(name, None) if section else study.get(name)
        shape = TRIAL_SHAPE.parts.get(place.part)
        if value is not None and shape is not None and not isinstance(value, dict):
            faults.append(_not_an_object(".".join(place.source), value))
        elif value is not None:
            document[place.part] = value if shape is None else _part(value, shape, ".".join(place.source), notes)
    for section_name, modules in rest.items():
        if modules:
            document[section_name] = modules
            notes.update(("unknown-key", f"{section_name}.{masked(key)}") for key in modules)
    return document


def _part(value: dict[str, Any], shape: Shape, path: str, notes: Counter[tuple[str, str]]) -> dict[str, Any]:
    """One object with unescaped markup and without nulls. Unknown keys are kept and counted in `notes`."""
    part = {}
    for key, item in value.items():
        if key not in shape.keys:
            notes["unknown-key", f"{path}.{masked(key)}"] += 1
            part[key] = item
        elif item is None:
            notes["null-value", f"{path}.{key}"] += 1
        elif isinstance(item, str):
            part[key] = unescape(item) if key in shape.markup else item
        elif key in shape.parts and isinstance(item, dict):
            part[key] = _part(item, shape.parts[key], f"{path}.{key}", notes)
        elif key in shape.lists and isinstance(item, list):
            child, here = shape.lists[key], f"{path}.{key}"
            part[key] = [_part(one, child, here, notes) if isinstance(one, dict) else one for one in item]
        else:
            part[key] = item
    return part


def _results(section: object, faults: list[Reason]) -> dict[str, Any]:
    """Of the results only the names of their modules, and a SHA-256 of their canonical JSON."""
    if section is None:
        return {}
    if not isinstance(section, dict):
        faults.append(_not_an_object("resultsSection", section))
        return {}
    digest = sha256(orjson.dumps(section, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return {"results": {"modules": sorted(section), "digest": digest}}


def _validated(document: dict[str, Any], faults: list[Reason]) -> Trial | None:
    """The validated Trial, or None with its faults added to `faults`. Lists become tuples; unknown parts stay dicts."""
    try:
        return Trial.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        faults += registry_faults.reasons(error)
    return None


def _findings(notes: Counter[tuple[str, str]]) -> list[Finding]:
    texts = {
        "unknown-key": "is not in the registry's dictionary as this version knows it; it is kept under its own name",
        "null-value": "is null and is read as absent",
    }
    return [
        Finding(code=code, path=path, message=f"{path} {texts[code]} ({times} times).", severity="info")
        for (code, path), times in sorted(notes.items())
    ]


def _not_an_object(path: str, value: object) -> Reason:
    name = _TYPE_NAMES.get(type(value).__name__, "a number")
    return registry_faults.wrong_type(path, f"{path} is {name}; an object belongs there.")
