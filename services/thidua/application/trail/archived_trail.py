"""Put the oldest part of the trail into an archive at the end of its retention, and check archives.

An archive holds rows and seals as they stood, with a head of its own, and is as hard to change
unseen as the trail. In the database a checkpoint stands for it, from which the chain goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Protocol

from thidua.application.ports.host import Host
from thidua.application.trail.auditing import note
from thidua.application.trail.checking_trail import TrailChecked
from thidua.application.trail.checking_trail import check_trail
from thidua.application.trail.sealing import anchor_head
from thidua.application.trail.sealing import seal_waiting
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.trail import GENESIS
from thidua.domain.trail import Anchor
from thidua.domain.trail import Seal
from thidua.domain.trail import SealedRow
from thidua.domain.trail import Source
from thidua.domain.trail import anchor
from thidua.domain.trail import checkpoint
from thidua.domain.trail import is_sound_anchor
from thidua.domain.trail_check import Tampering
from thidua.domain.trail_check import TrailBreak
from thidua.domain.trail_check import TrailWalk

__all__ = ["Archive", "Shortened", "check_archive", "shorten_trail"]

_FORMAT = "thidua-audit-1"
_PAGE = 2000


class Archive(Protocol):
    """A file of JSON values, one after the other."""

    def write(self, values: Iterable[Mapping[str, object]]) -> str:
        """Write a new file, on disk when this returns; returns its SHA-256.

        Raises:
            ConflictError: there is such a file already.
        """
        ...

    def read(self) -> Iterator[object]:
        """Read the values back.

        Raises:
            MalformedRequestError: the file cannot be read to its end.
        """
        ...


@dataclass(frozen=True, slots=True)
class Shortened:
    """What was archived: how many seals, the last one's number, the file's SHA-256."""

    seals: int
    through: int
    archive: str


def shorten_trail(
    host: Host,
    archive: Archive,
    *,
    before: datetime,
    retention: timedelta,
    is_held: bool,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Shortened:
    """Archive what was sealed before a moment, and go on from a checkpoint; the owner's command.

    Rows of the ledgers stay where they are and are sealed anew at the chain's end: only audit entries
    go. Nothing is removed before the archive was read back and found whole.

    Raises:
        ConflictError: the trail is held, the moment is younger than the retention, the trail is not
            whole, there is nothing so old, or somebody seals at this moment.
    """
    now = host.clock.now()
    if is_held:
        raise ConflictError(
            "Nhật ký đang được giữ nguyên theo yêu cầu (audit_hold), không rút gọn.", subject="audit_hold"
        )
    if before > now - retention:
        raise ConflictError(
            f"Chỉ rút gọn được phần cũ hơn {retention.days} ngày (audit_retention_days).", subject="before"
        )
    checked = check_trail(host, progress=progress)
    if checked.break_ is not None:
        raise ConflictError(f"{checked.sentence} Không rút gọn, để còn dấu vết mà xem xét.", subject="trail")
    written = _Written(host, before)
    digest = archive.write(written.values())
    if written.last is None:
        raise ConflictError("Không có phần nào cũ như vậy.", subject="before")
    if (found := check_archive(host, archive)).break_ is not None:
        raise ConflictError(f"Tệp lưu đọc lại không đúng: {found.sentence}", subject="archive")
    last = written.last
    with host.work.writing() as work:
        if not work.trail.try_to_hold():
            raise ConflictError("Nhật ký đang được niêm phong; hãy chạy lại.", subject="trail")
        made = checkpoint(
            host.custody.keys, seq=last.seq, digest=last.digest, made_at=now, archive=digest, floors=written.floors
        )
        # Before the others go, so that SQLite, which numbers from the newest row, gives no number twice.
        note(host, work, None, Act.TRAIL_SHORTENED, Thing.TRAIL, str(last.seq), seals=written.count, archive=digest)
        work.trail.forget(last.seq, made)
        work.commit()
    while seal_waiting(host, look_back=None):
        pass
    anchor_head(host)
    return Shortened(written.count, last.seq, digest)


class _Written:
    """The values of an archive, and what was learnt while they were written."""

    def __init__(self, host: Host, before: datetime) -> None:
        self._host = host
        self._before = before
        self.last: Seal | None = None
        self.count = 0
        self.floors: dict[str, int] = {}

    def values(self) -> Iterator[Mapping[str, object]]:
        """Give the header, every row with its seal, and the archive's head."""
        host = self._host
        with host.work.reading() as work:
            base = work.trail.checkpoint()
            seq, previous = (base.seq, base.digest) if base else (0, GENESIS)
            self.floors = dict(base.floors) if base else {}
            yield {"format": _FORMAT, "after": seq, "previous": previous}
            while page := [seal for seal in work.trail.seals(seq, _PAGE) if seal.sealed_at < self._before]:
                rows = work.trail.rows(page)
                for seal in page:
                    row = rows[seal.source, seal.source_id]
                    self.floors[seal.source.value] = max(seal.source_id, self.floors.get(seal.source.value, 0))
                    yield _as_json(seal, row)
                self.last, seq = page[-1], page[-1].seq
                self.count += len(page)
        last = self.last
        if last is None:
            raise ConflictError("Không có phần nào cũ như vậy.", subject="before")
        head = anchor(host.custody.keys, seq=last.seq, count=self.count, digest=last.digest, at=host.clock.now())
        yield {"head": head.as_json()}


