"""Who has filed, told a second time: from what is owed, how that was changed, and the reports' ledgers."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from importlib.metadata import entry_points
from typing import Any
from typing import Final

from ledger_rows import LedgerRows
from ledger_rows import Standing
from ledger_rows import standing_of

__all__ = ["SIX", "Filed", "OracleOfFiling", "percent"]

SIX: Final = ("not_due", "due_soon", "on_time", "late", "overdue", "exempt")


def percent(part: int | None, whole: int | None) -> str | None:
    """Write part of whole in per cent with one decimal, half up."""
    if part is None or not whole:
        return None
    tenths, rest = divmod(1000 * part, whole)
    tenths += 2 * rest >= whole
    return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True)
class Filed:
    """One report as its ledger tells it: which revisions count, and what they say."""

    unit: str
    unit_type: str
    form: str
    ordinal: int
    state: str
    revision: int
    accepted: int | None
    standing: Standing
    payloads: Mapping[int, Mapping[str, Any]]

    def counting(self, reading: str) -> int | None:
        """Return the revision that counts: the accepted one, or also the newest while it waits for the Office."""
        return self.revision if reading == "provisional" and self.state == "submitted" else self.accepted


@dataclass
class Owed:
    """What a unit owes, changes included."""

    unit: str
    unit_type: str
    form: str
    last_moment: datetime
    let_off: bool = False
    let_off_until: datetime | None = None

    def is_exempt(self, now: datetime) -> bool:
        """Tell whether the unit need not report."""
        return self.let_off and (self.let_off_until is None or now <= self.let_off_until)


@dataclass
class OracleOfFiling:
    """Who has filed what in a campaign, as of a moment."""

    rows: LedgerRows
    now: datetime
    campaign: Any = None

    def __post_init__(self) -> None:
        """Read the campaign's declarations and put the ledger's rows together."""
        self.campaign = next(
            each.load() for each in entry_points(group="thidua.campaigns") if each.name == self.rows.campaign_code
        )
        self.periods = {each.code: each for each in self.campaign.periods}
        self.order = {code: place for place, code in enumerate(self.periods)}
        self.filed = list(self._filed())

    def _filed(self) -> Iterator[Filed]:
        for report in self.rows.reports:
            state, revision, accepted = "", -1, None
            for entry in report.entries:
                match entry.kind:
                    case "filed" | "refiled" | "entered_on_behalf":
                        state, revision = "submitted", entry.revision
                    case "returned":
                        state = "returned"
                    case "withdrawn":
                        state = "withdrawn" if accepted is None else "accepted"
                    case "accepted":
                        state, accepted = "accepted", entry.revision
                    case "consolidated":
                        state = "consolidated"
            yield Filed(report.unit, report.unit_type, report.form, self.order[report.period], state, revision,
                        accepted, standing_of(report.entries), report.payloads)  # fmt: skip

    # Who has filed

    def owed(self, period: str) -> list[Owed]:
        """Tell what each unit of the roster owes."""
        found = []
        for row in self.rows.owed[period]:
            owes = Owed(row.unit, row.unit_type, row.form, row.due_at)
            for kind, ends_at, owed_by in row.changes:
                if kind == "extended":
                    owes.last_moment, owes.let_off, owes.let_off_until = ends_at, False, None
                elif kind == "exempted":
                    owes.let_off, owes.let_off_until = True, ends_at
                    owes.last_moment = max(owes.last_moment, owed_by or owes.last_moment)
                else:
                    owes.let_off, owes.let_off_until = False, None
            found.append(owes)
        return found

    def report(self, unit: str, period: str) -> Filed | None:
        """Return a unit's report in a period."""
        place = self.order[period]
        return next((each for each in self.filed if (each.unit, each.ordinal) == (unit, place)), None)

    def state_of(self, owes: Owed, report: Filed | None) -> str:
        """Tell where a unit stands."""
        if owes.is_exempt(self.now):
            return "exempt"
        stands = report.standing if report else Standing()
        if stands.counted_at is not None:
            unanswered = stands.answer_by is not None and self.now > stands.answer_by
            return "late" if stands.counted_at > owes.last_moment or stands.answered_late or unanswered else "on_time"
        if self.now > owes.last_moment or stands.answered_late:
            return "overdue"
        soon = owes.last_moment - timedelta(days=self.campaign.due_soon_days)
        return "due_soon" if self.now >= soon else "not_due"

    def filing(self, period: str) -> dict[str, Any]:
        """Tell the roster's states, sums and rates."""
        units, states = {}, []
        for owes in self.owed(period):
            report = self.report(owes.unit, period)
            state = self.state_of(owes, report)
            states.append((state, report))
            units[owes.unit] = {
                "filing": state,
                "state": report.state if report else None,
                "revision": report.revision if report else None,
                "accepted_revision": report.accepted if report else None,
                "due_at": owes.last_moment,
                "counted_at": report.standing.counted_at if report else None,
                "answer_by": report.standing.answer_by if report else None,
            }
        counts = {each: sum(state == each for state, _ in states) for each in SIX}
        expected = len(states) - counts["exempt"]
        received = counts["on_time"] + counts["late"]
        accepted = sum(1 for state, report in states if state != "exempt" and report and report.accepted is not None)
        return {
            **counts,
            "roster": len(states),
            "expected": expected,
            "received": received,
            "received_on_time": counts["on_time"],
            "accepted": accepted,
            "rates": {
                "received": percent(received, expected),
                "received_on_time": percent(counts["on_time"], expected),
                "accepted": percent(accepted, expected),
            },
            "units": units,
        }

    def inputs(self, period: str) -> dict[str, int]:
        """Tell from how many reports the figures come."""
        owed = [(owes.is_exempt(self.now), self.report(owes.unit, period)) for owes in self.owed(period)]
        mine = [report for is_exempt, report in owed if not is_exempt and report and self._counts(report)]
        return {
            "revisions": len(mine),
            "accepted": sum(1 for report in mine if report.accepted is not None),
            "expected": sum(1 for is_exempt, _ in owed if not is_exempt),
            "from_exempt": sum(1 for is_exempt, report in owed if is_exempt and report and self._counts(report)),
            "estimates": sum(
                1
                for report in self.filed
                if report.ordinal == self.order[period] and self._counts(report) and self._is_estimate(report)
            ),
        }

    @staticmethod
    def _is_estimate(report: Filed) -> bool:
        number = report.counting("provisional")
        return number is not None and report.payloads[number].get("is_estimate") is True

    @staticmethod
    def _counts(report: Filed) -> bool:
        return report.counting("provisional") is not None
