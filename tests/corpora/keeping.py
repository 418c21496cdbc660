"""Texts stored in every cell that takes text and read back: nothing is lost, nothing is changed beyond what is written.

What may change is said here a second time, apart from the program that does it: one spelling of each letter
(NFC), eth as đ, invisible and direction marks off, every kind of space a plain one, ends trimmed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

from tests.corpora.cases import Text
from tests.corpora.cases import normalisations
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from tests.corpora.tally import Tally
from tests.corpora.throwing import asked
from thidua.forms.describe import FieldModel

__all__ = ["as_documented", "keep_normalisations", "keep_texts", "texts_of_form"]

_DROPPED = {0xAD, 0x200B, 0x200C, 0x2060, 0xFEFF, 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_LETTERS = {"Ð": "Đ", "ð": "đ", "\uf0b7": "-"}
_LINE_SEPARATORS = {"\u2028", "\u2029", "\r"}
#: What the forms' own sums say beside a list of one violation.
_ONE_VIOLATION = {
    "A": {"violation_cases": 1, "violation_alcohol": 1, "violation_handled": 1},
    "C": {"violation_cases": 1, "violation_alcohol": 1, "handling_pending": 1},
}
_TEXT_KINDS = {"line", "paragraph"}


def as_documented(text: str, *, lines: bool) -> str:
    """Write a text as it is said to be kept."""
    letters = []
    for letter in text.replace("\r\n", "\n"):
        if ord(letter) in _DROPPED:
            continue
        if letter in _LINE_SEPARATORS:
            letters.append("\n")
        elif letter == "\t" or unicodedata.category(letter) == "Zs":
            letters.append(" ")
        else:
            letters.append(_LETTERS.get(letter, letter))
    found = unicodedata.normalize("NFC", "".join(letters))
    return (found if lines else found.replace("\n", " ")).strip(" \n")


def texts_of_form(site: Site, form: str) -> dict[str, bool]:
    """Return the pointers of a form's texts, told whether they take lines: cells, columns, persons, the envelope's."""
    composed = site.here.host.catalogue.form(CAMPAIGN, PERIOD, form)
    found = {
        "/prepared_by/full_name": False,
        "/prepared_by/position": False,
        "/approved_by/full_name": False,
        "/comments/~1fields~1staff_total": True,
    }
    for model in composed.fields:
        if model.kind in _TEXT_KINDS:
            found[model.pointer] = model.kind == "paragraph"
        elif model.kind == "list_of":
            found[f"{model.pointer}/0"] = False
        for column in model.columns:
            if column.kind in _TEXT_KINDS:
                where = f"/{model.name}/0" if model.is_table else model.pointer
                found[f"{where}/{column.name}"] = column.kind == "paragraph"
    return found


def keep_texts(site: Site, cases: Sequence[Text], *, examples: int, seed: int) -> Tally:
    """File every text in every cell of every form that takes text, many at once, and read them back."""
    tally = Tally("keeping", seed=seed, cases=len(cases))
    for form in sorted(site.units):
        pointers = texts_of_form(site, form)
        tally.places += len(pointers)
        filer = _Filer(site, tally, form)
        step = max(1, len(cases) * len(site.units) // examples)
        for start in site.portion.of(range(0, len(cases), step)):
            # Each text stands in another cell each time round.
            chosen = {
                pointer: cases[(start + place * (len(cases) // len(pointers) + 1)) % len(cases)]
                for place, pointer in enumerate(pointers)
            }
            filer.keep(chosen, pointers)
        site.restore()
    return tally


def keep_normalisations(site: Site, *, examples: int, seed: int) -> Tally:
    """File the official lines of normalisation, a page of them in each paragraph, and read them back composed."""
    told = [(text, composed) for text, composed in dict(normalisations()).items() if _is_known(text)]
    tally = Tally("normalisation", seed=seed, cases=len(told), places=1)
    filer = _Filer(site, tally, "A")
    kept = 0
    for page in site.portion.of(list(_pages(told))):
        if tally.thrown >= examples:
            break
        wanted = "\n".join(as_documented(f"x{composed}x", lines=True) for _, composed in page)
        sent = "\n".join(f"x{text}x" for text, _ in page)
        found = filer.file({"/fields/difficulties": sent})
        if found is None or found != {}:
            tally.fail("refused", f"page with {page[0][0]!r}: {found}")
            continue
        kept += len(page)
        read = filer.read().get("/fields/difficulties")
        if read != wanted:
            tally.fail("changed", f"page with {page[0][0]!r}")
    tally.figures["texts kept"] = kept
    site.restore()
    return tally


def _is_known(text: str) -> bool:
    """Tell whether this Python's tables, which may be older than the lines, know every letter."""
    return all(unicodedata.category(letter) != "Cn" for letter in text)


