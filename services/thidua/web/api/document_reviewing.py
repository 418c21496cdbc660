"""The OpenAPI document's paths about what happens to a filed report."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.application.review.remarking import MOST_REMARKS
from thidua.application.review.remarking import NOTE_LENGTH
from thidua.application.review.reviewing import MOST_AT_ONCE
from thidua.domain.revisions import RevisionState
from thidua.web.api.document_parts import CHANNEL
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import ID
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problem
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference

__all__ = ["REVIEWING", "REVIEWING_SCHEMAS"]

_NOTE = {"type": "string", "maxLength": NOTE_LENGTH}
_REASON = {"type": "string", "minLength": 1, "maxLength": NOTE_LENGTH}
_FLAG = {"type": "boolean"}
_MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Cùng khóa và cùng nội dung thì không làm lại lần nữa.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "ETag của báo cáo đã đọc; báo cáo đã thay đổi thì trả lời 412.",
    "schema": TEXT,
}


def _object(required: dict[str, object], optional: dict[str, object] | None = None) -> dict[str, object]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": required | (optional or {}),
    }


def _list(items: dict[str, object], most: int | None = None) -> dict[str, object]:
    return {"type": "array", "items": items} | ({} if most is None else {"maxItems": most})


def _act(name: str, summary: str, body: dict[str, object], done: Mapping[str, object]) -> dict[str, object]:
    refusals: dict[str, object] = {
        "409": problem("Báo cáo không còn ở trạng thái đó, hoặc đã có lần nộp mới"),
        "412": problem("Báo cáo đã thay đổi từ phiên bản nêu ở If-Match"),
        "415": problem("Không phải application/json"),
        "422": problem("Nội dung chưa đúng"),
    }
    return {
        "post": {
            "operationId": name,
            "summary": summary,
            "parameters": [ID, _IF_MATCH, _KEY],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": dict(done) | problems("400", "401", "403", "404") | refusals,
        }
    }


#: Path by operations.
REVIEWING: dict[str, object] = {
    "/reports/{id}/accept": _act(
        "acceptReport",
        "Tiếp nhận một lần nộp",
        _object({"revision": COUNT}, {"note": _NOTE, "counts_from_now_filed": _FLAG}),
        {"204": {"description": "Đã tiếp nhận"}},
    ),
    "/reports/{id}/return": _act(
        "returnReport",
        "Trả lại một lần nộp, kèm yêu cầu sửa theo ô",
        _object(
            {"revision": COUNT, "reason": _REASON},
            {
                "incomplete": _FLAG,
                "remarks": _list(_object({"cell": TEXT, "text": _REASON}, {"quote": _NOTE}), MOST_REMARKS),
            },
        ),
        {"200": as_json("Báo cáo sau khi trả lại", reference("Report"))},
    ),
    "/reports/{id}/withdraw": _act(
        "withdrawReport",
        "Thu hồi một lần nộp chưa được tiếp nhận",
        _object({"revision": COUNT, "reason": _REASON}),
        {"200": as_json("Báo cáo sau khi thu hồi", reference("Report"))},
    ),
    "/reports/{id}/differences": {
        "get": {
            "operationId": "compareRevisions",
            "summary": "Hai lần nộp khác nhau ở những ô nào",
            "parameters": [
                ID,
                {"name": "from", "in": "query", "schema": COUNT},
                {"name": "to", "in": "query", "schema": COUNT},
            ],
            "responses": problems("400", "401", "403", "404")
            | {"200": as_json("Các ô đã đổi, yêu cầu sửa và trả lời", reference("Differences"))},
        }
    },
    "/reports/accept": {
        "post": {
            "operationId": "acceptReports",
            "summary": "Tiếp nhận nhiều báo cáo, mỗi báo cáo đúng lần nộp đã xem",
            "parameters": [_KEY],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _object(
                            {"reports": _list(_object({"id": COUNT, "revision": COUNT}), MOST_AT_ONCE)},
                            {"note": _NOTE},
                        )
                    }
                },
            },
            "responses": problems("400", "401", "403")
            | {
                "200": as_json("Báo cáo nào đã tiếp nhận, báo cáo nào để lại và vì sao", reference("AcceptedReports")),
                "415": problem("Không phải application/json"),
                "422": problem("Nội dung chưa đúng"),
            },
        }
    },
}

_CHANGE: dict[str, object] = {
    "cell": TEXT,
    "label": TEXT,
    "only_in": {
        "type": ["integer", "null"],
        "description": "Lần nộp duy nhất mà biểu có ô này; null khi cả hai đều có.",
    },
    "before": {},
    "after": {},
}
_REMARK: dict[str, object] = {"cell": TEXT, "text": TEXT, "quote": TEXT, "answer": TEXT}

#: Schema by name.
REVIEWING_SCHEMAS: dict[str, object] = {
    "AcceptedReports": _object(
        {"accepted": _list(COUNT), "refused": _list(_object({"id": COUNT, "reason": TEXT}))},
    ),
    "Differences": _object(
        {
            "report": COUNT,
            "from": COUNT,
            "to": COUNT,
            "correction_reason": TEXT,
            "changes": _list(_object({**_CHANGE, "open": _FLAG})),
            "beside": _list(_object(_CHANGE)),
            "remarks": _list(_object(_REMARK)),
            "names_left_out": _FLAG,
        }
    ),
    "ReportSheet": {
        "allOf": [
            reference("Report"),
            {
                "type": "object",
                "required": ["due_at", "deadline", "filing", "ledger_is_whole", "returned", "revisions", "events"],
                "properties": {
                    "due_at": MOMENT,
                    "is_closing": _FLAG,
                    "ends_on": {
                        "type": ["string", "null"],
                        "format": "date",
                        "description": "Last day of a unit that was dissolved: its closing report ends with it.",
                    },
                    "deadline": reference("Deadline"),
                    "filing": TEXT,
                    "filing_label": TEXT,
                    "ledger_is_whole": _FLAG,
                    "returned": {
                        "type": ["object", "null"],
                        "properties": {
                            "revision": COUNT,
                            "reason": TEXT,
                            "at": MOMENT,
                            "answer_by": _MAYBE_MOMENT,
                            "incomplete": _FLAG,
                            "everything_open": _FLAG,
                            "remarks": _list(_object(_REMARK)),
                        },
                    },
                    "revisions": _list(
                        {
                            "type": "object",
                            "properties": {
                                "number": COUNT,
                                "state": {"type": "string", "enum": [state.value for state in RevisionState]},
                                "state_label": TEXT,
                                "form_version": COUNT,
                                "schema_digest": TEXT,
                                "channel": CHANNEL,
                                "channel_label": TEXT,
                                "received_at": MOMENT,
                                "payload": {"type": "object"},
                            },
                        }
                    ),
                    "events": _list({"type": "object"}),
                },
            },
        ]
    },
}
