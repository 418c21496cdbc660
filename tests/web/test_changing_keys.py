"""A signing key is changed while people are signed in: nobody notices, until the old key is taken out."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from thidua.settings import load
from thidua.web.app import create_app
from thidua_testkit.installation import CONFIG_DIR

SIGN_IN = "/sign-in"


class Keys:
    """The files that a production start reads, as the operator writes them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.write("audit-key", secrets.token_urlsafe(48))

    def write(self, name: str, *keys: str) -> None:
        file = self._folder / name
        file.write_text(" ".join(keys) + "\n")
        file.chmod(0o600)

    def environment(self, *, with_former: bool) -> dict[str, str]:
        given = {
            "THIDUA_PROFILE": "production",
            "THIDUA_DATA": str(self._folder / "data"),
            "THIDUA_DATABASE_URL": "postgresql+psycopg://thidua@db/thidua",
            "THIDUA_SECRET_KEY_FILE": str(self._folder / "secret-key"),
            "THIDUA_AUDIT_KEY_FILE": str(self._folder / "audit-key"),
            "THIDUA_PROXY_HOPS": "0",
        }
        former = {"THIDUA_SECRET_KEY_FALLBACKS_FILE": str(self._folder / "former")}
        return given | (former if with_former else {})


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def started(site: Any, keys: Keys, *, with_former: bool = False) -> FlaskClient:
    """Start the pages anew with the files as they lie; the browser keeps its cookies apart."""
    app = create_app(site.here.host, load(keys.environment(with_former=with_former), CONFIG_DIR))
    return app.test_client(use_cookies=False)


def ask(client: FlaskClient, cookie: str, path: str = "/reports/due") -> Any:
    return client.get(path, headers={"Cookie": cookie}, base_url="https://localhost")


def press(client: FlaskClient, cookie: str, token: str, path: str = "/sign-out") -> Any:
    headers = {"Cookie": cookie, "Referer": "https://localhost/"}
    return client.post(path, data={"csrf_token": token}, headers=headers, base_url="https://localhost")


def signed_in(site: Any, client: FlaskClient) -> tuple[str, str]:
    """Return the cookie and the token of an open page."""
    asked = client.get(SIGN_IN, base_url="https://localhost")
    form = {"csrf_token": token_in(asked.text), "name": "reporter", "password": site.password}
    headers = {"Cookie": cookie_of(asked), "Referer": f"https://localhost{SIGN_IN}"}
    entered = client.post(SIGN_IN, data=form, headers=headers, base_url="https://localhost")
    assert entered.status_code == 303
    # The page that is open gives the session its token, which the cookie carries from then on.
    opened = ask(client, cookie_of(entered))
    return cookie_of(opened) or cookie_of(entered), token_in(opened.text)


def cookie_of(answer: Any) -> str:
    """Return the session's cookie; by another the browser is known."""
    given = (each.partition(";")[0] for each in answer.headers.getlist("Set-Cookie"))
    return next((each for each in given if each.startswith("__Host-thidua=")), "")


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_an_open_page_works_through_a_change_of_keys_and_no_longer_after_the_old_one_is_gone(
    site: Any, keys: Keys
) -> None:
    first, second, third = (secrets.token_urlsafe(48) for _ in range(3))
    keys.write("secret-key", first)
    cookie, token = signed_in(site, started(site, keys))

    # Changed without a fallback: the cookie is nobody's.
    keys.write("secret-key", second)
    assert ask(started(site, keys), cookie).status_code == 303

    # Changed as it should be, twice even: who is signed in stays so, and the open page can be sent.
    keys.write("secret-key", third)
    keys.write("former", second, first)
    after = started(site, keys, with_former=True)
    assert ask(after, cookie).status_code == 200
    assert press(after, cookie, "x.y.z").status_code == 400
    assert press(after, cookie, token).status_code == 303, "the token of the page that was open"

    # What is handed out since is signed by the newest: it lasts when the former ones are gone.
    cookie, token = signed_in(site, after)
    alone = started(site, keys)
    assert ask(alone, cookie).status_code == 200
    assert press(alone, cookie, token).status_code == 303


def test_after_a_former_key_is_taken_out_what_it_signed_opens_nothing(site: Any, keys: Keys) -> None:
    old, new = (secrets.token_urlsafe(48) for _ in range(2))
    keys.write("secret-key", old)
    cookie, token = signed_in(site, started(site, keys))
    keys.write("secret-key", new)
    keys.write("former", old)
    fresh_cookie, fresh_token = signed_in(site, started(site, keys, with_former=True))
    alone = started(site, keys)
    assert ask(alone, cookie).status_code == 303
    assert press(alone, cookie, token).status_code in {303, 400}
    # Nor does an old token in a new session.
    assert press(alone, fresh_cookie, token).status_code == 400
    assert ask(alone, fresh_cookie).status_code == 200
    assert press(alone, fresh_cookie, fresh_token).status_code == 303
