"""How fast reports are filed and seen, on PostgreSQL with fsync on. One command: python bench/filing.py

In one run, interleaved: the whole stack (accounts, rules, record, ledger, bell, worker draining)
against the bare baseline of ``bare_app.py`` on the same server with the same schema. Then the time
from receipt to visible status, one report at a time on an idle system and at a steady rate.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from psycopg import sql

from thidua.adapters.broker import SilentBell
from thidua.adapters.clock import SimulatedClock
from thidua.adapters.db.schema import upgrade
from thidua.adapters.embedded_broker import embedded_broker
from thidua.adapters.embedded_broker import private_socket_dir
from thidua.application.background.sample import sample_units
from thidua.application.people.sessions import digest_of
from thidua.application.periods.campaigns import open_campaign
from thidua.application.periods.campaigns import open_period
from thidua.application.periods.directory import import_units
from thidua.application.ports.rows import TokenRow
from thidua.bootstrap import build_host
from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.settings import load
from thidua_testkit.postgres import private_postgres

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
START = datetime.fromisoformat("2021-03-15T08:00:00+07:00")
PERIOD = "2021-Q1"
#: Every unit files, then every unit files again: more than any run sends.
PASSES = 40
SAMPLE = json.loads((ROOT / "tests/samples/P01.json").read_text(encoding="utf-8"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output, start_new_session=True)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def wait_for(port: int, path: str) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


def gunicorn(application: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--config", "python:thidua.supervisor.gunicorn_settings"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8", "--log-level", "warning", application),
    ]


def prepare(url: str, environ: dict[str, str], units: int) -> dict[str, str]:
    """Fill the database; returns token by unit code."""
    upgrade(url)
    host = build_host(load(environ), bell=SilentBell())
    import_units(host, sample_units(units, "district_culture_office", START - timedelta(days=400)))
    open_campaign(host, "ATGT-2021")
    open_period(host, "ATGT-2021", PERIOD)
    tokens = {}
    now = datetime.now(UTC) - timedelta(days=3000)
    with host.work.writing() as work:
        for number in range(1, units + 1):
            unit = f"MAU-{number:05d}"
            account = work.accounts.add(
                name=f"u{number}",
                full_name="Người nộp",
                position="",
                password_hash="",
                memberships=(Membership(Role.UNIT_REPORTER, unit, START.date() - timedelta(days=30)),),
                now=now,
            )
            tokens[unit] = f"token-{number}"
            work.accounts.add_token(
                TokenRow(digest_of(tokens[unit]), account, "bench", now, now + timedelta(days=9000))
            )
        office = work.accounts.add(
            name="office",
            full_name="Văn phòng",
            position="",
            password_hash="",
            memberships=(Membership(Role.OFFICE, None, START.date() - timedelta(days=30)),),
            now=now,
        )
        tokens["office"] = "token-office"
        work.accounts.add_token(TokenRow(digest_of("token-office"), office, "bench", now, now + timedelta(days=9000)))
        work.commit()
    return tokens


def envelope(unit: str, revision: int = 0) -> dict[str, object]:
    fields = {**SAMPLE["fields"], "difficulties": "Không có", "stations_total": 20}
    report = {**SAMPLE, "unit_code": unit, "period_code": PERIOD, "fields": fields, "confirm_warnings": True}
    return report if revision == 0 else {**report, "revision": revision, "correction_reason": "Đếm lại."}


def load_run(port: int, clients: int, seconds: float, requests: Path) -> dict[str, object]:
    result = subprocess.run(
        [
            sys.executable,
            str(ROOT / "bench/load.py"),
            "127.0.0.1",
            str(port),
            str(clients),
            str(seconds),
            str(requests),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(result.stdout)
    return found


class Office:
    """Reads the status as the Office does."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}"}

    def ready(self) -> dict[str, object]:
        self._connection.request("GET", "/readyz")
        found: dict[str, object] = json.loads(self._connection.getresponse().read())
        return found

    def received(self) -> int:
        self._connection.request("GET", f"/api/v1/campaigns/ATGT-2021/status?period={PERIOD}", headers=self._headers)
        return int(json.loads(self._connection.getresponse().read())["filing"]["received"])


def settle(office: Office) -> float:
    started = time.perf_counter()
    while office.ready()["waiting"]:
        time.sleep(0.2)
    return time.perf_counter() - started


def visible(port: int, office: Office, tokens: dict[str, str], units: list[str], gap_s: float) -> list[float]:
    """File one by one and poll the status until each is counted; returns seconds from receipt to seen."""
    seen: list[float] = []
    before = office.received()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for unit in units:
        body = json.dumps(envelope(unit))
        headers = {"Authorization": f"Bearer {tokens[unit]}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/reports", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
        filed = time.perf_counter()
        before += 1
        while office.received() < before:
            time.sleep(0.002)
        seen.append(time.perf_counter() - filed)
        time.sleep(gap_s)
    return seen


def quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=500, help="roster during the throughput runs")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8, 32])
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="thidua-bench-")))
        server = stack.enter_context(private_postgres(durable=True))
        for name in ("full", "bare", "small"):
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        for statement in (
            "CREATE TABLE bare_report (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit text, payload jsonb)",
            "CREATE TABLE bare_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, report bigint)",
            "CREATE TABLE bare_audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, report bigint, note text)",
        ):
            server.execute(sql.SQL(statement), "bare")
        throughput(server.url_of("full"), server.url_of("bare"), folder / "full", options)
        latency(server.url_of("small"), folder / "small")


