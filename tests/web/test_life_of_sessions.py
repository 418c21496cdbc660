"""How long a session goes on, what it writes down, and what outlives it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from second_factor_pages import stored


def test_a_known_machine_stays_known_after_signing_out(site: Any) -> None:
    visitor = site.visit("reporter")
    kept = visitor.client.get_cookie("thidua-device")
    assert kept
    visitor.post("/sign-out", {})
    assert visitor.client.get_cookie("thidua-device").value == kept.value
    for _ in range(6):
        last = site.stranger().sign_in("reporter", "sai")
    assert last.status == 429
    assert visitor.sign_in("reporter").status == 303
    assert visitor.client.get_cookie("thidua-device").value == kept.value


def test_a_session_left_alone_ends_and_one_in_use_goes_on_until_the_day_is_over(site: Any) -> None:
    visitor = site.visit("reporter")
    begun = site.here.clock.instant
    while site.here.clock.instant < begun + timedelta(hours=11, minutes=30):
        site.here.clock.instant += timedelta(minutes=29)
        assert visitor.get("/reports/due").status == 200
    site.here.clock.instant = begun + timedelta(hours=12)
    assert visitor.get("/reports/due").location.startswith("/sign-in")
    other = site.visit("reporter")
    site.here.clock.instant += timedelta(minutes=30)
    assert other.get("/reports/due").location.startswith("/sign-in")


def test_what_a_page_asks_by_itself_keeps_no_session_alive(site: Any) -> None:
    visitor = site.visit("officer")
    for _ in range(3):
        site.here.clock.instant += timedelta(minutes=9)
        assert visitor.get(site.fragment).status == 200
    site.here.clock.instant += timedelta(minutes=3)
    assert visitor.get(site.fragment).status == 401


def test_it_is_written_down_once_a_minute_that_somebody_is_there(site: Any) -> None:
    visitor = site.visit("reporter")
    seen = "SELECT last_seen_at FROM session"
    first = stored(site, seen)
    site.here.clock.instant += timedelta(seconds=59)
    visitor.get("/reports/due")
    assert stored(site, seen) == first
    site.here.clock.instant += timedelta(seconds=2)
    visitor.get("/reports/due")
    assert stored(site, seen) != first
