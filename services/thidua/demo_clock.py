"""The simulated clock of a data folder: the demo says there which it goes by, commands beside it read it."""

from __future__ import annotations

from pathlib import Path

from thidua.secret_keys import refusal

__all__ = ["clock_file", "clock_of_demo"]


def clock_file(data_dir: Path) -> Path:
    """Return where the simulated clock of a data folder stands, if it has one."""
    return data_dir / "simulated-clock"


def clock_of_demo(data_dir: Path) -> str:
    """Read the clock of the demo whose data folder this is, empty for the real one.

    A command beside it that went by the real clock would write years after everything else, and all
    that follows would look put in.

    Raises:
        InvalidConfigurationError: the file cannot be read; ``subject`` names it.
    """
    path = clock_file(data_dir)
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise refusal(str(path), "", f"không đọc được ({error})") from None
