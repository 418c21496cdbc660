"""The desk at which files are received: told apart, judged, cleaned."""

from __future__ import annotations

from thidua.adapters.photographs import received_picture
from thidua.adapters.photographs import thumbnail_of
from thidua.adapters.portable_documents import received_document
from thidua.application.ports.surroundings import Received
from thidua.domain.attachments import MediaType
from thidua.forms.sniffing import sniff

__all__ = ["FileReception"]


class FileReception:
    """The port ``Reception``.

    Sheets and documents are kept byte for byte: what their properties say of an author stays.
    """

    def receive(self, content: bytes) -> Received:
        """Judge and clean a file.

        Raises:
            UnwantedFileError: it is not taken; the message says why.
        """
        media_type = sniff(content)
        if media_type.is_picture:
            return received_picture(content, media_type)
        if media_type is MediaType.PDF:
            return received_document(content)
        return Received(content, media_type)

    def thumbnail(self, content: bytes) -> bytes:
        """Make a small JPEG of a stored picture."""
        return thumbnail_of(content)
