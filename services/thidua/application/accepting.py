"""Accept a filed report, so that official totals count it."""

from __future__ import annotations

from thidua.application.host import Host
from thidua.application.permissions import Right
from thidua.application.permissions import require
from thidua.application.permissions import require_unit
from thidua.domain.accounts import Actor
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotFoundError
from thidua.domain.reports import ReportState

__all__ = ["accept_report"]


def accept_report(host: Host, actor: Actor, report_id: int, *, revision: int, note: str = "") -> None:
    """Accept the revision that the Office has read.

    Args:
        host: the ports.
        actor: who accepts.
        report_id: the report.
        revision: the number that was read; a newer filing makes this a conflict.
        note: a remark for the ledger.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or there is no such report.
        ConflictError: the report is not waiting for acceptance, or a newer revision came in.
    """
    require(actor, Right.ACCEPT_REPORT)
    with host.work.writing() as work:
        found = work.reports.get(report_id)
        if found is None:
            raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=str(report_id))
        report, _ = found
        require_unit(actor, Right.ACCEPT_REPORT, report.unit_code)
        if report.revision != revision:
            raise ConflictError(
                f"Đơn vị vừa nộp lần {report.revision}; hãy xem lại trước khi tiếp nhận.", subject="revision"
            )
        if report.state is not ReportState.SUBMITTED:
            raise ConflictError("Báo cáo này không ở trạng thái chờ tiếp nhận.", subject=report.state)
        work.reports.accept(report, by=actor.account_id, at=host.clock.now(), note=note)
        work.commit()
    host.bell.ring()
