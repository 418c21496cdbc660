"""Browsers in words people know."""

from __future__ import annotations

import pytest

from thidua.web.browsers import browser_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome trên Windows"),
        (CHROME + " Edg/126.0.0.0", "Edge trên Windows"),
        (CHROME.replace("Chrome/", "coc_coc_browser/126 Chrome/"), "Cốc Cốc trên Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox trên Linux"),
        (IPHONE, "Safari trên iPhone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A15) Chrome/125.0 Mobile Safari/537.36", "Chrome trên Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "Safari trên máy Mac"),
        ("curl/8.5.0", "Không rõ trình duyệt"),
        ("", "Không rõ trình duyệt"),
        ("<script>alert(1)</script>", "Không rõ trình duyệt"),
    ],
)
def test_a_browser_is_told_by_what_it_calls_itself(agent: str, words: str) -> None:
    assert browser_words(agent) == words
