"""Forms as pages show them: where they go, what they hold, what a person may change."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser

__all__ = ["Form", "forms_of", "shown"]


@dataclass
class Form:
    """One form of a page; ``controls`` are names with the values they stand at, ``buttons`` those that send it."""

    action: str
    method: str
    is_multipart: bool
    controls: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.texts: dict[str, str] = {}
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._templates = 0
        self._area: str | None = None
        self._select: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: C901, PLR0912  one branch a tag
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "template":
            self._templates += 1
        elif tag == "form":
            multipart = given.get("enctype") == "multipart/form-data"
            self._open = Form(given.get("action", ""), given.get("method", "get").upper(), multipart)
            self.forms.append(self._open)
            if "id" in given:
                self._by_id[given["id"]] = self._open
        elif self._templates:
            return
        elif tag == "textarea":
            self._area, self._words = name, []
        elif tag == "select":
            self._select = name
            self._add(given, name, "")
        elif tag == "option" and self._select is not None and "selected" in given:
            self._set(self._select, given.get("value", ""))
        elif tag == "button":
            if action := given.get("formaction"):
                self._form(given).others.append(action)
            if name and given.get("type", "submit") == "submit":
                self._form(given).buttons.append((name, given.get("value", "")))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if (
                kind not in {"radio", "checkbox"}
                or "checked" in given
                or not any(known == name for known, _ in self._form(given).controls)
            ):
                self._add(given, name, given.get("value", ""))
            if kind in {"text", "hidden"}:
                self.texts[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._area is not None:
            # The newline right after the tag is the template's own and dropped by browsers.
            text = "".join(self._words).removeprefix("\n")
            self.texts[self._area] = text
            self._add({}, self._area, text)
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._words.append(data)

    def _form(self, given: dict[str, str]) -> Form:
        form = self._by_id.get(given.get("form", "")) or self._open
        return form or Form("", "GET", is_multipart=False)

    def _add(self, given: dict[str, str], name: str, value: str) -> None:
        if name:
            self._form(given).controls.append((name, value))

    def _set(self, name: str, value: str) -> None:
        if self._open is not None and self._open.controls and self._open.controls[-1][0] == name:
            self._open.controls[-1] = (name, value)


def forms_of(html: str) -> list[Form]:
    """Read the forms of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


def shown(html: str) -> dict[str, str]:
    """Return the text that stands in each text control of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.texts
