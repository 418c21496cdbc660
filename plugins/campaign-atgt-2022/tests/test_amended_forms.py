"""The forms as this year amends them."""

from __future__ import annotations

import pytest

from thidua.bootstrap import installed_plugins
from thidua.forms.compose import ComposedForm

HOST = installed_plugins()


def form(code: str) -> ComposedForm:
    return HOST.whole_form("ATGT-2022", code)


def test_new_rows_stand_behind_what_they_belong_to() -> None:
    assert "posters" not in form("A").by_name
    (visual,) = (section for section in form("A").sections if section.title == "Tuyên truyền trực quan")
    assert visual.fields == ("banners", "screen_slogans", "leaflets")
    order = list(form("D").by_name)
    assert order[order.index("transport_infection_chains") - 1] == "border_congestion_definition"
    assert form("A").by_name["banners"].label == "Băng rôn, khẩu hiệu treo"


def test_the_forms_of_the_year_before_are_what_they_were() -> None:
    earlier = HOST.campaigns.get("ATGT-2021")
    if earlier is None:
        pytest.skip("the earlier campaign is not installed")
    before = HOST.whole_form(earlier.code, "A")
    assert "posters" in before.by_name
    assert "pandemic_items" not in before.by_name
    assert before.digest != form("A").digest
