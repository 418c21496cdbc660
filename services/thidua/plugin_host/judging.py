"""Judge one plugin's value without running a campaign.

Each function returns Vietnamese sentences that say what is wrong and where; an empty tuple
means sound.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping

from thidua.domain.errors import PluginError
from thidua.domain.filing import FilingState
from thidua.forms.compose import check_form
from thidua.forms.compose import compose
from thidua.forms.describe import describe
from thidua.plugin_host.comparability import faults_of_comparison
from thidua.plugin_host.evidence import faults_of_evidence
from thidua_sdk import API_VERSION
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import Target
from thidua_sdk import TargetKind
from thidua_sdk import UnitType

__all__ = ["faults_of_campaign", "faults_of_unit_type"]


def faults_of_unit_type(name: str, value: object) -> tuple[str, ...]:
    """Judge a unit type; ``name`` is its entry point's."""
    if not isinstance(value, UnitType):
        return (f"phải là UnitType, đang là {type(value).__name__}",)
    if value.api_version != API_VERSION:
        return (f"viết cho phiên bản API {value.api_version}, hệ thống dùng phiên bản {API_VERSION}",)
    faults = list(_misnamed(name, value.code))
    faults += _repeated("mã biểu", (form.code for form in value.forms))
    if not value.forms:
        faults.append("không có biểu nào")
    for form in value.forms:
        faults += [f"biểu {form.code}: {fault}" for fault in check_form(form)]
    faults += _texts({"label": value.label, "source": value.source})
    return tuple(faults)


def faults_of_campaign(name: str, value: object, unit_types: Mapping[str, UnitType]) -> tuple[str, ...]:
    """Judge a campaign against the unit types that serve."""
    if not isinstance(value, Campaign):
        return (f"phải là Campaign, đang là {type(value).__name__}",)
    if value.api_version != API_VERSION:
        return (f"viết cho phiên bản API {value.api_version}, hệ thống dùng phiên bản {API_VERSION}",)
    faults = list(_misnamed(name, value.code))
    for what, codes in (
        ("mã chủ đề", (topic.code for topic in value.topics)),
        ("mã chỉ số", (indicator.code for indicator in value.indicators)),
        ("mã nhiệm vụ", (duty.code for duty in value.duties)),
        ("mã chỉ tiêu", (target.code for target in value.targets)),
        ("mã kỳ", (period.code for period in value.periods)),
        ("mã căn cứ", (basis.code for basis in value.legal_bases)),
    ):
        faults += _repeated(what, codes)
    forms = {form.code: form for unit_type in unit_types.values() for form in unit_type.forms}
    faults += _periods(value, unit_types)
    faults += _indicators(value, forms)
    faults += _references(value)
    faults += faults_of_evidence(value, unit_types)
    faults += _compositions(value, forms)
    faults += faults_of_comparison(value)
    faults += _names(value, unit_types)
    faults += _texts({"title": value.title, "theme": value.theme})
    return tuple(faults)


def _misnamed(name: str, code: str) -> Iterator[str]:
    if name != code:
        yield f"tên điểm vào {name!r} khác mã {code!r}"


def _repeated(what: str, codes: Iterable[str]) -> list[str]:
    return [f"{what} {code} bị trùng" for code, times in Counter(codes).items() if times > 1]


def _texts(texts: Mapping[str, str]) -> list[str]:
    faults = [f"{where}: trống" for where, text in texts.items() if not text.strip()]
    return faults + [
        f"{where}: chữ chưa ở dạng NFC" for where, text in texts.items() if not unicodedata.is_normalized("NFC", text)
    ]


