"""``python -m tests.matrix``: how large the matrix is, counted from the file and the program's routes."""

from __future__ import annotations

import json

from tests.matrix.calls import CALLS
from tests.matrix.expected import FILE
from tests.matrix.house import PEOPLE
from tests.matrix.requests import Case
from tests.matrix.test_fields import SIGNS
from tests.matrix.test_mass_assignment import COLUMNS
from tests.matrix.test_mass_assignment import UNSAFE
from tests.matrix.test_replay import OBJECTS
from tests.matrix.test_replay import OTHERS
from tests.matrix.test_replay import does_not_reach
from tests.matrix.test_routes import CASES
from tests.matrix.test_routes import HELD
from tests.matrix.test_small_counts import READERS
from tests.matrix.test_small_counts import addresses
from tests.matrix.test_use_cases import ASKED


def size() -> dict[str, int]:
    """Count what the tests of the matrix try."""
    return {
        "rights": len(FILE["rights"]),
        "objects": len(FILE["objects"]),
        "fields": len(FILE["fields"]),
        "use_cases": len(CALLS),
        "people": len(HELD),
        "use_case_cells": len(ASKED) * len(PEOPLE) * 3,
        "routes": len({case.endpoint for case in CASES}),
        "routes_with_methods": len(CASES),
        "route_cells": sum(len(HELD) * _places(case) for case in CASES),
        "routes_of_a_unit": len(OBJECTS),
        "replayed": sum(does_not_reach(case, who) for case in OBJECTS for who in OTHERS) * 2,
        "field_cells": len(SIGNS) * len(PEOPLE),
        "answers_compared_for_small_counts": len(READERS) * len(addresses()) * 2,
        "columns_sent_along": len(COLUMNS) * len(UNSAFE),
    }


def _places(case: Case) -> int:
    return 3 if case.is_of_a_unit else 2 if case.names - {"hashed"} else 1


if __name__ == "__main__":
    print(json.dumps(size()))  # noqa: T201  what the command is for
