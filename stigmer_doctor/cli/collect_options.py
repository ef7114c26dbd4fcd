"""What `collect` is asked for, from the options of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from stigmer_doctor.cli.environment import variable
from stigmer_doctor.model.errors import UsageError

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from stigmer_doctor.collect.options import CollectOptions
    from stigmer_doctor.model.profile import Profile


def collect_options(options: argparse.Namespace, known: Profile, checkout: Callable[[], str]) -> CollectOptions:
    """`checkout` finds the source tree in which the doctor was started, where none is named. Raises UsageError for a
    source tree or a compose file that cannot be read."""
    from stigmer_doctor import __version__
    from stigmer_doctor.collect.options import CollectOptions

    source = _source(options) or checkout()
    return CollectOptions(
        container=in_cluster(options) or options.container or known.container_name,
        data_dir=options.data_dir or known.data_dir,
        tool_version=__version__,
        passive=getattr(options, "passive", False),
        timeout=options.timeout,
        source=source,
        compose=_compose(options, source),
        engine=not only_source(options),
        pre=getattr(options, "pre", False),
        deployment=bool(getattr(options, "deployment", None)),
        debug_container=getattr(options, "debug_container", False),
    )


def in_cluster(options: argparse.Namespace) -> str:
    """The pod or the Deployment that is named; "" where a container is meant."""
    return getattr(options, "pod", None) or getattr(options, "deployment", None) or ""


def refuse_contradictions(options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """Raises UsageError where two engines are named at once, or a container and a pod, or what belongs to a pod where
    none is named."""
    _refuse_two(options)
    _refuse_without_pod(options, environ)


def _refuse_two(options: argparse.Namespace) -> None:
    if options.host and options.context:
        raise UsageError("--host and --context cannot be given together: each names an engine")
    if getattr(options, "pod", None) and options.deployment:
        raise UsageError("--deployment looks at every pod of it: leave --pod or --deployment out")
    engine = next((name for name in ("container", "host", "context") if getattr(options, name, None)), "")
    if in_cluster(options) and engine:
        raise UsageError(f"--{engine} is about a container engine, and a pod is in a cluster: leave one of them out")


def _refuse_without_pod(options: argparse.Namespace, environ: Mapping[str, str]) -> None:
    """A machine's environment may have what belongs to a pod for every command."""
    for option in ("--namespace", "--kube-context", "--debug-container"):
        given = getattr(options, option[2:].replace("-", "_"), None)
        if given and not in_cluster(options) and not environ.get(variable(option)):
            raise UsageError(f"{option} goes with --pod or --deployment")


def asks_services(options: argparse.Namespace) -> bool:
    """Whether the services will be asked with the real clients."""
    return options.command != "topology" and not getattr(options, "passive", False) and not only_source(options)


def only_source(options: argparse.Namespace) -> bool:
    """Whether only rules about source files are selected: they need no engine."""
    codes = getattr(options, "select", ())
    if not codes:
        return False
    from stigmer_doctor.rules.codes import about_source

    return all(map(about_source, codes))


def _source(options: argparse.Namespace) -> str:
    """The source tree that was named, "" for none; as an absolute path: what compose wrote into labels is compared with
    it."""
    if not options.source:
        return ""
    from stigmer_doctor.adapters.files.regular import expanded

    try:
        folder = expanded(options.source)
    except OSError as error:
        raise UsageError(f"cannot read {options.source}: {error.strerror}") from error
    if not folder.is_dir():
        raise UsageError(f"{options.source} is not a folder: --source takes a Stigmer checkout")
    return str(folder.absolute())


def _compose(options: argparse.Namespace, source: str) -> tuple[str, ...]:
    """The compose files that were named; relative names are relative to the working directory, not to the tree."""
    from pathlib import Path

    from stigmer_doctor.adapters.files.regular import expanded, read_regular

    for file in options.compose:
        try:
            read_regular(expanded(file), 0)
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror or error}") from error
    return tuple(str(Path(file).absolute()) if source else file for file in options.compose)
