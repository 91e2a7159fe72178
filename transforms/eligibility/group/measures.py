"""What exactly a Group says is measured: a variable of the text by its words and its unit, and the LOINC code of that.

A variable of eligibility-variables.md may cover more than one measurement (the IIEF and its erectile domain, QT and QTc,
estimated and measured filtration): here each has a name of its own. A LOINC code stands only where its property is that of
the unit: mass and substance concentrations have different codes, a share of cells has not the code of their number.
A value that nobody can have in its unit (a hemoglobin in ng/dL) is the record's error, and stays text.
Codes: LOINC's own names, reviewed; each has a check digit that holds.
"""

from __future__ import annotations

import re

_RELATIVE = frozenset({"{ULN}", "{LLN}"})
_OTHER_NAMES: tuple[tuple[str, re.Pattern[str], str | None], ...] = (
    ("iief", re.compile(r"\biief ?-? ?5\b|\bshim\b|sexual health inventory|erectile function ?-? ?5\b"), "iief-5"),
    ("iief", re.compile(r"\bef\b|\bed score|erectile function domain|erectile domain"), "iief erectile function domain"),
    ("transaminases", re.compile(r"\bfunction tests?\b|\blfts?\b|enzymes?"), None),
    ("blood pressure", re.compile(r"hypertension|hypotension"), None),
    ("qtc", re.compile(r"qtcf|fridericia|\(f\)|qtc f"), "qtcf"),
    ("qtc", re.compile(r"qtcb|bazett|\(b\)|qtc b"), "qtcb"),
    ("qtc", re.compile(r"^(?!.*(?:qtc|corrected)).*\bqt\b"), "qt interval"),
    ("anc", re.compile(r"granulocytes?(?! ?\()|polymorphonuclear|heterophils"), "granulocytes"),
    ("egfr", re.compile(r"^(?!.*(?:egfr|e gfr|estimated|mdrd|ckd))"), "gfr"),
    ("egfr", re.compile(r"measured|mgfr"), "gfr"),
    ("spo2", re.compile(r"sao2|arterial"), "arterial oxygen saturation"),
    ("calcium", re.compile(r"corrected|adjusted"), "corrected calcium"),
    ("amylase", re.compile(r"pancreatic"), "pancreatic amylase"),
    ("crp", re.compile(r"\bhs|high ?-? ?sensitivity"), "high-sensitivity crp"),
    ("cha2ds2-vasc", re.compile(r"^(?!.*vasc)"), "chads2"),
    ("pd-l1", re.compile(r"cps|combined positive"), "pd-l1 combined positive score"),
    ("pd-l1", re.compile(r"tps|proportion"), "pd-l1 tumor proportion score"),
    ("vas", re.compile(r"nrs|numeric"), "numeric rating scale"),
    ("audit", re.compile(r"audit ?-? ?c\b"), "audit-c"),
    ("mayo score", re.compile(r"partial|modified"), None),
    ("gleason score", re.compile(r"\bgrade\b"), None),
    ("meld", re.compile(r"meld ?-? ?na"), "meld-na"),
    ("troponin", re.compile(r"\bi\b|ctni"), "troponin i"),
    ("troponin", re.compile(r"\bt\b|ctnt"), "troponin t"),
    ("c-peptide", re.compile(r"fasting"), "fasting c-peptide"),
    ("c-peptide", re.compile(r"stimulated"), "stimulated c-peptide"),
)  # fmt: skip
"""A variable, words of the criterion, and what it is then called; None: too wide to be one measurement."""

