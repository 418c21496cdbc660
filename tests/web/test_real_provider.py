"""Single sign-on at a real provider: django-oauth-toolkit on this machine, asked over HTTP, and in Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.parse import urlsplit

import httpx2
import pytest
from openid_provider import CLIENT_ID
from openid_provider import CLIENT_SECRET
from openid_provider import PASSWORD
from openid_provider import PEOPLE
from playwright.sync_api import expect

from thidua.adapters.single_sign_on import OpenIdProvider
from thidua.application.people.identities import link_identity
from thidua.domain.errors import NotSignedInError
from thidua.provider_settings import RETURN_PATH
from thidua.provider_settings import ProviderSettings
from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR

SCRIPT = Path(__file__).parents[1] / "support/openid_provider.py"
#: Their numbers there, which are their subjects.
SUBJECTS = {name: str(number) for number, name in enumerate(PEOPLE, 1)}
TRIP = {"state": "s" * 43, "nonce": "n" * 43, "verifier": "v" * 43}


@pytest.fixture(scope="module")
def provider_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the provider, once for all tests here; it ends with its input."""
    returns = [f"http://{host}{RETURN_PATH}" for host in ("127.0.0.1", "localhost")]
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(tmp_path_factory.mktemp("provider")), *returns],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, "the provider has not started"
        yield address
        process.stdin.close()
        process.wait(timeout=20)


def settings_of(address: str, public_url: str = "http://localhost", secret: str = CLIENT_SECRET) -> ProviderSettings:
    return ProviderSettings(
        issuer=f"{address}/o",
        client_id=CLIENT_ID,
        client_secret=secret,
        label="tài khoản tỉnh",
        public_url=public_url,
    )


@dataclass
class Desk:
    """A site that trusts the provider, and the person who is linked there."""

    site: Any
    address: str

    def use(self, settings: ProviderSettings, folder: Path) -> None:
        # Two machines agree on the time of the world alone.
        self.site.here.clock.instant = datetime.now(UTC)
        self.site.here.host = replace(self.site.here.host, provider=OpenIdProvider(settings))
        loaded = load({"THIDUA_DATA": str(folder), "THIDUA_SECRET_KEY": "x" * 40}, CONFIG_DIR)
        self.site.app = create_app(self.site.here.host, loaded)
        link_identity(
            self.site.here.host, None, self.site.here.actors["observer"].account_id, SUBJECTS["nguoi-bao-cao"]
        )


@pytest.fixture
def desk(site: Any, provider_address: str, tmp_path: Path) -> Desk:
    made = Desk(site, provider_address)
    made.use(settings_of(provider_address), tmp_path)
    return made


@contextmanager
def browser_of(address: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=address, trust_env=False, follow_redirects=False) as client:
        yield client


def signed_in_there(client: httpx2.Client, address: str, name: str) -> dict[str, str]:
    """Sign in at the provider as a person does, form by form; returns what it sends back."""
    answer = client.get(address)
    while (place := answer.headers.get("Location", "")) and urlsplit(place).path != RETURN_PATH:
        answer = client.get(place)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        if answer.status_code == 200 and token:
            following = re.search(r'name="next" value="([^"]+)"', answer.text)
            assert following
            typed = {"username": name, "password": PASSWORD, "next": following[1].replace("&amp;", "&")}
            answer = client.post(answer.url, data={**typed, "csrfmiddlewaretoken": token[1]})
    assert place, answer.text
    return {key: values[0] for key, values in parse_qs(urlsplit(place).query).items()}


def leave(visitor: Any, path: str, **data: str) -> str:
    page = visitor.post(path, data)
    return str(page.html.one("meta", http_equiv="refresh").attributes["content"].removeprefix("0; url="))


def test_who_is_linked_signs_in_and_who_is_not_reads_what_to_do(desk: Desk) -> None:
    for name, status in (("nguoi-bao-cao", 303), ("nguoi-la", 401)):
        visitor = desk.site.stranger()
        with browser_of(desk.address) as browser:
            brought = signed_in_there(browser, leave(visitor, "/sign-in/provider", next="/my-account"), name)
        assert brought["iss"] == f"{desk.address}/o"
        came = visitor.get(RETURN_PATH, query_string=brought)
        assert came.status == status
        assert visitor.is_signed_in() is (status == 303)
        if status == 401:
            assert came.html.one("code").text == SUBJECTS[name]
            continue
        assert "Người dùng observer" in visitor.get("/my-account").html.text
        # Just signed in there, so that it need not be shown again here.
        assert visitor.get("/second-factor/set-up").status == 200


