"""Writes arms and interventions as a PlanDefinition: one action per arm, with one child action per intervention.

The registry gives each pair of an arm and an intervention twice: an arm lists its interventions, an intervention lists
its arms. A pair counts if one of the two lists has it. If the other list lacks the pair, the action says so. A name
that matches no arm or intervention is kept as text. If two names differ only in case or spacing, they match if there is
exactly one candidate; the other spelling is kept.

Each pair repeats the text of the intervention, so a small record with many pairs could make a huge plan. Real records
have at most 50 pairs (in 1,112 records). If a record has more than `MOST_PAIRS` pairs, or if their texts are too long,
the plan has the arms and the interventions without pairs, and the record gets a finding.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trialwire.schemas.fhir.code_systems import TERMINOLOGY
from trialwire.schemas.fhir.codes import CANONICAL, INTERVENTION_PREFIXES, Code
from trialwire.schemas.held import Finding
from trialwire.transforms.element import Names, coding, concept, digest, line, present, reference, registry_coding, text
from trialwire.transforms.write.narrative import narrative
from trialwire.transforms.write.study.design import arm_ids
from trialwire.transforms.write.study.identity import registry_identifier
from trialwire.transforms.write.study.status import dated, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialwire.schemas.trial import Arm, Intervention
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making

_TYPE = concept(None, coding(TERMINOLOGY + "plan-definition-type", Code("clinical-protocol", "Clinical Protocol")))
_ARM_ONLY = "Named by the arm only."
_INTERVENTION_ONLY = "Named by the intervention only."
MOST_PAIRS = 1_000
"""Pairs of an arm and an intervention that a plan holds at most."""
MOST_PAIRED_TEXT = 5_000_000
"""Characters that the pairs repeat at most."""
_APART = Finding(
    code="too-many-pairs",
    path="protocolSection.armsInterventionsModule",
    message=f"The arms have more than {MOST_PAIRS:,} interventions in all, or their texts are too long to repeat; the plan has the arms and the interventions apart.",
)
_LOOSE_SPACE = re.compile(r"(?<!\w) | (?!\w)")


def plan_definition(making: Making, group: Json) -> Json | None:
    """Return the PlanDefinition of a study, or None if the record has neither arms nor interventions."""
    tree = _Actions(making)
    actions = tree.actions()
    if not actions:
        return None
    if tree.apart:
        making.findings.append(_APART)
    trial = making.trial
    id_ = f"{making.study_id}-protocol"
    title = text(trial.identification.official_title or trial.identification.brief_title)
    return present(
        resourceType="PlanDefinition",
        id=id_,
        text=narrative(
            [
                ("Protocol of", f"{trial.identification.brief_title or ''} ({trial.trial_id})"),
                ("Arms", "; ".join(filter(None, (arm.label for arm in trial.arms_interventions.arm_groups)))),
                (
                    "Interventions",
                    "; ".join(filter(None, (one.name for one in trial.arms_interventions.interventions))),
                ),
            ]
        ),
        url=f"{CANONICAL}PlanDefinition/{id_}",
        identifier=[registry_identifier(making) | {"use": "secondary"}],
        version=dated(making),
        name=_machine_name(making.study_id),
        title=title,
        type=_TYPE,
        status=row_of(making).record,
        subjectReference=reference(group),
        date=dated(making),
        action=actions,
    )


def _machine_name(study_id: str) -> str:
    """A computer-friendly name (cnl-0): a capital letter, then letters, digits and underscores."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in study_id)
    return f"{words}_Protocol" if words[0].isupper() else f"Study_{words}_Protocol"


class _Known:
    """The names of one list, to look up a name that differs in case or spacing if exactly one candidate fits."""

    def __init__(self, names: Iterable[str | None]) -> None:
        self._names = {name for name in names if name}
        self._near: dict[str, set[str]] = {}
        for name in self._names:
            self._near.setdefault(_folded(name), set()).add(name)

    def find(self, words: str | None) -> str | None:
        """Return the name in the list that matches a text, or None. An identical name is preferred."""
        if not words or words in self._names:
            return words or None
        near = self._near.get(_folded(words), ())
        return next(iter(near)) if len(near) == 1 else None


def _folded(words: str) -> str:
    """Lower case, without spaces next to punctuation. Spaces between two words stay ("1 1" is not "11")."""
    return _LOOSE_SPACE.sub("", words.casefold())


