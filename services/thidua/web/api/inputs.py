"""What a figure of the status is made of, and why a report is not counted yet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response
from flask import request

from thidua.application.status.counted import Counted
from thidua.application.status.counted import counted_report
from thidua.application.status.counted import counted_unit
from thidua.application.status.duty_inputs import DutyInputs
from thidua.application.status.filing_inputs import FilingInputs
from thidua.application.status.inputs import FigureInputs
from thidua.application.status.inputs import Group
from thidua.application.status.opened_status import OpenedStatus
from thidua.application.status.opened_status import Page
from thidua.application.status.sources_seen import SourceSeen
from thidua.application.status.statuses import status_etag
from thidua.application.status.target_inputs import TargetInputs
from thidua.domain.errors import MalformedRequestError
from thidua.domain.reports import CHANNEL_LABELS
from thidua.web import context
from thidua.web.api.answers import answer
from thidua.web.api.answers import only_query
from thidua.web.inputs_query import NAMES
from thidua.web.inputs_query import Opened
from thidua.web.inputs_query import open_inputs

__all__ = ["inputs", "report_counted", "unit_counted"]

_MOST = 500
_USUAL = 100


def inputs(campaign: str) -> Response:
    """Answer a figure with its inputs, a page of them, or 304 if the asker's copy is of this document."""
    query = only_query(*NAMES, "cursor", "limit")
    page = _page(query)
    if request.if_none_match:
        etag = status_etag(context.host(), context.actor(), campaign, query.get("period"))
        if request.if_none_match.contains_weak(etag):
            return _tagged(Response(status=304), etag)
    found = open_inputs(campaign, query, page)
    told, most = _told(found)
    end = page.offset + page.limit
    told["next"] = f"{found.status.version}.{end}" if end < most else None
    return _tagged(answer({**_head(found.status), **told}), found.status.etag)


def report_counted(report_id: int) -> Response:
    """Answer whether a report is counted, and if not, why."""
    only_query()
    return answer(_counted(counted_report(context.host(), context.actor(), report_id)))


def unit_counted(campaign: str, period: str, unit: str) -> Response:
    """Answer whether what a unit owes is counted, and if not, why."""
    only_query()
    return answer(_counted(counted_unit(context.host(), context.actor(), campaign, period, unit)))


def _page(query: Mapping[str, str]) -> Page:
    text = query.get("limit", str(_USUAL))
    if not (re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) and 1 <= int(text) <= _MOST):
        raise MalformedRequestError(f"Tham số 'limit' phải là số từ 1 đến {_MOST}.", subject="limit")
    cursor = query.get("cursor")
    if cursor is None:
        return Page(limit=int(text))
    match = re.fullmatch(r"([0-9]{1,12})\.([0-9]{1,12})", cursor, re.ASCII)
    if match is None:
        raise MalformedRequestError("Tham số 'cursor' phải là 'next' của trang trước.", subject="cursor")
    return Page(offset=int(match[2]), limit=int(text), version=int(match[1]))


