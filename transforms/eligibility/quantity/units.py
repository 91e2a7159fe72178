"""The table of units as eligibility texts write them, each with its UCUM code and its dimension (mass, time, …).

A surface form is one way to write a unit ("years", "yrs"), as folded text; the text may omit a space of a form. Every
code was parsed by ucumvert 0.3.2, which has the UCUM tables. `ucum` is None if the code is not certain: "normal"
without a limit, or a power of ten without the thing that is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Dimension = Literal[
    "time", "seconds", "fraction", "mass concentration", "substance concentration", "count concentration",
    "catalytic", "international", "pressure", "mass", "length", "body mass index", "clearance", "temperature", "rate",
    "multiple", "dioptre", "score", "volume", "flow", "area", "ratio", "oxygen",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the table: a unit's UCUM code (None if uncertain), dimension, and surface forms separated by "|"."""

    ucum: str | None
    dimension: Dimension
    forms: str


UNITS: tuple[Unit, ...] = (
    Unit("a", "time", "years|year|yrs|yr|y|anos|ans|y.o.|y.o|yo|y/o|years'|year's|yeas|yaers|yesrs|yers|yeras|yoa|anni|jahre|jahren|years-old|year-old|year olds"),
    Unit("mo", "time", "months|month|mos|mo|mths|mth|months'|month's"),
    Unit("wk", "time", "weeks|week|wks|wk|weeks'|week's"),
    Unit("d", "time", "days|day|days'|day's"),
    Unit("h", "time", "hours|hour|hrs|hr|h|hours'"),
    Unit("min", "time", "minutes|minute|mins|min|minutes'"),
    Unit("s", "seconds", "seconds|second|secs|sec|s"),
    Unit("ms", "seconds", "milliseconds|millisecond|milli-seconds|msecs|msec|ms|mseconds"),
    Unit("%", "fraction", "%|percent|per cent|percentage|pct|% of predicted|% predicted|percent predicted|% of predicted value|percent of predicted|% of the predicted value|% of normal"),
    Unit("g/dL", "mass concentration", "g/dl|gm/dl|g per deciliter|g / dl|gr/dl|gms/dl|g%|gm%|g per dl|grams/dl|grams per deciliter|g/deciliter|gram/dl|gdl|gm / dl|grams/deciliter"),
    Unit("g/L", "mass concentration", "g/l|gm/l|g per liter|g per litre|g / l|grams/l|grams per liter"),
    Unit("mg/dL", "mass concentration", "mg/dl|mg / dl|mg%|mg per dl|mg ⁄dl|mgs/dl|mg/100 ml|milligrams per deciliter|milligrams/deciliter|mg/deciliter|mg⁄dl|mg per deciliter|mgdl"),
    Unit("mg/L", "mass concentration", "mg/l|mg / l|mg per l"),
    Unit("mg/mL", "mass concentration", "mg/ml"),
    Unit("ug/L", "mass concentration", "μg/l|ug/l|mcg/l"),
    Unit("ug/dL", "mass concentration", "μg/dl|ug/dl|mcg/dl"),
    Unit("ug/mL", "mass concentration", "μg/ml|ug/ml|mcg/ml"),
    Unit("ng/mL", "mass concentration", "ng/ml|ng / ml|ng per milliliter|ng per ml|nanograms/ml|ng/milliliter|nanograms per milliliter"),
    Unit("ng/mL/mL", "mass concentration", "ng/ml/cm3|ng/ml/cc|ng/ml/ml|ng/ml2"),
    Unit("ng/dL", "mass concentration", "ng/dl|ng / dl"),
    Unit("ng/L", "mass concentration", "ng/l"),
    Unit("pg/mL", "mass concentration", "pg/ml|pg / ml|pg per milliliter|picograms/ml"),
    Unit("mg/g", "mass concentration", "mg/g|mg / g|mg/gcr|mg/g cr|mg/g.cr|mg/g.cr.|mg/g creatinine|mg/g of creatinine"),
    Unit("mg/mmol", "mass concentration", "mg/mmol"),
    Unit("g/g", "mass concentration", "g/g|g/gcr|g/g cr|g/g creatinine|g/g of creatinine"),
    Unit("mg/(24.h)", "mass concentration", "mg/24 h|mg per 24 hours|mg per 24 h|mg/24 hour|mg/24hr|mg/24-hours|mg/24 hour period|mg/24 hours|mg/24 hrs|mg / 24 hours|mg/day|mg per day|mg/d"),
    Unit("g/(24.h)", "mass concentration", "g/24 h|g per 24 hours|g per 24 h|g/24 hour|g/24hr|g/24 hours|g/24 hrs|g / 24 hours|g/day|gm/24 hours|grams/day|g/d|g per day|gm/day|gram/day|gram/24 hours|gm/24 h|grams/24 hours|gr/24 h|gr/day|g /24 h"),
    Unit("mol/L", "substance concentration", "mol/l"),
    Unit("mmol/L", "substance concentration", "mmol/l|mmol / l|mmol per liter|mmol per litre|mmols/l|mm/l|mmol per l|mmoll|millimoles per liter|mmol/liter|mmol/litre|millimol/l"),
    Unit("umol/L", "substance concentration", "μmol/l|umol/l|μmol per liter|umol per liter|micromol per liter|mcmol/l|micromol/l|μmol / l|micromoles/l|micromole/l|umol / l|mumol/l|μm/l|um/l|micromol / l|mcm/l|micromoles per liter"),
    Unit("umol/mL", "substance concentration", "umol/ml|μmol/ml"),
    Unit("nmol/L", "substance concentration", "nmol/l|nmol / l|nm/l"),
    Unit("pmol/L", "substance concentration", "pmol/l|pmol / l"),
    Unit("mmol/mol", "substance concentration", "mmol/mol|mmol / mol|millimoles per mole|millimole per mole"),
    Unit("meq/L", "substance concentration", "meq/l|meq / l|meq per l"),
    Unit("/mm3", "count concentration", "/mm3|/mm^3|/cumm|/cu mm|/cmm|/mmc|/mm 3|per mm3|per mm^3|/ mm3|/ mm^3|per cubic millimeter|/cubic millimeter|per cubic mm|/mm³|/cubic mm|/cu. mm|mm3"),
    Unit("{cells}/mm3", "count concentration", "cells/mm3|cel/mm3|cels/mm^3|cells/mm^3|cell/mm3|cells / mm3|cells per mm3|cells/cumm|cells/cu mm|cells/cubic mm|cells per cubic millimeter|cells/ cubic millimeter|cells/cubic millimeter|cells/mmc|platelets/mm3|cels/mm3|cell / mm3|neutrophils/mm3|lymphocytes/mm3|cells/cmm|leukocytes/mm3|plts/mm3"),
    Unit("/uL", "count concentration", "/ul|/μl|/mcl|/microliter|/microl|per microliter|/ ul|/ μl|per ul|per μl|per mcl|/microlitre|/ mcl"),
    Unit("{cells}/uL", "count concentration", "cells/ul|cells/μl|cells/mcl|cells/microliter|cells per microliter|cells / μl|cells / ul|cell/ul|cell/μl|platelets/ul|platelets/μl|cells/microl|cells per ul|eosinophils/ul|eosinophils/μl|cells per μl"),
    Unit("{copies}/mL", "count concentration", "copies/ml|copies per ml|copies / ml|copies/milliliter|c/ml|cp/ml|cps/ml|rna copies/ml"),
    Unit(None, "count concentration", "log10 copies/ml|log10 copies per ml|log copies/ml|log10copies/ml|log10 copies / ml"),
    Unit(None, "international", "log10 iu/ml|log iu/ml|log10iu/ml"),
    Unit("/mL", "count concentration", "/ml"),
    Unit("10*3/uL", "count concentration", "k/ul|k/μl|k/mcl|k/mm3|k/cumm|k/mm^3|thou/ul|thousand/mm3|k/microliter|thou/mcl|thousand/ul|k / ul|k cells/ul|tsd/μl"),
    Unit("10*9/L", "count concentration", "giga/l|gpt/l"),
    Unit("/L", "count concentration", "/l|/ l|per l|cells/l|per liter|cells / l|/liter|/litre|per litre"),
    Unit("U/L", "catalytic", "u/l|units/l|u / l|units per liter|unit/l|units/liter"),
    Unit("[IU]/L", "catalytic", "iu/l|iu / l|ui/l|international units/l"),
    Unit("[arb'U]/mL", "international", "u/ml|units/ml|unit/ml|u / ml"),
    Unit("m[IU]/mL", "international", "miu/ml|mu/ml|milliunits/ml|milli-international units/ml|miu / ml|mui/ml"),
    Unit("m[IU]/L", "international", "miu/l|miu / l|mui/l|mu/l"),
    Unit("[IU]/mL", "international", "iu/ml|iu / ml|ui/ml|international units/ml|iu per ml"),
    Unit("[IU]/dL", "international", "iu/dl"),
    Unit("u[IU]/mL", "international", "μiu/ml|uiu/ml|μu/ml|uu/ml|mcu/ml"),
    Unit("mm[Hg]", "pressure", "mmhg|mm hg|mm/hg|mm of hg|mm-hg|millimeters of mercury|mm mercury|torr|mmhq|mm of mercury"),
    Unit("cm[H2O]", "pressure", "cmh2o|cm h2o|cm of h2o|cm of water"),
    Unit("kPa", "pressure", "kpa"),
    Unit("kg", "mass", "kg|kgs|kilograms|kilogram|kilos|kilo|k.g."),
    Unit("[lb_av]", "mass", "lbs|lb|pounds|pound"),
    Unit("g", "mass", "g|gm|gms|grams|gram|gr"),
    Unit("cm", "length", "cm|cms|centimeters|centimeter|centimetres|centimetre"),
    Unit("mm", "length", "mm|millimeters|millimeter|millimetres|mms"),
    Unit("m", "length", "m|meters|meter|metres|metre"),
    Unit("[in_i]", "length", "inches|inch"),
    Unit("um", "length", "μm|um|microns|micron|micrometers"),
    Unit("kg/m2", "body mass index", "kg.m2|kg/m2|kg/m^2|kg/m|kg/m 2|kg / m2|kg/sqm|kg/sq m|kg/m²|kg per m2|kg/meter squared|kg / m^2|kg/(m)2|kg/m(2)|kg/m**2|kgm2|kg/sq.m|kg.m-2|kg/m*2|kgs/m2|kg m2|kg/msq|kg/square meter|kilograms per square meter|kg/ m2|kg/mq|kg per square meter|kilograms/meter squared|kg/sq. m|kg·m-2|kg/meter2|kg/meters squared|kilogram/meter squared|kilogram per square meter|kilograms/m2|kilogram/m2|kilogram/square meter|kilograms per meter2|kg per meter squared|kilograms per meter squared|kilograms/square meter"),
    Unit("mL/min/{1.73_m2}", "clearance", "ml/min · 1.73 m2|ml/min·1.73 m2|ml/min·1.73m2|milliliter per minute per 1.73 square meter|milliliters per minute per 1.73 square meters|ml/min/1.73 meters squared|ml/min/1.73 meter squared|ml/min per 1.73 square meters|ml/min/1.73 m2|ml/min/1.73 m^2|ml/min/1.732|ml/min per 1.73 m2|ml/min/1.73|ml/min/1.73 sqm|ml/minute/1.73 m2|ml/min/m2|ml/min/1.73 sq m|ml/min/bsa|ml/min/1,73 m2|ml / min / 1.73 m2|ml/min*1.73 m2|ml/min per 1.73 m^2|ml/minute/1.73 m^2|ml/min/1.73*m2|ml/min/1.73 square meters|ml per minute per 1.73 m2|ml/min/1.73m(2)|ml/min/1.72 m2|ml/(min*1.73 m2)|ml/(min x 1.73 m2)|ml/min/1.73 square meter|cc/min/1.73 m2|ml/min/1.73 m*2|ml·min-1·1.73 m-2"),
    Unit("mL/min", "clearance", "ml/min|ml/minute|ml per minute|ml / min|ml per min|cc/min|milliliters/minute|ml/mn|milliliters per minute|mls/min|ml/minutes|ml/mins|cc/minute|milliliter per minute"),
    Unit("mL/s", "clearance", "ml/s|ml/sec"),
    Unit("L/min", "flow", "l/min|l / min|liters per minute|liters/minute|l/minute|lpm|liters/min|litres/min"),
    Unit("mL/min/kg", "flow", "ml/kg/min|ml/min/kg|ml/kg per min|ml/kg per minute|ml o2/kg/min|ml·kg-1·min-1"),
    Unit("L", "volume", "l|liters|liter|litres|litre"),
    Unit("mL", "volume", "ml|milliliters|millilitres|cc|mls"),
    Unit("Cel", "temperature", "°c|° c|degrees c|degrees celsius|degree celsius|ºc|º c|deg c|° celsius|c|℃|celsius|˚c|˚ c|oc|degree c"),
    Unit("[degF]", "temperature", "°f|° f|degrees f|degrees fahrenheit|degree fahrenheit|ºf|º f|fahrenheit|deg f|f|℉|˚f|° fahrenheit"),
    Unit("/min", "rate", "bpm|beats per minute|beats/min|beats/minute|beats per min|/min|b/min|breaths per minute|breaths/min|breaths/minute|per minute|beat/min|beats / min|/minute|times/min|times/minute|breaths per min|bmp|beats / minute|beat per minute|b.p.m.|rpm|bts/min|times per minute|breath/min|per min|respirations/min|/ min"),
    Unit("mm/h", "rate", "mm/hr|mm/h|mm/hour|mm / hr|mm/1 hr|mm/1 h|mm/1st hr|mm per hour"),
    Unit("/h", "rate", "/h|/hr|/hour|per hour|events/hour|events/h|events per hour|events/hr|h-1|hr-1"),
    Unit("[diop]", "dioptre", "d|diopters|diopter|dioptres|dioptre|ds|dpt"),
    Unit("m2", "area", "m2|m^2"),
    Unit("cm2", "area", "cm2|cm^2"),
    Unit("{score}", "score", "points|point|pts|score"),
)  # fmt: skip
"""The reviewed table. Forms are matched the longest first."""

