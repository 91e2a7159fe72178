"""The table of the units of each measurement, with the lowest and the highest plausible value in each unit.

A value outside the range (a vitamin D of 30 mg/mL, a height of 150 m) or a unit that is not in the table is an error of
the record, and the criterion stays text. The ranges hold for living people and include the values of ill people. The
table was reviewed by hand.
"""

from __future__ import annotations

Range = tuple[float, float]


def _counts(low: float, high: float) -> dict[str, Range]:
    """The range of a cell count (input in 10*9/L) in every unit of counts."""
    thousands, single = (low, high), (low * 1000, high * 1000)
    return {
        "10*9/L": thousands, "10*3/uL": thousands, "10*3/mm3": thousands,
        "/uL": single, "{cells}/uL": single, "/mm3": single, "{cells}/mm3": single, "%": (0, 100), "/L": (low * 1e9, high * 1e9),
    }  # fmt: skip


def _enzymes(low: float, high: float) -> dict[str, Range]:
    return {"U/L": (low, high), "[IU]/L": (low, high)}


_PERCENT: dict[str, Range] = {"%": (0, 100)}
_TIMES: dict[str, Range] = {"a": (0, 130), "mo": (0, 300), "wk": (0, 520), "d": (0, 4000)}
_LIPIDS: dict[str, Range] = {"mg/dL": (10, 1500), "mmol/L": (0.2, 40), "g/L": (0.1, 15)}
_SUGARS: dict[str, Range] = {"mg/dL": (20, 1000), "mmol/L": (1, 56), "g/L": (0.2, 10)}
_CLEARANCES: dict[str, Range] = {"mL/min": (3, 250), "mL/min/{1.73_m2}": (3, 250), "mL/s": (0.05, 5)}
_PRESSURES: dict[str, Range] = {"mm[Hg]": (10, 320), "kPa": (1, 45)}
_GASES: dict[str, Range] = {"mm[Hg]": (10, 750), "kPa": (1.3, 100)}
_GONADOTROPINS: dict[str, Range] = {"[IU]/L": (0.05, 300), "m[IU]/mL": (0.05, 300), "U/L": (0.05, 300)}
_SIZES: dict[str, Range] = {"mm": (0.1, 400), "cm": (0.05, 40)}
_VOLUMES: dict[str, Range] = {"mL": (0.5, 5000), "L": (0.01, 5)}
_LUNGS: dict[str, Range] = {"%": (5, 200), "L": (0.2, 9), "mL": (200, 9000)}
_C_PEPTIDES: dict[str, Range] = {"ng/mL": (0.01, 30), "nmol/L": (0.003, 10), "pmol/L": (3, 10000)}
_WEIGHTS: dict[str, Range] = {"kg": (0.3, 400), "[lb_av]": (0.6, 900), "g": (300, 20000)}

