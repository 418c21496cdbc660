"""The names a new plugin goes by, and what is wrong with one that was asked for."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection
from collections.abc import Iterable
from dataclasses import dataclass

from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError

__all__ = ["LONGEST_LABEL", "CampaignNames", "UnitNames", "campaign_names", "clean_label", "plain_words", "unit_names"]

LONGEST_LABEL = 90
_LONGEST_CODE = 40
_MOST_YEARS = 50
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
#: Rows are numbered behind it, so that more digits would run into theirs.
_FORM = re.compile(r"[A-Z]{1,4}[0-9]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnitNames:
    """The names of a unit type's distribution."""

    code: str
    label: str
    form: str

    @property
    def folder(self) -> str:
        """Name of the folder."""
        return f"unit-{self.code.replace('_', '-')}"

    @property
    def package(self) -> str:
        """Name by which it is imported."""
        return f"thidua_unit_{self.code}"

    @property
    def distribution(self) -> str:
        """Name by which it is installed."""
        return f"thidua-unit-{self.code.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class CampaignNames:
    """The names of a campaign's distribution, and of the one it is begun from."""

    code: str
    year: int
    package: str
    distribution: str
    old_code: str
    old_year: int

    @property
    def folder(self) -> str:
        """Name of the folder."""
        return f"campaign-{self.code.lower()}"


def campaign_names(
    old_code: str,
    old_year: int,
    old_package: str,
    old_distribution: str,
    year: int,
    *,
    codes_in_use: Collection[str] = (),
    distributions: Iterable[str] = (),
) -> CampaignNames:
    """Judge the names of another year's campaign: those of the old one with the other year in them.

    Raises:
        MalformedRequestError: the year cannot be, or the old names do not name theirs.
        ConflictError: a name is taken.
    """
    if year == old_year or abs(year - old_year) > _MOST_YEARS:
        raise MalformedRequestError(
            f"Năm {year} không dùng được: phải khác năm {old_year} và cách không quá {_MOST_YEARS} năm.", subject="year"
        )
    said, wanted = str(old_year), str(year)
    for name in (old_code, old_package, old_distribution):
        if name.count(said) != 1:
            raise MalformedRequestError(
                f"Tên “{name}” không chứa năm {old_year} đúng một lần nên không suy ra tên cho năm {year} được; "
                "hãy chép phần mở rộng ấy bằng tay.",
                subject=name,
            )
    code, package, distribution = (name.replace(said, wanted) for name in (old_code, old_package, old_distribution))
    if code in codes_in_use or distribution in set(distributions):
        raise ConflictError(f"Đợt {code} đã được cài; hãy chọn năm khác, hoặc gỡ bản ấy trước.", subject=code)
    return CampaignNames(code, year, package, distribution, old_code, old_year)


def unit_names(
    code: str,
    label: str,
    form: str = "",
    *,
    codes_in_use: Collection[str] = (),
    forms_in_use: Collection[str] = (),
    distributions: Iterable[str] = (),
) -> UnitNames:
    """Judge the names of a new unit type.

    Args:
        code: as asked for.
        label: Vietnamese name of the kind of unit.
        form: code of its form; made of the code's initials if empty.
        codes_in_use: unit types that are installed, sound or not.
        forms_in_use: forms of the unit types that serve.
        distributions: names of what is installed.

    Raises:
        MalformedRequestError: a name cannot be one; the sentence says what would do.
        ConflictError: a name is taken.
    """
    if not _CODE.fullmatch(code) or len(code) > _LONGEST_CODE or keyword.iskeyword(code):
        proposed = plain_words(code)
        hint = f" Ví dụ: {proposed}." if _CODE.fullmatch(proposed) and not keyword.iskeyword(proposed) else ""
        raise MalformedRequestError(
            f"Mã “{code}” không dùng được: chỉ gồm chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ, "
            f"dài không quá {_LONGEST_CODE} ký tự.{hint}",
            subject=code,
        )
    if code in codes_in_use:
        raise ConflictError(f"Mã “{code}” đã có một phần mở rộng dùng; hãy chọn mã khác.", subject=code)
    if form and not _FORM.fullmatch(form):
        raise MalformedRequestError(
            f"Mã biểu “{form}” không dùng được: chỉ gồm 1 đến 4 chữ in hoa không dấu, có thể thêm một chữ số, "
            "ví dụ E hoặc XA1.",
            subject=form,
        )
    if form in forms_in_use:
        raise ConflictError(
            f"Mã biểu “{form}” đã có loại đơn vị khác dùng; hãy chọn mã khác bằng --form.", subject=form
        )
    names = UnitNames(code, clean_label(label), form or _free_form(code, forms_in_use))
    if names.distribution in set(distributions):
        raise ConflictError(
            f"Bản phân phối {names.distribution} đã được cài; hãy chọn mã khác, hoặc gỡ bản ấy trước.", subject=code
        )
    return names


def clean_label(label: str) -> str:
    """Return a label in normal form, spaces joined."""
    text = " ".join(unicodedata.normalize("NFC", label).split())
    if not text or len(text) > LONGEST_LABEL or not text.isprintable():
        raise MalformedRequestError(
            f"Tên loại đơn vị phải có chữ và dài không quá {LONGEST_LABEL} ký tự, ví dụ --label “Ủy ban nhân dân xã”.",
            subject="label",
        )
    return text


def plain_words(text: str) -> str:
    """Make a plain name of any text: ``Phòng Văn hoá`` becomes ``phong_van_hoa``; empty if nothing is left."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text.replace("đ", "d").replace("Đ", "D"))
    bare = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def _free_form(code: str, in_use: Collection[str]) -> str:
    base = "".join(word[0] for word in code.split("_") if word[0].isalpha()).upper()[:4]
    number = 1
    while (form := base if number == 1 else f"{base}{number}") in in_use:
        number += 1
    return form
