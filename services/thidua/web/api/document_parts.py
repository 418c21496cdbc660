"""Pieces that the OpenAPI document is put together from."""

from __future__ import annotations

__all__ = ["COUNT", "ID", "MOMENT", "TEXT", "as_json", "problem", "problems", "reference"]

TEXT = {"type": "string"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
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
