"""Difficult eligibility texts, fictional, each with the tree that a careful reader would draw."""

from __future__ import annotations

# fmt: off
CASES: dict[str, tuple[str, str]] = {}


def _case(name: str, text: str, tree: str) -> None:
    CASES[name] = (text, tree)


_case("escapes are undone", """
    Inclusion Criteria:

    * Moonwort level \\>= 5 \\[units\\] and \\< 9\\*
    * Weight &lt; 90 kg

    Exclusion Criteria:

    * Glow score \\> 3
""", """
    + Moonwort level >= 5 [units] and < 9*
    + Weight < 90 kg
    x Glow score > 3
""")

_case("non-inclusion means exclusion", """
    Inclusion criteria

    - Adults with zorbitis

    Non-inclusion criteria

    - BMI > 35
    - Person deprived of liberty
""", """
    + Adults with zorbitis
    x BMI > 35
    x Person deprived of liberty
""")

_case("French headings", """
    Critères d'inclusion :

    - Patient majeur
    - Affilié à un régime de sécurité sociale

    Critères de non-inclusion :

    - Femme enceinte
    - Personne sous curatelle
""", """
    + Patient majeur
    + Affilié à un régime de sécurité sociale
    x Femme enceinte
    x Personne sous curatelle
""")

_case("Spanish headings", """
    Criterios de inclusión:

    * Adultos con zorbitis

    Criterios de exclusión:

    * Embarazo
""", """
    + Adultos con zorbitis
    x Embarazo
""")

_case("German headings", """
    Einschlusskriterien:

    * Erwachsene mit Zorbitis

    Ausschlusskriterien:

    * Schwangerschaft
""", """
    + Erwachsene mit Zorbitis
    x Schwangerschaft
""")

