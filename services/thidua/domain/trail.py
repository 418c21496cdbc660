"""The chain that seals what was written down: each seal covers the one before it and one row.

Three tables are sealed by one chain: the audit trail, the ledger of reports and that of obligations.
The seal's digest is an HMAC under a key that the database does not hold, so that whoever can write
the database, and nothing else, can neither change a row nor write the chain anew. What only the chain's
end could tell (a tail cut off, an older backup put back) is told by anchors, which lie outside.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from enum import StrEnum

from thidua.domain.canonical import canonical_json

__all__ = [
    "GENESIS",
    "Anchor",
    "Checkpoint",
    "Seal",
    "SealedRow",
    "Source",
    "TrailKeys",
    "anchor",
    "checkpoint",
    "is_sound_anchor",
    "is_sound_checkpoint",
    "next_seal",
    "seal_digest",
]

#: What stands before the first seal.
GENESIS = ""


class Source(StrEnum):
    """A table whose rows are sealed."""

    AUDIT = "audit_entry"
    REPORTS = "report_event"
    OBLIGATIONS = "obligation_change"


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A row as it is sealed.

    ``values`` are its columns but for those that hold NULL, JSON-safe, moments as ISO 8601 in UTC.
    A column that comes later is NULL in older rows and so changes none of their seals.
    """

    source: Source
    id: int
    at: datetime
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain; ``sealed_at`` is the moment at which its pass began."""

    seq: int
    source: Source
    source_id: int
    key_id: str
    digest: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class TrailKeys:
    """The key that seals, and those of before, which still verify what they sealed."""

    current: bytes
    former: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, current: str, former: Sequence[str] = ()) -> TrailKeys:
        """Take the keys as settings give them."""
        return cls(current.encode(), tuple(each.encode() for each in former))

    @property
    def current_id(self) -> str:
        """The name of the sealing key."""
        return _id_of(self.current)

    def by_id(self) -> dict[str, bytes]:
        """Return every key by its name."""
        return {_id_of(key): key for key in (*self.former, self.current)}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head as it is kept outside the database; ``count`` is how many seals were stored."""

    seq: int
    count: int
    digest: str
    at: datetime
    key_id: str
    mac: str

    def as_json(self) -> dict[str, object]:
        """Return what is written."""
        return {**_anchor_text(self), "mac": self.mac}

    @classmethod
    def from_json(cls, value: object) -> Anchor | None:
        """Read what was written; None where it is no anchor."""
        if not isinstance(value, Mapping):
            return None
        seq, count, digest, at = (value.get(name) for name in ("seq", "count", "digest", "at"))
        key_id, mac = value.get("key_id"), value.get("mac")
        if not (type(seq) is int and type(count) is int and isinstance(digest, str) and isinstance(at, str)):
            return None
        if not (isinstance(key_id, str) and isinstance(mac, str)):
            return None
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(seq, count, digest, moment, key_id, mac) if moment.tzinfo else None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the chain goes on from after its older part was put into an archive.

    Attributes:
        seq: the last seal archived.
        digest: its digest.
        made_at: when.
        archive: SHA-256 of the archive file.
        key_id: the key of the mac.
        mac: HMAC over all of the above.
        floors: the newest id of each source that was sealed up to here; ledger rows below are sealed
            anew behind the chain's head, so that they are not taken for rows put in later.
    """

    seq: int
    digest: str
    made_at: datetime
    archive: str
    floors: Mapping[str, int]
    key_id: str
    mac: str


def seal_digest(key: bytes, previous: str, seq: int, row: SealedRow, sealed_at: datetime) -> str:
    """Return the digest of the seal that stands at ``seq`` after the digest ``previous``."""
    text = canonical_json(
        {
            "at": sealed_at.astimezone(UTC).isoformat(),
            "id": row.id,
            "row": row.values,
            "seq": seq,
            "source": row.source.value,
        }
    )
    return hmac.digest(key, f"{previous}\n{text}".encode(), "sha256").hex()


def next_seal(keys: TrailKeys, key_id: str, previous: str, seq: int, row: SealedRow, sealed_at: datetime) -> Seal:
    """Seal a row under the current key, whose name the caller keeps at hand."""
    return Seal(seq, row.source, row.id, key_id, seal_digest(keys.current, previous, seq, row, sealed_at), sealed_at)


def anchor(keys: TrailKeys, *, seq: int, count: int, digest: str, at: datetime) -> Anchor:
    """Make an anchor of the chain's head."""
    bare = Anchor(seq, count, digest, at, keys.current_id, "")
    return Anchor(seq, count, digest, at, keys.current_id, _mac(keys.current, "anchor", _anchor_text(bare)))


def is_sound_anchor(keys: TrailKeys, one: Anchor) -> bool:
    """Tell whether an anchor was made under one of our keys."""
    key = keys.by_id().get(one.key_id)
    return key is not None and hmac.compare_digest(one.mac, _mac(key, "anchor", _anchor_text(one)))


def checkpoint(
    keys: TrailKeys, *, seq: int, digest: str, made_at: datetime, archive: str, floors: Mapping[str, int]
) -> Checkpoint:
    """Make the checkpoint that stands for an archived part."""
    bare = Checkpoint(seq, digest, made_at, archive, floors, keys.current_id, "")
    mac = _mac(keys.current, "checkpoint", _checkpoint_text(bare))
    return Checkpoint(seq, digest, made_at, archive, floors, keys.current_id, mac)


def is_sound_checkpoint(keys: TrailKeys, one: Checkpoint) -> bool:
    """Tell whether a checkpoint was made under one of our keys."""
    key = keys.by_id().get(one.key_id)
    return key is not None and hmac.compare_digest(one.mac, _mac(key, "checkpoint", _checkpoint_text(one)))


def _anchor_text(one: Anchor) -> dict[str, object]:
    return {
        "seq": one.seq,
        "count": one.count,
        "digest": one.digest,
        "at": one.at.astimezone(UTC).isoformat(),
        "key_id": one.key_id,
    }


def _checkpoint_text(one: Checkpoint) -> dict[str, object]:
    return {
        "seq": one.seq,
        "digest": one.digest,
        "made_at": one.made_at.astimezone(UTC).isoformat(),
        "archive": one.archive,
        "floors": dict(one.floors),
        "key_id": one.key_id,
    }


def _mac(key: bytes, what: str, value: object) -> str:
    return hmac.digest(key, f"{what}\n{canonical_json(value)}".encode(), "sha256").hex()


def _id_of(key: bytes) -> str:
    """Name a key without telling anything of it."""
    return hashlib.sha256(b"thidua audit key\n" + key).hexdigest()[:12]
