"""The gallery of the kit's laws: a sound plugin, and for each law what breaks it and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Any

import pytest

from thidua.web.api import shapes
from thidua.web.controls import Drawer
from thidua_testkit.conformance import adding_up
from thidua_testkit.conformance import apart
from thidua_testkit.conformance import core
from thidua_testkit.conformance import endings

__all__ = ["BREACHES", "PROJECT", "SOUND", "Breach", "loses_rows", "report"]

PROJECT = """
[project]
name = "thidua-tiny"
version = "1"
[project.entry-points."thidua.unit_types"]
tiny = "thidua_tiny:plugin"
[project.entry-points."thidua.campaigns"]
TINY-2030 = "thidua_tiny.campaign:plugin"
"""
UNIT_TYPE = """
from thidua_sdk import *

class Person(RowSchema):
    full_name = Line("Họ và tên", source="Biểu K")

def same_person_twice(values, record):
    names = [row["full_name"] for row in values.rows("people")]
    for index, name in enumerate(names):
        if name in names[:index]:
            cells = (row_cell("people", index, "full_name"),)
            yield Finding("K04", Level.ERROR, f"Dòng {index + 1} trùng với một dòng ở trên.", cells, "Biểu K")

class Tiny(FormSchema):
    staff = Count("Tổng số người", code="K01", unit="người", aggregate=STOCK, source="Biểu K, dòng K01")
    briefed = Count("Số người đã quán triệt", code="K02", unit="người", aggregate=CUMULATIVE, need=Need.OPTIONAL,
                    source="Biểu K, dòng K02")
    sessions = Count("Số buổi", code="K03", unit="buổi", need=Need.OPTIONAL, source="Biểu K, dòng K03")
    told = Paragraph("Đánh giá", length=500_000, need=Need.OPTIONAL, source="Biểu K")
    people = Records("Người vi phạm", of=Person, personal=True, source="Biểu K")
    sections = (Section("Quán triệt", ("staff", "briefed", "sessions", "told", "people")),)
    rules = (
        at_most("K02", "briefed", "staff", "Số đã quán triệt ({briefed}) lớn hơn tổng số ({staff}).", source="Biểu K"),
    )
    record_rules = (RecordRule("K04", same_person_twice, "Biểu K"),)

form = Form(code="K", title="Biểu K – Thử", schema=Tiny, version=1, source="Mục I")
plugin = UnitType(code="tiny", label="Đơn vị thử", source="Mục I", forms=(form,))
"""
CAMPAIGN = """
from datetime import date, time
from thidua_sdk import *

