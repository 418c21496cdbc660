"""Whether the figures by which a campaign judges its duties are figures that anybody counts."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from functools import partial
from itertools import chain

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.rule_running import RULES_LIMIT_S
from thidua.forms.time_limit import OverTimeError
from thidua.forms.time_limit import within
from thidua.forms.watched_rules import names_read
from thidua.plugin_host.references import missing
from thidua_sdk import Campaign
from thidua_sdk import Choice
from thidua_sdk import DutyState
from thidua_sdk import UnitRule
from thidua_sdk import UnitType

__all__ = ["faults_of_evidence"]


def faults_of_evidence(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[Fault]:
    """Find duties that nothing reported could ever show.

    A rule may name figures of several forms, of which a unit has those of its own.
    """
    counted = {code: frozenset(_counted(campaign, unit_type)) for code, unit_type in unit_types.items()}
    anywhere = frozenset(chain.from_iterable(counted.values()))
    for index, duty in enumerate(campaign.duties):
        place = f"duties[{index}]"
        try:
            names = within(RULES_LIMIT_S, partial(names_read, duty.evidence, {}))
            state: object = within(RULES_LIMIT_S, partial(duty.evidence.judge, {}))
        except OverTimeError:
            wrong = f"cách xét nhiệm vụ {duty.code} xét mãi không xong"
            yield Fault(FaultKind.HANG, f"{place}.evidence", wrong, "bỏ vòng lặp không dừng trong judge()")
            continue
        except Exception as failure:  # noqa: BLE001  code of plugins, whatever it raises
            wrong = f"cách xét nhiệm vụ {duty.code} báo lỗi {type(failure).__name__} khi đơn vị chưa báo cáo gì"
            yield Fault(FaultKind.TYPE, f"{place}.evidence", wrong, "lấy số liệu bằng facts.get(tên ô, 0)")
            continue
        if not isinstance(state, DutyState):
            wrong = f"cách xét nhiệm vụ {duty.code}: kết quả phải là DutyState, đang là {type(state).__name__}"
            yield Fault(FaultKind.TYPE, f"{place}.evidence", wrong, "trả về một giá trị của thidua_sdk.DutyState")
        for name in names:
            if name not in anywhere:
                wrong = f"nhiệm vụ {duty.code}: không biểu nào cho số liệu ở ô {name}"
                yield missing(f"{place}.evidence", wrong, "ghi vào evidence tên ô được cộng số liệu")
        for code in duty.unit_types:
            if code not in counted:
                yield missing(f"{place}.unit_types", f"nhiệm vụ {duty.code}: không có loại đơn vị {code}")
            elif names and counted[code].isdisjoint(names):
                wrong = f"nhiệm vụ {duty.code}: biểu của loại đơn vị {code} không có ô nào cho thấy nhiệm vụ này"
                yield missing(f"{place}.evidence", wrong, "sửa evidence, hoặc bỏ loại đơn vị ấy khỏi unit_types")


def _counted(campaign: Campaign, unit_type: UnitType) -> Iterator[str]:
    """Name what evidence rules see of a unit type's forms: ``field``, or ``field=option`` of a choice."""
    for form in unit_type.forms:
        schemas = [form.schema, *(each.add for each in campaign.amendments if each.add and each.form == form.code)]
        for model in (model for schema in schemas for model in describe(schema)):
            if _is_counted(model):
                yield model.name
            if model.kind == Choice.kind and model.aggregate.units is not UnitRule.NEVER:
                yield from (f"{model.name}={option}" for option, _ in model.options)


def _is_counted(model: FieldModel) -> bool:
    return model.is_table or (model.kind != Choice.kind and model.aggregate.units is not UnitRule.NEVER)
