"""What the OpenAPI document says of likenesses."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["LIKENESS_SCHEMAS", "likeness_operation"]

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_COUNT = {"type": "integer", "minimum": 0}
_PERCENT = {"type": "string", "pattern": r"^[0-9]{1,3}\.[0-9]$"}


def likeness_operation(report_id: Mapping[str, object], problems: Mapping[str, object]) -> dict[str, object]:
    """Describe ``GET /reports/{id}/likeness``."""
    schema = {"$ref": "#/components/schemas/Likenesses"}
    return {
        "operationId": "readLikeness",
        "summary": "Báo cáo giống báo cáo nào khác",
        "description": (
            "Gợi ý để xem lại, không phải lỗi. Đơn vị thấy đủ các báo cáo trước của mình; với đơn vị khác chỉ biết "
            "là có giống, không biết đơn vị nào, ô nào, giống bao nhiêu."
        ),
        "parameters": [dict(report_id)],
        "responses": {
            "200": {"description": "Các báo cáo giống nhất", "content": {"application/json": {"schema": schema}}},
            **problems,
        },
    }


_SIDE_BY_SIDE = {
    "type": "object",
    "required": ["cell", "mine", "other_cell", "other"],
    "properties": {"cell": _TEXT, "mine": _TEXT, "other_cell": _TEXT, "other": _TEXT},
}
LIKENESS_SCHEMAS: dict[str, object] = {
    "Likeness": {
        "type": "object",
        "required": ["kind", "level", "sentence"],
        "properties": {
            "kind": {"type": "string", "enum": ["own", "neighbour"]},
            "level": {"type": "string", "enum": ["some", "strong"]},
            "sentence": _TEXT,
            "unit": _TEXT,
            "period": _TEXT,
            "report": _COUNT,
            "revision": _COUNT,
            "text_percent": _PERCENT,
            "number_percent": _PERCENT,
            "equal": _COUNT,
            "compared": _COUNT,
            "factor": {"type": ["string", "null"]},
            "cells": _TEXTS,
            "texts": {"type": "array", "items": _SIDE_BY_SIDE},
        },
    },
    "Likenesses": {
        "type": "object",
        "required": ["report", "own", "neighbours"],
        "properties": {
            "report": _COUNT,
            "own": {"type": "array", "items": {"$ref": "#/components/schemas/Likeness"}},
            "neighbours": {"type": "array", "items": {"$ref": "#/components/schemas/Likeness"}},
        },
    },
}
