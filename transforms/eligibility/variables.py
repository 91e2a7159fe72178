"""The measured variables that a numeric bound can be about: name, LOINC code, kind of unit, and the words for them.

One reviewed table. A LOINC code is given only where the variable as eligibility texts use it has one meaning (method
and specimen included); creatinine clearance, for one, has none because texts leave the method open. Phrases are folded
words; a phrase listed under NOT_A_VARIABLE hides a variable's name inside it ("weight loss", "calcium channel").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.eligibility.phrases import Phrases

if TYPE_CHECKING:
    from transforms.eligibility.units import Dimension


@dataclass(frozen=True, slots=True)
class Variable:
    """A row: `dimensions` are the kinds of unit it may be stated in; `bare` says that it may stand without a unit.

    `ordinal` marks classes and scores whose values may be listed ("0, 1 or 2") or stated plainly ("ECOG 1").
    `lowest` and `highest` bound what a plausible value is, in any of its units.
    """

    name: str
    loinc: str | None
    dimensions: frozenset[Dimension]
    bare: bool
    ordinal: bool
    lowest: float
    highest: float
    phrases: tuple[str, ...]


_MASS: tuple[Dimension, ...] = ("mass concentration",)
_BLOOD: tuple[Dimension, ...] = ("mass concentration", "substance concentration", "multiple", "fraction")
_CELLS: tuple[Dimension, ...] = ("count concentration", "multiple", "fraction")
_ENZYME: tuple[Dimension, ...] = ("catalytic", "multiple", "international")
_HORMONE: tuple[Dimension, ...] = (
    "international",
    "mass concentration",
    "substance concentration",
    "catalytic",
    "multiple",
)
_SCORE: tuple[Dimension, ...] = ("score",)


def _row(
    name: str, loinc: str | None, dimensions: tuple[Dimension, ...], phrases: str, *, bare: bool = True,
    ordinal: bool = False, limits: tuple[float, float] = (0, 1e9),
) -> Variable:  # fmt: skip
    words = tuple(dict.fromkeys(phrase.strip() for phrase in f"{name}|{phrases}".split("|") if phrase.strip()))
    return Variable(name, loinc, frozenset(dimensions), bare, ordinal, *limits, words)


VARIABLES: tuple[Variable, ...] = (
    # the person
    _row("age", "30525-0", ("time",), "aged|ages|age range|age group|age limit|age limits|current age|chronological age|age at screening|age at enrollment|age at enrolment|age at study entry|age at inclusion|age at randomization|age at time of consent|age at consent", limits=(0, 120)),
    _row("gestational age", "18185-9", ("time",), "gestation|gestational age at birth|gestational week|gestational weeks|estimated gestational age|post menstrual age|postmenstrual age|wga", limits=(0, 50)),
    _row("age at diagnosis", None, ("time",), "age at onset|age of onset|age at disease onset|age at first diagnosis|age at the time of diagnosis|age at initial diagnosis|age at symptom onset|age at menopause", limits=(0, 120)),
    _row("weight", "29463-7", ("mass",), "body weight|body mass|weights|weighs|weigh|weighing|bodyweight|total body weight|actual body weight", limits=(0.2, 10000)),
    _row("birth weight", "8339-4", ("mass",), "birthweight|weight at birth", limits=(0.2, 10000)),
    _row("height", "8302-2", ("length",), "body height|standing height", limits=(0.2, 300), bare=False),
    _row("bmi", "39156-5", ("body mass index", "fraction"), "body mass index|body mass indices|body mass index bmi|quetelet index|body mass index ( bmi )|bmi ( body mass index )|body mass index [ bmi ]|bmi body mass index|body mass indexes", limits=(8, 100)),
    _row("body surface area", None, ("area", "fraction"), "bsa", limits=(0, 100)),
    _row("waist circumference", None, ("length",), "waist", limits=(20, 250)),
    _row("life expectancy", None, ("time",), "life expectancies|life expectation|expected survival|anticipated survival|estimated survival|predicted survival|survival expectancy|estimated life expectancy|expected life expectancy|expected lifespan|predicted life expectancy|anticipated life expectancy|expected survival time|estimated survival time|survival time|life span|lifespan|life expectance|expected lifetime|projected life expectancy|expected survival period|predicted survival time|projected survival|estimated survival period|survival period|expected to survive|expected to live|expectation of life|expectancy of life|predicted lifetime", bare=False, limits=(0, 1000)),
    # vital signs
    _row("body temperature", "8310-5", ("temperature",), "temperature|temp|fever|oral temperature|axillary temperature|tympanic temperature|rectal temperature|core temperature|febrile", limits=(25, 115)),
    _row("sbp", "8480-6", ("pressure",), "systolic blood pressure|systolic bp|systolic|systolic arterial pressure|systolic arterial blood pressure|systolic blood pressure ( sbp )|systolic blood pressures|systolic pressure|systolic pressures|systolic blood pressure ( bp )|systolic bp ( sbp )|bp systolic", limits=(20, 300)),
    _row("dbp", "8462-4", ("pressure",), "diastolic blood pressure|diastolic bp|diastolic|diastolic arterial pressure|diastolic blood pressure ( dbp )|diastolic blood pressures|diastolic pressure|diastolic pressures|diastolic blood pressure ( bp )|diastolic bp ( dbp )|bp diastolic|diastolic arterial blood pressure", limits=(10, 200)),
    _row("blood pressure", None, ("pressure",), "bp|arterial blood pressure|arterial pressure|arterial hypertension|hypertension|blood pressure ( bp )|blood pressures|sitting blood pressure|resting blood pressure|hypotension", limits=(10, 300)),
    _row("mean arterial pressure", "8478-0", ("pressure",), "map|mean blood pressure|mean arterial blood pressure", limits=(10, 250), bare=False),
    _row("heart rate", "8867-4", ("rate",), "pulse|pulse rate|hr|resting heart rate|heart rates|heartbeat|ventricular rate|heart beat|heart rhythm|bradycardia|tachycardia|resting pulse|heart rate ( hr )", limits=(10, 300)),
    _row("respiratory rate", "9279-1", ("rate",), "rr|respiratory frequency|respiration rate|breathing rate|respirations|respiratory rate ( rr )", limits=(2, 120)),
    _row("spo2", "59408-5", ("fraction",), "sao2|oxygen saturation|o2 saturation|arterial oxygen saturation|o2 sat|saturation|pulse oximetry|oxygen saturations|blood oxygen saturation|peripheral oxygen saturation|sp02|finger oxygen saturation|spo 2|pulse ox|o2sat|oximetry|saturations|oxygen saturation ( spo2 )", limits=(20, 100)),
    _row("qtc", "8636-3", ("seconds",), "qtcf|qtcb|corrected qt|corrected qt interval|qt interval|qtc interval|qt|qtc ( f )|qt / qtc|qt corrected|heart rate corrected qt|qtcf interval|qtcb interval|qt c|qtc f|fridericia|bazett|corrected qt ( qtc )|corrected qt interval ( qtc )|rate corrected qt interval|qtc prolongation", limits=(0.2, 900)),
    _row("qrs duration", None, ("seconds",), "qrs|qrs width|qrs interval|qrs complex", limits=(20, 400)),
    _row("pr interval", None, ("seconds",), "pr", limits=(50, 600), bare=False),
    _row("lvef", "10230-1", ("fraction",), "left ventricular ejection fraction|lv ejection fraction|ejection fraction|ef|left ventricle ejection fraction|left ventricular ejection fraction ( lvef )|cardiac ejection fraction|left ventricular function|left ventricular ejection fractions|left ventricular ef|ejection fractions|lv ef|left ventricular systolic function|systolic function", limits=(0, 100)),
    _row("mean pulmonary artery pressure", None, ("pressure",), "mpap|mean pulmonary arterial pressure|pulmonary artery pressure|pulmonary arterial pressure", limits=(0, 150)),
    _row("iop", None, ("pressure",), "intraocular pressure|intra ocular pressure|intraocular pressures|intraocular pressure ( iop )", limits=(0, 90)),
    _row("spherical equivalent", None, ("dioptre",), "refractive error|myopia|refraction|astigmatism|hyperopia|cylinder|sphere|refractive cylinder|spherical equivalent refraction|spherical equivalent refractive error|corneal astigmatism|refractive astigmatism", limits=(-40, 40), bare=False),
    # blood count
    _row("hemoglobin", "718-7", (*_MASS, "substance concentration", "multiple"), "haemoglobin|hgb|hb|hg|hemoglobin level|hemoglobin ( hb )|hemoglobin ( hgb )|haemoglobin ( hb )|hemoglobin concentration|hemoglobin count|haemoglobin level|haemoglobin concentration|anemia|hemaglobin|hemoglobine|anaemia|heamoglobin|hemoglobin levels|blood hemoglobin", limits=(1, 300)),
    _row("hematocrit", "20570-8", ("fraction",), "haematocrit|hct|packed cell volume", limits=(0.1, 80)),
    _row("platelets", "26515-7", _CELLS, "platelet|platelet count|platelets count|plt|plts|thrombocytes|thrombocyte|platelet counts|thrombocyte count|platelet ( plt )|platelets ( plt )|blood platelets|thrombocytopenia|platelet level|platelet number|thrombocytopaenia|blood platelet count|blood platelet", limits=(0.01, 3e6)),
    _row("wbc", "26464-8", _CELLS, "white blood cell|white blood cells|white blood cell count|leukocytes|leucocytes|leukocyte|leukocyte count|white cell count|white blood count|total white blood cell count|total leukocyte count|wbc count|white cell counts|leukopenia|leucocyte count|wbcs|white blood cell ( wbc ) count|white blood cell count ( wbc )|white blood cells ( wbc )|white blood cell ( wbc )|total wbc|total wbc count|leucocyte|leukocytes count|wcc|white cells|white blood cell counts", limits=(0.01, 1e6)),
    _row("anc", "26499-4", _CELLS, "absolute neutrophil count|neutrophil|neutrophils|neutrophil count|absolute neutrophils count|absolute neutrophil|absolute neutrophils|absolute neutrophil counts|granulocytes|granulocyte count|absolute granulocyte count|agc|neutropenia|polymorphonuclear neutrophils|absolute count of neutrophils|absolute neutrophile count|absolute value of neutrophils|neutrophil granulocytes|neutrophil absolute value|absolute neutrophil value|neutrophil counts|neutrophile|absolute neutrophil count ( anc )|absolute neutrophils ( anc )|pmn|granulocyte|neutrophils ( anc )|neutrophil count ( anc )|absolute number of neutrophils|neutrocytes|neutrocyte count|heterophils|neutrophilic granulocytes|neutrophilic granulocyte count|neu|absolute granulocytes", limits=(0.01, 1e6)),
    _row("lymphocytes", "26474-7", _CELLS, "lymphocyte|lymphocyte count|absolute lymphocyte count|alc|lymphocytes count|absolute lymphocytes count|lymphopenia|total lymphocyte count|absolute lymphocyte count ( alc )", limits=(0.01, 1e6)),
    _row("aec", "26449-9", _CELLS, "absolute eosinophil count|eosinophil|eosinophils|eosinophil count|blood eosinophil count|blood eosinophils|peripheral blood eosinophil count|blood eosinophil|peripheral blood eosinophils|peripheral eosinophil count", limits=(0.01, 1e6)),
    _row("cd4", "24467-3", _CELLS, "cd4 count|cd4 cell count|cd4 + count|cd4 + cell count|cd4 + t cell count|cd4 t cell count|cd4 + lymphocyte count|cd4 lymphocyte count|cd4 + t lymphocyte count|cd4 + t cells|cd4 cells|cd4 + cells|cd4 + t cell counts|cd4 counts|cd4 + counts|cd4 + lymphocytes|cd4 cell counts|cd4 + t lymphocytes|cd4 +", limits=(0, 5e3)),
    _row("reticulocytes", None, _CELLS, "reticulocyte count|absolute reticulocyte count", limits=(0, 1e6)),
    _row("cd34", None, _CELLS, "cd34 + cells|cd34 cells", limits=(0, 1e9), bare=False),
    _row("blasts", None, ("fraction",), "blast|bone marrow blasts|marrow blasts|blast count|peripheral blood blasts|blast cells|leukemic blasts|myeloblasts|bone marrow blast", limits=(0, 100), bare=False),
    # chemistry
    _row("creatinine", "2160-0", _BLOOD, "creatina|serum creatinine|creatinine level|scr|plasma creatinine|cr|serum creatinine level|creatinine levels|serum creatinine concentration|blood creatinine|serum cr|serum creatinine ( cr )|serum creatinine ( scr )|creatinin|serum creatinin|s creatinine|creatinine value|serum creatinine levels|creatininemia|creatinemia|creatinine concentration|plasma creatinine concentration|scre", limits=(0.05, 3000)),
    _row("creatinine clearance", None, ("clearance",), "crcl|clcr|calculated creatinine clearance|cr clearance|creatinine clearance rate|creatinine clearance ( crcl )|ccr|estimated creatinine clearance|cockcroft gault|creat clearance|creatinin clearance|crcl ( cockcroft gault )|clearance of creatinine|creatine clearance|ccl|cl cr|cockroft gault|serum creatinine clearance|measured creatinine clearance|endogenous creatinine clearance|creatinine clearance ( ccr )|renal clearance|serum creatinine clearance rate|creatinine clearance ( clcr )|cockcroft|cockroft", limits=(1, 300)),
    _row("egfr", "69405-9", ("clearance",), "gfr|glomerular filtration rate|estimated glomerular filtration rate|estimated gfr|estimated glomerular filtration rate ( egfr )|glomerular filtration rate ( gfr )|glomerular filtration|glomerular filtrate rate|mgfr|estimated glomerular filtration|gfr ( egfr )|glomerular filtration rate ( egfr )|estimated glomerular function rate|mdrd|ckd epi|e gfr", limits=(5, 300)),
    _row("bun", None, (*_MASS, "substance concentration", "multiple"), "blood urea nitrogen|urea nitrogen", limits=(0, 500)),
    _row("urea", None, (*_MASS, "substance concentration", "multiple"), "blood urea|serum urea", limits=(0, 500), bare=False),
    _row("bilirubin", "1975-2", _BLOOD, "total bilirubin|serum bilirubin|total serum bilirubin|serum total bilirubin|tbil|bilirubin level|bili|tbili|t bili|total bilirubin level|bilirubin levels|tb|total bilirubin ( tbil )|bilirubin total|blood bilirubin|plasma bilirubin|total bili|bilirubine|t bilirubin|total bilirubin ( tbl )|serum total bilirubin ( tbil )|hyperbilirubinemia|serum total bilirubin ( stb )|total bilirubin ( tb )|tbl|bilirubinemia|total bilirubine|serum total bilirubin level|stb", limits=(0.01, 1000)),
    _row("direct bilirubin", "1968-7", _BLOOD, "conjugated bilirubin|serum direct bilirubin|direct serum bilirubin", limits=(0.01, 1000)),
    _row("ast", "1920-8", _ENZYME, "sgot|tgo|asat|aspartate aminotransferase|aspartate transaminase|aspartate amino transferase|got|aspartic transaminase|aspartate aminotransferase ( ast )|asparagine aminotransferase|aspartate transaminase ( ast )|ast ( sgot )|ast ( aspartate aminotransferase )|aspartic aminotransferase|aspartate aminotransferase ( ast / sgot )|ast / sgot|sgot ( ast )|aspartate aminotransferase [ ast ]|glutamic oxaloacetic transaminase|serum glutamic oxaloacetic transaminase|serum glutamic oxaloacetic transaminase ( sgot )|aspartate aminotransferase ( ast ) ( sgot )|aspartate amino transferase ( ast )|aspartate aminotransferase ( sgot )|ast ( got )|aspartate aminotransferase ( asat )|aspartate transferase|glutamine oxaloacetic transaminase|glutamate oxaloacetic transaminase|glutamic oxalacetic transaminase", limits=(0.1, 5000)),
    _row("alt", "1742-6", _ENZYME, "sgpt|alat|alanine aminotransferase|alanine transaminase|alanine amino transferase|gpt|alanine aminotransferase ( alt )|alanine transaminase ( alt )|alt ( sgpt )|alt ( alanine aminotransferase )|alanine aminotransferase ( alt / sgpt )|alt / sgpt|sgpt ( alt )|alanine aminotransferase [ alt ]|glutamic pyruvic transaminase|serum glutamic pyruvic transaminase|serum glutamic pyruvic transaminase ( sgpt )|alanine aminotransferase ( alt ) ( sgpt )|alanine amino transferase ( alt )|alanine aminotransferase ( sgpt )|alt ( gpt )|alanine aminotransferase ( alat )|tgp|alanine transferase|alanine aminotranferase|glutamate pyruvate transaminase", limits=(0.1, 5000)),
    _row("transaminases", None, _ENZYME, "transaminase|serum transaminases|hepatic transaminases|liver transaminases|aminotransferases|transaminase levels|serum transaminase|liver enzymes|liver function tests|lfts|lft|aminotransferase|hepatic enzymes|transaminase level|serum aminotransferases|liver function test|hepatic transaminase|serum aminotransferase|liver enzyme|serum transaminase levels|serum liver enzymes|liver enzyme levels|liver function|hepatic function", limits=(0.1, 5000), bare=False),
    _row("alp", "6768-6", _ENZYME, "alkaline phosphatase|alk phos|alkaline phosphatase ( alp )|serum alkaline phosphatase|akp|alkaline phosphatases|alkaline phosphate|alkp|alk phosphatase|ap", limits=(0.1, 5000)),
    _row("ggt", "2324-2", _ENZYME, "gamma glutamyl transferase|gamma gt|γ gt|gamma glutamyl transpeptidase|gamma glutamyltransferase|γ glutamyl transferase|gamma glutamyl transferase ( ggt )", limits=(0.1, 5000)),
    _row("albumin", "1751-7", (*_MASS, "multiple", "substance concentration"), "serum albumin|albumin level|blood albumin|alb|plasma albumin|serum albumin level|serum albumin concentration|hypoalbuminemia|albumin levels", limits=(0.5, 100)),
    _row("ldh", "2532-0", _ENZYME, "lactate dehydrogenase|serum ldh|lactic dehydrogenase|lactate dehydrogenase ( ldh )|serum lactate dehydrogenase|lactic acid dehydrogenase", limits=(0.1, 20000)),
    _row("creatine kinase", "2157-6", _ENZYME, "ck|cpk|creatine phosphokinase|creatine phosphokinase ( cpk )|creatine kinase ( ck )|creatinine kinase|creatine kinase level|creatinine phosphokinase|ck levels|ck level|serum creatine kinase", limits=(0.1, 100000)),
    _row("lipase", "3040-3", _ENZYME, "serum lipase", limits=(0.1, 20000)),
    _row("amylase", "1798-8", _ENZYME, "serum amylase|pancreatic amylase", limits=(0.1, 20000)),
    _row("potassium", "2823-3", ("substance concentration", "multiple"), "serum potassium|potassium level|k +|hyperkalemia|hypokalemia|plasma potassium|serum k +|serum potassium level|hyperkalaemia|potassium levels|serum k|blood potassium|serum potassium concentration|potassium concentration|kalemia", limits=(0.5, 15)),
    _row("sodium", "2951-2", ("substance concentration", "multiple"), "serum sodium|na +|hyponatremia|plasma sodium|serum na|hypernatremia|serum sodium level|serum sodium concentration|sodium level", limits=(50, 250)),
    _row("calcium", "17861-6", (*_MASS, "substance concentration", "multiple"), "serum calcium|corrected calcium|corrected serum calcium|calcium level|hypercalcemia|total calcium|albumin corrected calcium|albumin adjusted calcium|albumin corrected serum calcium|hypocalcemia|serum calcium level|calcium levels|plasma calcium|total serum calcium|corrected serum calcium level", limits=(0.2, 30)),
    _row("ionized calcium", None, (*_MASS, "substance concentration", "multiple"), "ionised calcium", limits=(0.2, 30)),
    _row("magnesium", "19123-9", (*_MASS, "substance concentration", "multiple"), "serum magnesium|magnesium level|hypomagnesemia|mg + +|serum magnesium level|plasma magnesium|magnesium levels", limits=(0.1, 15), bare=False),
    _row("phosphate", None, (*_MASS, "substance concentration", "multiple"), "serum phosphate|phosphorus|serum phosphorus|phosphorous|hypophosphatemia|hyperphosphatemia", limits=(0.1, 30), bare=False),
    _row("uric acid", "3084-1", (*_MASS, "substance concentration", "multiple"), "serum uric acid|sua|serum urate|urate|surate", limits=(0.1, 2000)),
    _row("bicarbonate", None, ("substance concentration", "multiple"), "serum bicarbonate|hco3", limits=(1, 80)),
    _row("lactate", None, (*_MASS, "substance concentration", "multiple"), "serum lactate|lactic acid|blood lactate|arterial lactate|plasma lactate", limits=(0.1, 200), bare=False),
    _row("ph", None, (), "arterial ph|blood ph|arterial blood ph", limits=(6, 8.5)),
    _row("ferritin", "2276-4", (*_MASS, "multiple"), "serum ferritin|ferritin level|plasma ferritin|serum ferritin level|ferritin levels|s ferritin|serum ferritin levels", limits=(0.5, 100000)),
    _row("transferrin saturation", None, ("fraction",), "tsat|transferrin saturation ( tsat )|iron saturation", limits=(0, 100)),
    _row("crp", "1988-5", (*_MASS, "multiple"), "c reactive protein|high sensitivity c reactive protein|hs crp|hscrp|c reactive protein ( crp )|high sensitivity crp|c reactive protein level|serum crp|serum c reactive protein", limits=(0.001, 1000)),
    _row("esr", None, ("length", "rate"), "erythrocyte sedimentation rate|sedimentation rate|westergren erythrocyte sedimentation rate", limits=(0, 200)),
    _row("d-dimer", None, (*_MASS, "multiple"), "d dimer|d dimers|ddimer|d dimer level", limits=(0, 100000)),
    _row("procalcitonin", None, _MASS, "pct level|serum procalcitonin", limits=(0, 1000)),
    _row("troponin", None, (*_MASS, "multiple"), "serum troponin|troponin level|troponin i|troponin t|cardiac troponin|hs troponin|high sensitivity troponin|ctni|ctnt|hs ctnt|troponin levels", limits=(0, 100000)),
    _row("bnp", "30934-4", (*_MASS, "substance concentration", "multiple"), "brain natriuretic peptide|b type natriuretic peptide|bnp level|b type natriuretic peptide ( bnp )|brain natriuretic peptide ( bnp )", limits=(0, 100000)),
    _row("nt-probnp", "33762-6", (*_MASS, "substance concentration", "multiple"), "nt probnp|nt pro bnp|n terminal pro b type natriuretic peptide|ntprobnp|n terminal probnp|n terminal pro bnp|n terminal pro brain natriuretic peptide|nt probnp level", limits=(0, 100000)),
    _row("inr", "6301-6", ("multiple",), "international normalized ratio|international normalised ratio|international normalized ratio ( inr )|international normalised ratio ( inr )|pt inr|pt / inr|inr ( international normalized ratio )|prothrombin time international normalized ratio|prothrombin time ( pt ) / international normalized ratio ( inr )|prothrombin time ( pt ) / inr|prothrombin time / international normalized ratio|inr / pt|prothrombin time international normalized ratio ( inr )|international ratio|international normalization ratio|pt ( inr )|international standardized ratio|prothrombin time inr", limits=(0.1, 20)),
    _row("prothrombin time", "5902-2", ("seconds", "multiple", "fraction"), "pt|prothrombin|prothrombin time ( pt )|prothrombin activity|prothrombin rate|prothrombin level|pta", limits=(0.1, 200)),
    _row("aptt", "14979-9", ("seconds", "multiple"), "ptt|partial thromboplastin time|activated partial thromboplastin time|partial thromboplastin time ( ptt )|activated partial thromboplastin time ( aptt )|activated partial thromboplastin time ( ptt )|thromboplastin time|activated ptt|activated partial prothrombin time|activated thromboplastin time", limits=(0.1, 300)),
    _row("fibrinogen", None, (*_MASS, "multiple"), "plasma fibrinogen|fibrinogen level", limits=(0.1, 2000)),
    # diabetes and lipids
    _row("hba1c", "4548-4", ("fraction", "substance concentration", "mass concentration"), "a1c|hgba1c|hga1c|hb a1c|hgb a1c|hemoglobin a1c|haemoglobin a1c|glycosylated hemoglobin|glycated hemoglobin|glycated haemoglobin|glycohemoglobin|hba1c level|hba1c levels|glycosylated hemoglobin ( hba1c )|glycated hemoglobin ( hba1c )|hemoglobin a1c ( hba1c )|glycosylated haemoglobin|hba 1c|hb1ac|hba1|glycated hemoglobin a1c|glycosylated hemoglobin a1c|hbalc|hba1c value|hbac1|hemoglobin a1c level|glycated haemoglobin ( hba1c )|glycosylated hemoglobin level|a1c level|hemoglobin a1c ( a1c )|glycosylated hb|glycated hb|glycosylated hba1c|glycated hba1c|haemoglobin a1c ( hba1c )|glycosylated haemoglobin ( hba1c )|hb ( a1c )|hemoglobin a 1 c|hba1c concentration", limits=(2, 200)),
    _row("fasting glucose", "1558-6", (*_MASS, "substance concentration"), "fasting plasma glucose|fpg|fasting blood glucose|fbg|fasting blood sugar|fasting serum glucose|fasting glycemia|fasting plasma glucose ( fpg )|fasting plasma glucose level|fasting blood glucose level|fasting glucose level|fasting sugar|fasting glucose levels|fasting blood sugar level|fasting venous plasma glucose|fasting glycaemia|fasting plasma glucose levels|fasting plasma glucose concentration|fasting capillary glucose|fasting blood glucose levels|fasting blood glucose ( fbg )|fasting blood sugars|fasting hyperglycemia|fasting venous glucose|fasting capillary blood glucose|fbs", limits=(0.5, 1000)),
    _row("glucose", "2345-7", (*_MASS, "substance concentration", "multiple"), "blood glucose|plasma glucose|serum glucose|blood sugar|random glucose|random blood glucose|random plasma glucose|glycemia|blood glucose level|glucose level|blood glucose levels|blood sugar level|blood sugar levels|glucose levels|random blood sugar|hyperglycemia|hypoglycemia|glycaemia|plasma glucose level|glucose concentration|plasma glucose concentration|serum glucose level|capillary blood glucose|capillary glucose|smbg|glucose values", limits=(0.5, 1000)),
    _row("ogtt glucose", None, (*_MASS, "substance concentration"), "2 hour plasma glucose|2 h plasma glucose|2 hour glucose|2 hour postprandial glucose|postprandial glucose|post prandial glucose|2 h postprandial glucose|2 hour ogtt|ogtt|oral glucose tolerance test|2 hour post load glucose|2 hour oral glucose tolerance test|2 h glucose|2 hour post glucose|postprandial plasma glucose|2 hour post prandial glucose|75 g oral glucose tolerance test|2 h post load glucose", limits=(0.5, 1000), bare=False),
    _row("c-peptide", None, (*_MASS, "substance concentration"), "c peptide|fasting c peptide|fasting c peptide level|stimulated c peptide|serum c peptide|c peptide level|c peptide levels|fasting serum c peptide", limits=(0.001, 5000)),
    _row("homa-ir", None, (), "homa ir|homa", limits=(0, 50)),
    _row("total cholesterol", "2093-3", (*_MASS, "substance concentration"), "cholesterol|serum cholesterol|plasma total cholesterol|cholesterol level|serum total cholesterol|cholesterol levels|total serum cholesterol|total plasma cholesterol|fasting total cholesterol|hypercholesterolemia|plasma cholesterol", limits=(0.5, 1000)),
    _row("ldl cholesterol", "2089-1", (*_MASS, "substance concentration"), "ldl|ldl c|low density lipoprotein|low density lipoprotein cholesterol|ldl cholesterol ( ldl c )|ldl cholesterol level|low density lipoprotein cholesterol ( ldl c )|low density lipoprotein ( ldl ) cholesterol|ldl level|low density lipoprotein ( ldl )|ldl cholesterol levels|ldl c level|fasting ldl c|calculated ldl c|fasting ldl|low density lipoproteins", limits=(0.2, 1000)),
    _row("hdl cholesterol", "2085-9", (*_MASS, "substance concentration"), "hdl|hdl c|high density lipoprotein|high density lipoprotein cholesterol|high density lipoprotein cholesterol ( hdl c )|high density lipoprotein ( hdl ) cholesterol|high density lipoprotein ( hdl )", limits=(0.1, 300)),
    _row("non-hdl cholesterol", None, (*_MASS, "substance concentration"), "non hdl|non hdl c|non hdl cholesterol|non high density lipoprotein cholesterol|non high density lipoprotein cholesterol ( non hdl c )", limits=(0.1, 1000)),
    _row("triglycerides", "2571-8", (*_MASS, "substance concentration", "multiple"), "triglyceride|serum triglycerides|tg|triglyceride level|fasting triglycerides|triglyceride levels|serum triglyceride|hypertriglyceridemia|fasting triglyceride|plasma triglycerides|fasting triglyceride level|tgs|serum triglyceride level|fasting serum triglycerides|plasma triglyceride|triglycerides ( tg )|fasting serum triglyceride|triglycerides level|fasting tg|serum tg|fasting plasma triglycerides|fasting triglycerides level|fasting serum tg", limits=(0.1, 10000)),
    # hormones, markers, viruses
    _row("tsh", "3016-3", _HORMONE, "thyroid stimulating hormone|thyrotropin|thyroid stimulating hormone ( tsh )|serum tsh|thyrotropin stimulating hormone", limits=(0, 500)),
    _row("fsh", None, _HORMONE, "follicle stimulating hormone|follicle stimulating hormone ( fsh )|serum fsh|basal fsh|follicular stimulating hormone|fsh level|fsh levels|follicle stimulating hormone level", limits=(0, 500)),
    _row("lh", None, _HORMONE, "luteinizing hormone|luteinizing hormone ( lh )", limits=(0, 500), bare=False),
    _row("estradiol", None, _HORMONE, "oestradiol|serum estradiol|estradiol level|e2", limits=(0, 10000), bare=False),
    _row("amh", None, _HORMONE, "anti mullerian hormone|antimullerian hormone|anti mullerian hormone ( amh )", limits=(0, 100)),
    _row("prolactin", None, _HORMONE, "serum prolactin|prolactin level|prl|hyperprolactinemia", limits=(0, 10000)),
    _row("testosterone", "2986-8", _HORMONE, "serum testosterone|total testosterone|testosterone level|serum total testosterone|testosterone levels|serum testosterone level|morning testosterone|total testosterone level|serum testosterone levels|castrate testosterone level|serum total testosterone level|plasma testosterone|castrate level|castrate levels|total serum testosterone|castrate levels of testosterone|castrate level of testosterone|castration level|morning total testosterone|baseline testosterone|total testosterone ( tt )|castrate level of serum testosterone|castrate serum testosterone|castrate serum testosterone level|hypogonadism", limits=(0, 5000)),
    _row("free testosterone", None, _HORMONE, "calculated free testosterone|serum free testosterone", limits=(0, 5000)),
    _row("hcg", None, _HORMONE, "β hcg|beta hcg|serum hcg|bhcg|human chorionic gonadotropin", limits=(0, 1e6), bare=False),
    _row("pth", None, (*_MASS, "substance concentration", "multiple"), "parathyroid hormone|ipth|intact pth|intact parathyroid hormone|intact parathyroid hormone ( ipth )|parathyroid hormone ( pth )", limits=(0, 10000)),
    _row("vitamin d", None, (*_MASS, "substance concentration"), "25 hydroxyvitamin d|25 oh vitamin d|25 ( oh ) d|vitamin d level|25 ohd|serum 25 hydroxyvitamin d|25 hydroxy vitamin d|serum vitamin d|25 ( oh ) vitamin d", limits=(0, 500), bare=False),
    _row("cortisol", None, (*_MASS, "substance concentration"), "serum cortisol|morning cortisol|urinary free cortisol", limits=(0, 5000), bare=False),
    _row("psa", "2857-1", _MASS, "prostate specific antigen|prostate specific antigen ( psa )|serum psa|psa level|psa levels|total psa|serum prostate specific antigen|psa value|prostate specific antigen level|serum psa level|prostatic specific antigen|prostate specific antigen ( psa ) level|psa concentration|psa values|prostatic specific antigen ( psa )|baseline psa|pretreatment psa|pre treatment psa", limits=(0, 10000)),
    _row("ca-125", None, ("international", "catalytic", "multiple"), "ca 125|ca125|cancer antigen 125", limits=(0, 100000)),
    _row("afp", None, (*_MASS, "international", "multiple"), "alpha fetoprotein|α fetoprotein|alfa fetoprotein|alpha fetoprotein ( afp )", limits=(0, 1e7)),
    _row("cea", None, (*_MASS, "multiple"), "carcinoembryonic antigen", limits=(0, 100000), bare=False),
    _row("hiv rna", None, ("count concentration",), "hiv 1 rna|hiv viral load|plasma hiv 1 rna|plasma hiv rna|hiv 1 rna level|viral load|hiv rna level|hiv 1 viral load|hiv rna viral load|plasma viral load|hiv 1 rna viral load|plasma hiv 1 rna level|hiv rna levels|plasma hiv rna level|hiv 1 ribonucleic acid", limits=(0, 1e8)),
    _row("hbv dna", None, ("international", "count concentration"), "hbv dna viral load|hepatitis b dna|hepatitis b virus dna|hepatitis b virus ( hbv ) dna|hepatitis b viral load|hbv dna level|hbv dna levels|serum hbv dna|hbv viral load|hepatitis b virus deoxyribonucleic acid|hbv dna titer|hbv dna copy number|hbv dna quantification", limits=(0, 1e12)),
    _row("hcv rna", None, ("international", "count concentration"), "hcv rna viral load|hepatitis c rna|hepatitis c virus rna|hepatitis c virus ( hcv ) rna|hcv viral load|serum hcv rna|plasma hcv rna|hcv rna level|hcv ribonucleic acid", limits=(0, 1e12)),
    # urine
    _row("urine albumin/creatinine ratio", None, _BLOOD, "uacr|acr|albumin / creatinine ratio|albumin to creatinine ratio|urinary albumin to creatinine ratio|urine albumin to creatinine ratio|urine albumin / creatinine ratio|urinary albumin / creatinine ratio|albumin creatinine ratio|urine albumin creatinine ratio|urinary albumin creatinine ratio|urinary albumin - to - creatinine ratio|urine albumin to creatinine ratio ( uacr )|microalbumin / creatinine ratio", limits=(0, 20000)),
    _row("urine protein/creatinine ratio", None, _BLOOD, "upcr|upc|protein / creatinine ratio|urine protein / creatinine ratio|urine protein to creatinine ratio|protein to creatinine ratio|urinary protein / creatinine ratio|urine protein creatinine ratio|protein creatinine ratio|upc ratio|urine protein : creatinine ratio|urine protein to creatinine ( upc ) ratio|urinary protein to creatinine ratio|urine protein : creatinine ( upc ) ratio|urine protein creatinine ( upc ) ratio", limits=(0, 20000)),
    _row("proteinuria", None, _MASS, "urine protein|urinary protein|protein excretion|24 hour urine protein|urinary protein excretion|24 hour protein|24 h urine protein|urine protein excretion|24 hour urinary protein|protein in urine|urine protein level|24 hour proteinuria|24 h urinary protein|24 hour urine protein quantification|total urinary protein|urine protein quantification", limits=(0, 50000), bare=False),
    _row("urinary albumin", None, _MASS, "albuminuria|urinary albumin excretion|urine albumin|albumin excretion rate|urinary albumin excretion rate|microalbuminuria|urinary albumin level|uae|macroalbuminuria", limits=(0, 50000), bare=False),
    # lungs, heart
    _row("fev1", None, ("fraction", "volume"), "forced expiratory volume in one second|forced expiratory volume in 1 second|forced expiratory volume in 1 second ( fev1 )|forced expiratory volume in one second ( fev1 )|fev 1|percent predicted fev1|ppfev1|post bronchodilator fev1|pre bronchodilator fev1|forced expiratory volume|forced expiratory volume in the first second|fev1 %|forced expiratory volume 1|prebronchodilator fev1|postbronchodilator fev1|percent predicted forced expiratory volume in 1 second|forced expired volume in one second|forced expiratory volume in first second|forced expiratory volume in 1 s", limits=(0.1, 200)),
    _row("fev1/fvc", "19926-5", ("fraction",), "fev1 / fvc|fev1 / fvc ratio|fev1 / forced vital capacity|fev1 / forced vital capacity ( fvc )|fev1 / forced vital capacity ratio|forced expiratory volume in one second / forced vital capacity|fev1 / forced vital capacity ( fvc ) ratio|post bronchodilator fev1 / fvc ratio|post bronchodilator fev1 / fvc|fev 1 / fvc|fev1 : fvc ratio|fev1 fvc ratio|fev1 fvc|fev1 / vc", limits=(0.01, 120)),
    _row("fvc", None, ("fraction", "volume"), "forced vital capacity|forced vital capacity ( fvc )|vital capacity|percent predicted fvc|fvc %|slow vital capacity", limits=(0.1, 200)),
    _row("dlco", None, ("fraction",), "diffusing capacity|diffusion capacity|carbon monoxide diffusing capacity|dlco %|diffusing capacity for carbon monoxide|diffusing capacity of the lung for carbon monoxide|diffusing capacity for carbon monoxide ( dlco )|tlco|diffusing capacity of carbon monoxide|dl co|diffusion capacity for carbon monoxide|kco", limits=(0.1, 200)),
    _row("po2", None, ("pressure",), "pao2|partial pressure of oxygen|arterial oxygen tension|partial pressure of arterial oxygen|arterial partial pressure of oxygen|pa o2|partial pressure of arterial oxygen ( pao2 )|arterial po2", limits=(1, 700)),
    _row("pco2", None, ("pressure",), "paco2|partial pressure of carbon dioxide|arterial pco2|arterial carbon dioxide tension", limits=(1, 200)),
    _row("pao2/fio2", None, ("pressure",), "pao2 / fio2|p / f ratio|p / f|pao2 / fio2 ratio|pf ratio|pao2 to fio2 ratio|pao2 : fio2|pao2 / fio2 ( p / f ) ratio|partial pressure of arterial oxygen to fraction of inspired oxygen ratio|partial pressure of oxygen / oxygen concentration|partial pressure of oxygen / fraction of inspired oxygen|pao2 : fio2 ratio|oxygenation index|pao2 fio2 ratio|arterial partial pressure of oxygen / fraction of inspired oxygen|arterial partial pressure of oxygen / fraction of inspired oxygen ( pao2 / fio2 )", limits=(1, 700)),
    _row("fio2", None, ("fraction",), "fraction of inspired oxygen|inspired oxygen", limits=(0.1, 100)),
    _row("peep", None, ("pressure",), "positive end expiratory pressure|positive end expiratory pressure ( peep )", limits=(0, 50)),
    _row("six-minute walk distance", None, ("length",), "6mwd|6 minute walk distance|six minute walk distance|6mwt|6 minute walk test|six minute walk test|6 minute walking distance|6 mwd|6 mwt|6 minute walk test ( 6mwt )|6 minute walk distance ( 6mwd )|6mw", limits=(1, 1500), bare=False),
    _row("apnea-hypopnea index", None, ("rate",), "ahi|apnea hypopnea index|apnoea hypopnoea index|apnea hypopnea index ( ahi )|apnoea hypopnea index|respiratory disturbance index|rdi", limits=(0, 200)),
    # performance and severity
    _row("ecog", "89247-1", _SCORE, "eastern cooperative oncology group|ecog ps|ecog performance status|ecog performance score|ecog score|eastern cooperative oncology group performance status|eastern cooperative oncology group ( ecog ) performance status|eastern cooperative oncology group ( ecog )|ecog / who|who / ecog|zubrod|zubrod performance status|who performance status|ecog performance|performance status|performance status ecog|who ps|world health organization performance status|ecog performance status ( ps )|ecog status|performance status ( ps )|world health organization ( who ) performance status|eastern cooperative oncology group performance status ( ecog ps )|eastern cooperative oncology group ( ecog ) performance score|ecog physical status|ecog grade|ps score|performance score|ecog scale|who performance score|ecog performance status score|eastern cooperative oncology group ( ecog ) score|eastern cooperative oncology group performance score|ecog ( eastern cooperative oncology group )|ecog performance scale|ecog physical status score|ecogps|ecog - ps|swog performance status|gog performance status|gynecologic oncology group|gynecologic oncology group ( gog ) performance status|ecog or zubrod|zubrod ( ecog )|who / ecog performance status|ecog / who performance status|ecog / zubrod|who score|ps ( ecog )|ecog ps score|eastern cooperative oncology group performance scale|eastern cooperative oncology group score|eastern cooperative oncology group ( ecog ) performance status score|eastern cooperative oncology group ( ecog ) scale|ecog performance status ( ecog ps )|eastern co operative oncology group|eastern co operative oncology group ( ecog )|eastern cooperative group|easten cooperative oncology group|ecog - performance status|performance status of ecog|who performance scale|ps", ordinal=True, limits=(0, 5)),
    _row("karnofsky", "89243-0", ("fraction", "score"), "kps|karnofsky performance status|karnofsky performance score|karnofsky score|karnofsky performance status ( kps )|karnofsky index|karnofsky scale|karnofsky performance scale|karnofsky performance|karnofsky performance score ( kps )|karnofsky performance scale ( kps )|karnofski|karnofsky status|karnofsky functional status|karnofsky performance status score|karnofsky / lansky|karnofsky or lansky|karnofsky ps|kps score|karnofsky ( kps )|karnofski performance status|karnofsky performance index|kps performance status", limits=(10, 100)),
    _row("lansky", None, ("fraction", "score"), "lansky performance status|lansky score|lansky play score|lansky performance score|lansky play performance|lansky play performance score|lansky performance scale|lansky play performance scale|lps", limits=(10, 100)),
    _row("nyha", "88020-3", (), "new york heart association|nyha class|nyha functional class|new york heart association ( nyha ) class|new york heart association ( nyha )|new york heart association class|nyha classification|new york heart association functional class|nyha grade|new york heart association ( nyha ) functional class|new york heart association functional classification|new york heart association classification|nyha functional classification|nyha stage|new york heart association ( nyha ) classification|nyha cardiac function|new york heart association ( nyha ) functional classification|nyha ( new york heart association )|nyha ( new york heart association ) class|nyha cardiac function class|nyha fc|nyha heart failure|new york heart association ( nyha ) grade|nyha heart failure class|nyha cardiac function grade|new york heart association grade", ordinal=True, limits=(1, 4)),
    _row("asa", None, (), "american society of anesthesiologists|asa class|asa physical status|asa score|american society of anesthesiologists ( asa )|american society of anesthesiologists ( asa ) class|asa grade|asa ps|american society of anesthesiologists physical status|asa classification|american society of anesthesiologists ( asa ) physical status|asa status|american society of anesthesiology|american society of anesthesiologists ( asa ) score|american society of anesthesiologists class|american society of anesthesiologists ( asa ) classification|american society of anesthesiologists ( asa ) physical status classification|asa physical status classification|asa physical status class|american society of anesthesiology ( asa )|asa classes|american society of anesthesia|american society of anesthesiologists physical status class|american society of anesthesiologists physical status classification|asa physical status score|asa physical status grade|american society of anesthesiologists ( asa ) physical status class|asa risk", ordinal=True, limits=(1, 6)),
    _row("gleason score", "35266-6", _SCORE, "gleason|gleason grade|gleason sum|combined gleason score|total gleason score|gleason score sum|biopsy gleason score", ordinal=True, limits=(1, 10)),
    _row("child-pugh score", None, _SCORE, "child pugh|childs pugh|child pugh class|child pugh score|child turcotte pugh|child turcotte pugh score|child pugh liver function score|ctp score|child pugh grade|child pugh points|cps|child pugh liver function|child score|child turcotte pugh ( ctp ) score", limits=(5, 15), ordinal=True),
    _row("meld", None, _SCORE, "meld score|model for end stage liver disease|model for end stage liver disease ( meld ) score|meld na|model for end stage liver disease ( meld )", limits=(1, 60)),
    _row("fitzpatrick skin type", None, (), "fitzpatrick|fitzpatrick phototype|fitzpatrick skin phototype|fitzpatrick skin types|skin phototype|skin type|fitzpatrick type", ordinal=True, limits=(1, 6)),
    _row("glasgow coma scale", "9269-2", _SCORE, "gcs|glasgow coma score|glasgow coma scale ( gcs )|glasgow coma scale score|glasgow|glasgow coma score ( gcs )|gcs score", ordinal=True, limits=(3, 15)),
    _row("sofa", None, _SCORE, "sequential organ failure assessment|sofa score|sequential organ failure assessment score|sequential organ failure assessment ( sofa ) score|sequential organ failure assessment ( sofa )", limits=(0, 24)),
    _row("apache ii", None, _SCORE, "apache 2|apache ii score|apache", limits=(0, 71), bare=True),
    _row("news2 score", None, _SCORE, "news2|news 2|news 2 score|news|news score", limits=(0, 20)),
    _row("nihss", None, _SCORE, "nih stroke scale|national institutes of health stroke scale|nihss score|national institutes of health stroke scale ( nihss )|national institute of health stroke scale|nih stroke scale score|nih stroke scale ( nihss )|national institutes of health stroke scale ( nihss ) score|national institute of health stroke scale ( nihss )", limits=(0, 42)),
    _row("modified rankin scale", None, _SCORE, "mrs|modified rankin score|modified rankin|rankin|rankin score|modified rankin scale ( mrs )|mrs score|modified rankin scale score|modified rankin score ( mrs )|pre stroke mrs|premorbid mrs", ordinal=True, limits=(0, 6)),
    _row("edss", None, _SCORE, "expanded disability status scale|edss score|expanded disability status scale ( edss )|expanded disability status scale ( edss ) score|kurtzke expanded disability status scale|kurtzke edss|expanded disability status score|kurtzke expanded disability status scale ( edss )", limits=(0, 10)),
    _row("hoehn and yahr", None, _SCORE, "hoehn & yahr|hoehn yahr|h & y|hoehn and yahr stage|hoehn & yahr stage|modified hoehn and yahr|hoehn and yahr scale|hoehn & yahr scale|h & y stage|modified hoehn and yahr stage|hoehn and yahr ( h & y )", ordinal=True, limits=(0, 5)),
    _row("mmse", "72106-8", _SCORE, "mini mental state examination|mini mental status examination|mini mental state exam|mini mental status exam|mini mental|mmse score|mini mental state examination ( mmse )|mini mental state examination ( mmse ) score|mini mental state|folstein|mini mental status|mini mental state examination score|mini mental state exam ( mmse )|mini mental state exam score|mini mental status exam ( mmse )|mini mental status examination ( mmse )|mini mental state score|mini mental test|mms|mini mental state exam ( mmse ) score", limits=(0, 30)),
    _row("moca", "72172-0", _SCORE, "montreal cognitive assessment|montreal cognitive assessment ( moca )|moca score|montreal cognitive assessment score|montreal cognitive assessment ( moca ) score", limits=(0, 30)),
    _row("cdr", None, _SCORE, "clinical dementia rating|cdr global score|clinical dementia rating ( cdr )|global cdr|cdr score|cdr global|clinical dementia rating scale|global clinical dementia rating|clinical dementia rating ( cdr ) score|clinical dementia rating score", limits=(0, 3), ordinal=True),
    _row("phq-9", "44261-6", _SCORE, "phq 9|patient health questionnaire 9|phq 9 score|phq9|patient health questionnaire|patient health questionnaire ( phq 9 )|patient health questionnaire - 9 ( phq - 9 )|phq 9 total score", limits=(0, 27)),
    _row("gad-7", None, _SCORE, "gad 7|gad 7 score|generalized anxiety disorder 7|gad7", limits=(0, 21)),
    _row("hamd", None, _SCORE, "ham d|hdrs|hamilton depression rating scale|hamilton rating scale for depression|hamd 17|ham d17|hdrs 17|hamd17|hdrs17|hamilton depression scale|ham d 17|hamilton depression|hamilton depression rating scale ( hdrs )|hrsd|hrsd 17|hamilton rating scale for depression ( hrsd )|hamilton rating scale for depression ( ham d )|hamilton depression rating scale ( ham d )|17 item hamilton depression rating scale|17 item hamilton rating scale for depression", limits=(0, 66)),
    _row("madrs", None, _SCORE, "montgomery asberg depression rating scale|montgomery asberg|madrs score|madrs total score|montgomery asberg depression rating scale ( madrs )|montgomery depression rating scale|montgomery asberg depression rating scale ( madrs ) total score|montgomery asberg depression rating scale ( madrs ) score", limits=(0, 60)),
    _row("bdi", None, _SCORE, "beck depression inventory|bdi ii|bdi score|beck depression inventory ii|beck depression inventory ( bdi )", limits=(0, 63)),
    _row("panss", None, _SCORE, "positive and negative syndrome scale|panss total score|panss total|positive and negative syndrome scale ( panss )|panss score|positive and negative syndrome scale ( panss ) total score", limits=(7, 210)),
    _row("ymrs", None, _SCORE, "young mania rating scale|young mania rating scale ( ymrs )|ymrs total score|ymrs score", limits=(0, 60)),
    _row("y-bocs", None, _SCORE, "y bocs|ybocs|yale brown obsessive compulsive scale|yale brown obsessive compulsive scale ( y bocs )", limits=(0, 40)),
    _row("cgi-s", None, _SCORE, "cgi s|cgi severity|clinical global impression severity|clinical global impression of severity|clinical global impression severity ( cgi s )|cgi s score", ordinal=True, limits=(0, 7)),
    _row("gaf", None, _SCORE, "global assessment of functioning", limits=(0, 100)),
    _row("updrs", None, _SCORE, "mds updrs|unified parkinson's disease rating scale|updrs motor score|mds updrs part iii|updrs part iii|updrs iii|unified parkinson s disease rating scale", limits=(0, 260)),
    _row("iief", None, _SCORE, "iief 5|iief ef|international index of erectile function|shim|shim score|sexual health inventory for men|iief score|iief 5 score|iief ef score|iief ef domain|iief ef domain score|ef domain score|erectile function domain score|international index of erectile function ( iief )|international index of erectile function 5|iief erectile function domain|erectile function domain|iief erectile function domain score|iief5|ef domain|international index of erectile function ( iief 5 )|international index of erectile function ( iief ) score|sexual health inventory for men ( shim )|iief ef domain scores|iief - ed|iief ed score|iief erectile function score|ief|shi m", limits=(0, 75)),
    _row("ipss", None, _SCORE, "international prostate symptom score|i pss|aua symptom score|ipss score|international prostate symptom score ( ipss )|total ipss|ipss total score|international prostatic symptom score|american urological association symptom score|aua symptom index|aua ss|american urological association symptom index", limits=(0, 35)),
    _row("das28", None, _SCORE, "das 28|disease activity score|das28 crp|das28 esr|disease activity score 28|das28 score|das28 ( crp )|das28 ( esr )|das28 / esr|das28 / crp|das28 / erythrocyte sedimentation rate|das28 / erythrocyte sedimentation rate ( esr )|disease activity score in 28 joints", limits=(0, 10)),
    _row("basdai", None, _SCORE, "bath ankylosing spondylitis disease activity index|basdai score|bath ankylosing spondylitis disease activity index ( basdai )", limits=(0, 100)),
    _row("pasi", None, _SCORE, "psoriasis area and severity index|pasi score|psoriasis area and severity index ( pasi )|psoriasis area severity index|psoriasis area and severity index ( pasi ) score", limits=(0, 72)),
    _row("easi", None, _SCORE, "eczema area and severity index|easi score|eczema area and severity index ( easi )|eczema area and severity index ( easi ) score", limits=(0, 72)),
    _row("iga", None, _SCORE, "investigator global assessment|investigator's global assessment|iga score|investigator s global assessment|investigator's global assessment ( iga )|investigator global assessment ( iga )|viga ad|static physician's global assessment|spga|spga score", ordinal=True, limits=(0, 5)),
    _row("mayo score", None, _SCORE, "mayo|total mayo score|full mayo score|partial mayo score|modified mayo score|mayo clinic score", limits=(0, 12)),
    _row("cdai", None, _SCORE, "crohn's disease activity index|crohn s disease activity index|cdai score|crohn's disease activity index ( cdai )|crohn's disease activity index ( cdai ) score", limits=(0, 700)),
    _row("sledai", None, _SCORE, "sledai 2k|sledai 2k score|sledai score|selena sledai|systemic lupus erythematosus disease activity index", limits=(0, 105)),
    _row("acq", None, _SCORE, "asthma control questionnaire|acq 6|acq 5|acq score|acq 6 score|asthma control questionnaire ( acq )|acq 7|acq5|acq6", limits=(0, 6), bare=True),
    _row("act", None, _SCORE, "asthma control test|asthma control test ( act )|act score|asthma control test ( act ) score", limits=(5, 25), bare=False),
    _row("mrc dyspnea", None, _SCORE, "mmrc|mmrc score|mmrc dyspnea|modified medical research council|mrc dyspnoea|mmrc dyspnea scale", ordinal=True, limits=(0, 5)),
    _row("cat", None, _SCORE, "copd assessment test|cat score|copd assessment test ( cat )", limits=(0, 40), bare=False),
    _row("vas", None, ("score", "length"), "visual analog scale|visual analogue scale|vas score|pain vas|vas pain|visual analogue scale ( vas )|visual analog scale ( vas )|vas pain score|nrs|numeric rating scale|numerical rating scale|nrs score|pain score|pain nrs|pain intensity|average pain|numeric rating scale ( nrs )|numerical rating scale ( nrs )|pain numeric rating scale|numeric pain rating scale|nprs|pain intensity score|baseline pain", limits=(0, 100)),
    _row("epworth sleepiness scale", None, _SCORE, "ess|epworth|epworth sleepiness score|epworth sleepiness scale ( ess )|ess score", limits=(0, 24)),
    _row("isi", None, _SCORE, "insomnia severity index|isi score|insomnia severity index ( isi )", limits=(0, 28)),
    _row("psqi", None, _SCORE, "pittsburgh sleep quality index|psqi score|pittsburgh sleep quality index ( psqi )", limits=(0, 21)),
    _row("audit", None, _SCORE, "audit score|alcohol use disorders identification test|alcohol use disorder identification test|audit c|audit c score|alcohol use disorders identification test ( audit )", limits=(0, 40)),
    _row("oswestry disability index", None, ("fraction", "score"), "odi|oswestry|odi score|oswestry disability index ( odi )|oswestry score|oswestry disability index score|oswestry low back pain disability", limits=(0, 100)),
    _row("neck disability index", None, ("fraction", "score"), "ndi|ndi score|neck disability index ( ndi )|neck disability index score", limits=(0, 100)),
    _row("bcva", None, (), "best corrected visual acuity|best corrected visual acuity ( bcva )|visual acuity|bcva letter score|etdrs|etdrs letter score|etdrs bcva", limits=(0, 1000), bare=False),
    _row("t-score", None, (), "t score|t scores|bmd t score|bone mineral density t score", limits=(-10, 10)),
    _row("cha2ds2-vasc", None, _SCORE, "cha2ds2 vasc|cha2ds2 vasc score|chads2|chads2 score|cha2ds2vasc", limits=(0, 10)),
    _row("bishop score", None, _SCORE, "bishop|bishops score|bishop's score|modified bishop score|bishop s score", limits=(0, 13)),
    _row("apgar score", None, _SCORE, "apgar|apgar scores", limits=(0, 10)),
    # tumors
    _row("tumor size", None, ("length",), "tumour size|tumor diameter|tumour diameter|primary tumor size|size of tumor|size of the tumor|tumor|tumour|tumors|tumours|largest tumor|tumor size in greatest dimension", limits=(0, 1000), bare=False),
    _row("lesion size", None, ("length",), "lesion diameter|lesion|lesions|target lesion|lesion length|measurable lesion|size of lesion", limits=(0, 1000), bare=False),
    _row("ki-67", None, ("fraction",), "ki 67|ki67|ki 67 index|ki67 index|ki 67 labeling index|ki 67 proliferation index", limits=(0, 100)),
    _row("pd-l1", None, ("fraction", "score"), "pd l1|pdl1|pd l1 expression|tps|pd l1 tps|tumor proportion score|combined positive score|pd l1 cps|pd l1 tumor proportion score|pd l1 combined positive score|pd l1 positive", limits=(0, 100)),
    _row("fish ratio", None, (), "her2 / cep17 ratio|her2 / cep17|her2 fish ratio", limits=(0, 20)),
    _row("pack-years", None, (), "pack years|pack year|pack years history|pack year history|smoking history", limits=(0, 200), bare=False),
    _row("stenosis", None, ("fraction",), "stenoses|diameter stenoses|diameter stenosis|luminal stenosis|luminal narrowing|percent stenosis|residual stenosis", limits=(0, 100), bare=False),
)  # fmt: skip
"""The reviewed table, in the order of docs/eligibility-variables.md. Of two rows with the same phrase the first counts."""

NOT_A_VARIABLE: tuple[str, ...] = tuple(
    """neutrophil lymphocyte ratio|neutrophil to lymphocyte ratio|neutrophil / lymphocyte ratio|platelet lymphocyte ratio|platelet to lymphocyte ratio|egfr mutation|egfr mutations|egfr tki|egfr tkis|egfr exon|egfr inhibitor|egfr inhibitors|wild type egfr|egfr wild type|egfr activating|egfr sensitizing|egfr sensitive|egfr sensitising|egfr gene|egfr t790m|egfr l858r|egfr targeted|egfr positive|egfr negative|anti egfr|egfr tyrosine|egfr or|egfr , alk|egfr and alk|alveolar height|ridge height|bone height|vertebral height|disc height|alveolar ridge height|age of occlusion|age of the lesion|fetal weight|estimated fetal weight|fetal weight estimation|birth height|end diastolic diameter|end systolic diameter|end diastolic volume|end systolic volume|left ventricular end diastolic|systolic speed|systolic murmur|diastolic dysfunction|systolic dysfunction|systolic velocity|peak systolic velocity|weight loss|body weight loss|loss of weight|loss of body weight|weight gain|weight change|weight reduction|change in weight|change in body weight|body weight change|weight bearing|birth weight percentile
    |loss of total body weight|weight stable|stable weight|stable body weight|ideal body weight|% of ideal body weight|lost weight
    |bone age|mental age|developmental age|reading age|school age|reproductive age|child bearing age|childbearing age|old age|middle age|middle aged|age of majority|legal age|age appropriate|age matched|age adjusted|working age|age related|fertile age|age of consent|of legal age|skeletal age
    |platelet transfusion|platelet transfusions|platelet inhibitor|platelet inhibitors|anti platelet|platelet aggregation|platelet rich plasma|platelet derived
    |calcium channel|calcium supplements|calcium supplementation|potassium channel|potassium sparing|sodium valproate|sodium restricted|sodium chloride|magnesium sulfate|sodium oxybate
    |albumin infusion|albumin bound|urine creatinine|urinary creatinine|temperature sensitive|room temperature|fever blisters|glucose tolerance|impaired fasting glucose
    |heart rate variability|blood pressure medication|blood pressure medications|blood pressure lowering|blood pressure cuff|pulse therapy|pulse steroid|pulmonary hypertension|pulmonary arterial hypertension|portal hypertension|ocular hypertension|intracranial hypertension|orthostatic hypotension|intradialytic hypotension|ventricular tachycardia
    |lesion location|tumor stage|tumor grade|brain tumor|tumor biopsy|tumor necrosis factor|anti tumor|solid tumors|solid tumor|cell tumor|tumor markers|tumor tissue|tumor burden|stable disease|tumor thrombus|non hodgkin|who classification
    |sickle hemoglobin|hemoglobin s|fetal hemoglobin|hemoglobin ss|hb ss|hemoglobinopathy|free hemoglobin|hepatocellular carcinoma
    |lymphocyte infusion|neutrophil engraftment|platelet engraftment|gleason pattern|primary gleason|gleason primary grade|ps 341|pt1|cr 1|blood glucose meter|blood glucose monitoring|self monitoring of blood glucose|hypertension grade|stage hypertension|grade hypertension|stage 1 hypertension
    |ap view|ap diameter|mr imaging|map kinase|cat scan|act 1|got off|news media|right ventricular systolic function|hr negative|hr positive|hr +|pr positive|pr negative|pr +|pr -|hr -
    |estrogen receptor|er / pr|er and pr|ki - 67 %|waist hip ratio|waist to hip ratio|waist / hip ratio|waist : hip|metabolic acidosis|diabetic ketoacidosis|lactic acidosis|cholesterol lowering|triglyceride lowering|testosterone therapy|testosterone replacement|hypoglycemia unawareness|severe hypoglycemia""".replace("\n", "").split("|")
)  # fmt: skip
"""Phrases that hold a variable's words and are none: found first, they hide it."""

BY_NAME: dict[str, Variable] = {variable.name: variable for variable in VARIABLES}


def _phrases() -> Phrases[Variable | None]:
    rows: list[tuple[str, Variable | None]] = [(phrase.strip(), None) for phrase in NOT_A_VARIABLE]
    rows += [(phrase, variable) for variable in VARIABLES for phrase in _spellings(variable)]
    return Phrases(rows)


def _spellings(variable: Variable) -> list[str]:
    """A variable's phrases as tokens: hyphens and apostrophes are gaps, brackets and slashes words of their own."""
    return [
        phrase.replace("-", " ").replace("'", " ").replace("/", " / ").replace("(", " ( ").replace(")", " ) ")
        for phrase in variable.phrases
    ]


MENTIONS = _phrases()
"""Variables among tokens; a meaning of None is a phrase that hides one."""
