"""Guessing is slowed down, on both databases, and nobody's own machine is kept out by it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import datetime
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text

from thidua.adapters.passwords import Argon2Passwords
from thidua.application.people.sessions import Entered
from thidua.application.people.sessions import sign_in
from thidua.application.people.throttling import forgive
from thidua.application.people.throttling import network_of
from thidua.application.people.throttling import of_code
from thidua.application.people.throttling import take_try
from thidua.domain.accounts import Door
from thidua.domain.accounts import Origin
from thidua.domain.accounts import Role
from thidua.domain.errors import BusyError
from thidua.domain.errors import NotSignedInError
from thidua.domain.errors import TooManyTriesError
from thidua_testkit.installation import Installation
from thidua_testkit.installation import an_installation

NOON = datetime.fromisoformat("2021-09-15T12:00:00+07:00")
PASSWORD = "ba con vịt bơi qua ao"
UNIT = Origin(Door.WEB, "r1", "203.0.113.9", "")
ELSEWHERE = Origin(Door.WEB, "r2", "198.51.100.7", "")


@pytest.fixture
def here(database_url: str) -> Installation:
    found = an_installation(database_url, at=NOON)
    found.add_account("minh", (Role.OFFICE, None), password=PASSWORD)
    found.add_account("lan", (Role.OFFICE, None), password=PASSWORD)
    return found


def wrong(here: Installation, name: str = "minh", origin: Origin = ELSEWHERE, device: str = "") -> str:
    """Guess wrong; returns what is answered."""
    with pytest.raises((NotSignedInError, TooManyTriesError)) as refusal:
        sign_in(here.host, name=name, password="sai", origin=origin, device=device)
    return type(refusal.value).__name__ + refusal.value.message


def right(here: Installation, name: str = "minh", origin: Origin = UNIT, device: str = "") -> Entered:
    return sign_in(here.host, name=name, password=PASSWORD, origin=origin, device=device)


def refused(here: Installation, name: str = "minh", origin: Origin = ELSEWHERE) -> int:
    """Try with the right password and be refused; returns the seconds to wait."""
    with pytest.raises(TooManyTriesError) as refusal:
        right(here, name, origin)
    return refusal.value.retry_after_s


def test_after_some_wrong_guesses_even_the_right_one_has_to_wait_and_then_is_taken(here: Installation) -> None:
    for _ in range(5):
        wrong(here)
    assert refused(here) == 1
    here.clock.instant += timedelta(seconds=1)
    wrong(here)
    assert refused(here) == 2
    here.clock.instant += timedelta(seconds=2)
    assert right(here, origin=ELSEWHERE).secret
    # And all is as if nothing had been.
    for _ in range(4):
        assert wrong(here).startswith("NotSignedInError")


def test_the_answer_says_when_to_come_again_and_not_whether_there_is_such_a_person(here: Installation) -> None:
    said = {}
    for name, origin in [("minh", ELSEWHERE), ("khong-co-ai", replace(ELSEWHERE, network="198.51.100.8"))]:
        said[name] = [wrong(here, name, origin) for _ in range(7)]
    assert said["minh"] == said["khong-co-ai"]
    assert said["minh"][-1] == ("TooManyTriesErrorĐã thử sai nhiều lần. Xin đợi 1 giây rồi thử lại, từ 12:00:01.")


def test_a_thousand_wrong_guesses_from_elsewhere_do_not_keep_the_unit_out(here: Installation) -> None:
    device = right(here).device
    assert device
    for _ in range(1000):
        wrong(here)
    assert refused(here) > 0
    assert right(here, device=device).secret
    # The very network of the attack included: the machine is known, whatever goes on around it.
    assert right(here, origin=ELSEWHERE, device=device).secret


def test_a_thousand_wrong_guesses_from_a_thousand_networks_do_not_either(here: Installation) -> None:
    for number in range(1000):
        wrong(here, origin=replace(ELSEWHERE, network=f"198.51.{number // 250}.{number % 250}"))
    assert right(here).secret


def test_a_known_machine_is_slowed_down_by_its_own_guesses(here: Installation) -> None:
    device = right(here).device
    for _ in range(5):
        wrong(here, origin=UNIT, device=device)
    with pytest.raises(TooManyTriesError):
        right(here, device=device)
    # It is known for one person only.
    assert wrong(here, "lan", UNIT, device).startswith("NotSignedInError")


def test_a_made_up_machine_is_not_known_and_not_taken_over(here: Installation) -> None:
    for number in range(6):
        said = wrong(here, device=f"made up {number}")
    assert said.startswith("TooManyTriesError")
    assert right(here, device="planted by somebody").device not in {"", "planted by somebody"}


def test_one_network_that_tries_many_names_is_slowed_down_as_a_whole_and_frees_itself(here: Installation) -> None:
    answers = [wrong(here, f"ten-{number}") for number in range(40)]
    assert [each.startswith("TooMany") for each in answers] == [False] * 31 + [True] * 9
    assert refused(here, "lan") == 1
    assert right(here, "lan").secret
    here.clock.instant += timedelta(minutes=15)
    assert right(here, "lan", ELSEWHERE).secret


def test_ones_own_success_does_not_buy_guesses_at_others(here: Installation) -> None:
    for number in range(31):
        wrong(here, f"ten-{number}")
    here.clock.instant += timedelta(seconds=1)
    assert right(here, "lan", ELSEWHERE).secret
    assert wrong(here, "minh").startswith("NotSignedInError")
    assert refused(here, "minh") == 2


def test_a_thousand_guesses_at_once_are_a_few(here: Installation) -> None:
    """A try is counted before the password is looked at, so that none slips through beside the others."""
    looked_at: list[str] = []

    class Watching(Counting):
        def matches(self, password: str, password_hash: str) -> bool:
            looked_at.append(password)
            return super().matches(password, password_hash)

    host = replace(here.host, passwords=Watching())
    gate = threading.Barrier(12)

    def guess() -> None:
        gate.wait(30)
        with pytest.raises((NotSignedInError, TooManyTriesError)):
            sign_in(host, name="minh", password="sai", origin=ELSEWHERE)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(looked_at) == 5


def test_what_was_tried_is_swept_and_holds_no_names(here: Installation, database_url: str) -> None:
    for number in range(25):
        wrong(here, f"ten-{number}", replace(ELSEWHERE, network=f"198.51.100.{number}"))
    engine = create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT bucket FROM tried")).scalars().all()
        assert len(rows) == 50
        assert all(re.fullmatch("[0-9a-f]{64}", row) for row in rows)
    here.clock.instant += timedelta(hours=1)
    for number in range(3):
        wrong(here, f"moi-{number}", UNIT)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM tried")).scalar_one() == 4
    engine.dispose()


def test_other_use_cases_slow_their_own_secrets_down(here: Installation) -> None:
    for _ in range(5):
        take_try(here.host, *of_code("invitation", ELSEWHERE))
    with pytest.raises(TooManyTriesError):
        take_try(here.host, *of_code("invitation", ELSEWHERE))
    taken = take_try(here.host, *of_code("another kind", ELSEWHERE))
    with here.host.work.writing() as work:
        forgive(work, taken)
        work.commit()
    take_try(here.host, *of_code("invitation", UNIT))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_long_addresses_are_counted_by_the_customer(address: str, network: str) -> None:
    assert network_of(Origin(Door.WEB, "", address, "")) == network


@dataclass
class Counting:
    """Passwords that note what is hashed, and pass everything else on."""

    work: list[tuple[str, bool]] = field(default_factory=list)
    is_busy: bool = False

    def hash(self, password: str) -> str:
        self.work.append(("hash", True))
        return f"quick:{password}"

    def matches(self, password: str, password_hash: str) -> bool:
        if self.is_busy:
            raise BusyError("Bận.")
        self.work.append(("matches", True))
        return password_hash == f"quick:{password}"

    def is_outdated(self, password_hash: str) -> bool:
        return False


def disabled(here: Installation) -> None:
    with here.host.work.writing() as work:
        work._connection.execute(  # type: ignore[attr-defined]  # the adapter's
            text("UPDATE account SET disabled_at = created_at WHERE name = 'minh'")
        )
        work.commit()


def without_password(here: Installation) -> None:
    here.add_account("chua-co", (Role.OFFICE, None))


def locked(here: Installation) -> None:
    for _ in range(4):
        wrong(here)


@pytest.mark.parametrize(
    ("name", "password", "before"),
    [
        ("khong-co-ai", PASSWORD, None),
        ("minh", "sai", None),
        ("minh", PASSWORD, disabled),
        ("chua-co", "", without_password),
        ("chua-co", "quick:", without_password),
        ("minh", "x" * 100_000, None),
        ("x" * 5000, PASSWORD, None),
        ("minh", "sai", locked),
    ],
)
def test_whatever_is_wrong_the_same_work_is_done_and_the_same_said(
    here: Installation, name: str, password: str, before: Callable[[Installation], None] | None
) -> None:
    if before is not None:
        before(here)
    passwords = Counting()
    with pytest.raises(NotSignedInError) as refusal:
        sign_in(replace(here.host, passwords=passwords), name=name, password=password, origin=ELSEWHERE)
    assert refusal.value.message == "Tên đăng nhập hoặc mật khẩu không đúng."
    assert passwords.work == [("matches", True)]


def test_whoever_finds_the_machine_busy_has_not_tried(here: Installation) -> None:
    host = replace(here.host, passwords=Counting(is_busy=True))
    for _ in range(40):
        with pytest.raises(BusyError):
            sign_in(host, name="minh", password=PASSWORD, origin=UNIT)
    assert right(here).secret


def test_a_hash_of_former_parameters_is_renewed_by_signing_in(here: Installation) -> None:
    former, now = Argon2Passwords(memory_kib=8 * 1024, passes=1), Argon2Passwords()
    with here.host.work.writing() as work:
        work.accounts.set_password(here.actors["minh"].account_id, former.hash(PASSWORD))
        work.commit()
    host = replace(here.host, passwords=now)
    for _ in range(2):
        sign_in(host, name="minh", password=PASSWORD, origin=UNIT)
        with here.host.work.reading() as work:
            account = work.accounts.by_name("minh")
        assert account
        assert not now.is_outdated(account.password_hash)


def test_the_same_keys_on_another_keyboard_open_the_account(here: Installation) -> None:
    typed = "Hoà bình ở khắp thuỷ thổ"
    here.add_account("hoa", (Role.OFFICE, None), password=typed)
    assert sign_in(here.host, name="hoa", password="Hòa bình ở khắp thủy thổ", origin=UNIT).secret
