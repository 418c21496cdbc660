"""Whether the time of a refused sign-in tells who exists: python bench/sign_in.py [--times 300]

A web server of its own over HTTP, SQLite or (--postgres) PostgreSQL, real hashes. Names that do not exist,
a wrong password, a disabled account, one without a password, interleaved in random order, each request from a
network of its own; then a name that is slowed down beside one that does not exist and is slowed down. Ends
with 1 if the median of any differs by 5 ms or more from that of unknown names, or quartiles do not overlap.
"""

from __future__ import annotations

import argparse
import http.client
import logging
import multiprocessing
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine
from sqlalchemy import text
from werkzeug.serving import make_server

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.schema import upgrade
from thidua.bootstrap import build_host
from thidua.settings import Settings
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.postgres import private_postgres

PASSWORD = "ba con vịt bơi qua ao"
WRONG = "sai mật khẩu rồi"
MOST_MS = 5.0
UNKNOWN = "unknown"


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--times", type=int, default=300)
    given.add_argument("--postgres", action="store_true")
    chosen = given.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(private_postgres()).url_of("postgres") if chosen.postgres else ""
        environ = {"THIDUA_DATA": str(folder), "THIDUA_PROXY_HOPS": "1", "THIDUA_DATABASE_URL": url}
        settings = load(environ)
        people(settings)
        ready = multiprocessing.Queue()
        server = multiprocessing.get_context("fork").Process(target=serve, args=(settings, ready))
        server.start()
        stack.callback(server.join, 10)
        stack.callback(server.terminate)
        visitor = Visitor(ready.get(timeout=60))
        cases: dict[str, Callable[[int], float]] = {
            UNKNOWN: lambda number: visitor.tries(f"khong-co-{number}", f"10.1.{number // 250}.{number % 250}", 401),
            "wrong password": lambda number: visitor.tries("minh", f"10.2.{number // 250}.{number % 250}", 401),
            "disabled, right password": lambda number: visitor.tries(
                "da-nghi", f"10.3.{number // 250}.{number % 250}", 401, PASSWORD
            ),
            "no password set": lambda number: visitor.tries("chua-co", f"10.4.{number // 250}.{number % 250}", 401),
        }
        is_good = told(measured(cases, chosen.times))
        for name, network in (("minh", "10.9.0.1"), ("khong-co-ai", "10.9.0.2")):
            for _ in range(14):
                visitor.tries(name, network, None)
        slowed: dict[str, Callable[[int], float]] = {
            UNKNOWN: lambda _: visitor.tries("khong-co-ai", "10.9.0.2", None),
            "slowed down": lambda _: visitor.tries("minh", "10.9.0.1", None),
        }
        is_good &= told(measured(slowed, chosen.times))
    sys.exit(not is_good)


class Visitor:
    """One connection with the cookie and token of one sign-in page."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._http.request("GET", "/sign-in")
        answer = self._http.getresponse()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
        assert found
        self._token = found[1]
        self._cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]

    def tries(self, name: str, network: str, status: int | None, password: str = WRONG) -> float:
        """Try once; returns the milliseconds until all of the answer is there."""
        body = urlencode({"csrf_token": self._token, "name": name, "password": password, "next": "/"})
        headers = {
            "Cookie": self._cookie,
            "X-Forwarded-For": network,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        self._http.request("POST", "/sign-in", body, headers)
        answer = self._http.getresponse()
        answer.read()
        took = (time.perf_counter() - began) * 1000
        assert status is None or answer.status == status, answer.status
        return took


def people(settings: Settings) -> None:
    upgrade(settings.database_url)
    host = build_host(settings, bell=SilentBell())
    with host.work.writing() as work:
        for name, password in (("minh", PASSWORD), ("da-nghi", PASSWORD), ("chua-co", "")):
            work.accounts.add(
                name=name,
                full_name=name,
                position="",
                password_hash=host.passwords.hash(password) if password else "",
                memberships=(),
                now=datetime.now(UTC),
            )
        work.commit()
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE account SET disabled_at = created_at WHERE name = 'da-nghi'"))
    engine.dispose()


def serve(settings: Settings, ready: multiprocessing.Queue[int]) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(build_host(settings, bell=SilentBell()), settings), threaded=True)
    ready.put(server.server_port)
    server.serve_forever()


def measured(cases: dict[str, Callable[[int], float]], times: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in cases}
    order = [(name, number) for number in range(times) for name in random.sample(list(cases), len(cases))]
    for name, number in order:
        found[name].append(cases[name](number))
    return found


def told(found: dict[str, list[float]]) -> bool:
    quartiles = {name: statistics.quantiles(times, n=4) for name, times in found.items()}
    is_good = True
    for name, (low, middle, high) in quartiles.items():
        apart = middle - quartiles[UNKNOWN][1]
        overlap = low <= quartiles[UNKNOWN][2] and quartiles[UNKNOWN][0] <= high
        is_good &= abs(apart) < MOST_MS and overlap
        print(f"{name:26} {low:7.1f} {middle:7.1f} {high:7.1f} ms   {apart:+5.1f} ms from unknown, overlap: {overlap}")
    return is_good


if __name__ == "__main__":
    main()
