"""The command ``thidua``: everything an operator does.

Exit codes: 0 done, 1 a check failed or the request was refused, 2 wrong usage. Refusals are one
Vietnamese sentence on standard error. ``--json`` stands wherever something is printed that a
program may want.
"""

from __future__ import annotations

import sys

import click

from thidua.adapters.db.fence import open_this_process
from thidua.cli.campaigning import COMMANDS as CAMPAIGNING
from thidua.cli.campaigning import period
from thidua.cli.obliging import COMMANDS as OBLIGING
from thidua.cli.operating import COMMANDS as OPERATING
from thidua.cli.serving import COMMANDS as SERVING
from thidua.cli.working import COMMANDS as WORKING
from thidua.domain.errors import InvalidPayloadError
from thidua.domain.errors import ThiduaError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def thidua() -> None:
    """Run emulation campaigns: reports in, status out."""


for command in (*SERVING, *OPERATING, *CAMPAIGNING, *WORKING):
    thidua.add_command(command)
for command in OBLIGING:
    period.add_command(command)


def main() -> None:
    """Run the command line; refusals become a sentence and exit code 1."""
    open_this_process()
    try:
        thidua(prog_name="thidua")
    except ThiduaError as refusal:
        click.echo(f"thidua: {refusal.message}", err=True)
        for finding in refusal.findings if isinstance(refusal, InvalidPayloadError) else ():
            click.echo(f"  {finding.cells[0].removeprefix('/')}: {finding.message}", err=True)
        sys.exit(1)
