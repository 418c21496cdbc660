"""What a browser calls itself, in words people know."""

from __future__ import annotations

from typing import Final

__all__ = ["browser_words"]

# The first that is found: most browsers also name those they descend from.
_BROWSERS: Final = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("opera", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("chromium", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac os", "máy Mac"),
    ("cros", "Chromebook"),
    ("linux", "Linux"),
)


def browser_words(agent: str) -> str:
    """Say which browser on which system, as far as the browser tells."""
    said = agent.lower()
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    if browser and system:
        return f"{browser} trên {system}"
    return browser or system or "Không rõ trình duyệt"
