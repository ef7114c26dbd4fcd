"""SHA-256 without OpenSSL, which `hashlib` loads: 4 ms and 4 MB.

This is the interpreter's own, on which `hashlib` falls back itself; a build may be without it.
"""

from __future__ import annotations

import sys

try:
    if sys.version_info >= (3, 12):
        from _sha2 import sha256
    else:
        from _sha256 import sha256  # type: ignore[import-not-found] # only the public one has stubs
except ImportError:
    from hashlib import sha256

__all__ = ["sha256"]
