"""Rules on the rows of form E: violation cases (E26, E28) and nominations (E32).

Sentences name rows by number and never print a person's name, because findings are kept and
shown where the tables themselves are not.
"""

from collections.abc import Mapping
from functools import partial

from thidua_sdk import Level
from thidua_sdk import RecordRule
from thidua_sdk import clear_of
from thidua_sdk import column_is
from thidua_sdk import counts_rows
from thidua_sdk import each_row
from thidua_sdk import needed_if
from thidua_sdk import rows_only_if
from thidua_sdk import span_in_order
from thidua_sdk import span_within
from thidua_sdk import stands_once
from thidua_sdk import words_at_most

__all__ = ["ROW_RULES"]

_CASES = "Biểu E, dòng E26"
_HANDLING = "Biểu E, dòng E28"
_AWARDS = "Biểu E, dòng E32"

_nominations = partial(each_row, "E32", "nominations", source=_AWARDS)

_OF_A_PERSON = column_is("subject_kind", "individual")
_OF_A_COLLECTIVE = column_is("subject_kind", "collective")


def _named_in(row: Mapping[str, object]) -> str:
    return "name" if _OF_A_COLLECTIVE(row) else "full_name"


ROW_RULES: tuple[RecordRule, ...] = (
    counts_rows(
        "E26",
        "violation_cases",
        "violations",
        "Dòng E26 ghi {counted} trường hợp nhưng danh sách vi phạm có {listed} trường hợp xảy ra trong kỳ.",
        in_window="Dòng E26 ghi {counted} trường hợp nhưng danh sách vi phạm có {listed} trường hợp xảy ra trong kỳ "
        "(từ {first_on} đến {last_on}).",
        day="occurred_on",
        key="case_id",
        source=_CASES,
    ),
    each_row(
        "E26",
        "violations",
        stands_once("case_id", "Dòng {row} của danh sách vi phạm trùng mã vụ việc với dòng {other}."),
        source=_CASES,
    ),
    each_row(
        "E28",
        "violations",
        needed_if(
            "handling",
            column_is("status", "handled"),
            "Dòng {row} của danh sách vi phạm đã xử lý thì phải chọn hình thức xử lý.",
        ),
        needed_if(
            ("decision_no", "decision_on"),
            column_is("handling", "discipline"),
            "Dòng {row} của danh sách vi phạm bị kỷ luật thì phải ghi số và ngày quyết định.",
        ),
        source=_HANDLING,
    ),
    rows_only_if(
        "E32",
        "nominations",
        lambda record: "year" in record.period.tags,
        "Đề nghị khen thưởng ở dòng E32 chỉ gửi ở kỳ báo cáo năm hoặc khi Văn phòng Sở có thông báo. "
        "Hãy xác nhận là đã có thông báo.",
        at="subject_kind",
        level=Level.WARNING,
        source=_AWARDS,
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
    _nominations(
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: người này có vụ việc vi phạm đang xem xét "
            "nên chưa được đề nghị khen thưởng.",
            at="full_name",
            same="full_name",
            when=_OF_A_PERSON,
            which=column_is("status", "pending"),
            shows="status",
        ),
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: người này có vụ việc vi phạm đã xử lý. "
            "Hãy xác nhận vẫn đề nghị khen thưởng.",
            at="full_name",
            same="full_name",
            when=_OF_A_PERSON,
            shows="status",
            level=Level.WARNING,
        ),
    ),
    _nominations(
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: trong thời gian phong trào, đơn vị có người vi phạm "
            "nồng độ cồn. Hãy xác nhận vẫn đề nghị khen thưởng tập thể.",
            at="name",
            when=_OF_A_COLLECTIVE,
            which=column_is("behaviour", "alcohol"),
            shows="status",
            level=Level.WARNING,
        ),
    ),
)
