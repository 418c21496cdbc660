"""Is it alive, and is it ready: judged by work done, not by processes.

Neither answer names versions or addresses; both are public so that a supervisor, a container
and a load balancer can ask.
"""

from __future__ import annotations

from flask import Blueprint
from flask import Response

from thidua.adapters.db.schema import head_version
from thidua.application.background.job_schedule import alarms_of
from thidua.application.background.plugins_seen import missing_campaigns
from thidua.application.background.plugins_seen import stopped_by_change
from thidua.domain.errors import UnavailableError
from thidua.web import context
from thidua.web.api.answers import answer

__all__ = ["HEALTH"]

HEALTH = Blueprint("health", __name__)

#: An older waiting change means that nobody drains.
_LAG_LIMIT_S = 60


@HEALTH.get("/healthz")
def alive() -> Response:
    """Tell that the process answers."""
    return answer({"alive": True})


def _alarms_of_plugins() -> list[str]:
    return [] if all(each.is_sound for each in context.host().catalogue.plugins) else ["plugin_quarantined"]


@HEALTH.get("/readyz")
def ready() -> Response:
    """Tell whether people can be served: database, schema, drain lag, last work of a worker."""
    try:
        with context.host().work.reading() as work:
            health = work.health()
            is_current = health.schema_version == head_version()
            now = context.host().clock.at(health.database_now)
            alarms = [each.code for each in alarms_of(work, now, context.host().zone)] if is_current else []
            if is_current and work.troubles.holds():
                alarms.append("form_held")
            if is_current and missing_campaigns(context.host(), work.campaigns.all()):
                alarms.append("plugin_missing")
            if is_current and stopped_by_change(context.host(), work):
                alarms.append("year_changed")
    except UnavailableError:
        return answer({"ready": False, "database": False}, 503)
    # Changes are written by the database's clock, work done in the product's time, which may be simulated.
    lag = (health.database_now - health.oldest_waiting_at).total_seconds() if health.oldest_waiting_at else 0
    worked = (now - health.worked_at).total_seconds() if health.worked_at else None
    body = {
        "ready": is_current,
        "database": True,
        "schema": is_current,
        "waiting": health.waiting,
        "drain_lag_s": round(max(lag, 0), 1),
        "drain_is_late": lag > _LAG_LIMIT_S,
        # Codes only, and no reason to turn people away: filing and counting go on.
        "alarms": sorted({*alarms, *_alarms_of_plugins()}),
        "worked_s_ago": None if worked is None else round(max(worked, 0), 1),
    }
    return answer(body, 200 if is_current else 503)
