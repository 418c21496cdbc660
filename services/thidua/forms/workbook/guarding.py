"""What a workbook from outside must be before anything reads it: small, whole, plain, and no bearer of programs.

Nothing here parses: sizes, names and bytes are looked at. How far its cells reach is looked at by
``scanning``, in the process that reads it.
"""

from __future__ import annotations

import io
import zipfile

from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.packages import BROKEN
from thidua.forms.packages import package_type

__all__ = ["LARGEST_WORKBOOK", "require_plain_workbook"]

#: Bytes as sent; a form with two full tables has under a hundred thousand.
LARGEST_WORKBOOK = 4 * 1024 * 1024
#: All parts inflated.
_MOST_INFLATED = 32 * 1024 * 1024
_MOST_ENTRIES = 400
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENDINGS = (".xml", ".rels", ".vml")
#: What begins a document type or an entity, in every encoding that a parser may take.
_DECLARED = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)

_AGAIN = "hãy tải biểu Excel từ trang báo cáo rồi điền vào tệp đó"
_NO_WORKBOOK = f"Tệp bị hỏng hoặc không phải bảng tính Excel (.xlsx); {_AGAIN}."
_OLD = (
    f"Tệp Excel đời cũ (.xls) hoặc có mật khẩu nên không đọc được; hãy bỏ mật khẩu, lưu lại thành .xlsx, hoặc {_AGAIN}."
)
_BINARY = "Tệp Excel nhị phân (.xlsb) không đọc được; hãy mở trong Excel và lưu lại thành .xlsx."
_OPEN_DOCUMENT = "Tệp ODS không nhập được; hãy mở tệp và lưu lại thành Excel .xlsx."
_TOO_LARGE = f"Tệp quá lớn so với một biểu báo cáo; hãy xóa hình ảnh và các trang không thuộc biểu, hoặc {_AGAIN}."
_LINKED = "Tệp có liên kết đến tệp Excel khác nên không đọc; hãy chép hẳn số liệu vào biểu (dán giá trị) rồi lưu lại."
_STRANGE = f"Tệp có phần khai báo lạ (DTD) mà Excel không bao giờ ghi nên không đọc; {_AGAIN}."


def require_plain_workbook(content: bytes) -> None:
    """Refuse what is no plain .xlsx of a form's size.

    Raises:
        UnwantedFileError: the message says what is wrong and what to do.
    """
    if not content:
        raise UnwantedFileError("Tệp trống (0 byte); hãy chọn lại tệp.", subject="empty")
    if len(content) > LARGEST_WORKBOOK:
        raise UnwantedFileError(_TOO_LARGE, subject="size")
    if content.startswith(_OLD_OFFICE):
        raise UnwantedFileError(_OLD, subject="ole")
    if not content.startswith(_ZIP):
        raise UnwantedFileError(_NO_WORKBOOK, subject="kind")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _require_small(package)
            # Judged whole: locked, macros, embedded programs, names that lead out, bombs, trailing bytes.
            kind = _kind_of(content)
            if kind is MediaType.ODS:
                raise UnwantedFileError(_OPEN_DOCUMENT, subject="ods")
            if kind is not MediaType.XLSX:
                raise UnwantedFileError(_NO_WORKBOOK, subject="kind")
            _require_undeclared(package)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise UnwantedFileError(_NO_WORKBOOK, subject=type(error).__name__) from error


def _kind_of(content: bytes) -> MediaType:
    try:
        return package_type(content)
    except UnwantedFileError as refusal:
        # Of a workbook is spoken here, not of all that can be laid beside a report.
        if refusal.message == BROKEN:
            raise UnwantedFileError(_NO_WORKBOOK, subject=refusal.subject) from refusal
        raise


def _require_small(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = [entry.filename.casefold() for entry in entries]
    if len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _MOST_INFLATED:
        raise UnwantedFileError(_TOO_LARGE, subject="inflated size")
    if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
        raise UnwantedFileError(_BINARY, subject="xlsb")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise UnwantedFileError(_LINKED, subject="external links")


def _require_undeclared(package: zipfile.ZipFile) -> None:
    for entry in package.infolist():
        if entry.filename.casefold().endswith(_ENDINGS):
            part = package.read(entry)
            if any(word in part for word in _DECLARED):
                raise UnwantedFileError(_STRANGE, subject="dtd")
