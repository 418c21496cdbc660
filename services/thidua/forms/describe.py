"""The only code that looks into marshmallow: what a schema declares, and what it answers.

Everything else in the host works on :class:`FieldModel` values and findings, so that the
library behind the schemas can be read, tested and one day replaced in one place.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from typing import TypeAlias
from typing import cast

import marshmallow as ma

from thidua.domain.errors import PluginError
from thidua.forms.kinds import KIND_NAMES
from thidua_sdk import STOCK
from thidua_sdk import Aggregation
from thidua_sdk import Choice
from thidua_sdk import Count
from thidua_sdk import DocumentNumber
from thidua_sdk import Field
from thidua_sdk import Finding
from thidua_sdk import FormSchema
from thidua_sdk import Group
from thidua_sdk import Level
from thidua_sdk import Line
from thidua_sdk import ListOf
from thidua_sdk import Need
from thidua_sdk import Percent
from thidua_sdk import Quantity
from thidua_sdk import Records
from thidua_sdk import RowSchema
from thidua_sdk import TimeRule
from thidua_sdk import cell

__all__ = ["Declared", "FieldModel", "Loader", "declared", "describe", "joined", "named_by", "pointer_part"]

#: A field as marshmallow holds it.
Declared: TypeAlias = ma.fields.Field[Any]

#: A name longer than this is cut where it is shown back: nobody's form has one.
_SHOWN_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldModel:
    """One field as every use sees it.

    ``minimum`` and ``maximum`` bound counts, quantities and percents; ``places`` is how many
    decimals those take. ``length`` bounds text, or one line of a list; ``most`` bounds the
    lines of a list and the rows of a table. ``options`` pairs code and Vietnamese label in
    display order. ``weight`` names the field a percent is averaged with. ``listable`` counts may be
    filed as a list of what was counted. ``columns`` are the
    cells of a group or of one row of a table.
    """

    name: str
    kind: str
    label: str
    code: str = ""
    unit: str = ""
    source: str = ""
    need: Need = Need.REQUIRED
    required_in: tuple[str, ...] = ()
    aggregate: Aggregation
    help: str = ""
    computed: bool = False
    #: Drafts may take the value over from the period before.
    carries: bool = False
    by_topic: bool = False
    listable: bool = False
    minimum: int | None = None
    maximum: int | None = None
    places: int = 0
    length: int | None = None
    min_length: int = 0
    pattern: str | None = None
    example: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    weight: str = ""
    personal: bool = False
    columns: tuple[FieldModel, ...] = ()
    #: Columns by which a record of a table is known again in a later period.
    key: tuple[str, ...] = ()

    @property
    def time_rule(self) -> TimeRule:
        """How the field's numbers fold over time; rows of a table add up or count once, as it says."""
        if not self.is_table:
            return self.aggregate.time
        return TimeRule.DISTINCT if self.key else TimeRule.SUM

    @property
    def is_stock(self) -> bool:
        """Tell whether the field says what is there at a moment, and goes when its unit goes."""
        return not self.is_table and self.aggregate.kind == STOCK.kind

    @property
    def is_table(self) -> bool:
        """Tell whether the field is a table of records, which stands beside ``fields``."""
        return self.kind == Records.kind

    @property
    def pointer(self) -> str:
        """Where the field stands in the envelope: ``/fields/name``, a table at ``/name``."""
        return f"/{self.name}" if self.is_table else cell(self.name)

    def option_label(self, code: str) -> str:
        """Return the Vietnamese label of an option; the code itself if there is none."""
        return next((label for option, label in self.options if option == code), code)


def declared(schema: type[ma.Schema]) -> dict[str, Declared]:
    """Return a schema's fields by name in declared order, not bound to an instance."""
    return dict(schema._declared_fields)  # noqa: SLF001  Schema().fields are copies bound to a throw-away instance


def joined(fields: Mapping[str, Declared], name: str) -> FormSchema:
    """Make the one schema instance of a composed form; it is kept and used for every report."""
    return cast("FormSchema", FormSchema.from_dict(dict(fields), name=name)())


