"""Files as people send them, sound and unsound, made in the test that needs them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL import ImageFilter
from pypdf import PdfWriter
from pypdf.generic import ArrayObject
from pypdf.generic import ByteStringObject
from pypdf.generic import DictionaryObject
from pypdf.generic import NameObject
from pypdf.generic import StreamObject
from pypdf.generic import TextStringObject

__all__ = ["a_bomb_png", "a_docx", "a_pdf", "a_photo", "a_scene", "a_workbook", "an_ods", "packed"]

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ORIENTATION, _MAKE, _GPS = 0x0112, 0x010F, 0x8825


def a_scene(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Draw a picture with light and shade of its own; the same for the same seed."""
    noise = random.Random(seed)  # noqa: S311  the same picture each time is what is wanted
    rough = Image.frombytes("RGB", (12, 9), bytes(noise.randrange(256) for _ in range(12 * 9 * 3)))
    return rough.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(3))


def a_photo(
    seed: int = 1, *, size: tuple[int, int] = (640, 480), orientation: int = 1, kind: str = "JPEG", quality: int = 88
) -> bytes:
    """Write a photo with what a phone writes into it: maker, place, a comment."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKE] = "Hãng máy ảnh"
    exif[_GPS] = {1: "N", 2: (21.0, 51.0, 12.5), 3: "E", 4: (106.0, 45.0, 40.25)}
    options: dict[str, object] = {"exif": exif.tobytes(), "icc_profile": b"profile-of-somebody" * 10}
    if kind != "PNG":
        options["quality"] = quality
    if kind == "JPEG":
        options["comment"] = b"chup tai nha ong A"
    file = io.BytesIO()
    a_scene(seed, size).save(file, kind, **options)
    return file.getvalue()


def a_bomb_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """Write a few kilobytes of PNG that decode to gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(b"\x00" * ((width // 8 + 1) * min(height, 2000)))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def packed(entries: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Pack entries into a zip file, in order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return file.getvalue()


def a_workbook(more: Mapping[str, bytes] | None = None, *, content_type: str = _SPREADSHEET) -> bytes:
    """Write the bones of an XLSX."""
    types = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{content_type}"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "xl/workbook.xml": b"<workbook/>", **(more or {})})


def a_docx(more: Mapping[str, bytes] | None = None, *, content_type: str = _DOCUMENT) -> bytes:
    """Write the bones of a DOCX."""
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "word/document.xml": b"<document/>", **(more or {})})


def an_ods(more: Mapping[str, bytes] | None = None) -> bytes:
    """Write the bones of an ODS."""
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "content.xml": b"<office/>", **(more or {})}, stored=("mimetype",))


def a_pdf(
    *, pages: int = 1, author: str = "Nguyễn Văn Kín", script: str = "", password: str = "", signed: bool = False
) -> bytes:
    """Write a PDF with an author in its properties."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Author": author})
    xmp = StreamObject()
    xmp.set_data(f"<x:xmpmeta>{author}</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)  # noqa: SLF001  no other way in
    if script:
        # Where it acts at a touch, and not only at the document's root.
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        )
        note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])  # noqa: SLF001
    if signed:
        signature = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Sig"),
                NameObject("/ByteRange"): ArrayObject(),
                NameObject("/Contents"): ByteStringObject(b"\x00" * 32),
                NameObject("/Reason"): TextStringObject("Phê duyệt"),
            }
        )
        form = DictionaryObject({NameObject("/V"): writer._add_object(signature)})  # noqa: SLF001
        writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)  # noqa: SLF001
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