_case("misspelt headings", """
    Inlcusion Critera:

    * Adults with zorbitis

    Exlusion Criterias

    * Prior quellectomy
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("headings without the word criteria", """
    Inclusion:

    * Adults with zorbitis

    Exclusions

    * Prior quellectomy
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("criteria for inclusion", """
    Criteria for inclusion

    * Adults with zorbitis

    Criteria for exclusion

    * Prior quellectomy
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("included and excluded as headings", """
    Included:

    * Adults with zorbitis

    Excluded:

    * Prior quellectomy
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("sentence headings", """
    To be eligible for this study, participants must meet all of the following criteria:

    * Adults with zorbitis
    * Stable dose of plumbex

    Candidates will be excluded from study entry if any of the following exclusion criteria exist:

    * Prior quellectomy
""", """
    + Adults with zorbitis
    + Stable dose of plumbex
    x Prior quellectomy
""")

_case("sentence headings under noun headings", """
    Inclusion Criteria:

    Subjects must satisfy the following criteria to be enrolled:

    1. Adults with zorbitis

    Exclusion Criteria:

    Subjects presenting with any of the following will not be included in the trial:

    1. Prior quellectomy
    2. Known nimbosis
""", """
    + Adults with zorbitis
    x Prior quellectomy
    x Known nimbosis
""")

_case("a denied list under inclusion is a lead-in and stays inclusion", """
    Inclusion Criteria:

    * Adults with zorbitis
    * Subjects must not have any of the following:

      * Nimbosis
      * Prior quellectomy
""", """
    + Adults with zorbitis
    + [all] Subjects must not have any of the following:
      + Nimbosis
      + Prior quellectomy
""")

_case("no heading at all", """
    * Adults with zorbitis
    * Able to walk 100 m
""", """
    + Adults with zorbitis
    + Able to walk 100 m
""")

_case("items before an exclusion heading are inclusion", """
    1. Adults with zorbitis
    2. Able to walk 100 m

    Exclusion Criteria:

    1. Prior quellectomy
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    x Prior quellectomy
""")

_case("exclusion heading first", """
    Exclusion Criteria:

    * Prior quellectomy

    Inclusion Criteria:

    * Adults with zorbitis
""", """
    x Prior quellectomy
    + Adults with zorbitis
""")

_case("heading and criterion on one line", """
    Inclusion Criteria: Adults with zorbitis

    Exclusion Criteria: Prior quellectomy
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("heading in the middle of a line", """
    Inclusion Criteria: Adults with zorbitis. Exclusion Criteria: Prior quellectomy.
""", """
    + Adults with zorbitis.
    x Prior quellectomy.
""")

_case("headings inside bullets", """
    * Inclusion Criteria:

      1. Adults with zorbitis
      2. Able to walk 100 m
    * Exclusion Criteria:

      1. Prior quellectomy
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    x Prior quellectomy
""")

_case("words of a heading inside a criterion are no heading", """
    Inclusion Criteria:

    * Meets inclusion criteria of the parent study
    * Willing to follow the study protocol

    Exclusion Criteria:

    * Does not fulfil the inclusion criteria
    * Inclusion in another trial within 30 days
""", """
    + Meets inclusion criteria of the parent study
    + Willing to follow the study protocol
    x Does not fulfil the inclusion criteria
    x Inclusion in another trial within 30 days
""")

_case("none, not applicable and the like are no criteria", """
    Inclusion Criteria:

    * Adults with zorbitis

    Exclusion Criteria:

    * None
""", """
    + Adults with zorbitis
""")

_case("no exclusion criteria", """
    Inclusion Criteria:

    * Adults with zorbitis

    Exclusion Criteria:

    There are no exclusion criteria.
""", """
    + Adults with zorbitis
""")

_case("notes are no criteria", """
    Inclusion Criteria:

    * Adults with zorbitis

    Note: the list may be amended.

    Exclusion Criteria:

    * Prior quellectomy

    Other protocol-defined inclusion/exclusion criteria may apply.
""", """
    + Adults with zorbitis
    x Prior quellectomy
""")

_case("nested lists", """
    Inclusion Criteria:

    * Adequate organ function:

      * Globin ≥ 9 g/dL
      * Flakelets ≥ 100 x 10^9/L
    * At least one of the following:

      * Zorbitis of the left ear
      * Zorbitis of the right ear

        * Confirmed by otoscopy

    Exclusion Criteria:

    * Any of the following within 6 months:

      * Nimbosis
      * Quellectomy
""", """
    + [all] Adequate organ function:
      + Globin ≥ 9 g/dL
      + Flakelets ≥ 100 x 10^9/L
    + [any] At least one of the following:
      + Zorbitis of the left ear
      + Zorbitis of the right ear
      + Confirmed by otoscopy
    x [any] Any of the following within 6 months:
      x Nimbosis
      x Quellectomy
""")

_case("all-of and any-of by conjunctions", """
    Inclusion Criteria:

    * Females of childbearing potential who:

      * use two methods of contraception, or
      * are abstinent
    * Stage defined as:

      * depth over 2 mm, and
      * width over 3 mm
""", """
    + [any] Females of childbearing potential who:
      + use two methods of contraception, or
      + are abstinent
    + [all] Stage defined as:
      + depth over 2 mm, and
      + width over 3 mm
""")

_case("an indented neighbour of a line that is no lead-in is a sibling", """
    Inclusion Criteria:

    * Males with zorbitis for more than six months

      * Stable dose of plumbex
      * Written consent
""", """
    + Males with zorbitis for more than six months
    + Stable dose of plumbex
    + Written consent
""")

_case("children in another style on the same level", """
    Exclusion Criteria:

    1. Any of the following:
    - Nimbosis
    - Quellectomy
    2. Pregnancy
""", """
    x [any] Any of the following:
      x Nimbosis
      x Quellectomy
    x Pregnancy
""")

_case("numbers go on from inclusion to exclusion", """
    Inclusion Criteria:

    1. Adults with zorbitis
    2. Able to walk 100 m

    Exclusion Criteria:

    3. Prior quellectomy
    4. Known nimbosis
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    x Prior quellectomy
    x Known nimbosis
""")

_case("letters and romans", """
    Inclusion Criteria:

    a) Adults with zorbitis
    b) One or more of:
      i. fever
      ii. rash

    Exclusion Criteria:

    (a) Prior quellectomy
    (b) Known nimbosis
""", """
    + Adults with zorbitis
    + [any] One or more of:
      + fever
      + rash
    x Prior quellectomy
    x Known nimbosis
""")

_case("a leading number that is an age is no list number", """
    Inclusion Criteria:

    18 years of age or older

    2 or more relapses of zorbitis
""", """
    + 18 years of age or older
    + 2 or more relapses of zorbitis
""")

_case("a number and an age", """
    Inclusion Criteria:

    1. 18 years of age or older
    2. 2 or more relapses of zorbitis
    3. 1.5 to 3 mg of plumbex daily
""", """
    + 18 years of age or older
    + 2 or more relapses of zorbitis
    + 1.5 to 3 mg of plumbex daily
""")

_case("bullets of many kinds", """
    Inclusion Criteria:

    • Adults with zorbitis
    ● Able to walk 100 m
    – Written consent
    ➢ Stable dose of plumbex
    \uf0b7 Has a glow score
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    + Written consent
    + Stable dose of plumbex
    + Has a glow score
""")

_case("bullet inside bullet", """
    Inclusion Criteria:

    * 1. Adults with zorbitis
    * 2. Able to walk 100 m
    * - Written consent
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    + Written consent
""")

_case("numbers inside one line", """
    Inclusion Criteria:

    1) Adults with zorbitis 2) Able to walk 100 m 3) Written consent

    Exclusion Criteria:

    1. Prior quellectomy. 2. Known nimbosis. 3. Pregnancy.