def describe(schema: type[RowSchema]) -> tuple[FieldModel, ...]:
    """Describe a schema's fields in declared order.

    Raises:
        PluginError: a field is not of the SDK's kinds, or a quantity's bound is not whole.
    """
    return tuple(_model(name, field) for name, field in declared(schema).items())


def _model(name: str, field: Declared) -> FieldModel:
    if not isinstance(field, Field) or field.kind not in KIND_NAMES:
        raise PluginError(f"Ô “{name}” không thuộc các kiểu ô mà hệ thống biết.", subject=name)
    if type(field).__module__ != Field.__module__:
        # Kinds belong to the contract: of one made over, page, API and workbook would each see another.
        raise PluginError(f"Ô “{name}”: kiểu ô {type(field).__name__} không phải của thidua_sdk.", subject=name)
    minimum: int | None = None
    maximum: int | None = None
    if isinstance(field, Count):
        minimum, maximum = field.minimum, field.maximum
    elif isinstance(field, Quantity):
        minimum, maximum = _whole(name, field.minimum), _whole(name, field.maximum)
    length = field.length if isinstance(field, Line | ListOf) else None
    columns = declared(field.of) if isinstance(field, Group | Records) else {}
    return FieldModel(
        name=name,
        kind=field.kind,
        code=field.code,
        label=field.label,
        unit=field.unit,
        source=field.source,
        need=field.need,
        required_in=field.required_in,
        aggregate=field.aggregate,
        help=field.help,
        computed=field.computed,
        carries=field.carries,
        by_topic=isinstance(field, Count) and field.by_topic,
        listable=isinstance(field, Count) and field.listable and not field.computed,
        minimum=minimum,
        maximum=maximum,
        places=field.places if isinstance(field, Quantity) else 0,
        length=length,
        min_length=field.min_length if isinstance(field, Line) else 0,
        pattern=field.pattern if isinstance(field, DocumentNumber) else None,
        example=field.example if isinstance(field, DocumentNumber) else "",
        options=tuple(field.options.items()) if isinstance(field, Choice) else (),
        most=field.most if isinstance(field, ListOf | Records) else None,
        weight=field.weight if isinstance(field, Percent) else "",
        personal=isinstance(field, Records) and field.personal,
        key=field.key if isinstance(field, Records) else (),
        columns=tuple(_model(*item) for item in columns.items()),
    )


def _whole(name: str, bound: Decimal) -> int:
    if bound != bound.to_integral_value():
        raise PluginError(f"Giới hạn của ô “{name}” phải là số nguyên.", subject=name)
    return int(bound)


def named_by(cells: Iterable[str]) -> frozenset[str]:
    """Return the fields and tables that pointers stand in."""
    parts = ([*pointer.split("/"), "", ""] for pointer in cells)
    return frozenset(part[2] if part[1] in {"fields", "by_topic"} else part[1] for part in parts)


def pointer_part(name: str) -> str:
    """Write a name as one part of a JSON pointer; a name no form could have is cut short."""
    shown = name if len(name) <= _SHOWN_NAME else name[:_SHOWN_NAME] + "…"
    return shown.replace("~", "~0").replace("/", "~1")


class _Sound:
    """Loads what has nothing wrong in it, as marshmallow would; of anything else it says nothing.

    Nearly every report is sound, and most of what a schema's load takes goes into being ready for
    hooks, validators and errors. Here each field reads its own value and that is all; where one
    refuses, the schema itself loads again and lists every error.
    """

    def __init__(self, fields: Mapping[str, ma.fields.Field[Any]]) -> None:
        self._readers = {name: (field.allow_none, _reader(field)) for name, field in fields.items()}
        self._required = frozenset(name for name, field in fields.items() if field.required)

    @classmethod
    def of(cls, schema: ma.Schema) -> _Sound | None:
        """Return None for a schema that does more than let each field read its value."""
        fields = schema.load_fields
        is_plain = not any(schema._hooks.values()) and all(map(_only_reads, fields.values()))  # noqa: SLF001  ours to look into
        return cls(fields) if is_plain and schema.unknown == ma.RAISE else None

    def load(self, data: Mapping[str, object]) -> dict[str, object] | None:
        """Return the values by name, None if anything is wrong."""
        if not self._required <= data.keys() <= self._readers.keys():
            return None
        loaded: dict[str, object] = {}
        try:
            for name, (allows_none, read) in self._readers.items():
                if name in data:
                    value = data[name]
                    if value is not None:
                        loaded[name] = read(value, name, data)
                    elif allows_none:
                        loaded[name] = None
                    else:
                        return None
        except ma.ValidationError:
            return None
        return loaded


