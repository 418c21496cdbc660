"""Reports of units that are made up: texts written by hand, counts drawn, and what people do to both.

The texts stand in ``tests/data/likeness/reports.toml``; the counts are drawn from a generator seeded
with the names of unit and report.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]

#: Stocks and texts that are no flow, by form; every other drawn number is a flow.
STOCKS = {
    "A": {"staff_total": 7, "staff_briefed": 7, "stations_total": 20, "stations_broadcasting": 18, "pledges_signed": 7},
    "B": {"staff_total": 6, "staff_briefed": 6, "stations_total_province": 200, "stations_operating": 186},
    "C": {"staff_total": 9, "civil_servants": 9, "staff_briefed": 9, "pledges_signed": 9, "vehicles": 2, "drivers": 1},
    "D": {"department_staff_total": 55, "crashes": 28, "deaths": 27, "injured": 7, "workplan_total": 40},
}
_SPLIT = {"A": ("radio_items", "online_items", "banners"), "B": ("print_items", "online_items", "radio_items")}
_TOPICS = ("directive_18", "resolution_12", "alcohol_law", "decree_100", "annual_theme", "local_directions")


@dataclass(frozen=True)
class Unit:
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
        "fields": {**STOCKS[form], **flows, **fields},
        "by_topic": {
            name: {topic: draw.randint(1, max(1, flows[name] * 2 // 3)) for topic in draw.sample(_TOPICS, 4)}
            for name in _SPLIT.get(form, ())
        },
        "violations": [],
        "nominations": [],
    }


def district(draw: random.Random) -> dict[str, int]:
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


_DRAW: dict[str, Callable[[random.Random], dict[str, int]]] = {"A": district, "B": _press, "C": _room, "D": _office}

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


def disturbed(text: str, seed: str) -> str:
    """Put another word in place of every sixth or so, as a copier who works hard does."""
    draw = random.Random(f"disturbed {seed}")
    said = text.split()
    place = draw.randint(2, 5)
    while place < len(said):
        said[place] = draw.choice(("cũng", "đều", "cơ bản", "vẫn", "nói chung", "bước đầu", "thực hiện", "tích cực"))
        place += draw.choice((5, 6, 7))
    return " ".join(said)


def with_texts(payload: Payload, change: Callable[[str], str]) -> Payload:
    """Copy a report with every text changed."""
    changed = copy.deepcopy(payload)
    for name, value in changed["fields"].items():
        if isinstance(value, str):
            changed["fields"][name] = change(value)
        elif isinstance(value, list):
            changed["fields"][name] = [change(line) for line in value]
    return changed


def pasted_over(into: Payload, source: Payload, *, numbers: bool, texts: bool) -> Payload:
    """Copy a report with the numbers or the texts of another pasted over its own."""
    pasted = copy.deepcopy(into)
    for name, value in source["fields"].items():
        if numbers if isinstance(value, int) else texts:
            pasted["fields"][name] = copy.deepcopy(value)
    if numbers:
        pasted["by_topic"] = copy.deepcopy(source["by_topic"])
    return pasted


def with_counts_changed(payload: Payload, change: Callable[[str, int], int]) -> Payload:
    """Copy a report with every flow changed, splits alike."""
    changed = copy.deepcopy(payload)
    stocks = set().union(*STOCKS.values())
    for name, value in changed["fields"].items():
        if isinstance(value, int) and name not in stocks:
            changed["fields"][name] = change(name, value)
    for name, counts in changed["by_topic"].items():
        for topic, value in counts.items():
            counts[topic] = change(name, value)
    return changed


def reworded(text: str) -> str:
    for plain, other in _WORDS:
        text = text.replace(plain, other)
    return redated(text)
