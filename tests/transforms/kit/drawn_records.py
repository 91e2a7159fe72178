"""Records drawn from the registry's whole data dictionary: every field, in mixtures that no real record has."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson

_WORDS = [
    "Randomised",
    "trial",
    "of",
    "aspirin",
    "(ASA)",
    "vs.",
    "placebo;",
    "≥",
    "18",
    "years,",
    "HbA1c",
    "<=",
    "9",
    "%",
    "—",
    "naïve",
    "é",
    "中文",
    "patients\nwith",
    '"quotes"',
    "&",
    "<tags>",
    "50",
    "mg/m2",
]
_ADDRESSES = (
    "https://example.org/a b",
    "http://example.org/z?q=1#f",
    "www.example.org",
    "see our site",
    "https://exämple.org/ü",
)
_UNITS = ("Years", "Year", "Months", "Weeks", "Days", "Hours", "Minutes")


class Dictionary:
    """The registry's dictionary (metadata.json, enums.json), and records drawn from it by a seed."""

    def __init__(self, spec: Path) -> None:
        sections = orjson.loads((spec / "metadata.json").read_bytes())
        self._sections = [one for one in sections if one["name"] != "resultsSection" and one.get("children")]
        self._enums = {
            one["type"]: [word["value"] for word in one["values"]]
            for one in orjson.loads((spec / "enums.json").read_bytes())
        }

    def record(self, rng: random.Random, fullness: float) -> dict[str, Any]:
        """A record with about this share of its fields at every level; its number is always there."""
        study = {one["name"]: self._object(one, rng, fullness) for one in self._sections}
        study["protocolSection"].setdefault("identificationModule", {})["nctId"] = f"NCT{rng.randrange(10**8):08d}"
        return study | {"hasResults": False}

    def _object(self, node: dict[str, Any], rng: random.Random, fullness: float) -> dict[str, Any]:
        drawn = {one["name"]: self._value(one, rng, fullness) for one in node["children"] if rng.random() < fullness}
        return {name: value for name, value in drawn.items() if value not in ({}, [])}

    def _value(self, node: dict[str, Any], rng: random.Random, fullness: float) -> Any:
        kind, many = node["type"].removesuffix("[]"), node["type"].endswith("[]")
        if node.get("children"):
            found = [self._object(node, rng, fullness) for _ in range(rng.randint(0, 4) if many else 1)]
            return [one for one in found if one] if many else found[0]
        if many:
            return list(dict.fromkeys(self._leaf(kind, node["name"], rng) for _ in range(rng.randint(0, 4))))
        return self._leaf(kind, node["name"], rng)

    def _leaf(self, kind: str, name: str, rng: random.Random) -> Any:
        if kind in self._enums:
            return rng.choice(self._enums[kind])
        year, month, day = rng.randint(1990, 2035), rng.randint(1, 12), rng.randint(1, 28)
        whole = f"{year}-{month:02d}-{day:02d}"
        match kind:
            case "boolean":
                return rng.random() < 0.5
            case "integer" | "long":
                return rng.randint(0, 10 ** rng.randint(1, 9))
            case "number":
                return rng.randint(0, 50)
            case "NormalizedDate" | "DateType":
                return whole
            case "PartialDate":
                return whole[: rng.choice((7, 10))]
            case "DateTimeMinutes":
                return f"{whole}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
            case "GeoPoint":
                return {"lat": rng.uniform(-90, 90), "lon": rng.uniform(-180, 180)}
            case "NormalizedTime":
                return f"{rng.randint(1, 99)} {rng.choice(_UNITS)}"
            case "text" | "markup":
                return _text(name, rng)
        msg = f"the dictionary has a type that is not drawn: {kind}"
        raise ValueError(msg)


def _text(name: str, rng: random.Random) -> str:
    if name == "id":
        return f"D{rng.randrange(10**6):06d}"
    if name == "pmid":
        return str(rng.randrange(1, 40_000_000))
    if name in {"minimumAge", "maximumAge"}:
        return f"{rng.randint(1, 99)} {rng.choice(_UNITS)}"
    if name in {"url", "link"}:
        return rng.choice(_ADDRESSES)
    return " ".join(rng.choices(_WORDS, k=rng.randint(1, 12)))
