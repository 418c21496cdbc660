"""Names of files as people's machines send them, made safe."""

import pytest

from thidua.domain.attachments import MediaType
from thidua.domain.attachments import clean_file_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ảnh buổi tuyên truyền.JPG", "Ảnh buổi tuyên truyền.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\an\\Đường phố.jpeg", "Đường phố.jpg"),
        ("report.jpg.exe", "report.jpg.exe.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie x=1.jpg"),
        ("anh\u202egpj.exe", "anh gpj.exe.jpg"),
        ("Tê\u0323p 1.png", "Tệp 1.jpg"),
        ("", "tep.jpg"),
        ("...", "tep.jpg"),
        ('"<>|?*', "tep.jpg"),
        ("\ud800x.jpg", "x.jpg"),
    ],
)
def test_a_file_name_is_made_safe_and_keeps_its_vietnamese_letters(sent: str, kept: str) -> None:
    assert clean_file_name(sent, MediaType.JPEG) == kept


def test_a_long_file_name_is_cut_before_its_extension() -> None:
    name = clean_file_name("ộ" * 5000, MediaType.XLSX)
    assert len(name) == 120
    assert name.endswith("ộ.xlsx")
