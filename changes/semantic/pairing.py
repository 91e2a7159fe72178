"""Which criterion of the new text is which of the old one: by the same words first, then by likeness and place.

Pairs across inclusion and exclusion, or across populations, are always marked as such. Every step looks criteria up by
their words, so the work grows with the length of the texts, not with its square.
"""

from __future__ import annotations

import operator
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from trialwire.changes.semantic.likeness import Stems, likeness, mass, shared, stems, telling
from trialwire.changes.semantic.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from trialwire.schemas.semantic_change import CriterionRow

Section = tuple[str, str | None, str | None]
"""Kind of node (heading, note, criterion), label, population."""
Spot = tuple[str, int | None, Section]
"""After or before which pair a node stands, within its section."""
_CANDIDATES = 12
_COMMONEST = 24
"""A stem of more criteria than this says nothing about which of them is meant."""
_LIKE, _LIKE_IN_PLACE, _LIKE_BEGUN, _LIKE_ACROSS = 0.5, 0.34, 0.18, 0.66
_ONE_NEIGHBOUR, _BOTH_NEIGHBOURS, _SAME_TOPIC, _SAME_BEGINNING, _SAME_MEASURE = 0.06, 0.12, 0.08, 0.2, 0.25
_HELD, _NEARLY_ALL, _TELLING, _TELLING_IN_PLACE = 0.5, 0.85, 2.5, 1.4
"""The likeness of a criterion held in another, the share of its weight that lies there, the weight that it needs."""
_SAME_POPULATION, _OF_THE_LARGER = 0.5, 0.2
_PART, _WHOLE, _LESS = 0.75, 0.75, 0.97
"""This share of a part's weight lies in the whole, this share of the whole in its parts; a part weighs less than it."""


@dataclass(eq=False)
class Node:
    """A criterion on its way to being paired. `index` is its place in the text, `pair` the place of the old one of a pair."""

    row: CriterionRow
    index: int
    population: str | None
    partner: Node | None = None
    pair: int | None = None
    parts: list[Node] = field(default_factory=list)
    relaid: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that count."""
        return words(self.row.text)

    @cached_property
    def stems(self) -> Stems:
        """The words as likeness compares them."""
        return stems(self.words)

    @property
    def kind(self) -> str:
        """heading, note or criterion; a group's lead-in is a criterion."""
        role = self.row.role
        return role if role in {"heading", "note"} else "criterion" if self.row.label else "note"

    @property
    def section(self) -> Section:
        """Only within one section is a pair no move."""
        return (self.kind, self.row.label, self.population)

    @property
    def open(self) -> bool:
        """Whether nothing is known of it yet."""
        return self.partner is None and not self.parts and not self.relaid


@dataclass(frozen=True)
class Pairing:
    """The nodes of both texts, paired; populations that have another name now (old → new), that went and that came."""

    old: list[Node]
    new: list[Node]
    renamed: dict[str, str]
    gone: list[str]
    come: list[str]

    def lead_in_of(self, node: Node) -> Node | None:
        """The group that a node stands in; None for a node by itself or under a heading."""
        side = self._old_by_id if node.index < len(self.old) and self.old[node.index] is node else self._new_by_id
        found = side.get(node.row.parent or "")
        return found if found is not None and found.kind == "criterion" else None

    @cached_property
    def _old_by_id(self) -> dict[str, Node]:
        return {node.row.id: node for node in self.old}

    @cached_property
    def _new_by_id(self) -> dict[str, Node]:
        return {node.row.id: node for node in self.new}


