"""Rules of form B that need nothing but the report itself."""

from collections.abc import Callable

from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import at_most
from thidua_sdk import cell
from thidua_sdk import required_if

__all__ = ["PAYLOAD_RULES"]

#: How many more documents may be issued (B02) than drafted for the leaders (B01) before it looks odd.
_ISSUED_WITHOUT_DRAFT = 5


def _positive(name: str) -> Callable[[Values], bool]:
    return lambda values: values.count(name) > 0


def _positive_if(name: str, cause: str) -> Callable[[Values], bool]:
    """Make the claim that ``name`` is not 0 where ``cause`` is above 0."""
    return lambda values: values.count(cause) == 0 or values.number(name) != 0


def _minutes_need_items(values: Values) -> bool:
    items = [values.number("radio_items"), values.number("tv_items")]
    return values.count("broadcast_minutes") == 0 or None in items or any(items)


def _operating_covers_broadcasting(values: Values) -> bool:
    operating, broadcasting = values.number("stations_operating"), values.number("stations_broadcasting")
    return operating is None or broadcasting is None or operating >= broadcasting


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    at_most(
        "B02",
        "direction_docs_count",
        "advisory_docs_count",
        "Số văn bản đã ban hành ở dòng B02 ({direction_docs_count}) nhiều hơn hẳn "
        "số văn bản tham mưu ở dòng B01 ({advisory_docs_count}). Hãy kiểm tra lại.",
        plus=_ISSUED_WITHOUT_DRAFT,
        level=Level.WARNING,
        source="Biểu B, dòng B02",
    ),
    at_most(
        "B04",
        "press_agencies_reported",
        "press_agencies_guided",
        "Số cơ quan báo chí có báo cáo ở dòng B04 ({press_agencies_reported}) không được lớn hơn "
        "số cơ quan được hướng dẫn ở dòng B03 ({press_agencies_guided}).",
        source="Biểu B, dòng B04",
    ),
    PayloadRule(
        "B11",
        Level.ERROR,
        "Dòng B11 ghi {broadcast_minutes} phút phát thanh, truyền hình thì dòng B09 hoặc dòng B10 phải lớn hơn 0.",
        (cell("broadcast_minutes"), cell("radio_items"), cell("tv_items")),
        _minutes_need_items,
        "Biểu B, dòng B11",
    ),
    at_most(
        "B13",
        "minority_language_programmes",
        ("radio_items", "tv_items"),
        "Số chương trình tiếng dân tộc ở dòng B13 ({minority_language_programmes}) không được lớn hơn "
        "tổng số tin, bài ở dòng B09 ({radio_items}) và dòng B10 ({tv_items}).",
        source="Biểu B, dòng B13",
    ),
    required_if(
        "B17",
        "plan_published_at",
        lambda values: values["plan_published"] is True,
        "Kế hoạch đã đăng (dòng B16) thì phải ghi thời điểm đăng ở dòng B17.",
        source="Biểu B, dòng B17",
    ),
    required_if(
        "B20",
        "licensed_copies",
        _positive("publication_licences"),
        "Có giấy phép xuất bản ở dòng B19 thì phải ghi số bản in ở dòng B20.",
        source="Biểu B, dòng B20",
    ),
    PayloadRule(
        "B20",
        Level.ERROR,
        "Có {publication_licences} giấy phép xuất bản ở dòng B19 thì số bản in ở dòng B20 phải lớn hơn 0.",
        (cell("licensed_copies"), cell("publication_licences")),
        _positive_if("licensed_copies", "publication_licences"),
        "Biểu B, dòng B20",
    ),
    required_if(
        "B23",
        "false_information_handled",
        _positive("false_information_found"),
        "Có thông tin sai ở dòng B22 thì phải ghi số vụ việc đã xử lý ở dòng B23; chưa xử lý thì ghi 0.",
        source="Biểu B, dòng B23",
    ),
    required_if(
        "B25",
        "trainees",
        _positive("training_classes"),
        "Có lớp tập huấn ở dòng B24 thì phải ghi số lượt học viên ở dòng B25.",
        source="Biểu B, dòng B25",
    ),
    PayloadRule(
        "B25",
        Level.ERROR,
        "Có {training_classes} lớp tập huấn ở dòng B24 thì số lượt học viên ở dòng B25 phải lớn hơn 0.",
        (cell("trainees"), cell("training_classes")),
        _positive_if("trainees", "training_classes"),
        "Biểu B, dòng B25",
    ),
    at_most(
        "B27",
        "stations_operating",
        "stations_total_province",
        "Số cơ sở đang hoạt động ở dòng B27 ({stations_operating}) không được lớn hơn "
        "tổng số cơ sở toàn tỉnh ở dòng B26 ({stations_total_province}).",
        source="Biểu B, dòng B27",
    ),
    at_most(
        "B30",
        "alcohol_items",
        ("print_items", "online_items", "radio_items", "tv_items", "department_site_items"),
        "Số tin, bài có nội dung rượu, bia ở dòng B30 ({alcohol_items}) không được lớn hơn "
        "tổng số tin, bài ở các dòng B07, B08, B09, B10 và B15.",
        source="Biểu B, dòng B30",
    ),
    at_most(
        "B32",
        "staff_briefed",
        "staff_total",
        "Số người đã được quán triệt ở dòng B32 ({staff_briefed}) không được lớn hơn "
        "tổng số CC, NLĐ của phòng ở dòng B31 ({staff_total}).",
        source="Biểu B, dòng B32",
    ),
    # Row B28 ("≤ B27") says the same as BX1; one mistake gets one sentence.
    PayloadRule(
        "BX1",
        Level.ERROR,
        "Số cơ sở có phát nội dung ATGT ở dòng B28 ({stations_broadcasting}) không được lớn hơn "
        "số cơ sở đang hoạt động ở dòng B27 ({stations_operating}).",
        (cell("stations_broadcasting"), cell("stations_operating")),
        _operating_covers_broadcasting,
        "Biểu B, dòng B28, quy tắc BX1",
    ),
)
