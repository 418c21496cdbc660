"""File a report: the one way in, whatever the door.

Order matters here. Everything that can be judged without the database is judged before a
transaction opens; the record is read in one short transaction, rules run outside any, and
the write transaction only writes. The bell rings after the commit and cannot fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import require_unit
from thidua.application.derived.stored_sums import accepted_sums
from thidua.application.ports.host import Host
from thidua.application.ports.rows import FilingContext
from thidua.application.ports.rows import NewRevision
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.application.reports.answering import answer_findings
from thidua.application.reports.answering import read_return
from thidua.application.reports.as_filed import as_filed
from thidua.application.reports.broken_rules import fenced
from thidua.application.reports.broken_rules import require_judged
from thidua.application.reports.broken_rules import require_not_held
from thidua.application.reports.evidence import files_of
from thidua.application.reports.evidence import named_files
from thidua.application.reports.paper import Paper
from thidua.application.reports.paper import paper_findings
from thidua.application.reports.record_view import record_for
from thidua.application.reports.signing_off import require_sign_off
from thidua.application.years.pinning import require_pinned
from thidua.application.years.seen import require_serving
from thidua.domain.accounts import Actor
from thidua.domain.attachments import Evidence
from thidua.domain.errors import ConfirmationNeededError
from thidua.domain.errors import ConflictError
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import KeyReusedError
from thidua.domain.errors import NotFoundError
from thidua.domain.filing import FilingState
from thidua.domain.filing import filing_state
from thidua.domain.filing import is_locked
from thidua.domain.lifecycle import Move
from thidua.domain.lifecycle import file_again
from thidua.domain.lifecycle import file_first
from thidua.domain.reports import Channel
from thidua.domain.reports import EventKind
from thidua.domain.reports import Obligation
from thidua.domain.reports import PeriodState
from thidua.domain.reports import Receipt
from thidua.domain.reports import Report
from thidua.domain.reports import Revision
from thidua.domain.reports import receipt_number
from thidua.forms.compose import ComposedForm
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import PaperTold
from thidua.forms.evidence_lists import evidence_cell
from thidua.forms.judge import judge
from thidua.forms.listed_counts import with_listed_counts
from thidua_sdk import Campaign
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Period

__all__ = ["file_report", "receipt"]


def file_report(
    host: Host,
    actor: Actor,
    envelope: Envelope,
    *,
    channel: Channel,
    idempotency_key: str | None = None,
    request_digest: str | None = None,
    unread: Sequence[Finding] = (),
    draft_version: int | None = None,
    paper: Paper | None = None,
) -> Receipt:
    """File the first revision of a report, or the next one: an answer to a return, or a correction.

    Args:
        host: the ports.
        actor: who files; recorded with the revision.
        envelope: what was sent, read and normalised.
        channel: which door it came in by; what the Office enters for a unit is ON_BEHALF whatever this says.
        idempotency_key: the sender's name for this request; the same key and digest get the
            same receipt again.
        request_digest: SHA-256 hex of the request's content, required with a key.
        unread: findings of cells that a reader could not turn into values.
        draft_version: the draft that is filed with it and then gone, None where there was none.
        paper: the paper report that the Office enters for a unit, unless the envelope tells of it;
            asks for the Office's right.

    Returns:
        The receipt, with the server's time.

    Raises:
        NotAllowedError, NotFoundError: the person may not file, or not for this unit.
        InvalidPayloadError: the report has errors; all findings are listed.
        QuarantinedError: the campaign's plugin is gone, in quarantine, or not what was pinned.
        RuleBrokenError: a rule of the form's failed, so that it could not be judged.
        ConfirmationNeededError: it has warnings only, not confirmed.
        ConflictError: the period takes no reports, someone filed a moment ago, or the unit type asks
            for its head's word first.
        KeyReusedError: the key came before with another payload.
    """
    require_unit(actor, Right.FILE_ON_BEHALF if _told(envelope, paper) else Right.FILE_REPORT, envelope.unit_code)
    told = _told(envelope, paper)
    campaign, period = _campaign_and_period(host, envelope)
    with host.work.glancing() as work:
        context = _context(work, actor, envelope, idempotency_key)
        if context.replay is not None:
            return _replayed(work, context, context.replay, request_digest)
        received_at = host.clock.at(context.database_now)
        obligation = _owed(context, envelope, campaign, received_at)
        form = host.catalogue.form(campaign.code, period.code, obligation.form_code)
        _require_form(form, envelope)
        sums = accepted_sums(work, campaign.code, period.code, form.sums)
        binding = read_return(work, context.report)
        files = files_of(work, (campaign.code, period.code, obligation.unit_code)) if told or envelope.evidence else {}
    require_pinned(host, campaign.code, context.pin)
    if told is None:
        require_sign_off(host, actor, obligation)
    require_not_held(host, obligation, context.held_digest)
    envelope = with_listed_counts(form, envelope)
    record = record_for(host, campaign, period, obligation, context.earlier, sums, received_at)
    with fenced(host, obligation) as tell:
        judgement = judge(form, envelope, record, unread=unread, limit_s=host.rule_limit_s, tell=tell)
    findings = judgement.findings
    if binding is not None:
        findings += tuple(answer_findings(form, envelope, binding.returned))
    findings += tuple(_missing_files(envelope, files))
    if told is not None:
        known = {finding.cells for finding in unread}
        wrong = paper_findings(told, campaign, period, files, now=received_at, zone=host.zone)
        findings += tuple(finding for finding in wrong if finding.cells not in known)
    if judgement.faults:
        require_judged(host, obligation, judgement.faults, findings)
    if any(finding.level is Level.ERROR for finding in findings):
        raise InvalidPayloadError("Báo cáo còn ô sai, chưa nộp được.", findings, subject=form.code)
    if findings and not envelope.confirm_warnings:
        raise ConfirmationNeededError(
            "Có số liệu cần kiểm tra lại; nếu đúng, hãy xác nhận rồi nộp.", findings, subject=form.code
        )
    _require_next_revision(envelope, context.report)
    paper = Paper.judged(told)
    revision = NewRevision(
        number=envelope.revision,
        form_version=form.version,
        schema_digest=form.digest,
        payload=envelope.payload,
        channel=Channel.ON_BEHALF if paper else channel,
        is_estimate=envelope.is_estimate,
        filed_by=actor.account_id,
        received_at=received_at,
        confirmed=tuple({"code": warning.code, "cells": list(warning.cells)} for warning in findings),
        idempotency_key=idempotency_key,
        request_digest=request_digest,
    )
    move = _move(context.report, obligation, envelope, revision, paper)
    try:
        report_id, revision_id = _write(host, move, revision, draft_version)
    except ConflictError as lost:
        return _after_losing_a_race(host, actor, envelope, idempotency_key, request_digest, lost)
    host.bell.ring()
    return receipt(
        obligation,
        replace(move.after, id=report_id),
        revision_id,
        received_at,
        channel=revision.channel,
        confirmed=revision.confirmed,
    )


def _told(envelope: Envelope, paper: Paper | None) -> PaperTold | None:
    """Return what is told of the paper report, None where a unit files its own."""
    return paper.told if paper else envelope.on_behalf


def _write(host: Host, move: Move, revision: NewRevision, draft_version: int | None) -> tuple[int, int]:
    """Write a filing; returns (report id, revision id). A draft that goes with it takes a second statement."""
    if draft_version is None:
        with host.work.acting() as ledger:
            if move.before is None:
                return ledger.file_first(move, revision)
            return move.before.id, ledger.file_again(move, revision)
    with host.work.writing() as work:
        if move.before is None:
            written = work.reports.file_first(move, revision, draft_version=draft_version)
        else:
            written = move.before.id, work.reports.file_again(move, revision, draft_version=draft_version)
        work.commit()
    return written


def _missing_files(envelope: Envelope, files: Mapping[str, Evidence]) -> Iterator[Finding]:
    """Find items of lists whose file does not lie beside this report."""
    if not named_files(envelope.payload) - files.keys():
        return
    for name, items in envelope.evidence.items():
        for index, item in enumerate(items):
            if item.get("attachment") and item["attachment"] not in files:
                message = "Tệp này không có trong số tệp minh chứng của báo cáo; hãy chọn lại."
                yield Finding("unknown", Level.ERROR, message, (evidence_cell(name, index, "attachment"),))


def _move(
    report: Report | None, obligation: Obligation, envelope: Envelope, revision: NewRevision, paper: Paper | None
) -> Move:
    """Put the filing into the ledger's words."""
    body: dict[str, object] = {}
    if envelope.answers:
        body["answers"] = [{"cell": answer.cell, "text": answer.text} for answer in envelope.answers]
    if paper is not None:
        body |= paper.entry
    if revision.channel is Channel.WORKBOOK:
        # The other doors are told by the kind of entry, or by who filed; this one is sealed with the entry.
        body["channel"] = revision.channel.value
    if report is None:
        kind = EventKind.ENTERED_ON_BEHALF if paper else EventKind.FILED
        note = paper.reason if paper else ""
        return file_first(
            obligation, revision.payload, at=revision.received_at, by=revision.filed_by, kind=kind, note=note, body=body
        )
    kind = EventKind.ENTERED_ON_BEHALF if paper else EventKind.REFILED
    note = paper.reason if paper else envelope.correction_reason
    return file_again(
        report, revision.payload, at=revision.received_at, by=revision.filed_by, kind=kind, note=note, body=body
    )


