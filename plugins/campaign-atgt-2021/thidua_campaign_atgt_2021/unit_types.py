"""Codes of the unit types and forms this campaign uses; the plugins that bring them own them."""

__all__ = [
    "CENTRE",
    "DISTRICT",
    "FORM_DISTRICT",
    "FORM_OFFICE",
    "FORM_PRESS",
    "FORM_ROOM",
    "OFFICE",
    "PRESS",
    "ROOM",
]

DISTRICT = "district_culture_office"
PRESS = "press_publishing_office"
ROOM = "specialised_room"
CENTRE = "affiliated_centre"
OFFICE = "department_office"

FORM_DISTRICT = "A"
FORM_PRESS = "B"
FORM_ROOM = "C"
FORM_OFFICE = "D"
