"""Labelled pairs of reports: copies of every kind we know, and honest reports that only look alike.

A pair is made of reports by what a copier, or an honest office, would do. Every pair says what it is
and why.
"""

from __future__ import annotations

import copy
import random
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from likeness_reports import STOCKS
from likeness_reports import Payload
from likeness_reports import Unit
from likeness_reports import district
from likeness_reports import disturbed
from likeness_reports import pasted_over
from likeness_reports import redated
from likeness_reports import reworded
from likeness_reports import with_counts_changed
from likeness_reports import with_texts

DATA = Path(__file__).parents[1] / "tests/data/likeness/reports.toml"


@dataclass(frozen=True)
class Pair:
    """Two reports and whether the first was copied from the second.

    ``crowd`` are other units' reports of the period, which tell what everybody writes.
    """

    name: str
    half: str
    form: str
    kind: str
    what: str
    is_copy: bool
    reason: str
    mine: Payload
    other: Payload
    crowd: tuple[Payload, ...] = ()


_SMALL = (1, 1, 1, 2, 2, 3)


def pairs() -> tuple[Pair, ...]:
    """Make the whole set, the same on every machine."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    units = [
        Unit(
            each["half"], each["form"], each["code"], each["place"], {k: v for k, v in each.items() if type(v) is dict}
        )
        for each in data["unit"]
    ]
    made = []
    for half in ("tune", "publish"):
        here = [unit for unit in units if unit.half == half]
        made += [
            *_own_copies(here),
            *_neighbour_copies(here),
            *_honest(here, data["shared"]),
            *_small(half, data["shared"]),
        ]
    return tuple(made)


def _pair(unit: Unit, what: str, mine: Payload, other: Payload, *, is_copy: bool, reason: str, **more: Any) -> Pair:  # noqa: ANN401  the fields of Pair
    name = f"{unit.half}-{unit.form}-{unit.code}-{what}"
    return Pair(name, unit.half, unit.form, more.pop("kind", "own"), what, is_copy, reason, mine, other, **more)


def _own_copies(units: list[Unit]) -> Iterator[Pair]:
    for unit in units:
        before, fresh = unit.report("earlier"), unit.report("later")
        dated = with_texts(before, redated)
        yield _pair(unit, "only-dates", dated, before, is_copy=True, reason="Chép cả kỳ trước, chỉ sửa ngày tháng.")
        mine = pasted_over(fresh, dated, numbers=False, texts=True)
        yield _pair(unit, "texts", mine, before, is_copy=True, reason="Số mới, phần chữ chép kỳ trước và sửa ngày.")
        mine = pasted_over(fresh, with_texts(before, reworded), numbers=False, texts=True)
        yield _pair(unit, "texts-synonyms", mine, before, is_copy=True, reason="Số mới, phần chữ chép, thay vài từ.")
        mine = pasted_over(
            fresh,
            with_texts(before, lambda text, of=unit: disturbed(redated(text), of.code)),
            numbers=False,
            texts=True,
        )
        yield _pair(
            unit, "texts-disturbed", mine, before, is_copy=True, reason="Số mới, chữ chép nhưng cứ sáu từ thay một."
        )
        mine = copy.deepcopy(fresh)
        longest = max(
            (name for name, value in before["fields"].items() if isinstance(value, str)),
            key=lambda name: len(before["fields"][name]),
        )
        mine["fields"][longest] = dated["fields"][longest]
        yield _pair(
            unit, "one-part", mine, before, is_copy=True, reason="Chép phần dài nhất, các phần khác và số viết mới."
        )
        if "reworded" in unit.texts:
            mine = pasted_over(fresh, unit.report("reworded"), numbers=False, texts=True)
            yield _pair(unit, "texts-reworded", mine, before, is_copy=True, reason="Số mới, người chép viết lại nhẹ.")
        if unit.form not in "AB":
            continue
        mine = pasted_over(fresh, before, numbers=True, texts=False)
        yield _pair(unit, "numbers", mine, before, is_copy=True, reason="Chữ mới, mọi số của kỳ trước giữ nguyên.")
        for factor in (1.5, 2, 1.2):
            mine = pasted_over(
                fresh,
                with_counts_changed(before, lambda _, count, by=factor: round(count * by)),
                numbers=True,
                texts=False,
            )
            yield _pair(
                unit, f"times-{factor}", mine, before, is_copy=True, reason=f"Chữ mới, mọi số kỳ trước nhân {factor}."
            )
        halved = with_counts_changed(
            before, lambda name, count, new=fresh: count if len(name) % 2 else new["fields"].get(name, count)
        )
        mine = pasted_over(fresh, halved, numbers=True, texts=False)
        yield _pair(
            unit, "numbers-half", mine, before, is_copy=True, reason="Chữ mới, khoảng một nửa số ô giữ số kỳ trước."
        )
        nudge = random.Random(f"nudge {unit.code}")
        nudged = with_counts_changed(before, lambda _, count, by=nudge: count + round(count * by.uniform(-0.03, 0.03)))
        mine = pasted_over(fresh, nudged, numbers=True, texts=False)
        yield _pair(
            unit,
            "numbers-nudged",
            mine,
            before,
            is_copy=True,
            reason="Chữ mới, mọi số kỳ trước thêm bớt vài phần trăm.",
        )
        mine = pasted_over(fresh, before, numbers=True, texts=False)
        changed = sorted(mine["fields"].keys() & unit.report("later")["fields"].keys())[::7]
        for name in changed:
            if isinstance(mine["fields"][name], int) and name not in STOCKS[unit.form]:
                mine["fields"][name] += 3
        yield _pair(unit, "numbers-touched", mine, before, is_copy=True, reason="Chữ mới, số kỳ trước chỉ sửa vài ô.")


def _neighbour_copies(units: list[Unit]) -> Iterator[Pair]:
    for form in "AC":
        same = [unit for unit in units if unit.form == form]
        for place, unit in enumerate(same):
            source = same[(place + 1) % len(same)]
            theirs, own = source.report("earlier"), unit.report("earlier")
            crowd = tuple(each.report("earlier") for each in same if each not in (unit, source))
            named = with_texts(theirs, lambda text, here=unit, there=source: text.replace(there.place, here.place))
            more: dict[str, Any] = {"kind": "neighbour", "crowd": crowd}
            mine = pasted_over(own, named, numbers=False, texts=True)
            yield _pair(
                unit, "pasted-texts", mine, theirs, is_copy=True, reason="Dán chữ của huyện bạn, đổi tên huyện.", **more
            )
            mine = pasted_over(own, named, numbers=True, texts=True)
            yield _pair(
                unit, "pasted-all", mine, theirs, is_copy=True, reason="Dán cả chữ và số, đổi tên huyện.", **more
            )
            mine = pasted_over(own, with_texts(named, reworded), numbers=False, texts=True)
            yield _pair(
                unit, "pasted-synonyms", mine, theirs, is_copy=True, reason="Dán chữ, đổi tên và vài từ.", **more
            )
            if form == "A":
                mine = pasted_over(own, named, numbers=True, texts=False)
                yield _pair(
                    unit, "pasted-numbers", mine, theirs, is_copy=True, reason="Chữ của mình, số của huyện bạn.", **more
                )
                mine = copy.deepcopy(own)
                mine["fields"]["difficulties"] = named["fields"]["difficulties"]
                yield _pair(
                    unit, "pasted-one-part", mine, theirs, is_copy=True, reason="Một phần chữ ngắn là dán.", **more
                )
                mine = copy.deepcopy(own)
                for name in ("good_practices", "difficulties"):
                    mine["fields"][name] = named["fields"][name]
                yield _pair(
                    unit, "pasted-two-parts", mine, theirs, is_copy=True, reason="Hai trong ba phần chữ là dán.", **more
                )


def _honest(units: list[Unit], shared: Mapping[str, Any]) -> Iterator[Pair]:
    districts = [unit for unit in units if unit.form == "A"]
    for unit in units:
        before, fresh = unit.report("earlier"), unit.report("later")
        yield _pair(
            unit,
            "two-periods",
            fresh,
            before,
            is_copy=False,
            reason="Hai kỳ thật: chữ và số đều mới, số người giữ nguyên.",
        )
        draw = random.Random(f"persistent {unit.code}")
        said = draw.choice(shared["persistent"])
        name = next(name for name in ("difficulties", "shortcomings", "assessment") if name in fresh["fields"])
        mine, other = copy.deepcopy(fresh), copy.deepcopy(before)
        for report in (mine, other):
            report["fields"][name] = f"{report['fields'][name]} {said}"
        yield _pair(
            unit,
            "persistent",
            mine,
            other,
            is_copy=False,
            reason="Một khó khăn còn nguyên qua hai kỳ, mọi thứ khác mới.",
        )
        mine, other = copy.deepcopy(fresh), copy.deepcopy(before)
        for report in (mine, other):
            report["fields"][name] = said
            for text in ("recommendations", "good_practices"):
                report["fields"].pop(text, None)
        yield _pair(
            unit,
            "persistent-only",
            mine,
            other,
            is_copy=False,
            reason="Chỉ viết một câu khó khăn, đúng cho cả hai kỳ; số mới.",
        )
        mine, other = copy.deepcopy(fresh), copy.deepcopy(before)
        for report in (mine, other):
            report["fields"][name] = draw.choice(shared["cliches"])
            report["fields"]["recommendations"] = "Không có"
        yield _pair(unit, "cliches", mine, other, is_copy=False, reason="Câu ngắn quen dùng; số mới.")
        if "recommendations" in fresh["fields"]:
            mine = copy.deepcopy(fresh)
            mine["fields"]["recommendations"] = before["fields"]["recommendations"]
            yield _pair(
                unit,
                "unanswered",
                mine,
                before,
                is_copy=False,
                reason="Kiến nghị chưa được trả lời nên nhắc lại; còn lại mới.",
            )
        yield from _grown(unit, before, fresh)
        yield from _routine(unit, before, fresh, shared)
    for place, unit in enumerate(districts):
        for source in districts[place + 1 :]:
            crowd = tuple(each.report("earlier") for each in districts if each not in (unit, source))
            yield _pair(
                unit, f"beside-{source.code}", unit.report("earlier"), source.report("earlier"), kind="neighbour",
                crowd=crowd, is_copy=False, reason="Hai huyện, mỗi huyện một báo cáo thật.",
            )  # fmt: skip
        source = districts[place - 1]
        mine, other = unit.report("earlier", seed="joint"), source.report("earlier", seed="joint")
        for report in (mine, other):
            report["fields"]["good_practices"] += " " + shared["joint"]
        crowd = tuple(each.report("earlier") for each in districts if each not in (unit, source))
        yield _pair(
            unit, "joint", mine, other, kind="neighbour", crowd=crowd, is_copy=False,
            reason="Hai huyện cùng tổ chức một hội thi và kể bằng một câu thông cáo chung.",
        )  # fmt: skip
        yield from _with_template(unit, districts, shared["template"])


def _grown(unit: Unit, before: Payload, fresh: Payload) -> Iterator[Pair]:
    if unit.form not in "AB":
        return
    grown = with_counts_changed(before, lambda name, count: count + fresh["fields"].get(name, 1))
    mine = pasted_over(fresh, grown, numbers=True, texts=False)
    yield _pair(unit, "grown", mine, before, is_copy=False, reason="Số lũy kế: kỳ trước cộng thêm phần làm mới.")


def _routine(unit: Unit, before: Payload, fresh: Payload, shared: Mapping[str, Any]) -> Iterator[Pair]:
    if unit.form != "A":
        return
    mine = copy.deepcopy(fresh)
    for name in ("radio_broadcasts", "minority_language_broadcasts", "briefing_sessions", "tv_items"):
        mine["fields"][name] = before["fields"][name]
    yield _pair(
        unit,
        "schedule",
        mine,
        before,
        is_copy=False,
        reason="Lịch phát cố định nên lượt phát hai kỳ bằng nhau; còn lại mới.",
    )
    mine = copy.deepcopy(fresh)
    for name in (
        "radio_broadcasts",
        "radio_minutes",
        "radio_items",
        "minority_language_broadcasts",
        "banners",
        "tv_items",
    ):
        mine["fields"][name] = before["fields"][name]
    yield _pair(
        unit,
        "steady",
        mine,
        before,
        is_copy=False,
        reason="Cả phần phát thanh theo hợp đồng cố định nên bằng kỳ trước.",
    )
    mine, other = copy.deepcopy(fresh), copy.deepcopy(before)
    for report in (mine, other):
        report["fields"] |= {"leaflets": 1000, "banners": 20, "direct_participants": 300, "social_reach": 5000}
    yield _pair(
        unit,
        "round",
        mine,
        other,
        is_copy=False,
        reason="Chỉ tiêu tròn giống nhau (1.000 tờ, 20 băng rôn); còn lại mới.",
    )
    skeleton = random.Random(f"skeleton {unit.code}").choice(shared["skeletons"])
    for report in (mine, other):
        numbers = (report["fields"][name] for name in ("radio_items", "radio_broadcasts", "mobile_sessions"))
        report["fields"]["good_practices"] = skeleton.format(*numbers)
    yield _pair(
        unit, "skeleton", mine, other, is_copy=False, reason="Câu khuôn của phòng với số mới; các phần khác viết mới."
    )


def _with_template(unit: Unit, districts: list[Unit], template: str) -> Iterator[Pair]:
    others = [each for each in districts if each is not unit]
    told = []
    for each in [unit, *others, *others[:2]]:
        report = each.report("earlier", seed=f"template {len(told)}")
        report["fields"]["good_practices"] = template
        told.append(report)
    yield _pair(
        unit, "template", told[0], told[1], kind="neighbour", crowd=tuple(told[2:]), is_copy=False,
        reason="Câu mẫu của Sở mà huyện nào cũng viết; phần khác của mình.",
    )  # fmt: skip
    only = [copy.deepcopy(report) for report in told]
    for report in only:
        report["fields"] |= {"difficulties": "Không có", "recommendations": "Không có"}
    yield _pair(
        unit, "template-only", only[0], only[1], kind="neighbour", crowd=tuple(only[2:]), is_copy=False,
        reason="Chỉ có câu mẫu của Sở và “Không có”; số của mình.",
    )  # fmt: skip


def _small(half: str, shared: Mapping[str, Any]) -> Iterator[Pair]:
    """Reports in which little or nothing happened."""
    unit = Unit(half, "A", "small", "", {})
    nothing = {
        "fields": {
            **dict.fromkeys(district(random.Random(0)), 0),
            **STOCKS["A"],
            "difficulties": shared["not_launched"],
        },
        "by_topic": {},
        "violations": [],
        "nominations": [],
    }
    other = copy.deepcopy(nothing)
    yield _pair(
        unit, "zero-own", nothing, other, is_copy=False, reason="Hai kỳ đều chưa triển khai: số 0 và một câu ngắn."
    )
    yield _pair(
        unit, "zero-neighbour", nothing, other, kind="neighbour", is_copy=False, reason="Hai huyện đều chưa triển khai."
    )
    for number in range(8):
        draw = random.Random(f"{half} small {number}")
        among = _SMALL if number < 4 else range(1, 7)
        names = [name for name in district(draw) if not name.startswith("violation")]
        reports = []
        for _ in range(2):
            report = copy.deepcopy(nothing)
            report["fields"] |= {name: draw.choice(among) for name in names}
            report["fields"]["difficulties"] = "Không có"
            reports.append(report)
        yield _pair(
            unit, f"few-{number}", *reports, kind="neighbour" if number % 2 else "own", is_copy=False,
            reason="Đơn vị nhỏ: các số một, hai, ba trùng nhau do ít việc.",
        )  # fmt: skip
