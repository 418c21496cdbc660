"""The composition root: settings in, one host out. The only place that knows every adapter."""

from __future__ import annotations

import gc
import logging
from dataclasses import replace
from datetime import timedelta

from thidua.adapters.anchor_file import AnchorFile
from thidua.adapters.broker import CeleryBell
from thidua.adapters.clock import clock_from
from thidua.adapters.db.options import DatabaseOptions
from thidua.adapters.db.unit_of_work import DatabaseUnitsOfWork
from thidua.adapters.files import read_calendar
from thidua.adapters.passwords import Argon2Passwords
from thidua.adapters.reception import FileReception
from thidua.adapters.rule_fence import FileRuleFence
from thidua.adapters.seals import AesSeals
from thidua.adapters.single_sign_on import OpenIdProvider
from thidua.adapters.stored_files import DiskFiles
from thidua.application.ports.host import Host
from thidua.application.ports.refusals import RefusalGate
from thidua.application.ports.surroundings import Bell
from thidua.application.ports.trail_ports import TrailCustody
from thidua.application.reports.broken_rules import note_ended
from thidua.domain.credentials import SignInRules
from thidua.domain.errors import UnavailableError
from thidua.domain.trail import TrailKeys
from thidua.plugin_host.discovery import candidates
from thidua.plugin_host.discovery import found_plugins
from thidua.plugin_host.registry import Registry
from thidua.plugin_host.registry import registry_of
from thidua.plugin_host.trial import TrialLimits
from thidua.plugin_host.trial import tried
from thidua.plugin_host.verdicts import Verdicts
from thidua.settings import Settings

#: A rule that its limit has not stopped sits in one call of C; one that comes back within this is named as others are.
_RULE_GRACE_S = 3.0
_log = logging.getLogger(__name__)

#: Values made and kept before the collector looks for cycles among them.
_LOOK_AFTER = 50_000

__all__ = ["build_host", "fence_rules", "installed_plugins", "settle"]


def installed_plugins(settings: Settings | None = None, *, afresh: bool = False) -> Registry:
    """Find and judge the plugins installed beside the host.

    Args:
        settings: says how plugins are tried apart before they come into this process; without, or
            where they say so, plugins are loaded untried, which is for plugins that are trusted to load.
        afresh: try all again, whatever earlier trials found.
    """
    if settings is None or not settings.plugin_trial:
        return registry_of(found_plugins())
    limits = TrialLimits(settings.plugin_trial_s, settings.plugin_trial_mib)
    return registry_of(tried(candidates(), limits, Verdicts(settings.plugin_verdicts_file), afresh=afresh))


def build_host(
    settings: Settings,
    *,
    bell: Bell | None = None,
    catalogue: Registry | None = None,
    database: DatabaseOptions | None = None,
) -> Host:
    """Build the host of one process.

    Args:
        settings: how this installation is set.
        bell: rings the workers; by default over the broker of the settings.
        catalogue: the plugins that serve; by default those installed.
        database: limits of this process's use of the database; by default those of a web process.
    """
    return Host(
        work=DatabaseUnitsOfWork(settings.database_url, database),
        clock=clock_from(settings.clock),
        bell=bell or CeleryBell(settings),
        catalogue=catalogue or installed_plugins(settings),
        passwords=Argon2Passwords(),
        calendar=read_calendar(settings.calendar_dir),
        zone=settings.time_zone,
        files=DiskFiles(settings.files_dir),
        reception=FileReception(),
        custody=TrailCustody(
            TrailKeys.of(settings.audit_key, settings.audit_key_fallbacks),
            AnchorFile(settings.audit_anchor_file),
            RefusalGate(),
        ),
        seals=AesSeals(settings.secret_key, settings.secret_key_fallbacks),
        sign_in_rules=SignInRules(
            idle=timedelta(minutes=settings.session_idle_minutes),
            longest=timedelta(hours=settings.session_hours),
            needs_second_factor=settings.second_factor == "required",
            takes_passwords=settings.takes_passwords,
            strong_methods=settings.provider.strong if settings.provider else frozenset(),
        ),
        rule_limit_s=settings.rule_limit_s,
        provider=OpenIdProvider(settings.provider) if settings.provider else None,
    )


def fence_rules(host: Host, settings: Settings) -> Host:
    """Return the host of a process that serves people and is started again if it ends, with a fence around rules.

    Forms whose rules ended a process before are held back.
    """
    limit_s = settings.rule_limit_s + _RULE_GRACE_S
    host = replace(host, rule_fence=FileRuleFence(settings.judging_dir, limit_s))
    try:
        note_ended(host)
    except UnavailableError:
        # Nothing is forgotten: whoever starts next finds it.
        _log.warning("what ended a process is not noted yet: the database does not answer")
    return host


def settle() -> None:
    """Take what this process has loaded out of the garbage collector's sight, once it is to serve for long.

    Counting makes values by the hundred thousand, upon which the collector goes through all there is,
    time and again: a fifth of the time of a rebuild went into looking at libraries and plugins. What
    counting makes has no cycles either, so it is looked through less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LOOK_AFTER)
