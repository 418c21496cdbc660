"""Plugins that are sound alone, and of one code or form with others."""

from __future__ import annotations

from tests.gallery.showcase import Specimen
from tests.gallery.showcase import unit
from thidua.domain.plugins import FaultKind as Kind

__all__ = ["SEVERAL"]

#: Of one code or form from several, so that all of them are out.
SEVERAL = (
    Specimen(
        "one",
        unit(),
        "mã shared có ở hơn một nơi: shared (gallery-one 1.0), shared (gallery-other 1.0)",
        Kind.DUPLICATE,
        "code",
        code="shared",
    ),
    Specimen("other", unit(), "mã shared có ở hơn một nơi", Kind.DUPLICATE, "code", code="shared"),
    Specimen(
        "form_a",
        unit("F@CODE@", "FORM"),
        "mã biểu FORM có ở hơn một nơi: form_a (gallery-form-a 1.0), form_b",
        Kind.DUPLICATE,
        "code",
    ),
    Specimen("form_b", unit("F@CODE@", "FORM"), "mã biểu FORM có ở hơn một nơi", Kind.DUPLICATE, "code"),
    Specimen(
        "lower",
        unit(),
        "mã Mixed có ở hơn một nơi: Mixed (gallery-upper 1.0), mixed (gallery-lower 1.0)",
        Kind.DUPLICATE,
        "code",
        code="mixed",
    ),
    Specimen("upper", unit("F@CODE@", "G@CODE@"), "mã Mixed có ở hơn một nơi", Kind.DUPLICATE, "code", code="Mixed"),
)