PER_SMALL_VOLUME = frozenset(("/mm3", "{cells}/mm3", "/uL", "{cells}/uL"))
"""Counts per microliter: thousands are usual, so "100.000/mm3" is a hundred thousand."""

_ULN = (
    r"(?:(?:the |an |its |their )?(?:respective |age-adjusted )?(?:(?:institution(?:al|'s|s)?|local|laborator(?:y|ies)|lab|site|central|hospital|testing|reference|age|study|center|specific|center's)(?:'s)?\W{1,3}){0,3}"
    r"(?:i?ulns?\b|unl\b|ulrr\b|normal limits? \(\s?ulns?\s?\)|uln range\b|lsn\b|uul\b|uln-|upper (?:institutional |reference )?(?:limits?|level|end|range|bound(?:ary)?|value|margin)s? (?:of |for )?(?:the )?(?:institution(?:al|'s)? |laboratory |local |reference |lab )?(?:normal|reference)(?:\W{0,2}(?:range|limits?|values?))?"
    r"|upper normal (?:limits?|values?|range|level)|upper limits?\b(?! of quant)|(?:maximum|normal) upper (?:limits?|range|values?|level)|upper referenced? limits?|upper reference (?:limit|range)|(?:limit )?(?:of )?(?:the )?upper (?:limit )?(?:of )?normal(?: limits?| range| value)?|upper institutional (?:limit|normal)\w*)"
    r"(?:\s?\(\s?ulns?\s?\)|\s?\[\s?uln\s?\])?)"
)
_LLN = r"(?:(?:the )?(?:lower limits? (?:of )?(?:the )?normal(?: range| limits?)?|lln\b)(?:\s?\(\s?lln\s?\))?)"
_NORMAL = r"(?:(?:the )?(?:institutional |upper |laboratory |maximum |maximal )?normal\b(?: (?:limits?|range|values?|levels?))?|above (?:the )?(?:upper limit of )?normal\b|baseline\b|(?:the )?controls?\b(?: values?)?)"
_TIMES = r"(?:x|\*|times|time|fold|-fold|-times|multiples? of)"
_MULTIPLE = re.compile(
    rf"\s?(?:{_TIMES}\s?(?:(?:greater|higher|more) than\s|above\s|over\s|of\s)?(?P<uln>{_ULN})|(?P<bare>{_ULN})|{_TIMES}\s?(?P<lln>{_LLN})"
    rf"|(?P<bare_lln>{_LLN})|{_TIMES}\s?(?:greater than |higher than |above |of )?(?P<normal>{_NORMAL})|{_TIMES}\s?(?P<n>u?ln|nl|n)\b|(?P<glued>xuln|xunl|uln)\b)"
)
_SCIENTIFIC = re.compile(
    r"\s{0,2}(?:[x*·.]\s?)?10\s?(?:(?:\^|\*{1,2}|e|exp|exponent|to the)\s?\(?|\()?\s?(?P<power>[3-9]|1[0-2])(?:th power)?\s?\)?\^?(?=\s?(?:/|per|cells|platelets|copies|copy|cop/|cp|iu|l\b|μl|ul|mm|k/))"
    r"|\s{0,2}x\s?10\s?(?:\^|\*{1,2})?\s?(?P<unscaled>[3-9]|1[0-2])(?!\d)|\s{0,2}(?:x|\*)\s?(?P<thousand>1,?000|1,?000,?000)(?=\s?/)|\s{0,2}[x*]?\s?e\s?\+?0?(?P<e>[369]|12)(?=\s?/)"
)
DEPENDING: dict[tuple[str | None, str], str] = {
    ("g/L", "count concentration"): "10*9/L",
    ("mm", "substance concentration"): "mmol/L",
}
"""Surface forms with another meaning for some variables: "G/L" of platelets is giga per liter, "mM" is molar."""
_SCALED = {"/L": "/L", "/uL": "/uL", "/mm3": "/mm3", "{cells}/uL": "/uL", "{cells}/mm3": "/mm3", "/mL": "/mL"}
_FORM: dict[str, Unit] = {}
for _unit in UNITS:
    for _form in _unit.forms.split("|"):
        _FORM.setdefault(_form.replace(" ", ""), _unit)


