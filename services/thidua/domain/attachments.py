"""Files laid beside a report: what is taken, how large, how alike two pictures are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "EXTENSIONS",
    "LARGEST_FILE",
    "LIKENESS_DISTANCE",
    "LONGEST_NAME",
    "MEDIA_LABELS",
    "MOST_FILES",
    "MOST_PIXELS",
    "MOST_WEBP_PIXELS",
    "SCANS",
    "SCAN_POINTER",
    "Attachment",
    "Evidence",
    "MediaType",
    "are_alike",
    "clean_file_name",
]

#: Bytes of one file as sent: a phone's photo has 3 to 6 MB, a scan of ten pages 2 to 8.
LARGEST_FILE = 10 * 1024 * 1024
#: Where the scan of a whole report on paper lies.
SCAN_POINTER = "/on_behalf/scan"
#: Files beside one report.
MOST_FILES = 40
#: Width times height: what a picture takes in memory hangs on this, not on its bytes.
MOST_PIXELS = 40_000_000
#: WebP decodes and packs in several copies of the picture at once.
MOST_WEBP_PIXELS = 16_000_000
#: Characters of a file's name, extension included.
LONGEST_NAME = 120
#: Two pictures are called alike when at most so many of their 64 marks differ.
LIKENESS_DISTANCE = 3


class MediaType(StrEnum):
    """What is taken, told by content and never by name."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"

    @property
    def is_picture(self) -> bool:
        """Tell whether it can be shown as a thumbnail."""
        return self in {MediaType.JPEG, MediaType.PNG, MediaType.WEBP}


#: The words people see.
MEDIA_LABELS = {
    MediaType.JPEG: "Ảnh JPEG",
    MediaType.PNG: "Ảnh PNG",
    MediaType.WEBP: "Ảnh WebP",
    MediaType.PDF: "Tệp PDF",
    MediaType.XLSX: "Bảng tính Excel",
    MediaType.DOCX: "Văn bản Word",
    MediaType.ODS: "Bảng tính ODS",
}

#: The extension a file is handed out with.
EXTENSIONS = {
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.WEBP: ".webp",
    MediaType.PDF: ".pdf",
    MediaType.XLSX: ".xlsx",
    MediaType.DOCX: ".docx",
    MediaType.ODS: ".ods",
}

#: What a paper report is scanned or photographed as.
SCANS = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG, MediaType.WEBP})

#: Never part of a name: what systems read as a path, a device, a command or a text direction.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_KNOWN_ENDINGS = frozenset({*EXTENSIONS.values(), ".jpeg", ".jpe", ".jfif"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file.

    Attributes:
        digest: SHA-256 hex of the stored bytes.
        media_type: as told by its content.
        size: stored bytes.
        width: pixels, None unless a picture; the same for ``height``.
        height: pixels.
        likeness: 16 hex digits by which the same picture saved anew is known; None where a
            picture has too little in it to be told from others.
    """

    digest: str
    media_type: MediaType
    size: int
    width: int | None = None
    height: int | None = None
    likeness: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who laid which file beside which cell of which report; ``pointer`` is empty for the whole report."""

    id: int
    campaign_code: str
    period_code: str
    unit_code: str
    pointer: str
    file_name: str
    account_id: int
    added_at: datetime
    removed_at: datetime | None
    attachment: Attachment

    @property
    def place(self) -> tuple[str, str, str]:
        """Campaign, period and unit of the report."""
        return self.campaign_code, self.period_code, self.unit_code


def are_alike(one: str | None, other: str | None) -> bool:
    """Tell whether two pictures look the same to a person; what has no likeness is like nothing."""
    if one is None or other is None:
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= LIKENESS_DISTANCE


def clean_file_name(name: str, media_type: MediaType) -> str:
    """Return a name that is safe to show and to save under, with the extension of the content.

    Folders, control characters and turned text go; Vietnamese letters stay. A name with nothing
    left becomes ``tep``.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    last = " ".join(_NOT_IN_NAMES.sub(" ", last).split())
    # Half a pair, as broken clients send it, can be written nowhere.
    last = last.encode("utf-8", "ignore").decode("utf-8")
    stem, dot, ending = last.rpartition(".")
    if dot and f".{ending.lower()}" in _KNOWN_ENDINGS:
        last = stem
    extension = EXTENSIONS[media_type]
    last = last.strip(" .")[: LONGEST_NAME - len(extension)].rstrip(" .")
    return (last or "tep") + extension