""", """
    + Adults with zorbitis
    + Able to walk 100 m
    + Written consent
    x Prior quellectomy.
    x Known nimbosis.
    x Pregnancy.
""")

_case("a lead-in with its numbers on one line", """
    Inclusion Criteria:

    * Two of the following: (1) fever; (2) rash; (3) itching
    * Written consent
""", """
    + [any] Two of the following:
      + fever;
      + rash;
      + itching
    + Written consent
""")

_case("numbers of a sentence are no list", """
    Inclusion Criteria:

    * Zorbitis of grade (1) or (2) with (3) lesions in the left ear
    * Score of 1.1) or 1.2) in the atlas
""", """
    + Zorbitis of grade (1) or (2) with (3) lesions in the left ear
    + Score of 1.1) or 1.2) in the atlas
""")

_case("dashes inside one paragraph", """
    Inclusion Criteria:

    - Adults with zorbitis.- Able to walk 100 m.- Written consent.
""", """
    + Adults with zorbitis.
    + Able to walk 100 m.
    + Written consent.
""")

_case("semicolons whose pieces stand alone", """
    Exclusion Criteria:

    Pregnancy; known nimbosis; prior quellectomy; glow score above 3.
""", """
    x Pregnancy;
    x known nimbosis;
    x prior quellectomy;
    x glow score above 3.
""")

_case("semicolons whose pieces lean on the first words", """
    Exclusion Criteria:

    History of nimbosis of the ear; of the nose; or of the throat
""", """
    x History of nimbosis of the ear; of the nose; or of the throat
""")

_case("semicolons inside parentheses", """
    Exclusion Criteria:

    * Liver trouble (cirrhosis; nimbosis; quellitis)
""", """
    x Liver trouble (cirrhosis; nimbosis; quellitis)
""")

_case("wrapped lines", """
    Inclusion Criteria:

              -  Adults with zorbitis that was confirmed by an ear specialist not more than
                 three months before the first visit

              -  Able to walk 100 m

            Exclusion Criteria:

              -  Prior quellectomy, or any operation of the ear that has changed its shape for
                 good
""", """
    + Adults with zorbitis that was confirmed by an ear specialist not more than three months before the first visit
    + Able to walk 100 m
    x Prior quellectomy, or any operation of the ear that has changed its shape for good
""")

_case("an orphan paragraph that begins with or", """
    Inclusion criteria

      • Zorbitis without treatment

    Or zorbitis treated with plumbex

      • Written consent
""", """
    + Zorbitis without treatment Or zorbitis treated with plumbex
    + Written consent
""")

_case("populations in headings", """
    Inclusion Criteria for Healthy Volunteers:

    * Age 18-45 years

    Inclusion Criteria for Patients with zorbitis:

    * Age 18-45 years

    Partner Inclusion Criteria:

    * Age 18-45 years

    Exclusion Criteria:

    * Pregnancy
""", """
    + Age 18-45 years <Healthy Volunteers>
    + Age 18-45 years <Patients with zorbitis>
    + Age 18-45 years <Partner>
    x Pregnancy
""")

_case("populations as sub-headings", """
    Inclusion Criteria:

    Patients:

    * Zorbitis

    Healthy controls:

    * No zorbitis

    Exclusion Criteria:

    * Pregnancy
""", """
    + Zorbitis
    + No zorbitis <Healthy controls>
    x Pregnancy
""")

_case("cohorts before whole sections", """
    Cohort A

    Inclusion Criteria:

    * Zorbitis

    Exclusion Criteria:

    * Nimbosis

    Cohort B

    Inclusion Criteria:

    * Quellitis

    Exclusion Criteria:

    * Nimbosis
""", """
    + Zorbitis <Cohort A>
    x Nimbosis <Cohort A>
    + Quellitis <Cohort B>
    x Nimbosis <Cohort B>
""")

_case("parts of a study", """
    Inclusion Criteria:

    Part 1:

    * Zorbitis

    Part 2:

    * Quellitis
""", """
    + Zorbitis <Part 1>
    + Quellitis <Part 2>
""")

_case("PDQ style with lists", """
    DISEASE CHARACTERISTICS:

    * Diagnosis of zorbitis

      * Stage II or III

    PATIENT CHARACTERISTICS:

    Age

    * 18 and over

    Performance status

    * WOG 0-2

    Hematopoietic

    * Not specified

    PRIOR CONCURRENT THERAPY:

    Surgery

    * No prior quellectomy
