"""What is taken, told by content; what is taken out; what is refused, each with a sentence."""

import io
import stat
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf import PdfWriter
from pypdf.generic import ArrayObject
from pypdf.generic import DictionaryObject
from pypdf.generic import NameObject
from pypdf.generic import StreamObject
from pypdf.generic import TextStringObject

from thidua.adapters.reception import FileReception
from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.domain.errors import UnwantedFileError
from thidua.forms.active_parts import asks_a_program
from thidua.forms.active_parts import fetches_from_elsewhere
from thidua.forms.active_parts import runs_a_macro
from thidua_testkit.files import a_bomb_png
from thidua_testkit.files import a_docx
from thidua_testkit.files import a_pdf
from thidua_testkit.files import a_photo
from thidua_testkit.files import a_scene
from thidua_testkit.files import a_workbook
from thidua_testkit.files import an_ods
from thidua_testkit.files import packed

DESK = FileReception()


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_photo(), MediaType.JPEG),
        (a_photo(kind="PNG"), MediaType.PNG),
        (a_photo(kind="WEBP"), MediaType.WEBP),
        (a_pdf(), MediaType.PDF),
        (a_workbook(), MediaType.XLSX),
        (a_docx(), MediaType.DOCX),
        (an_ods(), MediaType.ODS),
    ],
    ids=lambda value: value.name if isinstance(value, MediaType) else "",
)
def test_each_kind_is_told_by_its_content(content: bytes, media_type: MediaType) -> None:
    assert DESK.receive(content).media_type is media_type


DDE_FIELD = (
    b'<w:instrText xml:space="preserve"> DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"</w:instrText>'
)
DDE_IN_PIECES = b"<w:instrText>D</w:instrText></w:r><w:r><w:instrText>DE excel x</w:instrText>"
DDE_IN_SHORT = b'<w:fldSimple w:instr=" dde excel x y"/>'
DDE_LINK = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'


ODF = (
    b'<office:document-content xmlns:office="o" xmlns:table="t" xmlns:xlink="x" xmlns:script="s" xmlns:draw="d" '
    b'xmlns:style="y" xmlns:text="w">%s</office:document-content>'
)
ODF_MACRO = (
    b'<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" '
    b'xlink:href="vnd.sun.star.script:LibreLogo|LibreLogo.py$run?language=Python&amp;location=share"/>'
    b"</office:event-listeners>"
)
ODF_DDE = (
    b'<table:dde-link><office:dde-source office:dde-application="cmd" office:dde-topic="/c calc"/></table:dde-link>'
)
ODF_DDE_FORMULA = b'<table:table-cell table:formula="of:=1+ dde (&quot;cmd&quot;;&quot;/c calc&quot;;&quot;x&quot;)"/>'
ODF_PICTURE = b'<draw:image xlink:href=" http://198.51.100.9/x.png" xlink:type="simple" xlink:actuate="onLoad"/>'
ODF_SHARE = b"<draw:image xlink:href='file://198.51.100.9/share/x.png'/>"
ODF_ASIDE = b'<draw:image xlink:href="../../x.png"/>'
ODF_GROUND = b'<style:background-image xlink:href="&#104;ttp://198.51.100.9/x.png"/>'
ODF_TABLE = b'<table:table-source xlink:href="http://198.51.100.9/x.ods" table:refresh-delay="PT1S"/>'
WEB_QUERY = (
    b'<connections><connection id="1" refreshOnLoad="1"><webPr url="http://198.51.100.9"/></connection></connections>'
)


def from_elsewhere(what: str) -> bytes:
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}"
    return f"<Relationships><Relationship Type='{kind}' TargetMode = 'External' Target='x'/></Relationships>".encode()


def test_links_that_a_reader_follows_by_hand_are_taken() -> None:
    links = {"word/_rels/document.xml.rels": from_elsewhere("hyperlink")}
    fields = {"word/header1.xml": b"<w:instrText> PAGE </w:instrText><w:t>DDEAUTO is a word here</w:t>"}
    assert DESK.receive(a_docx({**links, **fields})).media_type is MediaType.DOCX
    inside = b'<draw:image xlink:href="Pictures/1.png"/><draw:object xlink:href="./Object 1"/>'
    by_hand = b'<text:a xlink:href="https://langson.gov.vn/">DDE("a")</text:a><draw:a xlink:href="mailto:a@b.vn"/>'
    chart = {
        "content.xml": ODF % (inside + by_hand),
        "Object 1/content.xml": b"<office/>",
        "ObjectReplacements/Object 1": b"x",
    }
    assert DESK.receive(an_ods(chart)).media_type is MediaType.ODS


