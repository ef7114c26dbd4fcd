"""The user's browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Mapping


def has_browser(environ: Mapping[str, str]) -> bool:
    """Whether there is a screen to show one on: without, a browser for text would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Whether a browser was told to open it."""
    try:
        return webbrowser.open_new_tab(address)
    except webbrowser.Error:
        return False
