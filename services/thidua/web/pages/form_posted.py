"""What a posted form says besides its cells: rows to add or take away, files, its own digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import replace

from flask import request

from thidua.application.reports.evidence import add_evidence
from thidua.application.reports.evidence import remove_evidence
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import UnwantedFileError
from thidua.forms.compose import ComposedForm
from thidua.forms.pointers import COMMENTS
from thidua.forms.pointers import escaped
from thidua.forms.pointers import may_be_spoken_of
from thidua.web import context
from thidua.web.cells import control_id
from thidua.web.cells import rows_of
from thidua.web.pages.form_view import View

__all__ = ["ROW_TO_REMOVE", "attach_posted", "detach_posted", "digest_of_page", "next_row", "whole_number", "with_rows"]

ROW_TO_REMOVE = re.compile(r"(/(?:evidence/)?[a-z][a-z0-9_]*)/([0-9]{1,4})", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
#: How the controls are named in which files are chosen: this and the cell.
_FILE = "file:"
#: What a page says of itself and what differs between two presses of one button.
_NOT_DIGESTED = frozenset({"csrf_token", "draft_version"})


def whole_number(name: str) -> int:
    """Read a whole number that the page itself wrote; what anybody else put there is 0."""
    text = request.form.get(name, "")
    return int(text) if _WHOLE.fullmatch(text) else 0


def digest_of_page() -> str:
    """Digest what was posted, so that the same key with other content is noticed."""
    sent = sorted((name, text) for name, text in request.form.items(multi=True) if name not in _NOT_DIGESTED)
    return hashlib.sha256(json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def attach_posted(place: tuple[str, str, str]) -> list[str]:
    """Receive every file that came with the page; returns a sentence for each that was not taken.

    Files chosen for the whole report go to the cell that the page names beside them.
    """
    refused = []
    came = 0
    for name, file in request.files.items(multi=True):
        if not name.startswith(_FILE) or not file.filename:
            continue
        came += 1
        try:
            _attach(place, name.removeprefix(_FILE) or request.form.get("attach_to", ""), file.filename, file.read())
        except (UnwantedFileError, ConflictError, MalformedRequestError) as refusal:
            refused.append(f"“{file.filename}”: {refusal.message}")
    return refused if came else ["Chưa chọn tệp nào."]


def _attach(place: tuple[str, str, str], pointer: str, file_name: str, content: bytes) -> None:
    campaign, period, unit = place
    add_evidence(
        context.host(),
        context.actor(),
        campaign_code=campaign,
        period_code=period,
        unit_code=unit,
        pointer=pointer,
        file_name=file_name,
        content=content,
    )


def detach_posted() -> None:
    """Take the file away that the pressed button names.

    Raises:
        NotAllowedError, NotFoundError, ConflictError: as in :func:`remove_evidence`.
    """
    remove_evidence(context.host(), context.actor(), whole_number("detach"))


def with_rows(form: ComposedForm, view: View) -> View:
    """Add an empty row to a table or a comment to a cell, or take a row away with what was typed in it."""
    rows = {name: list(indexes) for name, indexes in view.rows.items()}
    table = request.form.get("add_row", "").removeprefix("/")
    if table in rows:
        most, columns = rows_of(form, table)
        new = next_row(rows[table], most)
        if new is None:
            return view
        return replace(
            view, rows={**rows, table: [*rows[table], new]}, go_to=control_id(f"/{table}/{new}/{columns[0].name}")
        )
    about = request.form.get("comment_on", "")
    if request.form.get("action") == "comment" and may_be_spoken_of(form, about):
        pointer = COMMENTS + escaped(about)
        return replace(view, typed={pointer: "", **view.typed}, go_to=control_id(pointer))
    removed = ROW_TO_REMOVE.fullmatch(request.form.get("remove_row", ""))
    if removed is None or removed[1].removeprefix("/") not in rows:
        return view
    table, index = removed[1].removeprefix("/"), int(removed[2])
    rows[table] = [each for each in rows[table] if each != index]
    typed = {name: text for name, text in view.typed.items() if not name.startswith(f"/{table}/{index}/")}
    return replace(view, rows=rows, typed=typed, go_to=control_id(f"/{table}"))


def next_row(shown: Iterable[int], most: int) -> int | None:
    """Return the number of a new row: behind the others, or one that was taken away; None if there are enough."""
    taken = set(shown)
    behind = max(taken, default=-1) + 1
    if behind < most:
        return behind
    return next((number for number in range(most) if number not in taken), None)
