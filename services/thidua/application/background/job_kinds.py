"""The kinds of background work, in one place: what each is called, its stages, and who does them.

A kind is added here and nowhere else. Its stages follow each other; the pieces of one stage are done
side by side, in any order, and doing one twice must change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import timedelta
from itertools import groupby

from thidua.application.background.rebuilding import rebuild_document
from thidua.application.background.rebuilding import rebuild_units
from thidua.application.background.verifying import Verification
from thidua.application.background.verifying import quarantined_campaigns
from thidua.application.background.verifying import verify_document
from thidua.application.background.verifying import verify_units
from thidua.application.ports.host import Host
from thidua.application.ports.job_ports import NewChunk
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.checking_trail import check_trail
from thidua.application.years.seen import as_serving
from thidua.domain.cell_sums import shard_of
from thidua.domain.errors import NotFoundError
from thidua.domain.jobs import MOST_ATTEMPTS
from thidua.domain.jobs import Chunk
from thidua.domain.jobs import Job

__all__ = ["KINDS", "REBUILD", "VERIFY", "VERIFY_TRAIL", "JobKind", "JobOptions", "Outcome", "Stage"]

REBUILD = "rebuild"
VERIFY = "verify"
VERIFY_TRAIL = "verify_trail"

#: Differences named on the page; the command line lists them all.
_DIFFERENCES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOptions:
    """What an installation chooses about background work; ``config/base.toml`` has the reasons.

    Attributes:
        lease: how long whoever took a piece may be silent before another takes it over.
        rebuild_batch: units of one piece of a rebuild.
        most_attempts: after which a piece is put aside.
    """

    lease: timedelta = timedelta(seconds=60)
    rebuild_batch: int = 128
    most_attempts: int = MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece brought: numbers that are added up, and what is not as it should be, for people."""

    result: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    detail: str = ""


#: Does one piece; the callable is called between its steps, renews the lease, and raises to stop.
Work = Callable[[Host, Chunk, Callable[[], None]], Outcome]
#: Cuts a stage into pieces, in the transaction that ended the stage before it.
Plan = Callable[[Host, UnitOfWork, Job, JobOptions], Sequence[NewChunk]]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a kind. ``counts`` names what its progress counts, empty if it is all or nothing."""

    code: str
    label: str
    work: Work
    counts: str = ""
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of background work."""

    code: str
    label: str
    stages: tuple[Stage, ...]


