"""A terminal at which one command of ``thidua`` is typed, in this process."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from thidua.cli import main
from thidua_testkit.installation import Installation


class Terminal:
    """Runs a command over an installation and keeps what it printed."""

    def __init__(
        self,
        here: Installation,
        command: str,
        *,
        data: Path,
        patch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
    ) -> None:
        self.here = here
        self._command = command
        self._patch = patch
        self._capture = capture
        patch.setenv("THIDUA_DATA", str(data))
        patch.setenv("THIDUA_DATABASE_URL", here.database_url)
        patch.setenv("THIDUA_SECRET_KEY", "x" * 40)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        self._patch.setattr(sys, "argv", ["thidua", self._command, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capture.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """Return what a command that must succeed says to programs."""
        code, printed, complaint = self.run(*arguments, "--json")
        assert code == 0, complaint
        return json.loads(printed)
