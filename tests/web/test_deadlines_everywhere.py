"""One deadline, the same words and moments wherever it is shown, and the same to programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from thidua.application.people.bearer_tokens import issue_token
from thidua.application.periods.obligations import Wish
from thidua.application.periods.obligations import change_obligation
from thidua.domain.accounts import Role
from thidua.domain.reports import ObligationChangeKind

PLAIN = "Hạn nộp: 17 giờ 00, thứ Năm ngày 16/9/2021 (02 ngày làm việc sau ngày chốt; còn 01 ngày làm việc)."
EXTENDED = "Hạn nộp được gia hạn đến 11 giờ 30, thứ Ba ngày 21/9/2021 (còn 04 ngày làm việc)."
GRANTED = "Lý do gia hạn: Mưa lũ; văn bản số 12/CV-UBND; theo đề nghị của UBND huyện."
MOMENTS = [
    "Mở: 08 giờ 00, thứ Tư ngày 15/9/2021",
    "Hạn nộp: 17 giờ 00, thứ Năm ngày 16/9/2021",
    "Gia hạn đến: 11 giờ 30, thứ Ba ngày 21/9/2021",
]


def change(site: Any, kind: ObligationChangeKind, ends_at: str | None = None, unit: str = "") -> None:
    change_obligation(
        site.here.host,
        site.here.actors["officer"],
        campaign_code=site.campaign,
        period_code=site.period,
        unit_code=unit or site.unit,
        wish=Wish(
            kind=kind,
            reason="Mưa lũ",
            document_number="12/CV-UBND",
            requested_by="UBND huyện",
            ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
        ),
    )
    site.here.drain()


def extend(site: Any) -> None:
    change(site, ObligationChangeKind.EXTENDED, "2021-09-21T11:30+07:00")


def pages(site: Any) -> dict[str, Any]:
    """Every page that tells the deadline of a report that is owed, then of one that was filed."""
    visitor = site.visit("reporter")
    found = {"due": visitor.get("/reports/due").html, "form": visitor.get(site.form).html}
    assert site.file(visitor).status == 303
    found["report"] = visitor.get("/reports/1").html
    found["form again"] = visitor.get(site.form).html
    return found


def test_pages_say_one_sentence_and_the_same_moments(site: Any) -> None:
    for name, page in pages(site).items():
        assert PLAIN in page.text, name
        assert [each.text for each in page.all("ul", class_="moments small")[0].all("li")] == MOMENTS[:2], name


def test_more_time_is_shown_with_its_reason_and_paper(site: Any) -> None:
    extend(site)
    for name, page in pages(site).items():
        assert f"{EXTENDED} {GRANTED}" in page.text, name
        assert [each.text for each in page.all("ul", class_="moments small")[0].all("li")] == MOMENTS, name


def test_a_unit_whose_exemption_has_ended_can_fill_the_form_again(site: Any) -> None:
    change(site, ObligationChangeKind.EXEMPTED, "2021-09-20T17:00+07:00")
    visitor = site.visit("reporter")
    exempt = visitor.get(site.form).html
    assert "không thuộc diện báo cáo kỳ này: Mưa lũ (đến 17 giờ 00, thứ Hai ngày 20/9/2021)" in exempt.text
    assert exempt.all("form", class_="sheet") == []
    site.here.clock.instant = datetime.fromisoformat("2021-09-21T08:00+07:00")
    again = site.visit("reporter").get(site.form).html
    assert "không thuộc diện" not in again.text
    assert again.all("form", class_="sheet")
    assert "Phải nộp sau khi hết miễn, lý do miễn: Mưa lũ" in again.text


def test_programs_get_the_same_deadline_as_data(site: Any) -> None:
    extend(site)
    assert site.file().status == 303
    secret = issue_token(site.here.host, name="reporter", label="test")

    def read(path: str) -> Any:
        return site.stranger().client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}).json

    expected = {
        "opened_at": "2021-09-15T01:00:00+00:00",
        "due_at": "2021-09-16T10:00:00+00:00",
        "extended_to": "2021-09-21T04:30:00+00:00",
        "locks_at": None,
        "last_moment": "2021-09-21T04:30:00+00:00",
        "working_days": 2,
        "working_days_left": 4,
        "sentence": EXTENDED.removesuffix("."),
        "granted": {
            "kind": "extended",
            "reason": "Mưa lũ",
            "document_number": "12/CV-UBND",
            "requested_by": "UBND huyện",
        },
    }
    assert read("/reports/1")["deadline"] == expected
    [owed] = read("/obligations")["obligations"]
    assert owed["deadline"] == expected
    assert (owed["unit_code"], owed["period_code"], owed["report"]) == (site.unit, site.period, 1)
    schema = read("/openapi.json")["components"]["schemas"]["Deadline"]
    assert set(schema["required"]) == expected.keys()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/reports/due", "/api/v1/obligations"])
def test_a_list_asks_as_much_for_many_units_as_for_one(site: Any, path: str) -> None:
    """Everybody's extension is read at once."""
    with site.here.host.work.reading() as work:
        units = [row.obligation.unit_code for row in work.campaigns.roster(site.campaign, site.period)]
    few = [site.unit]
    site.here.add_account("few", *((Role.UNIT_REPORTER, unit) for unit in few), password=site.password)
    site.here.add_account("many", *((Role.UNIT_REPORTER, unit) for unit in units), password=site.password)
    for unit in units:
        change(site, ObligationChangeKind.EXTENDED, "2021-09-30T11:30+07:00", unit)
    counts = []
    for name in ("few", "many"):
        visitor = site.visit(name)
        with statements() as sent:
            assert visitor.get(path).status == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert len(units) > 10
