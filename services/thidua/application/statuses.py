"""Read the status of a period: the stored document, its details by unit, and how fresh it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from thidua.application.derived_ports import FilingOrder
from thidua.application.host import Host
from thidua.application.permissions import RIGHTS
from thidua.application.permissions import Right
from thidua.application.permissions import require
from thidua.application.ports import UnitOfWork
from thidua.application.rows import StatusRow
from thidua.application.status_inputs import ratio_percent
from thidua.application.totals import OFFICIAL
from thidua.application.totals import OFFICIAL_CUMULATIVE
from thidua.application.totals import PROVISIONAL
from thidua.application.totals import PROVISIONAL_CUMULATIVE
from thidua.application.veiled_status import accepted_only
from thidua.domain.accounts import Actor
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.ledger import Delay
from thidua.domain.ledger import delay_of
from thidua_sdk import DutyState

__all__ = [
    "Listing",
    "StatusView",
    "etag_of",
    "freshness_of",
    "newest_period",
    "read_status",
    "roster_of",
    "status_etag",
    "unknown_period",
]

#: One unit's readings of a figure, as a cell has them.
ByUnit = list[int | None]
_READINGS: Final = range(4)

_SET_ASIDE = (
    "Phần mở rộng của đợt thi đua này đang bị cách ly nên số liệu đứng yên; báo cáo đã nộp vẫn còn nguyên, "
    "hãy báo người quản trị."
)


@dataclass(frozen=True, slots=True)
class StatusView:
    """A status as one person may see it; ``etag`` changes whenever the document does.

    ``listed`` are the entries of the units asked for, with their days, none for who may not see units.
    """

    document: Mapping[str, object]
    etag: str
    listed: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Which units of the roster to list, in which order, and how many at most."""

    states: Collection[FilingState] = tuple(FilingState)
    order: FilingOrder = FilingOrder.URGENCY
    at_most: int = 100


def status_etag(host: Host, actor: Actor, campaign_code: str, period_code: str | None) -> str:
    """Return the ETag alone: one cheap read, for pages that ask again and again.

    Raises:
        NotAllowedError, NotFoundError: as in :func:`read_status`.
    """
    require(actor, Right.READ_STATUS)
    with host.work.glancing() as work:
        period_code = period_code or newest_period(work, campaign_code)
        version = work.statuses.version(campaign_code, period_code)
    if version is None:
        raise unknown_period(campaign_code, period_code)
    return etag_of(actor, campaign_code, period_code, *version, now=host.clock.now())


def read_status(
    host: Host,
    actor: Actor,
    campaign_code: str,
    period_code: str | None = None,
    *,
    most_in_details: int | None = None,
    listing: Listing | None = None,
) -> StatusView:
    """Read a period's status; without a period, that of the newest opened one.

    Args:
        host: the ports.
        actor: who reads.
        campaign_code: the campaign.
        period_code: the period.
        most_in_details: a roster of more units comes without what is kept unit by unit.
        listing: some units to list apart, whatever the size of the roster.

    Raises:
        NotAllowedError: no role of the person reads statuses.
        NotFoundError: the campaign or period was never opened.
    """
    require(actor, Right.READ_STATUS)
    sees_units = not actor.roles.isdisjoint(RIGHTS[Right.READ_PROVISIONAL])
    with host.work.reading() as work:
        period_code = period_code or newest_period(work, campaign_code)
        row = work.statuses.get(campaign_code, period_code)
        if row is None:
            raise unknown_period(campaign_code, period_code)
        waiting = work.outbox.waiting(campaign_code)
        set_aside = work.outbox.set_aside(campaign_code)
        now = host.clock.now()
        document = dict(row.document)
        units: list[dict[str, object]] = []
        if most_in_details is None or roster_of(document) <= most_in_details:
            units = work.unit_filings.listed(campaign_code, period_code)
            _add_details(work, row, document, units)
            units = _with_delays(work, row, units, now)
        document["filing"] = {**_part(document, "filing"), "units": units}
        listed: Sequence[Mapping[str, object]] = ()
        if listing is not None and sees_units:
            listed = _listed(work, row, units, listing, now)
    inputs = freshness_of(host, row, waiting, set_aside)
    if campaign_code not in host.catalogue.campaigns:
        inputs["sentence"] = f"{inputs['sentence']} {_SET_ASIDE}"
    document["inputs"] = inputs
    if not sees_units:
        document = accepted_only(document, host.catalogue.campaigns.get(campaign_code))
    return StatusView(document, etag_of(actor, campaign_code, period_code, row.version, waiting, now=now), listed)


