"""Lists the changes of eligibility criteria, each with a sentence: added, removed, reworded, moved, limit changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trialwire.changes.semantic.limits import limit_changes
from trialwire.changes.semantic.pairing import pair
from trialwire.changes.semantic.wording import NEGATIONS, cut, is_numeric, marked, marks, words
from trialwire.schemas.contact_data import masked
from trialwire.schemas.semantic_change import SemanticChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwire.changes.semantic.pairing import Node, Pairing
    from trialwire.schemas.semantic_change import CriterionRow, Kind, Mark, SemanticCode

PATH = "eligibility.eligibilityCriteria"
RELAID = "The eligibility text was laid out or ordered in another way; no criterion changed."
_FEW_WORDS = 8
_NUMBER_WORDS = frozenset({
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
})  # fmt: skip
_UNITS = frozenset({
    "hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years",
    "mg", "g", "kg", "ml", "l", "dl", "mmol", "mol",
})  # fmt: skip


def criteria_changes(old: Sequence[CriterionRow], new: Sequence[CriterionRow]) -> list[SemanticChange]:
    """Return what changed between two trees of criteria, in the order of the new text.

    The list is empty if only the layout or the order of the criteria changed.
    """
    pairing = pair(old, new)
    placed: list[tuple[float, SemanticChange]] = [(-1, change) for change in _populations(pairing, old, new)]
    for node in pairing.new:
        placed += [(node.index, change) for change in _of_new(node, pairing)]
    follows = -1.0
    for node in pairing.old:
        if node.partner is not None:
            follows = node.partner.index
        elif node.open and not _names_population(node, (*pairing.gone, *pairing.renamed)):
            placed.append((follows + 0.5, _removed(node)))
    return [change for _, change in sorted(placed, key=lambda one: one[0])]


def _of_new(node: Node, pairing: Pairing) -> Iterator[SemanticChange]:
    if node.relaid:
        return
    if node.open and not _names_population(node, (*pairing.come, *pairing.renamed.values())):
        yield _change("added", None, node, f"{_what(node)} added: “{_short(node)}”")
    elif len(node.parts) > 1:
        yield from _merged(node)
    elif node.parts:
        yield _part(node.parts[0], node)
    elif node.partner is not None:
        yield from _paired(node.partner, node, pairing)


def _names_population(node: Node, names: Iterable[str]) -> bool:
    """Return whether a node is a heading that only names a population, because populations are reported separately."""
    return node.kind == "heading" and any(set(words(name)) == set(node.words) for name in names)


def _removed(node: Node) -> SemanticChange:
    return _change("removed", node, None, f"{_what(node)} removed: “{_short(node)}”")


def _paired(old: Node, new: Node, pairing: Pairing) -> Iterator[SemanticChange]:
    same = old.row.text == new.row.text or old.words == new.words
    if "heading" in {old.kind, new.kind} and old.kind != new.kind:
        sentence = f"“{_short(new)}” is now read as {_as_what(new)}, before as {_as_what(old)}"
        yield _change("moved", old, new, sentence)
    elif old.section != new.section:
        yield _moved(old, new, same=same)
    elif not same:
        yield _reworded(old, new)
    elif lead_ins := _other_lead_in(old, new, pairing):
        before, after = lead_ins
        sentence = f"{_what(new)} “{_short(new)}” now stands {after}, before {before}"
        yield _change("moved", old, new, sentence)


def _moved(old: Node, new: Node, *, same: bool) -> SemanticChange:
    ways = []
    if old.row.label != new.row.label:
        ways.append(f"from {old.row.label or 'the notes'} to {new.row.label or 'the notes'}")
    if old.population != new.population:
        ways.append(f"from {old.population or 'all participants'} to {new.row.population or 'all participants'}")
    sentence = f"Criterion moved {' and '.join(ways)}: “{_short(new)}”"
    found = () if same else _marks(old, new)
    if found:
        sentence = f"Criterion moved {' and '.join(ways)} and reworded: {marked(found)}{_negation(old, new)}"
    return _change("moved", old, new, sentence, found)


def _reworded(old: Node, new: Node) -> SemanticChange:
    found = _marks(old, new)
    limits = limit_changes(old.row, new.row)
    numbers_only = _only_numbers(old, new)
    moved_limit = any(limit.old and limit.new for limit in limits)
    kind: Kind = "changed" if numbers_only or moved_limit else "reworded"
    said = "; ".join(masked(limit.words()) for limit in limits)
    if kind == "changed":
        what = said or marked(found)
        rest = "" if numbers_only else f"; reworded: {marked(found)}"
        where = f" (“{_short(new, 100)}”)" if said and numbers_only else ""
        sentence = f"{_what(new)} changed: {what}{where}{rest}{_negation(old, new)}"
    else:
        limits_too = f"; {said}" if said else ""
        sentence = f"{_what(new)} reworded: {marked(found)}{limits_too}{_negation(old, new)}{_join_change(old, new)}"
    return _change(kind, old, new, sentence, found)


def _only_numbers(old: Node, new: Node) -> bool:
    """Return whether two criteria differ only in numbers, comparators and units, and both have a number."""
    before, after = Counter(old.words), Counter(new.words)
    sides = [list(before - after), list(after - before)]
    numbers = [[word for word in side if is_numeric(word) or word in _NUMBER_WORDS] for side in sides]
    return all(numbers) and all(
        word in _UNITS for side, seen in zip(sides, numbers, strict=True) for word in side if word not in seen
    )


def _part(whole: Node, part: Node) -> SemanticChange:
    number, count = whole.parts.index(part) + 1, len(whole.parts)
    sentence = f"{_what(whole)} split in {count}, part {number}: “{_short(part)}” (before: “{_short(whole, 100)}”)"
    return _change("reworded", whole, part, sentence)


def _merged(node: Node) -> Iterator[SemanticChange]:
    count = len(node.parts)
    for number, part in enumerate(node.parts, 1):
        sentence = f"{count} criteria merged, number {number}: “{_short(part, 100)}” is now in “{_short(node)}”"
        yield _change("reworded", part, node, sentence)


def _other_lead_in(old: Node, new: Node, pairing: Pairing) -> tuple[str, str] | None:
    """Return the old and the new lead-in (the line above a list) of an item that moved to another list.

    The result is None if only the layout of the lists differs.
    """
    was, became = pairing.lead_in_of(old), pairing.lead_in_of(new)
    if (was.partner if was else None) is became:
        return None
    left = was and was.partner and _has_items(was.partner, pairing.new)
    joined = became and became.partner and _has_items(became.partner, pairing.old)
    return (_under(was), _under(became)) if left or joined else None


def _has_items(node: Node, nodes: list[Node]) -> bool:
    after = nodes[node.index + 1 : node.index + 2]
    return bool(after) and after[0].row.parent == node.row.id


def _under(lead_in: Node | None) -> str:
    if lead_in is None:
        return "by itself"
    return f"under “{_short(lead_in, 80)}” ({lead_in.row.join or 'all'} of)"


def _populations(
    pairing: Pairing, old: Sequence[CriterionRow], new: Sequence[CriterionRow]
) -> Iterator[SemanticChange]:
    path = "eligibility.populations"
    code: SemanticCode = "eligibility.criteria"
    for before, after in pairing.renamed.items():
        if words(before) != words(after):
            sentence = f"Population renamed: “{cut(masked(before))}” is now “{cut(masked(after))}”."
            yield SemanticChange(code, "reworded", path, masked(before), masked(after), sentence)
    for name in pairing.gone:
        sentence = f"Population gone: “{cut(masked(name))}” ({_count(name, old)})."
        yield SemanticChange(code, "removed", path, masked(name), None, sentence)
    for name in pairing.come:
        sentence = f"Population added: “{cut(masked(name))}” ({_count(name, new)})."
        yield SemanticChange(code, "added", path, None, masked(name), sentence)


def _count(name: str, rows: Sequence[CriterionRow]) -> str:
    count = sum(row.population == name and row.label is not None for row in rows)
    return f"{count} criterion" if count == 1 else f"{count} criteria"


def _ended(sentence: str) -> str:
    """A sentence with one full stop, or with the ellipsis that ends it."""
    text = sentence.rstrip(" .;,")
    return text if text.endswith("…") else f"{text}."


def _change(
    kind: Kind, old: Node | None, new: Node | None, sentence: str, found: tuple[Mark, ...] = ()
) -> SemanticChange:
    known = new or old
    code: SemanticCode = "other" if known is not None and known.kind == "heading" else "eligibility.criteria"
    return SemanticChange(
        code, kind, PATH, _text(old), _text(new), _ended(sentence),
        old_id=old.row.id if old else None, new_id=new.row.id if new else None, marks=found,
    )  # fmt: skip


def _text(node: Node | None) -> str | None:
    return masked(node.row.text) if node else None


def _short(node: Node, longest: int = 160) -> str:
    return cut(masked(node.row.text), longest)


def _marks(old: Node, new: Node) -> tuple[Mark, ...]:
    return marks(masked(old.row.text), masked(new.row.text))


def _as_what(node: Node) -> str:
    return "a heading" if node.kind == "heading" else f"an {node.row.label} criterion" if node.row.label else "a note"


def _what(node: Node) -> str:
    kind = node.kind
    for_whom = f" for {cut(masked(node.row.population), 60)}" if node.row.population and kind != "heading" else ""
    if kind == "criterion":
        return f"{'Inclusion' if node.row.label == 'inclusion' else 'Exclusion'} criterion{for_whom}"
    return f"{'Heading' if kind == 'heading' else 'Note'}{for_whom}"


def _negation(old: Node, new: Node) -> str:
    """Return a warning if almost only a negation changed, else "". "But not limited to" is not a negation."""
    before, after = (Counter(words(node.row.text.replace("not limited to", ""))) for node in (old, new))
    if (before - after).total() + (after - before).total() > _FEW_WORDS:
        return ""
    gone, come = sorted(NEGATIONS & (before - after).keys()), sorted(NEGATIONS & (after - before).keys())
    parts = [
        f"“{', '.join(words_)}” {done}" for words_, done in ((gone, "was taken away"), (come, "was added")) if words_
    ]
    return f"; mind the negation: {', '.join(parts)}" if parts else ""


def _join_change(old: Node, new: Node) -> str:
    was, became = old.row.join, new.row.join
    if was == became or not was or not became:
        return ""
    return f"; {became} of its items must now be met, before {was}"
