"""Whether a condition whose value is not known here is about systems or networks by the names in it."""

from __future__ import annotations

import re

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.syntax import Node, text

_ABOUT_SYSTEMS = compiled_later(
    r"host_?net|host_?mode|network|goos|linux|mac(?:os)?(?![a-z])|darwin|windows|platform|desktop|native"
    r"|(?:^|_|is|in)vm(?:$|_)",
    re.IGNORECASE,
)

_STRING = compiled_later(r'"(?:\\.|[^"\\])*"|`[^`]*`')
TELLING = compiled_later(r"^(?:linux|darwin|windows|macos)$|localhost|127\.|::1|docker\.internal", re.IGNORECASE)
"""Texts that decide something here when others are compared with them."""


def about_systems(node: Node | None) -> bool:
    return _ABOUT_SYSTEMS.search(_STRING.sub('""', text(node))) is not None
