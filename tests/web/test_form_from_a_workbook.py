"""A form described in a workbook is filed on the web like any other, and its rules judge it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scaffolded import a_checkout
from scaffolded import installed
from workbooks import COMMUNE_CHOICES
from workbooks import COMMUNE_SETTINGS
from workbooks import COMMUNE_SURVEY
from workbooks import an_xlsform

from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.bootstrap import installed_plugins
from thidua.cli.scaffolding import new
from thidua.domain.accounts import Role
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion

CODE = "commune_of_workbook"
UNIT = "XA-1"
#: A campaign of one period around the form, in the days of the site.
CAMPAIGN = f"""
from datetime import date, time
from thidua_sdk import Campaign, DeadlineRule, FormUse, Period, Plan, Topic, Window
from thidua_unit_{CODE} import plugin as unit_type

_LAST = date(2021, 9, 14)
plugin = Campaign(
    code="THU",
    year=2021,
    title="Đợt thử",
    theme="Thử biểu mới",
    plan=Plan(
        symbol="/KH-THU",
        title="Kế hoạch thử",
        issuer="Sở",
        place="",
        issued_on=None,
        issued_from=date(2021, 2, 1),
        parent_plan="",
        parent_issued_on=None,
        signer_role="director",
        source="Đợt thử",
    ),
    valid_from=None,
    valid_to=date(2021, 12, 31),
    time_zone="Asia/Ho_Chi_Minh",
    legal_bases=(),
    topics=(Topic(code="topic", label="Chủ đề thử", source="Đợt thử"),),
    purposes=(),
    targets=(),
    duties=(),
    indicators=(),
    statistics=(),
    baselines=(),
    periods=(
        Period(
            code="THU-1",
            name="Kỳ thử",
            tags=frozenset({{"year"}}),
            cutoff_on=_LAST,
            forms=tuple(
                FormUse(
                    form=form.code,
                    unit_types=(unit_type.code,),
                    deadline=DeadlineRule(working_days=5, at=time(17), source="Đợt thử"),
                )
                for form in unit_type.forms
            ),
            source="Đợt thử",
            activity=Window(date(2021, 6, 15), _LAST),
        ),
    ),
    award_forms=(),
    rules_version="1",
    source="Đợt thử",
)
"""
FORM = f"/campaigns/THU/periods/THU-1/units/{UNIT}/form"
SOUND = {
    "/fields/co_ke_hoach": "co",
    "/fields/so_ke_hoach": "12/KH-UBND",
    "/fields/ngay": "2/3/2021",
    "/fields/can_bo": "12",
    "/fields/hop_dong": "3",
    "/fields/tong": "15",
    "/fields/quan_triet": "15",
    "/fields/kenh_loa": "yes",
    "/fields/kenh_mxh": "no",
    "/fields/kinh_phi": "12,5",
    "/prepared_by/full_name": "Hoàng Thị Mẫu",
    "/prepared_by/position": "Công chức",
}


@pytest.fixture
def commune(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site_with: Callable[..., Any]) -> Any:
    """A site whose commune files the form of the workbook."""
    plugins = a_checkout(tmp_path)
    book = an_xlsform(tmp_path / "xa.xlsx", COMMUNE_SURVEY, COMMUNE_CHOICES, COMMUNE_SETTINGS)
    words = ["unit-type", CODE, "--label", "Xã", "--form", "XA", "--xlsform", str(book), "--into", str(plugins)]
    assert CliRunner().invoke(new, words).exit_code == 0
    plugin = plugins / "unit-commune-of-workbook"
    site = installed(plugin, tmp_path / "site")
    (site / "thidua_campaign_thu.py").write_text(CAMPAIGN)
    information = site / "thidua_campaign_thu-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: thidua-campaign-thu\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[thidua.campaigns]\nTHU = thidua_campaign_thu:plugin\n")
    monkeypatch.syspath_prepend(site)
    catalogue = installed_plugins()
    assert catalogue.quarantined == ()
    found = site_with(periods=(), catalogue=catalogue)
    version = UnitVersion(
        name="Ủy ban nhân dân xã Thử",
        short_name="Xã Thử",
        type=CODE,
        parent="Tỉnh",
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )
    import_units(found.here.host, [Unit(code=UNIT, order=900, versions=(version,))])
    open_campaign(found.here.host, "THU")
    open_period(found.here.host, "THU", "THU-1")
    found.here.add_account("commune", (Role.UNIT_REPORTER, UNIT), password=found.password)
    found.here.drain()
    return found


def test_a_report_on_it_is_judged_by_its_rules_and_filed(commune: Any) -> None:
    visitor = commune.visit("commune")
    page = visitor.get(FORM)
    for text in (
        "Biểu xã – An toàn giao thông",
        "Kênh tuyên truyền – Mạng xã hội",
        "Các buổi tuyên truyền",
        "Kiến nghị",
    ):
        assert text in page.html.text
    typed = page.typed()
    wrong = {"/fields/tong": "16", "/fields/quan_triet": "17", "/fields/so_ke_hoach": "", "/fields/kenh_mxh": "yes"}
    refused = visitor.post(FORM, {**typed, **SOUND, **wrong, "action": "file"})
    assert refused.status == 422
    said = refused.html.one("div", id="ket-qua").text
    assert "Không thể nhiều hơn tổng số." in said
    assert "phải bằng tổng: Số cán bộ (người) + Số lao động hợp đồng (người)" in said
    assert "Phải ghi ô này khi “Đã ban hành kế hoạch?” là “Có”." in said
    assert "Phải ghi ô này khi đã chọn “Kênh tuyên truyền – Mạng xã hội”." in said
    # What was typed is kept as a draft meanwhile.
    filed = visitor.post(FORM, {**visitor.get(FORM).typed(), **SOUND, "action": "file"})
    assert filed.status == 303, filed.html.text
    assert commune.here.drain() > 0
    receipt = visitor.get(filed.location)
    assert receipt.status == 200
