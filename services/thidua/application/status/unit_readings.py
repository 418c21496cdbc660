"""Figures unit by unit, read as then or as now.

*As then* is what each unit reported. *As now* brings the figures of units that ceased to those that took over,
up to a day; the total of both is the same. The same tables serve to set two years beside each other: both read
as of one day stand with the same units.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.derived.status_inputs import ratio_percent
from thidua.application.ports.host import Host
from thidua.application.status.status_details import add_details
from thidua.application.status.status_details import entries_of
from thidua.application.status.status_details import part_of
from thidua.application.status.statuses import newest_period
from thidua.application.status.statuses import unknown_period
from thidua.application.years.seen import campaign_as_read
from thidua.domain.accounts import Actor
from thidua.domain.directories import UnitDirectory
from thidua.domain.errors import NotFoundError
from thidua.domain.lineage import Brought
from thidua.domain.lineage import Lineage
from thidua.domain.lineage import Rest
from thidua.domain.lineage import as_then

__all__ = ["READINGS", "UnitReading", "UnitRow", "UnitTable", "figures_by_unit"]


class UnitReading(StrEnum):
    """With whose units figures stand."""

    THEN = "then"
    NOW = "now"


#: What is told of each unit, in the order of a row's figures.
READINGS = ("official", "provisional", "official_cumulative", "provisional_cumulative")

#: A whole number, a percentage as text, or None where nothing is known.
Figure = int | str | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's figures, or, with a reason, what stands with no unit of now."""

    code: str
    name: str
    figures: tuple[Figure, ...]
    reason: Rest | None = None


@dataclass(frozen=True, slots=True)
class UnitTable:
    """One indicator unit by unit.

    Attributes:
        period: code of the period.
        indicators: label by key, of all that can be asked for.
        indicator: the one shown, as the status document has it.
        reading: with whose units the figures stand; as then where they cannot be brought.
        since: the day the figures tell of, None where no cut-off is known.
        on: the day whose units are meant by now.
        rows: by the units' order; what is divided among nobody behind them.
        total: of all rows, the same in both readings; of figures that are not added, nothing.
        is_added: whether figures of units are added at all; one source tells the others for everybody.
    """

    period: str
    indicators: Mapping[str, str]
    indicator: Mapping[str, object]
    reading: UnitReading
    since: date | None
    on: date
    rows: tuple[UnitRow, ...]
    total: tuple[Figure, ...]
    is_added: bool


def figures_by_unit(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None = None,
    *,
    indicator: str = "",
    reading: UnitReading = UnitReading.THEN,
    on: date | None = None,
) -> UnitTable:
    """Read one indicator of a period unit by unit.

    Args:
        host: the ports.
        actor: who reads.
        campaign_code: the campaign.
        period_code: the period, None for the newest.
        indicator: key of the indicator, empty for the first that has figures.
        reading: with whose units the figures stand.
        on: the day whose units are those of now, None for today.

    Raises:
        NotAllowedError: no role of the person reads single units.
        NotFoundError: the campaign or period was never opened, or there is no such indicator.
    """
    require(actor, Right.READ_PROVISIONAL)
    with host.work.reading() as work:
        period_code = period_code or newest_period(work, campaign_code)
        row = work.statuses.get(campaign_code, period_code)
        if row is None:
            raise unknown_period(campaign_code, period_code)
        document = dict(row.document)
        listed = work.unit_filings.listed(campaign_code, period_code)
        add_details(document, work.rollups.by_unit(campaign_code, period_code), listed)
        directory = UnitDirectory(work.directory.all(), work.successions.all())
    indicators = entries_of(document, "indicators")
    shown = _chosen(indicators, indicator)
    since = _cutoff(host, campaign_code, period_code)
    on = on or host.clock.now().astimezone(host.zone).date()
    is_added = shown["kind"] not in {"outside", "none"}
    if not is_added or since is None:
        reading = UnitReading.THEN
    bringing = _Bringing(directory.lineage() if reading is UnitReading.NOW else None, since or on, on)
    names = {str(each["unit"]): str(each["name"]) for each in listed}
    if reading is UnitReading.NOW:
        names |= {unit.code: unit.version_nearest(on).short_name for unit in directory.units if unit.version_on(on)}
    order = {code: place for place, code in enumerate(dict.fromkeys((*(u.code for u in directory.units), *names)))}
    rows, total = bringing.table(indicators, shown, names, order)
    return UnitTable(
        period=period_code,
        indicators={str(each["key"]): _label(each) for each in indicators if each["by_unit"]},
        indicator=shown,
        reading=reading,
        since=since,
        on=on,
        rows=rows,
        total=total if is_added else (None,) * len(READINGS),
        is_added=is_added,
    )


