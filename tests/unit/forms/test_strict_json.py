from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.errors import MalformedRequestError
from thidua.forms.strict_json import MAX_DEPTH
from thidua.forms.strict_json import loads
from thidua_testkit.broken_json import BROKEN

BIGGEST, SMALLEST = 2**63 - 1, -(2**63)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b" \t\r\n[]\n", []),
        (b"{}", {}),
        (b'""', ""),
        (b"-0", 0),
        (b"-0.0", -0.0),
        (b"1E+2", 100.0),
        (b"123.456e-789", 0.0),
        (str(BIGGEST).encode(), BIGGEST),
        (str(SMALLEST).encode(), SMALLEST),
        (b'{"":0}', {"": 0}),
        (b'{"a":{"a":1},"b":{"a":2}}', {"a": {"a": 1}, "b": {"a": 2}}),
        ('"Hữu Lũng"'.encode(), "Hữu Lũng"),
        (b'"\\u00d0\\u1eb7ng"', "Ðặng"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'),
        (b'"\\u0001"', "\x01"),
        ('"\u2028\x7f"'.encode(), "\u2028\x7f"),
        (b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', "[" * 40),
        (b'["\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["]', ['"' + "[" * 38]),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
        (b"[" + b"[]," * 100 + b"[]]", [[] for _ in range(101)]),
    ],
)
def test_json_is_read(body: bytes, value: object) -> None:
    assert loads(body) == value


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_storable_json_is_refused_in_a_vietnamese_sentence(body: bytes) -> None:
    with pytest.raises(MalformedRequestError) as refused:
        loads(body)
    assert refused.value.message.endswith(".")
    assert len(refused.value.message) < 200
    assert refused.value.message.encode()


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"a":1,\n"b":}', "dòng 2, cột 5"),
        (b'{"fields":{"title":"\\u0000"}}', "/fields/title"),
        (b'{"rows":["a","\\ud800"]}', "/rows/1"),
        (b'"\\u0000"', "“/”"),
        (b'{"a/b":{"c~":"\\u0000"}}', "/a~1b/c~0"),
        (b'{"gio":1,"gio":2}', "“gio”"),
        (b"[NaN]", "NaN"),
        (b"[" * 40, "32 tầng"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'"\xff"', "byte thứ 2"),
        (b"1e999", "“1e999” quá lớn"),
    ],
)
def test_the_refusal_says_where(body: bytes, hint: str) -> None:
    with pytest.raises(MalformedRequestError) as refused:
        loads(body)
    assert hint in refused.value.message


def test_a_body_is_as_long_as_allowed_and_no_longer() -> None:
    assert loads(b'"aaaa"', max_bytes=6) == "aaaa"
    with pytest.raises(MalformedRequestError, match="quá 5 byte"):
        loads(b'"aaaa"', max_bytes=5)


HOSTILE = (b'\\"', b'"', b'"\\', b"[],", b'"",', b"{}", b'"\\u0041', b"\\", b'"["')


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_body_costs_no_more_than_its_length(unit: bytes) -> None:
    body = unit * (1024 * 1024 // len(unit))
    began = time.process_time()
    with suppress(MalformedRequestError):
        loads(body)
    # One read of the megabyte takes about 0.1 s; a second read for every quote would take minutes.
    assert time.process_time() - began < 5


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(SMALLEST, BIGGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@given(JSON, st.booleans())
def test_every_storable_value_reads_back(value: object, escaped: bool) -> None:  # noqa: FBT001  drawn by hypothesis
    assert loads(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.one_of(st.binary(), st.text('[]{}",:\\u0d8e19-+. ntf', max_size=40).map(str.encode)))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    with suppress(MalformedRequestError):
        json.dumps(loads(body), allow_nan=False).encode()
