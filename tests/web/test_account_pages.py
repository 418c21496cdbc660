"""The pages about accounts: who sees them, what they do, and what they never show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from thidua.adapters.files import read_directory
from thidua.application.people.bearer_tokens import issue_token
from thidua.application.people.memberships import list_waiting
from thidua.application.people.sessions import actor_named
from thidua.application.periods.directory import import_directory
from thidua.domain.accounts import Role
from thidua_testkit.installation import CONFIG_DIR

ROLE = {"role": "", "unit": "", "since": "", "last_on": ""}
LAN = {"name": "ngoc.lan", "full_name": "Nguyễn Ngọc Lan", "position": "Chuyên viên"}
NEW = "cánh đồng mùa gặt chín"


def code_on(page: Any) -> str:
    return str(page.html.all("code", class_="shown-once")[0].text)


def id_of(site: Any, name: str) -> int:
    with site.here.host.work.reading() as work:
        return int(work.accounts.by_name(name).id)


def join(site: Any, code: str, password: str = NEW) -> Any:
    return site.stranger().post("/join", {"code": code, "password": password, "again": password})


def test_an_invitation_from_the_page_to_the_first_sign_in(site: Any) -> None:
    admin = site.visit("admin")
    unit_role = {**ROLE, "role": "unit_reporter", "unit": "LS-186-VHTT", "last_on": "31/12/2021"}
    page = admin.post("/accounts/invite", {**LAN, **unit_role})
    assert page.status == 200
    assert "chờ người có quyền giao" in page.html.text
    code = code_on(page)
    link = page.html.all("code", class_="shown-once")[1].text
    assert link.endswith(f"/join#{code}")
    assert code not in admin.get(f"/accounts/{id_of(site, 'ngoc.lan')}").answer.text
    assert "ngoc.lan" in join(site, code).html.text
    assert actor_named(site.here.host, "ngoc.lan").memberships == ()
    head = site.visit("head")
    row = head.get("/waiting-roles").html
    assert "Nguyễn Ngọc Lan" in row.text
    assert "đến hết 31/12/2021" in row.text
    [action] = [each.attributes["action"] for each in row.all("form") if "confirm" in each.attributes["action"]]
    assert head.post(action, {}).status == 303
    newcomer = site.stranger()
    assert newcomer.sign_in("ngoc.lan", NEW).status == 303
    assert newcomer.get("/reports/due").status == 200
    assert newcomer.get("/my-account").html.text.count("Được giao vai trò") == 1


@pytest.mark.parametrize("kind", ["wrong", "used", "expired"])
def test_a_code_that_is_no_good_gets_one_answer_that_tells_nothing(site: Any, kind: str) -> None:
    code = code_on(site.visit("admin").post("/accounts/invite", {**LAN, **ROLE}))
    if kind == "used":
        assert join(site, code).status == 200
    elif kind == "expired":
        site.here.clock.instant = site.here.clock.instant.replace(day=23)
    page = join(site, "ABCD" * 8 if kind == "wrong" else code, "con thuyền ngoài bãi xa")
    assert page.status == 409
    assert "mã sai, đã dùng hoặc đã hết hạn" in page.html.text
    assert "ngoc" not in page.html.text
    assert "Lan" not in page.html.text
    assert "con thuyền ngoài bãi xa" not in page.answer.text


def test_the_page_of_a_code_keeps_the_code_and_no_password(site: Any) -> None:
    page = site.stranger().post("/join", {"code": "XYZ", "password": NEW, "again": "khác"})
    assert page.status == 422
    assert page.html.one("input", id="code").attributes["value"] == "XYZ"
    assert NEW not in page.answer.text


def test_nobody_is_signed_in_by_a_code(site: Any) -> None:
    """A second factor, where there is one, is asked for at signing in, which nothing goes round."""
    code = code_on(site.visit("admin").post(f"/accounts/{id_of(site, 'officer')}/reset", {}))
    visitor = site.stranger()
    assert visitor.post("/join", {"code": code, "password": NEW, "again": NEW}).status == 200
    assert not visitor.is_signed_in()
    assert visitor.get("/reports").status == 303


def test_a_reset_ends_the_sessions_of_before(site: Any) -> None:
    officer = site.visit("officer")
    code = code_on(site.visit("admin").post(f"/accounts/{id_of(site, 'officer')}/reset", {}))
    assert officer.get("/reports").status == 200
    join(site, code)
    assert officer.get("/reports").status == 303


ADMIN_PAGES = ["/accounts", "/accounts/invite", "/accounts/1", "/accounts/1/hand-over"]


@pytest.mark.parametrize("who", ["reporter", "head", "officer", "leader", "observer", "newcomer"])
def test_only_who_manages_accounts_sees_them(site: Any, who: str) -> None:
    visitor = site.visit(who)
    for path in ADMIN_PAGES:
        assert visitor.get(path).status == 403, path
    for path in (
        "/accounts/invite",
        "/accounts/1",
        "/accounts/1/disable",
        "/accounts/1/reset",
        "/accounts/1/memberships",
    ):
        form = {**LAN, **ROLE, "role": "admin"} if path.endswith("invite") else {}
        assert visitor.post(path, form).status in {400, 403}, path
    assert "/accounts" not in [link.attributes["href"] for link in visitor.get("/my-account").html.all("a")]


def test_who_manages_accounts_sees_no_reports(site: Any) -> None:
    report = site.file().location.split("/")[2]
    admin = site.visit("admin")
    assert admin.get(f"/reports/{report}").status == 403
    assert admin.get(site.form).status == 403


def test_the_list_is_sought_and_filtered(site: Any) -> None:
    admin = site.visit("admin")

    def found(query: str) -> list[str]:
        page = admin.get(f"/accounts?{query}")
        assert page.status == 200
        return [row.all("th")[0].text for row in page.html.all("tbody")[0].all("tr")] if page.html.all("tbody") else []

    everybody = ["admin", "head", "leader", "neighbour", "newcomer", "observer", "officer", "reporter"]
    assert found("") == everybody
    assert found("q=NGUOI+DUNG+lead") == ["leader"]
    assert found("role=office") == ["officer"]
    assert found("unit=LS-186-VHTT") == ["head", "reporter"]
    assert found("unit=LS-186-VHTT&role=unit_head") == ["head"]
    assert found("standing=never_signed_in") == [name for name in everybody if name != "admin"]
    assert found("standing=disabled") == []
    assert found("role=king&standing=x&unit=&after=leader") == [
        "neighbour",
        "newcomer",
        "observer",
        "officer",
        "reporter",
    ]
    assert found("q=%00%27%22%3Cb%3E") == []


def test_the_list_goes_on_page_by_page(site: Any) -> None:
    for number in range(60):
        site.here.add_account(f"z{number:02}")
    admin = site.visit("admin")
    first = admin.get("/accounts").html
    [more] = [link.attributes["href"] for link in first.all("a") if link.text == "Xem tiếp"]
    second = admin.get(more).html
    assert len(first.all("tbody")[0].all("tr")) == 50
    assert len(second.all("tbody")[0].all("tr")) == 18
    assert "68 tài khoản" in second.text


def test_name_and_position_are_changed_and_wrong_ones_come_back_with_why(site: Any) -> None:
    admin, path = site.visit("admin"), f"/accounts/{id_of(site, 'reporter')}"
    assert admin.post(path, {"full_name": "Hoàng Thị Mẫu", "position": "Phó phòng"}).status == 303
    assert "Hoàng Thị Mẫu" in site.visit("reporter").get("/my-account").html.text
    refused = admin.post(path, {"full_name": " ", "position": "x" * 201})
    assert refused.status == 409
    assert "Phải ghi họ và tên." in refused.html.text
    assert refused.html.one("input", id="position").attributes["value"] == "x" * 201


def test_who_is_disabled_is_out_with_the_next_request_on_pages_scripts_and_api(site: Any) -> None:
    officer = site.visit("officer")
    token = issue_token(site.here.host, name="officer", label="x")
    bearer = {"Authorization": f"Bearer {token}"}
    api = site.stranger().client
    status = f"/api/v1/campaigns/{site.campaign}/status?period={site.period}"
    assert api.get(status, headers=bearer).status_code == 200
    assert officer.get(site.fragment).status == 200
    admin, path = site.visit("admin"), f"/accounts/{id_of(site, 'officer')}"
    assert admin.post(f"{path}/disable", {}).status == 303
    assert officer.get("/reports").status == 303
    assert officer.get(site.fragment).status == 401
    assert officer.get("/jobs/fragment").status == 401
    assert api.get(status, headers=bearer).status_code == 401
    assert site.stranger().sign_in("officer").status == 401
    assert "Đang bị khóa" in admin.get(path).html.text
    assert admin.post(f"{path}/enable", {}).status == 303
    assert officer.get("/reports").status == 303
    assert site.visit("officer").get("/reports").status == 200


def test_roles_are_given_prepared_and_ended_on_the_page_of_an_account(site: Any) -> None:
    admin, path = site.visit("admin"), f"/accounts/{id_of(site, 'newcomer')}"
    assert "done=given" in admin.post(f"{path}/memberships", {**ROLE, "role": "admin"}).location
    assert "done=prepared" in admin.post(f"{path}/memberships", {**ROLE, "role": "office"}).location
    assert actor_named(site.here.host, "newcomer").roles == {Role.ADMIN}
    page = admin.get(path).html
    assert "chờ xác nhận" in page.text
    [end] = [form.attributes["action"] for form in page.all("form") if form.attributes["action"].endswith("/end")]
    assert admin.post(end, {"last_on": "14/9/2021"}).status == 409
    assert admin.post(end, {"last_on": "hôm qua"}).status == 409
    elsewhere = end.replace(path, f"/accounts/{id_of(site, 'leader')}")
    assert admin.post(elsewhere, {"last_on": ""}).status == 404
    assert admin.post(end, {"last_on": ""}).status == 303
    assert actor_named(site.here.host, "newcomer").roles == set()
    for wrong in ({"role": "king"}, {"role": ""}):
        assert admin.post(f"{path}/memberships", {**ROLE, **wrong}).status == 400
    for wrong in ({"since": "x"}, {"last_on": "1/1/2020"}, {"unit": "LS-186-VHTT"}, {"since": "31/12/9999"}):
        assert admin.post(f"{path}/memberships", {**ROLE, "role": "admin", **wrong}).status in {303, 409}, wrong
    assert admin.post(f"{path}/memberships", {**ROLE, "role": "admin", "last_on": "31/12/9999"}).status == 409


def test_the_own_account_is_changed_by_others_alone(site: Any) -> None:
    admin, path = site.visit("admin"), f"/accounts/{id_of(site, 'admin')}"
    assert {form.attributes["action"] for form in admin.get(path).html.all("form")} == {
        path,
        f"{path}/memberships",
        "/sign-out",
    }
    assert admin.post(f"{path}/disable", {}).status == 409
    assert admin.post(f"{path}/reset", {}).status == 409
    assert "done=prepared" in admin.post(f"{path}/memberships", {**ROLE, "role": "office"}).location
    [waiting] = list_waiting(site.here.host, site.here.actors["admin"])
    assert admin.post(f"/waiting-roles/{waiting.prepared.id}/confirm", {}).status == 404
    assert actor_named(site.here.host, "admin").roles == {Role.ADMIN}


def test_sessions_are_ended_by_who_manages_accounts(site: Any) -> None:
    officer, admin = site.visit("officer"), site.visit("admin")
    assert admin.post(f"/accounts/{id_of(site, 'officer')}/sessions/end", {}).status == 303
    assert officer.get("/reports").status == 303


def test_an_account_is_handed_over_to_somebody_new(site: Any) -> None:
    reporter, admin = site.visit("reporter"), site.visit("admin")
    path = f"/accounts/{id_of(site, 'reporter')}/hand-over"
    page = admin.post(path, {**LAN, "last_on": "", "successor": ""})
    assert page.status == 200
    assert "1 vai trò kết thúc" in page.html.text
    assert "1 vai trò chờ" in page.html.text
    assert join(site, code_on(page)).status == 200
    assert reporter.get("/reports/due").status == 303
    again = admin.post(path, {**LAN, "last_on": "", "successor": "neighbour"})
    assert again.status == 409
    assert "Chỉ chọn một" in again.html.text


@pytest.mark.parametrize("path", ["/accounts/999999", "/accounts/999999/hand-over", f"/accounts/{2**63}"])
def test_an_account_that_is_not_is_not_found(site: Any, path: str) -> None:
    assert site.visit("admin").get(path).status == 404


def test_names_are_shown_as_text_whatever_they_are(site: Any) -> None:
    admin = site.visit("admin")
    page = admin.post("/accounts/invite", {**LAN, "full_name": "<script>alert(1)</script> {{ 7*7 }}", **ROLE})
    assert page.status == 200
    shown = admin.get(f"/accounts/{id_of(site, 'ngoc.lan')}")
    assert "<script>alert" not in shown.answer.text
    assert "<script>alert(1)</script> {{ 7*7 }}" in shown.html.text


def test_codes_and_passwords_stand_in_no_address(site: Any) -> None:
    """What stands behind the # never reaches a server; nothing secret is ever asked for by GET."""
    for rule in site.app.url_map.iter_rules():
        assert not re.search("code|secret|password|token>", str(rule.arguments)), rule
    html = site.stranger().get("/join").html
    assert all(form.attributes["method"] == "post" for form in html.all("form"))


def test_units_of_years_to_come_are_not_offered_and_those_that_ceased_say_so(site: Any) -> None:
    import_directory(site.here.host, read_directory(CONFIG_DIR / "units"))
    district, commune = "LS-186-VHTT", "LS-06385-VHXH"

    def offered(path: str, control: str) -> dict[str, str]:
        page = site.visit("admin").get(path).html
        return {each.attributes["value"]: each.text for each in page.one("select", id=control).all("option")}

    for path, control in (("/accounts/invite", "invite-unit"), ("/accounts", "unit")):
        for at, labels in {
            "2021-09-15": ("Phòng VH&TT huyện Hữu Lũng", None),
            "2025-06-01": ("Phòng VH&TT huyện Hữu Lũng", "Phòng VH-XH xã Hữu Lũng (từ 1/7/2025)"),
            "2025-07-01": ("Phòng VH&TT huyện Hữu Lũng (đến hết 30/6/2025)", "Phòng VH-XH xã Hữu Lũng"),
        }.items():
            site.here.clock.instant = datetime.fromisoformat(f"{at}T08:00:00+07:00")
            found = offered(path, control)
            assert (found.get(district), found.get(commune)) == labels
