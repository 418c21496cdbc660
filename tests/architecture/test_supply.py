"""What we build upon: no package with a known hole, none unlocked, none that was never to be here.

Floors stand beside the weakness that set them; a package that is not in a lock has none to keep. A known
weakness in a package of ours means: mend the lock, and raise its floor here.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.version import Version

from thidua.adapters.broker import celery_settings
from thidua.settings import load

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
#: What holds sources of ours that run somewhere.
SOURCES = ("services", "workers", "plugins", "scripts", "bench")

#: Package: the oldest version that is taken, and what is wrong with those before it.
FLOORS = {
    "celery": ("5.7.0", "CVE-2021-23727 (before 5.2.2); lost bells of 5.6 and before"),
    "flask": ("3.1.3", "CVE-2026-27205, CVE-2023-30861: answers of one person kept for another"),
    "gunicorn": ("23.0.0", "CVE-2024-1135, CVE-2024-6827: requests smuggled"),
    "idna": ("3.7", "CVE-2024-3651: a name that takes for ever"),
    "jinja2": ("3.1.6", "CVE-2024-56326, CVE-2025-27516, CVE-2024-56201, CVE-2024-22195, CVE-2024-34064"),
    "kombu": ("5.7.0", "goes with celery"),
    "lxml": ("5.0.0", "reads what tests make only; older ones read foreign entities"),
    "mako": ("1.2.2", "CVE-2022-40023: an expression that takes for ever"),
    "marshmallow": ("4.1.2", "CVE-2025-68480: load(many=True) takes for ever"),
    "pillow": ("11.3.0", "CVE-2025-48379 and the list before it"),
    "pypdf": ("6.4.0", "CVE-2025-66019, CVE-2025-62707, CVE-2025-62708: files that take for ever, or all memory"),
    "redis": ("5.3.1", "CVE-2023-28858, CVE-2023-28859: the answer to somebody else's question"),
    "requests": ("2.32.4", "CVE-2024-47081: passwords sent to another host; of the tests only"),
    "sqlalchemy": ("2.1.0", "CVE-2019-7164, CVE-2019-7548 (before 1.3)"),
    "urllib3": ("2.6.0", "CVE-2025-66418, CVE-2025-66471: answers unpacked without end; of the tests only"),
    "werkzeug": (
        "3.1.6",
        "CVE-2026-27199, CVE-2026-21860, CVE-2025-66221, CVE-2024-34069, CVE-2024-49766, CVE-2023-46136",
    ),
}
#: Image: the oldest that is taken of each line, and why.
SERVERS = {
    "postgres": (("15.19", "16.15", "17.11", "18.6"), "CVE-2026-15741, CVE-2026-2005, CVE-2025-8714, CVE-2025-1094"),
    "valkey/valkey": (("7.2.11", "8.0.6", "8.1.4", "9.0"), "CVE-2025-49844, CVE-2025-46817, CVE-2025-21605"),
    "nginx": (("1.29",), "a line that is still mended"),
}
#: Package: why it is never shipped.
NEVER = {
    "flask-cors": "other sites are answered nothing; CVE-2020-25032, CVE-2024-6221",
    "flask-caching": "keeps pickles: CVE-2021-33026",
    "flask-admin": "a second door to the data, without the permissions",
    "flask-appbuilder": "open redirects, names found out: CVE-2021-29621, CVE-2022-21659",
    "flask-user": "open redirects",
    "flask-debugtoolbar": "shows what it runs",
    "flower": "runs any task for whoever asks: CVE-2022-30034",
    "dill": "pickle by another name",
    "cloudpickle": "pickle by another name",
    "jsonpickle": "pickle by another name",
    "pyjwt": "sessions are rows, not claims",
    "python-jose": "sessions are rows, not claims",
}
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "telnetlib", "ftplib", "xmlrpc"}
FORBIDDEN_CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp"),
    *("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "pickle.loads", "pickle.load"),
}
#: What the scanner calls middling and somebody has looked at: file, its rule, how often, and why it may stay.
REVIEWED = {
    ("scripts/skipped.py", "B314"): (1, "reads what pytest wrote a moment ago"),
    ("services/thidua/adapters/db/bulk.py", "B608"): (4, "names of our own tables and columns; values are bound"),
    ("services/thidua/adapters/db/migrations/versions/0012_row_security.py", "B608"): (1, "names of our own tables"),
    ("services/thidua/adapters/db/types.py", "B608"): (3, "parts that SQLAlchemy's compiler wrote"),
    ("services/thidua/adapters/embedded_broker.py", "B108"): (1, "owner and mode of the folder are checked"),
    ("services/thidua/cli/serving.py", "B104"): (1, "compared with, not bound to"),
    ("services/thidua/cli/serving.py", "B310"): (1, "an address of this machine, written there"),
    ("services/thidua/supervisor/gunicorn_settings.py", "B108"): (2, "gunicorn unlinks its file at once"),
    ("services/thidua_testkit/postgres.py", "B108"): (1, "of tests only"),
    ("services/thidua_testkit/scratch.py", "B108"): (1, "folders of random names are made below it, in tests only"),
}


def locked(lock: str) -> dict[str, str]:
    """Return the version of each package of a lock."""
    return dict(re.findall(r"^([\w.-]+)==([\w.+!-]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_is_older_than_its_last_known_hole(lock: str) -> None:
    versions = locked(lock)
    too_old = {
        name: (versions[name], *why)
        for name, why in FLOORS.items()
        if name in versions and Version(versions[name]) < Version(why[0])
    }
    assert too_old == {}


def test_every_floor_is_of_a_package_we_have() -> None:
    assert set(FLOORS) <= locked("requirements-test.lock").keys()


@pytest.mark.parametrize("name", FLOORS)
def test_what_is_installed_is_no_older_either(name: str) -> None:
    assert Version(installed_version(name)) >= Version(FLOORS[name][0])
    assert installed_version(name) == locked("requirements-test.lock")[name]


def test_the_containers_servers_are_mended_ones() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    foreign = dict(each["image"].rsplit(":", 1) for each in services.values() if "build" not in each)
    assert foreign.keys() == SERVERS.keys()
    for image, tag in foreign.items():
        major = Version(tag).major
        floors = [Version(floor) for floor in SERVERS[image][0]]
        own_line = [floor for floor in floors if floor.major == major] or [max(floors)]
        assert Version(tag) >= min(own_line), (image, tag, SERVERS[image][1])


# --- locked with hashes ---------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_to_one_version_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) > 40
    sound = re.compile(r"[\w.-]+==[\w.+!-]+(?: ; [^#]+?)?(?: +--hash=sha256:[0-9a-f]{64})+ *")
    assert [line[:60] for line in lines if not sound.fullmatch(line)] == []
    names = [line.partition("==")[0] for line in lines]
    assert names == list(dict.fromkeys(names))


def test_what_tests_run_with_is_what_is_shipped() -> None:
    tested = locked("requirements-test.lock")
    assert {name: version for name, version in locked("requirements.lock").items() if tested.get(name) != version} == {}


def test_every_way_of_installing_insists_on_the_hashes() -> None:
    for name in ("scripts/venv.sh", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        from_lock = [line for line in text.splitlines() if re.search(r"install .*-r ", line)]
        assert from_lock, name
        assert all("--require-hashes" in line and "--no-deps" in line for line in from_lock), name
        ours = [line for line in text.splitlines() if "--no-build-isolation" in line]
        assert all("--no-deps" in line for line in ours), name
        assert ours, name


# --- never shipped --------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_never_to_be_shipped_is_in_no_lock(lock: str) -> None:
    assert {name: NEVER[name] for name in locked(lock).keys() & NEVER.keys()} == {}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def dangers(tree: ast.Module) -> list[str]:
    """Find imports, calls and arguments that hand over the process to a text."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.partition(".")[0] in FORBIDDEN_IMPORTS]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FORBIDDEN_IMPORTS:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in FORBIDDEN_CALLS:
                found.append(name)
            shell = [each.value for each in node.keywords if each.arg == "shell"]
            if any(not (isinstance(value, ast.Constant) and value.value is False) for value in shell):
                found.append(f"{name}(shell=…)")
    return found


