"""Rules over rows: where they hold, what they say and point at, and what they refuse to be made of."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from thidua_sdk import EarlierReport
from thidua_sdk import Finding
from thidua_sdk import Level
from thidua_sdk import PeriodView
from thidua_sdk import PlanView
from thidua_sdk import Record
from thidua_sdk import RecordRule
from thidua_sdk import RowCheck
from thidua_sdk import UnitView
from thidua_sdk import Values
from thidua_sdk import Window
from thidua_sdk import clear_of
from thidua_sdk import column_is
from thidua_sdk import counts_rows
from thidua_sdk import each_row
from thidua_sdk import latest_rows
from thidua_sdk import needed_if
from thidua_sdk import rows_only_if
from thidua_sdk import span_in_order
from thidua_sdk import span_within
from thidua_sdk import stands_once
from thidua_sdk import words_at_most
from thidua_sdk.sentences import Sentence

Rows = list[dict[str, object]]

SPRING = Window(date(2030, 1, 1), date(2030, 3, 31))
PLAN = PlanView(2030, date(2030, 1, 5), None, date(2030, 12, 31))


def a_record(*earlier: Rows, window: Window | None = SPRING, tags: tuple[str, ...] = ()) -> Record:
    return Record(
        unit=UnitView("U", "Đơn vị", "library"),
        period=PeriodView("P2", frozenset(tags), 2, date(2030, 3, 31), window),
        plan=PLAN,
        today=date(2030, 4, 1),
        earlier=tuple(
            EarlierReport(f"P{number}", accepted=True, fields={}, rows={"loans": tuple(rows)})
            for number, rows in enumerate(earlier)
        ),
    )


def found(
    rule: RecordRule, rows: Rows, record: Record | None = None, *, table: str = "books", **others: Any
) -> list[Finding]:
    fields = {name: value for name, value in others.items() if not isinstance(value, list)}
    tables: dict[str, Any] = {name: rows for name, rows in others.items() if isinstance(rows, list)}
    return list(rule.check(Values(fields, {}, {table: rows, **tables}), record or a_record()))


def said(check: RowCheck, rows: Rows, record: Record | None = None, **others: Any) -> list[tuple[str, tuple[str, ...]]]:
    rule = each_row("L1", "books", check)
    return [(finding.message, finding.cells) for finding in found(rule, rows, record, **others)]


def test_a_finding_has_the_rules_code_and_source_and_the_checks_level() -> None:
    rule = each_row(
        "L1", "books", needed_if("title", lambda _row: True, "Dòng {row}.", level=Level.WARNING), source="Biểu L"
    )

    assert (rule.code, rule.source) == ("L1", "Biểu L")
    assert found(rule, [{}]) == [Finding("L1", Level.WARNING, "Dòng 1.", ("/books/0/title",), "Biểu L")]


def test_of_one_row_only_the_first_check_speaks_and_rows_keep_their_order() -> None:
    rule = each_row(
        "L1",
        "books",
        needed_if("author", column_is("kind", "novel"), "Dòng {row} thiếu tác giả."),
        stands_once("title", "Dòng {row} trùng dòng {other}."),
    )
    rows: Rows = [
        {"kind": "novel", "title": "Đất"},
        {"kind": "map", "title": "đất"},
        {"kind": "novel", "title": "Đất"},
        {"kind": "novel", "title": "Đất", "author": "An"},
    ]

    assert [finding.message for finding in found(rule, rows)] == [
        "Dòng 1 thiếu tác giả.",
        "Dòng 2 trùng dòng 1.",
        "Dòng 3 thiếu tác giả.",
        "Dòng 4 trùng dòng 1.",
    ]


def test_a_table_without_rows_breaks_nothing() -> None:
    assert found(each_row("L1", "books", stands_once("title", "Dòng {row} trùng dòng {other}.")), []) == []


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_what_is_needed_is_named_where_it_is_blank(blank: object) -> None:
    check = needed_if(("decision_no", "decision_on"), column_is("state", "sold"), "Dòng {row} thiếu quyết định.")
    sold: dict[str, object] = {"state": "sold", "decision_no": blank, "decision_on": date(2030, 2, 1)}

    assert said(check, [{"state": "kept"}, sold]) == [("Dòng 2 thiếu quyết định.", ("/books/1/decision_no",))]
    assert said(check, [sold | {"decision_no": "1/QĐ"}]) == []


def test_a_needed_number_may_be_nought() -> None:
    assert said(needed_if("pages", lambda _row: True, "Dòng {row}."), [{"pages": 0}]) == []


def test_texts_are_the_same_whatever_their_case_and_spaces() -> None:
    check = stands_once("title", "Dòng {row} trùng dòng {other}.")

    assert said(check, [{"title": "Đất  Rừng"}, {"title": "biển"}, {"title": " đất rừng"}, {"title": "ĐẤT RỪNG"}]) == [
        ("Dòng 3 trùng dòng 1.", ("/books/2/title", "/books/0/title")),
        ("Dòng 4 trùng dòng 1.", ("/books/3/title", "/books/0/title")),
    ]


def test_rows_without_the_text_are_not_the_same() -> None:
    assert (
        said(stands_once("title", "Dòng {row}, {other}."), [{"title": ""}, {"title": None}, {}, {"title": " "}]) == []
    )


def test_what_stands_beside_the_text_tells_rows_apart() -> None:
    check = stands_once("title", "Dòng {row}, {other}.", beside=("year",))
    rows: Rows = [{"title": "Đất", "year": 1}, {"title": "Đất", "year": 2}, {"title": "Đất", "year": 1}]

    assert [message for message, _ in said(check, rows)] == ["Dòng 3, 1."]


def test_the_column_of_the_text_may_hang_on_the_row() -> None:
    def named_in(row: Mapping[str, object]) -> str:
        return "group" if row.get("kind") == "group" else "person"

    check = stands_once(named_in, "Dòng {row}, {other}.")

    assert said(check, [{"kind": "group", "group": "An"}, {"person": "An"}, {"person": "Bình", "group": "An"}]) == [
        ("Dòng 2, 1.", ("/books/1/person", "/books/0/person"))
    ]


def test_a_span_that_ends_before_it_begins_is_told_with_its_days() -> None:
    check = span_in_order("from", "to", "Dòng {row}: {first_on} sau {last_on}.")
    rows: Rows = [
        {"from": date(2030, 2, 1), "to": date(2030, 1, 31)},
        {"from": date(2030, 2, 1), "to": date(2030, 2, 1)},
        {"from": date(2030, 2, 1), "to": None},
        {},
    ]

    assert said(check, rows) == [("Dòng 1: 1/2/2030 sau 31/1/2030.", ("/books/0/from", "/books/0/to"))]


@pytest.mark.parametrize(
    ("first_on", "last_on", "outside"),
    [
        (date(2030, 1, 5), date(2030, 12, 31), []),
        (date(2030, 1, 4), date(2030, 12, 31), ["from"]),
        (date(2030, 1, 5), date(2031, 1, 1), ["to"]),
        (date(2030, 1, 4), date(2031, 1, 1), ["from", "to"]),
        # Wholly after the bounds: the day that ends too late is the one at fault.
        (date(2031, 1, 1), date(2031, 1, 2), ["to"]),
        (None, date(2031, 1, 1), []),
        (date(2030, 1, 4), None, []),
    ],
)
def test_a_span_lies_within_the_days_of_the_record(
    first_on: date | None, last_on: date | None, outside: list[str]
) -> None:
    check = span_within(
        "from",
        "to",
        lambda record: (record.plan.issued_from, record.plan.valid_to),
        "Dòng {row} ngoài {first_on}-{last_on}.",
    )

    expected = [("Dòng 1 ngoài 5/1/2030-31/12/2030.", tuple(f"/books/0/{column}" for column in outside))]
    assert said(check, [{"from": first_on, "to": last_on}]) == (expected if outside else [])


def test_a_text_is_measured_in_words() -> None:
    check = words_at_most("note", 3, "Dòng {row}: {words}/{most} từ.")

    assert said(check, [{"note": "một hai  ba"}, {"note": "một hai ba\nbốn"}, {"note": None}, {}]) == [
        ("Dòng 2: 4/3 từ.", ("/books/1/note",))
    ]


LATE = clear_of(
    "loans",
    "loan_id",
    "Dòng {row} đang quá hạn.",
    at="title",
    same="title",
    which=column_is("state", "late"),
    when=column_is("kind", "novel"),
    shows="state",
)
BOOKS: Rows = [{"kind": "novel", "title": "Đất"}, {"kind": "map", "title": "Đất"}, {"kind": "novel", "title": " "}]


def test_a_row_is_held_against_those_of_another_table_of_the_same_text() -> None:
    loans: Rows = [
        {"loan_id": "1", "title": "biển", "state": "late"},
        {"loan_id": "2", "title": "ĐẤT ", "state": "late"},
        {"loan_id": "3", "title": "Đất", "state": "back"},
        {"loan_id": "4", "title": "", "state": "late"},
    ]

    assert said(LATE, BOOKS, loans=loans) == [("Dòng 1 đang quá hạn.", ("/books/0/title", "/loans/1/state"))]


def test_an_earlier_report_weighs_and_the_latest_state_decides() -> None:
    late: dict[str, object] = {"loan_id": "A-1", "title": "Đất", "state": "late"}
    back = late | {"loan_id": " a-1", "state": "back"}

    assert said(LATE, BOOKS, a_record([late])) == [("Dòng 1 đang quá hạn.", ("/books/0/title",))]
    assert said(LATE, BOOKS, a_record([back], [late])) != []
    assert said(LATE, BOOKS, a_record([late], [back])) == []
    assert said(LATE, BOOKS, a_record([late]), loans=[back]) == []


def test_without_a_text_in_common_each_row_that_weighs_weighs_on_all() -> None:
    check = clear_of("loans", "loan_id", "Dòng {row}.", at="kind", shows="loan_id")
    loans: Rows = [{"loan_id": "1"}, {"loan_id": "2"}]

    everything = ("/loans/0/loan_id", "/loans/1/loan_id")
    assert said(check, [{}, {}], loans=loans) == [
        ("Dòng 1.", ("/books/0/kind", *everything)),
        ("Dòng 2.", ("/books/1/kind", *everything)),
    ]
    assert said(check, [{}, {}]) == []


def test_latest_rows_are_each_key_once_in_the_order_of_their_first_telling() -> None:
    own: Rows = [{"loan_id": "c"}, {"loan_id": "A", "state": "back"}, {"loan_id": ""}, {}]
    record = a_record([{"loan_id": "a", "state": "late"}, {"loan_id": "b"}], [{"loan_id": "B ", "state": "late"}, {}])

    rows = latest_rows(Values({}, {}, {"loans": own}), record, "loans", "loan_id")

    assert [(each.row.get("loan_id"), each.row.get("state"), each.index) for each in rows] == [
        ("A", "back", 1),
        ("B ", "late", None),
        (None, None, None),
        ("c", None, 0),
        ("", None, 2),
        (None, None, 3),
    ]
    assert [each.cells("state") for each in rows[:2]] == [("/loans/1/state",), ()]


def test_the_record_knows_the_keys_of_earlier_rows() -> None:
    record = a_record([{"loan_id": "A  1"}, {"loan_id": ""}], [{"loan_id": "b"}])

    assert record.known("loans", "loan_id") == {"a 1", "b"}
    assert record.known("books", "loan_id") == frozenset()


def test_rows_where_none_are_asked_for_are_told_once() -> None:
    rule = rows_only_if(
        "L2", "books", lambda record: "year" in record.period.tags, "Chỉ gửi ở kỳ năm.", at="title", source="Biểu L"
    )

    assert found(rule, [{}, {}]) == [
        Finding("L2", Level.ERROR, "Chỉ gửi ở kỳ năm.", ("/books/0/title", "/books/1/title"), "Biểu L")
    ]
    assert found(rule, [{}], a_record(tags=("year",))) == []
    assert found(rule, []) == []


COUNTED = counts_rows(
    "L3",
    "lent",
    "loans",
    "Ghi {counted}, có {listed}.",
    in_window="Ghi {counted}, có {listed} từ {first_on} đến {last_on}.",
    day="on",
    key="loan_id",
)


def counted(lent: int | None, loans: Rows, record: Record) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.message, each.cells) for each in found(COUNTED, loans, record, table="loans", lent=lent)]


def test_a_count_is_that_of_the_rows_dated_in_the_period() -> None:
    loans: Rows = [
        {"loan_id": "1", "on": date(2030, 1, 1)},
        {"loan_id": "2", "on": date(2029, 12, 31)},
        {"loan_id": "3", "on": date(2030, 4, 1)},
        {"loan_id": "4"},
    ]

    assert counted(2, loans, a_record()) == []
    assert counted(None, loans, a_record()) == []
    wrong = "Ghi 4, có 2 từ 1/1/2030 đến 31/3/2030."
    assert counted(4, loans, a_record()) == [(wrong, ("/fields/lent", "/loans/1/on", "/loans/2/on"))]
    # What was brought forward is rightly dated before.
    assert counted(4, loans, a_record([{"loan_id": "2 "}])) == [(wrong, ("/fields/lent", "/loans/2/on"))]


def test_where_the_period_has_no_window_all_rows_count() -> None:
    loans: Rows = [{"on": date(2001, 1, 1)}, {}]

    assert counted(2, loans, a_record(window=None)) == []
    assert counted(1000, loans, a_record(window=None)) == [("Ghi 1.000, có 2.", ("/fields/lent",))]


def test_no_sentence_can_print_what_a_row_says() -> None:
    name = "Lý Mô Phỏng"
    row: dict[str, object] = {"title": name, "row": name, "from": date(2030, 2, 2), "to": date(2030, 2, 1)}
    checks = (
        needed_if("missing", lambda _row: True, "{row}"),
        stands_once("title", "{row} {other}"),
        span_in_order("from", "to", "{row} {first_on} {last_on}"),
        span_within("from", "to", lambda _record: (date(2031, 1, 1), date(2031, 1, 1)), "{row} {first_on} {last_on}"),
        words_at_most("title", 1, "{row} {words} {most}"),
        clear_of("loans", "title", "{row}", at="title", same="title", shows="title"),
    )

    messages = [message for check in checks for message, _ in said(check, [row, row], loans=[row])]

    assert len(messages) >= len(checks)
    assert [message for message in messages if any(word in message for word in name.split())] == []


def test_a_place_takes_no_text_whoever_fills_it_in() -> None:
    sentence = Sentence("Dòng {row}.", ("row",))

    assert sentence.said(row=1) == "Dòng 1."
    with pytest.raises(ValueError, match="invalid literal"):
        sentence.said(row="Lý Mô Phỏng")  # type: ignore[arg-type]  # what must not be


MAKERS: list[Callable[[str], object]] = [
    lambda text: needed_if("title", column_is("a", 1), text),
    lambda text: stands_once("title", text),
    lambda text: span_in_order("from", "to", text),
    lambda text: span_within("from", "to", lambda _record: (date(2030, 1, 1), date(2030, 1, 1)), text),
    lambda text: words_at_most("title", 3, text),
    lambda text: clear_of("loans", "loan_id", text, at="title", shows="state"),
    lambda text: rows_only_if("L2", "books", lambda _record: True, text, at="title"),
    lambda text: counts_rows("L3", "lent", "loans", text, in_window="Sai.", day="on", key="loan_id"),
    lambda text: counts_rows("L3", "lent", "loans", "Sai.", in_window=text, day="on", key="loan_id"),
]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("place", ["full_name", "title", "row.real", "row[0]", "0", ""])
def test_a_sentence_with_a_place_that_is_not_offered_is_refused_when_the_rule_is_made(
    make: Callable[[str], object], place: str
) -> None:
    with pytest.raises(ValueError, match=r"has the place '" + place.replace("[", r"\[") + "'; (offered are|none is)"):
        make(f"Dòng {{{place}}} sai.")


@pytest.mark.parametrize("make", MAKERS)
def test_an_empty_or_unreadable_sentence_is_refused(make: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="it is empty"):
        make(" ")
    with pytest.raises(ValueError, match="cannot be read"):
        make("Dòng {row")


@pytest.mark.parametrize("place", ["{row!r}", "{row:>9}", "{row:{row}}"])
def test_a_place_is_not_written_in_a_form_of_its_own(place: str) -> None:
    with pytest.raises(ValueError, match="in a form of its own"):
        stands_once("title", f"Dòng {place} sai.")


def test_doubled_braces_are_printed() -> None:
    assert said(needed_if("title", lambda _row: True, "{{row}} là {row}."), [{}])[0][0] == "{row} là 1."


def test_what_checks_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="rule L1 over the rows of books checks nothing"):
        each_row("L1", "books")
    with pytest.raises(ValueError, match="no column is needed"):
        needed_if((), lambda _row: True, "Dòng {row}.")
    with pytest.raises(ValueError, match="at most 0 words"):
        words_at_most("title", 0, "Dòng {row}.")