def test_showing_once_more_makes_the_provider_ask_anew(desk: Desk) -> None:
    account = desk.site.here.actors["observer"].account_id
    with desk.site.here.host.work.writing() as work:
        work.accounts.change_password(account, "")
        work.commit()
    visitor = desk.site.stranger()
    with browser_of(desk.address) as browser:
        there = leave(visitor, "/sign-in/provider", next="/")
        visitor.get(RETURN_PATH, query_string=signed_in_there(browser, there, "nguoi-bao-cao"))
        there = leave(visitor, "/confirm/provider", next="/second-factor/set-up")
        # The provider remembers the person, and asks all the same.
        assert browser.get(there).headers["Location"].startswith("/login/")
        came = visitor.get(RETURN_PATH, query_string=signed_in_there(browser, there, "nguoi-bao-cao"))
    assert came.location == "/second-factor/set-up"


def test_a_code_is_good_once_and_with_its_verifier_alone(provider_address: str) -> None:
    adapter, now = OpenIdProvider(settings_of(provider_address)), datetime.now(UTC)
    adapter.check()
    with browser_of(provider_address) as browser:
        first, second = (
            signed_in_there(browser, adapter.address(**TRIP, again=False), "nguoi-bao-cao") for _ in range(2)
        )
    rest = {"nonce": TRIP["nonce"], "issuer": first["iss"], "now": now}
    assert adapter.redeem(code=first["code"], verifier=TRIP["verifier"], **rest).subject == "1"
    for code, verifier in ((first["code"], TRIP["verifier"]), (second["code"], "w" * 43)):
        with pytest.raises(NotSignedInError):
            adapter.redeem(code=code, verifier=verifier, **rest)


def test_a_wrong_secret_redeems_nothing(provider_address: str) -> None:
    adapter = OpenIdProvider(settings_of(provider_address, secret="another"))
    with browser_of(provider_address) as browser:
        brought = signed_in_there(browser, adapter.address(**TRIP, again=False), "nguoi-bao-cao")
    with pytest.raises(NotSignedInError):
        adapter.redeem(
            code=brought["code"],
            verifier=TRIP["verifier"],
            nonce=TRIP["nonce"],
            issuer=brought["iss"],
            now=datetime.now(UTC),
        )


@pytest.mark.browser
def test_a_person_signs_in_and_out_in_a_browser(
    site: Any, provider_address: str, tmp_path: Path, browser: Any, windows: Any
) -> None:
    desk = Desk(site, provider_address)
    windows.stop()
    desk.use(settings_of(provider_address, public_url=windows.address), tmp_path)
    windows.start()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{windows.address}/sign-in?next=/my-account")
    page.get_by_role("button", name="Đăng nhập bằng tài khoản tỉnh").click()
    page.get_by_label("Username").fill("nguoi-bao-cao")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Vao").click()
    expect(page.get_by_role("heading", name="Tài khoản của tôi")).to_be_visible()
    expect(page.get_by_role("cell", name=f"{provider_address}/o")).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("button", name="Đăng nhập bằng tài khoản tỉnh")).to_be_visible()
    expect(page.get_by_role("link", name="đăng xuất luôn ở cổng")).to_be_visible()
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    context.close()


@pytest.mark.browser
def test_a_page_that_stays_open_goes_on_after_signing_in_in_another_tab(
    site: Any, provider_address: str, tmp_path: Path, browser: Any, windows: Any
) -> None:
    windows.stop()
    desk = Desk(site, provider_address)
    site.here.host = replace(site.here.host, sign_in_rules=replace(site.here.host.sign_in_rules, takes_passwords=False))
    desk.use(settings_of(provider_address, public_url=windows.address), tmp_path)
    link_identity(site.here.host, None, site.here.actors["reporter"].account_id, SUBJECTS["nguoi-quan-tri"])
    windows.start()
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{windows.address}/sign-in?next={site.form}")
    page.get_by_role("button", name="Đăng nhập bằng tài khoản tỉnh").click()
    page.get_by_label("Username").fill("nguoi-quan-tri")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Vao").click()
    cell = page.locator("[name='/fields/banners']")
    expect(cell).to_be_visible()
    with site.here.host.work.writing() as work:
        work.visits.end_sessions(site.here.actors["reporter"].account_id)
        work.commit()
    cell.fill("24")
    dialog = page.get_by_role("dialog", name="Phiên làm việc đã hết")
    expect(dialog).to_be_visible()
    expect(page.locator("#mat-khau-vao-lai")).to_be_hidden()
    done = dialog.get_by_role("button", name="Tôi đã đăng nhập xong ở thẻ kia")
    done.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Chưa thấy bạn đăng nhập")
    with context.expect_page() as opened:
        dialog.get_by_role("link", name="Đăng nhập bằng tài khoản tỉnh").click()
    beside = opened.value
    # The provider remembers the person, and asks for nothing.
    beside.get_by_role("button", name="Đăng nhập bằng tài khoản tỉnh").click()
    expect(beside.get_by_role("heading", name="Đã xong ở cổng đăng nhập")).to_be_visible()
    beside.close()
    done.click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".kept-line.saved")).to_be_visible()
    expect(cell).to_have_value("24")
    context.close()
