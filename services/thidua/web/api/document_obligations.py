"""The OpenAPI document's paths about what units owe and until when."""

from __future__ import annotations

from thidua.application.periods.obligations import PAPER_LENGTH
from thidua.application.periods.obligations import REASON_LENGTH
from thidua.domain.filing import FilingState
from thidua.domain.reports import ObligationChangeKind
from thidua.web.api.document_parts import COUNT
from thidua.web.api.document_parts import MOMENT
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problem
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference

__all__ = ["OBLIGATIONS", "OBLIGATION_SCHEMAS"]

_FLAG = {"type": "boolean"}
_MAYBE_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_MAYBE_COUNT = {"type": ["integer", "null"], "minimum": 0}
_KIND = {"type": "string", "enum": [kind.value for kind in ObligationChangeKind]}
_PAPER = {"type": "string", "maxLength": PAPER_LENGTH}
_PLACE: list[object] = [
    {"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("campaign", "period", "unit")
]


def _object(properties: dict[str, object], *, optional: tuple[str, ...] = ()) -> dict[str, object]:
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        "properties": properties,
    }


#: Path by operations.
OBLIGATIONS: dict[str, object] = {
    "/obligations": {
        "get": {
            "operationId": "listObligations",
            "summary": "Báo cáo mà các đơn vị của người hỏi phải nộp, kèm thời hạn",
            "responses": problems("400", "401", "403")
            | {"200": as_json("Mọi kỳ đã mở", _object({"obligations": {"type": "array", "items": reference("Owed")}}))},
        }
    },
    "/obligations/{campaign}/{period}/{unit}": {
        "get": {
            "operationId": "readObligation",
            "summary": "Thời hạn của một đơn vị ở một kỳ, kèm các lần thay đổi",
            "parameters": _PLACE,
            "responses": problems("400", "401", "403", "404")
            | {"200": as_json("ETag là phiên bản để dùng với If-Match", reference("Obligation"))},
        }
    },
    "/obligations/{campaign}/{period}/{unit}/changes": {
        "post": {
            "operationId": "changeObligation",
            "summary": "Gia hạn, miễn, hoặc bỏ miễn cho một đơn vị",
            "parameters": [
                *_PLACE,
                {
                    "name": "If-Match",
                    "in": "header",
                    "description": "ETag đã đọc, thay cho seen; đã có thay đổi khác thì trả lời 412.",
                    "schema": TEXT,
                },
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _object(
                            {
                                "kind": _KIND,
                                "reason": {"type": "string", "minLength": 1, "maxLength": REASON_LENGTH},
                                "document_number": _PAPER,
                                "requested_by": _PAPER,
                                "ends_at": MOMENT,
                                "seen": COUNT,
                            },
                            optional=("document_number", "requested_by", "ends_at", "seen"),
                        )
                    }
                },
            },
            "responses": problems("400", "401", "403", "404")
            | {
                "201": as_json("Thời hạn sau khi thay đổi", reference("Obligation")),
                "409": problem("Kỳ đã khóa, không thay đổi như vậy được, hoặc đã có thay đổi khác"),
                "412": problem("Đã có thay đổi khác từ phiên bản nêu ở If-Match"),
                "415": problem("Không phải application/json"),
                "422": problem("Nội dung chưa đúng"),
            },
        }
    },
}

_OWED: dict[str, object] = {
    "campaign_code": TEXT,
    "period_code": TEXT,
    "unit_code": TEXT,
    "unit_name": TEXT,
    "form_code": TEXT,
    "report": _MAYBE_COUNT,
    "filing": {"type": "string", "enum": [state.value for state in FilingState]},
    "filing_label": TEXT,
    "period_is_open": _FLAG,
    "deadline": reference("Deadline"),
}

#: Schema by name.
OBLIGATION_SCHEMAS: dict[str, object] = {
    "Deadline": _object(
        {
            "opened_at": MOMENT,
            "due_at": MOMENT,
            "extended_to": _MAYBE_MOMENT,
            "locks_at": _MAYBE_MOMENT,
            "last_moment": MOMENT,
            "working_days": _MAYBE_COUNT,
            "working_days_left": _MAYBE_COUNT,
            "sentence": TEXT,
            "granted": {
                "type": ["object", "null"],
                "properties": {"kind": _KIND, "reason": TEXT, "document_number": TEXT, "requested_by": TEXT},
            },
        }
    ),
    "Owed": _object(_OWED),
    "Obligation": _object(
        {
            **_OWED,
            "can_change": _FLAG,
            "exempt": {"type": ["object", "null"], "properties": {"reason": TEXT, "until": _MAYBE_MOMENT}},
            "version": COUNT,
            "changes": {
                "type": "array",
                "items": _object(
                    {
                        "seq": COUNT,
                        "kind": _KIND,
                        "kind_label": TEXT,
                        "reason": TEXT,
                        "document_number": TEXT,
                        "requested_by": TEXT,
                        "ends_at": _MAYBE_MOMENT,
                        "by": TEXT,
                        "at": MOMENT,
                    }
                ),
            },
        }
    ),
}
