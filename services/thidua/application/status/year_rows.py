"""Set each figure of a period beside the year before's, or refuse it with the reason.

Pure, and made of nothing but what the reader may read of the two statuses, so that no difference tells
more than they do: what is hidden in one of them is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property

from thidua.application.ports.rows import UnitFiling
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.status_details import entries_of
from thidua.domain.filing import FilingState
from thidua.domain.lineage import Lineage
from thidua.domain.two_years import Change
from thidua.domain.two_years import change_of
from thidua.domain.two_years import earlier_words
from thidua.domain.two_years import windows_differ
from thidua_sdk import Campaign
from thidua_sdk import Continued
from thidua_sdk import Continuity
from thidua_sdk import Indicator
from thidua_sdk import Period
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule
from thidua_sdk import Window

__all__ = ["YearRow", "YearSide", "year_rows"]

_HIDDEN = "Số nhỏ về cá nhân không hiện ở đây nên không so được."


@dataclass(frozen=True)
class YearSide:
    """One year's period: the plan, the document as its reader sees it, and where units stand by opened period.

    ``lineage`` tells who became whom; None where nobody needs to know.
    """

    campaign: Campaign
    period: Period
    shown: Mapping[str, object]
    filings: Mapping[str, Sequence[UnitFiling]]
    lineage: Lineage | None = None

    @cached_property
    def entries(self) -> Mapping[str, Mapping[str, object]]:
        """The document's indicators by key."""
        return {str(entry["key"]): entry for entry in entries_of(self.shown, "indicators")}

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The plan's indicators by code."""
        return {indicator.code: indicator for indicator in self.campaign.indicators}

    def owing(self, period: Period, forms: Iterable[str]) -> list[UnitFiling]:
        """Return the units that owe some forms in a period, those exempt left out."""
        wanted = set(forms)
        types = {code for use in period.forms if use.form in wanted for code in use.unit_types}
        rows = self.filings.get(period.code, ())
        return [row for row in rows if row.unit_type in types and row.filing is not FilingState.EXEMPT]

    def periods(self, span: Span) -> Sequence[Period]:
        """Return the periods that a figure is made of."""
        if span is Span.PERIOD or not self.period.cumulative:
            return (self.period,)
        until = self.campaign.periods.index(self.period) + 1
        return [each for each in self.campaign.periods[:until] if each.cumulative]

    def window(self, indicator: Indicator, span: Span) -> Window | None:
        """Return the days that a figure speaks of."""
        if indicator.aggregation.units is UnitRule.SOURCE:
            return self.period.statistics
        cutoff = self.period.cutoff_on
        own = self.period.activity
        if indicator.aggregation.cumulative or (span is Span.CUMULATIVE and self.period.cumulative):
            counted = self.periods(Span.CUMULATIVE)
            first = min((each.activity.first_on for each in counted if each.activity), default=None)
            return None if first is None or cutoff is None else Window(first, cutoff)
        if indicator.aggregation.time is TimeRule.LATEST:
            return None if cutoff is None else Window(cutoff, cutoff)
        return own

    def definition(self, form: str, field: str) -> str:
        """Return by which definition a published figure was counted, empty where none is named."""
        named = {target.code: target.statistic for target in self.campaign.targets}
        statistics = [each for each in self.campaign.statistics if (each.form, each.field) == (form, field)]
        for statistic in statistics:
            for entry in entries_of(self.shown, "targets"):
                if named.get(str(entry.get("code"))) == statistic.code:
                    return str(entry.get("definition_version") or statistic.definition_version)
            return statistic.definition_version
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """A figure of both years, or why it is refused; then it holds no number.

    ``keys`` and ``before_keys`` name the entries of the two documents that it is made of. ``as_now`` says that
    other units reported then, of which those of now are all that became: the sums compare, no single unit does.
    """

    keys: tuple[str, ...]
    before_keys: tuple[str, ...]
    label: str
    before_label: str
    scope_label: str
    unit_of_measure: str
    is_ratio: bool
    continuity: Continuity
    reason: str
    source: str
    value: int | str | None = None
    before: int | str | None = None
    change: Change | None = None
    refusal: str = ""
    as_now: str = ""


