"""The API server as the node's own programs ask it."""

from __future__ import annotations

import ssl
import urllib.request

from tests.lab.kubernetes.programs import Site


def get(site: Site, path: str) -> bytes:
    """What it answers to the administrator. Raises OSError."""
    request = urllib.request.Request(f"{site.server}{path}", headers={"Authorization": "Bearer admin"})
    # Its certificate is its own work, and the way to it leads through no network.
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        body: bytes = answer.read()
        return body
