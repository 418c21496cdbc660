"""One unit's report before the Office: filed, sent back, answered."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from thidua.application.reports.answering import Remark
from thidua.application.reports.filing import file_report
from thidua.application.review.reading import read_report
from thidua.application.review.reviewing import return_report
from thidua.application.status.statuses import read_status
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import ThiduaError
from thidua.domain.filing import FilingState
from thidua.domain.reports import Channel
from thidua.domain.reports import Receipt
from thidua.domain.reports import Report
from thidua.forms.envelope import Answer
from thidua.forms.envelope import Envelope
from thidua.forms.envelope import read_envelope
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

__all__ = [
    "CHI_LANG",
    "HUU_LUNG",
    "NOON",
    "RADIO",
    "SAMPLES",
    "TEXT",
    "a_review",
    "file",
    "filing",
    "found_by",
    "give_back",
    "radio",
    "refusal",
    "sample",
]

SAMPLES = Path(__file__).parents[1] / "samples"
HUU_LUNG = "LS-186-VHTT"
CHI_LANG = "LS-187-VHTT"
NOON = datetime.fromisoformat("2021-03-16T12:00:00+07:00")
RADIO = Remark("/fields/radio_items", "Kiểm tra lại số tin, bài.")
TEXT = "Loa xã Hòa Bình hỏng từ tháng 2. Chưa có kinh phí sửa."


def a_review(database_url: str) -> Installation:
    """Build an installation at noon of the last day of the first quarter's report."""
    here = an_installation(database_url, at=NOON, campaign="ATGT-2021", periods=("2021-Q1",))
    here.reporter(HUU_LUNG)
    here.office()
    return here


def sample(revision: int = 0, **fields: object) -> Envelope:
    """Read the sample report with other figures."""
    data = json.loads((SAMPLES / "P01.json").read_text(encoding="utf-8"))
    data["fields"] |= {"difficulties": TEXT} | fields
    if revision:
        data |= {"revision": revision, "correction_reason": "Sửa theo yêu cầu."}
    envelope, findings = read_envelope(data)
    assert envelope is not None
    assert findings == ()
    return envelope


def file(here: Installation, revision: int = 0, *answers: tuple[str, str], **fields: object) -> Receipt:
    """File it, or file it again with answers."""
    envelope = replace(sample(revision, **fields), answers=tuple(Answer(*each) for each in answers))
    return file_report(here.host, here.reporter(HUU_LUNG), envelope, channel=Channel.API)


def give_back(here: Installation, *remarks: Remark, revision: int = 0, **options: Any) -> Report:
    """Send the first report back."""
    reason = options.pop("reason", "Số liệu chưa khớp.")
    return return_report(here.host, here.office(), 1, revision=revision, reason=reason, remarks=remarks, **options)


def refusal(attempt: Callable[[], object]) -> ThiduaError:
    """Return what an attempt is refused with."""
    with pytest.raises(ThiduaError) as caught:
        attempt()
    return caught.value


def found_by(attempt: Callable[[], object]) -> list[tuple[str, str]]:
    """Return code and cell of what a refused report has wrong."""
    refused = refusal(attempt)
    assert isinstance(refused, InvalidPayloadError), refused
    return [(finding.code, finding.cells[0]) for finding in refused.findings]


def radio(here: Installation) -> tuple[object, object]:
    """Return the official and the provisional number of radio items."""
    here.drain()
    document: Any = read_status(here.host, here.office(), "ATGT-2021", "2021-Q1").document
    [entry] = [entry for entry in document["indicators"] if entry["key"] == "N10.district"]
    return entry["official"], entry["provisional"]


def filing(here: Installation) -> FilingState:
    """Return where the unit stands."""
    return read_report(here.host, here.office(), 1).filing