@dataclass(frozen=True, slots=True)
class _Bringing:
    """Brings figures from one day to another; without a lineage they stay where they are."""

    lineage: Lineage | None
    since: date
    on: date

    def brought(self, figures: Mapping[str, int], *, divisible: bool) -> Brought:
        if self.lineage is None:
            return as_then(figures)
        return self.lineage.as_now(figures, since=self.since, now=self.on, divisible=divisible)

    def table(
        self,
        indicators: Sequence[Mapping[str, object]],
        shown: Mapping[str, object],
        names: Mapping[str, str],
        order: Mapping[str, int],
    ) -> tuple[tuple[UnitRow, ...], tuple[Figure, ...]]:
        """Return rows and total."""
        ratio = shown.get("ratio")
        if isinstance(ratio, list):
            # Parts of a share are not divided: every successor would be told its predecessor's share as its own.
            part, whole = (self._readings(_of_code(indicators, str(code)), divisible=False) for code in ratio)
            cells = {key: _shares(part.get(key), whole.get(key)) for key in {**part, **whole}}
            total = _shares(_summed(part), _summed(whole))
        else:
            sums = self._readings([shown], divisible=shown["kind"] == "flow")
            cells, total = dict[tuple[str, Rest | None], tuple[Figure, ...]](sums), _summed(sums)
        keys = sorted(cells, key=lambda key: (key[1] is not None, order.get(key[0], len(order)), key[0]))
        return tuple(UnitRow(code, names.get(code, code), cells[code, why], why) for code, why in keys), total

    def _readings(
        self, entries: Sequence[Mapping[str, object]], *, divisible: bool
    ) -> dict[tuple[str, Rest | None], tuple[int | None, ...]]:
        """Return the figures of some entries together, brought, by unit and, for the rest, reason."""
        columns: list[dict[tuple[str, Rest | None], int]] = []
        for place in range(len(READINGS)):
            figures: dict[str, int] = {}
            for entry in entries:
                for code, value in _column(entry, place).items():
                    figures[code] = figures.get(code, 0) + value
            brought = self.brought(figures, divisible=divisible)
            whole = [(code, None, value) for code, value in brought.by_unit.items()]
            rest = [(code, reason, value) for (code, reason), value in brought.rest.items()]
            columns.append({(code, reason): value for code, reason, value in (*whole, *rest)})
        keys = dict.fromkeys(key for column in columns for key in column)
        return {key: tuple(column.get(key) for column in columns) for key in keys}


def _column(entry: Mapping[str, object], place: int) -> dict[str, int]:
    """Return one reading of an entry by unit, units without data left out."""
    found: dict[str, int] = {}
    name, _, span = READINGS[place].partition("_")
    for code, told in part_of(entry, "by_unit").items():
        readings = part_of(told, span) if span and isinstance(told, Mapping) else told
        value = readings.get(name) if isinstance(readings, Mapping) else None
        if isinstance(value, int):
            found[str(code)] = value
    return found


def _summed(rows: Mapping[tuple[str, Rest | None], tuple[int | None, ...]]) -> tuple[int | None, ...]:
    sums: list[int | None] = []
    for place in range(len(READINGS)):
        known = [value for row in rows.values() if (value := row[place]) is not None]
        sums.append(sum(known) if known else None)
    return tuple(sums)


def _shares(part: Sequence[int | None] | None, whole: Sequence[int | None] | None) -> tuple[Figure, ...]:
    nothing = (None,) * len(READINGS)
    return tuple(ratio_percent(one, all_) for one, all_ in zip(part or nothing, whole or nothing, strict=True))


def _of_code(indicators: Sequence[Mapping[str, object]], code: str) -> list[Mapping[str, object]]:
    return [entry for entry in indicators if entry["code"] == code]


def _chosen(indicators: Sequence[Mapping[str, object]], key: str) -> Mapping[str, object]:
    wanted = [entry for entry in indicators if (entry["key"] == key if key else entry["by_unit"])]
    if not wanted and (key or not indicators):
        raise NotFoundError("Không có chỉ số này.", subject=key)
    return (wanted or indicators)[0]


def _label(entry: Mapping[str, object]) -> str:
    scope = f" – {entry['scope_label']}" if entry["scope_label"] else ""
    return f"{entry['label']}{scope}"


def _cutoff(host: Host, campaign_code: str, period_code: str) -> date | None:
    campaign = campaign_as_read(host, campaign_code)
    periods = campaign.periods if campaign else ()
    return next((period.cutoff_on for period in periods if period.code == period_code), None)
