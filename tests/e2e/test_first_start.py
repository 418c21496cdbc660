"""What ``./run`` and ``./test`` do before there is an environment: find, refuse, build, recover."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from copied_scripts import PYTHON
from copied_scripts import UV
from copied_scripts import Copy
from copied_scripts import one_line

from tests.support.patience import until

NOBODY = 65534


@pytest.fixture
def copy() -> Iterator[Copy]:
    # Beside pytest's own folders, which another user may not enter.
    with tempfile.TemporaryDirectory(prefix="thidua-start-") as name:
        Path(name).chmod(0o755)
        found = Copy(Path(name))
        try:
            yield found
        finally:
            found.close()
            found.here.chmod(0o755)


def test_a_bare_machine_builds_once_and_starts(copy: Copy) -> None:
    code, output, errors = copy.run()
    assert (code, output) == (0, "thidua demo\n")
    assert errors.strip() == "Đang cài đặt lần đầu, khoảng một phút… / Installing for the first time, about a minute…"
    assert copy.told[0] == "venv by python"
    assert "--require-hashes --no-deps -r" in copy.told[1]
    assert copy.told[2].count(" -e ") == 2  # the host and its one plugin
    built = copy.told
    assert copy.run() == (0, "thidua demo\n", "")
    assert copy.told == built


def test_tests_add_to_what_a_start_has_built(copy: Copy) -> None:
    copy.run()
    built = len(copy.told)
    code, output, _ = copy.run("test")
    assert (code, output) == (0, "pytest\n")
    assert not any("venv" in line for line in copy.told[built:])
    # The larger environment serves for the smaller.
    built = len(copy.told)
    assert copy.run()[0] == 0
    assert len(copy.told) == built


def test_other_requirements_another_place_or_another_python_build_again(copy: Copy) -> None:
    def built() -> int:
        before = copy.told.count("venv by python")
        assert copy.run()[0] == 0
        return copy.told.count("venv by python") - before

    assert built() == 1
    (copy.here / "requirements.lock").write_text("# other\n", encoding="utf-8")
    assert built() == 1
    (copy.here / "plugins/unit-two").mkdir()
    (copy.here / "plugins/unit-two/pyproject.toml").write_text("", encoding="utf-8")
    assert built() == 1
    copy.here = copy.here.rename(copy.here.with_name("moved"))
    assert built() == 1
    # The system's Python was replaced: the environment's looks into folders that are not its own.
    (copy.here / ".venv/bin/thidua").unlink()
    assert built() == 1
    assert built() == 0


def test_no_python_is_said_in_one_line(copy: Copy) -> None:
    (copy.programs / "python3").unlink()
    line = copy.refusal()
    assert "chưa có Python" in line
    assert "apt-get install python3" in line
    assert "No Python" in line


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10"])
def test_a_python_too_old_is_named_in_one_line(copy: Copy, version: str) -> None:
    line = copy.refusal(FAKE_VERSION=version)
    assert line.count(version) == 2
    assert "3.11" in line.partition(" / ")[2]
    assert copy.told == []


def test_a_newer_python_beside_one_too_old_is_taken(copy: Copy) -> None:
    copy.put("python3.12", PYTHON)
    copy.put("python3", PYTHON.replace(":-3.12", ":-3.9"))
    assert copy.run()[0] == 0


def test_a_shim_for_a_python_that_is_not_installed_is_passed_over(copy: Copy) -> None:
    copy.put("python3.12", PYTHON)
    copy.put("python3", "#!/bin/sh\necho 'no version is set' >&2\nexit 127\n")
    assert copy.run()[0] == 0


def test_a_python_may_be_chosen(copy: Copy) -> None:
    copy.put("python3", "#!/bin/sh\nexit 1\n")
    other = copy.here / "my python"
    other.write_text(PYTHON, encoding="utf-8")
    other.chmod(0o755)
    assert copy.run(THIDUA_PYTHON=str(other))[0] == 0


def test_no_venv_module_is_said_in_one_line(copy: Copy) -> None:
    line = copy.refusal(FAKE_NO_VENV="1")
    assert "apt-get install python3-venv" in line
    # What was begun is no obstacle once the package is there.
    assert copy.run()[0] == 0


def test_an_environment_that_cannot_be_made_is_not_blamed_on_the_venv_module(copy: Copy) -> None:
    code, _, errors = copy.run(FAKE_BROKEN_VENV="1")
    assert code == 1
    *shown, last = errors.strip().splitlines()
    assert any("no space left" in line for line in shown)
    assert "python3-venv" not in one_line(last)
    assert copy.run()[0] == 0


def another_user(copy: Copy) -> int | None:
    """Make the copy's folder unwritable for whoever runs next, and return who that is."""
    copy.told_in.chmod(0o666)
    copy.here.chmod(0o555)
    return NOBODY if os.geteuid() == 0 else None


