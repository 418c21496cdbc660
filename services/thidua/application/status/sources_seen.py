"""The revisions behind a figure, as people name them: when received, by whom made, accepted or not."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thidua.application.derived.folding import Contribution
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.status.figures import Reading
from thidua.domain.ledger import Entry
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import Report
from thidua.domain.reports import Revision
from thidua_sdk import Campaign

__all__ = ["Behind", "Origin", "SourceSeen", "behind_revisions", "sources_seen"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure that the department does not produce itself was published."""

    document: str
    as_of: str
    definition_version: str


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """What one revision of one period said.

    ``counts`` tells whether it is in the figure. ``moved_on`` tells that the report has changed since
    it was counted: another revision stands in its place, or none does. ``prepared_by`` and
    ``approved_by`` are as filed, ``filed_by`` and ``accepted_by`` are the accounts' names, the latter
    empty unless this very revision was accepted.
    """

    period_code: str
    period_name: str
    report_id: int
    revision: int
    value: int
    counts: bool
    received_at: datetime
    channel: Channel
    is_estimate: bool
    is_accepted: bool
    moved_on: bool
    filed_by: str
    prepared_by: str
    approved_by: str
    accepted_by: str = ""
    accepted_at: datetime | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """A revision with who stands behind it; the acceptance is None unless this very revision was accepted."""

    revision: Revision
    filed_by: str
    prepared_by: str
    approved_by: str
    acceptance: Entry | None
    accepted_by: str


def sources_seen(
    work: UnitOfWork,
    campaign: Campaign,
    contributions: Iterable[tuple[tuple[str, str], Contribution]],
    reading: Reading,
) -> Mapping[tuple[tuple[str, str], Contribution], SourceSeen]:
    """Read the revisions that some contributions, each with its (form, field), come from."""
    wanted = tuple(contributions)
    names = {period.code: period.name for period in campaign.periods}
    behind = behind_revisions(work, {(each.report_id, each.revision) for _, each in wanted})
    reports = {report.id: report for report in work.reports.get_many({each.report_id for _, each in wanted})}
    groups = {(each.form, each.field): each.source_field for each in campaign.statistics}
    return {
        (field, each): _seen(
            each,
            names.get(each.period_code, each.period_code),
            reports[each.report_id],
            known := behind[each.report_id, each.revision],
            _origin(known.revision, groups[field]) if field in groups else None,
            reading,
        )
        for field, each in wanted
    }


def behind_revisions(work: UnitOfWork, wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], Behind]:
    """Return who filed, made and accepted some revisions, by (report id, revision number)."""
    revisions = work.provenance.revisions(wanted)
    ledgers = work.reports.entries({report_id for report_id, _ in revisions})
    accepted = {key: _acceptance(ledgers.get(key[0], ()), key[1]) for key in revisions}
    people = work.accounts.names(
        {revision.filed_by for revision in revisions.values()}
        | {entry.by for entry in accepted.values() if entry is not None and entry.by is not None}
    )
    return {
        key: Behind(
            revision,
            people.get(revision.filed_by, ""),
            _person(revision.payload.get("prepared_by")),
            _person(revision.payload.get("approved_by")),
            entry := accepted[key],
            people.get(entry.by, "") if entry is not None and entry.by is not None else "",
        )
        for key, revision in revisions.items()
    }


def _acceptance(entries: Iterable[Entry], revision: int) -> Entry | None:
    return next((entry for entry in entries if entry.kind is EventKind.ACCEPTED and entry.revision == revision), None)


def _seen(
    each: Contribution,
    period_name: str,
    report: Report,
    behind: Behind,
    origin: Origin | None,
    reading: Reading,
) -> SourceSeen:
    stands = report.accepted_revision if reading is Reading.OFFICIAL else report.provisional_revision
    return SourceSeen(
        period_code=each.period_code,
        period_name=period_name,
        report_id=each.report_id,
        revision=each.revision,
        value=each.value,
        counts=each.counts,
        received_at=behind.revision.received_at,
        channel=behind.revision.channel,
        is_estimate=behind.revision.is_estimate,
        is_accepted=report.accepted_revision == each.revision,
        moved_on=stands != each.revision,
        filed_by=behind.filed_by,
        prepared_by=behind.prepared_by,
        approved_by=behind.approved_by,
        accepted_by=behind.accepted_by,
        accepted_at=behind.acceptance.at if behind.acceptance else None,
        origin=origin,
    )


def _person(given: object) -> str:
    if not isinstance(given, Mapping):
        return ""
    return ", ".join(str(given[name]) for name in ("full_name", "position") if given.get(name))


def _origin(revision: Revision, group: str) -> Origin | None:
    fields = revision.payload.get("fields")
    given = fields.get(group) if isinstance(fields, Mapping) and group else None
    if not isinstance(given, Mapping):
        return None
    return Origin(*(str(given.get(name) or "") for name in ("source_document", "as_of", "definition_version")))
