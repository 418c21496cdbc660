"""A copy of the scripts that start and test, among programs that only pretend.

The Python that builds an environment writes down what it was asked to do, so that every way to
fail costs milliseconds and needs no network.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

from thidua.supervisor.orphans import die_with_parent

ROOT = Path(__file__).parents[2]

#: What the scripts may find on the PATH besides what a test puts there.
TOOLS = ("sh", "awk", "cat", "cksum", "cp", "df", "dirname", "ln", "mkdir", "mktemp", "mv", "rm", "sleep", "touch")

#: Stands for python, and for the python of the environment it "makes".
PYTHON = r"""#!/bin/sh
told=$(dirname "$0")/told
[ -n "${TOLD:-}" ] && told=$TOLD
case "$1 $2" in
    "-c import sys; "*)
        version=${FAKE_VERSION:-3.12}
        # The common case, without another program to ask.
        case "$version $2" in "3.12 "*print*) echo 3.12 && exit ;; "3.12 "*) exit ;; esac
        exec "$REAL_PYTHON" -c "import sys; sys.version_info = (${version%.*}, ${version#*.}, 0); ${2#import sys; }"
        ;;
    "-c import venv"*) [ -z "${FAKE_NO_VENV:-}" ] ;;
    "-c import thidua"*) [ -e "$(dirname "$0")/thidua" ] ;;
    "-c import fcntl"*) exec "$REAL_PYTHON" "$@" ;;
    "-c "*) ;;
    "-m venv")
        [ -z "${FAKE_NO_VENV:-}" ] || { echo "ensurepip is not available" >&2; exit 1; }
        [ -z "${FAKE_BROKEN_VENV:-}" ] || { echo "Error: no space left on device" >&2; exit 1; }
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        cp "$0" "$3/bin/pip"
        echo "venv by python" >>"$told"
        ;;
    "-m pip")
        shift 2
        echo "pip $*" >>"$told"
        while [ -n "${FAKE_UNTIL:-}" ] && [ ! -e "$FAKE_UNTIL" ]; do sleep 0.02; done
        [ -z "${FAKE_OFFLINE:-}" ] || { echo "pip: network is unreachable" >&2; exit 1; }
        printf '#!/bin/sh\necho "thidua $*"\n' >"$(dirname "$0")/thidua"
        chmod +x "$(dirname "$0")/thidua"
        ;;
    "-m pytest") echo "pytest" ;;
esac
"""

UV = r"""#!/bin/sh
echo "uv $*" >>"$TOLD"
[ -z "${FAKE_UV_BROKEN:-}" ] || exit 1
case "$1" in
    venv)
        for place; do :; done
        mkdir -p "$place/bin"
        cp "$(dirname "$0")/python3" "$place/bin/python"
        ;;
    pip)
        python=''
        for word; do
            [ "$python" != next ] || python=$word
            [ "$word" != --python ] || python=next
        done
        printf '#!/bin/sh\necho "thidua $*"\n' >"$(dirname "$5")/thidua"
        chmod +x "$(dirname "$5")/thidua"
        ;;
esac
"""


def _at_a_terminal(parent: int) -> None:
    """Begin as a person's shell begins a program: one that runs in the background ignores Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent(parent)


class Copy:
    """The scripts and what they read, in a folder whose name has blanks and Vietnamese letters."""

    def __init__(self, folder: Path) -> None:
        self.here = folder / "thi đua 1"
        self.programs = folder / "bin"
        self.told_in = folder / "told"
        for place in (self.here / "scripts", self.here / "plugins/unit-one", self.programs):
            place.mkdir(parents=True)
        for name in ("run", "test", "scripts/venv.sh", "scripts/skipped.py"):
            shutil.copy(ROOT / name, self.here / name)
        (self.here / "plugins/unit-one/pyproject.toml").write_text("# a plugin\n", encoding="utf-8")
        for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml"):
            (self.here / name).write_text(f"# {name}\n", encoding="utf-8")
        for tool in (*TOOLS, "chmod"):
            found = shutil.which(tool)
            assert found, tool
            (self.programs / tool).symlink_to(found)
        self.put("python3", PYTHON)
        self.told_in.touch()
        self._running: list[subprocess.Popen[str]] = []

    def put(self, name: str, script: str) -> None:
        """Put a program on the PATH."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    @property
    def told(self) -> list[str]:
        """What the pretended programs were asked for."""
        return self.told_in.read_text(encoding="utf-8").splitlines()

    def begin(self, command: str = "run", *, uid: int | None = None, **given: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(self.here / command)],
            env={"PATH": str(self.programs), "TOLD": str(self.told_in), "REAL_PYTHON": sys.executable} | given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            preexec_fn=partial(_at_a_terminal, os.getpid()),
        )
        self._running.append(process)
        return process

    def run(self, command: str = "run", *, uid: int | None = None, **given: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        process = self.begin(command, uid=uid, **given)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors

    def refusal(self, **given: str) -> str:
        """Return the one line of a start that must be refused."""
        code, output, errors = self.run(**given)
        assert (code, output) == (1, ""), (code, output, errors)
        return one_line(errors)

    def close(self) -> None:
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=60)


def one_line(errors: str) -> str:
    """Check that a refusal is one line, Vietnamese and English, and return it."""
    [line] = errors.strip().splitlines()
    vietnamese, mark, english = line.partition(" / ")
    assert mark, line
    assert not vietnamese.isascii(), line
    assert english, line
    return line