def test_a_folder_that_cannot_be_written_is_said_in_one_line(copy: Copy) -> None:
    code, output, errors = copy.run(uid=another_user(copy))
    assert (code, output) == (1, "")
    line = one_line(errors)
    assert str(copy.here) in line
    assert "Không ghi được" in line
    assert copy.told == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files that another user cannot remove")
def test_what_another_user_has_built_is_used_and_cannot_be_built_again(copy: Copy) -> None:
    copy.run()
    copy.told_in.chmod(0o666)
    copy.here.chmod(0o777)
    assert copy.run(uid=NOBODY) == (0, "thidua demo\n", "")

    def is_refused(command: str) -> None:
        code, _, errors = copy.run(command, uid=NOBODY)
        assert code == 1
        assert "Không ghi được" in one_line(errors)

    is_refused("test")
    (copy.here / ".venv.lock").unlink()
    is_refused("test")
    (copy.here / "requirements.lock").write_text("# other\n", encoding="utf-8")
    is_refused("run")


def full_disk(copy: Copy, free_kb: int) -> None:
    copy.put("df", f"#!/bin/sh\necho Filesystem\necho /dev/sda1 1000000 1 {free_kb} 99% /\n")


def test_too_little_room_is_said_in_one_line_before_anything_is_done(copy: Copy) -> None:
    full_disk(copy, 300_000)
    line = copy.refusal()
    assert "400 MB" in line
    assert "hết chỗ" in line
    assert copy.told == []
    full_disk(copy, 500_000)
    assert copy.run()[0] == 0


def test_a_disk_that_cannot_even_take_the_lock_is_said_in_one_line(copy: Copy) -> None:
    full_disk(copy, 0)
    (copy.here / ".venv.lock").mkdir()  # as little to be opened as a file there is no room for
    assert "hết chỗ" in copy.refusal()


def test_a_read_only_disk_is_said_in_one_line_whoever_starts(copy: Copy) -> None:
    (copy.here / ".venv.lock").mkdir()  # nobody can open it for writing, root least of all
    assert "Không ghi được" in copy.refusal()
    assert copy.told == []


def test_a_disk_that_fills_up_while_installing_is_named_and_not_the_network(copy: Copy) -> None:
    # Room enough when it is asked first, none after the installation has failed.
    answers = 'echo /dev/sda1 1000000 1 $(cat "$0.free" 2>/dev/null || echo 500000) 99% /'
    copy.put("df", f'#!/bin/sh\necho Filesystem\n{answers}\necho 2000 >"$0.free"\n')
    code, _, errors = copy.run(FAKE_OFFLINE="1")
    assert code == 1
    last = one_line(errors.strip().splitlines()[-1])
    assert "hết chỗ" in last
    assert "mạng" not in last
    (copy.programs / "df.free").unlink()
    assert copy.run()[0] == 0


def test_an_installation_that_fails_is_tried_twice_and_said_in_one_line(copy: Copy) -> None:
    code, _, errors = copy.run(FAKE_OFFLINE="1")
    assert code == 1
    assert errors.count("network is unreachable") == 2
    assert "mất mạng" in one_line(errors.strip().splitlines()[-1])
    assert copy.run()[0] == 0


