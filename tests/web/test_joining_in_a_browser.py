"""The link of a code in a real browser: the code stays in it, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest

PASSWORD = "núi non trùng điệp"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_leads_to_the_first_sign_in(site: Any, windows: Any, browser: Any, *, scripts: bool) -> None:
    admin = windows("admin", {"width": 360, "height": 800})
    page = admin.open("/accounts/invite")
    page.fill("#name", "ngoc.lan")
    page.fill("#full_name", "Nguyễn Ngọc Lan")
    page.click("main .button")
    code, link = page.locator(".shown-once").all_inner_texts()
    context = browser.new_context(locale="vi-VN", java_script_enabled=scripts)
    try:
        guest = context.new_page()
        asked: list[str] = []
        guest.on("request", lambda request: asked.append(request.url + str(request.headers)))
        guest.goto(link)
        if scripts:
            assert guest.input_value("#code") == code
            assert "#" not in guest.url
        else:
            guest.fill("#code", code)
        assert code not in str(asked)
        guest.fill("#password", PASSWORD)
        guest.fill("#again", PASSWORD)
        guest.click("main .button")
        assert "Tên đăng nhập của bạn là ngoc.lan" in guest.inner_text("main")
    finally:
        context.close()
    assert site.stranger().sign_in("ngoc.lan", PASSWORD).status == 303