def test_no_source_of_ours_unpickles_evaluates_or_starts_a_shell() -> None:
    assert {str(path): found for path, tree in sources() if (found := dangers(tree))} == {}


@pytest.mark.parametrize(
    "line",
    [
        *("import pickle", "from pickle import loads", "import marshal as m", "eval(x)", "exec(x)", "os.system(x)"),
        *("yaml.load(x)", "yaml.unsafe_load(x)", "subprocess.run(x, shell=True)", "run(x, shell=flag)", "compile(x)"),
    ],
)
def test_such_a_line_would_be_seen(line: str) -> None:
    assert dangers(ast.parse(line))
    assert not dangers(ast.parse("yaml.safe_load(x); re.compile(x); subprocess.run(x, shell=False); json.loads(x)"))


def test_messages_of_the_broker_are_json_and_nothing_else(tmp_path: Path) -> None:
    told = celery_settings(load({"THIDUA_DATA": str(tmp_path)}))
    assert told["accept_content"] == ["json"]
    assert told["task_serializer"] == told["result_serializer"] == "json"


# --- scanners -------------------------------------------------------------------------------------


def bandit(*where: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bandit", "--quiet", "--recursive", *where, "--exclude", "*/tests/*"]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    told = json.loads(done.stdout)
    assert told["errors"] == []
    results: list[dict[str, Any]] = told["results"]
    return results


def test_the_scanner_finds_nothing_grave_and_nothing_middling_that_nobody_has_looked_at() -> None:
    found = bandit(*SOURCES)
    assert [each for each in found if each["issue_severity"] == "HIGH"] == []
    middling = Counter((each["filename"], each["test_id"]) for each in found if each["issue_severity"] == "MEDIUM")
    assert middling == {place: count for place, (count, _) in REVIEWED.items()}


def test_the_scanner_would_find_it(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import subprocess, yaml\nsubprocess.call(x, shell=True)\nyaml.load(x)\n")
    assert {each["issue_severity"] for each in bandit(str(tmp_path))} >= {"HIGH", "MEDIUM"}


#: Passwords of accounts that exist in a test or in the demo only, and words that look like secrets.
NO_SECRETS = {
    ("config/demo.toml", "Secret Keyword"): "printed at the start of every demo",
    ("config/base.toml", "Secret Keyword"): "whether there are passwords",
    ("services/thidua/application/people/passwords.py", "Secret Keyword"): "a sentence about passwords",
    ("services/thidua/application/people/second_factors.py", "Secret Keyword"): "what people show once more",
    ("services/thidua/web/static/sign_in_again.js", "Secret Keyword"): "whether there are passwords",
    ("services/thidua/web/sessions.py", "Secret Keyword"): "the key's name in the cookie",
    ("SECURITY.md", "Secret Keyword"): "speaks of passwords",
    ("docs/asvs.toml", "Secret Keyword"): "speaks of passwords",
    ("services/thidua/application/access/permissions.toml", "Secret Keyword"): "routes to pages about passwords",
    ("services/thidua/domain/audit.py", "Secret Keyword"): "the names of acts",
    ("services/thidua/domain/credentials.py", "Base64 High Entropy String"): "the letters of recovery codes",
    ("services/thidua/web/account_words.py", "Secret Keyword"): "what acts are called",
    ("services/thidua/web/pages/own_account.py", "Secret Keyword"): "a page's address",
}
#: Where made-up passwords stand; keys of services and private keys are looked for there all the same.
PLAYED = ("tests/", "bench/", "plugins/", "services/thidua_testkit/")
GUESSES = {"Secret Keyword", "Base64 High Entropy String", "Hex High Entropy String", "Basic Auth Credentials"}


def secrets_in(*files: str, folder: Path = ROOT) -> list[tuple[str, str]]:
    """Return file and kind of everything that looks like a secret."""
    command = [sys.executable, "-m", "detect_secrets", "scan", "--no-verify", "--all-files"]
    done = subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)["results"]
    return [(name, each["type"]) for name, found in results.items() for each in found]


def test_no_secret_lies_in_the_tree() -> None:
    folders = (*SOURCES, "tests", "config", "docs", ".ci")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    files = [
        str(path.relative_to(ROOT))
        for path in [*inside, *(path for path in ROOT.iterdir() if path.is_file())]
        if path.suffix not in {".lock", ".pyc", ".png"} and not {"__pycache__", ".venv"} & set(path.parts)
    ]
    assert len(files) > 300
    found = secrets_in(*sorted(files))
    guessed = {each for each in found if each[0].startswith(PLAYED) and each[1] in GUESSES}
    assert set(found) - guessed == set(NO_SECRETS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key.pem", "-----BEGIN RSA {} KEY-----\n".format("PRIVATE")),
        ("settings.toml", 'password = "{}"\n'.format("hunter2-hunter2")),
        ("aws.txt", "{}IOSFODNN7EXAMPLE\n".format("AKIA")),
        ("notes.md", "postgresql://thidua:{}@db/thidua\n".format("tr0ub4dor")),
    ],
)
def test_a_secret_would_be_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert secrets_in(name, folder=tmp_path)


# --- bill of materials ----------------------------------------------------------------------------


def test_the_bill_of_materials_is_sound_complete_and_the_same_each_time(tmp_path: Path) -> None:
    texts = []
    for name in ("one.json", "two.json"):
        subprocess.run([str(ROOT / "scripts/sbom"), str(tmp_path / name)], check=True, capture_output=True, timeout=120)
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(texts[0]) is None
    bill = json.loads(texts[0])
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "thidua"
    assert {each["name"]: each["version"] for each in bill["components"]} == locked("requirements.lock")
    for each in bill["components"]:
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert any(part.get("hashes") for part in each["externalReferences"]), each["name"]
