"""The patterns of time windows: words before the number, words after the unit, and times that are not windows.

The patterns match folded text (lower case, look-alike characters replaced). A pattern named `..._BEFORE` is searched in
the words before the number, and its match ends at the number. The other patterns are matched right after the unit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Direction

_PAST = "last|former|past|previous|prior|preceding|most recent|recent|latest"
_NEXT = "next|following|first|final|coming|initial|subsequent"
_ROUGHLY = r"(?:about |around |approximately |approx\.? |roughly |at least |at most |up to |less than |no more than |a |an |the |these |their |either |only |another |(?:a )?(?:max(?:imum|\.)?|minimum|period|window|interval|total) (?:of )?|\(?[<≤]\s?|±\s?|\+/-\s?|\+-\s?)*"
_HALF_LIVES = r"(?:\w+\s(?:\(\d{1,2}\)\s)?(?:times the )?(?:\w+ )?half[ -]?li\w+(?: \([^)]{0,20}\))?(?: of [a-z ]{1,40}?)?,? or (?:within )?)"
_PERIOD_OF = r"\bwithin (?:the|one of the) following (?:time )?periods? (?:prior to|before|preceding) "
WITHIN_BEFORE = re.compile(
    rf"\b(?:within|in|over|during|with in|for|withing|throughout|less than|inside|w/in|w/i|at)\s(?:about |approximately |a period of |the |these |their |a |at least the |max(?:imum|\.)? |up to )*(?:immediate(?:ly)? )?(?:{_PAST}|{_NEXT})\s?(?:period of |of )?(?:approximately |about )?\(?$"
    rf"|\b(?:within|with in|withing|inside|w/in|w/i)\s{_HALF_LIVES}?{_ROUGHLY}\(?$"
    rf"|{_PERIOD_OF}[^:;.]{{3,60}}:\s?$"
    r"|\b(?:in|within|over) (?:a|the) time ?frame of\s?\(?$"
    r"|\b(?:last|past|previous|preceding)\s\(?$|\bthe prior\s\(?$|\brecent(?:ly)?,?\s\(?$"
)
"""At any time in the last or next N."""
PAST_WORD = re.compile(rf"\b(?:{_PAST}|{_NEXT})\b")
LAST_WORD = re.compile(rf"\b(?:{_PAST})\b")
IN_THE_BEFORE = re.compile(r"\b(?:(?:in|during|throughout)\s(?:the\s|a\s)?|over\s(?:the|a)\s)\(?$")
"""`within`, if the words after the unit name the event: "in the 6 months before"."""
PERIOD_OF = re.compile(rf"{_PERIOD_OF}(?=[^:;.]{{3,60}}:\s?$)")
"""Before "30 days": "within the following time period prior to the first dosing day: "."""
FOR_BEFORE = re.compile(
    r"\b(?:for|lasting|lasts|lasted|over|duration(?: of)?|duration of (?:\w+ ){1,2}of|throughout|during|period of|a total of|persist\w*|least|up to|minimum(?: of)?|maximum of|history of|course of|since"
    r"|(?:exposure|interval|gap|break|wash-?out(?: period)?|follow[- ]?up(?: period)?|stay|treatment|therapy|delay|window|regimen|trial|absence|survival|abstinence|remission|abstinen\w+) (?:of|for|is|was)|separated by|elapsed|limited to|shortened to|extended to|reduced to|surviv(?:ed|al)|exceeds?|exceeding|longest)"
    r"\s?:?\s?(?:the |a |an |about |approximately |at |least |minimum |period |of |maximum |maximal |total |additional |another |duration |not |more |less |longer |than |over |greater |to |or |equal |up |no |only |full |≥\s?|>\s?|<\s?|≤\s?|>=\s?|= )*\(?$"
)
"""For as long as N."""
TRAIL = re.compile(
    r"(?:'s|'|\))?[\s)-]{0,3}(?:\([^)]{0,30}\)\s?|(?:±|\+/-|\+-)\s?\d{1,2}\s(?:hours?|days?|weeks?|months?)\s)?(?:or (?:more|less|longer|greater)\s|period\s|time\s|interval\s|\(?inclusive\)?\s|window\s)*,?\s?(?:immediately |just |directly |shortly |(?:(?:must |should |have |has |had |will )*(?:elapsed|passed|lapsed) )|duration |in duration |wash-?out(?: period)? |apart |or (?:approximately |about |at least )?\w+ (?:\(\w{1,5}\) )?(?:x )?(?:(?!half)[a-z]+ )?(?:half[ -]?li\w+|t ?1/2),? (?:\([^)]{0,40}\) )?(?:of (?:the )?drug )?|\(?whichever (?:is|was) (?:the )?(?:longer|shorter|greater|longest)\)?,? ?)*"
    r"(?P<before>prior\b(?:\s?(?:to|of)\b)?|before\b|preceding\b|pre-|(?P<ago>ago|earlier|old)\b|previous(?:ly)?(?: to)?\b|in advance of\b|leading up to\b|proceeding\b|priot? to\b|up to\b)?"
    r"(?P<after>after\b|following\b|post\b|post-|since\b|from\b|beyond\b|past\b|later\b|subsequent to\b|thereafter\b|afterwards?\b|postop\w*)?(?P<of>of\b)?"
)
"""The words after the unit. Always matches; its groups hold the words that were found."""
NO_ANCHOR = frozenset(("later", "thereafter", "afterward", "afterwards"))
AFTERWARDS = frozenset(("after", "following", "post", "beyond", "past"))
DURATION = re.compile(
    r"[\s)'-]*(?:or (?:more|longer|greater)\s|\S{0,1}in\s|of\s)?(?:duration|history|long|period of|in length|course|history of|continuous(?:ly)?|consecutive|of (?:stable|continuous)|stable|standing|post-?\s?menopaus\w+)"
)
THING = re.compile(
    r"[\s-]{1,2}(?:walk\w*|urine|urin\w+|creatinine|holter|ambulatory|ecg|electro\w+|recall|glucose|ogtt|oral glucose|proteinuria|protein|collection|post-?(?:prandial|load|glucose)|plasma glucose|half-?li\w+|abpm|blood pressure|hemofiltration|dietary|sprint|fast\b|mean|visit|step test|clinic|version|survival|food|time test|questionnaire|mixed|probability|risk|mortality|c-peptide|pg\b|ascvd|psg|tolerance)"
)
"""A thing whose name contains the time: "24-hour urine", "6-minute walk"."""
_NO_NOUN = "prior|before|after|since|from|following|post|of|to|in|on|at|and|or|for|with|within|until|is|are|was|were"
PERIOD = (
    rf"[\s-]{{1,2}}(?:(?!(?:{_NO_NOUN})\b)[a-z/-]+\s){{0,3}}(?:periods?|phase|follow[- ]?up|run[- ]?in|lead[- ]?in|wash[- ]?out|interval|window|trial|course|treatment|therapy|regimen"
    r"|diary|sessions?|program|programme|stay|observation|baseline|segment|break|supply|education|retreat|extension|screening)\b"
)
"""A thing with this duration: "the 4-week run-in period"."""
EVERY_BEFORE = re.compile(
    r"(?:\bevery|\bper|\beach|\bq|/|\btimes in|\bonce in|\btwice in)\s?$|\bevery \S{1,4}\s?(?:-|to|or)\s?$"
)
NUMBERED_BEFORE = re.compile(r"\b(?:day|cycle|week|visit|month)\s?$")
"""The number may be an ordinal: "week 4", "visit 2"."""
TOLERANCE_BEFORE = re.compile(
    r"(?:\d|\b(?:hours?|days?|weeks?|months?|years?|hrs?|h|d|age|screening|baseline))\s?\)?\s?\(?(?:±|\+/-|\+-)\s?$"
)
"""The tolerance of another time: "day 28 ± 3 days"."""
GESTATION = re.compile(
    r"[\s')-]*(?:\(?\s?\d/[67]\)?\s)?(?:(?:of|in|completed|corrected|post-?) ?)*(?:the )?(?:gestation\w*|pregnan(?:cy|t)\b|of age\b|(?:corrected|chronological|postnatal|post-?menstrual|conceptional) age)"
)
GESTATION_BEFORE = re.compile(r"\bgestation(?:al age|\sage|\s(?:of|at|between|from))\b[^.;]{0,20}$")
LIFE_BEFORE = re.compile(
    r"\b(?:prognosis|life[- ]?expectanc\w+|(?:expected|anticipated|estimated|predicted) (?:survival|life\w*)|expected to (?:live|survive))\b[^.;,\d]{0,30}$"
)
RATE = re.compile(
    r"(?:\s(?:per|a|an|each|every|out of|of (?:the|each|a|every))\s|\s?/\s?)(?:calendar )?(?:day|night|week|month|year|cycle)\b"
)
"""A rate, not a window: "10 days per month"."""
CLOCK = re.compile(r":\d")
AGE_BEFORE = re.compile(r"\b(?:ages?|aged|birth)\b[^.;]{0,16}$")
AT_AGE_BEFORE = re.compile(r"\b(?:ages?|aged|birth)\b[^.;,\d]{0,16}$")
OLD = re.compile(r"[\s')-]*(?:of age|old|aged)\b")
PERSON_BEFORE = re.compile(
    r"\b(?:those|patients|subjects|participants|people|persons|adults|men|women|males|females|volunteers|children)\s(?:(?:who are|aged|being)\s)?(?:(?:above|over|under|below|beyond)\s(?:\d{1,2}\s(?:and|or)\s(?:above|over|under|below)\s?)?)$"
)
"""Persons above or below a number of years: an age."""
OLD_THING = re.compile(
    r"\b(?:scans?|mris?|cts?|imag\w+|x-?rays?|radiograph\w*|mammogra\w+|biops\w+|specimens?|samples?|tissue|surger\w+|operation|procedure|fractures?|injur\w+|lesions?|symptoms?|results?|tests?|infarct\w*|strokes?|wounds?|implants?|stents?|grafts?|ecgs?|reports?|records?|assessments?|measurements?|blocks?)\b"
)
"""Things other than a person that can be "2 years old"."""
LENS_BEFORE = re.compile(
    r"\b(?:lens|power|diopt\w+|refract\w+|spher\w+|cylinder|myopi\w+|hyperopi\w+|astigmat\w+)\b[^.;]{0,40}$"
)
DAILY_BEFORE = re.compile(r"\b(?:daily|nightly) (?:use|wear\w*|sleep|exposure|screen time|practice)\b[^.;,]{0,30}$")
AMENORRHEA = re.compile(r"\s?of amenorrh")
CYCLE_BEFORE = re.compile(r"\bcycles?(?: \w+){0,2}(?: (?:of|between|is|from|length|every|lasting))[^.;,\d]{0,12}$")
TRAVEL = re.compile(r"[\s'-]*(?:of\s)?(?:travel\w*|driv\w+|by (?:car|train|bus)|commut\w+|away from)\b")
APART = re.compile(r"[\s')-]*apart\b")
READINGS_BEFORE = re.compile(
    r"\b(?:readings?|measurements?|tests?|occasions?|samples?|assessments?|determinations?|results?)\b[^.;]{0,50}$"
)
_END = r"[\s')]*(?:$|[,.;:(!?/]|\b(?:and|or|but|except|other)\b)"


def _row(direction: Direction, before: str | None, after: str | None) -> Row:
    return direction, re.compile(before) if before else None, re.compile(after) if after else None


Row = tuple["Direction", "re.Pattern[str] | None", "re.Pattern[str] | None"]
PLACED: tuple[Row, ...] = (
    _row("during", None, PERIOD),
    _row("before", rf"\b(?:before|prior to|earlier than)\s{_ROUGHLY}$", None),
    _row("after", rf"(?:\b(?:after|beyond|following|plus|later than)\s|\+\s?){_ROUGHLY}$", None),
    _row("within", rf"(?<!times )(?<!once )(?<!protein )(?<!mg )(?<!g )\bin\s{_ROUGHLY}$", rf"(?!s?\s?hours?){_END}"),
    _row("within", r"\b(?:recent|current)\w*[^.;()]{0,30}\($", r"\s?\)"),
    _row("during", r"[(\[]\s?$", r"\s?[)\]]"),
    _row(
        "during",
        None,
        r"[\s'-]*of (?:the |a |an |his |her |their |such )*(?!age|each|every|life\b|week|month|year|menstrual|cycle|\d)[a-z]",
    ),
    _row("during", None, r"[\s')]*(?:without|with no|free of|free from|since|apart)\b"),
    _row(
        "during",
        None,
        r"[\s')]*(?:(?:is|are|was|were|has|have|had|will|must|should|may|can|shall) (?:be |been )?)(?:considered|required|needed|allowed|permitted|necessary|elapsed?|passed|sufficient|recommended|mandatory)",
    ),
    _row("during", r"\bfrom (?:at least |more than |about )?$", rf"{_END}"),
    _row("during", r"\b(?:stable|chronic|recurrent|persistent)\s$", None),
    _row("during", r"\bor\s$", r",? \(?whichever"),
    _row("after", r"(?<!rate )(?<!score )\bat\s(?:the )?$", r"[\s')]*(?:$|[,.;:]|visit\b|follow|assessment|or more)"),
)
"""For times without a direction so far: direction, words before, words after. The first matching row counts."""

IMPLICIT = re.compile(
    r"\b(?:(?:with)?in|at|w/in)\s(?:the |a |an ){0,2}(?:immediate(?:ly)?\s)?(?:(?:last|past|previous|preceding|prior|next|following|coming)\s)?(?P<unit>year|month|week|day|hour)\b"
    r"|\b(?:over|during|for)\s(?:the |a |at least a |more than a |at least an |over a |the full |almost a |an additional |another |one more )(?:last |past |previous |preceding |prior |next |following |coming )?(?P<lasting>year|month|week|hour)\b"
    r"|\b(?:last|past|previous|preceding)\shalf[ -]?(?P<half>year)\b"
    r"|\b(?:last|past|previous|preceding)\s(?P<past>year|month|week)\b(?! of)"
    r"|\b(?:a|an)\s(?P<one>year|month|week|hour)\s(?=before|prior|after|ago|following|or (?:more|longer))"
    r"|\b(?:less|more|longer|shorter) than (?:a|an)\s(?P<than>year|month|week|hour)\b|\bat least (?:a|an)\s(?P<least>year|month|week|hour)\b"
)
"""One unit of time without a numeral: "in the past year", "within a month of", "a week before"."""
SINCE_BEFORE = re.compile(
    r"\b(?:time|interval|period|elapsed) (?:since|from|after) (?:the |a |an )?([a-z][a-z -]{2,40}?)\s?(?:must be|is|of|should be|was|has been|:|,)?\s?$"
)
UNTIL = ("until", "till", "up to", "upto")
OTHER_CASE = re.compile(
    r"[^().;]{0,60}(?:[(,;:]|\b(?:or|and))\s?(?:(?:or|and|except|but|then|a|an|at least|minimum|within|of) )*"
)
"""The words between a window and its time for another case: "4 weeks since chemotherapy (6 weeks for …)"."""
OF_A_CASE = re.compile(r"(?:\s(?:period|washout|window))?\s(?:for|if|in (?:the )?case|when|after|with)\b")
"""The words after a time that is another case of the window before it."""
