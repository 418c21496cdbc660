"""What happens is written into the audit trail, with the change or not at all."""

from __future__ import annotations

from datetime import datetime

from trails import trail

from thidua.application.trail.auditing import note
from thidua.application.trail.auditing import note_alone
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Outcome
from thidua.domain.audit import Thing
from thidua_testkit.installation import an_installation

NOW = datetime.fromisoformat("2021-09-15T08:00:00+07:00")


def test_an_entry_stands_or_falls_with_its_change(database_url: str) -> None:
    here = an_installation(database_url, at=NOW)
    office = here.office()
    with here.host.work.writing() as work:
        note(here.host, work, office, Act.EXPORT, Thing.REPORT, "7")
    origin = Origin(Door.WEB, "abc", "192.0.2.7", "Firefox")
    note_alone(here.host, None, Act.REFUSAL, Thing.PAGE, "x", outcome=Outcome.REFUSED, origin=origin, right="y")
    columns = ("act", "key", "outcome", "door", "request_id", "network")
    assert trail(here, *columns) == [("refusal", "x", "refused", "web", "abc", "192.0.2.7")]
