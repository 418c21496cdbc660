"""The year stays what ``schema.lock`` says; to change it on purpose: ``python -m thidua_testkit.schema_lock``."""

from pathlib import Path

from thidua_testkit.conformance.frozen import faults_of_frozen
from thidua_testkit.conformance.frozen import lock_text
from thidua_testkit.conformance.project import project_of


def test_the_year_is_what_the_lock_says() -> None:
    project = project_of(Path(__file__))
    assert faults_of_frozen(project) == []
    assert (project.folder / "schema.lock").read_text(encoding="utf-8") == lock_text(project)
