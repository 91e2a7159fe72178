"""Recognises lines that look like headings but have no known grammar.

Some of these lines only sort the criteria ("Hepatic:"), and the section (inclusion or exclusion) continues. The other
lines are not understood: such a heading may mean "Contraindications:" in words that the parser does not know. The
criteria below such a heading must not belong to the section above it, because an exclusion would become an inclusion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.transforms.eligibility.lists import heading_words, lead_in

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.lists.layout import Block
    from trialwire.transforms.eligibility.model import Label

_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[a-z0-9]")
_LISTS = re.compile(
    r"\b(?:following|one of|any of|all of|either|both|each|include[sd]?|including|defined|as follows|criteria|at least)\b"
)
_REFUSES = re.compile(
    r"\b(?:cannot|can not|(?:may|must|should|will|shall|do|does|is|are) not|not (?:suitable|eligible|allowed|permitted)|prohibited|forbidden|contra-?indicat\w*|reject\w*|eliminat\w*|disqualif\w*|rules? out)\b"
)
"""Words that exclude a person: in an inclusion section they open a new section, independent of the other words."""
_PERMITS = re.compile(r"\b(?:allowed|permitted|permissible|acceptable)\b")
"""Words that still admit a person: the items under them are neither required nor excluding."""
_CRITERIA = re.compile(r"\bcriteri(?:a|on)\b|\beligibility\b")
_MUST = re.compile(
    r"(?:the |all )?(?:[a-z]+ )?(?:participants?|patients?|subjects?|volunteers?) (?:must|should|have to|need to)(?: be| have)?:"
)
"""An affirmative lead-in that names no separate population."""
_PLAIN = heading_words.ANNOUNCING - frozenset(
    ["acceptable", "excluded", "exclusion", "participant", "participants", "patient", "patients", "subject", "subjects"]
)
"""Words of a lead-in that only announces ("Adequate hepatic function:")."""
_CONTRAINDICATIONS = re.compile(r"(?:\w+ ){0,2}contra-?\s?indications? (?:to|for|of)\b")
_LEADS = re.compile(r"\b(?:due to|by|who|with|as|having|below)\s?:$")
"""The end of a lead-in whose sentence continues in its items."""
_STATES = re.compile(
    r"[.;?!]$|[.,;] |[<>≤≥=](?! ?\d+\))|^(?:no|not|history|known|current|signed|written|informed|able|willing|ability|willingness|pregnan\w+|active|previous|prior|age|aged)\b"
    r"|\b(?:are|is|was|were|be|been|have|has|had|taking|receiv\w+|treated|treatment with|undergo\w*|history of|use of|years?|months?|weeks?|days?)\b"
)
"""Words that make an unmarked line without a colon an independent criterion."""
MOST_WORDS = 12
MOST_WORDS_DECIDING = 20
MOST_WORDS_BARE = 6
_SECTION_LIKE = re.compile(
    r"\b(?:criteria|criterion|criterios?|criteres?|criteri|kriteri\w*)$|^(?:motifs?|reasons?|grounds?) \w|^(?:who|when|why|where) |^do not \w|\bif$|^rule-?outs?$|^(?:warnings?|cautions?|precautions?)$|k[ao]ntraindi[kc]a\w+$"
)
"""Words that make a short line without a colon a heading, also in a text without list markers."""
MOST_SIGNS = 30
"""A heading in a script without spaces is one word with at most this many characters."""
FEW_WORDS = 4


def is_sorting(line: str, label: Label) -> bool:
    """Whether the inclusion or exclusion section above a folded sub-heading continues below the sub-heading.

    This is true if the sub-heading only sorts its criteria ("Hepatic:", "Laboratory values"), or if its words are the
    beginning of their sentences ("Patients with:").
    """
    known = heading_words.SORTING if label == "inclusion" else heading_words.SORTING_EXCLUSION
    words = _WORD.findall(line)
    if _LEADS.search(line.rstrip(" *_")) or (label == "exclusion" and _CONTRAINDICATIONS.match(line)):
        return True
    return bool(words) and any(all(word in kind or word.isdigit() for word in words) for kind in (known, _PLAIN))


def names_nobody(line: str) -> bool:
    """Whether a folded line is only a title and names no group of persons ("Criteria:", "Eligibility criteria")."""
    return all(word in heading_words.BESIDE_TERM for word in _WORD.findall(line)) and _CRITERIA.search(line) is not None


def looks_like_one(block: Block, after: Block, label: Label) -> bool:
    """Whether a block looks like a heading, although it follows no known grammar of headings.

    Such a block is alone on its line and ends with a colon, or stands right before a list. A lead-in that states how
    to read its list ("one of the following:") is not a heading, unless the lead-in excludes a person in an inclusion
    section, or permits something.
    """
    line = block.folded.rstrip(" *_")
    closed = line.endswith((":", ":</b>"))
    words = _WORD.findall(line)
    if not words or (not block.marked and not _LATIN.search(line) and len(line) <= MOST_SIGNS):
        return bool(words)
    decides = (label == "inclusion" and _REFUSES.search(line)) or _PERMITS.search(line)
    if not (closed or block.marked) and len(words) <= MOST_WORDS_BARE and _SECTION_LIKE.search(line):
        return line[-1] not in ".;,"
    if not closed and not (
        after.marked and (line[0].isalnum() or line[0] == "[") and (decides or not _STATES.search(line))
    ):
        return False
    if block.marked:
        return closed and len(words) <= FEW_WORDS and bool(decides)
    if closed and decides and len(words) <= MOST_WORDS_DECIDING:
        return True
    if (
        len(words) > MOST_WORDS
        or len(line) > MOST_SIGNS * FEW_WORDS
        or is_sorting(line, label)
        or _MUST.fullmatch(line)
    ):
        return False
    if lead_in.chooses(line) or _LISTS.search(line) or _LEADS.search(line):
        return False
    return closed or after.indent >= block.indent
