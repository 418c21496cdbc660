"""Headers of every answer: what browsers may load, keep and tell others; and packing of pages."""

from __future__ import annotations

import gzip

from flask import Flask
from flask import Response
from flask import request

from thidua.web import context

__all__ = ["CONTENT_SECURITY_POLICY", "add_headers"]

#: Our own files only, nothing inline, nothing foreign, no frames.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

#: Below this a packed page is no faster on any line.
_WORTH_PACKING_BYTES = 1400


def add_headers(app: Flask, *, over_tls: bool) -> None:
    """Put the headers on every answer, errors included.

    ``over_tls``: the site is only reached encrypted, and browsers shall remember that.
    """
    fixed = [
        *_FIXED.items(),
        *([("Strict-Transport-Security", "max-age=31536000; includeSubDomains")] if over_tls else []),
    ]
    # Offices share computers: what a signed-in person saw must not come back from a cache.
    fixed.append(("Cache-Control", "no-store"))

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        given = {name.lower() for name, _ in headers}
        headers.extend([(name, value) for name, value in fixed if name.lower() not in given])
        headers["X-Request-ID"] = context.request_id()
        return _packed(response)


def _packed(response: Response) -> Response:
    """Pack a page for slow lines: a status page shrinks to a seventh."""
    if (
        response.mimetype != "text/html"
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or not request.accept_encodings.quality("gzip")
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _WORTH_PACKING_BYTES:
        response.set_data(gzip.compress(body, compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
