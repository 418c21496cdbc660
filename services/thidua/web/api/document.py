"""The OpenAPI 3.1 document: paths written here, reports described by the forms that serve."""

from __future__ import annotations

from typing import Any

from flask import Response

from thidua.application.ports.host import Host
from thidua.domain.reports import ReportState
from thidua.forms.compose import ComposedForm
from thidua.forms.openapi import component_name
from thidua.forms.openapi import components
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.comparison_document import COMPARISON
from thidua.web.api.comparison_document import COMPARISON_SCHEMAS
from thidua.web.api.document_jobs import JOBS
from thidua.web.api.document_jobs import JOBS_SCHEMAS
from thidua.web.api.document_obligations import OBLIGATION_SCHEMAS
from thidua.web.api.document_obligations import OBLIGATIONS
from thidua.web.api.document_parts import CHANNEL
from thidua.web.api.document_parts import COUNT as _COUNT
from thidua.web.api.document_parts import ID as _ID
from thidua.web.api.document_parts import MOMENT as _MOMENT
from thidua.web.api.document_parts import TEXT as _TEXT
from thidua.web.api.document_parts import as_json as _json
from thidua.web.api.document_parts import problem as _problem
from thidua.web.api.document_parts import problems as _problems
from thidua.web.api.document_parts import reference as _ref
from thidua.web.api.document_parts import with_answers_of_all
from thidua.web.api.document_reviewing import REVIEWING
from thidua.web.api.document_reviewing import REVIEWING_SCHEMAS
from thidua.web.api.document_trail import TRAIL
from thidua.web.api.document_trail import TRAIL_SCHEMAS
from thidua.web.api.evidence_document import EVIDENCE
from thidua.web.api.evidence_document import EVIDENCE_SCHEMAS
from thidua.web.api.inputs_document import INPUTS
from thidua.web.api.inputs_document import INPUTS_SCHEMAS
from thidua.web.api.likeness_document import LIKENESS_SCHEMAS
from thidua.web.api.likeness_document import likeness_operation
from thidua.web.api.lineage_document import LINEAGE
from thidua.web.api.lineage_document import LINEAGE_SCHEMAS

__all__ = ["document", "openapi"]


def openapi() -> Response:
    """Answer the document; public, for it holds no data."""
    return answer(document(context.host()))


def document(host: Host) -> dict[str, object]:
    """Describe every path and every form of the campaigns that serve."""
    forms = _forms(host)
    return {
        "openapi": "3.1.0",
        "info": {"title": "thidua", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"session": [], "csrf": []}],
        "paths": {path: with_answers_of_all(operations) for path, operations in _paths(forms).items()},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "thidua"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
            "schemas": {
                **components(forms),
                **_SCHEMAS,
                **REVIEWING_SCHEMAS,
                **OBLIGATION_SCHEMAS,
                **LIKENESS_SCHEMAS,
                **EVIDENCE_SCHEMAS,
                **JOBS_SCHEMAS,
                **TRAIL_SCHEMAS,
                **COMPARISON_SCHEMAS,
                **INPUTS_SCHEMAS,
                **LINEAGE_SCHEMAS,
            },
        },
    }


def _paths(forms: list[ComposedForm]) -> dict[str, Any]:
    return {
        "/reports": {"post": _file(forms), "get": _listing()},
        "/reports/{id}": {"get": _one()},
        **REVIEWING,
        **OBLIGATIONS,
        **JOBS,
        **TRAIL,
        "/reports/{id}/likeness": {"get": likeness_operation(_ID, _problems("400", "401", "403", "404"))},
        **EVIDENCE,
        "/campaigns/{campaign}/status": {"get": _status()},
        **COMPARISON,
        **INPUTS,
        **LINEAGE,
    }


def _forms(host: Host) -> list[ComposedForm]:
    return [
        host.catalogue.whole_form(campaign.code, code)
        for campaign in host.catalogue.campaigns.values()
        for code in sorted({use.form for period in campaign.periods for use in period.forms})
    ]


def _file(forms: list[ComposedForm]) -> dict[str, object]:
    schemas = [_ref(component_name(form)) for form in forms]
    return {
        "operationId": "fileReport",
        "summary": "Nộp báo cáo",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Cùng khóa và cùng nội dung thì nhận lại đúng biên nhận cũ.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"anyOf": schemas}}}},
        "responses": {
            "201": _json("Biên nhận", _ref("Receipt")),
            **_problems("400", "401", "403", "404"),
            "409": _problem("Kỳ đã khóa hoặc báo cáo đã có người nộp"),
            "413": _problem("Nội dung quá lớn"),
            "415": _problem("Không phải application/json"),
            "422": _problem("Báo cáo còn ô sai, hoặc cần xác nhận cảnh báo"),
        },
    }


