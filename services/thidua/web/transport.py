"""Where the site is reached over TLS, what comes in the clear is turned away.

A page is asked for again over TLS, which a browser does by itself. A program is refused and not
redirected: it would go on sending its token in the clear, and nobody would notice.
"""

from __future__ import annotations

from flask import Flask
from flask import redirect
from flask import request
from werkzeug.wrappers import Response

from thidua.domain.errors import NotAllowedError
from thidua.web import sessions

__all__ = ["require_tls"]

#: Asked by supervisors and load balancers inside, with nothing to hide.
_HEALTH = frozenset({"health.alive", "health.ready"})


def require_tls(app: Flask) -> None:
    """Turn away before every request what did not come over TLS, as the proxy tells."""

    @app.before_request
    def turn_away() -> Response | None:
        if request.is_secure or request.endpoint in _HEALTH:
            return None
        if request.method in {"GET", "HEAD"} and not sessions.asks_for_json():
            # Without the port: the one of the clear speaks no TLS.
            name, _, port = request.host.rpartition(":")
            host = name if port.isdigit() else request.host
            return redirect(f"https://{host}{request.full_path.rstrip('?')}", 308)
        raise NotAllowedError("Chỉ nhận yêu cầu qua kết nối mã hóa (https).")
