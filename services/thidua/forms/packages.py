"""Sheets and documents that are zip packages: which kind, and whether they are safe to keep.

Nothing is unpacked to the disk. Every entry is inflated once, piece by piece and counted, since
the sizes written in a zip file are claims.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator

from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.active_parts import asks_a_program
from thidua.forms.active_parts import fetches_from_elsewhere
from thidua.forms.active_parts import is_looked_into
from thidua.forms.active_parts import runs_a_macro

__all__ = ["BROKEN", "package_type"]

_MOST_ENTRIES = 2000
#: All entries together; a sheet of a hundred thousand rows inflates to some 60 MB.
_MOST_INFLATED = 120 * 1024 * 1024
#: Sheets of many equal cells pack well, some 30 to 1; a thousand to one is an attack …
_HIGHEST_RATIO = 200
#: … once there is enough of it to matter.
_RATIO_MATTERS = 4 * 1024 * 1024
_PIECE = 256 * 1024
#: The largest part that is looked into.
_LARGEST_READ = 4 * 1024 * 1024
#: The largest part that is looked into for what acts by itself: the text of some two thousand pages.
_LARGEST_ACTIVE = 32 * 1024 * 1024
_LONGEST_ENTRY_NAME = 300
_END = b"PK\x05\x06"
_END_LENGTH = 22
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

_MACROS = "Tệp có chứa macro nên không nhận; hãy lưu lại thành .xlsx hoặc .docx (không macro) rồi gửi."
#: Said of whatever is no whole package of a kind that is taken.
BROKEN = "Tệp bị hỏng hoặc không phải bảng tính, văn bản mà hệ thống nhận (XLSX, DOCX, ODS)."
_BOMB = "Tệp nén bất thường (giải nén ra quá lớn) nên không nhận."
_ACTIVE = "Tệp có nhúng chương trình hoặc đối tượng khác nên không nhận; hãy xóa phần nhúng rồi lưu lại."
_ASKING = "Tệp có liên kết chạy hoặc gọi chương trình khác (DDE) nên không nhận; hãy xóa liên kết đó rồi lưu lại."
_FETCHING = "Tệp tự tải nội dung từ nơi khác khi mở nên không nhận; hãy chép hẳn nội dung đó vào tệp rồi lưu lại."
_LOCKED = "Tệp có mật khẩu nên không nhận; hãy bỏ mật khẩu rồi gửi lại."


def package_type(content: bytes) -> MediaType:
    """Judge a zip package whole and tell which kind it is.

    Raises:
        UnwantedFileError: it is broken, locked, too large inside, holds macros or programs, or is
            some other zip file.
    """
    # The directory of a zip stands at its end: what follows it, or stands before the first entry,
    # is another file that hides in this one.
    if content[-_END_LENGTH : -_END_LENGTH + 4] != _END:
        raise UnwantedFileError(BROKEN, subject="trailing bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _require_plain(entries)
            _require_sizes(package, entries)
            return _kind(package, {entry.filename for entry in entries})
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise UnwantedFileError(BROKEN, subject=type(error).__name__) from error


def _require_plain(entries: list[zipfile.ZipInfo]) -> None:
    if not 0 < len(entries) <= _MOST_ENTRIES or min(entry.header_offset for entry in entries) != 0:
        raise UnwantedFileError(BROKEN, subject="entries")
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename.casefold()
        if entry.flag_bits & _ENCRYPTED:
            raise UnwantedFileError(_LOCKED, subject="encrypted")
        if not _is_safe(entry.orig_filename) or name in seen or entry.compress_type not in _METHODS:
            raise UnwantedFileError(BROKEN, subject="entry name or method")
        # Nothing is unpacked here, but by whoever downloads it: a link there leads out of the package.
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise UnwantedFileError(BROKEN, subject="entry is a link")
        seen.add(name)


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        0 < len(name) <= _LONGEST_ENTRY_NAME
        and not name.startswith("/")
        and "\\" not in name
        and ":" not in name
        and ".." not in parts
        and all(char >= " " for char in name)
    )


def _require_sizes(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > _MOST_INFLATED:
        raise UnwantedFileError(_BOMB, subject="claimed size")
    total = 0
    for entry in entries:
        inflated = 0
        for piece in _pieces(package, entry):
            inflated += len(piece)
            total += len(piece)
            if total > _MOST_INFLATED or (
                inflated > _RATIO_MATTERS and inflated > _HIGHEST_RATIO * max(entry.compress_size, 1)
            ):
                raise UnwantedFileError(_BOMB, subject="inflated size")


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(entry) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _kind(package: zipfile.ZipFile, names: set[str]) -> MediaType:
    _require_inert(package, names)
    if "mimetype" in names:
        if _read(package, "mimetype").strip() == MediaType.ODS.value.encode():
            return MediaType.ODS
        raise UnwantedFileError(BROKEN, subject="mimetype")
    if "[Content_Types].xml" not in names:
        raise UnwantedFileError(BROKEN, subject="no content types")
    types = _read(package, "[Content_Types].xml").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise UnwantedFileError(_MACROS, subject="macros")
    for media_type, part, main in (
        (MediaType.XLSX, "xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
        (MediaType.DOCX, "word/document.xml", b"wordprocessingml.document.main+xml"),
    ):
        if part in names and main in types:
            return media_type
    raise UnwantedFileError(BROKEN, subject="no workbook or document")


def _require_inert(package: zipfile.ZipFile, names: set[str]) -> None:
    lower = {name.casefold() for name in names}
    if any(name.endswith("vbaproject.bin") or "macrosheets/" in name for name in lower):
        raise UnwantedFileError(_MACROS, subject="macros")
    if any(name.startswith(("basic/", "scripts/")) for name in lower):
        raise UnwantedFileError(_MACROS, subject="macros")
    if any(_is_object(name) for name in lower):
        raise UnwantedFileError(_ACTIVE, subject="embedded objects")
    for name in filter(is_looked_into, names):
        part = _read(package, name, _LARGEST_ACTIVE)
        if runs_a_macro(part):
            raise UnwantedFileError(_MACROS, subject="macros")
        if asks_a_program(part):
            raise UnwantedFileError(_ASKING, subject="dde")
        if fetches_from_elsewhere(part):
            raise UnwantedFileError(_FETCHING, subject="from elsewhere")


def _is_object(name: str) -> bool:
    # A chart in a sheet is a folder of that name, an object of another program a file.
    is_embedded = name == "object" or (name.startswith("object ") and "/" not in name)
    return is_embedded or "activex" in name or ("embeddings/" in name and name.endswith((".bin", ".exe", ".ole")))


def _read(package: zipfile.ZipFile, name: str, most: int = _LARGEST_READ) -> bytes:
    with package.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise UnwantedFileError(BROKEN, subject=name)
    return content
