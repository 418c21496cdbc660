"""The secrets of an installation: where they are read from, and which are refused.

A secret comes from a variable or from the file that ``<variable>_FILE`` names, never from ``config``.
Without one an embedded installation makes its own keys, each in a file of the data folder.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from thidua.domain.errors import InvalidConfigurationError

__all__ = [
    "AUDIT_KEY",
    "ENVIRONMENT",
    "SECRET_KEY",
    "Key",
    "read_former",
    "read_key",
    "read_secret",
    "refusal",
    "require_private_file",
    "require_random",
]

ENVIRONMENT = "biến môi trường"
#: A key below this can be searched for.
_SHORTEST_KEY_BYTES = 32
#: Of 32 random hexadecimal digits fewer than these differ once in ten million keys.
_FEWEST_CHARACTERS = 8
#: What stands in manuals and examples where a key should; too long to come up by chance.
_PLACEHOLDERS = (
    *("changeme", "change-me", "change_me", "change this", "changethis", "replaceme", "replace-me", "replace_me"),
    *("placeholder", "example", "default", "insecure", "password", "passw0rd", "matkhau", "mat-khau", "secretkey"),
    *("secret-key", "secret_key", "supersecret", "super-secret", "your-secret", "notasecret", "testing", "qwerty"),
    *("at-least-32", "at least 32", "khoa-bi-mat", "thay-khoa", "doi-khoa", "development", "thidua"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an installation: the variable that gives it, and the file where its own one lies."""

    variable: str
    own_file: str
    #: What it is for, in a refusal.
    label: str

    @property
    def former(self) -> str:
        """The variable of the keys of before, apart by blanks."""
        return f"{self.variable}_FALLBACKS"


#: Signs cookies and tokens of forms.
SECRET_KEY = Key("THIDUA_SECRET_KEY", "secret-key", "khóa bí mật")
#: Chains the audit trail: who holds the database alone cannot write it anew.
AUDIT_KEY = Key("THIDUA_AUDIT_KEY", "audit-key", "khóa nhật ký kiểm tra")


def refusal(place: str, key: str, reason: str) -> InvalidConfigurationError:
    """Say what is wrong, and where: ``place`` is a file or the environment, ``key`` may be empty."""
    subject = f"{place}: {key}" if key else place
    return InvalidConfigurationError(f"Cấu hình sai tại {subject}: {reason}.", subject=subject)


def read_secret(given: Mapping[str, str], name: str, otherwise: str = "") -> str:
    """Return the content of the file that ``<name>_FILE`` names, else ``otherwise`` or the variable's.

    Raises:
        InvalidConfigurationError: both are given, or the file is empty or cannot be read.
    """
    path = given.get(f"{name}_FILE")
    if path is None:
        return otherwise or given.get(name, "")
    if name in given:
        raise refusal(ENVIRONMENT, name, f"chỉ đặt một trong hai: {name} hoặc {name}_FILE")
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise refusal(ENVIRONMENT, f"{name}_FILE", f"không đọc được {path} ({error})") from None
    if not content:
        raise refusal(ENVIRONMENT, f"{name}_FILE", f"tệp {path} trống")
    return content


def read_key(given: Mapping[str, str], key: Key, *, data_dir: Path, must_be_given: bool) -> str:
    """Return a key that was given, else the installation's own one, made at the first start.

    Raises:
        InvalidConfigurationError: it is missing though it must be given, or short.
    """
    found = read_secret(given, key.variable)
    if not found and must_be_given:
        raise refusal(
            ENVIRONMENT,
            key.variable,
            f"chạy thật phải có {key.label} riêng, ít nhất {_SHORTEST_KEY_BYTES} byte "
            f"({key.variable} hoặc {key.variable}_FILE)",
        )
    if not found:
        return _own_key(data_dir, key.own_file)
    if len(found.encode()) < _SHORTEST_KEY_BYTES:
        raise refusal(ENVIRONMENT, key.variable, f"ngắn quá, phải có ít nhất {_SHORTEST_KEY_BYTES} byte")
    return found


def read_former(given: Mapping[str, str], key: Key) -> tuple[str, ...]:
    """Return the keys of before, newest first.

    Raises:
        InvalidConfigurationError: one is short: what it opens would be anybody's.
    """
    found = tuple(read_secret(given, key.former).split())
    if any(len(each.encode()) < _SHORTEST_KEY_BYTES for each in found):
        raise refusal(ENVIRONMENT, key.former, f"có khóa ngắn quá, mỗi khóa phải có ít nhất {_SHORTEST_KEY_BYTES} byte")
    return found


def require_random(name: str, key: str) -> None:
    """Refuse a key that was typed or copied instead of drawn; ``name`` is its variable.

    No proof that a key is random: it catches one character or one word over and over, runs of the
    alphabet, and what manuals write where a key should stand.

    Raises:
        InvalidConfigurationError: it looks like one of these.
    """
    plain = key.casefold()
    repeats = any(key[period:] == key[:-period] for period in range(1, len(key) // 2 + 1))
    neighbours = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(plain))
    if (
        len(set(key)) < _FEWEST_CHARACTERS
        or repeats
        or neighbours > len(key) // 2
        or any(word in plain for word in _PLACEHOLDERS)
    ):
        raise refusal(ENVIRONMENT, name, "khóa dễ đoán; hãy tạo khóa ngẫu nhiên: openssl rand -base64 48")


def require_private_file(given: Mapping[str, str], name: str) -> None:
    """Refuse a secret's file that others of the machine may read.

    Raises:
        InvalidConfigurationError: its mode lets the group or everybody in.
    """
    path = given.get(f"{name}_FILE")
    if path is None:
        return
    mode = stat.S_IMODE(Path(path).stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise refusal(ENVIRONMENT, f"{name}_FILE", f"người khác đọc được tệp {path}; hãy chạy: chmod 600 {path}")


def _own_key(data_dir: Path, name: str) -> str:
    """Return the data folder's own key of that file name, made at the first start."""
    path = data_dir / name
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Written whole under another name, then linked: of two first starts one wins, and a
            # start that was cut off leaves no half a key.
            draft = data_dir / f"{name}.{secrets.token_hex(8)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    file.write(secrets.token_urlsafe(48))
                    file.flush()
                    os.fsync(file.fileno())
                _link_once(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise InvalidConfigurationError(
            f"Không ghi được vào thư mục {data_dir} ({error.strerror}); hãy đặt THIDUA_DATA là thư mục khác. / "
            f"Cannot write to {data_dir}; set THIDUA_DATA to another folder.",
            subject="THIDUA_DATA",
        ) from None
    if len(key) < _SHORTEST_KEY_BYTES:
        raise refusal(str(path), "", "khóa bị cắt cụt; hãy xóa tệp này để tạo khóa mới")
    return key


def _link_once(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        draft.rename(path)
