"""What becomes of typing in a real browser on the demo's whole tree. One command: python bench/drafts.py

Keys lost when tabs and browsers are killed; time from key to saved, alone and beside twenty typists;
requests for one form; keys to file one; time to paste a table. ``--only kills,saving,…`` picks.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kills import deaths
from office import Desk
from office import demo
from playwright.sync_api import Page
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SAMPLE = json.loads((ROOT / "tests/samples/P01.json").read_text(encoding="utf-8"))
DISTRICTS = ("178", "180", "181", "182", "183", "184", "185", "187", "188", "189")

#: Notes when each key was handled and when the server's answer with its text was; no part of the product.
_STOPWATCH = """
window.keys = [];
window.requests = [];
const note = ({ target }) => keys.push({ cell: target.name, text: target.value, at: performance.now() });
addEventListener("input", note, true);
const { fetch } = window;
window.fetch = async (url, options) => {
  const answer = await fetch(url, options);
  if (options?.method !== "POST" || !String(url).endsWith("/draft")) return answer;
  const json = await answer.clone().json();
  const now = performance.now();
  const sent = JSON.parse(options.body).cells;
  requests.push(Object.keys(sent).length);
  for (const [cell, text] of Object.entries(sent)) {
    if (!json.cells?.[cell]) continue;
    const upTo = keys.findLastIndex((key) => key.cell === cell && key.text === text && key.at < now);
    keys.forEach((key, place) => { if (key.cell === cell && place <= upTo) key.saved ??= now - key.at; });
  }
  return answer;
};
"""


def line(name: str, **figures: object) -> None:
    print(f"{name}: " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in figures.items()), flush=True)


def share(sorted_values: list[float], of_100: int) -> float:
    return sorted_values[min(len(sorted_values) - 1, len(sorted_values) * of_100 // 100)]


def kills(desk: Desk, options: argparse.Namespace) -> None:
    tolls = deaths(desk, tabs=options.tabs, browsers=options.browsers, seed=options.seed)
    for kind, toll in tolls.items():
        line(f"killed {kind}", deaths=toll.deaths, keys=toll.keys, lost=toll.lost, asked=toll.asked)
        print(*(f"  {told}" for told in toll.told), sep="\n")


def values() -> list[tuple[str, str]]:
    """The sample report as a person types it, cell by cell, in the order of the form."""

    def typed(value: object) -> str:
        return re.sub(r"^(\d{4})-0?(\d+)-0?(\d+)$", r"\3/\2/\1", str(value))

    cells = [(f"/fields/{name}", typed(value)) for name, value in SAMPLE["fields"].items() if value is not None]
    for name, topics in SAMPLE["by_topic"].items():
        cells += [(f"/by_topic/{name}/{topic}", typed(value)) for topic, value in topics.items()]
    return [*cells, *((f"/prepared_by/{part}", text) for part, text in SAMPLE["prepared_by"].items())]


def empty(page: Page) -> None:
    """Throw the draft away, as a person does."""
    settled(page)
    link = page.locator("#ban-nhap a", has_text="Hủy bản nháp")
    if link.count():
        form = page.url
        link.click()
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        page.goto(form)
        settled(page)


def type_form(page: Page, key_ms: float, cell_ms: float) -> None:
    """Fill the form cell by cell at a person's pace; choices by their first letters."""
    for pointer, text in values():
        cell = page.locator(f"[name='{pointer}']")
        if not cell.count() or cell.evaluate("cell => cell.readOnly"):
            continue
        cell.evaluate("cell => { const fold = cell.closest('details'); if (fold) fold.open = true; }")
        page.wait_for_timeout(cell_ms)
        cell.focus()
        if cell.evaluate("cell => cell.matches('select')"):
            cell.select_option(text)
        else:
            page.keyboard.type(text, delay=key_ms)
    page.keyboard.press("Tab")


def settled(page: Page) -> None:
    page.locator(".kept-line.saved, .kept-line.wrong").wait_for(timeout=30_000)


def requests(desk: Desk, _: argparse.Namespace) -> None:
    """Saves for one form, by a fast typist and by a slow one."""
    for name, key_ms, cell_ms in (("fast", 60, 300), ("slow", 350, 2500)):
        page = desk.open()
        empty(page)
        began = time.monotonic()
        type_form(page, key_ms, cell_ms)
        settled(page)
        counts = page.evaluate("requests")
        seconds = round(time.monotonic() - began)
        line(
            f"form typed, {name}",
            seconds=seconds,
            keys=page.evaluate("keys.length"),
            requests=len(counts),
            cells=sum(counts),
        )
        page.close()


