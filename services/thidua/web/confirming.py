"""The page that asks a person to show once more who it is."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from thidua.application.people.second_factors import standing
from thidua.web import context

__all__ = ["asked"]


def asked(*, next_path: str, typed: Sequence[tuple[str, str]] = (), message: str = "") -> str:
    """Render the page: for a code where there is a second factor, else for the password, else by the provider.

    Args:
        next_path: where to go on.
        typed: what a form brought that has to wait.
        message: what was wrong with the last try.
    """
    proof = standing(context.host(), context.actor()).proof
    return render_template("pages/confirm.html", next=next_path, typed=typed, message=message, proof=proof)
