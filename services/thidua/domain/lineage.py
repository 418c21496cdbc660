"""Units through time: who became whom between two days, and figures read as then and as now.

*As then* leaves every figure with the unit that reported it. *As now* brings figures of units that are no
more to those that took over. Both readings have the same total: whole numbers are divided so that no one
is lost, and what cannot be divided honestly stands in a rest of its own, told with its reason. Nothing is
made up for a successor of whom nothing is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from enum import StrEnum

from thidua.domain.successions import Link
from thidua.domain.successions import Succession
from thidua.domain.successions import SuccessionKind
from thidua.domain.units import Unit

__all__ = ["REST_LABELS", "Brought", "Lineage", "Rest", "apportioned", "as_then"]

_DAY = timedelta(days=1)


class Rest(StrEnum):
    """Why a figure stands with no unit of now."""

    #: What the figure tells cannot be divided: a number of people in office, a share, a record.
    NOT_DIVISIBLE = "not_divisible"
    #: It could be divided, but nobody has said in what proportion.
    NO_WEIGHTS = "no_weights"
    #: The unit ceased, and nobody is known to have taken over.
    NO_SUCCESSOR = "no_successor"


REST_LABELS: Mapping[Rest, str] = {
    Rest.NOT_DIVISIBLE: "không tách được cho các đơn vị kế thừa",
    Rest.NO_WEIGHTS: "chưa có tỷ trọng để tách",
    Rest.NO_SUCCESSOR: "đã chấm dứt, chưa ghi đơn vị kế thừa",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """Figures in one reading.

    Attributes:
        by_unit: figure by unit code.
        rest: what stands with no unit, by the unit that had it last and the reason.
    """

    by_unit: Mapping[str, int]
    rest: Mapping[tuple[str, Rest], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum of everything, the rest with it."""
        return sum(self.by_unit.values()) + sum(self.rest.values())


def as_then(figures: Mapping[str, int]) -> Brought:
    """Leave every figure with the unit that reported it."""
    return Brought(dict(figures))


