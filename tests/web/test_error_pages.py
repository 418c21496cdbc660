"""One table of refusals, and the pages that say them."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from thidua.domain import errors as domain_errors
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnavailableError
from thidua.web.errors import TABLE
from thidua.web.errors import status_of


def leaves() -> list[type[ThiduaError]]:
    return [
        getattr(domain_errors, name)
        for name in domain_errors.__all__
        if name not in {"ThiduaError", "InvalidPayloadError", "ConfirmationNeededError", "RuleBrokenError"}
    ]


def test_every_refusal_of_the_tree_is_in_the_table() -> None:
    assert {getattr(domain_errors, name) for name in domain_errors.__all__} == TABLE.keys() | {ThiduaError}


@pytest.mark.parametrize("kind", leaves())
def test_each_refusal_is_answered_as_the_table_says(site: Any, kind: type[ThiduaError]) -> None:
    def refuse() -> str:
        raise kind("Một câu tiếng Việt.", subject="x")

    site.app.view_functions["due.show"] = refuse
    visitor = site.visit("reporter")
    page = visitor.get("/reports/due")
    status, title = status_of(kind("", subject=""))
    if status == 401:
        assert page.status == 303
        return
    if kind is domain_errors.NotConfirmedError:
        assert page.location == "/confirm?next=/reports/due"
        return
    assert page.status == status
    assert page.html.one("h1").text == title
    is_said = status < 500 or issubclass(kind, domain_errors.BusyError | domain_errors.QuarantinedError)
    assert ("Một câu tiếng Việt." in page.html.text) is is_said
    assert ("Retry-After" in page.answer.headers) is (status in {429, 503})
    assert page.answer.headers["X-Request-ID"] in page.html.text


def test_a_refusal_of_a_kind_nobody_listed_is_the_servers_fault() -> None:
    class NewError(ThiduaError):
        pass

    assert status_of(NewError("x"))[0] == 500


def test_an_unexpected_error_is_logged_once_and_tells_nothing(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise RuntimeError("mật khẩu của cơ sở dữ liệu")

    site.app.view_functions["due.show"] = fail
    visitor = site.visit("reporter")
    with caplog.at_level(logging.ERROR):
        page = visitor.get("/reports/due")
    assert page.status == 500
    assert "mật khẩu của cơ sở dữ liệu" not in page.answer.text
    assert "không phải do bạn" in page.html.text
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert page.answer.headers["X-Request-ID"] in errors[0].getMessage()
    assert errors[0].exc_info is not None


def test_a_lost_database_is_a_503_with_advice(site: Any) -> None:
    def fail() -> str:
        raise UnavailableError("Cơ sở dữ liệu không trả lời.", subject="postgresql://...")

    site.app.view_functions["due.show"] = fail
    page = site.visit("reporter").get("/reports/due")
    assert page.status == 503
    assert page.answer.headers["Retry-After"] == "30"
    assert "postgresql" not in page.answer.text


def test_a_method_that_is_not_served_says_which_are(site: Any) -> None:
    page = site.visit("reporter").post("/reports/due", {})
    assert page.status == 405
    assert "GET" in page.answer.headers["Allow"]


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(site: Any) -> None:
    assert "Không tìm thấy" in site.stranger().get("/nowhere").html.one("h1").text
    answer = site.stranger().client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404


def test_programs_without_a_token_get_a_problem_and_no_redirect(site: Any) -> None:
    answer = site.stranger().client.get("/api/v1/reports")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"


def test_a_redirect_of_the_router_is_not_an_error(site: Any) -> None:
    assert site.visit("reporter").get("//reports/due").status in {301, 308, 404}
