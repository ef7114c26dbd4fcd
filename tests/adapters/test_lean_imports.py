"""What of a library is loaded later is there for whoever needs it after all."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from stigmer_doctor import lean_imports
lean_imports.later("wsgiref.util")
from wsgiref import util
assert not hasattr(util, "__file__")
assert util.guess_scheme({}) == "http" and sys.modules["wsgiref.util"].__file__
lean_imports.later("asyncio")
import asyncio.events
assert asyncio.run and asyncio.events.get_event_loop
"""


def test_a_module_is_loaded_when_it_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
