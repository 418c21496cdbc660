"""What makes tests quick changes nothing of what they see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask import render_template

from thidua_testkit.scratch import memory_folder

ROOT = Path(__file__).parents[2]


def an_application(folder: Path, template: str) -> Flask:
    (folder / "templates").mkdir(parents=True, exist_ok=True)
    (folder / "templates/page.html").write_text(template, encoding="utf-8")
    app = Flask("quick", root_path=str(folder))
    app.add_url_rule("/<int:number>/page", "page", lambda number: render_template("page.html", number=number))
    app.add_url_rule("/<path:rest>/any", "any", lambda rest: rest)
    app.add_url_rule("/first", "listed", str, defaults={"number": 1})
    app.add_url_rule("/<int:number>", "listed")
    return app


def test_each_application_shows_its_own_templates_though_code_is_kept(tmp_path: Path) -> None:
    one, same = (an_application(tmp_path, "{{ number }} of one") for _ in range(2))
    assert one.test_client().get("/7/page").text == same.test_client().get("/7/page").text == "7 of one"
    changed, elsewhere = an_application(tmp_path, "changed"), an_application(tmp_path / "elsewhere", "elsewhere")
    assert changed.test_client().get("/7/page").text == "changed"
    assert elsewhere.test_client().get("/7/page").text == "elsewhere"


def test_addresses_are_built_by_the_converters_of_the_application_that_is_asked(tmp_path: Path) -> None:
    for _ in range(2):
        app = an_application(tmp_path, "")
        with app.test_request_context():
            built = [
                app.url_for("page", number=7),
                app.url_for("page", number=7, more="a b"),
                app.url_for("any", rest="a/b c"),
                app.url_for("listed", number=1),
                app.url_for("listed", number=2),
            ]
        assert built == ["/7/page", "/7/page?more=a+b", "/a/b%20c/any", "/first", "/2"]
    for number in (1, 2):
        given = Flask("given")
        given.add_url_rule("/<int:number>/given", "given", str, defaults={"number": number})
        with given.test_request_context():
            assert given.url_for("given") == f"/{number}/given"
    # The same text with another converter is another address.
    other = Flask("other")
    other.url_map.converters["int"] = other.url_map.converters["string"]
    other.add_url_rule("/<int:number>/page", "page", lambda number: number)
    with other.test_request_context():
        assert other.url_for("page", number="a b") == "/a%20b/page"


def test_a_folder_that_was_asked_for_is_used_instead_of_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert memory_folder.__wrapped__() is None


RAN = "<testcase classname='a' name='{0}'><properties><property name='needs' value='{0}'/></properties>{1}</testcase>"
SKIPPED = "<skipped type='pytest.skip' message='none here'/>"


@pytest.mark.parametrize(
    ("cases", "code", "told"),
    [
        ({"postgres": "", "broker": "", "browser": ""}, 0, "1 tests need browser, and ran"),
        ({"postgres": "", "broker": ""}, 1, "0 tests need browser, and ran"),
        ({"postgres": "", "broker": "", "browser": SKIPPED}, 1, "a::browser: none here"),
    ],
)
def test_tests_of_every_kind_must_have_run_where_all_must(
    tmp_path: Path, cases: dict[str, str], code: int, told: str
) -> None:
    results = tmp_path / "results.xml"
    results.write_text(f"<testsuite>{''.join(RAN.format(*case) for case in cases.items())}</testsuite>")
    command = [sys.executable, str(ROOT / "scripts/skipped.py"), str(results)]
    for required in (0, 1):
        environ = {"THIDUA_REQUIRE_ALL_TESTS": str(required)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == (code if required else 0)
    assert told in done.stderr
