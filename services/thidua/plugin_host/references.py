"""Whether what a plugin names is there, in itself and in the plugins it builds on."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping

from thidua.domain.filing import FilingState
from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import FromForms
from thidua_sdk import FromRoster
from thidua_sdk import Group
from thidua_sdk import Indicator
from thidua_sdk import UnitType

__all__ = ["faults_between_forms", "faults_of_references"]

Models = Mapping[str, Mapping[str, FieldModel]]


def faults_of_references(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[Fault]:
    """Find what a campaign names and nobody brings."""
    models = _models(unit_types)
    yield from _periods(campaign, unit_types)
    asked = _amended(campaign, models)
    yield from _indicators(campaign, asked)
    yield from _statistics(campaign, asked)
    yield from _plan(campaign)
    for index, amendment in enumerate(campaign.amendments):
        if amendment.form not in models:
            yield missing(f"amendments[{index}].form", f"sửa biểu {amendment.form} không loại đơn vị nào có")
    for index, name in enumerate(campaign.unit_type_names):
        if name.unit_type not in unit_types:
            yield missing(f"unit_type_names[{index}]", f"tên gọi: không có loại đơn vị {name.unit_type}")
    for code in campaign.examples:
        if code not in models:
            yield missing(f"examples[{code!r}]", f"báo cáo mẫu của biểu {code} không loại đơn vị nào có")


def faults_between_forms(unit_type: UnitType, unit_types: Mapping[str, UnitType]) -> Iterator[Fault]:
    """Find what a unit type's forms name of forms, their own or others', that is not there."""
    models = _models(unit_types)
    for index, form in enumerate(unit_type.forms):
        place = f"forms[{index}]"
        for other, name in form.sums:
            if name not in models.get(other, {}):
                yield missing(f"{place}.sums", f"biểu {form.code}: lấy tổng ở biểu {other} không có ô {name}")
        yield from _computed(form, place, models)


def _computed(form: Form, place: str, models: Models) -> Iterator[Fault]:
    own = models.get(form.code, {})
    for name, source in form.computed.items():
        where = f"{place}.computed[{name!r}]"
        if name not in own or not own[name].computed:
            yield missing(where, f"biểu {form.code}: không có ô tự tính {name}")
        yield from _taken_from(source, form, where, models)
    for name, model in own.items():
        if model.computed and name not in form.computed:
            yield missing(f"{place}.fields.{name}", f"biểu {form.code}: ô tự tính {name} không nói lấy từ đâu")


def _taken_from(source: FromForms | FromRoster, form: Form, where: str, models: Models) -> Iterator[Fault]:
    if isinstance(source, FromForms):
        for other, field in source.fields:
            if field not in models.get(other, {}):
                yield missing(where, f"biểu {form.code}: lấy số ở biểu {other} không có ô {field}")
        return
    for state in sorted(set(source.states) - set(FilingState)):
        yield missing(where, f"biểu {form.code}: không có tình trạng nộp {state}")
    for other in source.forms:
        if other not in models:
            yield missing(where, f"biểu {form.code}: không có biểu {other}")


def _models(unit_types: Mapping[str, UnitType]) -> Models:
    return {
        form.code: {model.name: model for model in describe(form.schema)}
        for unit_type in unit_types.values()
        for form in unit_type.forms
    }


def _amended(campaign: Campaign, models: Models) -> Models:
    """Return the forms' fields as the campaign amends them."""
    amended = {code: dict(fields) for code, fields in models.items()}
    for amendment in campaign.amendments:
        fields = amended.get(amendment.form)
        if fields is None:
            continue
        for name in amendment.drop:
            fields.pop(name, None)
        if amendment.add is not None:
            fields |= {model.name: model for model in describe(amendment.add)}
    return amended


def missing(place: str, wrong: str, mend: str = "sửa tên cho khớp, hoặc khai báo thứ được nhắc đến") -> Fault:
    """Make the fault of a name that leads nowhere."""
    return Fault(FaultKind.REFERENCE, place, wrong, mend)


