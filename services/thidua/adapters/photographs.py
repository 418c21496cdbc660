"""Pictures as they are kept: decoded, turned upright, written anew from their pixels alone.

Writing anew is what takes everything else out: place and time and owner of the camera (EXIF, XMP,
IPTC), the thumbnail inside that still shows what was cut off, comments, text chunks, colour
profiles, a second picture or another file behind the first. A JPEG is written with the tables it
came with, so that it loses next to nothing and keeps its size.

One picture at a time in each process: a decoded one takes up to 300 MB, and eight at once would
take the machine.
"""

from __future__ import annotations

import io
import threading

from PIL import Image
from PIL import ImageOps
from PIL import JpegImagePlugin

from thidua.application.ports.surroundings import Received
from thidua.domain.attachments import MOST_PIXELS
from thidua.domain.attachments import MOST_WEBP_PIXELS
from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.pictures import picture_size

__all__ = ["likeness_of", "received_picture", "thumbnail_of"]

# The size is judged before Pillow sees the file, and stricter than its own limit.
Image.MAX_IMAGE_PIXELS = None

_FORMATS = {MediaType.JPEG: ("JPEG", "MPO"), MediaType.PNG: ("PNG",), MediaType.WEBP: ("WEBP",)}
#: Modes that are kept; others (CMYK, 16 bits a colour) become what screens show.
_KEPT_MODES = {
    MediaType.JPEG: frozenset({"L", "RGB"}),
    MediaType.PNG: frozenset({"1", "L", "LA", "P", "RGB", "RGBA"}),
    MediaType.WEBP: frozenset({"RGB", "RGBA"}),
}
_QUALITY = 90
_THUMBNAIL = (480, 480)
#: Marks of a likeness: eight rows of eight comparisons.
_MARKS = 8
#: Neighbours that differ by less tell nothing: a white page has a likeness to every white page.
_TELLING_STEP = 4
_FEWEST_TELLING = 12

_BROKEN = "Ảnh bị hỏng hoặc chưa tải lên hết; hãy mở thử trên máy rồi gửi lại."
_one_at_a_time = threading.Lock()


def received_picture(content: bytes, media_type: MediaType) -> Received:
    """Judge a picture and write it anew.

    Raises:
        UnwantedFileError: it is broken or has too many pixels.
    """
    size = picture_size(content, media_type)
    if size is None or 0 in size:
        raise UnwantedFileError(_BROKEN, subject="header")
    most = MOST_WEBP_PIXELS if media_type is MediaType.WEBP else MOST_PIXELS
    if size[0] * size[1] > most:
        raise UnwantedFileError(
            f"Ảnh lớn hơn {most // 1_000_000} triệu điểm ảnh; hãy thu nhỏ rồi gửi lại.", subject="pixels"
        )
    with _one_at_a_time:
        try:
            return _written_anew(content, media_type, size)
        # Pillow answers a broken file with whatever its decoder met first.
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, OverflowError) as error:
            raise UnwantedFileError(_BROKEN, subject=type(error).__name__) from error


def thumbnail_of(content: bytes) -> bytes:
    """Make a small JPEG of a stored picture, what is seen through in it being white."""
    with _one_at_a_time, Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", (_THUMBNAIL[0] * 2, _THUMBNAIL[1] * 2))
        picture.thumbnail(_THUMBNAIL)
        seen = picture.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    return _saved(Image.alpha_composite(ground, seen).convert("RGB"), "JPEG", quality=80)


def likeness_of(picture: Image.Image) -> str | None:
    """Return the 64 marks of a picture in 16 hex digits: is each of 8 × 8 places brighter than its neighbour.

    Saving anew, scaling and brightening change few of them. None where neighbours hardly differ.
    """
    small = picture.convert("L").resize((_MARKS + 1, _MARKS), Image.Resampling.BOX)
    grey = small.tobytes()
    bits = telling = 0
    for row in range(_MARKS):
        for column in range(_MARKS):
            at = row * (_MARKS + 1) + column
            bits = bits << 1 | (grey[at] < grey[at + 1])
            telling += abs(grey[at] - grey[at + 1]) >= _TELLING_STEP
    return f"{bits:016x}" if telling >= _FEWEST_TELLING else None


def _written_anew(content: bytes, media_type: MediaType, size: tuple[int, int]) -> Received:
    with Image.open(io.BytesIO(content), formats=_FORMATS[media_type]) as picture:
        if picture.size != size:
            raise UnwantedFileError(_BROKEN, subject="two sizes")
        picture.load()
        options = _options(picture, media_type)
        # In place: a copy of a large picture would be another 120 MB.
        ImageOps.exif_transpose(picture, in_place=True)
        upright: Image.Image = picture
        if upright.mode not in _KEPT_MODES[media_type]:
            upright = upright.convert("RGBA" if "A" in upright.mode and media_type is not MediaType.JPEG else "RGB")
        # What is seen through in a picture with a palette is part of its pixels; all else is not.
        upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        likeness = likeness_of(upright.convert("L").reduce(max(1, min(upright.size) // 256)))
        written = _saved(upright, media_type.name, **options)
    return Received(written, media_type, *upright.size, likeness=likeness)


def _options(picture: Image.Image, media_type: MediaType) -> dict[str, object]:
    """Say how a picture is packed: a JPEG as it came, the others as fast as is worth it."""
    if media_type is MediaType.PNG:
        return {"compress_level": 4}
    if media_type is MediaType.WEBP:
        return {"quality": _QUALITY, "method": 2}
    if isinstance(picture, JpegImagePlugin.JpegImageFile) and picture.mode in _KEPT_MODES[MediaType.JPEG]:
        return {"qtables": picture.quantization, "subsampling": JpegImagePlugin.get_sampling(picture)}
    return {"quality": _QUALITY}


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
