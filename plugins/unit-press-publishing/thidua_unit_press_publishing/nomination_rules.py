"""Rules on the nominations of form B (B35).

Sentences name rows by number and never print a person's name, because findings are kept and
shown where the table itself is not.
"""

from collections.abc import Mapping
from functools import partial

from thidua_sdk import Level
from thidua_sdk import RecordRule
from thidua_sdk import column_is
from thidua_sdk import each_row
from thidua_sdk import needed_if
from thidua_sdk import rows_only_if
from thidua_sdk import span_in_order
from thidua_sdk import span_within
from thidua_sdk import stands_once
from thidua_sdk import words_at_most

__all__ = ["NOMINATION_RULES"]

_SOURCE = "Biểu B, dòng B35"

_nominations = partial(each_row, "B35", "nominations", source=_SOURCE)

_OF_A_PERSON = column_is("subject_kind", "individual")
_OF_A_COLLECTIVE = column_is("subject_kind", "collective")


def _named_in(row: Mapping[str, object]) -> str:
    return "name" if _OF_A_COLLECTIVE(row) else "full_name"


NOMINATION_RULES: tuple[RecordRule, ...] = (
    rows_only_if(
        "B35",
        "nominations",
        lambda record: "year" in record.period.tags,
        "Đề nghị khen thưởng ở dòng B35 chỉ gửi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo. "
        "Hãy xác nhận là đã có thông báo.",
        at="subject_kind",
        level=Level.WARNING,
        source=_SOURCE,
    ),
    _nominations(
        needed_if("name", _OF_A_COLLECTIVE, "Dòng {row} của đề nghị khen thưởng chưa ghi tên tập thể."),
        needed_if("full_name", _OF_A_PERSON, "Dòng {row} của đề nghị khen thưởng chưa ghi họ và tên."),
    ),
    _nominations(
        span_in_order(
            "merit_from",
            "merit_to",
            "Dòng {row} của đề nghị khen thưởng: ngày bắt đầu lập thành tích ({first_on}) "
            "ở sau ngày kết thúc ({last_on}).",
        ),
        span_within(
            "merit_from",
            "merit_to",
            lambda record: (record.plan.issued_from, record.plan.valid_to),
            "Dòng {row} của đề nghị khen thưởng: thời gian lập thành tích vượt ra ngoài phong trào "
            "(từ {first_on} đến {last_on}). Hãy kiểm tra lại.",
            level=Level.WARNING,
        ),
    ),
    _nominations(
        words_at_most(
            "summary",
            100,
            "Dòng {row} của đề nghị khen thưởng: tóm tắt thành tích dài {words} từ, "
            "hãy rút gọn còn không quá {most} từ.",
            level=Level.WARNING,
        ),
    ),
    _nominations(
        stands_once(
            _named_in,
            "Dòng {row} của đề nghị khen thưởng trùng tên với dòng {other}. "
            "Một thành tích không đề nghị nhiều hình thức khen thưởng, hãy kiểm tra lại.",
            beside=("birth_year",),
            level=Level.WARNING,
        ),
    ),
)
