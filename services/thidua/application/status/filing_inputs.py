"""Open the numbers of filing to the units they count."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.opened_status import OpenedStatus
from thidua.application.status.opened_status import Page
from thidua.application.status.opened_status import opened_status
from thidua.application.status.sources_seen import Behind
from thidua.application.status.sources_seen import behind_revisions
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FILING_LABELS
from thidua.domain.filing import FilingState

__all__ = ["FILING_NUMBERS", "FilingInputs", "filing_inputs"]

_Test = Callable[[Mapping[str, object]], bool]


@dataclass(frozen=True, slots=True)
class _Number:
    label: str
    rule: str
    test: _Test


def _in(state: FilingState) -> _Test:
    return lambda unit: unit["filing"] == state.value


_COMPLETE = "lần nộp đầy đủ đầu tiên, theo giờ máy chủ ghi trong sổ nộp báo cáo"
_ON_TIME = (
    f"Đếm các đơn vị có {_COMPLETE}, không muộn hơn hạn nộp (kể cả gia hạn), mọi lần trả lại được trả lời đúng hạn."
)
#: The numbers by their name in the document, with the words people see.
FILING_NUMBERS: Mapping[str, _Number] = {
    "roster": _Number(
        "Đơn vị trong danh sách của kỳ",
        "Đếm các đơn vị có trong danh sách phải báo cáo, chốt khi mở kỳ; sáu tình trạng cộng lại đúng bằng số này.",
        lambda _: True,
    ),
    "expected": _Number(
        "Đơn vị phải báo cáo",
        "Đếm các đơn vị trong danh sách, trừ đơn vị không thuộc diện báo cáo.",
        lambda unit: unit["filing"] != FilingState.EXEMPT.value,
    ),
    "received": _Number(
        "Đã nộp",
        "Đếm các đơn vị phải báo cáo có lần nộp đang được tính; lần đã thu hồi hoặc bị trả lại vì còn thiếu thì không.",
        lambda unit: unit["filing"] in {FilingState.ON_TIME.value, FilingState.LATE.value},
    ),
    "received_on_time": _Number(
        "Đã nộp đúng hạn",
        _ON_TIME,
        _in(FilingState.ON_TIME),
    ),
    "accepted": _Number(
        "Đã tiếp nhận",
        "Đếm các đơn vị phải báo cáo có một lần nộp đã được Văn phòng Sở tiếp nhận.",
        lambda unit: unit.get("accepted_revision") is not None and unit["filing"] != FilingState.EXEMPT.value,
    ),
    FilingState.ON_TIME.value: _Number(
        FILING_LABELS[FilingState.ON_TIME],
        _ON_TIME,
        _in(FilingState.ON_TIME),
    ),
    FilingState.LATE.value: _Number(
        FILING_LABELS[FilingState.LATE],
        f"Đếm các đơn vị có {_COMPLETE}, muộn hơn hạn nộp, hoặc có lần trả lại không được trả lời đúng hạn.",
        _in(FilingState.LATE),
    ),
    FilingState.OVERDUE.value: _Number(
        FILING_LABELS[FilingState.OVERDUE],
        "Đếm các đơn vị đã quá hạn nộp mà chưa có lần nộp nào được tính.",
        _in(FilingState.OVERDUE),
    ),
    FilingState.DUE_SOON.value: _Number(
        FILING_LABELS[FilingState.DUE_SOON],
        "Đếm các đơn vị chưa nộp mà hạn nộp chỉ còn ít ngày.",
        _in(FilingState.DUE_SOON),
    ),
    FilingState.NOT_DUE.value: _Number(
        FILING_LABELS[FilingState.NOT_DUE],
        "Đếm các đơn vị chưa nộp mà hạn nộp còn xa.",
        _in(FilingState.NOT_DUE),
    ),
    FilingState.EXEMPT.value: _Number(
        FILING_LABELS[FilingState.EXEMPT],
        "Đếm các đơn vị được miễn báo cáo kỳ này, hoặc không hoạt động trong kỳ.",
        _in(FilingState.EXEMPT),
    ),
}


@dataclass(frozen=True, slots=True)
class FilingInputs:
    """A number of filing with the units it counts, those of one page, as the status lists them.

    ``documented`` is the number in the stored document, ``count`` that of its units. ``clause`` is by
    what the units must report and until when. With each unit's entry stands who is behind the filing
    that it names: ``filed_by``, ``prepared_by``, ``approved_by``, ``channel``, and ``accepted_by`` of the
    accepted one; empty where there is none.
    """

    status: OpenedStatus
    name: str
    label: str
    clause: str
    rule: str
    documented: int
    count: int
    adds_up: bool
    page: Page
    units: tuple[Mapping[str, object], ...]


def filing_inputs(
    host: Host, actor: Actor, campaign_code: str, period_code: str | None, name: str, page: Page
) -> FilingInputs:
    """Open a number of filing to its units.

    Raises:
        NotAllowedError: the person reads no statuses.
        NotFoundError: there is no such campaign, period or number.
        ConflictError: the document was replaced since the first page was read.
    """
    require(actor, Right.READ_STATUS)
    number = FILING_NUMBERS.get(name)
    if number is None:
        raise NotFoundError("Không có số liệu nộp báo cáo đó.", subject=name)
    with opened_status(host, actor, campaign_code, period_code) as (work, status):
        page.check(status)
        units = list(filter(number.test, work.unit_filings.listed(campaign_code, status.period.code)))
        shown = units[page.offset : page.offset + page.limit] if status.sees_units else []
        named = tuple(_with_people(work, shown))
    filing, inputs = status.document["filing"], status.document["inputs"]
    holder = inputs if name == "expected" else filing
    documented = holder.get(name) if isinstance(holder, Mapping) else None
    return FilingInputs(
        status=status,
        name=name,
        label=number.label,
        clause="; ".join(dict.fromkeys((status.period.source, *(use.deadline.source for use in status.period.forms)))),
        rule=number.rule,
        documented=documented if isinstance(documented, int) else 0,
        count=len(units),
        adds_up=documented == len(units),
        page=page,
        units=named,
    )


def _with_people(work: UnitOfWork, units: Sequence[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """Add to some units' entries who filed and who accepted."""
    wanted = {
        (report, number)
        for unit in units
        for name in ("revision", "accepted_revision")
        if isinstance(report := unit["report"], int) and isinstance(number := unit[name], int)
    }
    behind: dict[tuple[object, object], Behind] = {}
    if wanted:
        behind.update({(report, number): found for (report, number), found in behind_revisions(work, wanted).items()})
    for unit in units:
        newest, accepted = (behind.get((unit["report"], unit[name])) for name in ("revision", "accepted_revision"))
        yield {
            **unit,
            "filed_by": newest.filed_by if newest else "",
            "prepared_by": newest.prepared_by if newest else "",
            "approved_by": newest.approved_by if newest else "",
            "channel": newest.revision.channel.value if newest else "",
            "accepted_by": accepted.accepted_by if accepted else "",
        }
