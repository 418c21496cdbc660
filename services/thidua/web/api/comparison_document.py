"""What the OpenAPI document says of two years side by side."""

from __future__ import annotations

from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference
from thidua_sdk import Continuity

__all__ = ["COMPARISON", "COMPARISON_SCHEMAS"]

_TEXTS: dict[str, object] = {"type": "array", "items": TEXT}
_FIGURE = {
    "type": ["integer", "string", "null"],
    "description": "Số nguyên; tỷ lệ là chuỗi có một số lẻ; null khi không so được.",
}

_RESPONSES: dict[str, object] = {
    "200": as_json("Từng chỉ số; không so được thì có lý do và không có số", reference("Comparison")),
    **problems("400", "401", "403", "404"),
}

COMPARISON: dict[str, object] = {
    "/campaigns/{campaign}/comparison": {
        "get": {
            "operationId": "compareYears",
            "summary": "Số liệu của một kỳ bên cạnh cùng kỳ năm trước",
            "parameters": [
                {"name": "campaign", "in": "path", "required": True, "schema": TEXT},
                {"name": "period", "in": "query", "description": "Không ghi: kỳ mở sau cùng.", "schema": TEXT},
                {"name": "with", "in": "query", "description": "Mã đợt của năm trước.", "schema": TEXT},
                {
                    "name": "reading",
                    "in": "query",
                    "schema": {"type": "string", "enum": [each.value for each in Reading]},
                },
                {"name": "span", "in": "query", "schema": {"type": "string", "enum": [each.value for each in Span]}},
            ],
            "responses": _RESPONSES,
        }
    }
}

_ROW: dict[str, object] = {
    "keys": {**_TEXTS, "description": "Chỉ số trong tình hình của năm nay; nhiều mã thì cộng lại."},
    "with_keys": _TEXTS,
    "label": TEXT,
    "with_label": TEXT,
    "scope_label": TEXT,
    "unit_of_measure": TEXT,
    "is_ratio": {"type": "boolean"},
    "continuity": {"type": "string", "enum": [each.value for each in Continuity]},
    "reason": {**TEXT, "description": "Vì sao chỉ số được đổi tên, tách, gộp, thêm hoặc bỏ."},
    "source": TEXT,
    "value": _FIGURE,
    "with_value": _FIGURE,
    "change": _FIGURE,
    "change_percent": {"type": ["string", "null"]},
    "refusal": {**TEXT, "description": "Vì sao không so được; trống khi so được."},
    "as_now": {**TEXT, "description": "Năm ấy do những đơn vị khác báo cáo, nay là những đơn vị này; trống khi không."},
    "inputs": {**_TEXTS, "description": "Địa chỉ mở từng số đến nguồn."},
    "with_inputs": _TEXTS,
}

COMPARISON_SCHEMAS: dict[str, object] = {
    "Comparison": {
        "type": "object",
        "required": ["campaign", "period", "with", "with_period", "reading", "span", "sentence", "rows"],
        "properties": {
            "campaign": TEXT,
            "period": TEXT,
            "with": {"type": ["string", "null"], "description": "null: đợt không so với năm nào."},
            "with_period": {"type": ["string", "null"]},
            "reading": TEXT,
            "span": TEXT,
            "source": TEXT,
            "sentence": TEXT,
            "with_sentence": TEXT,
            "rows": {
                "type": "array",
                "items": {"type": "object", "required": sorted(_ROW), "properties": _ROW},
            },
        },
    }
}
