"""A real OpenID provider on this machine: django-oauth-toolkit, in a process of its own.

Run as ``python openid_provider.py FOLDER RETURN_ADDRESS...``; prints its address once it listens, and ends when
its input is closed. People sign in there with a name and a password; ``sub`` is the number of the account.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import WSGIServer

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CLIENT_ID = "thidua"
CLIENT_SECRET = "bi-mat-cua-chuong-trinh-o-cong"
PEOPLE = ("nguoi-bao-cao", "nguoi-quan-tri", "nguoi-la")
PASSWORD = "mat khau o cong"

SIGN_IN_PAGE = """<!doctype html><html lang="vi"><title>Cong dang nhap</title><h1>Cong dang nhap tinh</h1>
<form method="post">{% csrf_token %}{{ form.as_p }}<input type="hidden" name="next" value="{{ next }}">
<button>Vao</button></form></html>"""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def configure(folder: Path, issuer: str) -> None:
    """Set up the smallest Django that can be a provider."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="of the tests" * 4,
        ALLOWED_HOSTS=["127.0.0.1"],
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ROOT_URLCONF="openid_provider_urls",
        LOGIN_URL="/login/",
        SESSION_COOKIE_NAME="provider",
        CSRF_COOKIE_NAME="provider-csrf",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"registration/login.html": SIGN_IN_PAGE},
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ]
                },
            }
        ],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": pem.decode(),
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "who you are"},
        },
    )


def furnish(returns: list[str]) -> None:
    """Make tables, people and the one client."""
    # Django's own modules can be imported once it is set up, no earlier.
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from oauth2_provider.models import Application  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name, password=PASSWORD)
    Application.objects.create(
        name="Thi dua",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=" ".join(returns),
        skip_authorization=True,
        algorithm=Application.RS256_ALGORITHM,
    )


def main() -> None:
    """Serve until nobody holds the other end of the input."""
    folder, returns = Path(sys.argv[1]), sys.argv[2:]
    # On loopback the provider's own library takes plain http, and says so by this name.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    server = _Server(("127.0.0.1", 0), _Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    configure(folder, f"{address}/o")
    django.setup()
    furnish(returns)
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(address, flush=True)  # noqa: T201  whoever started this waits for it
    sys.stdin.read()


if __name__ == "__main__":
    main()
