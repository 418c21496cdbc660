"""Bodies that are no JSON, or none that a database can keep: every door has to refuse each of them.

Made by hand after the families of the public test suites for parsers: structure, numbers,
strings, encodings, depth, and what lenient parsers let through.
"""

from __future__ import annotations

__all__ = ["BROKEN"]

BROKEN: tuple[bytes, ...] = (
    *(b"", b" ", b"nul", b"True", b"undefined", b"'a'", b"a", b"#", b"<a/>", b"\x00", b"\x0c[]", b"\xc2\xa0[]"),
    *(b"[", b"]", b"[1", b"[1,]", b"[,1]", b"[1,,2]", b"[1 2]", b"[1:2]", b"[]]", b"[]a", b"[1]x", b"{", b"}", b"{]"),
    *(b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,}', b"{,}", b'{"a" 1}', b'{"a"::1}', b"{a:1}", b"{1:1}", b"{'a':1}"),
    *(b'{"a":1 "b":2}', b'{"a":1}}', b"/* */1", b"1//a", b'{"a":/**/1}', b'["a" "b"]', b'{"a","b"}', b"*"),
    *(b"01", b"-01", b"+1", b".5", b"1.", b"-", b"--1", b"1e", b"1e+", b"1.e1", b"0x1", b"1_000", b"1 000", b"- 1"),
    *(b"-a", b"1ee2", b"0.1.2", b"2.e+3", b"Inf", b"nan", b"-nan", "٣".encode(), "１".encode(), b"1a"),
    *(
        b'"',
        b'"a',
        b'"\\',
        b'"\\"',
        b'"\\x"',
        b'"\\u12"',
        b'"\\u12g4"',
        b'"\\a"',
        b'"\n"',
        b'"\t"',
        b'"\x00"',
        b'"\x1f"',
    ),
    *(b"\\u0020", b'"a" "b"', b'\\"[]', b'[\\"]', b'"\xff"', b'"\xc3"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b"\xe9"),
    *(b"NaN", b"Infinity", b"-Infinity", b"[NaN]", b'{"a":-Infinity}'),
    *(b"\xef\xbb\xbf{}", b"\xff\xfe[\x00]\x00", b"\xfe\xff\x00[\x00]", b"[\x00]\x00"),
    *(b'{"a":1,"a":1}', b'{"x":[{"a":1,"b":2,"a":3}]}', b'{"a":1,"\\u0061":2}'),
    *(b'"\\ud800"', b'"\\udc00"', b'"\\ud800\\ud800"', b'"\\ude00\\ud83d"', b'{"\\ud800":1}', b'["a",{"b":"\\udfff"}]'),
    *(b'"\\u0000"', b'{"a\\u0000":1}', b'{"a":["\\u0000"]}'),
    *(
        str(2**63).encode(),
        str(-(2**63) - 1).encode(),
        b"9" * 5000,
        b"1e400",
        b"-1e400",
        b"[1e309]",
        b"1" * 5000 + b".5",
    ),
    *(b"[" * 33 + b"]" * 33, b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' * 50_000, b"[" * 33, b"]" * 40 + b"[" * 40),
    # Other encodings, with and without a byte order mark.
    *(
        '{"a":1}'.encode(encoding)
        for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig")
    ),
    # What other parsers of JSON-like texts take.
    *(b"{}//", b"#a\n{}", b"[1/*]*/]", b"[1,/**/]", b"{}{}", b"{}\n{}", b"{} ,", b"null null", b"$\xe2\x82\xac"),
    *(
        b'{"a":undefined}',
        b'{"a":None}',
        b'{"a":+Infinity}',
        b'{"a":"NaN" NaN}',
        b"[0xFF]",
        b"[0b1]",
        b"[0o7]",
        b"[1L]",
    ),
    *(b"[1e]", b"[-]", b"[-.1]", b"[1.2.3]", b"[--0]", b"[00]", b"[-00]", b"[1,000]]", b"[1__0]", b"[\xef\xbc\x91]"),
    *(b'["\\u{41}"]', b'["\\x41"]', b'["\\0"]', b'["\\\n"]', b'["a\rb"]', b"['']", b"[`a`]", b'["\\uD83D\\u0041"]'),
    *(b'["\xf4\x90\x80\x80"]', b'["\xf8\x88\x80\x80\x80"]', b'["\xe0\x80\x80"]', b'["\xed\xbf\xbf"]', b'["\x80"]'),
    *(
        b"1e" + b"9" * 4000,
        b"-" + b"9" * 4000,
        b"[" * 1000 + b"{" * 1000,
        b'{"a":[' * 50_000,
        b"[" * 32 + b"{}" + b"]" * 32,
    ),
    # The same name again: at once, far apart, and by another spelling.
    *(b'{"a":{"b":1,"b":1}}', b'{"":1,"":2}', b'{"a":1,"b":[{"c":1,"c":1}],"a":2}', b'{"a/":1,"a\\/":2}'),
)
