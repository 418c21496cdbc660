"""Slow down whoever guesses names, passwords or codes; any use case that checks a secret asks here first.

A try is counted before the secret is looked at, so that a thousand at once are a thousand counted, and
taken back when it succeeds::

    taken = take_try(host, of_code("invitation", origin))
    ...                                # look at the secret; raise if it is wrong
    with host.work.writing() as work:
        forgive(work, taken)
        ...
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

from thidua.application.ports.host import Host
from thidua.application.ports.unit_of_work import UnitOfWork
from thidua.domain.accounts import Origin
from thidua.domain.errors import TooManyTriesError
from thidua.domain.throttling import BY_NETWORK
from thidua.domain.throttling import Bucket
from thidua.domain.throttling import Tried
from thidua.domain.throttling import bucket
from thidua.domain.throttling import one_more

__all__ = ["Taken", "forgive", "give_back", "network_of", "of_code", "of_network", "take_try"]

_A_MINUTE = 60
#: Customers get at least this much of the longer addresses, all for themselves.
_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Taken:
    """A try that was counted; by key what was counted before and after."""

    buckets: tuple[Bucket, ...]
    before: Mapping[str, Tried]
    after: Mapping[str, Tried]


def network_of(origin: Origin) -> str:
    """Return the network that a request came from: its address, of a long address the customer's part."""
    try:
        address = ipaddress.ip_address(origin.network)
    except ValueError:
        return origin.network
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _PREFIX), strict=False))
    return str(address)


def of_network(origin: Origin) -> Bucket:
    """Return the bucket of everybody behind one address."""
    return bucket("network", network_of(origin), limit=BY_NETWORK)


def of_code(kind: str, origin: Origin) -> tuple[Bucket, ...]:
    """Return the buckets of secrets that name nobody, such as an invitation's: by network alone."""
    return (bucket(kind, network_of(origin)), of_network(origin))


def take_try(host: Host, *buckets: Bucket) -> Taken:
    """Count a try, before the secret is looked at.

    Raises:
        TooManyTriesError: it has to wait; it is not counted, and costs no more than this look.
    """
    now = host.clock.now()
    with host.work.writing() as work:
        before = work.tries.locked(buckets, now)
        free_at = max(tried.free_at for tried in before.values())
        if free_at > now:
            seconds = math.ceil((free_at - now).total_seconds())
            shown = free_at.astimezone(host.zone)
            raise TooManyTriesError(
                f"Đã thử sai nhiều lần. Xin đợi {_spoken(seconds)} rồi thử lại, từ {shown:%H:%M:%S}.",
                retry_after_s=seconds,
            )
        after = {each.key: one_more(before[each.key], each.limit, now) for each in buckets}
        work.tries.write([(each, after[each.key]) for each in buckets])
        work.commit()
    return Taken(buckets, before, after)


def forgive(work: UnitOfWork, *taken: Taken) -> None:
    """Take counted tries back, in the transaction of what they succeeded in.

    A person's own bucket is emptied. A shared one gets back this one try only, or else whoever has one
    good password could go on guessing others'.
    """
    for each in taken:
        work.tries.forget([bucket.key for bucket in each.buckets if not bucket.is_shared])
        for shared in _in_order(each.buckets):
            work.tries.take_back(shared.key, each.before[shared.key].free_at, each.after[shared.key].free_at)


def give_back(host: Host, *taken: Taken) -> None:
    """Take counted tries back at once, where what was tried turned out to be no guess."""
    with host.work.writing() as work:
        forgive(work, *taken)
        work.commit()


def _in_order(buckets: Sequence[Bucket]) -> list[Bucket]:
    return sorted((each for each in buckets if each.is_shared), key=lambda each: each.key)


def _spoken(seconds: int) -> str:
    return f"{seconds} giây" if seconds < _A_MINUTE else f"{math.ceil(seconds / _A_MINUTE)} phút"
