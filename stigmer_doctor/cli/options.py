"""The options of each command. Every option can also be set in the environment."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Mapping

from stigmer_doctor.cli.environment import switched_on, variable
from stigmer_doctor.cli.option_values import (
    codes,
    days,
    machines,
    repository,
    resource,
    rows,
    seconds,
    time_of_day,
    wait_seconds,
)
from stigmer_doctor.cli.parser import Parser, one_of
from stigmer_doctor.model.exit_codes import FAIL_ON
from stigmer_doctor.render.formats import FORMATS

TRIAGE: Mapping[str, tuple[int, int | None]] = {
    "add": (1, None),
    "top": (0, 0),
    "trend": (0, 0),
    "diff": (2, 2),
    "show": (1, 1),
    "sql": (1, 1),
    "rejudge": (0, 0),
}
FLEET: Mapping[str, tuple[int, int | None]] = {
    "worker": (0, 0),
    "check": (0, 0),
    "status": (0, 1),
    "schedule": (1, 1),
    "key": (1, 1),
}
"""Both: how many words each action takes, at least and at most."""
SHELLS = ("bash", "zsh", "fish", "powershell")


class Options:
    """Adds options to one command's parser, each with its default from the environment. One public method a command,
    of its name."""

    def __init__(self, parser: Parser, environ: Mapping[str, str]) -> None:
        self._parser, self._environ = parser, environ

    def check(self) -> None:
        self._value("--snapshot", metavar="FILE", help="judge a saved snapshot instead of a live engine")
        self._report()
        self._flag("--pre", help="before there is a runner: what one would meet that is started now")
        self._value(
            "--wait", type=wait_seconds, nargs="?", const=120.0, metavar="SECONDS",
            help="look again until all services answer, 120 seconds at most where no time is given",
        )  # fmt: skip
        self._flag("--watch", help="look again for ever, and show what changes")
        self._flag("--no-keep-pass", help="keep no snapshot of a check that passes (see diff --since-pass)")
        self._target()
        self._cluster()
        self._look()

    def diff(self) -> None:
        self._parser.add_argument(
            "snapshots", nargs="*", metavar="FILE",
            help="two snapshots, the older one first; with --since-pass one snapshot, a container's name, or nothing",
        )  # fmt: skip
        self._flag("--since-pass", help="compare with the last check of that container that passed here")
        self._format("diff")
        self._target()
        self._cluster()
        self._look()

    def ticket(self) -> None:
        self._parser.add_argument(
            "folder", nargs="?", default=".", metavar="DIR", help="where to write report and snapshot (default: here)"
        )
        self._value(
            "--repo",
            type=repository,
            metavar="[HOST/]OWNER/NAME",
            help="file it there (default: stigmer/stigmer on github.com)",
        )
        self._value("--snapshot", metavar="FILE", help="of what somebody saved, instead of a live container")
        self._flag("--no-clipboard", help="do not copy the report")
        self._consent()
        self._target()
        self._cluster()
        self._look()

    def fix(self) -> None:
        self._flag("--dry-run", help="print the plan and change nothing")
        self._value("--select", type=codes, default=(), metavar="CODES", help="fix only these; prefixes allowed")
        self._choice("--format", ("text", "json"), "text", "of what was done; json is one report at the end")
        self._json()
        self._flag("--unsafe", help="make changes too that may not be what was meant")
        self._value(
            "--keep", type=days, default=7.0, metavar="DAYS",
            help="keep the old container for so long (default: %(default)g)",
        )  # fmt: skip
        self._value(
            "--wait", type=wait_seconds, default=600.0, metavar="SECONDS",
            help="how long the fixed runner may take until its worker polls (default: %(default)g)",
        )  # fmt: skip
        self._consent()
        self._target()
        self._cluster()
        self._anonymize()

    def undo(self) -> None:
        self._parser.add_argument("id", nargs="?", metavar="ID", help="of the fix (default: the last one)")
        self._flag("--list", help="list what can be undone")
        self._consent()
        self._target()

    def topology(self) -> None:
        self._value("--image", metavar="IMAGE", help="a local image with Python (default: the runner's)")
        self._format("topology")
        self._target()
        self._cluster()
        self._look()

    def snapshot(self) -> None:
        self._parser.add_argument("file", metavar="FILE", help="where to write it; - is standard output")
        self._target()
        self._cluster()
        self._look()

    def rule(self) -> None:
        self._parser.add_argument("code", nargs="?", metavar="CODE", help="such as SD201, or its name")
        self._flag("--all", help="every rule")
        self._choice("--format", FORMATS["rules"], "text", "of the page")
        self._json()
        self._color()

    def triage(self) -> None:
        self._parser.add_argument(
            "action", metavar="ACTION", choices=tuple(TRIAGE), type=one_of(TRIAGE),
            help="add PATH..., top, trend, diff A B, show HASH|FINGERPRINT, sql QUERY, rejudge",
        )  # fmt: skip
        self._parser.add_argument("words", nargs="*", default=[], metavar="ARGUMENT", help="what the action takes")
        self._value("--store", metavar="DIR", default="triage-store", help="the store's folder (default: %(default)s)")
        self._value("--most", type=rows, default=20, metavar="ROWS", help="of top and trend (default: %(default)d)")
        self._flag("--by-fingerprint", help="top: whole faults, not single causes")
        self._format("table")
        self._color()

    def fleet(self) -> None:
        self._parser.add_argument(
            "action", metavar="ACTION", choices=tuple(FLEET), type=one_of(FLEET),
            help="worker, check, status [SWEEP], schedule create|show|delete, key FILE",
        )  # fmt: skip
        self._parser.add_argument("words", nargs="*", default=[], metavar="ARGUMENT", help="what the action takes")
        self._value("--temporal", metavar="ADDRESS", help="the team's Temporal server, such as temporal.example:7233")
        self._value("--namespace", metavar="NAME", default="default", help="there (default: %(default)s)")
        self._value("--key-file", metavar="FILE", help="the team's keys; its user alone can read it")
        self._flag("--tls", help="TLS with what the system trusts")
        self._value("--tls-ca", metavar="FILE", help="the certificate that the server's is signed with")
        self._value("--tls-cert", metavar="FILE", help="a certificate to show, with --tls-key")
        self._value("--tls-key", metavar="FILE", help="its key")
        self._value("--tls-server-name", metavar="NAME", help="whose certificate the server shows")
        self._value("--api-key-file", metavar="FILE", help="an API key to show")
        self._value("--storage", metavar="DIR", help="a folder that all machines share, for snapshots")
        self._value("--hosts", metavar="FILE", help="check, schedule: a machine's name on each line")
        self._value("--at-once", type=machines, default=50, metavar="N", help="so many (default: %(default)d)")
        self._value(
            "--wait",
            type=wait_seconds,
            default=30.0,
            metavar="SECONDS",
            help="for a silent machine (default: %(default)g)",
        )
        self._value("--sweep", metavar="ID", help="check: carry that one on")
        self._value("--save", metavar="DIR", help="check, status: write the snapshots there, for triage add")
        self._choice("--fail-on", FAIL_ON, "error", "what makes the exit code 1", "LEVEL")
        self._value("--at", type=time_of_day, default=(6, 0), metavar="HH:MM", help="schedule: in UTC (default: 06:00)")
        self._value("--name", metavar="NAME", help="worker: this machine's (default: its host name)")
        self._flag("--sweeps", help="worker: carry out sweeps too; on one or two machines")
        self._format("table")
        self._target()
        self._look()

    def mcp(self) -> None:
        """Every call names what it wants."""

    def completion(self) -> None:
        self._parser.add_argument("shell", metavar="SHELL", choices=SHELLS, type=one_of(SHELLS), help=", ".join(SHELLS))

    # ---- what several commands have ----------------------------------------------------------------------------------

    def _target(self) -> None:
        self._value("--container", metavar="NAME|ID", help="the container (default: stigmer-agent-runner)")
        self._value("--host", metavar="URL", help="the Docker engine to ask, as docker --host")
        self._value("--context", metavar="NAME", help="the docker context to use, as docker --context")
        self._value("--data-dir", metavar="DIR", help="the daemon's data directory (default: ~/.stigmer/data)")
        self._value("--source", metavar="DIR", help="a Stigmer checkout to look at too (default: the one around here)")
        self._value(
            "--compose", metavar="FILE", action="append", default=[],
            help="a compose file to look at too; repeat it as for compose",
        )  # fmt: skip
        self._value(
            "--timeout", type=seconds, default=3.0, metavar="SECONDS", help="per connection (default: %(default)g)"
        )
        self._color()

    def _cluster(self) -> None:
        self._value("--pod", type=resource("pod"), metavar="NAME", help="a runner on Kubernetes: its pod")
        self._value(
            "--deployment", type=resource("Deployment"), metavar="NAME",
            help="the same, every replica of the Deployment",
        )  # fmt: skip
        self._value(
            "--namespace", "-n", type=resource("namespace"), metavar="NAME",
            help="of the pod (default: that of kubectl's context)",
        )  # fmt: skip
        self._value("--kube-context", metavar="NAME", help="the context to use, as kubectl --context")
        self._flag(
            "--debug-container",
            help="look into a pod that does not run from an ephemeral container in it; that stays listed",
        )

    def _format(self, kind: str) -> None:
        self._choice("--format", FORMATS[kind], "text", "of the report")
        self._json()
        self._value("--output", metavar="FILE", help="write the report there instead of to standard output")

    def _json(self) -> None:
        self._parser.add_argument(
            "--json", dest="format", action="store_const", const="json", default=argparse.SUPPRESS,
            help="the same as --format json",
        )  # fmt: skip

    def _report(self) -> None:
        self._format("report")
        self._value("--save-snapshot", metavar="FILE", help="save the facts of this very report too")
        self._value("--select", type=codes, default=(), metavar="CODES", help="only these rules; prefixes allowed")
        self._value("--ignore", type=codes, default=(), metavar="CODES", help="not these rules; prefixes allowed")
        self._choice("--fail-on", FAIL_ON, "error", "what makes the exit code 1", "LEVEL")
        self._flag("--verbose", help="show evidence, and every check with its time")

    def _look(self) -> None:
        self._flag("--passive", help="inspect and logs only: run nothing, dial nothing")
        self._anonymize()

    def _anonymize(self) -> None:
        self._flag("--anonymize", help="stable words for home folder, user, host names and public addresses too")

    def _consent(self) -> None:
        self._flag("--yes", help="do it without asking")

    def _color(self) -> None:
        self._flag("--no-color", help="no colours (also: NO_COLOR)")

    # ---- one option --------------------------------------------------------------------------------------------------

    def _choice(self, option: str, choices: Collection[str], default: str, text: str, metavar: str = "FORMAT") -> None:
        told = self._environ.get(variable(option))
        if told not in choices and option == "--format" and told in FORMATS["report"]:
            # A machine's environment is for every command, and few have as many formats as a check.
            self._environ = {name: value for name, value in self._environ.items() if name != variable(option)}
        self._value(
            option, type=one_of(choices), choices=tuple(choices), default=default, metavar=metavar,
            help=f"{text}: {', '.join(choices)} (default: %(default)s)",
        )  # fmt: skip

    def _value(self, option: str, *short: str, **more: object) -> None:
        value = self._environ.get(variable(option))
        if value:
            more["default"] = self._read(option, value, more)
        self._parser.add_argument(*short, option, **more)  # type: ignore[arg-type] # argparse's own keywords, passed through

    def _read(self, option: str, value: str, more: Mapping[str, object]) -> object:
        """What the variable of an option says, read as the option's value would be."""
        if more.get("action") == "append":
            return value.split(os.pathsep)
        read = more.get("type")
        try:
            return read(value) if callable(read) else value
        except argparse.ArgumentTypeError as error:
            self._parser.error(f"{variable(option)}: {error}")

    def _flag(self, option: str, **more: object) -> None:
        try:
            default = switched_on(self._environ.get(variable(option), ""))
        except ValueError as error:
            self._parser.error(f"{variable(option)}: {error}")
        self._parser.add_argument(option, action="store_true", default=default, **more)  # type: ignore[arg-type] # as above
