"""People typing into their forms at the same time, as the server meets them: one save a second each.

Usage: python bench/typists.py ADDRESS SECONDS ACCOUNT:UNIT… — a process of its own, so that it takes no
time from what is measured beside it. Prints one JSON line.
"""

from __future__ import annotations

import http.cookiejar
import json
import random
import re
import sys
import threading
import time
import urllib.parse
import urllib.request

from office import CAMPAIGN
from office import PASSWORD
from office import PERIOD

CELLS = ("/fields/difficulties", "/fields/staff_total", "/fields/banners", "/fields/leaflets")
#: A person who does not stop has a save sent off every 1.4 s; who goes from cell to cell, oftener.
_BETWEEN_S = (0.6, 1.4)


class Typist:
    def __init__(self, address: str, account: str, unit: str) -> None:
        self._address = address
        self._draft = f"{address}/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{unit}/draft"
        self._http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self._token = self._token_on("/sign-in")
        form = urllib.parse.urlencode({"name": account, "password": PASSWORD, "next": "/", "csrf_token": self._token})
        self._http.open(f"{address}/sign-in", form.encode()).read()
        self._token = self._token_on("/reports/due")
        self._version = json.loads(self._http.open(self._draft).read())["version"]

    def type_until(self, end: float, seen: list[float]) -> None:
        chance = random.Random(self._draft)
        text = ""
        while time.monotonic() < end:
            time.sleep(chance.uniform(*_BETWEEN_S))
            text = (text + chance.choice("abcdeghiklmnopqrstuvxy 123"))[-200:]
            body = json.dumps({"base": self._version, "cells": {chance.choice(CELLS): text}}).encode()
            headers = {"Content-Type": "application/json", "X-CSRFToken": self._token}
            began = time.perf_counter()
            answer = json.loads(self._http.open(urllib.request.Request(self._draft, body, headers)).read())
            seen.append(time.perf_counter() - began)
            self._version = answer["version"]

    def _token_on(self, path: str) -> str:
        page = self._http.open(self._address + path).read().decode()
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        assert found, path
        return found[1]


def main() -> None:
    address, seconds, *people = sys.argv[1:]
    typists = [Typist(address, *person.split(":")) for person in people]
    print("ready", flush=True)
    seen: list[float] = []
    end = time.monotonic() + float(seconds)
    threads = [threading.Thread(target=typist.type_until, args=(end, seen)) for typist in typists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.sort()
    print(
        json.dumps(
            {
                "saves": len(seen),
                "p50_ms": round(seen[len(seen) // 2] * 1000),
                "p99_ms": round(seen[len(seen) * 99 // 100] * 1000),
            }
        )
    )


if __name__ == "__main__":
    main()
