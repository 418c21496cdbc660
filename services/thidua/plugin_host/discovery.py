"""Read entry points and the files behind them; nothing here runs a plugin but ``load``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint
from importlib.metadata import distributions
from importlib.metadata import entry_points
from pathlib import Path

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.domain.plugins import Plugin
from thidua.domain.plugins import PluginGroup

__all__ = ["CAMPAIGNS", "UNIT_TYPES", "Candidate", "Found", "candidates", "found_plugins", "load"]

UNIT_TYPES = PluginGroup.UNIT_TYPE.value
CAMPAIGNS = PluginGroup.CAMPAIGN.value


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry point that nobody has run yet; ``root`` is the package or module it is made of."""

    entry: EntryPoint = field(repr=False)
    plugin: Plugin
    root: Path | None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.plugin.group, self.plugin.code, self.plugin.distribution


@dataclass(frozen=True, slots=True)
class Found:
    """An entry point as installed: what it loaded, or why it was not loaded."""

    plugin: Plugin
    value: object | None

    @classmethod
    def of(cls, group: str, name: str, distribution: str, version: str, value: object) -> Found:
        """Make one of a value that is at hand."""
        return cls(Plugin(PluginGroup(group), name, distribution, version), value)


def candidates(entries: Iterable[EntryPoint] | None = None) -> tuple[Candidate, ...]:
    """Find every entry point of the two groups, unit types first, and what is wrong before any is run."""
    if entries is None:
        entries = [entry for group in PluginGroup for entry in entry_points(group=group)]
    twice = dict(_installed_twice())
    found = sorted(entries, key=lambda entry: (entry.group != UNIT_TYPES, entry.name))
    return tuple(_candidate(entry, twice) for entry in found)


def load(candidate: Candidate) -> Found:
    """Run a plugin in this process.

    One that fails to import is reported, not raised: others must still serve.
    """
    try:
        return Found(candidate.plugin, candidate.entry.load())
    except (Exception, SystemExit) as failure:  # noqa: BLE001  the outermost edge towards code that is not ours
        return Found(with_faults(candidate.plugin, [fault_of(failure, candidate.root)]), None)


def found_plugins(entries: Iterable[EntryPoint] | None = None) -> tuple[Found, ...]:
    """Load every entry point of the two groups untried, for tests and trials of our own plugins."""
    return tuple(Found(each.plugin, None) if each.plugin.faults else load(each) for each in candidates(entries))


def with_faults(plugin: Plugin, faults: Iterable[Fault]) -> Plugin:
    """Add faults to what is known of a plugin."""
    return Plugin(
        plugin.group,
        plugin.code,
        plugin.distribution,
        plugin.version,
        plugin.label,
        plugin.digest,
        (*plugin.faults, *faults),
        plugin.took_ms,
        plugin.tried_at,
    )


def fault_of(failure: BaseException, root: Path | None) -> Fault:
    """Say what stopped an import, and in which line of the plugin."""
    place, step = "", failure.__traceback__
    while step is not None:
        place = own_place(step.tb_frame.f_code.co_filename, step.tb_lineno, root) or place
        step = step.tb_next
    if isinstance(failure, SyntaxError) and failure.filename:
        place = own_place(failure.filename, failure.lineno or 0, root) or place
    if isinstance(failure, MemoryError):
        return Fault(FaultKind.MEMORY, place, "dùng quá nhiều bộ nhớ khi nạp", "không tạo dữ liệu lớn khi nạp")
    said = f"{type(failure).__name__}: {failure}".strip(": ")[:300]
    if isinstance(failure, ModuleNotFoundError):
        mend = f"cài gói chứa {failure.name}, hoặc sửa tên mô-đun trong điểm vào và trong các lệnh import"
    elif isinstance(failure, AttributeError) and not place:
        mend = "sửa điểm vào trong pyproject.toml cho trỏ đúng tên giá trị"
    elif isinstance(failure, SystemExit):
        mend = "bỏ lệnh thoát chương trình khi nạp"
    else:
        mend = "chạy thử python -c 'import …' với mô-đun này, sửa lỗi được báo rồi cài lại"
    return Fault(FaultKind.IMPORT, place, f"không nạp được: {said}", mend)


def own_place(filename: str, line: int, root: Path | None) -> str:
    """Name a line of a plugin's own files as ``package/file.py:12``; empty for anybody else's."""
    if root is None:
        return ""
    path = Path(filename)
    if path == root or root in path.parents:
        return f"{path.relative_to(root.parent)}:{line}"
    return ""


def _candidate(entry: EntryPoint, twice: dict[str, str]) -> Candidate:
    distribution = entry.dist.name if entry.dist else "?"
    version = entry.dist.version if entry.dist else "?"
    root = _root(entry.module.partition(".")[0])
    faults = []
    if places := twice.get(_normalized(distribution)):
        faults.append(
            Fault(
                FaultKind.DUPLICATE,
                "",
                f"bản phân phối {distribution} được cài hai lần ({places})",
                "gỡ bản thừa, chỉ giữ một bản",
            )
        )
    plugin = Plugin(
        PluginGroup(entry.group), entry.name, distribution, version, digest=_digest(root, entry), faults=tuple(faults)
    )
    return Candidate(entry, plugin, root)


def _installed_twice() -> Iterator[tuple[str, str]]:
    """Find distributions that lie twice on the path: what is imported need not be what metadata says."""
    places: dict[str, dict[str, str]] = {}
    for each in distributions():
        folder = getattr(each, "_path", None)
        # What a source tree says of itself (egg-info) is no second installation.
        if folder is not None and str(folder).endswith(".dist-info"):
            # The folder's own name tells: reading the metadata of everything installed takes long.
            name, _, version = Path(folder).stem.partition("-")
            known = places.setdefault(_normalized(name), {})
            known.setdefault(os.path.realpath(folder), f"{version} ở {Path(folder).parent.name}")
    for name, known in places.items():
        if len(known) > 1:
            yield name, ", ".join(known.values())


def _normalized(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _root(top: str) -> Path | None:
    """Find the package or module without running anything of it."""
    try:
        spec = PathFinder.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None


def _digest(root: Path | None, entry: EntryPoint) -> str:
    """Name the files as they are, by path, size and time of change: another digest is another plugin."""
    about = hashlib.sha256(f"{entry.group} {entry.name} {entry.value}".encode())
    for path in files_of(root):
        known = path.stat()
        about.update(f"\n{path} {known.st_size} {known.st_mtime_ns}".encode())
    return about.hexdigest()


def files_of(root: Path | None) -> list[Path]:
    """List the files of a package or module, in order; compiled ones are left out."""
    if root is None or not root.exists():
        return []
    if root.is_file():
        return [root]
    return sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