""", """
    + Diagnosis of zorbitis
    + Stage II or III
    + 18 and over
    + WOG 0-2
    + No prior quellectomy
""")

_case("PDQ style in paragraphs", """
    DISEASE CHARACTERISTICS: Diagnosis of zorbitis Measurable disease

    PATIENT CHARACTERISTICS: Age: 18 and over Performance status: WOG 0-2 Life expectancy: Not specified Hepatic: Bilirubin less than 2 mg/dL Other: No nimbosis
""", """
    + Diagnosis of zorbitis
    + Measurable disease
    + 18 and over
    + WOG 0-2
    + Bilirubin less than 2 mg/dL
    + No nimbosis
""")

_case("regulatory sub-heading as a bullet", """
    Exclusion criteria

      • Prior quellectomy
      • Regulatory Criteria :
      • Person deprived of liberty
""", """
    x Prior quellectomy
    x Person deprived of liberty
""")

_case("the tail of a page belongs to no criterion", """
    Exclusion criteria

      • Prior quellectomy

    Trial design

    Primary purpose

    Basic Science
""", """
    x Prior quellectomy
""")

_case("withdrawal criteria are not about eligibility", """
    Inclusion Criteria:

    * Zorbitis

    Withdrawal Criteria:

    * Loss of the ear

    Exclusion Criteria:

    * Nimbosis
""", """
    + Zorbitis
    x Nimbosis
""")

_case("prose without lists", """
    Inclusion Criteria:

    Adults with zorbitis are sought. They must have had it for a year. Written consent is required.

    Exclusion Criteria:

    Pregnant women. People with nimbosis.
""", """
    + Adults with zorbitis are sought. They must have had it for a year.
    + Written consent is required.
    x Pregnant women.
    x People with nimbosis.
""")

_case("several sentences in one item stay together", """
    Inclusion Criteria:

    * Stable dose of plumbex. Changes are allowed up to two weeks before entry.
    * Written consent
""", """
    + Stable dose of plumbex. Changes are allowed up to two weeks before entry.
    + Written consent
""")

_case("a line that is only or", """
    Inclusion Criteria:

    * Zorbitis of grade 3

    OR

    * Zorbitis of grade 2 with fever
""", """
    + Zorbitis of grade 3
    + Zorbitis of grade 2 with fever
""")

_case("combined heading before the real ones", """
    Inclusion/Exclusion Criteria

    Inclusion Criteria

    * Zorbitis

    Exclusion Criteria

    * Nimbosis
""", """
    + Zorbitis
    x Nimbosis
""")

_case("the same words for two populations are two criteria", """
    Patient Exclusion Criteria:

    * Nimbosis

    Caregiver Exclusion Criteria:

    * Nimbosis
""", """
    x Nimbosis
    x Nimbosis <Caregiver>
""")

_case("species names and abbreviations are no letters of a list", """
    Exclusion Criteria:

    E. coli infection

    e.g. any infection

    H. pylori infection
""", """
    x E. coli infection
    x e.g. any infection
    x H. pylori infection
""")

_case("a negative number is no bullet", """
    Inclusion Criteria:

    * -2.5 SD or lower on the scale
    * -6 D to -1 D of myopia
""", """
    + -2.5 SD or lower on the scale
    + -6 D to -1 D of myopia
""")

_case("a heading right after an item, without a blank line", """
    Inclusion criteria:
    - Zorbitis of the left
      ear
    - Written consent
    Exclusion criteria:
    - Nimbosis
""", """
    + Zorbitis of the left ear
    + Written consent
    x Nimbosis
""")

_case("plain language", """
    You can take part if you:

    * are over 18
    * have zorbitis

    You cannot take part if you:

    * have had a quellectomy
""", """
    + are over 18
    + have zorbitis
    x have had a quellectomy
""")

_case("eligible and ineligible patients", """
    Eligible patients:

    * Zorbitis

    Ineligible patients:

    * Nimbosis
""", """
    + Zorbitis
    x Nimbosis
""")

_case("bullets and both headings in one line", """
    Inclusion Criteria: • Zorbitis • Written consent Exclusion Criteria: • Nimbosis • Pregnancy
""", """
    + Zorbitis
    + Written consent
    x Nimbosis
    x Pregnancy
""")

_case("semicolons and both headings in one line", """
    Inclusion criteria: adult patients; zorbitis for 2 years; able to consent. Exclusion criteria: pregnancy; nimbosis; quellitis.
""", """
    + adult patients;
    + zorbitis for 2 years;
    + able to consent.
    x pregnancy;
    x nimbosis;
    x quellitis.
