"""`python -m tests.lab`: install, clean, say what is missing, record snapshots, bring a scenario up for a person."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from tests.lab import image, install


def main() -> int:
    options = _options()
    match options.command:
        case "install":
            install.install()
            if not install.missing():
                image.prepare()
        case "newest":
            install.build_newest()
        case "missing":
            print("\n".join(install.missing()) or "The lab can run here.")
        case "clean":
            _clean()
        case "record" | "pairs":
            _record(options.command, options.names)
        case "scenarios":
            return _scenarios(options.names, options.workers)
        case "kubernetes":
            return _kubernetes(options.action, options.names, options.workers)
        case "up":
            return _up(options.topology, options.scenario)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=_listing()
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="get what the lab needs (root on Debian or Ubuntu)")
    commands.add_parser("newest", help="build the newest Docker engine from source (needs go, takes minutes)")
    commands.add_parser("missing", help="say why the lab cannot run here")
    commands.add_parser("clean", help="remove what labs left behind that were killed together with their reaper")
    record = commands.add_parser("record", help="write the scenarios' snapshots into fixtures/snapshots")
    record.add_argument("names", nargs="*", metavar="SCENARIO")
    pairs = commands.add_parser("pairs", help="write pairs of snapshots with one change between into fixtures/pairs")
    pairs.add_argument("names", nargs="*", metavar="PAIR")
    scenarios = commands.add_parser("scenarios", help="compare the doctor's verdicts with real executions")
    scenarios.add_argument("names", nargs="*", metavar="NAME")
    scenarios.add_argument("--workers", type=int, default=2, help="how many labs there are at the same time")
    kubernetes = commands.add_parser(
        "kubernetes", help="a cluster: what the doctor says of pods, compared with the truth"
    )
    kubernetes.add_argument("action", choices=("install", "cases", "up"))
    kubernetes.add_argument("names", nargs="*", metavar="NAME", help="which cases; all when none is named")
    kubernetes.add_argument("--workers", type=int, default=2, help="how many cases there are at the same time")
    up = commands.add_parser("up", help="bring a scenario up and keep it until Ctrl-C")
    up.add_argument("topology", choices=("desktop", "shared", "linux", "podman", "rootless", "rootless-open", "newest"))
    up.add_argument("scenario")
    return parser.parse_args()


def _listing() -> str:
    """The scenarios, where the lab's libraries are installed."""
    try:
        from tests.lab.scenarios import SCENARIOS
    except ImportError:
        return ""
    rows = [f"  {scenario.topology:8} {scenario.name:16} {scenario.description}" for scenario in SCENARIOS.values()]
    return "\n".join(["scenarios:", *rows])


def _clean() -> None:
    from tests.lab.reaper import leftovers, tear_down

    for folder in leftovers():
        print(f"removing {folder}")
        tear_down(folder)


def _record(what: str, names: list[str]) -> None:
    from tests.lab import pairs, record

    (pairs if what == "pairs" else record).record(names)


def _kubernetes(action: str, names: list[str], workers: int) -> int:
    from tests.lab.kubernetes import commands

    return commands.run(action, names, workers)


def _scenarios(names: list[str], workers: int) -> int:
    if reasons := install.missing():
        print(f"The lab cannot run here: {'; '.join(reasons)}", file=sys.stderr)
        return 3
    from tests.lab import oracle

    return oracle.run(names, workers)


def _up(topology: str, name: str) -> int:
    if reasons := install.missing():
        print(f"The lab cannot run here: {'; '.join(reasons)}", file=sys.stderr)
        return 3
    from tests.lab.lab import Lab
    from tests.lab.oracle import CASES
    from tests.lab.scenarios import SCENARIOS

    scenario = SCENARIOS.get(name) or CASES.get(name)
    if scenario is None:
        print(f"There is no scenario {name!r}.\n{_listing()}", file=sys.stderr)
        return 2
    print(f"Bringing up {name} on {topology} ...", flush=True)
    with Lab.start(topology) as lab:
        runner = scenario.bring_up(lab)
        print(f"{runner.name if runner else name} is there. In another terminal, as root:\n")
        print(f"  export DOCKER_HOST={lab.docker_host}\n  export HOME={lab.home}")
        print(f"  {lab.enter([sys.executable, '-m', 'stigmer_doctor', 'check'])}\n")
        print("Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