#: No file has this name.
NEVER = "/nonexistent/never"


def said_by(process: subprocess.Popen[str]) -> str:
    """Wait for the first line of a start's standard error."""
    assert process.stderr is not None
    return process.stderr.readline()


def test_an_installation_killed_midway_is_built_again(copy: Copy) -> None:
    process = copy.begin(FAKE_UNTIL=NEVER)
    until(lambda: any(line.startswith("pip") for line in copy.told), "the installation is under way")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(60)
    code, output, errors = copy.run()
    assert (code, output) == (0, "thidua demo\n")
    assert "Waiting" not in errors
    assert copy.told.count("venv by python") == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_installation_that_is_stopped_leaves_nothing_in_the_way(
    copy: Copy, number: signal.Signals, code: int
) -> None:
    process = copy.begin(FAKE_UNTIL=NEVER)
    until(lambda: any(line.startswith("pip") for line in copy.told), "the installation is under way")

    def has_ended() -> bool:
        # A shell that is just about to start a program does not pass the signal on: people press again.
        if process.poll() is None:
            os.killpg(process.pid, number)
            time.sleep(0.5)
        return process.poll() is not None

    until(has_ended, "it has stopped")
    assert process.returncode in {code, -number}
    assert copy.run()[0] == 0


def test_two_at_once_build_once(copy: Copy) -> None:
    may_end = copy.here / "may end"
    first = copy.begin(FAKE_UNTIL=str(may_end))
    until(lambda: any(line.startswith("pip") for line in copy.told), "the first is at work")
    second = copy.begin()
    assert one_line(said_by(second)) == "Đang chờ một lần cài đặt khác… / Waiting for another installation…"
    may_end.touch()
    assert second.communicate(timeout=60) == ("thidua demo\n", "")
    assert (first.wait(60), second.returncode) == (0, 0)
    assert copy.told.count("venv by python") == 1


def test_what_a_killed_start_left_running_is_waited_for(copy: Copy) -> None:
    # The script is gone, its pip is not: it still writes into the environment.
    may_end = copy.here / "may end"
    process = copy.begin(FAKE_UNTIL=str(may_end))
    until(lambda: any(line.startswith("pip") for line in copy.told), "the installation is under way")
    process.kill()
    second = copy.begin()
    assert "Waiting" in said_by(second)
    may_end.touch()
    second.communicate(timeout=60)
    assert second.returncode == 0
    assert copy.told.count("venv by python") == 2


def test_a_lock_of_nobody_is_taken(copy: Copy) -> None:
    with (copy.here / ".venv.lock").open("w") as left:
        fcntl.flock(left, fcntl.LOCK_EX)  # and let go of by the end of whoever held it
    assert "Waiting" not in copy.run()[2]


def test_uv_is_used_where_it_is(copy: Copy) -> None:
    copy.put("uv", UV)
    assert copy.run()[:2] == (0, "thidua demo\n")
    assert [line.split()[1] for line in copy.told] == ["venv", "pip", "pip"]
    assert all(line.startswith("uv ") for line in copy.told)


def test_a_uv_that_fails_is_made_up_for_by_pip(copy: Copy) -> None:
    copy.put("uv", UV)
    assert copy.run(FAKE_UV_BROKEN="1")[:2] == (0, "thidua demo\n")
    assert "venv by python" in copy.told
    assert sum(line.startswith("pip install") for line in copy.told) == 2


def test_what_is_set_for_another_python_does_not_reach_in(copy: Copy) -> None:
    seen = copy.here / "seen"
    look = f'#!/bin/sh\nprintf "%s" "${{PYTHONPATH:-}}${{PIP_TARGET:-}}" >>"{seen}"'
    copy.put("python3", PYTHON.replace("#!/bin/sh", look, 1))
    assert copy.run(PYTHONPATH="/elsewhere", PIP_TARGET="/elsewhere")[0] == 0
    assert seen.read_text(encoding="utf-8") == ""