class _Actions:
    """Builds the tree of actions of one study."""

    def __init__(self, making: Making) -> None:
        self.r5 = making.version == "R5"
        self.arms = making.trial.arms_interventions.arm_groups
        self.interventions = making.trial.arms_interventions.interventions
        self.names = Names()
        self.by_name: dict[str, list[int]] = {}
        for index, one in enumerate(self.interventions):
            for name in _names(one):
                self.by_name.setdefault(name, []).append(index)
        self.known_names = _Known(self.by_name)
        self.known_arms = _Known(line(arm.label) for arm in self.arms)
        self.named = self._named()
        self.apart = self._is_too_large()

    def _named(self) -> dict[str, dict[int, list[str]]]:
        """For each arm's label the interventions that name the arm, each with the words it uses."""
        found: dict[str, dict[int, list[str]]] = {}
        for index, one in enumerate(self.interventions):
            for words in map(line, one.arm_group_labels):
                label = self.known_arms.find(words)
                if words and label:
                    found.setdefault(label, {}).setdefault(index, []).append(words)
        return found

    def _is_too_large(self) -> bool:
        """Whether the pairs are too many, or repeat too much text. Counted before any pair is made."""
        pairs = length = 0
        lengths = [len(one.description or "") + sum(map(len, one.other_names)) for one in self.interventions]
        for arm in self.arms:
            named = self.named.get(line(arm.label) or "", {})
            listed = (
                self.by_name.get(self.known_names.find(words) or "", ()) for words in map(line, arm.intervention_names)
            )
            for indexes in (named, *listed):
                pairs += len(indexes)
                if pairs > 2 * MOST_PAIRS:  # most pairs are named twice
                    return True
                length += sum(lengths[index] for index in indexes)
        return length > 2 * MOST_PAIRED_TEXT

    def actions(self) -> list[Json]:
        """Return the root actions: the action "Arms", from which exactly one arm is chosen, then other interventions.

        The other interventions are those that belong to no arm, or all of them if the plan has no pairs.
        """
        found = []
        arms = [self._arm(arm, id_) for arm, id_ in zip(self.arms, arm_ids(self.arms), strict=True)]
        if arms:
            found.append(
                self._action("arms", title="Arms", groupingBehavior="logical-group", action=arms)
                | {"selectionBehavior": "exactly-one"}
            )
        paired = {index for of_arm in (*self.named.values(), *map(self._listed, self.arms)) for index in of_arm}
        alone = [
            self._intervention(one, "", [])
            for index, one in enumerate(self.interventions)
            if self.apart or index not in paired
        ]
        return found + alone

    def _action(self, id_: str, **fields: object) -> Json:
        return present(id=id_, linkId=id_ if self.r5 else None, **fields)

    def _listed(self, arm: Arm) -> dict[int, list[str]]:
        """{index of an intervention that the arm lists: spellings of its name that differ from the intervention's}."""
        found: dict[int, list[str]] = {}
        if self.apart:
            return found
        for words in map(line, arm.intervention_names):
            name = self.known_names.find(words)
            for index in self.by_name.get(name or "", ()):
                found.setdefault(index, []).extend([words] if words and words != name else ())
        return found

    def _arm(self, arm: Arm, id_: str) -> Json:
        listed = self._listed(arm)
        label = line(arm.label)
        named_by = {} if self.apart else self.named.get(label or "", {})
        children = []
        for index in sorted(listed.keys() | named_by.keys()):
            named = named_by.get(index, ())
            remarks = [f"In the arm's words: {words}" for words in listed.get(index, ())]
            remarks += [f"The arm in the intervention's words: {words}" for words in named if words != label]
            if not (named and index in listed):
                remarks.append(_INTERVENTION_ONLY if named else _ARM_ONLY)
            children.append(self._intervention(self.interventions[index], id_, remarks))
        for name in map(line, arm.intervention_names):
            if name and self.known_names.find(name) is None:
                key = "int-" + digest([id_, name], 8)
                children.append(self._action(self.names.unique(key), title=name, textEquivalent=_ARM_ONLY))
        return self._action(
            id_,
            title=label,
            description=text(arm.description),
            groupingBehavior="logical-group" if children else None,
            selectionBehavior="all" if children else None,
            action=children,
        )

    def _intervention(self, one: Intervention, arm_id: str, doubts: list[str]) -> Json:
        code = concept(None, registry_coding("InterventionType", one.type)) if one.type else None
        labels = filter(None, map(line, one.arm_group_labels))
        strangers = [words for words in labels if self.known_arms.find(words) is None]
        # One line per name, because a name may contain any other separator.
        remarks = [
            *(f"Other name: {name}" for name in map(line, one.other_names) if name),
            *(f"Given to a group that is not among the arms: {words}" for words in strangers),
            *doubts,
        ]
        key = "int-" + digest([arm_id, one.type, line(one.name)], 8)
        return self._action(
            self.names.unique(key),
            title=line(one.name),
            description=text(one.description),
            textEquivalent="\n".join(remarks),
            code=code if self.r5 or code is None else [code],
        )


def _names(intervention: Intervention) -> set[str]:
    """The names that an arm may use for it: "Type: name", or the name alone if it has no type."""
    name = line(intervention.name)
    if name is None:
        return set()
    return {f"{INTERVENTION_PREFIXES[intervention.type]}: {name}" if intervention.type else name}
