"""Compiles templates and addresses once for all applications that the tests of a process make.

Tests make an application each, by the thousand, and all are of the same templates and routes: what is
compiled of a text depends on nothing but the text, so that it may be kept and given to the next.
"""

from __future__ import annotations

from types import CodeType
from typing import Any
from typing import Final

from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket
from jinja2.bccache import BytecodeCache
from werkzeug.routing import Rule

__all__ = ["keep_what_is_compiled"]


class _Kept(BytecodeCache):
    """Code of templates by name; another text of the same name is compiled anew."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_templates: Final = _Kept()
_builders: dict[tuple[object, ...], Any] = {}


def keep_what_is_compiled() -> None:
    """Keep it from now on, for every application of this process."""
    make_environment = Flask.create_jinja_environment
    compile_builder = Rule._compile_builder  # noqa: SLF001  the slow part of making an application

    def environment(self: Flask) -> Environment:
        made = make_environment(self)
        made.bytecode_cache = _templates
        return made

    def builder(self: Rule, append_unknown: bool = True) -> Any:  # noqa: ANN401, FBT001, FBT002  as the library has it
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, append_unknown, *self._trace)
        if key not in _builders:
            _builders[key] = compile_builder(self, append_unknown)
        return _builders[key]

    Flask.create_jinja_environment = environment  # type: ignore[method-assign]
    Rule._compile_builder = builder  # type: ignore[method-assign]  # noqa: SLF001


keep_what_is_compiled()
