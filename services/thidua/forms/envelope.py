"""The envelope around a report: who, which form, which period, and the cells inside.

Read strictly and all at once. What the server decides (state, time of receipt) may be sent,
because printed forms carry it, and is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from thidua.forms.describe import Loader
from thidua.forms.describe import pointer_part
from thidua.forms.evidence_lists import read_lists
from thidua.forms.soundness import RESERVED
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Finding
from thidua_sdk import Flag
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import Moment
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import Records
from thidua_sdk import RowSchema

__all__ = [
    "COMMENT_LENGTH",
    "COMMON_TABLES",
    "CORRECTION_REASON_LENGTH",
    "MOST_UNKNOWN",
    "Answer",
    "Envelope",
    "PaperTold",
    "Person",
    "read_envelope",
]

#: Generic rule G7.
CORRECTION_REASON_LENGTH = 1000

#: Longest answer to one remark, and longest comment on one cell.
COMMENT_LENGTH = 1000

_CODE_LENGTH = 60
#: Far above the number of cells of any form: who sends more comments than this sends something else.
_MOST_COMMENTS = 500
#: Far above any number of times a report was ever filed or a form changed.
_MOST_VERSIONS = 9999
#: More unknown names than this are somebody's mistake in one place; listing them all helps nobody.
MOST_UNKNOWN = 100

#: What no paragraph takes, a comment no more than a cell; line ends are none of these.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

#: Tables that stand in every envelope, empty where the form has none.
COMMON_TABLES = frozenset(("violations", "nominations"))


@dataclass(frozen=True, slots=True)
class Person:
    """Who prepared or approved a report."""

    full_name: str
    position: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the unit says to one remark of a return; ``cell`` is the remark's pointer."""

    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperTold:
    """What is said of a paper report: when it came, why it is entered by the Office, its scan's digest.

    As told, not judged: without a readable moment ``received_at`` is None.
    """

    received_at: datetime | None
    reason: str
    scan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A report as sent, its cells not yet judged.

    ``fields`` maps field to JSON value, ``by_topic`` field to topic to count, ``rows`` table of
    records to its rows. ``comments`` maps a cell's pointer to what the unit says of it.
    """

    campaign_code: str
    form_code: str
    form_version: int
    unit_code: str
    period_code: str
    revision: int = 0
    is_estimate: bool = False
    prepared_by: Person | None = None
    approved_by: Person | None = None
    correction_reason: str = ""
    confirm_warnings: bool = False
    fields: Mapping[str, object]
    by_topic: Mapping[str, object]
    rows: Mapping[str, list[object]]
    answers: tuple[Answer, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    on_behalf: PaperTold | None = None

    @property
    def payload(self) -> dict[str, object]:
        """What is stored as filed: cells and tables, and what the envelope says of them."""
        return {
            **{name: list(rows) for name, rows in self.rows.items()},
            "fields": dict(self.fields),
            "by_topic": dict(self.by_topic),
            "prepared_by": _filed(self.prepared_by),
            "approved_by": _filed(self.approved_by),
            "is_estimate": self.is_estimate,
            "correction_reason": self.correction_reason,
            **({"comments": dict(self.comments)} if self.comments else {}),
            **(
                {"evidence": {name: list(map(dict, items)) for name, items in self.evidence.items()}}
                if self.evidence
                else {}
            ),
        }


def _filed(person: Person | None) -> dict[str, str] | None:
    return None if person is None else {"full_name": person.full_name, "position": person.position}


class _PersonCells(RowSchema):
    full_name = Line("Họ và tên", length=100)
    position = Line("Chức vụ", length=200)


class _AnswerCells(RowSchema):
    cell = Line("Ô", length=200)
    text = Paragraph("Trả lời", length=COMMENT_LENGTH)


class _PaperCells(RowSchema):
    paper_received_at = Moment("Thời điểm nhận bản giấy")
    reason = Paragraph("Lý do nhập thay", length=1000)
    scan = Line("Bản quét", length=64)


class _EnvelopeCells(RowSchema):
    campaign_code = Line("Đợt thi đua", length=_CODE_LENGTH)
    form_code = Line("Biểu", length=_CODE_LENGTH)
    form_version = Count("Phiên bản biểu", minimum=1, maximum=_MOST_VERSIONS)
    unit_code = Line("Đơn vị", length=_CODE_LENGTH)
    period_code = Line("Kỳ báo cáo", length=_CODE_LENGTH)
    revision = Count("Lần nộp", maximum=_MOST_VERSIONS, need=Need.OPTIONAL)
    is_estimate = Flag("Số liệu ước tính", need=Need.OPTIONAL)
    prepared_by = Group("Người lập", of=_PersonCells, need=Need.OPTIONAL)
    approved_by = Group("Người duyệt", of=_PersonCells, need=Need.OPTIONAL)
    correction_reason = Paragraph("Lý do điều chỉnh", length=CORRECTION_REASON_LENGTH, need=Need.OPTIONAL)
    on_behalf = Group("Nhập thay từ bản giấy", of=_PaperCells, need=Need.OPTIONAL)
    answers = Records("Trả lời các yêu cầu sửa", of=_AnswerCells, most=_MOST_COMMENTS, need=Need.OPTIONAL)
    confirm_warnings = Flag("Xác nhận số liệu", need=Need.OPTIONAL)
    status = Choice("Trạng thái", options={"submitted": "submitted"}, need=Need.OPTIONAL)
    submitted_at = Moment("Thời điểm nộp", need=Need.OPTIONAL)


_SCHEMA = _EnvelopeCells()
_NAMES = frozenset(_SCHEMA.fields)
_LOADER = Loader(_SCHEMA, {name: f"/{name}" for name in _NAMES})
_ORDER = {name: place for place, name in enumerate((*_SCHEMA.fields, "fields", "by_topic", "attachments"))}
_IDENTITY = ("campaign_code", "form_code", "unit_code", "period_code")


def read_envelope(data: object) -> tuple[Envelope | None, tuple[Finding, ...]]:
    """Read an envelope from a JSON value whose strings are clean (``clean_json``).

    A list under a name the envelope does not have is taken as a table of records and left to
    the judge; anything else is unknown. ``null`` means not given.

    Returns:
        The envelope, None where campaign, form, unit or period cannot be read; and all errors
        at once. Only an envelope without errors may be filed.
    """
    if not isinstance(data, Mapping):
        return None, (_error("type", "Báo cáo phải là một đối tượng JSON.", ""),)
    values, found = _LOADER.load({name: data[name] for name in _NAMES if name in data})
    found += _misshapen(data)
    lists, wrong_lists = read_lists(data.get("evidence"))
    found += wrong_lists
    found.sort(key=lambda finding: _ORDER.get(finding.cells[0].split("/")[1], len(_ORDER)))
    if any(not isinstance(values.get(name), str) for name in _IDENTITY):
        return None, tuple(found)
    version = values.get("form_version")
    revision = values.get("revision")
    reason = values.get("correction_reason")
    envelope = Envelope(
        campaign_code=str(values["campaign_code"]),
        form_code=str(values["form_code"]),
        form_version=version if isinstance(version, int) else 0,
        unit_code=str(values["unit_code"]),
        period_code=str(values["period_code"]),
        revision=revision if isinstance(revision, int) else 0,
        is_estimate=values.get("is_estimate") is True,
        prepared_by=_person(values.get("prepared_by")),
        approved_by=_person(values.get("approved_by")),
        correction_reason=reason if isinstance(reason, str) else "",
        confirm_warnings=values.get("confirm_warnings") is True,
        fields=_mapping(data.get("fields")),
        by_topic=_mapping(data.get("by_topic")),
        answers=tuple(Answer(**each) for each in _rows(values.get("answers"))),
        evidence=lists,
        on_behalf=_paper(data.get("on_behalf")),
        comments={
            pointer: text
            for pointer, text in _mapping(data.get("comments")).items()
            if isinstance(text, str) and text.strip()
        },
        rows={name: list(rows) for name, rows in data.items() if name not in RESERVED and isinstance(rows, list)},
    )
    return envelope, tuple(found)


def _misshapen(data: Mapping[str, object]) -> Iterator[Finding]:
    """Find what is wrong with the parts that the form judges inside, and names nobody knows."""
    fields = data.get("fields")
    if not isinstance(fields, Mapping):
        code = "required" if fields is None else "type"
        yield _error(code, "Phải có đối tượng gồm các ô của biểu.", "/fields")
    if not isinstance(data.get("by_topic", {}), Mapping | None):
        yield _error("type", "Số liệu theo chủ đề phải là một đối tượng.", "/by_topic")
    yield from _wrong_comments(data.get("comments"))
    if data.get("attachments") not in (None, []):
        yield _error("type", "Chưa nhận tệp đính kèm cùng báo cáo; hãy để danh sách rỗng.", "/attachments")
    unknown = sorted(name for name in data.keys() - RESERVED if not isinstance(data[name], list))
    for name in unknown[:MOST_UNKNOWN]:
        if name not in COMMON_TABLES:
            yield _error("unknown", "Báo cáo không có mục nào tên như vậy.", f"/{pointer_part(name)}")
        elif data[name] is not None:
            yield _error("type", "Bảng này phải là danh sách các dòng.", f"/{name}")


def _wrong_comments(comments: object) -> Iterator[Finding]:
    if not isinstance(comments, Mapping | None):
        yield _error("type", "Ghi chú phải là một đối tượng: vị trí ô và lời ghi chú.", "/comments")
        return
    said = comments or {}
    if len(said) > _MOST_COMMENTS:
        yield _error("length", f"Nhiều nhất {_MOST_COMMENTS} ghi chú.", "/comments")
        return
    for pointer, text in said.items():
        where = f"/comments/{pointer_part(pointer)}"
        if text is not None and not isinstance(text, str):
            yield _error("type", "Ghi chú phải là chữ.", where)
        elif text is not None and len(text) > COMMENT_LENGTH:
            yield _error("length", f"Ghi chú tối đa {COMMENT_LENGTH} ký tự.", where)
        elif text is not None and _CONTROL.search(text):
            yield _error("format", "Có ký tự điều khiển không nhìn thấy; hãy xóa và gõ lại đoạn này.", where)


def _error(code: str, message: str, pointer: str) -> Finding:
    return Finding(code, Level.ERROR, message, (pointer,))


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _rows(value: object) -> tuple[Mapping[str, str], ...]:
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, tuple | list) else ()


def _person(value: object) -> Person | None:
    return Person(**value) if isinstance(value, Mapping) else None


def _paper(value: object) -> PaperTold | None:
    if not isinstance(value, Mapping):
        return None
    told = {name: text for name, text in value.items() if isinstance(text, str)}
    try:
        moment = datetime.fromisoformat(told.get("paper_received_at", ""))
    except ValueError:
        moment = None
    return PaperTold(moment if moment and moment.tzinfo else None, told.get("reason", ""), told.get("scan", ""))
