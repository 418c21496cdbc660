"""Two years side by side, as people and programs read them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from filed_years import NOW
from filed_years import file_all
from filed_years import two_years
from next_year import CODE
from next_year import next_year
from next_year import serving

from thidua.application.people.bearer_tokens import issue_token
from thidua.settings import load
from thidua.web.app import create_app
from thidua.web.formats import number
from thidua.web.formats import percent
from thidua_sdk import Continued
from thidua_sdk import Continuity
from thidua_testkit.installation import CONFIG_DIR
from thidua_testkit.installation import beside

RENAMED = Continued(
    continuity=Continuity.RENAMED, now=("N23",), before=("N23",), source="Kế hoạch", reason="Đổi tên cho rõ."
)
PAGE = f"/campaigns/{CODE}/two-years?period=2022-Q1"
API = f"/api/v1/campaigns/{CODE}/comparison?period=2022-Q1"


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both years filed but for one report."""
    path = Path(shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("years") / "thidua.db"))
    here = two_years(f"sqlite:///{path}", next_year(RENAMED))
    file_all(here, "ATGT-2021", leave_out=frozenset({"STTTT-TTBCXB"}))
    file_all(here, CODE)
    here.host.work.close()  # type: ignore[attr-defined]  # the adapter's own
    return path


@pytest.fixture
def years(site: Any, database: Path, tmp_path: Path) -> Any:
    """A site on a copy of it."""
    url = f"sqlite:///{shutil.copyfile(database, tmp_path / 'years.db')}"
    here = beside(url, at=NOW, catalogue=serving(next_year(RENAMED)))
    settings = load({"THIDUA_DATA": str(tmp_path), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
    return type(site)(here, create_app(here.host, settings))


def answered(years: Any, path: str = API, who: str = "officer") -> Any:
    token = issue_token(years.here.host, name=who, label="thử")
    return years.app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})


def test_page_and_program_read_the_same(years: Any) -> None:
    told = answered(years).json
    page = years.visit("officer").get(PAGE).html
    compared = [row for row in told["rows"] if not row["refusal"]]
    refused = [row for row in told["rows"] if row["refusal"]]
    assert (told["with"], told["with_period"]) == ("ATGT-2021", "2021-Q1")
    assert len(compared) > 20
    assert len(refused) > 20
    for row in compared:
        shown = page.one("tr", data_cell="row-" + "-".join(row["keys"]))
        links = [link.text for link in shown.all("a", class_="opens")]
        written = percent if row["is_ratio"] else number
        assert links == [written(row["with_value"]), written(row["value"])]
    for row in refused:
        shown = page.one("li", data_cell="row-" + "-".join(row["keys"] or row["with_keys"]))
        assert row["label"] in shown.text
        assert [row[name] for name in ("value", "with_value", "change", "change_percent")] == [None] * 4
    sentences = [each.text for each in page.all("summary")]
    assert all(any(sentence.startswith(row["refusal"]) for sentence in sentences) for row in refused)
    assert page.one("h2", id="so-duoc").text == f"So được: {len(compared)}"
    assert page.one("h2", id="khong-so").text == f"Không so: {len(refused)}"


def test_every_figure_opens_to_its_inputs(years: Any) -> None:
    told = answered(years).json
    row = next(each for each in told["rows"] if each["keys"] == ["N21.district"])
    assert row["with_inputs"] == [
        "/api/v1/campaigns/ATGT-2021/status/inputs?period=2021-Q1&indicator=N21.district&reading=official&span=period"
    ]
    for name, value in (("inputs", "value"), ("with_inputs", "with_value")):
        assert answered(years, row[name][0]).json["documented"] == row[value]
    visitor = years.visit("officer")
    shown = visitor.get(PAGE).html.one("tr", data_cell="row-N21.district")
    for link in shown.all("a", class_="opens"):
        opened = visitor.get(link.attributes["href"])
        assert opened.status == 200
        assert link.text in opened.html.text
    # What is refused opens on either side, too.
    refused = visitor.get(PAGE).html.one("li", data_cell="row-N15.province")
    assert {visitor.get(link.attributes["href"]).status for link in refused.all("a")} == {200}


def test_a_missing_report_of_the_year_before_is_said(years: Any) -> None:
    row = next(each for each in answered(years).json["rows"] if each["keys"] == ["N15.province"])
    assert row["refusal"] == "Số năm trước chưa đủ: Quý I năm 2021 mới tiếp nhận 0/1 báo cáo."


def test_bars_are_said_in_words(years: Any) -> None:
    page = years.visit("officer").get(PAGE).html
    drawn = page.one("tr", data_cell="row-N21.district").one("svg")
    words = page.one("tr", data_cell="row-N21.district").all("a", class_="opens")
    assert drawn.attributes["role"] == "img"
    assert drawn.attributes["aria-label"] == f"Năm trước {words[0].text}, năm nay {words[1].text}"


@pytest.mark.parametrize(("who", "readings"), [("officer", 4), ("leader", 4), ("observer", 2)])
def test_readers_see_the_readings_they_may(years: Any, who: str, readings: int) -> None:
    visitor = years.visit(who)
    page = visitor.get(PAGE)
    assert page.status == 200
    assert len(page.html.one("ul", class_="tabs").all("a")) == readings
    assert visitor.get(f"{PAGE}&reading=provisional").status == (200 if readings == 4 else 404)
    assert visitor.get(f"{PAGE}&span=cumulative").status == 200


def test_others_see_none(years: Any) -> None:
    assert years.visit("reporter").get(PAGE).status == 403
    assert answered(years, who="reporter").status_code == 403
    assert answered(years, f"/api/v1/campaigns/{CODE}/comparison?period=2022-Q9").status_code == 404


@pytest.mark.parametrize("query", ["reading=moon", "span=year", "at=2021"])
def test_words_that_are_not_known_are_refused(years: Any, query: str) -> None:
    assert answered(years, f"{API}&{query}").status_code == 400


def test_the_status_leads_there_where_there_is_a_year_to_compare_with(years: Any) -> None:
    visitor = years.visit("officer")
    links = {link.attributes["href"] for link in visitor.get(f"/campaigns/{CODE}/status?period=2022-Q1").html.all("a")}
    assert PAGE in links
    earlier = visitor.get("/campaigns/ATGT-2021/status?period=2021-Q1").html
    assert not any("two-years" in link.attributes.get("href", "") for link in earlier.all("a"))
    none = visitor.get("/campaigns/ATGT-2021/two-years?period=2021-Q1").html
    assert "Đợt thi đua này không so với năm nào trước đó." in none.text