def _periods(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[Fault]:
    for index, period in enumerate(campaign.periods):
        filing: set[str] = set()
        for number, use in enumerate(period.forms):
            place = f"periods[{index}].forms[{number}]"
            if not use.unit_types:
                yield missing(f"{place}.unit_types", f"kỳ {period.code}: biểu {use.form} không loại đơn vị nào nộp")
            for code in use.unit_types:
                unit_type = unit_types.get(code)
                if unit_type is None:
                    mend = "cài bản phân phối có loại đơn vị này, hoặc sửa mã"
                    yield missing(f"{place}.unit_types", f"kỳ {period.code}: không có loại đơn vị {code}", mend)
                elif use.form not in {form.code for form in unit_type.forms}:
                    yield missing(f"{place}.form", f"kỳ {period.code}: loại đơn vị {code} không có biểu {use.form}")
                if code in filing:
                    wrong = f"kỳ {period.code}: loại đơn vị {code} nộp hai biểu"
                    yield Fault(FaultKind.DUPLICATE, place, wrong, "để mỗi loại đơn vị nộp một biểu trong một kỳ")
                filing.add(code)
            if use.only is not None:
                yield from _short(use.only, f"kỳ {period.code}: biểu rút gọn {use.form}", f"{place}.only")
        if period.cutoff_on is None and not period.opens_with:
            wrong = f"kỳ {period.code}: chưa có ngày chốt mà không nói chờ điều gì"
            yield missing(
                f"periods[{index}].cutoff_on", wrong, "ghi cutoff_on, hoặc nói ở opens_with kỳ này chờ điều gì"
            )


def _short(only: tuple[str, ...], what: str, place: str) -> Iterator[Fault]:
    if not only:
        yield missing(place, f"{what} không có ô nào", "kê các ô phải điền, hoặc bỏ only để dùng cả biểu")
    for name in sorted({name for name in only if only.count(name) > 1}):
        yield Fault(FaultKind.DUPLICATE, place, f"{what} nhắc hai lần ô {name}", "kê mỗi ô một lần")


def _indicators(campaign: Campaign, models: Models) -> Iterator[Fault]:
    codes = {indicator.code for indicator in campaign.indicators}
    summed = {indicator.code for indicator in campaign.indicators if indicator.sources}
    for index, indicator in enumerate(campaign.indicators):
        place = f"indicators[{index}]"
        for source in indicator.sources:
            if source.field not in models.get(source.form, {}):
                wrong = f"chỉ số {indicator.code}: biểu {source.form} không có ô {source.field}"
                yield missing(f"{place}.sources", wrong)
            if source.scope and source.scope not in indicator.scopes:
                yield missing(
                    f"{place}.scopes",
                    f"chỉ số {indicator.code}: phạm vi {source.scope} chưa có tên",
                    "đặt tên tiếng Việt cho phạm vi ở scopes",
                )
        for code in indicator.ratio or ():
            if code not in codes:
                yield missing(f"{place}.ratio", f"chỉ số {indicator.code}: không có chỉ số {code} để chia")
            elif code not in summed:
                wrong = f"chỉ số {indicator.code}: chỉ số {code} để chia không lấy từ biểu nào"
                yield missing(f"{place}.ratio", wrong, "chia hai chỉ số có sources; tỷ lệ không tính từ tỷ lệ")
        for state in sorted(set(indicator.filing_states) - set(FilingState)):
            yield missing(f"{place}.filing_states", f"chỉ số {indicator.code}: không có tình trạng nộp {state}")
        yield from _fed(indicator, place)
        if indicator.by_topic and not campaign.topics:
            wrong = f"chỉ số {indicator.code}: chia theo chủ đề mà đợt không có chủ đề"
            yield missing(f"{place}.by_topic", wrong, "khai báo topics, hoặc bỏ by_topic")


def _fed(indicator: Indicator, place: str) -> Iterator[Fault]:
    feeds = [bool(each) for each in (indicator.sources, indicator.ratio, indicator.filing_states)]
    mend = "điền đúng một trong sources, ratio, filing_states; không có thì nói ở note số liệu do ai làm ra"
    if not any(feeds) and not indicator.note:
        yield missing(place, f"chỉ số {indicator.code}: không nói lấy số liệu từ đâu", mend)
    if sum(feeds) > 1:
        yield Fault(FaultKind.REFERENCE, place, f"chỉ số {indicator.code}: lấy số liệu theo hai cách", mend)


def _statistics(campaign: Campaign, models: Models) -> Iterator[Fault]:
    """Check where the Office enters outside figures: the cell, its source's group, the baseline's group."""
    for index, statistic in enumerate(campaign.statistics):
        place = f"statistics[{index}]"
        own = models.get(statistic.form, {})
        if statistic.field not in own:
            wrong = f"số liệu {statistic.code}: biểu {statistic.form} không có ô {statistic.field}"
            yield missing(f"{place}.field", wrong)
        for attribute, columns in (("source_field", ()), ("baseline_field", (statistic.field, "version"))):
            name = getattr(statistic, attribute)
            if not name:
                continue
            group = own.get(name)
            if group is None or group.kind != Group.kind:
                wrong = f"số liệu {statistic.code}: biểu {statistic.form} không có nhóm ô {name}"
                yield missing(f"{place}.{attribute}", wrong)
                continue
            for column in columns:
                if column not in {each.name for each in group.columns}:
                    wrong = f"số liệu {statistic.code}: nhóm ô {name} không có ô {column}"
                    yield missing(f"{place}.{attribute}", wrong)


def _plan(campaign: Campaign) -> Iterator[Fault]:
    indicators = {indicator.code for indicator in campaign.indicators}
    topics = {topic.code for topic in campaign.topics}
    for index, basis in enumerate(campaign.legal_bases):
        if basis.topic and basis.topic not in topics:
            yield missing(f"legal_bases[{index}].topic", f"căn cứ {basis.code}: không có chủ đề {basis.topic}")
    for what, many in (("nhiệm vụ", "duties"), ("mục đích", "purposes")):
        for index, each in enumerate(getattr(campaign, many)):
            for code in each.indicators:
                if code not in indicators:
                    yield missing(f"{many}[{index}].indicators", f"{what} {each.code}: không có chỉ số {code}")
    yield from _compared(campaign, indicators)


def _compared(campaign: Campaign, indicators: set[str]) -> Iterator[Fault]:
    statistics = {statistic.code for statistic in campaign.statistics}
    periods = {period.code for period in campaign.periods}
    for index, target in enumerate(campaign.targets):
        if target.indicator not in indicators:
            yield missing(f"targets[{index}].indicator", f"chỉ tiêu {target.code}: không có chỉ số {target.indicator}")
        if target.statistic not in statistics:
            yield missing(f"targets[{index}].statistic", f"chỉ tiêu {target.code}: không có số liệu {target.statistic}")
    for index, baseline in enumerate(campaign.baselines):
        if baseline.period not in periods:
            yield missing(f"baselines[{index}].period", f"số liệu gốc: không có kỳ {baseline.period}")
        for code in baseline.values:
            if code not in statistics:
                yield missing(f"baselines[{index}].values", f"số liệu gốc: không có số liệu {code}")
