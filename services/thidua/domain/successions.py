"""Who takes over from whom: renames, mergers, splits and transfers of units, on a day and by a legal text.

A succession is one step: whatever it names happens at once, on its day. Each of its links leads from a
predecessor to a successor. A predecessor that goes on beside its successors has a link to itself, which
says what it keeps. Where a predecessor has several links, their weights say how its figures may be
divided, and ``weighed_by`` says what was weighed; without weights nothing of it is divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thidua.domain.configuration import Table
from thidua.domain.errors import InvalidConfigurationError

__all__ = ["KIND_LABELS", "Link", "Succession", "SuccessionKind", "successions_in"]


class SuccessionKind(StrEnum):
    """What happened."""

    #: One unit goes on under another name, or under another code.
    RENAME = "rename"
    #: One or more units go into one.
    MERGE = "merge"
    #: One unit becomes several; it may be one of them.
    SPLIT = "split"
    #: Units give part of what they do to others, and go on.
    TRANSFER = "transfer"
    #: Several units become several.
    MANY_TO_MANY = "many_to_many"


KIND_LABELS: Mapping[SuccessionKind, str] = {
    SuccessionKind.RENAME: "Đổi tên",
    SuccessionKind.MERGE: "Sáp nhập",
    SuccessionKind.SPLIT: "Chia, tách",
    SuccessionKind.TRANSFER: "Chuyển giao một phần",
    SuccessionKind.MANY_TO_MANY: "Sắp xếp nhiều đơn vị",
}

#: Keys of a succession that may be named as not yet checked.
_CHECKABLE = frozenset({"effective_on", "legal_basis", "links", "weights"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """From one predecessor to one successor; the weight is relative to the predecessor's other links."""

    predecessor: str
    successor: str
    weight: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """One step in the life of units.

    Attributes:
        code: its identity; never used again for another one.
        kind: what happened.
        effective_on: the first day on which it holds.
        legal_basis: the text that brought it about.
        source: where what stands here was taken from.
        links: who goes into whom, in the order people read.
        weighed_by: what the weights count; empty without weights.
        replaces: code of a succession that was recorded wrongly and that this one stands in for.
        unverified: keys that nobody has yet checked against an official text.

    Raises:
        InvalidConfigurationError: the links do not fit each other or the kind.
    """

    code: str
    kind: SuccessionKind
    effective_on: date
    legal_basis: str
    source: str
    links: tuple[Link, ...]
    weighed_by: str = ""
    replaces: str = ""
    unverified: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.links:
            raise self.refusal("chưa ghi đơn vị nào chuyển thành đơn vị nào")
        if len({(link.predecessor, link.successor) for link in self.links}) != len(self.links):
            raise self.refusal("có cặp đơn vị ghi hai lần")
        for predecessor in self.predecessors:
            self._check_weights(predecessor)
        if self.replaces == self.code:
            raise self.refusal("không thể thay chính nó")
        if not self._fits_kind():
            raise self.refusal(f"các đơn vị trước và sau không đúng với loại “{KIND_LABELS[self.kind]}”")

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Codes of those before, in the order of the links."""
        return tuple(dict.fromkeys(link.predecessor for link in self.links))

    @property
    def successors(self) -> tuple[str, ...]:
        """Codes of those after, in the order of the links."""
        return tuple(dict.fromkeys(link.successor for link in self.links))

    @property
    def ending(self) -> tuple[str, ...]:
        """Codes of the predecessors that cease."""
        return tuple(code for code in self.predecessors if not self.goes_on(code))

    @property
    def beginning(self) -> tuple[str, ...]:
        """Codes of the successors that were no predecessors; some may have been there before."""
        before = set(self.predecessors)
        return tuple(code for code in self.successors if code not in before)

    def goes_on(self, predecessor: str) -> bool:
        """Tell whether a predecessor is among its own successors."""
        return any(link.predecessor == link.successor == predecessor for link in self.links)

    def links_of(self, predecessor: str) -> tuple[Link, ...]:
        """Return the links that lead from a predecessor."""
        return tuple(link for link in self.links if link.predecessor == predecessor)

    @property
    def moves_nothing(self) -> bool:
        """Tell whether every unit stays what it is: a change of name under the same code."""
        return all(link.predecessor == link.successor for link in self.links)

    def refusal(self, reason: str) -> InvalidConfigurationError:
        """Make the error to raise about this succession: ``reason`` is a Vietnamese clause."""
        return InvalidConfigurationError(f"Thay đổi đơn vị {self.code}: {reason}.", subject=self.code)

    def _check_weights(self, predecessor: str) -> None:
        weights = [link.weight for link in self.links_of(predecessor)]
        if any(weight is not None and weight < 1 for weight in weights):
            raise self.refusal(f"tỷ trọng của {predecessor} phải là số nguyên dương")
        if any(weight is None for weight in weights) and any(weight is not None for weight in weights):
            raise self.refusal(f"tỷ trọng của {predecessor} phải ghi cho mọi đơn vị kế thừa, hoặc không ghi cho ai")
        if len(weights) > 1 and weights[0] is not None and not self.weighed_by:
            raise self.refusal("có tỷ trọng thì phải ghi tỷ trọng tính theo gì (weighed_by)")

    def _fits_kind(self) -> bool:
        before, after = self.predecessors, self.successors
        match self.kind:
            case SuccessionKind.RENAME:
                return len(self.links) == 1
            case SuccessionKind.MERGE:
                return len(after) == 1 and self.ending == before
            case SuccessionKind.SPLIT:
                return len(before) == 1 and len(after) > 1
            case SuccessionKind.TRANSFER:
                return not self.ending and bool(self.beginning or len(self.links) > len(before))
            case SuccessionKind.MANY_TO_MANY:
                return len(before) > 1 and len(after) > 1


def successions_in(table: Table) -> tuple[Succession, ...]:
    """Read the successions of a parsed file: ``successions``, an array of tables.

    Each has ``code``, ``kind``, ``effective_on``, ``legal_basis``, ``source`` and ``links``, an array of
    tables with ``from``, ``to`` and, where it is known, ``weight``; ``weighed_by``, ``replaces`` and
    ``unverified`` may be left out.

    Raises:
        InvalidConfigurationError: a key is missing, unknown or wrong, or two share a code.
    """
    found: dict[str, Succession] = {}
    for row in table.tables("successions"):
        succession = _succession(row)
        if succession.code in found:
            raise table.refuse("successions", f"mã {succession.code} dùng cho hai thay đổi")
        found[succession.code] = succession
    return tuple(found.values())


def _succession(row: Table) -> Succession:
    kind = row.text("kind")
    if kind not in set(SuccessionKind):
        raise row.refuse("kind", f"phải là một trong: {', '.join(SuccessionKind)}")
    succession = Succession(
        code=row.text("code"),
        kind=SuccessionKind(kind),
        effective_on=row.day("effective_on"),
        legal_basis=row.text("legal_basis"),
        source=row.text("source"),
        links=_links(row),
        weighed_by=row.text_or_empty("weighed_by"),
        replaces=row.text_or_empty("replaces"),
        unverified=frozenset(row.texts("unverified")),
    )
    for name in sorted(succession.unverified - _CHECKABLE):
        raise row.refuse("unverified", f"không có khóa nào tên “{name}”")
    row.finish()
    return succession


def _links(row: Table) -> tuple[Link, ...]:
    links = []
    for each in row.tables("links"):
        link = Link(predecessor=each.text("from"), successor=each.text("to"), weight=each.number_or_none("weight"))
        each.finish()
        links.append(link)
    return _in_order(links)


def _in_order(links: list[Link]) -> tuple[Link, ...]:
    """Put the links of each predecessor together, predecessors in the order in which they are first named."""
    by_predecessor: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_predecessor[link.predecessor].append(link)
    return tuple(link for of_one in by_predecessor.values() for link in of_one)
