"""Rules on the rows of form C: violation cases (C13, C20-C24) and nominations (C32, CX1, CX2).

Sentences name rows by number and never print a person's name, because findings are kept and
shown where the tables themselves are not.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from functools import partial

from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import Values
from thidua_sdk import clear_of
from thidua_sdk import column_is
from thidua_sdk import each_row
from thidua_sdk import folded
from thidua_sdk import latest_rows
from thidua_sdk import needed_if
from thidua_sdk import row_cell
from thidua_sdk import span_in_order
from thidua_sdk import span_within
from thidua_sdk import stands_once
from thidua_sdk import words_at_most

__all__ = ["ROW_RULES"]

_CASES = "Biểu C, dòng C13"
_HANDLING = "Biểu C, các dòng C20 đến C23"
_DISCIPLINE = "Biểu C, dòng C23"
_AWARDS = "Biểu C, dòng C32"

_nominations = partial(each_row, "C32", "nominations", source=_AWARDS)

_OF_A_PERSON = column_is("subject_kind", "individual")
_OF_A_COLLECTIVE = column_is("subject_kind", "collective")
_OF_ALCOHOL = column_is("behaviour", "alcohol")
_IS_HANDLED = column_is("status", "handled")


def _named_in(row: Mapping[str, object]) -> str:
    return "name" if _OF_A_COLLECTIVE(row) else "full_name"


def _handled_case_is_confirmed(values: Values, record: Record) -> Iterator[Finding]:
    # Whoever has an open case too, or one with alcohol, is refused by CX1 or CX2: there is nothing to confirm.
    cases = latest_rows(values, record, "violations", "case_id")
    for index, row in enumerate(values.rows("nominations")):
        person = folded(row.get("full_name"))
        own = [case for case in cases if person and folded(case.row.get("full_name")) == person]
        if not own or not _OF_A_PERSON(row):
            continue
        if all(_IS_HANDLED(case.row) and not _OF_ALCOHOL(case.row) for case in own):
            message = (
                f"Dòng {index + 1} của đề nghị khen thưởng: người này có vụ việc vi phạm đã xử lý. "
                "Hãy xác nhận vẫn đề nghị khen thưởng."
            )
            where = (cell for case in own for cell in case.cells("status"))
            cells = (row_cell("nominations", index, "full_name"), *where)
            yield Finding("C32", Level.WARNING, message, cells, _AWARDS)


ROW_RULES: tuple[RecordRule, ...] = (
    each_row(
        "C13",
        "violations",
        stands_once("case_id", "Dòng {row} của danh sách vi phạm trùng mã vụ việc với dòng {other}."),
        source=_CASES,
    ),
    each_row(
        "C20",
        "violations",
        needed_if("handling", _IS_HANDLED, "Dòng {row} của danh sách vi phạm đã xử lý thì phải chọn hình thức xử lý."),
        source=_HANDLING,
    ),
    each_row(
        "C23",
        "violations",
        needed_if(
            ("decision_no", "decision_on"),
            column_is("handling", "discipline"),
            "Dòng {row} của danh sách vi phạm bị kỷ luật thì phải ghi số và ngày quyết định.",
        ),
        source=_DISCIPLINE,
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
            beside=("birth_year", "subject_kind"),
            level=Level.WARNING,
        ),
    ),
    RecordRule("C32", _handled_case_is_confirmed, _AWARDS),
    _nominations(
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: trong thời gian phong trào, đơn vị có người vi phạm "
            "nồng độ cồn. Hãy xác nhận vẫn đề nghị khen thưởng tập thể.",
            at="name",
            when=_OF_A_COLLECTIVE,
            which=_OF_ALCOHOL,
            shows="behaviour",
            level=Level.WARNING,
        ),
    ),
    each_row(
        "CX1",
        "nominations",
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: người này vi phạm nồng độ cồn trong thời gian phong trào "
            "nên không được đề nghị khen thưởng.",
            at="full_name",
            same="full_name",
            when=_OF_A_PERSON,
            which=_OF_ALCOHOL,
            shows="behaviour",
        ),
        source="Biểu C, quy tắc CX1",
    ),
    each_row(
        "CX2",
        "nominations",
        clear_of(
            "violations",
            "case_id",
            "Dòng {row} của đề nghị khen thưởng: người này có vụ việc vi phạm đang xem xét nên chưa được "
            "đề nghị khen thưởng. Nếu đã xử lý xong, hãy ghi kết quả vào danh sách vi phạm với mã vụ việc cũ.",
            at="full_name",
            same="full_name",
            when=_OF_A_PERSON,
            which=column_is("status", "pending"),
            shows="status",
        ),
        source="Biểu C, quy tắc CX2",
    ),
)
