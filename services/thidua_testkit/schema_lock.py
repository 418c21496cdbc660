"""Write ``schema.lock``: ``python -m thidua_testkit.schema_lock [folder of the plugin]``."""

from __future__ import annotations

import sys
from pathlib import Path

from thidua_testkit.conformance.frozen import LOCK
from thidua_testkit.conformance.frozen import lock_text
from thidua_testkit.conformance.project import ProjectError
from thidua_testkit.conformance.project import project_of

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Freeze the forms of the plugin in a folder, by default the current one."""
    try:
        project = project_of(Path(arguments[0] if arguments else ".").resolve())
        text = lock_text(project)
    except ProjectError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    path = project.folder / LOCK
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path}: {text.count('digest = ')} forms frozen\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
