"""A report that came on paper and that the Office enters for the unit."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import time
from datetime import tzinfo

from thidua.domain.attachments import SCANS
from thidua.domain.attachments import Evidence
from thidua.forms.envelope import PaperTold
from thidua_sdk import Campaign
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Period

__all__ = ["REASON_LENGTH", "Paper", "paper_findings"]

#: Longest reason.
REASON_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands behind an entry on behalf.

    Attributes:
        received_at: when the Office received the paper, by its registry stamp; punctuality counts
            from it, since the unit cannot help how fast the Office types.
        reason: why the unit did not file by itself.
        scan: digest of the stored scan.
    """

    received_at: datetime
    reason: str
    scan: str

    @classmethod
    def judged(cls, told: PaperTold | None) -> Paper | None:
        """Take what :func:`paper_findings` found nothing wrong with."""
        return cls(told.received_at, told.reason, told.scan) if told and told.received_at else None

    @property
    def told(self) -> PaperTold:
        """Return it as an envelope tells it."""
        return PaperTold(self.received_at, self.reason, self.scan)

    @property
    def entry(self) -> dict[str, object]:
        """What the ledger keeps of it."""
        return {"paper_received_at": self.received_at.isoformat(), "scan": self.scan}


def paper_findings(
    paper: PaperTold, campaign: Campaign, period: Period, files: Mapping[str, Evidence], *, now: datetime, zone: tzinfo
) -> Iterator[Finding]:
    """Find what is wrong with a paper; all of them errors.

    Args:
        paper: as told by the Office.
        campaign: whose plan asked for it.
        period: which report it is.
        files: what lies beside this report, by digest.
        now: the server's time.
        zone: where civil dates are counted.
    """
    begins_on = period.activity.first_on if period.activity else campaign.plan.issued_on or campaign.plan.issued_from
    if paper.received_at is None:
        yield _error("paper_received_at", "Phải ghi ngày, giờ nhận bản giấy (theo dấu công văn đến).", code="required")
    elif paper.received_at > now:
        yield _error("paper_received_at", "Thời điểm nhận bản giấy không thể ở tương lai.")
    elif paper.received_at < datetime.combine(begins_on, time.min, zone):
        yield _error(
            "paper_received_at", f"Thời điểm nhận bản giấy không thể trước khi kỳ bắt đầu ({begins_on:%d/%m/%Y})."
        )
    if not paper.reason.strip():
        yield _error("reason", "Phải ghi lý do nhập thay.", code="required")
    elif len(paper.reason) > REASON_LENGTH:
        yield _error("reason", f"Lý do tối đa {REASON_LENGTH} ký tự.", code="length")
    scan = files.get(paper.scan)
    if not paper.scan:
        yield _error("scan", "Phải kèm bản quét hoặc ảnh chụp bản giấy.", code="required")
    elif scan is None:
        yield _error("scan", "Không có tệp này trong số tệp của báo cáo.", code="unknown")
    elif scan.attachment.media_type not in SCANS:
        yield _error("scan", "Bản quét phải là tệp PDF hoặc ảnh.")


def _error(cell: str, message: str, *, code: str = "paper") -> Finding:
    return Finding(code, Level.ERROR, message, (f"/on_behalf/{cell}",))