rule = DeadlineRule(working_days=1, at=time(17), source="Mục V")
plugin = Campaign(
    code="TINY-2030", year=2030, title="Đợt thi đua thử", theme="An toàn giao thông", time_zone="Asia/Ho_Chi_Minh",
    plan=Plan(symbol="1/KH", title="Kế hoạch", issuer="Sở", place="Lạng Sơn", issued_on=None, parent_issued_on=None,
              issued_from=date(2030, 1, 1), parent_plan="Kế hoạch của tỉnh", signer_role="Giám đốc", source="Mục I"),
    valid_from=None, valid_to=date(2030, 12, 31), legal_bases=(), purposes=(), targets=(), duties=(), statistics=(),
    topics=(Topic(code="t", label="Chủ đề năm", source="Mục I"),),
    indicators=(
        Indicator(code="N1", label="Đã quán triệt", identifier="briefed", unit_of_measure="người", clause="Mục I",
                  aggregation=CUMULATIVE, source="Mục I", sources=(FieldSource(form="K", field="briefed"),)),
        Indicator(code="N2", label="Tổng số", identifier="staff", unit_of_measure="người", clause="Mục I",
                  aggregation=STOCK, source="Mục I", sources=(FieldSource(form="K", field="staff"),)),
        Indicator(code="N3", label="Tỷ lệ", identifier="share", unit_of_measure="%", clause="Mục I",
                  aggregation=NONE, source="Mục I", ratio=("N1", "N2")),
    ),
    baselines=(),
    periods=(Period(code="Q1", name="Quý I", tags=frozenset(), cutoff_on=date(2030, 3, 14), source="Mục V",
                    forms=(FormUse(form="K", unit_types=("tiny",), deadline=rule),)),),
    award_forms=(), rules_version="1", source="Mục I",
    examples={"K": ({"fields": {"staff": 7, "briefed": 7}}, {"fields": {"staff": 8, "briefed": 0}})},
)
"""


def report(version: int = 1, people: tuple[str, ...] = ("Lý Mô Phỏng",), **fields: object) -> str:
    return json.dumps(
        {
            "campaign_code": "TINY-2030",
            "form_code": "K",
            "form_version": version,
            "unit_code": "U1",
            "period_code": "Q1",
            "submitted_at": "2030-03-15T08:00:00+07:00",
            "fields": {"staff": 1234, "briefed": 6, "sessions": 1} | fields,
            "people": [{"full_name": name} for name in people],
        }
    )


SOUND = {
    "pyproject.toml": PROJECT,
    "thidua_tiny/__init__.py": UNIT_TYPE,
    "thidua_tiny/campaign.py": CAMPAIGN,
    "golden/valid-quarter.json": report(),
    "golden/valid-half-year.json": report(briefed=7, sessions=None),
    "golden/broken-k02-more-than-staff.json": report(briefed=1235),
    "golden/broken-k04-twice.json": report(people=("Vi Thị Mẫu", "Vi Thị Mẫu")),
    "golden/cases.toml": '[reports.broken-k02-more-than-staff]\nmend = { "/fields/briefed" = 5 }\n',
    "tests/test_laws.py": "from thidua_testkit.conformance import TestCampaigns, TestUnitTypes\n",
}
CODE, YEAR = "thidua_tiny/__init__.py", "thidua_tiny/campaign.py"


@dataclass(frozen=True)
class Breach:
    """What is changed in the sound plugin, the law that breaks and what is said."""

    law: str
    said: str
    edits: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    #: What is changed in the host, where no plugin can break the law: then it guards the plugin's years from the host.
    host: Callable[[pytest.MonkeyPatch], None] | None = None


def _short_limits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(endings, "RULES_LIMIT_S", 0.2)
    patch.setattr(apart, "STILL_S", 1.0)


def _counts_what_came_first(patch: pytest.MonkeyPatch) -> None:
    whole = adding_up.fold_unit
    patch.setattr(adding_up, "fold_unit", lambda measured, *rest: whole([*measured][:1], *rest))


def _sums_groups_wrongly(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(adding_up, "add_sums", lambda sums, others: sums.update(others))


def loses_rows(patch: pytest.MonkeyPatch) -> None:
    """Let the host answer reports without their rows and counts by topic."""
    whole = shapes.sheet_json

    def forgetful(sheet: Any) -> Any:
        revisions = [replace(each, payload={**each.payload, "people": [], "by_topic": {}}) for each in sheet.revisions]
        return whole(replace(sheet, revisions=tuple(revisions)))

    patch.setattr("thidua.web.api.reports.sheet_json", forgetful)


def _never_counts_again(patch: pytest.MonkeyPatch) -> None:
    first: dict[int, int] = {}
    whole = core.Installation.drain
    patch.setattr(
        core.Installation, "drain", lambda self: (first.setdefault(id(self), 0) < 2 and _once(first, self, whole)) or 0
    )


def _once(first: dict[int, int], self: Any, whole: Callable[[Any], int]) -> int:
    first[id(self)] += 1
    return whole(self)


def _marks_nothing(patch: pytest.MonkeyPatch) -> None:
    whole = Drawer._cell
    patch.setattr(Drawer, "_cell", lambda *asked, **more: replace(whole(*asked, **more), is_required=False))


def _links_to_nowhere(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("thidua.web.pages.form_view.label_at", lambda *_: "")


RULES_BEGIN = "    rules = (\n"
DUTIES = "duties=(), "


def _duty(judged: str) -> str:
    """Return the campaign's duties with one whose evidence is judged by a line of Python."""
    evidence = f"type('Own', (), {{'judge': lambda self, facts: {judged.removeprefix('return ')}}})()"
    return (
        f"duties=(Duty(code='O1', clause='Mục I', who='Đơn vị', text='Quán triệt kế hoạch', unit_types=('tiny',), "
        f"indicators=('N1',), evidence={evidence}, when='Cả năm', source='Mục I'),), "
    )


