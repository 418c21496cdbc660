"""XLSForm workbooks for tests, written as their authors write them."""

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

Rows = Sequence[Mapping[str, object]]


def an_xlsform(
    path: Path, survey: Rows, choices: Rows = (), settings: Mapping[str, object] | None = None, **sheets: Rows
) -> Path:
    """Write a workbook with a sheet for each argument; columns are the keys, in the order they are first met."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in {"survey": survey, "choices": choices, "settings": [settings or {}], **sheets}.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        if not columns:
            continue
        sheet = book.create_sheet(title)
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    book.save(path)
    return path


VI, EN = "label::Vietnamese (vi)", "label::English (en)"

#: A form such as a province would draw up: groups, a sum, bounds, conditions, a repeat, two languages.
COMMUNE_SURVEY: Rows = (
    {"type": "start", "name": "start"},
    {"type": "begin group", "name": "trien_khai", VI: "Triển khai", EN: "Rollout"},
    {
        "type": "select_one yes_no",
        "name": "coKeHoach",
        VI: "Đã ban hành kế hoạch?",
        EN: "Plan issued?",
        "required": "yes",
    },
    {
        "type": "text",
        "name": "so_ke_hoach",
        VI: "Số kế hoạch",
        EN: "Number",
        "required": "yes",
        "relevant": "${coKeHoach} = 'co'",
        "constraint": "string-length(.) >= 3 and string-length(.) <= 30",
    },
    {
        "type": "date",
        "name": "ngay",
        VI: "Ngày ban hành",
        EN: "Day",
        "relevant": "${coKeHoach} = 'co'",
        "constraint": ". <= today()",
    },
    {"type": "end group", "name": "trien_khai"},
    {"type": "begin group", "name": "nhan_su", VI: "Nhân sự", EN: "Staff"},
    {
        "type": "integer",
        "name": "can_bo",
        VI: "Số cán bộ (người)",
        EN: "Officials",
        "required": "yes",
        "constraint": ". >= 1 and . < 500",
    },
    {"type": "integer", "name": "hop_dong", VI: "Số lao động hợp đồng (người)", EN: "Contract", "required": "true()"},
    {
        "type": "integer",
        "name": "tong",
        VI: "Tổng số (người)",
        EN: "Total",
        "required": "yes",
        "calculation": "${can_bo} + ${hop_dong}",
        "read_only": "yes",
    },
    {
        "type": "integer",
        "name": "quan_triet",
        VI: "Số đã được quán triệt (người)",
        EN: "Briefed",
        "required": "yes",
        "constraint": ". >= 0 and . <= ${tong}",
        "constraint_message::Vietnamese (vi)": "Không thể nhiều hơn tổng số.",
        "hint::Vietnamese (vi)": "Mỗi người chỉ tính **một lần**.",
    },
    {"type": "end group", "name": "nhan_su"},
    {"type": "select_multiple kenh", "name": "kenh", VI: "Kênh tuyên truyền", EN: "Channels", "required": "yes"},
    {
        "type": "text",
        "name": "mang_xa_hoi",
        VI: "Tên trang mạng xã hội",
        EN: "Page",
        "required": "yes",
        "relevant": "selected(${kenh}, 'mxh')",
    },
    {
        "type": "decimal",
        "name": "kinh_phi",
        VI: "Kinh phí (triệu đồng)",
        EN: "Budget",
        "constraint": ". >= 0 and . <= 1000",
    },
    {"type": "begin repeat", "name": "buoi", VI: "Các buổi tuyên truyền", EN: "Sessions"},
    {"type": "date", "name": "ngay", VI: "Ngày", EN: "Day", "required": "yes"},
    {
        "type": "integer",
        "name": "so_nguoi",
        VI: "Số người dự (người)",
        EN: "People",
        "required": "yes",
        "constraint": ". > 0",
    },
    {"type": "end repeat", "name": "buoi"},
    {"type": "text", "name": "kien_nghi", VI: "Kiến nghị", EN: "Remarks", "appearance": "multiline"},
)
COMMUNE_CHOICES: Rows = (
    {"list_name": "yes_no", "name": "co", VI: "Có", EN: "Yes"},
    {"list_name": "yes_no", "name": "khong", VI: "Không", EN: "No"},
    {"list_name": "kenh", "name": "loa", VI: "Loa truyền thanh", EN: "Loudspeakers"},
    {"list_name": "kenh", "name": "mxh", VI: "Mạng xã hội", EN: "Social media"},
)
COMMUNE_SETTINGS: Mapping[str, object] = {
    "form_title": "Biểu xã – An toàn giao thông",
    "form_id": "bieu_xa",
    "version": "2026010101",
    "default_language": "English (en)",
}

#: A survey of households with what forms of another trade bring along.
HOUSEHOLD_SURVEY: Rows = (
    {"type": "today", "name": "today"},
    {"type": "note", "name": "loi_chao", "label": "Xin chào **bà con**"},
    {"type": "select_one gioi or_other", "name": "Gioi-tinh", "label": "Giới tính", "required": "yes"},
    {"type": "integer", "name": "tuoi", "label": "Tuổi", "constraint": ". >= 0 and . <= 120", "default": "30"},
    {"type": "integer", "name": "nhiet_do", "label": "Nhiệt độ (độ C)", "constraint": ". >= -40 and . <= 60"},
    {"type": "decimal", "name": "ty_le", "label": "Tỷ lệ hộ nghèo"},
    {"type": "begin_group", "name": "g1", "label": "Tài sản", "relevant": "${tuoi} >= 18", "appearance": "field-list"},
    {"type": "begin_group", "name": "g2", "label": "Xe", "appearance": "w1"},
    {"type": "integer", "name": "xe", "label": "Số xe (chiếc)", "required": "yes"},
    {"type": "integer", "name": "xe_may", "label": "Xe máy (chiếc)", "required": "yes", "constraint": ". < ${xe}"},
    {"type": "end_group"},
    {"type": "end_group"},
    {"type": "text", "name": "ghi_chu", "label": "Ghi chú về ${tuoi}", "constraint": "regex(., '^[A-Z]+$')"},
    {"type": "calculate", "name": "tinh", "calculation": "${xe} * 2"},
    {"type": "calculate", "name": "cong", "label": "Cộng (chiếc)", "calculation": "${xe} + ${xe_may}"},
    {"type": "begin_repeat", "name": "thanh_vien", "label": "Thành viên", "repeat_count": "3"},
    {"type": "text", "name": "ho_ten", "label": "Họ tên", "required": "yes"},
    {"type": "begin_repeat", "name": "benh", "label": "Bệnh"},
    {"type": "text", "name": "ten_benh", "label": "Tên bệnh"},
    {"type": "end_repeat"},
    {"type": "end_repeat"},
    {"type": "image", "name": "anh", "label": "Ảnh"},
)
HOUSEHOLD_CHOICES: Rows = (
    {"list_name": "gioi", "name": "nam", "label": "Nam"},
    {"list_name": "gioi", "name": "nu", "label": "Nữ"},
)

#: Every type of question that the standard names today, each once.
STANDARD = (
    *("integer", "decimal", "range", "text", "note", "geopoint", "geotrace", "geoshape", "date", "time", "dateTime"),
    *("image", "audio", "background-audio", "video", "file", "barcode", "calculate", "acknowledge", "hidden"),
    *("select_one chon", "select_multiple chon", "rank chon", "select_one_from_file a.csv", "xml-external"),
    *("select_multiple_from_file b.csv", "csv-external", "start", "end", "today", "deviceid", "phonenumber"),
    *("username", "email", "audit", "start-geopoint"),
)
NAMELESS = {"audit": "audit"}


def every_type() -> Rows:
    rows: list[Mapping[str, object]] = []
    for number, kind in enumerate(STANDARD):
        name = NAMELESS.get(kind, f"q{number}")
        rows.append(
            {
                "type": kind,
                "name": name,
                "label": f"Câu {number} (lượt)",
                "calculation": "1" if kind == "calculate" else None,
            }
        )
    return rows


#: What a hostile author would like to be run, read or taken for something else.
WICKED = (
    '"""\nimport os',
    "'); import os; ('",
    "{staff} ${a} $b %s",
    "\\",
    '" + open("/etc/passwd").read() + " là mật khẩu',
    "x\u202ey",
    "<script>alert(1)</script>",
    "'=1+1",
    "xuống\ndòng # noqa",
)


