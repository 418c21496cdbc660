"""Files beside a report as pages and the API show them: where they lie, where else they are used."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response
from flask import url_for

from thidua.application.ports.host import Host
from thidua.application.reports.evidence import LaidFile
from thidua.application.reports.evidence import Use
from thidua.application.reports.evidence import list_evidence
from thidua.application.reports.evidence import read_evidence
from thidua.application.reports.evidence import thumbnail_of
from thidua.application.years.seen import campaign_as_read
from thidua.domain.attachments import EXTENSIONS
from thidua.domain.attachments import LARGEST_FILE
from thidua.domain.attachments import MEDIA_LABELS
from thidua.domain.attachments import MOST_FILES
from thidua.domain.attachments import SCAN_POINTER
from thidua.domain.attachments import SCANS
from thidua.domain.attachments import Evidence
from thidua.domain.attachments import MediaType
from thidua.forms.compose import ComposedForm
from thidua.web import context
from thidua.web import formats
from thidua.web.cells import label_at
from thidua.web.unit_names import names_then

__all__ = [
    "ACCEPT",
    "Listing",
    "ShownFile",
    "file_json",
    "handed_out",
    "listing_of",
    "place_of",
    "shown_file",
    "thumbnail",
]

#: What file pickers offer: with pictures among it, phones offer their camera.
ACCEPT = ",".join(("image/*", *(ending for kind, ending in EXTENSIONS.items() if not kind.is_picture)))

_WHERE = ("campaign_code", "period_code", "unit_code", "cell")
_KILOBYTE = 1024
#: Nothing of a file runs, loads or is shown in our name, should a browser open it after all.
_SANDBOX = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as people see it; ``uses`` are sentences on where else it is used."""

    laid: LaidFile
    size: str
    kind: str
    url: str
    thumbnail: str
    uses: tuple[str, ...]

    @property
    def id(self) -> int:
        """The row's key."""
        return self.laid.evidence.id

    @property
    def name(self) -> str:
        """The file's name."""
        return self.laid.evidence.file_name

    @property
    def pointer(self) -> str:
        """The cell it lies beside, empty for the whole report."""
        return self.laid.evidence.pointer

    @property
    def is_scan(self) -> bool:
        """Tell whether it can be the scan of a paper report."""
        return self.laid.evidence.attachment.media_type in SCANS

    @property
    def digest(self) -> str:
        """Digest of the stored bytes, by which lists name it."""
        return self.laid.evidence.attachment.digest


@dataclass(frozen=True, slots=True)
class Listing:
    """The files beside one report, oldest first."""

    files: tuple[ShownFile, ...] = ()
    accept: str = ACCEPT
    most: int = MOST_FILES
    largest: int = LARGEST_FILE

    def at(self, pointer: str) -> list[ShownFile]:
        """Return the files of a cell; those of a list's rows count as the counted cell's."""
        return [file for file in self.files if _cell_of(file.pointer) == pointer]

    def besides(self, pointers: Iterable[str]) -> list[ShownFile]:
        """Return the files of no cell among these."""
        known = set(pointers)
        return [file for file in self.files if _cell_of(file.pointer) not in known]

    @property
    def suspicious(self) -> int:
        """How many files are used elsewhere, too."""
        return sum(1 for file in self.files if file.uses)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Digest and name of each file once, for the rows of lists."""
        return list({file.digest: file.name for file in self.files}.items())

    @property
    def by_digest(self) -> Mapping[str, ShownFile]:
        """The files by digest."""
        return {file.digest: file for file in self.files}

    @property
    def most_megabytes(self) -> int:
        """The largest file in megabytes."""
        return self.largest // _KILOBYTE // _KILOBYTE


def listing_of(host: Host, place: tuple[str, str, str], form: ComposedForm) -> Listing:
    """List the files beside a report as far as the person may see them.

    Raises:
        NotAllowedError, NotFoundError: the person may not, or nothing is owed there.
    """
    campaign, period, unit = place
    laid = list_evidence(host, context.actor(), campaign_code=campaign, period_code=period, unit_code=unit)
    teller = _Teller(host, form, laid) if any(each.uses for each in laid) else None
    return Listing(tuple(_shown(each, teller) for each in laid))


def shown_file(host: Host, laid: LaidFile, form: ComposedForm) -> ShownFile:
    """Show one file."""
    return _shown(laid, _Teller(host, form, [laid]))


def file_json(file: ShownFile) -> dict[str, object]:
    """Write a file as the API does."""
    row = file.laid.evidence
    return {
        "id": row.id,
        "campaign_code": row.campaign_code,
        "period_code": row.period_code,
        "unit_code": row.unit_code,
        "cell": row.pointer,
        "file_name": row.file_name,
        "media_type": row.attachment.media_type.value,
        "size": row.attachment.size,
        "width": row.attachment.width,
        "height": row.attachment.height,
        "digest": row.attachment.digest,
        "added_at": row.added_at.isoformat(),
        "uses": [
            {"same": use.is_same, **dict(zip(_WHERE, use.where or (None,) * len(_WHERE), strict=True))}
            for use in file.laid.uses
        ],
        "warnings": list(file.uses),
    }


def handed_out(evidence_id: int) -> Response:
    """Answer a file to be saved, never to be shown in our name."""
    row, content = read_evidence(context.host(), context.actor(), evidence_id)
    response = Response(content, content_type=row.attachment.media_type.value)
    response.headers["Content-Disposition"] = _saved_as(row.file_name)
    return _locked_up(response, row)


def thumbnail(evidence_id: int) -> Response:
    """Answer a small picture of a picture."""
    small = thumbnail_of(context.host(), context.actor(), evidence_id)
    response = Response(small, content_type=MediaType.JPEG.value)
    response.headers["Content-Disposition"] = "inline"
    return _locked_up(response)


def _saved_as(name: str) -> str:
    """Name a file for saving: exactly (RFC 8187), and in plain letters for what cannot read that.

    A per cent sign in plain letters would be decoded by some browsers (RFC 6266, appendix D).
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if letter.isascii() and letter != "%")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _locked_up(response: Response, row: Evidence | None = None) -> Response:
    response.headers["Content-Security-Policy"] = _SANDBOX
    if row is not None:
        response.set_etag(row.attachment.digest)
    return response


