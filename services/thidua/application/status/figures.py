"""Which figure of a status is meant, and by which rules it is made.

A figure is named by its key in the status document, narrowed by a topic, a chosen value, a type of
units or one unit, in one of two readings (official, provisional) over one of two spans.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from thidua.application.ports.host import Host
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotFoundError
from thidua.forms.compose import ComposedForm
from thidua.forms.watched_rules import names_read
from thidua_sdk import Campaign
from thidua_sdk import Indicator
from thidua_sdk import Period
from thidua_sdk import TimeRule
from thidua_sdk import UnitRule

__all__ = ["Asked", "Figure", "Reading", "Span", "figure_of", "forms_of", "rule_sentence"]


class Reading(StrEnum):
    """Which revisions count."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"


class Span(StrEnum):
    """Over which periods."""

    PERIOD = "period"
    CUMULATIVE = "cumulative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which figure is meant.

    ``key`` is that of an indicator's entry in the status document. ``register`` names a table of
    records instead, ``column`` the choice by which its rows are counted. ``value`` is a chosen
    option, ``topic`` a topic; empty means the whole.
    """

    key: str = ""
    register: str = ""
    column: str = ""
    topic: str = ""
    value: str = ""
    unit_type: str = ""
    unit: str = ""
    reading: Reading = Reading.OFFICIAL
    span: Span = Span.PERIOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as the campaign defines it.

    ``fields`` are the (form, field) pairs that feed it, ``part`` the part of them; ``ratio`` the
    codes of the two indicators that are divided, None for what is added up. ``kind``, ``rules`` and
    ``unit_rules`` say how; ``stocks`` are the fields that go with their unit.
    """

    key: str
    code: str
    label: str
    part_label: str
    unit_of_measure: str
    kind: str
    clause: str
    source: str
    note: str
    fields: tuple[tuple[str, str], ...]
    part: str
    rules: Mapping[tuple[str, str], TimeRule]
    unit_rules: frozenset[UnitRule]
    stocks: frozenset[tuple[str, str]] = frozenset()
    filing_states: tuple[str, ...] = ()
    ratio: tuple[str, str] | None
    about_people: bool


def forms_of(host: Host, campaign: Campaign) -> dict[str, ComposedForm]:
    """Return the campaign's whole forms by code."""
    codes = {use.form for period in campaign.periods for use in period.forms}
    return {code: host.catalogue.whole_form(campaign.code, code) for code in sorted(codes)}


def figure_of(campaign: Campaign, forms: Mapping[str, ComposedForm], asked: Asked) -> Figure:
    """Find the figure that is meant.

    Raises:
        NotFoundError: the campaign has no such figure.
        MalformedRequestError: it is narrowed in a way it cannot be.
    """
    if asked.register:
        return _register(campaign, forms, asked)
    code, _, scope = asked.key.partition(".")
    indicator = next((each for each in campaign.indicators if each.code == code), None)
    if indicator is None or scope not in ({source.scope for source in indicator.sources} or {""}):
        raise NotFoundError("Đợt thi đua này không có chỉ số đó.", subject=asked.key)
    fields = tuple((source.form, source.field) for source in indicator.sources if source.scope == scope)
    part, part_label = _part(campaign, indicator, forms, fields, asked)
    if indicator.filing_states and (part or asked.unit or asked.unit_type):
        raise MalformedRequestError("Tỷ lệ này chỉ tính chung cho các đơn vị.", subject=asked.key)
    return Figure(
        key=asked.key,
        code=code,
        label=" – ".join(filter(None, (indicator.label, indicator.scopes.get(scope, "")))),
        part_label=part_label,
        unit_of_measure=indicator.unit_of_measure,
        kind=indicator.aggregation.kind,
        clause=indicator.clause,
        source=_rows(forms, fields) if scope else indicator.source,
        note=indicator.note,
        fields=fields,
        part=part,
        rules=_time_rules(forms, fields),
        unit_rules=_unit_rules(forms, fields),
        stocks=frozenset(
            (form, name)
            for form, name in fields
            if form in forms and (model := forms[form].by_name.get(name)) and model.is_stock
        ),
        ratio=indicator.ratio,
        filing_states=indicator.filing_states,
        about_people=indicator.about_people,
    )


def rule_sentence(figure: Figure, period: Period, asked: Asked) -> str:
    """Say in one sentence how the figure is made from its parts."""
    if figure.filing_states:
        return (
            "Tỷ lệ được tính từ sổ nộp báo cáo của kỳ: số đơn vị chia cho số đơn vị phải báo cáo, làm tròn đến một "
            "chữ số thập phân; không phụ thuộc báo cáo đã được tiếp nhận hay chưa."
        )
    if figure.ratio:
        return (
            "Tỷ lệ được tính lại từ hai tổng số của các đơn vị, làm tròn đến một chữ số thập phân; "
            "không lấy trung bình các tỷ lệ."
        )
    if not figure.fields:
        return "Chỉ số này không lấy từ biểu báo cáo của đơn vị."
    counted = (
        "chỉ tính lần nộp đã được Văn phòng Sở tiếp nhận"
        if asked.reading is Reading.OFFICIAL
        else "tính lần nộp mới nhất của từng đơn vị, trừ lần bị trả lại hoặc thu hồi"
    )
    return f"{_over_time(figure, period, asked)}, {_over_units(figure)}; {counted}."


