"""Which kind of file a content is, told by the content alone."""

from __future__ import annotations

from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.packages import package_type

__all__ = ["TAKEN", "sniff"]

#: What is taken, in words.
TAKEN = "ảnh JPEG, PNG, WebP; bản quét PDF; bảng tính XLSX, ODS; văn bản DOCX"

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif")


def sniff(content: bytes) -> MediaType:
    """Tell what a file is.

    Raises:
        UnwantedFileError: it is empty, too large, or none of the kinds that are taken.
    """
    if not content:
        raise UnwantedFileError("Tệp trống (0 byte); hãy chọn lại tệp.", subject="empty")
    if len(content) > LARGEST_FILE:
        raise UnwantedFileError(
            f"Tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB; hãy giảm kích thước rồi gửi lại.", subject="size"
        )
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return MediaType.WEBP
    if content.startswith(b"%PDF-"):
        return MediaType.PDF
    if content.startswith(b"PK\x03\x04"):
        return package_type(content)
    raise UnwantedFileError(_why_not(content), subject="kind")


def _why_not(content: bytes) -> str:
    """Say the one thing that helps; most such files come from an old program or a phone's setting."""
    if content.startswith(_OLD_OFFICE):
        return "Tệp Office đời cũ (.xls, .doc) hoặc có mật khẩu; hãy lưu lại thành .xlsx hoặc .docx rồi gửi."
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "Ảnh HEIC của điện thoại chưa nhận được; hãy đổi sang JPEG (Máy ảnh › Định dạng › Tương thích nhất)."
    return f"Không nhận loại tệp này. Chỉ nhận {TAKEN}."
