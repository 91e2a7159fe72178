"""Pairs each criterion of the new text with the same criterion of the old text: by equal words, then by similarity.

The two criteria of a pair may be in different sections (inclusion and exclusion, or two populations). Such a pair is
reported as moved. Criteria are looked up by their words and not compared each with each, so the time is linear in the
length of the texts, not quadratic.
"""

from __future__ import annotations

import operator
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from trialwire.changes.semantic import populations
from trialwire.changes.semantic.likeness import Stems, likeness, mass, shared, stems, telling
from trialwire.changes.semantic.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from trialwire.schemas.semantic_change import CriterionRow

Section = tuple[str, str | None, str | None]
"""A part of the text: kind of node (heading, note or criterion), list (inclusion or exclusion), and population."""
Spot = tuple[str, int | None, Section]
"""A place in a section: directly after or before a certain pair."""
_CANDIDATES = 12
_COMMONEST = 24
"""A stem that occurs in more criteria than this is too common to find a criterion by it."""
_LIKE, _LIKE_IN_PLACE, _LIKE_BEGUN, _LIKE_ACROSS = 0.5, 0.34, 0.18, 0.66
_ONE_NEIGHBOUR, _BOTH_NEIGHBOURS, _SAME_TOPIC, _SAME_BEGINNING, _SAME_MEASURE = 0.06, 0.12, 0.08, 0.2, 0.25
_HELD, _NEARLY_ALL, _TELLING, _TELLING_IN_PLACE = 0.5, 0.85, 2.5, 1.4
"""If one criterion contains nearly all words of another: the similarity that the two get, the share of the shorter
criterion's weight that must be in the longer one, and the least weight of the shorter one (alone, in place)."""
_PART, _OWN, _WHOLE, _LESS = 0.75, 0.15, 0.75, 0.97
"""For a split criterion: the least share of a part's weight that is in the whole, the least share of it that no other
part has used ("impaired hepatic or renal function": both parts say "impaired" and "function"), the least share of the
whole's weight that is in its parts, and the largest weight of a part, as a share of the whole."""


@dataclass(eq=False)
class Node:
    """One criterion, heading or note during pairing. `index`: its place in its text. `partner`: the other node.

    `partner` and the node are a pair; `pair` is the `index` of the old node of this pair. `parts`: for a criterion that
    was split or merged, the criteria of the other text that correspond to it. `relaid`: whether the words and their
    order are the same, but the text is divided into criteria in another way.
    """

    row: CriterionRow
    index: int
    population: str | None
    partner: Node | None = None
    pair: int | None = None
    parts: list[Node] = field(default_factory=list)
    relaid: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the criterion that are compared."""
        return words(self.row.text)

    @cached_property
    def stems(self) -> Stems:
        """The stems (first letters) of the criterion's words. The similarity of two criteria is computed from them."""
        return stems(self.words)

    @property
    def kind(self) -> str:
        """The kind of this node: heading, note or criterion. The line that introduces a list counts as a criterion."""
        role = self.row.role
        return role if role in {"heading", "note"} else "criterion" if self.row.label else "note"

    @property
    def section(self) -> Section:
        """The section of the node: kind, list (inclusion or exclusion) and population.

        If the two nodes of a pair have different sections, the criterion was moved.
        """
        return (self.kind, self.row.label, self.population)

    @property
    def open(self) -> bool:
        """Whether the node is not paired, split, merged or relaid yet."""
        return self.partner is None and not self.parts and not self.relaid


@dataclass(frozen=True)
class Pairing:
    """The result of pairing: the nodes (criteria, headings, notes) of both texts.

    `renamed`: populations that have another name in the new text (old name → new name). `gone`: populations that were
    removed. `come`: populations that were added.
    """

    old: list[Node]
    new: list[Node]
    renamed: dict[str, str]
    gone: list[str]
    come: list[str]

    def lead_in_of(self, node: Node) -> Node | None:
        """Return the criterion that introduces the list in which a node is, or None if there is no such criterion."""
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
    """Pair the nodes of two texts and return the result.

    A criterion that was split has its pieces in `parts`; each piece has the whole criterion in `parts`. The same holds
    for criteria that were merged.
    """
    renamed, gone, come = populations.compare(old, new)
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


def _relaid(before: list[Node], after: list[Node]) -> None:
    """Mark criteria as relaid: between the same neighbours, the same words in the same order, divided differently.

    Such criteria are not a change.
    """
    runs = {(gap, run[0].section): run for gap, run in _runs(after)}
    for gap, run in _runs(before):
        other = runs.get((gap, run[0].section))
        if other and _all_words(run) == _all_words(other):
            for node in (*run, *other):
                node.relaid = True


def _runs(nodes: list[Node]) -> Iterator[tuple[int | None, list[Node]]]:
    """Yield runs of adjacent open nodes in one section, each with the pair before it (None at the start)."""
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
    """Find criteria that were split: most words of a part are in the whole, used once; the parts make up most of it."""
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
    return (
        0 < weight < _LESS * mass(whole.stems)
        and shared(piece.stems, whole.stems) >= _PART * weight
        and shared(piece.stems, left) >= _OWN * weight
    )


def _alike(before: list[Node], after: list[Node], *, across: bool) -> None:
    """Pair the remaining nodes by similarity, the most similar first.

    `across`: pair only nodes in different sections.
    """
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
    """Return the similarity of two criteria if one has nearly all words of the other, else 0."""
    least = min(mass(node.stems), mass(other.stems))
    enough = least >= (_TELLING_IN_PLACE if neighbours else _TELLING)
    return _HELD if enough and shared(node.stems, other.stems) >= _NEARLY_ALL * least else 0.0


def _measures(node: Node) -> set[str]:
    return {bound.variable for bound in node.row.bounds}


def _spots(nodes: list[Node]) -> dict[Node, tuple[Spot, Spot]]:
    """Return for each open node the pairs before and after it in its section (None at the edge of the section)."""
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
    """Return the nodes that have the most stems in common with this node."""
    found: defaultdict[Node, int] = defaultdict(int)
    for stem in telling(node.stems):
        if len(by_stem.get(stem, ())) <= _COMMONEST:
            for other in by_stem.get(stem, ()):
                found[other] += 1
    return sorted(found, key=lambda other: (-found[other], other.index))[:_CANDIDATES]
