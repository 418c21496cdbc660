"""The command ``thidua``: everything an operator does.

Exit codes: 0 done, 1 a check failed or the request was refused, 2 wrong usage. Refusals are one
Vietnamese sentence on standard error. ``--json`` stands wherever something is printed that a
program may want.
"""

from __future__ import annotations

import sys

import click

from thidua.adapters.broker import SilentBell
from thidua.adapters.db.fence import open_this_process
from thidua.adapters.db.unavailable import cause_of
from thidua.application.trail.auditing import note_refusal
from thidua.bootstrap import build_host
from thidua.cli.auditing import ACCOUNT_COMMANDS
from thidua.cli.auditing import COMMANDS as AUDITING
from thidua.cli.campaigning import COMMANDS as CAMPAIGNING
from thidua.cli.campaigning import period
from thidua.cli.extending import COMMANDS as EXTENDING
from thidua.cli.extending import plugins
from thidua.cli.obliging import COMMANDS as OBLIGING
from thidua.cli.operating import COMMANDS as OPERATING
from thidua.cli.people import COMMANDS as PEOPLE
from thidua.cli.people import account
from thidua.cli.scaffolding import new
from thidua.cli.serving import COMMANDS as SERVING
from thidua.cli.units import COMMANDS as UNITS
from thidua.cli.working import COMMANDS as WORKING
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.audit import Act
from thidua.domain.audit import Thing
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import NotAllowedError
from thidua.domain.errors import ThiduaError
from thidua.domain.errors import UnavailableError
from thidua.settings import load

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def thidua() -> None:
    """Run emulation campaigns: reports in, status out."""


for command in (*SERVING, *OPERATING, *EXTENDING, *UNITS, *PEOPLE, *CAMPAIGNING, *WORKING, *AUDITING):
    thidua.add_command(command)
for command in OBLIGING:
    period.add_command(command)
for command in ACCOUNT_COMMANDS:
    account.add_command(command)
plugins.add_command(new)


def _note(refusal: NotAllowedError) -> None:
    """Write that a command in somebody's name was refused; where that fails, the refusal is still told."""
    try:
        host = build_host(load(), bell=SilentBell())
        right = str(refusal.subject or "")
        note_refusal(host, None, Act.REFUSAL, Thing.PAGE, "command", origin=Origin(Door.COMMAND), right=right)
    except ThiduaError:
        return


def main() -> None:
    """Run the command line; refusals become a sentence and exit code 1."""
    open_this_process()
    try:
        thidua(prog_name="thidua")
    except ThiduaError as refusal:
        if isinstance(refusal, NotAllowedError):
            _note(refusal)
        click.echo(f"thidua: {refusal.message}", err=True)
        for finding in refusal.findings if isinstance(refusal, InvalidPayloadError) else ():
            click.echo(f"  {finding.cells[0].removeprefix('/')}: {finding.message}", err=True)
        if isinstance(refusal, UnavailableError) and (cause := cause_of(refusal)):
            # People at a page are not told: it may name addresses and roles.
            click.echo(f"  {cause}", err=True)
        sys.exit(1)