_Range = tuple[float, float]
_COUNTS: dict[str, _Range] = {"10*9/L": (0.01, 3000), "10*3/uL": (0.01, 3000), "/mm3": (10, 3e6), "{cells}/mm3": (10, 3e6), "/uL": (10, 3e6), "{cells}/uL": (10, 3e6), "10*3/mm3": (0.01, 3000)}  # fmt: skip
_ENZYMES: dict[str, _Range] = {"U/L": (1, 1e5), "[IU]/L": (1, 1e5)}
_PLAUSIBLE: dict[str, dict[str, _Range]] = {
    "hemoglobin": {"g/dL": (2, 25), "g/L": (20, 250), "mmol/L": (1, 16)},
    "hba1c": {"%": (3, 20), "mmol/mol": (9, 200)},
    "creatinine": {"mg/dL": (0.1, 20), "umol/L": (9, 2000)},
    "bilirubin": {"mg/dL": (0.1, 60), "umol/L": (1, 1000)},
    "glucose": {"mg/dL": (20, 1000), "mmol/L": (1, 56)},
    "fasting glucose": {"mg/dL": (20, 1000), "mmol/L": (1, 56)},
    "total cholesterol": {"mg/dL": (30, 1500), "mmol/L": (1, 40)},
    "ldl cholesterol": {"mg/dL": (10, 1000), "mmol/L": (0.2, 26)},
    "hdl cholesterol": {"mg/dL": (5, 200), "mmol/L": (0.1, 6)},
    "triglycerides": {"mg/dL": (20, 10000), "mmol/L": (0.2, 115)},
    "testosterone": {"ng/dL": (1, 3000), "ng/mL": (0.01, 30), "nmol/L": (0.03, 105), "ug/L": (0.01, 30)},
    "psa": {"ng/mL": (0, 10000), "ug/L": (0, 10000)},
    "platelets": _COUNTS, "wbc": _COUNTS, "anc": _COUNTS, "granulocytes": _COUNTS, "lymphocytes": _COUNTS, "aec": _COUNTS, "cd4": _COUNTS,
    "ast": _ENZYMES, "alt": _ENZYMES, "alp": _ENZYMES, "ggt": _ENZYMES, "ldh": _ENZYMES, "creatine kinase": _ENZYMES,
    "potassium": {"mmol/L": (1, 10), "meq/L": (1, 10)}, "sodium": {"mmol/L": (90, 200), "meq/L": (90, 200)},
    "albumin": {"g/dL": (0.5, 8), "g/L": (5, 80)},
}  # fmt: skip
"""The units that a measurement is stated in, each with its lowest and highest plausible value."""

_MOLAR: dict[tuple[str, str], str] = {
    ("hemoglobin", "mmol/L"): "59260-0", ("creatinine", "umol/L"): "14682-9", ("bilirubin", "umol/L"): "14631-6",
    ("glucose", "mmol/L"): "14749-6", ("fasting glucose", "mmol/L"): "14771-0", ("hba1c", "mmol/mol"): "59261-8",
    ("total cholesterol", "mmol/L"): "14647-2", ("ldl cholesterol", "mmol/L"): "22748-8",
    ("hdl cholesterol", "mmol/L"): "14646-4", ("triglycerides", "mmol/L"): "14927-8", ("testosterone", "nmol/L"): "14913-8",
}  # fmt: skip
"""LOINC codes of substance concentrations."""
_SUBSTANCE = re.compile(r"[munp]?mol/")
_BY_SUBSTANCE = frozenset({"potassium", "sodium"})
_PER_AREA = "mL/min/{1.73_m2}"


def measured(variable: str, words: str, ucum: str | None, values: tuple[float, ...]) -> str | None:
    """What a variable is called for these folded words, or None where it is no one measurement or no plausible value."""
    name = next((other for of, pattern, other in _OTHER_NAMES if of == variable and pattern.search(words)), variable)
    ranges = _PLAUSIBLE.get(name or "")
    if name is None or ranges is None or ucum is None or ucum in _RELATIVE:
        return name
    if ucum not in ranges:
        return name if ucum == "%" and variable in {"platelets", "wbc", "anc", "lymphocytes", "aec", "cd4"} else None
    low, high = ranges[ucum]
    return name if all(low <= value <= high for value in values) else None


def loinc_of(variable: str, name: str, ucum: str | None, code: str | None) -> str | None:
    """The LOINC code of a measurement in its unit: `code` is that of the variable as it is most often measured."""
    if name != variable:
        return None
    if ucum is None or ucum in _RELATIVE:
        return code
    if molar := _MOLAR.get((name, ucum)):
        return molar
    counted = _PLAUSIBLE.get(name) is _COUNTS
    wrong_property = (
        (_SUBSTANCE.match(ucum) and name not in _BY_SUBSTANCE)
        or (counted and ucum == "%")
        or (name == "egfr" and ucum != _PER_AREA)
        or (name == "bmi" and ucum == "%")
        or (name in {"prothrombin time", "creatinine", "bilirubin"} and ucum == "%")
        or (name == "tsh" and "[IU]" not in ucum)
    )
    return None if wrong_property else code