def pair(old: Sequence[CriterionRow], new: Sequence[CriterionRow]) -> Pairing:
    """Pair the nodes of two texts. A split criterion has `parts` on the old side, a merged one on the new side."""
    renamed, gone, come = _populations(old, new)
    back = {name: before for before, name in renamed.items()}
    before = [Node(row, index, row.population) for index, row in enumerate(old)]
    after = [Node(row, index, back.get(row.population or "", row.population)) for index, row in enumerate(new)]
    _same_words(before, after, lambda node: (node.section, node.row.text))  # most are the same to the letter
    _same_words(_open(before), _open(after), lambda node: (node.section, node.words))
    _relaid(before, after)
    _same_words(_open(before), _open(after), lambda node: (node.kind, node.words))
    _same_words(_open(before), _open(after), lambda node: node.words)
    _split(before, after)
    _split(after, before)
    _alike(before, after, across=False)
    _alike(before, after, across=True)
    return Pairing(before, after, renamed, gone, come)


def _open(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in nodes if node.open]


def _join(old: Node, new: Node) -> None:
    old.partner, new.partner = new, old
    old.pair = new.pair = old.index


def _same_words(before: Iterable[Node], after: Iterable[Node], key: Callable[[Node], object]) -> None:
    waiting: defaultdict[object, deque[Node]] = defaultdict(deque)
    for node in after:
        waiting[key(node)].append(node)
    for node in before:
        if found := waiting.get(key(node)):
            _join(node, found.popleft())


