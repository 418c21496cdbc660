"""Find the first place at which the sealed chain does not hold, and say what was done there.

The walk believes nothing that the database says: every digest is made anew from the row as it stands.
Where one does not match, what would have left just this trace is tried out, one explanation after the
other, on the seals that follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from enum import StrEnum

from thidua.domain.trail import Seal
from thidua.domain.trail import SealedRow
from thidua.domain.trail import Source
from thidua.domain.trail import TrailKeys
from thidua.domain.trail import seal_digest

__all__ = ["LATEST", "TAMPERING_LABELS", "Rows", "Tampering", "TrailBreak", "TrailWalk"]

#: How much older than what was sealed before a row may be: transactions under way, and hosts' clocks.
LATEST = timedelta(minutes=15)

#: How many seals a gap that was closed by renumbering is looked for to have had.
_MOST_GONE = 1000

Rows = Mapping[tuple[Source, int], SealedRow]


class Tampering(StrEnum):
    """What was done to the trail."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_TAIL = "cut_tail"
    REWRITTEN = "rewritten"
    OLDER_BACKUP = "older_backup"
    FALSE_ANCHOR = "false_anchor"
    NO_ANCHOR = "no_anchor"
    FALSE_CHECKPOINT = "false_checkpoint"


TAMPERING_LABELS: Mapping[Tampering, str] = {
    Tampering.EDITED: "nội dung đã bị sửa",
    Tampering.DELETED: "có dòng đã bị xóa",
    Tampering.INSERTED: "có dòng bị chèn thêm",
    Tampering.REORDERED: "thứ tự các dòng đã bị đổi",
    Tampering.CUT_TAIL: "phần cuối đã bị cắt, hoặc cơ sở dữ liệu là một bản sao lưu cũ",
    Tampering.REWRITTEN: "từ đây trở đi đã bị viết lại bằng khóa khác, hoặc thiếu khóa cũ trong cấu hình",
    Tampering.OLDER_BACKUP: "khác với mốc đã neo bên ngoài: một bản sao lưu cũ đã được khôi phục rồi ghi tiếp",
    Tampering.FALSE_ANCHOR: "mốc neo không phải do hệ thống này ghi",
    Tampering.NO_ANCHOR: "không có mốc neo nào bên ngoài để so phần cuối",
    Tampering.FALSE_CHECKPOINT: "mốc rút gọn không phải do hệ thống này ghi",
}


