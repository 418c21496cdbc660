"""Forms that units already file are frozen: ``schema.lock`` in the plugin's folder holds their digests."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thidua.forms.compose import compose
from thidua.forms.facts import numbers_of
from thidua.forms.written import typed_of
from thidua.forms.year_changes import frozen_digest
from thidua_testkit.conformance.cases import GoldenReport
from thidua_testkit.conformance.cases import golden_reports
from thidua_testkit.conformance.page import page_of
from thidua_testkit.conformance.project import Project
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import plain_campaign

__all__ = ["COMMAND", "LOCK", "faults_of_frozen", "faults_of_reading", "lock_text"]

LOCK = "schema.lock"
COMMAND = "python -m thidua_testkit.schema_lock"
#: What says that a field no longer holds the kind of thing it held; bounds may have moved honestly.
_OTHER_KIND = frozenset(("type", "choice", "unknown"))


@dataclass(frozen=True)
class _Frozen:
    """A form as it is now; ``golden`` are the valid reports that belong to it."""

    version: int
    digest: str
    golden: tuple[str, ...]


def _forms_now(project: Project) -> dict[str, _Frozen]:
    """Return a unit type's forms by code; a campaign by its code, its forms by campaign, code and, if short, period."""
    valid = [report for report in _golden(project) if report.is_valid and not report.is_of_an_earlier_form]
    found = {
        code: _Frozen(
            form.version,
            compose(form, plain_campaign()).digest,
            tuple(report.name for report in valid if report.form.code == code),
        )
        for code, form in project.forms.items()
    }
    for campaign in project.campaigns.values():
        # What is frozen of the plan itself has no version of its own.
        found[campaign.code] = _Frozen(1, frozen_digest(campaign), ())
        for use, composed in project.uses(campaign).items():
            found[f"{campaign.code} {use}"] = _Frozen(composed.version, composed.digest, ())
    return found


def _golden(project: Project) -> Sequence[GoldenReport]:
    """Return the golden reports of a plugin's own forms; a campaign's are of forms that others bring."""
    return golden_reports(project) if project.forms else ()


def _locked(project: Project) -> dict[str, Any] | None:
    path = project.folder / LOCK
    if not path.is_file():
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path}: {error}; write it anew: {COMMAND}") from None


def faults_of_frozen(project: Project) -> list[str]:
    """Compare the forms with the lock; without a lock nothing is frozen."""
    locked = _locked(project)
    if locked is None:
        return []
    now = _forms_now(project)
    found = [
        f"{_kind(project, name)} {name} is not in {LOCK} yet; write it: {COMMAND}"
        for name in now.keys() - locked.keys()
    ]
    for name, said in locked.items():
        form = now.get(name)
        if form is None:
            found.append(
                f"{_kind(project, name)} {name} was frozen and is gone; units' reports were filed with it, so bring it "
                "back."
            )
        elif form.digest != said["digest"] and name in project.campaigns:
            found.append(
                f"campaign {name} is no longer what was frozen: periods, deadlines, topics, indicators, duties, "
                "targets or baselines changed. Undo that, or, where the change is meant, write the lock anew: "
                f"{COMMAND}; where the year is open, each operator then runs: thidua campaign adopt {name}"
            )
        elif form.digest != said["digest"]:
            found.append(
                f"form {name} is no longer what was frozen: fields, topics or rules changed. Undo that, or, where the "
                f"change is meant{'' if form.version > said['version'] else ', raise its version'} and write the lock "
                f"anew: {COMMAND}"
            )
        kept = {report.name for report in _golden(project)}
        frozen = [*said.get("golden", ()), *(each for old in said.get("earlier", ()) for each in old["golden"])]
        found += [
            f"golden report {each} of the frozen form {name} is gone; bring it back: old reports must stay readable."
            for each in frozen
            if each not in kept
        ]
    return sorted(found)


def _kind(project: Project, name: str) -> str:
    return "campaign" if name in project.campaigns else "form"


def lock_text(project: Project) -> str:
    """Write the lock for the forms as they are; a version that was raised keeps the one before as earlier."""
    locked = _locked(project) or {}
    lines = [f"# Forms that units file, frozen. Written by: {COMMAND}", ""]
    for name, form in sorted(_forms_now(project).items()):
        said = locked.get(name, {})
        earlier = list(said.get("earlier", ()))
        if said and form.version > said["version"]:
            earlier.append({key: said.get(key, []) for key in ("version", "digest", "golden")})
        key = json.dumps(name)
        lines += [f"[{key}]", *_table(form.version, form.digest, form.golden), ""]
        for old in earlier:
            lines += [f"[[{key}.earlier]]", *_table(old["version"], old["digest"], old["golden"]), ""]
    return "\n".join(lines)


def _table(version: int, digest: str, golden: Any) -> list[str]:  # noqa: ANN401  names as read or as they are
    return [f"version = {version}", f'digest = "{digest}"', f"golden = {json.dumps(list(golden))}"]


def faults_of_reading(report: GoldenReport) -> list[str]:
    """Read a report that was filed with an earlier version of its form, as the host will for ever."""
    form, payload = report.form, report.payload
    page_of(form, typed_of(form, payload))
    numbers_of(form, payload)
    fields: Any = payload["fields"]
    known = {name: value for name, value in fields.items() if name in form.cell_fields and value is not None}
    known |= {name: rows for name in form.tables if isinstance(rows := payload.get(name), list)}
    _, findings = form.loader.load(known)
    return [
        f"{report.name}, {finding.cells[0]}: a report of version {report.data['form_version']} can no longer be read "
        f"({finding.message}); a field that asks something else takes a new name."
        for finding in findings
        if finding.code in _OTHER_KIND and _value_at(payload, finding.cells[0]) is not None
    ]


def _value_at(payload: Mapping[str, Any], pointer: str) -> object:
    place: Any = payload
    for part in pointer.split("/")[1:]:
        place = place[int(part)] if isinstance(place, list) else (place or {}).get(part)
    return place
