"""Who became whom is drawn and told; figures by unit have one total, with the units of then and of now."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from thidua.adapters.files import read_directory
from thidua.application.periods.directory import import_directory
from thidua.application.status.unit_readings import UnitReading
from thidua.application.status.unit_readings import figures_by_unit
from thidua.web.succession_drawing import draw_succession

SHIPPED = read_directory(Path(__file__).parents[2] / "config" / "units")
[STEP] = SHIPPED.successions
#: Communes that Hữu Lũng went into.
EIGHT = len(STEP.links_of("LS-186-VHTT"))


@pytest.fixture
def told(site: Any) -> Any:
    """A site with the succession of 2025 on record, and one report of Hữu Lũng."""
    import_directory(site.here.host, SHIPPED)
    site.file()
    site.here.drain()
    return site


def rows_of(page: Any) -> dict[str, list[str]]:
    [table] = page.html.one("main").all("table")
    return {
        row.all("th")[0].text: [cell.text for cell in row.all("td")]
        for row in table.all("tr")
        if row.all("td") and row.all("th")
    }


def by_unit(site: Any, indicator: str, **query: str) -> dict[str, list[str]]:
    asked = "&".join(f"{name}={value}" for name, value in {"indicator": indicator, **query}.items())
    page = site.visit("officer").get(f"/campaigns/{site.campaign}/by-unit?{asked}")
    assert page.status == 200, page.html.text
    return rows_of(page)


def test_a_flow_is_divided_among_the_communes_and_keeps_its_total(told: Any) -> None:
    then = by_unit(told, "N10.district")
    now = by_unit(told, "N10.district", units="now", on="2025-07-01")
    assert then == {"Phòng VH&TT huyện Hữu Lũng": ["–", "26", "–", "26"], "Toàn tỉnh": ["–", "26", "–", "26"]}
    assert now.pop("Toàn tỉnh") == then["Toàn tỉnh"]
    assert len(now) == EIGHT
    assert sum(int(cells[1]) for cells in now.values()) == 26
    assert all(name.startswith("Phòng VH-XH xã") for name in now)


def test_a_share_is_never_divided_and_its_total_is_the_same(told: Any) -> None:
    then = by_unit(told, "N07")
    now = by_unit(told, "N07", units="now", on="2025-07-01")
    [(name, cells)] = [(name, cells) for name, cells in now.items() if name != "Toàn tỉnh"]
    assert name == "Phòng VH&TT huyện Hữu Lũng không tách được cho các đơn vị kế thừa"
    assert cells == then["Phòng VH&TT huyện Hữu Lũng"]
    assert now["Toàn tỉnh"] == then["Toàn tỉnh"]


def test_before_the_day_both_readings_are_one(told: Any) -> None:
    assert by_unit(told, "N10.district", units="now") == by_unit(told, "N10.district", units="then")
    assert by_unit(told, "N10.district", units="now", on="2025-06-30") == by_unit(told, "N10.district")


def test_every_indicator_has_one_total_in_both_readings_and_it_is_the_status_documents(told: Any) -> None:
    host, office = told.here.host, told.here.actors["officer"]
    first = figures_by_unit(host, office, told.campaign)
    assert len(first.indicators) > 10
    for key in first.indicators:
        then, now = (
            figures_by_unit(host, office, told.campaign, indicator=key, reading=reading, on=STEP.effective_on)
            for reading in UnitReading
        )
        assert then.total == now.total, key
        if then.is_added:
            assert then.total[:2] == (then.indicator["official"], then.indicator["provisional"]), key


@pytest.mark.parametrize("query", ["units=later", "on=1/7/2025", "on=2025-13-01", "on=9999-99-99"])
def test_what_cannot_be_read_is_refused(told: Any, query: str) -> None:
    assert told.visit("officer").get(f"/campaigns/{told.campaign}/by-unit?{query}").status == 400


def test_other_places_are_not_there(told: Any) -> None:
    officer = told.visit("officer")
    assert officer.get("/campaigns/X/by-unit").status == 404
    assert officer.get(f"/campaigns/{told.campaign}/by-unit?indicator=X").status == 404
    assert officer.get("/units/X/history").status == 404
    assert told.visit("observer").get(f"/campaigns/{told.campaign}/by-unit").status == 403
    assert told.visit("reporter").get("/units/lineage").status == 403


def test_the_picture_has_every_unit_and_every_line_and_the_table_says_the_same(told: Any) -> None:
    main = told.visit("officer").get("/units/lineage").html.one("main")
    assert (len(main.all("path")), len(main.all("text"))) == (69, 76)
    assert "11 đơn vị trước ngày 1/7/2025" in main.one("title").text
    told_links = [item.one("a").text for item in main.one("table").all("li")]
    assert len(told_links) == 69
    assert main.text.count("cùng đơn vị khác") == 8
    assert "chưa đến ngày có hiệu lực" in main.text
    assert "Cần đối chiếu lại với văn bản: ai thành ai, tỷ trọng." in main.text


def test_no_name_in_the_picture_lies_over_another() -> None:
    names = {code: (code, code) for code in (*STEP.predecessors, *STEP.successors)}
    drawing = draw_succession(STEP, names)
    for is_before in (True, False):
        heights = sorted(float(node.y) for node in drawing.nodes if node.is_before is is_before)
        assert all(lower - upper > 21 for upper, lower in pairwise(heights))
        assert heights[-1] < float(drawing.height)
    assert all(re.fullmatch(r"M[\d. ]+C[\d. ]+", thread.path) for thread in drawing.threads)


def test_a_units_history_tells_its_names_and_steps(told: Any) -> None:
    text = told.visit("leader").get("/units/LS-06316-VHXH/history").html.one("main").text
    assert "Phòng Văn hóa - Xã hội xã Tân Đoàn" in text
    assert re.search("Nhận từ *Phòng VH&TT huyện Cao Lộc *Phòng VH&TT huyện Văn Quan", text)
    main = told.visit("leader").get("/units/STTTT-BCVT/history").html.one("main")
    assert main.one("h1").text.startswith("Phòng Bưu chính - Viễn thông"), "as it is called today"
    renamed = main.text
    assert "Phòng Bưu chính - Viễn thông" in renamed
    assert "Chưa ghi lần nào." in renamed


def test_programs_read_the_same(told: Any) -> None:
    client = told.visit("officer").client
    answer = client.get(f"/api/v1/campaigns/{told.campaign}/by-unit?indicator=N10.district&units=now&on=2025-07-01")
    assert (answer.json["units"], answer.json["on"], answer.json["total"]["provisional"]) == ("now", "2025-07-01", 26)
    assert [row["provisional"] for row in answer.json["rows"]] == [4, 4, 2, 4, 3, 3, 3, 3]
    share = client.get(f"/api/v1/campaigns/{told.campaign}/by-unit?indicator=N07&units=now&on=2025-07-01").json
    assert [(row["unit"], row["not_divided"]) for row in share["rows"]] == [("LS-186-VHTT", "not_divisible")]
    assert client.get(f"/api/v1/campaigns/{told.campaign}/by-unit?units=later").status_code == 400
    history = client.get("/api/v1/units/LS-186-VHTT/history").json
    assert len(history["successions"][0]["went_to"]) == EIGHT
    assert client.get("/api/v1/units/X/history").status_code == 404
