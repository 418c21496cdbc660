"""What a form does not have changes nothing: every column of every table is posted to every page about accounts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from thidua.adapters.db.tables import audit_entry
from thidua.adapters.db.tables import metadata
from thidua.application.people.account_codes import reset_by_code
from thidua.application.people.memberships import give_membership
from thidua.application.people.own_tokens import list_tokens
from thidua.application.people.own_tokens import make_token
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role

BLUEPRINTS = ("join", "own_account", "own_tokens", "accounts", "waiting")
COLUMNS = sorted({column.name for table in metadata.tables.values() for column in table.c})
NEW = "cánh đồng mùa gặt chín"
ROLE = {"role": "leader", "unit": "", "since": "", "last_on": ""}
PERSON = {"name": "ngoc.lan", "full_name": "Nguyễn Ngọc Lan", "position": "Chuyên viên"}

#: Endpoint to who posts there and all the fields of its form, as a sound request has them.
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "join.enter": ("stranger", {"code": "{code}", "password": NEW, "again": NEW}),
    "own_account.change_password": (
        "officer",
        {"old": "{password}", "password": NEW, "again": NEW, "end_others": "1"},
    ),
    "own_account.end_session": ("officer", {}),
    "own_account.end_others": ("officer", {}),
    "own_account.read_news": ("officer", {}),
    "own_tokens.make": ("officer", {"label": "Bảng tin", "days": "30", "scopes": "read_status"}),
    "own_tokens.revoke": ("officer", {}),
    "accounts.invite": ("admin", {**PERSON, **ROLE}),
    "accounts.change": ("admin", {"full_name": "Tên mới", "position": ""}),
    "accounts.disable": ("admin", {}),
    "accounts.enable": ("admin", {}),
    "accounts.reset": ("admin", {}),
    "accounts.end_sessions": ("admin", {}),
    "accounts.give": ("admin", ROLE),
    "accounts.end_membership": ("admin", {"last_on": ""}),
    "accounts.hand_over": ("admin", {"last_on": "", "successor": "neighbour", **dict.fromkeys(PERSON, "")}),
    "waiting.confirm": ("officer", {}),
    "waiting.decline": ("officer", {}),
}


def test_every_form_about_accounts_is_tried(site: Any) -> None:
    posts = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint.split(".")[0] in BLUEPRINTS
    }
    assert posts == set(FORMS)


def stored(site: Any) -> dict[str, Any]:
    with site.here.host.work.reading() as work:
        return {
            name: sorted(map(repr, work._connection.execute(select(table)).all()))
            for name, table in metadata.tables.items()
            if table is not audit_entry
        }


@pytest.mark.parametrize("endpoint", FORMS)
def test_no_column_of_any_table_is_taken_from_a_request(site: Any, endpoint: str) -> None:
    who, form = FORMS[endpoint]
    host, admin, newcomer = site.here.host, site.here.actors["admin"], site.here.actors["newcomer"]
    give_membership(host, admin, newcomer.account_id, Membership(Role.OFFICE, None, site.here.clock.now().date()))
    made = make_token(host, site.here.actors["officer"], label="cũ", scopes={"read_status"}, days=9)
    code = reset_by_code(host, admin, site.here.actors["reporter"].account_id).text
    site.visit("newcomer")
    site.visit("officer")
    if endpoint == "accounts.enable":
        with host.work.writing() as work:
            work.accounts.disable(newcomer.account_id, host.clock.now())
            work.commit()
    visitor = site.stranger() if who == "stranger" else site.visit(who)
    with host.work.reading() as work:
        [waiting] = work.memberships.waiting()
        [membership] = work.memberships.of([site.here.actors["leader"].account_id]).values()
        sessions = work.visits.sessions(site.here.actors["officer"].account_id, host.clock.now())
    places = {
        "account_id": site.here.actors["leader"].account_id
        if endpoint in {"accounts.end_membership", "accounts.hand_over"}
        else newcomer.account_id,
        "membership_id": membership[0].id,
        "prepared_id": waiting.id,
        "handle": list_tokens(host, site.here.actors["officer"])[0].handle
        if "tokens" in endpoint
        else sessions[0].handle,
    }
    rule = next(each for each in site.app.url_map.iter_rules() if each.endpoint == endpoint)
    path = rule.build({name: places[name] for name in rule.arguments})[1]
    sound = {name: value.format(code=code, password=site.password) for name, value in form.items()}
    sound["csrf_token"] = visitor.token()
    before = stored(site)
    for column in COLUMNS:
        if column in form:
            continue
        for value in ("admin", "1"):
            answer = visitor.client.post(path, data={**sound, column: value})
            assert answer.status_code == 400, column
    for name in form:
        if name != "scopes":
            assert visitor.client.post(path, data={**sound, name: [sound[name], "admin"]}).status_code == 400, name
    assert stored(site) == before
    assert visitor.client.post(path, data=sound).status_code in {200, 303}
    assert stored(site) != before
    assert made