""")

_case("prose that says itself what excludes", """
    All adults with zorbitis seen between 2010 and 2015. Those with missing data will be excluded. Pregnant women are not eligible.
""", """
    + All adults with zorbitis seen between 2010 and 2015.
    x Those with missing data will be excluded.
    x Pregnant women are not eligible.
""")

_case("population after a dash in the heading", """
    Inclusion Criteria - Patients:

    * Zorbitis

    Inclusion Criteria - Caregivers:

    * Lives with the patient

    Specific inclusion criteria for arm B

    * Quellitis
""", """
    + Zorbitis
    + Lives with the patient <Caregivers>
    + Quellitis <arm B>
""")

_case("numbered sections", """
    1. Inclusion criteria
    1.1 Adults
    1.2 Zorbitis
    2. Exclusion criteria
    2.1 Nimbosis
""", """
    + Adults
    + Zorbitis
    x Nimbosis
""")

_case("withdrawal at the end", """
    Exclusion Criteria:

    * Pregnancy.

    Dropout criteria:

    * Loss of the ear
""", """
    x Pregnancy.
""")

_case("French non-inclusion and exclusion both exclude", """
    Critères de non inclusion :
    - Nimbosis
    - Grossesse
    Critères d'exclusion :
    - Retrait du consentement
""", """
    x Nimbosis
    x Grossesse
    x Retrait du consentement
""")

_case("a line that only begins a criterion", """
    Exclusion Criteria:

    * Known or suspected

      * nimbosis
      * quellitis
""", """
    x [any] Known or suspected
      x nimbosis
      x quellitis
""")

_case("a flat list ends where its last item says so", """
    Inclusion Criteria:

    * At least one of the following:
    * fever,
    * rash, or
    * itching
    * Written consent
""", """
    + [any] At least one of the following:
      + fever,
      + rash, or
      + itching
    + Written consent
""")

_case("sub-headings between dashes", """
    PROTOCOL ENTRY CRITERIA:

    --Disease Characteristics--

    Diagnosis of zorbitis

    --Prior/Concurrent Therapy--

    - No prior quellectomy
""", """
    + Diagnosis of zorbitis
    + No prior quellectomy
""")

_case("sub-headings between dashes in one paragraph", """
    PROTOCOL ENTRY CRITERIA: --Disease Characteristics-- Diagnosis of zorbitis --Patient Characteristics-- Age: 18 and over Other: Not pregnant
""", """
    + Diagnosis of zorbitis
    + 18 and over
    + Not pregnant
""")

_case("ideographic marks", """
    Inclusion criteria:
    1、Zorbitis；
    2、Written consent。
    Exclusion criteria：
    1、Nimbosis
""", """
    + Zorbitis；
    + Written consent。
    x Nimbosis
""")

_case("or between items without blank lines", """
    Inclusion Criteria
    * Zorbitis of grade 3
    OR
    * Zorbitis of grade 2 with fever
""", """
    + Zorbitis of grade 3
    + Zorbitis of grade 2 with fever
""")

_case("a lead-in of known words after other items is a criterion of its own", """
    Inclusion Criteria:

    * Zorbitis
    * Must meet all of the following:

      * fever
      * rash
""", """
    + Zorbitis
    + [all] Must meet all of the following:
      + fever
      + rash
""")

_case("legacy paragraphs of the old cancer registry", """
            DISEASE CHARACTERISTICS: Histologically proven zorbitis of the left or right ear that is
            measurable

            PATIENT CHARACTERISTICS: Age: 18 and over Performance status: WOG 0-2 Hematopoietic: WBC at
            least 3,000/mm3 Platelet count at least 100,000/mm3 Hepatic: Not specified Other: Not
            pregnant or nursing
""", """
    + Histologically proven zorbitis of the left or right ear that is measurable
    + 18 and over
    + WOG 0-2
    + WBC at least 3,000/mm3
    + Platelet count at least 100,000/mm3
    + Not pregnant or nursing
""")

_case("populations as bullets with their own lists", """
    Inclusion Criteria:

    * Phase I

      1. Zorbitis
    * Phase IIa

      1. Nimbosis
    * Written consent
""", """
    + Zorbitis <Phase I>
    + Nimbosis <Phase IIa>
    + Written consent
""")

_case("a named cohort as a bullet with its own list", """
    Inclusion Criteria:

    * Zorbitis
    * XQZR cohort only:

      * Lives nearby
""", """
    + Zorbitis
    + Lives nearby <XQZR cohort only>
