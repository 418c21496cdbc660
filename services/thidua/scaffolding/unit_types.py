"""A new unit type with one form that shows every kind of field."""

from __future__ import annotations

import json
from collections.abc import Mapping

from thidua.scaffolding.names import UnitNames
from thidua.scaffolding.python_text import quoted
from thidua.scaffolding.writing import filled_template

__all__ = ["common_files", "example_unit_type", "golden_report"]

_PLAN = {"plan_status": "done", "plan_document_no": "45/KH-UBND", "plan_document_date": "2000-03-01"}
_STAFF = {"staff_total": 12, "staff_briefed": 12, "satisfied": "95.5"}
_WORK = {
    "sessions": 2,
    "hours": "3.5",
    "has_station": True,
    "next_session": "2000-04-01T08:00:00+07:00",
    "slogan": "Đã uống rượu, bia thì không lái xe",
    "movements": ["Toàn dân đoàn kết xây dựng đời sống văn hóa"],
    "origin": {"document": "Sổ theo dõi của đơn vị", "as_of": "2000-12-31"},
    "difficulties": None,
}
_ROWS = [{"held_on": "2000-03-05", "place": "Nhà văn hóa thôn", "people": 40}]


def example_unit_type(names: UnitNames) -> dict[str, str]:
    """Write the files of a unit type, by path inside its folder."""
    values = _values(names)
    package = names.package
    fields: dict[str, object] = {**_PLAN, **_STAFF, **_WORK}
    tables: dict[str, object] = {"session_list": _ROWS}
    form = names.form.lower()

    def broken(**changed: object) -> str:
        return golden_report(names, {**fields, **changed}, tables)

    return {
        **common_files(names, f"Biểu {names.form}"),
        f"{package}/form.py": filled_template("unit/form.py", values),
        f"{package}/rows.py": filled_template("unit/rows.py", values),
        f"{package}/rules.py": filled_template("unit/rules.py", values),
        "golden/valid-whole.json": golden_report(names, fields, tables),
        f"golden/broken-{form}02-number-missing.json": broken(plan_document_no=None),
        f"golden/broken-{form}05-briefed-exceed-staff.json": broken(staff_briefed=13),
        f"golden/broken-{form}13-session-listed-twice.json": golden_report(names, fields, {"session_list": _ROWS * 2}),
        f"golden/broken-{form}x1-fewer-staff.json": broken(staff_total=12),
        "golden/broken-required-staff-missing.json": broken(staff_total=None),
        "golden/cases.toml": filled_template("unit/cases.toml", values | {"row": form}),
    }


def common_files(names: UnitNames, title: str) -> dict[str, str]:
    """Write what every unit type has around its form."""
    values = {**_values(names), "title": quoted(title)}
    package = names.package
    return {
        "pyproject.toml": filled_template("unit/pyproject.toml", values),
        "README.md": filled_template("unit/README.md", values),
        f"{package}/__init__.py": filled_template("unit/init.py", values),
        f"{package}/py.typed": "",
        "tests/conftest.py": filled_template("conftest.py", {}),
        "tests/test_plugin.py": filled_template("unit/test_plugin.py", values),
    }


def golden_report(names: UnitNames, fields: Mapping[str, object], tables: Mapping[str, object]) -> str:
    """Write an envelope with what a report says."""
    envelope = {
        "campaign_code": "THU",
        "form_code": names.form,
        "form_version": 1,
        "unit_code": "DV-1",
        "period_code": "THU-1",
        "prepared_by": {"full_name": "Nguyễn Văn Thí Dụ", "position": "Chuyên viên"},
        "fields": dict(fields),
        **tables,
    }
    return json.dumps(envelope, ensure_ascii=False, indent=2) + "\n"


def _values(names: UnitNames) -> dict[str, str]:
    return {
        "code": names.code,
        "label": quoted(names.label),
        "form": names.form,
        "title": quoted(f"Biểu {names.form}"),
        "source": quoted(f"Biểu {names.form}"),
        "package": names.package,
        "distribution": names.distribution,
    }
