"""The days two years count, and the difference of two figures."""

from __future__ import annotations

from datetime import date

import pytest

from thidua.domain.two_years import Change
from thidua.domain.two_years import change_of
from thidua.domain.two_years import earlier_words
from thidua.domain.two_years import is_years_later
from thidua.domain.two_years import windows_differ
from thidua.web.charts import YearsDrawing
from thidua.web.charts import draw_years
from thidua.web.formats import points
from thidua_sdk import Window


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (28, 34, Change(-6, "-17.6")),
        (34, 28, Change(6, "21.4")),
        (5, 5, Change(0, "0.0")),
        (5, 0, Change(5, None)),
        (0, 0, Change(0, None)),
        (0, 3, Change(-3, "-100.0")),
        ("97.5", "90.0", Change("7.5", None)),
        ("90.0", "97.6", Change("-7.6", None)),
        ("90.0", "90.0", Change("0.0", None)),
    ],
)
def test_differences(now: int | str, before: int | str, change: Change) -> None:
    assert change_of(now, before) == change


@pytest.mark.parametrize(
    ("later", "earlier", "years", "are"),
    [
        (date(2022, 3, 14), date(2021, 3, 14), 1, True),
        (date(2022, 3, 15), date(2021, 3, 14), 1, False),
        (date(2022, 3, 14), date(2020, 3, 14), 1, False),
        (date(2022, 3, 14), date(2020, 3, 14), 2, True),
        (date(2024, 2, 29), date(2023, 2, 28), 1, True),
        (date(2025, 2, 28), date(2024, 2, 29), 1, True),
        (date(2024, 2, 28), date(2023, 2, 28), 1, True),
        (date(2024, 2, 29), date(2023, 3, 1), 1, False),
        (date(2024, 1, 31), date(2023, 1, 30), 1, False),
    ],
)
def test_days_of_two_years(later: date, earlier: date, years: int, *, are: bool) -> None:
    assert is_years_later(later, earlier, years) is are


def test_windows() -> None:
    now, before = Window(date(2022, 1, 6), date(2022, 3, 14)), Window(date(2021, 2, 1), date(2021, 3, 14))
    assert windows_differ(now, Window(date(2021, 1, 6), date(2021, 3, 14)), 1) == ""
    assert windows_differ(now, before, 1) == (
        "Hai năm tính những ngày khác nhau: năm nay từ 6/1/2022 đến 14/3/2022, năm trước từ 1/2/2021 đến 14/3/2021."
    )
    assert windows_differ(None, before, 1) == "Một trong hai năm không định rõ những ngày được tính."


def test_bars_of_two_years_are_on_one_scale() -> None:
    assert draw_years(17, 34) == YearsDrawing("100.00%", "50.00%")
    assert draw_years("100.0", "50.0") == YearsDrawing("50.00%", "100.00%")
    assert draw_years(0, 0) is None


@pytest.mark.parametrize(
    ("difference", "said"), [("2.5", "+2,5 điểm %"), ("-2.5", "−2,5 điểm %"), ("0.0", "0,0 điểm %")]
)
def test_points_are_said(difference: str, said: str) -> None:
    assert points(difference) == said


def test_the_year_before_is_called_so_and_another_by_its_number() -> None:
    assert (earlier_words(2022, 2021), earlier_words(2026, 2022)) == ("năm trước", "năm 2022")
    now, then = Window(date(2026, 1, 6), date(2026, 3, 14)), Window(date(2022, 1, 6), date(2022, 3, 14))
    assert windows_differ(now, then, 4) == ""
    assert windows_differ(Window(date(2026, 1, 7), now.last_on), then, 4) == (
        "Hai năm tính những ngày khác nhau: năm nay từ 7/1/2026 đến 14/3/2026, năm 2022 từ 6/1/2022 đến 14/3/2022."
    )
