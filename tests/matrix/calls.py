"""A call of every use case, about a place and a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.matrix.house import CAMPAIGN
from tests.matrix.house import NOW
from tests.matrix.house import NOWHERE
from tests.matrix.house import PERIOD
from tests.matrix.house import Place
from tests.matrix.house import a_report
from thidua.application.background import jobs
from thidua.application.background import plugins_seen
from thidua.application.people import account_codes
from thidua.application.people import account_reading
from thidua.application.people import accounts
from thidua.application.people import identities
from thidua.application.people import inviting
from thidua.application.people.account_reading import AccountsWish
from thidua.application.periods import lineages
from thidua.application.periods import obligations
from thidua.application.ports.audit_ports import Sought
from thidua.application.ports.host import Host
from thidua.application.reports import broken_rules
from thidua.application.reports import cell_context
from thidua.application.reports import drafts
from thidua.application.reports import evidence
from thidua.application.reports import filing
from thidua.application.reports import on_behalf
from thidua.application.reports import owing
from thidua.application.reports import plain_reports
from thidua.application.reports import proposing
from thidua.application.reports import sheets
from thidua.application.reports import workbooks
from thidua.application.review import accepting
from thidua.application.review import likenesses
from thidua.application.review import reading
from thidua.application.review import reviewing
from thidua.application.status import counted
from thidua.application.status import duty_inputs
from thidua.application.status import filing_inputs
from thidua.application.status import inputs
from thidua.application.status import opened_status
from thidua.application.status import past_statuses
from thidua.application.status import statuses
from thidua.application.status import target_inputs
from thidua.application.status import two_years
from thidua.application.status import unit_readings
from thidua.application.status.figures import Asked
from thidua.application.status.opened_status import Page
from thidua.application.trail import reading_trail
from thidua.domain.accounts import Actor
from thidua.domain.reports import Channel
from thidua.domain.reports import ObligationChangeKind
from thidua.domain.reports import Report
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import PaperTold
from thidua.forms.envelope import read_envelope
from thidua_testkit.files import a_photo

Call = Callable[[Host, Actor, Place, int], object]
_WISH = obligations.Wish(
    kind=ObligationChangeKind.EXTENDED,
    reason="Mưa",
    document_number="1/CV",
    requested_by="UBND",
    ends_at=NOW + timedelta(days=40),
)


def _keys(place: Place) -> dict[str, str]:
    return {"campaign_code": place.campaign, "period_code": place.period, "unit_code": place.unit}


def _period(place: Place) -> dict[str, str]:
    return {"campaign_code": place.campaign, "period_code": place.period}


def _draft(place: Place) -> drafts.DraftPlace:
    return drafts.DraftPlace(place.campaign, place.period, place.unit)


def _envelope(place: Place, told: PaperTold | None = None) -> Envelope:
    envelope, findings = read_envelope({**a_report("a"), "unit_code": place.unit, "revision": 2})
    assert envelope is not None, findings
    return replace(envelope, campaign_code=place.campaign, period_code=place.period, on_behalf=told)


def _file(host: Host, actor: Actor, place: Place, _: int) -> object:
    return filing.file_report(host, actor, _envelope(place), channel=Channel.API)


def _enter(host: Host, actor: Actor, place: Place, _: int) -> object:
    told = PaperTold(received_at=NOW, reason="Mất mạng", scan=None)
    return filing.file_report(host, actor, _envelope(place, told), channel=Channel.API)


def _entered(host: Host, actor: Actor, place: Place, _: int) -> object:
    with host.work.reading() as work:
        found = work.reports.get(place.report)
        some = work.reports.list(unit_codes=None, campaign_code=CAMPAIGN, period_code=PERIOD)[0]
    # A report that nobody has is one of a unit that nobody has.
    report: Report = found[0] if found else replace(some, unit_code=NOWHERE.unit)
    return on_behalf.entered_on_behalf(host, actor, [report])


def _opened(host: Host, actor: Actor, place: Place, _: int) -> object:
    with opened_status.opened_status(host, actor, place.campaign, place.period) as (_work, status):
        return status


#: By the name the file has for it, with the right where it asks for one of two.
CALLS: dict[str, Call] = {
    "accepting:preview_acceptance": lambda h, a, p, _: accepting.preview_acceptance(
        h, a, **_period(p), seen=[(p.report, p.revision)]
    ),
    "accepting:unit_names_of": lambda h, a, p, _: accepting.unit_names_of(h, a, [p.report]),
    "accepting:waiting_reports": lambda h, a, p, _: accepting.waiting_reports(h, a, **_period(p)),
    "cell_context:cell_context": lambda h, a, p, _: cell_context.cell_context(h, a, _draft(p), "/fields/banners"),
    "counted:counted_report": lambda h, a, p, _: counted.counted_report(h, a, p.report),
    "counted:counted_unit": lambda h, a, p, _: counted.counted_unit(h, a, p.campaign, p.period, p.unit),
    "drafts:carry_forward": lambda h, a, p, _: drafts.carry_forward(h, a, _draft(p)),
    "drafts:discard_draft": lambda h, a, p, _: drafts.discard_draft(h, a, _draft(p), version=1),
    "drafts:open_draft": lambda h, a, p, _: drafts.open_draft(h, a, _draft(p)),
    "drafts:save_cells": lambda h, a, p, _: drafts.save_cells(h, a, _draft(p), base=1, cells={"/fields/banners": "1"}),
    "drafts:save_page": lambda h, a, p, _: drafts.save_page(
        h, a, _draft(p), base=1, cells={"/fields/banners": "1"}, revision=2
    ),
    "duty_inputs:duty_inputs": lambda h, a, p, _: duty_inputs.duty_inputs(h, a, p.campaign, p.period, "O01", Page()),
    "evidence:add_evidence": lambda h, a, p, _: evidence.add_evidence(
        h, a, **_keys(p), pointer="", file_name="a.jpg", content=a_photo(55, size=(64, 48))
    ),
    "evidence:form_of": lambda h, a, p, _: evidence.form_of(h, a, **_keys(p)),
    "evidence:list_evidence": lambda h, a, p, _: evidence.list_evidence(h, a, **_keys(p)),
    "evidence:read_evidence": lambda h, a, p, _: evidence.read_evidence(h, a, p.evidence),
    "evidence:remove_evidence": lambda h, a, p, _: evidence.remove_evidence(h, a, p.evidence),
    "evidence:thumbnail_of": lambda h, a, p, _: evidence.thumbnail_of(h, a, p.evidence),
    "filing:file_report file_report": _file,
    "filing:file_report file_on_behalf": _enter,
    "filing_inputs:filing_inputs": lambda h, a, p, _: filing_inputs.filing_inputs(
        h, a, p.campaign, p.period, "received", Page()
    ),
    "inputs:figure_inputs": lambda h, a, p, _: inputs.figure_inputs(
        h, a, p.campaign, p.period, Asked(key="N10.district"), Page()
    ),
    "jobs:ask_for_job": lambda h, a, p, _: jobs.ask_for_job(
        h, a, "rebuild", "" if p.campaign == CAMPAIGN else p.campaign
    ),
    "jobs:cancel_job": lambda h, a, _, job: jobs.cancel_job(h, a, job),
    "jobs:list_jobs": lambda h, a, _, __: jobs.list_jobs(h, a),
    "jobs:read_job": lambda h, a, _, job: jobs.read_job(h, a, job),
    "broken_rules:release_form": lambda h, a, p, _: broken_rules.release_form(h, a, p.campaign, "A"),
    "plugins_seen:list_plugins": lambda h, a, _, __: plugins_seen.list_plugins(h, a),
    "jobs:retry_job": lambda h, a, _, job: jobs.retry_job(h, a, job),
    "lineages:read_lineage": lambda h, a, _, __: lineages.read_lineage(h, a),
    "lineages:unit_history": lambda h, a, p, _: lineages.unit_history(h, a, p.unit),
    "likenesses:likenesses_of_draft": lambda h, a, p, _: likenesses.likenesses_of_draft(h, a, **_keys(p)),
    "likenesses:likenesses_of_report": lambda h, a, p, _: likenesses.likenesses_of_report(h, a, p.report),
    "obligations:change_obligation": lambda h, a, p, _: obligations.change_obligation(h, a, **_keys(p), wish=_WISH),
    "obligations:read_obligation": lambda h, a, p, _: obligations.read_obligation(h, a, **_keys(p)),
    "on_behalf:awaited": lambda h, a, _, __: on_behalf.awaited(h, a),
    "on_behalf:entered_on_behalf": _entered,
    "opened_status:opened_status": _opened,
    "owing:owed": lambda h, a, _, __: owing.owed(h, a),
    "past_statuses:past_status": lambda h, a, p, _: past_statuses.past_status(h, a, p.campaign, p.period, at=NOW),
    "proposing:propose_draft": lambda h, a, p, _: proposing.propose_draft(h, a, _draft(p), version=1),
    "proposing:send_back": lambda h, a, p, _: proposing.send_back(h, a, _draft(p), version=1, note="Sửa."),
    "reading:campaigns_seen": lambda h, a, _, __: reading.campaigns_seen(h, a),
    "reading:list_reports": lambda h, a, _, __: reading.list_reports(h, a),
    "plain_reports:read_plain_report": lambda h, a, p, _: plain_reports.read_plain_report(h, a, p.report),
    "reading:read_report": lambda h, a, p, _: reading.read_report(h, a, p.report),
    "reading:receipt_of": lambda h, a, p, _: reading.receipt_of(h, a, p.report, p.revision),
    "reviewing:accept_many": lambda h, a, p, _: reviewing.accept_many(h, a, [(p.report, p.revision)]),
    "reviewing:accept_report": lambda h, a, p, _: reviewing.accept_report(h, a, p.report, revision=p.revision),
    "reviewing:return_report": lambda h, a, p, _: reviewing.return_report(
        h, a, p.report, revision=p.revision, reason="Chưa khớp."
    ),
    "reviewing:withdraw_report": lambda h, a, p, _: reviewing.withdraw_report(
        h, a, p.report, revision=p.revision, reason="Nhầm."
    ),
    "sheets:open_sheet file_report": lambda h, a, p, _: sheets.open_sheet(h, a, **_keys(p)),
    "sheets:open_sheet file_on_behalf": lambda h, a, p, _: sheets.open_sheet(h, a, **_keys(p), on_behalf=True),
    "statuses:read_status": lambda h, a, p, _: statuses.read_status(h, a, p.campaign, p.period),
    "statuses:status_etag": lambda h, a, p, _: statuses.status_etag(h, a, p.campaign, p.period),
    "target_inputs:target_inputs": lambda h, a, p, _: target_inputs.target_inputs(h, a, p.campaign, p.period, "T1"),
    "unit_readings:figures_by_unit": lambda h, a, p, _: unit_readings.figures_by_unit(h, a, p.campaign, p.period),
    "two_years:compare_years": lambda h, a, p, _: two_years.compare_years(h, a, p.campaign, p.period),
    "account_codes:reset_by_code": lambda h, a, p, _: account_codes.reset_by_code(h, a, p.account),
    "account_reading:list_accounts": lambda h, a, p, _: account_reading.list_accounts(h, a, AccountsWish()),
    "account_reading:read_account": lambda h, a, p, _: account_reading.read_account(h, a, p.account),
    "accounts:change_account": lambda h, a, p, _: accounts.change_account(
        h, a, p.account, full_name="Tên mới", position=""
    ),
    "accounts:disable_account": lambda h, a, p, _: accounts.disable_account(h, a, p.account),
    "accounts:enable_account": lambda h, a, p, _: accounts.enable_account(h, a, p.account),
    "accounts:end_sessions": lambda h, a, p, _: accounts.end_sessions(h, a, p.account),
    "identities:link_identity": lambda h, a, p, _: identities.link_identity(h, a, p.account, "nguoi-ay"),
    "identities:unlink_identity": lambda h, a, p, _: identities.unlink_identity(h, a, p.account, p.identity),
    "inviting:hand_over": lambda h, a, p, _: inviting.hand_over(h, a, inviting.Handover(account_id=p.account)),
    "inviting:invite": lambda h, a, p, _: inviting.invite(h, a, accounts.NewPerson("nguoi-moi", "Người mới", ""), []),
    "reading_trail:export_trail": lambda h, a, p, _: reading_trail.export_trail(h, a, Sought()),
    "reading_trail:list_trail": lambda h, a, p, _: reading_trail.list_trail(h, a, Sought()),
    "reading_trail:trail_head": lambda h, a, p, _: reading_trail.trail_head(h, a),
    "reading_trail:who_saw": lambda h, a, p, _: reading_trail.who_saw(
        h, a, reading_trail.Who(report_id=p.report, since=NOW, until=NOW + timedelta(days=1))
    ),
    # Whoever may is told that this is no workbook.
    "workbooks:compare_workbook": lambda h, a, p, _: workbooks.compare_workbook(h, a, _draft(p), b"x"),
    "workbooks:fill_draft": lambda h, a, p, _: workbooks.fill_draft(
        h, a, _draft(p), base=1, cells={"/fields/banners": "1"}, revision=2
    ),
    "workbooks:make_workbook": lambda h, a, p, _: workbooks.make_workbook(h, a, _draft(p)),
}
#: What refuses nothing where there is nothing: lists tell of what there is.
LISTS = frozenset(
    {
        "account_reading:list_accounts",
        "inviting:invite",
        "reading_trail:export_trail",
        "reading_trail:list_trail",
        "reading_trail:trail_head",
        "reading_trail:who_saw",
        "broken_rules:release_form",
        "plugins_seen:list_plugins",
        "jobs:list_jobs",
        "lineages:read_lineage",
        "on_behalf:awaited",
        "owing:owed",
        "reading:campaigns_seen",
        "reading:list_reports",
        # Of several reports those that are not there are told apart, each by itself.
        "accepting:unit_names_of",
        "reviewing:accept_many",
        # The reports are given, not looked up.
        "on_behalf:entered_on_behalf",
        # A paper report says itself what campaign it is for; what is wrong there is told with all else that is.
        "filing:file_report file_on_behalf",
    }
)
