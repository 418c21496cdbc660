"""Somebody types fast while tabs and browsers die; what was typed is compared key by key with what is left."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from dataclasses import field

from office import Desk
from playwright.sync_api import Error
from playwright.sync_api import Page

#: Long texts, a line of a table, a number: the kinds of cell that are typed into.
CELLS = ("/fields/good_practices", "/fields/difficulties", "/violations/0/full_name", "/fields/banners")
_KEYS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ   "
#: Longer than the slowest way of a text to the server, so that deaths fall before, into and after it.
_LONGEST_S = 2.4


@dataclass
class Toll:
    """What the deaths of one kind cost."""

    deaths: int = 0
    keys: int = 0
    lost: int = 0
    asked: int = 0
    told: list[str] = field(default_factory=list)


def value(page: Page, pointer: str) -> str:
    cell = page.locator(f"[name='{pointer}']")
    return cell.input_value() if cell.count() else ""


def lost_of(typed: str, stands: str) -> int:
    """How many of the keys typed are not there, from the first one that differs."""
    same = next((at for at, (left, right) in enumerate(zip(typed, stands, strict=False)) if left != right), None)
    return len(typed) - (min(len(typed), len(stands)) if same is None else same)


class Typist:
    """Types until killed and knows every key whose handling the page has confirmed."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self._desk = desk
        self._chance = chance
        self.stands: dict[str, str] = {}
        #: What the key under way at the moment of death would have made of its cell.
        self.attempt = ("", "")

    def one_death(self, page: Page, *, whole_browser: bool) -> int:
        """Type until the tab or the browser dies; returns the keys that were handled."""
        chance = self._chance
        kill = self._desk.kill_browser if whole_browser else self._desk.kill_tab
        death = threading.Timer(chance.uniform(0.02, _LONGEST_S), kill)
        handled = 0
        until = time.monotonic() + _LONGEST_S + 10
        death.start()
        try:
            while time.monotonic() < until:
                pointer = chance.choice(CELLS)
                cell = page.locator(f"[name='{pointer}']")
                if not cell.count():
                    page.locator(f"[data-records='/{pointer.split('/')[1]}'] [data-add]").click()
                cell.focus()
                cell.press("Control+a")
                text = ""
                for _ in range(chance.randint(2, 30 if pointer != "/fields/banners" else 3)):
                    key = chance.choice("123456789" if pointer == "/fields/banners" else _KEYS)
                    text += key
                    self.attempt = (pointer, text)
                    # Answered only after the page's own listeners have run.
                    page.keyboard.type(key)
                    self.stands[pointer] = text
                    handled += 1
                    page.wait_for_timeout(chance.uniform(5, 45))
        except Error:
            death.join()
            return handled
        raise RuntimeError("the tab outlived its death")

    def losses(self, page: Page, toll: Toll) -> None:
        """Compare what was typed with what stands after the form has been opened again."""
        line = page.locator(".kept-line")
        page.wait_for_function(
            """() => document.querySelector(".kept-line.saved, .kept-line.wrong, .kept-line.conflict")""",
            timeout=20_000,
        )
        if "conflict" in (line.get_attribute("class") or ""):
            toll.asked += 1
            toll.told.append("asked: " + " | ".join(page.locator(".two").all_inner_texts()).replace("\n", " "))
        while page.get_by_role("button", name="Giữ bản của tôi").count():
            page.get_by_role("button", name="Giữ bản của tôi").first.click()
        page.wait_for_function("""() => document.querySelector(".kept-line.saved, .kept-line.wrong")""")
        cells = self._desk.context.request.get(self._desk.draft).json()["cells"]
        for pointer, typed in self.stands.items():
            shown, kept = value(page, pointer), cells.get(pointer, {}).get("typed") or ""
            lost = 0 if self.attempt == (pointer, shown) else lost_of(typed, shown)
            toll.lost += lost
            if lost:
                toll.told.append(f"{pointer}: typed {typed!r}, stands {shown!r}")
            if kept != shown:
                toll.told.append(f"{pointer}: shows {shown!r}, the server has {kept!r}")
            self.stands[pointer] = shown


def deaths(desk: Desk, *, tabs: int, browsers: int, seed: int) -> dict[str, Toll]:
    """Let tabs and whole browsers die in a mixed order; returns the toll of each kind."""
    chance = random.Random(seed)
    tolls = {"tab": Toll(), "browser": Toll()}
    order = ["tab"] * tabs + ["browser"] * browsers
    chance.shuffle(order)
    typist = Typist(desk, chance)
    seen: Counter[str] = Counter()
    page = desk.open()
    for kind in order:
        toll = tolls[kind]
        toll.deaths += 1
        toll.keys += typist.one_death(page, whole_browser=kind == "browser")
        if kind == "browser":
            desk.start_again()
        else:
            page.close()
        page = desk.open()
        typist.losses(page, toll)
        seen[kind] += 1
        if sum(seen.values()) % 10 == 0:
            print(f"  {dict(seen)}: lost {tolls['tab'].lost} and {tolls['browser'].lost} keys", flush=True)
    page.close()
    return tolls
