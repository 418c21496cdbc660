"""What the product does without: each of these has let somebody in elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = [
    path
    for folder in ("services/thidua", "services/thidua_sdk", "workers", "plugins")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "tests" not in path.parts
]
SCRIPTS = sorted((ROOT / "services/thidua/web/static").glob("*.js"))
TEMPLATES = sorted((ROOT / "services/thidua/web/templates").rglob("*.html"))

#: Modules nobody imports, by what they could bring in.
NOWHERE = {
    "runs what it reads": {"pickle", "shelve", "marshal", "dill", "yaml", "code", "codeop", "runpy", "jsonpickle"},
    "resolves entities of XML": {"lxml", "xmltodict", "xmlrpc"},
    "speaks to directories, caches and foreign interpreters": {"ldap", "ldap3", "memcache", "pymemcache", "jpype"},
    "prints by LaTeX": {"pylatex", "latex"},
    "unpacks to the disk": {"tarfile"},
    "is guessed": {"uuid"},
    "sends mail, whose headers people could write": {"smtplib", "imaplib"},
    "writes cells that sheets may run as formulas": {"odf", "pyexcel"},
    "asks other servers": {"requests", "httpx", "aiohttp", "urllib3", "http.client", "ftplib"},
    "is old cryptography": {"Crypto", "Cryptodome", "crypt", "rsa", "passlib"},
}
#: Modules with one place each, which is looked at by hand when it changes.
ONLY_IN = {
    # Puts an apostrophe before what a sheet would compute.
    "csv": {"services/thidua/web/tables_out.py"},
    # The second looks whether a plugin seeded it.
    "random": {"services/thidua/application/background/sample.py", "services/thidua/plugin_host/watching.py"},
    "subprocess": {
        "services/thidua/supervisor/child.py",
        "services/thidua/plugin_host/trial.py",
        # A stranger's workbook is read in a process that may fail.
        "services/thidua/scaffolding/xlsform/reading.py",
        "services/thidua/forms/workbook/grid.py",
    },
    # The second raises an exception in a thread whose rule does not end.
    "ctypes": {"services/thidua/supervisor/orphans.py", "services/thidua/forms/time_limit.py"},
    # The third runs in the process that may fail.
    "zipfile": {
        "services/thidua/forms/packages.py",
        "services/thidua/forms/workbook/guarding.py",
        "services/thidua/forms/workbook/scanning.py",
    },
    # Ends at a document type or an entity, so that it never resolves one.
    "xml.parsers": {"services/thidua/forms/workbook/scanning.py"},
    "xml.etree": set(),
    "xml.sax": set(),
    "xml.dom": set(),
    # Reads the sheets of a form beside pyxform, in the process that may fail.
    "openpyxl": {"services/thidua/scaffolding/xlsform/child.py"},
    # Write every text as text.
    "xlsxwriter": {"services/thidua/forms/workbook/writing.py", "services/thidua/forms/workbook/styling.py"},
    "urllib.request": {"services/thidua/cli/serving.py"},
    # Asks the identity provider that the operator has named, and nobody else; judges what it answers.
    "httpx2": {"services/thidua/adapters/single_sign_on.py"},
    "authlib.integrations.httpx_client": {"services/thidua/adapters/single_sign_on.py"},
    "authlib.oidc.core": {"services/thidua/adapters/id_tokens.py"},
    "joserfc.jwt": {"services/thidua/adapters/id_tokens.py"},
}
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "input"}
#: Methods and functions of modules, as they are written.
ATTRIBUTES = {
    *("os.system", "os.popen", "os.spawnv", "os.spawnl", "hashlib.md5", "hashlib.sha1", "hashlib.new"),
    *("shutil.unpack_archive", "jinja2.Template", "sys.settrace"),
}
#: Templates and markup made of texts.
FROM_USER = re.compile(r"(from_string|render_template_string|Markup)$")
PATTERNS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
STATEMENTS = {"text", "execute", "exec_driver_sql", "literal_column", "SQL"}
HASHES = {"sha256", "sha384", "sha512", "blake2b", "pbkdf2_hmac", "scrypt"}


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [(where(path), ast.parse(path.read_text(encoding="utf-8"))) for path in PRODUCT]


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Give each call with the dotted name that is called; calls on results of calls have none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and re.fullmatch(r"[\w.]+", name := ast.unparse(node.func)):
            yield name, node


def test_nothing_dangerous_is_imported() -> None:
    found = []
    for place, tree in trees():
        for name in imports(tree):
            found += [f"{place}: {name} {why}" for why, modules in NOWHERE.items() if name.partition(".")[0] in modules]
            found += [
                f"{place}: {name}"
                for module, places in ONLY_IN.items()
                if (name == module or name.startswith(f"{module}.")) and place not in places
            ]
    assert found == []


def test_what_is_let_in_somewhere_is_still_there() -> None:
    used = {(place, name) for place, tree in trees() for name in imports(tree)}
    assert [
        (module, place) for module, places in ONLY_IN.items() for place in places if (place, module) not in used
    ] == []


def test_nothing_dangerous_is_called() -> None:
    found = []
    for place, tree in trees():
        for name, node in calls(tree):
            is_weak_hash = name.startswith("hashlib.") and name.partition(".")[2] not in HASHES
            is_shell = any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in node.keywords)
            if name in CALLS | ATTRIBUTES or FROM_USER.search(name) or is_weak_hash or is_shell:
                found.append(f"{place}:{node.lineno}: {name}")
    assert found == []


def is_made_up(node: ast.expr) -> bool:
    """Tell whether a text is put together from parts that are not written in the program."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or is_made_up(node.left) or is_made_up(node.right)
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".format")


