"""Sentences with named places, for rules that the SDK makes and a plugin words.

Findings are kept and shown where tables of persons are not, so a place can take a number or a day and nothing
else: no sentence can print a name, whatever its author writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from string import Formatter

from thidua_sdk.wording import shown_day
from thidua_sdk.wording import shown_number

__all__ = ["Sentence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in which ``places`` may stand in braces.

    Raises:
        ValueError: the template is no sentence, or has a place that is not offered.
    """

    template: str
    places: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.template.strip():
            message = "a rule says in a sentence what is wrong; it is empty"
            raise ValueError(message)
        try:
            parts = list(Formatter().parse(self.template))
        except ValueError as error:
            message = f"{self.template!r} cannot be read: {error}; a brace that is to be printed is doubled"
            raise ValueError(message) from None
        for _, place, form, conversion in parts:
            if place is None:
                continue
            if place not in self.places:
                offered = f"offered are {', '.join(self.places)}" if self.places else "none is offered"
                message = f"{self.template!r} has the place {place!r}; {offered}"
                raise ValueError(message)
            if form or conversion:
                message = f"{self.template!r} asks for place {place!r} in a form of its own; write {{{place}}}"
                raise ValueError(message)

    def said(self, **values: int | date) -> str:
        """Return the sentence with its places filled in."""
        # Put together piece by piece: the language's own formatting reaches into what it is handed.
        return "".join(
            text if place is None else text + _shown(values[place])
            for text, place, _, _ in Formatter().parse(self.template)
        )


def _shown(value: int | date) -> str:
    return shown_day(value) if isinstance(value, date) else shown_number(int(value))
