"""What the administrator sees of plugins, and what units see when a rule or a plugin is broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.bent_rules import PAYLOAD
from tests.support.bent_rules import bent
from tests.support.bent_rules import without_campaign
from tests.support.changed_years import with_fields
from thidua.application.years.pinning import adopt_year
from thidua.domain.plugins import FormHold
from thidua.domain.plugins import RuleFault
from thidua.domain.plugins import TroubleKind
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import registry_of

PAGE = "/operator/plugins"


def _raise(*_: object) -> bool:
    raise ZeroDivisionError


def serve(site: Any, monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> None:
    """Give the site other plugins, as a restart would."""
    here = site.here
    monkeypatch.setattr(here, "host", replace(here.host, catalogue=catalogue, rule_limit_s=0.1))
    monkeypatch.setattr("thidua.web.context.host", lambda: here.host)


def test_sound_plugins_are_listed(site: Any) -> None:
    page = site.visit("admin").get(PAGE)
    assert page.status == 200
    assert "Mọi phần mở rộng đều dùng được" in page.html.text
    assert "thidua-campaign-atgt-2021 1.0.0" in page.html.text
    for who in ("officer", "reporter", "leader"):
        assert site.visit(who).get(PAGE).status == 403
        assert site.visit(who).post(f"{PAGE}/release", {"campaign": site.campaign, "form": "A"}).status == 403


def test_a_rule_that_raises_loses_nothing_and_is_shown_to_the_administrator(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(site, monkeypatch, bent(holds=_raise))
    adopt_year(site.here.host, site.campaign)
    answer = site.file()
    assert answer.status == 503
    assert "Một quy tắc của biểu bị lỗi phần mềm nên chưa nộp được báo cáo" in answer.html.text
    assert answer.typed()["/fields/radio_items"] == "26"
    again = site.visit("reporter").get(site.form)
    assert again.typed()["/fields/radio_items"] == "26"
    page = site.visit("admin").get(PAGE)
    assert PAYLOAD in page.html.text
    assert "báo lỗi khi chạy" in page.html.text
    assert "ZeroDivisionError" in page.html.text
    serve(site, monkeypatch, bent(digest="2"))
    assert "(bản cũ)" in site.visit("admin").get(PAGE).html.text
    assert site.file().status == 303


def test_a_campaign_in_quarantine_says_so_everywhere_and_the_rest_serves(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.file()
    serve(site, monkeypatch, without_campaign())
    reporter = site.visit("reporter")
    answer = reporter.get(site.form)
    assert answer.status == 503
    assert "Không có gì bị mất" in answer.html.text
    pinned = reporter.get("/reports/1")
    assert pinned.status == 200
    assert "phần mềm riêng của đợt đang bị cách ly" in pinned.html.one("aside", data_pinned="").text
    assert "Số lượt phát thanh1.148" in pinned.html.text.replace(" 1.148", "1.148")
    assert "Dương Văn Kín" not in site.visit("leader").get("/reports/1").html.text
    assert site.visit("neighbour").get("/reports/1").status == 404
    assert site.visit("officer").get(site.status).status == 200
    assert reporter.get("/reports/due").status == 200
    assert reporter.get("/reports").status == 200
    assert "plugin_quarantined" in site.stranger().get("/readyz").answer.json["alarms"]
    page = site.visit("admin").get(PAGE)
    assert "1 phần mở rộng đang bị cách ly" in page.html.text
    assert "Đợt đã mở đang tạm dừng theo: ATGT-2021" in page.html.text
    assert "Cách sửa: ghi bằng tiếng Việt." in page.html.text
    assert "title" in [code.text for code in page.html.all("code")]


def test_whoever_fills_in_a_held_form_is_told_before_the_end_and_loses_nothing(site: Any) -> None:
    here = site.here
    fault = RuleFault(site.campaign, "A", PAYLOAD, TroubleKind.HUNG, "package/file.py:1")
    digest = here.host.catalogue.digest(site.campaign, "A")
    with here.host.work.writing() as work:
        work.troubles.hold(FormHold(site.campaign, "A", digest, fault, here.clock.now()))
        work.commit()
    reporter = site.visit("reporter")
    page = reporter.get(site.form)
    assert page.status == 200
    [told] = [note.text for note in page.html.all("div") if note.attributes.get("id") == "tam-dung"]
    assert "đang tạm dừng nhận báo cáo" in told
    draft = site.form.removesuffix("form") + "draft"
    saved = reporter.client.post(
        draft,
        json={"base": 0, "cells": {"/fields/radio_items": "26"}},
        headers={"X-CSRFToken": reporter.token()},
    ).json
    assert "đang tạm dừng nhận báo cáo" in saved["held"]
    assert list(saved["cells"]) == ["/fields/radio_items"]
    answer = site.file()
    assert answer.status == 503
    assert reporter.get(site.form).typed()["/fields/radio_items"] == "26"
    site.visit("admin").post(f"{PAGE}/release", {"campaign": site.campaign, "form": "A"})
    assert "tam-dung" not in reporter.get(site.form).answer.text


def test_an_opened_campaign_that_no_plugin_brings_is_named(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(site, monkeypatch, registry_of(each for each in found_plugins() if each.plugin.code != site.campaign))
    page = site.visit("admin").get(PAGE).html.text
    assert "Mọi phần mở rộng đều dùng được" not in page
    assert "Đợt đã mở mà không còn phần mở rộng nào mang: ATGT-2021" in page
    assert "plugin_missing" in site.stranger().get("/readyz").answer.json["alarms"]


def test_a_year_that_changed_after_it_was_opened_is_named_with_what_changed(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "year_changed" not in site.stranger().get("/readyz").answer.json["alarms"]
    serve(site, monkeypatch, with_fields(maximum=9))
    page = site.visit("admin").get(PAGE).html.text
    assert "Mọi phần mở rộng đều dùng được" not in page
    assert f"Phần mở rộng của đợt {site.campaign} khác bản đã khóa khi mở đợt" in page
    assert "biểu A, fields.radio_items.maximum: 9999999 → 9" in page
    assert f"thidua campaign adopt {site.campaign}" in page
    assert "year_changed" in site.stranger().get("/readyz").answer.json["alarms"]
    adopt_year(site.here.host, site.campaign)
    assert "year_changed" not in site.stranger().get("/readyz").answer.json["alarms"]
    assert "khác bản đã khóa" not in site.visit("admin").get(PAGE).html.text


def test_a_year_that_only_words_differ_in_is_not_called_changed(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(site, monkeypatch, with_fields(label="Số tin, bài đã phát thanh"))
    assert "year_changed" not in site.stranger().get("/readyz").answer.json["alarms"]
    assert "khác bản đã khóa" not in site.visit("admin").get(PAGE).html.text