""")

_case("an asterisk explained in a footnote", """
    Inclusion Criteria:

    * Zorbitis
    * Unstable illness\\*
    * Glow score 7 (3+4)\\*\\*

    \\*An unstable illness is one that has changed of late.

    \\*\\*Less than a third of the glow must be blue.
""", """
    + Zorbitis
    + Unstable illness*
    + Glow score 7 (3+4)**
    + Less than a third of the glow must be blue.
""")

_case("letters with full stops inside a line", """
    Exclusion Criteria:

    * Any of the following: a. Zorbitis; b. Nimbosis of the left ear; or c. No moon at night
    * Known only for the blue part: a. Allergy to moonwort
    * Vitamin a. b. c. deficiency
""", """
    x [any] Any of the following:
      x Zorbitis;
      x Nimbosis of the left ear; or
      x No moon at night
    x [any] Known only for the blue part:
      x Allergy to moonwort
    x Vitamin a. b. c. deficiency
""")

_case("numbers in brackets that commas part after words that choose", """
    Inclusion Criteria:

    * Meets one of the following, either (1) zorbitis after moonrise, (2) nimbosis of both ears, or (3) late glow.
    * Zorbitis of grade (1), (2) or (3)
""", """
    + [any] Meets one of the following, either
      + zorbitis after moonrise,
      + nimbosis of both ears, or
      + late glow.
    + Zorbitis of grade (1), (2) or (3)
""")

_case("a list item that announces what its semicolons part", """
    Exclusion Criteria:

    * Severe ear disease, including: zorbitis; nimbosis of the left ear; late glow
    * Zorbitis; nimbosis; or late glow in the last year
    * Must not have 1 of the following: a torn lobe; a blue lobe
""", """
    x [any] Severe ear disease, including:
      x zorbitis;
      x nimbosis of the left ear;
      x late glow
    x Zorbitis; nimbosis; or late glow in the last year
    x Must not have 1 of the following: a torn lobe; a blue lobe
""")

_case("a heading pasted between two items of a list", """
    Inclusion Criteria:

    1. Zorbitis shown by one of the following:

       1. Moon test under 72 hours old; OR

          Exclusion Criteria:
       2. Moon test at least 72 hours old
    2. Written consent

    Exclusion Criteria:

    1. Nimbosis
""", """
    + [any] Zorbitis shown by one of the following:
      + Moon test under 72 hours old; OR
      + Moon test at least 72 hours old
    + Written consent
    x Nimbosis
""")

_case("romans behind bullets under a numbered lead-in", """
    Inclusion Criteria:

    1. Zorbitis by either definition

       1. Must meet at least 1 of the following criteria:

          * i. Blue lobe, OR;
          * ii. Torn lobe
       2. Late glow
    2. Written consent
""", """
    + [any] Zorbitis by either definition
      + [any] Must meet at least 1 of the following criteria:
        + Blue lobe, OR;
        + Torn lobe
      + Late glow
    + Written consent
""")

_case("the last item before a population's heading is an item", """
    Zorbitis cohort Inclusion Criteria:

    1. Zorbitis
    2. Late glow

    Zorbitis cohort Exclusion Criteria:

    1. Torn lobe
    2. Acute nimbosis

    Nimbosis cohort inclusion criteria:

    1. Nimbosis
""", """
    + Zorbitis <Zorbitis cohort>
    + Late glow <Zorbitis cohort>
    x Torn lobe <Zorbitis cohort>
    x Acute nimbosis <Zorbitis cohort>
    + Nimbosis <Nimbosis cohort>
""")

_case("a time heading is no population and ends with its section", """
    Inclusion Criteria:

    * Zorbitis

    At Randomization:

    Before being randomized subjects must still be meeting all inclusion criteria, as well as the following criteria:

    * Blue lobe

    Exclusion Criteria:

    * Nimbosis
""", """
    + Zorbitis
    + Blue lobe
    x Nimbosis
""")

_case("letters that go on inside a line, a semicolon that goes on with the line before", """
    Exclusion Criteria:

    f) Torn lobe. g) Refuses the moon test.

    h) Late glow with signs of moon sickness

    ; blue lobe, cold ear
""", """
    x Torn lobe.
    x Refuses the moon test.
    x Late glow with signs of moon sickness ; blue lobe, cold ear
""")

_case("a list that must include everything", """
    Inclusion Criteria:

    * Staging must include:

      * Moon map
      * Ear scan
    * Glow of the ear based on 1 of the following:

      * Moon map
      * Ear scan
""", """
    + [all] Staging must include:
      + Moon map
      + Ear scan
    + [any] Glow of the ear based on 1 of the following:
      + Moon map
      + Ear scan
