"""How many statements it takes to open a number does not grow with the units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy import event

from thidua.application.background.sample import file_sample
from thidua.application.status.duty_inputs import duty_inputs
from thidua.application.status.figures import Asked
from thidua.application.status.figures import Reading
from thidua.application.status.figures import Span
from thidua.application.status.filing_inputs import filing_inputs
from thidua.application.status.inputs import figure_inputs
from thidua.application.status.opened_status import Page
from thidua.application.status.target_inputs import target_inputs
from thidua_testkit.installation import an_installation

CAMPAIGN = "ATGT-2021"
MOMENTS = {
    "2021-Q1": datetime.fromisoformat("2021-03-15T09:00:00+07:00"),
    "2021-H1": datetime.fromisoformat("2021-06-15T09:00:00+07:00"),
    "2021-9M": datetime.fromisoformat("2021-09-15T09:00:00+07:00"),
}

WHOLE = Page(limit=10_000)


def test_how_many_units_there_are_changes_no_number_of_statements(sqlite_url: str) -> None:
    here = an_installation(sqlite_url, at=MOMENTS["2021-9M"], campaign=CAMPAIGN, periods=("2021-9M",))
    officer = here.office()
    with here.host.work.reading() as work:
        roster = work.campaigns.roster(CAMPAIGN, "2021-9M")

    def statements(ask: Callable[[], object]) -> int:
        ran: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            ran.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(ran)

    def counted() -> list[int]:
        host, narrow = here.host, Asked(key="N10.district", reading=Reading.PROVISIONAL, span=Span.CUMULATIVE)
        return [
            statements(ask)
            for ask in (
                lambda: figure_inputs(host, officer, CAMPAIGN, "2021-9M", narrow, WHOLE),
                lambda: duty_inputs(host, officer, CAMPAIGN, "2021-9M", "O06", WHOLE),
                lambda: target_inputs(host, officer, CAMPAIGN, "2021-9M", "T1"),
                lambda: filing_inputs(host, officer, CAMPAIGN, "2021-9M", "received", WHOLE),
            )
        ]

    file_sample(here.host, roster[0], account_id=officer.account_id, at=MOMENTS["2021-9M"])
    here.drain()
    few = counted()
    for row in roster[1:]:
        file_sample(here.host, row, account_id=officer.account_id, at=MOMENTS["2021-9M"])
    here.drain()
    assert counted() == few
    assert max(few) <= 13