def _over_time(figure: Figure, period: Period, asked: Asked) -> str:
    if asked.span is Span.PERIOD:
        return f"Lấy số của riêng kỳ {period.name}"
    if not period.cumulative:
        return f"Kỳ {period.name} không cộng với các kỳ trước nên lấy số của riêng kỳ"
    said = {
        TimeRule.SUM: f"mỗi đơn vị cộng các kỳ từ đầu phong trào đến hết kỳ {period.name}",
        TimeRule.LATEST: "mỗi đơn vị lấy số của kỳ gần nhất có báo cáo, không cộng các kỳ",
        TimeRule.MAX: "mỗi đơn vị lấy số lớn nhất trong các kỳ, không cộng các kỳ",
        TimeRule.DISTINCT: "mỗi trường hợp tính một lần, theo lần ghi ở kỳ gần nhất",
        TimeRule.NEVER: "số này không lũy kế",
    }
    rules = sorted(set(figure.rules.values()), key=list(TimeRule).index)
    text = "; ".join(said[rule] for rule in rules)
    if figure.stocks:
        text += ", trừ đơn vị không còn trong danh sách báo cáo"
    return text[:1].upper() + text[1:]


def _over_units(figure: Figure) -> str:
    if figure.unit_rules == {UnitRule.SOURCE}:
        return "do một nguồn bên ngoài cung cấp cho cả tỉnh, lấy số báo sau cùng, không cộng các đơn vị"
    if figure.part.startswith("is:"):
        return "rồi đếm số đơn vị chọn mục này"
    if UnitRule.NEVER in figure.unit_rules:
        return "liệt kê theo đơn vị, không cộng"
    return "rồi cộng các đơn vị"


def _part(
    campaign: Campaign,
    indicator: Indicator,
    forms: Mapping[str, ComposedForm],
    fields: tuple[tuple[str, str], ...],
    asked: Asked,
) -> tuple[str, str]:
    if asked.topic and asked.value:
        raise MalformedRequestError("Chỉ lọc theo chủ đề hoặc theo lựa chọn, không cả hai.", subject="topic")
    if asked.topic:
        label = next((topic.label for topic in campaign.topics if topic.code == asked.topic), None)
        if label is None or not indicator.by_topic:
            raise NotFoundError("Chỉ số này không tách theo chủ đề đó.", subject=asked.topic)
        return f"topic:{asked.topic}", label
    if asked.value:
        options = {
            option: label
            for form, field in fields
            if form in forms and field in forms[form].by_name
            for option, label in forms[form].field(field).options
        }
        if asked.value not in options:
            raise NotFoundError("Chỉ số này không có lựa chọn đó.", subject=asked.value)
        return f"is:{asked.value}", options[asked.value]
    return "", ""


def _rows(forms: Mapping[str, ComposedForm], fields: Collection[tuple[str, str]]) -> str:
    """Name the rows of the forms that feed one scope; the indicator's own source names those of all."""
    return "; ".join(f"Biểu {form}, dòng {forms[form].field(name).code}" for form, name in fields)


def _clauses_of_register(campaign: Campaign, forms: Mapping[str, ComposedForm], name: str) -> str:
    """Name the clauses behind a register: those of what its rows count, and of duties that look at it."""
    rows = {(code, form.tables[name].source) for code, form in forms.items() if name in form.tables}
    counted = (
        indicator.clause
        for indicator in campaign.indicators
        for source in indicator.sources
        if source.form in forms
        and (model := forms[source.form].by_name.get(source.field)) is not None
        and (source.form, model.source) in rows
    )
    looked_at = (duty.clause for duty in campaign.duties if name in names_read(duty.evidence, {}))
    return "; ".join(dict.fromkeys((*counted, *looked_at)))


def _register(campaign: Campaign, forms: Mapping[str, ComposedForm], asked: Asked) -> Figure:
    fields = tuple((code, asked.register) for code, form in forms.items() if asked.register in form.tables)
    if not fields:
        raise NotFoundError("Đợt thi đua này không có sổ theo dõi đó.", subject=asked.register)
    table = forms[fields[0][0]].tables[asked.register]
    part = part_label = ""
    if asked.column or asked.value:
        column = next((each for each in table.columns if each.name == asked.column and each.kind == "choice"), None)
        label = dict(column.options).get(asked.value) if column else None
        if column is None or label is None:
            raise NotFoundError("Sổ theo dõi này không đếm theo mục đó.", subject=f"{asked.column} {asked.value}")
        part, part_label = f"{asked.column}={asked.value}", f"{column.label}: {label}"
    return Figure(
        key=asked.register,
        code=table.code,
        label=table.label,
        part_label=part_label,
        unit_of_measure="dòng",
        kind="event",
        clause=_clauses_of_register(campaign, forms, asked.register),
        source=table.source,
        note="",
        fields=fields,
        part=part,
        rules=_time_rules(forms, fields),
        unit_rules=frozenset({UnitRule.SUM}),
        ratio=None,
        about_people=table.personal,
    )


def _time_rules(
    forms: Mapping[str, ComposedForm], fields: Collection[tuple[str, str]]
) -> dict[tuple[str, str], TimeRule]:
    """Return the time rule of each field."""
    return {
        (form, name): forms[form].field(name).time_rule
        for form, name in fields
        if form in forms and name in forms[form].by_name
    }


def _unit_rules(forms: Mapping[str, ComposedForm], fields: Collection[tuple[str, str]]) -> frozenset[UnitRule]:
    return frozenset(
        forms[form].field(name).aggregate.units
        for form, name in fields
        if form in forms and name in forms[form].by_name
    )