""")

_case("items whose dash is glued to the last word; compounds and brackets are none", """
    Inclusion Criteria:- Age: 18 years and older- Adults with zorbitis- Stable glow
    Exclusion Criteria:

    * Prior quellectomy- Nimbus use
    * Disorders of the glow (moonwort, Ehlers- Zorb syndrome, nimbus- Zorb) or anti- Zorb agents
""", """
    + Age: 18 years and older
    + Adults with zorbitis
    + Stable glow
    x Prior quellectomy
    x Nimbus use
    x Disorders of the glow (moonwort, Ehlers- Zorb syndrome, nimbus- Zorb) or anti- Zorb agents
""")

_case("deeper items that begin with a comparator belong to the line above; a formula and an aside change nothing", """
    DISEASE CHARACTERISTICS:

    * Have a BMI

      * ≥ 30 kg/m2
      * ≥ 27 kg/m2 with zorbitis

    BMI = weight (kg)/(height [m])2.

    * A glow test must be done (those with a dim glow will be excluded from the study)
    * Pre-inclusion: is willing to wait for 4 weeks
    * Inclusion: has waited for 4 weeks
""", """
    + [all] Have a BMI
      + ≥ 30 kg/m2
      + ≥ 27 kg/m2 with zorbitis
    + A glow test must be done (those with a dim glow will be excluded from the study)
    + Pre-inclusion: is willing to wait for 4 weeks
    + Inclusion: has waited for 4 weeks
""")

_case("a sentence heading about somebody else than the patients names them", """
    Inclusion Criteria:

    * Adults with zorbitis

    The partner will be included based on the following criteria:

    * Adults
""", """
    + Adults with zorbitis
    + Adults <partner>
""")


_case("letters and numbers in one line: glued, with one missing, after words that promise a list; a sentence's own stay", """
    Inclusion Criteria:

    1. Adequate glow as shown by:

       a.Zorbin ≥ 90 g/L; b.Glow count ≥ 80; c.Nimbin ≤ 1.5 (for those with Ehl syndrome, ≤ 3) e. Moonwort ≤ 2
    2. (1) Stable weight; (2) Stable glow; and (3) literate
    3. Has both (1) zorbitis, (2) a dim glow, and (3) a nimbus
    4. Provision of the data needed(1)Glow data: hue;(2) Zorb data: size;(3) Nimbus data: number;(5) Ehl data
    5. Able to consent

    Exclusion Criteria:

    1. Those with the following diseases A. Quellosis B. Nimbus loss within 5 years C. Ehl (moon, wort)
    2. Use of zorbin inhibitors;b. Use of a nimbus;c. Moonwort within 14 days
    3. Prior quellectomy
""", """
    + [all] Adequate glow as shown by:
      + Zorbin ≥ 90 g/L;
      + Glow count ≥ 80;
      + Nimbin ≤ 1.5 (for those with Ehl syndrome, ≤ 3)
      + Moonwort ≤ 2
    + Stable weight;
    + Stable glow; and
    + literate
    + Has both (1) zorbitis, (2) a dim glow, and (3) a nimbus
    + Provision of the data needed(1)Glow data: hue;(2) Zorb data: size;(3) Nimbus data: number;(5) Ehl data
    + Able to consent
    x [any] Those with the following diseases
      x Quellosis
      x Nimbus loss within 5 years
      x Ehl (moon, wort)
    x Use of zorbin inhibitors;b. Use of a nimbus;c. Moonwort within 14 days
    x Prior quellectomy
""")


_case("a whole text in one line without blanks", """
    Inclusion:1)Adults with zorbitis2)Stable glow3)Able to consent Exclusion:1)Prior quellectomy2)Nimbus use
""", """
    + Adults with zorbitis
    + Stable glow
    + Able to consent
    x Prior quellectomy
    x Nimbus use
""")

_case("headings without a colon before the first item on their line", """
    Inclusion Criteria 1.Adults with zorbitis;2.Stable glow;3.Able to consent Exclusion Criteria (1) Prior quellectomy (2) Nimbus use.
""", """
    + Adults with zorbitis;
    + Stable glow;
    + Able to consent
    x Prior quellectomy
    x Nimbus use.
""")


_case("dashes glued to a number or a unit part items where the line has more of them", """
    Inclusion Criteria:- Males with zorbitis for at least six months- Stable glow.- Score below 6- Zorbin > 50%- Literate
    Exclusion Criteria:- Ehl loss- Nimbus use for > 6 month- Prior (left) quellectomy (Ehlers- Zorb)- Pregnancy

    * Glow index (ZGI)- Moonwort part above 4