def _only_reads(field: ma.fields.Field[Any]) -> bool:
    is_as_named = field.data_key is None and field.attribute is None and field.load_default is ma.missing
    has_extras = field.validators or field.pre_load or field.post_load
    return is_as_named and not has_extras and type(field).deserialize is ma.fields.Field.deserialize


def _reader(field: ma.fields.Field[Any]) -> Callable[[Any, str, Any], object]:
    """Return what turns a value that is not None into the field's; raises marshmallow's error."""
    inner = _Sound.of(field.of(unknown=ma.RAISE)) if type(field) is Group else None
    if inner is None:
        return field._deserialize  # noqa: SLF001  the method that each kind of field is made of

    def read(value: Any, name: str, data: Any) -> object:  # noqa: ANN401  as marshmallow has it
        loaded = inner.load(value) if isinstance(value, dict) else None
        return field._deserialize(value, name, data) if loaded is None else loaded  # noqa: SLF001

    return read


class Loader:
    """One schema instance that loads strictly and answers in findings.

    ``pointers`` maps each top-level name to its place in the envelope. Safe for threads:
    loading keeps its state in the call.
    """

    def __init__(self, schema: ma.Schema, pointers: Mapping[str, str]) -> None:
        self._schema = schema
        self._sound = _Sound.of(schema)
        self._pointers = pointers
        self._topics = {
            name: Count(field.label, need=Need.OPTIONAL, maximum=field.maximum)
            for name, field in schema.fields.items()
            if isinstance(field, Count)
        }

    def load(self, data: Mapping[str, object]) -> tuple[dict[str, object], list[Finding]]:
        """Load once.

        Returns:
            The values of the names that have no error, and one finding for each error.
        """
        loaded: dict[str, object] | None = self._sound.load(data) if self._sound else None
        if loaded is not None:
            return loaded, []
        try:
            loaded = dict(self._schema.load(data))
        except ma.ValidationError as error:
            messages = error.messages_dict
            # Rows and groups come back in part; rules would trip over the missing columns.
            valid = {name: value for name, value in dict(error.valid_data or {}).items() if name not in messages}
            return valid, list(self._findings(messages))
        return loaded, []

    def topic_count(self, name: str, value: object, pointer: str) -> tuple[int | None, list[Finding]]:
        """Judge a count of one topic as strictly as its field; its least is 0 whatever the field's is."""
        if type(value) is int and 0 <= value <= self._topics[name].maximum:
            return value, []
        try:
            number = self._topics[name].deserialize(value, name, None)
        except ma.ValidationError as error:
            return None, list(_walk(error.messages, pointer))
        return (number if isinstance(number, int) else None), []

    def _findings(self, messages: Mapping[str, object]) -> Iterator[Finding]:
        for name, inner in messages.items():
            yield from _walk(inner, self._pointers.get(name, cell(pointer_part(name))))


def _walk(messages: object, pointer: str) -> Iterator[Finding]:
    if isinstance(messages, Mapping):
        code, detail = messages.get("code"), messages.get("detail")
        if isinstance(code, str) and isinstance(detail, str):
            yield Finding(code, Level.ERROR, detail, (pointer,))
            return
        for key, inner in messages.items():
            # marshmallow files errors of the row itself under "_schema"; a cell of that name is only ever unknown.
            own = key == "_schema" and not _is_unknown(inner)
            yield from _walk(inner, pointer if own else f"{pointer}/{pointer_part(str(key))}")
    elif isinstance(messages, str):
        yield Finding("type", Level.ERROR, messages, (pointer,))
    elif isinstance(messages, Iterable):
        for inner in messages:
            yield from _walk(inner, pointer)


def _is_unknown(messages: object) -> bool:
    return isinstance(messages, list) and any(
        isinstance(inner, Mapping) and inner.get("code") == "unknown" for inner in messages
    )
