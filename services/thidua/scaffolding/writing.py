"""Puts a new folder in its place: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from thidua.domain.errors import ConflictError

__all__ = ["filled_template", "put_in_place", "require_free"]


def filled_template(name: str, values: Mapping[str, str]) -> str:
    """Fill a template of this package; every name in it must have a value."""
    text = (files("thidua.scaffolding") / "templates" / f"{name}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(values)


def require_free(folder: Path) -> None:
    """Refuse a folder that is there already, or whose parent is not."""
    if folder.exists() or folder.is_symlink():
        raise ConflictError(
            f"Đã có {folder}; hãy chọn mã khác, hoặc chuyển thư mục ấy đi nơi khác rồi chạy lại.", subject=str(folder)
        )
    if not folder.parent.is_dir():
        raise ConflictError(
            f"Không có thư mục {folder.parent}; hãy tạo thư mục ấy, hoặc chỉ thư mục khác bằng --into.",
            subject=str(folder.parent),
        )


def put_in_place(folder: Path, content: Mapping[str, str]) -> None:
    """Write all files beside the place, then give the whole its name.

    Args:
        folder: where it will stand; its parent exists.
        content: text by path inside the folder.

    Raises:
        ConflictError: the place is taken, or cannot be written to; nothing is left there then.
    """
    require_free(folder)
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as failure:
        raise _unwritable(folder, failure) from failure
    try:
        for name, text in content.items():
            path = scratch / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        # Others read it too: a temporary folder is its maker's alone.
        scratch.chmod(0o777 & ~_umask())
        # Refused where somebody put something there meanwhile: only an empty folder could be replaced.
        require_free(folder)
        scratch.rename(folder)
    except OSError as failure:
        raise _unwritable(folder, failure) from failure
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _unwritable(folder: Path, failure: OSError) -> ConflictError:
    return ConflictError(
        f"Không ghi được {folder}: {failure.strerror or failure}. Hãy chọn thư mục khác bằng --into.",
        subject=str(folder),
    )


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
