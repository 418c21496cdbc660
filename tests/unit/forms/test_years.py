"""A year is written and read back as the same, and whatever is not exactly one is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.changed_years import CAMPAIGNS
from tests.support.changed_years import uninstalled
from tests.support.changed_years import with_campaign
from tests.support.changed_years import with_fields
from thidua.forms.plain_values import NotPlainError
from thidua.forms.plain_values import RuleOfThePlugin
from thidua.forms.year_changes import changes_between
from thidua.forms.years import WrittenYear
from thidua.forms.years import Year
from thidua.forms.years import year_from

INSTALLED = uninstalled()
THIS = CAMPAIGNS[0]


def read(written: WrittenYear, **instead: str) -> Year:
    texts = {form.digest: form.text for form in written.forms} | instead
    return year_from(written.text, written.digest, texts, "x 1")


@pytest.mark.parametrize("code", CAMPAIGNS)
def test_a_year_comes_back_as_it_was(code: str) -> None:
    live = INSTALLED.years[code]
    pinned = read(live.written)
    assert pinned.digest == live.digest
    assert changes_between(pinned, live) == ()
    for each in fields(live.campaign):
        was, now = getattr(live.campaign, each.name), getattr(pinned.campaign, each.name)
        if each.name == "duties":
            was, now = ([replace(duty, evidence=None) for duty in duties] for duties in (was, now))
        assert now == was or each.name in {"examples", "amendments"}, each.name
    for place, form in live.forms.items():
        again = pinned.forms[place]
        for name in ("code", "title", "version", "campaign_code", "topics", "fields", "sections", "sums", "digest"):
            assert getattr(again, name) == getattr(form, name), (place, name)
        assert again.cells == form.cells
        assert [(rule.code, rule.level, rule.message) for rule in again.rules] == [
            (rule.code, rule.level, rule.message) for rule in form.rules
        ]
    for was, now in zip(live.campaign.duties, pinned.campaign.duties, strict=True):
        assert now.evidence == was.evidence or isinstance(now.evidence, RuleOfThePlugin)
        assert now.evidence.judge({}) == was.evidence.judge({})


def test_the_same_year_has_the_same_digest_in_every_process() -> None:
    assert uninstalled().years[THIS].digest == INSTALLED.years[THIS].digest


def _broken() -> Iterator[tuple[str, Any]]:
    yield "format", 2
    yield "campaign", None
    yield "campaign", {"code": "X"}
    yield "unit_types", {"a": 1}
    yield "unit_types", []
    yield "forms", [{"code": "A"}]
    yield "forms", {}
    yield "forms", []
    yield "campaign.time_zone", "Sao Hỏa"
    yield "campaign.time_zone", 7
    yield "campaign.year", True
    yield "campaign.valid_to", "2021-13-01"
    yield "campaign.periods", [{"code": "P"}]
    yield "campaign.targets", [["T1"]]
    yield "campaign.wormhole", 1
    yield "campaign.answer_within", {"working_days": 0, "at": "17:00:00", "source": "x"}


@pytest.mark.parametrize(("place", "value"), list(_broken()), ids=str)
def test_what_is_no_year_is_refused_with_its_place(place: str, value: object) -> None:
    written = INSTALLED.years[THIS].written
    document = json.loads(written.text)
    *holders, name = place.split(".")
    holder = document
    for each in holders:
        holder = holder[each]
    holder[name] = value
    text = json.dumps(document)
    bent = replace(written, text=text, digest=hashlib.sha256(text.encode()).hexdigest())
    with pytest.raises(NotPlainError):
        read(bent)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, '{"format": 1}', "\x00"])
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    written = INSTALLED.years[THIS].written
    digest = hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(NotPlainError):
        read(replace(written, text=text, digest=digest))
    with pytest.raises(NotPlainError, match="not the one that was pinned"):
        read(replace(written, text=text))
    with pytest.raises(NotPlainError):
        read(written, **{written.forms[0].digest: text})


def changes(catalogue: Any, before: Any = INSTALLED) -> list[str]:
    pinned = read(before.years[THIS].written)
    return [change.sentence for change in changes_between(pinned, catalogue.years[THIS])]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"label": "Số bài"}, []),
        ({"help": "", "source": "Biểu A", "code": "A99"}, []),
        ({"maximum": 99_999_999}, []),
        ({"maximum": 9}, ["biểu A, fields.radio_items.maximum: 9999999 → 9"]),
        ({"minimum": 1}, ["biểu A, fields.radio_items.minimum: 0 → 1"]),
        ({"unit": "bài"}, ["biểu A, fields.radio_items.unit: tin, bài → bài"]),
        ({"by_topic": False}, ["biểu A, fields.radio_items.by_topic: có → không"]),
    ],
    ids=str,
)
def test_what_refuses_more_or_counts_otherwise_is_a_change_of_a_form(changed: Any, said: list[str]) -> None:
    assert changes(with_fields(**changed)) == said


def test_what_was_loosened_is_a_change_the_other_way_round() -> None:
    assert changes(INSTALLED, with_fields(maximum=99_999_999)) == [
        "biểu A, fields.radio_items.maximum: 99999999 → 9999999"
    ]


def test_of_a_plan_words_and_what_comes_later_are_no_change() -> None:
    campaign = INSTALLED.campaigns[THIS]
    first, *others = campaign.periods
    unknown = with_campaign(THIS, periods=(*others, replace(first, cutoff_on=None, opens_with="Chờ ngày ban hành.")))
    assert changes(with_campaign(THIS, title="Phong trào", theme="Khác", rules_version="2")) == []
    assert changes(with_campaign(THIS, plan=replace(campaign.plan, symbol="12/KH-STTTT"))) == []
    assert changes(INSTALLED, with_campaign(THIS, periods=tuple(others))) == []
    assert changes(INSTALLED, unknown) == []
    assert changes(with_campaign(THIS, duties=campaign.duties[::-1])) == []
    assert changes(with_campaign(THIS, valid_to=date(2022, 1, 31))) != []
    assert changes(with_campaign(THIS, duties=campaign.duties[1:])) != []
    assert changes(with_campaign(THIS, baselines=())) != []
