"""Scripts that import each other are served under names that change with everything they bring along."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from thidua.web.statics import StaticFiles


def _write(folder: Path, **scripts: str) -> StaticFiles:
    for name, text in scripts.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return StaticFiles(folder)


def test_a_script_imports_the_public_names_of_others(tmp_path: Path) -> None:
    files = _write(tmp_path, top='import { a } from "./deep.js";\nimport * as b from "./side.js";', deep="1", side="2")
    top = files.by_name["top.js"].plain.decode()
    assert f'from "./{files.by_name["deep.js"].hashed}"' in top
    assert f'from "./{files.by_name["side.js"].hashed}"' in top


def test_a_change_deep_down_gives_every_importer_a_new_name(tmp_path: Path) -> None:
    scripts = {"top": 'import { a } from "./middle.js";', "middle": 'export { a } from "./deep.js";'}
    before = _write(tmp_path, **scripts, deep="export const a = 1;").by_name
    after = _write(tmp_path, **scripts, deep="export const a = 2;").by_name
    for name in ("top.js", "middle.js", "deep.js"):
        assert before[name].hashed != after[name].hashed, name


def test_what_a_script_brings_along_comes_before_it_and_once(tmp_path: Path) -> None:
    files = _write(
        tmp_path,
        a='import { b } from "./b.js";\nimport { c } from "./c.js";',
        b='import { c } from "./c.js";',
        c="",
    )
    assert files.brought_by("a.js") == ["c.js", "b.js", "a.js"]


def test_scripts_may_not_import_each_other_in_a_circle(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.js > b\.js > a\.js"):
        _write(tmp_path, a='import { b } from "./b.js";', b='import { a } from "./a.js";')


def test_a_script_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _write(tmp_path, a='import { b } from "./gone.js";')


def test_every_script_of_the_form_page_is_announced_and_served(site: Any) -> None:
    visitor = site.visit("reporter")
    page = visitor.get(site.form).html
    urls = [link.attributes["href"] for link in page.all("link", rel="modulepreload")]
    urls += [script.attributes["src"] for script in page.all("script", type="module")]
    for url in urls:
        answer = visitor.get(url).answer
        assert answer.status_code == 200
        for name in re.findall(r'from "\./([^"]+)"', answer.text):
            assert f"/static/{name}" in urls
