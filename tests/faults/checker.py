"""What was promised, compared with what is in the ledger: each promise by its number.

I1 what was acknowledged is there exactly once, word for word · I2 what was refused is not · I3 one
change per move, each counted · I4 what is derived is what the ledger says · I5 it is so within a bound
· I7 chains are whole · I8 revisions form one line · I9 one key, one answer · I10 nobody is deaf ·
I12 no 500, and 503 only where the database was away.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from typing import Any

from tests.faults.history import History
from tests.faults.history import Operation
from tests.faults.outcome import Outcome
from tests.faults.rig import Rig
from thidua.domain.reports import receipt_number

__all__ = ["check"]

_REVISIONS = """
    SELECT r.unit_code, r.id AS report_id, r.revision AS newest, r.version, v.id, v.number, v.payload, v.idempotency_key
    FROM report_revision v JOIN report r ON r.id = v.report_id ORDER BY r.id, v.number
"""
_CHANGES = """
    SELECT r.unit_code, r.version, (SELECT count(*) FROM outbox o WHERE o.report_id = r.id) AS changes FROM report r
"""
_WAITING = "SELECT count(*) AS n, count(*) FILTER (WHERE attempts >= 5) AS aside FROM outbox WHERE applied_at IS NULL"
_WITHDRAWN = "SELECT report_id, revision, body FROM report_event WHERE kind = 'withdrawn'"
_ORPHANS = """
    SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
    AND state_change < now() - interval '5 seconds'
"""
#: What a client sent that stands in the ledger as it was sent.
_CONTENT = ("fields", "by_topic", "violations", "nominations")


def check(
    rig: Rig,
    history: History,
    *,
    within_s: float,
    hears: bool = True,
    may_be_unavailable: bool = False,
    moment: float = 0.0,
) -> Outcome:
    """Wait until all is quiet and compare.

    Args:
        rig: the installation, with every fault over.
        history: what clients did; they have stopped.
        within_s: the bound of I5.
        hears: whether each worker must hear a bell.
        may_be_unavailable: whether the database was away, which is told by 503.
        moment: after which each worker must hear a bell; by default now.
    """
    outcome = Outcome(counts=history.counts(), versions=rig.versions())
    wrong = outcome.violations
    wrong += history.violations
    try:
        outcome.figures["settled_s"] = round(rig.settle(within_s), 1)
    except TimeoutError:
        wrong.append(f"I5 {rig.ask(_WAITING)[0]['n']} changes still wait after {within_s} s")
    _check_ledger(rig, history, outcome)
    _check_lines(rig, wrong)
    [waiting] = rig.ask(_WAITING)
    if waiting["aside"]:
        wrong.append(f"I3 {waiting['aside']} changes were set aside")
    differences = rig.verify()
    outcome.counts["differences"] = len(differences)
    wrong += [f"I4 {each}" for each in differences[:5]]
    statuses = history.statuses()
    broken = {status: number for status, number in statuses.items() if status >= 500}
    if (not may_be_unavailable and broken) or any(status != 503 for status in broken):
        wrong.append(f"I12 answers {broken}")
    if orphans := rig.ask(_ORPHANS)[0]["n"]:
        wrong.append(f"I11 {orphans} transactions of nobody are open")
    if hears and (deaf := rig.deaf(moment or time.time(), within_s=max(within_s, 40))):
        outcome.add(deaf=len(deaf))
        wrong.append(f"I10 {deaf} hear nothing")
    return outcome


def _check_ledger(rig: Rig, history: History, outcome: Outcome) -> None:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rig.ask(_REVISIONS):
        rows[row["idempotency_key"]].append(row)
    withdrawn = {(row["report_id"], row["revision"]) for row in rig.ask(_WITHDRAWN)}
    wrong = outcome.violations
    outcome.add(acknowledged=0, lost=0, duplicated=0, unknown_present=0)
    for key in rows.keys() - history.operations.keys():
        wrong.append(f"I1 nobody filed {key}")
    for operation in history.operations.values():
        found = rows[operation.key]
        if operation.is_filing:
            _check_filing(operation, found, outcome)
        elif operation.outcome == "ok" and (operation.report_id, operation.revision) not in withdrawn:
            outcome.add(lost=1)
            wrong.append(f"I1 {operation.key}: the withdrawal is lost")


def _check_filing(operation: Operation, found: list[dict[str, Any]], outcome: Outcome) -> None:
    """Compare what a client was told of a filing with what is there under its key."""
    wrong = outcome.violations
    if len(found) > 1:
        outcome.add(duplicated=1)
        wrong.append(f"I1 {operation.key} is there {len(found)} times")
    if operation.outcome == "fail" and found:
        wrong.append(f"I2 {operation.key} was refused and is there")
    if operation.outcome == "info":
        outcome.add(unknown_present=len(found))
    if operation.outcome == "ok":
        outcome.add(acknowledged=1)
        if not found:
            outcome.add(lost=1)
            wrong.append(f"I1 {operation.key} was acknowledged and is not there")
    wrong += [problem for row in found if (problem := _differs(operation, row))]


def _differs(operation: Operation, row: dict[str, Any]) -> str:
    stored = row["payload"]
    for part in _CONTENT:
        sent = _canonical({name: value for name, value in _items(operation.body.get(part)) if value is not None})
        kept = _canonical({name: value for name, value in _items(stored.get(part)) if value is not None})
        if sent != kept:
            return f"I1 {operation.key}: {part} was {sent} and is {kept}"
    if (row["unit_code"], row["number"]) != (operation.unit, operation.revision):
        return f"I1 {operation.key} is {row['unit_code']} {row['number']}"
    if operation.answer:
        receipt = json.loads(operation.answer)
        if (receipt["receipt"], receipt["report"]) != (receipt_number(row["id"]), row["report_id"]):
            return f"I1 {operation.key}: the receipt says {receipt}"
    return ""


def _items(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list):
        return [(str(place), each) for place, each in enumerate(value)]
    return list((value or {}).items())


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _check_lines(rig: Rig, wrong: list[str]) -> None:
    """Each report's revisions are one line, and each of its moves was announced once."""
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rig.ask(_REVISIONS):
        lines[row["report_id"]].append(row)
    places: dict[str, int] = defaultdict(int)
    for line in lines.values():
        places[line[0]["unit_code"]] += 1
        if [row["number"] for row in line] != list(range(line[0]["newest"] + 1)):
            wrong.append(f"I8 {line[0]['unit_code']}: {[row['number'] for row in line]} of {line[0]['newest']}")
    wrong += [f"I1 {unit} has {number} reports" for unit, number in places.items() if number > 1]
    wrong += [
        f"I3 {row['unit_code']}: {row['changes']} changes of {row['version']} moves"
        for row in rig.ask(_CHANGES)
        if row["changes"] != row["version"]
    ]
