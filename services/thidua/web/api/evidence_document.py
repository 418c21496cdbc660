"""The OpenAPI document's paths about files beside reports."""

from __future__ import annotations

from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MediaType
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import ID
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problem
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference
from thidua.web.api.evidence import BODIES

__all__ = ["EVIDENCE", "EVIDENCE_SCHEMAS"]

_PLACE = [
    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name in ("campaign", "period", "unit")
]
_BYTES: dict[str, object] = {"type": "string", "format": "binary", "maxLength": LARGEST_FILE}
_MAYBE_TEXT: dict[str, object] = {"type": ["string", "null"]}
_MAYBE_COUNT = {"type": ["integer", "null"], "minimum": 1}
_CELL = "Con trỏ của ô, ví dụ /fields/banners; để trống cho cả báo cáo. Với nội dung multipart thì là phần “cell”."
_LIMITS = "Không nhận: không phải loại tệp cho phép, tệp hỏng, quá nhiều điểm ảnh, có mã lệnh hoặc nội dung giấu"

_ADD = {
    "operationId": "addEvidence",
    "summary": "Kèm một tệp minh chứng; cùng tệp ở cùng ô thì chỉ kèm một lần",
    "parameters": [
        *_PLACE,
        {"name": "cell", "in": "query", "description": _CELL, "schema": TEXT},
        {"name": "file_name", "in": "query", "schema": TEXT},
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": _BYTES, "cell": TEXT, "csrf_token": TEXT},
                }
            },
            **{kind: {"schema": _BYTES} for kind in BODIES},
        },
    },
    "responses": {
        "201": as_json("Tệp đã nhận; ảnh được bỏ vị trí chụp và thông tin máy ảnh", reference("Evidence")),
        **problems("400", "401", "403", "404"),
        "409": problem("Kỳ đã khóa, hoặc báo cáo đã đủ số tệp"),
        "413": problem(f"Tệp lớn hơn {LARGEST_FILE // 1024 // 1024} MB"),
        "415": problem("Không phải multipart/form-data hay loại tệp cho phép"),
        "422": problem(_LIMITS),
        "507": problem("Kho tệp đã đầy"),
    },
}
_LIST = {
    "operationId": "listEvidence",
    "summary": "Các tệp minh chứng của một báo cáo",
    "parameters": _PLACE,
    "responses": {
        "200": as_json("Các tệp, tệp cũ trước", reference("EvidenceList")),
        **problems("400", "401", "403", "404"),
    },
}


def _handed_out(name: str, summary: str, *kinds: str) -> dict[str, object]:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [ID],
        "responses": {
            "200": {"description": "Tệp", "content": {kind: {"schema": _BYTES} for kind in kinds}},
            **problems("400", "401", "403", "404"),
        },
    }


#: Path by operations.
EVIDENCE: dict[str, object] = {
    "/campaigns/{campaign}/periods/{period}/units/{unit}/evidence": {"get": _LIST, "post": _ADD},
    "/evidence/{id}": {
        "get": _handed_out("readEvidence", "Tải một tệp", *(kind.value for kind in MediaType)),
        "delete": {
            "operationId": "removeEvidence",
            "summary": "Gỡ một tệp",
            "parameters": [ID],
            "responses": problems("400", "401", "403", "404")
            | {"204": {"description": "Đã gỡ"}, "409": problem("Kỳ đã khóa")},
        },
    },
    "/evidence/{id}/thumbnail": {"get": _handed_out("readThumbnail", "Ảnh nhỏ của một ảnh", MediaType.JPEG.value)},
}

_WHERE: dict[str, object] = dict.fromkeys(("campaign_code", "period_code", "unit_code", "cell"), _MAYBE_TEXT)
_USE: dict[str, object] = {
    "type": "object",
    "description": "Nơi khác cũng dùng tệp này; null là nơi người hỏi không được biết.",
    "required": ["same", *_WHERE],
    "properties": {"same": {"type": "boolean"}, **_WHERE},
}
_PROPERTIES: dict[str, object] = {
    "id": COUNT,
    "campaign_code": TEXT,
    "period_code": TEXT,
    "unit_code": TEXT,
    "cell": TEXT,
    "file_name": TEXT,
    "media_type": {"type": "string", "enum": [kind.value for kind in MediaType]},
    "size": COUNT,
    "width": _MAYBE_COUNT,
    "height": _MAYBE_COUNT,
    "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "added_at": MOMENT,
    "uses": {"type": "array", "items": _USE},
    "warnings": {"type": "array", "items": TEXT},
    "url": TEXT,
    "thumbnail": _MAYBE_TEXT,
}
EVIDENCE_SCHEMAS: dict[str, object] = {
    "Evidence": {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES},
    "EvidenceList": {
        "type": "object",
        "required": ["files"],
        "properties": {"files": {"type": "array", "items": reference("Evidence")}},
    },
}