BREACHES = {
    "the contract": Breach(
        "test_the_host_takes_it",
        "viết cho phiên bản API 99",
        {CODE: ('label="Đơn vị', 'api_version=99, label="Đơn vị')},
    ),
    "an import": Breach(
        "test_the_code_imports_the_contract_only",
        "imports marshmallow",
        {CODE: ("\nfrom", "\nimport marshmallow\nfrom")},
    ),
    "no source": Breach(
        "test_every_part_names_its_source", "rule K02 has no source", {CODE: (', source="Biểu K"),', "),")}
    ),
    "no source of the year": Breach(
        "test_every_part_names_its_source",
        "topics[t] has no source",
        {YEAR: ('"Chủ đề năm", source="Mục I"', '"Chủ đề năm", source=""')},
        also=frozenset({"test_the_host_takes_it"}),
    ),
    "no full stop": Breach(
        "test_texts_are_clean_vietnamese", "end it with a full stop", {CODE: ("({staff}).", "({staff})")}
    ),
    "a code": Breach(
        "test_codes_are_well_formed_and_used_once", "'K 3' is no code", {CODE: ('code="K03"', 'code="K 3"')}
    ),
    "a valid report": Breach(
        "test_a_valid_report_is_taken",
        "valid-quarter.json: K02 at /fields/briefed",
        files={"golden/valid-quarter.json": report(briefed=9999)},
    ),
    "a broken report": Breach(
        "test_a_broken_report_is_refused_by_its_rule",
        "K02 does not show",
        files={"golden/broken-k02-nothing.json": report()},
    ),
    "a report that is not mended": Breach(
        "test_a_broken_report_is_refused_by_its_rule", "K02 still shows after", {"golden/cases.toml": ("5", "5000")}
    ),
    "an idle rule": Breach(
        "test_every_rule_is_broken_by_a_report",
        "no golden report breaks rule K09",
        {
            CODE: (
                RULES_BEGIN,
                RULES_BEGIN
                + '        PayloadRule("K09", Level.ERROR, "Sai.", (cell("staff"),), lambda values: True, "Biểu K"),\n',
            )
        },
    ),
    "a rule that cannot do without": Breach(
        "test_rules_stand_missing_data",
        "rule K02: raises TypeError",
        {
            CODE: (
                RULES_BEGIN,
                RULES_BEGIN
                + '        PayloadRule("K02", Level.ERROR, "Sai.", (cell("briefed"), cell("staff")), '
                + 'lambda v: v["briefed"] <= v["staff"] * 2, "Biểu K"),\n',
            )
        },
        files={"golden/broken-k02-far-more.json": report(briefed=5000)},
    ),
    "a name": Breach(
        "test_no_sentence_names_a_person",
        "prints the name 'Vi Thị Mẫu'",
        {CODE: ("trùng với một", "({name}) trùng với một")},
    ),
    "a blank that readers take off": Breach(
        "test_a_report_comes_back_unchanged",
        "'hop ' comes back from the",
        {
            CODE: (
                "    people =",
                '    how = Choice("Cách", options={"hop ": "Họp"}, need=Need.OPTIONAL, source="Biểu K")\n    people =',
            )
        },
        also=frozenset({"test_the_host_takes_it"}),
    ),
    "a number below nothing": Breach(
        "test_numbers_are_read_as_they_are_typed",
        "Số không được nhỏ hơn 0",
        {CODE: ('unit="buổi", need', 'unit="buổi", minimum=-9, maximum=-1, need')},
        files={
            "golden/valid-quarter.json": report(sessions=-1),
            "golden/broken-k02-more-than-staff.json": report(briefed=1235, sessions=-1),
            "golden/broken-k04-twice.json": report(people=("Vi Thị Mẫu", "Vi Thị Mẫu"), sessions=-1),
        },
        also=frozenset({"test_a_report_comes_back_unchanged"}),
    ),
    "what is counted twice": Breach(
        "test_figures_add_up",
        "take CUMULATIVE",
        {CODE: ("aggregate=CUMULATIVE", 'aggregate=Aggregation("stock", TimeRule.SUM, UnitRule.SUM, cumulative=True)')},
        also=frozenset({"test_forms_hold_in_the_campaign"}),
    ),
    "a figure that is lost": Breach(
        "test_figures_add_up",
        "1 was reported and None is counted",
        {CODE: ('unit="buổi", need', 'unit="buổi", aggregate=Aggregation("flow", TimeRule.NEVER, UnitRule.SUM), need')},
    ),
    "two of one name": Breach(
        "test_the_page_can_be_used_by_everyone",
        "like another beside it",
        {CODE: ('"Số buổi", code="K03"', '"Tổng số người", code="K01"')},
        also=frozenset({"test_codes_are_well_formed_and_used_once", "test_forms_hold_in_the_campaign"}),
    ),
    "a rule that loops": Breach(
        "test_rules_are_little_work",
        "a rule of it loops",
        {CODE: ("    names = [", "    all(number >= 0 for number in range(200_000))\n    names = [")},
    ),
    "a rule that never ends": Breach(
        "test_every_rule_comes_to_an_end",
        "form K, rule K04: does not end within 0.2 s on golden/broken-k04-twice.json",
        {CODE: ("    names = [", '    while len(values.rows("people")) > 1:\n        pass\n    names = [')},
        host=_short_limits,
    ),
    "a pattern that never ends": Breach(
        "test_every_rule_comes_to_an_end",
        "form K, rule K04: does not end within 0.2 s on golden/",
        {CODE: ("    names = [", '    import re\n    re.match(r"(a|aa)+$", "a" * 200 + "b")\n    names = [')},
        host=_short_limits,
    ),
    "a rule that never ends where a cell is empty": Breach(
        "test_rules_stand_missing_data",
        "form K, rule K04: does not end where staff is empty",
        {
            CODE: (
                "    names = [",
                '    while values["staff"] is None and values["briefed"]:\n        pass\n    names = [',
            )
        },
        host=_short_limits,
    ),
    "a report that the API does not let in": Breach(
        "test_a_report_filed_over_the_api_is_read_back_unchanged",
        "valid-long.json: the API does not take it: 413",
        files={"golden/valid-long.json": report(told="Rất dài ấ! " * 45_000)},
        # No cell of a workbook holds it either.
        also=frozenset({"test_a_report_comes_back_unchanged"}),
    ),
    "a host that loses rows": Breach(
        "test_a_report_filed_over_the_api_is_read_back_unchanged",
        "/people/0/full_name: 'Lý Mô Phỏng' was filed and None is read back over the API",
        host=loses_rows,
    ),
    "a host that counts no correction": Breach(
        "test_what_is_corrected_or_withdrawn_is_counted_no_more",
        "after the correction of valid-half-year the status says",
        host=_never_counts_again,
    ),
    "a host that counts what came first": Breach(
        "test_figures_add_up",
        "the order in which reports are counted changes the figures",
        also=frozenset({"test_forms_hold_in_the_campaign"}),
        host=_counts_what_came_first,
    ),
    "a host that sums groups wrongly": Breach(
        "test_figures_add_up",
        "units summed in groups, and the groups together, give other figures than all at once",
        also=frozenset({"test_forms_hold_in_the_campaign"}),
        host=_sums_groups_wrongly,
    ),
    "a host that marks nothing": Breach(
        "test_the_page_can_be_used_by_everyone",
        "field staff must be filled in and is not marked in its label",
        also=frozenset({"test_forms_hold_in_the_campaign"}),
        host=_marks_nothing,
    ),
    "a list of errors that leads nowhere": Breach(
        "test_the_page_can_be_used_by_everyone",
        "the list of errors does not lead to /fields/briefed",
        host=_links_to_nowhere,
    ),
    "a finding at a row that is not there": Breach(
        "test_the_page_can_be_used_by_everyone",
        "rule K04 is not told at /people",
        {CODE: ('row_cell("people", index,', 'row_cell("people", 9,')},
    ),
    "two sections of one name": Breach(
        "test_the_page_can_be_used_by_everyone",
        "heading “Quán triệt” stands 2 times",
        {CODE: ('"told", "people")),)', '"told")), Section("Quán triệt", ("people",)))')},
        also=frozenset({"test_forms_hold_in_the_campaign"}),
    ),
    "a duty that is done of itself": Breach(
        "test_duties_are_judged_by_what_was_reported",
        "duty O1 is done where nothing was reported",
        {YEAR: (DUTIES, _duty("return DutyState.DONE"))},
    ),
    "a duty that hangs on the order of facts": Breach(
        "test_duties_are_judged_by_what_was_reported",
        "by the same facts, told in another order",
        {
            YEAR: (
                DUTIES,
                _duty('return DutyState.DONE if [*facts][:1] == ["staff"] else DutyState.NO_EVIDENCE'),
            )
        },
    ),
    "a duty that cannot do without": Breach(
        "test_duties_are_judged_by_what_was_reported",
        "duty O1: its evidence raises KeyError ('staff')",
        {YEAR: (DUTIES, _duty('return DutyState.DONE if facts["staff"] else DutyState.NO_EVIDENCE'))},
        also=frozenset({"test_the_host_takes_it"}),
    ),
    "a frozen form": Breach(
        "test_frozen_forms_stay_as_they_are",
        "form K is no longer what was frozen",
        files={"schema.lock": '[K]\nversion = 1\ndigest = "0"\n["TINY-2030 K"]\nversion = 1\ndigest = "0"\n'},
    ),
    "a frozen year": Breach(
        "test_frozen_forms_stay_as_they_are",
        "each operator then runs: thidua campaign adopt TINY-2030",
        files={"schema.lock": '[TINY-2030]\nversion = 1\ndigest = "0"\n'},
    ),
    "an old report": Breach(
        "test_reports_of_earlier_forms_stay_readable",
        "can no longer be read",
        {
            CODE: ("version=1", "version=2"),
            **{
                f"golden/{name}.json": ('_version": 1', '_version": 2')
                for name in ("valid-quarter", "valid-half-year", "broken-k02-more-than-staff", "broken-k04-twice")
            },
        },
        files={"golden/valid-old.json": report(staff="nhiều")},
    ),
    "stock added to flow": Breach(
        "test_indicators_add_what_may_be_added",
        "fold in different ways",
        {YEAR: ('field="briefed"),)', 'field="briefed"), FieldSource(form="K", field="sessions"))')},
    ),
    "a ratio that is folded": Breach(
        "test_indicators_add_what_may_be_added", "a ratio is divided", {YEAR: ("aggregation=NONE", "aggregation=FLOW")}
    ),
    "an example": Breach(
        "test_forms_hold_in_the_campaign",
        "/fields/sessions: -3 comes back",
        {YEAR: ('"briefed": 0}', '"briefed": 0, "sessions": -3}')},
    ),
}
