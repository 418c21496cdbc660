"""People at the windows of a real browser, and the server they look at, which may stop and start again."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Page as Window
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server

from tests.support.patience import PATIENCE_S
from tests.support.ports import free_port

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A process in reserve would die with the tabs that tests kill, and the driver wait for it for ever.
    "--disable-features=SpareRendererForSitePerProcess",
)
DESKTOP = {"width": 1366, "height": 768}


class Person:
    """Somebody at a window; anything the browser complains about is an error."""

    def __init__(self, page: Window, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )

    def open(self, path: str) -> Window:
        self.page.goto(self.address + path)
        return self.page

    def cell(self, pointer: str) -> Any:
        return self.page.locator(f"[name='{pointer}']")

    def fill(self, site: Any, **changes: str) -> None:
        self.page.select_option("[name='/fields/launch_status']", "own_plan")
        for pointer, text in {**site.typed, **changes}.items():
            if pointer.startswith("/fields/") and pointer != "/fields/launch_status":
                self.cell(pointer).fill(text)
        # Topics are folded away; unfold them all as a person would.
        for summary in self.page.locator("[data-topics] summary").all():
            summary.click()
        self.cell("/by_topic/radio_items/alcohol_law").fill("9")


class Windows:
    """People's windows onto one running web server, which can be stopped and started again."""

    def __init__(self, site: Any, browser: Browser) -> None:
        self._site = site
        self._browser = browser
        self._port = free_port()
        self.people: list[Person] = []
        self.start()

    def __call__(self, name: str, size: dict[str, int] = DESKTOP, *, scripts: bool = True) -> Person:
        """Open a window and sign a person in."""
        context = self._browser.new_context(viewport=size, locale="vi-VN", java_script_enabled=scripts)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_S * 1000)
        person = Person(context.new_page(), self.address)
        self.people.append(person)
        person.open("/sign-in")
        person.page.fill("#name", name)
        person.page.fill("#password", self._site.password)
        person.page.press("#password", "Enter")
        person.page.wait_for_url(lambda url: "/sign-in" not in url)
        return person

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the server, again on the same port."""
        self._server: BaseWSGIServer = make_server("127.0.0.1", self._port, self._site.app, threaded=True)
        # Looks often whether it is to stop: every test stops it.
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._serving.start()

    def stop(self) -> None:
        """Stop the server: nobody answers any more."""
        self._server.shutdown()
        self._serving.join()
        self._server.server_close()

    def kill_tabs(self, person: Person) -> None:
        """Kill the processes of every tab, as the system does when memory is short; give the person a new tab."""
        session = self._browser.new_browser_cdp_session()
        tabs = [each for each in session.send("SystemInfo.getProcessInfo")["processInfo"] if each["type"] == "renderer"]
        session.detach()
        dead = person.page
        with dead.expect_event("crash"):
            for each in tabs:
                os.kill(each["id"], signal.SIGKILL)
        dead.close()
        person.page = dead.context.new_page()

    def close(self) -> None:
        for context in {person.page.context for person in self.people}:
            context.close()
        self.stop()
