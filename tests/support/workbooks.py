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
