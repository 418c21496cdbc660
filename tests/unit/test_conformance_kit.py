"""Each law of the conformance kit is broken by a small plugin, and told so that its author can mend it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest

from thidua_testkit import schema_lock
from thidua_testkit.conformance.words import Text
from thidua_testkit.conformance.words import faults_of_texts

pytest_plugins = ["pytester"]

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
    people = Records("Người vi phạm", of=Person, personal=True, source="Biểu K")
    sections = (Section("Quán triệt", ("staff", "briefed", "sessions", "people")),)
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


RULES_BEGIN = "    rules = (\n"
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


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Iterator[Path]:
    # The plugin's code is imported anew for each test.
    before = list(sys.path)
    yield pytester.path
    sys.path[:] = before
    for name in [name for name in sys.modules if name.partition(".")[0] == "thidua_tiny"]:
        del sys.modules[name]


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(pytester: pytest.Pytester) -> tuple[set[str], str]:
    """Run the laws, and return those that fail with all that is said."""
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "tests")
    calls = [each for each in result.reprec.getreports("pytest_runtest_logreport") if each.failed]
    return {each.nodeid.partition("::")[2].partition("::")[2].partition("[")[0] for each in calls}, result.stdout.str()


def test_a_sound_plugin_keeps_every_law_and_no_law_is_left_out(pytester: pytest.Pytester, folder: Path) -> None:
    write(folder, SOUND)
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:cacheprovider", "-q", "tests")
    outcomes = result.parseoutcomes()
    laws = {
        each.nodeid.partition("::")[2].partition("::")[2].partition("[")[0]
        for each in result.reprec.getreports("pytest_runtest_logreport")
    }
    assert set(outcomes) == {"passed"}
    assert laws == {breach.law for breach in BREACHES.values()}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES)
def test_a_broken_law_is_told_by_its_own_test(pytester: pytest.Pytester, folder: Path, breach: Breach) -> None:
    files = {**SOUND, **breach.files}
    for name, (old, new) in breach.edits.items():
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    write(folder, files)

    failed, said = run(pytester)

    assert failed - breach.also == {breach.law}
    assert breach.said in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("golden/valid-odd.json", "{", "valid-odd.json: no JSON"),
        ("golden/odd.json", report(), "name it valid-<what>.json or broken-<rule>-<what>.json"),
        ("golden/valid-odd.json", report().replace('"K"', '"Z"'), "form_code is 'Z'; the plugin's forms are K"),
        ("golden/cases.toml", "[reports.valid-none]\n", "speaks of a file that is not there"),
        ("golden/cases.toml", 'colour = "red"\n', "'colour' is not known here"),
        ("pyproject.toml", PROJECT.replace("tiny:plugin", "tiny:nothing"), "which cannot be loaded"),
    ],
)
def test_a_folder_that_cannot_be_read_is_told(
    pytester: pytest.Pytester, folder: Path, name: str, text: str, said: str
) -> None:
    write(folder, {**SOUND, name: text})

    assert said in run(pytester)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "empty"),
        ("Sô\u0301 người", "is not composed Unicode"),
        ("Số người ", "has blanks around it"),
        ("Số  người", "two blanks in a row"),
        ("Số\xa0người", "a hard blank"),
        ("Số người .", "a blank before a mark"),
        ("Total số người", "English words (total)"),
    ],
)
def test_a_text_that_is_no_clean_vietnamese_is_told(text: str, said: str) -> None:
    (fault,) = faults_of_texts([Text("here", text)])
    assert fault.startswith("here: ")
    assert said in fault


def test_sentences_begin_and_end_as_such() -> None:
    assert faults_of_texts([Text("here", "Đã quán triệt.", is_sentence=True)]) == []
    assert len(faults_of_texts([Text("here", "đã quán triệt", is_sentence=True)])) == 2


def test_a_lock_is_written_and_an_amended_version_keeps_the_one_before(pytester: pytest.Pytester, folder: Path) -> None:
    write(folder, SOUND)
    assert schema_lock.main([str(folder)]) == 0
    first = (folder / "schema.lock").read_text(encoding="utf-8")
    assert run(pytester)[0] == set()

    (folder / "schema.lock").write_text(first.replace("version = 1", "version = 0"), encoding="utf-8")
    assert schema_lock.main([str(folder)]) == 0
    assert '[["K".earlier]]\nversion = 0' in (folder / "schema.lock").read_text(encoding="utf-8")


def test_a_folder_without_a_plugin_has_nothing_to_freeze(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schema_lock.main([str(tmp_path)]) == 1
    assert "No pyproject.toml above" in capsys.readouterr().err