def _pages(told: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    page: list[tuple[str, str]] = []
    room = 3900
    for text, composed in told:
        length = max(len(text), len(composed)) + 3
        if length > room:
            yield page
            page, room = [], 3900
        page.append((text, composed))
        room -= length
    yield page


class _Filer:
    """Files one unit's report again and again."""

    def __init__(self, site: Site, tally: Tally, form: str) -> None:
        self._site, self._tally, self._form = site, tally, form
        self._who = site.reporter(form)
        self._sound: dict[str, Any] = site.envelope(form)
        self._revision = -1
        self._id = 0
        composed = site.here.host.catalogue.form(CAMPAIGN, PERIOD, form)
        self._columns = {name: _row(table) for name, table in composed.tables.items()}

    def keep(self, chosen: dict[str, Text], pointers: dict[str, bool]) -> None:
        """File the texts; what is refused is refused by name, and the rest reads back as it is said to be kept."""
        texts = {pointer: case.text for pointer, case in chosen.items()}
        refused = self.file(texts)
        if refused is None:
            return
        self._tally.figures["refused"] = self._tally.figures.get("refused", 0) + len(refused)
        left = {pointer: text for pointer, text in texts.items() if pointer not in refused}
        while refused:
            # Rows and persons need all their cells: without one that was refused the others may be, too.
            refused = self.file(left)
            if refused is None:
                return
            left = {pointer: text for pointer, text in left.items() if pointer not in refused}
        read = self.read()
        for pointer, text in left.items():
            wanted = as_documented(text, lines=pointers[pointer])
            found = read.get(pointer) or ""
            self._tally.figures["read back"] = self._tally.figures.get("read back", 0) + 1
            if found != wanted:
                told = f"{self._form} {pointer} <- {chosen[pointer].name}: {text[:40]!r} became {found[:40]!r}"
                self._tally.fail("changed", told)

    def file(self, texts: dict[str, str]) -> dict[str, str] | None:
        """File a revision; returns what was refused by pointer, none of it if it was taken, None without an answer."""
        envelope = self._written(texts)
        answer = asked(
            self._tally, f"{self._form} filed", lambda: self._site.api(self._who, "POST", "/reports", json=envelope)
        )
        if answer is None or answer.json is None:
            return None
        if answer.status_code == 201:
            self._revision, self._id = answer.json["revision"], answer.json["report"]
            return {}
        found: dict[str, str] = {}
        for error in answer.json.get("errors", []):
            for pointer in error["cells"]:
                hit = [each for each in texts if each == pointer or each.startswith(f"{pointer}/")]
                found |= dict.fromkeys(hit, str(error["detail"]))
        if not found:
            detail = answer.json.get("detail", "")
            # A text that no JSON reader takes is named in words.
            named = [each for each in texts if each in detail or each.replace("~1", "/") in detail]
            if not named:
                self._tally.fail("refused without a name", f"{self._form}: {answer.status_code} {detail[:200]}")
                return None
            found |= dict.fromkeys(named, detail)
        return found

    def read(self) -> dict[str, str]:
        """Read the newest revision's texts by pointer."""
        answer = self._site.api(self._who, "GET", f"/reports/{self._id}")
        assert answer.json is not None
        return dict(_leaves(answer.json["revisions"][-1]["payload"], ""))

    def _written(self, texts: dict[str, str]) -> dict[str, Any]:
        envelope: dict[str, Any] = {**self._sound, "fields": dict(self._sound["fields"])}
        if self._revision >= 0:
            envelope |= {"revision": self._revision + 1, "correction_reason": "Sửa lời văn."}
        if any(pointer.startswith("/violations/") for pointer in texts):
            envelope["fields"] |= _ONE_VIOLATION[self._form]
        for pointer, text in texts.items():
            parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
            match parts:
                case [table, "0", column] if table in self._columns:
                    rows = envelope.get(table) or [self._columns[table]]
                    envelope[table] = [{**rows[0], column: text}]
                case ["fields", name, "0"]:
                    envelope["fields"][name] = [text]
                case ["fields", name]:
                    envelope["fields"][name] = text
                case ["fields", name, column]:
                    envelope["fields"][name] = {**(envelope["fields"].get(name) or {}), column: text}
                case [name, cell]:
                    envelope[name] = {**(envelope.get(name) or {}), cell: text}
        return envelope


def _row(table: FieldModel) -> dict[str, object]:
    """Write a row of which every column but the texts is sound."""
    made: dict[str, object] = {}
    for column in table.columns:
        match column.kind:
            case "choice":
                made[column.name] = column.options[0][0]
            case "day":
                made[column.name] = "2021-08-02"
            case "count":
                made[column.name] = max(1, column.minimum or 0)
            case "flag":
                made[column.name] = False
            case "document_number":
                made[column.name] = column.example
            case "line" | "paragraph":
                made[column.name] = "Chữ thường " * (1 + column.min_length // 11)
    return made


def _leaves(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{pointer}/{index}")