def _listing() -> dict[str, object]:
    text = {"type": "string"}
    return {
        "operationId": "listReports",
        "summary": "Danh sách báo cáo",
        "parameters": [
            {"name": "campaign", "in": "query", "schema": text},
            {"name": "period", "in": "query", "schema": text},
            {
                "name": "state",
                "in": "query",
                "schema": {"type": "string", "enum": [state.value for state in ReportState]},
            },
            {"name": "channel", "in": "query", "description": "Cách nộp lần mới nhất.", "schema": CHANNEL},
            {"name": "cursor", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
        ],
        "responses": {"200": _json("Một trang", _ref("ReportPage")), **_problems("400", "401", "403")},
    }


def _one() -> dict[str, object]:
    return {
        "operationId": "readReport",
        "summary": "Một báo cáo với các lần nộp",
        "parameters": [_ID],
        "responses": {
            "200": _json("Báo cáo; ETag là phiên bản để dùng với If-Match", _ref("ReportSheet")),
            **_problems("400", "401", "403", "404"),
        },
    }


def _status() -> dict[str, object]:
    return {
        "operationId": "readStatus",
        "summary": "Tình hình của một kỳ",
        "parameters": [
            {"name": "campaign", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "period", "in": "query", "schema": {"type": "string"}},
            {
                "name": "at",
                "in": "query",
                "description": (
                    "Tình hình ở một thời điểm đã qua (ISO 8601), tính lại từ sổ báo cáo theo quy tắc đang dùng. "
                    "Không ghi múi giờ thì hiểu là giờ Việt Nam."
                ),
                "schema": _MOMENT,
            },
        ],
        "responses": {
            "200": _json("Tình hình; có at thì là tình hình lúc đó", _ref("Status")),
            "304": {"description": "Chưa có gì thay đổi"},
            **_problems("400", "401", "403", "404"),
            "422": _problem("Có at: nhiều báo cáo quá nên không tính ngay được; lời nhắn ghi lệnh chạy trên máy chủ"),
        },
    }


_COUNT_OR_NONE = {"type": ["integer", "null"], "minimum": 0}
_REPORT_PROPERTIES: dict[str, object] = {
    "id": _COUNT,
    "campaign_code": _TEXT,
    "period_code": _TEXT,
    "unit_code": _TEXT,
    "unit_type": _TEXT,
    "form_code": _TEXT,
    "state": {"type": "string", "enum": [state.value for state in ReportState]},
    "state_label": _TEXT,
    "revision": _COUNT,
    "accepted_revision": {"type": ["integer", "null"], "minimum": 0},
    "first_received_at": _MOMENT,
    "received_at": _MOMENT,
    "version": _COUNT,
    "answer_by": {"type": ["string", "null"], "format": "date-time"},
}
_SCHEMAS: dict[str, object] = {
    "Receipt": {
        "type": "object",
        "required": ["receipt", "report", "revision", "received_at", "due_at", "on_time", "channel"],
        "properties": {
            "receipt": _TEXT,
            "report": _COUNT,
            "revision": _COUNT,
            "campaign_code": _TEXT,
            "period_code": _TEXT,
            "unit_code": _TEXT,
            "form_code": _TEXT,
            "received_at": _MOMENT,
            "due_at": _MOMENT,
            "on_time": {"type": "boolean"},
            "channel": CHANNEL,
            "channel_label": _TEXT,
            "confirmed": {"type": "array", "items": {"type": "object"}},
        },
    },
    "Report": {"type": "object", "required": sorted(_REPORT_PROPERTIES), "properties": _REPORT_PROPERTIES},
    "ReportPage": {
        "type": "object",
        "required": ["reports", "next"],
        "properties": {
            "reports": {"type": "array", "items": {"$ref": "#/components/schemas/Report"}},
            "next": {"type": ["string", "null"]},
        },
    },
    "Status": {
        "type": "object",
        "required": ["campaign", "period", "state", "light", "reasons", "computed_at", "digest", "inputs", "filing"],
        "properties": {
            "campaign": _TEXT,
            "period": _TEXT,
            "state": _TEXT,
            "light": {"type": "string", "enum": ["green", "amber", "red"]},
            "reasons": {"type": "array", "items": _TEXT},
            "as_of": {**_MOMENT, "description": "Chỉ có khi hỏi với at: thời điểm được hỏi."},
            "computed_at": _MOMENT,
            "took_ms": {**_COUNT, "description": "Tính mất bao nhiêu phần nghìn giây."},
            "computed_by": {**_TEXT, "description": "Bản phân phối và phiên bản của phần mở rộng đã tính."},
            "digest": {**_TEXT, "description": "SHA-256 của nội dung; hai lần tính ra cùng dấu là cùng kết quả."},
            "rules_version": _TEXT,
            "inputs": {
                "type": "object",
                "required": ["revisions", "accepted", "expected", "waiting", "quarantined", "sentence"],
                "properties": {
                    "revisions": {**_COUNT, "description": "Báo cáo đang được tính của đơn vị phải nộp."},
                    "accepted": _COUNT,
                    "expected": _COUNT,
                    "from_exempt": {**_COUNT, "description": "Báo cáo của đơn vị được miễn, có trong số liệu."},
                    "digest": {**_TEXT, "description": "SHA-256 của mọi lần nộp đã tính."},
                    "waiting": {**_COUNT_OR_NONE, "description": "Thay đổi chưa tính; null khi hỏi với at."},
                    "quarantined": {**_COUNT_OR_NONE, "description": "Thay đổi để riêng vì lỗi; null khi hỏi với at."},
                    "sentence": _TEXT,
                    "pinned": {**_TEXT, "description": "Chỉ có khi năm ấy đọc theo bản đã khóa: vì sao."},
                },
            },
            "filing": {
                "type": "object",
                "description": (
                    "not_due, due_soon, on_time, late, overdue and exempt sum to roster; expected is the roster "
                    "without those exempt, and rates are shares of it. received counts complete filings, also late "
                    "ones. Of each unit, days tells the days after due_at that the unit took and that the Office "
                    "took (begun days count whole, null where exempt), answer_by the limit of a return that waits."
                ),
            },
            "indicators": {"type": "array", "items": {"type": "object"}},
            "duties": {"type": "array", "items": {"type": "object"}},
            "targets": {"type": "array", "items": {"type": "object"}},
            "registers": {"type": "object"},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "instance": _TEXT,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code", "level", "detail"],
                    "properties": {
                        "pointer": _TEXT,
                        "code": _TEXT,
                        "level": {"type": "string", "enum": ["error", "warning"]},
                        "detail": _TEXT,
                        "cells": {"type": "array", "items": _TEXT},
                        "source": _TEXT,
                    },
                },
            },
        },
    },
}
