from __future__ import annotations

from dataclasses import replace
from datetime import date
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from thidua.application.ports.rows import CampaignRow
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.errors import ConflictError
from thidua.domain.reports import PeriodState
from thidua.domain.units import Unit
from thidua_testkit.ledger import CAMPAIGN
from thidua_testkit.ledger import NOW
from thidua_testkit.ledger import a_ledger
from thidua_testkit.ledger import a_period
from thidua_testkit.ledger import a_unit
from thidua_testkit.ledger import an_obligation


def store(work: UnitsOfWork, *units: Unit) -> int:
    with work.writing() as opened:
        count = opened.directory.replace(units)
        opened.commit()
    return count


def test_units_come_back_as_they_were_by_order_then_code(work: UnitsOfWork) -> None:
    last = a_unit("LS-001", order=2, attributes={"communes": 11, "has_border_gate": False, "kind": "huyện"})
    renamed = Unit(
        code="LS-182-VHTT",
        order=1,
        area_code="182",
        aliases=("VHTT Văn Lãng", "Phòng VH&TT Văn Lãng"),
        versions=(
            a_unit(valid_to=date(2021, 7, 1), legal_basis="Quyết định 1", unverified=frozenset({"parent"})).versions[0],
            a_unit(valid_from=date(2021, 7, 1), name="Phòng Văn hóa, Khoa học và Thông tin").versions[0],
        ),
    )
    same_order = a_unit("LS-181-VHTT", order=1)
    assert store(work, last, renamed, same_order) == 3
    with work.reading() as opened:
        assert opened.directory.all() == (same_order, renamed, last)


def test_replacing_a_unit_replaces_its_versions_and_leaves_the_others(work: UnitsOfWork) -> None:
    other = a_unit("LS-180-VHTT", order=0)
    store(work, other, a_unit("LS-182-VHTT", valid_to=date(2021, 1, 1)))
    changed = a_unit("LS-182-VHTT", order=5, valid_from=date(2020, 6, 1), name="Tên mới")
    assert store(work, changed) == 1
    with work.reading() as opened:
        assert opened.directory.all() == (other, changed)


def test_replacing_nothing_changes_nothing(work: UnitsOfWork) -> None:
    store(work, a_unit())
    assert store(work) == 0
    with work.reading() as opened:
        assert opened.directory.all() == (a_unit(),)


def test_a_campaign_opens_once(work: UnitsOfWork) -> None:
    with work.writing() as opened:
        assert opened.campaigns.open_campaign(CAMPAIGN, NOW) is True
        assert opened.campaigns.open_campaign(CAMPAIGN, NOW + timedelta(days=1)) is False
        opened.commit()
    with work.reading() as opened:
        assert opened.campaigns.get(CAMPAIGN) == CampaignRow(CAMPAIGN, NOW, None, None, 1)
        assert opened.campaigns.get("ATGT-2019") is None


def test_campaigns_are_listed_oldest_opening_first(work: UnitsOfWork) -> None:
    with work.writing() as opened:
        opened.campaigns.open_campaign("B", NOW)
        opened.campaigns.open_campaign("C", NOW - timedelta(days=1))
        opened.campaigns.open_campaign("A", NOW)
        opened.commit()
    with work.reading() as opened:
        assert [row.code for row in opened.campaigns.all()] == ["C", "A", "B"]


def test_a_campaign_closes_once_and_its_version_grows(work: UnitsOfWork) -> None:
    with work.writing() as opened:
        opened.campaigns.open_campaign(CAMPAIGN, NOW)
        opened.campaigns.close_campaign(CAMPAIGN, NOW + timedelta(days=1))
        opened.campaigns.close_campaign(CAMPAIGN, NOW + timedelta(days=2))
        opened.commit()
    with work.reading() as opened:
        assert opened.campaigns.get(CAMPAIGN) == CampaignRow(CAMPAIGN, NOW, NOW + timedelta(days=1), None, 2)


def test_periods_come_by_ordinal_and_close_once(work: UnitsOfWork) -> None:
    first, second = a_period("2021-09", ordinal=0), a_period("2021-01", ordinal=1)
    with work.writing() as opened:
        opened.campaigns.open_campaign(CAMPAIGN, NOW)
        opened.campaigns.open_period(second, [])
        opened.campaigns.open_period(first, [])
        opened.campaigns.close_period(CAMPAIGN, "2021-09", NOW + timedelta(days=1))
        opened.campaigns.close_period(CAMPAIGN, "2021-09", NOW + timedelta(days=2))
        opened.commit()
    closed = replace(first, state=PeriodState.CLOSED, closed_at=NOW + timedelta(days=1))
    with work.reading() as opened:
        assert opened.campaigns.periods(CAMPAIGN) == (closed, second)
        assert opened.campaigns.periods("ATGT-2019") == ()


def test_a_period_opens_once(work: UnitsOfWork) -> None:
    a_ledger(work)
    with pytest.raises(ConflictError, match="đã được mở"), work.writing() as opened:
        opened.campaigns.open_period(a_period("2021-01", ordinal=7), [])


def test_two_periods_of_a_campaign_cannot_share_a_place(work: UnitsOfWork) -> None:
    a_ledger(work)
    with pytest.raises(IntegrityError), work.writing() as opened:
        opened.campaigns.open_period(a_period("2021-03", ordinal=0), [])


def test_a_unit_is_on_a_roster_once(work: UnitsOfWork) -> None:
    a_ledger(work, units=("LS-180-VHTT",), periods=())
    with pytest.raises(IntegrityError), work.writing() as opened:
        opened.campaigns.open_period(a_period(), [an_obligation(), an_obligation()])


def test_the_roster_lists_every_obligation_with_its_report_by_unit_order(work: UnitsOfWork) -> None:
    ledger = a_ledger(work, units=("LS-182-VHTT", "LS-180-VHTT"))
    report = ledger.file("LS-180-VHTT")
    with work.reading() as opened:
        missing, filed = opened.campaigns.roster(CAMPAIGN, "2021-01")
    assert (missing.obligation.unit_code, missing.report) == ("LS-182-VHTT", None)
    assert filed.report == report
    assert replace(filed.obligation, id=0) == an_obligation("LS-180-VHTT", order=1)
    assert filed.obligation.id > 0


def test_what_units_owe_comes_newest_due_first(work: UnitsOfWork) -> None:
    ledger = a_ledger(work, periods=("2021-01",))
    later = an_obligation(period_code="2021-02", due_at=NOW + timedelta(days=40), exempt_reason="Đơn vị mới thành lập")
    with work.writing() as opened:
        opened.campaigns.open_period(a_period("2021-02", ordinal=1), [later])
        opened.commit()
    report = ledger.file("LS-180-VHTT")
    with work.reading() as opened:
        rows = opened.campaigns.owed_by(["LS-180-VHTT"])
        assert opened.campaigns.owed_by([]) == ()
    assert [(row.obligation.period_code, row.report) for row in rows] == [("2021-02", None), ("2021-01", report)]
    assert rows[0].obligation.exempt_reason == "Đơn vị mới thành lập"
