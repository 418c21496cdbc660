"""The API against its own OpenAPI document: what it says of itself, asked with sound and unsound requests.

``schemathesis`` writes the requests, from the document alone. Half of the addresses are led to what exists, since
a made-up number finds nothing to talk about.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import given
from hypothesis import seed as seeded
from hypothesis import settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from tests.corpora.places import Place
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from tests.corpora.tally import Tally
from tests.corpora.throwing import asked

__all__ = ["against_document", "operations"]

#: Whoever may do different things.
SPEAKERS = ("office", "reporter", "admin", "observer")

#: A report that fits its schema may still break a rule between cells, a state or a deadline: 422, with every
#: finding named. No schema can say all of these, so a refusal of what fits is no failure.
_LEFT_OUT = frozenset({"positive_data_acceptance"})


def operations(site: Site) -> list[Any]:
    """Return the document's operations."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def against_document(site: Site, places: list[Place], examples: int, seed: int) -> Tally:
    """Ask every operation as several people, in sound and unsound ways, and hold each answer to the document."""
    found = operations(site)
    turns = [
        (operation, who, mode)
        for operation in found
        for who in SPEAKERS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]
    tally = Tally("contract", seed=seed, cases=examples, places=len(found))
    each = max(1, examples // len(turns))
    for number, (operation, who, mode) in site.portion.of(list(enumerate(turns))):
        strategy = operation.as_strategy(generation_mode=mode)
        _Asking(site, tally, who).run(strategy, each, seed * 1000 + number)
        site.restore()
    return tally


class _Asking:
    def __init__(self, site: Site, tally: Tally, who: str) -> None:
        self._site, self._tally = site, tally
        self._who = site.reporter("A") if who == "reporter" else who
        token = site.speaker(self._who).token
        self._headers = {"Authorization": f"Bearer {token}"}

    def run(self, strategy: Any, examples: int, seed: int) -> None:
        @seeded(seed)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(strategy, st.integers(0, 2**32))
        def ask(case: Any, draw: int) -> None:
            is_led = _led(self._site, case, random.Random(draw))
            # What was unsound may be what was replaced.
            is_mended = is_led or "Authorization" in (case.headers or {})
            self._ask(case, _LEFT_OUT | ({"negative_data_rejection"} if is_mended else set()))

        ask()

    def _ask(self, case: Any, left_out: frozenset[str]) -> None:
        told = f"{case.operation.label} by {self._who}"
        answers: list[Any] = []

        def call() -> Any:
            answers.append(case.call(headers=self._headers, app=self._site.app))
            return _Plain(answers[-1].status_code)

        if asked(self._tally, told, call) is None:
            return
        try:
            case.validate_response(answers[-1], headers=self._headers, excluded_checks=_checks(left_out))
        except FailureGroup as group:
            for failure in group.exceptions:
                self._tally.fail(*_words(told, failure, case))
        except Failure as failure:
            self._tally.fail(*_words(told, failure, case))


class _Plain:
    """An answer's status, for the watch over time and status."""

    def __init__(self, status: int) -> None:
        self.status_code = status


def _words(told: str, failure: Exception, case: Any) -> tuple[str, str]:
    said = " ".join(str(failure).split())
    return getattr(failure, "title", type(failure).__name__), f"{told}: {said[:300]} [{case.formatted_path}]"


def _checks(names: frozenset[str]) -> list[Callable[..., Any]]:
    return [check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ in names]


def _led(site: Site, case: Any, draw: random.Random) -> bool:
    """Lead a request to what exists, two times of three; tells whether it did."""
    if draw.randrange(3) == 0:
        return False
    for parts, known in (
        (case.path_parameters, _known(site, case.operation.path)),
        (case.query, {"campaign": CAMPAIGN, "period": PERIOD}),
    ):
        for name in list(parts or {}):
            if name in known and draw.randrange(8):
                parts[name] = known[name]
    body = case.body
    if isinstance(body, dict) and body.get("form_code") in list(site.units):
        body["unit_code"], body["period_code"] = site.units[body["form_code"]], PERIOD
    return True


def _known(site: Site, path: str) -> dict[str, object]:
    ids = {"reports": "report_id", "evidence": "evidence_id", "jobs": "job_id"}
    number = next((site.ids[key] for part, key in ids.items() if path.startswith(f"/{part}/")), 0)
    unit = site.units["A"] if "evidence" in path else site.filed_unit
    return {"id": number, "campaign": CAMPAIGN, "period": PERIOD, "unit": unit}
