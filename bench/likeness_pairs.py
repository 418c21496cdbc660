"""Labelled pairs of reports: copies of every kind we know, and honest reports that only look alike.

The texts are written by hand (``tests/data/likeness/reports.toml``), the counts are drawn from a
generator seeded with the names of unit and report, and a pair is made of both by what a copier, or an
honest office, would do. Every pair says what it is and why.
"""

from __future__ import annotations

import copy
import random
import re
import tomllib
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "tests/data/likeness/reports.toml"

Payload = dict[str, Any]

#: Stocks and texts that are no flow, by form; every other drawn number is a flow.
_STOCKS = {
    "A": {"staff_total": 7, "staff_briefed": 7, "stations_total": 20, "stations_broadcasting": 18, "pledges_signed": 7},
    "B": {"staff_total": 6, "staff_briefed": 6, "stations_total_province": 200, "stations_operating": 186},
    "C": {"staff_total": 9, "civil_servants": 9, "staff_briefed": 9, "pledges_signed": 9, "vehicles": 2, "drivers": 1},
    "D": {"department_staff_total": 55, "crashes": 28, "deaths": 27, "injured": 7, "workplan_total": 40},
}
_SPLIT = {"A": ("radio_items", "online_items", "banners"), "B": ("print_items", "online_items", "radio_items")}
_TOPICS = ("directive_18", "resolution_12", "alcohol_law", "decree_100", "annual_theme", "local_directions")


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


@dataclass(frozen=True)
class _Unit:
    half: str
    form: str
    code: str
    place: str
    texts: Mapping[str, Mapping[str, Any]]

    def report(self, which: str, seed: str = "") -> Payload:
        """An honest report: the texts of that period, counts of its own."""
        fields = {name: text for name, text in self.texts[which].items() if name != "movements"}
        if "movements" in self.texts[which]:
            fields["combined_movements"] = list(self.texts[which]["movements"])
        return _with_counts(self.form, fields, f"{self.half} {self.form} {self.code} {which} {seed}")


