"""Numeric bounds: what texts state, as "variable comparator value unit[=UCUM]" per bound, in the order of the text."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from trialwire.transforms.eligibility import parse, source_text
from trialwire.transforms.eligibility.bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.transforms.eligibility.source_text import SourceText

CASES: dict[str, tuple[str, ...]] = {
    # ages with the word
    "Age ≥ 18 years": ("age >= 18 years=a",),
    "Age \\>= 18 years": ("age >= 18 years=a",),
    "age => 18": ("age >= 18",),
    "Age >/= 21": ("age >= 21",),
    "Age > or = 18 years": ("age >= 18 years=a",),
    "Age greater than or equal to 18": ("age >= 18",),
    "Age equal or greater than 70 years": ("age >= 70 years=a",),
    "Age over 50 years": ("age > 50 years=a",),
    "Aged between 18 and 60 years": ("age >= 18 years=a", "age <= 60 years=a"),
    "Be between age 18 and 55 years": ("age >= 18 years=a", "age <= 55 years=a"),
    "between the ages of 18 and 65": ("age >= 18", "age <= 65"),
    "Age 18 to ≤ 75": ("age >= 18", "age <= 75"),
    "Age ≥18 to ≤65": ("age >= 18", "age <= 65"),
    "Age: 30~60 years": ("age >= 30 years=a", "age <= 60 years=a"),
    "Age ranging from 25 to 45 years": ("age >= 25 years=a", "age <= 45 years=a"),
    "aged greater than or equal to 40 and less than or equal to 89 years of age": ("age >= 40 years=a", "age <= 89 years=a"),
    "18 ≤ age ≤ 75": ("age >= 18", "age <= 75"),
    "Age < 18 or > 65 years": ("age < 18", "age > 65 years=a"),
    "Minimum age of 18 years": ("age >= 18 years=a",),
    "age up to 75": ("age <= 75",),
    "Aged 18+ years": ("age >= 18 years=a",),
    # ages without it
    "18 years of age or older": ("age >= 18 years=a",),
    "18 years or older": ("age >= 18 years=a",),
    "65 or older": ("age >= 65",),
    "at least eighteen (18) years of age": ("age >= 18 years=a",),
    "Twenty-one years of age or older": ("age >= 21 years=a",),
    "Subjects older than 18 years": ("age > 18 years=a",),
    "Patients not older than 75 years": ("age <= 75 years=a",),
    "younger than 18 or older than 65 years": ("age < 18", "age > 65 years=a"),
    "Over the age of 80": ("age > 80",),
    "Under 18 years of age": ("age < 18 years=a",),
    "Adults (≥18 years) with diabetes": ("age >= 18 years=a",),
    "Adults (18-65)": ("age >= 18", "age <= 65"),
    "Men 40-70 years": ("age >= 40 years=a", "age <= 70 years=a"),
    "Men over 40": ("age > 40",),
    "Male or female subjects, 18 to 55 years": ("age >= 18 years=a", "age <= 55 years=a"),
    "18-65 y/o": ("age >= 18 y/o=a", "age <= 65 y/o=a"),
    "18-65": ("age >= 18", "age <= 65"),
    "6 months to 17 years of age": ("age >= 6 months=mo", "age <= 17 years=a"),
    "Children under 5": ("age < 5",),
    "Adult male patients ranging from 25 to 70 years.": ("age >= 25 years=a", "age <= 70 years=a"),
    # years that are not an age
    "At least 5 years since diagnosis": (),
    "at least 5 years of education": (),
    "women at least 1 year postmenopausal": (),
    "Ulcers older than 1 year": (),
    "the age of occlusion is less than one month": (),
    "Onset before the age of 12": (),
    "Gestational age between 28 and 36 weeks": ("gestational age >= 28 weeks=wk", "gestational age <= 36 weeks=wk"),
    "< 18 years or > 80 years": ("age < 18 years=a", "age > 80 years=a"),
    "aged 20-to-70": ("age >= 20", "age <= 70"),
    "21 to 55, inclusive": ("age >= 21", "age <= 55"),
    "onset of headache at ≤50 years of age": ("age at diagnosis <= 50 years=a",),
    "at < 37 weeks of gestation": ("gestational age < 37 weeks=wk",),
    "Age at diagnosis ≥ 18 years": ("age at diagnosis >= 18 years=a",),
    "< 16 years of age at disease onset, the diagnosis is made": ("age at diagnosis < 16 years=a",),
    "first symptoms of moon sickness from ≤60 years of age": ("age at diagnosis <= 60 years=a",),
    # what follows an age is not one too
    "Men >/= 18 years of age, with 6 months or longer of zorbitis": ("age >= 18 years=a",),
    "Males ages 20-35, with at least 2 years of rowing": ("age >= 20", "age <= 35"),
    "partner at least 21 years of age for at least 6 months": ("age >= 21 years=a",),
    "women under the age of 50 if their amenorrhea is 12 months or more": ("age < 50",),
    "2 years or more postglowectomy patients": (),
    "Patients ≥ 18 years of age with T2D and < 75 years": ("age >= 18 years=a", "age < 75 years=a"),
    "older than 21 years of age and under the age of 80": ("age > 21 years=a", "age < 80 years=a"),
    "SBP above 140 mmHg if <60 years of age and above 150 mmHg if older": (
        "sbp > 140 mmHg=mm[Hg]", "age < 60 years=a", "sbp > 150 mmHg=mm[Hg]"),
    # laboratory values
    "Hemoglobin ≥ 9 g/dL": ("hemoglobin >= 9 g/dL=g/dL",),
    "Haemoglobin greater than 90 g/L": ("hemoglobin > 90 g/L=g/L",),
    "Hemoglobin ≥ 9 g/dL (female ≥ 8 g/dL)": ("hemoglobin >= 9 g/dL=g/dL", "hemoglobin >= 8 g/dL=g/dL"),
    "Platelets ≥ 100 x 10^9/L": ("platelets >= 100 x 10^9/L=10*9/L",),
    "Platelets ≥ 100 × 10⁹/L": ("platelets >= 100 × 10⁹/L=10*9/L",),
    "platelet count at least 100,000/mm3": ("platelets >= 100000 /mm3=/mm3",),
    "platelets < 50.000 /mm3": ("platelets < 50000 /mm3=/mm3",),
    "platelets ≥ 100 G/L": ("platelets >= 100 G/L=10*9/L",),
    "Platelets > 75 K/uL": ("platelets > 75 K/uL=10*3/uL",),
    "ANC ≥ 1.5x109/L": ("anc >= 1.5 x109/L=10*9/L",),
    "Absolute neutrophil count (ANC) ≥ 1,500 cells/µL": ("anc >= 1500 cells/µL={cells}/uL",),
    "WBC > 3 x 10^3/mm3": ("wbc > 3 x 10^3/mm3=10*3/mm3",),
    "AST and ALT ≤ 2.5 x ULN": ("ast <= 2.5 x ULN={ULN}", "alt <= 2.5 x ULN={ULN}"),
    "ALT or AST > 3 times the upper limit of normal": (
        "alt > 3 times the upper limit of normal={ULN}", "ast > 3 times the upper limit of normal={ULN}"),
    "Total bilirubin \\<= 1.5 times ULN": ("bilirubin <= 1.5 times ULN={ULN}",),
    "bilirubin > 2x normal": ("bilirubin > 2 x normal",),
    "liver tests (>2x normal AST or ALT and/or >1.5x normal bilirubin)": (
        "ast > 2 x normal", "alt > 2 x normal", "bilirubin > 1.5 x normal"),
    "AST < 3 x normal ALT < 3 x normal": ("ast < 3 x normal", "alt < 3 x normal"),
    "Bilirubin nor greater than 2.5 mg/dL": ("bilirubin <= 2.5 mg/dL=mg/dL",),
    "LDH > 2.5X IULN": ("ldh > 2.5 X IULN={ULN}",),
    "Creatinine clearance or radioisotope GFR ≥ 70 mL/min": ("creatinine clearance >= 70 mL/min=mL/min", "egfr >= 70 mL/min=mL/min"),
    "hypoglycemia (>2 episodes per week)": (),
    "PSA density ≥ 0.15 ng/mL/cc": ("psa density >= 0.15 ng/mL/cc=ng/mL/mL",),
    "Creatinine ≤1.5 mg/dL or CrCl ≥ 60 mL/min": ("creatinine <= 1.5 mg/dL=mg/dL", "creatinine clearance >= 60 mL/min=mL/min"),
    "eGFR < 30 mL/min/1.73m2": ("egfr < 30 mL/min/1.73m2=mL/min/{1.73_m2}",),
    "Creatinine clearance (CrCl), i.e. < 30 mL/min": ("creatinine clearance < 30 mL/min=mL/min",),
    "HbA1c between 7.0 and 10.5 %": ("hba1c >= 7 %=%", "hba1c <= 10.5 %=%"),
    "HbA1c 6,5 % or higher": ("hba1c >= 6.5 %=%",),
    "Hemoglobin A1c (HbA1c) ≥ 48 mmol/mol": ("hba1c >= 48 mmol/mol=mmol/mol",),
    "Fasting plasma glucose > 7,0 mM": ("fasting glucose > 7 mM=mmol/L",),
    "LDL-C ≥ 70 mg/dL": ("ldl cholesterol >= 70 mg/dL=mg/dL",),
    "INR > 1.5": ("inr > 1.5",),
    "Serum potassium<3.2mmol/L, or>5.5mmol/L": ("potassium < 3.2 mmol/L=mmol/L", "potassium > 5.5 mmol/L=mmol/L"),
    "Corrected (adjusted for serum albumin) serum calcium < 8.0 mg/dl": ("calcium < 8 mg/dl=mg/dL",),
    "PSA must not exceed 10 ng/mL": ("psa <= 10 ng/mL=ng/mL",),
    "QTc < 440 ms, PQ interval = 210 ms": ("qtc < 440 ms=ms",),
    # vital signs and the body
    "BMI 18.5-30 kg/m2": ("bmi >= 18.5 kg/m2=kg/m2", "bmi <= 30 kg/m2=kg/m2"),
    "Body mass index (BMI; weight in kg; height in m) between 18 and 35 kg/m²": ("bmi >= 18 kg/m²=kg/m2", "bmi <= 35 kg/m²=kg/m2"),
    "weight >= 50 kg": ("weight >= 50 kg=kg",),
    "weight loss of more than 5 kg": (),
    "Weight less than 154 lbs/ 70 kg": ("weight < 154 lbs=[lb_av]", "weight < 70 kg=kg"),
    "blood pressure (BP), systolic > 170 mmHg": ("sbp > 170 mmHg=mm[Hg]",),
    "pressure in mercury (mm Hg) or diastolic blood pressure greater than 100": ("dbp > 100",),
    "fractional shortening of > 28%": ("fractional shortening > 28 %=%",),
    "Systolic blood pressure >160 or <90 mm Hg": ("sbp > 160", "sbp < 90 mm Hg=mm[Hg]"),
    "Uncontrolled hypertension (BP > 140/90 mmHg)": ("sbp > 140 mmHg=mm[Hg]", "dbp > 90 mmHg=mm[Hg]"),
    "systolic ≥ 140 or diastolic blood pressure ≥90 mmHg": ("sbp >= 140", "dbp >= 90 mmHg=mm[Hg]"),
    "QTc > 450 msec in men, > 470 msec in women": ("qtc > 450 msec=ms", "qtc > 470 msec=ms"),
    "LVEF < 50%": ("lvef < 50 %=%",),
    "Temperature > 38.0 °C": ("body temperature > 38 °C=Cel",),
    "heart rate < 50 bpm": ("heart rate < 50 bpm=/min",),
    "24-hr urine protein > 3.5 g/day": ("proteinuria > 3.5 g/day=g/(24.h)",),
    "2-hour plasma glucose ≥ 200 mg/dL": ("ogtt glucose >= 200 mg/dL=mg/dL",),
    "6-minute walk distance ≥ 150 m": ("six-minute walk distance >= 150 m=m",),
    "myopia of -6.00 to -1.00 D": ("spherical equivalent >= -6 D=[diop]", "spherical equivalent <= -1 D=[diop]"),
    # scores, classes, life expectancy
    "ECOG performance status 0-1": ("ecog >= 0", "ecog <= 1"),
    "ECOG 0, 1 or 2": ("ecog = 0", "ecog = 1", "ecog = 2"),
    "ECOG 0,1": ("ecog = 0", "ecog = 1"),
    "ECOG Performance status0-2": ("ecog >= 0", "ecog <= 2"),
    "Eastern Cooperative Oncology Group (ECOG) performance status ≤ 2": ("ecog <= 2",),
    "Karnofsky performance status ≥ 60%": ("karnofsky >= 60 %=%",),
    "NYHA class III or IV heart failure": ("nyha = 3", "nyha = 4"),
    "NYHA II-IV": ("nyha >= 2", "nyha <= 4"),
    "ASA I-III": ("asa >= 1", "asa <= 3"),
    "Gleason score of 6, 7,8 or 9": ("gleason score = 6", "gleason score = 7", "gleason score = 8", "gleason score = 9"),
    "MMSE score of 10-26 inclusive; MMSE scores above 26": ("mmse >= 10", "mmse <= 26", "mmse > 26"),
    "Score 26 or higher on the Montreal Cognitive Assessment": ("moca >= 26",),
    "Life expectancy of at least 12 weeks": ("life expectancy >= 12 weeks=wk",),
    "minimum life expectancy of 12 weeks": ("life expectancy >= 12 weeks=wk",),
    "T-score of -2.5 or less": ("t-score <= -2.5",),
    "MELD score ≥ 3 points or GLOW score ≥ 5 points": ("meld >= 3 points={score}",),
    "a t-score of -1.0 to -2.5": ("t-score <= -1", "t-score >= -2.5"),
    "Erectile Function (EF) domain score ≤ 25": ("iief <= 25",),
    "VAS of ≥ 4 (0-10 cm scale)": ("vas >= 4",),
    "hypogonadism (AMS greater than 36)": ("aging males symptoms > 36",),
    "Gleason score <=7 (<=3 + <=4)": ("gleason score <= 7",),
    # the comparator stands in an unusual place, or is said once for two numbers
    "Rowers aged 20 or over 20 years and not more than 70 years": ("age >= 20 years=a", "age <= 70 years=a"),
    "Men of or above the age of 40 years": ("age >= 40 years=a",),
    "Children from 2 years of age": ("age >= 2 years=a",),
    "pain from 3 months": (),
    "Total score of 10 or more and 17 or less in the EF (erectile function) domain": ("iief >= 10", "iief <= 17"),
    "Score 12 or higher on the pre-operative International Index of Erectile Function": ("iief >= 12",),
    "BP below 100 systolic or 70 diastolic": ("sbp < 100", "dbp < 70"),
    "blood pressure > 160 systolic or > 100 diastolic": ("sbp > 160", "dbp > 100"),
    "at least longest diameter 2 cm": ("lesion size >= 2 cm=cm",),
    "at least NYHA class II": ("nyha >= 2",),
    # multiples of normal, and what a bracket or a subgroup adds
    "glow tendency (PT and aPTT > ULN x 1.5)": ("prothrombin time > 1.5 ULN={ULN}", "aptt > 1.5 ULN={ULN}"),
    "AST and ALT are three times higher than normal upper limit": ("ast > 3 times higher than normal upper limit={ULN}", "alt > 3 times higher than normal upper limit={ULN}"),
    "not greater than 1.5 upper limit of normal of AST/ALT": ("ast <= 1.5 upper limit of normal={ULN}", "alt <= 1.5 upper limit of normal={ULN}"),
    "AST and ALT ≤ 2.5 × ULN (moon metastasis ≤ 5.0 × ULN)": ("ast <= 2.5 × ULN={ULN}", "alt <= 2.5 × ULN={ULN}", "ast <= 5 × ULN={ULN}", "alt <= 5 × ULN={ULN}"),
    "ALT ≤ 3 × ULN, and for sailors with moon metastases < 5×ULN; Serum Cr ≤ 1.25×ULN": ("alt <= 3 × ULN={ULN}", "alt < 5 ×ULN={ULN}", "creatinine <= 1.25 ×ULN={ULN}"),
    # sizes of lesions, not how far away they are
    "conventional CT scan ≥20 mm or spiral CT ≥10 mm": ("lesion size >= 20 mm=mm", "lesion size >= 10 mm=mm"),
    "the longest diameter is ≥10 mm": ("lesion size >= 10 mm=mm",),
    "the brain tumor diameter >5cm": ("tumor size > 5 cm=cm",),
    "distance between the tumor lesion and the large moon vessel is ≤ 5 mm": (),
    # low adjectives, totals, classes before their name, glucose after a load
    "Reduced life expectancy (<12 months) by moon sickness": ("life expectancy < 12 months=mo",),
    "24-hour urine protein ≥ 1.0g;": ("proteinuria >= 1 g=g",),
    "according to NYHA criteria, grades III to IV insufficient rowing": ("nyha >= 3", "nyha <= 4"),
    "moon failure (class III or IV according to NYHA)": ("nyha = 3", "nyha = 4"),
    "Child-Pugh score ≤ B7": ("child-pugh score <= 7",),
    "glucose > 200 mg/dl after an oral glucose load": ("ogtt glucose > 200 mg/dl=mg/dL",),
    "glucose > 200 mg/dl before the load": ("glucose > 200 mg/dl=mg/dL",),
    "fasting plasma glucose on more than 1 occasion of at least 126 mg/dL": ("fasting glucose >= 126 mg/dL=mg/dL",),
    # numbers of two parts, units said twice, a unit that only one variable has
    "less than 37 0/7 weeks gestation": ("gestational age < 37 weeks=wk",),
    "Gestational age between 24+0 and 31+6 weeks": ("gestational age >= 24 weeks=wk", "gestational age <= 31.857 weeks=wk"),
    "Age 16 years, 0 months - 25 years, 11 months": ("age >= 16 years=a", "age <= 25 years=a"),
    "Age ≥ 5 years, 6 months": ("age >= 5.5 years=a",),
    "BMI of 18.0 kilograms per meter squared (kg/m^2) through 32.0 kg/m^2": ("bmi >= 18 kilograms per meter squared=kg/m2", "bmi <= 32 kg/m^2=kg/m2"),
    "≥27.0 kg/m² and presence of glow": ("bmi >= 27 kg/m²=kg/m2",),
    # a limit for metastases after a semicolon, a grade, an item's number
    "AST and ALT ≤ 2.5 × ULN; ≤ 5 × ULN in the presence of moon metastases": ("ast <= 2.5 × ULN={ULN}", "alt <= 2.5 × ULN={ULN}", "ast <= 5 × ULN={ULN}", "alt <= 5 × ULN={ULN}"),
    "AST < 2.5 x ULN unless moon metastases are present, in which case it must be ≤ 5x ULN, bilirubin < grade 2": ("ast < 2.5 x ULN={ULN}", "ast <= 5 x ULN={ULN}"),
    "a decrease in SBP > 20 mmHg or in DBP (diastolic blood pressure) > 10 mmHg": (),
    "IIEF question 1-5 score of 25 or less": ("iief <= 25",),
    "IIEF-5 domain score of 12-20 denoting mild to severe ED": ("iief >= 12", "iief <= 20"),
    "sailors aged 40 to 65 years who score 21 points or less on the IIEF-5 scale": ("age >= 40 years=a", "age <= 65 years=a", "iief <= 21 points={score}"),
    "whose points were between 11 and 25 in EF domain of IIEF": ("iief >= 11", "iief <= 25"),
    "Class III or IV congestive heart failure as defined by the New York Heart Association": ("nyha = 3", "nyha = 4"),
    "BP greater than 160 mmHg systolic or 100 mmHg diastolic at time of consent": ("sbp > 160 mmHg=mm[Hg]", "dbp > 100 mmHg=mm[Hg]"),
    "fasting blood glucose <126 mg/dl and 2 hour: 140 - 199 mg/dl": ("fasting glucose < 126 mg/dl=mg/dL",),
    "glucose of 140-200 mg/dL [7.8-11.1 mmol/L] 2 hours after a 75-g oral glucose load": ("ogtt glucose >= 140 mg/dL=mg/dL", "ogtt glucose <= 200 mg/dL=mg/dL", "ogtt glucose >= 7.8 mmol/L=mmol/L", "ogtt glucose <= 11.1 mmol/L=mmol/L"),
    "> 3 times the upper limit of normal for LDL cholesterol or triglycerides": ("ldl cholesterol > 3 times the upper limit of normal={ULN}", "triglycerides > 3 times the upper limit of normal={ULN}"),
    "equal or greater to 2.0 cm using conventional Computed Tomography (CT)": ("lesion size >= 2 cm=cm",),
    "UACR greater than 30 mg/g.cr. and less than 3500 mg/g.cr": ("urine albumin/creatinine ratio > 30 mg/g.cr.=mg/g", "urine albumin/creatinine ratio < 3500 mg/g.cr=mg/g"),
    "RBC≥3.0×1012/L": ("rbc >= 3 ×1012/L=10*12/L",),
    "≥19 age": ("age >= 19",),
    # what inherits its comparator or its meaning from the number beside it
    "Sailors under 18 or over 75 years of age": ("age < 18", "age > 75 years=a"),
    "SGOT/SGPT ≤ 2.5 times ULN (5 times ULN if moon metastases)": ("ast <= 2.5 times ULN={ULN}", "alt <= 2.5 times ULN={ULN}", "ast <= 5 times ULN={ULN}", "alt <= 5 times ULN={ULN}"),
    "Hemoglobin below 11 g/dL for women and 12 g/dL for men": ("hemoglobin < 11 g/dL=g/dL", "hemoglobin < 12 g/dL=g/dL"),
    "QTc > 450 ms (men) or 470 ms (women)": ("qtc > 450 ms=ms", "qtc > 470 ms=ms"),
    "T-score between -1.0 and -2.5": ("t-score <= -1", "t-score >= -2.5"),
    "smoking history of ≥ 10 pack-years": ("pack-years >= 10",),
    "score of ≥ 4 on the CGI-S": ("cgi-s >= 4",),
    "msSBP ≥ 150 mmHg and < 180 mmHg": ("sbp >= 150 mmHg=mm[Hg]", "sbp < 180 mmHg=mm[Hg]"),
    "Tumor equal or below 10 cm from the moon": (),
    "AHI between 5-30 h-1": ("apnea-hypopnea index >= 5 h-1=/h", "apnea-hypopnea index <= 30 h-1=/h"),
    "HIV RNA > 5 log10 copies/mL": ("hiv rna > 5 log10 copies/mL",),
    "HBV DNA ≥ 10^5 copies/mL": ("hbv dna >= 100000 copies/mL={copies}/mL",),
    "6MWT distance between 150 and 450 m": ("six-minute walk distance >= 150 m=m", "six-minute walk distance <= 450 m=m"),
    "prothrombin time >3 seconds above normal": (),
    "aPTT > 1.5 times control": ("aptt > 1.5 times control",),
    "PD-L1 combined positive score (CPS) ≥ 10": ("pd-l1 >= 10",),
    "CA-125 ≥ 70 U/mL": ("ca-125 >= 70 U/mL=[arb'U]/mL",),
    "HAM-A score of at least 20": ("hama >= 20",),
    "2-hour OGTT glucose between 140 and 199 mg/dL": ("ogtt glucose >= 140 mg/dL=mg/dL", "ogtt glucose <= 199 mg/dL=mg/dL"),
    # the comparator stands before the variable's name
    "moon failure greater than NYHA class II": ("nyha > 2",),
    "moon failure > NYHA class II": ("nyha > 2",),
    "up to ECOG 2": ("ecog <= 2",),
    "18.5 < BMI, 25.0 is no end": ("bmi > 18.5",),
    "longest diameter ≥10 mm with computed tomography (CT) scan [CT scan slice thickness no greater than 5 mm]": ("lesion size >= 10 mm=mm",),
    "measures at least 5 mm away from the tumor": (),
    # better and worse, thousands before a comma, a pressure said with "over", scales named after the number
    "ECOG performance status of 2 or better": ("ecog <= 2",),
    "NYHA class II or worse": ("nyha >= 2",),
    "LVEF of 40% or better": ("lvef >= 40 %=%",),
    "MMSE 20 or worse": ("mmse <= 20",),
    "WBC>3,000, ANC>1500, PLT>100,000, Hb>9.0": ("wbc > 3000", "anc > 1500", "platelets > 100000", "hemoglobin > 9"),
    "BP greater than 140 over 90": ("sbp > 140", "dbp > 90"),
    "pain ≥ 40 mm on a 100 mm visual analogue scale": ("vas >= 40 mm=mm",),
    "pain of at least 4 on a 0-10 numerical rating scale": ("vas >= 4",),
    "FEV1 reversibility ≥ 12%": (),
    "PR interval > 0.24 sec": ("pr interval > 0.24 sec=s",),
    # pressures and units in words, and more that is measured
    "Bloodpressure 150/95 or higher": ("sbp >= 150", "dbp >= 95"),
    "moon hypertension, BP 140-159/90-99 mmHg": ("sbp >= 140", "sbp <= 159", "dbp >= 90 mmHg=mm[Hg]", "dbp <= 99 mmHg=mm[Hg]"),
    "leukocytosis (>10.000 cells/mm3), moonward shift (>10%) or leucopenia (<4000 cells/mm3)": ("wbc > 10000 cells/mm3={cells}/mm3", "wbc < 4000 cells/mm3={cells}/mm3"),
    "lactate of > 2 mmol per liter": ("lactate > 2 mmol per liter=mmol/L",),
    "FSH > 20 mU/mL": ("fsh > 20 mU/mL=m[IU]/mL",),
    "Estimated IQ greater than or equal to 85": ("iq >= 85",),
    "Ankle brachial pressure index above 0.7": ("ankle-brachial index > 0.7",),
    "Cervical length of 15-25 mm": ("cervical length >= 15 mm=mm", "cervical length <= 25 mm=mm"),
    "T-score between 0 and -2.5": ("t-score <= 0", "t-score >= -2.5"),
    "peak VO2 < 14 mL/kg/min": ("peak oxygen uptake < 14 mL/kg/min=mL/min/kg",),
    "abdominal obesity (>88cm women, >102cm men)": ("waist circumference > 88 cm=cm", "waist circumference > 102 cm=cm"),
    "EHS score of 2 or 3": ("erection hardness score = 2", "erection hardness score = 3"),
    "alanine aminotransferase (ALT), aspartase aminotransferase (AST), or alkaline phosphatase > 10 times ULN": ("alt > 10 times ULN={ULN}", "ast > 10 times ULN={ULN}", "alp > 10 times ULN={ULN}"),
    "in the presence of >50% de novo stenosis": ("stenosis > 50 %=%",),
    "serum transaminases levels <3 times [in sailors]": ("transaminases < 3 times",),
    "sailors over 100 kg": (),
    "patients over 100 kg": ("weight > 100 kg=kg",),
    "Male ≥50kg, female ≥45kg": ("weight >= 50 kg=kg", "weight >= 45 kg=kg"),
    "age at menarche < 12": (),
    "CA 19-9 > 1000 U/mL": ("ca 19-9 > 1000 U/mL=[arb'U]/mL",),
    "serum IgE level between 30 and 1500": ("ige >= 30", "ige <= 1500"),
    "HADS ≥ 8": ("hads >= 8",),
    # what moves, sums up or only shares a name is no value
    "orthostatic hypotension with a decrease in SBP > 20 mmHg": (),
    "QTc prolongation > 60 ms from baseline": (),
    "creatinine > 0.5 mg/dL above the baseline": (),
    "decrement of 20% or more in FEV1": (),
    "Gleason grade of 3+4": (),
    "EGFR mutation, at most one prior line": (),
    "Neutrophil-Lymphocyte Ratio > 4": (),
    # counted things are no values
    "ECOG 0-1, at least 2 lesions": ("ecog >= 0", "ecog <= 1"),
    "at least 2 platelet transfusions": (),
    "COVID-19 and BMI of any kind": (),
    "Hemoglobin measured on day 1. More than 3 relapses": (),
}  # fmt: skip


def stated(text: str) -> tuple[str, ...]:
    source = source_text.read(text)
    return tuple(
        " ".join(
            str(part)
            for part in (bound.variable, bound.comparator, bound.value, _unit(bound.unit, bound.ucum))
            if part is not None
        )
        for bound in bounds.find(source, 0, len(source.plain))
    )


def _unit(unit: str | None, ucum: str | None) -> str | None:
    return f"{unit}={ucum}" if ucum else unit


@pytest.mark.parametrize("text", CASES)
def test_what_a_criterion_states_is_read_with_its_comparator_value_and_unit(text: str) -> None:
    assert stated(text) == CASES[text]


SPANS = {
    "Age ≥ 18 years": ["≥ 18"],
    "18-65 years": ["18", "65"],
    "Age \\>= 18": ["\\>= 18"],
    "18 years of age or older": ["18 years of age or older"],
    "BP > 140/90 mmHg": ["> 140", "90"],
    "Hemoglobin greater than or equal to 9 g/dL": ["greater than or equal to 9"],
    "18 ≤ age ≤ 75": ["18 ≤", "≤ 75"],
    "T-score of -2.5 or less": ["-2.5 or less"],
    "HbA1c between 7.0% and 10%": ["7.0", "10"],
}


@pytest.mark.parametrize("text", SPANS)
def test_a_bound_covers_its_comparator_and_number_in_the_raw_text(text: str) -> None:
    source = source_text.read(text)
    found = bounds.find(source, 0, len(source.plain))
    assert [text[bound.start : bound.end] for bound in found] == SPANS[text]


def test_only_the_span_asked_for_is_read_and_offsets_stay_those_of_the_whole_text() -> None:
    text = "* Age \\> 18\n* BMI \\< 35"
    source = source_text.read(text)
    second = source.plain.index("BMI")
    [bound] = bounds.find(source, second, len(source.plain))
    assert (bound.variable, text[bound.start : bound.end]) == ("bmi", "\\< 35")


def test_a_sub_heading_that_names_a_variable_alone_says_what_a_number_below_it_is() -> None:
    text = "Life expectancy:\n\n* At least 2 months\n\nHemoglobin\n\n* ≥ 9 g/dL\n* For at least 2 months\n\nOther:\n\n* At least 3 months"
    found = [[(bound.variable, bound.value) for bound in one.bounds] for one in parse(text) if one.label]
    assert found == [[("life expectancy", 2)], [("hemoglobin", 9)], [], []]


def test_a_comparator_is_never_turned_round_for_an_exclusion_or_a_negation() -> None:
    assert stated("Not eligible if hemoglobin < 9 g/dL") == ("hemoglobin < 9 g/dL=g/dL",)
    assert stated("No patient with LVEF < 40%") == ("lvef < 40 %=%",)


def test_every_value_is_a_json_number_whatever_digits_a_text_holds() -> None:
    text = "platelets ≥ " + "1,000" * 300 + " hemoglobin > " + "9" * 400 + " g/dL, age > 18"
    source = source_text.read(text)
    found = bounds.find(source, 0, len(source.plain))
    assert "Infinity" not in json.dumps([bound.to_json() for bound in found])


def steps(text: str, find: Callable[[SourceText, int, int], object] = bounds.find) -> int:
    """How many lines of Python a reading takes: a measure of work that no load of the machine disturbs."""
    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    source = source_text.read(text)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        find(source, 0, len(source.plain))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "age ≥ 18 ",
        "age 18-65 years, ",
        "6 months old, ",
        "ast and alt, ",
        "( 3 ",
        "10-",
        "0, 1 or ",
        "18 years or ",
        "> or = 3 ",
        "hemoglobin ( ",
    ],
)
def test_work_grows_with_the_length_of_a_hostile_repetition_and_no_faster(unit: str) -> None:
    assert steps(unit * 240) < 2.4 * steps(unit * 120)
