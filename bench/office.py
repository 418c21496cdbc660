"""The product as people meet it, for measurements in a browser: the demo's whole tree, and Chromium on a profile.

The browser keeps its profile on disk as a person's does, and it or one of its tabs can be killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext
from playwright.sync_api import Page
from playwright.sync_api import Playwright

PASSWORD = "cu-thu-cho-quen-tay"
CAMPAIGN = "ATGT-2021"
PERIOD = "2021-9M"
#: A unit that has yet to file, and who types for it.
UNIT = "LS-186-VHTT"
PERSON = "reporter-ls-186-vhtt"
SIZE = {"width": 1366, "height": 768}
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-crash-restore-bubble",
    # A process in reserve would die with the tab, and the driver wait for it for ever.
    "--disable-features=SpareRendererForSitePerProcess",
)


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """Run the demo's whole tree on data of its own; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_") and name != "PORT"}
    log = folder / "demo.out"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "thidua.cli", "demo", "--port", str(port)],
            env=own | {"THIDUA_DATA": str(folder / "data")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 120
        while "Ctrl-C" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text(errors="replace"))
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


class Desk:
    """Somebody's Chromium on a profile that outlives it."""

    def __init__(self, playwright: Playwright, address: str, profile: Path) -> None:
        self._playwright = playwright
        self._profile = profile
        self.address = address
        self.context = self._start()
        self._tab: set[int] = set()

    @property
    def form(self) -> str:
        return f"{self.address}/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{UNIT}/form"

    @property
    def draft(self) -> str:
        return self.form.removesuffix("form") + "draft"

    def open(self) -> Page:
        """Open the form in a new tab, signing in where asked, and wait until its script runs."""
        others = set(self._tabs())
        page = self.context.new_page()
        page.set_default_timeout(30_000)
        page.goto(self.form)
        if "/sign-in" in page.url:
            sign_in(page, PERSON)
            page.goto(self.form)
        page.locator(".kept-line").wait_for()
        self._tab = set(self._tabs()) - others
        return page

    def watch(self, script: str) -> None:
        """Run a script before those of every page."""
        self.context.add_init_script(script)

    def kill_tab(self) -> None:
        """End the process that runs the tab opened last, as the system does when memory is short."""
        assert self._tab
        for pid in self._tab:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_browser(self) -> None:
        """End the browser at once, as when the power fails but for the disk's own memory."""
        family = [pid for pid, _ in _family(self._browser())]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start_again(self) -> None:
        """Start a killed browser on the same profile."""
        with suppress(Exception):
            self.context.close()
        self.context = self._start()

    def close(self) -> None:
        self.context.close()

    def _start(self) -> BrowserContext:
        program = next(found for name in _PROGRAMS if (found := shutil.which(name)))
        for stale in self._profile.glob("Singleton*"):
            stale.unlink()
        return self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=program,
            args=list(_QUIET),
            viewport=SIZE,  # type: ignore[arg-type]  # a plain dict is what it takes
            locale="vi-VN",
        )

    def _tabs(self) -> list[int]:
        return [pid for pid, command in _family(self._browser()) if b"--type=renderer" in command]

    def _browser(self) -> int:
        mark = f"--user-data-dir={self._profile}".encode()
        return min(
            pid for pid, _, command in _processes() if mark in command.split(b"\0") and b"--type=" not in command
        )


def sign_in(page: Page, name: str) -> None:
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _processes() -> Iterator[tuple[int, int, bytes]]:
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((entry / "stat").read_text(errors="replace").rpartition(") ")[2].split()[1])
            yield int(entry.name), parent, (entry / "cmdline").read_bytes()


def _family(root: int) -> list[tuple[int, bytes]]:
    """A process and everything it started, the process first."""
    everybody = list(_processes())
    family = {root}
    while grown := {pid for pid, parent, _ in everybody if parent in family} - family:
        family |= grown
    return sorted((pid, command) for pid, _, command in everybody if pid in family)
