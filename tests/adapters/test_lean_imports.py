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


WHILE = """
import sys
from stigmer_doctor import lean_imports
with lean_imports.only_what_is_used():
    import argparse, msgspec, uuid
    assert argparse.ArgumentParser(prog="x").format_usage() == "usage: x [-h]\\n"
    assert uuid.uuid4() and msgspec.json.schema(int) == {"type": "integer"}
    from importlib import resources
    assert resources.files("stigmer_doctor").is_dir()
import gettext, importlib.resources, platform, textwrap, typing_extensions
for module in (gettext, importlib.resources, platform, textwrap, typing_extensions):
    assert module.__file__, module
"""


def test_what_is_left_out_for_a_while_is_whole_again_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", WHILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


LOGGING = """
import sys
from stigmer_doctor import lean_imports
with lean_imports.only_what_is_used():
    from concurrent.futures import ThreadPoolExecutor
    import locale, logging
    logger = logging.getLogger("library")
    logger.addHandler(logging.NullHandler())
    assert "traceback" not in sys.modules, "what makes a logger is not loaded for one that nobody uses"
    assert locale.getpreferredencoding()
logger.warning("what a library says")
import logging
assert logger.name == "library" and logging.getLogger("library").level == logging.NOTSET and logging.__file__
"""


def test_what_is_logged_after_all_is_said() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "what a library says\n")