def roster_of(document: Mapping[str, object]) -> int:
    """Return how many units a document's roster has."""
    number = _part(document, "filing").get("roster")
    return number if isinstance(number, int) else 0


def _listed(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], listing: Listing, now: datetime
) -> Sequence[Mapping[str, object]]:
    """List some units; ``units`` are all of them with their days, if they were read."""
    entries = work.unit_filings.listed(
        row.campaign_code, row.period_code, states=listing.states, order=listing.order, at_most=listing.at_most
    )
    if not units:
        return _with_delays(work, row, entries, now)
    known = {each["unit"]: each for each in units}
    return [known[entry["unit"]] for entry in entries]


def newest_period(work: UnitOfWork, campaign_code: str) -> str:
    """Return the code of the period opened last.

    Raises:
        NotFoundError: none was opened.
    """
    periods = work.campaigns.periods(campaign_code)
    if not periods:
        raise unknown_period(campaign_code, "")
    return periods[-1].code


def unknown_period(campaign_code: str, period_code: str) -> NotFoundError:
    """Return the error for a campaign or period that was never opened."""
    return NotFoundError("Đợt thi đua hoặc kỳ báo cáo này chưa mở.", subject=f"{campaign_code} {period_code}".strip())


def etag_of(actor: Actor, campaign_code: str, period_code: str, version: int, waiting: int, *, now: datetime) -> str:
    """Write the tag of what one person may see of a document version."""
    reader = "o" if actor.roles.isdisjoint(RIGHTS[Right.READ_PROVISIONAL]) else "p"
    # Days late go on by themselves; a copy is good for an hour at most.
    hour = int(now.timestamp()) // 3600
    return f"{campaign_code}-{period_code}-{version}-{waiting}-{reader}-{hour}"


def freshness_of(host: Host, row: StatusRow, waiting: int, set_aside: int) -> dict[str, object]:
    """Say from how many reports a document was counted, when, and what still waits."""
    inputs = row.document.get("inputs")
    counted = dict(inputs) if isinstance(inputs, Mapping) else {}
    sentence = (
        f"Tính từ {counted.get('revisions')}/{counted.get('expected')} báo cáo đã nộp "
        f"({counted.get('accepted')} đã tiếp nhận)"
        + (f", thêm {extra} báo cáo của đơn vị được miễn" if (extra := counted.get("from_exempt")) else "")
        + f", lúc {_moment(host, row.computed_at)}, "
        + (f"còn {waiting} thay đổi đang chờ." if waiting else "không còn thay đổi nào đang chờ.")
        + (f" {set_aside} thay đổi chưa được tính vì máy gặp lỗi; hãy báo người quản trị." if set_aside else "")
    )
    return {**counted, "waiting": waiting, "quarantined": set_aside, "sentence": sentence}


def _moment(host: Host, at: datetime) -> str:
    local = at.astimezone(host.zone)
    return f"{local:%H:%M:%S} ngày {local.day}/{local.month}/{local.year}"


def _add_details(
    work: UnitOfWork, row: StatusRow, document: dict[str, object], units: Sequence[Mapping[str, object]]
) -> None:
    """Add figures and duty states unit by unit."""
    indicators, duties = _entries(document, "indicators"), _entries(document, "duties")
    by_unit: list[dict[str, ByUnit]] = [{} for _ in indicators]
    states: dict[str, Mapping[str, str]] = {}
    places = _places_of(indicators)
    for unit in work.rollups.by_unit(row.campaign_code, row.period_code):
        states[unit.unit_code] = unit.duties
        for form, by_key in unit.cells.items():
            for key, cell in by_key.items():
                for place in places.get((form, key), ()):
                    entry = by_unit[place].setdefault(unit.unit_code, [None, None, None, None])
                    for reading in _READINGS:
                        entry[reading] = _plus(entry[reading], cell[reading])
    document["indicators"] = [
        {**indicator, "by_unit": _ratios_of(indicator, indicators, by_unit) or _told(figures)}
        for indicator, figures in zip(indicators, by_unit, strict=True)
    ]
    nothing: Mapping[str, str] = {}
    document["duties"] = [
        {
            **duty,
            "units": {
                code: states.get(code, nothing).get(
                    str(duty["code"]), str(duty.get("unreported", DutyState.NO_EVIDENCE.value))
                )
                for unit in units
                if unit["unit_type"] in _texts(duty.get("unit_types")) and unit["filing"] != FilingState.EXEMPT
                for code in (str(unit["unit"]),)
            },
        }
        for duty in duties
    ]


