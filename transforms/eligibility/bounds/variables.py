"""Finds the variables of variable_table.py in a text, and skips phrases that only contain a variable's name.

NOT_A_VARIABLE lists these phrases. Examples: "weight loss" is not a weight, "calcium channel" is not a calcium value.
"""

from __future__ import annotations

from trialwire.transforms.eligibility.bounds.variable_table import VARIABLES, Variable
from trialwire.transforms.eligibility.quantity.phrases import Phrases

NOT_A_VARIABLE: tuple[str, ...] = tuple(
    """neutrophil lymphocyte ratio|neutrophil to lymphocyte ratio|neutrophil / lymphocyte ratio|platelet lymphocyte ratio|platelet to lymphocyte ratio|egfr mutation|egfr mutations|egfr tki|egfr tkis|egfr exon|egfr inhibitor|egfr inhibitors|wild type egfr|egfr wild type|egfr activating|egfr sensitizing|egfr sensitive|egfr sensitising|egfr gene|egfr t790m|egfr l858r|egfr targeted|egfr positive|egfr negative|anti egfr|egfr tyrosine|egfr or|egfr , alk|egfr and alk|alveolar height|ridge height|bone height|vertebral height|disc height|alveolar ridge height|age of occlusion|age of the lesion|fetal weight|estimated fetal weight|fetal weight estimation|birth height|end diastolic diameter|end systolic diameter|end diastolic volume|end systolic volume|left ventricular end diastolic|systolic speed|systolic murmur|diastolic dysfunction|systolic dysfunction|systolic velocity|peak systolic velocity|weight loss|body weight loss|loss of weight|loss of body weight|weight gain|weight change|weight reduction|change in weight|change in body weight|body weight change|weight bearing|birth weight percentile
    |loss of total body weight|weight stable|stable weight|stable body weight|ideal body weight|% of ideal body weight|lost weight
    |age at menarche|age at first birth|age at first intercourse|bone age|mental age|developmental age|reading age|school age|reproductive age|child bearing age|childbearing age|old age|middle age|middle aged|age of majority|legal age|age appropriate|age matched|age adjusted|working age|age related|fertile age|age of consent|of legal age|skeletal age
    |platelet transfusion|platelet transfusions|platelet inhibitor|platelet inhibitors|anti platelet|platelet aggregation|platelet rich plasma|platelet derived
    |calcium channel|calcium supplements|calcium supplementation|potassium channel|potassium sparing|sodium valproate|sodium restricted|sodium chloride|magnesium sulfate|sodium oxybate
    |albumin infusion|albumin bound|urine creatinine|urinary creatinine|temperature sensitive|room temperature|fever blisters|glucose tolerance|impaired fasting glucose
    |heart rate variability|blood pressure medication|blood pressure medications|blood pressure lowering|blood pressure cuff|pulse therapy|pulse steroid|pulmonary hypertension|pulmonary arterial hypertension|portal hypertension|ocular hypertension|intracranial hypertension|orthostatic hypotension|intradialytic hypotension|ventricular tachycardia
    |slice thickness|lesion location|tumor stage|tumor grade|brain tumor|tumor biopsy|tumor necrosis factor|anti tumor|solid tumors|solid tumor|cell tumor|tumor markers|tumor tissue|tumor burden|stable disease|tumor thrombus|non hodgkin|who classification
    |sickle hemoglobin|hemoglobin s|fetal hemoglobin|hemoglobin ss|hb ss|hemoglobinopathy|free hemoglobin|hepatocellular carcinoma
    |lymphocyte infusion|neutrophil engraftment|platelet engraftment|gleason pattern|primary gleason|gleason primary grade|ps 341|pt1|cr 1|blood glucose meter|blood glucose monitoring|self monitoring of blood glucose|hypertension grade|stage hypertension|grade hypertension|stage 1 hypertension
    |ap view|ap diameter|mr imaging|map kinase|cat scan|act 1|got off|news media|right ventricular systolic function|hr negative|hr positive|hr +|pr positive|pr negative|pr +|pr -|hr -
    |estrogen receptor|er / pr|er and pr|ki - 67 %|waist hip ratio|waist to hip ratio|waist / hip ratio|waist : hip|metabolic acidosis|diabetic ketoacidosis|lactic acidosis|cholesterol lowering|triglyceride lowering|testosterone therapy|testosterone replacement|hypoglycemia unawareness|severe hypoglycemia""".replace("\n", "").split("|")
)  # fmt: skip
"""Phrases that contain a variable's words but name something else. They are found first and hide the variable."""

BY_NAME: dict[str, Variable] = {variable.name: variable for variable in VARIABLES}


def _phrases() -> Phrases[Variable | None]:
    rows: list[tuple[str, Variable | None]] = [(phrase.strip(), None) for phrase in NOT_A_VARIABLE]
    rows += [(phrase, variable) for variable in VARIABLES for phrase in _spellings(variable)]
    return Phrases(rows)


def _spellings(variable: Variable) -> list[str]:
    """A variable's phrases as tokens: hyphens and apostrophes become spaces, brackets and slashes separate words."""
    return [
        phrase.replace("-", " ").replace("'", " ").replace("/", " / ").replace("(", " ( ").replace(")", " ) ")
        for phrase in variable.phrases
    ]


MENTIONS = _phrases()
"""Finds variables among tokens. The meaning None marks a phrase that hides a variable."""
