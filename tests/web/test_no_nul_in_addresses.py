"""A character that no database keeps is refused before anybody is asked for it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("path", ["by-unit", "two-years", "status", "status/inputs"])
def test_a_parameter_with_it_is_a_mistake_and_no_fault_of_the_server(site: Any, path: str) -> None:
    assert site.visit("officer").get(f"/campaigns/{site.campaign}/{path}?period=%00").status == 400