def apportioned(value: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole number by weights into whole numbers whose sum it is (largest remainders).

    Of equal remainders the earlier place goes first, so that the same figures are always divided the same.

    Args:
        value: what is divided, of any sign.
        weights: at least one, all positive.
    """
    whole, size, sign = sum(weights), abs(value), -1 if value < 0 else 1
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(size * weights[place] % whole), place))
    for place in by_remainder[: size - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


class Lineage:
    """All units with the successions between them, checked against each other.

    Args:
        units: the directory; every unit that a succession names must be there.
        successions: all that were recorded, those that were replaced, too.

    Raises:
        InvalidConfigurationError: a succession does not fit the units' days or another succession.
    """

    def __init__(self, units: Iterable[Unit], successions: Iterable[Succession] = ()) -> None:
        self._units = {unit.code: unit for unit in units}
        recorded = {succession.code: succession for succession in successions}
        self.successions: tuple[Succession, ...] = _in_force(recorded)
        for succession in self.successions:
            self._check(succession)
        _check_one_step_a_day(self.successions)

    def successors(self, code: str, *, since: date, until: date) -> frozenset[str]:
        """Return what a unit of one day has become on a later one: itself, where nothing happened."""
        held = {code}
        for step in self._between(since, until):
            became = {link.successor for link in step.links if link.predecessor in held}
            held = held - set(step.predecessors) | became
        return frozenset(held)

    def predecessors(self, code: str, *, since: date, until: date) -> frozenset[str]:
        """Return of whom, on an earlier day, a unit of a later one is made: itself, where nothing happened."""
        held = {code}
        for step in reversed(self._between(since, until)):
            came_from = {link.predecessor for link in step.links if link.successor in held}
            stayed = {each for each in held if self._was_there_before(each, step)}
            held = stayed | came_from
        return frozenset(held)

    def is_one_ground(self, before: Collection[str], now: Collection[str], *, since: date, until: date) -> bool:
        """Tell whether units of two days are the same ones, or all that became of them: then their sums compare.

        Nobody outside may have given anything to those of now, or taken anything from those before; how figures
        are divided between them makes no difference to the sum.
        """
        became = {each for code in before for each in self.successors(code, since=since, until=until)}
        came = {each for code in now for each in self.predecessors(code, since=since, until=until)}
        return became == set(now) and came == set(before)

    def of_unit(self, code: str) -> tuple[Succession, ...]:
        """Return the successions in force that name a unit, earliest first."""
        return tuple(step for step in self.successions if code in {*step.predecessors, *step.successors})

    def as_now(self, figures: Mapping[str, int], *, since: date, now: date, divisible: bool) -> Brought:
        """Bring figures to the units of a later day.

        Args:
            figures: by the code of the unit that reported them; a code that nobody knows stays as it is.
            since: the day they tell of, as a rule the cut-off. Of a unit that ceased on or before it the
                figures are brought on all the same: it can have reported only what it had done.
            now: the day whose units are wanted.
            divisible: whether a part of the figure means anything (a flow: so many items in a period).

        Returns:
            The figures, whose total is that of those given.
        """
        held = dict(figures)
        rest: dict[tuple[str, Rest], int] = defaultdict(int)
        for step in self.successions:
            if step.effective_on > now or step.moves_nothing:
                continue
            leaving = {
                code: held.pop(code)
                for code in step.predecessors
                if code in held and not (step.effective_on <= since and step.goes_on(code))
            }
            # At once: what arrives in a step does not move on in the same step.
            for code, value in leaving.items():
                parts, reason = _moved(value, step.links_of(code), divisible=divisible)
                for successor, part in parts:
                    held[successor] = held.get(successor, 0) + part
                if reason is not None:
                    rest[code, reason] += value
        for code in [code for code in held if self._ceased_by(code, now)]:
            rest[code, Rest.NO_SUCCESSOR] += held.pop(code)
        return Brought(held, dict(rest))

    def _between(self, since: date, until: date) -> tuple[Succession, ...]:
        return tuple(step for step in self.successions if since < step.effective_on <= until and not step.moves_nothing)

    def _ceased_by(self, code: str, day: date) -> bool:
        unit = self._units.get(code)
        return unit is not None and unit.ends_before is not None and unit.ends_before <= day

    def _was_there_before(self, code: str, step: Succession) -> bool:
        """Tell whether a unit came into a step as itself, beside what it was given there."""
        if code in step.predecessors:
            return step.goes_on(code)
        unit = self._units.get(code)
        return unit is None or unit.versions[0].valid_from < step.effective_on

    def _check(self, step: Succession) -> None:
        for code in {*step.predecessors, *step.successors}:
            if code not in self._units:
                raise step.refusal(f"không có đơn vị nào mã {code}")
        for code in step.predecessors:
            self._check_predecessor(step, self._units[code])
        for code in step.successors:
            if self._units[code].version_on(step.effective_on) is None:
                raise step.refusal(f"{code} chưa hoặc không còn hoạt động vào ngày {_said(step.effective_on)}")
        if step.kind is SuccessionKind.RENAME and step.moves_nothing:
            unit = self._units[step.predecessors[0]]
            if all(version.valid_from != step.effective_on for version in unit.versions):
                raise step.refusal(f"{unit.code} không có tên nào bắt đầu từ ngày {_said(step.effective_on)}")

    def _check_predecessor(self, step: Succession, unit: Unit) -> None:
        code, day = unit.code, _said(step.effective_on)
        if unit.version_on(step.effective_on - _DAY) is None:
            raise step.refusal(f"{code} không còn hoạt động ngay trước ngày {day}")
        goes_on = unit.version_on(step.effective_on) is not None
        if goes_on and not step.goes_on(code):
            raise step.refusal(
                f"{code} vẫn hoạt động từ ngày {day}; hãy ghi ngày hết hiệu lực của đơn vị, "
                f"hoặc ghi thêm phần {code} giữ lại"
            )
        if step.goes_on(code) and not goes_on:
            raise step.refusal(f"{code} đã hết hiệu lực từ ngày {day}, không thể giữ lại gì")


def _moved(value: int, links: Sequence[Link], *, divisible: bool) -> tuple[list[tuple[str, int]], Rest | None]:
    """Return what a predecessor's figure gives to whom; nothing and a reason where it is to be told as it is."""
    weights = [link.weight for link in links if link.weight is not None]
    if len(links) == 1:
        return [(links[0].successor, value)], None
    if not divisible:
        return [], Rest.NOT_DIVISIBLE
    if not weights:
        return [], Rest.NO_WEIGHTS
    return list(zip((link.successor for link in links), apportioned(value, weights), strict=True)), None


def _in_force(recorded: Mapping[str, Succession]) -> tuple[Succession, ...]:
    """Leave out those that another one stands in for; earliest first."""
    replaced: set[str] = set()
    for succession in recorded.values():
        if not succession.replaces:
            continue
        if succession.replaces not in recorded:
            raise succession.refusal(f"không có thay đổi {succession.replaces} để thay")
        if succession.replaces in replaced:
            raise succession.refusal(f"thay đổi {succession.replaces} đã được thay bằng thay đổi khác")
        replaced.add(succession.replaces)
    for succession in recorded.values():
        _check_replacements_end(succession, recorded)
    kept = [succession for code, succession in recorded.items() if code not in replaced]
    return tuple(sorted(kept, key=lambda succession: (succession.effective_on, succession.code)))


def _check_replacements_end(succession: Succession, recorded: Mapping[str, Succession]) -> None:
    seen, code = {succession.code}, succession.replaces
    while code:
        if code in seen:
            raise succession.refusal("các thay đổi thay lẫn nhau thành vòng")
        seen.add(code)
        code = recorded[code].replaces


def _check_one_step_a_day(successions: Sequence[Succession]) -> None:
    """Refuse units that two successions of one day move: which comes first would decide, and circles could close."""
    given: dict[tuple[date, str], Succession] = {}
    moving = [step for step in successions if not step.moves_nothing]
    for step in moving:
        for code in step.predecessors:
            other = given.setdefault((step.effective_on, code), step)
            if other is not step:
                raise step.refusal(f"{code} đã chuyển theo thay đổi {other.code} cùng ngày")
    for step in moving:
        for code in step.successors:
            other = given.get((step.effective_on, code), step)
            if other is not step:
                raise step.refusal(
                    f"{code} vừa nhận ở đây vừa chuyển đi theo {other.code} cùng ngày; hãy ghi thành một thay đổi"
                )


def _said(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
