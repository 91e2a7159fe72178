"""The sets of words that headings consist of.

A heading has only these words and a population ("Exclusion criteria for women:"). A criterion also has other words,
such as a disease.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SENTENCE = _words("""
    you your able unable take part join time entry baseline visit day each every listed described above being subject's
    recruitment inclusions been were found subjected criterias certain specified recorded
    a accepted additional admission admitted adult adults all allowed also an and answer answers any applied applies
    apply are as at based basis be been before below both by can candidate candidates cannot case cases
    characteristics children clinical condition conditions considered could criteria criterion current deemed
    demonstrate display displaying displays disqualified disqualify do does each either eligibility eligible else
    enrol enroll enrolled enrollment enrolment enter entered entering entry evaluated every exclude excluded
    excluding exclusion exclusionary exclusions exhibit exhibiting exhibits exist exists factor factors female
    females fit fits following follows for from fulfil fulfill fulfilled fulfilling fulfillment fulfills fulfils
    general group has have having he her hers his if in include included includes including inclusion individual
    individuals ineligible into investigation is it items its key lead leads least list listed main major male males
    may meet meeting meets men met more must necessary need needs no non not of on once one only or order other
    otherwise part participant participants participate participated participates participating participation
    patient patients people permitted person persons phase points possess possesses possessing potential presence
    present presenting presents prior prohibited project prospective protocol qualified qualify questions
    randomisation randomised randomization randomized reason reasons recruit recruited recruitment registered
    rejected require required requirement requirements research responded result rules satisfied satisfies satisfy
    satisfying screening select selected selection shall she should show showing shows specific still studies study
    subject subjects such that the their them these they this those three to trial trials two under unless until
    volunteer volunteers was were when where which who whom whose will with women would yes
""")
"""The only words of a sentence heading ("Patients who meet any of the following will be excluded")."""

NOBODY = _words("""
    additional all any arms both clinical cohorts common each eligible enrolled every for further general group
    groups in individuals key main of only other participant participants patient patients people persons population
    selected specific study subject subjects target the these to total trial volunteers
""")
"""Words for participants that do not name a separate population."""

BESIDE_TERM = NOBODY | _words("""
    a abbreviated about absolute an and angiographic any apply are as at baseline basic be brief by clinical
    comorbidities complete concerning contra contraindications core criteria criterion defined detailed disease
    echocardiographic eligibility enrollment enrolment entry exclude excluded excludes exclusion eye follow
    following follows from full general has have history if imaging important include included includes including
    inclusion indication indications initial intra intraoperative is key laboratory lesion list local major medical
    minor mri must no not ocular on operative or overall part partial participation per period permanent phase post
    postoperative pre preoperative primary principal procedural protocol radiographic radiological random
    randomisation randomization regarding registration related relative run running safety screening secondary
    selected short specific stage step strict study summary systemic temporary treatment trial visit was were will
    with
""")
"""Words that may stand beside "inclusion" or "exclusion" in a noun heading."""

SOME = _words("""
    women men males females male female children adults adult child adolescents girls boys mothers infants
""")
"""Words that limit a sentence heading to some participants: such a line is a lead-in, not a heading."""

ITEM_STARTS = _words("""
    patient patients subject subjects participant participants age aged ability able willing willingness signed written
    informed ecog life absence
""")
"""First words of independent criteria: such a criterion ends a list whose items are on the level of the lead-in."""

ANNOUNCING = _words("""
    a acceptable adequate adequately all an and any are as at be below biochemical blood bone by cardiac
    characterised characterized chemistry clinical coagulation count counts criteria criterion defined demonstrated
    determined each either evidence evidenced examination excluded exclusion exhibit following follows function
    functioning functions good haematologic haematological has have having heart hematologic hematological hepatic
    in include included includes including inclusion indicated indices is kidney lab laboratories laboratory labs
    levels liver lung marrow meet meeting meets met must normal of one or organ other parameters participant
    participants patient patients presence present pulmonary renal requirements reserve reserves result results
    satisfactory shall should show shown subject subjects sufficient system test tests that the their these to value
    values which who will with
""")
"""The words of a lead-in that adds no condition ("Adequate organ function, defined as:")."""

CHOOSING = ANNOUNCING | _words("at least either both more two three four five six minimum 1 2 3 4 5 6")
"""The same for a lead-in that requires one, or a number, of its items."""

TOPICS = _words("""
    age cardiovascular comorbidities disease expectancy hematopoietic hepatic history life medical menopausal other
    performance pulmonary renal sex specific status
""")
"""Words of sub-headings that sort criteria and do not limit them."""

SORTING = NOBODY | _words("""
    administrative age anthropometric biochemistry biologic blood bone cardiac cardiovascular characteristics chemistry
    chemotherapy clinical coagulation concomitant concurrent considerations criteria demographic demographics dermatologic
    disease eligibility endocrine ethical expectancy function functions gastrointestinal gender gynecologic heart hematologic
    hematological hematology hematopoietic hepatic hormone imaging immunologic immunological immunotherapy kidney labs
    laboratory legal life liver lung marrow medical medication medications menopausal metabolic miscellaneous
    musculoskeletal neurologic neurological ocular ophthalmic organ others performance prior protocol psychiatric pulmonary
    radiation radiotherapy receptor regulatory renal respiratory sex signs status surgery surgical therapies therapy
    treatment treatments urologic vital
    at baseline entry female females male males of overall registration randomisation randomization screening type types
    value values visit visits visit1 visit2 visit3
""")
"""Words of sub-headings that only sort criteria by topic or by time of assessment: the section continues."""

SORTING_EXCLUSION = SORTING | _words("""
    abnormal abnormalities and comorbidities condition conditions contra contraindication contraindications current
    diseases disorder disorders exclusion exclusions experience findings history illness illnesses indication indications
    infection infections infectious or previous safety study
""")
"""The same in an exclusion section, where the name of an illness is never a requirement."""
