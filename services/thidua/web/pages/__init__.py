"""The pages, one module each, every module with its blueprint."""

from __future__ import annotations

from flask import Blueprint

from thidua.web.pages import accounts
from thidua.web.pages import bulk
from thidua.web.pages import by_unit
from thidua.web.pages import confirm
from thidua.web.pages import deadline
from thidua.web.pages import draft
from thidua.web.pages import due
from thidua.web.pages import evidence
from thidua.web.pages import form
from thidua.web.pages import home
from thidua.web.pages import inputs
from thidua.web.pages import jobs
from thidua.web.pages import join
from thidua.web.pages import likeness
from thidua.web.pages import lineage
from thidua.web.pages import operator
from thidua.web.pages import own_account
from thidua.web.pages import own_tokens
from thidua.web.pages import paper
from thidua.web.pages import plugins
from thidua.web.pages import receipt
from thidua.web.pages import report
from thidua.web.pages import reports
from thidua.web.pages import review
from thidua.web.pages import second_factor
from thidua.web.pages import sign_in
from thidua.web.pages import single_sign_on
from thidua.web.pages import status
from thidua.web.pages import trail
from thidua.web.pages import two_years
from thidua.web.pages import waiting
from thidua.web.pages import workbook

__all__ = ["PAGES"]

#: What the factory registers.
PAGES: tuple[Blueprint, ...] = (
    home.page,
    sign_in.page,
    single_sign_on.page,
    confirm.page,
    second_factor.page,
    due.page,
    form.page,
    draft.page,
    evidence.page,
    paper.page,
    report.page,
    receipt.page,
    deadline.page,
    bulk.page,
    likeness.page,
    review.page,
    reports.page,
    status.page,
    by_unit.page,
    lineage.page,
    two_years.page,
    jobs.page,
    operator.page,
    plugins.page,
    inputs.page,
    trail.page,
    join.page,
    own_account.page,
    own_tokens.page,
    accounts.page,
    waiting.page,
    workbook.page,
)
