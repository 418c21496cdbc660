"""Golden reports for a plugin's own tests: to change, to put another record around, and to be judged as by the host.

What the host would know (unit, period, plan, past) is what ``golden/cases.toml`` tells, as for the laws.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Any

from thidua.forms.envelope import read_envelope
from thidua.forms.judge import judge
from thidua.forms.texts import clean_json
from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import PeriodView
from thidua_sdk import Record
from thidua_testkit.conformance.cases import golden_form
from thidua_testkit.conformance.cases import golden_reports
from thidua_testkit.conformance.cases import with_cells
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import project_of
from thidua_testkit.conformance.records import Cases

__all__ = ["Golden", "with_cells"]


@dataclass(frozen=True, eq=False)
class Golden:
    """The golden reports of the plugin above a test's file."""

    project: Project

    @classmethod
    def above(cls, file: str) -> Golden:
        """Find the plugin of a test.

        Args:
            file: the test's ``__file__``.
        """
        return cls(project_of(Path(file).resolve()))

    def report(self, name: str) -> dict[str, Any]:
        """Return a copy of a golden report's envelope.

        Raises:
            ProjectError: there is none of the name.
        """
        for each in golden_reports(self.project):
            if each.name == name:
                return copy.deepcopy(dict(each.data))
        raise ProjectError(f"{self.project.folder}: golden/ has no {name}.json.")

    def past(self, name: str) -> tuple[EarlierReport, ...]:
        """Return the earlier reports that ``cases.toml`` tells under a name."""
        return self._cases.past(name)

    def period(self, code: str) -> PeriodView:
        """Return a period as ``cases.toml`` tells it."""
        return self._cases.record_of({"period_code": code}, {}, self.project).period

    def record(
        self,
        envelope: Mapping[str, Any],
        *,
        earlier: tuple[EarlierReport, ...] = (),
        **replaced: Any,  # noqa: ANN401  the record's own parts
    ) -> Record:
        """Return what the host would know of an envelope's unit, period and plan.

        Args:
            envelope: the report, filed on the day it says.
            earlier: the unit's earlier reports; none if not said.
            replaced: other parts of the record.
        """
        return replace(self._cases.record_of(envelope, {}, self.project), earlier=earlier, **replaced)

    def judge(self, envelope: Mapping[str, Any], record: Record) -> tuple[Finding, ...]:
        """Judge an envelope as every door of the host does.

        Raises:
            ProjectError: it cannot be told of which form it is.
        """
        read, unread = read_envelope(clean_json(dict(envelope)))
        if read is None:
            raise ProjectError("; ".join(f"{finding.cells[0]}: {finding.message}" for finding in unread))
        return judge(golden_form(self.project, read.form_code), read, record, unread=unread).findings

    @property
    def _cases(self) -> Cases:
        return Cases.read(self.project.folder / "golden")
