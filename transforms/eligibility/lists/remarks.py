"""Recognises lines that are not criteria: notes to the reader, and sub-headings ("Asthmatics:")."""

from __future__ import annotations

import re

from trialwire.transforms.eligibility.lists import lead_in

_NOTE = re.compile(
    r"\W*(?:(?:please )?notes?\b\s?(?:\d\s?)?(?:[:.\-]|that\b|to\b)|n\.?b\.?\s?[:.\-]|remarks?:|disclaimer|for (?:more|further|additional) information|"
    r"(?:please )?(?:contact|call|refer to|see|visit) (?:the |our )?(?:site|study|protocol|website|investigator|[a-z.]+@|www|http)"
    r"|(?:the )?(?:above|list(?:ed)? above) (?:information|list) is not"
    r"|(?:bmi|body mass index)\s?(?:\(\w+\)\s?)?(?:=|is (?:calculated|computed|defined))[^\w]{0,3}(?:as |by |from )?\W?(?:body )?(?:weight|mass)\b"
    r"|(?:all |the |of |your |above |these )*(?:answers?|responses?)(?: to [^.:;]{0,40})? (?:must|should|have to|need to) (?:all )?be \W?(?:yes|no)\b[^.:]{0,60}\W*$"
    r"|[a-d] (?:(?:as )?(?:measured|assessed|determined|calculated|evaluated) (?:by|with|using|according)|defined (?:as|by)|according to|refers? to)\b"
    r"|(?:minimum|maximum) age\s?:[^.]{1,24}\b(?:sex|gender|maximum age|minimum age|accepts healthy volunteers)\s?:"
    r"|https?://|www\.)"
)  # fmt: skip
_OTHERS_MAY_APPLY = re.compile(
    r"\W*(?:there (?:may be|are) )?(?:other|additional|further|more|detailed|full|some|certain|various|these)\b(?: \w+(?:[-/]\w+)*){0,6}? (?:criteri(?:a|on)|requirements?|conditions?|restrictions?|details?)\b"
    r"(?:[^.;]{0,60}?\b(?:may|might|will|could)(?: also)? (?:apply|be applied|be applicable|be discussed)|[^.;]{0,60}?\bappl(?:y|ied)\b|[^.]{0,40}\b(?:can be found|are (?:available|listed|detailed|specified)|may be found|in the protocol|provided in)\b|(?: as)? per protocol\W*$)"
    r"|\W*(?:other|additional) (?:protocol[- ](?:defined|specified|specific)|inclusion|exclusion)(?:[^.;]{0,40})(?:criteria|criterion)(?: (?:may|will|as)[^.;]{0,40})?[^\w:]*$"
)  # fmt: skip
_DASHED = re.compile(r"-{2,3}\s?[a-z][^:;.]*[a-z)]\s?-{2,3}:?")
_TOPIC_WORDS = re.compile(r"[a-z0-9]+(?:['/&.+-][a-z0-9]+)*")
_NO_TOPIC = re.compile(
    r"\b(?:following|below|either|any|one of|all of|at least|no|not|without|none|must|should|will|would|have|has|had|having|is|are|be|been|who|whose|which|that|with|including|include[sd]?|defined|such|if|when"
    r"|prior|previous|history|known|current|evidence|presence|diagnos\w+|confirmed|documented|treated|receiv\w+|taking|use of|able|willing|adequate|acceptable|normal|abnormal|because|unless|except|only|within|during|before|after|than|or more)\b|[<>=≥≤%]"
)  # fmt: skip
_TOPIC_NOUNS = re.compile(
    r"\b(?:criteria|eligibility|characteristics|considerations|requirements|cohorts?|groups?|arms?|phase|part|volunteers|controls|therapy|population|stratum|strata|general|medications?|disease|laborator(?:y|ies)|medical|other|others|regulatory|demographics?|cardiac|cardiovascular|hepatic|renal|neurologic(?:al)?|psychiatric|respiratory|pulmonary|hematologic(?:al)?|endocrine|immunologic(?:al)?|surgery|surgical|radiotherapy|chemotherapy)\b"
)  # fmt: skip
_BARE_POPULATION = re.compile(
    r"(?:(?:all|the|for) )?(?:(?:group|cohort|arm|part|phase|stage|stratum|sub-?study|population) [a-z0-9]{1,4}\b.{0,60}|(?:(?:healthy|normal|matched|adult|male|female|study|disease) ){0,3}(?:patients?|subjects?|participants?|volunteers?|controls?|cases?|caregivers?|carers?|partners?|parents?|donors?|recipients?|infants?|mothers?|clinicians?|providers?|staff|students?|children|adolescents?|adults|women|men|males|females|patients? groups?|controls? groups?)(?: (?:only|group|arm|cohort|participants|subjects|patients|volunteers))?)"
)  # fmt: skip
_NAMED_GROUP = re.compile(
    r"(?:for )?(?:the )?(?:(?!no|not|any|other|the|in|of|with)[a-z0-9/+-]+ ){1,4}(?:cohorts?|groups?|arms?)(?: only| participants| patients| subjects)?"
)
_ASKS = re.compile(
    r"\b(?:must|shall|should|required?|requires|needs?|cannot|may not|will not|excluded?|(?:in|not )eligible|prohibited|(?:not )?allowed|permitted)\b"
)
LONGEST_TOPIC = 90
MOST_TOPIC_WORDS = 9
MOST_WORDS_WITH_NUMBER = 4


def is_note(line: str) -> bool:
    """Whether a folded line is only a note to the reader: "Note: …", "Other protocol-defined criteria may apply"."""
    return _NOTE.match(line) is not None or (len(line) < 260 and _OTHERS_MAY_APPLY.match(line) is not None)


def asks(line: str) -> bool:
    """Whether a folded line requires or forbids something ("must", "required", "not eligible")."""
    return _ASKS.search(line) is not None


def is_dashed(line: str) -> bool:
    """Whether a folded line is a sub-heading between dashes: "--Prior therapy--"."""
    return len(line) <= LONGEST_TOPIC and _DASHED.fullmatch(line) is not None


def is_topic(line: str, *, capitals: bool, marked: bool, before_list: bool, holds_deeper: bool) -> bool:
    """Whether a folded line is a sub-heading ("Hepatic:").

    A line without a list marker is a sub-heading if it is a short name with a colon, a short name right before a list,
    or any words in capitals with a colon. A line with a list marker is a sub-heading if it is a name with a colon, has
    known topic words, and has no deeper items below it (with deeper items the line is a lead-in).
    """
    if is_dashed(line):
        return True
    name = line.rstrip(" *_").rstrip("-").rstrip()
    closed = name.endswith(":")
    name = name.rstrip(": *_").strip(" *_")
    if (
        not name
        or len(name) > LONGEST_TOPIC
        or name[-1] in ".;,?!"
        or ". " in name
        or ";" in name
        or name.count("(") != name.count(")")
    ):
        return False
    words = _TOPIC_WORDS.findall(name)
    if not words or len(words) > MOST_TOPIC_WORDS:
        return False
    if (_BARE_POPULATION.fullmatch(name) or _NAMED_GROUP.fullmatch(name)) and not lead_in.chooses(name):
        return closed or holds_deeper or (before_list and not marked)
    if lead_in.announces(name) or (_NO_TOPIC.search(name) and not (capitals and closed and not marked)):
        return False
    if marked:
        return closed and not holds_deeper and _TOPIC_NOUNS.search(name) is not None
    return closed or (
        before_list and "," not in name and (len(words) <= MOST_WORDS_WITH_NUMBER or not any(map(str.isdigit, name)))
    )
