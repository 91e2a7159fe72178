"""Writes criteria as Group.characteristic entries, the same for R4 and R5.

An entry is one element of Group.characteristic: a code (the question), a value (the answer) and `exclude`.

- Value: an entry gets a structured value (a code, a number) only if a pattern matches all words of the criterion, and
  the criterion contains no exception ("unless", "except"). Any other criterion is written as text, and its code says
  "not structured".
- `exclude` is true in the exclusion section and false in the inclusion section. The opposite is written only if the
  whole criterion is a denied term ("Not pregnant").
- Lists: FHIR joins the entries of a Group by "and". So a list becomes one entry per item only if this keeps the
  meaning: an inclusion list with "all of", or an exclusion list with "any of". Any other list is one entry with the
  whole text. If the list is certainly a choice (choice.py), this entry refers to a contained Group, and FHIR R6's
  combinationMethod states how many characteristics of the contained Group must hold.
- Sub-headings: the text of a criterion begins with the sub-heading above the criterion ("Smokers:").
- Headings that are not understood: every criterion under such a heading is written as text, and the code names the
  reason. `exclude`, which FHIR requires, is false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.schemas.fhir.extensions import CROSS_VERSION_R6
from trialwire.transforms.eligibility.group.choice import Choice, choice_of, is_of_branches
from trialwire.transforms.eligibility.group.concepts import Conditions
from trialwire.transforms.eligibility.group.entry import Entry, code_of, entry_of, structured, text_entry
from trialwire.transforms.eligibility.lists import heading_phrases
from trialwire.transforms.eligibility.lists.heading_words import ANNOUNCING, BESIDE_TERM, CHOOSING, SENTENCE, TOPICS
from trialwire.transforms.eligibility.source_text import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwire.schemas.trial import MeshTerm
    from trialwire.transforms.eligibility.model import Criterion

NOT_UNDERSTOOD = "not-understood"
"""The flag of criteria under a heading that is not understood."""
UNKNOWN_SECTION = "Eligibility statement under a heading that is not understood: it may be asked for or exclude (text only, not structured)"
LIST = "Eligibility criterion (lead-in of the list that follows; text only, not structured)"
COMBINATION_URL = f"{CROSS_VERSION_R6}Group.combinationMethod"
THRESHOLD_URL = f"{CROSS_VERSION_R6}Group.combinationThreshold"
"""R6 elements for a Group whose characteristics need not all hold, as cross-version extensions."""
_WORD = re.compile(r"\w+")
_SECTION_WORDS = SENTENCE | BESIDE_TERM
_SECTION = re.compile(r"(?i)inclu|exclu|eligib|crit[eé]r|kriteri|einschl|ausschl")
_COMPANION = re.compile(
    r"(?i)\W*(?:the |each |female |male |sexual )*(partner|spouse|caregiver|carer|parent)s?\b(?!'| of\b)"
)
"""A heading about a person other than the patient ("The partner will be included based on …")."""
_FOR = re.compile(r"(?i)\bfor\b")


@dataclass(slots=True)
class Written:
    """The output for one population: the entries of its Group, and the contained Groups that the entries refer to.

    The contained Groups have no resourceType and no kind yet; the caller adds them.
    """

    entries: list[Entry] = field(default_factory=list)
    contained: list[Entry] = field(default_factory=list)


def characteristics(
    criteria: Sequence[Criterion], meshes: Iterable[MeshTerm] = (), *, choices: bool = True
) -> dict[str | None, Written]:
    """Return the Group.characteristic entries per population, in the order of the text.

    The key of the result is the population's name, or None for all participants of the trial. Every criterion of
    `parse` is in exactly one entry; notes and headings are in no entry. This function does not write the age, the sex
    and "accepts healthy volunteers", because they come from the registry's own fields. R4 and R5 use the same entries.
    If `choices` is false, every choice is written as text; profiles without contained Groups need this.
    """
    return _Writer(criteria, Conditions(meshes), choices=choices).written()


class _Writer:
    """Writes the entries in one pass over the tree."""

    def __init__(self, criteria: Sequence[Criterion], conditions: Conditions, *, choices: bool) -> None:
        self._conditions = conditions
        self._choices = choices
        self._children: dict[str | None, list[Criterion]] = {}
        self._headings: dict[str, str] = {}
        self._companions: dict[str, str] = {}
        heading = title = companion = ""
        for one in criteria:
            if one.role == "heading":
                heading, title = _limiting(one.text), one.text
                companion = found[1].capitalize() if (found := _COMPANION.match(one.text)) else ""
            elif one.label:
                self._children.setdefault(one.parent, []).append(one)
                if companion and one.population is None:
                    self._companions[one.id] = companion
                if NOT_UNDERSTOOD in one.flags:
                    self._headings[one.id] = title
                elif heading and one.population is None:
                    self._headings[one.id] = heading
        self._found: dict[str | None, Written] = {}

    def written(self) -> dict[str | None, Written]:
        self._write(self._children.get(None, []), "", certain=True)
        return self._found

    def _write(self, siblings: list[Criterion], lead_in: str, *, certain: bool) -> None:
        """Entries of siblings under a lead-in. `certain`: the lead-in adds no condition, so items may be structured."""
        for together in _alternatives(siblings):
            first = together[0]
            population = first.population or self._companions.get(first.id)
            found = self._found.setdefault(population, Written())
            heading = self._headings.get(first.id, "") if first.parent is None else ""
            before = f"{heading.rstrip(' :：')}: {lead_in}" if heading else lead_in
            sure = certain and not (heading and _narrows(heading, _SECTION_WORDS | TOPICS))
            if NOT_UNDERSTOOD in first.flags:
                whole = before + "\n".join(self._whole(one) for one in together)
                found.entries.append(text_entry(first, whole, UNKNOWN_SECTION) | {"exclude": False})
            elif len(together) > 1:
                found.entries.append(text_entry(first, before + " ".join(self._whole(one) for one in together)))
            elif first.role == "group" and is_of_branches(first, self._children.get(first.id, [])):
                found.entries.append(text_entry(first, before + self._whole(first)))
            elif first.role == "group" and _is_exact(first):
                found.entries.append(text_entry(first, before + first.text, LIST))
                inside = sure and not _narrows(first.text, ANNOUNCING)
                self._write(self._children.get(first.id, []), f"{before}{first.text} ", certain=inside)
            elif first.role == "group":
                self._list(first, before, found, siblings, certain=sure)
            else:
                found.entries += self._leaf(first, before, certain=sure)

    def _list(
        self, group: Criterion, lead_in: str, found: Written, siblings: list[Criterion], *, certain: bool
    ) -> None:
        """A list that is a choice: one entry. If the choice is certain, its items are in a contained Group."""
        items = self._children.get(group.id, [])
        whole = lead_in + self._whole(group)
        lines = self._whole(group)[len(group.text) + 1 :]
        choice = choice_of(group, items, lines, lead_in, siblings) if self._choices else None
        if choice is None:
            found.entries.append(text_entry(group, whole))
            return
        inside = certain and not _narrows(group.text, CHOOSING)
        before = "" if inside else f"{lead_in}{group.text} "
        entries = [self._item(one, before, certain=inside) for one in items]
        name = f"{group.id}-items"
        found.contained.append(_contained(name, choice, entries))
        value = {"valueReference": {"reference": f"#{name}", "type": "Group", "display": whole}}
        found.entries.append(entry_of(group, whole, code_of(f"Eligibility criterion (list: {choice.words})"), value))

    def _item(self, item: Criterion, lead_in: str, *, certain: bool) -> Entry:
        """One item of a choice. Its `exclude` is false: only the entry of its list states whether the list excludes."""
        if item.role == "group":
            entry = text_entry(item, lead_in + self._whole(item))
        else:
            found = self._leaf(item, lead_in, certain=certain)
            alone = len(found) == 1 and found[0]["exclude"] == (item.label == "exclusion")
            entry = found[0] if alone else text_entry(item, lead_in + item.text)
        return entry | {"exclude": False}

    def _whole(self, criterion: Criterion) -> str:
        """The text of a criterion and of all its descendants, one line per item."""
        lines = [criterion.text]
        for child in self._children.get(criterion.id, []):
            lines += [
                f"- {line}" if not line.startswith("- ") else f"  {line}" for line in self._whole(child).split("\n")
            ]
        return "\n".join(lines)

    def _leaf(self, criterion: Criterion, lead_in: str, *, certain: bool) -> list[Entry]:
        text = lead_in + criterion.text
        found = structured(criterion, text, self._conditions) if certain else []
        return found or [text_entry(criterion, text)]


def _limiting(heading: str) -> str:
    """The heading if it limits or sorts its criteria, else "". A section heading limits only after the word "for"."""
    if heading_phrases.label_of(read(heading).folded.strip(" *_")):
        return ""
    if section := _SECTION.search(heading):
        whom = _FOR.split(heading[section.start() :], maxsplit=1)[1:]
        return heading if whom and _narrows(whom[0], _SECTION_WORDS | TOPICS) else ""
    return heading if _narrows(heading, _SECTION_WORDS) else ""


def _narrows(words: str, vocabulary: frozenset[str]) -> bool:
    """Whether a lead-in or heading has words outside a vocabulary; "Adequate organ function:" only announces a list."""
    return any(word not in vocabulary for word in _WORD.findall(words.casefold()))


def _contained(name: str, choice: Choice, entries: list[Entry]) -> Entry:
    extensions: list[Entry] = [{"url": COMBINATION_URL, "valueCode": choice.method}]
    if choice.threshold:
        extensions.append({"url": THRESHOLD_URL, "valuePositiveInt": choice.threshold})
    said = choice.words[0].upper() + choice.words[1:]
    return {"id": name, "extension": extensions, "type": "person", "name": said, "characteristic": entries}


def _alternatives(siblings: list[Criterion]) -> list[list[Criterion]]:
    """Siblings in runs: an inclusion and the alternatives after it are one run, of which one is sufficient."""
    found: list[list[Criterion]] = []
    for one in siblings:
        before = found[-1][-1] if found else None
        if (
            before
            and "alternative" in one.flags
            and one.label == "inclusion" == before.label
            and one.population == before.population
        ):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _is_exact(group: Criterion) -> bool:
    """Whether each item of a list can be its own entry: all items required, or each item excludes."""
    return "count" not in group.flags and (group.label, group.join) in {("inclusion", "all"), ("exclusion", "any")}