#: Statements written with names of our own tables and numbers of our own settings; each was looked at.
OWN_NAMES = {f"services/thidua/adapters/db/{name}.py" for name in ("bulk", "schema", "sqlite")}


def test_no_statement_is_put_together_from_values() -> None:
    found: dict[str, list[int]] = {}
    for place, tree in trees():
        if "/db/" not in place or "/migrations/" in place:
            continue
        for name, node in calls(tree):
            if name.rpartition(".")[2] in STATEMENTS and node.args and is_made_up(node.args[0]):
                found.setdefault(place, []).append(node.lineno)
    assert found.keys() == OWN_NAMES, found


def test_secrets_are_drawn_with_128_bits_or_more() -> None:
    drawn = [
        (f"{place}:{node.lineno}", ast.unparse(node.args[0]) if node.args else "32")
        for place, tree in trees()
        for name, node in calls(tree)
        if name in {"secrets.token_urlsafe", "secrets.token_bytes"}
    ]
    assert len(drawn) >= 2
    assert [each for each, size in drawn if size.isdigit() and int(size) < 16] == []


def test_no_pattern_and_no_format_comes_from_outside() -> None:
    """Patterns are written in the program; a plugin's stand in its schema and are compiled at its loading."""
    found = []
    for place, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of, name = ast.unparse(node.func.value), node.func.attr
            pattern = node.args[0] if node.args else ast.Constant("")
            if (of == "re" and name in PATTERNS and not isinstance(pattern, ast.Constant | ast.JoinedStr)) or (
                name in {"format", "format_map"}
                and not isinstance(node.func.value, ast.Constant)
                and not of.startswith("sql.SQL")
            ):
                found.append((place, ast.unparse(node)))
    assert found == [("services/thidua_sdk/fields.py", "re.compile(pattern, re.ASCII)")]


DANGEROUS_SCRIPT = re.compile(
    r"\beval\(|new Function|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc"
    r"|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|\.setAttribute\(\s*[\"'`]on|javascript:|__proto__|\.prototype\b"
    r"|importScripts|window\.name|document\.domain|document\.cookie|for \((?:const|let|var) \w+ in "
)
#: Talk between windows goes through the one channel that only pages of this site can open.
FOREIGN_TALK = re.compile(r"addEventListener\(\s*[\"'`]message|(?<!channel)\.onmessage|(?<!channel)\.postMessage|jsonp")


def test_scripts_make_texts_and_elements_and_no_markup() -> None:
    assert len(SCRIPTS) > 20
    found = {path.name: DANGEROUS_SCRIPT.findall(path.read_text(encoding="utf-8")) for path in SCRIPTS}
    assert {name: each for name, each in found.items() if each} == {}


def test_scripts_listen_to_no_other_window() -> None:
    found = {path.name: FOREIGN_TALK.findall(path.read_text(encoding="utf-8")) for path in SCRIPTS}
    assert {name: each for name, each in found.items() if each} == {}


def test_templates_escape_all_they_are_given() -> None:
    assert len(TEMPLATES) > 20
    unescaped = re.compile(r"\|\s*safe\b|autoescape|Markup|\|\s*xmlattr")
    # A value in a quoted attribute is escaped for it; one outside quotes would not be.
    unquoted = re.compile(r"\s[\w-]+=\{\{")
    texts = {where(path): path.read_text(encoding="utf-8") for path in TEMPLATES}
    assert [name for name, text in texts.items() if unescaped.search(text) or unquoted.search(text)] == []


def test_containers_hold_what_runs_and_nothing_else() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = {word for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) for word in line.split()[:-1]}
    assert not copied & {".", "./", "*", "tests", "bench", "docs", ".git", "scripts", "services"}
    assert not any("testkit" in each for each in copied)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", "secrets", "var", "**/tests"} <= set(ignored)
