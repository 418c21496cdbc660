"""Pieces that the OpenAPI document is put together from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thidua.domain.reports import Channel

__all__ = [
    "CHANNEL",
    "COUNT",
    "ID",
    "MOMENT",
    "TEXT",
    "as_json",
    "problem",
    "problems",
    "reference",
    "with_answers_of_all",
]

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
CHANNEL = {"type": "string", "enum": [channel.value for channel in Channel]}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}

_PROBLEM_STATUSES = {
    "400": "Yêu cầu không đọc được",
    "401": "Chưa đăng nhập hoặc mã truy cập đã hết hạn",
    "403": "Không được làm việc này",
    "404": "Không có, hoặc không thuộc phạm vi của người hỏi",
}


def reference(name: str) -> dict[str, object]:
    """Point at a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def as_json(description: str, schema: dict[str, object]) -> dict[str, object]:
    """Describe an answer in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def problem(description: str) -> dict[str, object]:
    """Describe a refusal."""
    return {"description": description, "content": {"application/problem+json": {"schema": reference("Problem")}}}


def problems(*statuses: str) -> dict[str, object]:
    """Describe the refusals that mean the same everywhere."""
    return {status: problem(_PROBLEM_STATUSES[status]) for status in statuses}


_METHODS = frozenset({"get", "put", "post", "patch", "delete"})
#: What any address may answer, and how long to wait then.
_OF_ALL = {
    "429": ("Đã thử sai nhiều lần", "Số giây phải đợi."),
    "503": ("Hệ thống đang bận hoặc đang nâng cấp; đợt thi đua hoặc biểu này đang tạm dừng", "Số giây nên đợi."),
}


def with_answers_of_all(operations: Mapping[str, Any]) -> dict[str, Any]:
    """Add to the operations of a path what any of them may answer; parameters of the path stay as they are."""
    added = {
        status: {
            **problem(words),
            "headers": {"Retry-After": {"description": wait, "schema": {"type": "integer"}}},
        }
        for status, (words, wait) in _OF_ALL.items()
    }
    return {
        name: {**part, "responses": {**part["responses"], **added}} if name in _METHODS else part
        for name, part in operations.items()
    }