def _tagged(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    return response


def _told(found: Opened) -> tuple[dict[str, object], int]:
    """Write what was opened, and say how many entries its longest list has in all."""
    match found:
        case FigureInputs():
            return _figure(found), max(found.part_count, found.missing_count if found.status.sees_units else 0)
        case FilingInputs():
            return _filing(found), found.count if found.status.sees_units else 0
        case DutyInputs():
            return _duty(found), found.unit_count
        case TargetInputs():
            return _target(found), 0


def _head(status: OpenedStatus) -> dict[str, object]:
    return {
        "campaign": status.campaign.code,
        "period": status.period.code,
        "period_name": status.period.name,
        "version": status.version,
        "computed_at": status.computed_at.isoformat(),
        "waiting": status.waiting,
        "freshness": status.freshness,
    }


def _figure(found: FigureInputs) -> dict[str, object]:
    asked, figure = found.asked, found.figure
    return {
        "kind": "register" if asked.register else "indicator",
        "key": figure.key,
        "code": figure.code,
        "label": figure.label,
        "part_label": figure.part_label,
        "unit_of_measure": figure.unit_of_measure,
        "aggregation": figure.kind,
        "reading": asked.reading.value,
        "span": asked.span.value,
        "topic": asked.topic,
        "value": asked.value,
        "unit_type": asked.unit_type,
        "unit": asked.unit,
        "clause": figure.clause,
        "source": figure.source,
        "note": figure.note,
        "rule": found.rule,
        "total": found.total,
        "documented": found.documented,
        "adds_up": found.adds_up,
        "small_hidden": found.hides_small,
        "part_count": found.part_count,
        "parts": [
            {
                "unit": part.unit_code,
                "unit_name": part.unit_name,
                "unit_type": part.unit_type,
                "form": part.form_code,
                "field": part.field,
                "field_code": part.field_code,
                "field_label": part.field_label,
                "value": part.value,
                "sources": [_source(source) for source in part.sources],
            }
            for part in found.parts
        ],
        "by_unit_type": [_group(group) for group in found.by_type],
        "by_period": [_group(group) for group in found.by_period],
        "components": [
            {"code": each.code, "label": each.label, "value": each.value, "keys": list(each.keys)}
            for each in found.components
        ],
        "missing_count": found.missing_count,
        "missing": [
            {"unit": each.unit_code, "unit_name": each.unit_name, "report": each.report_id, "reason": each.reason}
            for each in found.missing
        ],
    }


def _group(group: Group) -> dict[str, object]:
    return {"code": group.code, "label": group.label, "value": group.value, "units": group.units}


def _source(source: SourceSeen) -> dict[str, object]:
    origin = source.origin
    return {
        "period": source.period_code,
        "report": source.report_id,
        "revision": source.revision,
        "value": source.value,
        "counts": source.counts,
        "received_at": source.received_at.isoformat(),
        "channel": source.channel.value,
        "channel_label": CHANNEL_LABELS[source.channel],
        "is_estimate": source.is_estimate,
        "accepted": source.is_accepted,
        "moved_on": source.moved_on,
        "filed_by": source.filed_by,
        "prepared_by": source.prepared_by,
        "approved_by": source.approved_by,
        "accepted_by": source.accepted_by,
        "accepted_at": source.accepted_at.isoformat() if source.accepted_at else None,
        "origin": None
        if origin is None
        else {
            "source_document": origin.document,
            "as_of": origin.as_of,
            "definition_version": origin.definition_version,
        },
    }


def _filing(found: FilingInputs) -> dict[str, object]:
    return {
        "kind": "filing",
        "key": found.name,
        "label": found.label,
        "clause": found.clause,
        "rule": found.rule,
        "total": found.count,
        "documented": found.documented,
        "adds_up": found.adds_up,
        "part_count": found.count,
        "units": list(found.units),
    }


def _duty(found: DutyInputs) -> dict[str, object]:
    duty = found.duty
    return {
        "kind": "duty",
        "key": duty.code,
        "label": duty.text,
        "who": duty.who,
        "when": duty.when,
        "clause": duty.clause,
        "source": duty.source,
        "rule": found.rule,
        "reason": found.reason,
        "counts": dict(found.counts),
        "documented": dict(found.documented),
        "adds_up": found.adds_up,
        "looked_at": [{"code": code, "label": label} for code, label in found.looked_at],
        "part_count": found.unit_count,
        "units": [
            {
                "unit": unit.unit_code,
                "unit_name": unit.unit_name,
                "form": unit.form_code,
                "report": unit.report_id,
                "state": unit.state.value,
                "cells": [
                    {
                        "field": cell.field,
                        "field_code": cell.code,
                        "field_label": cell.label,
                        "value": cell.value,
                        "decides": cell.decides,
                        "sources": [_source(source) for source in cell.sources],
                    }
                    for cell in unit.cells
                ],
            }
            for unit in found.units
        ],
    }


def _target(found: TargetInputs) -> dict[str, object]:
    baseline, statistic = found.baseline, found.statistic
    return {
        "kind": "target",
        "key": found.target.code,
        "label": found.target.label,
        "clause": found.target.clause,
        "source": found.target.source,
        "judged": dict(found.entry),
        "comparison": list(found.steps),
        "statistic": {
            "code": statistic.code,
            "label": statistic.label,
            "definition_version": statistic.definition_version,
            "source": statistic.source,
        },
        "baseline": None
        if baseline is None
        else {
            "version": baseline.version,
            "value": baseline.values[statistic.code],
            "first_on": baseline.window.first_on.isoformat(),
            "last_on": baseline.window.last_on.isoformat(),
            "source_document": baseline.source_document,
            "as_of": baseline.as_of.isoformat() if baseline.as_of else None,
            "definition_version": baseline.definition_version,
            "source": baseline.source,
        },
        "figure": None if found.figure is None else _figure(found.figure),
    }


def _counted(counted: Counted) -> dict[str, object]:
    return {
        "campaign_code": counted.campaign_code,
        "period_code": counted.period_code,
        "unit_code": counted.unit_code,
        "unit_name": counted.unit_name,
        "report": counted.report_id,
        "official_revision": counted.in_official,
        "provisional_revision": counted.in_provisional,
        "waiting": counted.waits,
        "told": [{"code": each.code, "sentence": each.sentence, "todo": each.todo} for each in counted.told],
    }
