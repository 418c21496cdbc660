"""What a filed report is alike to."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

from thidua.application.review.likenesses import SeenLikeness
from thidua.application.review.likenesses import likenesses_of_report
from thidua.domain.side_by_side import Piece
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query

__all__ = ["likeness"]


def likeness(report_id: int) -> Response:
    """Compare a report with the unit's earlier ones and with its neighbours'."""
    only_query()
    found = likenesses_of_report(context.host(), context.actor(), report_id)
    return answer(
        {
            "report": report_id,
            "own": [_seen(each) for each in found.own],
            "neighbours": [_seen(each) for each in found.neighbours],
        }
    )


def _seen(seen: SeenLikeness) -> dict[str, object]:
    likeness = seen.likeness
    told: dict[str, object] = {
        "kind": likeness.kind.value,
        "level": likeness.level.value,
        "sentence": seen.sentence,
    }
    if not likeness.unit:
        return told
    return {
        **told,
        "unit": likeness.unit,
        "period": likeness.period,
        "report": likeness.report_id,
        "revision": likeness.revision,
        "text_percent": f"{100 * likeness.text_share:.1f}",
        "number_percent": f"{100 * likeness.number_share:.1f}",
        "equal": likeness.equal,
        "compared": likeness.compared,
        "factor": None if likeness.factor is None else f"{likeness.factor:.2f}",
        "cells": list(likeness.cells),
        "texts": [
            {
                "cell": text.cell,
                "mine": _whole(text.mine),
                "other_cell": text.other_cell,
                "other": _whole(text.other),
            }
            for text in seen.texts
        ],
    }


def _whole(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)
