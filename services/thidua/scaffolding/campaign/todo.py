"""What a person must decide before the campaign of another year is opened."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date

from thidua.scaffolding.campaign.carrying import CARRIED
from thidua.scaffolding.campaign.years import mentions
from thidua.scaffolding.names import CampaignNames
from thidua_sdk import Campaign
from thidua_sdk import LegalBasis

__all__ = ["decisions", "todo_file"]

_KINDS = {
    "legal_bases": "Căn cứ pháp lý: còn hiệu lực không, đã có văn bản thay thế chưa",
    "topics": "Chủ đề tuyên truyền: tên gọi, văn bản mà chủ đề dựa vào",
    "purposes": "Mục đích, yêu cầu: câu chữ theo Kế hoạch năm nay",
    "targets": "Chỉ tiêu: có còn không, mức phần trăm năm nay",
    "duties": "Nhiệm vụ: điều khoản, đơn vị phải làm, thời hạn",
    "indicators": "Chỉ số: còn dùng không, nguồn số liệu có đổi không",
    "statistics": "Số liệu công bố: phiên bản định nghĩa",
    "periods": "Kỳ báo cáo: khung ngày đã tính lại theo năm, thời hạn nộp giữ như cũ",
    "award_forms": "Hình thức khen thưởng: Luật Thi đua, khen thưởng và nghị định đang có hiệu lực",
}


def decisions(campaign: Campaign, names: CampaignNames) -> list[str]:
    """Return the questions, most pressing first: what was taken out, then what was carried over."""
    year, old = names.year, names.old_code
    found = [
        f"Chủ đề năm {year}: để trống chỗ, phải ghi theo Kế hoạch.",
        f"Kế hoạch năm {year}: số và ký hiệu, ngày ban hành (chưa biết; tạm tính sớm nhất là 01/01/{year}), người ký.",
        f"Kế hoạch của cấp trên cho năm {year}: số, ngày, cơ quan ban hành (đã bỏ của {old}).",
    ]
    if campaign.baselines:
        found.append(
            f"Số liệu gốc để so sánh: đã bỏ {len(campaign.baselines)} bộ của {old}; ghi số năm {year - 1} công bố."
        )
    if campaign.examples:
        found.append(f"Báo cáo mẫu: đã bỏ của {old}, vì là số liệu của năm ấy; viết lại nếu cần dữ liệu mẫu.")
    if campaign.amendments:
        found.append(
            f"Sửa đổi biểu: {len(campaign.amendments)} sửa đổi của {old} chuyển nguyên; xem lại căn cứ từng sửa đổi "
            "và các báo cáo trong golden/, làm từ báo cáo mẫu cũ."
        )
    if campaign.compares_with is not None:
        found.append(
            f"Đối chiếu chỉ tiêu với năm trước: đã bỏ bảng của {old} (so với {campaign.compares_with.campaign}); "
            f"lập bảng so với {old} nếu cần so hai năm."
        )
    found += [
        f"Căn cứ {basis.code} “{basis.title}”: {told}."
        for basis in campaign.legal_bases
        if (told := _validity(basis, year))
    ]
    found += [
        f"{_KINDS[name]} ({len(items)} mục chuyển từ {old}, chờ xác nhận)."
        for name in CARRIED
        if (items := getattr(campaign, name))
    ]
    found.append("Thời hạn trả lời, ngày nghỉ lễ của năm, thời gian lưu giữ: xem lại theo quy định năm nay.")
    return found


def _validity(basis: LegalBasis, year: int) -> str:
    if basis.valid_to is not None and basis.valid_to < date(year, 1, 1):
        return f"đã hết hiệu lực ngày {basis.valid_to:%d/%m/%Y}, trước năm {year}"
    if basis.valid_from is not None and basis.valid_from > date(year, 12, 31):
        return f"có hiệu lực từ {basis.valid_from:%d/%m/%Y}, sau năm {year}"
    return ""


def todo_file(campaign: Campaign, names: CampaignNames, modules: Mapping[str, str]) -> str:
    """Write the list, with every item that was carried over and every line that still names the old year."""
    return "\n".join(_lines(campaign, names, modules)) + "\n"


def _lines(campaign: Campaign, names: CampaignNames, modules: Mapping[str, str]) -> Iterator[str]:
    yield f"# {names.code}: việc phải quyết định trước khi mở đợt"
    yield ""
    yield f"Đợt này bắt đầu từ {names.old_code}. Mục nào đã đối chiếu xong với Kế hoạch và pháp luật năm {names.year}"
    yield f"thì sửa cho đúng, rồi ghi loại và mã của nó vào `CONFIRMED` trong `{names.package}/carried.py`;"
    yield f"lúc ấy căn cứ của mục thôi ghi “chuyển từ {names.old_code}, chờ xác nhận”."
    yield ""
    yield "## Phải quyết định"
    yield ""
    yield from (f"- [ ] {each}" for each in decisions(campaign, names))
    yield ""
    yield f"## Chuyển từ {names.old_code}, chờ xác nhận"
    yield ""
    yield "- [ ] `plan` Kế hoạch"
    for name in CARRIED:
        for item in getattr(campaign, name):
            text = next(
                (str(value) for key in ("label", "title", "name", "text") if (value := getattr(item, key, ""))), ""
            )
            yield f"- [ ] `{name}` `{_new_code(item.code, names)}` {' '.join(text.split())} (năm {names.old_year})"
    yield ""
    yield f"## Chỗ trong mã nguồn còn nhắc năm {names.old_year} hoặc năm kề bên"
    yield ""
    for name, text in modules.items():
        for number, line in mentions(text, names.old_year):
            yield f"- [ ] `{names.package}/{name}.py` dòng {number}: `{line.replace('`', ' ')}`"


def _new_code(code: str, names: CampaignNames) -> str:
    return code.replace(str(names.old_year), str(names.year), 1) if code.startswith(str(names.old_year)) else code
