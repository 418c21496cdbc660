"""Whether a campaign's example reports are reports that its forms could be filled with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping

from thidua.domain.plugins import Fault
from thidua.domain.plugins import FaultKind
from thidua.forms.describe import describe
from thidua.forms.soundness import RESERVED
from thidua.plugin_host.references import missing
from thidua_sdk import Campaign
from thidua_sdk import UnitType

__all__ = ["faults_of_examples"]


def faults_of_examples(campaign: Campaign, unit_types: Mapping[str, UnitType]) -> Iterator[Fault]:
    """Find cells that no form has, and values that no report could be written with."""
    forms = {form.code: form.schema for each in unit_types.values() for form in each.forms}
    for code, examples in campaign.examples.items():
        if code not in forms:  # said where references are looked at
            continue
        schemas = [forms[code], *(each.add for each in campaign.amendments if each.form == code and each.add)]
        models = [model for schema in schemas for model in describe(schema)]
        tables = {model.name for model in models if model.is_table}
        cells = {model.name for model in models} - tables
        for index, example in enumerate(examples):
            place = f"examples[{code!r}][{index}]"
            try:
                json.dumps(dict(example), allow_nan=False)
            except (TypeError, ValueError, RecursionError):
                mend = "ghi như trong tệp JSON: số, chữ, True, False, None, danh sách, bảng; ngày viết 'NNNN-TT-NN'"
                yield Fault(
                    FaultKind.TYPE, place, f"báo cáo mẫu của biểu {code} có giá trị không viết được thành JSON", mend
                )
                continue
            for part, known in (("fields", cells), ("by_topic", cells)):
                given = example.get(part, {})
                for name in sorted(given.keys() - known) if isinstance(given, Mapping) else ():
                    yield missing(place, f"báo cáo mẫu của biểu {code}: không có ô {name}")
            for name in sorted(example.keys() - tables - RESERVED):
                yield missing(place, f"báo cáo mẫu của biểu {code}: không có bảng {name}")
