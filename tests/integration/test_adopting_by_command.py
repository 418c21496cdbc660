"""``thidua campaign adopt``, and what lists and checks tell of pinned years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from tests.support.changed_years import uninstalled
from tests.support.changed_years import with_fields
from thidua.cli import thidua
from thidua.domain.errors import NotFoundError
from thidua.plugin_host.registry import Registry

CODE = "ATGT-2021"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(thidua, list(arguments))


def serve(monkeypatch: pytest.MonkeyPatch, registry: Registry) -> None:
    for module in ("thidua.bootstrap", "thidua.cli.extending"):
        monkeypatch.setattr(f"{module}.installed_plugins", lambda *_, **__: registry)


@pytest.fixture(autouse=True)
def _opened(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_DATABASE_URL", database_url)
    monkeypatch.setenv("THIDUA_DATA", str(tmp_path / "data"))
    serve(monkeypatch, uninstalled())
    assert run("campaign", "open", CODE).exit_code == 0


def test_a_change_is_shown_then_adopted_and_told_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = run("plugins", "check")
    assert (checked.exit_code, f"{CODE}: như bản đã khóa" in checked.output) == (0, True)
    serve(monkeypatch, with_fields(maximum=900))
    change = "biểu A, fields.radio_items.maximum: 9999999 → 900"
    checked = run("plugins", "check")
    assert (checked.exit_code, change in checked.output) == (1, True)
    [year] = json.loads(run("plugins", "check", "--json").stdout)["years"]
    assert (year["state"], year["serves"], year["pin"]["number"]) == ("changed", False, 1)
    assert year["changes"] == [{"form": "A", "place": "fields.radio_items.maximum", "was": "9999999", "now": "900"}]
    assert "KHÁC bản đã khóa" in run("campaign", "list").output
    shown = run("campaign", "adopt", CODE)
    assert (shown.exit_code, change in shown.output, f"adopt {CODE} --yes" in shown.output) == (1, True, True)
    assert run("plugins", "check").exit_code == 1, "nothing was adopted by looking"
    adopted = run("campaign", "adopt", CODE, "--yes")
    assert (adopted.exit_code, "Đã nhận 1 thay đổi" in adopted.output) == (0, True)
    assert run("plugins", "check").exit_code == 0
    again = json.loads(run("campaign", "adopt", CODE, "--yes", "--json").output)
    assert (again["state"], again["adopted"], again["pin"]["number"]) == ("as_pinned", False, 2)
    [listed] = json.loads(run("campaign", "list", "--json").output)
    assert listed["year"]["pin"]["reason"] == "adopted"


def test_a_year_whose_plugin_is_gone_stays_in_the_list_and_fails_the_check_while_it_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(monkeypatch, uninstalled(CODE))
    listed = run("campaign", "list").output
    assert "Phong trào thi đua bảo đảm trật tự, an toàn giao thông năm 2021  [phần mềm đã gỡ, chỉ xem]" in listed
    assert "Năm này đọc theo bản đã khóa" in listed
    assert run("status", "verify").exit_code == 1
    assert run("plugins", "check").exit_code == 1
    assert "cài lại gói thidua-campaign-atgt-2021" in str(run("campaign", "adopt", CODE, "--yes").exception)
    serve(monkeypatch, uninstalled())
    assert run("campaign", "close", CODE).exit_code == 0
    serve(monkeypatch, uninstalled(CODE))
    assert run("plugins", "check").exit_code == 0, "a year that is over needs no plugin"


def test_what_was_never_opened_cannot_be_adopted() -> None:
    assert isinstance(run("campaign", "adopt", "ATGT-1999").exception, NotFoundError)
