"""The facts that a command works on: those of a live container, or those that somebody saved."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.cli.environment import variable
from stigmer_doctor.cli.read import read
from stigmer_doctor.model.errors import UsageError

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts

_LOOKED_AT = (
    *("--container", "--host", "--context", "--pod", "--deployment", "--kube-context", "--namespace"),
    *("--source", "--compose", "--pre", "--passive", "--debug-container"),
)


def refuse_beside_snapshot(options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Raises UsageError for what names something to look at beside a snapshot; a machine's environment may have it for
    every command."""
    for option in _LOOKED_AT if options.snapshot else ():
        if getattr(options, option[2:].replace("-", "_"), None) and not environ.get(variable(option)):
            raise UsageError(f"a snapshot says what was looked at: leave {option} out, or --snapshot")


def load(file: str) -> Facts:
    """What a snapshot holds. Raises CannotDiagnose."""
    from stigmer_doctor import snapshot

    return snapshot.load(read(file), file)


def load_swept(file: str) -> Facts:
    """The same, cleaned of what looks like a secret today: somebody else, or an older version, may have saved it."""
    from stigmer_doctor import profile
    from stigmer_doctor.redaction.redactor import SecretRedactor

    known = profile.load()
    return SecretRedactor(known.shown_variables, known.vocabulary).sweep(load(file))


def gather(options: argparse.Namespace, environ: Mapping[str, str], *, quiet: bool = False) -> Facts:
    """The redacted facts of the container that the options name; `quiet` without a line of progress."""
    from stigmer_doctor.cli import composition
    from stigmer_doctor.cli.progress import progress

    meanwhile, shown = composition.load_the_rest, (lambda _: None) if quiet else progress()
    with composition.collecting(options, environ, progress=shown, meanwhile=meanwhile) as (wanted, ports):
        from stigmer_doctor import app  # not before the clients load in their process

        return app.gather(wanted, ports)


def container_name(facts: Facts) -> str:
    """What the container is called, or was asked for by."""
    from stigmer_doctor.model.facts import Container, NotMeasured

    if isinstance(facts.container, Container):
        return facts.container.name
    return "" if isinstance(facts.lookup, NotMeasured) else facts.lookup.asked