def zip_with_a_lie() -> bytes:
    """A sheet whose directory says that 200 MB are a few bytes."""
    content = bytearray(a_workbook({"xl/worksheets/sheet1.xml": b"0" * 200_000_000}))
    size = (200_000_000).to_bytes(4, "little")
    small = (1000).to_bytes(4, "little")
    assert content.count(size) >= 1
    return bytes(content.replace(size, small))


def opening(what: str, at: str) -> bytes:
    """A PDF that does something as soon as it is opened: by itself, with its first page, after a harmless step."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    action = DictionaryObject(
        {NameObject("/S"): NameObject(f"/{what}"), NameObject("/F"): TextStringObject("//198.51.100.9/share/x.pdf")}
    )
    if at == "AA":
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})
    else:
        step = DictionaryObject({NameObject("/S"): NameObject("/GoTo"), NameObject("/Next"): ArrayObject([action])})
        writer.root_object[NameObject("/OpenAction")] = action if at == "OpenAction" else step
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def with_link(what: str) -> bytes:
    """A PDF that opens at its page and has a link to be followed by hand."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    link = {NameObject("/S"): NameObject(f"/{what}"), NameObject("/URI"): TextStringObject("https://langson.gov.vn/")}
    note = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): DictionaryObject(link)}
    page[NameObject("/Annots")] = ArrayObject([DictionaryObject(note)])
    writer.root_object[NameObject("/OpenAction")] = ArrayObject([page.indirect_reference, NameObject("/Fit")])
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(a_workbook())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + at
        content[place] |= 1
    return bytes(content)


def twice_named() -> bytes:
    file = io.BytesIO(a_workbook())
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("XL/workbook.xml", b"<other/>")
    return file.getvalue()


