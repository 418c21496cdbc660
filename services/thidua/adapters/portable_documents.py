"""PDF as it is kept: refused where it is locked or does things, its properties taken out where that breaks nothing.

Author, program and times in the document's properties go, and what a camera wrote beside the pixels of the
photos on its pages: place, time, owner. Pages and pixels stay as they are. A document that carries a digital
signature is kept byte for byte, properties included, since anything else would break the signature.
"""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf import PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject
from pypdf.generic import DictionaryObject
from pypdf.generic import IndirectObject
from pypdf.generic import NameObject
from pypdf.generic import NullObject
from pypdf.generic import StreamObject

from thidua.application.ports.surroundings import Received
from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.pictures import bare_jpeg

__all__ = ["received_document"]

# It tells at length what it mends in crooked files, which is nobody's concern here.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

#: Objects of one file: a hundred scanned pages have under a thousand.
_MOST_OBJECTS = 20_000
_MOST_PAGES = 300
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"})
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/RichMedia", "/XFA"})

#: What may run by itself: going to a place within the document, or doing what a reader's own menu does.
_HARMLESS = frozenset({"/GoTo", "/Named"})

_BROKEN = "Tệp PDF bị hỏng hoặc chưa tải lên hết; hãy mở thử trên máy rồi gửi lại."
_LOCKED = "Tệp PDF có mật khẩu nên không nhận; hãy bỏ mật khẩu rồi gửi lại."
_ACTIVE = "Tệp PDF có chứa chương trình (JavaScript, tệp đính kèm, lệnh mở) nên không nhận; hãy in lại thành PDF mới."
_LARGE = "Tệp PDF có quá nhiều trang hoặc thành phần; hãy tách thành nhiều tệp."


def received_document(content: bytes) -> Received:
    """Judge a PDF and take its properties out.

    Raises:
        UnwantedFileError: it is broken, locked, too large inside, or does things by itself.
    """
    if b"%%EOF" not in content[-1024:]:
        raise UnwantedFileError(_BROKEN, subject="cut off")
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UnwantedFileError(_LOCKED, subject="encrypted")
        if _objects(reader) > _MOST_OBJECTS or not 0 < len(reader.pages) <= _MOST_PAGES:
            raise UnwantedFileError(_LARGE if len(reader.pages) else _BROKEN, subject="pages or objects")
        is_signed = _judge(reader)
        kept = content if is_signed else _without_properties(reader)
    # A crooked file may lead the reader anywhere; each of these has been seen to come out of one.
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
        zlib.error,
    ) as error:
        raise UnwantedFileError(_BROKEN, subject=type(error).__name__) from error
    except (RecursionError, NotImplementedError, OSError, OverflowError, MemoryError) as error:
        raise UnwantedFileError(_BROKEN, subject=type(error).__name__) from error
    return Received(kept, MediaType.PDF)


def _objects(reader: PdfReader) -> int:
    return sum(len(each) for each in reader.xref.values()) + len(reader.xref_objStm)


def _judge(reader: PdfReader) -> bool:
    """Walk every object that the document reaches; tells whether it is signed.

    Raises:
        UnwantedFileError: something in it acts.
    """
    is_signed = False
    for each in _dictionaries(reader):
        action = each.get("/S")
        if (isinstance(action, str) and action in _ACTIONS) or not _ACTIVE_KEYS.isdisjoint(each.keys()):
            raise UnwantedFileError(_ACTIVE, subject="active")
        if any(_acts(step) for step in _by_itself(each)):
            raise UnwantedFileError(_ACTIVE, subject="by itself")
        is_signed = is_signed or (each.get("/Type") == "/Sig" or "/ByteRange" in each)
    return is_signed


def _by_itself(one: DictionaryObject) -> Iterator[object]:
    """Yield what is done without the reader's asking: when the document, a page or a field is opened or left."""
    if "/OpenAction" in one:
        yield one["/OpenAction"]
    moments = one.get("/AA")
    if isinstance(moments, DictionaryObject):
        yield from (moments[key] for key in moments)


def _acts(step: object) -> bool:
    """Tell whether a step, or one that follows it, reaches out of the document."""
    waiting, most = [step], _MOST_OBJECTS
    while waiting and (most := most - 1):
        one = waiting.pop()
        one = one.get_object() if isinstance(one, IndirectObject) else one
        if isinstance(one, DictionaryObject):
            if one.get("/S") not in _HARMLESS:
                return True
            following = one.get("/Next")
            waiting.extend(list.__iter__(following) if isinstance(following, ArrayObject) else [following])
    return bool(waiting)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield what the trailer leads to, each object once, without opening what streams hold."""
    waiting: list[object] = [reader.trailer]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            waiting.append(one.get_object())
        elif isinstance(one, DictionaryObject):
            yield one
            # Raw: looking a key up would follow it past what was seen.
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _without_properties(reader: PdfReader) -> bytes:
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    objects = writer._objects  # noqa: SLF001  the library names no other way to all objects
    for each in [one for one in objects if isinstance(one, DictionaryObject)]:
        for key in ("/Metadata", "/PieceInfo"):
            told = each.raw_get(key) if key in each else None
            each.pop(NameObject(key), None)
            # An object that nothing leads to is written all the same.
            if isinstance(told, IndirectObject):
                objects[told.idnum - 1] = NullObject()
        if isinstance(each, StreamObject):
            _bare(each)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _bare(stream: StreamObject) -> None:
    """Take what stands beside the pixels out of a photo, which phones lay into their scans as it is."""
    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    content: bytes = stream._data  # noqa: SLF001  as it is stored; the public way unpacks the picture
    if names == ["/FlateDecode", "/DCTDecode"] and "/DecodeParms" not in stream:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(content, LARGEST_FILE)
        if not unpacking.eof:
            raise UnwantedFileError(_LARGE, subject="packed photo")
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
    elif names != ["/DCTDecode"]:
        return
    stream._data = bare_jpeg(content)  # noqa: SLF001
