"""The kinds of field a form is made of.

Kinds belong to the SDK and are few; what is done with a kind (a web control, an OpenAPI
type, a fact) belongs to the host. Every field says its Vietnamese label, its unit of
measure, how it aggregates and where it comes from; the host refuses a form where one of
them is missing.

Kinds judge strictly and never repair: ``"12"`` is not a count, ``True`` is not 1. What people
type is turned into values by the host's readers before it gets here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation
from enum import StrEnum
from typing import Any
from typing import ClassVar

import marshmallow as ma

from thidua_sdk.aggregates import FLOW
from thidua_sdk.aggregates import NONE
from thidua_sdk.aggregates import Aggregation

__all__ = [
    "MAX_COUNT",
    "Choice",
    "Count",
    "Day",
    "DocumentNumber",
    "Field",
    "Flag",
    "Group",
    "Line",
    "ListOf",
    "Moment",
    "Need",
    "Paragraph",
    "Percent",
    "Quantity",
    "Records",
]

#: Largest count a cell takes unless its field says otherwise (domain rule: 9.999.999).
MAX_COUNT = 9_999_999

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Need(StrEnum):
    """Whether a cell must be filled."""

    REQUIRED = "required"
    #: A rule of the form says when.
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class Field(ma.fields.Field[Any]):
    """What all kinds share.

    Args:
        label: Vietnamese, byte for byte as in the form.
        code: the row in the form, such as ``A11``; empty inside a table of records.
        unit: unit of measure in Vietnamese; empty where nothing is measured.
        source: form, row, or clause that asks for it.
        need: must it be filled.
        required_in: period tags in which an otherwise optional field must be filled.
        aggregate: time and unit rule; ``NONE`` for text.
        help: one sentence for the person who fills it.
        computed: the host fills it from the ledger; people cannot change it on the page.
        carries: the value honestly stays from one period to the next (the plan's number, the size
            of the staff), so that a draft may take it over to be looked at; never a count of what
            was done in a period.
    """

    #: Name of the kind, the key of every use.
    kind: ClassVar[str] = ""

    default_error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # ours are coded, theirs are text
        "required": {"code": "required", "detail": "Chưa điền ô này."},
        "null": {"code": "required", "detail": "Chưa điền ô này."},
        "type": {"code": "type", "detail": "Giá trị không đúng kiểu."},
    }

    def __init__(  # noqa: PLR0913  keywords of a declaration, each with its own default
        self,
        label: str,
        *,
        code: str = "",
        unit: str = "",
        source: str = "",
        need: Need = Need.REQUIRED,
        required_in: Sequence[str] = (),
        aggregate: Aggregation = NONE,
        help: str = "",  # noqa: A002  the word authors expect
        computed: bool = False,
        carries: bool = False,
    ) -> None:
        required = need is Need.REQUIRED
        super().__init__(required=required, allow_none=not required)
        self.label = label
        self.code = code
        self.unit = unit
        self.source = source
        self.need = need
        self.required_in = tuple(required_in)
        self.aggregate = aggregate
        self.help = help
        self.computed = computed
        self.carries = carries

    def refuse(self, code: str, detail: str) -> ma.ValidationError:
        """Make the error to raise: a code for programs, a Vietnamese sentence for people."""
        return ma.ValidationError({"code": code, "detail": detail})


class Count(Field):
    """A whole number, 0 or more. JSON integer only.

    Args:
        label: as in :class:`Field`.
        by_topic: it is also asked for each topic of the campaign.
        minimum: least value.
        maximum: largest value.
        aggregate: as in :class:`Field`.
        listable: what is counted may be listed one by one (date, place, link or file); the number
            is then the length of the list. For things with a day of their own: sessions,
            documents, articles; not for stocks, people or printed pieces.
        kwargs: the shared keywords of :class:`Field`.
    """

    kind = "count"

    def __init__(
        self,
        label: str,
        *,
        by_topic: bool = False,
        minimum: int = 0,
        maximum: int = MAX_COUNT,
        aggregate: Aggregation = FLOW,
        listable: bool = False,
        **kwargs: Any,  # noqa: ANN401  the shared keywords of Field, checked there
    ) -> None:
        super().__init__(label, aggregate=aggregate, **kwargs)
        self.by_topic = by_topic
        self.listable = listable
        self.minimum = minimum
        self.maximum = maximum

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> int:
        if type(value) is not int:
            raise self.refuse("type", "Ô này phải là số nguyên, ví dụ 12 hoặc 1.234.")
        if not self.minimum <= value <= self.maximum:
            low, high = (f"{bound:,}".replace(",", ".") for bound in (self.minimum, self.maximum))
            raise self.refuse("range", f"Số phải từ {low} đến {high}.")
        return value


class Quantity(Field):
    """A decimal number with its unit of measure. JSON number, or a string with a decimal point."""

    kind = "quantity"

    def __init__(
        self,
        label: str,
        *,
        places: int = 2,
        minimum: Decimal = Decimal(0),
        maximum: Decimal = Decimal(MAX_COUNT),
        aggregate: Aggregation = FLOW,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, aggregate=aggregate, **kwargs)
        self.places = places
        self.minimum = minimum
        self.maximum = maximum

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.refuse("type", "Ô này phải là số, ví dụ 12 hoặc 12,5.")
        if isinstance(value, str) and not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII):
            raise self.refuse("type", "Ô này phải là số, ví dụ 12 hoặc 12,5.")
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self.refuse("type", "Ô này phải là số, ví dụ 12 hoặc 12,5.") from None
        if not number.is_finite() or not self.minimum <= number <= self.maximum:
            raise self.refuse("range", f"Số phải từ {self.minimum} đến {self.maximum}.")
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise self.refuse("format", f"Chỉ nhận tối đa {self.places} chữ số sau dấu phẩy.")
        return number


class Percent(Quantity):
    """A share from 0 to 100 %, averaged with the field named by ``weight``, never plainly."""

    kind = "percent"

    def __init__(self, label: str, *, weight: str, **kwargs: Any) -> None:  # noqa: ANN401
        kwargs.setdefault("unit", "%")
        super().__init__(label, maximum=Decimal(100), places=1, aggregate=NONE, **kwargs)
        self.weight = weight


class Flag(Field):
    """Yes or no. JSON boolean only."""

    kind = "flag"

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> bool:
        if not isinstance(value, bool):
            raise self.refuse("type", "Chọn Có hoặc Không.")
        return value


class Choice(Field):
    """One of a few coded values; ``options`` maps code to Vietnamese label in display order."""

    kind = "choice"

    def __init__(self, label: str, *, options: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kwargs)
        self.options = dict(options)

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise self.refuse("choice", f"Chọn một trong: {'; '.join(self.options.values())}.")
        return value


class Day(Field):
    """A civil date. JSON string ``YYYY-MM-DD``."""

    kind = "day"

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> date:
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.refuse("type", "Ngày không đúng, hãy ghi dạng ngày/tháng/năm, ví dụ 14/9/2021.")


class Moment(Field):
    """A date with time and zone. JSON string, ISO 8601 with offset."""

    kind = "moment"

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> datetime:
        if isinstance(value, str) and len(value) <= 40:  # noqa: PLR2004  longer than any ISO 8601 form
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                if moment.tzinfo is not None:
                    return moment
        raise self.refuse("type", "Thời điểm không đúng, ví dụ 14/9/2021 16:30.")


class Line(Field):
    """One line of text, at most ``length`` characters after NFC."""

    kind = "line"
    _control = re.compile(r"[\x00-\x1f\x7f-\x9f]")

    def __init__(self, label: str, *, length: int = 200, min_length: int = 0, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kwargs)
        self.length = length
        self.min_length = min_length

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if not isinstance(value, str):
            raise self.refuse("type", "Ô này phải là chữ.")
        if not value and self.need is Need.REQUIRED:
            raise self.refuse("required", "Chưa điền ô này.")
        if len(value) > self.length:
            raise self.refuse("length", f"Tối đa {self.length} ký tự, đang có {len(value)}.")
        if value and len(value) < self.min_length:
            raise self.refuse("length", f"Ít nhất {self.min_length} ký tự, đang có {len(value)}.")
        if self._control.search(value):
            raise self.refuse("format", "Có ký tự điều khiển không nhìn thấy; hãy xóa và gõ lại đoạn này.")
        return value


class Paragraph(Line):
    """Text of several lines."""

    kind = "paragraph"
    _control = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def __init__(self, label: str, *, length: int = 4000, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, length=length, **kwargs)


class DocumentNumber(Line):
    """Number and symbol of an administrative document, such as ``45/KH-VHTT``."""

    kind = "document_number"

    def __init__(self, label: str, *, pattern: str, example: str, length: int = 60, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, length=length, **kwargs)
        self.pattern = pattern
        self.example = example
        self._compiled = re.compile(pattern, re.ASCII)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not self._compiled.fullmatch(text):
            raise self.refuse("format", f"Số, ký hiệu không đúng mẫu, ví dụ {self.example}.")
        return text


class ListOf(Field):
    """Several short lines, such as the names of movements; at most ``most`` of them."""

    kind = "list_of"

    def __init__(self, label: str, *, most: int = 10, length: int = 200, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kwargs)
        self.most = most
        self.length = length
        self._line = Line(label, length=length)

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self.refuse("type", "Ô này phải là danh sách.")
        if len(value) > self.most:
            raise self.refuse("length", f"Tối đa {self.most} dòng, đang có {len(value)}.")
        return tuple(str(self._line.deserialize(item, attr, None)) for item in value)


class Group(Field):
    """A few cells that belong together, such as a figure's source; one JSON object."""

    kind = "group"

    def __init__(self, label: str, *, of: type[ma.Schema], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(label, **kwargs)
        self.of = of
        self._schema = of(unknown=ma.RAISE)

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> Any:  # noqa: ANN401
        if not isinstance(value, dict):
            raise self.refuse("type", "Nhóm ô này phải là một đối tượng.")
        return self._schema.load(value)


class Records(Field):
    """A table of records (rows), such as violations; they stand beside ``fields`` in the envelope.

    Args:
        of: schema of one row, made of the same kinds.
        most: how many rows are taken.
        personal: rows name persons, so only the unit and the Office may read them.
        key: the columns by which a record told of again in a later period is known to be the same, so
            that over time it counts once and as it was told last; without any, rows add up.
    """

    kind = "records"

    def __init__(
        self,
        label: str,
        *,
        of: type[ma.Schema],
        most: int = 200,
        personal: bool = False,
        key: Sequence[str] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        kwargs.setdefault("need", Need.OPTIONAL)
        super().__init__(label, **kwargs)
        self.of = of
        self.most = most
        self.personal = personal
        self.key = tuple(key)
        self._schema = of(many=True, unknown=ma.RAISE)

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise self.refuse("type", "Bảng này phải là danh sách các dòng.")
        if len(value) > self.most:
            raise self.refuse("length", f"Tối đa {self.most} dòng, đang có {len(value)}.")
        return tuple(self._schema.load(value))