def _told(figures: Mapping[str, ByUnit]) -> dict[str, dict[str, object]]:
    return {code: _in_words(entry) for code, entry in figures.items()}


def _in_words(readings: Sequence[object]) -> dict[str, object]:
    return {
        "official": readings[OFFICIAL],
        "provisional": readings[PROVISIONAL],
        "cumulative": {
            "official": readings[OFFICIAL_CUMULATIVE],
            "provisional": readings[PROVISIONAL_CUMULATIVE],
        },
    }


def _ratios_of(
    indicator: Mapping[str, object], indicators: Sequence[Mapping[str, object]], by_unit: Sequence[Mapping[str, ByUnit]]
) -> dict[str, dict[str, object]]:
    """Divide one unit's two sums by each other, for each unit that has either; nothing for what is no ratio."""
    codes = indicator.get("ratio")
    if not isinstance(codes, list):
        return {}
    sums: list[dict[str, ByUnit]] = [{}, {}]
    for side, code in zip(sums, codes, strict=True):
        for entry, figures in zip(indicators, by_unit, strict=True):
            if entry.get("code") == code:
                for unit, readings in figures.items():
                    held = side.setdefault(unit, [None, None, None, None])
                    side[unit] = [_plus(held[reading], readings[reading]) for reading in _READINGS]
    nothing: ByUnit = [None, None, None, None]
    return {
        unit: _in_words(
            [
                ratio_percent(part, whole)
                for part, whole in zip(sums[0].get(unit, nothing), sums[1].get(unit, nothing), strict=True)
            ]
        )
        for unit in sorted({*sums[0], *sums[1]})
    }


def _places_of(indicators: Sequence[Mapping[str, object]]) -> dict[tuple[str, str], list[int]]:
    """Return in which indicators, by place, a field of a form is counted."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, indicator in enumerate(indicators):
        for source in _entries(indicator, "sources"):
            places[str(source["form"]), str(source["field"])].append(place)
    return places


def _with_delays(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], now: datetime
) -> list[dict[str, object]]:
    delays = _delays(work, row, units, now)
    return [{**unit, "days": delays[str(unit["unit"])]} for unit in units]


def _delays(
    work: UnitOfWork, row: StatusRow, units: Sequence[Mapping[str, object]], now: datetime
) -> dict[str, dict[str, int] | None]:
    """Split each unit's days after its last moment by who held the report; None for those exempt.

    In a closed period nobody holds anything any more: time ends with the closing.
    """
    period = next(each for each in work.campaigns.periods(row.campaign_code) if each.code == row.period_code)
    until = min(now, period.closed_at or now)
    due = {str(unit["unit"]): datetime.fromisoformat(str(unit["due_at"])) for unit in units}
    reports = {
        str(unit["unit"]): report
        for unit in units
        if due[str(unit["unit"])] < until and isinstance(report := unit.get("report"), int)
    }
    ledgers = work.reports.entries(reports.values()) if reports else {}
    found: dict[str, dict[str, int] | None] = {}
    for unit in units:
        code = str(unit["unit"])
        if unit["filing"] == FilingState.EXEMPT:
            found[code] = None
            continue
        entries = ledgers.get(reports.get(code, 0), ())
        delay = delay_of(entries, due_at=due[code], until=until) if due[code] < until else Delay()
        found[code] = {"unit": delay.unit_days, "office": delay.office_days}
    return found


def _plus(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def _part(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = document.get(key)
    return value if isinstance(value, Mapping) else {}


def _entries(holder: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = holder.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _texts(value: object) -> frozenset[str]:
    return frozenset(str(item) for item in value) if isinstance(value, list) else frozenset()
