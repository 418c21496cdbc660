"""What a form lacks, said to its author before any unit sees it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from thidua.domain.errors import PluginError
from thidua.forms.describe import FieldModel
from thidua.forms.describe import describe
from thidua.forms.describe import named_by
from thidua.forms.wording import PLACEHOLDER
from thidua_sdk import NONE
from thidua_sdk import TALLY
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import Flag
from thidua_sdk import Form
from thidua_sdk import Group
from thidua_sdk import PayloadRule
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records

__all__ = ["RESERVED", "check_form"]

#: Names of the envelope, which no table of records may take.
RESERVED = frozenset(
    (
        "answers",
        "approved_by",
        "attachments",
        "by_topic",
        "campaign_code",
        "comments",
        "confirm_warnings",
        "correction_reason",
        "evidence",
        "fields",
        "form_code",
        "form_version",
        "is_estimate",
        "on_behalf",
        "period_code",
        "prepared_by",
        "revision",
        "status",
        "submitted_at",
        "unit_code",
    )
)

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MEASURED = frozenset((Count.kind, Quantity.kind, Percent.kind))
#: Kinds whose values are folded as whole numbers; all others take ``NONE``, a choice ``TALLY`` too.
_FOLDED = frozenset((Count.kind, Flag.kind, Records.kind))


def check_form(form: Form) -> tuple[str, ...]:
    """Say in Vietnamese what a form lacks, one sentence each; empty if it is sound.

    Checked: code, title and source of the form; name, label, unit, aggregation, source, bounds
    and options of each field; every field in exactly one section; cells and placeholders of
    rules; the weight of percents.
    """
    try:
        models = describe(form.schema)
    except PluginError as error:
        return (error.message,)
    return tuple(_said_of(form, models))


def _said_of(form: Form, models: tuple[FieldModel, ...]) -> Iterator[str]:
    if not (form.code and form.title and form.source):
        yield "Thiếu mã, tên hoặc căn cứ."
    if form.version < 1:
        yield "Phiên bản phải từ 1 trở lên."
    if not models:
        yield "Không có ô nào."
    for model in models:
        yield from _said_of_field(model, models)
    yield from _said_of_sections(form, models)
    names = {model.name for model in models}
    for rule in form.schema.rules:
        yield from _said_of_rule(rule, names)
    for record_rule in form.schema.record_rules:
        if not record_rule.code:
            yield "Có quy tắc đối chiếu thiếu mã."


def _said_of_field(model: FieldModel, models: tuple[FieldModel, ...]) -> Iterator[str]:
    yield from _said_of_cell(model, model.name)
    if not model.source:
        yield f"Ô “{model.name}” thiếu căn cứ."
    if model.kind in _MEASURED and not model.unit:
        yield f"Ô “{model.name}” thiếu đơn vị tính."
    if model.kind == Choice.kind and model.aggregate not in {NONE, TALLY}:
        yield f"Ô “{model.name}” chỉ được đếm theo lựa chọn (TALLY) hoặc không cộng (NONE)."
    if model.kind not in _FOLDED | {Choice.kind} and model.aggregate != NONE:
        # Facts are whole numbers; to fold tenths of something in silence would be wrong.
        yield f"Ô “{model.name}” không phải số đếm nên không cộng dồn được; hãy đặt aggregate=NONE."
    yield from _said_of_columns(model)
    if model.kind == Percent.kind and not any(
        other.name == model.weight and other.kind == Count.kind for other in models
    ):
        yield f"Ô “{model.name}” lấy bình quân theo ô “{model.weight}” không có trong biểu."
    if model.kind == Records.kind and model.name in RESERVED:
        yield f"Bảng “{model.name}” trùng tên một mục của phong bì báo cáo."


def _said_of_columns(model: FieldModel) -> Iterator[str]:
    if model.kind not in {Records.kind, Group.kind}:
        return
    if not model.columns:
        yield f"Ô “{model.name}” không có cột nào."
    for column in model.columns:
        yield from _said_of_cell(column, f"{model.name}.{column.name}")
        if column.kind in {Records.kind, Group.kind}:
            yield f"Cột “{model.name}.{column.name}” không được là bảng hay nhóm ô."
        if column.by_topic:
            yield f"Cột “{model.name}.{column.name}” không được chia theo chủ đề."
        if column.listable:
            yield f"Cột “{model.name}.{column.name}” không kê thành danh sách được."


def _said_of_cell(model: FieldModel, name: str) -> Iterator[str]:
    if not _NAME.fullmatch(model.name):
        yield f"Tên ô “{name}” chỉ được gồm chữ thường không dấu, chữ số và gạch dưới."
    if not model.label.strip():
        yield f"Ô “{name}” thiếu nhãn."
    texts = (model.label, model.unit, model.help, *(label for _, label in model.options))
    if any(not unicodedata.is_normalized("NFC", text) for text in texts):
        yield f"Nhãn, đơn vị hoặc lời giải thích của ô “{name}” chưa ở dạng Unicode dựng sẵn (NFC)."
    if model.minimum is not None and model.maximum is not None and model.minimum > model.maximum:
        yield f"Ô “{name}” có giới hạn dưới lớn hơn giới hạn trên."
    if model.kind == Choice.kind and not all(code and label for code, label in model.options or (("", ""),)):
        yield f"Ô “{name}” thiếu lựa chọn, hoặc có lựa chọn thiếu mã hay nhãn."


def _said_of_sections(form: Form, models: tuple[FieldModel, ...]) -> Iterator[str]:
    placed = Counter(name for section in form.schema.sections for name in section.fields)
    for model in models:
        if placed[model.name] != 1:
            yield f"Ô “{model.name}” nằm trong {placed[model.name]} mục, phải đúng một mục."
    for name in placed.keys() - {model.name for model in models}:
        yield f"Mục của biểu nhắc ô “{name}” không có trong biểu."
    if any(not section.title for section in form.schema.sections):
        yield "Có mục thiếu tiêu đề."


def _said_of_rule(rule: PayloadRule, names: set[str]) -> Iterator[str]:
    if not (rule.code and rule.message and rule.cells):
        yield f"Quy tắc “{rule.code}” thiếu mã, câu thông báo hoặc ô."
    for name in sorted(named_by(rule.cells) - names):
        yield f"Quy tắc {rule.code} nhắc ô “{name}” không có trong biểu."
    for name in PLACEHOLDER.findall(rule.message):
        if name not in names:
            yield f"Câu thông báo của quy tắc {rule.code} nhắc ô “{name}” không có trong biểu."
