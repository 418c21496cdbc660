"""Builders of what the database adapter takes, with defaults that fit together.

``a_ledger`` lays out one campaign with its units, people and opened periods, on which reports
can be filed; nothing in it comes from a plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta

from thidua.application.ports.rows import NewRevision
from thidua.application.ports.rows import PeriodRow
from thidua.application.ports.rows import ReportFacts
from thidua.application.ports.unit_of_work import LedgerActs
from thidua.application.ports.unit_of_work import UnitsOfWork
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.lifecycle import accept
from thidua.domain.lifecycle import file_again
from thidua.domain.lifecycle import file_first
from thidua.domain.reports import Channel
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Report
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion

__all__ = [
    "CAMPAIGN",
    "NOW",
    "Ledger",
    "a_fact",
    "a_ledger",
    "a_period",
    "a_revision",
    "a_unit",
    "an_obligation",
    "write_first",
    "write_next",
]

CAMPAIGN = "ATGT-2021"
NOW = datetime(2021, 9, 20, 1, 30, 15, 123456, tzinfo=UTC)


def a_unit(code: str = "LS-180-VHTT", *, order: int = 1, **changed: object) -> Unit:
    """Build a unit with one version; ``changed`` names fields of the version."""
    version: dict[str, object] = {
        "name": f"Phòng Văn hóa và Thông tin {code}",
        "short_name": f"Phòng {code}",
        "type": "district-culture",
        "parent": "Ủy ban nhân dân huyện",
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "attributes": {"communes": 20, "has_border_gate": True},
    }
    return Unit(code=code, order=order, versions=(UnitVersion(**(version | changed)),))  # type: ignore[arg-type]  # a test's own fields


def a_period(code: str = "2021-01", *, ordinal: int = 0, campaign_code: str = CAMPAIGN) -> PeriodRow:
    """Build an open period."""
    return PeriodRow(campaign_code, code, ordinal, PeriodState.OPEN, NOW, None)


def an_obligation(
    unit_code: str = "LS-180-VHTT",
    period_code: str = "2021-01",
    *,
    campaign_code: str = CAMPAIGN,
    order: int = 1,
    due_at: datetime = NOW + timedelta(days=5),
    exempt_reason: str = "",
) -> Obligation:
    """Build what a unit owes."""
    return Obligation(
        id=0,
        campaign_code=campaign_code,
        period_code=period_code,
        unit_code=unit_code,
        unit_type="district-culture",
        unit_name=f"Phòng Văn hóa và Thông tin {unit_code}",
        unit_order=order,
        attributes={"communes": 20, "has_border_gate": True},
        form_code="district-culture.report",
        due_at=due_at,
        exempt_reason=exempt_reason,
    )


def a_revision(
    filed_by: int,
    number: int = 0,
    *,
    key: str | None = None,
    payload: Mapping[str, object] | None = None,
    received_at: datetime = NOW,
) -> NewRevision:
    """Build a revision about to be written."""
    return NewRevision(
        number=number,
        form_version=1,
        schema_digest="d" * 64,
        payload={"fields": {"radio_items": 12, "remarks": "Đã tuyên truyền"}} if payload is None else payload,
        channel=Channel.API,
        is_estimate=False,
        filed_by=filed_by,
        received_at=received_at,
        confirmed=({"code": "A12", "cells": ["/fields/radio_items"]},),
        idempotency_key=key,
        request_digest=None if key is None else "e" * 64,
    )


def write_first(ledger: LedgerActs, owed: Obligation, revision: NewRevision) -> tuple[int, int]:
    """Write a first filing in an open transaction; returns (report id, revision id)."""
    move = file_first(owed, revision.payload, at=revision.received_at, by=revision.filed_by)
    return ledger.file_first(move, revision)


def write_next(ledger: LedgerActs, report: Report, revision: NewRevision) -> int:
    """Write the next filing in an open transaction; returns the revision's id."""
    move = file_again(report, revision.payload, at=revision.received_at, by=revision.filed_by)
    return ledger.file_again(move, revision)


def a_fact(report_id: int, numbers: Mapping[str, int] | None = None, **changed: object) -> ReportFacts:
    """Build the numbers of one revision; ``changed`` names other columns."""
    facts = ReportFacts(
        report_id=report_id,
        revision=0,
        campaign_code=CAMPAIGN,
        period_code="2021-01",
        ordinal=0,
        unit_code="LS-180-VHTT",
        unit_type="district-culture",
        form_code="district-culture.report",
        filed=True,
        accepted=False,
        numbers={"radio_items": 12} if numbers is None else numbers,
    )
    return facts._replace(**changed)  # type: ignore[arg-type]  # a test's own columns


@dataclass(frozen=True, slots=True)
class Ledger:
    """A campaign ready for reports; ``reporter`` and ``officer`` are account ids."""

    work: UnitsOfWork
    reporter: int
    officer: int

    def file(self, unit_code: str = "LS-180-VHTT", period_code: str = "2021-01", *, key: str | None = None) -> Report:
        """File the first revision and return the report as stored."""
        with self.work.writing() as work:
            report_id, _ = write_first(
                work.reports, an_obligation(unit_code, period_code), a_revision(self.reporter, key=key)
            )
            work.commit()
        return self.report(report_id)

    def file_again(self, report: Report, *, received_at: datetime = NOW + timedelta(hours=1)) -> Report:
        """File the next revision and return the report as stored."""
        with self.work.writing() as work:
            write_next(work.reports, report, a_revision(self.reporter, report.revision + 1, received_at=received_at))
            work.commit()
        return self.report(report.id)

    def accept(self, report: Report) -> Report:
        """Accept the newest revision and return the report as stored."""
        move = accept(report, by=self.officer, at=NOW + timedelta(hours=2), note="Đã đối chiếu")
        with self.work.writing() as work:
            work.reports.move(move)
            work.commit()
        return self.report(report.id)

    def report(self, report_id: int) -> Report:
        """Return a report as stored."""
        with self.work.reading() as work:
            [found] = work.reports.get_many([report_id])
        return found


def a_ledger(
    work: UnitsOfWork,
    *,
    units: tuple[str, ...] = ("LS-180-VHTT", "LS-182-VHTT"),
    periods: tuple[str, ...] = ("2021-01", "2021-02"),
) -> Ledger:
    """Store units, two people, a campaign and its opened periods, in which every unit owes a report."""
    with work.writing() as opened:
        opened.directory.replace([a_unit(code, order=order) for order, code in enumerate(units)])
        reporter, officer = (
            opened.accounts.add(
                name=name,
                full_name=f"Người dùng {name}",
                position="Chuyên viên",
                password_hash="",
                memberships=[Membership(role, unit_code, date(2020, 1, 1))],
                now=NOW,
            )
            for name, role, unit_code in (
                ("reporter", Role.UNIT_REPORTER, units[0]),
                ("office", Role.OFFICE, None),
            )
        )
        opened.campaigns.open_campaign(CAMPAIGN, NOW)
        for ordinal, period_code in enumerate(periods):
            owed = [an_obligation(unit_code, period_code, order=order) for order, unit_code in enumerate(units)]
            opened.campaigns.open_period(a_period(period_code, ordinal=ordinal), owed)
        opened.commit()
    return Ledger(work, reporter, officer)
