"""Rules of form B that need nothing but the report itself."""

from thidua_sdk import Level
from thidua_sdk import PayloadRule
from thidua_sdk import Values
from thidua_sdk import at_most
from thidua_sdk import cell
from thidua_sdk import positive
from thidua_sdk import positive_if
from thidua_sdk import required_if

__all__ = ["PAYLOAD_RULES"]

#: How many more documents may be issued (B02) than drafted for the leaders (B01) before it looks odd.
_ISSUED_WITHOUT_DRAFT = 5


def _minutes_need_items(values: Values) -> bool:
    items = [values.number("radio_items"), values.number("tv_items")]
    return values.count("broadcast_minutes") == 0 or None in items or any(items)


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
        positive("publication_licences"),
        "Có giấy phép xuất bản ở dòng B19 thì phải ghi số bản in ở dòng B20.",
        source="Biểu B, dòng B20",
    ),
    positive_if(
        "B20",
        "licensed_copies",
        "publication_licences",
        "Có {publication_licences} giấy phép xuất bản ở dòng B19 thì số bản in ở dòng B20 phải lớn hơn 0.",
        source="Biểu B, dòng B20",
    ),
    required_if(
        "B23",
        "false_information_handled",
        positive("false_information_found"),
        "Có thông tin sai ở dòng B22 thì phải ghi số vụ việc đã xử lý ở dòng B23; chưa xử lý thì ghi 0.",
        source="Biểu B, dòng B23",
    ),
    required_if(
        "B25",
        "trainees",
        positive("training_classes"),
        "Có lớp tập huấn ở dòng B24 thì phải ghi số lượt học viên ở dòng B25.",
        source="Biểu B, dòng B25",
    ),
    positive_if(
        "B25",
        "trainees",
        "training_classes",
        "Có {training_classes} lớp tập huấn ở dòng B24 thì số lượt học viên ở dòng B25 phải lớn hơn 0.",
        source="Biểu B, dòng B25",
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
    at_most(
        "BX1",
        "stations_broadcasting",
        "stations_operating",
        "Số cơ sở có phát nội dung ATGT ở dòng B28 ({stations_broadcasting}) không được lớn hơn "
        "số cơ sở đang hoạt động ở dòng B27 ({stations_operating}).",
        source="Biểu B, dòng B28, quy tắc BX1",
    ),
)
