"""Check every chain, and what reports and obligations say of themselves against what their chains tell."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC
from datetime import datetime
from enum import Enum

from thidua.application.periods.obligations import with_owed_by
from thidua.application.ports.host import Host
from thidua.application.ports.obligation_ports import HeldObligation
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.errors import ConflictError
from thidua.domain.ledger import Entry
from thidua.domain.ledger import Place
from thidua.domain.ledger import content_digest
from thidua.domain.ledger import first_break
from thidua.domain.lifecycle import retold
from thidua.domain.obligations import ObligationChange
from thidua.domain.obligations import first_broken_change
from thidua.domain.obligations import replayed
from thidua.domain.reports import Obligation
from thidua.domain.reports import Report
from thidua.domain.reports import Standing

__all__ = ["broken_ledgers", "broken_obligations"]

_PAGE = 1000


def broken_ledgers(work: UnitOfWork, reports: Sequence[Report]) -> list[str]:
    """List what is wrong with the chains of reports, with their payloads, and with what reports say of them."""
    broken: list[str] = []
    for start in range(0, len(reports), _PAGE):
        page = reports[start : start + _PAGE]
        ledgers = work.reports.entries([report.id for report in page])
        filed = [
            (report.id, entry.revision) for report in page for entry in ledgers.get(report.id, ()) if entry.content
        ]
        payloads = work.reports.payloads(filed)
        for report in page:
            entries = ledgers.get(report.id, ())
            name = f"sổ theo dõi báo cáo {report.id} ({report.unit_code} / {report.period_code})"
            place = Place(report.campaign_code, report.period_code, report.unit_code)
            position = first_break(place, entries, version=report.version, head=report.head)
            if position is not None:
                broken.append(f"{name}: chuỗi bị đứt ở dòng {position}")
            broken += [
                f"{name}: nội dung lần nộp {entry.revision} (dòng {entry.seq}) khác lúc nộp"
                for entry in entries
                if entry.content and entry.content != content_digest(payloads.get((report.id, entry.revision), {}))
            ]
            broken += [f"{name}: {difference}" for difference in _unlike(report, entries)]
    return broken


def broken_obligations(host: Host, work: UnitOfWork, campaign_code: str, unit_codes: Sequence[str]) -> list[str]:
    """List what is wrong with the chains of units' obligations, and with what these say after their changes."""
    broken: list[str] = []
    owed = work.obligations.of_units(campaign_code, unit_codes)
    for start in range(0, len(owed), _PAGE):
        page = owed[start : start + _PAGE]
        changes = work.obligations.changes([held.obligation.id for held in page])
        for held in page:
            name = f"sổ hạn nộp {held.obligation.unit_code} / {held.obligation.period_code}"
            own = changes.get(held.obligation.id, ())
            position = first_broken_change(held.obligation, own, count=held.count, head=held.head)
            if position is not None:
                broken.append(f"{name}: chuỗi bị đứt ở dòng {position}")
            broken += [f"{name}: {difference}" for difference in _owed_otherwise(host, held, own)]
    return broken


def _unlike(report: Report, entries: Sequence[Entry]) -> Iterator[str]:
    if not entries:
        return
    try:
        told = retold(report, entries)
    except ConflictError as error:
        yield f"không tính lại được: {error.message}"
        return
    for stored, recomputed in ((report, told), (report.standing, told.standing)):
        yield from _differences(stored, recomputed, besides={"standing"})


def _owed_otherwise(host: Host, held: HeldObligation, changes: Sequence[ObligationChange]) -> Iterator[str]:
    try:
        told = replayed(held.obligation, with_owed_by(host, held.obligation, changes))
    except ConflictError as error:
        yield f"không tính lại được: {error.message}"
        return
    yield from _differences(held.obligation, told)


def _differences(
    stored: Report | Standing | Obligation, recomputed: Report | Standing | Obligation, *, besides: Iterable[str] = ()
) -> Iterator[str]:
    for each in fields(stored):
        if each.name in set(besides):
            continue
        before, after = getattr(stored, each.name), getattr(recomputed, each.name)
        if before != after:
            yield f"{each.name} đang lưu {_shown(before)}, tính lại được {_shown(after)}"


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value.value if isinstance(value, Enum) else value)
