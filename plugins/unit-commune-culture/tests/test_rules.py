"""What sentences of rules print, beyond the golden reports."""

from __future__ import annotations

from thidua_testkit.golden import Golden

GOLDEN = Golden.above(__file__)


def test_a_number_of_thousands_is_printed_with_dots() -> None:
    envelope = GOLDEN.report("broken-e09-stations-exceed-area")
    envelope["fields"]["stations_total"] = 1200

    found = GOLDEN.judge(envelope, GOLDEN.record(envelope))
    [said] = [finding.message for finding in found if finding.code == "E09"]
    assert "(1.200)" in said
