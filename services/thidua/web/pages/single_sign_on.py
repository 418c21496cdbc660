"""Signing in at the identity provider: the way there, the way back, and the links of accounts.

A form cannot lead to another site, which the policy of our pages forbids: it is answered by a page of
ours that goes on by itself. The way back is a GET, which does nothing without the sealed ticket that this
very browser was given when it left.
"""

from __future__ import annotations

from flask import Blueprint
from flask import Response
from flask import current_app
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from werkzeug.wrappers import Response as AnyResponse

from thidua.application.people import single_sign_on
from thidua.application.people.identities import link_identity
from thidua.application.people.identities import remove_own_identity
from thidua.application.people.identities import unlink_identity
from thidua.application.people.single_sign_on import TRIP
from thidua.application.people.single_sign_on import Answer
from thidua.application.people.single_sign_on import Arrival
from thidua.application.people.single_sign_on import Departure
from thidua.application.people.single_sign_on import Purpose
from thidua.domain.errors import ConflictError
from thidua.domain.errors import NotConfirmedError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError
from thidua.domain.errors import UnavailableError
from thidua.domain.single_sign_on import Vouched
from thidua.web import context
from thidua.web import sessions
from thidua.web.errors import status_of
from thidua.web.pages.accounts import sheet_again
from thidua.web.posted import Typed
from thidua.web.posted import posted

__all__ = ["page"]

page = Blueprint("single_sign_on", __name__)


@page.post("/sign-in/provider")
def begin() -> Response:
    """Go to the provider to sign in."""
    next_path = sessions.relative_path(posted("next")["next"])
    return _leave(single_sign_on.begin_sign_in(context.host(), next_path=next_path))


@page.post("/confirm/provider")
def confirm() -> Response:
    """Go to the provider to show once more who one is."""
    next_path = sessions.relative_path(posted("next")["next"])
    departure = single_sign_on.begin_confirmation(
        context.host(), context.actor(), sessions.secret(), next_path=next_path
    )
    return _leave(departure)


@page.post("/my-account/identities")
def link() -> Response:
    """Go to the provider to link the own account."""
    posted()
    back = url_for("own_account.show", done="linked")
    return _leave(single_sign_on.begin_link(context.host(), context.actor(), sessions.secret(), next_path=back))


@page.get("/sign-in/provider/back")
def back() -> AnyResponse:
    """Take in what the provider says, once; only of the browser that left with our ticket."""
    # Providers add words of their own, which are nobody's business here.
    answer = Answer(
        state=request.args.get("state", ""),
        code=request.args.get("code", ""),
        issuer=request.args.get("iss"),
        error=request.args.get("error", ""),
    )
    ticket = request.cookies.get(_ticket_cookie(), "")
    vouched: Vouched | None = None
    try:
        arrival = single_sign_on.come_back(context.host(), ticket, answer, context.origin())
        vouched = arrival.vouched
        response: AnyResponse = _arrive(arrival)
    except NotConfirmedError:
        # Not back to this address: the trip is over.
        response = redirect(url_for("confirm.ask", next=url_for("own_account.show")), 303)
    except (NotSignedInError, ConflictError, TooManyTriesError, UnavailableError) as refusal:
        response = Response(
            render_template(
                "pages/provider_refused.html",
                message=refusal.message,
                # The person's own, so that it can be told to who links accounts.
                vouched=vouched if refusal.subject == single_sign_on.UNKNOWN else None,
            ),
            status_of(refusal)[0],
        )
    _give_ticket(response, "")
    return response


@page.get("/sign-in/provider/done")
def done() -> str:
    """Tell who signed in or confirmed in a tab beside that the other one can go on."""
    return render_template("pages/provider_done.html")


@page.post("/my-account/identities/<int:identity_id>/remove")
def remove(identity_id: int) -> AnyResponse:
    """Remove one of the person's own links."""
    posted()
    remove_own_identity(context.host(), context.actor(), sessions.secret(), identity_id)
    return redirect(url_for("own_account.show", done="unlinked"), 303)


@page.post("/accounts/<int:account_id>/identities")
def link_account(account_id: int) -> AnyResponse:
    """Link another's account to a person of the provider."""
    typed = Typed(form="link", texts=posted("subject"))
    try:
        link_identity(context.host(), context.actor(), account_id, typed.texts["subject"])
    except ConflictError as refusal:
        return Response(sheet_again(account_id, typed.refused(refusal)), status_of(refusal)[0])
    return redirect(url_for("accounts.one", account_id=account_id, done="linked"), 303)


@page.post("/accounts/<int:account_id>/identities/<int:identity_id>/remove")
def unlink_account(account_id: int, identity_id: int) -> AnyResponse:
    """Remove a link of another's account."""
    posted()
    unlink_identity(context.host(), context.actor(), account_id, identity_id)
    return redirect(url_for("accounts.one", account_id=account_id, done="unlinked"), 303)


def _arrive(arrival: Arrival) -> AnyResponse:
    """Do what the trip was for, and go on."""
    if arrival.purpose is Purpose.SIGN_IN:
        if sessions.begin_by_provider(arrival) is None:
            return redirect(url_for("sign_in.ask_second", next=arrival.next_path), 303)
        return redirect(arrival.next_path, 303)
    actor, secret = sessions.find_out(), sessions.secret()
    if arrival.purpose is Purpose.CONFIRM:
        sessions.renew(single_sign_on.finish_confirmation(context.host(), actor, secret, arrival))
    else:
        single_sign_on.finish_link(context.host(), actor, secret, arrival)
    return redirect(arrival.next_path, 303)


def _leave(departure: Departure) -> Response:
    response = Response(
        render_template("pages/provider_leave.html", address=departure.address, refresh=f"0; url={departure.address}")
    )
    _give_ticket(response, departure.ticket)
    return response


def _ticket_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-trip"


def _give_ticket(response: AnyResponse, ticket: str) -> None:
    """Give the browser a ticket, or take it away: it comes along when the provider sends the browser back."""
    response.set_cookie(
        _ticket_cookie(),
        ticket,
        max_age=TRIP if ticket else 0,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