def receipt(
    obligation: Obligation,
    report: Report,
    revision_id: int,
    received_at: datetime,
    *,
    channel: Channel,
    revision: int | None = None,
    confirmed: tuple[Mapping[str, object], ...] = (),
    replayed: bool = False,
) -> Receipt:
    """Write the receipt of one revision, the newest unless ``revision`` names an older."""
    state = filing_state(obligation, report.standing, now=received_at, due_soon_days=0)
    return Receipt(
        number=receipt_number(revision_id),
        report_id=report.id,
        revision=report.revision if revision is None else revision,
        campaign_code=obligation.campaign_code,
        period_code=obligation.period_code,
        unit_code=obligation.unit_code,
        form_code=obligation.form_code,
        received_at=received_at,
        due_at=obligation.last_moment,
        is_on_time=state is FilingState.ON_TIME,
        channel=channel,
        confirmed=confirmed,
        replayed=replayed,
    )


def _campaign_and_period(host: Host, envelope: Envelope) -> tuple[Campaign, Period]:
    try:
        campaign = host.catalogue.campaign(envelope.campaign_code)
    except NotFoundError as unknown:
        with host.work.glancing() as work:
            if work.campaigns.get(envelope.campaign_code) is not None:
                require_serving(host, work, envelope.campaign_code)
        raise _refused("/campaign_code", unknown.message) from None
    period = next((period for period in campaign.periods if period.code == envelope.period_code), None)
    if period is None:
        raise _refused("/period_code", f"Đợt {campaign.code} không có kỳ báo cáo này.")
    return campaign, period


