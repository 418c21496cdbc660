"""Forms of award that units may propose."""

from thidua_sdk import AwardForm

__all__ = ["AWARD_FORMS"]

_LAW = "Luật Thi đua, khen thưởng (2003, sửa đổi 2005, 2009, 2013); Nghị định số 91/2017/NĐ-CP"

AWARD_FORMS = (
    AwardForm(
        code="giay_khen_department",
        label="Giấy khen của Giám đốc Sở",
        decided_by="Giám đốc Sở Thông tin và Truyền thông",
        source=_LAW,
    ),
    AwardForm(
        code="bang_khen_province",
        label="Bằng khen của Chủ tịch UBND tỉnh",
        decided_by="Chủ tịch UBND tỉnh Lạng Sơn",
        source=_LAW,
    ),
)
