"""The OpenAPI document's paths about figures by unit and what became of units."""

from __future__ import annotations

from collections.abc import Mapping

from thidua.application.status.unit_readings import READINGS
from thidua.application.status.unit_readings import UnitReading
from thidua.domain.lineage import Rest
from thidua.domain.successions import SuccessionKind
from thidua.web.api.document_parts import TEXT
from thidua.web.api.document_parts import as_json
from thidua.web.api.document_parts import problems
from thidua.web.api.document_parts import reference

__all__ = ["LINEAGE", "LINEAGE_SCHEMAS"]

_DAY = {"type": "string", "format": "date"}
_MAYBE_DAY = {"type": ["string", "null"], "format": "date"}
_CODES = {"type": "array", "items": TEXT}
_READING = {"type": "string", "enum": [reading.value for reading in UnitReading]}
#: Whole numbers are numbers, percentages texts; null is not known.
_FIGURES: dict[str, object] = {name: {"type": ["integer", "string", "null"]} for name in READINGS}


def _path(name: str) -> dict[str, object]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def _asked(name: str, schema: Mapping[str, object], said: str) -> dict[str, object]:
    return {"name": name, "in": "query", "description": said, "schema": schema}


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "required": sorted(properties), "properties": dict(properties)}


#: Path by operations.
LINEAGE: dict[str, object] = {
    "/campaigns/{campaign}/by-unit": {
        "get": {
            "operationId": "readFiguresByUnit",
            "summary": "Một chỉ số theo đơn vị khi báo cáo, hoặc theo đơn vị của một ngày; tổng số như nhau",
            "parameters": [
                _path("campaign"),
                _asked("period", {"type": "string"}, "Kỳ báo cáo; không ghi là kỳ mới nhất"),
                _asked("indicator", {"type": "string"}, "Khóa của chỉ số; không ghi là chỉ số đầu tiên có số liệu"),
                _asked("units", _READING, "then: đơn vị đã báo cáo; now: đơn vị kế thừa"),
                _asked("on", _DAY, "Đơn vị của ngày nào; không ghi là hôm nay"),
            ],
            "responses": problems("400", "401", "403", "404") | {"200": as_json("Bảng", reference("FiguresByUnit"))},
        }
    },
    "/units/{unit}/history": {
        "get": {
            "operationId": "readUnitHistory",
            "summary": "Tên của một đơn vị qua thời gian, và các lần sắp xếp",
            "parameters": [_path("unit")],
            "responses": problems("400", "401", "403", "404") | {"200": as_json("Đơn vị", reference("UnitHistory"))},
        }
    },
}

#: Schema by name.
LINEAGE_SCHEMAS: dict[str, object] = {
    "FiguresByUnit": _object(
        {
            **dict.fromkeys(("campaign", "period", "indicator", "label", "unit_of_measure", "kind"), TEXT),
            "units": _READING,
            "since": _MAYBE_DAY,
            "on": _DAY,
            "rows": {
                "type": "array",
                "items": _object(
                    {
                        "unit": TEXT,
                        "name": TEXT,
                        "not_divided": {"type": ["string", "null"], "enum": [*(reason.value for reason in Rest), None]},
                        **_FIGURES,
                    }
                ),
            },
            "total": {"oneOf": [_object(_FIGURES), {"type": "null"}]},
        }
    ),
    "UnitHistory": _object(
        {
            "code": TEXT,
            "area_code": TEXT,
            "versions": {
                "type": "array",
                "items": _object(
                    {
                        **dict.fromkeys(("name", "short_name", "type", "parent", "legal_basis"), TEXT),
                        "valid_from": _DAY,
                        "valid_to": {**_MAYBE_DAY, "description": "Ngày đầu tiên không còn hiệu lực"},
                        "attributes": {"type": "object"},
                        "unverified": _CODES,
                    }
                ),
            },
            "successions": {
                "type": "array",
                "items": _object(
                    {
                        "code": TEXT,
                        "kind": {"type": "string", "enum": [kind.value for kind in SuccessionKind]},
                        "effective_on": _DAY,
                        "legal_basis": TEXT,
                        "came_from": _CODES,
                        "went_to": _CODES,
                    }
                ),
            },
        }
    ),
}