def _populations(
    old: Sequence[CriterionRow], new: Sequence[CriterionRow]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Names of populations that stand for the same criteria under another name, and those that went and came."""
    before, after = _said_of(old), _said_of(new)
    gone, come = [name for name in before if name not in after], [name for name in after if name not in before]
    renamed: dict[str, str] = {}
    for name in gone:
        scored = [(_overlap(before[name], after[other]), other) for other in come if other not in renamed.values()]
        best = max(scored, default=(0.0, ""))
        if best[0] >= _SAME_POPULATION:
            renamed[name] = best[1]
    return renamed, [one for one in gone if one not in renamed], [one for one in come if one not in renamed.values()]


def _said_of(rows: Sequence[CriterionRow]) -> dict[str, set[tuple[str, ...]]]:
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        if row.population:
            said = found.setdefault(row.population, set())
            if row.role != "heading":
                said.add(words(row.text))
    return found


def _overlap(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> float:
    """Share of the smaller one that both say; 0 where that is little of the larger one."""
    both, sizes = len(one & other), sorted((len(one), len(other)))
    return both / max(1, sizes[0]) if both >= _OF_THE_LARGER * sizes[1] else 0.0


def _relaid(before: list[Node], after: list[Node]) -> None:
    """Between the same neighbours the same words in the same order, cut into criteria at other places: no change."""
    runs = {(gap, run[0].section): run for gap, run in _runs(after)}
    for gap, run in _runs(before):
        other = runs.get((gap, run[0].section))
        if other and _all_words(run) == _all_words(other):
            for node in (*run, *other):
                node.relaid = True


def _runs(nodes: list[Node]) -> Iterator[tuple[int | None, list[Node]]]:
    """Open nodes of one section that stand together, each run with the pair that it follows."""
    follows: int | None = None
    run: list[Node] = []
    for node in nodes:
        if node.open and run and run[0].section == node.section:
            run.append(node)
            continue
        if run:
            yield follows, run
        run = [node] if node.open else []
        if not node.open:
            follows = node.pair
    if run:
        yield follows, run


def _all_words(run: list[Node]) -> list[str]:
    return [word for node in run for word in node.words]


def _split(wholes: list[Node], pieces: list[Node]) -> None:
    """One criterion that became several: each part's words lie in it, no word twice, and together they make it up."""
    by_stem = _looked_up(_open(pieces))
    for whole in _open(wholes):
        left = Stems(whole.stems)
        found = []
        near = [piece for piece in _candidates(whole, by_stem) if piece.open and piece.section == whole.section]
        for piece in sorted(near, key=lambda piece: -mass(piece.stems)):
            if _lies_in(piece, left, whole):
                left -= piece.stems
                found.append(piece)
        if len(found) > 1 and mass(left) <= (1 - _WHOLE) * mass(whole.stems):
            whole.parts = sorted(found, key=lambda piece: piece.index)
            for piece in found:
                piece.parts = [whole]


def _lies_in(piece: Node, left: Stems, whole: Node) -> bool:
    weight = mass(piece.stems)
    return 0 < weight < _LESS * mass(whole.stems) and shared(piece.stems, left) >= _PART * weight


def _alike(before: list[Node], after: list[Node], *, across: bool) -> None:
    """Pair what is left by likeness, the surest pairs first."""
    by_stem, spots = _looked_up(_open(after)), _spots(after)
    by_spot: defaultdict[Spot, list[Node]] = defaultdict(list)
    for node, both in spots.items():
        for spot in both:
            by_spot[spot].append(node)
    scored: list[tuple[float, int, int, Node, Node]] = []
    for node, both in _spots(before).items():
        near = [] if across else [other for spot in both for other in by_spot[spot][:_CANDIDATES]]
        for other in dict.fromkeys((*_candidates(node, by_stem), *near)):
            if other.kind == node.kind and (other.section == node.section) != across:
                neighbours = 0 if across else sum(map(operator.eq, both, spots[other]))
                score = _score(node, other, neighbours)
                if score >= (_LIKE_ACROSS if across else _LIKE):
                    scored.append((-score, node.index, other.index, node, other))
    for _, _, _, node, other in sorted(scored, key=lambda one: one[:3]):
        if node.open and other.open:
            _join(node, other)


def _score(node: Node, other: Node, neighbours: int) -> float:
    alike = max(likeness(node.stems, other.stems), _held_in(node, other, neighbours))
    begins = bool(neighbours) and node.words[:2] == other.words[:2] and bool(telling(stems(node.words[:2])))
    same_measure = alike > 0 and bool(_measures(node) & _measures(other))
    if alike < (_LIKE_BEGUN if begins else _LIKE_IN_PLACE) and not same_measure:
        return 0.0
    place = (0.0, _ONE_NEIGHBOUR, _BOTH_NEIGHBOURS)[neighbours]
    topic = node.words[:1] == other.words[:1] and bool(telling(stems(node.words[:1])))
    place += _SAME_BEGINNING if begins else _SAME_TOPIC if topic else 0.0
    return alike + place + (_SAME_MEASURE if same_measure else 0.0)


def _held_in(node: Node, other: Node, neighbours: int) -> float:
    """A criterion that got a long addition, or lost one, holds nearly all words of the shorter one."""
    least = min(mass(node.stems), mass(other.stems))
    enough = least >= (_TELLING_IN_PLACE if neighbours else _TELLING)
    return _HELD if enough and shared(node.stems, other.stems) >= _NEARLY_ALL * least else 0.0


def _measures(node: Node) -> set[str]:
    return {bound.variable for bound in node.row.bounds}


def _spots(nodes: list[Node]) -> dict[Node, tuple[Spot, Spot]]:
    """Of each open node: the pairs before and after it in its section; None for the edge of the section."""
    before, after = _follows(nodes), _follows(nodes[::-1])
    return {node: (("after", before[node], node.section), ("before", after[node], node.section)) for node in before}


def _follows(nodes: Iterable[Node]) -> dict[Node, int | None]:
    last: dict[Section, int | None] = {}
    found: dict[Node, int | None] = {}
    for node in nodes:
        if node.open:
            found[node] = last.get(node.section)
        elif node.pair is not None:
            last[node.section] = node.pair
    return found


def _looked_up(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    found: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        for stem in telling(node.stems):
            found[stem].append(node)
    return found


def _candidates(node: Node, by_stem: Mapping[str, list[Node]]) -> list[Node]:
    """The nodes that share the most with this one."""
    found: defaultdict[Node, int] = defaultdict(int)
    for stem in telling(node.stems):
        if len(by_stem.get(stem, ())) <= _COMMONEST:
            for other in by_stem.get(stem, ()):
                found[other] += 1
    return sorted(found, key=lambda other: (-found[other], other.index))[:_CANDIDATES]
