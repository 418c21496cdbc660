"""What holds for every page, whoever looks."""

from __future__ import annotations

from typing import Any

import pytest

from thidua.application.access.permissions import PUBLIC
from thidua.application.access.permissions import ROUTES

#: Each page with somebody who may see it. ``{report}`` is a filed report, ``returned`` the form of one sent back.
PAGES = [
    ("stranger", "/sign-in"),
    ("reporter", "/reports/due"),
    ("reporter", "form"),
    ("reporter", "returned"),
    ("reporter", "/reports/{report}"),
    ("reporter", "/reports/{report}/receipts/0"),
    ("reporter", "/reports"),
    ("officer", "status"),
    ("officer", "fragment"),
    ("observer", "status"),
    ("leader", "/reports/{report}"),
    ("officer", "/campaigns/ATGT-2021/periods/2021-9M/units/STTTT-VP/form"),
    ("officer", "/campaigns/ATGT-2021/two-years?period=2021-9M"),
    ("officer", "/reports?state=accepted"),
    ("officer", "/campaigns/ATGT-2021/periods/2021-9M/acceptance"),
    ("officer", "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/deadline"),
    ("reporter", "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/deadline"),
    ("officer", "/reports/{report}"),
    ("officer", "/reports/{report}/return"),
    ("officer", "/campaigns/ATGT-2021/by-unit"),
    ("leader", "/campaigns/ATGT-2021/by-unit?units=now&on=2025-07-01&indicator=N07"),
    ("officer", "/units/lineage"),
    ("admin", "/units/LS-186-VHTT/history"),
    ("officer", "/paper"),
    ("officer", "/campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT/paper"),
    ("officer", "/jobs"),
    ("admin", "/operator/jobs"),
    ("admin", "/operator/plugins"),
    ("admin", "/audit"),
    ("officer", "/audit?act=sign_in&since=2021-09-01"),
    ("officer", "/audit/seen"),
    ("admin", "/audit/seen?report=1"),
    ("stranger", "/join"),
    ("reporter", "/my-account"),
    ("reporter", "/my-account/password"),
    ("reporter", "/my-account/tokens"),
    ("head", "/waiting-roles"),
    ("admin", "/accounts"),
    ("admin", "/accounts/invite"),
    ("admin", "/accounts/1"),
    ("admin", "/accounts/1/hand-over"),
    ("admin", "/"),
    ("newcomer", "/"),
    ("reporter", "/second-factor"),
    ("reporter", "/second-factor/set-up"),
    ("reporter", "/second-factor/off"),
    ("reporter", "/second-factor/recovery-codes"),
    ("reporter", "/confirm?next=/second-factor/off"),
    ("admin", "/accounts/second-factor-reset"),
    ("officer", "/nowhere"),
    ("reporter", "status"),
]
FOREIGN_OR_INLINE = ("http:", "https:", "//", "data:", "javascript:")


def opened(site: Any, who: str, path: str) -> Any:
    report = site.file().location.split("/")[2] if "{report}" in path or path == "returned" else ""
    if path == "returned":
        remark = {"/remarks/~1fields~1banners": "Đếm lại.", "reason": "Chưa khớp.", "revision": "0", "action": "return"}
        assert site.visit("officer").post(f"/reports/{report}/return", remark).status == 303
        path = "form"
    visitor = site.stranger() if who == "stranger" else site.visit(who)
    return visitor.get(getattr(site, path) if "/" not in path else path.format(report=report))


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_every_page_is_sound(site: Any, who: str, path: str) -> None:
    page = opened(site, who, path)
    html = page.html
    assert_loads_only_our_own_files(html)
    assert_every_control_has_a_label(html)
    assert_references_resolve(html)
    if path != "fragment":
        assert html.one("html").attributes["lang"] == "vi"
        assert len(html.all("h1")) == 1
        assert html.one("head").one("title").text.endswith("– Thi đua")
        assert html.all("a", class_="skip")[0].attributes["href"] == "#" + html.one("main").attributes["id"]
        assert "Đồng hồ mô phỏng: đang là 08:00 ngày 15/9/2021 – dữ liệu mẫu" in html.one("body").text


def assert_loads_only_our_own_files(html: Any) -> None:
    for element in html.all():
        assert element.tag != "style", "inline style sheet"
        assert element.tag != "script" or element.attributes.get("src"), "inline script"
        for name, value in element.attributes.items():
            assert name != "style", f"inline style on <{element.tag}>"
            assert not name.startswith("on"), f"inline handler {name} on <{element.tag}>"
            if name in {"href", "src", "action", "formaction"}:
                assert not value.startswith(FOREIGN_OR_INLINE), value
        assert element.tag != "input" or element.attributes.get("type", "") != "number"


def assert_every_control_has_a_label(html: Any) -> None:
    labelled = {label.attributes["for"] for label in html.all("label") if "for" in label.attributes}
    wrapped = {id(control) for label in html.all("label") for control in label.all("input")}
    for control in html.all("input", "select", "textarea"):
        attributes = control.attributes
        if attributes.get("type") == "hidden" or "hidden" in attributes:
            continue
        assert attributes.get("id") in labelled or id(control) in wrapped, attributes
    for button in html.all("button"):
        assert button.text or button.attributes.get("aria-label"), "button without words"


def assert_references_resolve(html: Any) -> None:
    ids = [element.attributes["id"] for element in html.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)
    for element in html.all():
        for name in ("for", "aria-describedby", "aria-labelledby"):
            for target in element.attributes.get(name, "").split():
                assert target in ids, f"{name}={target} on <{element.tag}>"
        href = element.attributes.get("href", "")
        if href.startswith("#") and href != "#noi-dung":
            assert href[1:] in ids, href


def test_every_route_but_the_declared_ones_turns_strangers_away(site: Any) -> None:
    public = {endpoint for endpoint, needed in ROUTES.items() if needed == PUBLIC}
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in public:
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "x"))[1]
        method = next(each for each in ("GET", "POST", "DELETE") if each in rule.methods)
        answer = site.stranger().client.open(path, method=method)
        assert answer.status_code in {303, 401}, (rule, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["Location"].startswith("/sign-in"), rule


def test_pages_are_packed_for_slow_lines(site: Any) -> None:
    officer = site.visit("officer")
    plain = officer.get(site.status).answer
    packed = officer.get(site.status, headers={"Accept-Encoding": "gzip"}).answer
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 4


def test_without_a_simulated_clock_there_is_no_banner(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site.here.clock), "is_simulated", property(lambda _: False))
    assert "mô phỏng" not in site.stranger().get("/sign-in").answer.text
