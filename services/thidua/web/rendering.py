"""What every template can use: formats in the host's zone, the person, the navigation, the clock's banner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from functools import partial

from flask import Flask
from flask import request
from flask import url_for

from thidua.application.access.permissions import Right
from thidua.application.access.permissions import allows
from thidua.application.ports.host import Host
from thidua.domain.accounts import Actor
from thidua.domain.deadlines import MOMENT_LABELS
from thidua.domain.deadlines import say_deadline
from thidua.domain.deadlines import say_grant
from thidua.domain.deadlines import say_moment
from thidua.domain.filing import FILING_LABELS
from thidua.domain.reports import CHANNEL_LABELS
from thidua.domain.reports import EVENT_LABELS
from thidua.domain.reports import REPORT_LABELS
from thidua.domain.revisions import REVISION_LABELS
from thidua.web import context
from thidua.web import formats
from thidua.web.account_words import role_words

__all__ = ["Place", "give_words", "prepare"]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; those ``aside`` are behind one that unfolds."""

    label: str
    url: str
    is_here: bool
    aside: bool = False


#: So many entries stand side by side in one line on a desk; with more, those of who runs the place fold away.
_MOST_SIDE_BY_SIDE = 5


def prepare(app: Flask, host: Host) -> None:
    """Give the templates their filters and globals, and each page its frame."""
    give_words(app, host.zone)
    app.jinja_env.globals.update(
        # Empty where there is no single sign-on.
        provider_label=lambda: host.provider.label if host.provider else "",
        takes_passwords=lambda: host.sign_in_rules.takes_passwords,
    )

    @app.context_processor
    def frame() -> dict[str, object]:
        person = context.actor_if_known()
        return {
            "actor": person,
            "places": places_of(person) if person else (),
            "simulated_now": host.clock.now() if host.clock.is_simulated else None,
            "request_id": context.request_id(),
        }


def give_words(app: Flask, zone: tzinfo) -> None:
    """Give the templates their filters and words; these know of no person and no request."""
    app.jinja_env.filters.update(
        number=formats.number,
        percent=formats.percent,
        points=formats.points,
        signed=formats.signed,
        change=formats.change,
        day=formats.day,
        day_before=lambda day: day - timedelta(days=1),
        moment=partial(formats.moment, zone=zone),
        moment_exact=partial(formats.moment_exact, zone=zone),
        due=partial(say_moment, zone=zone),
        said=partial(say_deadline, zone=zone),
        granted=say_grant,
        iso=datetime.fromisoformat,
        iso_day=date.fromisoformat,
        punctuality=formats.punctuality,
        role=role_words,
        span=formats.span,
        capitalized=formats.capitalized,
    )
    app.jinja_env.globals.update(
        UNKNOWN=formats.UNKNOWN,
        FILING_LABELS=FILING_LABELS,
        CHANNEL_LABELS=CHANNEL_LABELS,
        REPORT_LABELS=REPORT_LABELS,
        REVISION_LABELS=REVISION_LABELS,
        EVENT_LABELS=EVENT_LABELS,
        MOMENT_LABELS=MOMENT_LABELS,
    )


_ASIDE = frozenset(
    {
        Right.READ_JOBS,
        Right.OPERATE_JOBS,
        Right.OPERATE_PLUGINS,
        Right.READ_AUDIT,
        Right.MANAGE_ACCOUNTS,
        Right.GIVE_MEMBERSHIPS,
    }
)


def places_of(person: Actor) -> tuple[Place, ...]:
    """List where a person can go from any page."""
    wanted = [
        (
            Right.READ_STATUS,
            "Tình hình phong trào",
            "home.campaigns",
            ("status.", "home.", "deadline.", "inputs.", "by_unit."),
        ),
        (Right.FILE_REPORT, "Báo cáo phải nộp", "due.show", ("due.", "form.", "receipt.")),
        (Right.READ_REPORT, "Báo cáo đã nộp", "reports.show", ("reports.", "report.", "review.", "bulk.")),
        (Right.FILE_ON_BEHALF, "Nhập thay", "paper.waiting", ("paper.",)),
        (Right.READ_LINEAGE, "Đơn vị", "lineage.show", ("lineage.",)),
        (Right.READ_JOBS, "Việc máy đang làm", "jobs.show", ("jobs.",)),
        (Right.OPERATE_JOBS, "Vận hành", "operator.show", ("operator.",)),
        (Right.OPERATE_PLUGINS, "Phần mở rộng", "plugins.show", ("plugins.",)),
        (Right.READ_AUDIT, "Nhật ký kiểm soát", "trail.show", ("trail.",)),
        (Right.MANAGE_ACCOUNTS, "Tài khoản", "accounts.show", ("accounts.",)),
        (Right.GIVE_MEMBERSHIPS, "Chờ xác nhận", "waiting.show", ("waiting.",)),
    ]
    here = request.endpoint or ""
    allowed = [each for each in wanted if allows(person, each[0])]
    folds = len(allowed) > _MOST_SIDE_BY_SIDE
    return tuple(
        Place(label, url_for(endpoint), here.startswith(pages), folds and right in _ASIDE)
        for right, label, endpoint, pages in allowed
    )