def _context(work: UnitOfWork, actor: Actor, envelope: Envelope, idempotency_key: str | None) -> FilingContext:
    return work.reports.context(
        campaign_code=envelope.campaign_code,
        period_code=envelope.period_code,
        unit_code=envelope.unit_code,
        account_id=actor.account_id,
        idempotency_key=idempotency_key,
    )


def _owed(context: FilingContext, envelope: Envelope, campaign: Campaign, now: datetime) -> Obligation:
    """Return what the unit owes, or refuse with the reason it owes nothing here."""
    if context.period_state is None:
        raise ConflictError("Kỳ báo cáo này chưa mở.", subject=envelope.period_code)
    if context.period_state is PeriodState.CLOSED:
        raise ConflictError("Kỳ báo cáo này đã khóa, không nhận báo cáo nữa.", subject=envelope.period_code)
    if context.obligation is None:
        raise NotFoundError("Không tìm thấy đơn vị hoặc báo cáo này.", subject=envelope.unit_code)
    if context.obligation.is_exempt(now):
        raise ConflictError(
            f"Đơn vị không thuộc diện báo cáo kỳ này của đợt {campaign.code}.", subject=envelope.unit_code
        )
    if is_locked(context.obligation, now):
        raise ConflictError("Đã quá hạn khóa của kỳ này, không nhận báo cáo nữa.", subject=envelope.period_code)
    return context.obligation


def _require_form(form: ComposedForm, envelope: Envelope) -> None:
    if envelope.form_code != form.code:
        raise _refused("/form_code", f"Đơn vị này nộp biểu {form.code}.")
    if envelope.form_version != form.version:
        raise _refused("/form_version", f"Biểu {form.code} đang ở phiên bản {form.version}.")


def _require_next_revision(envelope: Envelope, report: Report | None) -> None:
    expected = 0 if report is None else report.revision + 1
    if envelope.revision == expected:
        return
    if report is None:
        raise ConflictError("Báo cáo này chưa nộp lần nào, nên phải bắt đầu từ lần 0.", subject="revision")
    raise ConflictError(
        f"Báo cáo này đã được nộp (lần {report.revision}). Muốn sửa, hãy nộp lần {expected} kèm lý do.",
        subject="revision",
    )


def _refused(pointer: str, message: str) -> InvalidPayloadError:
    return InvalidPayloadError(message, [Finding("reference", Level.ERROR, message, (pointer,))], subject=pointer)


def _replayed(
    work: UnitOfWork, context: FilingContext, replay: tuple[Report, Revision], request_digest: str | None
) -> Receipt:
    if context.obligation is None or replay[1].request_digest != request_digest:
        raise KeyReusedError("Khóa Idempotency-Key này đã dùng cho một báo cáo khác.", subject="Idempotency-Key")
    report, revision = replay
    # The same answer as the first time, whatever happened to the report and its deadline since.
    return receipt(
        *as_filed(work, context.obligation, report, revision),
        revision.id,
        revision.received_at,
        channel=revision.channel,
        revision=revision.number,
        confirmed=revision.confirmed,
        replayed=True,
    )


def _after_losing_a_race(
    host: Host,
    actor: Actor,
    envelope: Envelope,
    idempotency_key: str | None,
    request_digest: str | None,
    lost: ConflictError,
) -> Receipt:
    """Answer the loser of two simultaneous filings: the same receipt if it was the same request."""
    with host.work.glancing() as work:
        context = _context(work, actor, envelope, idempotency_key)
        if context.replay is not None:
            return _replayed(work, context, context.replay, request_digest)
    _require_next_revision(envelope, context.report)
    raise lost
