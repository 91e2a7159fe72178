"""Types of the semantic diff: the differences between two versions of a trial, in a form for people.

Each difference is one SemanticChange. Its class says what the change is about: `who` (who may take part), `what` (what
is done), `where`, `when`, or `record` (only the text of the registry record, not the trial).

The codes are those of the event contract (docs/events), and some more that no event uses yet: `outcomes.primary`,
`dates.completion`, `design`, `countries`, `ids`, `references`, `derived`, `registry-dates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

SemanticCode = Literal[
    "status", "eligibility.criteria", "eligibility.age", "eligibility.sex", "conditions",
    "sites.added", "sites.removed", "sites.status", "countries",
    "arms", "interventions", "outcomes.primary", "phase", "design",
    "dates.start", "dates.primary-completion", "dates.completion", "enrollment",
    "title", "sponsor", "contacts", "outcomes", "results", "ids", "references", "mapping", "derived",
    "registry-dates", "other",
]  # fmt: skip
ChangeClass = Literal["who", "what", "where", "when", "record"]
Kind = Literal["added", "removed", "reworded", "moved", "changed"]
Operation = Literal["=", "-", "+"]

CLASSES: dict[SemanticCode, ChangeClass] = {
    "status": "who", "eligibility.criteria": "who", "eligibility.age": "who", "eligibility.sex": "who",
    "conditions": "who",
    "arms": "what", "interventions": "what", "outcomes.primary": "what", "phase": "what", "design": "what",
    "sites.added": "where", "sites.removed": "where", "sites.status": "where", "countries": "where",
    "dates.start": "when", "dates.primary-completion": "when", "dates.completion": "when", "enrollment": "when",
    "title": "record", "sponsor": "record", "contacts": "record", "outcomes": "record", "results": "record",
    "ids": "record", "references": "record", "mapping": "record", "derived": "record", "registry-dates": "record",
    "other": "record",
}  # fmt: skip
"""Code → class: who may take part, what is done, where, when, or only the record. A site that opens or closes is `who`."""
CLASS_ORDER: tuple[ChangeClass, ...] = ("who", "what", "where", "when", "record")


class BoundRow(Protocol):
    """The interface of one numeric bound in a criterion of eligibility, such as "eGFR >= 60"."""

    @property
    def variable(self) -> str:
        """The name of the measured variable, such as "egfr"."""
        ...

    @property
    def comparator(self) -> str:
        """The comparator of the bound, one of >= > <= < =."""
        ...

    @property
    def value(self) -> float:
        """The number of the bound."""
        ...

    @property
    def unit(self) -> str | None:
        """The unit of the bound as the text writes it; None if the text has no unit."""
        ...


class CriterionRow(Protocol):
    """The interface of one node in the tree of eligibility criteria. The nodes are in the order of the text.

    It is implemented by transforms.eligibility.model.Criterion.
    """

    @property
    def id(self) -> str:
        """The id of the node, a hash of its content."""
        ...

    @property
    def parent(self) -> str | None:
        """The id of the parent node; None if the node has no parent."""
        ...

    @property
    def role(self) -> str:
        """The role of the node: criterion, group, note or heading."""
        ...

    @property
    def label(self) -> str | None:
        """The list that the node is in, inclusion or exclusion; None if it is in neither."""
        ...

    @property
    def join(self) -> str | None:
        """How the members of a group are combined: all of them, or any of them. None if the node is not a group."""
        ...

    @property
    def population(self) -> str | None:
        """The part of the participants that the node applies to; None if it applies to all."""
        ...

    @property
    def text(self) -> str:
        """The text of the node."""
        ...

    @property
    def bounds(self) -> Sequence[BoundRow]:
        """The numeric bounds in the text of the node."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a changed text (consecutive words), with a sign: unchanged (=), removed (-) or added (+)."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True)
class SemanticChange:
    """One change between two versions of a trial. `marks` show a changed text word by word.

    `old` and `new` are JSON-compatible and free of contact data. `old_id` and `new_id` are criterion ids.
    `opens_or_closes`: a site starts or stops taking participants.
    """

    code: SemanticCode
    kind: Kind
    path: str
    old: object
    new: object
    sentence: str
    old_id: str | None = None
    new_id: str | None = None
    marks: tuple[Mark, ...] = ()
    opens_or_closes: bool = False

    @property
    def change_class(self) -> ChangeClass:
        """The class of the change: who may take part, what is done, where, when, or only the record."""
        return "who" if self.opens_or_closes else CLASSES[self.code]

    @property
    def material(self) -> bool:
        """Whether the trial itself changed. False if only its record changed (class `record`)."""
        return self.change_class != "record"

    def document(self) -> dict[str, object]:
        """Return the change as JSON-compatible data."""
        ids = {"old_id": self.old_id, "new_id": self.new_id}
        return {
            "code": self.code,
            "class": self.change_class,
            "material": self.material,
            "path": self.path,
            "criterion": ids if self.old_id or self.new_id else None,
            "kind": self.kind,
            "old": self.old,
            "new": self.new,
            "sentence": self.sentence,
            "marks": [[mark.operation, mark.text] for mark in self.marks],
        }


@dataclass(frozen=True, slots=True)
class SemanticDiff:
    """All changes between two versions of a trial, sorted by their class: who, what, where, when, record.

    `notes`: sentences about differences that do not count as changes.
    """

    changes: tuple[SemanticChange, ...]
    notes: tuple[str, ...] = ()
