"""Numbers, dates and spans in Vietnamese; positions of what is drawn; files under hashed names."""

from __future__ import annotations

import gzip
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.forms.readers import read_count
from thidua.forms.readers import read_day
from thidua.forms.readers import read_moment
from thidua.forms.readers import read_quantity
from thidua.web import formats
from thidua.web.charts import draw_projection
from thidua.web.charts import draw_target
from thidua.web.charts import filing_segments
from thidua.web.charts import share

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2021, 9, 16, 9, 59, 59, tzinfo=UTC)
STATIC = Path(formats.__file__).parent / "static"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234, "1.234"),
        (9_999_999, "9.999.999"),
        (-6, "−6"),
        (Decimal("12.50"), "12,5"),
        ("1234.5", "1.234,5"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_numbers(value: Any, text: str) -> None:
    assert formats.number(value) == text


def test_percentages_and_changes() -> None:
    assert formats.percent("97.5") == "97,5%"
    assert formats.percent("100") == "100,0%"
    assert formats.percent(None) == "–"
    assert formats.signed(3) == "+3"
    assert formats.signed(-1234) == "−1.234"
    assert formats.change(-6, "-17.6") == "−6 (−17,6%)"
    assert formats.change(2, "15.4") == "+2 (+15,4%)"
    assert formats.change(0, "0.0") == "0 (0,0%)"
    assert formats.change(3, None) == "+3"
    assert formats.change(None, None) == "–"


def test_dates_and_moments_in_the_zone() -> None:
    assert formats.day(date(2021, 9, 7)) == "7/9/2021"
    assert formats.day(None) == "–"
    assert formats.moment(AT, HANOI) == "16:59 ngày 16/9/2021"
    assert formats.moment(None, HANOI) == "–"
    assert formats.moment_exact(AT, HANOI) == "16/09/2021 16:59:59"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=59), "dưới 1 phút"),
        (timedelta(minutes=1), "1 phút"),
        (timedelta(hours=3), "3 giờ"),
        (timedelta(hours=3, minutes=5), "3 giờ 5 phút"),
        (timedelta(days=1, hours=3, minutes=59), "1 ngày 3 giờ"),
        (timedelta(days=2, minutes=5), "2 ngày"),
    ],
)
def test_spans_are_said_in_their_two_largest_parts(length: timedelta, text: str) -> None:
    assert formats.span(length) == text


def test_the_due_moment_itself_is_on_time() -> None:
    assert formats.punctuality(AT, AT) == "sớm dưới 1 phút"
    assert formats.punctuality(AT + timedelta(days=1, hours=3), AT) == "trễ 1 ngày 3 giờ"


@given(st.integers(min_value=0, max_value=9_999_999))
def test_a_count_reads_back_from_how_it_is_typed(value: int) -> None:
    assert read_count(formats.typed("count", value, HANOI)) == value


@given(st.decimals(min_value=0, max_value=9_999_999, places=2))
def test_a_quantity_reads_back_from_how_it_is_typed(value: Decimal) -> None:
    read = read_quantity(formats.typed("quantity", str(value), HANOI))
    assert read is not None
    assert Decimal(read) == value


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_reads_back_from_how_it_is_typed(value: date) -> None:
    assert read_day(formats.typed("day", value.isoformat(), HANOI)) == value.isoformat()


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  a zone is added
def test_a_moment_reads_back_from_how_it_is_typed(value: datetime) -> None:
    moment = value.replace(second=0, microsecond=0, tzinfo=UTC).astimezone(HANOI)
    read = read_moment(formats.typed("moment", moment.isoformat(), HANOI), zone=HANOI)
    assert read is not None
    assert datetime.fromisoformat(read) == moment


def a_filing(**counts: int) -> dict[str, Any]:
    states = dict.fromkeys(("on_time", "late", "overdue", "due_soon", "not_due", "exempt"), 0) | counts
    return {"roster": sum(states.values()), **states}