def _with_counts(form: str, fields: Payload, seed: str) -> Payload:
    flows = _DRAW[form](random.Random(seed))
    draw = random.Random(f"{seed} topics")
    return {
        "fields": {**_STOCKS[form], **flows, **fields},
        "by_topic": {
            name: {topic: draw.randint(1, max(1, flows[name] * 2 // 3)) for topic in draw.sample(_TOPICS, 4)}
            for name in _SPLIT.get(form, ())
        },
        "violations": [],
        "nominations": [],
    }


def _district(draw: random.Random) -> dict[str, int]:
    items, direct = draw.randint(9, 45), draw.randint(2, 9)
    broadcasts = items * draw.randint(3, 8) + draw.randint(0, 9)
    return {
        "direction_docs_count": draw.randint(1, 4),
        "briefing_sessions": draw.randint(1, 3),
        "radio_items": items,
        "radio_broadcasts": broadcasts,
        "radio_minutes": broadcasts * draw.randint(5, 9) + draw.randint(0, 9),
        "minority_language_broadcasts": draw.randint(5, max(6, broadcasts // 3)),
        "tv_items": draw.randint(0, 5),
        "online_items": draw.randint(3, 24),
        "social_posts": draw.randint(2, 30),
        "social_reach": draw.randint(24, 420) * 100,
        "banners": draw.randint(5, 48),
        "posters": draw.randint(0, 15),
        "leaflets": draw.randint(3, 50) * 50,
        "mobile_sessions": draw.randint(1, 12),
        "direct_sessions": direct,
        "direct_participants": direct * draw.randint(40, 190) + draw.randint(0, 30),
        "school_sessions": draw.randint(0, direct),
        "alcohol_items": draw.randint(3, items),
        "violation_cases": 0,
        "violation_alcohol": 0,
        "violation_handled": 0,
    }


def _press(draw: random.Random) -> dict[str, int]:
    return {
        "advisory_docs_count": draw.randint(2, 5),
        "direction_docs_count": draw.randint(2, 5),
        "press_briefing_mentions": draw.randint(2, 9),
        "print_items": draw.randint(18, 60),
        "online_items": draw.randint(30, 120),
        "radio_items": draw.randint(20, 70),
        "tv_items": draw.randint(10, 40),
        "broadcast_minutes": draw.randint(280, 900),
        "thematic_columns": draw.randint(2, 4),
        "minority_language_programmes": draw.randint(4, 30),
        "central_press_items": draw.randint(1, 9),
        "department_site_items": draw.randint(7, 31),
        "monitoring_visits": draw.randint(1, 5),
        "alcohol_items": draw.randint(18, 60),
    }


def _room(draw: random.Random) -> dict[str, int]:
    return {"briefing_sessions": draw.randint(1, 3), "violation_cases": 0, "portal_views": draw.randint(180, 9000)}


def _office(draw: random.Random) -> dict[str, int]:
    return {
        "reminders_sent": draw.randint(2, 9),
        "monitoring_visits": draw.randint(1, 6),
        "issues_raised": draw.randint(2, 9),
        "issues_resolved": draw.randint(1, 2),
        "police_notices": draw.randint(0, 3),
        "self_reported": draw.randint(0, 3),
    }


_DRAW: dict[str, Callable[[random.Random], dict[str, int]]] = {"A": _district, "B": _press, "C": _room, "D": _office}

_SMALL = (1, 1, 1, 2, 2, 3)
_WORDS = (
    ("phối hợp với", "phối kết hợp cùng"),
    ("Đề nghị", "Kính đề nghị"),
    ("đề nghị", "kính đề nghị"),
    ("tổ chức", "tiến hành"),
    ("nguyên nhân là", "nguyên nhân chính là"),
    ("nguyên nhân do", "nguyên nhân chính do"),
    ("chưa có", "hiện chưa có"),
    ("các huyện", "những huyện"),
    (" và ", ", đồng thời "),
    ("phát lại", "phát sóng lại"),
    ("hằng tuần", "mỗi tuần"),
    ("quán triệt", "phổ biến, quán triệt"),
)


def redated(text: str) -> str:
    """Move every date, month and quarter of a text one quarter on, as who changes only the dates does."""
    text = re.sub(r"(\d{1,2})/(\d{1,2})\b", lambda found: f"{found[1]}/{(int(found[2]) + 2) % 12 + 1}", text)
    text = re.sub(r"tháng (\d{1,2})\b", lambda found: f"tháng {(int(found[1]) + 2) % 12 + 1}", text)
    text = text.replace("quý III", "quý IV").replace("quý II ", "quý III ")
    return text.replace("Sáu tháng đầu năm", "Chín tháng").replace("sáu tháng đầu năm", "chín tháng năm 2021")


def _disturbed(text: str, seed: str) -> str:
    """Put another word in place of every sixth or so, as a copier who works hard does."""
    draw = random.Random(f"disturbed {seed}")
    said = text.split()
    place = draw.randint(2, 5)
    while place < len(said):
        said[place] = draw.choice(("cũng", "đều", "cơ bản", "vẫn", "nói chung", "bước đầu", "thực hiện", "tích cực"))
        place += draw.choice((5, 6, 7))
    return " ".join(said)


def _texts(payload: Payload, change: Callable[[str], str]) -> Payload:
    """Copy a report with every text changed."""
    changed = copy.deepcopy(payload)
    for name, value in changed["fields"].items():
        if isinstance(value, str):
            changed["fields"][name] = change(value)
        elif isinstance(value, list):
            changed["fields"][name] = [change(line) for line in value]
    return changed


def _paste(into: Payload, source: Payload, *, numbers: bool, texts: bool) -> Payload:
    """Copy a report with the numbers or the texts of another pasted over its own."""
    pasted = copy.deepcopy(into)
    for name, value in source["fields"].items():
        if numbers if isinstance(value, int) else texts:
            pasted["fields"][name] = copy.deepcopy(value)
    if numbers:
        pasted["by_topic"] = copy.deepcopy(source["by_topic"])
    return pasted


def _counted(payload: Payload, change: Callable[[str, int], int]) -> Payload:
    """Copy a report with every flow changed, splits alike."""
    changed = copy.deepcopy(payload)
    stocks = set().union(*_STOCKS.values())
    for name, value in changed["fields"].items():
        if isinstance(value, int) and name not in stocks:
            changed["fields"][name] = change(name, value)
    for name, counts in changed["by_topic"].items():
        for topic, value in counts.items():
            counts[topic] = change(name, value)
    return changed


def _reworded(text: str) -> str:
    for plain, other in _WORDS:
        text = text.replace(plain, other)
    return redated(text)


def pairs() -> tuple[Pair, ...]:
    """Make the whole set, the same on every machine."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    units = [
        _Unit(
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


def _pair(unit: _Unit, what: str, mine: Payload, other: Payload, *, is_copy: bool, reason: str, **more: Any) -> Pair:  # noqa: ANN401  the fields of Pair
    name = f"{unit.half}-{unit.form}-{unit.code}-{what}"
    return Pair(name, unit.half, unit.form, more.pop("kind", "own"), what, is_copy, reason, mine, other, **more)


def _own_copies(units: list[_Unit]) -> Iterator[Pair]:
    for unit in units:
        before, fresh = unit.report("earlier"), unit.report("later")
        dated = _texts(before, redated)
        yield _pair(unit, "only-dates", dated, before, is_copy=True, reason="Chép cả kỳ trước, chỉ sửa ngày tháng.")
        mine = _paste(fresh, dated, numbers=False, texts=True)
        yield _pair(unit, "texts", mine, before, is_copy=True, reason="Số mới, phần chữ chép kỳ trước và sửa ngày.")
        mine = _paste(fresh, _texts(before, _reworded), numbers=False, texts=True)
        yield _pair(unit, "texts-synonyms", mine, before, is_copy=True, reason="Số mới, phần chữ chép, thay vài từ.")
        mine = _paste(
            fresh, _texts(before, lambda text, of=unit: _disturbed(redated(text), of.code)), numbers=False, texts=True
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
            mine = _paste(fresh, unit.report("reworded"), numbers=False, texts=True)
            yield _pair(unit, "texts-reworded", mine, before, is_copy=True, reason="Số mới, người chép viết lại nhẹ.")
        if unit.form not in "AB":
            continue
        mine = _paste(fresh, before, numbers=True, texts=False)
        yield _pair(unit, "numbers", mine, before, is_copy=True, reason="Chữ mới, mọi số của kỳ trước giữ nguyên.")
        for factor in (1.5, 2, 1.2):
            mine = _paste(
                fresh, _counted(before, lambda _, count, by=factor: round(count * by)), numbers=True, texts=False
            )
            yield _pair(
                unit, f"times-{factor}", mine, before, is_copy=True, reason=f"Chữ mới, mọi số kỳ trước nhân {factor}."
            )
        halved = _counted(
            before, lambda name, count, new=fresh: count if len(name) % 2 else new["fields"].get(name, count)
        )
        mine = _paste(fresh, halved, numbers=True, texts=False)
        yield _pair(
            unit, "numbers-half", mine, before, is_copy=True, reason="Chữ mới, khoảng một nửa số ô giữ số kỳ trước."
        )
        nudge = random.Random(f"nudge {unit.code}")
        nudged = _counted(before, lambda _, count, by=nudge: count + round(count * by.uniform(-0.03, 0.03)))
        mine = _paste(fresh, nudged, numbers=True, texts=False)
        yield _pair(
            unit,
            "numbers-nudged",
            mine,
            before,
            is_copy=True,
            reason="Chữ mới, mọi số kỳ trước thêm bớt vài phần trăm.",
        )
        mine = _paste(fresh, before, numbers=True, texts=False)
        changed = sorted(mine["fields"].keys() & unit.report("later")["fields"].keys())[::7]
        for name in changed:
            if isinstance(mine["fields"][name], int) and name not in _STOCKS[unit.form]:
                mine["fields"][name] += 3
        yield _pair(unit, "numbers-touched", mine, before, is_copy=True, reason="Chữ mới, số kỳ trước chỉ sửa vài ô.")


def _neighbour_copies(units: list[_Unit]) -> Iterator[Pair]:
    for form in "AC":
        same = [unit for unit in units if unit.form == form]
        for place, unit in enumerate(same):
            source = same[(place + 1) % len(same)]
            theirs, own = source.report("earlier"), unit.report("earlier")
            crowd = tuple(each.report("earlier") for each in same if each not in (unit, source))
            named = _texts(theirs, lambda text, here=unit, there=source: text.replace(there.place, here.place))
            more: dict[str, Any] = {"kind": "neighbour", "crowd": crowd}
            mine = _paste(own, named, numbers=False, texts=True)
            yield _pair(
                unit, "pasted-texts", mine, theirs, is_copy=True, reason="Dán chữ của huyện bạn, đổi tên huyện.", **more
            )
            mine = _paste(own, named, numbers=True, texts=True)
            yield _pair(
                unit, "pasted-all", mine, theirs, is_copy=True, reason="Dán cả chữ và số, đổi tên huyện.", **more
            )
            mine = _paste(own, _texts(named, _reworded), numbers=False, texts=True)
            yield _pair(
                unit, "pasted-synonyms", mine, theirs, is_copy=True, reason="Dán chữ, đổi tên và vài từ.", **more
            )
            if form == "A":
                mine = _paste(own, named, numbers=True, texts=False)
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


def _honest(units: list[_Unit], shared: Mapping[str, Any]) -> Iterator[Pair]:
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


def _grown(unit: _Unit, before: Payload, fresh: Payload) -> Iterator[Pair]:
    if unit.form not in "AB":
        return
    grown = _counted(before, lambda name, count: count + fresh["fields"].get(name, 1))
    mine = _paste(fresh, grown, numbers=True, texts=False)
    yield _pair(unit, "grown", mine, before, is_copy=False, reason="Số lũy kế: kỳ trước cộng thêm phần làm mới.")


def _routine(unit: _Unit, before: Payload, fresh: Payload, shared: Mapping[str, Any]) -> Iterator[Pair]:
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


def _with_template(unit: _Unit, districts: list[_Unit], template: str) -> Iterator[Pair]:
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
    unit = _Unit(half, "A", "small", "", {})
    nothing = {
        "fields": {
            **dict.fromkeys(_district(random.Random(0)), 0),
            **_STOCKS["A"],
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
        names = [name for name in _district(draw) if not name.startswith("violation")]
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
