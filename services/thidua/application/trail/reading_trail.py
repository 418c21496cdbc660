"""Read the audit trail, and tell who saw a person's record.

The trail holds references only, so whoever reads it learns no names of violators. Who asks by a
person's name must be one who reads such names anyway, which the administrator is not; by the number
of a report anybody may ask who reads the trail.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require
from thidua.application.access.permissions import require_at_console
from thidua.application.access.permissions import sees_people
from thidua.application.ports.audit_ports import EntryRow
from thidua.application.ports.audit_ports import Sought
from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.trail.auditing import note_alone
from thidua.application.trail.sealing import TrailHead
from thidua.application.trail.sealing import read_head
from thidua.domain.accounts import Actor
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import DamagedPinError
from thidua.domain.errors import MalformedRequestError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import TooLargeError
from thidua.forms.plain_values import NotPlainError
from thidua.forms.years import personal_tables

__all__ = ["MOST_EXPORTED", "Sighting", "TrailPage", "Who", "export_trail", "list_trail", "trail_head", "who_saw"]

#: Entries of one export: what a spreadsheet still opens at once.
MOST_EXPORTED = 50_000
_PAGE = 5000
#: A shorter name would be found in half of all records.
_SHORTEST_NAME = 3
#: Reports told in the entry about a search.
_MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail, newest first; ``next_before`` asks for the next one, None at the end."""

    rows: tuple[EntryRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whose record is asked about: a person's by name, or all of one report.

    Attributes:
        person: a full name or a part of it; any case.
        loose: diacritics do not count: "Nguyen Van A" finds "Nguyễn Văn A".
        report_id: this report only.
        since: from this moment on.
        until: before this one.
    """

    person: str = ""
    loose: bool = False
    report_id: int | None = None
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """One time that somebody was given the record.

    ``full_name`` is the reader's, ``revisions`` those filings that were shown and hold the record;
    ``report_id`` is None for a draft that was never filed.
    """

    row: EntryRow
    full_name: str
    report_id: int | None
    revisions: tuple[int, ...]


def list_trail(
    host: Host,
    actor: Actor | None,
    sought: Sought,
    *,
    before_id: int | None = None,
    limit: int = 50,
    exports: bool = False,
) -> TrailPage:
    """Read a page of the trail; an export is written into it.

    Raises:
        NotAllowedError: the person may not.
    """
    require_at_console(actor, Right.READ_AUDIT)
    if exports:
        note_alone(host, actor, Act.EXPORT, Thing.TRAIL, "entries", limit=limit)
    with host.work.reading() as work:
        rows = work.audit.find(sought, before_id=before_id, limit=limit + 1)
    return TrailPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def export_trail(host: Host, actor: Actor, sought: Sought) -> tuple[EntryRow, ...]:
    """Read everything that is sought, newest first; the export stands in the trail before it is given.

    Raises:
        NotAllowedError: the person may not.
        TooLargeError: there is more than one file should hold.
    """
    require(actor, Right.READ_AUDIT)
    rows: list[EntryRow] = []
    with host.work.reading() as work:
        while page := work.audit.find(sought, before_id=rows[-1].id if rows else None, limit=_PAGE):
            rows += page
            if len(rows) > MOST_EXPORTED:
                raise TooLargeError(
                    "Nhiều dòng quá, mỗi tệp chỉ chứa 50.000 dòng; hãy chọn khoảng ngày ngắn hơn.", subject="rows"
                )
    note_alone(host, actor, Act.EXPORT, Thing.TRAIL, "entries", rows=len(rows))
    return tuple(rows)


def trail_head(host: Host, actor: Actor) -> TrailHead:
    """Read how the chain of seals stands.

    Raises:
        NotAllowedError: the person may not.
    """
    require(actor, Right.READ_AUDIT)
    return read_head(host)


def who_saw(host: Host, actor: Actor | None, who: Who) -> tuple[Sighting, ...]:
    """Tell who was given a person's record, or any record of a report, oldest first.

    Args:
        host: the ports.
        actor: who asks; None stands for the operator at the server's console.
        who: whose record, and when.

    Raises:
        NotAllowedError: the person may not, or asks by a name and may not read such names.
        MalformedRequestError: neither a name nor a report is given, or the name is too short.
    """
    require_at_console(actor, Right.READ_AUDIT)
    if who.person and actor is not None and not sees_people(actor, ""):
        raise NotAllowedError(
            "Chỉ Văn phòng Sở tra được theo tên người; tài khoản này tra theo số báo cáo.", subject="person"
        )
    person = _folded(who.person, loose=who.loose)
    if who.report_id is None and len(person) < _SHORTEST_NAME:
        raise MalformedRequestError(
            f"Hãy ghi họ tên (ít nhất {_SHORTEST_NAME} chữ cái) hoặc số báo cáo.", subject="person"
        )
    with host.work.glancing() as work:
        tables = _personal_tables(host, work)
    with host.work.reading() as work:
        held = _reports_with(work, tables, person, who)
        sightings = sorted(_sightings(work, tables, person, who, held), key=lambda each: each.row.id)
        names = work.accounts.names({each.row.entry.account_id for each in sightings if each.row.entry.account_id})
    # The search itself is a read of personal records: which reports came up, never whom it was about.
    note_alone(
        host, actor, Act.READ_PEOPLE, Thing.TRAIL, "seen", reports=sorted(held)[:_MOST_TOLD], found=len(sightings)
    )
    return tuple(
        Sighting(each.row, names.get(each.row.entry.account_id or 0, ""), each.report_id, each.revisions)
        for each in sightings
    )


def _reports_with(work: UnitOfWork, tables: Collection[str], person: str, who: Who) -> dict[int, frozenset[int] | None]:
    """Return the filings that hold the person by report; None for all of a report that is asked for whole."""
    if not person:
        return {} if who.report_id is None else {who.report_id: None}
    found: dict[int, frozenset[int] | None] = {}
    for each in work.audit.personal_rows(tables):
        if who.report_id is not None and each.report_id != who.report_id:
            continue
        if any(_is_in(person, text, loose=who.loose) for text in each.tables.values()):
            found[each.report_id] = (found.get(each.report_id) or frozenset()) | {each.number}
    return found


def _sightings(
    work: UnitOfWork,
    tables: Collection[str],
    person: str,
    who: Who,
    held: Mapping[int, frozenset[int] | None],
) -> Iterator[Sighting]:
    for row in work.audit.reads(Thing.REPORT, [str(number) for number in held], who.since, who.until):
        number = int(row.entry.key)
        shown, holding = _numbers(row.entry.detail.get("revisions")), held[number]
        revisions = shown if holding is None else tuple(each for each in shown if each in holding)
        if revisions or not shown:
            yield Sighting(row, "", number, revisions)
    places: dict[str, int | None] = dict(work.audit.places(held))
    if person and who.report_id is None:
        for place, typed in work.audit.drafts_with(tables):
            if person in _folded(typed, loose=who.loose):
                places.setdefault(place, None)
    for row in work.audit.reads(Thing.DRAFT, places, who.since, who.until):
        # Any draft there may have held the name; what was filed lies below it.
        yield Sighting(row, "", places[row.entry.key], ())
    files = work.audit.evidence_beside(places, tables)
    for row in work.audit.reads(Thing.EVIDENCE, files, who.since, who.until):
        yield Sighting(row, "", places[files[row.entry.key]], ())


def _personal_tables(host: Host, work: UnitOfWork) -> frozenset[str]:
    """Return the names of all tables that name persons, in every form of every campaign, served or pinned.

    Raises:
        DamagedPinError: a pinned form cannot be read; what it names must not be left out unsaid.
    """
    try:
        pinned = [personal_tables(text, digest) for digest, text in work.pins.all_forms().items()]
    except NotPlainError as wrong:
        raise DamagedPinError(
            f"Một biểu đã khóa trong cơ sở dữ liệu không đọc được ({wrong}) nên không biết bảng nào của nó có tên "
            "người. Người quản trị khôi phục bảng pinned_text từ bản sao lưu.",
            subject="pinned_text",
        ) from None
    return frozenset(name for names in pinned for name in names) | frozenset(
        field.name
        for campaign in host.catalogue.campaigns.values()
        for period in campaign.periods
        for use in period.forms
        for field in host.catalogue.form(campaign.code, period.code, use.form).fields
        if field.personal
    )


def _is_in(person: str, text: str, *, loose: bool) -> bool:
    """Tell whether a cell of a table holds the name; the text is looked at whole first, which is quick."""
    if person not in _folded(text, loose=loose):
        return False
    rows = json.loads(text)
    return any(
        isinstance(value, str) and person in _folded(value, loose=loose)
        for row in (rows if isinstance(rows, list) else ())
        for value in (row.values() if isinstance(row, dict) else ())
    )


def _folded(text: str, *, loose: bool) -> str:
    """Write a text as names are compared: composed, without case, blanks as one; without diacritics if loose."""
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    if not loose:
        return folded
    plain = unicodedata.normalize("NFD", folded.replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(each for each in value if isinstance(each, int)) if isinstance(value, list) else ()
