"""Files by their content: whole or not at all, whoever writes, whatever is cut off."""

import hashlib
import os
import threading
from pathlib import Path

import pytest

from thidua.adapters import stored_files
from thidua.adapters.stored_files import DiskFiles
from thidua.domain.errors import DamagedFileError
from thidua.domain.errors import NoRoomError

CONTENT = b"a scan" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def kept(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_content_lies_under_its_digest_and_is_kept_once(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path / "files")
    assert files.put(CONTENT) == DIGEST
    assert files.put(CONTENT) == DIGEST
    assert kept(tmp_path / "files") == [f"{DIGEST[:2]}/{DIGEST[2:]}"]
    assert DiskFiles(tmp_path / "files").get(DIGEST) == CONTENT
    assert (tmp_path / "files" / DIGEST[:2] / DIGEST[2:]).stat().st_mode & 0o077 == 0


def test_writers_of_the_same_content_do_not_disturb_each_other(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    start = threading.Barrier(8)
    answers: list[str] = []

    def write() -> None:
        start.wait()
        answers.append(files.put(CONTENT))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [DIGEST] * 8
    assert kept(tmp_path) == [f"{DIGEST[:2]}/{DIGEST[2:]}"]
    assert files.get(DIGEST) == CONTENT


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_writer_killed_before_the_rename_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    pid = os.fork()
    if pid == 0:  # a process of its own, which dies as by SIGKILL
        if step == "fsync":
            monkeypatch.setattr(stored_files.os, "fsync", lambda _: os._exit(9))
        else:
            monkeypatch.setattr(Path, "replace", lambda *_: os._exit(9))
        DiskFiles(tmp_path).put(CONTENT)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    left = kept(tmp_path)
    assert len(left) == 1
    assert left[0].startswith("incoming/")
    files = DiskFiles(tmp_path)
    with pytest.raises(DamagedFileError):
        files.get(DIGEST)
    os.utime(tmp_path / left[0], (0, 0))
    files.put(CONTENT)
    assert kept(tmp_path) == [f"{DIGEST[:2]}/{DIGEST[2:]}"]
    assert files.get(DIGEST) == CONTENT


def test_what_another_writer_is_still_writing_is_left_alone(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    files.put(b"first")
    (tmp_path / "incoming" / "half").write_bytes(b"x")
    files.put(CONTENT)
    assert "incoming/half" in kept(tmp_path)


def test_a_content_changed_on_the_disk_is_noticed(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    files.put(CONTENT)
    place = tmp_path / DIGEST[:2] / DIGEST[2:]
    place.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(DamagedFileError, match="thay đổi"):
        files.get(DIGEST)
    place.unlink()
    with pytest.raises(DamagedFileError, match="không đọc được"):
        files.get(DIGEST)


@pytest.mark.parametrize("path", ["../secret", "", DIGEST.upper(), DIGEST[:-1], f"{DIGEST}\n", "/etc/passwd", "a/../b"])
def test_nothing_but_a_digest_is_ever_looked_up(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    with pytest.raises(DamagedFileError):
        DiskFiles(tmp_path / "files").get(path)


def test_a_disk_that_is_nearly_full_is_said_before_anything_is_written(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path, reserve_bytes=2**62)
    with pytest.raises(NoRoomError, match="sắp đầy"):
        files.put(CONTENT)
    assert kept(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where the folder should be")
    with pytest.raises(NoRoomError, match="không ghi thêm được"):
        DiskFiles(tmp_path / "files").put(CONTENT)


def test_a_disk_that_fills_up_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files.os, "fsync", full)
    with pytest.raises(NoRoomError):
        DiskFiles(tmp_path).put(CONTENT)
    assert kept(tmp_path) == []
