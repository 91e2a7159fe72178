"""Arms and interventions → PlanDefinition: one action per arm, one child per intervention that arm receives.

The registry names the pairs twice: an arm lists its interventions, an intervention lists its arms. Both lists count, and
a pair that only one of them names says so; what names no known arm or intervention is kept in its own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.code_systems import TERMINOLOGY
from schemas.fhir_codes import CANONICAL, INTERVENTION_PREFIXES, Code
from transforms.element import Names, coding, concept, digest, line, present, reference, registry_coding, text
from transforms.narrative import narrative
from transforms.study_design import arm_ids
from transforms.study_identity import registry_identifier
from transforms.study_status import dated, row_of

if TYPE_CHECKING:
    from schemas.trial import Arm, Intervention
    from transforms.element import Json
    from transforms.rendering import Making

_TYPE = concept(None, coding(TERMINOLOGY + "plan-definition-type", Code("clinical-protocol", "Clinical Protocol")))
_ARM_ONLY = "Named by the arm only."
_INTERVENTION_ONLY = "Named by the intervention only."


def plan_definition(making: Making, group: Json) -> Json | None:
    """The PlanDefinition of a study, or None for a record with neither arms nor interventions."""
    actions = _Actions(making).actions()
    if not actions:
        return None
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
    """A name as cnl-0 demands it: a capital letter, then letters, digits and underscores."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in study_id)
    return f"{words}_Protocol" if words[0].isupper() else f"Study_{words}_Protocol"


class _Actions:
    """The tree of actions of one study."""

    def __init__(self, making: Making) -> None:
        self.r5 = making.version == "R5"
        self.arms = making.trial.arms_interventions.arm_groups
        self.interventions = making.trial.arms_interventions.interventions
        self.names = Names()
        self.by_name: dict[str, list[int]] = {}
        for index, one in enumerate(self.interventions):
            for name in _names(one):
                self.by_name.setdefault(name, []).append(index)

    def actions(self) -> list[Json]:
        """At the root the choice of one arm, then what belongs to no arm."""
        found = []
        arms = [self._arm(arm, id_) for arm, id_ in zip(self.arms, arm_ids(self.arms), strict=True)]
        if arms:
            found.append(
                self._action("arms", title="Arms", groupingBehavior="logical-group", action=arms)
                | {"selectionBehavior": "exactly-one"}
            )
        labels = {line(arm.label) for arm in self.arms}
        alone = [
            self._intervention(one, "", None)
            for index, one in enumerate(self.interventions)
            if not any(index in self._listed(arm) for arm in self.arms)
            and not any(line(label) in labels for label in one.arm_group_labels)
        ]
        return found + alone

    def _action(self, id_: str, **fields: object) -> Json:
        return present(id=id_, linkId=id_ if self.r5 else None, **fields)

    def _listed(self, arm: Arm) -> set[int]:
        """The interventions that an arm names."""
        return {index for name in arm.intervention_names for index in self.by_name.get(line(name) or "", ())}

    def _arm(self, arm: Arm, id_: str) -> Json:
        listed = self._listed(arm)
        label = line(arm.label)
        children = []
        for index, one in enumerate(self.interventions):
            named = label is not None and label in map(line, one.arm_group_labels)
            if named or index in listed:
                doubt = None if named and index in listed else _INTERVENTION_ONLY if named else _ARM_ONLY
                children.append(self._intervention(one, id_, doubt))
        for name in map(line, arm.intervention_names):
            if name and name not in self.by_name:
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

    def _intervention(self, one: Intervention, arm_id: str, doubt: str | None) -> Json:
        code = concept(None, registry_coding("InterventionType", one.type)) if one.type else None
        known = {line(arm.label) for arm in self.arms}
        strangers = [words for label in one.arm_group_labels if (words := line(label)) and words not in known]
        remarks = [
            "Other names: " + "; ".join(filter(None, map(line, one.other_names))) if one.other_names else None,
            "Given to groups that are not among the arms: " + "; ".join(strangers) if strangers else None,
            doubt,
        ]
        key = "int-" + digest([arm_id, one.type, line(one.name)], 8)
        return self._action(
            self.names.unique(key),
            title=line(one.name),
            description=text(one.description),
            textEquivalent="\n".join(filter(None, remarks)),
            code=code if self.r5 or code is None else [code],
        )


def _names(intervention: Intervention) -> set[str]:
    """What an arm may call it: its name after its kind; of one without a kind its name alone."""
    name = line(intervention.name)
    if name is None:
        return set()
    return {f"{INTERVENTION_PREFIXES[intervention.type]}: {name}" if intervention.type else name}
