"""How alike two reports are: what weighs, what weighs nothing, and that nothing breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.likeness import Comparison
from thidua.domain.likeness import Level
from thidua.domain.likeness import Likeness
from thidua.domain.likeness import LikenessKind
from thidua.domain.likeness import Other
from thidua.domain.likeness import Portrait
from thidua.domain.likeness import compare_figures
from thidua.domain.side_by_side import explain
from thidua.domain.side_by_side import shared_numbers
from thidua.domain.side_by_side import shared_texts

LONG = (
    "Hai cụm loa ở xã Yên Thịnh bị sét đánh hỏng từ ngày 17/5, đến ngày 14/6/2021 chưa có kinh phí thay bộ khuếch đại "
    "nên việc phát tin phải nhờ loa của nhà văn hóa thôn, có hôm chỉ phát được một nửa thời lượng đã đăng ký với huyện."
)
OTHER_LONG = (
    "Nhiều chủ xe tải không nhận tờ rơi vì sợ mất thì giờ ở trạm cân; tổ tuyên truyền đổi sang treo bảng chữ lớn ngay "
    "lối ra và nhờ cán bộ trạm đọc một câu nhắc nhở, sau hai tuần đã có lái xe tự xin thêm tờ rơi mang về cho bạn nghề."
)
COUNTS = {
    "/fields/a": 148,
    "/fields/b": 1184,
    "/fields/c": 26,
    "/fields/d": 21500,
    "/fields/e": 37,
    "/fields/f": 613,
    "/fields/g": 19,
}


def portrait(counts: dict[str, int] | None = None, *texts: str) -> Portrait:
    given_counts = COUNTS if counts is None else counts
    cells = tuple((f"/fields/text_{place}", text) for place, text in enumerate(texts))
    return Portrait(cells, given_counts, frozenset(COUNTS) | frozenset(given_counts))


def alike(mine: Portrait, other: Portrait, *crowd: Portrait, kind: LikenessKind = LikenessKind.OWN) -> Likeness:
    comparison = Comparison(mine)
    comparison.add(Other(kind, "other", "2021-H1", 0), other)
    for place, each in enumerate(crowd):
        comparison.add(Other(LikenessKind.NEIGHBOUR, f"crowd-{place}", "2021-H1", 0), each)
    return next(found for found in comparison.results() if found.unit == "other")


def test_the_same_report_with_other_dates_is_nearly_the_same() -> None:
    found = alike(portrait(None, LONG), portrait(None, LONG.replace("/6/", "/9/").replace("17/5", "20/8")))
    assert found.level is Level.STRONG
    assert (found.text_share, found.number_share) == (1.0, 1.0)
    assert (found.equal, found.compared) == (7, 7)
    assert found.whole_texts == ("/fields/text_0",)
    assert explain(found, where="báo cáo kỳ 6 tháng", labels={"/fields/text_0": "Khó khăn"}) == (
        "7/7 số và toàn bộ phần “Khó khăn” giống báo cáo kỳ 6 tháng; hầu như chỉ khác ngày tháng."
    )


def test_two_different_reports_are_not() -> None:
    counts = {cell: count + 13 for cell, count in COUNTS.items()}
    found = alike(portrait(None, LONG), portrait(counts, OTHER_LONG))
    assert found.level is Level.NONE
    assert found.text_share == 0.0


def test_the_same_text_in_another_place_and_order_counts() -> None:
    mine = portrait({}, OTHER_LONG, LONG)
    assert alike(mine, portrait({}, LONG, OTHER_LONG)).level is Level.STRONG


@pytest.mark.parametrize("factor", [2, 1.5, 1.2, 3])
def test_numbers_times_one_factor_are_seen_and_the_factor_told(factor: float) -> None:
    scaled = {cell: round(count * factor) for cell, count in COUNTS.items()}
    found = alike(portrait(scaled), portrait())
    assert found.level is not Level.NONE
    assert found.factor == pytest.approx(factor, rel=0.01)
    assert "nhân" in explain(found, where="báo cáo kỳ trước", labels={})


def test_numbers_that_all_grew_each_in_its_own_way_are_no_multiple() -> None:
    grown = {
        cell: count + added for (cell, count), added in zip(COUNTS.items(), (31, 502, 19, 400, 3, 88, 27), strict=True)
    }
    found = alike(portrait(grown), portrait())
    assert found.level is Level.NONE
    assert found.factor is None


def test_small_and_round_numbers_meet_by_chance() -> None:
    few = {f"/fields/{name}": count for name, count in zip("abcdefgh", (1, 2, 1, 500, 1, 20, 1000, 2), strict=True)}
    assert alike(portrait(few), portrait(few)).level is Level.NONE


def test_nothing_against_nothing_says_nothing() -> None:
    found = alike(portrait({}), portrait({}))
    assert (found.level, found.compared, found.number_share, found.text_share) == (Level.NONE, 0, 0.0, 0.0)


def test_a_sentence_that_many_units_have_is_nobodys_copy() -> None:
    mine, crowd = portrait({}, LONG), [portrait({}, LONG) for _ in range(4)]
    assert alike(mine, portrait({}, LONG), kind=LikenessKind.NEIGHBOUR).level is not Level.NONE
    found = alike(mine, portrait({}, LONG), *crowd, kind=LikenessKind.NEIGHBOUR)
    assert (found.level, found.text_share) == (Level.NONE, 0.0)


def test_two_filings_of_one_unit_do_not_make_its_sentence_everybodys() -> None:
    comparison = Comparison(portrait({}, LONG))
    for period in ("2021-Q1", "2021-H1", "2021-9M", "2021-Y", "2021-CLOSE"):
        comparison.add(Other(LikenessKind.NEIGHBOUR, "same", period, 0), portrait({}, LONG))
    assert Level.NONE not in {found.level for found in comparison.results()}


def test_cells_that_only_one_form_asks_for_are_left_out() -> None:
    short = Portrait((), {"/fields/a": 148}, frozenset({"/fields/a"}))
    figures = compare_figures(portrait(), short)
    assert (figures.compared, figures.same, figures.share) == (1, ("/fields/a",), 1.0)


def test_the_strongest_comes_first() -> None:
    comparison = Comparison(portrait(None, LONG))
    comparison.add(Other(LikenessKind.OWN, "", "weak", 0), portrait({}, OTHER_LONG))
    comparison.add(Other(LikenessKind.OWN, "", "same", 0), portrait(None, LONG))
    assert [found.period for found in comparison.results()] == ["same", "weak"]


def test_side_by_side_shows_what_is_shared_and_nothing_else() -> None:
    mine = portrait(None, f"Tình hình riêng của kỳ này khác hẳn trước. {LONG}", OTHER_LONG)
    other = portrait({**COUNTS, "/fields/a": 7}, LONG)
    found = alike(mine, other)
    [shared] = shared_texts(mine, other, found)
    assert (shared.cell, shared.other_cell) == ("/fields/text_0", "/fields/text_0")
    assert "".join(piece.text for piece in shared.mine) == mine.texts[0][1]
    assert [piece.text for piece in shared.mine if piece.is_same] == [LONG.rstrip(".")]
    assert "/fields/a" not in [each.cell for each in shared_numbers(mine, other, found)]
    assert len(shared_numbers(mine, other, found)) == 6


counts_of = st.dictionaries(st.sampled_from(sorted(COUNTS)), st.integers(1, 9_999_999))
texts_of = st.lists(st.one_of(st.sampled_from([LONG, OTHER_LONG, "Không có"]), st.text(max_size=80)), max_size=3)


@given(counts_of, counts_of)
def test_numbers_are_compared_the_same_both_ways(one: dict[str, int], other: dict[str, int]) -> None:
    there, back = compare_figures(portrait(one), portrait(other)), compare_figures(portrait(other), portrait(one))
    assert set(there.same) == set(back.same)
    assert there.compared == back.compared
    assert there.share == pytest.approx(back.share)
    assert 0 <= there.share <= 1 + 1e-9


@given(texts_of, texts_of, counts_of, counts_of)
def test_shares_stay_shares_and_everything_can_be_shown(
    mine_texts: list[str], other_texts: list[str], mine_counts: dict[str, int], other_counts: dict[str, int]
) -> None:
    mine, other = portrait(mine_counts, *mine_texts), portrait(other_counts, *other_texts)
    found = alike(mine, other)
    assert 0 <= found.text_share <= 1
    assert 0 <= found.number_share <= 1 + 1e-9
    for shared in shared_texts(mine, other, found):
        assert any(piece.is_same for piece in shared.mine)
    shared_numbers(mine, other, found)
    assert explain(found, where="báo cáo kỳ trước", labels={}).endswith(".")


@given(texts_of, counts_of, st.randoms())
def test_the_order_of_texts_does_not_matter(texts: list[str], counts: dict[str, int], draw: object) -> None:
    shuffled = list(texts)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random.Random
    mine = portrait(counts, *texts)
    straight, mixed = alike(mine, portrait(counts, *texts)), alike(mine, portrait(counts, *shuffled))
    assert replace(straight, unit="") == replace(mixed, unit="")