""", """
    + Males with zorbitis for at least six months
    + Stable glow.
    + Score below 6
    + Zorbin > 50%
    + Literate
    x Ehl loss
    x Nimbus use for > 6 month
    x Prior (left) quellectomy (Ehlers- Zorb)
    x Pregnancy
    x Glow index (ZGI)- Moonwort part above 4
""")


_case("an item that ends in the middle of a phrase goes on in the unmarked paragraph after it, not in a heading", """
    Inclusion Criteria:

    * Known allergy to

    Zorbex
    * Diagnosed by the

    Zorb Institute
    * Stable glow and

    Two moonworts
    * Glow score greater than or equal to

    Exclusion Criteria:

    * Prior quellectomy
""", """
    + Known allergy to Zorbex
    + Diagnosed by the Zorb Institute
    + Stable glow and Two moonworts
    + Glow score greater than or equal to
    x Prior quellectomy
""")


_case("how to answer, and footnotes to a sign inside an item, are notes; the items around them stay on their level", """
    Inclusion Criteria:

    All answers must be YES to be eligible for the study.

    1. Zorb score above 4 in the glow field\\* of the Zorb Index; moonwort disease or adequate functions

       \\* Questions 1, 2 and 3: glow; zorb; nimbus
    2. Adequate zorb function

    a Measured by the zorb test.

    Exclusion Criteria:

    1. Adults who use no nimbus\\*1
    2. Prior quellectomy\\*2

       * 1 Acceptable nimbuses: moonwort, ehl
       * 2 Quellectomy refers to any cut of the ear, and counts only where one of the following holds:

         * A cut longer than 2 cm
         * A cut within a year
    3. 2 or more moonworts
""", """
    + Zorb score above 4 in the glow field* of the Zorb Index; moonwort disease or adequate functions
    + Adequate zorb function
    x Adults who use no nimbus*1
    x Prior quellectomy*2
    x [any] 2 Quellectomy refers to any cut of the ear, and counts only where one of the following holds:
      x A cut longer than 2 cm
      x A cut within a year
    x 2 or more moonworts
""")


_case("semicolons in an item without a colon part requirements of their own, never what hangs on the first or may be a choice", """
    Inclusion Criteria:

    * It meets the criteria of zorbitis; No previous quellectomy; Good glow; The patient has signed the consent form.
    * Women after a quellectomy; women with moonwort disease; women past the glow
    * Zorbitis stage II or III; the stage can be confirmed by a zorb test; stage II is defined as a dim glow
    * Signed informed consent; age above 18 years

    Exclusion Criteria:

    * Zorb diameter >5 cm; glow class =3; pregnancy.
    * Moonwort abusers; those with abnormal glow; those with a nimbus; and those who cannot be followed up.
    * History of zorb, nimbus or glow loss; dim or bright glow of whatever cause; and loss of moonwort
    * Moonwort disease, including but not limited to uncontrolled glow; unstable zorb; nimbus loss.
    * Patients with a cut; or with an open ear; or expected to be cut during the study
    * Active zorbitis; zorbex may be given; known drug abuse
    * Use of zorbex; use of nimbex
""", """
    + It meets the criteria of zorbitis;
    + No previous quellectomy;
    + Good glow;
    + The patient has signed the consent form.
    + Women after a quellectomy; women with moonwort disease; women past the glow
    + Zorbitis stage II or III; the stage can be confirmed by a zorb test; stage II is defined as a dim glow
    + Signed informed consent; age above 18 years
    x Zorb diameter >5 cm;
    x glow class =3;
    x pregnancy.
    x Moonwort abusers;
    x those with abnormal glow;
    x those with a nimbus;
    x those who cannot be followed up.
    x History of zorb, nimbus or glow loss; dim or bright glow of whatever cause; and loss of moonwort
    x Moonwort disease, including but not limited to uncontrolled glow; unstable zorb; nimbus loss.
    x Patients with a cut; or with an open ear; or expected to be cut during the study
    x Active zorbitis; zorbex may be given; known drug abuse
    x Use of zorbex; use of nimbex
""")


_case("sentences of an item that each state a bound are its requirements; others stay with the one before", """
    Inclusion Criteria:

    * Glow count (ZGC) ≥1.5 × 10⁹/L. Zorb count ≥75 × 10⁹/L. Nimbin ≤1.5 times ULN. In moonwort disease nimbin may be up to 3 times ULN.
    * Glow score >4. The score is taken twice. Both must be done at screening.
""", """
    + Glow count (ZGC) ≥1.5 × 10⁹/L.
    + Zorb count ≥75 × 10⁹/L.
    + Nimbin ≤1.5 times ULN. In moonwort disease nimbin may be up to 3 times ULN.
    + Glow score >4. The score is taken twice. Both must be done at screening.
""")
