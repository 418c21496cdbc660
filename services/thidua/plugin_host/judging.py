"""Judge one plugin's value without running a campaign.

Each function returns faults that say where, what is wrong and how it is mended; an empty tuple
means sound. The shape comes first: the rest relies on it.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from thidua.domain.errors import PluginError
from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.forms.compose import compose
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.soundness import MOST_CELLS
from thidua.forms.soundness import lacks_of
from thidua.plugin_host.bounds import faults_of_bounds
from thidua.plugin_host.comparability import faults_of_comparison
from thidua.plugin_host.evidence import faults_of_evidence
from thidua.plugin_host.examples import faults_of_examples
from thidua.plugin_host.references import faults_of_references
from thidua.plugin_host.shape import faults_of_shape
from thidua.plugin_host.texts import faults_of_field_texts
from thidua.plugin_host.texts import faults_of_texts
from thidua.plugin_host.timetable import faults_of_timetable
from thidua_sdk import API_VERSION
from thidua_sdk import Campaign
from thidua_sdk import Form
from thidua_sdk import PayloadRule
from thidua_sdk import RecordRule
from thidua_sdk import Section
from thidua_sdk import UnitType

__all__ = ["faults_of_campaign", "faults_of_unit_type", "unit_types_needed"]

_LACKS = {"label", "source", "unit", "help", "title", "code"}


def faults_of_unit_type(name: str, value: object) -> tuple[Fault, ...]:
    """Judge a unit type; ``name`` is its entry point's. Not what its forms say of other unit types'."""
    if type(value) is not UnitType:
        return (_of_another_type(value, UnitType),)
    faults = [*_api(value.api_version), *faults_of_shape(value, UnitType, "")]
    if faults:
        return tuple(faults)
    faults += _misnamed(name, value.code)
    faults += _repeated("mã biểu", "forms", (form.code for form in value.forms))
    if not value.forms:
        faults.append(Fault(FaultKind.REFERENCE, "forms", "không có biểu nào", "khai báo ít nhất một biểu"))
    for index, form in enumerate(value.forms):
        faults += _form(form, f"forms[{index}]")
    faults += faults_of_texts(value)
    return tuple(dict.fromkeys(faults))


def faults_of_campaign(
    name: str, value: object, unit_types: Mapping[str, UnitType], out: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Judge a campaign against the unit types that serve; ``out`` are codes of those in quarantine."""
    if type(value) is not Campaign:
        return (_of_another_type(value, Campaign),)
    faults = [*_api(value.api_version), *faults_of_shape(value, Campaign, "")]
    if faults:
        return tuple(faults)
    faults += _needs(value, out)
    if faults:
        # What is missing with them would only repeat it.
        return (*faults, *_misnamed(name, value.code))
    faults += _misnamed(name, value.code)
    for what, many in (
        ("mã chủ đề", "topics"),
        ("mã chỉ số", "indicators"),
        ("mã nhiệm vụ", "duties"),
        ("mã mục đích", "purposes"),
        ("mã chỉ tiêu", "targets"),
        ("mã số liệu", "statistics"),
        ("mã kỳ", "periods"),
        ("mã căn cứ", "legal_bases"),
        ("mã hình thức khen", "award_forms"),
    ):
        faults += _repeated(what, many, (each.code for each in getattr(value, many)))
    faults += _repeated(
        "tên cho chương trình (identifier)", "indicators", (each.identifier for each in value.indicators)
    )
    renamed = (name.unit_type for name in value.unit_type_names)
    faults += _repeated("tên gọi của loại đơn vị", "unit_type_names", renamed)
    faults += faults_of_references(value, unit_types)
    faults += faults_of_bounds(value)
    faults += faults_of_timetable(value)
    faults += faults_of_evidence(value, unit_types)
    faults += _compositions(value, {form.code: form for each in unit_types.values() for form in each.forms})
    faults += faults_of_comparison(value)
    faults += faults_of_examples(value, unit_types)
    faults += faults_of_texts(value)
    return tuple(dict.fromkeys(faults))


def unit_types_needed(campaign: Campaign) -> frozenset[str]:
    """Return the codes of the unit types that a campaign names."""
    filing = (code for period in campaign.periods for use in period.forms for code in use.unit_types)
    return frozenset(filing) | {code for duty in campaign.duties for code in duty.unit_types}


def _of_another_type(value: object, wanted: type) -> Fault:
    # A subclass is another type, too: it may answer for each attribute as it likes.
    found = f"lớp {value.__name__}" if isinstance(value, type) else type(value).__name__
    return Fault(
        FaultKind.TYPE,
        "",
        f"phải là {wanted.__name__}, đang là {found}",
        f"cho điểm vào trỏ tới một giá trị thidua_sdk.{wanted.__name__}(...)",
    )