def environment(url: str, folder: Path, broker: str, port: int) -> dict[str, str]:
    folder.mkdir(exist_ok=True)
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    clock = SimulatedClock(START, datetime.now(UTC)).text
    return keep | {
        "THIDUA_DATABASE_URL": url,
        "THIDUA_DATA": str(folder),
        "THIDUA_BROKER_URL": broker,
        "THIDUA_SECRET_KEY": "b" * 40,
        "THIDUA_CLOCK": clock,
        # As production.toml has it.
        "THIDUA_DRAIN_BATCH": "2000",
        "PORT": str(port),
    }


def start(stack: ExitStack, url: str, folder: Path, units: int) -> tuple[int, dict[str, str], Office]:
    folder.mkdir()
    broker = embedded_broker(data_dir=folder, socket_dir=private_socket_dir(folder))
    port = free_port()
    environ = environment(url, folder, broker.url, port)
    stack.enter_context(running(list(broker.command), dict(os.environ), folder / "broker.log"))
    tokens = prepare(url, environ, units)
    stack.enter_context(running(gunicorn("thidua.web.wsgi:app", port), environ, folder / "web.log"))
    if not os.environ.get("BENCH_WITHOUT_WORKER"):
        stack.enter_context(running([str(BIN / "thidua"), "worker"], environ, folder / "worker.log"))
    wait_for(port, "/healthz")
    return port, tokens, Office(port, tokens["office"])


def throughput(url: str, bare_url: str, folder: Path, options: argparse.Namespace) -> None:
    with ExitStack() as own:
        port, tokens, office = start(own, url, folder, options.units)
        bare_port = free_port()
        environ = {**os.environ, "BARE_DATABASE_URL": bare_url, "PYTHONPATH": str(ROOT / "bench")}
        own.enter_context(running(gunicorn("bare_app:app", bare_port), environ, folder / "bare.log"))
        wait_for(bare_port, "/")
        supply = [(unit, revision) for revision in range(PASSES) for unit in tokens if unit != "office"]
        for clients in options.clients:
            ratios, ours, theirs = [], [], []
            for _ in range(options.repeats):
                wanted = int(options.seconds * 900) if clients > 1 else int(options.seconds * 600)
                bare_requests, requests = folder / "bare.jsonl", folder / "full.jsonl"
                batch, supply = supply[:wanted], supply[wanted:]
                write_mixed(bare_requests, tokens, batch, bare=True)
                write_mixed(requests, tokens, batch, bare=False)
                bare = load_run(bare_port, clients, options.seconds, bare_requests)
                full = load_run(port, clients, options.seconds, requests)
                # What was not sent goes back to the supply.
                supply = batch[int(str(full["sent"])) :] + supply
                full["drained_after_s"] = None if os.environ.get("BENCH_WITHOUT_WORKER") else round(settle(office), 1)
                ours.append(full)
                theirs.append(bare)
                ratios.append(float(str(full["per_s"])) / float(str(bare["per_s"])))
            print(
                json.dumps(
                    {
                        "clients": clients,
                        "ratio": round(statistics.median(ratios), 2),
                        "ratios": [round(ratio, 2) for ratio in ratios],
                        "full": ours,
                        "bare": theirs,
                    }
                ),
                flush=True,
            )


def write_mixed(path: Path, tokens: dict[str, str], batch: list[tuple[str, int]], *, bare: bool) -> None:
    with path.open("w", encoding="utf-8") as file:
        for unit, revision in batch:
            headers = {"Authorization": f"Bearer {tokens[unit]}", "Idempotency-Key": f"{unit} {revision}"}
            request = {
                "path": "/reports" if bare else "/api/v1/reports",
                "headers": {} if bare else headers,
                "body": json.dumps(envelope(unit, revision), ensure_ascii=False),
            }
            file.write(json.dumps(request, ensure_ascii=False) + "\n")


def latency(url: str, folder: Path) -> None:
    with ExitStack() as own:
        port, tokens, office = start(own, url, folder, 220)
        units = [unit for unit in tokens if unit != "office"]
        settle(office)
        print(json.dumps({"receipt to visible, idle": quantiles(visible(port, office, tokens, units[:100], 0.05))}))
        stop = threading.Event()

        def steady() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            for revision in range(1, PASSES):
                for unit in units[:100]:
                    if stop.is_set():
                        return
                    headers = {"Authorization": f"Bearer {tokens[unit]}", "Content-Type": "application/json"}
                    connection.request("POST", "/api/v1/reports", json.dumps(envelope(unit, revision)), headers)
                    connection.getresponse().read()
                    time.sleep(0.05)

        thread = threading.Thread(target=steady)
        thread.start()
        found = quantiles(visible(port, office, tokens, units[100:200], 0.02))
        stop.set()
        thread.join()
        print(json.dumps({"receipt to visible, beside 20 filings/s": found}))


if __name__ == "__main__":
    main()
