"""The OpenAPI document's paths about the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.domain.accounts import Door
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference

__all__ = ["TRAIL", "TRAIL_SCHEMAS"]

_ACTS = {"type": "string", "enum": [act.value for act in Act]}
_THINGS = {"type": "string", "enum": [thing.value for thing in Thing]}
_OUTCOMES = {"type": "string", "enum": [outcome.value for outcome in Outcome]}
_DAY = {"type": "string", "format": "date"}


def _asked(name: str, schema: Mapping[str, object], said: str) -> dict[str, object]:
    return {"name": name, "in": "query", "description": said, "schema": schema}


#: Path by operations.
TRAIL: dict[str, object] = {
    "/audit": {
        "get": {
            "operationId": "listAuditEntries",
            "summary": "Nhật ký kiểm soát, mới nhất trước; chính yêu cầu này cũng được ghi lại",
            "parameters": [
                _asked("who", {"type": "string", "maxLength": 200}, "Tên đăng nhập"),
                _asked("act", _ACTS, "Việc"),
                _asked("thing", _THINGS, "Loại đối tượng"),
                _asked("key", {"type": "string", "maxLength": 200}, "Mã của đối tượng"),
                _asked("outcome", _OUTCOMES, "Kết quả"),
                _asked("since", _DAY, "Từ ngày này"),
                _asked("until", _DAY, "Đến hết ngày này"),
                _asked("cursor", {"type": "string", "pattern": "^[0-9]+$"}, "Trang tiếp theo, như `next` đã trả lời"),
                _asked("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "Số dòng một trang"),
            ],
            "responses": problems("400", "401", "403") | {"200": as_json("Một trang", reference("AuditPage"))},
        }
    }
}

_ENTRY: dict[str, object] = {
    "id": COUNT,
    "at": MOMENT,
    "account": {"type": ["string", "null"]},
    "act": _ACTS,
    "thing": _THINGS,
    "key": TEXT,
    "outcome": _OUTCOMES,
    "door": {"type": "string", "enum": [door.value for door in Door]},
    "network": TEXT,
    "request_id": TEXT,
    "detail": {"type": "object"},
}

#: Schema by name.
TRAIL_SCHEMAS: dict[str, object] = {
    "AuditEntry": {
        "type": "object",
        "description": "Chỉ có mã và số, không có tên người vi phạm, nội dung báo cáo hay mật khẩu.",
        "required": sorted(_ENTRY),
        "properties": _ENTRY,
    },
    "AuditPage": {
        "type": "object",
        "required": ["entries", "next"],
        "properties": {
            "entries": {"type": "array", "items": reference("AuditEntry")},
            "next": {"type": ["string", "null"]},
        },
    },
}