def _surface() -> str:
    forms = {form for unit in UNITS for form in unit.forms.split("|")}
    return "|".join(
        re.escape(form).replace(r"\ ", r"\s?") for form in sorted(forms, key=lambda form: (-len(form), form))
    )


_UNIT = re.compile(
    rf"[\s-]{{0,2}}(?:(?:consecutive|completed|full|calendar|continuous|whole|additional|business|working|complete|successive|prior|past|previous|preceding)\s)?(?P<form>{_surface()})(?![a-z0-9μ])"
)
_BRACKETED = re.compile(rf"\s?[(\[]\s?(?P<form>{_surface()})\s?[)\]]")
_TIMES_ALONE = re.compile(r"\s?(?:x|times|fold)(?=\s?(?:[,;.)/\[(]|$|\bor\b|\band\b))")


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit found after a number: the unit's span in the folded text, its UCUM code and its dimension."""

    start: int
    end: int
    ucum: str | None
    dimension: Dimension


def read(folded: str, position: int, limit: int) -> Reading | None:
    """Return the unit right after a number, or None. `position` is the end of the number."""
    if match := _MULTIPLE.match(folded, position, limit):
        lower = match["lln"] or match["bare_lln"]
        ucum = "{LLN}" if lower else "{ULN}" if not match["normal"] else None
        return Reading(_inked(folded, position), match.end(), ucum, "multiple")
    if match := _SCIENTIFIC.match(folded, position, limit):
        return _scientific(folded, position, limit, match)
    if match := _UNIT.match(folded, position, limit) or _BRACKETED.match(folded, position, limit):
        unit = _FORM[re.sub(r"\s", "", match["form"])]
        return Reading(match.start("form"), match.end("form"), unit.ucum, unit.dimension)
    if match := _TIMES_ALONE.match(folded, position, limit):
        return Reading(_inked(folded, position), match.end(), None, "multiple")
    return None


def end_of_repeat(folded: str, unit: Reading, limit: int) -> int:
    """Return the end of a unit; if brackets repeat the unit, their end: "kilograms per meter squared (kg/m2)"."""
    again = _BRACKETED.match(folded, unit.end, limit)
    same = again is not None and _FORM[re.sub(r"\s", "", again["form"])].dimension == unit.dimension
    return again.end() if again is not None and same else unit.end


def _scientific(folded: str, position: int, limit: int, match: re.Match[str]) -> Reading:
    following = None if match["unscaled"] else _UNIT.match(folded, match.end(), limit)
    start = _inked(folded, position)
    if following is None:
        return Reading(start, match.end(), None, "count concentration")
    unit = _FORM[re.sub(r"\s", "", following["form"])]
    power = match["power"] or match["e"] or str((match["thousand"] or "").count("0"))
    scale = _SCALED.get(unit.ucum or "")
    ucum = f"10*{power}{scale}" if scale else None
    return Reading(start, following.end("form"), ucum, "count concentration")


def _inked(folded: str, position: int) -> int:
    while folded[position].isspace():
        position += 1
    return position
