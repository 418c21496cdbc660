"""The gallery: every way we know in which a plugin is broken, and the sentence that refuses it."""

from __future__ import annotations

from tests.gallery.specimens.campaigns import CAMPAIGNS
from tests.gallery.specimens.leaving import LEAVING
from tests.gallery.specimens.loading import LOADING
from tests.gallery.specimens.reaching import REACHING
from tests.gallery.specimens.several import SEVERAL
from tests.gallery.specimens.sizes import SIZES
from tests.gallery.specimens.sound import SOUND
from tests.gallery.specimens.texts import TEXTS
from tests.gallery.specimens.timetables import TIMETABLES
from tests.gallery.specimens.values import VALUES

__all__ = ["BROKEN", "SOUND"]

BROKEN = (*LOADING, *REACHING, *LEAVING, *VALUES, *TEXTS, *SIZES, *CAMPAIGNS, *TIMETABLES, *SEVERAL)
