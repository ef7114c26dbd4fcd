"""Parses, chooses the command, and turns every error into one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib import import_module

from stigmer_doctor import lean_imports
from stigmer_doctor.cli.streams import drop_output, fill_closed, flush_out, tell_error
from stigmer_doctor.model.errors import DoctorError, UsageError
from stigmer_doctor.model.exit_codes import ExitCode

TYPE_CHECKING = False  # `typing` takes longer to load than the help to print
if TYPE_CHECKING:
    import argparse
    from typing import NoReturn

_BETWEEN_COLLECTIONS = 100_000
"""Nearly all that a command makes, modules above all, is kept to its end: to look for garbage often is in vain."""


def command() -> NoReturn:
    """The `stigmer-doctor` command. All is written and closed by the end: leaving at once spares taking the interpreter
    apart, which takes as long as a good part of a check."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    fill_closed()
    checks = sys.argv[1:2] == ["check"]
    if checks:
        _use_kept_modules()
    try:
        code = main()
    except SystemExit as ended:  # argparse has said what is wrong, or printed the help
        code = ended.code if isinstance(ended.code, int) else ExitCode.USAGE
    code = _flushed(code)
    if checks:
        _keep_modules()
    os._exit(code)


def _use_kept_modules() -> None:
    from stigmer_doctor import lean_modules

    lean_modules.use()


def _keep_modules() -> None:
    """For the next check. This one has said what it found; where nothing can be kept, the next is as slow."""
    from stigmer_doctor import lean_modules

    if lean_modules.lacks():
        from stigmer_doctor.cli import composition

        with suppress(Exception):  # whatever goes wrong with it costs the next one time
            composition.keep_modules()


def _flushed(code: int) -> int:
    """The exit code, once all is written."""
    try:
        flush_out()
    except BrokenPipeError:
        return ExitCode.OK
    except UsageError as error:
        return _failed(error)
    return code


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command; returns the exit code. argparse itself exits with 2 on a usage error and with 0 after --help."""
    environ = os.environ if environ is None else environ
    with lean_imports.only_what_is_used():
        from stigmer_doctor.cli.command_line import parse

        options = parse(sys.argv[1:] if argv is None else argv, environ)
    try:
        with _fewer_imports(options.command):
            return _command(options.command)(options, environ)
    except KeyboardInterrupt:
        tell_error("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has gone: that is its right, and no error of ours.
        drop_output()
        return ExitCode.OK
    except Exception as error:  # noqa: BLE001 - a traceback could print a secret from a local variable
        return _failed(error)


def _failed(error: Exception) -> int:
    """One line, and the exit code of the error."""
    if isinstance(error, DoctorError):
        tell_error(str(error))
        return error.exit_code
    tell_error(f"internal error: {type(error).__name__}{_where(error)}. Please report this line")
    return ExitCode.USAGE


def _command(name: str) -> Callable[[argparse.Namespace, Mapping[str, str]], int]:
    """One module a command, imported only when it is used."""
    run: Callable[[argparse.Namespace, Mapping[str, str]], int] = import_module(f"stigmer_doctor.cli.{name}").run
    return run


def _fewer_imports(name: str) -> AbstractContextManager[None]:
    """The libraries of three commands need more than all the rest."""
    return nullcontext() if name in ("mcp", "fleet", "triage") else lean_imports.only_what_is_used()


def _where(error: BaseException) -> str:
    """File and line of the deepest frame, without any value."""
    trace, deepest = error.__traceback__, None
    while trace is not None:
        deepest, trace = trace, trace.tb_next
    if deepest is None:
        return ""
    name = deepest.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f" at {name}:{deepest.tb_lineno}"
