"""Texts of a workbook in several languages, and the names that become ours."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Mapping

from thidua.forms.soundness import RESERVED
from thidua.scaffolding.names import plain_words
from thidua.scaffolding.xlsform.differences import Differences
from thidua_sdk import FormSchema

__all__ = ["Words", "as_sentence", "free_name", "unit_in"]

_VIETNAMESE = re.compile(r"\(vi(?:-vn)?\)|^vi$|viet|tieng viet", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]{1,200}>")
_MARKS = re.compile(r"(\*{1,2})(?=\S)(.+?)(?<=\S)\1")
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")
_UNIT = re.compile(r"\(([^()\d]{1,20})\)\s*$")
_PERCENT = re.compile(r"%|tỷ lệ|tỉ lệ|phần trăm", re.IGNORECASE)
_LONGEST_NAME = 60
_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", ".)")
#: What a class of fields means by these names already.
_TAKEN = frozenset(dir(FormSchema)) | RESERVED | frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)


class Words:
    """Picks the Vietnamese of each text, and notes what is lost by it."""

    def __init__(self, differences: Differences, default_language: str = "") -> None:
        self._differences = differences
        self._default = default_language
        self._knows_vietnamese = False
        #: Language: how many texts of it were left out.
        self.others: dict[str, int] = {}
        #: What a reference to a question reads as: its label.
        self.labels: dict[str, str] = {}

    def know(self, value: object) -> None:
        """Learn which languages the workbook speaks."""
        if isinstance(value, Mapping):
            self._knows_vietnamese |= any(_is_vietnamese(str(language)) for language in value)

    def pick(self, value: object, place: str, what: str) -> str:
        """Return one text in one language, plain and in normal form; empty if there is none.

        Args:
            value: a text, or texts by language.
            place: the question.
            what: what it is, in Vietnamese, for the report.
        """
        raw = self._of_one_language(value, place, what)
        text = unicodedata.normalize("NFC", raw)
        text = "\n".join(" ".join(_printable(line).split()) for line in text.splitlines()).strip()
        plain = _HEADING.sub("", _MARKS.sub(r"\2", _TAGS.sub("", text)))
        if plain != text:
            self._differences.changed(place, f"{what}: đã bỏ định dạng chữ (đậm, nghiêng, HTML)")
        if _REFERENCE.search(plain):
            self._differences.changed(place, f"{what}: chỗ chèn câu trả lời khác thành tên của câu ấy")
            plain = _REFERENCE.sub(lambda found: f"“{self.labels.get(found[1], found[1])}”", plain)
        return " ".join(plain.split())

    def peek(self, value: object) -> str:
        """Return the text without noting anything."""
        if isinstance(value, Mapping):
            language = self._language_of(value)
            value = value.get(language, "")
        return " ".join(unicodedata.normalize("NFC", str(value or "")).split())

    def _of_one_language(self, value: object, place: str, what: str) -> str:
        if not isinstance(value, Mapping):
            return str(value or "")
        language = self._language_of(value)
        for other, text in value.items():
            if other != language and text:
                self.others[str(other)] = self.others.get(str(other), 0) + 1
        if self._knows_vietnamese and value and not _is_vietnamese(language):
            self._differences.changed(place, f"{what}: không có bản tiếng Việt, đã lấy {language}")
        return str(value.get(language, ""))

    def _language_of(self, value: Mapping[object, object]) -> str:
        languages = [str(each) for each, text in value.items() if text]
        for language in languages:
            if _is_vietnamese(language):
                return language
        for language in (self._default, "default"):
            if language in languages:
                return language
        return languages[0] if languages else ""


def as_sentence(text: str) -> str:
    """Begin a text with a capital letter and end it with a full stop, as the sentences of a form do."""
    whole = text[:1].upper() + text[1:]
    return whole if not whole or whole.endswith(_ENDS) else f"{whole.rstrip(' ,;:')}."


def unit_in(label: str) -> str:
    """Find the unit of measure that a label names, such as ``(người)`` at its end; empty if it names none."""
    if _PERCENT.search(label):
        return "%"
    found = _UNIT.search(label)
    return found[1].strip() if found else ""


def free_name(asked: str, taken: set[str]) -> str:
    """Make a field's name of a question's, different from all that are taken, and take it."""
    base = plain_words(asked)[:_LONGEST_NAME].strip("_") or "cau"
    if not base[0].isalpha():
        base = f"cau_{base}"
    if base in _TAKEN:
        base = f"{base}_ghi"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def _is_vietnamese(language: str) -> bool:
    bare = unicodedata.normalize("NFKD", language).encode("ascii", "ignore").decode()
    return bool(_VIETNAMESE.search(bare.strip()))


def _printable(line: str) -> str:
    return "".join(char if char.isprintable() else " " for char in line)
