"""Reports lived through over the API in any order, beside a model that says what must come of it."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import seed as seeded
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import run_state_machine_as_test
from werkzeug.test import TestResponse

from tests.corpora.places import Place
from tests.corpora.site import CAMPAIGN
from tests.corpora.site import PERIOD
from tests.corpora.site import Site
from tests.corpora.tally import Tally
from thidua.application.background.verifying import verify
from thidua.application.periods.campaigns import close_period

__all__ = ["live"]

#: Lives drawn one after another from one seed.
_TOGETHER = 10
_PLACES = st.sampled_from(("A", "B", "C"))
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


class _Lives(RuleBasedStateMachine):
    """Three units; ``states`` holds the state of each report, None where there is none, ``revisions`` its number."""

    site: Site
    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self.site.restore()
        self.sound = {form: self.site.envelope(form) for form in "ABC"}
        self.states: dict[str, str | None] = dict.fromkeys(self.sound)
        self.revisions: dict[str, int] = {}
        #: Of whom a revision is accepted: it counts until another one is, whatever becomes of corrections.
        self.standing: set[str] = set()
        self.ids: dict[str, int] = {}
        self.drafts: dict[str, str] = {}
        self.version: dict[str, int] = {}
        self.is_closed = False
        #: Whether everything filed is counted, and whether the counts were held against the model since.
        self.is_counted, self.is_looked_at = True, False
        self.touched: set[str] = set()
        # What the site was furnished with counts, too.
        self.others = self._filing()

    # --- What can happen

    @rule(form=_PLACES, more=st.integers(0, 3), reason=_TEXTS)
    def file(self, form: str, more: int, reason: str) -> None:
        """File, again with a reason."""
        self.touched.add(form)
        old = self.states[form]
        envelope = dict(self.sound[form])
        if form in self.revisions:
            envelope |= {"revision": self.revisions[form] + 1, "correction_reason": f"Sửa số {reason}"}
        fields: Any = envelope["fields"]
        envelope["fields"] = {**fields, "staff_total": fields["staff_total"] + more}
        answer = self._ask(self.site.reporter(form), "POST", "/reports", json=envelope)
        if answer.status_code == 201:
            assert not self.is_closed, answer.text
            assert answer.json is not None
            self.ids[form] = answer.json["report"]
            self.states[form], self.revisions[form] = "submitted", answer.json["revision"]
            self.is_counted = False
            # What was typed has been filed.
            self.drafts.pop(form, None)
        elif (
            more == 0
            and not self.is_closed
            and old != "returned"
            and not any(ord(each) < 32 or 126 < ord(each) < 160 for each in reason)
        ):
            raise AssertionError(f"{form} {old}: {answer.status_code} {answer.text[:500]}")

    @rule(form=_PLACES, text=_TEXTS)
    def type_into_draft(self, form: str, text: str) -> None:
        """Type into a cell of the draft."""
        path = self._draft(form)
        body = {"base": self.version.get(form, 0), "cells": {"/fields/recommendations": text}}
        if form == "C":
            body["cells"] = {"/fields/assessment": text}
        answer = self._page(form, "POST", path, json=body)
        if answer.status_code == 200:
            assert answer.json is not None
            self.version[form] = answer.json["version"]
            self.drafts[form] = text
        else:
            assert answer.status_code in {400, 409, 422}, answer.text

    @rule(form=_PLACES)
    def read_draft(self, form: str) -> None:
        """Read the draft: it says what was typed last."""
        answer = self._page(form, "GET", self._draft(form))
        assert answer.json is not None
        self.version[form] = answer.json["version"]
        if form in self.drafts:
            [told] = answer.json["cells"].values() or [{"typed": ""}]
            assert str(told["typed"] or "").split() == self.drafts[form].split(), (told, self.drafts[form])

    @rule(form=_PLACES, reason=_TEXTS, stale=st.booleans())
    def give_back(self, form: str, reason: str, stale: bool) -> None:  # noqa: FBT001  a rule's value
        """Send a report back."""
        self._act(form, "office", "return", {"reason": f"Chưa khớp {reason}"}, "returned", stale=stale)

    @rule(form=_PLACES, note=_TEXTS, stale=st.booleans())
    def accept(self, form: str, note: str, stale: bool) -> None:  # noqa: FBT001  a rule's value
        """Accept a report."""
        self._act(form, "office", "accept", {"note": note}, "accepted", stale=stale)

    @rule(form=_PLACES, reason=_TEXTS)
    def withdraw(self, form: str, reason: str) -> None:
        """Take a report back."""
        self._act(form, self.site.reporter(form), "withdraw", {"reason": f"Nhầm {reason}"}, "withdrawn", stale=False)

    @rule()
    def drain(self) -> None:
        """Count what waits."""
        self.site.here.drain()
        self.is_counted, self.is_looked_at = True, False

    @rule(now=st.integers(0, 19))
    def close(self, now: int) -> None:
        """Close the period, now and then."""
        if now == 0 and not self.is_closed:
            close_period(self.site.here.host, CAMPAIGN, PERIOD)
            self.is_closed, self.is_counted = True, False
            self.touched = set(self.states)
            self.states |= dict.fromkeys(self.standing, "consolidated")

    # --- What must hold

    @invariant()
    def each_report_stands_as_the_model_says(self) -> None:
        """Look at every report that something was done to; at all of them when the life ends."""
        touched, self.touched = self.touched, set()
        for form in touched:
            if (state := self.states[form]) is not None:
                answer = self._ask("office", "GET", f"/reports/{self.ids[form]}")
                assert answer.json is not None
                found = answer.json["state"], answer.json["revision"]
                assert found == (state, self.revisions[form]), (form, found, state, self.is_closed)

    @invariant()
    def what_is_counted_is_what_was_filed(self) -> None:
        if self.is_counted and not self.is_looked_at:
            self.is_looked_at = True
            filing = self._filing()
            received = sum(1 for state in self.states.values() if state not in {None, "withdrawn"})
            assert filing["received"] >= self.others["received"]
            assert filing["accepted"] == self.others["accepted"] + len(self.standing), (filing, self.states)
            assert filing["received"] <= self.others["received"] + max(received, len(self.ids))

    def teardown(self) -> None:
        """Count the rest: the ledger verifies."""
        self.drain()
        self.touched = set(self.states)
        self.each_report_stands_as_the_model_says()
        self.what_is_counted_is_what_was_filed()
        found = verify(self.site.here.host)
        assert not found.differences, found.differences[:3]
        self.tally.cases += 1

    # --- How it is asked

    def _act(self, form: str, by: str, act: str, body: dict[str, object], state: str, *, stale: bool) -> None:
        if form not in self.ids:
            return
        self.touched.add(form)
        revision = self.revisions[form] + (1 if stale else 0)
        answer = self._ask(by, "POST", f"/reports/{self.ids[form]}/{act}", json={"revision": revision, **body})
        # Accepting has nothing to tell.
        if answer.status_code in {200, 204}:
            assert self.states[form] == "submitted", (act, self.states[form])
            assert not stale
            if state == "accepted":
                self.standing.add(form)
            elif state == "withdrawn" and form in self.standing:
                # The one that was accepted before stands again.
                state = "accepted"
            self.states[form] = state
            self.is_counted = False
        else:
            assert answer.status_code in {400, 403, 409, 422}, (answer.status_code, answer.text)

    def _ask(self, by: str, method: str, path: str, **options: Any) -> TestResponse:
        return self._noted(self.site.api(by, method, path, **options), f"{method} {path}")

    def _page(self, form: str, method: str, path: str, **options: Any) -> TestResponse:
        person = self.site.speaker(self.site.reporter(form))
        answer = person.client.open(path, method=method, headers={"X-CSRFToken": person.csrf}, **options)
        return self._noted(answer, f"{method} {path}")

    def _noted(self, answer: TestResponse, told: str) -> TestResponse:
        self.tally.thrown += 1
        self.tally.answers[f"{answer.status_code // 100}xx"] += 1
        assert answer.status_code < 500, (told, answer.text[:300])
        return answer

    def _draft(self, form: str) -> str:
        return f"/campaigns/{CAMPAIGN}/periods/{PERIOD}/units/{self.site.units[form]}/draft"

    def _filing(self) -> dict[str, int]:
        answer = self._ask("office", "GET", f"/campaigns/{CAMPAIGN}/status?period={PERIOD}")
        assert answer.json is not None
        found: dict[str, int] = answer.json["filing"]
        return found


def live(site: Site, places: list[Place], runs: int, seed: int, *, steps: int = 50) -> Tally:
    """Live through so many lives of so many steps; a life that breaks a promise is told as hypothesis found it."""
    tally = Tally("lives", seed=seed, places=3, figures={"runs asked": runs, "steps": steps})
    machine = type("Lives", (_Lives,), {"site": site, "tally": tally})
    chosen = settings(
        max_examples=min(runs, _TOGETHER),
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        # A life is short enough to read as it is; making it shorter takes minutes.
        phases=[Phase.generate],
        print_blob=False,
    )
    for number in site.portion.of(range(-(-runs // _TOGETHER))):
        random.seed(seed * 1000 + number)
        try:
            run_state_machine_as_test(seeded(seed * 1000 + number)(machine), settings=chosen)
        except (AssertionError, ExceptionGroup) as error:
            for each in error.exceptions if isinstance(error, ExceptionGroup) else (error,):
                tally.fail("life", f"{str(each)[:600]} {' | '.join(getattr(each, '__notes__', ()))[-1500:]}")
    site.restore()
    return tally
