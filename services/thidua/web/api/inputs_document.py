"""What the OpenAPI document says of figures opened to their inputs, and of reports not counted yet."""

from __future__ import annotations

from collections.abc import Iterable

from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.filing_inputs import FILING_NUMBERS
from thidua.web.api.document_parts import CHANNEL
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import ID
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problem
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference
from thidua_sdk import DutyState

__all__ = ["INPUTS", "INPUTS_SCHEMAS"]

_FLAG = {"type": "boolean"}
_OBJECT = {"type": "object"}
_NUMBER_OR_NONE = {"type": ["integer", "null"], "minimum": 0}


def _query(name: str, description: str, schema: dict[str, object] | None = None) -> dict[str, object]:
    return {"name": name, "in": "query", "description": description, "schema": schema or TEXT}


def _in_path(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _words(words: Iterable[str]) -> dict[str, object]:
    return {"type": "string", "enum": [str(word) for word in words]}


def _answers(description: str, name: str) -> dict[str, object]:
    answers: dict[str, object] = {"200": as_json(description, reference(name))}
    return {**answers, **problems("400", "401", "403", "404")}


INPUTS: dict[str, object] = {
    "/campaigns/{campaign}/status/inputs": {
        "get": {
            "operationId": "readInputs",
            "summary": "Con số này ở đâu ra",
            "description": (
                "Mở một con số trong tình hình ra các đơn vị, lần nộp, người lập và quy tắc làm nên nó. Chọn đúng một "
                "trong indicator, register, duty, target, filing; các tham số khác thu hẹp. Các phần của mọi trang "
                "cộng đúng bằng total; nếu tình hình được tính lại giữa chừng thì trang sau trả 409."
            ),
            "parameters": [
                _in_path("campaign"),
                _query("period", "Mã kỳ; bỏ trống là kỳ mở sau cùng."),
                _query("indicator", "Khóa (key) của chỉ số trong tình hình, ví dụ N10.district."),
                _query("register", "Tên bảng của sổ theo dõi."),
                _query("duty", "Mã nhiệm vụ, ví dụ O01."),
                _query("target", "Mã chỉ tiêu, ví dụ T1."),
                _query("filing", "Số về nộp báo cáo.", _words(FILING_NUMBERS)),
                _query("reading", "Chính thức (mặc định) hay tạm tính.", _words(Reading)),
                _query("span", "Riêng kỳ (mặc định) hay lũy kế.", _words(Span)),
                _query("topic", "Mã chủ đề."),
                _query("value", "Mã lựa chọn."),
                _query("column", "Cột của sổ theo dõi mà value thuộc về."),
                _query("unit_type", "Mã loại đơn vị."),
                _query("unit", "Mã đơn vị."),
                _query("state", "Trạng thái nhiệm vụ.", _words(DutyState)),
                _query("cursor", "Giá trị next của trang trước.", {"type": "string", "pattern": r"^[0-9]+\.[0-9]+$"}),
                _query("limit", "Số phần mỗi trang.", {"type": "integer", "minimum": 1, "maximum": 500}),
            ],
            "responses": _answers("Con số với các phần; ETag theo phiên bản của tình hình", "Inputs")
            | {
                "304": {"description": "Tình hình chưa có gì thay đổi"},
                "409": problem("Số liệu vừa được tính lại; đọc lại từ trang đầu"),
            },
        }
    },
    "/reports/{id}/counted": {
        "get": {
            "operationId": "readReportCounted",
            "summary": "Vì sao báo cáo này chưa có trong tình hình",
            "parameters": [ID],
            "responses": _answers("Các câu trả lời, kèm việc cần làm", "Counted"),
        }
    },
    "/campaigns/{campaign}/periods/{period}/units/{unit}/counted": {
        "get": {
            "operationId": "readUnitCounted",
            "summary": "Vì sao đơn vị này chưa có trong tình hình, kể cả khi chưa nộp",
            "parameters": [_in_path("campaign"), _in_path("period"), _in_path("unit")],
            "responses": _answers("Các câu trả lời, kèm việc cần làm", "Counted"),
        }
    },
}

_SOURCE = {
    "period": TEXT,
    "report": COUNT,
    "revision": COUNT,
    "value": COUNT,
    "counts": _FLAG,
    "received_at": MOMENT,
    "channel": CHANNEL,
    "channel_label": TEXT,
    "is_estimate": _FLAG,
    "accepted": _FLAG,
    "moved_on": _FLAG,
    "filed_by": TEXT,
    "prepared_by": TEXT,
    "approved_by": TEXT,
    "accepted_by": TEXT,
    "accepted_at": {"type": ["string", "null"], "format": "date-time"},
    "origin": {"type": ["object", "null"]},
}
_PART = {
    "unit": TEXT,
    "unit_name": TEXT,
    "unit_type": TEXT,
    "form": TEXT,
    "field": TEXT,
    "field_code": TEXT,
    "field_label": TEXT,
    "value": COUNT,
    "sources": {"type": "array", "items": reference("InputSource")},
}
_TOLD = {"code": TEXT, "sentence": TEXT, "todo": TEXT}
_COUNTED = {
    "campaign_code": TEXT,
    "period_code": TEXT,
    "unit_code": TEXT,
    "unit_name": TEXT,
    "report": _NUMBER_OR_NONE,
    "official_revision": _NUMBER_OR_NONE,
    "provisional_revision": _NUMBER_OR_NONE,
    "waiting": _FLAG,
    "told": {
        "type": "array",
        "items": {"type": "object", "required": sorted(_TOLD), "properties": _TOLD},
    },
}
INPUTS_SCHEMAS: dict[str, object] = {
    "InputSource": {"type": "object", "required": sorted(_SOURCE), "properties": _SOURCE},
    "InputPart": {"type": "object", "required": sorted(_PART), "properties": _PART},
    "Inputs": {
        "type": "object",
        "required": ["campaign", "period", "version", "computed_at", "waiting", "freshness", "kind", "key", "next"],
        "properties": {
            "campaign": TEXT,
            "period": TEXT,
            "period_name": TEXT,
            "version": COUNT,
            "computed_at": MOMENT,
            "waiting": COUNT,
            "freshness": TEXT,
            "kind": {"type": "string", "enum": ["indicator", "register", "duty", "target", "filing"]},
            "key": TEXT,
            "label": TEXT,
            "clause": TEXT,
            "source": TEXT,
            "rule": TEXT,
            "total": {"type": ["integer", "string", "null"]},
            "adds_up": _FLAG,
            "part_count": COUNT,
            "parts": {"type": "array", "items": reference("InputPart")},
            "units": {"type": "array", "items": _OBJECT},
            "missing_count": COUNT,
            "missing": {"type": "array", "items": _OBJECT},
            "next": {"type": ["string", "null"]},
        },
    },
    "Counted": {"type": "object", "required": sorted(_COUNTED), "properties": _COUNTED},
}
