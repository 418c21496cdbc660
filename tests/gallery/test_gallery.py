"""Every broken plugin is refused with the right sentence, and every sound one serves beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import install
from tests.gallery.showcase import unit
from tests.gallery.specimens import BROKEN
from tests.gallery.specimens import SOUND
from thidua.domain.plugins import FaultKind
from thidua.domain.plugins import Plugin
from thidua.plugin_host.discovery import Candidate
from thidua.plugin_host.discovery import candidates
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua.plugin_host.trial import TrialLimits
from thidua.plugin_host.trial import tried
from thidua.plugin_host.verdicts import Verdicts

NONE = Verdicts(None)
#: For what hangs; everything else has all the time that a busy machine may need.
SHORT_S = 1.0
LIMITS = TrialLimits(seconds=30.0, memory_mib=1024)


def found(folder: Path) -> tuple[Candidate, ...]:
    return candidates(entry for each in distributions(path=[str(folder)]) for entry in each.entry_points)


def judged(folder: Path, verdicts: Verdicts | None = None) -> Registry:
    return registry_of(tried(found(folder), LIMITS, verdicts or Verdicts(None)))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Plugin]]:
    folder = tmp_path_factory.mktemp("gallery")
    for specimen in (*SOUND, *BROKEN):
        install(specimen, folder)
    sys.path.append(str(folder))
    before = set(sys.modules)
    try:
        all_found = found(folder)
        hanging = {each.entry for each in BROKEN if each.kind is FaultKind.HANG}
        hung = tried(
            [each for each in all_found if each.plugin.code in hanging], replace(LIMITS, seconds=SHORT_S), NONE
        )
        others = tried([each for each in all_found if each.plugin.code not in hanging], LIMITS, NONE)
        yield {plugin.distribution: plugin for plugin in registry_of((*hung, *others)).plugins}
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if name.startswith("gallery_"):
                del sys.modules[name]


def shown(gallery: dict[str, Plugin], specimen: Specimen) -> Plugin:
    return gallery[f"gallery-{specimen.name.lower().replace('_', '-')}"]


@pytest.mark.parametrize("specimen", BROKEN, ids=lambda each: each.name)
def test_a_broken_plugin_is_refused_with_the_right_sentence(gallery: dict[str, Plugin], specimen: Specimen) -> None:
    plugin = shown(gallery, specimen)
    assert (plugin.code, plugin.version) == (specimen.entry, "1.0")
    told = [
        fault
        for fault in plugin.faults
        if fault.kind is specimen.kind and specimen.says in fault.wrong and fault.place.startswith(specimen.place)
    ]
    assert told, plugin.sentences
    assert specimen.mends in told[0].mend
    assert all("Cách sửa: " in sentence for sentence in plugin.sentences)


@pytest.mark.parametrize("specimen", SOUND, ids=lambda each: each.name)
def test_a_sound_plugin_passes(gallery: dict[str, Plugin], specimen: Specimen) -> None:
    assert shown(gallery, specimen).sentences == ()


def test_what_broken_plugins_do_never_happens_in_this_process(gallery: dict[str, Plugin]) -> None:
    assert {"gallery_patches", "gallery_exits", "gallery_loops", "gallery_raises"}.isdisjoint(sys.modules)
    assert "gallery_school" in sys.modules
    assert sum(not plugin.is_sound for plugin in gallery.values()) == len(BROKEN)


def test_a_distribution_installed_twice_is_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specimen = Specimen("twofold", unit())
    for version in ("1.0", "2.0"):
        install(specimen, tmp_path / version, version=version)
        monkeypatch.syspath_prepend(str(tmp_path / version))
    [plugin] = judged(tmp_path / "2.0").plugins
    assert "được cài hai lần (2.0 ở 2.0, 1.0 ở 1.0)" in plugin.sentences[0]


def test_verdicts_are_kept_until_the_files_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(Specimen("mended", unit(before="1 / 0\n")), tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    kept = tmp_path / "kept" / "plugins.json"
    [broken] = judged(tmp_path, Verdicts(kept)).plugins
    [again] = judged(tmp_path, Verdicts(kept)).plugins
    assert broken == again
    assert not broken.is_sound
    (tmp_path / "gallery_mended.py").write_text(unit().replace("@CODE@", "mended"), "utf-8")
    [mended] = judged(tmp_path, Verdicts(kept)).plugins
    assert mended.is_sound
    assert mended.digest != broken.digest
    monkeypatch.delitem(sys.modules, "gallery_mended")


def test_a_file_of_verdicts_that_cannot_be_read_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(Specimen("plain", unit()), tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    kept = tmp_path / "plugins.json"
    for text in ("", "[]", '{"host": 1}', "\x00"):
        kept.write_text(text, "utf-8")
        assert judged(tmp_path, Verdicts(kept)).plugins[0].is_sound
    monkeypatch.delitem(sys.modules, "gallery_plain")
