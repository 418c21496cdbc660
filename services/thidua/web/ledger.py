"""A report's ledger as lines to read: what happened, with remarks, answers, limits and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thidua.application.review.reading import ReportSheet
from thidua.domain.ledger import Entry
from thidua.domain.reports import CHANNEL_LABELS
from thidua.domain.reports import EVENT_LABELS
from thidua.domain.reports import EventKind
from thidua.forms.compose import ComposedForm
from thidua.web.cells import label_at
from thidua.web.changed import where

__all__ = ["LedgerLine", "Said", "lines_of_ledger", "paper_of", "scan_of"]

_SHORT_DIGEST = 10


@dataclass(frozen=True, slots=True)
class Said:
    """A remark or an answer, and where it stands."""

    where: str
    text: str
    quote: str = ""


#: Who acted where no account did.
_BY_COMMAND = "Hệ thống, theo lệnh của quản trị máy chủ"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry: ``answer_by`` is the limit a return set, ``counts_from`` what an acceptance ruled.

    ``channel`` says by which door a filing came in, empty where the kind of entry or who acted tells it.
    """

    at: datetime
    what: str
    revision: int
    by: str
    note: str
    digest: str
    on_behalf: bool
    paper_received_at: datetime | None
    answer_by: datetime | None
    counts_from: datetime | None
    is_incomplete: bool
    channel: str
    remarks: tuple[Said, ...]
    answers: tuple[Said, ...]


def lines_of_ledger(sheet: ReportSheet) -> tuple[LedgerLine, ...]:
    """Write the ledger of a report, oldest entry first."""
    return tuple(_line(sheet, entry) for entry in sheet.entries)


def paper_of(sheet: ReportSheet, revision: int) -> LedgerLine | None:
    """Return the entry by which the Office entered a filing for the unit, None where the unit filed itself."""
    entry = _entered(sheet, revision)
    return None if entry is None else _line(sheet, entry)


def scan_of(sheet: ReportSheet, revision: int) -> str:
    """Return the digest of a filing's scan, empty where there is none."""
    entry = _entered(sheet, revision)
    return "" if entry is None else str(entry.body.get("scan") or "")


def _entered(sheet: ReportSheet, revision: int) -> Entry | None:
    return next(
        (each for each in sheet.entries if each.kind is EventKind.ENTERED_ON_BEHALF and each.revision == revision), None
    )


def _line(sheet: ReportSheet, entry: Entry) -> LedgerLine:
    return LedgerLine(
        entry.at,
        EVENT_LABELS[entry.kind],
        entry.revision,
        _BY_COMMAND if entry.by is None else sheet.people.get(entry.by, ""),
        entry.note,
        entry.digest[:_SHORT_DIGEST],
        entry.kind is EventKind.ENTERED_ON_BEHALF,
        _moment(entry, "paper_received_at"),
        _moment(entry, "answer_by"),
        _moment(entry, "counts_from"),
        entry.body.get("incomplete") is True,
        _channel(entry),
        _said(sheet, entry, "remarks"),
        _said(sheet, entry, "answers"),
    )


def _channel(entry: Entry) -> str:
    # The chain covers what stands in the entry: this is the word that cannot have been changed since.
    return next((words for channel, words in CHANNEL_LABELS.items() if channel == entry.body.get("channel")), "")


def _said(sheet: ReportSheet, entry: Entry, name: str) -> tuple[Said, ...]:
    given = entry.body.get(name)
    return tuple(
        Said(
            _place(sheet.forms.get(entry.revision, sheet.form), str(each["cell"])),
            str(each["text"]),
            str(each.get("quote") or ""),
        )
        for each in (given if isinstance(given, list) else ())
        if isinstance(each, Mapping)
    )


def _place(form: ComposedForm, pointer: str) -> str:
    """Say where a remark stands: the field or table, and the part of it."""
    return ", ".join(words for words in (label_at(form, pointer, {}), where(form, pointer)) if words)


def _moment(entry: Entry, name: str) -> datetime | None:
    value = entry.body.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
