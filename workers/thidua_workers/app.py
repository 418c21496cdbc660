"""The Celery app that workers and beat share; it knows no tasks until a worker imports them."""

from __future__ import annotations

from celery import Celery
from celery.signals import setup_logging

from thidua.adapters.broker import celery_settings
from thidua.adapters.log_lines import JSON
from thidua.adapters.log_lines import write_json
from thidua.domain.errors import InvalidConfigurationError
from thidua.settings import Settings

__all__ = ["app", "configure"]

#: Tasks register here when their module is imported; beat never imports them and stays light.
app = Celery("thidua")


def configure(settings: Settings, log_level: str = "") -> Celery:
    """Give the app the installation's broker, its time zone and our settings.

    Args:
        settings: how this installation is set.
        log_level: the least that is logged; by default that of the settings.

    Raises:
        InvalidConfigurationError: there is no broker to talk to.
    """
    if not settings.broker_url:
        raise InvalidConfigurationError(
            "Chưa đặt THIDUA_BROKER_URL; lệnh thidua serve và thidua demo tự chạy hàng đợi của mình.",
            subject="THIDUA_BROKER_URL",
        )
    app.conf.update(celery_settings(settings), timezone=str(settings.time_zone))
    if settings.log_format == JSON:
        write_json(log_level or settings.log_level)
        # Whoever listens to this signal sets up all of Celery's logging, in every process of a pool.
        setup_logging.connect(
            lambda **_: write_json(log_level or settings.log_level), weak=False, dispatch_uid="thidua-log-lines"
        )
    return app
