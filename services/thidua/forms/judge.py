"""The single judge of reports, for every door: page, workbook, API, on behalf.

The schema judges once and strictly, then the form's rules, then the rules that hold for every
form. Everything runs, so that a person sees all findings at once, in the order of the form.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thidua.domain.plugins import RuleFault
from thidua.forms.compose import ComposedForm
from thidua.forms.describe import named_by
from thidua.forms.describe import pointer_part
from thidua.forms.envelope import COMMON_TABLES
from thidua.forms.envelope import CORRECTION_REASON_LENGTH
from thidua.forms.envelope import MOST_UNKNOWN
from thidua.forms.envelope import Envelope
from thidua.forms.listed_counts import judged_lists
from thidua.forms.rule_running import RULES_LIMIT_S
from thidua.forms.rule_running import TellRule
from thidua.forms.rule_running import frozen
from thidua.forms.rule_running import frozen_rows
from thidua.forms.rule_running import run_rules
from thidua.forms.rule_running import tell_nobody
from thidua.forms.wording import number
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import Record
from thidua_sdk import Values
from thidua_sdk import cell
from thidua_sdk import topic_cell

__all__ = ["Judgement", "judge"]

#: Generic rule G2: this many times the previous maximum asks for a second look …
_JUMP = 10
#: … unless the number itself is this small.
_SMALL = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings in form order, and the values as rules and readers of the report see them.

    ``values`` holds typed values (date, Decimal, tuple), without the cells that have errors.
    """

    findings: tuple[Finding, ...]
    values: Values
    #: Rules that failed; each has a finding too, for the report cannot be filed unjudged.
    faults: tuple[RuleFault, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What blocks filing."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What the unit is asked to confirm."""
        return tuple(finding for finding in self.findings if finding.level is Level.WARNING)


def judge(
    form: ComposedForm,
    envelope: Envelope,
    record: Record,
    *,
    unread: Iterable[Finding] = (),
    limit_s: float = RULES_LIMIT_S,
    tell: TellRule = tell_nobody,
) -> Judgement:
    """Judge a report.

    A payload rule runs unless one of its cells has an error; a rule against the record names no
    cells and runs only when nothing has. The first cell of a finding is where it shows.

    Args:
        form: the form as composed for the campaign and period.
        envelope: the report.
        record: what the host knows of unit, period and earlier reports.
        unread: findings of a reader on cells it left out, or of ``read_envelope``; rows numbered
            as in ``envelope``. They are among the answer's, and such a cell is not called missing
            on top.
        limit_s: how long the form's rules may run, all together.
        tell: which of them runs.
    """
    left_out = list(unread)
    pointers = {finding.cells[0] for finding in left_out}
    loaded, found = form.loader.load(_known(form, envelope))
    if left_out:
        found = [finding for finding in found if finding.code != "required" or finding.cells[0] not in pointers]
        found += left_out
    found += _required_now(form, loaded, record, named_by(finding.cells[0] for finding in found))
    wrong_fields = named_by(finding.cells[0] for finding in found)
    topics, topic_errors = _topics(form, envelope.by_topic)
    found += topic_errors
    wrong = named_by(finding.cells[0] for finding in found)
    values = Values(
        MappingProxyType({name: frozen(value) for name, value in loaded.items() if name in form.cell_fields}),
        {name: MappingProxyType(counts) for name, counts in topics.items()},
        {name: frozen_rows(rows) for name in form.tables if isinstance(rows := loaded.get(name), tuple)},
    )
    run = run_rules(form, values, wrong, record, limit_s=limit_s, tell=tell)
    found += run.found
    found += _unknown(form, envelope)
    found += _topics_within_totals(form, values, wrong_fields)
    found += judged_lists(form, envelope, record)
    found += _compared_with_earlier(form, envelope, values, record)
    found += (finding for finding in _about_the_envelope(envelope) if finding.cells[0] not in pointers)
    return Judgement(_in_form_order(form, found), values, tuple(run.faults))


def _known(form: ComposedForm, envelope: Envelope) -> dict[str, object]:
    data = {name: value for name, value in envelope.fields.items() if name in form.cell_fields}
    data |= {name: rows for name, rows in envelope.rows.items() if name in form.tables}
    return data


def _unknown(form: ComposedForm, envelope: Envelope) -> Iterator[Finding]:
    """Find cells, topics and tables the form does not have; an empty common table is nothing."""
    by_topic = envelope.by_topic
    pointers = [cell(pointer_part(name)) for name in envelope.fields if name not in form.cell_fields]
    for name, counts in by_topic.items():
        model = form.cell_fields.get(name)
        if model is None or not model.by_topic:
            pointers.append(f"/by_topic/{pointer_part(name)}")
        elif isinstance(counts, Mapping):
            pointers += (topic_cell(name, pointer_part(code)) for code in counts if code not in form.topic_labels)
    pointers += (
        f"/{pointer_part(name)}"
        for name, rows in envelope.rows.items()
        if name not in form.tables and (rows or name not in COMMON_TABLES)
    )
    for pointer in sorted(pointers)[:MOST_UNKNOWN]:
        yield Finding("unknown", Level.ERROR, "Biểu này không có ô nào tên như vậy.", (pointer,))


def _topics(form: ComposedForm, by_topic: Mapping[str, object]) -> tuple[dict[str, dict[str, int]], list[Finding]]:
    """Judge each topic's count as strictly as its field; null is no data."""
    values: dict[str, dict[str, int]] = {}
    found: list[Finding] = []
    for name, counts in by_topic.items():
        model = form.cell_fields.get(name)
        if model is None or not model.by_topic or counts is None:
            continue
        if not isinstance(counts, Mapping):
            message = "Số liệu theo chủ đề của ô này phải là một đối tượng."
            found.append(Finding("type", Level.ERROR, message, (f"/by_topic/{name}",)))
            continue
        values[name] = {}
        for topic in form.topics:
            if counts.get(topic.code) is None:
                continue
            count, errors = form.loader.topic_count(name, counts[topic.code], topic_cell(name, topic.code))
            found += errors
            if count is not None:
                values[name][topic.code] = count
    return values, found


def _required_now(
    form: ComposedForm, loaded: Mapping[str, object], record: Record, wrong: frozenset[str]
) -> list[Finding]:
    """Ask for the otherwise optional cells that this kind of period requires."""
    return [
        Finding("required", Level.ERROR, "Kỳ báo cáo này phải điền ô này.", (model.pointer,), model.source)
        for model in form.required_sometimes
        if not record.period.tags.isdisjoint(model.required_in)
        and loaded.get(model.name) in (None, "")
        and model.name not in wrong
    ]


def _topics_within_totals(form: ComposedForm, values: Values, wrong: frozenset[str]) -> Iterator[Finding]:
    """Generic rule G5: 0 ≤ X_t ≤ X for every topic t; a total is never made from its topics."""
    for model in form.split_by_topic:
        if model.name in wrong:
            continue
        total = values.number(model.name)
        for code, count in values.topics(model.name).items():
            if count <= (total or 0):
                continue
            label = form.topic_labels[code]
            message = (
                f"Chủ đề “{label}” có {number(count)} nhưng ô “{model.label}” chưa có số liệu."
                if total is None
                else f"Chủ đề “{label}” có {number(count)}, lớn hơn số của ô “{model.label}” là {number(total)}."
            )
            yield Finding("G5", Level.ERROR, message, (topic_cell(model.name, code), model.pointer))


def _compared_with_earlier(form: ComposedForm, envelope: Envelope, values: Values, record: Record) -> Iterator[Finding]:
    """Generic rules G2 (sudden jumps) and G3 (falling cumulative stocks), each asking for a second look.

    Head-counts may fall, what is cumulative may not; a reason for the correction silences G3.
    """
    for model in form.counts if record.earlier else ():
        value = values.number(model.name)
        counts = [(report.count(model.name), report.period_code) for report in record.earlier]
        known = [(count, period_code) for count, period_code in counts if count is not None]
        if value is None or not known:
            continue
        most = max(count for count, _ in known)
        if value > _SMALL and 0 < most * _JUMP < value:
            message = (
                f"“{model.label}” là {number(value)}, gấp hơn {_JUMP} lần mức cao nhất của các kỳ trước "
                f"({number(most)}). Hãy kiểm tra lại; nếu đúng thì xác nhận."
            )
            yield Finding("G2", Level.WARNING, message, (model.pointer,))
        last, period_code = known[-1]
        if value < last and model.aggregate.cumulative and not envelope.correction_reason:
            message = (
                f"“{model.label}” giảm từ {number(last)} (kỳ {period_code}) xuống {number(value)}. "
                "Hãy kiểm tra lại; nếu đúng thì ghi lý do điều chỉnh hoặc xác nhận."
            )
            yield Finding("G3", Level.WARNING, message, (model.pointer,))


def _about_the_envelope(envelope: Envelope) -> Iterator[Finding]:
    """Generic rules G6 (two persons) and G7 (a correction says why)."""
    prepared, approved = envelope.prepared_by, envelope.approved_by
    if prepared and approved and prepared.full_name.casefold() == approved.full_name.casefold():
        message = "Người duyệt trùng với người lập báo cáo. Nếu đơn vị chỉ có một người phụ trách thì xác nhận."
        yield Finding("G6", Level.WARNING, message, ("/approved_by", "/prepared_by"))
    if envelope.revision > 0 and not envelope.correction_reason.strip():
        message = "Nộp lại báo cáo phải ghi lý do điều chỉnh."
        yield Finding("G7", Level.ERROR, message, ("/correction_reason",))
    if len(envelope.correction_reason) > CORRECTION_REASON_LENGTH:
        message = f"Lý do điều chỉnh tối đa {CORRECTION_REASON_LENGTH} ký tự."
        yield Finding("G7", Level.ERROR, message, ("/correction_reason",))


def _in_form_order(form: ComposedForm, found: list[Finding]) -> tuple[Finding, ...]:
    """Sort by place, errors before warnings; the same thing said twice of the same cells is said once."""
    if not found:
        return ()
    distinct = dict.fromkeys(found)
    return tuple(sorted(distinct, key=lambda finding: (form.place(finding.cells[0]), finding.level is Level.WARNING)))