def saving(desk: Desk, _: argparse.Namespace) -> None:
    """Key to saved, alone and beside twenty typists."""
    people = [f"reporter-ls-{code}-vhtt:LS-{code}-VHTT" for code in DISTRICTS]
    people += [person.replace("reporter", "head") for person in people]
    for name, crowd in (("alone", []), ("beside 20 typists", people)):
        beside = None
        if crowd:
            command = [sys.executable, str(ROOT / "bench/typists.py"), desk.address, "60", *crowd]
            beside = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert beside.stdout
            assert beside.stdout.readline() == "ready\n"
        page = desk.open()
        empty(page)
        until = time.monotonic() + 45
        while time.monotonic() < until:
            type_form(page, 90, 400)
        settled(page)
        times = sorted(page.evaluate("keys.filter((key) => key.saved !== undefined).map((key) => key.saved)"))
        unsaved = page.evaluate("keys.filter((key) => key.saved === undefined).length")
        figures = {f"p{part}": f"{share(times, part):.0f} ms" for part in (50, 95, 99)}
        line(f"key to saved, {name}", keys=len(times), unknown=unsaved, **figures)
        page.close()
        if beside:
            print(f"  the twenty: {beside.communicate()[0].strip()}")


class Hand:
    """Fills the cell the cursor is in and goes on, by keys alone, and counts them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.wanted = dict(values())
        self.characters = 0
        self.others = 0

    def press(self, key: str) -> None:
        self.others += 1
        self._page.keyboard.press(key)

    def at(self, selector: str) -> bool:
        return bool(self._page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def fill(self) -> str:
        """Type what belongs into the cell under the cursor; returns the cell's name."""
        cell = str(self._page.evaluate("document.activeElement.name || ''"))
        text = self.wanted.pop(cell, None)
        if text is None:
            return cell
        if self.at("select"):
            find = "code => [...document.activeElement.options].find((each) => each.value === code).label"
            for key in str(self._page.evaluate(find, text))[:3]:
                self.press(key)
        else:
            self._page.keyboard.type(text)
            self.characters += len(text)
        return cell

    def go_on(self, cell: str) -> None:
        topics = f"/by_topic/{cell.rpartition('/')[2]}/"
        if cell.startswith("/fields/") and any(each.startswith(topics) for each in self.wanted):
            for key in ("Tab", "Enter", "Tab"):
                self.press(key)
        else:
            self.press("Tab" if self.at("textarea, button, summary") else "Enter")


def filing(desk: Desk, _: argparse.Namespace) -> None:
    """The whole form by keyboard alone: keys beside the characters of the values."""
    page = desk.open()
    empty(page)
    hand = Hand(page)
    page.locator("[name='/fields/launch_status']").focus()
    while not hand.at("[data-file]"):
        hand.go_on(hand.fill())
        assert hand.others < 500, hand.wanted
    assert not hand.wanted
    hand.press("Enter")
    page.locator("#ket-qua[data-focus], h1:has-text('Giấy biên nhận')").wait_for()
    if page.locator("[data-confirm]").count():
        print(f"  {page.locator('#ket-qua li').count()} doubtful figures to be confirmed")
        for key in ("Alt+s", "Space", "Alt+s", "Enter"):
            hand.press(key)
    page.wait_for_url(re.compile(r"/receipts/"))
    line("filed by keyboard", cells=len(values()), characters=hand.characters, other_keys=hand.others)
    page.close()


def pasting(desk: Desk, _: argparse.Namespace) -> None:
    """A block of 200 rows and 20 columns into the widest table, which takes ten of them."""
    row = [
        "VP-{0}",
        "5/3/2021",
        "Nguyễn Văn {0}",
        "Viên chức",
        "khác",
        "không",
        "mới",
        "nhắc nhở",
        "{0}/QĐ",
        "9/3/2021",
    ]
    block = "\n".join(
        "\t".join([*(cell.format(at) for cell in row), *("thừa" for _ in range(10))]) for at in range(200)
    )
    page = desk.open()
    empty(page)
    page.locator("[data-records='/violations'] [data-add]").click()
    took = page.evaluate(
        """async (text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const cell = document.querySelector("[name='/violations/0/case_id']");
            const line = document.querySelector(".kept-line");
            const began = performance.now();
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
            const handled = performance.now() - began;
            await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
            const shown = performance.now() - began;
            const isSaved = () => requests.length && line.matches(".saved, .wrong");
            while (!isSaved()) await new Promise((go) => setTimeout(go, 5));
            const cells = document.querySelectorAll("[data-row] [name^='/violations/']").length;
            return { handled, shown, saved: performance.now() - began, requests: requests.length, cells };
        }""",
        block,
    )
    print("  " + page.locator("#vua-dan").inner_text().replace("\n", " "))
    line("pasted 200 × 20", **{key: round(value) for key, value in took.items()})
    page.close()


PARTS = {"pasting": pasting, "filing": filing, "saving": saving, "requests": requests, "kills": kills}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default=",".join(PARTS), help="parts, with commas")
    arguments.add_argument("--tabs", type=int, default=200, help="tabs to kill")
    arguments.add_argument("--browsers", type=int, default=50, help="browsers to kill")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="drafts-") as scratch,
        demo(Path(scratch)) as address,
        sync_playwright() as playwright,
    ):
        for name in options.only.split(","):
            desk = Desk(playwright, address, Path(scratch) / f"profile-{name}")
            desk.watch(_STOPWATCH)
            PARTS[name](desk, options)
            desk.close()


if __name__ == "__main__":
    main()