PLAUSIBLE: dict[str, dict[str, Range]] = {
    "age": _TIMES, "age at diagnosis": _TIMES, "life expectancy": _TIMES,
    "gestational age": {"wk": (3, 45), "d": (20, 310), "mo": (1, 10)},
    "weight": _WEIGHTS, "birth weight": {"g": (300, 7000), "kg": (0.3, 7), "[lb_av]": (0.6, 16)},
    "height": {"cm": (40, 250), "m": (0.4, 2.5), "[in_i]": (16, 100), "mm": (400, 2500)},
    "bmi": {"kg/m2": (8, 100), "%": (1, 100)}, "body surface area": {"m2": (0.1, 4), "%": (0.1, 100)},
    "waist circumference": {"cm": (30, 250), "[in_i]": (12, 100)},
    "body temperature": {"Cel": (30, 43), "[degF]": (86, 110)},
    "sbp": _PRESSURES, "dbp": _PRESSURES, "blood pressure": _PRESSURES, "mean arterial pressure": _PRESSURES,
    "heart rate": {"/min": (20, 300)}, "respiratory rate": {"/min": (3, 100)},
    "spo2": _PERCENT, "arterial oxygen saturation": _PERCENT, "fractional shortening": _PERCENT, "lvef": _PERCENT,
    "qtc": {"ms": (200, 800), "s": (0.2, 0.8)}, "qrs duration": {"ms": (40, 300), "s": (0.04, 0.3)},
    "pr interval": {"ms": (50, 500), "s": (0.05, 0.5)},
    "mean pulmonary artery pressure": {"mm[Hg]": (5, 120)}, "iop": {"mm[Hg]": (1, 80)},
    "spherical equivalent": {"[diop]": (-35, 35)},
    "hemoglobin": {"g/dL": (2, 25), "g/L": (20, 250), "mmol/L": (1, 16)},
    "hematocrit": {"%": (8, 75)},
    "platelets": _counts(5, 3000), "wbc": _counts(0.1, 1000), "anc": _counts(0.05, 100), "granulocytes": _counts(0.05, 200),
    "lymphocytes": _counts(0.02, 500), "aec": _counts(0.01, 50), "cd4": _counts(0.001, 3),
    "rbc": {"/uL": (5e5, 9e6), "/mm3": (5e5, 9e6), "/L": (5e11, 9e12)},
    "reticulocytes": {"%": (0, 60), "10*9/L": (1, 1000)},
    "blasts": _PERCENT, "bone marrow blasts": _PERCENT, "peripheral blood blasts": _PERCENT,
    "creatinine": {"mg/dL": (0.1, 20), "umol/L": (9, 2000), "%": (1, 500)},
    "creatinine clearance": _CLEARANCES, "egfr": _CLEARANCES, "gfr": _CLEARANCES,
    "bun": {"mg/dL": (2, 300), "mmol/L": (0.5, 110)}, "urea": {"mg/dL": (4, 600), "mmol/L": (0.5, 110)},
    "bilirubin": {"mg/dL": (0.1, 60), "umol/L": (1, 1000), "%": (1, 500)},
    "direct bilirubin": {"mg/dL": (0.02, 50), "umol/L": (0.5, 800)},
    "ast": _enzymes(2, 20000), "alt": _enzymes(2, 20000), "transaminases": _enzymes(2, 20000), "alp": _enzymes(5, 10000),
    "ggt": _enzymes(2, 10000), "ldh": _enzymes(30, 50000), "creatine kinase": _enzymes(5, 200000),
    "lipase": _enzymes(2, 20000), "amylase": _enzymes(2, 20000), "pancreatic amylase": _enzymes(2, 20000),
    "albumin": {"g/dL": (0.5, 8), "g/L": (5, 80)},
    "potassium": {"mmol/L": (1, 10), "meq/L": (1, 10)}, "sodium": {"mmol/L": (90, 200), "meq/L": (90, 200)},
    "calcium": {"mg/dL": (3, 25), "mmol/L": (0.7, 6)}, "corrected calcium": {"mg/dL": (3, 25), "mmol/L": (0.7, 6)},
    "ionized calcium": {"mmol/L": (0.4, 3), "mg/dL": (1.6, 12)},
    "magnesium": {"mg/dL": (0.4, 8), "mmol/L": (0.15, 4), "meq/L": (0.3, 7)},
    "phosphate": {"mg/dL": (0.4, 20), "mmol/L": (0.1, 7)},
    "uric acid": {"mg/dL": (0.5, 30), "umol/L": (30, 1800), "mmol/L": (0.03, 1.8)},
    "bicarbonate": {"mmol/L": (3, 60), "meq/L": (3, 60)}, "lactate": {"mmol/L": (0.2, 35), "mg/dL": (2, 320)},
    "ferritin": {"ng/mL": (1, 1e5), "ug/L": (1, 1e5)}, "transferrin saturation": _PERCENT,
    "crp": {"mg/L": (0.05, 700), "mg/dL": (0.005, 70)}, "high-sensitivity crp": {"mg/L": (0.05, 700), "mg/dL": (0.005, 70)},
    "esr": {"mm/h": (0, 180)}, "d-dimer": {"ng/mL": (20, 1e5), "ug/L": (20, 1e5), "ug/mL": (0.02, 100), "mg/L": (0.02, 100)},
    "procalcitonin": {"ng/mL": (0.005, 1000), "ug/L": (0.005, 1000)},
    "bnp": {"pg/mL": (1, 50000), "ng/L": (1, 50000)}, "nt-probnp": {"pg/mL": (5, 2e5), "ng/L": (5, 2e5)},
    "prothrombin time": {"s": (5, 150), "%": (2, 200)}, "aptt": {"s": (10, 250)},
    "fibrinogen": {"mg/dL": (20, 1500), "g/L": (0.2, 15)},
    "hba1c": {"%": (3, 20), "mmol/mol": (15, 200)},
    "glucose": _SUGARS, "fasting glucose": _SUGARS, "ogtt glucose": _SUGARS, "postprandial glucose": _SUGARS,
    "c-peptide": _C_PEPTIDES, "fasting c-peptide": _C_PEPTIDES, "stimulated c-peptide": _C_PEPTIDES,
    "total cholesterol": _LIPIDS, "ldl cholesterol": _LIPIDS, "non-hdl cholesterol": _LIPIDS,
    "hdl cholesterol": {"mg/dL": (5, 200), "mmol/L": (0.1, 6), "g/L": (0.05, 2)},
    "triglycerides": {"mg/dL": (20, 10000), "mmol/L": (0.2, 115), "g/L": (0.2, 100)},
    "tsh": {"m[IU]/L": (0.001, 200), "u[IU]/mL": (0.001, 200)},
    "free t4": {"ng/dL": (0.1, 12), "pmol/L": (1, 155)},
    "fsh": _GONADOTROPINS, "lh": _GONADOTROPINS, "hcg": {"m[IU]/mL": (0.5, 1e6), "[IU]/L": (0.5, 1e6)},
    "estradiol": {"pg/mL": (1, 6000), "pmol/L": (4, 22000), "ng/L": (1, 6000)},
    "amh": {"ng/mL": (0.01, 40), "pmol/L": (0.07, 290), "ug/L": (0.01, 40)},
    "prolactin": {"ng/mL": (0.5, 5000), "ug/L": (0.5, 5000), "m[IU]/L": (10, 1e5)},
    "testosterone": {"ng/dL": (1, 3000), "ng/mL": (0.01, 30), "nmol/L": (0.03, 105), "ug/L": (0.01, 30)},
    "free testosterone": {"pg/mL": (0.1, 500), "ng/dL": (0.01, 50), "pmol/L": (0.3, 1750), "nmol/L": (0.0003, 1.75)},
    "pth": {"pg/mL": (1, 5000), "ng/L": (1, 5000), "pmol/L": (0.1, 550)},
    "vitamin d": {"ng/mL": (2, 200), "nmol/L": (5, 500), "ug/L": (2, 200)},
    "cortisol": {"ug/dL": (0.1, 200), "nmol/L": (3, 5500)},
    "psa": {"ng/mL": (0, 10000), "ug/L": (0, 10000)}, "psa density": {"ng/mL/mL": (0.01, 20)},
    "prostate volume": {"mL": (5, 500), "g": (5, 500)},
    "afp": {"ng/mL": (0.5, 1e7), "ug/L": (0.5, 1e7), "[IU]/mL": (0.5, 1e7)}, "cea": {"ng/mL": (0.1, 1e5), "ug/L": (0.1, 1e5)},
    "ca-125": {"[arb'U]/mL": (1, 1e5), "U/L": (1000, 1e8)}, "ca 19-9": {"[arb'U]/mL": (1, 1e6)},
    "hiv rna": {"{copies}/mL": (10, 1e8)}, "hbv dna": {"[IU]/mL": (5, 1e11), "{copies}/mL": (10, 1e12)},
    "hcv rna": {"[IU]/mL": (5, 1e9), "{copies}/mL": (10, 1e10)},
    "urine albumin/creatinine ratio": {"mg/g": (1, 20000), "mg/mmol": (0.1, 2500), "g/g": (0.001, 20)},
    "urine protein/creatinine ratio": {"mg/g": (1, 30000), "mg/mmol": (0.1, 3500), "g/g": (0.01, 30)},
    "proteinuria": {"g/(24.h)": (0.01, 40), "mg/(24.h)": (10, 40000)}, "urinary albumin": {"mg/(24.h)": (1, 20000)},
    "fev1": _LUNGS, "fvc": _LUNGS, "fev1/fvc": {"%": (5, 120)}, "dlco": {"%": (5, 200)},
    "po2": _GASES, "pco2": _GASES, "pao2/fio2": _GASES, "fio2": _PERCENT, "peep": {"cm[H2O]": (0, 40)},
    "six-minute walk distance": {"m": (5, 1000)},
    "apnea-hypopnea index": {"/h": (0, 200)}, "oxygen desaturation index": {"/h": (0, 200)},
    "karnofsky": _PERCENT, "lansky": _PERCENT, "oswestry disability index": _PERCENT, "neck disability index": _PERCENT,
    "womac": {"mm": (0, 2400)}, "vas": {"mm": (0, 100), "cm": (0, 10)},
    "sweat chloride": {"mmol/L": (1, 180), "meq/L": (1, 180)},
    "cervical length": {"mm": (0, 80), "cm": (0, 8)}, "cervical dilation": {"cm": (0, 10), "mm": (0, 100)},
    "endometrial thickness": {"mm": (0.5, 60)}, "central corneal thickness": {"um": (250, 900), "mm": (0.25, 0.9)},
    "liver stiffness": {"kPa": (1, 75)}, "hepatic venous pressure gradient": {"mm[Hg]": (1, 50)},
    "peak oxygen uptake": {"mL/min/kg": (3, 100)}, "qmax": {"mL/s": (0, 60)}, "post-void residual": _VOLUMES,
    "ige": {"[IU]/mL": (1, 1e5), "ng/mL": (2, 2.4e5)},
    "tumor size": _SIZES, "lesion size": _SIZES,
    "ki-67": _PERCENT, "pd-l1": _PERCENT, "pd-l1 tumor proportion score": _PERCENT, "stenosis": _PERCENT,
}  # fmt: skip
"""Measurement (or its name in the Group) → unit → lowest and highest value."""

COUNTED = frozenset({"platelets", "wbc", "anc", "granulocytes", "lymphocytes", "aec", "cd4"})
"""Measurements whose LOINC code is that of a number of cells, not of their share."""
EITHER_SPELLING: dict[str, tuple[str, ...]] = {"qtc": ("qtcf", "qtcb", "qt interval")}
PLAUSIBLE |= {other: PLAUSIBLE[name] for name, others in EITHER_SPELLING.items() for other in others}