@given(st.lists(st.integers(min_value=0, max_value=400), min_size=6, max_size=6).filter(any))
def test_the_filing_bar_is_filled_without_gap_or_overlap(counts: list[int]) -> None:
    names = ("on_time", "late", "overdue", "due_soon", "not_due", "exempt")
    segments = filing_segments(a_filing(**dict(zip(names, counts, strict=True))))
    place = 0.0
    for segment in segments:
        assert abs(float(segment.start.removesuffix("%")) - place) < 0.05
        place += float(segment.width.removesuffix("%"))
    assert abs(place - 100) < 0.05
    assert sum(segment.count for segment in segments) == sum(counts)


def a_target(**changes: Any) -> dict[str, Any]:
    return {"baseline": 34, "actual": 28, "least_percent": 5, "most_percent": 10, **changes}


def test_a_target_is_drawn_with_its_band() -> None:
    drawing = draw_target(a_target())
    assert drawing is not None
    assert drawing.baseline_width == "100.00%"
    assert drawing.actual_width == "82.35%"
    assert (drawing.band_start, drawing.band_width) == ("90.00%", "5.00%")
    assert drawing.band_text == "mức giảm 5–10%"


def test_a_target_that_rose_sets_the_scale() -> None:
    drawing = draw_target(a_target(baseline=10, actual=40))
    assert drawing is not None
    assert (drawing.actual_width, drawing.baseline_width) == ("100.00%", "25.00%")
    assert drawing.baseline_text_at == "25.00%", "the words do not fit inside"


@pytest.mark.parametrize("missing", [{"baseline": None}, {"actual": None}, {"baseline": 0, "actual": 0}])
def test_what_is_not_known_is_not_drawn(missing: dict[str, Any]) -> None:
    assert draw_target(a_target(**missing)) is None


def test_a_target_without_a_number_has_no_band() -> None:
    drawing = draw_target(a_target(least_percent=None, most_percent=None))
    assert drawing is not None
    assert drawing.band_text == ""


def test_shares_are_rounded_half_up_and_never_made_of_nothing() -> None:
    assert share(13, 16) == "81,3%"
    assert share(1, 8) == "12,5%"
    assert share(1, 2000) == "0,1%"
    assert share(0, 0) == "–"


def test_own_files_have_hashed_names_and_may_be_kept_for_ever(site: Any) -> None:
    page = site.stranger().get("/sign-in").html
    href = page.one("link", rel="stylesheet").attributes["href"]
    client = site.stranger().client
    plain = client.get(href)
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.content_type == "text/css; charset=utf-8"
    assert plain.data == (STATIC / "thidua.css").read_bytes()
    packed = client.get(href, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Set-Cookie" not in plain.headers
    assert client.get("/static/thidua.css").status_code == 404
    assert client.get("/static/..%2fapp.py").status_code == 404


@pytest.mark.parametrize(("kind", "most_bytes"), [(".css", 5_500), (".js", 5_200)])
def test_our_own_files_stay_small(kind: str, most_bytes: int) -> None:
    files = [path for path in STATIC.iterdir() if path.suffix == kind]
    assert files
    for path in files:
        assert len(gzip.compress(path.read_bytes())) <= most_bytes, path.name
        # The one name that looks like an address: what drawings are made of.
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text, path.name
        assert "https:" not in text, path.name
        assert "@import" not in text
        assert "innerHTML =" not in text


def projected(**given: Any) -> dict[str, Any]:
    ahead = {"expected": 37, "low": 32, "high": 44, "most_allowed": None}
    return {"actual": 28, "projection": {**ahead, **given}}


def test_the_year_ahead_is_drawn_on_one_scale() -> None:
    drawn = draw_projection(projected(high=48, most_allowed=36))
    assert drawn is not None
    assert (drawn.seen_width, drawn.low_at, drawn.interval_width, drawn.expected_at, drawn.most_at) == (
        "56.00%",
        "64.00%",
        "32.00%",
        "74.00%",
        "72.00%",
    )


def test_a_line_far_beyond_the_interval_is_still_in_the_picture() -> None:
    drawn = draw_projection(projected(most_allowed=88))
    assert drawn is not None
    assert (drawn.most_at, drawn.low_at) == ("96.00%", "34.91%")


def test_nothing_ahead_is_not_drawn() -> None:
    assert draw_projection({"actual": 28, "projection": None}) is None
    assert draw_projection(projected(expected=0, low=0, high=0)) is None
