"""A report set beside another shows rows of both: whoever reads them has seen both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from watched import CHI_LANG
from watched import HUU_LUNG
from watched import a_watched_installation
from watched import entries
from watched import file_with

from thidua.application.review.likenesses import likenesses_of_draft
from thidua.application.review.likenesses import likenesses_of_report
from thidua.domain.audit import Act
from thidua_testkit.installation import Installation

#: Long enough for a text that is compared.
TELLING = "Nguyễn Văn Giấu Tên điều khiển xe mô tô sau khi uống rượu tại ngã ba thị trấn trong tối mùng một"


@pytest.fixture
def here(database_url: str) -> Installation:
    return a_watched_installation(database_url)


def noted(here: Installation) -> list[tuple[str, object]]:
    return [(row.entry.key, row.entry.detail["revisions"]) for row in entries(here, Act.READ_PEOPLE)]


def test_both_reports_are_noted_where_rows_of_both_are_shown(here: Installation) -> None:
    other = file_with(here, TELLING, unit_code=CHI_LANG)
    here.clock.instant += timedelta(minutes=5)
    report = file_with(here, TELLING, unit_code=HUU_LUNG)
    found = likenesses_of_report(here.host, here.office(), report)
    shown = {text.cell.split("/")[1] for each in found.neighbours for text in each.texts}
    assert "violations" in shown
    assert sorted(noted(here)) == sorted([(str(other), [0]), (str(report), [0])])


def test_what_was_filed_is_noted_where_a_unit_looks_at_it_beside_its_own(here: Installation) -> None:
    file_with(here, TELLING, unit_code=CHI_LANG)
    report = file_with(here, TELLING, unit_code=HUU_LUNG)
    where = {"campaign_code": "ATGT-2021", "period_code": "2021-Q1", "unit_code": HUU_LUNG}
    found = likenesses_of_draft(here.host, here.reporter(HUU_LUNG), **where)
    assert found.neighbours, "that there is one, and nothing of it"
    assert not found.neighbours[0].texts
    assert noted(here) == [], f"nothing of {report} is shown either"
