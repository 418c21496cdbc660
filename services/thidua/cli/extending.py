"""Look after plugins: which serve, which are in quarantine and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import suppress

import click

from thidua.application.background.plugins_seen import list_plugins
from thidua.application.ports.host import Host
from thidua.application.reports.broken_rules import release_form
from thidua.application.years.standing import YearStanding
from thidua.bootstrap import installed_plugins
from thidua.cli.hosting import command_host
from thidua.cli.pinning import hinders
from thidua.cli.pinning import lines_of
from thidua.cli.pinning import missing_years
from thidua.cli.pinning import standing_document
from thidua.cli.pinning import years_beside
from thidua.cli.printing import json_option
from thidua.cli.printing import print_json
from thidua.cli.printing import print_table
from thidua.domain.errors import NotFoundError
from thidua.domain.errors import QuarantinedError
from thidua.domain.plugins import TROUBLE_LABELS
from thidua.domain.plugins import Plugin
from thidua.domain.plugins import PluginGroup
from thidua.domain.plugins import RuleFault
from thidua.plugin_host.comparability import faults_between
from thidua.settings import load

__all__ = ["COMMANDS"]

_KINDS = {PluginGroup.UNIT_TYPE: "unit_type", PluginGroup.CAMPAIGN: "campaign"}


@click.group()
def plugins() -> None:
    """Look after the plugins."""


@plugins.command("list")
@json_option
def plugins_list(*, as_json: bool) -> None:
    """List the plugins that serve and those in quarantine."""
    registry = installed_plugins(load())
    found = registry.plugins
    missing = missing_years(years_beside(registry))
    if as_json:
        print_json(_document(found, missing))
        return
    print_table([_line(each) for each in found])
    for each in found:
        for sentence in each.sentences:
            click.echo(f"cách ly  {each.code} ({each.origin}): {sentence}")
    for code in missing or ():
        click.echo(f"thiếu  {_told_missing(code)}")


@plugins.command("check")
@json_option
def plugins_check(*, as_json: bool) -> None:
    """Try and judge every installed plugin afresh.

    Fail if one is in quarantine, none serves, years do not fit, or a campaign under way would stop.
    """
    registry = installed_plugins(load(), afresh=True)
    found = registry.plugins
    between = list(faults_between(registry.campaigns))
    years = years_beside(registry)
    # Unit types without a campaign are how an author begins; a campaign without its unit types is out by itself.
    is_wrong = not found or bool(between) or any(not each.is_sound for each in found) or any(map(hinders, years or ()))
    if as_json:
        told = [{"campaign": code, "wrong": wrong} for code, wrong in between]
        pins = None if years is None else [standing_document(each) for each in years]
        print_json({**_document(found, missing_years(years)), "between_years": told, "years": pins})
        sys.exit(1 if is_wrong else 0)
    for line in _wrongs(found, between, years or ()):
        click.echo(line, err=True)
    for year in years or ():
        for line in lines_of(year):
            click.echo(line, err=hinders(year))
    if not found:
        click.echo("Chưa cài phần mở rộng nào.", err=True)
    if is_wrong:
        sys.exit(1)
    unit_types = sum(each.group is PluginGroup.UNIT_TYPE for each in found)
    click.echo(f"{unit_types} loại đơn vị, {len(found) - unit_types} đợt thi đua: đều dùng được.")
    if years is None:
        click.echo("Chưa đọc được cơ sở dữ liệu của bản này nên chưa so với các năm đã khóa.")


def _wrongs(
    found: Iterable[Plugin], between: Iterable[tuple[str, str]], years: Iterable[YearStanding]
) -> Iterator[str]:
    for each in found:
        yield from (f"{each.code} ({each.origin}): {sentence}" for sentence in each.sentences)
    yield from (f"{code}: {wrong}" for code, wrong in between)
    yield from map(_told_missing, missing_years(years) or ())


@plugins.command("release")
@click.argument("campaign_code")
@click.argument("form_code")
@json_option
def plugins_release(campaign_code: str, form_code: str, *, as_json: bool) -> None:
    """Let FORM of CAMPAIGN, held back because of a rule that did not end, take reports again."""
    host = command_host()
    is_released = release_form(host, None, campaign_code, form_code)
    if not is_released:
        _require_form(host, campaign_code, form_code)
    if as_json:
        print_json({"campaign": campaign_code, "form": form_code, "released": is_released})
    elif is_released:
        click.echo(f"Biểu {form_code} của đợt {campaign_code} nhận báo cáo lại.")
    else:
        click.echo("Biểu này không bị tạm dừng, cũng không có quy tắc nào bị lỗi.")


@plugins.command("troubles")
@json_option
def plugins_troubles(*, as_json: bool) -> None:
    """List the forms held back and the rules that failed while they judged reports."""
    seen = list_plugins(command_host(), None)
    if as_json:
        print_json(
            {
                "holds": [
                    {**_fault(each.fault), "since": each.since, "current": seen.is_current(each)} for each in seen.holds
                ],
                "troubles": [
                    {
                        **_fault(each.fault),
                        "unit": each.unit_code,
                        "times": each.times,
                        "last_at": each.last_at,
                        "current": seen.is_current(each),
                    }
                    for each in seen.troubles
                ],
            }
        )
        return
    for hold in seen.holds:
        click.echo(f"tạm dừng  biểu {hold.form_code}, đợt {hold.campaign_code}, từ {hold.since:%d/%m/%Y %H:%M}")
    rows = [
        (fault.campaign_code, fault.form_code, fault.rule_code, TROUBLE_LABELS[fault.kind], fault.place, each.unit_code)
        for each in seen.troubles
        for fault in (each.fault,)
    ]
    print_table(rows)


def _require_form(host: Host, campaign_code: str, form_code: str) -> None:
    """Refuse names that nothing installed has, which are likely mistyped.

    Raises:
        NotFoundError: there is no such campaign or form.
    """
    with suppress(QuarantinedError):
        host.catalogue.campaign(campaign_code)
        forms = {form.code for each in host.catalogue.unit_types.values() for form in each.forms}
        if form_code not in forms:
            raise NotFoundError(f"Không có biểu {form_code}; chỉ có {', '.join(sorted(forms))}.", subject=form_code)


def _fault(fault: RuleFault) -> dict[str, object]:
    return {
        "campaign": fault.campaign_code,
        "form": fault.form_code,
        "rule": fault.rule_code,
        "kind": fault.kind,
        "place": fault.place,
    }


def _line(plugin: Plugin) -> tuple[str, ...]:
    return (
        _KINDS[plugin.group],
        plugin.code,
        plugin.origin,
        "đang dùng" if plugin.is_sound else "cách ly",
        plugin.label,
    )


def _told_missing(code: str) -> str:
    return (
        f"đợt {code} đã mở mà không còn phần mở rộng nào mang. Không có gì bị mất; "
        "cài lại bản phân phối của đợt rồi khởi động lại."
    )


def _document(found: Iterable[Plugin], missing: Iterable[str] | None) -> dict[str, object]:
    return {
        "missing_campaigns": None if missing is None else list(missing),
        "plugins": [
            {
                "kind": _KINDS[each.group],
                "code": each.code,
                "label": each.label,
                "distribution": each.distribution,
                "version": each.version,
                "state": "serving" if each.is_sound else "quarantined",
                "digest": each.digest,
                "tried_at": each.tried_at or None,
                "took_ms": each.took_ms,
                "faults": [
                    {
                        "kind": fault.kind,
                        "place": fault.place,
                        "wrong": fault.wrong,
                        "mend": fault.mend,
                        "sentence": fault.sentence,
                    }
                    for fault in each.faults
                ],
            }
            for each in found
        ],
    }


COMMANDS: tuple[click.Command, ...] = (plugins,)
