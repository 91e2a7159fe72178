"""The reviewed table of known concepts, such as pregnancy or informed consent.

A row has the phrases that can be a whole criterion ("pregnant women"), the question that such a criterion answers
("Pregnancy status"), and the codes of the answer.

Sources of the codes: a MeSH id is the one that ClinicalTrials.gov prints beside the same term (a test over real records
proves it; the registry prints none for Pregnancy, Breast Feeding and Informed Consent, so these come from MeSH). LOINC
codes have valid check digits. ECLAIRE codes are from `eclaire-study-population-code-system`, 0.3.1.
A row's phrases are the MeSH heading, its entry terms and their spellings. A narrower phrase ("uncontrolled
hypertension", "liver metastases") is not a synonym, and its criterion stays text. A concept without a code has only
words as its answer, or no answer if only the criterion's own words state it (which language, which trial).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trialwire.schemas.fhir.code_systems import LOINC, MESH
from trialwire.schemas.fhir.eclaire import POPULATION


@dataclass(frozen=True, slots=True)
class Coding:
    """A FHIR Coding: system, code and display."""

    system: str
    code: str
    display: str

    def to_json(self) -> dict[str, str]:
        """Return the coding as a FHIR JSON object."""
        return {"system": self.system, "code": self.code, "display": self.display}


@dataclass(frozen=True, slots=True)
class Concept:
    """A row of the table: one concept (such as pregnancy) that a whole criterion may be about, and its FHIR coding.

    `question` becomes the code of the Group characteristic ("Pregnancy status"), the answer becomes its value. The row
    also has the kind of criterion in ECLAIRE, the French register of trials, which is published as FHIR R4.
    `answer` is the answer in words, for a concept whose answer has no code. A concept with neither code nor words has
    the criterion's text as its answer; such a concept stays text in a denial and in a list of several concepts.
    `pattern` is a regular expression for a concept with too many wordings for `phrases`. It must match a whole
    criterion.
    `lasting`: the criterion may name the past of the concept ("history of …").
    `of_women`: the criterion may begin with women ("women who are …").
    `to_include`: the concept has a meaning only in the inclusion section; in an exclusion the criterion stays text.
    """

    name: str
    question: str
    question_codings: tuple[Coding, ...] = ()
    kind: str = "grp-other"
    answers: tuple[Coding, ...] = ()
    phrases: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    answer: str = ""
    lasting: bool = False
    of_women: bool = False
    to_include: bool = False


def _phrases(words: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in words.split("|") if phrase.strip())


def _condition(term: str, mesh_id: str, words: str, question: str = "Condition") -> Concept:
    """A row with a MeSH heading. The heading is also a phrase."""
    return Concept(
        term.casefold(), question, answers=(Coding(MESH, mesh_id, term),),
        phrases=_phrases(f"{term.casefold()}|{words}"), lasting=question == "Condition",
    )  # fmt: skip


def _uncoded(answer: str, words: str, question: str = "Condition") -> Concept:
    """A row whose answer has words but no code, because no record proves one."""
    return Concept(answer.casefold(), question, phrases=_phrases(words), answer=answer, lasting=question == "Condition")


def _worded(name: str, question: str, pattern: str, *, to_include: bool = False, answers: tuple[Coding, ...] = (), kind: str = "grp-other") -> Concept:  # fmt: skip
    """A row that is matched by a pattern."""
    return Concept(name, question, kind=kind, answers=answers, pattern=re.compile(pattern), to_include=to_include)


_CONSENT = r"(?:(?:a|an|the|this|his|her|their|own|personal|voluntary|free|full|fully|valid|written|signed|dated|informed|study|approved|and|his or her|his/her)[ ,]+)*(?:consent|icf)(?: forms?| documents?| statement)?(?: ?\(icf\))?(?: for (?:the|this) (?:study|trial)| (?:to participate|to participation|to take part|for participation)(?: in (?:the|this) (?:study|trial))?)?"
_GIVE = r"(?:give|provide|sign|provide and sign|grant)"
_GIVING = r"(?:giving|providing|signing)"
_ABLE = r"(?:able|ability|capable|competent|capacity)"
_WILLING = r"(?:willing|willingness)"
_BOTH = rf"(?:(?:the )?{_ABLE} and (?:the )?{_WILLING}|(?:the )?{_WILLING} and (?:the )?{_ABLE})"
_UNABLE = r"(?:unable|inability|not able|incapable|incapacity)"
_UNWILLING = r"(?:unwilling|unwillingness|not willing)"
_NEITHER = rf"(?:{_UNABLE} (?:or|and/or) {_UNWILLING}|{_UNWILLING} (?:or|and/or) {_UNABLE})"
_STUDY = r"(?:(?:the|this|all|any|of|for|and|or|with|study|trial|protocol|research|scheduled|planned|required|requirements?|procedures?|visits?|visit|schedules?|plan|tests?|treatments?|instructions?|restrictions?|assessments?|evaluations?|examinations?|study[- ]related|trial[- ]related|protocol[- ]related|study[- ]specific|follow[- ]ups?)[ ,/]*)+"
_COMPLY = rf"(?:comply|complying|compliance|adhere|cooperate|follow) (?:with|to )?[ ]?{_STUDY}(?:(?:for|during|throughout) the (?:entire )?(?:duration|course) of the (?:study|trial))?"
_LANGUAGE = r"(?:english|french|german|spanish|italian|dutch|danish|swedish|norwegian|finnish|portuguese|japanese|korean|chinese|mandarin|cantonese|arabic|hebrew|turkish|hindi|polish|russian)"
_LANGUAGES = (
    rf"(?:the )?(?:spoken |written |spoken and written )?{_LANGUAGE}(?: ?(?:or|and|/) ?{_LANGUAGE})*(?: languages?)?"
)
_SPEAK = r"(?:(?:speaks?|reads?|writes?|understands?|comprehends?|communicates?|converses?|fluently|in)(?:[ ,/]+(?:and/or|and|or) |[ ,/]+))+"
_SPEAKING = r"[- ]?speak(?:ing|ers?)(?: (?:patients?|subjects?|participants?|individuals?|persons?|people))?"
_TRIAL_DRUG = r"(?:any |the |a )?(?:study|investigational|trial|test|experimental) (?:drugs?|products?|medications?|medicines?|treatments?|agents?)"
_PARTS = r"(?: ?(?:or|and|and/or|/|,) (?:to )?(?:any of )?(?:its|their|the|any|similar|related)(?: of (?:its|their|the))? (?:excipients?|components?|ingredients?|constituents?))?"
_ALLERGY = r"(?:allerg(?:y|ies)|hypersensitivity|hypersensitive|allergic|sensitivity|allergic reactions?|hypersensitivity reactions?)"
_FERTILE = r"(?:(?:pre-?menopausal )?(?:women|females?|female subjects|female patients|female participants)(?: (?:subjects|patients|participants))? of (?:child[- ]?bearing|reproductive) (?:potential|age|capacity)|wocbp|fertile (?:women|females|patients)|women of child[- ]?bearing potential \(wocbp\))"
_METHOD = r"(?:(?:an?|any|adequate|effective|highly|medically|acceptable|reliable|appropriate|safe|approved|method|methods|form|forms|means|of|proper|two|double|barrier)[ -]+)*(?:contraception|contraceptives?|birth control|contraceptive (?:measures?|methods?))"
_INFORMED = (Coding(MESH, "D007258", "Informed Consent"),)
_PREGNANCY_STATUS = (Coding(LOINC, "82810-3", "Pregnancy status"),)

CONCEPTS: tuple[Concept, ...] = (
    Concept(
        "pregnant", "Pregnancy status", _PREGNANCY_STATUS, "grp-studypop",
        (Coding(MESH, "D011247", "Pregnancy"), Coding(POPULATION, "pregnant", "Pregnant women (Femmes enceintes)")),
        _phrases("pregnant|pregnancy|currently pregnant|is pregnant|are pregnant|pregnant woman|pregnant women|pregnant female|pregnant females|current pregnancy|known pregnancy|gravid|gravidity|being pregnant|pregnant patients|pregnant subjects"),
        of_women=True,
    ),
    Concept(
        "breastfeeding", "Breastfeeding", (), "grp-studypop",
        (Coding(MESH, "D001942", "Breast Feeding"), Coding(POPULATION, "nursing", "Nursing women (Femmes allaitant)")),
        _phrases("breastfeeding|breast feeding|breast-feeding|lactating|lactation|nursing|breastfeeding women|breast-feeding women|breast feeding women|lactating women|nursing women|nursing mothers|breastfeeding mothers|lactating mothers|lactating females|nursing females|breastfeeding females|breast-feeding females|currently breastfeeding|currently lactating|currently nursing|breast feeding mothers|breast-feeding mothers"),
        of_women=True,
    ),
    Concept(
        "no contraception", "Childbearing potential and contraception", (), "grp-studypop",
        (Coding(POPULATION, "no-using-contraception", "Women of child bearing potential not using contraception (Femmes en âge de procréer n'utilisant pas de contraception)"),),
        pattern=re.compile(rf"(?:{_FERTILE}|(?:being |is |are )?of child[- ]?bearing (?:potential|age) and) (?:(?:who|that|and) )?(?:(?:are|is) )?(?:not using|not practi[cs]ing|without|who do not use|do not use|does not use|without using) {_METHOD}"),
        of_women=True,
    ),
    _worded("contraception required", "Contraception required of participants who may have children", rf"(?:if )?{_FERTILE},?(?: then)?(?: who)? (?:(?:must|should|have to|need to|are required to|will|agree to|must agree to|be willing to|must be willing to) )?(?:use|be using|using|practi[cs]e|practi[cs]ing) {_METHOD}(?: (?:during|throughout|for the duration of) (?:the )?(?:study|trial)(?: period)?)?", to_include=True),
    Concept(
        "informed consent", "Informed consent given", (), "grp-other", _INFORMED,
        _phrases("informed consent|written informed consent|signed informed consent|signed written informed consent|written and signed informed consent|signed and dated informed consent|signed and dated written informed consent|provision of informed consent|provision of written informed consent|provided informed consent|provided written informed consent|informed consent signed|signed informed consent form|written informed consent provided|written informed consent obtained|informed consent obtained|signed consent|written consent|consent|signed consent form"),
        re.compile(rf"(?:given?|gives|giving|provides?|provided|providing|provision of|obtained|signs?|signed|signing|signature of|documented|documented,) {_CONSENT}|{_CONSENT}(?: (?:is|was|has been|must be))? (?:given|provided|signed|obtained)(?: (?:by|from) (?:the )?(?:subject|patient|participant)s?)?|(?:written and informed|informed and written|informed written) consent(?: form)?"),
        to_include=True,
    ),
    _worded("able to consent", "Able to give informed consent", rf"(?:the )?{_ABLE} (?:(?:to|of) (?:{_GIVE}|{_GIVING}) {_CONSENT}|to consent|to (?:read and |read, )?understand,? and {_GIVE} {_CONSENT})", to_include=True, answers=_INFORMED),
    _worded("willing to consent", "Willing to give informed consent", rf"(?:the )?(?:{_WILLING} to|agrees? to) {_GIVE} {_CONSENT}", to_include=True, answers=_INFORMED),
    _worded("able and willing to consent", "Able and willing to give informed consent", rf"{_BOTH} to {_GIVE} {_CONSENT}|(?:the )?{_ABLE} to (?:read and |read, )?understand,? and (?:(?:be )?(?:the )?{_WILLING} to |voluntarily ){_GIVE} {_CONSENT}", to_include=True, answers=_INFORMED),
    _worded("unable to consent", "Ability to give informed consent", rf"{_UNABLE} (?:(?:to|of) (?:give|provide|giving|providing) {_CONSENT}|to consent)|lack(?:ing|s)?(?: of)? (?:the )?capacity to (?:consent|(?:give|provide) {_CONSENT})|(?:incapable|not capable) of (?:giving|providing) {_CONSENT}",
            answers=(Coding(POPULATION, "incap-consent", "Subjects incapable of giving consent personally (Sujets incapables de donner leur consentement personnel)"),), kind="grp-studypop"),
    _worded("refusal to consent", "Refusal of informed consent", rf"(?:{_UNWILLING} to|refusal to|refus(?:es?|ed|ing) to|declin(?:es?|ed|ing) to) (?:{_GIVE} {_CONSENT}|consent|participate(?: in (?:the|this) (?:study|trial))?)|refusal of {_CONSENT}"),
    _worded("unable or unwilling to consent", "Unable or unwilling to give informed consent", rf"{_NEITHER} to (?:{_GIVE} {_CONSENT}|consent)"),
    _worded("willing to comply", "Willing to comply with the trial's procedures", rf"(?:the )?(?:{_WILLING} to|agrees? to|agreement to|commitment to) {_COMPLY}", to_include=True),
    _worded("able to comply", "Able to comply with the trial's procedures", rf"(?:the )?{_ABLE} (?:to|of) {_COMPLY}", to_include=True),
    _worded("able and willing to comply", "Able and willing to comply with the trial's procedures", rf"{_BOTH} to {_COMPLY}", to_include=True),
    _worded("unable or unwilling to comply", "Unable or unwilling to comply with the trial's procedures", rf"(?:{_NEITHER}|{_UNABLE}|{_UNWILLING}) to {_COMPLY}"),
    _worded("another trial", "Participation in another trial", r"(?:(?:current|currently|concurrent|concurrently|simultaneous|simultaneously|ongoing|active) )?(?:participation|participating|participates|enrol+ment|enrolled|involvement|involved|inclusion|included) in (?:another|an other|any other|other|any) (?:(?:other|concurrent|ongoing|active|interventional|investigational|clinical|research|therapeutic|drug|medical|treatment) )*(?:trials?|stud(?:y|ies)|study protocols?)"),
    _worded("speaks the language", "Language ability", rf"(?:(?:must|should|can) )?(?:(?:be )?{_ABLE} to )?{_SPEAK}{_LANGUAGES}|(?:fluency|fluent|competency|proficiency|proficient) in {_LANGUAGES}|{_LANGUAGE}(?:[- ]?(?:or|/)[- ]?{_LANGUAGE})*{_SPEAKING}|{_LANGUAGE} (?:fluency|proficiency)", to_include=True),
    _worded("does not speak the language", "Lack of language ability", rf"(?:non|not)[- ]{_LANGUAGE}{_SPEAKING}|(?:{_UNABLE} to|(?:does|do) not|cannot|can not) {_SPEAK}{_LANGUAGES}|language barriers?"),
    _worded("legal protection", "Legal protection (guardianship, curatorship, protection by a court)", r"(?:(?:an |being an |be an )?(?:adults?|patients?|subjects?|persons?|majors?) )?(?:(?:placed )?(?:under|on)|subject to) (?:a )?(?:legal |judicial )?(?:guardianship|curatorship|tutorship|tutelage|protection|protective measures?|protection measures?|safeguard of justice)(?:(?: or |/|, )(?:legal )?(?:guardianship|curatorship|tutorship|tutelage|safeguard of justice))*|(?:protected adults?|adults? (?:legally )?protected by (?:the )?law)"),
    _worded("deprived of liberty", "Deprived of liberty", r"(?:a )?prisoners?|(?:currently (?:a )?(?:prisoner|incarcerated))|incarcerated|current incarceration|(?:persons? |patients? |adults? )?deprived of (?:their |his |her )?(?:liberty|freedom)(?: by (?:a )?(?:judicial|administrative|judicial or administrative) decision)?"),
    _worded("allergy to the trial's drug", "Hypersensitivity to the trial's own products", rf"(?:(?:a|any|history of|prior|known|documented|suspected|known or suspected|previous|severe) )*{_ALLERGY}(?: (?:or|and|/) (?:{_ALLERGY}|intolerance))? to {_TRIAL_DRUG}{_PARTS}|(?:(?:a|any|known|history of) )*{_ALLERGY} to (?:any of )?(?:the )?(?:components?|ingredients?|excipients?|constituents?) (?:of|in) {_TRIAL_DRUG}|(?:(?:a|any|known|history of) )*{_ALLERGY} to any (?:component|ingredient|excipient|constituent)s? (?:of|in) {_TRIAL_DRUG}"),
    _uncoded("Contraindication to magnetic resonance imaging", "contraindication to mri|contraindications to mri|mri contraindication|mri contraindications|contraindication for mri|contraindications for mri|any contraindication to mri|contraindication to magnetic resonance imaging|contraindications to magnetic resonance imaging|contraindication to mri for any reason", "Contraindication"),
    _uncoded("Cardiac pacemaker", "pacemaker|pacemakers|cardiac pacemaker|cardiac pacemakers|implanted pacemaker|implanted cardiac pacemaker|pacemaker implanted|pacemaker implantation|a pacemaker|an implanted pacemaker", "Device"),
    _condition("Anticoagulants", "D000925", "anticoagulant|anticoagulant use|anticoagulant treatment|anticoagulant therapy|anticoagulation|anticoagulation therapy|use of anticoagulants|on anticoagulants|on anticoagulant treatment|on anticoagulant therapy|taking anticoagulants|treatment with anticoagulants|current treatment with anticoagulants|receiving anticoagulants", "Treatment"),
    _condition("Immunosuppressive Agents", "D007166", "immunosuppressants|use of immunosuppressants|receiving immunosuppressants|receiving immunosuppressant medications|immunosuppressive therapy|immunosuppressive treatment|on immunosuppressive therapy|treatment with immunosuppressants", "Treatment"),
    _condition("HIV Infections", "D015658", "hiv|hiv infection|hiv positive|hiv-positive|hiv/aids|human immunodeficiency virus|human immunodeficiency virus infection|human immunodeficiency virus (hiv)|human immunodeficiency virus (hiv) infection|infection with hiv|infection with human immunodeficiency virus (hiv)|to be hiv positive|to be hiv-positive"),
    _uncoded("Hepatitis B", "hepatitis b|hepatitis b infection|hepatitis b virus infection|hepatitis b virus|hepatitis b virus (hbv) infection|hepatitis b (hbv)|hbv|hbv infection"),
    _condition("Hepatitis C", "D006526", "hepatitis c infection|hepatitis c virus infection|hepatitis c virus|hepatitis c virus (hcv) infection|hepatitis c (hcv)|hcv|hcv infection"),
    _condition("Infections", "D007239", "infection"),
    _condition("Urinary Tract Infections", "D014552", "urinary tract infection|urinary tract infection (uti)|uti"),
    _uncoded("Tuberculosis", "tuberculosis|tb"),
    _condition("COVID-19", "D000086382", "covid 19|sars-cov-2 infection|covid-19 infection"),
    _condition("Neoplasms", "D009369", "cancer|malignancy|malignancies|cancers|malignant tumor|malignant tumors|malignant tumour|malignant tumours|malignant neoplasm|malignant neoplasms|malignant disease|neoplastic disease|malignancy (cancers)|cancer of any kind|malignancy of any kind"),
    _condition("Prostatic Neoplasms", "D011471", "prostate cancer"),
    _condition("Diabetes Mellitus", "D003920", "diabetes|diabetic"),
    _condition("Diabetes Mellitus, Type 1", "D003922", "type 1 diabetes|type 1 diabetes mellitus|diabetes mellitus type 1|diabetes type 1|type i diabetes|diabetes type i|type 1 diabetes (t1d)|t1d"),
    _condition("Diabetes Mellitus, Type 2", "D003924", "type 2 diabetes|type 2 diabetes mellitus|diabetes mellitus type 2|diabetes type 2|type ii diabetes|diabetes type ii|type 2 diabetes (t2d)|t2d"),
    _condition("Hypothyroidism", "D007037", ""),
    _condition("Hyperthyroidism", "D006980", ""),
    _condition("Hypogonadism", "D007006", ""),
    _condition("Thyroid Diseases", "D013959", "thyroid disease|thyroid disorder|thyroid disorders"),
    _condition("Obesity", "D009765", "obese"),
    _condition("Osteoporosis", "D010024", ""),
    _condition("Metabolic Syndrome", "D024821", ""),
    _condition("Heart Failure", "D006333", "congestive heart failure|cardiac failure|congestive heart failure (chf)|chf"),
    _condition("Myocardial Infarction", "D009203", "heart attack|myocardial infarction (mi)"),
    _condition("Coronary Artery Disease", "D003324", "coronary artery disease (cad)"),
    _condition("Angina Pectoris", "D000787", ""),
    _condition("Angina, Unstable", "D000789", "unstable angina|unstable angina pectoris"),
    _condition("Arrhythmias, Cardiac", "D001145", "arrhythmia|arrhythmias|cardiac arrhythmia|cardiac arrhythmias"),
    _condition("Atrial Fibrillation", "D001281", ""),
    _condition("Heart Diseases", "D006331", "heart disease|cardiac disease|cardiac diseases"),
    _condition("Cardiovascular Diseases", "D002318", "cardiovascular disease|cardiovascular disease of any type"),
    _condition("Hypertension", "D006973", "high blood pressure|arterial hypertension"),
    _condition("Hypertension, Pulmonary", "D006976", "pulmonary hypertension"),
    _condition("Hypotension", "D007022", "low blood pressure"),
    _condition("Stroke", "D020521", "cerebrovascular accident|cerebrovascular accident (cva)|cva"),
    _condition("Epilepsy", "D004827", "seizure disorder|seizure disorders|epilepsy or seizure disorder"),
    _condition("Seizures", "D012640", "seizure"),
    _condition("Dementia", "D003704", ""),
    _condition("Alzheimer Disease", "D000544", "alzheimer's disease|alzheimers disease|alzheimer disease"),
    _condition("Cognitive Dysfunction", "D060825", "cognitive impairment|cognitive impairments"),
    _condition("Parkinson Disease", "D010300", "parkinson's disease|parkinsons disease"),
    _condition("Multiple Sclerosis", "D009103", ""),
    _condition("Migraine Disorders", "D008881", "migraine|migraines"),
    _condition("Spinal Cord Injuries", "D013119", "spinal cord injury|spinal cord injury (sci)"),
    _condition("Mental Disorders", "D001523", "mental disorder|mental illness|mental illnesses|psychiatric disorder|psychiatric disorders|psychiatric disease|psychiatric diseases|psychiatric illness|psychiatric illnesses"),
    _uncoded("Claustrophobia", "claustrophobia|claustrophobic"),
    _condition("Substance-Related Disorders", "D019966", "substance abuse|drug abuse|drug addiction|drug dependence|drug dependency|substance use disorder|substance use disorders|drug or alcohol abuse|alcohol or drug abuse|alcohol and/or drug abuse|drug and/or alcohol abuse|alcohol or substance abuse|substance or alcohol abuse|alcohol/drug abuse|drug/alcohol abuse|abuse of alcohol or drugs|abuse of drugs or alcohol|abuse of drugs including alcohol|drug, alcohol, or substance abuse|drug, alcohol or substance abuse"),
    _condition("Alcoholism", "D000437", "alcohol abuse|alcohol addiction|alcohol dependence|alcohol dependency|alcohol use disorder"),
    _condition("Hemorrhagic Disorders", "D006474", "bleeding disorder|bleeding disorders|bleeding diathesis|hemorrhagic diathesis|haemorrhagic diathesis|hemorrhagic disorder"),
    _condition("Blood Coagulation Disorders", "D001778", "coagulopathy|coagulopathies|coagulation disorder|coagulation disorders|clotting disorder|clotting disorders|blood coagulation disorder"),
    _condition("Hemophilia A", "D006467", ""),
    _condition("Renal Insufficiency", "D051437", "renal failure|kidney failure|kidney insufficiency|renal impairment|renal dysfunction|impaired renal function"),
    _condition("Renal Insufficiency, Chronic", "D051436", "chronic renal insufficiency|chronic kidney disease|chronic kidney diseases|chronic kidney disease (ckd)|ckd"),
    _condition("Kidney Diseases", "D007674", "kidney disease|renal disease|renal diseases"),
    _condition("Liver Diseases", "D008107", "liver disease|hepatic disease|hepatic diseases|hepatic disorder|hepatic disorders"),
    _condition("Liver Cirrhosis", "D008103", "cirrhosis|cirrhosis of the liver|hepatic cirrhosis"),
    _condition("Autoimmune Diseases", "D001327", "autoimmune disease|autoimmune disorder|autoimmune disorders"),
    _condition("Immunologic Deficiency Syndromes", "D007153", "immunodeficiency|immune deficiency|immunodeficiency disease|immunodeficiency diseases|immunodeficiency disorder"),
    _condition("Asthma", "D001249", "bronchial asthma"),
    _condition("Pulmonary Disease, Chronic Obstructive", "D029424", "chronic obstructive pulmonary disease|chronic obstructive pulmonary disease (copd)|copd"),
    _condition("Penile Induration", "D010411", "peyronie's disease|peyronies disease|peyronie disease|la peyronie's disease|lapeyronie's disease"),
    _condition("Erectile Dysfunction", "D007172", "erectile dysfunction (ed)"),
    _uncoded("Organ transplantation", "organ transplant|organ transplantation|organ transplants|solid organ transplant|solid organ transplantation|transplanted organ"),
)  # fmt: skip