def _api(version: object) -> Iterator[Fault]:
    if version == API_VERSION and type(version) is int:
        return
    if type(version) is not int:
        said = "không nói viết cho phiên bản API nào" if version is None else f"ghi phiên bản API là {version!r}"
        mend = f"bỏ api_version, hoặc đặt api_version={API_VERSION}"
    else:
        said = f"viết cho phiên bản API {version}, hệ thống dùng phiên bản {API_VERSION}"
        mend = (
            "nâng cấp hệ thống lên bản dùng API ấy, hoặc cài bản cũ hơn của phần mở rộng"
            if version > API_VERSION
            else f"cài bản mới hơn của phần mở rộng, viết cho API {API_VERSION}"
        )
    yield Fault(FaultKind.API, "api_version", said, mend)


def _misnamed(name: str, code: str) -> Iterator[Fault]:
    if name != code:
        mend = f"trong pyproject.toml, đặt tên điểm vào là {code!r}; hoặc đổi code thành {name!r}"
        yield Fault(FaultKind.NAME, "code", f"tên điểm vào {name!r} khác mã {code!r}", mend)


def _repeated(what: str, place: str, codes: Iterable[str]) -> list[Fault]:
    """Find codes given twice, which they also are where only capitals tell them apart."""
    known: set[str] = set()
    twice: dict[str, None] = {}
    for code in codes:
        if code.casefold() in known:
            twice[code] = None
        known.add(code.casefold())
    mend = "đặt mã khác nhau, không chỉ khác ở chữ hoa, chữ thường"
    return [Fault(FaultKind.DUPLICATE, place, f"{what} {code} bị trùng", mend) for code in twice]


def _needs(campaign: Campaign, out: Collection[str]) -> Iterator[Fault]:
    for code in sorted(unit_types_needed(campaign) & set(out)):
        mend = "xử lý loại đơn vị ấy trước; đợt này tự dùng lại được"
        yield Fault(FaultKind.NEEDS, "periods", f"cần loại đơn vị {code} đang bị cách ly", mend)


def _form(form: Form, place: str) -> Iterator[Fault]:
    """Judge the schema behind a form, which no annotation of the form reaches into."""
    found = list(_schema_shape(form, place))
    if found:
        yield from found
        return
    for lack in lacks_of(form):
        kind = FaultKind.TEXT if lack.where.rpartition(".")[2] in _LACKS else FaultKind.REFERENCE
        if lack.is_bound:
            kind = FaultKind.BOUNDS
        elif lack.is_name:
            kind = FaultKind.NAME
        yield Fault(
            kind, f"{place}.{lack.where}" if lack.where else place, f"biểu {form.code}: {lack.wrong}", lack.mend
        )
    try:
        models = describe(form.schema)
    except PluginError:  # said above
        return
    yield from faults_of_field_texts(models, form.schema, place)


def _schema_shape(form: Form, place: str) -> Iterator[Fault]:
    schema: Any = form.schema
    for name, declared in (
        ("sections", tuple[Section, ...]),
        ("rules", tuple[PayloadRule, ...]),
        ("record_rules", tuple[RecordRule, ...]),
    ):
        yield from faults_of_shape(getattr(schema, name), declared, f"{place}.schema.{name}")
    try:
        models = describe(schema)
    except PluginError:  # said by what the form lacks
        return
    for model in models:
        yield from faults_of_shape(model, FieldModel, f"{place}.fields.{model.name}")


def _compositions(campaign: Campaign, forms: Mapping[str, Form]) -> Iterator[Fault]:
    used = {(use.form, use.only) for period in campaign.periods for use in period.forms}
    used |= {(amendment.form, None) for amendment in campaign.amendments}
    for code, only in sorted(used, key=str):
        form = forms.get(code)
        if form is None:
            continue
        try:
            made = compose(form, campaign, only)
        except PluginError as fault:
            place = "amendments" if only is None else "periods"
            yield Fault(FaultKind.REFERENCE, place, f"biểu {code}: {fault.message}", "sửa tên ô cho khớp với biểu")
            continue
        if len(made.cells) > MOST_CELLS:
            wrong = f"biểu {code} có {len(made.cells)} ô khi chia theo chủ đề, nhiều nhất được {MOST_CELLS}"
            yield Fault(FaultKind.BOUNDS, "topics", wrong, "bớt chủ đề, hoặc bỏ by_topic ở các ô không cần chia")
    for index, amendment in enumerate(campaign.amendments):
        if amendment.add is not None:
            models = describe(amendment.add)
            for model in models:
                yield from faults_of_shape(model, FieldModel, f"amendments[{index}].fields.{model.name}")
            yield from faults_of_field_texts(models, amendment.add, f"amendments[{index}]")
