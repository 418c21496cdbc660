"""The OpenAPI document's paths about background work."""

from __future__ import annotations

from thidua.application.background.job_kinds import KINDS
from thidua.domain.jobs import JobState
from thidua.domain.jobs import Origin
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import ID
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problem
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference

__all__ = ["JOBS", "JOBS_SCHEMAS"]

_MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_JOB = as_json("Việc như đang có; ETag đổi khi việc đổi", reference("Job"))


def _act(name: str, summary: str, refused: str) -> dict[str, object]:
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "parameters": [ID],
            "responses": problems("401", "403", "404") | {"200": _JOB, "409": problem(refused)},
        }
    }


#: Path by operations.
JOBS: dict[str, object] = {
    "/jobs": {
        "get": {
            "operationId": "listJobs",
            "summary": "Việc máy đang làm và đã làm, mới nhất trước, kèm báo động",
            "parameters": [
                {"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
            ],
            "responses": problems("400", "401", "403") | {"200": as_json("Một trang", reference("JobPage"))},
        },
        "post": {
            "operationId": "askForJob",
            "summary": "Yêu cầu một việc; nếu việc cùng loại đang chạy thì trả lời việc ấy",
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["kind"],
                            "additionalProperties": False,
                            "properties": {"kind": {"type": "string", "enum": sorted(KINDS)}, "subject": TEXT},
                        }
                    }
                },
            },
            "responses": problems("400", "401", "403", "404")
            | {
                "200": _JOB,
                "202": as_json("Đã nhận, sẽ làm", reference("Job")),
                "415": problem("Không phải application/json"),
                "422": problem("Nội dung chưa đúng"),
            },
        },
    },
    "/jobs/{id}": {
        "get": {
            "operationId": "readJob",
            "summary": "Một việc: tình trạng, bước, tiến độ, vì sao chờ, lỗi",
            "parameters": [ID],
            "responses": problems("401", "403", "404") | {"200": _JOB, "304": {"description": "Chưa có gì thay đổi"}},
        }
    },
    "/jobs/{id}/cancel": _act("cancelJob", "Hủy một việc, dừng giữa hai phần của nó", "Việc đã kết thúc"),
    "/jobs/{id}/retry": _act(
        "retryJob", "Làm lại một việc đã dừng; phần đã làm giữ nguyên", "Việc chưa dừng, hoặc việc cùng loại đang chạy"
    ),
}

_SHOWN: dict[str, object] = {
    "id": COUNT,
    "kind": TEXT,
    "label": TEXT,
    "subject": TEXT,
    "origin": {"type": "string", "enum": [origin.value for origin in Origin]},
    "state": {"type": "string", "enum": [state.value for state in JobState]},
    "state_label": TEXT,
    "stage": TEXT,
    "stage_label": TEXT,
    "progress": {"type": "object", "required": ["done", "total"], "properties": {"done": COUNT, "total": COUNT}},
    "attempts": COUNT,
    "why_it_waits": TEXT,
    "error": TEXT,
    "result": {"type": "object", "additionalProperties": COUNT},
    "created_at": MOMENT,
    "started_at": _MAYBE_MOMENT,
    "finished_at": _MAYBE_MOMENT,
}
_FOR_OPERATORS: dict[str, object] = {
    "workers": {"type": "array", "items": TEXT},
    "leased_until": _MAYBE_MOMENT,
    "detail": TEXT,
    "cancel_asked": {"type": "boolean"},
    "slot": {"type": ["string", "null"]},
    "pieces_in_trouble": {"type": "array", "items": {"type": "object"}},
}

#: Schema by name.
JOBS_SCHEMAS: dict[str, object] = {
    "Job": {
        "type": "object",
        "description": "Người không quản trị không thấy phần về tiến trình và lỗi phần mềm.",
        "required": sorted(_SHOWN),
        "properties": _SHOWN | _FOR_OPERATORS,
    },
    "JobPage": {
        "type": "object",
        "required": ["jobs", "alarms", "next"],
        "properties": {
            "jobs": {"type": "array", "items": reference("Job")},
            "alarms": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {"code": TEXT, "message": TEXT},
                },
            },
            "next": {"type": ["string", "null"]},
        },
    },
}