def wicked_survey() -> Rows:
    """Questions, hints and conditions that would like to be run, read or taken for something else."""
    survey: list[Mapping[str, object]] = [
        {
            "type": "select_one l",
            "name": f"q{n}",
            "label": text,
            "hint": text,
            "required": "yes",
            "constraint_message": text,
        }
        for n, text in enumerate(WICKED)
        if "${" not in text
    ]
    return (
        *survey,
        {"type": "integer", "name": "n1", "label": "{q0} (x)", "required": "yes"},
        {
            "type": "integer",
            "name": "n2",
            "label": '"{n1}" {0} (x)',
            "required": "yes",
            "constraint": ". <= ${n1}",
            "constraint_message": "{n9} {",
        },
        {"type": "integer", "name": "n3", "label": "N", "required": "yes", "relevant": "${q0} = 'a\"b'"},
    )


WICKED_CHOICES: Rows = (
    {"list_name": "l", "name": 'a"b', "label": '{"\\'},
    {"list_name": "l", "name": "c", "label": "'"},
)


def colliding_names() -> Rows:
    """Names that Python, the contract or the envelope has already, and names that become one."""
    names = ("class", "fields", "rules", "sections", "load", "context", "Meta", "import", "A-b", "a.b", "a_b", "_", "ô")
    survey: list[Mapping[str, object]] = [{"type": "integer", "name": name, "label": "N (lượt)"} for name in names]
    for table in ("violations", "comments"):
        survey += [
            {"type": "begin_repeat", "name": table},
            {"type": "text", "name": "fields", "label": "F"},
            {"type": "end_repeat"},
        ]
    return tuple(survey)