def check_archive(host: Host, archive: Archive) -> TrailChecked:
    """Check an archive by itself: its chain, and the head that it ends with.

    Raises:
        MalformedRequestError: it is no archive of a trail.
    """
    values = archive.read()
    header = next(values, None)
    if not isinstance(header, Mapping) or header.get("format") != _FORMAT:
        raise _no_archive()
    after, previous = header.get("after"), header.get("previous")
    if type(after) is not int or not isinstance(previous, str):
        raise _no_archive()
    walk = TrailWalk(host.custody.keys, previous, after, _NO_DATES)
    found: TrailBreak | None = None
    head: Anchor | None = None
    for page in _paged(values):
        links = [link for value in page if (link := _from_json(value)) is not None]
        seals, rows = [seal for seal, _ in links], {(row.source, row.id): row for _, row in links}
        place = walk.step(seals, rows)
        if place is not None:
            found = walk.explain(seals[place:], rows)
            break
        for value in page:
            if isinstance(value, Mapping) and "head" in value:
                head = Anchor.from_json(value["head"])
    if found is None:
        if head is None or not is_sound_anchor(host.custody.keys, head):
            found = TrailBreak(Tampering.FALSE_ANCHOR, walk.seq)
        elif (head.seq, head.digest, head.count) != (walk.seq, walk.previous, walk.seq - after):
            found = TrailBreak(Tampering.CUT_TAIL, walk.seq + 1, at=head.at)
    return TrailChecked(walk.seq - after, after + 1, walk.seq, 0, None, int(head is not None), found)


#: Dates are compared where the trail stands in the database, before it is archived.
_NO_DATES: Mapping[str, int] = {source.value: 2**63 for source in Source}


def _paged(values: Iterator[object]) -> Iterator[list[object]]:
    page: list[object] = []
    for value in values:
        page.append(value)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _as_json(seal: Seal, row: SealedRow) -> dict[str, object]:
    return {
        "seq": seal.seq,
        "source": seal.source.value,
        "id": seal.source_id,
        "key_id": seal.key_id,
        "digest": seal.digest,
        "sealed_at": seal.sealed_at.isoformat(),
        "at": row.at.isoformat(),
        "row": row.values,
    }


def _from_json(value: object) -> tuple[Seal, SealedRow] | None:
    """Read a row with its seal; None for the archive's head.

    Raises:
        MalformedRequestError: it is neither.
    """
    if not isinstance(value, Mapping):
        raise _no_archive()
    if "head" in value:
        return None
    try:
        source, row_id, row = Source(value["source"]), int(value["id"]), dict(value["row"])
        sealed_at, at = (datetime.fromisoformat(value[name]) for name in ("sealed_at", "at"))
        seal = Seal(int(value["seq"]), source, row_id, str(value["key_id"]), str(value["digest"]), sealed_at)
    except (KeyError, TypeError, ValueError):
        raise _no_archive() from None
    return seal, SealedRow(source, row_id, at, row)


def _no_archive() -> MalformedRequestError:
    return MalformedRequestError("Tệp này không phải tệp lưu nhật ký, hoặc đã hỏng.", subject="archive")
