"""Whether the page of a form can be used with keyboard, reader and phone: looked at as HTML, without a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import Template

from thidua.forms.compose import ComposedForm
from thidua.web.cells import control_id
from thidua.web.cells import rows_in
from thidua.web.cells import seen_cell
from thidua.web.controls import Drawer
from thidua.web.evidence import Listing
from thidua.web.pages.form_view import summed_up
from thidua.web.rendering import give_words
from thidua_sdk import Finding
from thidua_sdk import Group
from thidua_sdk import Need

__all__ = ["faults_of_page", "page_of"]

_PAGE = """
{%- from "fields/controls.html" import cell, listed_findings -%}
<!DOCTYPE html><html lang="vi"><head><title>{{ form.title }}</title></head><body><main><h1>{{ form.title }}</h1>
{% if summary %}<div id="ket-qua" tabindex="-1"><h2>Còn lỗi</h2>{{ listed_findings(summary) }}</div>{% endif %}<form>
{% for title, controls in sections %}<section aria-labelledby="muc-{{ loop.index }}">
<h2 id="muc-{{ loop.index }}">{{ title }}</h2>{% for control in controls %}{{ cell(control) }}{% endfor %}</section>
{% endfor %}</form></main></body></html>
"""
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "path"))
_CONTROLS = frozenset(("input", "select", "textarea"))
_REFERRING = ("aria-describedby", "aria-labelledby", "for")


@dataclass(eq=False)
class _Element:
    tag: str
    attributes: dict[str, str]
    parent: _Element | None = None
    children: list[_Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(parts).split())

    def every(self) -> Iterator[_Element]:
        for child in self.children:
            if isinstance(child, _Element):
                yield child
                yield from child.every()

    def above(self) -> Iterator[_Element]:
        if self.parent is not None:
            yield self.parent
            yield from self.parent.above()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = _Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in _VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.children.append(_Element(tag, {name: value or "" for name, value in attrs}, self.open))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self.open.parent is not None:
            self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


@cache
def _template() -> Template:
    app = Flask("thidua.web")
    give_words(app, ZoneInfo("Asia/Ho_Chi_Minh"))
    return app.jinja_env.from_string(_PAGE)


def page_of(form: ComposedForm, typed: Mapping[str, str], findings: Sequence[Finding] = ()) -> str:
    """Draw a form's sections as the host's page does.

    Args:
        form: the composed form.
        typed: what stands in the controls, by pointer.
        findings: what is wrong.
    """
    drawer = Drawer(form=form, typed=typed, findings=findings, rows=rows_in(form, typed), laid=Listing())
    sections = [(section.title, drawer.section(section.fields)) for section in form.sections]
    return _template().render(form=form, sections=sections, summary=summed_up(drawer))


def faults_of_page(form: ComposedForm, typed: Mapping[str, str], findings: Sequence[Finding] = ()) -> list[str]:
    """Draw a form's page and say what keeps people from using it.

    Args:
        form: the composed form.
        typed: what stands in the controls, by pointer.
        findings: what is wrong in it; each must be told at its control.
    """
    rows = rows_in(form, typed)
    told = [(seen_cell(form, finding.cells[0], rows), finding) for finding in findings]
    reader = _Reader()
    reader.feed(page_of(form, typed, findings))
    reader.close()
    elements = list(reader.root.every())
    found = [*_faults_of(elements, told), *_marks(form, elements)]
    return [f"form {form.code}: {fault}" for fault in found]


def _faults_of(elements: Sequence[_Element], told: Sequence[tuple[str, Finding]]) -> list[str]:
    ids = Counter(element.attributes["id"] for element in elements if element.attributes.get("id"))
    by_id = {element.attributes["id"]: element for element in elements if element.attributes.get("id")}
    found = [f"id “{name}” stands {times} times on the page." for name, times in ids.items() if times > 1]
    found += [
        f"<{element.tag}> points at “{name}”, which is not on the page."
        for element in elements
        for attribute in _REFERRING
        for name in element.attributes.get(attribute, "").split()
        if name not in ids
    ]
    found += _headings(elements)
    labels = {
        element.attributes["for"]: element.text
        for element in elements
        if element.tag == "label" and "for" in element.attributes
    }
    controls = [
        element for element in elements if element.tag in _CONTROLS and element.attributes.get("type") != "hidden"
    ]
    found += _names(controls, labels)
    found += [fault for element in controls for fault in _typing(element)]
    found += _told(elements, by_id, told)
    found += _summed_up(elements, by_id, told)
    return found


def _headings(elements: Sequence[_Element]) -> Iterator[str]:
    level = 0
    seen: Counter[str] = Counter()
    for element in elements:
        if element.tag in {"h1", "h2", "h3", "h4"}:
            here = int(element.tag[1])
            if here > level + 1:
                yield f"heading “{element.text}” is <{element.tag}> behind <h{level}>; no step is left out."
            if not element.text:
                yield f"a heading <{element.tag}> says nothing; name the section."
            level = here
            seen[element.text] += 1
    for text, times in seen.items():
        if times > 1:
            yield f"heading “{text}” stands {times} times; sections need names of their own."


def _names(controls: Sequence[_Element], labels: Mapping[str, str]) -> Iterator[str]:
    """Every control has a name, and no two side by side the same one."""
    places: Counter[tuple[str, int]] = Counter()
    for element in controls:
        name = _name(element, labels)
        pointer = element.attributes.get("name", element.attributes.get("id", ""))
        if not name:
            yield f"control {pointer} has no label; give its field one."
            continue
        if element.attributes.get("type") in {"radio", "checkbox", "file"}:
            continue
        inside = next(
            (each for each in element.above() if each.tag in {"fieldset", "details", "section", "template"}), None
        )
        places[name, id(inside)] += 1
        if places[name, id(inside)] == 2:  # noqa: PLR2004  the second of them; told once
            yield f"control {pointer} is called “{name}” like another beside it; give its field a label of its own."


def _name(element: _Element, labels: Mapping[str, str]) -> str:
    around = next((each.text for each in element.above() if each.tag == "label"), "")
    named = labels.get(element.attributes.get("id", ""), "") or around or element.attributes.get("aria-label", "")
    return named.removesuffix("*").removesuffix(" (không bắt buộc)").strip()


def _marks(form: ComposedForm, elements: Sequence[_Element]) -> Iterator[str]:
    """What must be filled in says so to the eye and to readers, and nothing else does."""
    by_id = {element.attributes["id"]: element for element in elements if element.attributes.get("id")}
    labels = {element.attributes["for"]: element for element in elements if element.attributes.get("for")}
    for model in form.cell_fields.values():
        name = control_id(model.pointer)
        if model.computed or model.kind == Group.kind or name not in by_id:
            continue
        control = by_id[name]
        heard = any(each.attributes.get("aria-required") == "true" for each in (control, *control.above()))
        label = labels.get(name) or by_id.get(f"{name}-label")
        seen = label is not None and any(each.attributes.get("class") == "need" for each in label.every())
        for is_marked, how in ((seen, "in its label"), (heard, "for readers of the screen (aria-required)")):
            if is_marked != (model.need is Need.REQUIRED):
                said = "is marked as one that must be filled in" if is_marked else "must be filled in and is not marked"
                yield f"field {model.name} {said} {how}."


def _typing(element: _Element) -> Iterator[str]:
    """Phones show the right keys, and browsers fill nothing into figures."""
    attributes = element.attributes
    if element.tag != "input" or attributes.get("type") != "text":
        return
    if "inputmode" in attributes:
        if attributes["inputmode"] not in {"numeric", "decimal"}:
            yield f"control {attributes.get('name')} asks for keys “{attributes['inputmode']}” that phones do not have."
        if attributes.get("autocomplete") != "off":
            yield f"control {attributes.get('name')} lets the browser fill in a number; it needs autocomplete=off."


def _summed_up(
    elements: Sequence[_Element], by_id: Mapping[str, _Element], told: Sequence[tuple[str, Finding]]
) -> Iterator[str]:
    """The list of what is wrong, above the form, leads to each cell by its name."""
    box = by_id.get("ket-qua")
    lines = [each for each in box.every() if each.tag == "li"] if box else []
    for pointer, finding in told:
        line = next((each for each in lines if finding.message in each.text), None)
        links = [each for each in line.every() if each.tag == "a"] if line else []
        if not any(each.text for each in links):
            yield f"the list of errors does not lead to {pointer}, of which rule {finding.code} speaks."
    for element in elements:
        target = element.attributes.get("href", "")
        if target.startswith("#") and target[1:] not in by_id:
            yield f"the link “{element.text}” leads to “{target}”, which is not on the page."


def _told(
    elements: Sequence[_Element], by_id: Mapping[str, _Element], told: Sequence[tuple[str, Finding]]
) -> Iterator[str]:
    by_name: dict[str, list[_Element]] = {}
    for element in elements:
        for name in {element.attributes.get("name", ""), element.attributes.get("id", "")} - {""}:
            by_name.setdefault(name, []).append(element)
    for pointer, finding in told:
        at = by_name.get(pointer) or by_name.get(control_id(pointer), [])
        if not at:
            yield f"rule {finding.code} speaks of {pointer}, which is not on the page; name a cell of the form first."
            continue
        around = [*at, *(each for element in at for each in element.above())]
        texts = [
            by_id[name].text
            for each in around
            for name in each.attributes.get("aria-describedby", "").split()
            if name in by_id
        ]
        # A table or a group tells it inside its own frame.
        texts += [each.text for each in around if each.tag == "fieldset"]
        if not any(finding.message in text for text in texts):
            yield f"rule {finding.code} is not told at {pointer}."