def year_rows(
    entries: Iterable[Continued], now: YearSide, before: YearSide | str, *, reading: Reading, span: Span
) -> tuple[YearRow, ...]:
    """Compare every indicator of a map; ``before`` is a sentence where the year before cannot be read at all."""
    order = {code: place for place, code in enumerate(now.indicators)}
    ordered = sorted(entries, key=lambda entry: order.get(entry.now[0], len(order)) if entry.now else len(order))
    return tuple(row for entry in ordered for row in _rows(entry, now, before, reading=reading, span=span))


def _rows(
    entry: Continued, now: YearSide, before: YearSide | str, *, reading: Reading, span: Span
) -> Iterator[YearRow]:
    mine = [now.indicators[code] for code in entry.now]
    theirs = (
        []
        if isinstance(before, str)
        else [before.indicators[code] for code in entry.before if code in before.indicators]
    )
    scopes = dict.fromkeys(scope for each in (*mine, *theirs) for scope in _scopes(each))
    for scope in scopes or {"": None}:
        here = [_within(each, scope) for each in mine if scope in _scopes(each)]
        there = [_within(each, scope) for each in theirs if scope in _scopes(each)]
        refusal = _refusal(entry, here, there, now, before, scope=scope, reading=reading, span=span)
        first = next(iter((*here, *there)), None)
        row = YearRow(
            keys=tuple(_key(each, scope) for each in here),
            before_keys=tuple(_key(each, scope) for each in there),
            label="; ".join(each.label for each in here or there) or ", ".join(entry.before),
            before_label="; ".join(each.label for each in there),
            scope_label=first.scopes.get(scope, "") if first else "",
            unit_of_measure=first.unit_of_measure if first else "",
            is_ratio=bool(first and (first.ratio or first.filing_states)),
            continuity=entry.continuity,
            reason=entry.reason,
            source=entry.source,
            refusal=refusal,
        )
        if refusal or isinstance(before, str):
            yield row
            continue
        compared = _compared(row, now, before, reading, span)
        yield compared if compared.refusal else replace(compared, as_now=_as_now(now, before, here, there, span))


def _compared(row: YearRow, now: YearSide, before: YearSide, reading: Reading, span: Span) -> YearRow:
    value, earlier = _sum(now, row.keys, reading, span), _sum(before, row.before_keys, reading, span)
    if value is None:
        return replace(row, refusal=_unknown(now, row.keys, "kỳ này"))
    if earlier is None:
        return replace(row, refusal=_unknown(before, row.before_keys, f"cùng kỳ {_earlier(now, before)}"))
    return replace(row, value=value, before=earlier, change=change_of(value, earlier))


def _unknown(side: YearSide, keys: Sequence[str], whose: str) -> str:
    hidden = any(side.entries.get(key, {}).get("small_hidden") for key in keys)
    return _HIDDEN if hidden else f"Chưa có số liệu {whose}."


def _refusal(
    entry: Continued,
    mine: Sequence[Indicator],
    theirs: Sequence[Indicator],
    now: YearSide,
    before: YearSide | str,
    *,
    scope: str,
    reading: Reading,
    span: Span,
) -> str:
    """Say why two figures must not stand side by side, empty where they may."""
    if entry.continuity in {Continuity.NEW, Continuity.DROPPED}:
        return entry.reason
    if isinstance(before, str):
        return before
    if {each.code for each in theirs} != set(entry.before) or {each.code for each in mine} != set(entry.now):
        return "Một trong hai năm không có chỉ số này ở phạm vi này."
    if span is Span.CUMULATIVE and any(each.filing_states for each in mine):
        return "Tỷ lệ này chỉ tính theo từng kỳ."
    pairs = _with_parts(now, mine), _with_parts(before, theirs)
    return (
        _differs(entry, mine, theirs, scope)
        or _definition_differs(now, before, *pairs)
        or _days_differ(now, before, *pairs, span)
        or _is_incomplete(now, before, *pairs, reading, span)
    )