def _periods(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[str]:
    for period in campaign.periods:
        for use in period.forms:
            for code in use.unit_types:
                unit_type = unit_types.get(code)
                if unit_type is None:
                    yield f"kỳ {period.code}: không có loại đơn vị {code}"
                elif use.form not in {form.code for form in unit_type.forms}:
                    yield f"kỳ {period.code}: loại đơn vị {code} không có biểu {use.form}"
        if period.cutoff_on is None and not period.opens_with:
            yield f"kỳ {period.code}: chưa có ngày chốt mà không nói chờ điều gì"


def _indicators(campaign: Campaign, forms: Mapping[str, Form]) -> Iterator[str]:
    codes = {indicator.code for indicator in campaign.indicators}
    fields = {code: _fields(form, campaign) for code, form in forms.items()}
    for indicator in campaign.indicators:
        for source in indicator.sources:
            if source.field not in fields.get(source.form, ()):
                yield f"chỉ số {indicator.code}: biểu {source.form} không có ô {source.field}"
            if source.scope and source.scope not in indicator.scopes:
                yield f"chỉ số {indicator.code}: phạm vi {source.scope} chưa có tên"
        yield from (
            f"chỉ số {indicator.code}: không có chỉ số {code} để chia"
            for code in indicator.ratio or ()
            if code not in codes
        )
        yield from (
            f"chỉ số {indicator.code}: không có tình trạng nộp {state}"
            for state in sorted(set(indicator.filing_states) - set(FilingState))
        )
        if not (indicator.sources or indicator.ratio or indicator.filing_states or indicator.note):
            yield f"chỉ số {indicator.code}: không nói lấy số liệu từ đâu"
        if indicator.by_topic and not campaign.topics:
            yield f"chỉ số {indicator.code}: chia theo chủ đề mà đợt không có chủ đề"
        yield from (
            f"chỉ số {indicator.code}: thiếu {what}"
            for what, text in (
                ("tên", indicator.label),
                ("đơn vị tính", indicator.unit_of_measure),
                ("nguồn", indicator.source),
            )
            if not text
        )


def _fields(form: Form, campaign: Campaign) -> set[str]:
    """Name a form's fields as the campaign amends them."""
    names = {field.name for field in describe(form.schema)}
    for amendment in campaign.amendments:
        if amendment.form == form.code:
            names -= set(amendment.drop)
            names |= {field.name for field in describe(amendment.add)} if amendment.add else set()
    return names


def _names(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[str]:
    for name in campaign.unit_type_names:
        if name.unit_type not in unit_types:
            yield f"tên gọi: không có loại đơn vị {name.unit_type}"
        if not (name.label.strip() and name.source.strip()):
            yield f"tên gọi của {name.unit_type}: trống hoặc thiếu nguồn"
    yield from _repeated("tên gọi của loại đơn vị", (name.unit_type for name in campaign.unit_type_names))


def _references(campaign: Campaign) -> Iterator[str]:
    indicators = {indicator.code for indicator in campaign.indicators}
    topics = {topic.code for topic in campaign.topics}
    for basis in campaign.legal_bases:
        if basis.topic and basis.topic not in topics:
            yield f"căn cứ {basis.code}: không có chủ đề {basis.topic}"
    for duty in campaign.duties:
        yield from (
            f"nhiệm vụ {duty.code}: không có chỉ số {code}" for code in duty.indicators if code not in indicators
        )
        if not (duty.clause and duty.source):
            yield f"nhiệm vụ {duty.code}: thiếu điều khoản hoặc nguồn"
    yield from _targets(campaign, indicators)


def _targets(campaign: Campaign, indicators: set[str]) -> Iterator[str]:
    statistics = {statistic.code for statistic in campaign.statistics}
    periods = {period.code for period in campaign.periods}
    for target in campaign.targets:
        if target.indicator not in indicators:
            yield f"chỉ tiêu {target.code}: không có chỉ số {target.indicator}"
        if target.statistic not in statistics:
            yield f"chỉ tiêu {target.code}: không có số liệu {target.statistic}"
        if not _is_sensible(target):
            yield f"chỉ tiêu {target.code}: mức phần trăm thiếu hoặc không hợp lý"
    for baseline in campaign.baselines:
        if baseline.period not in periods:
            yield f"số liệu gốc: không có kỳ {baseline.period}"
        yield from (f"số liệu gốc: không có số liệu {code}" for code in baseline.values if code not in statistics)


def _is_sensible(target: Target) -> bool:
    least, most = target.least_percent, target.most_percent
    if target.kind is TargetKind.BAND:
        return least is not None and most is not None and 0 < least <= most <= 100  # noqa: PLR2004  per cent
    if target.kind is TargetKind.AT_LEAST:
        return least is not None and 0 < least <= 100  # noqa: PLR2004
    return True


def _compositions(campaign: Campaign, forms: Mapping[str, Form]) -> Iterator[str]:
    used = {(use.form, use.only) for period in campaign.periods for use in period.forms}
    for code, only in sorted(used, key=str):
        form = forms.get(code)
        if form is None:
            continue
        try:
            compose(form, campaign, only)
        except PluginError as fault:
            yield f"biểu {code}: {fault.message}"
