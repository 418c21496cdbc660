"""Rules against the record that many forms have: made of a field's name and the plugin's sentence.

What is filled into a sentence are numbers and days, by the places that each function names.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date

from thidua_sdk.findings import Finding
from thidua_sdk.findings import Level
from thidua_sdk.findings import cell
from thidua_sdk.record import Record
from thidua_sdk.rules import RecordRule
from thidua_sdk.rules import Values
from thidua_sdk.sentences import Sentence

__all__ = ["differs_from_previous", "not_before", "settled_at_most"]


def not_before(
    code: str,
    name: str,
    earliest: Callable[[Record], date | None],
    message: str,
    *,
    level: Level = Level.ERROR,
    source: str = "",
) -> RecordRule:
    """Make the rule that a day does not lie before the one that ``earliest`` reads in the record.

    It holds where either is not known. Places: ``{day}``, ``{earliest}``.
    """
    sentence = Sentence(message, ("day", "earliest"))

    def check(values: Values, record: Record) -> Iterator[Finding]:
        day, bound = values[name], earliest(record)
        if isinstance(day, date) and bound is not None and day < bound:
            yield Finding(code, level, sentence.said(day=day, earliest=bound), (cell(name),), source)

    return RecordRule(code, check, source)


def settled_at_most(
    code: str, settled: str, raised: str, message: str, *, level: Level = Level.ERROR, source: str = ""
) -> RecordRule:
    """Make the rule that no more is settled than was raised, with what earlier periods left open.

    It holds where ``settled`` has no data; without data of this period nothing was raised in it.
    Places: ``{settled}``, ``{raised}``, ``{carried}``.
    """
    sentence = Sentence(message, ("settled", "raised", "carried"))

    def check(values: Values, record: Record) -> Iterator[Finding]:
        done, new, carried = values.number(settled), values.count(raised), record.carried(raised, settled)
        if done is not None and done > new + carried:
            said = sentence.said(settled=done, raised=new, carried=carried)
            yield Finding(code, level, said, (cell(settled), cell(raised)), source)

    return RecordRule(code, check, source)


def differs_from_previous(
    code: str, names: Sequence[str], message: str, *, level: Level = Level.WARNING, source: str = ""
) -> RecordRule:
    """Make the rule that counts are not all the same as in the report before: they may be copied.

    It holds in the first period, and where any of them is 0 or has no data. The sentence has no places.
    """
    sentence, fields = Sentence(message, ()), tuple(names)

    def check(values: Values, record: Record) -> Iterator[Finding]:
        previous = record.previous
        if previous is None:
            return
        if all(values.count(name) > 0 and values.count(name) == previous.count(name) for name in fields):
            yield Finding(code, level, sentence.said(), tuple(map(cell, fields)), source)

    return RecordRule(code, check, source)