def _differs(entry: Continued, mine: Sequence[Indicator], theirs: Sequence[Indicator], scope: str) -> str:
    everything = (*mine, *theirs)
    if any(each.aggregation.units is UnitRule.TALLY for each in everything):
        return "Chỉ số này đếm theo từng lựa chọn; hãy mở số của mỗi năm."
    if any(_is_listed(each) for each in everything):
        return "Chỉ số này được liệt kê, không cộng thành số."
    if len({(each.unit_of_measure, each.aggregation) for each in everything}) > 1:
        return "Hai năm đếm theo cách khác nhau (đơn vị tính hoặc cách cộng)."
    if len(everything) > 2 and any(each.ratio or each.filing_states for each in everything):  # noqa: PLR2004  one on each side
        return "Tỷ lệ không cộng được với nhau."
    if entry.continuity is Continuity.SAME and _cells(mine, scope) != _cells(theirs, scope):
        return "Hai năm lấy số từ những ô khác nhau của biểu."
    return ""


def _definition_differs(now: YearSide, before: YearSide, mine: Sequence[Indicator], theirs: Sequence[Indicator]) -> str:
    definitions = [
        {side.definition(source.form, source.field) for each in indicators for source in each.sources}
        for side, indicators in ((now, mine), (before, theirs))
    ]
    if definitions[0] == definitions[1]:
        return ""
    told = [", ".join(sorted(each - {""})) or "chưa ghi" for each in definitions]
    return f"Hai năm dùng định nghĩa thống kê khác nhau: năm nay {told[0]}, {_earlier(now, before)} {told[1]}."


def _days_differ(
    now: YearSide, before: YearSide, mine: Sequence[Indicator], theirs: Sequence[Indicator], span: Span
) -> str:
    years = now.campaign.year - before.campaign.year
    for each in mine:
        if each.ratio or each.filing_states:
            continue
        for other in theirs:
            if other.ratio or other.filing_states:
                continue
            if said := windows_differ(now.window(each, span), before.window(other, span), years):
                return said
    return ""


def _is_incomplete(
    now: YearSide,
    before: YearSide,
    mine: Sequence[Indicator],
    theirs: Sequence[Indicator],
    reading: Reading,
    span: Span,
) -> str:
    is_outside = _is_outside(mine)
    for side, indicators, when in ((now, mine, "năm nay"), (before, theirs, _earlier(now, before))):
        for period in side.periods(Span.PERIOD if is_outside else span):
            if period.code not in side.filings:
                return f"Số {when} chưa đủ: {period.name} chưa mở."
            rows = side.owing(period, _forms(indicators, period))
            if lack := _lack(rows, indicators, reading):
                return f"Số {when} chưa đủ: {period.name} {lack}."
    if is_outside or _are_one_ground(now, before, mine, theirs, span):
        return ""
    return "Hai năm không cùng những đơn vị phải báo cáo."


def _is_outside(indicators: Sequence[Indicator]) -> bool:
    return all(each.aggregation.units is UnitRule.SOURCE for each in indicators)


def _earlier(now: YearSide, before: YearSide) -> str:
    return earlier_words(now.campaign.year, before.campaign.year)


def _owing(side: YearSide, indicators: Sequence[Indicator], span: Span) -> list[tuple[Period, frozenset[str]]]:
    """Return the units behind some figures, period by period."""
    return [
        (period, frozenset(row.unit_code for row in side.owing(period, _forms(indicators, period))))
        for period in side.periods(span)
    ]


