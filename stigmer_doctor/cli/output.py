"""One document on standard output or in a file; everything else on standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from stigmer_doctor.cli.streams import tell, write_out
from stigmer_doctor.cli.terminal import columns
from stigmer_doctor.model.errors import UsageError

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from stigmer_doctor.render.renderer import Display

_NARROWEST, _USUAL, _WIDEST = 40, 80, 120
_SAID = 20
_OFF = ("0", "false", "no", "off")


def publish(
    kind: str, document: object, options: argparse.Namespace, environ: Mapping[str, str], *, paged: bool = False
) -> None:
    """Write a document of that kind (see `render.formats`) in the format and to the file that the options name. Where
    it is `paged`, the user's pager shows a long text on a terminal."""
    from stigmer_doctor.render.formats import renderer

    file: str | None = getattr(options, "output", None)
    display = _display(file, options, environ)
    written = renderer(kind, getattr(options, "format", "text"))(document, display)
    if paged and isinstance(written, str) and file is None and sys.stdout.isatty():
        _show(written)
    else:
        write(written, file)
    if file and file != "-":
        say(f"wrote {file}")


def live(document: object, options: argparse.Namespace, environ: Mapping[str, str], *, screen: bool) -> str:
    """How things stand now, for a `screen` or on a line."""
    from stigmer_doctor.render.formats import renderer

    return renderer("live", "screen" if screen else "line")(document, _display(None, options, environ))


def _display(file: str | None, options: argparse.Namespace, environ: Mapping[str, str]) -> Display:
    from stigmer_doctor.render.renderer import Display

    return Display(
        width=_width(),
        color=_color(options.no_color, file, environ),
        unicode=_unicode(file, environ),
        verbose=getattr(options, "verbose", False),
    )


def write(document: str | bytes, file: str | None) -> None:
    """Write the document to the file ("-" or None: standard output). Raises UsageError when it cannot be written."""
    data = document.encode() if isinstance(document, str) else document
    if file and file != "-":
        _replace(file, data)
    else:
        write_out(data)


def _show(text: str) -> None:
    """PAGER's program, or less; it ends by itself where all fits on the screen, and shows colours."""
    import pydoc  # the standard library's one function that finds a pager, and writes plainly where there is none

    os.environ.setdefault("LESS", "FRX")
    pydoc.pager(text)


def say(line: str) -> None:
    """Tell the user how it goes: that is not a part of the document. A line of progress that stands there is wiped."""
    tell(line, wipe=sys.stderr.isatty())


def say_some(lines: Sequence[str]) -> str:
    """Say the first of them; returns in brackets how many were not said, "" for none."""
    for line in lines[:_SAID]:
        say(line)
    return f" ({len(lines) - _SAID} are not named)" if len(lines) > _SAID else ""


def check_writable(file: str | None) -> None:
    """Find out before the work is done that its result could not be saved."""
    if file and file != "-":
        from pathlib import Path  # takes 1 ms to load

        path = Path(file)
        folder = path.resolve().parent
        if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
            why = "it is a directory" if path.is_dir() else f"the directory {folder} does not exist or is read-only"
            raise UsageError(f"cannot write {file}: {why}. Name another file")


def _replace(file: str, data: bytes) -> None:
    """No reader ever sees half a report; links are followed."""
    from pathlib import Path

    from stigmer_doctor.adapters.files.atomic import replace_file

    target = Path(file).resolve()
    try:
        if target.exists() and not target.is_file():  # /dev/stdout, a pipe
            target.write_bytes(data)
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        replace_file(target, data, mode)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}. Name another file") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _width() -> int:
    """Columns to write for: the terminal's within 40 to 120, and 80 where there is none."""
    return min(max(columns(_USUAL), _NARROWEST), _WIDEST)


def _color(no_color: bool, file: str | None, environ: Mapping[str, str]) -> bool:
    """NO_COLOR and --no-color win, then FORCE_COLOR, then whether standard output is a terminal."""
    if no_color or environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR", "")
    if forced:
        return forced.lower() not in _OFF
    return file is None and sys.stdout.isatty() and environ.get("TERM") != "dumb"


def _unicode(file: str | None, environ: Mapping[str, str]) -> bool:
    """Whether more than ASCII can be shown. Files are always written in UTF-8. Python takes UTF-8 for the encoding of
    the locale C, so that who asks for that locale is believed."""
    if file:
        return True
    if environ.get("LC_ALL") in ("C", "POSIX") and not environ.get("PYTHONIOENCODING"):
        return False
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16")
