"""Places in the plan, as people name them."""

__all__ = [
    "CONTENT_1",
    "CONTENT_2",
    "CONTENT_3",
    "DEPARTMENT_OFFICE_1",
    "DEPARTMENT_OFFICE_2",
    "DISTRICT_1",
    "DISTRICT_2",
    "DISTRICT_3",
    "PRESS_ROOM",
    "PURPOSE_1",
    "PURPOSE_2",
    "PURPOSE_3",
    "RECIPIENTS",
    "ROOMS",
    "cited",
]

PURPOSE_1 = "Mục I, gạch đầu dòng 1"
PURPOSE_2 = "Mục I, gạch đầu dòng 2"
PURPOSE_3 = "Mục I, gạch đầu dòng 3"
CONTENT_1 = "Mục II.1"
CONTENT_2 = "Mục II.2"
CONTENT_3 = "Mục II.3"
DISTRICT_1 = "Mục III.1, gạch đầu dòng 1"
DISTRICT_2 = "Mục III.1, gạch đầu dòng 2"
DISTRICT_3 = "Mục III.1, gạch đầu dòng 3"
PRESS_ROOM = "Mục III.2"
ROOMS = "Mục III.3"
DEPARTMENT_OFFICE_1 = "Mục III.4, đoạn 1"
DEPARTMENT_OFFICE_2 = "Mục III.4, đoạn 2"
RECIPIENTS = "Nơi nhận"


def cited(clause: str) -> str:
    """Name the plan and the place in it, as a source."""
    return f"Kế hoạch, {clause[0].lower()}{clause[1:]}"