def _are_one_ground(
    now: YearSide, before: YearSide, mine: Sequence[Indicator], theirs: Sequence[Indicator], span: Span
) -> bool:
    """Tell whether the same units report in both years, or in the later one all that became of them.

    How many of them were punctual is told of units, not of what they did: there only the same ones will do.
    """
    here, there = _owing(now, mine, span), _owing(before, theirs, span)
    if [units for _, units in here] == [units for _, units in there]:
        return True
    lineage = now.lineage
    if lineage is None or len(here) != len(there) or any(each.filing_states for each in mine):
        return False
    return all(
        then.cutoff_on is not None
        and period.cutoff_on is not None
        and lineage.is_one_ground(earlier, units, since=then.cutoff_on, until=period.cutoff_on)
        for (period, units), (then, earlier) in zip(here, there, strict=True)
    )


def _as_now(now: YearSide, before: YearSide, mine: Sequence[Indicator], theirs: Sequence[Indicator], span: Span) -> str:
    """Say of what other units the figure of then is, empty where they are the same."""
    (_, here), (_, there) = _owing(now, mine, span)[-1], _owing(before, theirs, span)[-1]
    if here == there or _is_outside(mine):
        return ""
    return f"Tổng của {len(there)} đơn vị năm {before.campaign.year}, nay là {len(here)} đơn vị; không so từng đơn vị."


def _lack(rows: Sequence[UnitFiling], indicators: Sequence[Indicator], reading: Reading) -> str:
    if any(each.filing_states for each in indicators):
        waits = any(row.filing in {FilingState.NOT_DUE, FilingState.DUE_SOON} for row in rows)
        return "chưa hết hạn nộp" if waits else ""
    there = sum(row.accepted if reading is Reading.OFFICIAL else row.counts for row in rows)
    word = "tiếp nhận" if reading is Reading.OFFICIAL else "nhận"
    return f"mới {word} {there}/{len(rows)} báo cáo" if there < len(rows) else ""


def _forms(indicators: Sequence[Indicator], period: Period) -> set[str]:
    """Return the forms that figures hang on; punctual filing hangs on all of them."""
    if any(each.filing_states for each in indicators):
        return {use.form for use in period.forms}
    return {source.form for each in indicators for source in each.sources}


def _sum(side: YearSide, keys: Sequence[str], reading: Reading, span: Span) -> int | str | None:
    """Add up some entries; None where one of them has no figure, or shows none."""
    found: list[object] = []
    for key in keys:
        entry = side.entries.get(key, {})
        holder = entry.get("cumulative") if span is Span.CUMULATIVE else entry
        found.append(holder.get(reading.value) if isinstance(holder, Mapping) else None)
    if len(found) == 1 and isinstance(found[0], str):
        return found[0]
    numbers = [each for each in found if isinstance(each, int)]
    return sum(numbers) if numbers and len(numbers) == len(found) else None


def _with_parts(side: YearSide, indicators: Sequence[Indicator]) -> list[Indicator]:
    """Return some indicators and, of ratios, what is divided."""
    parts = [side.indicators[code] for each in indicators for code in each.ratio or () if code in side.indicators]
    return [*indicators, *parts]


def _scopes(indicator: Indicator) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.scope for source in indicator.sources)) or ("",)


def _within(indicator: Indicator, scope: str) -> Indicator:
    """Return an indicator as one scope of it is fed: the others' forms and units are not its own."""
    return replace(indicator, sources=tuple(each for each in indicator.sources if each.scope == scope))


def _cells(indicators: Iterable[Indicator], scope: str) -> set[tuple[str, str]]:
    return {(each.form, each.field) for one in indicators for each in one.sources if each.scope == scope}


def _is_listed(indicator: Indicator) -> bool:
    return bool(indicator.sources) and indicator.aggregation.units is UnitRule.NEVER


def _key(indicator: Indicator, scope: str) -> str:
    return f"{indicator.code}.{scope}" if scope else indicator.code
