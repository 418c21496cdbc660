"""Units keep their identity through renames; the shipped directory says what it should."""

import tomllib
from collections.abc import Mapping
from datetime import date
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thidua.domain.errors import InvalidConfigurationError
from thidua.domain.units import Unit
from thidua.domain.units import UnitVersion
from thidua.domain.units import units_from
from thidua_sdk import Window

FILE = Path(__file__).parents[2] / "config" / "units" / "lang-son.toml"
RENAMED_ON = date(2021, 12, 10)
YEAR_2021 = Window(date(2020, 12, 15), date(2021, 12, 14))


def the_shipped_units() -> dict[str, Unit]:
    return {unit.code: unit for unit in units_from(tomllib.loads(FILE.read_text("utf-8")))}


def a_version(name: str = "Phòng A", first: date = date(2020, 1, 1), last: date | None = None) -> UnitVersion:
    return UnitVersion(name=name, short_name=name, type="room", parent="Sở", valid_from=first, valid_to=last)


def a_version_row(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "name": "Phòng A",
        "short_name": "Phòng A",
        "type": "room",
        "parent": "Sở",
        "valid_from": date(2020, 1, 1),
    }
    return row | changes


def a_unit_row(**changes: object) -> dict[str, object]:
    return {"code": "A", "order": 1, "versions": [a_version_row()]} | changes


def a_file(*rows: Mapping[str, object], **changes: object) -> Mapping[str, object]:
    return {"source": "kiểm thử", "units": list(rows)} | changes


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("STTTT-BCVT", "Phòng Bưu chính - Viễn thông", "Phòng Hạ tầng số"),
        ("STTTT-CNTT", "Phòng Công nghệ thông tin", "Phòng Chuyển đổi số"),
        ("STTTT-TTCNS", "Trung tâm Công nghệ thông tin và Truyền thông", "Trung tâm Công nghệ số"),
    ],
)
def test_the_renames_of_10_december_2021_keep_the_identity(code: str, before: str, after: str) -> None:
    unit = the_shipped_units()[code]
    old, new = unit.versions_within(YEAR_2021)

    assert unit.version_on(RENAMED_ON - timedelta(days=1)) is old
    assert unit.version_on(RENAMED_ON) is new
    assert (old.name, new.name) == (before, after)
    assert new.legal_basis == "Quyết định số 33/2021/QĐ-UBND"
    assert new.type == old.type


def test_a_document_issued_after_the_rename_prints_the_new_name_and_can_footnote_the_old_one() -> None:
    unit = the_shipped_units()["STTTT-CNTT"]
    issued = unit.version_on(date(2021, 12, 21))

    assert issued is not None
    assert issued.name == "Phòng Chuyển đổi số"
    assert [version.name for version in unit.versions_within(YEAR_2021)] == [
        "Phòng Công nghệ thông tin",
        "Phòng Chuyển đổi số",
    ]


def test_a_window_that_ends_on_the_eve_of_a_rename_knows_only_the_old_name() -> None:
    unit = the_shipped_units()["STTTT-BCVT"]

    eve = unit.versions_within(Window(date(2021, 9, 15), date(2021, 12, 9)))
    from_the_day = unit.versions_within(Window(RENAMED_ON, date(2021, 12, 31)))

    assert [version.name for version in eve] == ["Phòng Bưu chính - Viễn thông"]
    assert [version.name for version in from_the_day] == ["Phòng Hạ tầng số"]


def test_the_directory_of_2021_has_eleven_districts_and_six_units_of_the_department() -> None:
    types = [version.type for unit in the_shipped_units().values() if (version := unit.version_on(date(2021, 12, 14)))]

    assert {name: types.count(name) for name in types} == {
        "district_culture_office": 11,
        "press_publishing_office": 1,
        "specialised_room": 3,
        "affiliated_centre": 1,
        "department_office": 1,
    }


# Counts of communes by hand from the arrangement: 200 from 01/01/2020, 194 from 01/12/2024.
@pytest.mark.parametrize(
    ("day", "communes"),
    [
        (date(2021, 6, 14), [8, 22, 19, 17, 22, 17, 18, 24, 20, 21, 12]),
        (date(2024, 11, 30), [8, 22, 19, 17, 22, 17, 18, 24, 20, 21, 12]),
        (date(2024, 12, 1), [8, 20, 19, 17, 22, 15, 18, 23, 20, 20, 12]),
    ],
)
def test_commune_counts_follow_the_arrangements(day: date, communes: list[int]) -> None:
    districts = [unit for unit in the_shipped_units().values() if unit.area_code]
    found = [version.attributes["communes"] for unit in districts if (version := unit.version_on(day))]

    assert found == communes


