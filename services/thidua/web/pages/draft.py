"""What the script of the report form asks: the draft, saving cells, carrying forward, context at a cell.

JSON in, JSON and problem documents out. For whoever writes the script:

* ``version`` of an answer is the newest the page has seen only after it has taken in ``changed``: the
  cells that somebody else changed since ``base`` and that were not sent.
* A cell in ``conflicts`` was not saved. It must not be sent again, with a newer ``base``, before the
  person has chosen between the two texts: that would overwrite the other's unseen.
* ``held`` says why the form takes no reports for now, empty where it does; what is typed is kept.
* 409 says that nothing can be saved here any more (locked, exempt); 401, that the session ended; 503,
  that sending the same once more helps. What the strict reader cannot take (NUL, half a surrogate
  pair) is a 400: replace such characters before sending.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from thidua.application.reports.broken_rules import HELD
from thidua.application.reports.cell_context import CellContext
from thidua.application.reports.cell_context import cell_context
from thidua.application.reports.drafting import DraftPlace
from thidua.application.reports.drafts import Saved
from thidua.application.reports.drafts import carry_forward
from thidua.application.reports.drafts import open_draft
from thidua.application.reports.drafts import save_cells
from thidua.domain.drafts import CELLS_AT_ONCE
from thidua.domain.drafts import DraftCell
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import MalformedRequestError
from thidua.forms.describe import FieldModel
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import invalid_payload
from thidua.web.api.answers import only_query
from thidua.web.api.answers import read_json
from thidua.web.cells import label_at
from thidua.web.cells import text_of
from thidua_sdk import Finding
from thidua_sdk import Level

__all__ = ["page"]

page = Blueprint("draft", __name__, url_prefix="/campaigns/<campaign>/periods/<period>/units/<unit>")
page.register_error_handler(InvalidPayloadError, invalid_payload)

#: The largest whole number a version column takes.
_MOST = 2**31 - 1


@page.get("/draft")
def read(campaign: str, period: str, unit: str) -> Response:
    """Return the draft as it stands; version 0 where there never was one."""
    only_query()
    opened = open_draft(context.host(), context.actor(), DraftPlace(campaign, period, unit))
    draft = opened.draft
    return answer(
        {
            "version": opened.version,
            "revision": draft.revision if draft else opened.desk.sheet.next_revision,
            "cells": _cells(draft.cells.values() if draft else ()),
        }
    )


@page.post("/draft")
def save(campaign: str, period: str, unit: str) -> Response:
    """Save some cells."""
    only_query()
    base, cells = _sent()
    saved = save_cells(context.host(), context.actor(), DraftPlace(campaign, period, unit), base=base, cells=cells)
    return answer(_saved(saved))


@page.post("/draft/carry")
def carry(campaign: str, period: str, unit: str) -> Response:
    """Take over what stays from the period before."""
    only_query()
    if read_json() != {}:
        raise MalformedRequestError("Yêu cầu này gửi một đối tượng rỗng: {}.")
    return answer(_saved(carry_forward(context.host(), context.actor(), DraftPlace(campaign, period, unit))))


@page.get("/context")
def at_cell(campaign: str, period: str, unit: str) -> Response:
    """Say what is known of one cell."""
    query = only_query("cell")
    pointer = query.get("cell", "")
    if not pointer.startswith("/"):
        raise MalformedRequestError("Cần tham số cell là vị trí của một ô.", subject="cell")
    found = cell_context(context.host(), context.actor(), DraftPlace(campaign, period, unit), pointer)
    return answer(_context(found, pointer))


def _sent() -> tuple[int, dict[str, str | None]]:
    """Read what a save must say: the version seen, and texts by pointer."""
    sent = read_json()
    if not isinstance(sent, dict) or sent.keys() != {"base", "cells"}:
        raise MalformedRequestError("Cần đúng hai mục: base và cells.")
    base, cells = sent["base"], sent["cells"]
    if type(base) is not int or not 0 <= base <= _MOST:
        raise MalformedRequestError("base phải là số phiên bản đã thấy, từ 0 trở lên.", subject="base")
    if not isinstance(cells, dict):
        raise MalformedRequestError("cells phải là một đối tượng: vị trí ô và chữ đã gõ.", subject="cells")
    if len(cells) > CELLS_AT_ONCE:
        raise RequestEntityTooLarge
    for pointer, text in cells.items():
        if text is not None and not isinstance(text, str):
            raise MalformedRequestError("Chữ của mỗi ô phải là chữ hoặc null.", subject=pointer[:100])
    return base, cells


def _saved(saved: Saved) -> dict[str, object]:
    return {
        "version": saved.version,
        "revision": saved.revision,
        "saved_at": saved.saved_at.isoformat(),
        "cells": {
            pointer: {
                "state": "wrong" if _is_wrong(saved.findings.get(pointer, ())) else "saved",
                "findings": _findings(saved.findings.get(pointer, ())),
                **({"typed": saved.carried[pointer], "carried": True} if pointer in saved.carried else {}),
            }
            for pointer in saved.kept
        },
        "conflicts": [
            {"cell": cell.pointer, "theirs": cell.typed, "by": cell.by, "at": cell.at.isoformat()}
            for cell in saved.conflicts
        ],
        "changed": _cells(saved.unseen),
        "held": HELD if saved.is_held else "",
        "other_findings": {pointer: _findings(findings) for pointer, findings in saved.others.items()},
    }


def _is_wrong(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.ERROR for finding in findings)


def _findings(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [{"code": finding.code, "level": finding.level.value, "message": finding.message} for finding in findings]


def _cells(cells: Iterable[DraftCell]) -> dict[str, dict[str, object]]:
    return {
        cell.pointer: {
            "typed": cell.typed,
            "carried": cell.is_carried,
            "by": cell.by,
            "at": cell.at.isoformat(),
        }
        for cell in cells
    }


def _context(found: CellContext, pointer: str) -> dict[str, object]:
    model = found.model
    topic = found.form.topic_labels.get(pointer.rsplit("/", 1)[-1], "") if pointer.startswith("/by_topic/") else ""
    zone = ZoneInfo(found.form.time_zone)
    label = model.label if model else label_at(found.form, pointer, {})
    return {
        "cell": pointer,
        "label": f"{label}: {topic}" if topic else label,
        "code": model.code if model else "",
        "unit": model.unit if model else "",
        "help": model.help if model else "",
        "source": model.source if model else "",
        "rules": [
            {
                "code": rule.code,
                "message": rule.message,
                "level": rule.level.value if rule.level else None,
                "source": rule.source,
            }
            for rule in found.rules
        ],
        "earlier": [
            {
                "period": each.period_code,
                "name": each.name,
                "text": _text(model, each.value, zone),
                "state": "accepted" if each.is_accepted else "submitted",
            }
            for each in found.earlier
        ],
        "comment": found.comment,
    }


def _text(model: FieldModel | None, value: object, zone: ZoneInfo) -> str:
    """Write an earlier value in words, empty where there was none."""
    if value is None or value in ("", [], ()):
        return ""
    if model is None:
        return str(value)
    if model.is_table or isinstance(value, Mapping):
        return ""
    if model.kind == "flag":
        return "Có" if value is True else "Không"
    text = text_of(model, value, zone)
    return model.option_label(text) if model.kind == "choice" else text