def _cell_of(pointer: str) -> str:
    parts = pointer.split("/")
    return f"/fields/{parts[2]}" if pointer.startswith("/evidence/") else pointer


def _shown(laid: LaidFile, teller: _Teller | None) -> ShownFile:
    row = laid.evidence
    is_picture = row.attachment.media_type.is_picture
    return ShownFile(
        laid,
        _size(row.attachment.size),
        MEDIA_LABELS[row.attachment.media_type],
        url_for("evidence.file", evidence_id=row.id),
        url_for("evidence.small", evidence_id=row.id) if is_picture else "",
        teller.sentences(row, laid.uses) if teller else (),
    )


def _size(size: int) -> str:
    kilobytes = -(-size // _KILOBYTE)
    if kilobytes < _KILOBYTE:
        return f"{kilobytes} kB"
    return f"{formats.number(str(round(kilobytes / _KILOBYTE, 1)))} MB"


class _Teller:
    """Says where else a file is used, as far as the reader may know."""

    def __init__(self, host: Host, form: ComposedForm, laid: Iterable[LaidFile]) -> None:
        self._form = form
        places = {use.where[:3] for each in laid for use in each.uses if use.where}
        self._names = names_then(host, places)
        self._campaigns = {code: campaign_as_read(host, code) for code in {code for code, _, _ in places}}

    def sentences(self, row: Evidence, uses: Sequence[Use]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._sentence(row, use) for use in uses))

    def _sentence(self, row: Evidence, use: Use) -> str:
        what = "Ảnh này" if row.attachment.media_type.is_picture else "Tệp này"
        if not use.is_same:
            what = "Ảnh rất giống ảnh này"
        if use.where is None:
            return f"{what} đã có trong báo cáo của đơn vị khác."
        campaign, period, unit, pointer = use.where
        if use.where[:3] == row.place:
            cell = place_of(self._form, pointer)
            return f"{what} cũng đang kèm ở chỗ khác của báo cáo này: {cell}."
        when = f"kỳ {self._period(campaign, period)}"
        if unit == row.unit_code:
            return f"{what} đã nộp ở {when}."
        return f"{what} đã có trong báo cáo {when} của {self._names.get((campaign, period, unit), unit)}."

    def _period(self, campaign_code: str, code: str) -> str:
        campaign = self._campaigns.get(campaign_code)
        periods = campaign.periods if campaign else ()
        return next((period.name for period in periods if period.code == code), code)


def place_of(form: ComposedForm, pointer: str) -> str:
    """Return the words for the cell a file lies beside."""
    if pointer == SCAN_POINTER:
        return "bản quét của bản giấy"
    return (label_at(form, pointer, {}) if pointer else "") or "cả báo cáo"
