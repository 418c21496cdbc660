"""Pages as they are read by who looks at their elements; every element must be closed where it was opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Element:
    """One element of a parsed page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, spaces joined."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join("".join(parts).split())

    @property
    def raw(self) -> str:
        """All text inside as it stands."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Every element below with one of the tags and all the attributes (``_`` reads as ``-``)."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self._walk()
            if (not tags or element.tag in tags)
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *tags: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(*tags, **attributes)
        assert len(found) == 1, (tags, attributes, len(found))
        return found[0]

    def _walk(self) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._walk()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> has an attribute twice: {attrs}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """Parse a page; every element must be closed where it was opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader._open) == 1, f"<{reader._open[-1].tag}> is not closed"
    return reader.root


@dataclass
class Page:
    """An answer with its parsed page."""

    answer: TestResponse

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def html(self) -> Element:
        return parse(self.answer.text)

    @property
    def location(self) -> str:
        return self.answer.headers["Location"]

    def typed(self) -> dict[str, str]:
        """What the report form shows in each control, and its hidden fields."""
        form = self.html.one("form", class_="sheet")
        found = {}
        templates = {id(inner) for template in form.all("template") for inner in template.all()}
        for control in form.all("input", "select", "textarea"):
            if id(control) in templates or control.attributes.get("type") in {"radio", "checkbox", "file"}:
                continue
            if control.tag == "select":
                chosen = [option for option in control.all("option") if "selected" in option.attributes]
                found[control.attributes["name"]] = chosen[0].attributes["value"] if chosen else ""
            elif control.tag == "textarea":
                # The newline right after the tag is the template's own and dropped by browsers.
                found[control.attributes["name"]] = control.raw.removeprefix("\n")
            else:
                found[control.attributes["name"]] = control.attributes["value"]
        return found