@dataclass(frozen=True, slots=True)
class TrailBreak:
    """A place at which the trail does not hold; what is not known there is None."""

    kind: Tampering
    seq: int | None
    source: Source | None = None
    source_id: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class TrailWalk:
    """A walk along the chain, page by page, from a digest that is believed.

    Attributes:
        keys: those that may have sealed.
        previous: the digest before the next seal.
        seq: the number before the next seal.
        floors: ids of each source below which a row may be sealed late, as a checkpoint says.
    """

    keys: TrailKeys
    previous: str
    seq: int
    floors: Mapping[str, int] = field(default_factory=dict)
    _by_id: dict[str, bytes] = field(init=False)
    _settled: dict[Source, datetime] = field(init=False, default_factory=dict)
    _of_pass: dict[Source, datetime] = field(init=False, default_factory=dict)
    _pass_at: datetime | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._by_id = self.keys.by_id()

    def step(self, seals: Sequence[Seal], rows: Rows) -> int | None:
        """Walk over a page; return the place in it of the first seal that does not hold, None if all do."""
        for place, seal in enumerate(seals):
            row = rows.get((seal.source, seal.source_id))
            if seal.seq != self.seq + 1 or row is None or not self._holds(self.previous, seal.seq, seal, row):
                return place
            self.previous, self.seq = seal.digest, seal.seq
            if self.is_backdated(row, seal.sealed_at):
                return place
        return None

    def is_backdated(self, row: SealedRow, sealed_at: datetime | None = None) -> bool:
        """Tell whether a row says it is far older than rows of its table that were sealed before it.

        The chain alone cannot tell a row that the program wrote from one that was put in by hand before
        the next pass; but whoever puts one in to change the past has to date it back. Without a moment
        of sealing the row is compared with everything walked over.
        """
        if sealed_at != self._pass_at:
            for source, newest in self._of_pass.items():
                self._settled[source] = max(newest, self._settled.get(source, newest))
            self._of_pass, self._pass_at = {}, sealed_at
        if sealed_at is not None:
            self._of_pass[row.source] = max(row.at, self._of_pass.get(row.source, row.at))
        settled = self._settled.get(row.source)
        return settled is not None and row.at < settled - LATEST and row.id > self.floors.get(row.source.value, 0)

    def explain(self, seals: Sequence[Seal], rows: Rows) -> TrailBreak:
        """Say what was done at the first of some seals, which does not hold after what was walked over.

        Args:
            seals: from the one that does not hold on, as many as are at hand.
            rows: the rows they seal, as far as there are any.
        """
        first = seals[0]
        row = rows.get((first.source, first.source_id))
        at = row.at if row else first.sealed_at
        if first.seq == self.seq:
            # Its own digest holds: step has walked over it and only found its date impossible.
            return TrailBreak(Tampering.INSERTED, first.seq, first.source, first.source_id, at)
        wanted = self.seq + 1
        if first.seq != wanted:
            return TrailBreak(Tampering.DELETED, wanted, at=first.sealed_at)
        kind = self._kind(wanted, seals, rows)
        return TrailBreak(kind, wanted, first.source, first.source_id, at)

    def _kind(self, wanted: int, seals: Sequence[Seal], rows: Rows) -> Tampering:
        first = seals[0]
        moved = self._moved(wanted, seals, rows)
        if moved is not None:
            return moved
        if (first.source, first.source_id) not in rows:
            return Tampering.DELETED
        if any(self._holds(self.previous, wanted, first, row) for row in _under_other_ids(first, rows)):
            return Tampering.REORDERED
        return self._judged_by_what_follows(wanted, seals, rows)

    def _moved(self, wanted: int, seals: Sequence[Seal], rows: Rows) -> Tampering | None:
        """Tell what was done where the seal that belongs here stands further on; None where none does."""
        for place, seal in enumerate(seals[1:], start=1):
            if not self._fits(self.previous, wanted, seal, rows):
                continue
            # Either what stands before it was put in, or the two changed places.
            after = seals[place + 1 : place + 2] or seals[:1]
            goes_on = self._fits(seal.digest, wanted + 1, after[0], rows)
            was_put_in = goes_on if place + 1 < len(seals) else not goes_on
            return Tampering.INSERTED if was_put_in else Tampering.REORDERED
        return None

    def _judged_by_what_follows(self, wanted: int, seals: Sequence[Seal], rows: Rows) -> Tampering:
        first, rest = seals[0], seals[1:]
        if not rest or self._fits(first.digest, wanted + 1, rest[0], rows):
            return Tampering.EDITED
        if any(self._fits(first.digest, wanted + 1 + gone, rest[0], rows) for gone in range(1, _MOST_GONE)):
            # What stands here was moved up from further on.
            return Tampering.DELETED
        if len(rest) > 1 and self._fits(rest[0].digest, wanted + 2, rest[1], rows):
            # The row and its seal alone were written anew.
            return Tampering.EDITED
        return Tampering.REWRITTEN

    def _fits(self, previous: str, seq: int, seal: Seal, rows: Rows) -> bool:
        row = rows.get((seal.source, seal.source_id))
        return row is not None and self._holds(previous, seq, seal, row)

    def _holds(self, previous: str, seq: int, seal: Seal, row: SealedRow) -> bool:
        key = self._by_id.get(seal.key_id)
        return key is not None and seal_digest(key, previous, seq, row, seal.sealed_at) == seal.digest


def _under_other_ids(seal: Seal, rows: Rows) -> Iterator[SealedRow]:
    """Give the rows that may have changed places with the one sealed, each as it would be at its place."""
    for row in rows.values():
        if row.source is seal.source and row.id != seal.source_id:
            yield SealedRow(row.source, seal.source_id, row.at, {**row.values, "id": seal.source_id})
