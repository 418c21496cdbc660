"""What the containers start is what the program has; no engine is needed to see that."""

import re
import shutil
import subprocess
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from thidua.cli import thidua
from thidua.web.limits import MAX_BODY_BYTES
from thidua.web.limits import MAX_PAGE_WITH_FILES_BYTES
from thidua_workers.tasking import QUEUES

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ONCE = {"migrate", "roles"}
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def test_the_parts_of_production_are_all_there() -> None:
    assert set(SERVICES) == {"postgres", "redis", "migrate", "roles", "web", "worker", "worker-jobs", "beat", "nginx"}


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_runs_a_command_that_exists(name: str) -> None:
    program, *words = OURS[name]["command"]
    assert program == "thidua"
    command: click.Command = thidua
    for word in takewhile(lambda word: not word.startswith("--"), words):
        assert isinstance(command, click.Group)
        assert word in command.commands
        command = command.commands[word]


def test_the_worker_services_consume_every_queue_and_long_work_has_processes_of_its_own() -> None:
    served = {
        name: set(service["command"][service["command"].index("--queues") + 1].split(","))
        for name, service in OURS.items()
        if "--queues" in service["command"]
    }
    assert set().union(*served.values()) == set(QUEUES)
    assert served["worker"] == {"drain"}, "no filing waits behind long work"


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ONCE])
def test_every_lasting_service_is_watched_limited_and_restarted(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["mem_limit"]


def test_images_are_pinned() -> None:
    for service in SERVICES.values():
        assert re.fullmatch(r"[\w./-]+:\d[\w.-]*", service["image"]), service["image"]


def test_no_secret_has_a_default() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert name.endswith("_FILE") or not re.search("SECRET|PASSWORD|URL", name), (name, value)


def test_only_what_migrates_knows_the_owner() -> None:
    assert {name for name, service in SERVICES.items() if "owner-database-url" in service.get("secrets", [])} == ONCE


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    assert NGINX is not None
    # The name of the container cannot be looked up here.
    text = (ROOT / "config/nginx.conf").read_text(encoding="utf-8").replace("server web:8000", "server 127.0.0.1:8000")
    text = text.replace("/tmp/", f"{tmp_path}/")  # noqa: S108  the configuration's own folder
    file = tmp_path / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    result = subprocess.run([NGINX, "-t", "-c", str(file)], capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 0, result.stderr


def test_nginx_lets_through_what_the_program_takes() -> None:
    text = (ROOT / "config/nginx.conf").read_text(encoding="utf-8")
    everywhere, files = (int(size) * 1024 * 1024 for size in re.findall(r"client_max_body_size (\d+)m;", text))
    assert everywhere == MAX_BODY_BYTES
    assert files >= MAX_PAGE_WITH_FILES_BYTES
    where = re.search(r"location ~ (\S+) \{\s+client_max_body_size", text)
    assert where is not None
    unit = "campaigns/ATGT-2021/periods/2021-9M/units/LS-186-VHTT"
    for path in (f"/{unit}/form", f"/{unit}/paper", f"/api/v1/{unit}/evidence"):
        assert re.match(where[1], path), path
    assert not re.match(where[1], f"/{unit}/draft")


def test_nginx_speaks_only_the_tls_of_today_and_keeps_past_talk_secret() -> None:
    text = (ROOT / "config/nginx.conf").read_text(encoding="utf-8")
    [protocols] = re.findall(r"^ +ssl_protocols (.+);", text, re.MULTILINE)
    assert protocols.split() == ["TLSv1.2", "TLSv1.3"]
    [ciphers] = re.findall(r"^ +ssl_ciphers (.+);", text, re.MULTILINE)
    for cipher in ciphers.split(":"):
        assert re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)", cipher), cipher