def _begin(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  every piece's signature
    """Do nothing: the end of the first piece cuts the next stage."""
    return Outcome()


def _campaigns(host: Host, work: UnitOfWork, job: Job) -> list[str]:
    """Return the opened campaigns that a job is about and whose plugin serves; others wait as they are."""
    opened = [row.code for row in work.campaigns.all() if job.subject in {"", row.code}]
    if job.subject and not opened:
        raise NotFoundError("Đợt thi đua này chưa mở.", subject=job.subject)
    serving = as_serving(host, work).catalogue.campaigns
    return [code for code in opened if code in serving]


def _units_to_rebuild(host: Host, work: UnitOfWork, job: Job, options: JobOptions) -> list[NewChunk]:
    for code in _campaigns(host, work, job):
        # What is kept of a period that is none belongs to no unit's piece.
        work.derived_units.drop_other_periods(code)
    return _units_of(host, work, job, options)


def _units_of(host: Host, work: UnitOfWork, job: Job, options: JobOptions) -> list[NewChunk]:
    return [
        NewChunk({"campaign": code, "units": units}, len(units))
        for code in _campaigns(host, work, job)
        for units in _together(work.derived_units.codes(code), options.rebuild_batch)
    ]


def _together(unit_codes: Iterable[str], at_most: int) -> list[list[str]]:
    """Cut units into pieces, those that are summed together in one piece wherever they fit in."""
    pieces: list[list[str]] = []
    for _, part in groupby(unit_codes, key=shard_of):
        units = list(part)
        if pieces and len(pieces[-1]) + len(units) <= at_most:
            pieces[-1] += units
        else:
            pieces += (units[start : start + at_most] for start in range(0, len(units), at_most))
    return pieces


def _rebuild_units(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:
    return Outcome(rebuild_units(host, str(chunk.scope["campaign"]), _units_in(chunk), between=between))


def _units_in(chunk: Chunk) -> list[str]:
    units = chunk.scope["units"]
    if not isinstance(units, list):
        raise TypeError("a piece of work on units names them")
    return units


def _documents_of(host: Host, work: UnitOfWork, job: Job, options: JobOptions) -> list[NewChunk]:  # noqa: ARG001  the same signature
    return [
        NewChunk({"campaign": code, "period": period.code})
        for code in _campaigns(host, work, job)
        for period in work.campaigns.periods(code)
    ]


def _rebuild_document(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  the same signature
    return Outcome(rebuild_document(host, str(chunk.scope["campaign"]), str(chunk.scope["period"])))


def _verify_plugins(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  the same signature
    return _compared(quarantined_campaigns(host))


def _verify_units(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  the same signature
    return _compared(verify_units(host, str(chunk.scope["campaign"]), _units_in(chunk)))


def _verify_document(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  the same signature
    return _compared(verify_document(host, str(chunk.scope["campaign"]), str(chunk.scope["period"])))


def _compared(found: Verification) -> Outcome:
    result = {
        "reports": found.reports,
        "facts": found.facts,
        "cells": found.cells,
        "documents": found.documents,
        "waiting_units": found.waiting,
        "differences": len(found.differences),
    }
    if not found.differences:
        return Outcome(result)
    return Outcome(
        result,
        "Có chỗ số liệu đang lưu khác với sổ báo cáo. Hãy cho tính lại số liệu rồi kiểm tra "
        "lại; nếu vẫn khác, báo người quản trị. Báo cáo đã nộp không bị ảnh hưởng.",
        # What differs is named without its figures: a cell may be about one case.
        "\n".join(each.partition(":")[0] for each in found.differences[:_DIFFERENCES_SHOWN]),
    )


def _verify_trail(host: Host, chunk: Chunk, between: Callable[[], None]) -> Outcome:  # noqa: ARG001  the same signature
    found = check_trail(host, between=between)
    result = {"seals": found.sealed, "anchors": found.anchors, "differences": int(found.break_ is not None)}
    if found.break_ is None:
        return Outcome(result)
    return Outcome(
        result,
        "Nhật ký kiểm soát không còn nguyên vẹn. Đừng sửa hay khôi phục gì thêm; hãy sao lưu nguyên trạng, "
        "chạy lệnh thidua audit verify trên máy chủ và báo người phụ trách an toàn thông tin.",
        found.sentence,
    )


#: Every kind, by code.
KINDS: Mapping[str, JobKind] = {
    kind.code: kind
    for kind in (
        JobKind(
            REBUILD,
            "Tính lại số liệu từ sổ báo cáo",
            (
                Stage("begin", "Chia việc", _begin),
                Stage("units", "Tính lại số liệu của từng đơn vị", _rebuild_units, "đơn vị", _units_to_rebuild),
                Stage("documents", "Lập lại bảng tình hình", _rebuild_document, "kỳ báo cáo", _documents_of),
            ),
        ),
        JobKind(
            VERIFY,
            "Kiểm tra số liệu với sổ báo cáo",
            (
                Stage("begin", "Chia việc", _verify_plugins),
                Stage("units", "So từng số liệu với báo cáo gốc", _verify_units, "đơn vị", _units_of),
                Stage("documents", "So bảng tình hình với số liệu", _verify_document, "kỳ báo cáo", _documents_of),
            ),
        ),
        JobKind(
            VERIFY_TRAIL,
            "Kiểm tra nhật ký kiểm soát",
            (Stage("walk", "So từng dòng với dấu niêm phong và mốc neo", _verify_trail),),
        ),
    )
}
