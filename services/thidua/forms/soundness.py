"""What a form lacks, said to its author before any unit sees it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final
from typing import NamedTuple

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

__all__ = ["MOST_CELLS", "RESERVED", "Lack", "check_form", "lacks_of"]

#: More a page does not carry, nor does anybody fill it in; counted with its topics, and without.
MOST_CELLS: Final = 4000
_MOST_FIELDS: Final = 1000
_LONGEST_NAME: Final = 64
#: Sums over all units and periods stay exact in databases and in the numbers of JSON.
_LARGEST: Final = 10**12
_LATEST_VERSION: Final = 9999

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
_RULE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
#: What a form's class says besides its fields; a field of that name would stand in its place.
_OF_THE_CLASS = frozenset(("record_rules", "rules", "sections"))
_MEASURED = frozenset((Count.kind, Quantity.kind, Percent.kind))
#: Kinds whose values are folded as whole numbers; all others take ``NONE``, a choice ``TALLY`` too.
_FOLDED = frozenset((Count.kind, Flag.kind, Records.kind))


class Lack(NamedTuple):
    """One thing a form lacks: attribute path from the form, what is wrong, how it is mended.

    ``is_bound`` tells a bound or size without sense, ``is_name`` a code that is none.
    """

    where: str
    wrong: str
    mend: str
    is_bound: bool = False
    is_name: bool = False


def check_form(form: Form) -> tuple[str, ...]:
    """Say in Vietnamese what a form lacks, one sentence each; empty if it is sound."""
    return tuple(lack.wrong for lack in lacks_of(form))


def lacks_of(form: Form) -> tuple[Lack, ...]:
    """Find what a form lacks.

    Checked: code, title and source of the form; name, label, unit, aggregation, source, bounds
    and options of each field; every field in exactly one section; cells and placeholders of
    rules; the weight of percents.
    """
    try:
        models = describe(form.schema)
    except PluginError as error:
        where = f"fields.{error.subject}" if error.subject else "schema"
        return (Lack(where, error.message, "khai báo ô bằng các kiểu ô của thidua_sdk"),)
    return tuple(_said_of(form, models))


def _said_of(form: Form, models: tuple[FieldModel, ...]) -> Iterator[Lack]:
    if not (form.code and form.title and form.source):
        yield Lack("", "Thiếu mã, tên hoặc căn cứ.", "điền code, title và source của biểu")
    if not 1 <= form.version <= _LATEST_VERSION:
        wrong = f"Phiên bản phải từ 1 đến {_LATEST_VERSION}."
        yield Lack("version", wrong, "đặt version=1 cho biểu đầu tiên", is_bound=True)
    if not models:
        yield Lack("schema", "Không có ô nào.", "khai báo ít nhất một ô")
    if len(models) > _MOST_FIELDS:
        wrong = f"Có {_dotted(len(models))} ô, nhiều nhất được {_dotted(_MOST_FIELDS)}."
        # One sentence for all: nobody reads thousands.
        yield Lack("schema", wrong, "tách thành nhiều biểu", is_bound=True)
        return
    for model in models:
        yield from _said_of_field(model, models)
    yield from _said_of_sections(form, models)
    names = {model.name for model in models}
    for index, rule in enumerate(form.schema.rules):
        yield from _said_of_rule(rule, names, f"schema.rules[{index}]")
    for index, record_rule in enumerate(form.schema.record_rules):
        if not record_rule.code:
            yield Lack(f"schema.record_rules[{index}].code", "Có quy tắc đối chiếu thiếu mã.", "đặt mã cho quy tắc")
        else:
            yield from _said_of_rule_code(record_rule.code, f"schema.record_rules[{index}]")


def _said_of_field(model: FieldModel, models: tuple[FieldModel, ...]) -> Iterator[Lack]:
    where = f"fields.{model.name}"
    yield from _said_of_cell(model, model.name)
    if not model.source:
        yield Lack(f"{where}.source", f"Ô “{model.name}” thiếu căn cứ.", "ghi biểu, dòng hoặc điều khoản vào source")
    if model.kind in _MEASURED and not model.unit:
        yield Lack(f"{where}.unit", f"Ô “{model.name}” thiếu đơn vị tính.", "ghi đơn vị tính vào unit")
    if model.kind == Choice.kind and model.aggregate not in {NONE, TALLY}:
        yield Lack(
            f"{where}.aggregate",
            f"Ô “{model.name}” chỉ được đếm theo lựa chọn (TALLY) hoặc không cộng (NONE).",
            "đặt aggregate=TALLY hoặc NONE",
        )
    if model.kind not in _FOLDED | {Choice.kind} and model.aggregate != NONE:
        # Facts are whole numbers; to fold tenths of something in silence would be wrong.
        yield Lack(
            f"{where}.aggregate",
            f"Ô “{model.name}” không phải số đếm nên không cộng dồn được; hãy đặt aggregate=NONE.",
            "đặt aggregate=NONE",
        )
    yield from _said_of_columns(model)
    if model.kind == Percent.kind and not any(
        other.name == model.weight and other.kind == Count.kind for other in models
    ):
        yield Lack(
            f"{where}.weight",
            f"Ô “{model.name}” lấy bình quân theo ô “{model.weight}” không có trong biểu.",
            "ghi vào weight tên một ô Count của biểu này",
        )
    if model.name in _OF_THE_CLASS:
        yield Lack(
            where, f"Ô “{model.name}” là tên của hợp đồng (sections, rules, record_rules).", "đặt tên khác cho ô"
        )
    if model.kind == Records.kind and model.name in RESERVED:
        yield Lack(where, f"Bảng “{model.name}” trùng tên một mục của phong bì báo cáo.", "đặt tên khác cho bảng")


def _said_of_columns(model: FieldModel) -> Iterator[Lack]:
    if model.kind not in {Records.kind, Group.kind}:
        return
    where = f"fields.{model.name}"
    if not model.columns:
        yield Lack(f"{where}.of", f"Ô “{model.name}” không có cột nào.", "khai báo ít nhất một cột")
    for name in model.key:
        if name not in {column.name for column in model.columns}:
            yield Lack(
                f"{where}.key",
                f"Ô “{model.name}” nhận ra dòng theo cột “{name}” không có.",
                "ghi vào key tên các cột có thật",
            )
    for column in model.columns:
        inner = f"{where}.of.{column.name}"
        yield from _said_of_cell(column, f"{model.name}.{column.name}")
        if column.kind in {Records.kind, Group.kind}:
            yield Lack(
                inner, f"Cột “{model.name}.{column.name}” không được là bảng hay nhóm ô.", "tách thành bảng riêng"
            )
        if column.by_topic:
            yield Lack(inner, f"Cột “{model.name}.{column.name}” không được chia theo chủ đề.", "bỏ by_topic")
        if column.listable:
            yield Lack(inner, f"Cột “{model.name}.{column.name}” không kê thành danh sách được.", "bỏ listable")


def _said_of_cell(model: FieldModel, name: str) -> Iterator[Lack]:
    where = f"fields.{name}"
    yield from _said_of_name(model, name)
    if any(bound is not None and abs(bound) > _LARGEST for bound in (model.minimum, model.maximum)):
        wrong = f"Ô “{name}” có giới hạn lớn hơn số máy giữ được đúng khi cộng."
        yield Lack(where, wrong, "đặt minimum và maximum trong khoảng một nghìn tỷ", is_bound=True)
    if not model.label.strip():
        yield Lack(f"{where}.label", f"Ô “{name}” thiếu nhãn.", "ghi nhãn tiếng Việt đúng như trong biểu")
    texts = (model.label, model.unit, model.help, *(label for _, label in model.options))
    if any(not unicodedata.is_normalized("NFC", text) for text in texts):
        yield Lack(
            where,
            f"Nhãn, đơn vị hoặc lời giải thích của ô “{name}” chưa ở dạng Unicode dựng sẵn (NFC).",
            "gõ lại bằng bảng mã Unicode dựng sẵn",
        )
    if model.minimum is not None and model.maximum is not None and model.minimum > model.maximum:
        yield Lack(
            where, f"Ô “{name}” có giới hạn dưới lớn hơn giới hạn trên.", "đổi lại minimum và maximum", is_bound=True
        )
    if model.length is not None and not 0 < model.length >= model.min_length:
        yield Lack(
            f"{where}.length",
            f"Ô “{name}” có độ dài tối đa không hợp lý.",
            "đặt length lớn hơn 0 và không nhỏ hơn min_length",
            is_bound=True,
        )
    if model.most is not None and model.most < 1:
        yield Lack(f"{where}.most", f"Ô “{name}” không nhận dòng nào.", "đặt most từ 1 trở lên")
    if model.kind == Choice.kind and not all(code and label for code, label in model.options or (("", ""),)):
        yield Lack(
            f"{where}.options", f"Ô “{name}” thiếu lựa chọn, hoặc có lựa chọn thiếu mã hay nhãn.", "điền đủ options"
        )


def _said_of_name(model: FieldModel, name: str) -> Iterator[Lack]:
    where = f"fields.{name}"
    if not _NAME.fullmatch(model.name):
        yield Lack(
            where,
            f"Tên ô “{name}” chỉ được gồm chữ thường không dấu, chữ số và gạch dưới.",
            "đặt lại tên ô, ví dụ radio_items",
        )
    if len(model.name) > _LONGEST_NAME:
        yield Lack(where, f"Tên ô “{name[:20]}…” dài hơn {_LONGEST_NAME} chữ.", "đặt tên ngắn hơn, ví dụ radio_items")
    if any(sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN ") for sign in model.code):
        wrong = f"Ô “{name}” có mã dòng “{model.code}” viết bằng chữ không phải La-tinh, trông giống mà khác."
        yield Lack(f"{where}.code", wrong, "gõ lại mã dòng", is_name=True)


def _said_of_sections(form: Form, models: tuple[FieldModel, ...]) -> Iterator[Lack]:
    placed = Counter(name for section in form.schema.sections for name in section.fields)
    for model in models:
        if placed[model.name] != 1:
            yield Lack(
                "schema.sections",
                f"Ô “{model.name}” nằm trong {placed[model.name]} mục, phải đúng một mục.",
                "ghi tên ô vào đúng một Section",
            )
    for name in sorted(placed.keys() - {model.name for model in models}):
        yield Lack("schema.sections", f"Mục của biểu nhắc ô “{name}” không có trong biểu.", "sửa hoặc bỏ tên đó")
    for index, section in enumerate(form.schema.sections):
        if not section.title:
            yield Lack(f"schema.sections[{index}].title", "Có mục thiếu tiêu đề.", "ghi tiêu đề tiếng Việt")


def _said_of_rule(rule: PayloadRule, names: set[str], where: str) -> Iterator[Lack]:
    if not (rule.code and rule.message and rule.cells):
        yield Lack(where, f"Quy tắc “{rule.code}” thiếu mã, câu thông báo hoặc ô.", "điền code, message và cells")
    if rule.code:
        yield from _said_of_rule_code(rule.code, where)
    for name in sorted(named_by(rule.cells) - names):
        yield Lack(
            f"{where}.cells",
            f"Quy tắc {rule.code} nhắc ô “{name}” không có trong biểu.",
            "sửa tên ô cho khớp với biểu",
        )
    for name in PLACEHOLDER.findall(rule.message):
        if name not in names:
            yield Lack(
                f"{where}.message",
                f"Câu thông báo của quy tắc {rule.code} nhắc ô “{name}” không có trong biểu.",
                "sửa tên trong ngoặc nhọn cho khớp với biểu",
            )


def _said_of_rule_code(code: str, where: str) -> Iterator[Lack]:
    if not _RULE_CODE.fullmatch(code):
        wrong = f"Mã quy tắc “{code}” không đúng dạng."
        mend = "chỉ dùng chữ không dấu, chữ số, gạch nối, gạch dưới và dấu chấm, tối đa 64 ký tự"
        yield Lack(f"{where}.code", wrong, mend, is_name=True)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
