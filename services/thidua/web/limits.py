"""How much a request may bring: little, but where files are sent.

A limit holds while the body is read, whatever length was declared; past it the answer is 413.
"""

from __future__ import annotations

from flask import Flask
from flask import request

from thidua.domain.attachments import LARGEST_FILE
from thidua.forms.workbook.guarding import LARGEST_WORKBOOK

__all__ = ["MAX_BODY_BYTES", "MAX_PAGE_WITH_FILES_BYTES", "limit_bodies", "most_megabytes"]

_MEGABYTE = 1024 * 1024
#: Largest request without files: a form D with every text full is under 200 kB.
MAX_BODY_BYTES = _MEGABYTE
#: A page posted with files, where no script sends them one by one.
MAX_PAGE_WITH_FILES_BYTES = 2 * LARGEST_FILE + MAX_BODY_BYTES
#: What multipart puts around one file.
_AROUND_A_FILE = 16 * 1024

#: Pages on which files are chosen, and the one address at which a file alone is taken.
_PAGES = frozenset({"form.file", "paper.file"})
_ONE_FILE = frozenset({"api.add_file"})
#: Where a filled workbook is sent, and where its cells come back with the person's choice.
_WORKBOOK = frozenset({"workbook.compare"})
_CELLS = frozenset({"workbook.fill"})


def limit_bodies(app: Flask) -> None:
    """Set each request's limit before anybody reads its body."""

    @app.before_request
    def limit() -> None:
        is_multipart = request.mimetype == "multipart/form-data"
        if request.endpoint in _PAGES and is_multipart:
            request.max_content_length = MAX_PAGE_WITH_FILES_BYTES
        elif request.endpoint in _ONE_FILE:
            request.max_content_length = LARGEST_FILE + (_AROUND_A_FILE if is_multipart else 1)
        elif request.endpoint in _WORKBOOK and is_multipart:
            request.max_content_length = LARGEST_WORKBOOK + _AROUND_A_FILE
        elif request.endpoint in _CELLS and is_multipart:
            request.max_content_length = request.max_form_memory_size = LARGEST_WORKBOOK


def most_megabytes() -> int:
    """Return the limit of the request at hand, as people read it."""
    return (request.max_content_length or MAX_BODY_BYTES) // _MEGABYTE
