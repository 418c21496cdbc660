"""Photos: what is told of them, what is taken out, and when two are of one moment."""

import io

import pytest
from PIL import Image

from thidua.adapters.photographs import likeness_of
from thidua.adapters.reception import FileReception
from thidua.domain.attachments import MOST_PIXELS
from thidua.domain.attachments import MediaType
from thidua.domain.attachments import are_alike
from thidua.domain.errors import UnwantedFileError
from thidua.forms.pictures import picture_size
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_scene

DESK = FileReception()


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_phone_writes_into_a_photo_is_gone(kind: str, orientation: int) -> None:
    sent = a_photo(kind=kind, orientation=orientation)
    assert dict(Image.open(io.BytesIO(sent)).getexif())
    kept = DESK.receive(sent).content
    picture = Image.open(io.BytesIO(kept))
    assert picture.format == kind
    assert dict(picture.getexif()) == {}
    assert not {"exif", "xmp", "icc_profile", "comment"} & picture.info.keys()
    for trace in (b"Exif", b"GPS", b"profile-of", b"chup tai nha", b"http://ns.adobe.com"):
        assert trace not in kept


def test_text_chunks_of_a_png_and_what_follows_its_end_are_gone() -> None:
    from_a_program = Image.new("P", (40, 30))
    from_a_program.info["transparency"] = 0
    sent = a_photo(kind="PNG") + b"PK\x03\x04 another file <script>"
    kept = DESK.receive(sent).content
    assert b"<script>" not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")
    clear = DESK.receive(saved(from_a_program, "PNG", transparency=0)).content
    assert Image.open(io.BytesIO(clear)).info["transparency"] == 0


def test_a_photo_taken_on_its_side_is_turned_upright_and_keeps_its_pixels() -> None:
    received = DESK.receive(a_photo(size=(640, 400), orientation=6))
    assert (received.width, received.height) == (400, 640)
    assert Image.open(io.BytesIO(received.content)).size == (400, 640)
    plain = DESK.receive(a_photo(size=(640, 400)))
    assert (plain.width, plain.height) == (640, 400)


def test_writing_a_photo_anew_changes_hardly_a_pixel_and_keeps_its_size() -> None:
    sent = a_photo(quality=75, size=(1600, 1200))
    kept = DESK.receive(sent).content
    assert len(kept) < len(sent) * 1.1
    pairs = zip(
        Image.open(io.BytesIO(sent)).convert("L").tobytes(),
        Image.open(io.BytesIO(kept)).convert("L").tobytes(),
        strict=True,
    )
    assert max(abs(left - right) for left, right in pairs) <= 6


def test_a_photo_in_printers_colours_is_shown_in_screens_colours() -> None:
    kept = DESK.receive(saved(a_scene().convert("CMYK"), "JPEG")).content
    assert Image.open(io.BytesIO(kept)).mode == "RGB"


def test_of_several_pictures_in_one_file_the_first_is_kept() -> None:
    sent = saved(a_scene(1), "MPO", save_all=True, append_images=[a_scene(2)])
    received = DESK.receive(sent)
    kept = Image.open(io.BytesIO(received.content))
    assert received.media_type is MediaType.JPEG
    assert kept.format == "JPEG"
    assert len(received.content) < len(sent) * 0.7
    assert are_alike(received.likeness, likeness_of(a_scene(1)))


def test_a_thumbnail_is_small_and_ours() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = DESK.receive(a_photo(kind=kind, size=(2000, 1500))).content
        small = Image.open(io.BytesIO(DESK.thumbnail(kept)))
        assert small.format == "JPEG"
        assert max(small.size) == 480


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_size_is_read_before_anything_decodes(kind: str) -> None:
    for size in ((640, 480), (1, 1), (17, 900)):
        assert picture_size(saved(a_scene(size=size), kind), MediaType[kind]) == size
    for lossless in ({"lossless": True}, {"lossless": True, "exif": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"}):
        assert picture_size(saved(a_scene(size=(33, 44)), "WEBP", **lossless), MediaType.WEBP) == (33, 44)


def test_just_too_many_pixels_are_refused_and_just_enough_are_taken() -> None:
    wide = saved(Image.new("1", (8000, MOST_PIXELS // 8000)), "PNG")
    assert DESK.receive(wide).width == 8000
    with pytest.raises(UnwantedFileError):
        DESK.receive(saved(Image.new("1", (8000, MOST_PIXELS // 8000 + 1)), "PNG"))


def test_the_same_photo_saved_anew_is_recognised_and_another_is_not() -> None:
    marks = [likeness_of(a_scene(seed)) for seed in range(60)]
    assert all(marks)
    for seed in range(60):
        scene = a_scene(seed)
        small = scene.resize((320, 240))
        for again in (
            Image.open(io.BytesIO(saved(scene, "JPEG", quality=40))),
            Image.open(io.BytesIO(saved(small, "WEBP", quality=60))),
            scene.point([min(255, level + 12) for level in range(256)] * 3),
        ):
            assert are_alike(marks[seed], likeness_of(again)), seed
    pairs = [(one, other) for one in range(60) for other in range(one)]
    assert not [pair for pair in pairs if are_alike(marks[pair[0]], marks[pair[1]])]


def test_what_shows_nothing_is_like_nothing() -> None:
    white = Image.new("RGB", (600, 800), "white")
    assert likeness_of(white) is None
    assert not are_alike(None, None)
    assert not are_alike(None, likeness_of(a_scene()))