def sheet_with_a_link() -> bytes:
    """A sheet with an entry that is a symbolic link, as zip programs of Unix write them."""
    link = zipfile.ZipInfo("xl/media/image1.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO(a_workbook())
    with zipfile.ZipFile(file, "a") as package:
        package.writestr(link, b"../../../etc/passwd")
    return file.getvalue()


UNSOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "0 bytes": (lambda: b"", "0 byte"),
    "over 10 MB": (lambda: b"\xff\xd8\xff" + b"0" * LARGEST_FILE, "10 MB"),
    "one byte": (lambda: b"\xff", "Không nhận loại tệp này"),
    "truncated JPEG": (lambda: a_photo()[:4000], "bị hỏng"),
    "JPEG cut inside its header": (lambda: a_photo()[:20], "bị hỏng"),
    "JPEG of three bytes": (lambda: b"\xff\xd8\xff", "bị hỏng"),
    "truncated PNG": (lambda: a_photo(kind="PNG")[:-2000], "bị hỏng"),
    "truncated WebP": (lambda: a_photo(kind="WEBP")[:-2000], "bị hỏng"),
    "PNG bomb": (a_bomb_png, "triệu điểm ảnh"),
    "PNG of no width": (lambda: a_bomb_png(0, 10), "bị hỏng"),
    "GIF": (lambda: saved(a_scene(), "GIF"), "Không nhận loại tệp này"),
    "BMP": (lambda: saved(a_scene(), "BMP"), "Không nhận loại tệp này"),
    "TIFF": (lambda: saved(a_scene(), "TIFF"), "Không nhận loại tệp này"),
    "HEIC": (lambda: b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100, "HEIC"),
    "SVG with a script": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "Không nhận loại tệp này",
    ),
    "HTML": (lambda: b"<!doctype html><script>alert(1)</script>", "Không nhận loại tệp này"),
    "HTML after the mark of a JPEG": (lambda: b"\xff\xd8\xff\xe0<script>alert(1)</script>", "bị hỏng"),
    "program": (lambda: b"MZ" + b"\x00" * 200, "Không nhận loại tệp này"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "đời cũ"),
    "plain zip": (lambda: packed({"a.txt": b"a"}), "bị hỏng"),
    "jar": (lambda: packed({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe"}), "bị hỏng"),
    "zip bomb in a sheet": (lambda: a_workbook({"xl/worksheets/sheet1.xml": b"0" * 200_000_000}), "giải nén"),
    "zip bomb of a high ratio": (lambda: a_workbook({"xl/worksheets/sheet1.xml": b"0" * 60_000_000}), "giải nén"),
    "zip that lies about its sizes": (zip_with_a_lie, "bị hỏng"),
    "too many entries": (lambda: a_workbook({f"xl/{n}.xml": b"" for n in range(2001)}), "bị hỏng"),
    "entry that climbs": (lambda: a_workbook({"xl/../../etc/passwd": b"x"}), "bị hỏng"),
    "entry with a drive": (lambda: a_workbook({"c:/windows/x": b"x"}), "bị hỏng"),
    "entry from the root": (lambda: a_workbook({"/etc/passwd": b"x"}), "bị hỏng"),
    "two entries of one name": (twice_named, "bị hỏng"),
    "entry that is a link": (sheet_with_a_link, "bị hỏng"),
    "sheet with a password": (encrypted_zip, "mật khẩu"),
    "truncated sheet": (lambda: a_workbook()[:-30], "bị hỏng"),
    "sheet before which a script stands": (lambda: b"PK\x03\x04<script>" + a_workbook(), "bị hỏng"),
    "sheet behind which a script stands": (lambda: a_workbook() + b"<script>", "bị hỏng"),
    "xlsm": (lambda: a_workbook({"xl/vbaProject.bin": b"x"}), "macro"),
    "xlsm by its type": (
        lambda: a_workbook(content_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "macro",
    ),
    "docm": (lambda: a_docx({"word/vbaProject.bin": b"x"}), "macro"),
    "old macro sheet": (lambda: a_workbook({"xl/macrosheets/sheet1.xml": b"x"}), "macro"),
    "ods with Basic": (lambda: an_ods({"Basic/Standard/Module1.xml": b"x"}), "macro"),
    "docx with an embedded program": (lambda: a_docx({"word/embeddings/oleObject1.bin": b"x"}), "nhúng"),
    "docx that starts a program by a field": (lambda: a_docx({"word/footer1.xml": DDE_FIELD}), "chương trình khác"),
    "docx whose field is written in pieces": (lambda: a_docx({"word/footer1.xml": DDE_IN_PIECES}), "chương trình khác"),
    "docx whose field stands verbatim": (
        lambda: a_docx({"word/footer1.xml": b"<w:instrText><![CDATA[DDE excel x]]></w:instrText>"}),
        "chương trình khác",
    ),
    "docx whose field is broken by a remark": (
        lambda: a_docx({"word/footer1.xml": b"<w:instrText>D<!-- -->DE excel x</w:instrText>"}),
        "chương trình khác",
    ),
    "docx in letters of two bytes without a mark": (
        lambda: a_docx({"word/footer1.xml": DDE_FIELD.decode().encode("utf-16-be")}),
        "chương trình khác",
    ),
    "docx that declares what it says": (
        lambda: a_docx({"word/document.xml": b'<!DOCTYPE w [<!ENTITY d "DDE x">]><w:instrText>&d;</w:instrText>'}),
        "nơi khác",
    ),
    "docx whose link holds the end of a tag": (
        lambda: a_docx(
            {"word/_rels/document.xml.rels": from_elsewhere("image").replace(b" Type", b" Target='a>b' Type")}
        ),
        "nơi khác",
    ),
    "docx with such a field in short": (lambda: a_docx({"word/footer1.xml": DDE_IN_SHORT}), "chương trình khác"),
    "xlsx that asks a program": (
        lambda: a_workbook({"xl/externalLinks/externalLink1.xml": DDE_LINK}),
        "chương trình khác",
    ),
    "docx with a template from elsewhere": (
        lambda: a_docx({"word/_rels/settings.xml.rels": from_elsewhere("attachedTemplate")}),
        "nơi khác",
    ),
    "docx with an object from elsewhere": (
        lambda: a_docx({"word/_rels/document.xml.rels": from_elsewhere("oleObject")}),
        "nơi khác",
    ),
    "xlsx with a picture from elsewhere": (
        lambda: a_workbook({"xl/drawings/_rels/drawing1.xml.rels": from_elsewhere("image")}),
        "nơi khác",
    ),
    "xlsx with a query to the web": (lambda: a_workbook({"xl/connections.xml": WEB_QUERY}), "nơi khác"),
    "ods that runs a macro of the reader's program": (lambda: an_ods({"content.xml": ODF % ODF_MACRO}), "macro"),
    "ods whose chart does": (lambda: an_ods({"Object 1/content.xml": ODF % ODF_MACRO}), "macro"),
    "ods that asks a program": (lambda: an_ods({"content.xml": ODF % ODF_DDE}), "chương trình khác"),
    "ods whose formula does": (lambda: an_ods({"content.xml": ODF % ODF_DDE_FORMULA}), "chương trình khác"),
    **{
        f"ods with {what} from elsewhere": (lambda part=part: an_ods({"content.xml": ODF % part}), "nơi khác")
        for what, part in {
            "a picture": ODF_PICTURE,
            "a picture of a share": ODF_SHARE,
            "a picture beside it": ODF_ASIDE,
            "a table": ODF_TABLE,
        }.items()
    },
    "ods with a ground from elsewhere": (lambda: an_ods({"styles.xml": ODF % ODF_GROUND}), "nơi khác"),
    "ods with an embedded object": (lambda: an_ods({"Object 1": b"\xd0\xcf\x11\xe0"}), "nhúng"),
    "xlsx with ActiveX": (lambda: a_workbook({"xl/activeX/activeX1.xml": b"x"}), "nhúng"),
    "pptx": (lambda: packed({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"x"}), "bị hỏng"),
    "odt": (lambda: packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), "bị hỏng"),
    "PDF cut off": (lambda: a_pdf()[:300], "bị hỏng"),
    "PDF of nothing": (lambda: b"%PDF-1.7\n%%EOF", "bị hỏng"),
    "PDF with a password": (lambda: a_pdf(password="x"), "mật khẩu"),
    "PDF with a script": (lambda: a_pdf(script="app.alert(1)"), "JavaScript"),
    **{
        f"PDF that opens another by {what} of {at}": (lambda what=what, at=at: opening(what, at), "JavaScript")
        for what in ("GoToR", "GoToE", "URI")
        for at in ("OpenAction", "AA", "Next")
    },
    "PDF without pages": (lambda: a_pdf(pages=0), "bị hỏng"),
    "PDF of too many pages": (lambda: a_pdf(pages=301), "quá nhiều trang"),
    "mark of a PDF before HTML": (lambda: b"%PDF-<script>alert(1)</script>%%EOF", "bị hỏng"),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_unsound_is_refused_with_a_sentence_that_helps(name: str) -> None:
    make, words = UNSOUND[name]
    with pytest.raises(UnwantedFileError) as refusal:
        DESK.receive(make())
    assert words in refusal.value.message
    assert refusal.value.message.endswith((".", ")."))


@pytest.mark.parametrize("words", [b"<Relationship ", b"<instrText ", b"<!--", b"<![CDATA[", b'instr="', b'<a href="'])
def test_a_part_of_beginnings_without_ends_is_looked_through_once(words: bytes) -> None:
    """Each beginning that is looked for an end of as far as the part goes is an hour for a worker."""

    def took(times: int) -> float:
        part = words * times
        began = time.thread_time()
        asks_a_program(part)
        fetches_from_elsewhere(part)
        runs_a_macro(part)
        return time.thread_time() - began

    took(100)
    # Four times as much takes some four times as long, not sixteen; a whole megabyte hardly a second.
    assert took(40_000) < 10 * max(took(10_000), 0.02)


def test_the_properties_of_a_pdf_are_taken_out() -> None:
    sent = a_pdf()
    assert PdfReader(io.BytesIO(sent)).metadata is not None
    kept = DESK.receive(sent).content
    reader = PdfReader(io.BytesIO(kept))
    assert reader.metadata is None
    assert reader.xmp_metadata is None
    assert "Nguyễn Văn Kín".encode() not in kept
    assert len(reader.pages) == 1


#: What stands in the photo of a telephone, and what may follow it.
TOLD = (b"Exif", b"profile-of", b"chup tai nha", b"another picture")


def scanned(photo: bytes, *, packed_again: bool = False) -> bytes:
    """A PDF as phones make it: the photo laid into it as it is."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    picture = StreamObject()
    picture.update({NameObject("/Subtype"): NameObject("/Image"), NameObject("/Filter"): NameObject("/DCTDecode")})
    if packed_again:
        photo = zlib.compress(photo)
        picture[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode"), NameObject("/DCTDecode")])
    picture._data = photo
    resources = {NameObject("/XObject"): DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})}
    page[NameObject("/Resources")] = DictionaryObject(resources)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize("packed_again", [False, True])
def test_what_a_phone_writes_into_the_photo_of_a_scan_is_gone(*, packed_again: bool) -> None:
    photo = a_photo() + b"another picture behind it"
    assert all(word in photo for word in TOLD)
    kept = DESK.receive(scanned(photo, packed_again=packed_again)).content
    [page] = PdfReader(io.BytesIO(kept)).pages
    picture = page["/Resources"]["/XObject"]["/Im0"]  # type: ignore[index]  # as it was laid in
    data = picture._data
    assert not any(word in data for word in TOLD)
    with Image.open(io.BytesIO(data)) as there, Image.open(io.BytesIO(photo)) as sent:
        assert not there.getexif()
        assert there.convert("RGB").tobytes() == sent.convert("RGB").tobytes()


def test_links_in_a_pdf_that_a_reader_follows_by_hand_are_taken() -> None:
    assert DESK.receive(with_link("URI")).media_type is MediaType.PDF


def test_a_signed_pdf_is_kept_byte_for_byte() -> None:
    sent = a_pdf(signed=True)
    assert DESK.receive(sent).content == sent
