"""Gives a bound in a Group the name and the LOINC code of its measurement.

The functions use the variable of the bound, the words of the criterion and the unit. A variable of
docs/eligibility-variables.md may cover more than one measurement (the IIEF and its erectile domain, QT and QTc,
estimated and measured filtration). Here each measurement has its own name. A LOINC code is used only if its
property fits the unit: mass and substance concentrations have different codes, and a percentage of cells and a number
of cells have different codes. An impossible value (a hemoglobin in ng/dL) is an error of the record, and the criterion
stays text (plausible.py). The site of the measurement (marrow, blood) is part of the name.
Source of the codes: LOINC names, reviewed by hand; every check digit is valid.
"""

from __future__ import annotations

import re

from trialwire.transforms.eligibility.group.plausible import COUNTED, PLAUSIBLE

_RELATIVE = frozenset({"{ULN}", "{LLN}"})
_NO_MEASURE = _RELATIVE | {"{score}"}
_OTHER_NAMES: tuple[tuple[str, re.Pattern[str], str | None], ...] = (
    ("child-pugh score", re.compile(r"\b[abc] ?(?:,|/|or|and|to|-|–) ?[abc] ?\d|\b(?:class|grade|score) [abc] ?(?:,|/|or|and)"), None),
    ("blasts", re.compile(r"marrow.*(?:peripheral|blood)|(?:peripheral|blood).*marrow|\bcsf\b|cerebrospinal|urine"), None),
    ("blasts", re.compile(r"marrow"), "bone marrow blasts"),
    ("blasts", re.compile(r"peripheral|circulating|blood"), "peripheral blood blasts"),
    ("iga", re.compile(r"\b(?:serum|plasma|salivary|secretory|immunoglobulin|antibod\w+|titers?|anti)\b|\big ?[gme]\b"), None),
    ("ogtt glucose", re.compile(r"post ?-? ?(?:prandial|meal)"), "postprandial glucose"),
    ("karnofsky", re.compile(r"lansky"), None),
    ("lansky", re.compile(r"karnofsky"), None),
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
"""A variable, words of the criterion, and the measurement's name; None: too broad for one measurement."""

_SITES = re.compile(
    r"\b(?:urin(?:e|ary)|csf|cerebrospinal|pleural|ascit(?:es|ic)|synovial|sputum|saliva\w*|semen|seminal|stool|f(?:a)?ecal|cord blood|bronchoalveolar|aqueous)\b"
)
"""Sites other than blood: a value from such a site is another measurement, unless the variable is of that site."""
_OF_A_SITE = frozenset({"urine albumin/creatinine ratio", "urine protein/creatinine ratio", "proteinuria", "urinary albumin", "post-void residual", "qmax", "creatinine clearance"})  # fmt: skip
_SPELT_APART = {"iga": "IgA"}
"""A name whose meaning depends on its capitals: IgA is the antibody, IGA the score."""

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
    """Return the name of the measurement that a criterion means, from the variable, the folded words and the unit.

    The result is None if the words fit more than one measurement, or if a value or the unit is not plausible.
    """
    if variable not in _OF_A_SITE and _SITES.search(words):
        return None
    name = next((other for of, pattern, other in _OTHER_NAMES if of == variable and pattern.search(words)), variable)
    if name is None or ucum is None or ucum in _NO_MEASURE:
        return name
    ranges = PLAUSIBLE.get(name, PLAUSIBLE.get(variable, {}))
    if ucum not in ranges:
        return None
    low, high = ranges[ucum]
    return name if all(low <= value <= high for value in values) else None


def spelt_as_another(variable: str, text: str) -> bool:
    """Whether capital letters show that a criterion means another thing than the variable.

    Folded text has no capitals: "IgA" is an antibody, "IGA" is a score.
    """
    return variable in _SPELT_APART and _SPELT_APART[variable] in text


def loinc_of(variable: str, name: str, ucum: str | None, code: str | None) -> str | None:
    """Return the LOINC code of a measurement in its unit, or None if no code fits.

    `code` is the LOINC code of the variable's most frequent measurement.
    """
    if name != variable:
        return None
    if ucum is None or ucum in _RELATIVE:
        return code
    if molar := _MOLAR.get((name, ucum)):
        return molar
    counted = name in COUNTED
    wrong_property = (
        (_SUBSTANCE.match(ucum) and name not in _BY_SUBSTANCE)
        or (counted and ucum == "%")
        or (name == "egfr" and ucum != _PER_AREA)
        or (name == "bmi" and ucum == "%")
        or (name in {"prothrombin time", "creatinine", "bilirubin"} and ucum == "%")
        or (name == "tsh" and "[IU]" not in ucum)
    )
    return None if wrong_property else code