def test_district_codes_are_the_area_codes_and_179_is_unused() -> None:
    districts = {unit.area_code: unit.code for unit in the_shipped_units().values() if unit.area_code}

    assert districts == {
        str(area): f"LS-{area}-VHTT" for area in (178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189)
    }


def test_five_districts_have_a_border_gate_and_nobody_has_checked_it() -> None:
    versions = {
        unit.area_code: version
        for unit in the_shipped_units().values()
        if unit.area_code and (version := unit.version_on(date(2021, 6, 14)))
    }

    assert {area for area, version in versions.items() if version.attributes["has_border_gate"]} == {
        "180",
        "182",
        "183",
        "188",
        "189",
    }
    assert all("has_border_gate" in version.unverified for version in versions.values())


def test_the_press_room_guides_eleven_radio_systems_and_its_press_agencies_are_not_known() -> None:
    room = the_shipped_units()["STTTT-TTBCXB"].version_on(date(2021, 6, 14))

    assert room is not None
    assert room.attributes == {"districts": 11}


def test_names_of_a_district_office_are_those_people_write() -> None:
    unit = the_shipped_units()["LS-186-VHTT"]
    version = unit.version_on(date(2021, 6, 14))

    assert version is not None
    assert version.name == "Phòng Văn hóa và Thông tin huyện Hữu Lũng"
    assert version.short_name == "Phòng VH&TT huyện Hữu Lũng"
    assert version.parent == "UBND huyện Hữu Lũng"
    assert "Phòng Văn hóa, Thông tin huyện Hữu Lũng" in unit.names


def test_districts_end_on_the_last_day_of_june_2025_and_the_department_on_the_last_of_february() -> None:
    units = the_shipped_units()

    def valid_on(day: date) -> set[str]:
        return {code for code, unit in units.items() if unit.version_on(day)}

    assert valid_on(date(2025, 2, 28)) == set(units)
    assert valid_on(date(2025, 3, 1)) == {code for code in units if code.startswith("LS-")}
    assert valid_on(date(2025, 6, 30)) == {code for code in units if code.startswith("LS-")}
    assert valid_on(date(2025, 7, 1)) == set()


def test_units_come_in_the_order_of_lists() -> None:
    second, first = (
        a_unit_row(order=2),
        a_unit_row(code="B", order=1, versions=[a_version_row(name="Phòng B", short_name="B")]),
    )

    assert [unit.code for unit in units_from(a_file(second, first))] == ["B", "A"]


@given(
    starts=st.lists(st.dates(date(2000, 1, 1), date(2030, 12, 31)), min_size=2, max_size=6, unique=True).map(sorted),
    ends=st.booleans(),
    day=st.dates(date(1999, 1, 1), date(2031, 12, 31)),
)
def test_on_every_day_of_its_life_a_unit_has_exactly_one_version(starts: list[date], ends: bool, day: date) -> None:  # noqa: FBT001
    versions = [a_version(f"Phòng {first}", first, last) for first, last in pairwise(starts)]
    if not ends:
        versions.append(a_version("Phòng hiện nay", starts[-1]))
    unit = Unit(code="A", order=1, versions=tuple(versions))
    lives = starts[0] <= day and (not ends or day < starts[-1])

    assert [version for version in versions if version.is_valid_on(day)] == ([unit.version_on(day)] if lives else [])
    assert unit.versions_within(Window(day, day)) == ((unit.version_on(day),) if lives else ())


@pytest.mark.parametrize(
    "second_from",
    [pytest.param(date(2021, 12, 9), id="overlap"), pytest.param(date(2021, 12, 11), id="gap")],
)
def test_versions_that_overlap_or_leave_a_gap_are_refused(second_from: date) -> None:
    with pytest.raises(InvalidConfigurationError, match="không chồng lên nhau và không để trống"):
        Unit(code="A", order=1, versions=(a_version(last=RENAMED_ON), a_version("Phòng B", second_from)))


