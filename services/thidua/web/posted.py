"""What a page's form brought: the fields the page has, each once, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta

from flask import request

from thidua.domain.accounts import Membership
from thidua.domain.accounts import Role
from thidua.domain.errors import ConflictError
from thidua.domain.errors import MalformedRequestError
from thidua.forms.days import read_day
from thidua.forms.numerals import Unreadable
from thidua.forms.readers import clean_text

__all__ = ["Typed", "posted", "secrets_posted", "typed_day", "typed_membership"]

_ALWAYS = frozenset({"csrf_token"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in a form, and what is wrong with it: by field, or as a whole. ``form`` names it among several."""

    form: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    notice: str = ""

    def text(self, name: str, default: str = "") -> str:
        """Return what was typed in a control."""
        return self.texts.get(name, default)

    def refused(self, refusal: ConflictError) -> Typed:
        """Return the same with why it was refused, at its field if it has one."""
        if refusal.subject in self.texts or refusal.subject in {"old", "password", "scopes"}:
            return Typed(form=self.form, texts=self.texts, wrong={refusal.subject: refusal.message})
        return Typed(form=self.form, texts=self.texts, notice=refusal.message)


def posted(*names: str, several: Collection[str] = ()) -> dict[str, str]:
    """Return the texts of a form's fields, cleaned; one that is missing is empty.

    Args:
        names: the fields the form has.
        several: those of them that may come more than once; the last one stands.

    Raises:
        MalformedRequestError: a field the form does not have, or one twice.
    """
    _refuse_strange({*names, *several}, several)
    return {name: clean_text(request.form.get(name, ""), lines=False) for name in names}


def secrets_posted(*names: str, also: Collection[str] = ()) -> tuple[str, ...]:
    """Return fields as they were typed, letter by letter: passwords and codes; ``also`` may come with them.

    Raises:
        MalformedRequestError: a field the form does not have, or one twice.
    """
    _refuse_strange({*names, *also}, ())
    return tuple(request.form.get(name, "") for name in names)


def typed_day(text: str, subject: str) -> date | None:
    """Return a day as people type it, None for none.

    Raises:
        ConflictError: it is not a day; at its field.
    """
    try:
        read = read_day(text)
    except Unreadable as problem:
        raise ConflictError(problem.sentence, subject=subject) from None
    return None if read is None else date.fromisoformat(read)


def typed_membership(typed: dict[str, str], today: date) -> Membership:
    """Return the role that the fields ``role``, ``unit``, ``since`` and ``last_on`` (its last day) tell of.

    Raises:
        ConflictError: a day is none.
        MalformedRequestError: there is no such role.
    """
    if typed["role"] not in set(Role):
        raise MalformedRequestError("Không có vai trò này.", subject="role")
    last_on = typed_day(typed["last_on"], "last_on")
    since = typed_day(typed["since"], "since") or today
    if last_on is not None and last_on < since:
        raise ConflictError("Ngày cuối phải từ ngày bắt đầu trở đi.", subject="last_on")
    return Membership(Role(typed["role"]), typed["unit"] or None, since, _day_after(last_on))


def _day_after(day: date | None) -> date | None:
    if day == date.max:
        raise ConflictError("Ngày này xa quá.", subject="last_on")
    return None if day is None else day + timedelta(days=1)


def _refuse_strange(names: Collection[str], several: Collection[str]) -> None:
    for name in request.form:
        if name not in names and name not in _ALWAYS:
            raise MalformedRequestError("Yêu cầu có ô mà trang này không có.", subject="form")
        if name not in several and len(request.form.getlist(name)) > 1:
            raise MalformedRequestError("Yêu cầu có một ô lặp lại.", subject="form")
