"""Campaigns whose periods, codes and figures contradict one another."""

from __future__ import annotations

from tests.gallery.showcase import CAMPAIGNS as GROUP
from tests.gallery.showcase import Specimen
from tests.gallery.showcase import campaign
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["TIMETABLES"]

_END = 'source="Kế hoạch, mục III"),),\n    award_forms'
_USE = "unit_types=("
_RULES = 'rules_version="2030.1",'
_INDICATOR = 'field="items"),)),),'


def _further(first: str, *, code: str = "2030-M02", cutoff: str = "date(2030, 2, 28)", more: str = "") -> str:
    """Give the sound campaign a second period."""
    period = (
        f'Period(code="{code}", name="Tháng hai", tags=frozenset({{"month"}}), cutoff_on={cutoff}, '
        'forms=(FormUse(form="Fschool", unit_types=("school",), deadline=WITHIN),), '
        f'source="Kế hoạch, mục III", {more}),'
    )
    return campaign(_END, f'source="Kế hoạch, mục III", {first}), {period}),\n    award_forms')


def _indicator(code: str, identifier: str, fed: str) -> str:
    """Give the sound campaign a second indicator."""
    indicator = (
        f'Indicator(code="{code}", label="Số tin khác", identifier="{identifier}", unit_of_measure="tin", '
        f'aggregation=FLOW, clause="II.1", source="Biểu T", {fed}),'
    )
    return campaign(_INDICATOR, f'field="items"),)), {indicator}),')


def _of(name: str, source: str, says: str, kind: Kind, place: str) -> Specimen:
    return Specimen(name, source, says, kind, place, group=GROUP)


_FED = 'sources=(FieldSource(form="Fschool", field="items"),)'
_LOCKS = 'DeadlineRule(working_days=5, at=time(8), source="Kế hoạch, mục III")'
_BASE = (
    'Baseline(period="2030-M01", version=1, window=Window(FROM, TO), values={"S1": 4}, source_document="", '
    'as_of=None, definition_version="1", source="Kế hoạch")'
)
_MORE = """from thidua_sdk import *

class More(FormSchema):
    more = Count("Số lượt", code="T3", unit="lượt", source="Biểu T", aggregate=FLOW, by_topic=True)
"""

TIMETABLES = (
    _of(
        "t_overlap",
        _further(
            "activity=Window(date(2030, 1, 1), date(2030, 1, 31))",
            more="activity=Window(date(2030, 1, 15), date(2030, 2, 28))",
        ),
        "tính trùng với kỳ 2030-M01",
        Kind.BOUNDS,
        "periods[1].activity",
    ),
    _of(
        "t_after_cutoff",
        campaign(_END, 'source="Kế hoạch", activity=Window(FROM, TO)),),\n    award_forms'),
        "sau ngày chốt",
        Kind.BOUNDS,
        "periods[0].activity",
    ),
    _of(
        "t_datetime",
        _further("", cutoff="datetime(2030, 2, 28)").replace("import date,", "import date, datetime,"),
        "phải là date",
        Kind.TYPE,
        "periods[1].cutoff_on",
    ),
    _of("t_case", _further("", code="2030-m01"), "mã kỳ 2030-m01 bị trùng", Kind.DUPLICATE, "periods"),
    _of("t_indicator_case", _indicator("n1", "others", _FED), "mã chỉ số n1 bị trùng", Kind.DUPLICATE, "indicators"),
    _of("t_identifier", _indicator("N2", "items", _FED), "items bị trùng", Kind.DUPLICATE, "indicators"),
    _of("t_identifier_form", _indicator("N2", "Số tin", _FED), "identifier", Kind.NAME, "indicators[1].identifier"),
    _of(
        "t_ratio_of_ratio",
        _indicator("N2", "share", 'ratio=("N2", "N1")'),
        "không lấy từ biểu",
        Kind.REFERENCE,
        "indicators[1].ratio",
    ),
    _of(
        "t_far_deadline",
        campaign("working_days=5", "working_days=10**6"),
        "ngày làm việc",
        Kind.BOUNDS,
        "periods[0].forms[0].deadline",
    ),
    _of(
        "t_far_warning",
        campaign(_RULES, f"{_RULES} due_soon_days=10**12,"),
        "báo trước hạn",
        Kind.BOUNDS,
        "due_soon_days",
    ),
    _of(
        "t_zone_of_time",
        campaign("at=time(17)", "at=time(17, tzinfo=timezone.utc)").replace("import date,", "import date, timezone,"),
        "múi giờ riêng",
        Kind.BOUNDS,
        "periods[0].forms[0].deadline",
    ),
    _of(
        "t_locks",
        campaign("deadline=WITHIN)", f"deadline=WITHIN, locks={_LOCKS})"),
        "khóa trước hạn nộp",
        Kind.BOUNDS,
        "periods[0].forms[0].locks",
    ),
    _of(
        "t_only_nothing",
        campaign("deadline=WITHIN)", "deadline=WITHIN, only=())"),
        "không có ô nào",
        Kind.REFERENCE,
        "periods[0].forms[0].only",
    ),
    _of(
        "t_only_twice",
        campaign("deadline=WITHIN)", 'deadline=WITHIN, only=("items", "items"))'),
        "nhắc hai lần",
        Kind.DUPLICATE,
        "periods[0].forms[0].only",
    ),
    _of("t_year", campaign("year=2030", "year=2032"), "ngoài thời hạn", Kind.BOUNDS, "year"),
    _of(
        "t_baseline_twice",
        campaign("baselines=()", f"baselines=({_BASE}, {_BASE})"),
        "hai lần",
        Kind.DUPLICATE,
        "baselines[1]",
    ),
    _of(
        "t_example_field",
        campaign(_RULES, f'{_RULES} examples={{"Fschool": ({{"fields": {{"nothing": 1}}}},)}},'),
        "không có ô nothing",
        Kind.REFERENCE,
        "examples['Fschool'][0]",
    ),
    _of(
        "t_example_value",
        campaign(_RULES, f'{_RULES} examples={{"Fschool": ({{"fields": {{"items": FROM}}}},)}},'),
        "JSON",
        Kind.TYPE,
        "examples['Fschool'][0]",
    ),
    _of(
        "t_evidence_answer",
        campaign(
            'evidence=AnyPositive(("items",))',
            "evidence=Judge()",
            before="class Judge:\n    def judge(self, facts):\n        return 'xong'\n",
        ),
        "phải là DutyState",
        Kind.TYPE,
        "duties[0].evidence",
    ),
    _of(
        "t_topics",
        campaign(
            'topics=(Topic(code="road"',
            'topics=(*(Topic(code=f"t{i}", label="Chủ đề", source="Kế hoạch") for i in range(4000)), Topic(code="road"',
        )
        .replace(_RULES, f'{_RULES} amendments=(Amendment(form="Fschool", source="Kế hoạch", add=More),),')
        .replace("from thidua_sdk import *", _MORE),
        "biểu Fschool có 4004 ô khi chia theo chủ đề",
        Kind.BOUNDS,
        "topics",
    ),
)
