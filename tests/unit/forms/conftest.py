"""One small form with every kind of field, and builders of what surrounds it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from typing import ClassVar

import pytest
from bare_campaigns import a_bare_campaign

from thidua.forms.compose import ComposedForm
from thidua.forms.compose import compose
from thidua.forms.envelope import Envelope
from thidua_sdk import CUMULATIVE
from thidua_sdk import NONE
from thidua_sdk import STOCK
from thidua_sdk import TALLY
from thidua_sdk import Campaign
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Day
from thidua_sdk import DocumentNumber
from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Flag
from thidua_sdk import Form
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Moment
from thidua_sdk import Need
from thidua_sdk import Paragraph
from thidua_sdk import PayloadRule
from thidua_sdk import Percent
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Quantity
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Records
from thidua_sdk import RowSchema
from thidua_sdk import Section
from thidua_sdk import UnitView
from thidua_sdk import Values
from thidua_sdk import at_most

SOURCE = "Biểu T"


class CaseRow(RowSchema):
    full_name = Line("Họ và tên", length=100)
    status = Choice("Tình trạng", options={"pending": "Đang xem xét", "handled": "Đã xử lý"})
    hours = Count("Số giờ", unit="giờ", aggregate=NONE, need=Need.OPTIONAL)


class OriginCells(RowSchema):
    document = Line("Văn bản", length=60)
    as_of = Day("Tính đến ngày", need=Need.OPTIONAL)


def _cases_are_listed(values: Values, record: Record) -> list[Finding]:
    listed = len(values.rows("cases"))
    if listed <= (values.number("briefed") or 0):
        return []
    message = f"Đơn vị {record.unit.name} ghi {listed} trường hợp."
    return [Finding("T9", Level.WARNING, message, ("/cases", "/fields/briefed"))]


class EveryKind(FormSchema):
    state = Choice(
        "Tình trạng", code="T01", options={"none": "Chưa", "begun": "Đã làm"}, aggregate=TALLY, source=SOURCE
    )
    staff = Count("Tổng số người", code="T02", unit="người", minimum=1, maximum=5000, aggregate=STOCK, source=SOURCE)
    briefed = Count("Đã quán triệt", code="T03", unit="người", aggregate=CUMULATIVE, source=SOURCE)
    items = Count("Tin, bài", code="T04", unit="tin, bài", by_topic=True, need=Need.OPTIONAL, source=SOURCE)
    area = Quantity("Diện tích", code="T05", unit="ha", aggregate=NONE, need=Need.OPTIONAL, source=SOURCE)
    share = Percent("Tỷ lệ", code="T06", weight="staff", need=Need.OPTIONAL, source=SOURCE)
    ready = Flag("Đã đăng", code="T07", aggregate=STOCK, need=Need.OPTIONAL, source=SOURCE)
    met_on = Day("Ngày họp", code="T08", need=Need.OPTIONAL, source=SOURCE)
    posted_at = Moment("Thời điểm đăng", code="T09", need=Need.OPTIONAL, source=SOURCE)
    title = Line("Tên", code="T10", length=50, need=Need.OPTIONAL, source=SOURCE)
    remarks = Paragraph("Nhận xét", code="T11", need=Need.OPTIONAL, required_in=("year",), source=SOURCE)
    document = DocumentNumber(
        "Số văn bản",
        code="T12",
        pattern=r"[0-9]{1,5}/[A-ZĐ]+",
        example="45/KH",
        need=Need.OPTIONAL,
        source=SOURCE,
    )
    movements = ListOf("Phong trào", code="T13", most=3, need=Need.OPTIONAL, source=SOURCE)
    origin = Group("Nguồn", code="T14", of=OriginCells, need=Need.OPTIONAL, source=SOURCE)
    cases = Records("Danh sách", code="T15", of=CaseRow, most=5, personal=True, source=SOURCE)

    sections: ClassVar[tuple[Section, ...]] = (
        Section("Số liệu", ("state", "staff", "briefed", "items", "area", "share", "ready")),
        Section("Còn lại", ("met_on", "posted_at", "title", "remarks", "document", "movements", "origin", "cases")),
    )
    rules: ClassVar[tuple[PayloadRule, ...]] = (
        at_most(
            "T3", "briefed", "staff", "Số quán triệt {briefed} lớn hơn tổng số {staff}.", source="Biểu T, dòng T03"
        ),
        PayloadRule(
            "T4",
            Level.WARNING,
            "Có {items} tin, bài mà tình trạng là {state}.",
            ("/fields/items", "/fields/state"),
            lambda values: values["state"] != "none" or values.count("items") == 0,
        ),
    )
    record_rules: ClassVar[tuple[RecordRule, ...]] = (RecordRule("T9", _cases_are_listed),)


FIELDS: Mapping[str, object] = {
    "state": "begun",
    "staff": 12,
    "briefed": 10,
    "items": 7,
    "area": "12.5",
    "share": 99.5,
    "ready": True,
    "met_on": "2021-09-14",
    "posted_at": "2021-09-14T16:30:00+07:00",
    "title": "Đội tuyên truyền",
    "remarks": "Không có",
    "document": "45/KH",
    "movements": ["Nông thôn mới"],
    "origin": {"document": "112/BC", "as_of": "2021-09-14"},
}
ROWS: tuple[Mapping[str, object], ...] = ({"full_name": "Lý Mẫu", "status": "pending", "hours": 3},)

Builder = Callable[..., Any]


@pytest.fixture(scope="session")
def every_kind() -> Form:
    return Form(code="T", title="Biểu thử", schema=EveryKind, version=2, source=SOURCE, sums=(("A", "staff"),))


@pytest.fixture(scope="session")
def a_campaign() -> Callable[..., Campaign]:
    return a_bare_campaign


@pytest.fixture(scope="session")
def form(every_kind: Form, a_campaign: Callable[..., Campaign]) -> ComposedForm:
    return compose(every_kind, a_campaign())


@pytest.fixture(scope="session")
def an_envelope() -> Callable[..., Envelope]:
    """Build an envelope; ``changed`` cells replace those of a sound report, ``...`` takes one out."""

    def build(changed: Mapping[str, object] | None = None, **parts: Any) -> Envelope:
        cells = {name: value for name, value in {**FIELDS, **(changed or {})}.items() if value is not ...}
        given: dict[str, Any] = {
            "campaign_code": "THU-2021",
            "form_code": "T",
            "form_version": 2,
            "unit_code": "U1",
            "period_code": "2021-Q1",
            "fields": cells,
            "by_topic": {"items": {"law": 3, "local": 7}},
            "rows": {"cases": [dict(row) for row in ROWS]},
        }
        return Envelope(**given | parts)

    return build


@pytest.fixture(scope="session")
def a_record() -> Callable[..., Record]:
    def build(*tags: str, earlier: tuple[Mapping[str, object], ...] = ()) -> Record:
        return Record(
            UnitView("U1", "Đơn vị Một", "kind"),
            PeriodView("2021-Q2", frozenset(tags), len(earlier) + 1, date(2021, 6, 14), None),
            PlanView(2021, date(2021, 2, 23), None, date(2021, 12, 31)),
            date(2021, 6, 16),
            tuple(
                EarlierReport(f"2021-K{number}", accepted=True, fields=fields)
                for number, fields in enumerate(earlier, 1)
            ),
        )

    return build


@pytest.fixture(scope="session")
def sound_values() -> Mapping[str, object]:
    """What the judge makes of the sound report's texts."""
    return {"area": Decimal("12.5"), "met_on": date(2021, 9, 14), "movements": ("Nông thôn mới",)}