def test_a_version_after_one_without_an_end_is_refused() -> None:
    with pytest.raises(InvalidConfigurationError, match="phải hết hiệu lực đúng ngày"):
        Unit(code="A", order=1, versions=(a_version(), a_version("Phòng B", RENAMED_ON)))


def test_a_version_that_ends_on_the_day_it_begins_is_refused() -> None:
    with pytest.raises(InvalidConfigurationError, match="không sau ngày bắt đầu"):
        a_version(first=RENAMED_ON, last=RENAMED_ON)


def test_a_name_may_pass_to_another_unit_once_its_owner_is_gone() -> None:
    old = a_unit_row(versions=[a_version_row(valid_to=RENAMED_ON)])
    new = a_unit_row(code="B", order=2, versions=[a_version_row(valid_from=RENAMED_ON)])

    assert [unit.code for unit in units_from(a_file(old, new))] == ["A", "B"]


@pytest.mark.parametrize(
    ("data", "subject", "reason"),
    [
        (a_file(), "config/units: units", "chưa có đơn vị nào"),
        (a_file(a_unit_row(), unit=[]), "config/units: unit", "không có khóa nào"),
        (a_file(a_unit_row(cod="x")), "config/units: units[0].cod", "không có khóa nào"),
        (a_file(a_unit_row(order="1")), "config/units: units[0].order", "số nguyên"),
        (a_file(a_unit_row(order=True)), "config/units: units[0].order", "số nguyên"),
        (a_file(a_unit_row(area_code=178)), "config/units: units[0].area_code", "phải là chữ"),
        (a_file(a_unit_row(aliases=["x", "x"])), "config/units: units[0].aliases", "lặp lại"),
        (a_file(a_unit_row(aliases="x")), "config/units: units[0].aliases", "danh sách"),
        (a_file(a_unit_row(versions=[])), "A", "chưa có tên"),
        (
            a_file(a_unit_row(versions=[a_version_row(name="Pho\u0300ng A")])),
            "config/units: units[0].versions[0].name",
            "NFC",
        ),
        (
            a_file(a_unit_row(versions=[a_version_row(name=None)])),
            "config/units: units[0].versions[0].name",
            "thiếu giá trị",
        ),
        (
            a_file(a_unit_row(versions=[a_version_row(valid_from="2020-01-01")])),
            "config/units: units[0].versions[0].valid_from",
            "phải là ngày",
        ),
        (
            a_file(a_unit_row(versions=[a_version_row(unverified=["communes"])])),
            "config/units: units[0].versions[0].unverified",
            "không có khóa hay thuộc tính",
        ),
        (
            a_file(a_unit_row(versions=[a_version_row(attributes={"communes": 8.5})])),
            "config/units: units[0].versions[0].attributes.communes",
            "số nguyên, chữ",
        ),
        (
            a_file(a_unit_row(versions=[a_version_row(attributes=8)])),
            "config/units: units[0].versions[0].attributes",
            "phải là một bảng",
        ),
        (a_file(a_unit_row(), a_unit_row(order=2)), "config/units: units", "mã A dùng cho hai đơn vị"),
        (a_file(a_unit_row(), a_unit_row(code="B")), "config/units: units", "thứ tự 1"),
        (
            a_file(a_unit_row(), a_unit_row(code="B", order=2)),
            "config/units: units",
            "tên “Phòng A” dùng cho cả A và B",
        ),
    ],
)
def test_a_wrong_directory_is_refused_at_its_key(data: Mapping[str, object], subject: str, reason: str) -> None:
    with pytest.raises(InvalidConfigurationError) as refused:
        units_from(data)

    assert refused.value.subject == subject
    assert reason in refused.value.message


WINDOW = Window(date(2021, 2, 1), date(2021, 3, 14))


@pytest.mark.parametrize(
    ("valid_to", "ceases"),
    [
        (None, False),
        (date(2021, 2, 1), False),
        (date(2021, 2, 2), True),
        (date(2021, 3, 14), True),
        (date(2021, 3, 15), False),
        (date(2021, 7, 1), False),
    ],
)
def test_a_unit_ceases_inside_a_window_on_any_of_its_days_but_the_last(valid_to: date | None, *, ceases: bool) -> None:
    renamed_on = date(2020, 6, 1)
    last = a_version("Phòng B", renamed_on, valid_to)
    unit = Unit(code="A", order=1, versions=(a_version(last=renamed_on), last))
    assert unit.last_version_within(WINDOW) is (last if ceases else None)
